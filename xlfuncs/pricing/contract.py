"""A contract as values: what its documents state, row by row, and what they leave open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from xlfuncs.pricing.names import name_key


class Charge(str, Enum):
    """How a row prices the quantities in its range (rule 3)."""

    PACKAGE = "package"
    PER_UNIT = "per unit"
    GRADUATED = "graduated"
    ADDITIONAL = "additional"
    DISCOUNT = "discount"
    WITHDRAWN = "withdrawn"
    NOT_ON_FILE = "not on file"


class PartUnits(str, Enum):
    """What happens to a quantity that is no whole number of steps (rule 6)."""

    NONE = "none"
    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"
    NOT_SAID = "not said"


class Service(NamedTuple):
    """What is priced, and the step in which it is counted."""

    name: str
    unit: str = ""
    step: Decimal = Decimal(1)
    part_units: PartUnits = PartUnits.NONE

    @property
    def key(self) -> str:
        return service_key(self.name)


def service_key(name: str) -> str:
    """The name of a service as every host compares it.

    >>> service_key(" External  IPs ") == service_key("external ips")
    True
    """
    return name_key(name)


class Assumption(NamedTuple):
    """Fields of a row that no document states, and why they stand there all the same."""

    fields: tuple[str, ...]
    why: str


class Row(NamedTuple):
    """One row of the agreement's price table (document 0) or of an amendment.

    Days and quantities are inclusive at both ends; `quantity_to` is None for "or more". `place`
    says where the row was read, with a method `cell(field)`; it is no part of what the row states.
    """

    document: int
    title: str
    service: str
    quantity_from: Decimal
    quantity_to: Decimal | None
    charge: Charge
    price: Decimal | None = None
    unit_price: Decimal | None = None
    percent: Decimal | None = None
    clause: str = ""
    signed: date | None = None
    effective: date | None = None
    ends: date | None = None
    purchased_from: date | None = None
    purchased_through: date | None = None
    assumed: tuple[Assumption, ...] = ()
    source: str = ""
    note: str = ""
    place: Any = None

    @property
    def assumed_fields(self) -> tuple[str, ...]:
        return tuple(field for assumption in self.assumed for field in assumption.fields)

    @property
    def windowed(self) -> bool:
        """Whether the row is for purchases of certain days only."""
        return self.purchased_from is not None or self.purchased_through is not None

    @property
    def lacking(self) -> tuple[str, ...]:
        """The figures that the charge needs and the row does not state."""
        return tuple(field for field in FIGURES_NEEDED[self.charge] if getattr(self, field) is None)


FIGURES_NEEDED = {
    Charge.PACKAGE: ("price",),
    Charge.PER_UNIT: ("unit_price",),
    Charge.GRADUATED: ("unit_price",),
    Charge.ADDITIONAL: ("price", "unit_price"),
    Charge.DISCOUNT: ("percent",),
    Charge.WITHDRAWN: (),
    Charge.NOT_ON_FILE: (),
}


class Purchase(NamedTuple):
    """A purchase that a new workbook opens with; `reference` is what its buyer knows it by."""

    quantity: Decimal
    purchased: date
    service: str = ""
    reference: str = ""


class Contract(NamedTuple):
    """Particulars for the reader, and the services and rows that alone decide a price."""

    name: str
    prefix: str
    services: tuple[Service, ...]
    rows: tuple[Row, ...]
    currency: str = ""
    parties: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()
    purchases: tuple[Purchase, ...] = ()

    @property
    def tiers(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.document == 0)

    @property
    def amendments(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.document > 0)

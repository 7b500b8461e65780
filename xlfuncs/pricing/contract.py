"""A contract as values: what its documents state, row by row; and how its quantities count."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Any, NamedTuple

from xlfuncs.pricing.money import EXACT
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput


class Charge(str, Enum):
    """How a row prices the quantities in its range (rule 3)."""

    PACKAGE = "package"
    PER_UNIT = "per unit"
    GRADUATED = "graduated"
    ADDITIONAL = "additional"
    DISCOUNT = "discount"
    STANDING_DISCOUNT = "standing discount"
    WITHDRAWN = "withdrawn"
    NOT_ON_FILE = "not on file"


DISCOUNTS = frozenset({Charge.DISCOUNT, Charge.STANDING_DISCOUNT})
"""The charges that are taken off a price and have none of their own."""


class PartUnits(str, Enum):
    """What happens to a quantity that is no whole number of steps (rule 6)."""

    NONE = "none"
    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"
    NOT_SAID = "not said"


class Billed(str, Enum):
    """What a price is for: a label beside it, never arithmetic."""

    ONCE = "once"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    NOT_ON_FILE = "not on file"


class Counted(str, Enum):
    """Which purchases of a service have their quantities added up (rule 10)."""

    PURCHASE = "purchase"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CONTRACT_YEAR = "contract year"
    TERM = "term"
    NOT_SAID = "not said"


class Service(NamedTuple):
    """What is priced, the step in which it is counted, and what a price is for.

    `counted` says which purchases add up; `limit` is the most that may be bought in that period, or
    in one purchase where they do not.
    """

    name: str
    unit: str = ""
    step: Decimal = Decimal(1)
    part_units: PartUnits = PartUnits.NONE
    billed: Billed | None = None
    counted: Counted = Counted.PURCHASE
    limit: Decimal | None = None

    @property
    def adds_up(self) -> bool:
        """Whether what was bought before decides the price as well, or may do so.

        >>> Service("Scanning").adds_up, Service("Scanning", counted=Counted.NOT_SAID).adds_up
        (False, True)
        """
        return self.counted is not Counted.PURCHASE

    @property
    def key(self) -> str:
        return name_key(self.name)


class Assumption(NamedTuple):
    """Fields of a row that no document states, and why they are given all the same."""

    fields: tuple[str, ...]
    why: str


NOT_ON_FILE = "not on file"
"""What a document says of a day that it, or our copy of it, does not show."""

ALL_BEFORE = "all before"
"""What a document replaces that restates all documents before it."""


class Increase(NamedTuple):
    """A rise of a row's figures from a day on, by a percent or by the change of an index.

    A `percent` of None is not on file. `index_change` is what was published of an index; `floor`
    and `cap` bound the percent that comes of it.
    """

    since: date
    percent: Decimal | None = None
    index_change: Decimal | None = None
    floor: Decimal | None = None
    cap: Decimal | None = None

    @property
    def percent_raised(self) -> Decimal | None:
        """The percent by which figures rise, None where it is not on file.

        >>> Increase(date(2025, 7, 1), index_change=Decimal("4.2"), cap=Decimal(3)).percent_raised
        Decimal('3')
        """
        percent = self.percent if self.index_change is None else self.index_change
        if percent is None:
            return None
        if self.floor is not None:
            percent = max(percent, self.floor)
        return percent if self.cap is None else min(percent, self.cap)


RAISED = ("price", "unit_price", "minimum", "maximum")
"""The figures that an increase raises."""


class Row(NamedTuple):
    """One row of the agreement's price table (document 0) or of an amendment.

    Days and quantities are inclusive at both ends; `quantity_to` is None for "or more". The unit
    price is that of `per` units. `minimum` and `maximum` bound what the row gives. `not_on_file`
    names the days (signed, effective, ends) that no document on file states. `replaces` is the
    number of the document that this row's puts out of force, or `ALL_BEFORE`. `increases` raise
    the figures, rounded to so many decimals; `increase` says so in words in a row that was raised.

    `place` says where the row was read, with a method `cell(field)`; it is no part of what the row
    states, so rows that state the same are equal wherever they were read.

    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.WITHDRAWN)
    >>> row._replace(place="Tiers row 5") == row != row._replace(note="a blurred copy")
    True
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
    not_on_file: tuple[str, ...] = ()
    replaces: int | str | None = None
    purchased_from: date | None = None
    purchased_through: date | None = None
    per: int = 1
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    increases: tuple[Increase, ...] = ()
    rounded: int | None = None
    increase: str = ""
    assumed: tuple[Assumption, ...] = ()
    source: str = ""
    note: str = ""
    place: Any = None

    @property
    def statement(self) -> tuple[Any, ...]:
        """All that the row states, which is all but the place, its last field."""
        return self[:-1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.statement == other.statement

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.statement)

    @property
    def assumed_fields(self) -> tuple[str, ...]:
        return tuple(field for assumption in self.assumed for field in assumption.fields)

    def stated(self, field: str) -> Any:
        """What the row says of a field, which of a day may be that it is not on file."""
        return NOT_ON_FILE if field in self.not_on_file else getattr(self, field)

    @property
    def price_of_one(self) -> Decimal | None:
        """The unit price of a single unit, None where the row states none."""
        if self.unit_price is None or self.per == 1:
            return self.unit_price
        return EXACT.divide(self.unit_price, Decimal(self.per))

    @property
    def has_window(self) -> bool:
        """Whether the row is for purchases of certain days only."""
        return self.purchased_from is not None or self.purchased_through is not None

    @property
    def missing_figures(self) -> tuple[str, ...]:
        """The figures that the charge needs and the row does not state."""
        return tuple(field for field in FIGURES_NEEDED[self.charge] if getattr(self, field) is None)


FIGURES_NEEDED = {
    Charge.PACKAGE: ("price",),
    Charge.PER_UNIT: ("unit_price",),
    Charge.GRADUATED: ("unit_price",),
    Charge.ADDITIONAL: ("price", "unit_price"),
    Charge.DISCOUNT: ("percent",),
    Charge.STANDING_DISCOUNT: ("percent",),
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
    """Particulars for the reader, and the services and rows that alone decide a price.

    `not_held` are the numbers of documents that are known and missing.
    """

    name: str
    prefix: str
    services: tuple[Service, ...]
    rows: tuple[Row, ...]
    currency: str = ""
    parties: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()
    not_held: tuple[int, ...] = ()
    purchases: tuple[Purchase, ...] = ()

    @property
    def tiers(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.document == 0)

    @property
    def has_only_dated_rows(self) -> bool:
        """Whether the rows are all there is: none rises, and no document is missing."""
        return not self.not_held and not any(row.increases for row in self.rows)

    @property
    def amendments(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.document > 0)


# Quantities, counted in the service's step (rule 6).

MOST_DIGITS = 15
MOST_DECIMALS = 6

LARGEST = Decimal(10**MOST_DIGITS)
"""Above every figure and quantity."""

_ROUNDING = {
    PartUnits.NEAREST: ROUND_HALF_UP,
    PartUnits.UP: ROUND_CEILING,
    PartUnits.DOWN: ROUND_FLOOR,
}


def fits_figure(figure: Decimal) -> bool:
    """Whether a figure has at most 15 digits, 6 of them decimals, so that every host agrees on it.

    >>> fits_figure(Decimal("123456789.123456")), fits_figure(Decimal("0.1234567"))
    (True, False)
    """
    if not figure.is_finite() or figure.copy_abs() >= LARGEST:
        return False
    if figure == figure.to_integral_value():  # as most are
        return True
    parts = figure.as_tuple()
    significant = len("".join(map(str, parts.digits)).rstrip("0"))
    decimals = significant - len(parts.digits) - int(parts.exponent)
    return decimals <= MOST_DECIMALS and max(significant, decimals) <= MOST_DIGITS


def count_steps(quantity: Decimal, service: Service, name: str = "quantity") -> int | None:
    """The quantity as a whole number of steps; None where the contract does not say how to round.

    Halves go up with `nearest`. Raises BadInput for a negative quantity, one of more than 15 digits
    or 6 decimals, and part of a step where the service has none; `name` is what it calls it.

    >>> hours = Service("Support", "hours", Decimal("0.25"), PartUnits.UP)
    >>> count_steps(Decimal("1.1"), hours)
    5
    >>> count_steps(Decimal("0.5"), Service("Scanning", "IPs"))
    Traceback (most recent call last):
    xlfuncs.pricing.outcomes.BadInput: quantity is 0.5; expected a whole number of IPs
    """
    if not fits_figure(quantity):
        raise BadInput(
            f"{name} is {str(quantity)[:60]}; expected at most {MOST_DIGITS} digits, "
            f"{MOST_DECIMALS} of them decimals",
            "#NUM!",
        )
    if quantity < 0:
        raise BadInput(f"{name} is {quantity.normalize():f}; expected 0 or more", "#NUM!")
    steps = EXACT.divide(quantity, service.step)
    whole = steps.to_integral_value(ROUND_FLOOR)
    if steps == whole:
        return int(whole)
    if service.part_units is PartUnits.NOT_SAID:
        return None
    if service.part_units is PartUnits.NONE:
        found = f"{quantity.normalize():f}"
        raise BadInput(f"{name} is {found}; expected {format_multiple(service)}", "#NUM!")
    return int(steps.to_integral_value(_ROUNDING[service.part_units]))


def count_around(quantity: Decimal, service: Service) -> tuple[int, int]:
    """The whole steps below and above part of a step.

    >>> count_around(Decimal("2.5"), Service("Storage", "GB"))
    (2, 3)
    """
    below = int(EXACT.divide(quantity, service.step).to_integral_value(ROUND_FLOOR))
    return below, below + 1


def quantity_of(count: int, service: Service) -> Decimal:
    """The quantity that is a count of steps."""
    return EXACT.multiply(Decimal(count), service.step)


def format_multiple(service: Service) -> str:
    unit = service.unit or "units"
    if service.step == 1:
        return f"a whole number of {unit}"
    return f"a multiple of {service.step.normalize():f} {unit}"

"""Values as COM carries them, spelled for JSON: what VBA hands over, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple


class Variant(NamedTuple):
    """A VARIANT: its type without `VT_`, and its value.

    `ARRAY` is an array of VARIANTs. Its value is a list of them, or of rows of them, and `bounds`
    are the first and the last index of each dimension.
    """

    kind: str
    value: Any = None
    bounds: tuple[tuple[int, int], ...] = ()


EMPTY = Variant("EMPTY")
LEFT_OUT = Variant("ERROR", 0x80020004 - 2**32)
"""An optional argument of a VBA function that was not given."""

FIRST_ERROR = 0x800A0000 - 2**32
"""What comes before the number of an error of Excel, such as 2042 for #N/A."""


def number(value: float) -> Variant:
    return Variant("R8", float(value))


def whole(value: int) -> Variant:
    """A Long of VBA."""
    return Variant("I4", value)


def day(serial: float) -> Variant:
    """A Date of VBA, as `.Value` gives it for a cell that shows a day."""
    return Variant("DATE", float(serial))


def money(value: str) -> Variant:
    """A Currency of VBA, as `.Value` gives it: a whole number of ten-thousandths."""
    return Variant("CY", int(Decimal(value) * 10_000))


def text(value: str) -> Variant:
    return Variant("BSTR", value)


def truth(value: bool) -> Variant:
    return Variant("BOOL", value)


def error(number: int) -> Variant:
    return Variant("ERROR", FIRST_ERROR + number)


def array(*elements: Variant) -> Variant:
    """`Array(...)` of VBA: one dimension, counted from 0."""
    return Variant("ARRAY", list(elements), ((0, len(elements) - 1),))


def cells(rows: Iterable[Iterable[Variant]]) -> Variant:
    """The values of several cells, as `.Value2` gives them: two dimensions, counted from 1."""
    found = [list(row) for row in rows]
    return Variant("ARRAY", found, ((1, len(found)), (1, len(found[0]))))


def column(elements: Iterable[Variant]) -> Variant:
    return cells([element] for element in elements)


def variant_of(spelled: Any) -> Variant:
    """A VARIANT out of JSON."""
    kind, value, bounds = spelled
    if kind == "ARRAY" and len(bounds) == 1:
        value = [variant_of(each) for each in value]
    elif kind == "ARRAY":
        value = [[variant_of(each) for each in row] for row in value]
    return Variant(kind, value, tuple(map(tuple, bounds)))

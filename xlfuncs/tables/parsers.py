"""How the cells of each kind of column are read; None is a blank cell."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Callable

from xlfuncs.pricing.contract import Assumption, Charge, PartUnits
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.names import name_key
from xlfuncs.tables.cells import A_NUMBER, Cell, day_of, figure_of, shown, text_of
from xlfuncs.tables.schema import ASSUMABLE, OR_MORE, title_of

LAST_DOCUMENT = 9999


def document_number(cell: Cell, date1904: bool) -> int:
    expected = f"a whole number from 0 to {LAST_DOCUMENT}"
    number = figure_of(cell, expected)
    if number != int(number) or not 0 <= number <= LAST_DOCUMENT:
        raise BadInput(f"is {shown(cell)}; expected {expected}")
    return int(number)


def figure(cell: Cell, date1904: bool, expected: str = A_NUMBER) -> Decimal:
    found = figure_of(cell, expected)
    if found < 0:
        raise BadInput(f"is {shown(cell)}; expected 0 or more")
    return found


def money(cell: Cell, date1904: bool) -> Decimal:
    """A printed total: it is the price to the cent, so there is nothing to round."""
    found = figure(cell, date1904)
    if found != found.quantize(Decimal("0.01")):
        raise BadInput(f"is {shown(cell)}; expected an amount to the cent, such as 279995.00")
    return found


def percent(cell: Cell, date1904: bool) -> Decimal:
    found = figure(cell, date1904, "a number, 15 for 15 percent")
    if found > 100:
        raise BadInput(f"is {shown(cell)}; expected a percentage from 0 to 100")
    return found


def step(cell: Cell, date1904: bool) -> Decimal:
    found = figure(cell, date1904)
    if not found:
        raise BadInput("is 0; expected a step above 0, such as 1 or 0.25")
    return found


def day(cell: Cell, date1904: bool) -> object:
    return day_of(cell, date1904, iso_text=False)


def upper_end(cell: Cell, date1904: bool) -> object:
    """A quantity, or the words that stand for no upper end."""
    if isinstance(cell, str) and name_key(cell) == OR_MORE:
        return OR_MORE
    if isinstance(cell, str):
        raise BadInput(f"is {shown(cell)}; expected a quantity, '{OR_MORE}', or nothing")
    return figure(cell, date1904)


def one_of(choices: type[Enum]) -> Callable[[Cell, bool], Enum]:
    """A reader of the words of an enumeration, in any spelling that is one name."""

    def read(cell: Cell, date1904: bool) -> Enum:
        words = name_key(cell) if isinstance(cell, str) else cell
        for choice in choices:
            if choice.value == words:
                return choice
        expected = ", ".join(choice.value for choice in choices)
        raise BadInput(f"is {shown(cell)}; expected one of: {expected}")

    return read


def assumed(cell: Cell, date1904: bool) -> tuple[Assumption, ...]:
    """Assumptions, one a line: the columns they are about, a colon, and why.

    >>> assumed("Signed, Effective: no signed copy is on file", False)[0].fields
    ('signed', 'effective')
    """
    return tuple(_assumption(line) for line in text_of(cell).splitlines() if line.strip())


def _assumption(line: str) -> Assumption:
    names, colon, why = line.partition(":")
    titles = (name_key(name.replace("_", " ")) for name in names.split(","))
    fields = tuple(title.replace(" ", "_") for title in titles)
    if not colon or not why.strip() or not set(fields) <= set(ASSUMABLE):
        columns = ", ".join(title_of(field) for field in ASSUMABLE)
        raise BadInput(
            f"is {shown(line)}; expected columns, a colon and why, such as "
            f"'Effective: no signed copy is on file'; the columns are {columns}"
        )
    return Assumption(fields, why.strip())


PARSERS: dict[str, Callable[[Cell, bool], object]] = {
    "document": document_number,
    "text": lambda cell, date1904: text_of(cell),
    "figure": figure,
    "money": money,
    "percent": percent,
    "upper end": upper_end,
    "charge": one_of(Charge),
    "day": day,
    "assumed": assumed,
    "step": step,
    "part units": one_of(PartUnits),
}

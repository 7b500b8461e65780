"""Rises of a row's figures, as a contract file states them: read, and checked against the row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from xlfuncs.pricing.contract import (
    MOST_DECIMALS,
    NOT_ON_FILE,
    RAISED,
    Increase,
    Row,
    fits_figure,
)
from xlfuncs.pricing.dated_rows import raise_row, rounds_to_cents_or_less
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import Cell, format_cell, parse_figure

EXPECTED = "such as {from = 2025-07-01, percent = 3}"
FIGURES = ("percent", "index", "floor", "cap")
KEYS = ("from", *FIGURES)


def parse_increases(cell: Any) -> tuple[Increase, ...]:
    """The rises of a row, a table each, with the keys `from` and `percent`.

    In place of the percent, `index` is the change of an index, within `floor` and `cap`. Raises
    BadInput.

    >>> parse_increases([{"from": date(2025, 7, 1), "index": Decimal(5), "cap": 3}])[0].cap
    Decimal('3')
    """
    if not isinstance(cell, (list, tuple)):
        raise BadInput(f"is {format_cell(cell)}; expected a list of tables {EXPECTED}")
    found: list[Increase] = []
    for number, table in enumerate(cell, 1):
        try:
            increase = table if isinstance(table, Increase) else _parse_table(table)
        except BadInput as refusal:
            raise BadInput(f"{refusal}, at number {number}") from None
        if found and increase.since <= found[-1].since:
            text = f"has {increase.since} after {found[-1].since}; expected the earliest first"
            raise BadInput(text)
        found.append(increase)
    return tuple(found)


def _parse_table(table: Any) -> Increase:
    if not isinstance(table, Mapping):
        raise BadInput(f"has {format_cell(table)}; expected tables {EXPECTED}")
    for key in table:
        if key not in KEYS:
            raise BadInput(f"has an unknown key {key!r}; expected one of {', '.join(KEYS)}")
    day = table.get("from")
    if type(day) is not date:
        raise BadInput(f"has from = {format_cell(day)}; expected a date such as 2025-07-01")
    if ("percent" in table) == ("index" in table):
        raise BadInput(f"of {day} has {_both_or_neither(table)}; expected percent or index")
    if "percent" in table and {"floor", "cap"} & set(table):
        raise BadInput(f"of {day} has a floor or cap beside a percent; expected them beside index")
    increase = Increase(day, *(_parse_figure(key, table) for key in FIGURES))
    _check_bounds(increase)
    return increase


def _both_or_neither(table: Mapping[str, Any]) -> str:
    return "percent and index" if "percent" in table else "neither percent nor index"


def _parse_figure(key: str, table: Mapping[str, Any]) -> Decimal | None:
    value = table.get(key)
    if value is None or (key == "percent" and value == NOT_ON_FILE):
        return None
    try:
        return parse_figure(value)
    except BadInput as refusal:
        raise BadInput(f"has {key} that {refusal}") from None


def _check_bounds(increase: Increase) -> None:
    """Raise BadInput for a cap below the floor, and for a percent that leaves nothing."""
    floor, cap, percent = increase.floor, increase.cap, increase.percent_raised
    if floor is not None and cap is not None and cap < floor:
        raise BadInput(f"has the cap {cap:f}; expected at least the floor, {floor:f}")
    if percent is not None and percent <= -100:
        raise BadInput(f"has {percent:f} percent; expected more than -100")


def parse_rounded(cell: Cell) -> int:
    """The decimals of a raised figure. Raises BadInput."""
    expected = f"a number of decimals from 0 to {MOST_DECIMALS}"
    number = parse_figure(cell, expected)
    if number != int(number) or not 0 <= number <= MOST_DECIMALS:
        raise BadInput(f"is {format_cell(cell)}; expected {expected}")
    return int(number)


def check_increases(row: Row) -> Iterator[tuple[str, str]]:
    """Find what is wrong between the rises of a row and what else it states, by field."""
    first, last = row.increases[0].since, row.increases[-1].since
    starts = row.effective or (None if row.document else row.signed)
    raised = [each for each in raise_row(row) if each.increase]
    figures = [figure for each in raised for field in RAISED if (figure := getattr(each, field))]
    if not any(getattr(row, field) is not None for field in RAISED):
        yield "increases", f"is set; expected nothing: {row.charge.value} has no figure to raise"
    elif starts and first <= starts:
        yield "increases", f"has {first}; expected a day after {starts}, the first day in force"
    elif row.ends and last > row.ends:
        yield "increases", f"has {last}; expected {row.ends} or an earlier day, for the row ends"
    elif not all(map(fits_figure, figures)):
        yield "increases", "raises a figure to more than 15 digits; expected fewer"
    elif rounds_to_cents_or_less(row):
        yield "rounded", "is missing; expected 0 where raised figures have no cents, or 2"

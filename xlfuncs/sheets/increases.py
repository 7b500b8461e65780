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
from xlfuncs.pricing.dated_rows import (
    find_figure_without_cents,
    has_known_start,
    is_raised,
    parse_increase,
    raise_row,
)
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import NOT_AS_A_DATE, Cell, describe_year, format_cell, parse_figure
from xlfuncs.sheets.schema import MOST_INCREASES

EXAMPLE = "{from = 2025-07-01, percent = 3}"
FIRST_RISE = date(1907, 1, 1)
"""The day before a rise is on the sheets, too, and earlier ones may be taken for years."""

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
        raise BadInput(f"is {format_cell(cell)}; expected a list of tables, [{EXAMPLE}]")
    if len(cell) > MOST_INCREASES:
        raise BadInput(f"has {len(cell):,} tables; expected at most {MOST_INCREASES}")
    found: list[Increase] = []
    for number, table in enumerate(cell, 1):
        try:
            increase = _parse_table(table)
        except BadInput as refusal:
            raise BadInput(f"number {number} {refusal}") from None
        if found and increase.since <= found[-1].since:
            text = f"is from {increase.since}, after one from {found[-1].since}"
            raise BadInput(f"number {number} {text}; expected the earliest first, each date once")
        found.append(increase)
    return tuple(found)


def _parse_table(table: Any) -> Increase:
    if not isinstance(table, Mapping):
        raise BadInput(f"is {format_cell(table)}; expected a table such as {EXAMPLE}")
    for key in table:
        if key not in KEYS:
            found = f"has an unknown key {format_cell(key)}"
            raise BadInput(f"{found}; expected one of: {', '.join(KEYS)}")
    day = _parse_first_day(table)
    if ("percent" in table) == ("index" in table):
        found = "percent and index" if "percent" in table else "neither percent nor index"
        raise BadInput(f"has {found}; expected one of them, as in {EXAMPLE}")
    if "percent" in table and {"floor", "cap"} & set(table):
        raise BadInput(
            "has a floor or cap with percent; expected them with index, the change they limit"
        )
    increase = Increase(day, *(_parse_figure(key, table) for key in FIGURES))
    _check_bounds(increase)
    return increase


def _parse_first_day(table: Mapping[str, Any]) -> date:
    day = table.get("from")
    expected = "expected a date such as 2025-07-01"
    if "from" not in table:
        raise BadInput(f"has no 'from'; {expected}")
    if type(day) is not date:
        year = describe_year(day, day if isinstance(day, (int, Decimal)) else None)
        as_written = NOT_AS_A_DATE.get(type(day), "")
        raise BadInput(f"has from = {format_cell(day)}{year}; {expected}{as_written}")
    if day < FIRST_RISE:
        raise BadInput(f"has from = {day}; expected a date on or after {FIRST_RISE}")
    return day


def _parse_figure(key: str, table: Mapping[str, Any]) -> Decimal | None:
    value = table.get(key)
    if value is None:
        return None
    if key in {"percent", "index"} and isinstance(value, str) and name_key(value) == NOT_ON_FILE:
        return None
    try:
        return parse_figure(value, "a number, 3 for 3 percent")
    except BadInput as refusal:
        raise BadInput(f"has {'an' if key == 'index' else 'a'} {key} that {refusal}") from None


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
    """Find what is wrong between the rises of a row and what else it states, by field.

    A row that counts from a known day has its rises in `increases`, or is raised itself: rises that
    are only in words raise nothing.
    """
    if has_known_start(row) and parse_increase(row.increase) and not is_raised(row):
        found = f"is {format_cell(row.increase)}, but the row does not begin with that rise"
        yield "increase", f"{found}; expected a row for each rise, effective from its day"
    if not row.increases:
        return
    first, last = row.increases[0].since, row.increases[-1].since
    starts = row.effective or (None if row.document else row.signed)
    raised = [each for each in raise_row(row) if each.increase]
    figures = [figure for each in raised for field in RAISED if (figure := getattr(each, field))]
    if not any(getattr(row, field) is not None for field in RAISED):
        yield (
            "increases",
            f"is set; remove it: the pricing method {row.charge.value} has no figure to increase",
        )
    elif starts and first <= starts:
        yield "increases", f"has {first}; expected a day after {starts}, the first day in force"
    elif row.ends and last > row.ends:
        yield "increases", f"has {last}; expected {row.ends} or an earlier day: the row ends then"
    elif not all(map(fits_figure, figures)):
        yield "increases", "raises a figure to more than 15 digits; expected fewer"
    elif figure := find_figure_without_cents(row):
        found = f"is missing, and {figure} is typed without cents, but increases"
        yield "rounded", f"{found}; expected {figure:.2f} there, or rounded = 2 or 0"

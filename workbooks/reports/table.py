"""The table of groups: each figure a formula over the listed lines, plus the rest beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell
from workbooks.look.styles import HEADING, LABEL, MONEY, QUANTITY, TYPED, WORDS, WORKED_OUT
from workbooks.look.widths import widen
from workbooks.reports.figures import LARGEST_SUM, kept
from workbooks.reports.groups import Amounts, Group, total
from workbooks.reports.listed import COUNTED_LINE, OVERCHARGES
from workbooks.reports.texts import cut
from xlfuncs.pricing.wording import money
from xlfuncs.tables.cells import Cell

SUMMARY = "Summary"
NUMBER, LINES, SHARE = "Group", "Lines", "Share"
WORDY = ("Service", "Source", "Reason")
SUMMED = {
    LINES: "Rest: lines",
    "Paid": "Rest: paid",
    "Contract price": "Rest: contract price",
    "Overpaid": "Rest: overpaid",
}
"""The columns that are added up, each with the one in which its rest stands."""

TITLES = (NUMBER, *WORDY, *SUMMED, SHARE, *SUMMED.values())
TABLE_LETTERS = dict(zip(TITLES, "ABCDEFGHIJKLM", strict=True))
OVERPAID = TABLE_LETTERS["Overpaid"]
PERCENT = "0.0%"


class Table(NamedTuple):
    """Where the table stands, and what is in it.

    `in_figures` where a spreadsheet holds its sums to the cent; they stand as text otherwise.
    """

    title_row: int
    groups: Sequence[Group]
    in_figures: bool
    rest: Amounts
    whole: Amounts

    @property
    def rows(self) -> range:
        return range(self.title_row + 1, self.total_row)

    @property
    def total_row(self) -> int:
        return self.title_row + 1 + len(self.groups)

    @property
    def has_rest(self) -> bool:
        return self.in_figures and self.rest.lines > 0


class Figure(NamedTuple):
    """A cell under a title: a number with the formula that gives it, or a text."""

    title: str
    formula: str
    value: Cell


def table_of(groups: Sequence[Group], title_row: int) -> Table:
    """The table of these groups; nothing in it is larger than all that was paid."""
    whole = total([group.whole for group in groups])
    rest = total([group.rest for group in groups])
    return Table(title_row, groups, whole.paid < LARGEST_SUM, rest, whole)


def write_table(sheet: Worksheet, table: Table) -> dict[str, Cell]:
    """Writes titles, groups and the total below them; answers the values of the figures by cell."""
    for title in TITLES if table.has_rest else TITLES[: -len(SUMMED)]:
        style = WORDS[HEADING] if title in WORDY else HEADING
        write_cell(sheet, f"{TABLE_LETTERS[title]}{table.title_row}", title, style)
    values: dict[str, Cell] = {}
    for row, group in zip(table.rows, table.groups, strict=True):
        write_cell(sheet, f"{TABLE_LETTERS[NUMBER]}{row}", group.number, WORKED_OUT, COUNTED_LINE)
        for title, text in zip(WORDY, group.sum[:3], strict=True):
            write_cell(sheet, f"{TABLE_LETTERS[title]}{row}", cut(text), WORDS[WORKED_OUT])
        values |= _write(sheet, row, _figures_of(table, row, group))
    write_cell(sheet, f"A{table.total_row}", "All", LABEL)
    return values | _write(sheet, table.total_row, _totals_of(table))


def _figures_of(table: Table, row: int, group: Group) -> Iterator[Figure]:
    """What is worked out of the lines that bear the group's number.

    Of these only what is overpaid: a line that somebody puts right there no longer counts.
    """
    chosen = f'{OVERCHARGES}[{NUMBER}],$A{row},{OVERCHARGES}[Overpaid],">0"'
    figures = zip(SUMMED.items(), group.whole.figures, group.rest.figures, strict=True)
    for (title, rest_title), whole, rest in figures:
        listed = f"SUMIFS({OVERCHARGES}[{title}],{chosen})"
        formula = f"COUNTIFS({chosen})" if title == LINES else listed
        more = f"+{TABLE_LETTERS[rest_title]}{row}" if table.has_rest else ""
        yield _figure(table, title, f"{formula}{more}", whole)
        if table.has_rest:
            yield Figure(rest_title, "", float(rest))
    share = kept(group.whole.overpaid) / kept(table.whole.overpaid)
    every = f"${OVERPAID}${table.total_row}"
    formula = f"IF({every}=0,0,{OVERPAID}{row}/{every})" if table.in_figures else ""
    yield Figure(SHARE, formula, share)


def _totals_of(table: Table) -> Iterator[Figure]:
    figures = zip(SUMMED.items(), table.whole.figures, table.rest.figures, strict=True)
    for (title, rest_title), whole, rest in figures:
        yield _figure(table, title, _sum(table, title), whole)
        if table.has_rest:
            yield _figure(table, rest_title, _sum(table, rest_title), rest)


def _sum(table: Table, title: str) -> str:
    letter = TABLE_LETTERS[title]
    return f"SUM({letter}{table.rows[0]}:{letter}{table.rows[-1]})"


def _figure(table: Table, title: str, formula: str, figure: Decimal) -> Figure:
    """A count or an amount; amounts are rounded, for sums of binary figures are no whole cents."""
    if title in (LINES, SUMMED[LINES]):
        return Figure(title, formula if table.in_figures else "", float(figure))
    if table.in_figures:
        return Figure(title, f"ROUND({formula},2)", kept(figure))
    return Figure(title, "", money(figure))


def _write(sheet: Worksheet, row: int, figures: Iterable[Figure]) -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    for title, formula, value in figures:
        letter, shown = TABLE_LETTERS[title], MONEY
        if title in (LINES, SUMMED[LINES]):
            shown = QUANTITY
        elif title == SHARE:
            shown = PERCENT
        elif isinstance(value, str):
            shown = TYPED
        cell = write_cell(sheet, f"{letter}{row}", value, WORKED_OUT, shown)
        if formula:
            cell.value = f"={formula}"
        if not isinstance(value, str):
            values[cell.coordinate] = value
        if title != SHARE:
            widen(sheet, letter, [value], shown)
    return values

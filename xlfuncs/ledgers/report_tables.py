"""The tables of the report: overcharges and their sums, by formulas that subtract and add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.ledgers.audit import Amounts, Group, Overcharge, Overcharges
from xlfuncs.pricing.contract import MOST_DIGITS
from xlfuncs.pricing.wording import format_money, format_number
from xlfuncs.sheets.cells import LONGEST_TEXT, Cell
from xlfuncs.sheets.schema import column_letter
from xlfuncs.xlsx.excel_tables import add_table, guard_column
from xlfuncs.xlsx.styles import (
    AS_TEXT,
    CALCULATED_STYLE,
    DAY,
    HEADING,
    LABEL,
    MONEY,
    PLAIN,
    QUANTITY,
    WORDS,
    set_up_page,
    set_widths,
    show_decimals,
    widen,
    write_cell,
    write_top,
)

# Which amounts are figures of a spreadsheet: it has binary figures and shows 15 digits of them.

LARGEST = Decimal(10**11)
"""Amounts from here on are text: a cent of them may be lost where a spreadsheet subtracts or adds.

No host says how near to each other two figures are the same to it; below, all tell cents apart.
"""


def to_figure(figure: Decimal) -> float:
    """A figure as it is in a cell, of at most 15 digits.

    >>> to_figure(Decimal("0.123456789012345678"))
    0.123456789012346
    """
    return float(f"{figure:.{MOST_DIGITS}g}")


def has_figures(line: Overcharge) -> bool:
    """Whether the figures of a line are numbers of the spreadsheet, and not text.

    They are where none of its amounts is too large, and its quantities have at most 15 digits.
    """
    quantities = (line.quantity, line.counted, line.above)
    return line.paid < LARGEST and all(
        Decimal(f"{each:.{MOST_DIGITS}g}") == each for each in quantities
    )


# Groups of overcharges: what formulas add up from the listed lines, and what is the rest.


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with the number by which formulas know its lines, and its whole sum.

    A number, for a spreadsheet compares no texts above 255 characters, and takes `*`, `>` and the
    like in them for more than they are. `rest` is what no formula adds up: lines that are not
    listed, and those whose figures are text.
    """

    number: int
    group: Group
    whole: Amounts
    rest: Amounts


def list_groups(found: Overcharges) -> list[GroupRow]:
    """The groups, largest overpayment first."""
    listed: dict[Group, Amounts] = defaultdict(Amounts)
    for line in found.listed:
        if has_figures(line):
            listed[line.group] += Amounts(1, line.paid, line.price)
    return [
        GroupRow(number, each.group, each.amounts, each.amounts - listed[each.group])
        for number, each in enumerate(found.sums, 1)
    ]


# Texts of ledgers and contracts, as long as a cell of a report can hold.

LONGEST_STORED = len("_x0000_")
"""Characters in the file for one that XML does not hold."""

LONGEST = LONGEST_TEXT // LONGEST_STORED
"""Characters that fit into a cell whichever they are."""

CUT = " ... (cut off here; the priced ledger has the full text)"


def cut(text: str, longest: int = LONGEST, ending: str = CUT) -> str:
    """The text, or as much of it as there is room for beside the words that say so.

    >>> cut("Amendment 1", 9, " ...")
    'Amend ...'
    """
    return text if len(text) <= longest else text[: longest - len(ending)] + ending


# The sheet Overcharges: a row for each listed line, its difference by a formula.

OVERCHARGES = "Overcharges"
EXPLAINED = (
    "Contract price = Fixed + Rate x (Counted - Above), rounded to the cent. Overpaid = Paid - "
    "Contract price. Line is the line number in the ledger, or the row number on its sheet."
)
TITLE_ROW = 4
FIRST_ROW = TITLE_ROW + 1
COUNTED_LINE = "0"
LONG_RATE = "#,##0.00##########"
"""Discounts make more decimals than documents state."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list; `of` is the field of an overcharge that it shows."""

    title: str
    of: str
    number_format: str
    width: float


COLUMNS = (
    Column("Line", "line", COUNTED_LINE, 10),
    Column("In the ledger", "named", PLAIN, 22),
    Column("Purchase date", "purchased", DAY, 12),
    Column("Service", "service", PLAIN, 24),
    Column("Quantity", "quantity", QUANTITY, 11),
    Column("Counted", "counted", QUANTITY, 11),
    Column("Fixed", "fixed", LONG_RATE, 12),
    Column("Rate", "rate", LONG_RATE, 9),
    Column("Above", "above", QUANTITY, 10),
    Column("Contract price", "price", MONEY, 15),
    Column("Paid", "paid", MONEY, 15),
    Column("Overpaid", "overpaid", MONEY, 15),
    Column("Source", "source", PLAIN, 28),
    Column("Reason", "reason", PLAIN, 60),
    Column("Group", "group", COUNTED_LINE, 8),
)
LETTERS = {column.of: column_letter(index) for index, column in enumerate(COLUMNS)}


def _this(title: str) -> str:
    return f"{OVERCHARGES}[[#This Row],[{title}]]"


OVERPAID_FORMULA = f"ROUND({_this('Paid')}-{_this('Contract price')},2)"
"""Rounded, for what is left of two binary figures is seldom whole cents."""


def write_listed(sheet: Worksheet, found: Overcharges) -> dict[str, Cell]:
    """Fill the sheet; returns the values of its figures and formulas by cell."""
    write_top(sheet, OVERCHARGES, EXPLAINED)
    set_widths(sheet, (column.width for column in COLUMNS))
    titled = [(c.title, WORDS[HEADING] if _has_words(c) else HEADING) for c in COLUMNS]
    formulas = {"Overpaid": OVERPAID_FORMULA}
    add_table(sheet, OVERCHARGES, titled, TITLE_ROW, len(found.listed), formulas=formulas)
    numbers = {each.group: number for number, each in enumerate(found.sums, 1)}
    values: dict[str, Cell] = {}
    for row, line in enumerate(found.listed, FIRST_ROW):
        values |= _write_line(sheet, row, line, numbers[line.group])
    _fit_columns(sheet, found)
    set_up_page(sheet, found.contract.name, TITLE_ROW)
    sheet.freeze_panes = f"B{FIRST_ROW}"
    return values


def _fit_columns(sheet: Worksheet, found: Overcharges) -> None:
    """Make columns as wide as their figures, and ask whoever types over a formula."""
    for column in COLUMNS:
        letter = LETTERS[column.of]
        if column.number_format in (MONEY, LONG_RATE, QUANTITY):
            shown = (_format_figure(column, getattr(line, column.of)) for line in found.listed)
            widen(sheet, letter, shown, PLAIN)
        if column.number_format == QUANTITY:
            show_decimals(sheet, f"{letter}{FIRST_ROW}", len(found.listed))
    guard_column(sheet, LETTERS["overpaid"], FIRST_ROW)


def _write_line(sheet: Worksheet, row: int, line: Overcharge, group: int) -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    for column in COLUMNS:
        address = f"{LETTERS[column.of]}{row}"
        style = WORDS[CALCULATED_STYLE] if _has_words(column) else CALCULATED_STYLE
        cell: Any = group if column.of == "group" else getattr(line, column.of)
        if column.number_format in (COUNTED_LINE, DAY, PLAIN):
            cell = cut(cell) if isinstance(cell, str) else cell
            write_cell(sheet, address, cell, style, column.number_format)
        elif has_figures(line):
            values[address] = to_figure(cell)
            written = write_cell(sheet, address, values[address], style, column.number_format)
            if column.of == "overpaid":
                written.value = f"={OVERPAID_FORMULA}"
        else:
            write_cell(sheet, address, _format_figure(column, cell), style, AS_TEXT)
    return values


def _format_figure(column: Column, figure: Decimal) -> str:
    return format_number(figure) if column.number_format == QUANTITY else format_money(figure)


def _has_words(column: Column) -> bool:
    return column.number_format == PLAIN


# The table of groups: each figure a formula over the listed lines, plus the rest beside it.

SUMMARY = "Summary"
NUMBER, LINES, SHARE = "Group", "Lines", "Share"
WORDY = ("Service", "Source", "Reason")


@dataclass(frozen=True, slots=True)
class SummedColumn:
    """A column that is added up, the one with its rest, and the field of amounts in both."""

    title: str
    rest_title: str
    of: str


SUMMED = (
    SummedColumn(LINES, "Rest: lines", "lines"),
    SummedColumn("Paid", "Rest: paid", "paid"),
    SummedColumn("Contract price", "Rest: contract price", "price"),
    SummedColumn("Overpaid", "Rest: overpaid", "overpaid"),
)
REST_TITLES = [column.rest_title for column in SUMMED]
COUNTS = (LINES, "Rest: lines")
"""Columns of numbers of lines; the others have amounts."""

TITLES = (NUMBER, *WORDY, *(column.title for column in SUMMED), SHARE, *REST_TITLES)
TABLE_LETTERS = dict(zip(TITLES, "ABCDEFGHIJKLM", strict=True))
OVERPAID = TABLE_LETTERS["Overpaid"]
PERCENT = "0.0%"


@dataclass(frozen=True, slots=True)
class Table:
    """Where the table is, and what is in it.

    `in_figures` where a spreadsheet holds its sums to the cent; they are text otherwise.
    """

    title_row: int
    groups: Sequence[GroupRow]
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


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell under a title: a number with the formula that gives it, or a text."""

    title: str
    formula: str
    value: Cell


def make_table(groups: Sequence[GroupRow], title_row: int) -> Table:
    """The table of these groups; no amount in it is larger than all that was paid."""
    whole = sum((group.whole for group in groups), Amounts())
    rest = sum((group.rest for group in groups), Amounts())
    return Table(title_row, groups, whole.paid < LARGEST, rest, whole)


def write_table(sheet: Worksheet, table: Table) -> dict[str, Cell]:
    """Write titles, groups and the total below them; returns the values of figures by cell."""
    for title in TITLES:
        if title in REST_TITLES and not table.has_rest:
            continue
        style = WORDS[HEADING] if title in WORDY else HEADING
        write_cell(sheet, f"{TABLE_LETTERS[title]}{table.title_row}", title, style)
    values: dict[str, Cell] = {}
    for row, group in zip(table.rows, table.groups, strict=True):
        write_cell(
            sheet, f"{TABLE_LETTERS[NUMBER]}{row}", group.number, CALCULATED_STYLE, COUNTED_LINE
        )
        for title, text in zip(WORDY, astuple(group.group), strict=True):
            write_cell(sheet, f"{TABLE_LETTERS[title]}{row}", cut(text), WORDS[CALCULATED_STYLE])
        values |= _write(sheet, row, _sum_group(table, row, group))
    write_cell(sheet, f"A{table.total_row}", "All", LABEL)
    return values | _write(sheet, table.total_row, _sum_all(table))


def _sum_group(table: Table, row: int, group: GroupRow) -> Iterator[Figure]:
    """The sums of the lines that have the group's number.

    Only of those that are overpaid: a line that somebody puts right there no longer counts.
    """
    chosen = f'{OVERCHARGES}[{NUMBER}],$A{row},{OVERCHARGES}[Overpaid],">0"'
    for column in SUMMED:
        formula = f"SUMIFS({OVERCHARGES}[{column.title}],{chosen})"
        if column.title == LINES:
            formula = f"COUNTIFS({chosen})"
        if table.has_rest:
            formula += f"+{TABLE_LETTERS[column.rest_title]}{row}"
        yield _make_figure(table, column.title, formula, getattr(group.whole, column.of))
        if table.has_rest:
            yield Figure(column.rest_title, "", float(getattr(group.rest, column.of)))
    share = to_figure(group.whole.overpaid) / to_figure(table.whole.overpaid)
    every = f"${OVERPAID}${table.total_row}"
    formula = f"IF({every}=0,0,{OVERPAID}{row}/{every})" if table.in_figures else ""
    yield Figure(SHARE, formula, share)


def _sum_all(table: Table) -> Iterator[Figure]:
    sums = [(column.title, getattr(table.whole, column.of)) for column in SUMMED]
    if table.has_rest:
        sums += [(column.rest_title, getattr(table.rest, column.of)) for column in SUMMED]
    for title, figure in sums:
        letter = TABLE_LETTERS[title]
        formula = f"SUM({letter}{table.title_row + 1}:{letter}{table.total_row - 1})"
        yield _make_figure(table, title, formula, figure)


def _make_figure(table: Table, title: str, formula: str, figure: Decimal) -> Figure:
    """A count or an amount; amounts are rounded, for sums of binary figures are no whole cents."""
    if title in COUNTS:
        return Figure(title, formula if table.in_figures else "", float(figure))
    if table.in_figures:
        return Figure(title, f"ROUND({formula},2)", to_figure(figure))
    return Figure(title, "", format_money(figure))


def _write(sheet: Worksheet, row: int, figures: Iterable[Figure]) -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    for figure in figures:
        title, value = figure.title, figure.value
        letter, shown = TABLE_LETTERS[title], MONEY
        if title in COUNTS:
            shown = QUANTITY
        elif title == SHARE:
            shown = PERCENT
        elif isinstance(value, str):
            shown = AS_TEXT
        cell = write_cell(sheet, f"{letter}{row}", value, CALCULATED_STYLE, shown)
        if figure.formula:
            cell.value = f"={figure.formula}"
        if not isinstance(value, str):
            values[cell.coordinate] = value
        if title != SHARE:
            widen(sheet, letter, [value], shown)
    return values

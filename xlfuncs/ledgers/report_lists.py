"""The lists of a report: what was paid over and under, not compared, and credits, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.ledgers.audit import Audit, Breakdown, By, LedgerLine, Listed
from xlfuncs.ledgers.report_cells import ReportSheet, is_figure, round_to_cents
from xlfuncs.pricing.wording import format_money, format_number
from xlfuncs.sheets.schema import column_letter
from xlfuncs.xlsx.excel_tables import add_table, guard_column
from xlfuncs.xlsx.styles import (
    CALCULATED_STYLE,
    DAY,
    HEADING,
    MONEY,
    NOTE,
    PLAIN,
    QUANTITY,
    TOTAL,
    WORDS,
    set_up_page,
    set_widths,
    show_decimals,
    widen,
    write_top,
)

# The columns of the lists.

LINE, PAID, PRICE, CREDITED = "Line", "Paid", "Contract price", "Credited"
YES = "yes"
COUNTED = "0"
"""The number format of what is only counted through: lines, groups."""

Shown = str | int | date | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: what it shows of a line, how, and how wide it is at least.

    A column of amounts is always there, another one only where some line has something in it.
    `formula` is that of a table, which calculates the amount from others in its row.
    """

    title: str
    number_format: str
    width: float
    show: Callable[[LedgerLine], Shown]
    formula: str = ""


WHICH_LINE = Column(LINE, COUNTED, 8, lambda line: line.line)
WHAT = (
    WHICH_LINE,
    Column("File", PLAIN, 18, lambda line: line.file),
    Column("Reference", PLAIN, 14, lambda line: line.reference),
    Column(By.VENDOR.value, PLAIN, 18, lambda line: line.vendor),
    Column("Purchase date", DAY, 12, lambda line: line.purchased),
    Column(By.SERVICE.value, PLAIN, 18, lambda line: line.service),
    Column("Quantity", QUANTITY, 10, lambda line: line.quantity),
    Column("Bought before", QUANTITY, 11, lambda line: line.before),
    Column(PAID, MONEY, 14, lambda line: line.paid),
    Column(PRICE, MONEY, 14, lambda line: line.price),
)
CHARGED = Column(By.CHARGE.value, PLAIN, 26, lambda line: line.charged_as)
IS_CREDITED = Column(CREDITED, PLAIN, 10, lambda line: YES if line.is_credited else "")
OUTCOME = Column("Outcome", PLAIN, 15, lambda line: line.outcome)
WHY = (
    Column("Source", PLAIN, 24, lambda line: line.source),
    Column("Reason", PLAIN, 42, lambda line: line.reason),
)


def this_row(table: str, title: str) -> str:
    """The cell of a column in the row of the formula."""
    return f"{table}[[#This Row],[{title}]]"


def _combine(line: LedgerLine, paid: int, price: int) -> Decimal | None:
    """What was paid and the price, each times a factor; None where one of them is missing."""
    if line.paid is None or line.price is None:
        return None
    return paid * line.paid + price * line.price


# The lists.


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A sheet with a list: its name, what it says above the list, and its columns.

    `difference` is the title of the column that is calculated, if there is one.
    """

    name: str
    note: str
    lines: Callable[[Audit], Listed]
    columns: Sequence[Column]
    difference: str = ""

    @property
    def table(self) -> str:
        """The name of the table, as formulas have it."""
        return self.name.replace(" ", "_")

    def sum_wrong(self, *chosen: tuple[str, str]) -> str:
        """The sum of the differences above 0, where columns have what is `chosen`.

        A line that somebody puts right no longer counts.
        """
        conditions = self._conditions(chosen)
        return f"SUMIFS({self.table}[{self.difference}],{conditions})"

    def count_wrong(self, *chosen: tuple[str, str]) -> str:
        """The number of those lines."""
        return f"COUNTIFS({self._conditions(chosen)})"

    def _conditions(self, chosen: Sequence[tuple[str, str]]) -> str:
        every = ((self.difference, '">0"'), *chosen)
        return ",".join(f"{self.table}[{title}],{operand}" for title, operand in every)


OVER = ListSheet(
    "Overpaid",
    "Purchases paid above the contract price. Overpaid = Paid - Contract price.",
    lambda audit: audit.over,
    (
        *WHAT,
        Column(
            "Overpaid",
            MONEY,
            14,
            lambda line: _combine(line, 1, -1),
            f"{this_row('Overpaid', PAID)}-{this_row('Overpaid', PRICE)}",
        ),
        CHARGED,
        IS_CREDITED,
        *WHY,
    ),
    "Overpaid",
)
UNDER = ListSheet(
    "Underpaid",
    "Purchases paid below the contract price. Underpaid = Contract price - Paid.",
    lambda audit: audit.under,
    (
        *WHAT,
        Column(
            "Underpaid",
            MONEY,
            14,
            lambda line: _combine(line, -1, 1),
            f"{this_row('Underpaid', PRICE)}-{this_row('Underpaid', PAID)}",
        ),
        CHARGED,
        IS_CREDITED,
        *WHY,
    ),
    "Underpaid",
)
UNCOMPARED = ListSheet(
    "Not compared",
    "Purchases without a contract price, or without an amount paid to compare with it.",
    lambda audit: audit.uncompared,
    (*WHAT, OUTCOME, *WHY),
)
CREDITS = ListSheet(
    "Credits",
    "Lines with a negative amount or a negative quantity. Difference = Paid + Contract price, on "
    "lines that have both: 0.00 where the full contract price was credited.",
    lambda audit: audit.credits,
    (
        *WHAT,
        Column(
            "Difference",
            MONEY,
            14,
            lambda line: _combine(line, 1, 1),
            f"{this_row('Credits', PAID)}+{this_row('Credits', PRICE)}",
        ),
        CHARGED,
        OUTCOME,
        *WHY,
    ),
    "Difference",
)
LISTS = (OVER, UNDER, UNCOMPARED, CREDITS)
SUMMED = (OVER, UNDER)
"""The lists that totals are formulas of."""


def can_sum(listed: Listed) -> bool:
    """Whether formulas add up all lines: each is listed, and all amounts are figures."""
    return (
        0 < len(listed.lines) == listed.count
        and all(map(is_figure, (listed.paid, listed.price, listed.difference)))
        and all(map(_has_figures, listed.lines))
    )


def _has_figures(line: LedgerLine) -> bool:
    return all(is_figure(amount or Decimal()) for amount in (line.paid, line.price))


# The numbers by which totals find their lines: a spreadsheet compares no texts above 255
# characters, and takes `*`, `>` and the like in them for more than they are.


def key_title(by: By) -> str:
    """The title of the hidden column with these numbers."""
    return f"Number of {by.value.lower()}"


def number_groups(breakdown: Breakdown) -> dict[str, int]:
    """The numbers of the groups that have a total of their own; all others have the next one."""
    return {group.name: number for number, group in enumerate(breakdown.groups, 1)}


# One list: totals, titles, and the lines.

TOTAL_ROW, TITLE_ROW = 4, 5
FIRST_ROW = TITLE_ROW + 1


def write_list(page: ReportSheet, kind: ListSheet, audit: Audit) -> None:
    """Fill the sheet with the lines of a kind, of which there is at least one."""
    listed, sheet = kind.lines(audit), page.sheet
    columns = [column for column in kind.columns if _is_needed(column, listed)]
    breakdowns = audit.breakdowns if kind in SUMMED else ()
    keys = {each.by: number_groups(each) for each in breakdowns}
    write_top(sheet, kind.name, _describe(kind, listed))
    set_widths(sheet, (column.width for column in columns))
    _add_table(sheet, kind, columns, list(keys), len(listed.lines))
    _write_totals(page, kind, columns, listed)
    for row, line in enumerate(listed.lines, FIRST_ROW):
        for place, column in enumerate(columns):
            _write_cell(page, f"{column_letter(place)}{row}", column, line)
        for place, (by, numbers) in enumerate(keys.items(), len(columns)):
            number = numbers.get(line.groups[by], len(numbers) + 1)
            page.write(f"{column_letter(place)}{row}", number, CALCULATED_STYLE, COUNTED)
    for place, column in enumerate(columns):
        _fit_column(sheet, column_letter(place), column, listed)
    last = f"{column_letter(len(columns) - 1)}{TITLE_ROW + len(listed.lines)}"
    set_up_page(sheet, audit.contracts[0].name, TITLE_ROW)
    sheet.print_area = f"A1:{last}"
    sheet.freeze_panes = f"B{FIRST_ROW}"


def _is_needed(column: Column, listed: Listed) -> bool:
    if column.number_format == MONEY:
        return True
    return any(column.show(line) not in (None, "") for line in listed.lines)


def _describe(kind: ListSheet, listed: Listed) -> str:
    if listed.count == len(listed.lines):
        return kind.note
    lines, of = (format_number(Decimal(each)) for each in (len(listed.lines), listed.count))
    return f"{kind.note} The {lines} largest of {of} are listed; totals have all of them."


def _add_table(
    sheet: Worksheet, kind: ListSheet, columns: Sequence[Column], keys: Sequence[By], rows: int
) -> None:
    titled = [
        (each.title, WORDS[HEADING] if each.number_format == PLAIN else HEADING) for each in columns
    ]
    titled += [(key_title(by), HEADING) for by in keys]
    formulas = {each.title: round_to_cents(each.formula) for each in columns if each.formula}
    add_table(sheet, kind.table, titled, TITLE_ROW, rows, formulas=formulas)
    for place in range(len(columns), len(titled)):
        sheet.column_dimensions[column_letter(place)].hidden = True


def _write_totals(
    page: ReportSheet, kind: ListSheet, columns: Sequence[Column], listed: Listed
) -> None:
    """Write the totals above the titles, where a filter leaves them in sight."""
    lines = format_number(Decimal(listed.count))
    page.write(f"A{TOTAL_ROW}", f"{lines} {'line' if listed.count == 1 else 'lines'}", NOTE)
    for place, column in enumerate(columns):
        if column.number_format == MONEY:
            formula = f"SUM({kind.table}[{column.title}])" if can_sum(listed) else ""
            amount = _sum_column(column, listed)
            page.write_amount(f"{column_letter(place)}{TOTAL_ROW}", amount, TOTAL, formula)


def _sum_column(column: Column, listed: Listed) -> Decimal:
    return {PAID: listed.paid, PRICE: listed.price}.get(column.title, listed.difference)


def _write_cell(page: ReportSheet, address: str, column: Column, line: LedgerLine) -> None:
    value = column.show(line)
    if column.number_format == PLAIN:
        page.write(address, value or None, WORDS[CALCULATED_STYLE])
    elif not isinstance(value, Decimal):
        page.write(address, value, CALCULATED_STYLE, column.number_format)
    elif column.number_format == MONEY:
        formula = column.formula if _has_figures(line) else ""
        page.write_amount(address, value, CALCULATED_STYLE, formula)
    else:
        page.write_quantity(address, value, CALCULATED_STYLE)


def _fit_column(sheet: Worksheet, letter: str, column: Column, listed: Listed) -> None:
    """Make a column as wide as its figures, and ask whoever types over a formula."""
    values = [value for value in map(column.show, listed.lines) if isinstance(value, Decimal)]
    if column.number_format == MONEY:
        every = (_sum_column(column, listed), *values)
        widen(sheet, letter, map(format_money, every), PLAIN)
    elif column.number_format == QUANTITY:
        widen(sheet, letter, map(format_number, values), PLAIN)
        show_decimals(sheet, f"{letter}{FIRST_ROW}", len(listed.lines))
    if column.formula:
        guard_column(sheet, letter, FIRST_ROW)

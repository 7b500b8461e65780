"""The tables of the report: overcharges and their sums, worked out again by formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.ledgers.audit import Overcharge, Overcharges, Sum
from xlfuncs.pricing.money import Line, to_cents
from xlfuncs.pricing.wording import money, number
from xlfuncs.sheets.cells import LONGEST_TEXT, Cell
from xlfuncs.sheets.schema import column_letter
from xlfuncs.xlsx.input_tables import add_table, guard
from xlfuncs.xlsx.styles import (
    DAY,
    HEADING,
    LABEL,
    MONEY,
    PLAIN,
    QUANTITY,
    TYPED,
    WORDS,
    WORKED_OUT,
    set_page,
    set_widths,
    show_decimals,
    widen,
    write_cell,
    write_top,
)

# Figures as a spreadsheet keeps them, and whether its formulas give the contract price.
#
# A spreadsheet has binary figures and shows 15 digits of them. An amount that needs more, or whose
# last half cent cannot be told in binary, stands as text, so that nobody takes a near amount for
# it.

DIGITS = 15
LARGEST_SUM = Decimal(10 ** (DIGITS - 2))
"""Amounts below this have at most 15 digits, two of them cents."""

LARGEST_HALF_CENT = Decimal(10**10)
"""Below this, ROUND sees a half cent that binary figures cannot hold.

LibreOffice looks for one up to 2^41 cents (its `approxValue`); Excel does not say how far it looks.
"""

SAME = 2.0**-44
"""Figures that are no further apart than this part of them count as the same in a subtraction.

LibreOffice says so (its `approxEqual` draws the line between this and 2^-48); Excel does likewise
and does not say where.
"""

HALF_STEP = 2.0**-53
"""By what part of itself a sum can be off each time that something is added to it."""


def kept(figure: Decimal) -> float:
    """A figure as it stands in a cell, of at most 15 digits.

    >>> kept(Decimal("0.123456789012345678"))
    0.123456789012346
    """
    return float(f"{figure:.{DIGITS}g}")


def is_kept(figure: Decimal) -> bool:
    """Whether a cell holds a figure with all its digits.

    >>> is_kept(Decimal("9999999999999.99")), is_kept(Decimal("10000000000000.01"))
    (True, False)
    """
    return Decimal(f"{figure:.{DIGITS}g}") == figure


def works_out(line: Overcharge) -> bool:
    """Whether the formulas of a spreadsheet give the price and the difference, to the cent.

    They are worked out here as it does, in binary figures. From 10^12 on none does: a cent is the
    15th digit there, which may be one off.

    >>> from datetime import date
    >>> words = date(2014, 1, 1), "Scans"
    >>> def bought(counted: str, rate: str, above: str, price: str) -> Overcharge:
    ...     figures = Decimal(0), Decimal(rate), Decimal(above), Decimal(price)
    ...     quantity, paid = Decimal(counted), Decimal(price) + 1
    ...     return Overcharge(2, *words, quantity, quantity, paid, *figures, "Agreement", "")
    >>> works_out(bought("3", "0.005", "0", "0.02"))  # 1.5 cents are seen to be a half
    True
    >>> works_out(bought("206.45", "533.3", "206", "239.99"))  # 0.45 x 533.3 comes to less than one
    False
    """
    if not all(map(is_kept, (line.quantity, line.counted, line.above, line.paid, line.price))):
        return False
    if not (_told_apart(line.counted, line.above) and _told_apart(line.paid, line.price)):
        return False
    price = kept(line.fixed) + kept(line.rate) * (kept(line.counted) - kept(line.above))
    exact = Line(line.fixed, line.rate, line.above).at(line.counted)
    overpaid = kept(line.paid) - kept(line.price)
    return _rounds_to(line.price, price, exact) and _rounds_to(
        line.overpaid, overpaid, line.overpaid
    )


def _told_apart(one: Decimal, other: Decimal) -> bool:
    return one == other or abs(one - other) > max(one, other) * Decimal(SAME)


def _rounds_to(amount: Decimal, worked_out: float, exact: Decimal) -> bool:
    """Whether a spreadsheet's ROUND makes this amount of what was worked out in binary.

    It rounds a half cent up where that is what it sees. Other figures may be one off in the 15th
    digit without making another cent of it.
    """
    seen = Decimal(f"{worked_out:.{DIGITS}g}")
    if seen == exact and exact * 200 % 2 == 1:
        return seen < LARGEST_HALF_CENT and to_cents(seen) == amount
    last = Decimal(1).scaleb(seen.adjusted() - DIGITS + 1)
    return to_cents(seen - last) == to_cents(seen + last) == amount


def most_off(paid: Decimal, lines: int) -> Decimal:
    """By how much a sum of so many amounts can be off at most, in whatever order they are added.

    >>> most_off(Decimal("4500000"), 10_000), most_off(Decimal("45000000000"), 10_000)
    (Decimal('0.00'), Decimal('0.05'))
    """
    return to_cents(paid * lines * Decimal(HALF_STEP))


# Groups of overcharges: what formulas add up from the listed lines, and what is the rest.

Key = tuple[str, str, str]


class Amounts(NamedTuple):
    """So many lines, and what was paid for them and should have been."""

    lines: int
    paid: Decimal
    price: Decimal

    @property
    def overpaid(self) -> Decimal:
        return self.paid - self.price

    @property
    def figures(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        """In the order of the columns of a table."""
        return Decimal(self.lines), self.paid, self.price, self.overpaid

    def less(self, other: Amounts) -> Amounts:
        return Amounts(self.lines - other.lines, self.paid - other.paid, self.price - other.price)


class Group(NamedTuple):
    """A sum with the number by which formulas know its lines.

    A number, for a spreadsheet compares no texts above 255 characters, and takes `*`, `>` and the
    like in them for more than they are. `rest` is what no formula adds up.
    """

    number: int
    sum: Sum
    rest: Amounts

    @property
    def whole(self) -> Amounts:
        return Amounts(self.sum.lines, self.sum.paid, self.sum.price)


def groups_of(found: Overcharges) -> list[Group]:
    """The groups, largest overpayment first.

    The rest of one are lines that are not listed, and those whose figures stand as text.
    """
    listed: dict[Key, list[Overcharge]] = {}
    for line in found.listed:
        if works_out(line):
            listed.setdefault(_key(line), []).append(line)
    groups = []
    for rank, each in enumerate(found.sums, 1):
        whole = Amounts(each.lines, each.paid, each.price)
        groups.append(Group(rank, each, whole.less(_added(listed.get(_key(each), [])))))
    return groups


def numbers_of(found: Overcharges) -> Mapping[Key, int]:
    """The numbers of the groups, by service, source and reason."""
    return {_key(each): number for number, each in enumerate(found.sums, 1)}


def number_of(line: Overcharge, numbers: Mapping[Key, int]) -> int:
    return numbers[_key(line)]


def total(amounts: Sequence[Amounts]) -> Amounts:
    return Amounts(
        sum(each.lines for each in amounts),
        sum((each.paid for each in amounts), Decimal(0)),
        sum((each.price for each in amounts), Decimal(0)),
    )


def _added(lines: Sequence[Overcharge]) -> Amounts:
    return total([Amounts(1, line.paid, line.price) for line in lines])


def _key(each: Overcharge | Sum) -> Key:
    return each.service, each.source, each.reason


# Texts out of ledgers and contracts, as long as a cell of a report can hold.

LONGEST_STORED = len("_x0000_")
"""Characters that stand in the file for one that XML does not hold."""

LONGEST = LONGEST_TEXT // LONGEST_STORED
"""Characters that fit into a cell whichever they are; a text of more, nobody reads there."""

CUT = " ... (cut off here; the priced ledger has all of it)"


def cut(text: str, longest: int = LONGEST, ending: str = CUT) -> str:
    """The text, or as much of it as there is room for beside the words that say so.

    >>> cut("Amendment 1", 9, " ...")
    'Amend ...'
    """
    return text if len(text) <= longest else text[: longest - len(ending)] + ending


# The sheet Overcharges: a row for each listed line, its price and difference worked out again.

OVERCHARGES = "Overcharges"
EXPLAINED = (
    "Contract price = Fixed + Rate x (Counted - Above), rounded to the cent. Overpaid = Paid - "
    "Contract price. Line is the number of a line of the ledger, or of a row of its sheet."
)
TITLE_ROW = 4
FIRST_ROW = TITLE_ROW + 1
COUNTED_LINE = "0"
LONG_RATE = "#,##0.00##########"
"""Discounts make more decimals than documents state."""


class Column(NamedTuple):
    """A column of the list; `of` is the field of an overcharge that it shows."""

    title: str
    of: str
    number_format: str
    width: float


COLUMNS = (
    Column("Line", "line", COUNTED_LINE, 10),
    Column("In the ledger", "named", PLAIN, 22),
    Column("Purchased", "purchased", DAY, 12),
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


FORMULAS = {
    "price": f"ROUND({_this('Fixed')}+{_this('Rate')}*({_this('Counted')}-{_this('Above')}),2)",
    "overpaid": f"ROUND({_this('Paid')}-{_this('Contract price')},2)",
}
"""The second is rounded too, for what is left of two binary figures is seldom whole cents."""


def write_listed(sheet: Worksheet, found: Overcharges) -> dict[str, Cell]:
    """Fills the sheet; answers the values of its figures and formulas by cell."""
    write_top(sheet, OVERCHARGES, EXPLAINED)
    set_widths(sheet, (column.width for column in COLUMNS))
    titled = [(c.title, WORDS[HEADING] if _has_words(c) else HEADING) for c in COLUMNS]
    titles = {column.of: column.title for column in COLUMNS}
    formulas = {titles[of]: formula for of, formula in FORMULAS.items()}
    add_table(sheet, OVERCHARGES, titled, TITLE_ROW, len(found.listed), formulas=formulas)
    numbers = numbers_of(found)
    values: dict[str, Cell] = {}
    for row, line in enumerate(found.listed, FIRST_ROW):
        values |= _write_line(sheet, row, line, number_of(line, numbers))
    _prepare(sheet, found)
    set_page(sheet, found.contract.name, TITLE_ROW)
    sheet.freeze_panes = f"B{FIRST_ROW}"
    return values


def _prepare(sheet: Worksheet, found: Overcharges) -> None:
    """Columns as wide as their figures; a question back to whoever types over a formula."""
    for column in COLUMNS:
        letter = LETTERS[column.of]
        if column.number_format in (MONEY, LONG_RATE, QUANTITY):
            wording = number if column.number_format == QUANTITY else money
            shown = (wording(getattr(line, column.of)) for line in found.listed)
            widen(sheet, letter, shown, PLAIN)
        if column.number_format == QUANTITY:
            show_decimals(sheet, f"{letter}{FIRST_ROW}", len(found.listed))
        if column.of in FORMULAS:
            guard(sheet, letter, FIRST_ROW)


def _write_line(sheet: Worksheet, row: int, line: Overcharge, group: int) -> dict[str, Cell]:
    """Writes a line; one that no formula gives to the cent has all its amounts as text."""
    values: dict[str, Cell] = {}
    figures = works_out(line)
    for column, cell in zip(COLUMNS, _cells(line, group), strict=True):
        address = f"{LETTERS[column.of]}{row}"
        style = WORDS[WORKED_OUT] if _has_words(column) else WORKED_OUT
        if column.number_format in (COUNTED_LINE, DAY, PLAIN):
            write_cell(sheet, address, cell, style, column.number_format)
        elif figures:
            written = write_cell(sheet, address, kept(cell), style, column.number_format)
            if column.of in FORMULAS:
                written.value = f"={FORMULAS[column.of]}"
            values[address] = kept(cell)
        else:
            wording = number if column.number_format == QUANTITY else money
            write_cell(sheet, address, wording(cell), style, TYPED)
    return values


def _cells(line: Overcharge, group: int) -> Iterator[Cell]:
    for column in COLUMNS[:-1]:
        cell = getattr(line, column.of)
        yield cut(cell) if isinstance(cell, str) else cell
    yield group


def _has_words(column: Column) -> bool:
    return column.number_format == PLAIN


# The table of groups: each figure a formula over the listed lines, plus the rest beside it.

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

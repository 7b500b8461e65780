"""The report on a ledger as a workbook: a summary with a chart, and each overcharge in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.chart import BarChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.series import Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.ledgers.audit import Overcharges
from xlfuncs.ledgers.report_tables import (
    LARGEST,
    LINES,
    OVERCHARGES,
    OVERPAID,
    SUMMARY,
    TABLE_LETTERS,
    GroupRow,
    Table,
    cut,
    has_figures,
    list_groups,
    make_table,
    to_figure,
    write_listed,
    write_table,
)
from xlfuncs.pricing.wording import format_billed_services, format_money, format_number
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.schema import ITEMS, POINTS
from xlfuncs.xlsx.builder import CALCULATION_ENGINE
from xlfuncs.xlsx.cell_values import escape_text
from xlfuncs.xlsx.charts import format_title, label_values, set_axis
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import finish_parts, pack_parts
from xlfuncs.xlsx.styles import (
    HINT,
    INK,
    LABEL,
    MONEY,
    MUTED,
    NOTE,
    PLAIN,
    POINT,
    QUANTITY,
    SECTION,
    TEXT,
    add_styles,
    protect,
    set_up_page,
    set_widths,
    write_cell,
    write_top,
)

# The chart of the report: what was overpaid by service and reason, as bars, the largest on top.

MOST_BARS = 10
LONGEST_LABEL = 30
"""Characters of a service and of a source beside a bar, which have half of the chart."""

WIDTH, HEIGHT_OF_BAR, HEIGHT_OF_REST = 22.0, 0.65, 3.0
ROW_HEIGHT = 0.53
"""Centimetres, all of them."""

FIRST_BAR_ROW = 5

DESCRIPTIONS = {
    "Overpaid by service and reason": "Bar chart of the amount overpaid in each of the largest "
    "groups, largest first. The table below lists the same groups and amounts."
}
"""The description of the chart for a reader who cannot see it."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The chart, and the values of the cells that it draws."""

    chart: BarChart
    values: dict[str, Cell]


def draw_bars(points: Worksheet, table: Table, currency: str) -> Bars:
    """Draw a bar for each of the largest groups, from labels and lengths on a hidden sheet.

    The lengths follow the table; where that has text, they are as long as the bars are drawn.
    """
    groups = table.groups[:MOST_BARS]
    write_top(points, POINTS, f"Data for the chart on the sheet {SUMMARY}.")
    for letter, title in (("A", "Group"), ("B", "Overpaid")):
        write_cell(points, f"{letter}{FIRST_BAR_ROW - 1}", title, NOTE)
    values: dict[str, Cell] = {}
    for row, (group, place) in enumerate(zip(groups, table.rows, strict=False), FIRST_BAR_ROW):
        write_cell(points, f"A{row}", label(group), POINT)
        amount = to_figure(group.whole.overpaid)
        bar = write_cell(points, f"B{row}", amount, POINT, MONEY)
        if table.in_figures:
            bar.value = f"={SUMMARY}!{OVERPAID}{place}"
        values[bar.coordinate] = amount
    more = f", the {MOST_BARS} largest of {len(table.groups)}"
    title = f"Overpaid by service and reason{more if len(groups) < len(table.groups) else ''}"
    chart = _chart(groups, f"Overpaid ({currency})" if currency else "Overpaid")
    chart.title = format_title(title, 11, INK, bold=True)
    chart.height = _height(len(groups))
    return Bars(chart, values)


def _height(groups: int) -> float:
    """The height of the chart of so many groups."""
    return HEIGHT_OF_REST + HEIGHT_OF_BAR * min(groups, MOST_BARS)


def label(group: GroupRow) -> str:
    """The text beside a bar; the number leads to the group's row."""
    service, source = (
        cut(" ".join(words.split()), LONGEST_LABEL, " ...")
        for words in (group.group.service, group.group.source)
    )
    return f"{group.number}. {service}: {source}"


def _chart(groups: Sequence[GroupRow], title: str) -> BarChart:
    chart = BarChart(barDir="bar", gapWidth=45)
    chart.width = WIDTH  # type: ignore[assignment]
    chart.legend = None
    chart.roundedCorners = False
    chart.visible_cells_only = False  # what is drawn is on a hidden sheet
    chart.series.append(_series(groups))
    set_axis(chart.x_axis, "Group, as in the table below", "General")
    set_axis(chart.y_axis, title, QUANTITY)
    chart.x_axis.majorGridlines = None
    chart.x_axis.scaling.orientation = "maxMin"  # or the first would be at the bottom
    chart.y_axis.crosses = "max"  # which is the bottom then
    chart.y_axis.tickLblPos = "nextTo"
    chart.y_axis.scaling.min = 0
    return chart


def _series(groups: Sequence[GroupRow]) -> Series:
    last_row = FIRST_BAR_ROW + len(groups) - 1
    names, lengths = (
        f"'{POINTS}'!${letter}${FIRST_BAR_ROW}:${letter}${last_row}" for letter in ("A", "B")
    )
    texts = [StrVal(index, v=escape_text(label(group))) for index, group in enumerate(groups)]
    points = [NumVal(n, v=repr(to_figure(group.whole.overpaid))) for n, group in enumerate(groups)]
    count = len(groups)
    return Series(
        idx=0,
        order=0,
        cat=AxDataSource(strRef=StrRef(names, StrData(ptCount=count, pt=texts))),
        val=NumDataSource(numRef=NumRef(lengths, NumData(MONEY, ptCount=count, pt=points))),
        spPr=GraphicalProperties(solidFill=MUTED),
        invertIfNegative=False,
        dLbls=label_values("outEnd", QUANTITY),
    )


# The sheet Summary: what was compared, and the overcharges by service, source and reason.

WIDTHS = (8, 26, 34, 60, 10, 17, 17, 17, 8, 11, 19, 19, 19)
FIRST_FACT_ROW = 4
VALUES, CHART = "C", "D"
"""The columns of what was compared, and of the chart beside it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what was compared or found."""

    title: str
    value: Cell
    number_format: str = PLAIN


@dataclass(frozen=True, slots=True)
class Summary:
    """The values of the formulas by cell, and the table, where there are overcharges."""

    values: dict[str, Cell]
    table: Table | None


def write_summary(sheet: Worksheet, found: Overcharges, made: date) -> Summary:
    """Fill the sheet, all but its chart."""
    currency = found.contract.currency
    amounts = f" All amounts in {currency}." if currency else ""
    note = (
        f"Ledger lines on which more was paid than the contract price.{amounts} Each line is "
        "compared separately: a credit memo is not netted against its invoice."
    )
    write_top(sheet, "Overcharges", note)
    set_widths(sheet, WIDTHS)
    facts = list(_facts(found, made))
    for row, fact in enumerate(facts, FIRST_FACT_ROW):
        _write_fact(sheet, row, fact)
    row = FIRST_FACT_ROW + len(facts)
    summary = _write_sums(sheet, row, found) if found.sums else Summary({}, None)
    if not found.sums:
        write_cell(sheet, f"A{row + 1}", _nothing_found(found), LABEL)
    set_up_page(sheet, found.contract.name, summary.table.title_row if summary.table else None)
    protect(sheet)
    return summary


def _facts(found: Overcharges, made: date) -> Iterator[Fact]:
    contract = found.contract
    yield Fact(ITEMS["name"], contract.name)
    yield from (Fact(ITEMS["parties"], party) for party in contract.parties)
    any_day = "any date: all on file" if found.through is None else "any date"
    yield Fact("Documents as known on", f"{found.known_on or any_day}")
    if found.through is not None:
        yield Fact("Documents through", f"number {found.through}")
    billed = format_billed_services(contract.services)
    if billed:
        yield Fact("Billing period", billed)
    yield Fact("Ledger", found.ledger)
    yield Fact("Report made on", f"{made}")
    yield Fact("Lines of the ledger", found.lines, QUANTITY)
    yield Fact("Lines priced", found.priced, QUANTITY)
    yield Fact("Lines priced, with an amount paid", found.compared, QUANTITY)
    for each in found.unchecked:
        counted = f"{format_number(Decimal(each.lines))} {'line' if each.lines == 1 else 'lines'}"
        yield Fact(
            f"Not compared: {each.kind.value}", f"{counted}; {format_money(each.paid)} was paid"
        )


def _write_fact(sheet: Worksheet, row: int, fact: Fact) -> SheetCell:
    write_cell(sheet, f"A{row}", fact.title, LABEL)
    value = cut(fact.value) if isinstance(fact.value, str) else fact.value
    return write_cell(sheet, f"{VALUES}{row}", value, TEXT, fact.number_format)


def _nothing_found(found: Overcharges) -> str:
    if not found.compared:
        return "Nothing was compared: no line has both a contract price and an amount paid."
    lines = format_number(Decimal(found.compared))
    return f"No overcharges: of {lines} lines compared, none was paid above the contract price."


def _write_sums(sheet: Worksheet, row: int, found: Overcharges) -> Summary:
    """Write the results from a row on, and the table below them and the chart."""
    groups = list_groups(found)
    covered = int(_height(len(groups)) / ROW_HEIGHT) + 1  # rows on which the chart lies
    below = max(row + 2, FIRST_FACT_ROW + covered) + 1
    notes = list(_notes(found, make_table(groups, below)))
    table = make_table(groups, below + 1 + len(notes))
    write_cell(sheet, f"A{below}", "Overcharges by service, source and reason", SECTION)
    for number_of_row, note in enumerate(notes, below + 1):
        write_cell(sheet, f"A{number_of_row}", note, HINT)
    values = write_table(sheet, table)
    overpaid = (
        float(table.whole.overpaid) if table.in_figures else format_money(table.whole.overpaid)
    )
    results = [
        (Fact("Lines overcharged", table.whole.lines, QUANTITY), TABLE_LETTERS[LINES]),
        (Fact("Total overpaid", overpaid, MONEY), OVERPAID),
    ]
    for place, (fact, letter) in enumerate(results, row):
        cell = _write_fact(sheet, place, fact)
        if table.in_figures:
            cell.value = f"={letter}{table.total_row}"
            values[cell.coordinate] = fact.value
    return Summary(values, table)


def _notes(found: Overcharges, table: Table) -> Iterator[str]:
    """What a reader of the table has to know of where its figures come from."""
    as_text = sum(not has_figures(line) for line in found.listed)
    unlisted = table.whole.lines - len(found.listed)
    if unlisted:
        listed = (
            f"the sheet {OVERCHARGES} has the {format_number(Decimal(len(found.listed)))} largest"
        )
        yield f"Lines not listed: {format_number(Decimal(unlisted))}; {listed}."
    if as_text:
        why = f"at {format_money(LARGEST)} or more, a spreadsheet may lose a cent"
        yield f"Lines listed as text: {format_number(Decimal(as_text))}; {why}."
    if not table.in_figures:
        why = f"at {format_money(LARGEST)} or more, a spreadsheet may lose a cent of them"
        yield f"These sums are text, without formulas: {why}."
        return
    if table.has_rest:
        yield (
            f"Each sum is calculated from the sheet {OVERCHARGES}, plus the rest to the right: "
            "lines not listed or listed as text, as totaled with the ledger."
        )


# The report as a workbook: a summary with a chart, and the overcharges line by line.


def build_report(found: Overcharges, made: date) -> bytes:
    """Build the workbook as the content of a file; the same arguments always give the same bytes.

    `made` is the day that the report names. Without overcharges it has no list and no chart.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    add_styles(workbook)
    sheet = workbook.create_sheet(SUMMARY)
    summary = write_summary(sheet, found, made)
    values = [summary.values]
    if summary.table:
        values.append(write_listed(workbook.create_sheet(OVERCHARGES), found))
        points = workbook.create_sheet(POINTS)
        points.sheet_state = "hidden"
        bars = draw_bars(points, summary.table, found.contract.currency)
        sheet.add_chart(bars.chart, f"{CHART}{FIRST_FACT_ROW}")
        values.append(bars.values)
    workbook.calculation = CalcProperties(calcId=CALCULATION_ENGINE, fullCalcOnLoad=False)
    workbook.properties.creator = "xlfuncs"
    workbook.properties.title = escape_text(f"Overcharges: {found.contract.name}")
    content = BytesIO()
    workbook.save(content)
    return pack_parts(finish_parts(read_parts(content.getvalue()), values, DESCRIPTIONS))

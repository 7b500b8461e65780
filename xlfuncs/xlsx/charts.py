"""Charts of the sheet Price list: prices as lines, nothing where nothing is on file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from openpyxl.chart import ScatterChart
from openpyxl.chart.axis import ChartLines, NumericAxis, TextAxis
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
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, CellError, to_serial
from xlfuncs.sheets.schema import POINTS, PRICE_LIST
from xlfuncs.xlsx.function_calls import Formula, Formulas
from xlfuncs.xlsx.sheets.contract import FIRST_POINT_ROW, write_service_names
from xlfuncs.xlsx.sheets.price_list import (
    CHART_ROW,
    SCHEDULE,
    TIMELINE,
    BlockContent,
    PriceList,
    TitleCell,
    has_several_quantities,
)
from xlfuncs.xlsx.styles import (
    DAY,
    HEADING_FILL,
    INK,
    MONEY,
    MUTED,
    NOTE,
    POINT,
    QUANTITY,
    write_cell,
    write_top,
)

# The axes, letters and labels of charts, the same in all of them.

HAIRLINE = 3_175
"""In the unit of drawings, 12,700 a point."""


def set_axis(axis: NumericAxis | TextAxis, title: str, number_format: str) -> None:
    """Give an axis its title, its number format and calm lines across the chart."""
    axis.title = format_title(title)
    axis.delete = False
    axis.number_format = number_format
    axis.txPr = letters(9, MUTED)
    grid = GraphicalProperties(ln=LineProperties(solidFill=HEADING_FILL, w=HAIRLINE))
    axis.majorGridlines = ChartLines(grid)
    axis.spPr = GraphicalProperties(ln=LineProperties(solidFill=MUTED))
    axis.tickLblPos = "low"


def format_title(words: str, size: int = 9, color: str = MUTED, bold: bool = False) -> Title:
    """A title of these words."""
    style = CharacterProperties(sz=size * 100, b=bold, solidFill=color)
    run = RegularTextRun(rPr=style, t=words)
    return Title(tx=Text(rich=RichText(p=[Paragraph(r=[run])])), overlay=False)


def letters(size: int, color: str, bold: bool = False) -> RichText:
    """How numbers and labels are written."""
    plain = CharacterProperties(sz=size * 100, b=bold, solidFill=color)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=plain), endParaRPr=plain)
    return RichText(p=[paragraph])


def label_values(place: str, number_format: str) -> DataLabelList:
    """The value of each point, and nothing else, at a place such as `t`, above it."""
    return DataLabelList(
        numFmt=number_format,
        dLblPos=place,
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        showBubbleSize=False,
        txPr=letters(9, INK),
    )


# The hidden sheet Behind the sheets: the two ends of each line, worked out by formulas.
#
# Below the ends is a row that is truly blank, so that no program draws anything between one line
# and the next. What has no price is `#N/A`, which is not drawn. The label is the price of the first
# end, which somebody can really pay; a price between the ends might be that of no whole unit.

ROWS_EACH = 3
DAYS = "K"


class ChartLine(NamedTuple):
    """Where a line begins and ends: across (days or quantities), and the price at each end."""

    first: Formula
    first_price: Formula
    last: Formula
    last_price: Formula


class ChartCells(NamedTuple):
    """The columns of a chart's points, each with its cells and their values."""

    across: tuple[str, list[Cell]]
    prices: tuple[str, list[Cell]]
    labels: tuple[str, list[Cell]]


def write_cells(
    sheet: Worksheet, formulas: Mapping[str, tuple[Formula, str]]
) -> tuple[dict[str, Cell], list[Formula]]:
    """Write formulas one below the other, each under its title and in its number format.

    Returns their values by cell, and the cells to refer to.
    """
    values: dict[str, Cell] = {}
    cells = []
    for number, (title, (formula, shown)) in enumerate(formulas.items()):
        row = FIRST_POINT_ROW + 2 * number
        write_cell(sheet, f"{DAYS}{row - 1}", title, NOTE)
        write_cell(sheet, f"{DAYS}{row}", None, POINT, shown).value = f"={formula.text}"
        values[f"{DAYS}{row}"] = formula.value
        cells.append(Formula(f"${DAYS}${row}", formula.value))
    return values, cells


def write_points(
    sheet: Worksheet, column: str, number_format: str, lines: Sequence[ChartLine]
) -> tuple[dict[str, Cell], ChartCells]:
    """Write the points of lines into three columns. Returns the values by cell, and the points.

    `column` is the letter of the first one, `number_format` that of what the lines go across.
    """
    values: dict[str, Cell] = {}
    columns = []
    last_row = FIRST_POINT_ROW + ROWS_EACH * len(lines) - 1
    for offset, (title, shown) in enumerate(
        (("Across", number_format), ("Price", MONEY), ("Label", MONEY))
    ):
        letter = chr(ord(column) + offset)
        write_cell(sheet, f"{letter}{FIRST_POINT_ROW - 1}", title, NOTE)
        points = [_rows(ends)[row][offset] for ends in lines for row in range(ROWS_EACH)]
        for row, point in enumerate(points, FIRST_POINT_ROW):
            if point is not None:
                write_cell(sheet, f"{letter}{row}", None, POINT, shown).value = f"={point.text}"
                values[f"{letter}{row}"] = point.value
        reach = f"'{sheet.title}'!${letter}${FIRST_POINT_ROW}:${letter}${last_row}"
        columns.append((reach, [point and point.value for point in points]))
    return values, ChartCells(*columns)


def _rows(ends: ChartLine) -> tuple[tuple[Formula | None, ...], ...]:
    return (
        (ends.first, ends.first_price, ends.first_price),
        (ends.last, ends.last_price, None),
        (None, None, None),
    )


# One chart: prices as lines, each with its amount, nothing where nothing is on file.

WIDTH, HEIGHT = 17.5, 8.5
"""Centimetres."""

LINE_WIDTH = 28_575
"""In the unit of drawings, 12,700 a point."""


class PriceChart(NamedTuple):
    """A chart: the column above whose block it is placed, its title, and what it draws.

    `points` is the first of the three columns that its points take.
    """

    column: str
    title: TitleCell
    across: str
    up: str
    number_format: str
    points: str


def build_chart(picture: PriceChart, drawn: ChartCells, labelled: bool) -> ScatterChart:
    """Draw prices against days or quantities; if `labelled`, with amounts where lines begin."""
    number_format = picture.number_format
    chart = ScatterChart(scatterStyle="lineMarker")
    chart.width, chart.height = WIDTH, HEIGHT  # type: ignore[assignment]
    chart.title = _linked(picture.title)
    chart.roundedCorners = False
    chart.legend = None
    chart.display_blanks = "gap"
    chart.visible_cells_only = False  # the points are on a hidden sheet
    lines = _series(0, drawn.across, drawn.prices, number_format)
    lines.spPr = GraphicalProperties(ln=LineProperties(w=LINE_WIDTH, solidFill=INK))
    lines.marker = Marker("none")
    firsts = _series(1, drawn.across, drawn.labels, number_format)
    firsts.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    dot = GraphicalProperties(solidFill=INK, ln=LineProperties(solidFill=INK))
    firsts.marker = Marker("circle", 5, dot)
    if labelled:
        firsts.dLbls = label_values("t", MONEY)
    chart.series.extend([lines, firsts])
    set_axis(chart.x_axis, picture.across, number_format)
    set_axis(chart.y_axis, picture.up, MONEY)
    chart.y_axis.scaling.min = 0  # or small changes would look like large ones
    return chart


def _series(
    number: int, across: tuple[str, Sequence[Cell]], up: tuple[str, Sequence[Cell]], shown: str
) -> XYSeries:
    return XYSeries(
        idx=number,
        order=number,
        xVal=AxDataSource(numRef=_reference(*across, shown)),
        yVal=NumDataSource(numRef=_reference(*up, MONEY)),
        smooth=False,
    )


def _reference(cells: str, values: Sequence[Cell], number_format: str) -> NumRef:
    """The cells of a series with their values, for programs that calculate nothing."""
    points = [
        NumVal(index, v=NOT_AVAILABLE.code if isinstance(value, CellError) else repr(float(value)))
        for index, value in enumerate(values)
        if value is not None
    ]
    return NumRef(cells, NumData(number_format, ptCount=len(values), pt=points))


def _linked(title: TitleCell) -> Title:
    """A title that says what a cell says."""
    cache = StrData(ptCount=1, pt=[StrVal(0, v=title.text)])
    letter, row = coordinate_from_string(title.cell)
    cell = f"'{PRICE_LIST}'!${letter}${row}"
    return Title(
        tx=Text(strRef=StrRef(cell, cache)), overlay=False, txPr=letters(11, INK, bold=True)
    )


# The lines of the charts, out of the blocks on the sheet Price list.

LEAST_LINES, SPARE_LINES = 40, 20
"""Lines that a chart has room for, at least, and beyond those that it was built with."""

NO_PRICE = Formula("NA()", NOT_AVAILABLE)
MARGIN_DAYS = 30
LARGEST, SMALLEST = 4, 5
"""What AGGREGATE returns by these numbers; it passes over errors."""


class Days(NamedTuple):
    """Where lines begin that have no first day, and how far they go; both as worked out."""

    first: Formula
    margin: Formula


def find_days(price_list: PriceList) -> Days:
    """The first day of the timeline, or the chosen day, and a fourth of its span."""
    cells, chosen = Cells(price_list.timeline), price_list.chosen["purchased"]
    days = cells.reach("A", "B")
    known = [cell for line in cells.lines for cell in line[:2] if isinstance(cell, (int, float))]
    day = to_serial(chosen[1], False) if isinstance(chosen[1], date) else chosen[1]
    day = float(day) if isinstance(day, (int, float)) and not isinstance(day, bool) else 0.0
    first, last = min(known, default=day), max(known, default=day)
    smallest, largest = (f"_xlfn.AGGREGATE({n},6,{days})" for n in (SMALLEST, LARGEST))
    return Days(
        Formula(f"IF(COUNT({days})=0,N('{PRICE_LIST}'!{chosen[0]}),{smallest})", first),
        Formula(
            f"IF(COUNT({days})=0,{MARGIN_DAYS},MAX({MARGIN_DAYS},INT(({largest}-{smallest})/4)))",
            max(MARGIN_DAYS, int((last - first) / 4)),
        ),
    )


def list_lines_of_days(price_list: PriceList, days: Days) -> list[ChartLine]:
    """A level line for each stretch of days; one without an end goes on for the margin."""
    cells = Cells(price_list.timeline)
    lines = []
    for number in cells.room:
        since, until, price = (cells.formula(column, number) for column in "ABC")
        before = _if_number(until, _sum(until, days.margin, -1), _sum(days.first, days.margin, -1))
        after = _if_number(since, _sum(since, days.margin, 1), _sum(days.first, days.margin, 1))
        height = _if_number(price, price, NO_PRICE)
        begin, end = _if_number(since, since, before), _if_number(until, until, after)
        lines.append(ChartLine(begin, height, end, height))
    return lines


def list_lines_of_quantities(price_list: PriceList, formulas: Formulas) -> list[ChartLine]:
    """A line for each line of the price table, from the price of its first quantity to the last.

    One without an upper end is drawn up to the double of its first quantity. Of several services
    only the first one is drawn.
    """
    cells = Cells(price_list.schedule)
    day, known_on = (
        Formula(f"'{PRICE_LIST}'!{address}", value)
        for address, value in (price_list.chosen[field] for field in ("purchased", "known_on"))
    )
    zero, drawn = Formula("0", 0.0), cells.formula("G", 0)
    lines = []
    for number in cells.room:
        service, first, last, fixed = (cells.formula(column, number) for column in "GHIJ")
        double = Formula(f"2*{first.text}", 2 * (first.number or 0))
        begin = _if_number(first, first, zero)
        end = _if_number(last, last, _if_number(first, double, zero))
        prices = []
        for quantity in (begin, end):
            asked = [quantity, day, service, known_on]
            price = Formula(
                formulas.call("PRICE", [each.text for each in asked]),
                formulas.value("PRICE", [each.value for each in asked]),
            )
            shown = _if_number(fixed, price, NO_PRICE)
            same = service.value == drawn.value
            text = f"IF(EXACT({service.text},{drawn.text}),{shown.text},NA())"
            prices.append(Formula(text, shown.value if same else NOT_AVAILABLE))
        lines.append(ChartLine(begin, prices[0], end, prices[1]))
    return lines


class Cells:
    """The cells under the titles of a block."""

    def __init__(self, written: BlockContent) -> None:
        self.lines = written.lines
        self.room = range(max(LEAST_LINES, len(self.lines) + SPARE_LINES))
        self._block = written.block

    def formula(self, column: str, number: int) -> Formula:
        """The cell in a line counted from 0, blank below the last one."""
        text = f"'{PRICE_LIST}'!${column}${self._block.first_row + 1 + number}"
        index = ord(column) - ord(self._block.column)
        return Formula(text, self.lines[number][index] if number < len(self.lines) else None)

    def reach(self, first: str, last: str) -> str:
        """The cells of some columns, as far as lines are drawn."""
        top = self._block.first_row + 1
        return f"'{PRICE_LIST}'!${first}${top}:${last}${top + len(self.room) - 1}"


def _if_number(given: Formula, one: Formula, other: Formula) -> Formula:
    value = one.value if given.number is not None else other.value
    return Formula(f"IF(ISNUMBER({given.text}),{one.text},{other.text})", value)


def _sum(day: Formula, margin: Formula, sign: int) -> Formula:
    operator = "+" if sign > 0 else "-"
    value = None if day.number is None else day.number + sign * (margin.number or 0)
    return Formula(f"{day.text}{operator}{margin.text}", value)


# The charts of the sheet Price list, each above the block that it draws.

BY_DAY, BY_QUANTITY = "Price by day of purchase", "Price by quantity"
DESCRIPTIONS = {
    BY_DAY: "Line chart of the price of one quantity against the day of purchase. Days without a "
    "price have no line. The table below has the same days and prices as text.",
    BY_QUANTITY: "Line chart of the price against the quantity on the chosen day. Quantities "
    "without a price have no line. The table below has the same as text.",
}
"""The alternative texts of the charts."""

MOST_LABELS = 6
"""Lines beyond which the amounts would hide each other."""


def draw_charts(
    sheet: Worksheet,
    points: Worksheet,
    contract: Contract,
    price_list: PriceList,
    formulas: Formulas,
) -> dict[str, Cell]:
    """Draw the charts above the blocks. Returns the values of their points by cell."""
    currency = f" ({contract.currency})" if contract.currency else ""
    price = f"Price{currency}"
    write_top(points, POINTS, "What the charts on the sheet Price list draw, and the services.")
    write_service_names(points, contract)
    by_day = PriceChart(TIMELINE.column, price_list.title, "Day of purchase", price, DAY, "A")
    first, margin = find_days(price_list)
    helpers = {"First day": (first, DAY), "Days that an open line goes on": (margin, QUANTITY)}
    values, cells = write_cells(points, helpers)
    lines = list_lines_of_days(price_list, Days(*cells))
    values |= _draw(sheet, points, by_day, lines, price_list.timeline)
    if has_several_quantities(contract):
        title = TitleCell(f"{SCHEDULE.column}{CHART_ROW - 1}", f"{BY_QUANTITY} on the chosen day")
        write_cell(sheet, title.cell, title.text, NOTE)
        picture = PriceChart(SCHEDULE.column, title, "Quantity", price, QUANTITY, "E")
        lines = list_lines_of_quantities(price_list, formulas)
        values |= _draw(sheet, points, picture, lines, price_list.schedule)
    return values


def _draw(
    sheet: Worksheet,
    points: Worksheet,
    picture: PriceChart,
    lines: list[ChartLine],
    written: BlockContent,
) -> dict[str, Cell]:
    values, drawn = write_points(points, picture.points, picture.number_format, lines)
    labelled = len(written.lines) <= MOST_LABELS
    sheet.add_chart(build_chart(picture, drawn, labelled), f"{picture.column}{CHART_ROW}")
    return values

"""Charts of the sheet Price list: prices as lines, nothing where nothing is on file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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
from openpyxl.utils.cell import absolute_coordinate
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.precedence import REFUSALS
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, CellError, to_serial
from xlfuncs.sheets.schema import POINTS, PRICE_LIST
from xlfuncs.xlsx.formulas import BlockContent, Formula, Formulas, write_formula
from xlfuncs.xlsx.sheets.contract import FIRST_POINT_ROW, write_service_names
from xlfuncs.xlsx.sheets.price_list import (
    CHART_ROW,
    SCHEDULE,
    TIMELINE,
    TIMELINE_TITLE,
    PriceList,
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

A_POINT = 12_700
"""In the unit of drawings."""


def set_axis(axis: NumericAxis | TextAxis, title: str, number_format: str) -> None:
    """Give an axis its title, its number format and calm lines across the chart."""
    axis.title = format_title(title)
    axis.delete = False
    axis.number_format = number_format
    axis.txPr = letters(9, MUTED)
    grid = GraphicalProperties(ln=LineProperties(solidFill=HEADING_FILL, w=A_POINT // 4))
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

DAYS = "K"
"""The column of the days that lines without a first or last day are drawn from."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """Where a line begins and ends: across (days or quantities), and the price at each end."""

    first: Formula
    first_price: Formula
    last: Formula
    last_price: Formula


@dataclass(frozen=True, slots=True)
class Points:
    """A column of points: its cells and their values."""

    cells: str
    values: list[Cell]


@dataclass(frozen=True, slots=True)
class PriceChart:
    """A chart: the column above whose block it is placed, its title in a cell, and what it draws.

    `points` is the first of the three columns that its points take.
    """

    column: str
    title: Formula
    across: str
    up: str
    number_format: str
    points: str


def write_points(
    sheet: Worksheet, picture: PriceChart, lines: Sequence[ChartLine], values: dict[str, Cell]
) -> list[Points]:
    """Write the points of lines into three columns: across, price, label.

    Adds their values to `values`, by cell.
    """
    columns: tuple[tuple[str, str, list[tuple[Formula, Formula | None]]], ...] = (
        ("Across", picture.number_format, [(each.first, each.last) for each in lines]),
        ("Price", MONEY, [(each.first_price, each.last_price) for each in lines]),
        ("Label", MONEY, [(each.first_price, None) for each in lines]),
    )
    written = []
    for index, (title, shown, points) in enumerate(columns, ord(picture.points)):
        letter = chr(index)
        write_cell(sheet, f"{letter}{FIRST_POINT_ROW - 1}", title, NOTE)
        column = [point for ends in points for point in (*ends, None)]
        for row, point in enumerate(column, FIRST_POINT_ROW):
            if point is not None:
                values |= write_formula(sheet, f"{letter}{row}", point, POINT, shown)
        last_row = FIRST_POINT_ROW + len(column) - 1
        reach = f"'{sheet.title}'!${letter}${FIRST_POINT_ROW}:${letter}${last_row}"
        written.append(Points(reach, [point and point.value for point in column]))
    return written


# One chart: prices as lines, each with its amount, nothing where nothing is on file.


def build_chart(
    picture: PriceChart, across: Points, prices: Points, labels: Points, labelled: bool
) -> ScatterChart:
    """Draw prices against days or quantities; if `labelled`, with amounts where lines begin."""
    chart = ScatterChart(scatterStyle="lineMarker")
    chart.width, chart.height = 17.5, 8.5  # type: ignore[assignment]  # centimetres
    chart.title = _linked(picture.title)
    chart.roundedCorners = False
    chart.legend = None
    chart.display_blanks = "gap"
    chart.visible_cells_only = False  # the points are on a hidden sheet
    lines, firsts = (
        XYSeries(
            idx=number,
            order=number,
            xVal=AxDataSource(numRef=_reference(across, picture.number_format)),
            yVal=NumDataSource(numRef=_reference(up, MONEY)),
            smooth=False,
        )
        for number, up in enumerate((prices, labels))
    )
    lines.spPr = GraphicalProperties(ln=LineProperties(w=A_POINT * 9 // 4, solidFill=INK))
    lines.marker = Marker("none")
    firsts.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    dot = GraphicalProperties(solidFill=INK, ln=LineProperties(solidFill=INK))
    firsts.marker = Marker("circle", 5, dot)
    if labelled:
        firsts.dLbls = label_values("t", MONEY)
    chart.series.extend([lines, firsts])
    set_axis(chart.x_axis, picture.across, picture.number_format)
    set_axis(chart.y_axis, picture.up, MONEY)
    chart.y_axis.scaling.min = 0  # or small changes would look like large ones
    return chart


def _reference(points: Points, number_format: str) -> NumRef:
    """The cells of a series with their values, for programs that calculate nothing."""
    known = [
        NumVal(index, v=NOT_AVAILABLE.code if isinstance(value, CellError) else repr(float(value)))
        for index, value in enumerate(points.values)
        if value is not None
    ]
    return NumRef(points.cells, NumData(number_format, ptCount=len(points.values), pt=known))


def _linked(title: Formula) -> Title:
    """A title that says what a cell says."""
    cache = StrData(ptCount=1, pt=[StrVal(0, v=str(title.value))])
    text = Text(strRef=StrRef(f"'{PRICE_LIST}'!{absolute_coordinate(title.text)}", cache))
    return Title(tx=text, overlay=False, txPr=letters(11, INK, bold=True))


# The lines of the charts, out of the blocks on the sheet Price list.

LEAST_LINES, SPARE_LINES = 40, 20
"""Lines that a chart has room for, at least, and beyond those that it was built with."""

NO_PRICE = Formula("NA()", NOT_AVAILABLE)
MARGIN_DAYS = 30


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


def find_first_day(price_list: PriceList) -> tuple[Formula, Formula]:
    """The first day of the timeline, or the chosen day, and a fourth of the timeline's span.

    That is where lines begin that have no first day, and how far they go.
    """
    cells, chosen = Cells(price_list.timeline), price_list.chosen["purchased"]
    days = cells.reach("A", "B")
    known = [
        day.number
        for number in range(len(cells.lines))
        for day in (cells.formula("A", number), cells.formula("B", number))
        if day.number is not None
    ]
    value = chosen.value
    day = to_serial(value, False) if isinstance(value, date) else value
    day = float(day) if isinstance(day, (int, float)) and not isinstance(day, bool) else 0.0
    first, last = min(known, default=day), max(known, default=day)
    # 4 is the largest, 5 the smallest, and 6 passes over errors
    largest, smallest = (f"_xlfn.AGGREGATE({which},6,{days})" for which in (4, 5))
    return (
        Formula(f"IF(COUNT({days})=0,N('{PRICE_LIST}'!{chosen.text}),{smallest})", first),
        Formula(
            f"IF(COUNT({days})=0,{MARGIN_DAYS},MAX({MARGIN_DAYS},INT(({largest}-{smallest})/4)))",
            max(MARGIN_DAYS, int((last - first) / 4)),
        ),
    )


def list_lines_of_days(
    timeline: BlockContent, first_day: Formula, margin: Formula
) -> list[ChartLine]:
    """A level line for each span of days; one without an end goes on for the margin."""
    cells = Cells(timeline)
    lines = []
    for number in cells.room:
        since, until, price = (cells.formula(column, number) for column in "ABC")
        before = _if_number(until, _sum(until, margin, -1), _sum(first_day, margin, -1))
        after = _if_number(since, _sum(since, margin, 1), _sum(first_day, margin, 1))
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
        Formula(f"'{PRICE_LIST}'!{chosen.text}", chosen.value)
        for chosen in (price_list.chosen[field] for field in ("purchased", "known_on"))
    )
    zero, drawn = Formula("0", 0.0), cells.formula("G", 0)

    def price(quantity: Formula, service: Formula, fixed: Formula) -> Formula:
        asked = formulas.formula("PRICE", [quantity, day, service, known_on])
        shown = _if_number(fixed, asked, NO_PRICE)
        text = f"IF(EXACT({service.text},{drawn.text}),{shown.text},NA())"
        return Formula(text, shown.value if service.value == drawn.value else NOT_AVAILABLE)

    lines = []
    for number in cells.room:
        service, first, last, fixed = (cells.formula(column, number) for column in "GHIJ")
        double = Formula(f"2*{first.text}", 2 * (first.number or 0))
        begin = _if_number(first, first, zero)
        end = _if_number(last, last, _if_number(first, double, zero))
        lines.append(
            ChartLine(begin, price(begin, service, fixed), end, price(end, service, fixed))
        )
    return lines


def _if_number(given: Formula, one: Formula, other: Formula) -> Formula:
    value = one.value if given.number is not None else other.value
    return Formula(f"IF(ISNUMBER({given.text}),{one.text},{other.text})", value)


def _sum(day: Formula, margin: Formula, sign: int) -> Formula:
    operator = "+" if sign > 0 else "-"
    value = None if day.number is None else day.number + sign * (margin.number or 0)
    return Formula(f"{day.text}{operator}{margin.text}", value)


# The charts of the sheet Price list, each above the block that it draws.

BY_QUANTITY = "Price by quantity"
DESCRIPTIONS = {
    "Price by day of purchase": "Line chart of the price of one quantity against the day of "
    "purchase. Days without a price have no line. The table below has the same days and prices as "
    "text.",
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
    values: dict[str, Cell] = {}

    def draw(picture: PriceChart, lines: Sequence[ChartLine], drawn: BlockContent) -> None:
        across, prices, labels = write_points(points, picture, lines, values)
        labelled = len(drawn.lines) <= MOST_LABELS
        chart = build_chart(picture, across, prices, labels, labelled)
        sheet.add_chart(chart, f"{picture.column}{CHART_ROW}")

    def write_day(row: int, title: str, formula: Formula, shown: str) -> Formula:
        write_cell(points, f"{DAYS}{row - 1}", title, NOTE)
        values.update(write_formula(points, f"{DAYS}{row}", formula, POINT, shown))
        return Formula(f"${DAYS}${row}", formula.value)

    price = f"Price ({contract.currency})" if contract.currency else "Price"
    write_top(points, POINTS, "What the charts on the sheet Price list draw, and the services.")
    write_service_names(points, contract)
    title = Formula(TIMELINE_TITLE, price_list.title)
    picture = PriceChart(TIMELINE.column, title, "Day of purchase", price, DAY, "A")
    first_day, margin = find_first_day(price_list)
    first_day = write_day(FIRST_POINT_ROW, "First day", first_day, DAY)
    margin = write_day(FIRST_POINT_ROW + 2, "Days that an open line goes on", margin, QUANTITY)
    lines = list_lines_of_days(price_list.timeline, first_day, margin)
    draw(picture, lines, price_list.timeline)
    if has_several_quantities(contract):
        title = Formula(f"{SCHEDULE.column}{CHART_ROW - 1}", f"{BY_QUANTITY} on the chosen day")
        write_cell(sheet, title.text, title.value, NOTE)
        picture = PriceChart(SCHEDULE.column, title, "Quantity", price, QUANTITY, "E")
        draw(picture, list_lines_of_quantities(price_list, formulas), price_list.schedule)
    return values


def has_several_quantities(contract: Contract) -> bool:
    """Whether prices can be drawn against quantities: some range, or two figures of a service."""
    priced = [row for row in contract.rows if row.charge not in REFUSALS]
    firsts = {(name_key(row.service), row.quantity_from) for row in priced}
    ranges = any(row.quantity_to != row.quantity_from for row in priced)
    return ranges or len(firsts) > len({service for service, _ in firsts})

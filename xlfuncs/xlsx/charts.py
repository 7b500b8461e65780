"""Charts of the sheet Price list: prices as lines, nothing where nothing is on file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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
    RichTextProperties,
)
from openpyxl.utils.cell import absolute_coordinate
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.precedence import REFUSALS
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, CellError, to_serial
from xlfuncs.sheets.schema import POINTS, PRICE_LIST
from xlfuncs.xlsx.formulas import BlockContent, Formula, Formulas, write_formula
from xlfuncs.xlsx.sheets.bought_before import adds_up_by_period
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
    UNIT_PRICE,
    write_cell,
    write_top,
)

# The axes, letters and labels of charts, the same in all of them.

A_POINT = 12_700
"""In the unit of drawings."""

SLANT = -45 * 60_000
"""Letters that go upwards, in the unit of drawings."""


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


def letters(size: int, color: str, bold: bool = False, slant: int | None = None) -> RichText:
    """How numbers and labels are written."""
    plain = CharacterProperties(sz=size * 100, b=bold, solidFill=color)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=plain), endParaRPr=plain)
    return RichText(bodyPr=RichTextProperties(rot=slant), p=[paragraph])


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


# The hidden sheet Behind the sheets: the points of each line, calculated by formulas.
#
# Below the points is a row that is truly blank, so that no program draws anything between one line
# and the next. What has no price is `#N/A`, which is not drawn. The label is the price of the first
# point, which somebody can really pay; a price between the points might be that of no whole unit.

LONG_DAY = "d mmm yyyy"
DAYS, MARKS = "K", "L"
"""The column of the days that lines without a first or last day are drawn from, and of what is
asked; beside that, the price of it."""

ChartPoint = tuple[Formula, Formula]
"""A point: across (a day or a quantity), and the price."""

ChartLine = Sequence[ChartPoint]
"""The points of a line, from its first to its last."""


@dataclass(frozen=True, slots=True)
class Points:
    """A column of points: its cells and their values."""

    cells: str
    values: list[Cell]


@dataclass(frozen=True, slots=True)
class PriceChart:
    """A chart: the column above whose block it is placed, its title in a cell, and what it draws.

    `points` is the first of the three columns that its points take, `mark_row` the row of the
    marks of what is asked. With `is_wide` each step across is ten times the one before.
    """

    column: str
    title: Formula
    across: str
    up: str
    number_format: str
    price_format: str
    points: str
    mark_row: int
    is_wide: bool = False


def write_points(
    sheet: Worksheet, picture: PriceChart, lines: Sequence[ChartLine], values: dict[str, Cell]
) -> list[Points]:
    """Write the points of lines into three columns: across, price, label.

    Adds their values to `values`, by cell.
    """
    columns: tuple[tuple[str, str, list[Formula | None]], ...] = (
        (
            "Across",
            picture.number_format,
            [p for line in lines for p in (*(x for x, _ in line), None)],
        ),
        (
            "Price",
            picture.price_format,
            [p for line in lines for p in (*(y for _, y in line), None)],
        ),
        (
            "Label",
            picture.price_format,
            [p for line in lines for p in (line[0][1], *(None for _ in line))],
        ),
    )
    written = []
    for index, (title, shown, column) in enumerate(columns, ord(picture.points)):
        letter = chr(index)
        write_cell(sheet, f"{letter}{FIRST_POINT_ROW - 1}", title, NOTE)
        for row, point in enumerate(column, FIRST_POINT_ROW):
            if point is not None:
                values |= write_formula(sheet, f"{letter}{row}", point, POINT, shown)
        last_row = FIRST_POINT_ROW + len(column) - 1
        reach = f"'{sheet.title}'!${letter}${FIRST_POINT_ROW}:${letter}${last_row}"
        written.append(Points(reach, [point and point.value for point in column]))
    return written


def write_mark(
    sheet: Worksheet, picture: PriceChart, asked: ChartPoint, values: dict[str, Cell]
) -> list[Points]:
    """Write what is asked as a line from the axis up to its price, or a point if it has none."""
    across, price = asked
    up = _if_number(price, price, Formula("0", 0.0))
    marks = (
        (DAYS, picture.number_format, (across, across)),
        (MARKS, picture.price_format, (Formula("0", 0.0), up)),
    )
    write_cell(sheet, f"{DAYS}{picture.mark_row - 1}", "What is asked", NOTE)
    written = []
    for letter, shown, column in marks:
        for row, point in enumerate(column, picture.mark_row):
            values |= write_formula(sheet, f"{letter}{row}", point, POINT, shown)
        reach = f"'{sheet.title}'!${letter}${picture.mark_row}:${letter}${picture.mark_row + 1}"
        written.append(Points(reach, [point.value for point in column]))
    return written


# One chart: prices as lines, each with its amount, nothing where nothing is on file.


def build_chart(
    picture: PriceChart, points: Sequence[Points], mark: Sequence[Points], labelled: bool
) -> ScatterChart:
    """Draw prices against days or quantities; if `labelled`, with amounts where lines begin.

    `points` are across, prices and labels; `mark` is what is asked.
    """
    across, prices, labels = points
    chart = ScatterChart(scatterStyle="lineMarker")
    chart.width, chart.height = 17.5, 8.5  # type: ignore[assignment]  # centimetres
    chart.title = _linked(picture.title)
    chart.roundedCorners = False
    chart.legend = None
    chart.display_blanks = "gap"
    chart.visible_cells_only = False  # the points are on a hidden sheet
    lines, firsts, asked = (
        XYSeries(
            idx=number,
            order=number,
            xVal=AxDataSource(numRef=_reference(beside, picture.number_format)),
            yVal=NumDataSource(numRef=_reference(up, picture.price_format)),
            smooth=False,
        )
        for number, (beside, up) in enumerate(((across, prices), (across, labels), mark))
    )
    lines.spPr = GraphicalProperties(ln=LineProperties(w=A_POINT * 9 // 4, solidFill=INK))
    lines.marker = Marker("none")
    firsts.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    dot = GraphicalProperties(solidFill=INK, ln=LineProperties(solidFill=INK))
    firsts.marker = Marker("circle", 5, dot)
    if labelled:
        firsts.dLbls = label_values("t", picture.price_format)
    asked.spPr = GraphicalProperties(ln=LineProperties(w=A_POINT, solidFill=MUTED, prstDash="dash"))
    asked.marker = Marker("diamond", 8, GraphicalProperties(solidFill=INK))
    chart.series.extend([lines, firsts, asked])
    set_axis(chart.x_axis, picture.across, picture.number_format)
    set_axis(chart.y_axis, picture.up, f"[=0]0;[>=1000]{QUANTITY};{picture.price_format}")
    chart.x_axis.txPr = letters(9, MUTED, slant=SLANT)  # or long ones would hide each other
    if picture.is_wide:
        chart.x_axis.scaling.logBase = 10
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
    day = _as_cell(chosen.value)
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


def _as_cell(value: Cell) -> Cell:
    """What is chosen as formulas see it: a date or a figure is a plain number."""
    if isinstance(value, date):
        return to_serial(value, False)
    return float(value) if isinstance(value, Decimal) else value


def list_lines_of_days(
    timeline: BlockContent, first_day: Formula, margin: Formula
) -> list[ChartLine]:
    """A level line for each span of days; one without an end goes on for the margin."""
    cells = Cells(timeline)
    lines: list[ChartLine] = []
    for number in cells.room:
        since, until, price = (cells.formula(column, number) for column in "ABC")
        before = _if_number(until, _sum(until, margin, -1), _sum(first_day, margin, -1))
        after = _if_number(since, _sum(since, margin, 1), _sum(first_day, margin, 1))
        height = _if_number(price, price, NO_PRICE)
        begin, end = _if_number(since, since, before), _if_number(until, until, after)
        lines.append([(begin, height), (end, height)])
    return lines


def list_lines_of_quantities(price_list: PriceList, letter: str) -> list[ChartLine]:
    """What a unit comes to in each line of the price table, from its first quantity to the last.

    It falls steeply at first where a price is fixed, so the points between are closer there: each
    is as many times the one before. A line from 0 is drawn from one unit on, or from its last
    quantity if that is less; of a line from 0 to 0 nothing is drawn. One without an upper end is
    drawn up to the double of its first quantity. Of several services only the first one is drawn.
    `letter` is the column that the quantities are written into.
    """
    cells = Cells(price_list.schedule)
    one, drawn = Formula("1", 1.0), cells.formula("G", 0)
    lines: list[ChartLine] = []
    for number in cells.room:
        service, first, last, *priced = (cells.formula(column, number) for column in "GHIJKL")
        row = FIRST_POINT_ROW + number * (POINTS_OF_A_CURVE + 1)
        written = [f"${letter}${row + point}" for point in range(POINTS_OF_A_CURVE)]
        begin = _if_number(first, _if_positive(first, _least_drawn(last)), one)
        double = Formula(f"2*{written[0]}", 2 * (begin.number or 0))
        end = _if_number(last, _if_positive(last, one), double)
        ends = Formula(written[0], begin.value), Formula(written[-1], end.value)
        half = _between(*ends)
        middle = Formula(written[2], half.value)
        across = (begin, _between(ends[0], middle), half, _between(middle, ends[1]), end)
        is_drawn = service.value == drawn.value and last.number != 0
        said = f"AND(EXACT({service.text},{drawn.text}),{last.text}<>0)"
        lines.append(
            [
                (each, _unit_price(Formula(cell, each.value), priced, said, is_drawn))
                for each, cell in zip(across, written, strict=True)
            ]
        )
    return lines


POINTS_OF_A_CURVE = 5


def _between(one: Formula, other: Formula) -> Formula:
    """The quantity that is as many times one as the other is it."""
    value = math.sqrt((one.number or 0) * (other.number or 0))
    return Formula(f"SQRT({one.text}*{other.text})", value)


def _unit_price(quantity: Formula, priced: Sequence[Formula], said: str, is_drawn: bool) -> Formula:
    """The price of a quantity divided by it, `#N/A` where there is none or it is not drawn."""
    fixed, rate, above = priced
    price = f"({fixed.text}+{rate.text}*({quantity.text}-{above.text}))/{quantity.text}"
    text = f"IF({said},IF(ISNUMBER({fixed.text}),{price},NA()),NA())"
    numbers = [each.number for each in (quantity, *priced)]
    if not is_drawn or None in numbers or not quantity.number:
        return Formula(text, NOT_AVAILABLE)
    total = (fixed.number or 0) + (rate.number or 0) * (quantity.number - (above.number or 0))
    return Formula(text, total / quantity.number)


def _least_drawn(last: Formula) -> Formula:
    """Where a line from 0 begins: at one unit, or at its last quantity if that is less."""
    value = min(1.0, last.number) if last.number else 1.0
    return Formula(f"IF(N({last.text})>0,MIN(1,{last.text}),1)", value)


def _if_positive(given: Formula, other: Formula) -> Formula:
    value = given.value if (given.number or 0) > 0 else other.value
    return Formula(f"IF({given.text}>0,{given.text},{other.text})", value)


def _if_number(given: Formula, one: Formula, other: Formula) -> Formula:
    value = one.value if given.number is not None else other.value
    return Formula(f"IF(ISNUMBER({given.text}),{one.text},{other.text})", value)


def _sum(day: Formula, margin: Formula, sign: int) -> Formula:
    operator = "+" if sign > 0 else "-"
    value = None if day.number is None else day.number + sign * (margin.number or 0)
    return Formula(f"{day.text}{operator}{margin.text}", value)


# The charts of the sheet Price list, each above the block that it draws.

BY_QUANTITY = "Unit price by quantity"
DESCRIPTIONS = {
    "Price by purchase date": "Line chart of the price of one quantity by purchase date. "
    "Dates without a price have no line. The table below has the same dates and prices as text.",
    BY_QUANTITY: "Line chart of what one unit comes to, price divided by quantity, against the "
    "quantity on the chosen date. Quantities without a price have no line. The table below has "
    "the same as text.",
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

    def draw(
        picture: PriceChart, lines: Sequence[ChartLine], drawn: BlockContent, asked: ChartPoint
    ) -> None:
        written = write_points(points, picture, lines, values)
        mark = write_mark(points, picture, asked, values)
        labelled = len(drawn.lines) <= MOST_LABELS
        chart = build_chart(picture, written, mark, labelled)
        sheet.add_chart(chart, f"{picture.column}{CHART_ROW}")

    def write_day(row: int, title: str, formula: Formula, shown: str) -> Formula:
        write_cell(points, f"{DAYS}{row - 1}", title, NOTE)
        values.update(write_formula(points, f"{DAYS}{row}", formula, POINT, shown))
        return Formula(f"${DAYS}${row}", formula.value)

    in_currency = f" ({contract.currency})" if contract.currency else ""
    write_top(points, POINTS, "Data for the charts on the sheet Price list, and the services.")
    write_service_names(points, contract)
    day, quantity, price = find_asked(price_list, contract, formulas)
    title = Formula(TIMELINE_TITLE, price_list.title)
    picture = PriceChart(
        TIMELINE.column, title, "Purchase date", f"Price{in_currency}", LONG_DAY, MONEY, "A", 11
    )
    first_day, margin = find_first_day(price_list)
    first_day = write_day(FIRST_POINT_ROW, "First day", first_day, DAY)
    margin = write_day(FIRST_POINT_ROW + 2, "Days that an open line goes on", margin, QUANTITY)
    lines = list_lines_of_days(price_list.timeline, first_day, margin)
    draw(picture, lines, price_list.timeline, (day, price))
    if has_several_quantities(contract):
        title = Formula(f"{SCHEDULE.column}{CHART_ROW - 1}", f"{BY_QUANTITY} on the chosen date")
        write_cell(sheet, title.text, title.value, NOTE)
        lines = list_lines_of_quantities(price_list, "E")
        picture = PriceChart(
            SCHEDULE.column,
            title,
            "Quantity",
            f"Price of one unit{in_currency}",
            QUANTITY,
            UNIT_PRICE,
            "E",
            15,
            is_wide(lines),
        )
        unit_price = Formula(f"{price.text}/{quantity.text}", NOT_AVAILABLE)
        if price.number is not None and quantity.number:
            unit_price = Formula(unit_price.text, price.number / quantity.number)
        draw(picture, lines, price_list.schedule, (quantity, unit_price))
    return values


NOTHING_BEFORE = Formula("{0}", 0)
"""What was bought before a purchase by itself, as a table of one: a 0 is blank in LibreOffice."""


def find_asked(
    price_list: PriceList, contract: Contract, formulas: Formulas
) -> tuple[Formula, Formula, Formula]:
    """The chosen date and quantity, and the price of them; `#N/A` where one is not chosen."""
    day, quantity, service, known_on = (
        Formula(f"'{PRICE_LIST}'!{chosen.text}", _as_cell(chosen.value))
        for chosen in (
            price_list.chosen[field] for field in ("purchased", "quantity", "service", "known_on")
        )
    )
    question = [quantity, day, service, known_on]
    if adds_up_by_period(contract):
        question.append(NOTHING_BEFORE)
    price = formulas.formula("PRICE", question)
    return _if_number(day, day, NO_PRICE), _if_number(quantity, quantity, NO_PRICE), price


def is_wide(lines: Sequence[ChartLine]) -> bool:
    """Whether the quantities that are priced are too far apart for an even axis."""
    drawn = [x.number or 0 for line in lines for x, y in line if y.number is not None]
    return bool(drawn) and max(drawn) >= WIDE * min(drawn)


WIDE = 200


def has_several_quantities(contract: Contract) -> bool:
    """Whether prices can be drawn against quantities: some range, or two figures of a service."""
    priced = [row for row in contract.rows if row.charge not in REFUSALS]
    firsts = {(name_key(row.service), row.quantity_from) for row in priced}
    ranges = any(row.quantity_to != row.quantity_from for row in priced)
    return ranges or len(firsts) > len({service for service, _ in firsts})

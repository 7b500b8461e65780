"""The charts: prices as lines, each with its amount, nothing where nothing is on file."""

from __future__ import annotations

from collections.abc import Sequence
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
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.formulas import Formulas
from workbooks.look.cells import write_top
from workbooks.look.styles import DAY, HEADING_FILL, INK, MONEY, MUTED, QUANTITY
from workbooks.sheets.lines import SPARE_LINES, lines_of_days, lines_of_quantities
from workbooks.sheets.points import Drawn, Ends, write_points
from workbooks.sheets.price_list import CHART_ROWS, PriceList
from xlfuncs.tables.cells import Cell, CellError
from xlfuncs.tables.schema import POINTS, PRICE_LIST

BY_DAY, BY_QUANTITY = "Price by day of purchase", "Price by quantity"
WIDTH, HEIGHT = 17.5, 8.5
"""Centimetres."""

LINE_WIDTH, HAIRLINE = 28_575, 3_175
"""In the unit of drawings, 12,700 a point."""

DESCRIPTIONS = {
    BY_DAY: "Line chart of the price of one quantity against the day of purchase. Days without a "
    "price have no line. The table to the left has the same days and prices as text.",
    BY_QUANTITY: "Line chart of the price against the quantity on the chosen day. Quantities "
    "without a price have no line. The table below has the same as text.",
}
"""What a reader who cannot see a chart is told."""

MOST_LABELS = 6
"""Lines beyond which the amounts would hide each other."""


class Picture(NamedTuple):
    """A chart: its name, where it stands, its title's cell, what it draws against the price.

    `points` is the first of the three columns that its points take.
    """

    name: str
    anchor: str
    title_cell: str
    title: str
    across: str
    number_format: str
    points: str


def draw_charts(
    sheet: Worksheet, points: Worksheet, price_list: PriceList, formulas: Formulas
) -> dict[str, Cell]:
    """Puts the charts beside the blocks; answers the values of the formulas of their points."""
    timeline, schedule = price_list.timeline, price_list.schedule
    rows = (timeline.block.first_row, timeline.block.first_row + CHART_ROWS)
    title = (f"'{PRICE_LIST}'!{timeline.title_cell}", timeline.title)
    by_day = Picture(BY_DAY, f"F{rows[0]}", *title, "Day of purchase", DAY, "A")
    write_top(points, POINTS, "Worked out for the charts on the sheet Price list.")
    values = _draw(sheet, points, by_day, lines_of_days(timeline))
    if price_list.several:
        title = (f"'{PRICE_LIST}'!{schedule.title_cell}", schedule.title)
        picture = Picture(BY_QUANTITY, f"F{rows[1]}", *title, "Quantity", QUANTITY, "E")
        lines = lines_of_quantities(schedule, price_list.chosen, formulas)
        values |= _draw(sheet, points, picture, lines)
    return values


def _draw(
    sheet: Worksheet, points: Worksheet, picture: Picture, lines: Sequence[Ends]
) -> dict[str, Cell]:
    values, drawn = write_points(points, picture.points, picture.number_format, lines)
    labelled = len(lines) <= MOST_LABELS + SPARE_LINES
    sheet.add_chart(price_chart(picture, drawn, labelled), picture.anchor)
    return values


def price_chart(picture: Picture, drawn: Drawn, labelled: bool) -> ScatterChart:
    """Prices against days or quantities; where `labelled`, the amount where each line begins."""
    number_format = picture.number_format
    chart = ScatterChart(scatterStyle="lineMarker")
    chart.width, chart.height = WIDTH, HEIGHT  # type: ignore[assignment]
    chart.title = _linked(picture.title_cell, picture.title)
    chart.legend = None
    chart.display_blanks = "gap"
    chart.visible_cells_only = False  # the points stand on a hidden sheet
    lines = _series(0, drawn.across, drawn.prices, number_format)
    lines.spPr = GraphicalProperties(ln=LineProperties(w=LINE_WIDTH, solidFill=INK))
    lines.marker = Marker("none")
    firsts = _series(1, drawn.across, drawn.labels, number_format)
    firsts.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    dot = GraphicalProperties(solidFill=INK, ln=LineProperties(solidFill=INK))
    firsts.marker = Marker("circle", 5, dot)
    if labelled:
        firsts.dLbls = DataLabelList(
            numFmt=MONEY,
            dLblPos="t",
            showVal=True,
            showSerName=False,
            showCatName=False,
            showLegendKey=False,
            showPercent=False,
            txPr=_text(9, INK),
        )
    chart.series.extend([lines, firsts])
    _set_axis(chart.x_axis, picture.across, number_format)
    _set_axis(chart.y_axis, "Price", MONEY)
    return chart


def _set_axis(axis: NumericAxis | TextAxis, title: str, number_format: str) -> None:
    axis.title = _written(title)
    axis.delete = False
    axis.number_format = number_format
    axis.txPr = _text(9, MUTED)
    grid = GraphicalProperties(ln=LineProperties(solidFill=HEADING_FILL, w=HAIRLINE))
    axis.majorGridlines = ChartLines(grid)
    axis.spPr = GraphicalProperties(ln=LineProperties(solidFill=MUTED))
    axis.tickLblPos = "low"


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
    """The cells of a series with what stands in them, for programs that calculate nothing."""
    points = [
        NumVal(index, v=value.code if isinstance(value, CellError) else repr(float(value)))
        for index, value in enumerate(values)
        if value is not None
    ]
    return NumRef(cells, NumData(number_format, ptCount=len(values), pt=points))


def _linked(cell: str, value: str) -> Title:
    """A title that says what a cell says."""
    cache = StrData(ptCount=1, pt=[StrVal(0, v=value)])
    return Title(tx=Text(strRef=StrRef(cell, cache)), overlay=False, txPr=_text(11, INK, bold=True))


def _written(words: str) -> Title:
    look = CharacterProperties(sz=900, b=False, solidFill=MUTED)
    run = RegularTextRun(rPr=look, t=words)
    return Title(tx=Text(rich=RichText(p=[Paragraph(r=[run])])), overlay=False)


def _text(size: int, color: str, bold: bool = False) -> RichText:
    plain = CharacterProperties(sz=size * 100, b=bold, solidFill=color)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=plain), endParaRPr=plain)
    return RichText(p=[paragraph])

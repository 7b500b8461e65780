"""One chart: prices as lines, each with its amount, nothing where nothing is on file."""

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
from openpyxl.utils.cell import coordinate_from_string

from workbooks.look.styles import HEADING_FILL, INK, MONEY, MUTED
from workbooks.sheets.points import Drawn
from workbooks.sheets.price_list import Titled
from xlfuncs.tables.cells import Cell, CellError
from xlfuncs.tables.schema import PRICE_LIST

WIDTH, HEIGHT = 17.5, 8.5
"""Centimetres."""

LINE_WIDTH, HAIRLINE = 28_575, 3_175
"""In the unit of drawings, 12,700 a point."""


class Picture(NamedTuple):
    """A chart: the column above whose block it stands, its title, and what it draws.

    `points` is the first of the three columns that its points take.
    """

    column: str
    title: Titled
    across: str
    up: str
    number_format: str
    points: str


def price_chart(picture: Picture, drawn: Drawn, labelled: bool) -> ScatterChart:
    """Prices against days or quantities; where `labelled`, the amount where each line begins."""
    number_format = picture.number_format
    chart = ScatterChart(scatterStyle="lineMarker")
    chart.width, chart.height = WIDTH, HEIGHT  # type: ignore[assignment]
    chart.title = _linked(picture.title)
    chart.roundedCorners = False
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
            showBubbleSize=False,
            txPr=_text(9, INK),
        )
    chart.series.extend([lines, firsts])
    _set_axis(chart.x_axis, picture.across, number_format)
    _set_axis(chart.y_axis, picture.up, MONEY)
    chart.y_axis.scaling.min = 0  # or small changes would look like large ones
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


def _linked(title: Titled) -> Title:
    """A title that says what a cell says."""
    cache = StrData(ptCount=1, pt=[StrVal(0, v=title.text)])
    letter, row = coordinate_from_string(title.cell)
    cell = f"'{PRICE_LIST}'!${letter}${row}"
    return Title(tx=Text(strRef=StrRef(cell, cache)), overlay=False, txPr=_text(11, INK, bold=True))


def _written(words: str) -> Title:
    look = CharacterProperties(sz=900, b=False, solidFill=MUTED)
    run = RegularTextRun(rPr=look, t=words)
    return Title(tx=Text(rich=RichText(p=[Paragraph(r=[run])])), overlay=False)


def _text(size: int, color: str, bold: bool = False) -> RichText:
    plain = CharacterProperties(sz=size * 100, b=bold, solidFill=color)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=plain), endParaRPr=plain)
    return RichText(p=[paragraph])

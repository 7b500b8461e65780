"""One chart: prices as lines, each with its amount, nothing where nothing is on file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from openpyxl.chart import ScatterChart
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
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.utils.cell import coordinate_from_string

from workbooks.look.axes import letters, set_axis, values_beside
from workbooks.look.styles import INK, MONEY
from workbooks.sheets.points import Drawn
from workbooks.sheets.price_list import Titled
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell, CellError
from xlfuncs.tables.schema import PRICE_LIST

WIDTH, HEIGHT = 17.5, 8.5
"""Centimetres."""

LINE_WIDTH = 28_575
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
        firsts.dLbls = values_beside("t", MONEY)
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
    """The cells of a series with what stands in them, for programs that calculate nothing."""
    points = [
        NumVal(index, v=NOT_AVAILABLE.code if isinstance(value, CellError) else repr(float(value)))
        for index, value in enumerate(values)
        if value is not None
    ]
    return NumRef(cells, NumData(number_format, ptCount=len(values), pt=points))


def _linked(title: Titled) -> Title:
    """A title that says what a cell says."""
    cache = StrData(ptCount=1, pt=[StrVal(0, v=title.text)])
    letter, row = coordinate_from_string(title.cell)
    cell = f"'{PRICE_LIST}'!${letter}${row}"
    return Title(
        tx=Text(strRef=StrRef(cell, cache)), overlay=False, txPr=letters(11, INK, bold=True)
    )

"""The chart of the report: what was overpaid by service and reason, as bars, the largest on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.axes import set_axis, values_beside, written
from workbooks.look.cells import escaped, write_cell, write_top
from workbooks.look.styles import INK, MONEY, MUTED, NOTE, POINT, QUANTITY
from workbooks.reports.figures import kept
from workbooks.reports.groups import Group
from workbooks.reports.table import OVERPAID, SUMMARY, Table
from workbooks.reports.texts import cut
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.schema import POINTS

MOST_BARS = 10
LONGEST_LABEL = 30
"""Characters of a service and of a source beside a bar, which have half of the chart."""

WIDTH, HEIGHT_OF_BAR, HEIGHT_OF_REST = 22.0, 0.65, 3.0
ROW_HEIGHT = 0.53
"""Centimetres, all of them."""

FIRST_BAR_ROW = 5

DESCRIPTIONS = {
    "Overpaid by service and reason": "Bar chart of what was overpaid in each of the largest "
    "groups, the largest on top. The table below has the same groups and amounts as text."
}
"""What a reader who cannot see the chart is told."""


class Bars(NamedTuple):
    """The chart, and the values of the cells that it draws."""

    chart: BarChart
    values: dict[str, Cell]


def rows_covered(groups: int) -> int:
    """How many rows of a sheet the chart of so many groups covers."""
    return int(_height(groups) / ROW_HEIGHT) + 1


def draw_bars(points: Worksheet, table: Table, currency: str) -> Bars:
    """A bar for each of the largest groups; their labels and lengths stand on a hidden sheet.

    The lengths follow the table; where that has text, they are as long as the bars are drawn.
    """
    groups = table.groups[:MOST_BARS]
    write_top(points, POINTS, f"What the chart on the sheet {SUMMARY} draws.")
    for letter, title in (("A", "Group"), ("B", "Overpaid")):
        write_cell(points, f"{letter}{FIRST_BAR_ROW - 1}", title, NOTE)
    values: dict[str, Cell] = {}
    for row, (group, place) in enumerate(zip(groups, table.rows, strict=False), FIRST_BAR_ROW):
        write_cell(points, f"A{row}", label(group), POINT)
        amount = kept(group.whole.overpaid)
        bar = write_cell(points, f"B{row}", amount, POINT, MONEY)
        if table.in_figures:
            bar.value = f"={SUMMARY}!{OVERPAID}{place}"
        values[bar.coordinate] = amount
    more = f", the {MOST_BARS} largest of {len(table.groups)}"
    title = f"Overpaid by service and reason{more if len(groups) < len(table.groups) else ''}"
    chart = _chart(groups, f"Overpaid ({currency})" if currency else "Overpaid")
    chart.title = written(title, 11, INK, bold=True)
    chart.height = _height(len(groups))
    return Bars(chart, values)


def _height(groups: int) -> float:
    return HEIGHT_OF_REST + HEIGHT_OF_BAR * min(groups, MOST_BARS)


def label(group: Group) -> str:
    """What stands beside a bar; the number leads to the group's row."""
    service, source = (
        cut(" ".join(words.split()), LONGEST_LABEL, " ...")
        for words in (group.sum.service, group.sum.source)
    )
    return f"{group.number}. {service}: {source}"


def _chart(groups: Sequence[Group], title: str) -> BarChart:
    chart = BarChart(barDir="bar", gapWidth=45)
    chart.width = WIDTH  # type: ignore[assignment]
    chart.legend = None
    chart.roundedCorners = False
    chart.visible_cells_only = False  # what is drawn stands on a hidden sheet
    chart.series.append(_series(groups))
    set_axis(chart.x_axis, "Group, as in the table below", "General")
    set_axis(chart.y_axis, title, QUANTITY)
    chart.x_axis.majorGridlines = None
    chart.x_axis.scaling.orientation = "maxMin"  # or the first would stand at the bottom
    chart.y_axis.crosses = "max"  # which is the bottom then
    chart.y_axis.tickLblPos = "nextTo"
    chart.y_axis.scaling.min = 0
    return chart


def _series(groups: Sequence[Group]) -> Series:
    last_row = FIRST_BAR_ROW + len(groups) - 1
    names, lengths = (
        f"'{POINTS}'!${letter}${FIRST_BAR_ROW}:${letter}${last_row}" for letter in ("A", "B")
    )
    texts = [StrVal(index, v=escaped(label(group))) for index, group in enumerate(groups)]
    points = [NumVal(n, v=repr(kept(group.whole.overpaid))) for n, group in enumerate(groups)]
    count = len(groups)
    return Series(
        idx=0,
        order=0,
        cat=AxDataSource(strRef=StrRef(names, StrData(ptCount=count, pt=texts))),
        val=NumDataSource(numRef=NumRef(lengths, NumData(MONEY, ptCount=count, pt=points))),
        spPr=GraphicalProperties(solidFill=MUTED),
        invertIfNegative=False,
        dLbls=values_beside("outEnd", QUANTITY),
    )

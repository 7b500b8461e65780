"""The chart of a report: what was overpaid, as bars, the largest on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

from xlfuncs.ledgers.audit import Audit, By, Group
from xlfuncs.ledgers.report_cells import ReportSheet, cut, round_to_cents, to_figure
from xlfuncs.ledgers.report_lists import OVER, can_sum, key_title
from xlfuncs.sheets.schema import POINTS
from xlfuncs.xlsx.cell_values import escape_text
from xlfuncs.xlsx.charts import format_title, label_values, set_axis
from xlfuncs.xlsx.styles import INK, MONEY, MUTED, NOTE, POINT, QUANTITY, write_cell, write_top

# Which bars are drawn: the first kind of totals that has several, so that there is something to
# compare.

MOST_BARS = 6
LONGEST_LABEL = 44
"""Characters beside a bar, which have half of the chart."""

WIDTH, HEIGHT = 20.6, 6.4
ROW_HEIGHT = 0.53
"""Centimetres, all of them."""

HEIGHT_IN_ROWS = int(HEIGHT / ROW_HEIGHT) + 1
FIRST_ROW = 5

TITLE = "Overpaid, by {}"
WHAT = {
    By.CHARGE: "what was charged instead",
    By.VENDOR: "vendor",
    By.SERVICE: "service",
    By.DOCUMENT: "document",
    By.MONTH: "month of purchase",
}


@dataclass(frozen=True, slots=True)
class Bars:
    """The largest groups by one criterion, with the numbers that formulas know them by."""

    by: By
    groups: Sequence[tuple[int, Group]]
    count: int

    @property
    def title(self) -> str:
        more = f", the {len(self.groups)} largest of {self.count}"
        return TITLE.format(WHAT[self.by]) + (more if self.count > len(self.groups) else "")


def find_bars(audit: Audit) -> Bars | None:
    """Find the groups to draw, None where no kind of totals has several of them."""
    for breakdown in audit.breakdowns:
        numbered = [
            (number, group)
            for number, group in enumerate(breakdown.groups, 1)
            if group.amounts.over
        ]
        if len(numbered) > 1:
            largest = sorted(numbered, key=lambda each: -each[1].amounts.over)[:MOST_BARS]
            return Bars(breakdown.by, largest, len(numbered))
    return None


def draw_bars(points: ReportSheet, bars: Bars, audit: Audit) -> BarChart:
    """Draw a bar for each group, from labels and lengths on a hidden sheet, which it fills."""
    sheet = points.sheet
    write_top(sheet, POINTS, "Data for the chart on the sheet Summary.")
    for letter, title in (("A", bars.by.value), ("B", "Overpaid")):
        write_cell(sheet, f"{letter}{FIRST_ROW - 1}", title, NOTE)
    for row, (number, group) in enumerate(bars.groups, FIRST_ROW):
        write_cell(sheet, f"A{row}", label(group), POINT)
        amount = to_figure(group.amounts.over)
        bar = write_cell(sheet, f"B{row}", amount, POINT, MONEY)
        if can_sum(audit.over):
            formula = OVER.sum_wrong((key_title(bars.by), f"{number}"))
            bar.value = f"={round_to_cents(formula)}"
            points.values[bar.coordinate] = amount
    chart = _build_chart(bars, audit.currency)
    chart.title = format_title(bars.title, 11, INK, bold=True)
    return chart


def label(group: Group) -> str:
    """The text beside a bar, shortened."""
    return cut(" ".join(group.name.split()), LONGEST_LABEL, " ...")


def _build_chart(bars: Bars, currency: str) -> BarChart:
    chart = BarChart(barDir="bar", gapWidth=45)
    chart.width, chart.height = WIDTH, HEIGHT  # type: ignore[assignment]
    chart.legend = None
    chart.roundedCorners = False
    chart.visible_cells_only = False  # what is drawn is on a hidden sheet
    chart.series.append(_build_series([group for _, group in bars.groups]))
    set_axis(chart.x_axis, bars.by.value, "General")
    set_axis(chart.y_axis, f"Overpaid ({currency})" if currency else "Overpaid", QUANTITY)
    chart.x_axis.majorGridlines = None
    chart.x_axis.scaling.orientation = "maxMin"  # or the first would be at the bottom
    chart.y_axis.crosses = "max"  # which is the bottom then
    chart.y_axis.tickLblPos = "nextTo"
    chart.y_axis.scaling.min = 0
    return chart


def _build_series(groups: Sequence[Group]) -> Series:
    last_row, count = FIRST_ROW + len(groups) - 1, len(groups)
    names, lengths = (f"'{POINTS}'!${letter}${FIRST_ROW}:${letter}${last_row}" for letter in "AB")
    texts = [StrVal(index, v=escape_text(label(group))) for index, group in enumerate(groups)]
    points = [NumVal(n, v=repr(to_figure(group.amounts.over))) for n, group in enumerate(groups)]
    return Series(
        idx=0,
        order=0,
        cat=AxDataSource(strRef=StrRef(names, StrData(ptCount=count, pt=texts))),
        val=NumDataSource(numRef=NumRef(lengths, NumData(MONEY, ptCount=count, pt=points))),
        spPr=GraphicalProperties(solidFill=MUTED),
        invertIfNegative=False,
        dLbls=label_values("outEnd", MONEY),
    )

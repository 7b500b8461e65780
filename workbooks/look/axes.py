"""The axes, letters and labels of charts, the same in all of them."""

from __future__ import annotations

from openpyxl.chart.axis import ChartLines, NumericAxis, TextAxis
from openpyxl.chart.label import DataLabelList
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

from workbooks.look.styles import HEADING_FILL, INK, MUTED

HAIRLINE = 3_175
"""In the unit of drawings, 12,700 a point."""


def set_axis(axis: NumericAxis | TextAxis, title: str, number_format: str) -> None:
    """Gives an axis its title, its numbers and calm lines across the chart."""
    axis.title = written(title)
    axis.delete = False
    axis.number_format = number_format
    axis.txPr = letters(9, MUTED)
    grid = GraphicalProperties(ln=LineProperties(solidFill=HEADING_FILL, w=HAIRLINE))
    axis.majorGridlines = ChartLines(grid)
    axis.spPr = GraphicalProperties(ln=LineProperties(solidFill=MUTED))
    axis.tickLblPos = "low"


def written(words: str, size: int = 9, color: str = MUTED, bold: bool = False) -> Title:
    """A title of these words."""
    look = CharacterProperties(sz=size * 100, b=bold, solidFill=color)
    run = RegularTextRun(rPr=look, t=words)
    return Title(tx=Text(rich=RichText(p=[Paragraph(r=[run])])), overlay=False)


def letters(size: int, color: str, bold: bool = False) -> RichText:
    """How numbers and labels are written."""
    plain = CharacterProperties(sz=size * 100, b=bold, solidFill=color)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=plain), endParaRPr=plain)
    return RichText(p=[paragraph])


def values_beside(place: str, number_format: str) -> DataLabelList:
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

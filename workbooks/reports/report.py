"""The report as a workbook: a summary with a chart, and the overcharges line by line."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from openpyxl import Workbook as Book
from openpyxl.workbook.properties import CalcProperties

from workbooks.build import CALCULATION_ENGINE
from workbooks.look.cells import escaped
from workbooks.look.styles import add_styles
from workbooks.package import finished, packed
from workbooks.reports.bars import DESCRIPTIONS, draw_bars
from workbooks.reports.listed import OVERCHARGES, write_listed
from workbooks.reports.summary import CHART, FIRST_FACT_ROW, write_summary
from workbooks.reports.table import SUMMARY
from xlfuncs.files.books.packages import parts_of
from xlfuncs.ledgers.overcharges import Overcharges
from xlfuncs.tables.schema import POINTS


def build_report(found: Overcharges, made: date) -> bytes:
    """The workbook as a file's content; the same overcharges and day always give the same bytes.

    `made` is the day that the report names. Without overcharges it has no list and no chart.
    """
    book = Book()
    book.remove(book.worksheets[0])
    add_styles(book)
    sheet = book.create_sheet(SUMMARY)
    summary = write_summary(sheet, found, made)
    values = [summary.values]
    if summary.table:
        values.append(write_listed(book.create_sheet(OVERCHARGES), found))
        points = book.create_sheet(POINTS)
        points.sheet_state = "hidden"
        chart, drawn = draw_bars(points, summary.table, found.contract.currency)
        sheet.add_chart(chart, f"{CHART}{FIRST_FACT_ROW}")
        values.append(drawn)
    book.calculation = CalcProperties(calcId=CALCULATION_ENGINE, fullCalcOnLoad=False)
    book.properties.creator = "xlfuncs"
    book.properties.title = escaped(f"Overcharges: {found.contract.name}")
    content = BytesIO()
    book.save(content)
    return packed(finished(parts_of(content.getvalue()), values, DESCRIPTIONS))

"""The report on a ledger as a workbook: a page for the reader in a hurry, lists, and totals."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.workbook.properties import CalcProperties

from xlfuncs.ledgers.audit import Audit
from xlfuncs.ledgers.report_cells import ReportSheet
from xlfuncs.ledgers.report_chart import draw_bars, find_bars
from xlfuncs.ledgers.report_lists import LISTS, write_list
from xlfuncs.ledgers.report_summary import SUMMARY, write_summary
from xlfuncs.ledgers.report_totals import NAMES, write_totals
from xlfuncs.sheets.schema import POINTS
from xlfuncs.xlsx.builder import CALCULATION_ENGINE
from xlfuncs.xlsx.cell_values import escape_text
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import finish_parts, pack_parts
from xlfuncs.xlsx.styles import add_styles

DESCRIPTION = (
    "Bar chart of the amount overpaid in each of the largest groups, largest first. The sheets "
    "with totals list the same groups and amounts."
)
"""The description of the chart for a reader who cannot see it."""


def build_report(audit: Audit, made: date) -> bytes:
    """Build the workbook as the content of a file; the same arguments always give the same bytes.

    `made` is the day that the report names. There is no sheet for what there is none of.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    add_styles(workbook)
    pages: list[ReportSheet] = []

    def add_page(title: str) -> ReportSheet:
        pages.append(ReportSheet(workbook.create_sheet(title)))
        return pages[-1]

    summary = add_page(SUMMARY)
    chart_row = write_summary(summary, audit, made)
    for kind in LISTS:
        if kind.lines(audit).count:
            write_list(add_page(kind.name), kind, audit)
    for breakdown in audit.breakdowns:
        write_totals(add_page(NAMES[breakdown.by]), breakdown, audit)
    bars = find_bars(audit)
    if bars:
        points = add_page(POINTS)
        points.sheet.sheet_state = "hidden"
        summary.sheet.add_chart(draw_bars(points, bars, audit), f"A{chart_row}")
    workbook.calculation = CalcProperties(calcId=CALCULATION_ENGINE, fullCalcOnLoad=False)
    workbook.properties.creator = "xlfuncs"
    workbook.properties.title = escape_text(f"Ledger audit: {audit.contracts[0].name}")
    content = BytesIO()
    workbook.save(content)
    descriptions = {bars.title: DESCRIPTION} if bars else {}
    values = [page.values for page in pages]
    return pack_parts(finish_parts(read_parts(content.getvalue()), values, descriptions))

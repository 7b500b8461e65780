"""The workbook of a contract: purchases priced by formulas, beside the sheets that price them."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook as Book
from openpyxl.workbook.properties import CalcProperties

from workbooks.formulas import Formulas
from workbooks.package import finished
from workbooks.purchases import PURCHASES, write_purchases
from workbooks.sheets import write_table
from xlfuncs.functions.workbook import Workbook
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.particulars import particulars_grid
from xlfuncs.tables.reading import Sheets, read_sheets
from xlfuncs.tables.schema import AMENDMENTS, COLUMNS, CONTRACT, TIERS
from xlfuncs.tables.writing import grid_of

CALCULATION_ENGINE = 191029
"""A current one: for files of an older engine, Excel calculates anew before it shows a value."""


def build(contract: Contract) -> bytes:
    """The workbook as a file's content; the same contract always gives the same bytes."""
    sheets = Sheets(
        grid_of(contract.tiers, contract),
        grid_of(contract.amendments, contract),
        particulars_grid(contract),
    )
    formulas = Formulas(Workbook(read_sheets(sheets)), contract.prefix)
    book = Book()
    book.remove(book.worksheets[0])
    values = write_purchases(book.create_sheet(PURCHASES), contract, formulas)
    kinds = [column.kind for column in COLUMNS]
    for name, grid in ((TIERS, sheets.tiers), (AMENDMENTS, sheets.amendments)):
        write_table(book.create_sheet(name), grid, kinds)
    write_table(book.create_sheet(CONTRACT), sheets.contract, ["text", "long text"])
    book.calculation = CalcProperties(calcId=CALCULATION_ENGINE, fullCalcOnLoad=False)
    content = BytesIO()
    book.save(content)
    return finished(content.getvalue(), {1: values})

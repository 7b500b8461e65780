"""What people put into a workbook besides what is asked for there."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from openpyxl.chart import BarChart
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table


def things(book: Any) -> None:
    """All that a person may have added."""
    book.create_sheet("Notes")["A1"] = "call the vendor"
    book["Purchases"]["J10"].value = "Buyer"
    book["Purchases"]["E11"].value = 250_000
    book["Purchases"].merge_cells("A8:B8")
    book["Purchases"].protection.set_password("secret")
    book["Purchases"].protection.enable()
    book["Purchases"].print_area = "A1:E20"
    book["Purchases"].oddHeader.center.text = "File no. 4711"
    book.defined_names["Vendor"] = DefinedName("Vendor", attr_text="Contract!$B$5")
    book.properties.keywords = "scanning"
    book["Price list"].add_chart(deepcopy(book["Price list"]._charts[0]), "A60")
    book["Purchases"].add_chart(BarChart(), "L4")
    book["Guide"]["L30"].value = "Buyer"
    book["Guide"].add_table(Table(displayName="Buyers", ref="L30:L32"))


def moving(book: Any) -> None:
    book["Purchases"]["A11"].value = "=Tiers!F5"
    book["Purchases"]["A13"].value = 5
    book["Tiers"].insert_rows(3)


def array(book: Any) -> None:
    book["Purchases"]["D11"].value = ArrayFormula("D11", "=SUM(A11:A12*2)")


def of_1904(book: Any) -> None:
    book.epoch = datetime(1904, 1, 1)
    book["Purchases"]["B11"].value = "=TODAY()"


def a_remark(book: Any) -> None:
    for row in range(30):
        book["Guide"].cell(60 + row, 6).value = "call the vendor"

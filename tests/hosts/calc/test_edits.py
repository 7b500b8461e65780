"""Prices follow the sheets in LibreOffice Calc, whatever is done there; no listener is left."""

from datetime import date
from itertools import product
from pathlib import Path
from time import sleep
from typing import Any

import openpyxl
import pytest

from tests.support.calc_session import Calc
from tests.support.workbook_edits import FIELDS, shipped_workbook
from xlfuncs.sheets.schema import column_letter
from xlfuncs.xlsx.sheets.contract import TITLE_ROW

DAY, NEXT_DAY = 41639, 41640
NA, CIRCULAR = [32767], [522]
DAYS = ("signed", "effective", "purchased_through")
LAST_ROW = TITLE_ROW + 2
"""The last row of the shipped sheet Amendments; the one above it has the printed price."""

SHEET = "Here"


def serial(day: date) -> int:
    return day.toordinal() - date(1899, 12, 30).toordinal()


def at(field: str, row: int) -> str:
    return f"{column_letter(FIELDS.index(field))}{row}"


class Desk:
    """A workbook open in Calc, with one price on a sheet of its own."""

    def __init__(self, calc: Calc, path: Path) -> None:
        self.calc = calc
        self.book = calc.open(str(path))
        calc.insert_sheet(self.book, SHEET)
        self.here("A1", f"=QUALYS_PRICE(100000;{NEXT_DAY})")
        self.here("A2", f"=QUALYS_EXPLAIN(100000;{NEXT_DAY})")

    def here(self, address: str, value: Any) -> None:
        self.calc.type(self.book, SHEET, address, value)

    def amend(self, field: str, value: Any, row: int = LAST_ROW - 1) -> None:
        self.calc.type(self.book, "Amendments", at(field, row), value)

    @property
    def price(self) -> Any:
        return self._settled("A1")

    @property
    def explanation(self) -> str:
        return str(self._settled("A2"))

    def _settled(self, address: str) -> Any:
        self.calc.be_idle()
        return self.calc.values(self.book, SHEET, address)[0][0]


@pytest.fixture
def desk(calc: Calc, tmp_path: Path) -> Desk:
    path = tmp_path / "book.xlsx"
    path.write_bytes(shipped_workbook())
    return Desk(calc, path)


def test_opening_a_workbook_changes_nothing_in_it(calc: Calc, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(shipped_workbook())
    book = calc.open(str(path))
    calc.be_idle()
    assert not calc.is_modified(book)


def test_a_price_typed_into_amendments_is_answered_at_once(desk: Desk) -> None:
    assert desk.price == 279_995
    desk.amend("price", 1234.5)
    assert desk.price == 1234.5
    desk.calc.undo(desk.book)
    assert desk.price == 279_995


def test_a_formula_on_amendments_is_followed_and_what_it_refers_to(desk: Desk) -> None:
    desk.here("B1", 500)
    desk.amend("price", f"=${SHEET}.B1*2")
    assert desk.price == 1000
    desk.here("B1", 600)
    assert desk.price == 1200
    desk.amend("price", "=1/0")
    assert desk.price == NA
    assert "price is #DIV/0!; expected a number" in desk.explanation


def test_a_replacement_undone_is_followed(desk: Desk) -> None:
    """LibreOffice tells nobody who listens to the sheet."""
    assert desk.calc.replace(desk.book, "Amendments", "279995", "888") == 1
    assert desk.price == 888
    desk.calc.undo(desk.book)
    assert desk.price == 279_995


def test_prices_follow_also_where_calculation_is_by_hand(desk: Desk) -> None:
    desk.here("B1", 500)
    desk.amend("price", f"=${SHEET}.B1*2")
    assert desk.price == 1000
    desk.calc.calculate_by_itself(desk.book, False)
    desk.here("B1", 600)
    assert desk.price == 1200
    desk.amend("price", 7)
    assert desk.price == 7
    desk.calc.calculate_by_itself(desk.book, True)
    assert desk.price == 7


def macro(desk: Desk, *lines: str) -> None:
    here = f'here = ThisComponent.Sheets.getByName("{SHEET}")'
    named = 'price = ThisComponent.Sheets.getByName("Amendments").getCellRangeByName("{}")'
    desk.calc.run(desk.book, [here, named.format(at("price", LAST_ROW - 1)), *lines])


def test_a_macro_that_tries_a_price_and_takes_it_back_leaves_none_of_it(desk: Desk) -> None:
    macro(
        desk,
        "price.Value = 1234.5",
        f'here.getCellRangeByName("B1").Formula = "=QUALYS_PRICE(100000;{NEXT_DAY})"',
        'here.getCellRangeByName("C1").Value = here.getCellRangeByName("B1").Value',
        "price.Value = 279995",
    )
    assert desk.price == 279_995
    assert desk.calc.values(desk.book, SHEET, "B1:C1") == [[279_995, 1234.5]]


def test_a_macro_that_changes_a_price_and_saves_saves_what_follows_from_it(
    desk: Desk, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.xlsx"
    macro(
        desk,
        "price.Value = 1234.5",
        'seen = here.getCellRangeByName("A1").Value',
        "Dim how(0) As New com.sun.star.beans.PropertyValue",
        'how(0).Name = "FilterName"',
        'how(0).Value = "Calc MS Excel 2007 XML"',
        f'ThisComponent.storeToURL("{saved.as_uri()}", how())',
    )
    assert openpyxl.load_workbook(saved, data_only=True)[SHEET]["A1"].value == 1234.5


def test_a_tier_is_followed(desk: Desk) -> None:
    desk.here("A3", f"=QUALYS_PRICE(5;{DAY})")
    assert desk.calc.values(desk.book, SHEET, "A3") == [[NA]]
    row = TITLE_ROW + 1
    for field, value in (("charge", "per unit"), ("unit_price", 3.5)):
        desk.calc.type(desk.book, "Tiers", at(field, row), value)
    desk.calc.be_idle()
    assert desk.calc.values(desk.book, SHEET, "A3") == [[17.5]]


def test_an_amendment_row_typed_below_is_followed(desk: Desk) -> None:
    row = {
        "document": 2,
        "title": "Amendment 2",
        "service": "Enterprise Vulnerability Management",
        "quantity_from": 100_000,
        "charge": "package",
        "price": 260_000,
        "signed": serial(date(2014, 1, 1)),
        "effective": serial(date(2014, 1, 1)),
    }
    for field, value in row.items():
        desk.amend(field, value, LAST_ROW + 1)
    assert desk.price == 260_000
    desk.amend("effective", serial(date(2014, 1, 2)), LAST_ROW + 1)
    assert desk.price == 279_995


def test_a_row_inserted_above_moves_the_table_and_a_blank_one_between_counts_nothing(
    desk: Desk,
) -> None:
    desk.calc.insert_rows(desk.book, "Amendments", 1, 2)
    assert desk.price == 279_995
    desk.calc.insert_rows(desk.book, "Amendments", LAST_ROW + 2, 3)
    assert desk.price == 279_995
    desk.amend("price", 7, LAST_ROW + 1)
    assert desk.price == 7


def test_without_dates_an_amendment_is_not_in_force(desk: Desk) -> None:
    for row in (LAST_ROW - 1, LAST_ROW):
        for field in ("signed", "effective", "assumed"):
            desk.amend(field, None, row)
    assert desk.price == NA
    assert "last row (100,000 IPs) is not on file" in desk.explanation


def test_a_row_far_below_the_table_is_found(desk: Desk) -> None:
    desk.amend("price", 5, 1_000_000)
    assert desk.price == NA
    assert "Amendments!" in desk.explanation


def test_a_sheet_that_goes_is_missed_and_one_that_comes_is_read(desk: Desk) -> None:
    calc, book = desk.calc, desk.book
    calc.rename_sheet(book, "Amendments", "Old")
    assert desk.price == NA
    assert "Amendments: no such sheet" in desk.explanation
    calc.insert_sheet(book, "Amendments")
    assert "no row has the titles" in desk.explanation
    calc.remove_sheet(book, "Amendments")
    assert "Amendments: no such sheet" in desk.explanation
    calc.rename_sheet(book, "Old", "AMENDMENTS")
    assert desk.price == 279_995
    calc.type(book, "AMENDMENTS", at("price", LAST_ROW - 1), 8)
    assert desk.price == 8


@pytest.mark.parametrize(
    ("code", "shown"), [("0%", "'27999500%'"), ("BOOLEAN", "TRUE"), ("YYYY-MM-DD", "2666-08-06")]
)
def test_what_a_number_format_makes_of_a_price_counts(desk: Desk, code: str, shown: str) -> None:
    where = at("price", LAST_ROW - 1)
    desk.calc.format(desk.book, "Amendments", where, code)
    assert desk.price == NA
    assert f"price is {shown}; expected a number" in desk.explanation
    desk.calc.format(desk.book, "Amendments", where, "#,##0.00")
    assert desk.price == 279_995


def test_a_year_is_no_day_whatever_its_format_shows(desk: Desk) -> None:
    desk.amend("effective", 2013)
    assert desk.price == NA
    shown = "effective date is 1905-07-05, which a spreadsheet cannot tell from the year 2013"
    assert shown in desk.explanation
    desk.calc.format(desk.book, "Amendments", at("effective", LAST_ROW - 1), "0")
    assert "effective date is 2013, and a year is not a date; expected a date" in desk.explanation
    desk.amend("effective", serial(date(2013, 12, 1)))
    assert desk.price == 279_995


def test_merged_cells_in_the_table_keep_the_prices_back(desk: Desk) -> None:
    desk.calc.merge(desk.book, "Amendments", f"B{LAST_ROW + 2}:C{LAST_ROW + 3}")
    assert desk.price == NA
    assert f"Amendments!B{LAST_ROW + 2}:C{LAST_ROW + 3}: merged cells" in desk.explanation
    desk.calc.undo(desk.book)
    assert desk.price == 279_995
    desk.calc.merge(desk.book, "Amendments", f"U{TITLE_ROW}:U{TITLE_ROW + 1}")
    assert f"Amendments!U{TITLE_ROW}:U{TITLE_ROW + 1}: merged cells" in desk.explanation


def test_merged_cells_above_the_table_do_no_harm(desk: Desk) -> None:
    desk.calc.merge(desk.book, "Amendments", f"B1:D{TITLE_ROW - 1}")
    desk.amend("price", 3)
    assert desk.price == 3


def test_the_date_system_of_the_document_counts(desk: Desk) -> None:
    calc, book = desk.calc, desk.book
    desk.here("A1", "=QUALYS_PRICE(100000;DATE(2014;1;1))")
    assert desk.price == 279_995
    calc.count_days_from(book, 1904, 1, 1)
    assert desk.price == NA, "the days on the sheets are four years later now"
    calc.count_days_from(book, 1900, 1, 1)
    assert "days are counted from 1900-01-01; expected 1899-12-30 or" in desk.explanation
    calc.count_days_from(book, 1899, 12, 30)
    assert desk.price == 279_995


def test_a_workbook_of_the_1904_date_system_prices_alike(calc: Calc, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(shipped_workbook())
    book = calc.open(str(path))
    calc.count_days_from(book, 1904, 1, 1)
    days = [at(field, row) for field in DAYS for row in (LAST_ROW - 1, LAST_ROW)]
    for sheet, address in product(("Tiers", "Amendments"), days):
        [[value]] = calc.values(book, sheet, address)
        if value:
            calc.type(book, sheet, address, value - 1462)
    calc.save(book, str(tmp_path / "mac.xlsx"))
    calc.close(book)
    book = calc.open(str(tmp_path / "mac.xlsx"))
    calc.insert_sheet(book, SHEET)
    calc.type(book, SHEET, "A1", f"=QUALYS_PRICE(100000;{DAY - 1462})")
    calc.type(book, SHEET, "A2", f"=QUALYS_PRICE(100000;{NEXT_DAY - 1462})")
    calc.type(book, SHEET, "A3", "=QUALYS_PRICE(100000;DATE(2013;12;31))")
    assert calc.values(book, SHEET, "A1:A3") == [[255_000], [279_995], [255_000]]


def test_two_workbooks_answer_each_from_its_own_sheets(desk: Desk, tmp_path: Path) -> None:
    other = Desk(desk.calc, tmp_path / "book.xlsx")
    other.amend("price", 111)
    assert (desk.price, other.price) == (279_995, 111)
    desk.amend("price", 222)
    assert (desk.price, other.price) == (222, 111)
    desk.calc.close(other.book)
    desk.amend("price", 333)
    assert desk.price == 333


def test_two_vendors_functions_stand_side_by_side(desk: Desk) -> None:
    desk.here("B1", f"=ACME_PRICE(100000;{NEXT_DAY})-QUALYS_PRICE(100000;{NEXT_DAY})")
    desk.amend("price", 4)
    desk.calc.be_idle()
    assert desk.calc.values(desk.book, SHEET, "B1") == [[0]]


def test_the_functions_of_two_versions_never_answer_differently(desk: Desk) -> None:
    """Also where a table catches the error that it gets for asking; both see what it shows."""
    desk.here("B1", f"=ACME_PRICE(100000;{NEXT_DAY})")
    assert desk.price == 279_995
    for catching in (f"=IFERROR(ACME_PRICE(100000;{NEXT_DAY})*2;5)", "=IFERROR($Here.B1*2;5)"):
        desk.amend("price", catching)
        shown = desk.price
        [[other]] = desk.calc.values(desk.book, SHEET, "B1")
        [[stated]] = desk.calc.values(desk.book, "Amendments", at("price", LAST_ROW - 1))
        assert shown == other
        assert shown in (stated, CIRCULAR, NA)
    desk.amend("price", 5)
    assert (desk.price, desk.calc.values(desk.book, SHEET, "B1")) == (5, [[5]])


def test_a_table_that_is_never_the_same_ends_in_an_error_and_not_in_endless_work(
    desk: Desk,
) -> None:
    desk.here("B1", f"=ACME_PRICE(100000;{NEXT_DAY})")
    desk.amend("price", "=RAND()")
    assert desk.price == CIRCULAR
    assert desk.calc.values(desk.book, SHEET, "B1") == [[CIRCULAR]]
    worked = desk.calc.cpu_seconds()
    sleep(2)
    assert desk.calc.cpu_seconds() - worked < 1
    desk.amend("price", 5)
    assert (desk.price, desk.calc.values(desk.book, SHEET, "B1")) == (5, [[5]])


def test_closed_documents_leave_no_listener_behind(calc: Calc, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(shipped_workbook())
    watcher = calc.open()

    def held() -> int:
        calc.type(watcher, "Sheet1", "A1", None)
        calc.type(watcher, "Sheet1", "A1", "=COUNT_DOCUMENTS()")
        return int(calc.values(watcher, "Sheet1", "A1")[0][0])

    calc.be_idle()
    assert held() == 0
    desk = Desk(calc, path)
    assert desk.price == 279_995
    one = held()
    assert one > 0
    for price in range(20):
        desk.amend("price", price + 1)
        assert desk.price == price + 1
    assert held() == one, "edits must not add to them"
    for _ in range(5):
        Desk(calc, path).calc.be_idle()
    assert held() == 6 * one
    for book in list(range(desk.book, desk.book + 6)):
        calc.close(book)
    calc.be_idle()
    assert held() == 0

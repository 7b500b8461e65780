"""Edited workbooks: nothing that somebody entered is lost, and what differs is named."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from office import convert, need
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from random_contracts import random_contract
from workbook_edits import add_amendment, built, put, shipped_workbook

from workbooks import SHIPPED
from workbooks.build import build
from workbooks.package import packed
from workbooks.sheets.purchases import FIRST_ROW
from xlfuncs.cli import main
from xlfuncs.files.books.differences import differences
from xlfuncs.files.books.kept import draft_of_workbook, lost_between
from xlfuncs.files.books.opened import open_workbook
from xlfuncs.files.books.packages import parts_of
from xlfuncs.files.books.stamps import can_be_built_again, is_untouched
from xlfuncs.files.loading import load
from xlfuncs.pricing.contract import Purchase
from xlfuncs.tables.drafts import draft_of

Edit = Callable[[Any], None]

NEXT_ROW = FIRST_ROW + len(load(SHIPPED).contract.purchases)


class Desk:
    """A folder with a built workbook, and the commands that somebody runs there."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = folder / "book.xlsx"
        self.path.write_bytes(shipped_workbook())
        self._capsys = capsys

    def edit(self, *edits: Edit) -> bytes:
        """Opens the workbook, edits it, saves it; answers what is then in the file."""
        book = openpyxl.load_workbook(self.path)
        for edit in edits:
            edit(book)
        book.save(self.path)
        return self.path.read_bytes()

    def build(self, *options: str) -> int:
        self.status = main(["build", "-o", str(self.path), *options])
        self.out, self.err = self._capsys.readouterr()
        return self.status

    def sheet(self, name: str) -> Any:
        return openpyxl.load_workbook(self.path)[name]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def nothing_lost(before: bytes, after: bytes) -> bool:
    """Whether each cell that was filled in before stands there after."""
    old, new = (draft_of_workbook(open_workbook(content)) for content in (before, after))
    return not list(lost_between(old, new))


def a_purchase(book: Any) -> None:
    for column, value in zip("ABCD", (100_000, date(2014, 2, 3), None, "PO 77"), strict=True):
        book["Purchases"][f"{column}{NEXT_ROW}"].value = value


def an_amendment(book: Any) -> None:
    days = {"signed": date(2014, 1, 15), "effective": date(2014, 2, 1)}
    add_amendment(book, charge="package", price=260_000, **days)


def an_answered_question(book: Any) -> None:
    book["Contract"]["B12"].value = "When does the term end? (Asked on 2014-01-02.)"


def a_chosen_day(book: Any) -> None:
    book["Price list"]["B4"].value = date(2014, 3, 1)


ROWS: list[Edit] = [a_purchase, an_amendment, an_answered_question, a_chosen_day]


def test_an_untouched_build_is_replaced_by_one_of_other_data(desk: Desk, tmp_path: Path) -> None:
    contract = load(SHIPPED).contract
    desk.path.write_bytes(built(contract._replace(name="Last year's name")))
    assert can_be_built_again(desk.path.read_bytes())
    assert desk.build() == 0
    assert list(tmp_path.iterdir()) == [desk.path]
    assert desk.sheet("Purchases")["A1"].value == contract.name


def test_the_same_data_on_a_later_day_are_not_written_again(desk: Desk) -> None:
    before = shipped_workbook(date(2020, 1, 1))
    desk.path.write_bytes(before)
    assert desk.build() == 0
    assert "not written again" in desk.out
    assert desk.path.read_bytes() == before


@pytest.mark.parametrize("edit", ROWS)
def test_an_edited_workbook_is_not_replaced_unasked(desk: Desk, edit: Edit) -> None:
    before = desk.edit(edit)
    assert desk.build() == 2
    assert "nothing was written. Use --keep" in desk.err
    assert desk.path.read_bytes() == before


def test_keep_builds_around_the_rows_and_keeps_the_old_file(desk: Desk, tmp_path: Path) -> None:
    before = desk.edit(*ROWS)
    assert desk.build("--keep") == 0
    assert (tmp_path / "book.xlsx.bak").read_bytes() == before
    purchases = desk.sheet("Purchases")
    assert purchases[f"A{NEXT_ROW}"].value == 100_000
    assert purchases[f"B{NEXT_ROW}"].value == datetime(2014, 2, 3)
    assert purchases[f"D{NEXT_ROW}"].value == "PO 77"
    assert purchases.tables["Purchases"].ref == f"A10:I{NEXT_ROW}"
    stored = openpyxl.load_workbook(desk.path, data_only=True)
    assert stored["Purchases"][f"E{NEXT_ROW}"].value == 260_000
    assert stored["Price list"]["B4"].value == datetime(2014, 3, 1)
    assert "Asked on 2014-01-02" in stored["Contract"]["B12"].value
    assert nothing_lost(before, desk.path.read_bytes())


def test_rows_that_were_kept_stand_nowhere_else_and_are_not_replaced_unasked(desk: Desk) -> None:
    desk.edit(*ROWS)
    assert desk.build("--keep") == 0
    before = desk.path.read_bytes()
    assert is_untouched(before)
    assert not can_be_built_again(before)
    assert desk.build() == 2
    assert desk.build("--keep") == 0
    assert "not written again" in desk.out
    assert desk.path.read_bytes() == before


def test_a_second_backup_never_replaces_the_first(desk: Desk, tmp_path: Path) -> None:
    first = desk.edit(a_purchase)
    assert desk.build("--keep") == 0
    second = desk.edit(an_amendment)
    assert desk.build("--keep") == 0
    assert (tmp_path / "book.xlsx.bak").read_bytes() == first
    assert (tmp_path / "book.xlsx.bak2").read_bytes() == second


def test_force_replaces_and_keeps_the_old_file_too(desk: Desk, tmp_path: Path) -> None:
    before = desk.edit(a_purchase)
    assert desk.build("--force") == 0
    assert (tmp_path / "book.xlsx.bak").read_bytes() == before
    assert desk.sheet("Purchases")[f"A{NEXT_ROW}"].value is None


def a_sheet(book: Any) -> None:
    book.create_sheet("Notes")["A1"] = "call the vendor"


def a_column(book: Any) -> None:
    book["Purchases"]["J10"].value = "Buyer"
    book["Purchases"]["J11"].value = "M. Smith"


def a_name(book: Any) -> None:
    book.defined_names["Vendor"] = DefinedName("Vendor", attr_text="Contract!$B$5")


def a_chart(book: Any) -> None:
    chart = BarChart()
    chart.add_data(Reference(book["Purchases"], min_col=5, min_row=11, max_row=14))
    book["Purchases"].add_chart(chart, "L4")


def a_note(book: Any) -> None:
    book["Amendments"]["I5"].comment = Comment("checked with the vendor", "M. Smith")


def a_typed_price(book: Any) -> None:
    book["Purchases"]["E13"].value = 250_000


def a_remark(book: Any) -> None:
    book["Tiers"]["A3"].value = "Copied from the scan on 3 March"


def a_remark_on_a_locked_sheet(book: Any) -> None:
    book["Checks"]["F12"].value = "asked on 2014-01-02"


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (a_sheet, "the sheet 'Notes'"),
        (a_column, "the column 'Buyer' on Purchases"),
        (a_name, "the name 'Vendor'"),
        (a_chart, "the chart 'Chart 1' on Purchases"),
        (a_note, "the comments on Amendments"),
        (a_typed_price, "Purchases!E13, which holds '250000'"),
        (a_remark, "Tiers!A3, which holds 'Copied from the scan on 3 March'"),
        (a_remark_on_a_locked_sheet, "Checks!F12, which holds 'asked on 2014-01-02'"),
    ],
)
def test_keep_stops_before_it_loses_what_it_did_not_make(
    desk: Desk, tmp_path: Path, edit: Edit, named: str
) -> None:
    before = desk.edit(a_purchase, edit)
    assert desk.build("--keep") == 2
    assert desk.err.splitlines()[1:] == [named]
    assert desk.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [desk.path]
    assert desk.build("--keep", "--force") == 0
    assert (tmp_path / "book.xlsx.bak").read_bytes() == before
    assert desk.sheet("Purchases")[f"A{NEXT_ROW}"].value == 100_000


def test_a_formula_is_kept_with_its_value_where_its_cell_stays(desk: Desk) -> None:
    content = desk.edit(lambda book: put(book["Amendments"], 2, "price", "=5*51000"))
    part = b"<f>5*51000</f><v></v>"
    desk.path.write_bytes(with_part(content, part, b"<f>5*51000</f><v>255000</v>"))
    assert desk.build("--keep") == 0
    assert desk.sheet("Amendments")["I6"].value == "=5*51000"
    assert openpyxl.load_workbook(desk.path, data_only=True)["Amendments"]["I6"].value == 255_000


def test_a_formula_whose_cell_would_move_stops_the_build(desk: Desk) -> None:
    def edit(book: Any) -> None:
        put(book["Amendments"], 2, "price", "=I5-24995")
        book["Amendments"].delete_rows(3)

    content = desk.edit(edit)
    part = b"<f>I5-24995</f><v></v>"
    desk.path.write_bytes(with_part(content, part, b"<f>I5-24995</f><v>255000</v>"))
    assert desk.build("--keep") == 2
    assert "Amendments!I5, which holds =I5-24995" in desk.err


def with_part(content: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with some bytes of a sheet changed, as a program that calculates saves them."""
    parts = parts_of(content)
    name = next(name for name, part in parts.items() if old in part)
    return packed({**parts, name: parts[name].replace(old, new)})


def test_number_formats_and_odd_cells_come_back_as_they_were(desk: Desk) -> None:
    def edit(book: Any) -> None:
        sheet = book["Purchases"]
        sheet["A12"].number_format = "0.00"
        sheet["A13"].value = "many"
        sheet["B14"].value = datetime(2013, 12, 20, 14, 30)
        sheet["D11"].value = "=1+1"
        sheet["D12"].value = "_x0041_"
        sheet["D13"].value = "'quoted"

    desk.edit(edit)
    before = desk.path.read_bytes()
    assert desk.build("--keep") == 0
    after = desk.sheet("Purchases")
    assert after["A12"].number_format == "0.00"
    assert after["A13"].value == "many"
    assert after["B14"].value == datetime(2013, 12, 20, 14, 30)
    assert after["D11"].value == "=1+1"
    assert nothing_lost(before, desk.path.read_bytes())


def test_problems_on_the_sheets_are_named_and_nothing_is_written(desk: Desk) -> None:
    before = desk.edit(lambda book: put(book["Amendments"], 1, "price", "12,5o"))
    assert desk.build("--keep") == 2
    assert "Amendments!I5: price is '12,5o'; expected a number such as 12.50" in desk.err
    assert desk.path.read_bytes() == before


def test_keep_without_a_workbook_builds_one(desk: Desk) -> None:
    desk.path.unlink()
    assert desk.build("--keep") == 0
    assert desk.sheet("Purchases")["A11"].value == 100_000


def test_keep_says_where_the_contract_file_states_something_else(
    desk: Desk, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(Path(SHIPPED).read_bytes())
    desk.edit(a_purchase)
    assert desk.build("--keep", "--contract", str(own)) == 0
    assert desk.err == ""
    desk.edit(an_amendment)
    assert desk.build("--keep", "--contract", str(own)) == 0
    assert "keeps its own rows, which differ from what" in desk.err


def test_a_workbook_of_the_1904_date_system_keeps_its_days(desk: Desk) -> None:
    def edit(book: Any) -> None:
        book.epoch = datetime(1904, 1, 1)

    desk.edit(a_purchase, edit)
    price = main(["price", "100000", "2013-12-20", "--contract", str(desk.path)])
    assert price == 0
    assert desk.build("--keep") == 0, desk.err
    after = desk.sheet("Amendments")
    assert after.parent.epoch != datetime(1904, 1, 1)
    assert after["M6"].value == datetime(2013, 12, 31)


@pytest.mark.parametrize("program", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_a_workbook_that_is_open_is_left_alone(desk: Desk, tmp_path: Path, program: str) -> None:
    before = desk.edit(a_purchase)
    (tmp_path / program).touch()
    assert desk.build("--keep") == 2
    assert "close it there; nothing was written" in desk.err
    assert len(desk.err.splitlines()) == 1
    assert desk.path.read_bytes() == before


def test_check_of_an_untouched_workbook_finds_nothing(desk: Desk) -> None:
    assert desk.build("--check") == 0
    assert desk.out == f"{desk.path}: is as it would be built\n"


def test_check_lists_what_differs_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        put(book["Amendments"], 2, "price", 250_000)
        book["Tiers"]["A5"].number_format = "0.0"

    before = desk.edit(a_purchase, edit, a_sheet, a_name)
    assert desk.build("--check") == 1
    lines = desk.out.splitlines()
    assert f"Purchases!A{NEXT_ROW}: 100000; expected blank" in lines
    assert f"Purchases!D{NEXT_ROW}: 'PO 77'; expected blank" in lines
    assert "Tiers!A5: number format 0.0; expected General" in lines
    assert "Amendments!I6: 250000; expected 255000" in lines
    assert "the sheet 'Notes': is not expected" in lines
    assert "the name 'Vendor': is not expected" in lines
    assert "differences to what its data would give" in desk.err
    assert desk.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [desk.path]


def test_check_with_keep_compares_with_a_build_around_the_rows(desk: Desk) -> None:
    desk.edit(an_amendment)
    assert desk.build("--check", "--keep") == 1  # what it shows was never worked out again
    lines = [line for line in desk.out.splitlines() if line.startswith("Amendments!")]
    assert all("number format General" in line for line in lines)  # openpyxl entered no formats
    assert desk.build("--keep") == 0
    assert desk.build("--check", "--keep") == 0


def test_check_needs_a_workbook(desk: Desk) -> None:
    desk.path.unlink()
    assert desk.build("--check") == 2
    assert "there is no such file; expected a workbook to check" in desk.err


def test_a_build_differs_from_itself_in_nothing() -> None:
    content = shipped_workbook()
    book = openpyxl.load_workbook(BytesIO(content))
    saved = BytesIO()
    book.save(saved)
    lines = differences(saved.getvalue(), content).lines
    assert lines
    assert all("shows blank; expected" in line for line in lines)  # openpyxl saves no values


def test_rows_of_random_contracts_come_back_from_their_workbooks(seed: int) -> None:
    random = Random(seed)
    readable = 0
    while readable < 15:
        try:
            content = build(draft_of(random_contract(random)), date(2026, 1, 1))
        except ValueError:  # days in a random order are no contract
            continue
        readable += 1
        draft = draft_of_workbook(open_workbook(content))
        again = build(draft, date(2026, 1, 1))
        assert differences(again, content).lines == []
        assert list(lost_between(draft, draft_of_workbook(open_workbook(again)))) == []


def test_ten_thousand_purchases_are_kept_to_the_cell(desk: Desk, seed: int) -> None:
    random = Random(seed)
    contract = load(SHIPPED).contract
    purchases = tuple(
        Purchase(
            Decimal(random.choice([5, 99_999, 100_000, 100_001])),
            date(2013, 11, 1) + timedelta(days=random.randrange(400)),
            reference=f"PO {number}",
        )
        for number in range(10_000)
    )
    content = built(contract._replace(purchases=purchases))
    before = with_part(content, b">PO 4711<", b">PO 4711, by phone<")
    desk.path.write_bytes(before)
    assert desk.build() == 2
    assert desk.build("--keep") == 0, desk.err
    after = desk.path.read_bytes()
    assert differences(after, before).lines == []
    assert nothing_lost(before, after)
    sheet = desk.sheet("Purchases")
    last = FIRST_ROW + len(purchases) - 1
    assert sheet[f"D{FIRST_ROW + 4711}"].value == "PO 4711, by phone"
    assert sheet.tables["Purchases"].ref == f"A10:I{last}"
    assert sheet[f"E{last}"].number_format == sheet[f"E{FIRST_ROW}"].number_format


def a_formula_elsewhere(book: Any) -> None:
    book["Purchases"]["A12"].value = "=Tiers!F6"


def test_formulas_stop_the_build_where_any_row_moves(desk: Desk) -> None:
    """A formula that stays in its cell may look at a row that does not."""

    def a_row_less(book: Any) -> None:
        book["Tiers"].delete_rows(3)

    content = desk.edit(a_formula_elsewhere, a_row_less)
    stored = b"<f>Tiers!F6</f><v>100000</v>"
    desk.path.write_bytes(with_part(content, b"<f>Tiers!F6</f><v></v>", stored))
    assert desk.build("--keep") == 2
    assert "Purchases!A12, which holds =Tiers!F6, while rows or columns move" in desk.err


def test_an_array_formula_is_not_made_an_ordinary_one(desk: Desk) -> None:
    def edit(book: Any) -> None:
        book["Purchases"]["D11"].value = ArrayFormula("D11", "=SUM(A11:A12*2)")

    desk.edit(edit)
    assert desk.build("--keep") == 2
    assert "Purchases!D11, which holds an array formula" in desk.err


@pytest.mark.parametrize("field", ["Service", "Reference"])
def test_an_optional_column_may_be_missing(desk: Desk, field: str) -> None:
    """The other optional column is still one of ours."""
    letter = {"Service": "C", "Reference": "D"}[field]
    other = {"Service": "D", "Reference": "C"}[field]

    def edit(book: Any) -> None:
        book["Purchases"][f"{other}11"].value = "Enterprise Vulnerability Management"
        book["Purchases"][f"{letter}10"].value = None

    desk.edit(edit)
    assert desk.build("--keep") == 0, desk.err
    assert desk.sheet("Purchases")[f"{other}11"].value == "Enterprise Vulnerability Management"


def test_purchases_out_of_order_are_refused(desk: Desk) -> None:
    content = shipped_workbook()
    desk.path.write_bytes(with_part(content, b'<row r="12"', b'<row r="11"'))
    assert desk.build("--keep") == 2
    assert "twice or out of order; open the workbook in Excel" in desk.err


def test_check_tells_a_number_from_the_text_that_looks_like_it(desk: Desk) -> None:
    desk.edit(lambda book: put(book["Amendments"], 2, "price", "255000"))
    assert desk.build("--check") == 1
    assert "Amendments!I6: '255000'; expected 255000" in desk.out


def test_a_save_while_the_build_runs_is_not_replaced(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.edit(a_purchase)

    def saved_meanwhile(draft: Any, day: date) -> bytes:
        desk.edit(an_amendment)
        return build(draft, day)

    monkeypatch.setattr("xlfuncs.cli.building.content_of", saved_meanwhile)
    assert desk.build("--keep") == 2
    assert "was saved by somebody just now; nothing was written" in desk.err
    assert desk.sheet("Amendments")["B7"].value == "Amendment 2"


def a_property(book: Any) -> None:
    book.properties.keywords = "vulnerability scanning"


def a_header(book: Any) -> None:
    book["Tiers"].oddHeader.center.text = "File no. 4711"


def a_link(book: Any) -> None:
    book["Purchases"]["D11"].hyperlink = Hyperlink(ref="D11", location="Tiers!A5")


def merged_cells(book: Any) -> None:
    book["Purchases"].merge_cells("C11:C12")


def a_locked_sheet(book: Any) -> None:
    book["Tiers"].protection.set_password("secret")
    book["Tiers"].protection.enable()


def a_chart_sheet(book: Any) -> None:
    book.create_chartsheet("Trend").add_chart(BarChart())


def a_copy_of_our_chart(book: Any) -> None:
    chart = book["Price list"]._charts[0]
    book["Price list"].add_chart(deepcopy(chart), "A60")


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (a_property, "the document property 'keywords'"),
        (a_header, "the page header on Tiers"),
        (a_link, "the hyperlinks on Purchases"),
        (merged_cells, "the merged cells C11:C12 on Purchases"),
        (a_locked_sheet, "the password on Tiers"),
        (a_chart_sheet, "a sheet that is a chart"),
        (a_copy_of_our_chart, "the chart of column A of 'Behind the sheets' on Price list (2)"),
    ],
)
def test_keep_names_what_is_no_cell(desk: Desk, edit: Edit, named: str) -> None:
    before = desk.edit(edit)
    assert desk.build("--keep") == 2
    assert named in desk.err.splitlines()[1:]
    assert desk.path.read_bytes() == before


@pytest.mark.parametrize("value", ["many", "#REF!", True, date(2014, 1, 1)])
@pytest.mark.parametrize("cell", ["B4", "B6", "B7"])
def test_a_slip_in_a_choice_is_kept_and_answered_by_an_error(
    desk: Desk, cell: str, value: Any
) -> None:
    def edit(book: Any) -> None:
        book["Price list"][cell].value = value

    desk.edit(edit)
    assert desk.build("--keep") == 0, desk.err


@pytest.mark.parametrize("text", ["a_x000D_\nb", "a_x000B_b", "_x0007_", "_xD83D_", "_xFFFE_"])
def test_characters_that_xml_does_not_hold_come_back_as_they_were(desk: Desk, text: str) -> None:
    desk.edit(lambda book: setattr(book["Purchases"]["D11"], "value", text))
    before = desk.path.read_bytes()
    assert desk.build("--keep") == 0, desk.err
    assert nothing_lost(before, desk.path.read_bytes())


@pytest.mark.parametrize("figure", [0.30000000000000004, 41628.604166666664, 1.2345678901234567e19])
def test_a_figure_keeps_all_its_digits(desk: Desk, figure: float) -> None:
    content = with_part(shipped_workbook(), b"<v>99999</v>", f"<v>{figure!r}</v>".encode())
    desk.path.write_bytes(content)
    assert desk.build("--keep") == 0, desk.err
    assert desk.sheet("Purchases")["A14"].value == figure


def test_a_percent_sign_in_quotes_is_no_percentage(desk: Desk) -> None:
    def edit(book: Any) -> None:
        book["Purchases"]["A11"].number_format = '#,##0" % of all"'
        book["Amendments"]["F5"].number_format = '#,##0" % of all"'

    desk.edit(edit)
    assert desk.build("--keep") == 0, desk.err
    stored = openpyxl.load_workbook(desk.path, data_only=True)
    assert stored["Purchases"]["E11"].value == 255_000


DAMAGE = {
    "a sheet": ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"),
    "a number": ("xl/worksheets/sheet1.xml", None),
    "a chart": ("xl/charts/chart1.xml", b"<chart"),
    "its list of parts": ("_rels/.rels", b"<Relationships"),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("option", ["--keep", "--check", "--force"])
def test_a_damaged_workbook_is_one_sentence_with_its_name(
    desk: Desk, damage: str, option: str
) -> None:
    name, part = DAMAGE[damage]
    parts = parts_of(desk.edit(a_purchase))
    parts[name] = part or parts[name].replace(b"<v>99999</v>", b"<v>4x1628</v>")
    desk.path.write_bytes(packed(parts))
    status = desk.build(option)
    if option == "--force":
        assert status == 0
    else:
        assert status in {1, 2}
        assert len(desk.err.splitlines()) == 1
        assert str(desk.path) in desk.err


def test_keeping_what_nobody_edited_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    before = desk.path.read_bytes()
    assert desk.build("--keep") == 0
    assert desk.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [desk.path]
    assert desk.build() == 0


def test_a_contract_file_that_is_missing_is_found_before_anything_is_written(desk: Desk) -> None:
    before = desk.edit(a_purchase)
    assert desk.build("--keep", "--contract", "missing.toml") == 2
    assert desk.out == ""
    assert desk.path.read_bytes() == before


def test_an_overtyped_answer_is_the_one_that_is_named(desk: Desk) -> None:
    desk.edit(lambda book: setattr(book["Purchases"]["E11"], "value", 250_000))
    assert desk.build("--keep") == 2
    assert desk.err.splitlines()[1:] == ["Purchases!E11, which holds '250000'"]


def test_a_link_is_followed_to_the_file_and_to_its_lock(desk: Desk, tmp_path: Path) -> None:
    desk.edit(a_purchase)
    link = tmp_path / "elsewhere" / "link.xlsx"
    link.parent.mkdir()
    link.symlink_to(desk.path)
    lock = tmp_path / "~$book.xlsx"
    lock.touch()
    assert main(["build", "--keep", "-o", str(link)]) == 2
    lock.unlink()
    assert main(["build", "--keep", "-o", str(link)]) == 0
    assert (tmp_path / "book.xlsx.bak").exists()
    assert link.is_symlink()


def test_a_workbook_that_libreoffice_saved_is_kept_whole(desk: Desk) -> None:
    need("soffice")
    desk.edit(*ROWS)
    before = desk.path.read_bytes()
    for _ in range(2):
        desk.path.write_bytes(convert(desk.path, "xlsx").read_bytes())
    assert desk.build() == 2
    assert desk.build("--keep") == 0, desk.err
    assert nothing_lost(before, desk.path.read_bytes())
    assert desk.sheet("Price list")["B4"].value == datetime(2014, 3, 1)
    assert desk.build("--keep", "--check") == 0


def a_question_of_ones_own(book: Any) -> None:
    book["Purchases"]["K12"].value = "=QUALYS_PRICE(A12,B12)*1.19"


def another_example(book: Any) -> None:
    book["Purchases"]["E4"].value = "=QUALYS_PRICE(5, DATE(2014,1,1))"


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (a_question_of_ones_own, "Purchases!K12, which holds '=qualys_price(a12,b12)*1.19'"),
        (another_example, "Purchases!E4, which holds '=qualys_price(5,date(2014,1,1))'"),
    ],
)
def test_a_question_that_somebody_asked_in_a_cell_is_not_lost(
    desk: Desk, edit: Edit, named: str
) -> None:
    desk.edit(edit)
    assert desk.build("--keep") == 2
    assert desk.err.splitlines()[1:] == [named]


def all_particulars(book: Any) -> None:
    """What the build wrote elsewhere follows all of these."""
    book["Contract"]["B5"].value = "Another name"
    book["Contract"]["B6"].value = "ACME"
    book["Contract"]["B7"].value = "EUR"
    book["Purchases"]["A11"].value = 5
    put(book["Amendments"], 3, "document", 2)
    for field, value in (("title", "Amendment 2"), ("service", "Other"), ("charge", "withdrawn")):
        put(book["Amendments"], 3, field, value)
    put(book["Amendments"], 3, "quantity_from", 0)


def test_only_what_somebody_added_is_named_whatever_else_was_edited(desk: Desk) -> None:
    desk.edit(all_particulars, a_sheet)
    assert desk.build("--keep") == 2
    assert desk.err.splitlines()[1:] == ["the sheet 'Notes'"]


def test_a_print_area_and_sparklines_are_named(desk: Desk) -> None:
    content = desk.edit(lambda book: setattr(book["Tiers"], "print_area", "A1:I7"))
    group = (
        b'<ext xmlns:x14="x14" uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroup/>'
    )
    end = b"<extLst>" + group + b"</ext></extLst></worksheet>"
    desk.path.write_bytes(with_part(content, b"</worksheet>", end))
    assert desk.build("--keep") == 2
    assert "the print area 'Tiers'!$A$1:$I$7" in desk.err
    assert "the sparklines on Purchases" in desk.err


def test_check_lists_every_cell_that_was_filled_in(desk: Desk) -> None:
    def edit(book: Any) -> None:
        for row in range(11, 71):
            book["Purchases"][f"D{row}"].value = "x"

    desk.edit(edit)
    assert desk.build("--check") == 1
    assert sum(": 'x'; expected blank" in line for line in desk.out.splitlines()) == 60
    assert desk.out.splitlines()[-1].startswith("and ")

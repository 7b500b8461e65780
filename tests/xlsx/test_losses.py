"""What would be lost of an edited workbook is named, all of it and nothing else, before it is."""

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink

from tests.support.build_folder import (
    NEXT_ROW,
    BuildFolder,
    a_name,
    a_purchase,
    a_sheet,
    an_amendment,
    with_part,
)
from tests.support.workbook_edits import put, shipped_workbook
from xlfuncs.xlsx.builder import build_workbook
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts


def a_column(book: Any) -> None:
    book["Purchases"]["K15"].value = "Buyer"
    book["Purchases"]["K16"].value = "M. Smith"


def a_chart(book: Any) -> None:
    chart = BarChart()
    chart.add_data(Reference(book["Purchases"], min_col=5, min_row=11, max_row=14))
    book["Purchases"].add_chart(chart, "L4")


def a_note(book: Any) -> None:
    book["Amendments"]["I5"].comment = Comment("checked with the vendor", "M. Smith")


def a_typed_price(book: Any) -> None:
    book["Purchases"]["E18"].value = 250_000


def a_remark(book: Any) -> None:
    book["Tiers"]["A3"].value = "Copied from the scan on 3 March"


def a_remark_on_a_locked_sheet(book: Any) -> None:
    book["Checks"]["F12"].value = "asked on 2014-01-02"


ADDED = {
    "the sheet 'Notes'": a_sheet,
    "Purchases!E18, which holds '250000'": a_typed_price,
    "the column 'Buyer' on Purchases": a_column,
    "Tiers!A3, which holds 'Copied from the scan on 3 March'": a_remark,
    "Checks!F12, which holds 'asked on 2014-01-02'": a_remark_on_a_locked_sheet,
    "the chart 'Chart 1' on Purchases": a_chart,
    "the comments on Amendments": a_note,
    "the name 'Vendor'": a_name,
}
"""What a reader added, by how it is named."""


def test_keep_stops_before_it_loses_what_it_did_not_make(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    before = build_folder.edit(a_purchase, *ADDED.values())
    assert build_folder.build("--keep") == 2
    assert sorted(build_folder.err.splitlines()[1:]) == sorted(ADDED)
    assert build_folder.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [build_folder.path]
    assert build_folder.build("--keep", "--force") == 0
    assert (tmp_path / "book.xlsx.bak").read_bytes() == before
    assert build_folder.sheet("Purchases")[f"A{NEXT_ROW}"].value == 100_000


def test_a_formula_whose_cell_would_move_stops_the_build(build_folder: BuildFolder) -> None:
    def edit(book: Any) -> None:
        put(book["Amendments"], 2, "price", "=I5-24995")
        book["Amendments"].delete_rows(3)

    content = build_folder.edit(edit)
    part = b"<f>I5-24995</f><v />"
    build_folder.path.write_bytes(with_part(content, part, b"<f>I5-24995</f><v>255000</v>"))
    assert build_folder.build("--keep") == 2
    assert "Amendments!I5, which holds =I5-24995" in build_folder.err


def test_problems_on_the_sheets_are_named_and_nothing_is_written(build_folder: BuildFolder) -> None:
    before = build_folder.edit(lambda book: put(book["Amendments"], 1, "price", "12,5o"))
    assert build_folder.build("--keep") == 2
    assert "Amendments!I5: price is '12,5o'; expected a number such as 12.50" in build_folder.err
    assert build_folder.path.read_bytes() == before


@pytest.mark.parametrize("program", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_a_workbook_that_is_open_is_left_alone(
    build_folder: BuildFolder, tmp_path: Path, program: str
) -> None:
    before = build_folder.edit(a_purchase)
    (tmp_path / program).touch()
    assert build_folder.build("--keep") == 2
    assert "close it there; nothing was written" in build_folder.err
    assert len(build_folder.err.splitlines()) == 1
    assert build_folder.path.read_bytes() == before


def a_formula_elsewhere(book: Any) -> None:
    book["Purchases"]["A17"].value = "=Tiers!F6"


def test_formulas_stop_the_build_where_any_row_moves(build_folder: BuildFolder) -> None:
    """A formula that stays in its cell may look at a row that does not."""

    def a_row_less(book: Any) -> None:
        book["Tiers"].delete_rows(3)

    content = build_folder.edit(a_formula_elsewhere, a_row_less)
    stored = b"<f>Tiers!F6</f><v>100000</v>"
    build_folder.path.write_bytes(with_part(content, b"<f>Tiers!F6</f><v />", stored))
    assert build_folder.build("--keep") == 2
    assert "Purchases!A17, which holds =Tiers!F6, while cells that it uses move" in build_folder.err


def test_an_array_formula_is_not_made_an_ordinary_one(build_folder: BuildFolder) -> None:
    def edit(book: Any) -> None:
        book["Purchases"]["D16"].value = ArrayFormula("D16", "=SUM(A16:A17*2)")

    build_folder.edit(edit)
    assert build_folder.build("--keep") == 2
    assert "Purchases!D16, which holds an array formula" in build_folder.err


def test_purchases_out_of_order_are_refused(build_folder: BuildFolder) -> None:
    content = shipped_workbook()
    build_folder.path.write_bytes(with_part(content, b'<row r="17"', b'<row r="16"'))
    assert build_folder.build("--keep") == 2
    assert (
        "twice, out of order, or beyond the last one; open the workbook in Excel"
        in build_folder.err
    )


def test_a_save_while_the_build_runs_is_not_replaced(
    build_folder: BuildFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_folder.edit(a_purchase)

    def saved_meanwhile(draft: Any, day: date, kind: str, **options: bool) -> bytes:
        build_folder.edit(an_amendment)
        return build_workbook(draft, day, kind, **options)

    monkeypatch.setattr("xlfuncs.xlsx.builder.build_workbook", saved_meanwhile)
    assert build_folder.build("--keep") == 2
    assert "was just saved by another program; nothing was written" in build_folder.err
    assert build_folder.sheet("Amendments")["B7"].value == "Amendment 2"


def a_property(book: Any) -> None:
    book.properties.keywords = "vulnerability scanning"


def a_header(book: Any) -> None:
    book["Tiers"].oddHeader.center.text = "File no. 4711"


def a_link(book: Any) -> None:
    book["Purchases"]["D16"].hyperlink = Hyperlink(ref="D16", location="Tiers!A5")


def merged_cells(book: Any) -> None:
    book["Purchases"].merge_cells("C16:C17")


def a_locked_sheet(book: Any) -> None:
    book["Tiers"].protection.set_password("secret")
    book["Tiers"].protection.enable()


def a_chart_sheet(book: Any) -> None:
    book.create_chartsheet("Trend").add_chart(BarChart())


def a_copy_of_our_chart(book: Any) -> None:
    chart = book["Price list"]._charts[0]
    book["Price list"].add_chart(deepcopy(chart), "A60")


NO_CELLS = {
    "the document property 'keywords'": a_property,
    "the page header on Tiers": a_header,
    "the hyperlinks on Purchases": a_link,
    "the merged cells C16:C17 on Purchases": merged_cells,
    "the password on Tiers": a_locked_sheet,
    "a sheet that is a chart": a_chart_sheet,
    "the chart of column A of 'Behind the sheets' on Price list (2)": a_copy_of_our_chart,
}


def test_keep_names_what_is_no_cell(build_folder: BuildFolder) -> None:
    before = build_folder.edit(*NO_CELLS.values())
    assert build_folder.build("--keep") == 2
    assert set(NO_CELLS) <= {*build_folder.err.splitlines()[1:]}
    assert build_folder.path.read_bytes() == before


DAMAGE = {
    "a sheet": ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"),
    "a number": ("xl/worksheets/sheet1.xml", None),
    "a chart": ("xl/charts/chart1.xml", b"<chart"),
    "its list of parts": ("_rels/.rels", b"<Relationships"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_workbook_is_one_sentence_with_its_name(
    build_folder: BuildFolder, damage: str
) -> None:
    name, part = DAMAGE[damage]
    parts = dict(read_parts(build_folder.path.read_bytes()))
    parts[name] = part or parts[name].replace(b"<v>99999</v>", b"<v>4x1628</v>")
    damaged = pack_parts(parts)
    for option in ("--keep", "--check"):
        build_folder.path.write_bytes(damaged)
        assert build_folder.build(option) in {1, 2}
        assert len(build_folder.err.splitlines()) == 1
        assert str(build_folder.path) in build_folder.err
        assert build_folder.path.read_bytes() == damaged
    assert build_folder.build("--force") == 0


def test_an_overtyped_answer_is_the_one_that_is_named(build_folder: BuildFolder) -> None:
    build_folder.edit(lambda book: setattr(book["Purchases"]["E16"], "value", 250_000))
    assert build_folder.build("--keep") == 2
    assert build_folder.err.splitlines()[1:] == ["Purchases!E16, which holds '250000'"]


def a_question_of_ones_own(book: Any) -> None:
    book["Purchases"]["K17"].value = "=QUALYS_PRICE(A17,B17)*1.19"


def another_example(book: Any) -> None:
    book["Purchases"]["E4"].value = "=QUALYS_PRICE(5, DATE(2014,1,1))"


def test_a_question_that_somebody_asked_in_a_cell_is_not_lost(build_folder: BuildFolder) -> None:
    build_folder.edit(a_question_of_ones_own, another_example)
    assert build_folder.build("--keep") == 2
    assert build_folder.err.splitlines()[1:] == [
        "Purchases!E4, which holds '=qualys_price(5,date(2014,1,1))'",
        "Purchases!K17, which holds '=qualys_price(a17,b17)*1.19'",
    ]


def all_particulars(book: Any) -> None:
    """What the build wrote elsewhere follows all of these."""
    book["Contract"]["B5"].value = "Another name"
    book["Contract"]["B7"].value = "ACME"
    book["Contract"]["B8"].value = "EUR"
    book["Purchases"]["A16"].value = 5
    put(book["Amendments"], 3, "document", 2)
    for field, value in (("title", "Amendment 2"), ("service", "Other"), ("charge", "withdrawn")):
        put(book["Amendments"], 3, field, value)
    put(book["Amendments"], 3, "quantity_from", 0)


def test_only_what_somebody_added_is_named_whatever_else_was_edited(
    build_folder: BuildFolder,
) -> None:
    build_folder.edit(all_particulars, a_sheet)
    assert build_folder.build("--keep") == 2
    assert build_folder.err.splitlines()[1:] == ["the sheet 'Notes'"]


def test_a_print_area_and_sparklines_are_named(build_folder: BuildFolder) -> None:
    content = build_folder.edit(lambda book: setattr(book["Tiers"], "print_area", "A1:I7"))
    group = (
        b'<ext xmlns:x14="x14" uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroup/>'
    )
    end = b"<extLst>" + group + b"</ext></extLst></worksheet>"
    build_folder.path.write_bytes(with_part(content, b"</worksheet>", end))
    assert build_folder.build("--keep") == 2
    assert "the print area 'Tiers'!$A$1:$I$7" in build_folder.err
    assert "the sparklines on Purchases" in build_folder.err


BESIDE_CELLS = {
    "the scenarios on Purchases": (
        "sheet1",
        b"</sheetData>",
        b"<scenarios><scenario/></scenarios>",
    ),
    "the ranges that may be edited with a password on Purchases": (
        "sheet1",
        b"</sheetData>",
        b"<protectedRanges><protectedRange/></protectedRanges>",
    ),
    "the pictures in header or footer on Purchases": (
        "sheet1",
        b"</sheetData>",
        b'<legacyDrawingHF id="x"/>',
    ),
    "the password for changes": ("workbook", b"</sheets>", b'<fileSharing userName="x"/>'),
    "the views of the workbook": (
        "workbook",
        b"</sheets>",
        b'<customWorkbookViews><customWorkbookView name="x"/></customWorkbookViews>',
    ),
    "the protection of the workbook": (
        "workbook",
        b"</sheets>",
        b'<workbookProtection lockStructure="1"/>',
    ),
    "Purchases!IW11, which holds 'far away'": (
        "sheet1",
        b'</c></row><row r="12"',
        b'</c><c r="IW11" t="str"><v>far away</v></c></row><row r="12"',
    ),
}
"""What a reader may have put there, by the part, and after or in place of which bytes."""


def test_what_excel_keeps_beside_cells_is_named_before_it_is_lost(
    build_folder: BuildFolder,
) -> None:
    parts = dict(read_parts(build_folder.edit(a_purchase)))
    for part, place, added in BESIDE_CELLS.values():
        name = f"xl/{part}.xml" if part == "workbook" else f"xl/worksheets/{part}.xml"
        assert place in parts[name]
        new = added if place in added else place + added
        parts[name] = parts[name].replace(place, new, 1)
    before = pack_parts(parts)
    build_folder.path.write_bytes(before)
    assert build_folder.build("--keep") == 2
    assert sorted(build_folder.err.splitlines()[1:]) == sorted(BESIDE_CELLS)
    assert build_folder.path.read_bytes() == before

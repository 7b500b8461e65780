"""The command `import`: what it says, writes and refuses, and what it leaves as it is."""

from __future__ import annotations

import difflib
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from test_cli import Ran
from workbook_edits import add_amendment, built, put

from workbooks import SHIPPED
from workbooks.sheets.entered import TITLE_ROW
from xlfuncs.files.loading import load, load_draft, load_filled_in
from xlfuncs.files.revising.matching import is_same
from xlfuncs.files.toml_text.editing import ContractText
from xlfuncs.tables.schema import PURCHASE_COLUMNS

CONTRACTS = sorted(Path(__file__).with_name("contracts").glob("*.toml"))
FIRST_PURCHASE = 11
"""The row of the sheet Purchases in which the first one stands."""

Capture = pytest.CaptureFixture[str]


class Imports:
    """A folder with a contract file, an edited workbook of it, and the command at hand."""

    def __init__(self, folder: Path, capsys: Capture, source: Path = Path(SHIPPED)) -> None:
        self.file, self.book = folder / "acme.toml", folder / "acme.xlsx"
        self._capsys = capsys
        self.before = source.read_bytes()
        self.file.write_bytes(self.before)
        self.book.write_bytes(built(load(source).contract))

    def edit(self, edit: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(BytesIO(self.book.read_bytes()))
        edit(book)
        book.save(self.book)

    def write(self, text: str) -> None:
        self.before = text.encode()
        self.file.write_bytes(self.before)

    def run(self, *arguments: str | Path) -> Ran:
        return Ran(self._capsys, "import", self.book, "-o", self.file, *arguments)

    @property
    def lines(self) -> list[str]:
        """The lines that are no longer in the file, and those that are new in it."""
        texts = [each.decode().splitlines() for each in (self.before, self.file.read_bytes())]
        found = [*difflib.unified_diff(*texts, lineterm="", n=0)][2:]
        return [line for line in found if not line.startswith("@@")]


@pytest.fixture
def imports(tmp_path: Path, capsys: Capture) -> Imports:
    return Imports(tmp_path, capsys)


@pytest.mark.parametrize("source", [Path(SHIPPED), *CONTRACTS], ids=lambda path: path.stem)
def test_a_contract_goes_to_a_workbook_and_back(
    source: Path, tmp_path: Path, capsys: Capture
) -> None:
    imports = Imports(tmp_path, capsys, source)
    ran = imports.run()
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"{imports.file}: already says what {imports.book} says\n"
    assert imports.file.read_bytes() == imports.before
    new = tmp_path / "new.toml"
    assert Ran(capsys, "import", imports.book, "-o", new).status == 0
    first, again = load(imports.file).contract, load(new).contract
    assert is_same(first, again)
    assert first.services == again.services
    rows = [[row._replace(place=None) for row in each.rows] for each in (first, again)]
    assert rows[0] == rows[1]
    assert load_draft(new)[1] == load_draft(imports.file)[1]


def test_a_new_file_is_written_as_people_write_them(imports: Imports, tmp_path: Path) -> None:
    imports.file.unlink()
    ran = imports.run()
    counts = "3 rows of the agreement, 1 amendment with 2 rows, 4 purchases"
    assert ran.out == f"{imports.file}: written; {counts}\n"
    shipped = [line.split(" # ")[0] for line in Path(SHIPPED).read_text("utf-8").splitlines()]
    written = imports.file.read_text("utf-8").splitlines()
    assert written == shipped[shipped.index("[contract]") :]


def test_a_changed_price_is_one_line(imports: Imports) -> None:
    imports.edit(lambda book: put(book["Amendments"], 2, "price", 250_000))
    ran = imports.run()
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"{imports.file}: written; what it held before is acme.toml.bak",
        "amendments[1].rows[2].price: 255000.00 is now 250000.00 (Amendments!I6)",
        f"xlfuncs diff {imports.file}.bak {imports.file} shows which prices change",
    ]
    assert imports.lines == ["-price = 255000.00", "+price = 250000.00"]
    assert Path(f"{imports.file}.bak").read_bytes() == imports.before
    assert load(f"{imports.file}.bak").contract is not None


def test_a_comment_beside_a_value_stays_beside_it(imports: Imports) -> None:
    def edit(book: Any) -> None:
        for number in (1, 2, 3):
            put(book["Tiers"], number, "signed", 41600)

    imports.edit(edit)
    assert "agreement.dated: 2013-11-15 is now 2013-11-22 (Tiers!N5)" in imports.run().out
    beside = "# the Master Cloud Service Agreement's date"
    assert imports.lines == [f"-dated = 2013-11-15 {beside}", f"+dated = 2013-11-22 {beside}"]


def test_what_one_row_says_otherwise_it_says_itself(imports: Imports) -> None:
    imports.edit(lambda book: put(book["Amendments"], 2, "title", "Side letter"))
    assert "amendments[1].rows[2].title: new: 'Side letter' (Amendments!B6)" in imports.run().out
    assert imports.lines == ['+title = "Side letter"']


def test_a_new_amendment_stands_behind_the_others(imports: Imports) -> None:
    imports.edit(
        lambda book: add_amendment(
            book, charge="package", price=1000, signed="2014-02-01", note='a "list"\nof two'
        )
    )
    ran = imports.run()
    assert ran.status == 2
    assert "Amendments!N7: signed is '2014-02-01'" in ran.err
    imports.edit(lambda book: put(book["Amendments"], 3, "signed", 41671))
    ran = imports.run()
    assert "amendments[2]: new: Amendment 2, 1 row (Amendments!A7)" in ran.out.splitlines()
    assert imports.lines == [
        "+[[amendments]]",
        "+number = 2",
        '+title = "Amendment 2"',
        "+signed = 2014-02-01",
        "+",
        "+[[amendments.rows]]",
        '+clause = "1"',
        "+quantity_from = 100000",
        '+charge = "package"',
        "+price = 1000.00",
        '+note = """',
        '+a "list"',
        '+of two"""',
        "+",
    ]


def test_rows_that_go_leave_their_comments(imports: Imports) -> None:
    text = Path(SHIPPED).read_text("utf-8")
    imports.write(
        text.replace(
            '[[amendments.rows]]\nclause = "1.A, f',
            '# the footnote\n[[amendments.rows]] # of page 2\n# read twice\nclause = "1.A, f',
        )
    )
    imports.edit(lambda book: book["Amendments"].delete_rows(TITLE_ROW + 2))
    told = "amendments[1].rows[2]: removed: 1.A, footnote *, 100,000 IPs, 255,000.00, for purchases"
    assert told in imports.run().out
    left = imports.file.read_text("utf-8")
    assert "\n# the footnote\n# of page 2\n# read twice\n\n[[purchases]]\n" in left
    assert "footnote *" not in left


def test_the_last_row_goes_with_the_blank_line_above_it(imports: Imports) -> None:
    imports.edit(lambda book: book["Purchases"].delete_rows(FIRST_PURCHASE + 3))
    assert "purchases[4]: removed: 99,999 on 2013-12-20" in imports.run().out
    assert imports.file.read_text("utf-8").endswith("purchased = 2013-11-20\n")


def test_purchases_are_told_by_quantity_and_day(imports: Imports) -> None:
    def edit(book: Any) -> None:
        buy(book, 5, quantity=250, purchased="2024-07-15", reference="PO 7")
        book["Purchases"].delete_rows(FIRST_PURCHASE + 1)

    imports.edit(edit)
    assert imports.run().out.splitlines()[1:3] == [
        "purchases[4]: new: 250 on 2024-07-15, PO 7 (Purchases!A14)",
        "purchases[2]: removed: 100,000 on 2014-01-01",
    ]


def buy(book: Any, number: int, **entered: Any) -> None:
    """Fills in a row of the sheet Purchases."""
    fields = [column.field for column in PURCHASE_COLUMNS]
    for field, value in entered.items():
        cell = book["Purchases"].cell(FIRST_PURCHASE - 1 + number, fields.index(field) + 1)
        cell.value = value


def test_particulars_are_told_with_their_cells(imports: Imports) -> None:
    def edit(book: Any) -> None:
        book["Contract"]["B7"] = "EUR"
        book["Contract"]["B11"] = "On which day?"

    imports.edit(edit)
    currency, removed, new = imports.run().out.splitlines()[1:4]
    assert currency == "contract.currency: 'USD' is now 'EUR' (Contract!B7)"
    assert removed.startswith("contract.open_questions: removed: 'On which day did the State sign")
    assert new == "contract.open_questions: new: 'On which day?' (Contract!B11)"
    assert len(imports.lines) == 4


def test_check_lists_what_would_change_and_writes_nothing(imports: Imports, tmp_path: Path) -> None:
    ran = imports.run("--check")
    assert (ran.status, ran.err) == (0, "")
    imports.edit(lambda book: put(book["Amendments"], 2, "price", 250_000))
    ran = imports.run("--check")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        f"{imports.file}: would change, in 1 place",
        "amendments[1].rows[2].price: 255000.00 is now 250000.00 (Amendments!I6)",
    ]
    assert imports.file.read_bytes() == imports.before
    imports.file.unlink()
    ran = imports.run("--check")
    assert (ran.status, ran.out.split(";")[0]) == (1, f"{imports.file}: would be written")
    assert [*tmp_path.iterdir()] == [imports.book]


def test_the_file_is_named_after_the_workbook(
    imports: Imports, monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert Ran(capsys, "import", imports.book).status == 0
    assert [path.name for path in folder.iterdir()] == ["acme.toml"]


def test_all_that_is_wrong_is_named_and_nothing_written(imports: Imports) -> None:
    def edit(book: Any) -> None:
        put(book["Amendments"], 2, "price", "12,5o")
        buy(book, 1, quantity=None)
        buy(book, 2, purchased="soon")
        buy(book, 3, quantity="many", reference="=1+1")
        buy(book, 7, service="Gardening")
        book["Contract"]["B8"] = "=1+1"
        book["Contract"]["A17"], book["Contract"]["B17"] = "Contact", "=1+1"

    imports.edit(edit)
    ran = imports.run()
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == f"xlfuncs: {imports.book}: has problems; nothing was written"
    for told in (
        "Amendments!I6: price is '12,5o'; expected a number",
        "Purchases!A11: quantity is blank; expected a number",
        "Purchases!B12: purchased is 'soon'; expected a date",
        "Purchases!A13: quantity is 'many'; expected a number",
        "Purchases!D13: a formula without a stored value",
        "Contract!B8: a formula without a stored value",
        "Purchases!A17: quantity is blank",
        "Purchases!B17: purchased is blank",
    ):
        assert f"{imports.book}: {told}" in ran.err
    assert "Contract!B17" not in ran.err
    assert imports.file.read_bytes() == imports.before


def test_a_service_that_the_contract_lacks_is_wrong(imports: Imports) -> None:
    imports.edit(lambda book: buy(book, 1, service="Gardening"))
    assert "Purchases!C11: service is 'Gardening'; expected one of the services 'Enter" in (
        imports.run().err
    )


def test_where_there_are_several_services_a_purchase_names_one(
    tmp_path: Path, capsys: Capture
) -> None:
    [galaxy] = [path for path in CONTRACTS if path.stem == "galaxy_telnet"]
    imports = Imports(tmp_path, capsys, galaxy)
    imports.edit(lambda book: buy(book, 1, quantity=600, purchased=38169))
    assert "Purchases!C11: service is blank; expected one of the services" in imports.run().err
    imports.edit(lambda book: buy(book, 1, service="I-Box licences"))
    told = "purchases[1]: new: 600 of I-Box licences on 2004-07-01 (Purchases!A11)"
    assert told in imports.run().out
    assert imports.lines[0] == "+"


def test_a_contract_file_with_problems_stays_as_it_is(imports: Imports) -> None:
    for text, told in (
        ("[contract]\n", "contract.name: is missing"),
        ("[contract\n", "not valid TOML"),
    ):
        imports.write(text)
        ran = imports.run()
        assert (ran.status, ran.out) == (2, "")
        assert told in ran.err
        assert "nothing was written" in ran.err
        assert imports.file.read_bytes() == imports.before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("acme.toml",), "acme.toml: expected a workbook (.xlsx, .xlsm, .xlam)"),
        (("none.xlsx",), "none.xlsx: No such file"),
        (("acme.xlsx", "-o", "acme.txt"), "expected a name that ends in .toml; nothing was"),
        (("acme.xlsx", "-o", "none/acme.toml"), "there is no such folder; nothing was written"),
        (("acme.xlsx", "-o", "folder.toml"), "there is something that is no file"),
    ],
)
def test_other_files_are_refused(
    arguments: tuple[str, ...],
    told: str,
    imports: Imports,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.toml").mkdir()
    ran = Ran(capsys, "import", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err


def test_a_workbook_without_a_prefix_is_refused(imports: Imports) -> None:
    imports.edit(lambda book: book.remove(book["Contract"]))
    ran = imports.run()
    assert ran.status == 2
    assert "no function prefix" in ran.err


def test_a_workbook_without_purchases_says_nothing_of_them(imports: Imports) -> None:
    imports.edit(lambda book: book.remove(book["Purchases"]))
    ran = imports.run()
    assert (ran.status, ran.out.split(": ")[1]) == (0, f"already says what {imports.book} says\n")
    assert f"the purchases of {imports.file} stay as they are" in ran.err


def test_what_a_file_has_no_room_for_is_named_with_its_cell(imports: Imports) -> None:
    def edit(book: Any) -> None:
        book["Tiers"].cell(TITLE_ROW, 23).value = "Remark"
        book["Amendments"].cell(TITLE_ROW + 1, 24).value = "mine"
        book["Contract"]["A17"], book["Contract"]["B17"] = "Contact", "Jo"
        book["Purchases"]["K10"] = "Budget"
        book["Tiers"]["J6"].comment = Comment("ask Jo", "me")
        book.create_sheet("Notes")

    imports.edit(edit)
    ran = imports.run()
    first, *others = ran.err.splitlines()
    assert ran.status == 0
    assert first == f"xlfuncs: not taken into {imports.file}, and still in {imports.book}:"
    assert sorted(others) == [
        "xlfuncs: Amendments!X5, which holds 'mine'",
        "xlfuncs: Contract!A17: the item 'Contact'",
        "xlfuncs: the column 'Budget' on Purchases",
        "xlfuncs: the column 'Remark' on Tiers",
        "xlfuncs: the comments on Tiers",
        "xlfuncs: the sheet 'Notes'",
    ]


def test_a_workbook_that_is_not_from_here_has_its_own_columns_named(
    tmp_path: Path, imports: Imports
) -> None:
    def edit(book: Any) -> None:
        book["Tiers"].cell(TITLE_ROW, 23).value = "Remark"
        book["Amendments"].cell(TITLE_ROW + 1, 24).value = "mine"

    imports.edit(edit)
    by_hand = openpyxl.Workbook()
    for name in ("Tiers", "Amendments", "Contract", "Purchases"):
        sheet = by_hand.create_sheet(name)
        for row in openpyxl.load_workbook(imports.book)[name].iter_rows(values_only=True):
            sheet.append(row)
    by_hand.save(imports.book)
    assert imports.run().err.splitlines()[1:3] == [
        "xlfuncs: Tiers!W4: the column 'Remark'",
        "xlfuncs: Amendments!X5: cells beside the table",
    ]


def test_what_check_would_find_doubtful_now_is_said(tmp_path: Path, capsys: Capture) -> None:
    """An amendment is typed on the sheet, without the end of the term."""
    source = tmp_path / "source.toml"
    text = Path(SHIPPED).read_text("utf-8")
    source.write_text(text.replace("dated = 2013", "ends = 2014-12-31\ndated = 2013"), "utf-8")
    imports = Imports(tmp_path, capsys, source)
    days = {"signed": date(2014, 1, 15), "effective": date(2014, 2, 1)}
    imports.edit(lambda book: add_amendment(book, charge="package", price=260_000, **days))
    ran = imports.run()
    assert ran.status == 0
    assert "Amendments!P7: " in ran.err
    assert imports.run().err == ""


def test_a_workbook_without_purchases_leaves_those_of_the_file(imports: Imports) -> None:
    def edit(book: Any) -> None:
        del book["Purchases"]
        put(book["Amendments"], 2, "price", 250_000)

    imports.edit(edit)
    ran = imports.run()
    assert ran.status == 0
    assert "has no sheet Purchases; the purchases of" in ran.err
    assert imports.lines == ["-price = 255000.00", "+price = 250000.00"]


def test_purchases_of_a_service_that_is_gone_are_not_left_alone(imports: Imports) -> None:
    text = Path(SHIPPED).read_text("utf-8")
    name = 'service = "Enterprise Vulnerability Management"'
    imports.write(text.replace("[[purchases]]", f"[[purchases]]\n{name}"))

    def edit(book: Any) -> None:
        del book["Purchases"]
        for sheet, rows in (("Tiers", 3), ("Amendments", 2)):
            for row in range(1, rows + 1):
                put(book[sheet], row, "service", "Scanning")

    imports.edit(edit)
    ran = imports.run()
    assert (ran.status, imports.file.read_bytes()) == (2, imports.before)
    assert "has purchases of 'Enterprise Vulnerability Management', a service that" in ran.err


def test_a_workbook_of_another_vendor_is_not_taken(imports: Imports) -> None:
    imports.edit(lambda book: book["Contract"]["B6"].__setattr__("value", "ACME"))
    before = imports.file.read_bytes()
    ran = imports.run()
    assert (ran.status, ran.out, imports.file.read_bytes()) == (2, "", before)
    assert "is the contract of QUALYS, and" in ran.err
    assert "is of ACME; nothing was written" in ran.err


def test_a_formula_counts_with_its_stored_value(imports: Imports) -> None:
    with ZipFile(imports.book) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with ZipFile(imports.book, "w") as book:
        for name, part in parts.items():
            stored = b"<f>250000+1</f><v>250001</v>"
            sheet = name.startswith("xl/worksheets/")
            book.writestr(name, part.replace(b"<v>255000</v>", stored) if sheet else part)
    ran = imports.run()
    assert "amendments[1].rows[2].price: 255000.00 is now 250001.00 (Amendments!I6)" in ran.out
    assert "Amendments!I6: the formula =250000+1; its value is 250001" in ran.err


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.removesuffix("\n"),
    ],
    ids=["Windows", "byte order mark", "no end of the last line"],
)
def test_the_way_a_file_is_stored_stays(rewrite: Callable[[str], str], imports: Imports) -> None:
    text = rewrite(Path(SHIPPED).read_text("utf-8"))
    imports.write(text)

    def edit(book: Any) -> None:
        put(book["Amendments"], 2, "price", 250_000)
        put(book["Amendments"], 2, "note", "two\nlines")
        buy(book, 5, quantity=5, purchased="2014-01-01")

    imports.edit(edit)
    assert imports.run().status == 0
    after = imports.file.read_bytes().decode()
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    assert ("\n" in after.replace("\r\n", "")) == ("\n" in text.replace("\r\n", ""))
    assert "quantity = 5" in after
    assert is_same(load(imports.file).contract, load_filled_in(imports.book).reading.contract)


INLINE = """\
contract.name = "Small" # dotted
contract.prefix = "SMALL"
services = [{name = "Scanning", unit = "IPs"}]
[agreement]
title = "Agreement"
tiers = [
    # the first row
    {clause = "1", quantity_from = 1, charge = "package", price = 10.00}, # ten
    {clause = "2", quantity_from = 2, charge = "package", price = 20.00},
]
[[amendments]]
number = 1
title = "Amendment 1"
effective = 2020-02-01
rows = [{clause = "3", quantity_from = 1, charge = "withdrawn"}]
"""


def test_a_file_that_writes_tables_in_lines_is_edited_there(
    tmp_path: Path, capsys: Capture
) -> None:
    source = tmp_path / "source.toml"
    source.write_text(INLINE, "utf-8")
    imports = Imports(tmp_path, capsys, source)

    def edit(book: Any) -> None:
        put(book["Tiers"], 1, "price", 11)
        put(book["Amendments"], 1, "note", "a\nb")
        for field, value in (("document", 0), ("title", "Agreement"), ("service", "Scanning"),
                             ("quantity_from", 3), ("charge", "withdrawn")):  # fmt: skip
            put(book["Tiers"], 3, field, value)
        book["Tiers"].delete_rows(TITLE_ROW + 2)
        book["Contract"]["B7"] = "EUR"

    imports.edit(edit)
    ran = imports.run()
    assert ran.status == 0
    *lines, last = imports.lines
    assert lines == [
        '+contract.currency = "EUR"',
        '-    {clause = "1", quantity_from = 1, charge = "package", price = 10.00}, # ten',
        '-    {clause = "2", quantity_from = 2, charge = "package", price = 20.00},',
        '+    {clause = "1", quantity_from = 1, charge = "package", price = 11.00}, # ten',
        '+    {quantity_from = 3, charge = "withdrawn"},',
        '-rows = [{clause = "3", quantity_from = 1, charge = "withdrawn"}]',
    ]
    assert last.startswith('+rows = [{clause = "3", quantity_from = 1, charge = "withdrawn",')
    assert last.endswith('note = "a\\nb"}]')


def test_a_file_that_would_say_something_else_is_not_written(
    imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.edit(lambda book: put(book["Amendments"], 2, "price", 250_000))
    monkeypatch.setattr(ContractText, "text", Path(SHIPPED).read_text("utf-8"))
    ran = imports.run()
    assert (ran.status, ran.out) == (2, "")
    assert "cannot be edited to say what" in ran.err
    assert "nothing was written. Use -o FILE to import into another, new file" in ran.err
    assert imports.file.read_bytes() == imports.before


def test_a_new_file_that_would_say_something_else_is_not_written(
    imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.file.unlink()
    monkeypatch.setattr(
        "xlfuncs.files.revising.importing.text_of_contract", lambda contract: "[contract]\n"
    )
    ran = imports.run()
    assert (ran.status, ran.out) == (2, "")
    told = f"what {imports.book} says cannot be said in a contract file; nothing was written"
    assert f"{imports.file}: {told}" in ran.err
    assert not imports.file.exists()


def test_an_agreement_without_rows_is_a_part_all_the_same(imports: Imports) -> None:
    imports.edit(lambda book: book["Tiers"].delete_rows(TITLE_ROW + 1, 3))
    assert imports.run().out.count("removed") == 3
    assert 'title = "Service Attachment 1"' in imports.file.read_text("utf-8")
    imports.file.unlink()
    assert imports.run().status == 0
    assert "\n\n[agreement]\n\n[[amendments]]\n" in imports.file.read_text("utf-8")


def test_days_of_the_1904_system_are_the_days_that_people_see(imports: Imports) -> None:
    def edit(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        put(book["Amendments"], 2, "price", 250_000)

    imports.edit(edit)
    assert imports.run().out.splitlines()[1:-1] == [
        "amendments[1].rows[2].price: 255000.00 is now 250000.00 (Amendments!I6)"
    ]


def test_other_commands_start_without_what_import_needs() -> None:
    code = (
        "import sys; from xlfuncs.cli import main; main(['check']); print('tomlkit' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.endswith("False\n")


def test_of_many_changes_the_rest_is_counted(tmp_path: Path, capsys: Capture) -> None:
    imports = Imports(tmp_path, capsys)

    def edit(book: Any) -> None:
        for number in range(5, 255):
            buy(book, number, quantity=number, purchased="2014-01-01")

    imports.edit(edit)
    lines = imports.run().out.splitlines()
    assert len(lines) == 1 + 200 + 1 + 1
    assert lines[-2] == "and 50 more"


def test_once_brought_back_the_workbook_is_built_anew_from_the_contract_file(
    imports: Imports, capsys: Capture
) -> None:
    def build(*options: str) -> Ran:
        return Ran(capsys, "build", imports.file, "-o", imports.book, *options)

    def edit(book: Any) -> None:
        days = {"signed": date(2014, 1, 15), "effective": date(2014, 2, 1)}
        add_amendment(book, charge="package", price=260_000, **days)

    imports.edit(edit)
    assert build("--without-functions").status == 2
    assert imports.run().status == 0
    rebuilt = build("--without-functions")
    assert rebuilt.status == 0
    assert "what it held before is acme.xlsx.bak" in rebuilt.out
    imports.edit(lambda book: book.create_sheet("Notes"))
    refused = build("--without-functions")
    assert refused.status == 2
    assert "holds what somebody entered" in refused.err

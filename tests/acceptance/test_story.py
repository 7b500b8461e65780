"""A vendor's first year: a contract file is begun, filled in and amended, and an auditor asks.

Every price is asked of a cell in LibreOffice Calc and of one whose macros ask through COM, in
workbooks that the command line has built, beside those of another vendor.
"""

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.cli.test_init import PLACEHOLDER
from tests.hosts.excel.test_macros_with_xlwings_server import ByCom
from tests.support.calc_session import Calc
from tests.support.cli_runner import Ran
from tests.support.macro_excel import MacroExcel
from tests.support.xlwings_session import Macros

OURS, THEIRS = "acme", "qualys"
TABLE = re.compile(r"(?ms)^# A package.*?(?=^# Additional)")


class Office:
    """A built with a contract file, and two computers on which its workbooks are opened."""

    def __init__(self, calc: Calc, macros: Macros, capsys: pytest.CaptureFixture[str]) -> None:
        self._calc, self._macros, self._capsys = calc, macros, capsys

    def run(self, *arguments: str) -> Ran:
        return Ran(self._capsys, *arguments)

    def build(self, vendor: str, *options: str) -> None:
        """Builds the workbooks of a vendor's contract, for Calc and with macros."""
        contract = ("-c", f"{vendor}.toml" if vendor == OURS else "shipped")
        for book in (f"{vendor}.xlsx", f"{vendor}.xlsm"):
            bare = ("--without-functions",) if book.endswith(".xlsx") else ()
            built = self.run("build", "-o", book, *contract, *bare, *options)
            assert (built.status, built.err) == (0, "")

    def answers(self, *calls: str) -> list[object]:
        """What both computers show for calls of functions, the workbooks of all vendors open."""
        opened = {vendor: Opened(self._calc, self._macros, vendor) for vendor in (OURS, THEIRS)}
        found = [
            opened[call.partition("_")[0].lower()].answer(f"={call}", f"M{number}")
            for number, call in enumerate(calls, 1)
        ]
        for book in opened.values():
            book.close()
        return found


class Opened:
    """A vendor's workbooks, one open in Calc and one in Excel."""

    def __init__(self, calc: Calc, macros: Macros, vendor: str) -> None:
        path = Path(f"{vendor}.xlsx").absolute()
        self._calc, self._book = calc, calc.open(str(path))
        self._excel = MacroExcel(path.with_suffix(".xlsm"), (vendor.upper(),))
        self._excel.python = ByCom(macros)
        self._excel.app.run("Serve", self._excel.python)
        self._excel.open()

    def answer(self, formula: str, cell: str) -> object:
        """What a formula shows, the same in both."""
        self._calc.type(self._book, "Purchases", cell, formula.replace(",", ";"))
        self._excel.enter("Purchases", cell, formula)
        [[in_calc]] = self._calc.values(self._book, "Purchases", cell)
        by_com: object = self._excel.shown("Purchases", cell)
        assert in_calc == by_com or (in_calc, by_com) == ([32767], "#N/A")
        return by_com

    def close(self) -> None:
        assert self._excel.messages == []
        self._calc.close(self._book)


@pytest.fixture
def office(
    calc: Calc,
    macros: Macros,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Office:
    monkeypatch.chdir(tmp_path)
    return Office(calc, macros, capsys)


def the_price_table_is_filled_in() -> None:
    path = Path("acme.toml")
    text = PLACEHOLDER.sub("", path.read_text(encoding="utf-8"))
    rows = TABLE.search(text)
    assert rows is not None
    typed = re.sub(r"^#(?=\S)", "", rows[0], flags=re.MULTILINE)
    text = text.replace(rows[0], typed).replace("#dated = 2024-02-01", "dated = 2024-02-01")
    path.write_text(text.replace("quantity = 100\n", "quantity = 200\n"), encoding="utf-8")


def an_amendment_is_typed_on_the_sheet() -> None:
    """From July on, 101 to 500 cost 44.00 each."""
    for name in ("acme.xlsx", "acme.xlsm"):
        book = openpyxl.load_workbook(name, keep_vba=name.endswith(".xlsm"))
        sheet = book["Amendments"]
        columns = {cell.value: cell.column for cell in sheet[4]}
        for title, value in {
            "Amendment no.": 1,
            "Document title": "Amendment No. 1",
            "Clause": "2",
            "Service": "Service",
            "Quantity from": 101,
            "Quantity to": 500,
            "Pricing method": "per unit",
            "Unit price": 44,
            "Date signed": date(2024, 6, 14),
            "Effective date": date(2024, 7, 1),
        }.items():
            sheet.cell(5, columns[title], value)
        book.save(name)
        if name.endswith(".xlsx"):
            Path("typed.xlsx").write_bytes(Path(name).read_bytes())


RETROACTIVE = """
[[amendments]]
number = 2
title = "Amendment No. 2"
signed = 2024-10-10
effective = 2024-08-01 # retroactive

[[amendments.rows]]
clause = "1"
quantity_from = 101
quantity_to = 500
charge = "per unit"
unit_price = 40.00
"""


def test_a_vendor_from_init_to_the_auditor(office: Office) -> None:
    # The vendor's contract is begun, and its workbooks stand beside those of another vendor.
    assert office.run("init", "Acme Hosting, Inc.").status == 0
    office.build(OURS)
    office.build(THEIRS)
    assert office.answers("ACME_PRICE(200,DATE(2024,3,1))") == ["#N/A"]
    the_price_table_is_filled_in()
    assert office.run("check", "acme.toml").status == 0
    office.build(OURS)
    assert office.answers(
        "ACME_PRICE(200,DATE(2024,3,1))",
        "QUALYS_PRICE(100000,DATE(2013,12,20))",
        "ACME_PRICE(50,DATE(2024,3,1))",
    ) == [9000, 255000, 4500]  # 200 x 45.00; the footnote's price; a package

    # The first amendment is typed on the sheet, and brought back into the contract file.
    an_amendment_is_typed_on_the_sheet()
    Path("before.toml").write_bytes(Path("acme.toml").read_bytes())
    brought = office.run("import", "typed.xlsx", "-o", "acme.toml")
    assert (brought.status, brought.err) == (0, "")
    assert "Amendment No. 1" in brought.out
    changed = office.run("diff", "before.toml", "acme.toml")
    assert changed.status == 1
    assert [line.split("   ") for line in changed.out.splitlines() if line.startswith("Serv")][
        1
    ] == [
        "Service",
        "101 to 500",
        "from 2024-07-01",
        "45.00 each (Agreement, Schedule 1, row 2)",
        "44.00 each (Amendment No. 1, 2)",
    ]
    assert office.run("diff", "acme.toml", "typed.xlsx").status == 0
    office.build(OURS)
    days = ("2024,6,30", "2024,7,1")
    assert office.answers(*(f"ACME_PRICE(200,DATE({day}))" for day in days)) == [9000, 8800]

    # The second one is signed in October and counts from August.
    with Path("acme.toml").open("a", encoding="utf-8") as contract:
        contract.write(RETROACTIVE)
    office.build(OURS)
    timeline = office.run("timeline", "200", "-c", "acme.toml").out.splitlines()
    assert [re.split(" {2,}", line)[:2] for line in timeline[2:5]] == [
        ["2024-02-01 to 2024-06-30", "9,000.00"],
        ["2024-07-01 to 2024-07-31", "8,800.00"],
        ["from 2024-08-01", "8,000.00"],
    ]

    # In November an auditor asks about a purchase of the 15th of September.
    bought = "200,DATE(2024,9,15)"
    owed, believed, decided = office.answers(
        f"ACME_PRICE({bought})",
        f'ACME_PRICE({bought},"Service",DATE(2024,9,15))',
        f'ACME_SOURCE({bought},"Service",DATE(2024,9,15))',
    )
    assert (owed, believed, decided) == (8000, 8800, "Amendment No. 1, 2")
    asked = ("200", "2024-09-15", "-c", "acme.toml")
    assert office.run("price", *asked).out == "8000.00\n"
    explained = office.run("explain", *asked, "--known-on", "2024-09-15").out
    assert "\nPrice: 8,800.00\n" in explained  # the contract states no currency
    assert "before Amendment No. 2 (signed 2024-10-10)\n" in explained
    since = office.run("diff", "acme.toml", "--known-on", "2024-09-15").out
    assert "101 to 500   from 2024-08-01   44.00 each (Amendment No. 1, 2)" in since
    assert "40.00 each (Amendment No. 2, 1)" in since

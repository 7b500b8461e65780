"""The command `batch`: ledgers in files, each line priced and in its place."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.support.cli_runner import Ran, Run
from tests.support.csv_ledgers import (
    ADDED,
    CONTRACT,
    OWN,
    ledger_of,
    read,
    write_contract,
    written,
)
from tests.support.expected_ledger_answers import Told, find_overpaid, told
from tests.support.places import DATA
from tests.support.random_contract_files import full_contracts
from tests.support.random_ledgers import Ledger, ledgers, seeded
from xlfuncs.contracts.update import serialize_contract
from xlfuncs.loader import load_reading
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import PriceBook

LETTERS = DATA / "contracts_as_printed" / "letter_with_its_number.toml"
TITLES = ",".join(OWN)
"""The titles of a ledger."""


def priced(run: Run, folder: Path, text: str, *options: str) -> Ran:
    """A ledger priced with the contract of one row."""
    ledger = folder / "ledger.csv"
    ledger.write_bytes(text.encode())
    return run("batch", ledger, "-c", write_contract(folder), *options)


def answers(run: Run, folder: Path, *lines: str) -> list[dict[str, str]]:
    """The lines of a ledger, each with its answer."""
    ran = priced(run, folder, "\n".join([TITLES, *lines]) + "\n")
    found = read(ran.out)
    assert ran.status == status_of(found)
    return found


def status_of(found: list[dict[str, str]]) -> int:
    """0 where a line is priced, or none is a purchase."""
    outcomes = {line["Outcome"] for line in found} - {"blank line", "total line"}
    return 0 if "price" in outcomes or not outcomes else 1


def test_each_line_is_priced_beside_what_was_paid(run: Run, tmp_path: Path) -> None:
    lines = [
        "A,10,2020-06-01,Scanning,100.00,even",
        "B,10,2020-06-01,Scanning,120.50,over",
        "C,10,2020-06-01,Scanning,99.99,under",
        "D,10,2020-06-01,Scanning,,unpaid",
        "E,1001,2020-06-01,Scanning,5,no price",
        "F,ten,2020-06-01,Scanning,7,bad",
    ]
    ran = priced(run, tmp_path, "\n".join([TITLES, *lines]))
    assert ran.status == 0
    found = read(ran.out)
    assert list(found[0]) == OWN + ADDED
    assert [(line["Price"], line["Outcome"], line["Difference"]) for line in found] == [
        ("100.00", "price", "0.00"),
        ("100.00", "price", "20.50"),
        ("100.00", "price", "-0.01"),
        ("100.00", "price", ""),
        ("", "no price", ""),
        ("", "bad input", ""),
    ]
    assert found[0]["Unit price"] == "10.00"
    assert found[0]["Source"] == "Agreement, 1"
    assert found[5]["Reason"].startswith("line 7: quantity is 'ten'; expected digits")
    assert ran.err.splitlines() == [
        f"Contract: Example ({tmp_path / 'contract.toml'})",
        "columns: quantity 'Quantity', purchase date 'Purchased', service 'Service', "
        "amount paid 'Paid', reference 'Invoice'",
        "            6  lines",
        "            4  priced",
        "            1    overpaid, by 20.50 in total",
        "            1    underpaid, by 0.01 in total",
        "            1    paid as the contract says",
        "            1    without an amount paid",
        "            1  no price: no row fits; 5.00 was paid",
        "            1  bad input: the quantity cannot be read; 7.00 was paid",
        "line 7: quantity is 'ten'; expected digits such as 100000 or 2.5",
    ]


class LedgerFiles(NamedTuple):
    """A contract and a ledger with the rows of its file."""

    ledger: Ledger
    rows: list[list[str]]
    text: str

    def __repr__(self) -> str:
        return repr(self.ledger)


@st.composite
def ledger_files(draw: DrawFn, count: int) -> LedgerFiles:
    ledger, random = draw(ledgers(full_contracts(), count)), draw(seeded)
    rows = ledger_of(ledger.lines, random)
    return LedgerFiles(ledger, rows, written([OWN, *rows], random))


def test_random_ledgers_agree_with_the_core(
    ledger_contracts: int, ledger_lines: int, tmp_path: Path, run: Run
) -> None:
    @settings(max_examples=ledger_contracts)
    @given(ledger_files(ledger_lines))
    def agree(files: LedgerFiles) -> None:
        known_on = files.ledger.known_on
        file = tmp_path / "contract.toml"
        file.write_bytes(serialize_contract(files.ledger.contract))
        found = _batched(run, tmp_path, files.text, known_on)
        book, number = PriceBook(load_reading(file).contract), 2
        for line, row, answer in zip(files.ledger.lines, files.rows, found, strict=True):
            _agrees(answer, told(book, line, known_on), number)
            assert (answer["Invoice"], answer["Memo"]) == (row[0], row[-1])
            number += 1 + row[-1].count("\n")

    agree()


def _batched(run: Run, folder: Path, text: str, known_on: date | None) -> list[dict[str, str]]:
    ledger = folder / "ledger.csv"
    ledger.write_text(text, encoding="utf-8", newline="")
    options = ["--known-on", str(known_on)] if known_on else []
    ran = run("batch", ledger, "-c", folder / "contract.toml", *options)
    found = read(ran.out)
    assert ran.status == status_of(found), ran.err
    return found


def _agrees(answer: dict[str, str], expected: Told, number: int) -> None:
    reason = answer["Reason"]
    assert answer["Outcome"] == expected.kind
    amounts = [answer[title] for title in ("Price", "Unit price", "Difference")]
    found = [Decimal(amount) if amount else None for amount in amounts]
    assert found == [expected.price, expected.unit_price, expected.difference]
    assert answer["Source"] == (expected.source or "")
    if expected.kind == Outcome.BAD_INPUT:
        assert reason.startswith(f"line {number}: ")
    elif reason.startswith("line "):
        assert reason.startswith(f"line {number}: amount paid is ")
    elif expected.reason is not None:
        assert reason == expected.reason
    else:
        assert reason or expected.kind == Outcome.PRICE


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A,10,2020-06-01,Scanning,100", "the line has 5 cells; expected 6, one for each title"),
        ("A,10,2020-06-01,Scanning,1,0,x", "the line has 7 cells; expected 6, one for each title"),
        ('A,10,2020-06-01,Scanning,100,"x', "a quote is opened but not closed"),
        ('A,10,2020-06-01,Scanning,"100"0,x', "a quote is followed by more than ','"),
        (
            ",,,,,x",
            "quantity is blank; expected digits such as 100000 or 2.5",
        ),
    ],
)
def test_a_broken_line_keeps_its_place_and_says_what_is_wrong(
    line: str, reason: str, run: Run, tmp_path: Path
) -> None:
    before, after = "B,10,2020-06-01,Scanning,100,b", "C,20,2020-06-01,Scanning,200,c"
    found = answers(run, tmp_path, before, line, after)
    assert [answer["Price"] for answer in found] == ["100.00", "", "200.00"]
    assert found[1]["Reason"] == f"line 3: {reason}"
    assert found[1]["Difference"] == ""
    kept = "".join(found[1][title] for title in OWN)
    assert sorted(kept.replace(",", "")) == sorted(line.replace(",", ""))


def test_nothing_of_a_broken_line_is_lost(run: Run, tmp_path: Path) -> None:
    [answer] = answers(run, tmp_path, "A,10,2020-06-01,Scanning,1,0,x")
    assert [answer[title] for title in OWN][-2:] == ["1", "0,x"]


def test_surplus_cells_that_are_blank_break_no_line(run: Run, tmp_path: Path) -> None:
    found = answers(run, tmp_path, "A,10,2020-06-01,Scanning,1,x,,", "B")
    assert [answer["Outcome"] for answer in found] == ["price", "bad input"]


def test_lines_are_numbered_as_an_editor_numbers_them(run: Run, tmp_path: Path) -> None:
    lines = ['A,10,2020-06-01,Scanning,1,"two\nlines"', "", "B,x,2020-06-01,Scanning,1,", "", ""]
    found = answers(run, tmp_path, *lines)
    reasons = [answer["Reason"].partition(";")[0] for answer in found]
    assert reasons == ["", "the line is blank", "line 5: quantity is 'x'"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_ends_of_lines_and_marks_make_no_difference(
    end: str, mark: str, run: Run, tmp_path: Path
) -> None:
    text = end.join([f"{mark}Qty,Date", "10,2020-06-01", "x,2020-06-01"])
    out = priced(run, tmp_path, text).out
    assert out.startswith(f"{mark}Qty,")
    found = read(out.removeprefix(mark))
    assert [line["Price"] for line in found] == ["100.00", ""]
    assert found[1]["Reason"].startswith("line 3: ")
    assert list(found[0])[:2] == ["Qty", "Date"]


def test_a_ledger_of_another_country_is_read_as_said(run: Run, tmp_path: Path) -> None:
    text = "Menge;Datum;Betrag;Ort\n10,0;01.06.2020;100,50;Köln\n10.0;01.06.2020;1.0;Köln\n"
    (tmp_path / "ledger.csv").write_bytes(text.encode("cp1252"))
    options = ["--delimiter", ";", "--decimal-comma", "--dates", "dmy", "--encoding", "cp1252"]
    named = ["--quantity", "Menge", "--purchased", "datum", "--paid", "Betrag"]
    contract = write_contract(tmp_path)
    ran = run("batch", tmp_path / "ledger.csv", "-c", contract, *options, *named)
    assert ran.out.startswith("\ufeffMenge;")
    good, bad = read(ran.out, ";")
    assert (good["Price"], good["Difference"], good["Ort"]) == ("100,00", "0,50", "Köln")
    assert bad["Reason"].startswith("line 3: quantity is '10.0'; expected digits such as")


def test_letters_of_another_encoding_are_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ledger.csv").write_bytes("Qty,Date,Ort\n1,2020-06-01,Köln\n".encode("cp1252"))
    ran = run("batch", tmp_path / "ledger.csv", "-c", "shipped")
    assert (ran.status, ran.out) == (2, "")
    assert "line 2 is not UTF-8 text (byte F6); name its --encoding, such as cp1252" in ran.err


def test_a_text_in_utf_16_says_so_itself(run: Run, tmp_path: Path) -> None:
    text = "Qty\tDate\tOrt\n10\t2020-06-01\tKöln\n"
    (tmp_path / "ledger.csv").write_bytes(text.encode("utf-16"))
    contract = write_contract(tmp_path)
    ran = run("batch", tmp_path / "ledger.csv", "-c", contract, "--delimiter", "tab")
    [line] = read(ran.out.removeprefix("\ufeff"), "\t")
    assert (line["Price"], line["Ort"]) == ("100.00", "Köln")


HARMLESS = {
    "=1+1": "'=1+1",
    " =1+1": "' =1+1",
    "+cmd|x": "'+cmd|x",
    "-2+3": "'-2+3",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t=1",
    "\uff1d1+1": "'\uff1d1+1",
    "-12.50": "-12.50",
    "+1,234.50": "+1,234.50",
    "-": "-",
    "a=1": "a=1",
    "'=1": "'=1",
}
"""Texts of a ledger, and how they are written."""


def test_text_that_a_spreadsheet_would_run_is_written_harmless(run: Run, tmp_path: Path) -> None:
    texts, shown = [*HARMLESS], [*HARMLESS.values()]
    ledger = [["Qty", "Date", *texts], ["10", "2020-06-01", *texts]]
    ledger += [[text, text, *texts] for text in texts]
    out = priced(run, tmp_path, written(ledger)).out
    titles, good, *bad = csv.reader(StringIO(out, newline=""))
    assert titles[2 : 2 + len(texts)] == shown
    assert good[2 : 2 + len(texts)] == shown
    assert [line[:2] for line in bad] == [[each, each] for each in shown]
    for line in bad:
        assert line[2 : 2 + len(texts)] == shown
        assert line[2 + len(texts) :][titles[2 + len(texts) :].index("Outcome")] == "bad input"


def test_a_title_that_the_ledger_has_is_not_given_twice(run: Run, tmp_path: Path) -> None:
    text = "Qty,Date,price,price,\n10,2020-06-01,a,b,c\n"
    titles, line = csv.reader(StringIO(priced(run, tmp_path, text).out))
    assert titles[:6] == ["Qty", "Date", "price", "price", "", "Price (contract)"]
    assert line[:6] == ["10", "2020-06-01", "a", "b", "c", "100.00"]


def test_a_service_is_the_same_in_small_and_capital_letters(run: Run, tmp_path: Path) -> None:
    contract = write_contract(tmp_path, CONTRACT.replace("Scanning", "Site"))
    answers = {
        "site": "price",
        "SITE ": "price",
        "S\u0130TE": "bad input",
        "s\u0131te": "bad input",
    }
    lines = "".join(f"10,2020-06-01,{name}\n" for name in answers)
    (tmp_path / "l.csv").write_text(f"Qty,Date,Item\n{lines}", encoding="utf-8")
    found = read(run("batch", tmp_path / "l.csv", "-c", contract).out)
    assert {line["Item"]: line["Outcome"] for line in found} == answers


def test_documents_after_a_number_do_not_count(run: Run, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("Qty,Date\n10,2008-11-15\n")
    prices = {}
    for number in ("0", "1", "2"):
        ran = run("batch", tmp_path / "l.csv", "-c", LETTERS, "--through", number)
        [line] = read(ran.out)
        prices[number] = line["Price"]
        assert f"documents through no. {number}" in line["Reason"]
    assert prices == {"0": "273.10", "1": "390.00", "2": "415.60"}
    ran = run("batch", tmp_path / "l.csv", "-c", LETTERS, "--through", "9")
    assert ran.err.startswith("xlfuncs: the contract has no document 9; all documents count")


def test_what_a_price_is_for_is_a_column_where_the_contract_says_so(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "l.csv").write_text("Qty,Date\n10,2020-06-01\n0,2020-06-01\n")
    text = CONTRACT.replace('unit = "IPs"', 'unit = "IPs"\nbilled = "not on file"')
    ran = run("batch", tmp_path / "l.csv", "-c", write_contract(tmp_path, text))
    assert [line["Billed"] for line in read(ran.out)] == ["not on file", ""]
    assert list(read(ran.out)[0])[2:5] == ["Price", "Unit price", "Billed"]


def test_an_unknown_service_is_bad_input_and_counted_as_such(run: Run, tmp_path: Path) -> None:
    ran = priced(run, tmp_path, "Qty,Date,Item\n10,2020-06-01,Scaning\n10,2020-06-01,\n")
    assert [line["Outcome"] for line in read(ran.out)] == ["bad input", "price"]
    assert ran.err.splitlines()[4:] == [
        "            1  bad input: the contract has no such service",
        "line 2: service is 'Scaning'; expected 'Scanning'",
    ]


@pytest.mark.parametrize(
    ("options", "written", "noted"),
    [
        ("", "281.250", "if '.' separates thousands there, use --thousands and --decimal-comma"),
        (
            "--decimal-comma",
            "281,250",
            "if ',' separates thousands there, use --thousands, ",
        ),
        ("--thousands", "281.250", ""),
        ("", "281.25", ""),
    ],
)
def test_three_decimals_may_be_thousands_and_are_noted(
    options: str, written: str, noted: str, run: Run, tmp_path: Path
) -> None:
    lines = f"Qty;Date;Paid\n10;2020-06-01;{written}\n10;2020-06-01;{written}\n"
    ran = priced(run, tmp_path, lines, "--delimiter", ";", *options.split())
    said = [line for line in ran.err.splitlines() if line.startswith("note: ")]
    assert len(said) == bool(noted)
    if noted:
        assert said[0].startswith(
            f"note: three decimals in paid, such as '{written}', on 2 lines; "
        )
        assert noted in said[0]


def test_a_ledger_without_lines_has_titles(run: Run, tmp_path: Path) -> None:
    ran = priced(run, tmp_path, "Qty,Date\n")
    assert ran.out == f"Qty,Date,{','.join(ADDED[:-2])}\n"
    assert ran.status == 0


def test_a_report_has_every_line_on_which_more_was_paid(
    ledger_contracts: int, tmp_path: Path, run: Run
) -> None:
    contract, ledger, report = (tmp_path / name for name in ("c.toml", "l.csv", "r.xlsx"))
    overpaid: list[Decimal] = []

    @settings(max_examples=max(1, ledger_contracts // 2))
    @given(ledgers(full_contracts(), 100))
    def has_every_line(case: Ledger) -> None:
        contract.write_bytes(serialize_contract(case.contract))
        book = PriceBook(load_reading(contract).contract)
        overpaid_on = enumerate((find_overpaid(book, line) for line in case.lines), start=2)
        expected = {number: each for number, each in overpaid_on if each is not None}
        assume(expected)
        rows = [
            [f"R-{number}", *(cell or "" for cell in line)]
            for number, line in enumerate(case.lines, start=2)
        ]
        ledger.write_text(written([OWN[:5], *rows]), encoding="utf-8", newline="")
        report.unlink(missing_ok=True)
        ran = run("batch", ledger, "-c", contract, "--report", report)
        assert (ran.status, ran.out) == (0, f"{report}: written\n")
        found = listed_overcharges(report)
        assert found == expected
        assert list(found.values()) == sorted(found.values(), reverse=True)
        overpaid.extend(found.values())

    has_every_line()
    assert len(overpaid) > 20


def listed_overcharges(report: Path) -> dict[int, Decimal]:
    """What was overpaid, by lines of the ledger."""
    sheet = openpyxl.load_workbook(report, data_only=True)["Overpaid"]
    titles, *rows = sheet.iter_rows(min_row=5, values_only=True)
    listed = [dict(zip(titles, row, strict=True)) for row in rows]
    return {row["Line"]: Decimal(str(row["Overpaid"])) for row in listed}


def test_on_a_terminal_somebody_sees_how_far_it_is(tmp_path: Path) -> None:
    pytest.importorskip("pty", reason="needs a terminal of Linux or macOS")
    from tests.support.pseudo_terminal import on_terminal

    ledger = tmp_path / "ledger.csv"
    ledger.write_text("Qty,Date\n10,2020-06-01\n")
    contract = write_contract(tmp_path)
    shown = "\n".join(on_terminal(80, "batch", ledger, "-c", contract, "-o", tmp_path / "o.csv"))
    assert "reading" in shown
    assert "writing" in shown
    assert "o.csv: written" in shown


@pytest.mark.parametrize(
    ("cell", "kept"),
    [(' "q"', ' "q"'), ('"q" ', None), ('"q" "r"', None), ('"q ""r"" s"', 'q "r" s')],
)
def test_spaces_beside_quotes_are_never_dropped(
    cell: str, kept: str | None, run: Run, tmp_path: Path
) -> None:
    [answer] = answers(run, tmp_path, f"A,10,2020-06-01,Scanning,1,{cell}")
    if kept is None:
        assert answer["Reason"] == "line 2: a quote is followed by more than ','"
    else:
        assert (answer["Outcome"], answer["Memo"]) == ("price", kept)


def test_mixed_ends_of_lines_are_counted_as_an_editor_counts_them(run: Run, tmp_path: Path) -> None:
    text = "Qty,Date\n\r10,2020-06-01\rx,2020-06-01\n"
    found = read(priced(run, tmp_path, text).out)
    reasons = [line["Reason"].partition(";")[0] for line in found]
    assert reasons == ["the line is blank", "", "line 4: quantity is 'x'"]

"""Ledgers of several contracts, by the command line: each line is priced by its own."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.support.cli_runner import Ran, Run
from tests.support.csv_ledgers import read
from xlfuncs.loader import SHIPPED, load_reading

FILE = """\
[contract]
name = "{name}"
{number}prefix = "{prefix}"
currency = "{currency}"
parties = ["State of Ohio", "{party}"]

[[services]]
name = "Storage"

{more}[agreement]
title = "Master Agreement"
dated = 2020-01-01

[[agreement.tiers]]
clause = "1"
service = "Storage"
quantity_from = 1
quantity_to = "or more"
charge = "per unit"
unit_price = {price}
"""


def write_contract(path: Path, name: str, price: str, **cells: str) -> Path:
    """A contract of one price, with a number, a prefix and a party of its own."""
    number = cells.get("number", f"SA-{name}")
    path.parent.mkdir(exist_ok=True)
    text = FILE.format(
        name=cells.get("title", f"{name} storage"),
        number=f'contract_number = "{number}"\n' if number else "",
        prefix=cells.get("prefix", name.upper()),
        currency=cells.get("currency", "USD"),
        party=cells.get("party", f"{name}, Inc."),
        more=cells.get("more", ""),
        price=price,
    )
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """A folder with two contracts."""
    folder = tmp_path / "contracts"
    write_contract(folder / "acme.toml", "Acme", "2.00")
    write_contract(folder / "zeta.toml", "Zeta", "3.00")
    return folder


def batch(run: Run, folder: Path, ledger: str, *options: str | Path) -> Ran:
    (folder / "ledger.csv").write_text(ledger, encoding="utf-8")
    return run("batch", folder / "ledger.csv", *options)


NAMED = {
    "SA-Acme": "20.00",
    " sa-ACME ": "20.00",
    "Acme storage": "20.00",
    "ACME": "20.00",
    "Acme, Inc.": "20.00",
    "acme,  inc.": "20.00",
    "Zeta, Inc.": "30.00",
    "SA-Zeta": "30.00",
    "Acme Inc": "",
    "SA-Acm": "",
    "State of Ohio": "",
    "Master Agreement": "",
    "": "",
    "  ": "",
}
"""What a line calls its contract, and the price of 10."""


def test_a_line_is_priced_by_the_contract_that_it_names(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    lines = "".join(f'10,2020-06-01,"{name}",30.00\n' for name in NAMED)
    ran = batch(run, tmp_path, f"Qty,Date,Contract,Paid\n{lines}", "-c", contracts)
    found = read(ran.out)
    assert {line["Contract"]: line["Price"] for line in found} == NAMED
    expected = "expected 'SA-Acme' or 'SA-Zeta'"
    for number, line in enumerate(found, 2):
        name = line["Contract"]
        if NAMED[name]:
            assert line["Outcome"] == "price"
            continue
        assert (line["Outcome"], line["Difference"]) == ("no contract", "")
        said = f"contract is '{name}'" if name.strip() else "no contract is given"
        if name in {"State of Ohio", "Master Agreement"}:
            said += ", and several of the contracts have this name"
        assert line["Reason"] == f"line {number}: {said}; {expected}"
    assert [line["Difference"] for line in found[:1] + found[6:7]] == ["10.00", "0.00"]
    assert ran.err.splitlines()[:2] == [
        f"Contract: Acme storage ({contracts / 'acme.toml'})",
        f"Contract: Zeta storage ({contracts / 'zeta.toml'})",
    ]
    assert "            2  no contract: none of the contracts has this name" in ran.err
    assert "            2  no contract: several of the contracts have this name" in ran.err
    assert "            2  no contract: no contract is given" in ran.err


def test_contracts_are_named_one_by_one_or_as_a_folder(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    ledger = "Qty,Date,Contract\n10,2020-06-01,SA-Acme\n10,2020-06-01,SA-Zeta\n"
    both = ("-c", contracts / "zeta.toml", "-c", contracts / "acme.toml")
    assert (
        batch(run, tmp_path, ledger, *both).out == batch(run, tmp_path, ledger, "-c", contracts).out
    )
    third = write_contract(tmp_path / "third.toml", "Third", "4.00")
    ran = batch(
        run, tmp_path, f"{ledger}10,2020-06-01,THIRD\n", "-c", contracts, "--contract", third
    )
    assert [line["Price"] for line in read(ran.out)] == ["20.00", "30.00", "40.00"]


def test_the_shipped_contract_may_be_one_of_several(tmp_path: Path, run: Run) -> None:
    ours = write_contract(tmp_path / "acme.toml", "Acme", "2.00")
    prefix = load_reading(SHIPPED).contract.prefix
    ledger = f"Qty,Date,Contract,Item\n10,2020-06-01,ACME,\n100000,2013-12-20,{prefix},\n"
    ran = batch(run, tmp_path, ledger, "-c", ours, "-c", "shipped")
    assert [line["Price"] for line in read(ran.out)] == ["20.00", "255000.00"]


def test_of_a_folder_the_contract_files_count_and_its_workbooks_where_it_has_none(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    ledger = "Qty,Date,Contract\n10,2020-06-01,SA-Acme\n10,2020-06-01,SA-Zeta\n"
    expected = batch(run, tmp_path, ledger, "-c", contracts).out
    books = tmp_path / "books"
    books.mkdir()
    for name in ("acme", "zeta"):
        ran = run("build", contracts / f"{name}.toml", "-o", books / f"{name}.xlsx")
        assert ran.status == 0, ran.err
    (books / ".acme.toml").write_text("hidden")
    (books / "~$acme.xlsx").write_text("open in Excel")
    (books / "notes.txt").write_text("x")
    assert batch(run, tmp_path, ledger, "-c", books).out == expected
    shutil.copy(contracts / "acme.toml", books / "only.TOML")
    ran = batch(run, tmp_path, ledger.replace("Contract", "Vendor"), "-c", books)
    assert ran.err.startswith(f"Contract: Acme storage ({books / 'only.TOML'})\n")
    assert [line["Price"] for line in read(ran.out)] == ["20.00", "20.00"]


def test_a_service_of_the_same_name_is_that_of_the_contract_of_the_line(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    more = '[[services]]\nname = "Support"\n\n'
    row = (
        '\n[[agreement.tiers]]\nclause = "2"\nservice = "Support"\nquantity_from = 1\n'
        'quantity_to = "or more"\ncharge = "per unit"\nunit_price = 7.00\n'
    )
    zeta = write_contract(contracts / "zeta.toml", "Zeta", "3.00", more=more)
    zeta.write_text(zeta.read_text() + row)
    lines = {
        "SA-Acme,storage": ("20.00", ""),
        "SA-Zeta,STORAGE": ("30.00", ""),
        "SA-Zeta,Support": ("70.00", ""),
        "SA-Acme,Support": ("", "line 5: service is 'Support'; expected 'Storage'"),
        "SA-Acme,": ("20.00", ""),
        "SA-Zeta,": ("", "line 7: no service is given; expected 'Storage' or 'Support'"),
        ",Support": ("", "line 8: no contract is given; expected 'SA-Acme' or 'SA-Zeta'"),
    }
    ledger = "Qty,Date,Contract,Service\n" + "".join(f"10,2020-06-01,{line}\n" for line in lines)
    found = read(batch(run, tmp_path, ledger, "-c", contracts).out)
    assert [(line["Price"], line["Reason"]) for line in found] == [*lines.values()]


def test_the_column_of_contracts_may_be_that_of_vendors(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    ledger = 'Qty,Date,Vendor\n10,2020-06-01,"Zeta, Inc."\n10,2020-06-01,"Acme, Inc."\n'
    ran = batch(run, tmp_path, ledger, "-c", contracts, "--contract-column", "Vendor")
    assert [line["Price"] for line in read(ran.out)] == ["30.00", "20.00"]
    assert "vendor 'Vendor', contract 'Vendor'" in ran.err
    ran = batch(run, tmp_path, ledger, "-c", contracts)
    assert (ran.status, ran.out) == (2, "")
    assert "there are 2 contracts: " in ran.err
    assert "--contract-column" in ran.err


def test_one_contract_needs_no_column_that_names_it(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    acme = contracts / "acme.toml"
    ledger = "Qty,Date,Contract\n10,2020-06-01,whatever\n"
    [line] = read(batch(run, tmp_path, ledger, "-c", acme).out)
    assert (line["Outcome"], line["Price"]) == ("price", "20.00")


def test_lines_without_a_contract_are_counted_by_themselves(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    ledger = "Qty,Date,Contract\n10,2020-06-01,SA-Other\n"
    ran = batch(run, tmp_path, ledger, "-c", contracts)
    assert (ran.status, read(ran.out)[0]["Outcome"]) == (1, "no contract")
    assert "            1  no contract: none of the contracts has this name" in ran.err.splitlines()


def test_a_report_has_purchases_without_a_contract_among_those_not_compared(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    lines = ["10,2020-06-01,SA-Acme,25.00", "10,2020-06-01,SA-Other,25.00", "Total,,,50.00"]
    ledger = "\n".join(["Qty,Date,Contract,Paid", *lines])
    report = tmp_path / "report.xlsx"
    ran = batch(run, tmp_path, ledger, "-c", contracts, "--report", report)
    assert ran.status == 0
    book = openpyxl.load_workbook(report, data_only=True)
    facts = {title: value for title, value, *_ in book["Summary"].iter_rows(values_only=True)}
    assert facts["Purchases"] == "2, on 2020-06-01"
    assert facts["Lines that are no purchases"] == "1 total line"
    titles, *rows = book["Not compared"].iter_rows(min_row=5, values_only=True)
    [row] = [dict(zip(titles, row, strict=True)) for row in rows]
    assert (row["Line"], row["Paid"], row["Outcome"]) == (3, 25, "no contract")
    assert row["Reason"] == "contract is 'SA-Other'; expected 'SA-Acme' or 'SA-Zeta'"


def test_services_that_add_up_are_noted_with_their_contracts(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "contracts"
    for name in ("Acme", "Zeta"):
        write_contract(folder / f"{name}.toml", name, "2.00", more='counted = "month"\n\n')
    ledger = "Qty,Date,Contract\n10,2020-06-01,SA-Acme\n10,2020-07-01,SA-Zeta\n"
    ran = batch(run, tmp_path, ledger, "-c", folder)
    noted = [line for line in ran.err.splitlines() if "add up" in line]
    before = "add up by month; what was bought before the first one here"
    assert noted == [
        f"note: purchases of 'Storage' of '{name} storage' {before}, of {day}, is not counted"
        for name, day in (("Acme", "2020-06-01"), ("Zeta", "2020-07-01"))
    ]


def test_a_line_without_a_contract_may_be_blank_or_a_total(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    ledger = "Qty,Date,Contract,Paid\n,,,\nTotal,,,50\nx,,SA-Acme,1\nx,soon,SA-No,1\n"
    found = read(batch(run, tmp_path, ledger, "-c", contracts).out)
    outcomes = [line["Outcome"] for line in found]
    assert outcomes == ["blank line", "total line", "bad input", "no contract"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"currency": "EUR"}, "the contracts are in several currencies: USD (Acme storage), EUR ("),
        ({"currency": ""}, "the contracts are in several currencies: USD (Acme storage), no curr"),
        (
            {"number": "SA-Acme", "title": "Acme storage", "prefix": "ACME", "party": "Acme, Inc."},
            "zeta.toml: has no name, number, prefix or party of its own; give it a contract_number",
        ),
    ],
)
def test_contracts_that_cannot_be_told_apart_or_added_up_are_refused(
    change: dict[str, str], said: str, contracts: Path, tmp_path: Path, run: Run
) -> None:
    write_contract(contracts / "zeta.toml", "Zeta", "3.00", **change)
    ledger = "Qty,Date,Contract\n10,2020-06-01,SA-Acme\n"
    out = tmp_path / "out.csv"
    ran = batch(run, tmp_path, ledger, "-c", contracts, "-o", out)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err.replace("acme.toml: has no", "zeta.toml: has no")
    assert not out.exists()


def test_a_number_alone_tells_contracts_apart(contracts: Path, tmp_path: Path, run: Run) -> None:
    same = {"title": "Acme storage", "prefix": "ACME", "party": "Acme, Inc."}
    write_contract(contracts / "zeta.toml", "Zeta", "3.00", **same)
    lines = "".join(f"10,2020-06-01,{name}\n" for name in ("SA-Acme", "SA-Zeta", "ACME"))
    found = read(batch(run, tmp_path, f"Qty,Date,Contract\n{lines}", "-c", contracts).out)
    assert [line["Price"] for line in found] == ["20.00", "30.00", ""]


@pytest.mark.parametrize("copied", [False, True])
def test_a_contract_is_named_once(copied: bool, contracts: Path, tmp_path: Path, run: Run) -> None:
    again = contracts / "acme.toml"
    if copied:
        again = tmp_path / "link.toml"
        again.symlink_to(contracts / "acme.toml")
    ran = batch(run, tmp_path, "Qty,Date\n1,2020-06-01\n", "-c", contracts, "-c", again)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"xlfuncs: {again}: is named twice as a contract")


def test_a_folder_without_contracts_and_a_file_that_is_not_there_are_refused(
    contracts: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    ledger = "Qty,Date,Contract\n10,2020-06-01,SA-Acme\n"
    ran = batch(run, tmp_path, ledger, "-c", tmp_path / "empty")
    assert ran.status == 2
    assert "empty: has no contract files (.toml) and no workbooks" in ran.err
    for named in (("none.toml", contracts / "acme.toml"), (contracts / "acme.toml", "none.toml")):
        ran = batch(run, tmp_path, ledger, "-c", named[0], "-c", named[1])
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("xlfuncs: none.toml: No such file or directory")


def test_numbers_of_documents_are_those_of_one_contract(
    contracts: Path, tmp_path: Path, run: Run
) -> None:
    ledger = "Qty,Date,Contract\n10,2020-06-01,SA-Acme\n"
    ran = batch(run, tmp_path, ledger, "-c", contracts, "--through", "0")
    assert (ran.status, ran.out) == (2, "")
    assert "--through is for one contract: each numbers its documents by itself" in ran.err
    ran = batch(run, tmp_path, ledger, "-c", contracts, "--known-on", "2019-12-31")
    assert read(ran.out)[0]["Price"] == ""  # neither agreement was known


def test_no_contract_may_be_the_output(contracts: Path, tmp_path: Path, run: Run) -> None:
    book = contracts / "acme.xlsx"
    assert run("build", contracts / "acme.toml", "-o", book).status == 0
    ran = batch(run, tmp_path, "Qty,Date\n", "-c", book, "-c", contracts / "zeta.toml", "-o", book)
    assert ran.status == 2
    assert f"{book}: is the contract {book} itself; nothing was written" in ran.err


# The number of a contract, which ledgers name it by.


def test_the_number_of_a_contract_is_in_its_file_on_its_sheet_and_back(
    tmp_path: Path, run: Run
) -> None:
    source, book = write_contract(tmp_path / "acme.toml", "Acme", "2.00"), tmp_path / "acme.xlsx"
    assert load_reading(source).contract.contract_number == "SA-Acme"
    assert run("build", source, "-o", book).status == 0
    opened = openpyxl.load_workbook(book)
    cells = {row[0].value: row[1] for row in opened["Contract"].iter_rows(max_col=2)}
    assert cells["Contract number"].value == "SA-Acme"
    assert load_reading(book).contract.contract_number == "SA-Acme"
    cells["Contract number"].value = "0A1234"
    opened.save(book)
    assert load_reading(book).contract.contract_number == "0A1234"
    ran = run("import", book, "-o", source)
    assert ran.status == 0, ran.err
    assert 'contract_number = "0A1234"\n' in source.read_text()
    assert run("check", source).status == 0


def test_a_number_that_is_a_figure_on_the_sheet_is_text(tmp_path: Path, run: Run) -> None:
    source, book = write_contract(tmp_path / "acme.toml", "Acme", "2.00"), tmp_path / "acme.xlsx"
    run("build", source, "-o", book)
    opened = openpyxl.load_workbook(book)
    [cell] = [row[1] for row in opened["Contract"] if row[0].value == "Contract number"]
    cell.value = 4500
    opened.save(book)
    assert load_reading(book).contract.contract_number == "4500"

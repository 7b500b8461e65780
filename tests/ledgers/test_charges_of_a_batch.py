"""What `batch` says of lines paid over or under, and of credits, in the column `Charged as`."""

import re
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.support.cli_runner import Run
from tests.support.csv_ledgers import read
from tests.support.large_contracts import many_services
from tests.support.sql_engines import DuckDB, Engine
from xlfuncs.contracts.update import serialize_contract

HEAD = """\
[contract]
name = "{name} hosting"
contract_number = "{name}"
prefix = "{name}"
currency = "USD"

[[services]]
name = "Storage"
unit = "GB"
{counted}
[agreement]
title = "Agreement"
dated = 2020-01-01
"""
TIERS = """
[[agreement.tiers]]
clause = "1"
quantity_from = 1
quantity_to = 99
charge = "per unit"
unit_price = 10.00

[[agreement.tiers]]
clause = "2"
quantity_from = 100
quantity_to = 499
charge = "per unit"
unit_price = 9.00

[[agreement.tiers]]
clause = "3"
quantity_from = 500
quantity_to = 999
charge = "package"
price = 4000.00
unit_price = 8.20
"""
AMENDMENTS = """
[[amendments]]
number = 1
title = "Amendment 1"
signed = 2020-02-01
effective = 2020-02-01

[[amendments.rows]]
clause = "A"
quantity_from = 100
quantity_to = 499
charge = "per unit"
unit_price = 8.50

[[amendments]]
number = 2
title = "Amendment 2"
signed = 2020-02-15
effective = 2020-02-15

[[amendments.rows]]
clause = "B"
quantity_from = 100
quantity_to = 499
charge = "per unit"
unit_price = 7.00
purchased_from = 2020-03-01
purchased_through = 2020-03-31

[[amendments]]
number = 3
title = "Amendment 3"
signed = 2020-06-01
effective = 2020-06-01

[[amendments.rows]]
clause = "C"
quantity_from = 100
quantity_to = 499
charge = "per unit"
unit_price = 8.00
"""
INCREASE = """
[[agreement.tiers]]
clause = "4"
quantity_from = 2000
quantity_to = 2999
charge = "package"
price = 10000.00
increases = [{ from = 2020-04-01, percent = 10 }]
"""


def write_contract(
    folder: Path, name: str = "ACME", rows: str = TIERS + INCREASE + AMENDMENTS, counted: str = ""
) -> Path:
    path = folder / f"{name}.toml"
    stated = f'counted = "{counted}"\n' if counted else ""
    path.write_text(HEAD.format(name=name, counted=stated) + rows)
    return path


def priced(run: Run, folder: Path, ledger: str, *options: str | Path) -> list[dict[str, str]]:
    """The lines of a ledger, each with its answer."""
    (folder / "ledger.csv").write_text(ledger)
    if not any(folder.glob("*.toml")):
        write_contract(folder)
    contracts = [word for path in sorted(folder.glob("*.toml")) for word in ("-c", path)]
    ran = run("batch", folder / "ledger.csv", *contracts, *options)
    assert ran.status in {0, 1}, ran.err
    return read(ran.out)


def charges(run: Run, folder: Path, ledger: str, *options: str | Path) -> list[str]:
    return [line["Charged as"] for line in priced(run, folder, ledger, *options)]


WINDOW = "price of the window 2020-03-01 to 2020-03-31 (Amendment 2, B)"
CASES = {
    "200,2020-01-31,1800.00": "",
    "200,2020-01-31,1700.00": "price after Amendment 1",
    "200,2020-02-01,1800.00": "price before Amendment 1",
    "200,2020-02-01,1600.00": "price after Amendment 3",
    "200,2020-03-01,1700.00": "price before Amendment 2 or price without the purchase window of "
    "Amendment 2, B",
    "200,2020-04-01,1400.00": WINDOW,
    "2000,2020-03-31,11000.00": "price after the increase of 2020-04-01",
    "2000,2020-04-01,10000.00": "price before the increase of 2020-04-01",
    "99,2020-04-01,841.50": "price of the next tier",
    "100,2020-04-01,1000.00": "price of the previous tier",
    "600,2020-04-01,4920.00": "unit price times quantity",
    "12,2020-04-01,1020.00": "quantity times 10",
    "4,2020-04-01,3200.00": "",
    "4,2020-06-01,3200.00": "quantity times 100",
    "40,2020-06-01,40.00": "quantity divided by 10",
    "200,2020-06-01,20.00": "quantity divided by 100",
    "200,2020-06-01,1600.01": "",
    "200,2020-06-01,": "",
    "200,2020-06-01,free": "",
    "x,2020-06-01,1.00": "",
    "3000,2020-06-01,1.00": "",
}
"""Lines of a ledger, and what was charged instead."""


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".parquet"])
def test_each_mistake_is_named_beside_its_line(kind: str, tmp_path: Path, run: Run) -> None:
    ledger = "Qty,Date,Paid\n" + "".join(f"{line}\n" for line in CASES)
    out = tmp_path / f"out{kind}"
    priced(run, tmp_path, ledger, "-o", out)
    if kind == ".csv":
        found = [line["Charged as"] for line in read(out.read_text())]
    elif kind == ".parquet":
        found = [
            cell for (cell,) in duckdb.read_parquet(str(out)).project('"Charged as"').fetchall()
        ]
    else:
        titles, *rows = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
        found = [row[titles.index("Charged as")] for row in rows]
    assert [cell or "" for cell in found] == [*CASES.values()]


def test_tax_of_lines_without_a_vendor_is_told_by_those_of_their_contract(
    tmp_path: Path, run: Run
) -> None:
    for name in ("ACME", "ZETA"):
        write_contract(tmp_path, name)
    lines = "".join(f"{10 * n},2020-01-15,{Decimal('108.25') * n},ACME\n" for n in (1, 2, 4))
    (tmp_path / "l.csv").write_text(f"Qty,Date,Paid,Contract\n{lines}10,2020-01-15,101.00,ZETA\n")
    contracts = ("-c", tmp_path / "ACME.toml", "-c", tmp_path / "ZETA.toml")
    found = read(run("batch", tmp_path / "l.csv", *contracts).out)
    assert [line["Charged as"] for line in found] == ["tax of 8.25%"] * 3 + [""]


def test_tax_is_told_by_all_lines_of_a_vendor(tmp_path: Path, run: Run) -> None:
    lines = [(10, "108.25"), (20, "216.50"), (33, "357.23")]
    ledger = "Qty,Date,Paid,Vendor\n" + "".join(
        f"{quantity},2020-01-15,{paid},{vendor}\n"
        for vendor in ("Acme", "Zeta")
        for quantity, paid in lines
        if vendor == "Acme" or quantity > 10
    )
    assert charges(run, tmp_path, ledger) == ["tax of 8.25%"] * 3 + [""] * 2


def test_the_day_of_entry_is_that_of_the_second_column_of_days(tmp_path: Path, run: Run) -> None:
    ledger = (
        "Qty,Bought,Entered,Paid\n"
        "200,2020-02-01,2020-01-31,1800.00\n"
        "200,2020-02-01,2020-02-01,1800.00\n"
        "200,,2020-02-01,1800.00\n"
        "200,2020-02-01,,1800.00\n"
        "200,2020-02-01,soon,1800.00\n"
    )
    before = "price before Amendment 1"
    expected = [f"{before} or price on the day of entry", *[before] * 4]
    assert charges(run, tmp_path, ledger, "--purchased", "Bought", "Entered") == expected
    assert charges(run, tmp_path, ledger, "--purchased", "Bought")[:2] == [before] * 2


def test_days_of_entry_are_read_as_said(tmp_path: Path, run: Run) -> None:
    ledger = "Qty,Bought,Entered,Paid\n200,2/1/2020,1/31/2020,1800.00\n"
    options = ("--dates", "mdy", "--purchased", "Bought", "Entered")
    [charge] = charges(run, tmp_path, ledger, *options)
    assert charge == "price before Amendment 1 or price on the day of entry"


def test_what_was_not_known_explains_nothing(tmp_path: Path, run: Run) -> None:
    ledger = "Qty,Date,Paid\n200,2020-06-01,1600.00\n200,2020-06-01,1800.00\n"
    first = "price before Amendment 1"
    assert charges(run, tmp_path, ledger, "--known-on", "2020-02-10") == ["", first]
    assert charges(run, tmp_path, ledger, "--known-on", "2020-01-31") == ["", ""]
    assert charges(run, tmp_path, ledger, "--known-on", "2020-06-01") == ["", first]
    assert charges(run, tmp_path, ledger, "--through", "1") == ["", first]
    early = "Qty,Date,Paid\n200,2020-05-01,1600.00\n"
    assert charges(run, tmp_path, early, "--known-on", "2020-05-31") == [""]
    assert charges(run, tmp_path, early, "--known-on", "2020-06-01") == ["price after Amendment 3"]


def test_each_line_is_explained_by_its_own_contract(tmp_path: Path, run: Run) -> None:
    write_contract(tmp_path)
    write_contract(tmp_path, "ZETA", TIERS.replace("9.00", "6.00") + AMENDMENTS)
    ledger = (
        "Qty,Date,Paid,Contract\n"
        "200,2020-02-01,1800.00,ACME\n"
        "200,2020-02-01,1200.00,ACME\n"
        "200,2020-02-01,1200.00,ZETA\n"
        "200,2020-02-01,1800.00,ZETA\n"
        "200,2020-02-01,1800.00,\n"
    )
    before = "price before Amendment 1"
    assert charges(run, tmp_path, ledger) == [before, "", before, "", ""]


def test_what_was_bought_before_counts_in_an_explanation(tmp_path: Path, run: Run) -> None:
    write_contract(tmp_path, rows=TIERS, counted="year")
    ledger = "Qty,Date,Paid\n90,2020-03-01,900.00\n20,2020-03-02,200.00\n20,2020-03-03,180.00\n"
    expected = "price of the previous tier or price with nothing bought before"
    assert charges(run, tmp_path, ledger) == ["", expected, ""]


# Credits.

UNPAIRED = "credit; no line found that it undoes"


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        (["A,50,2020-03-01,500", "A,50,2020-03-02,-500"], ["", "credit for line 2"]),
        (["A,50,2020-03-01,500", "A,-50,2020-03-02,-500"], ["", "credit for line 2"]),
        (["A,50,2020-03-01,501", "A,-50,2020-03-02,(501.00)"], ["", "credit for line 2"]),
        (["A,50,2020-03-01,500", "A,50,2020-03-02,-499.99"], ["", UNPAIRED]),
        (["A,50,2020-03-01,500", "B,50,2020-03-02,-500"], ["", UNPAIRED]),
        ([",50,2020-03-01,500", ",50,2020-03-02,-500"], ["", UNPAIRED]),
        (["A,50,2020-03-02,500", "A,50,2020-03-01,-500"], ["", UNPAIRED]),
        (["A,50,2020-03-01,-500", "A,50,2020-03-01,500"], [UNPAIRED, ""]),
        (["A,50,2020-03-01,500", "A,50,2020-03-01,-500"], ["", "credit for line 2"]),
        (
            ["A,50,2020-03-01,500", "A,50,2020-03-01,500", "A,50,2020-03-02,-500"],
            ["", "", "credit for line 2 or 3"],
        ),
        (
            ["A,50,2020-03-01,500", "A,50,2020-03-02,500", "A,50,2020-03-03,-500"],
            ["", "", "credit for line 3"],
        ),
        # a line without a price is undone as well
        (["A,3000,2020-03-01,500", "A,3000,2020-03-02,-500"], ["", "credit for line 2"]),
        (["A,3000,2020-03-01,500", "A,3000,2020-03-02,-501"], ["", UNPAIRED]),
        (["A,50,2020-03-01,500", "A,-50,2020-03-02,500"], ["", ""]),
        (["A,50,2020-03-01,500", "A,-50,2020-03-02,"], ["", UNPAIRED]),
        (["A,50,2020-03-01,500", "A,-50,2020-03-02,free"], ["", UNPAIRED]),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_credit_names_the_line_that_it_undoes(
    lines: list[str], labels: list[str], tmp_path: Path, run: Run
) -> None:
    ledger = "PO,Qty,Date,Paid\n" + "".join(f"{line}\n" for line in lines)
    assert charges(run, tmp_path, ledger) == labels


def test_a_credit_is_neither_overpaid_nor_underpaid(tmp_path: Path, run: Run) -> None:
    write_contract(tmp_path)
    (tmp_path / "l.csv").write_text(
        "PO,Qty,Date,Paid\nA,50,2020-03-01,600\nA,50,2020-03-02,-600\nB,-50,2020-03-02,-499\n"
        "C,-50,2020-03-02,0\nD,-50,2020-03-02,\nE,50,2020-03-02,-0.01\n"
    )
    ran = run("batch", tmp_path / "l.csv", "-c", tmp_path / "ACME.toml")
    found = read(ran.out)
    assert {line["Outcome"] for line in found} == {"price"}
    assert {line["Price"] for line in found} == {"500.00"}
    differences = [line["Difference"] for line in found]
    assert differences == ["100.00", "-100.00", "1.00", "500.00", "", "499.99"]
    assert ran.err.splitlines()[2:] == [
        "            6  lines",
        "            6  priced",
        "            1    overpaid, by 100.00 in total",
        "            0    underpaid, by 0.00 in total",
        "            0    paid as the contract says",
        "            5    credited, 1,099.01 in total",
    ]


def test_units_given_back_for_money_that_was_paid_are_bad_input(tmp_path: Path, run: Run) -> None:
    [line] = priced(run, tmp_path, "Qty,Date,Paid\n-50,2020-03-01,500.00\n")
    assert (line["Outcome"], line["Price"], line["Charged as"]) == ("bad input", "", "")
    said = "quantity is '-50'; expected a negative amount paid for it, as of a credit"
    assert line["Reason"] == f"line 2: {said}"


def test_credits_are_counted_where_nothing_says_what_was_paid(tmp_path: Path, run: Run) -> None:
    """Their price is that of their quantity without its sign: nobody is to add them to the rest."""
    write_contract(tmp_path)
    (tmp_path / "l.csv").write_text("Qty,Date\n50,2020-03-01\n-50,2020-03-02\n-x,2020-03-02\n")
    ran = run("batch", tmp_path / "l.csv", "-c", tmp_path / "ACME.toml")
    assert [line["Price"] for line in read(ran.out)] == ["500.00", "500.00", ""]
    assert (
        "            1    credit, with the price of the same quantity bought"
        in ran.err.splitlines()
    )


def test_of_several_files_the_one_is_named_in_which_the_line_is(tmp_path: Path, run: Run) -> None:
    contract = write_contract(tmp_path)
    titles = "PO,Qty,Date,Paid\n"
    for name, lines in {
        "a.csv": "A,50,2020-03-01,500\nB,50,2020-03-02,-500\n",
        "b.csv": "A,50,2020-03-05,-500\nB,50,2020-03-01,500\nC,7,2020-03-01,70\n",
        "c.csv": "C,7,2020-03-01,70\nC,7,2020-03-02,-70\n",
    }.items():
        (tmp_path / name).write_text(titles + lines)
    a, b, c = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    found = read(run("batch", a, b, c, "-c", contract).out)
    assert [line["Charged as"] for line in found if line["Paid"].startswith("-")] == [
        f"credit for line 3 of {b}",
        f"credit for line 2 of {a}",
        f"credit for line 4 of {b} or 2 of {c}",
    ]


@pytest.mark.parametrize("files", [1, 2])
@pytest.mark.parametrize("credit_first", [False, True])
def test_a_credit_is_for_a_line_above_it_on_its_day_in_a_long_price_list_too(
    credit_first: bool, files: int, tmp_path: Path, run: Run
) -> None:
    """The database joins such a list, and gives up the order of the lines for that."""
    contract = tmp_path / "long.toml"
    contract.write_bytes(serialize_contract(many_services(30, 20, 10)))
    pairs = [
        [
            f"P-{number},{1 + number},2000-03-01,Service {1 + number % 30},{sign}{10 + number}.00"
            for sign in (("-", "") if credit_first else ("", "-"))
        ]
        for number in range(90)
    ]
    paths = [tmp_path / f"{number}.csv" for number in range(files)]
    for number, path in enumerate(paths):
        lines = [line for pair in pairs[number::files] for line in pair]
        path.write_text("\n".join(["PO,Qty,Date,Service,Paid", *lines]))
    found = read(run("batch", *paths, "-c", contract, "--columns", "paid,charged as").out)
    credits = [line["Charged as"] for line in found if line["Paid"].startswith("-")]
    expected = [
        UNPAIRED if credit_first else f"credit for line {2 + 2 * n}{f' of {path}' * (files > 1)}"
        for path in paths
        for n in range(90 // files)
    ]
    assert credits == expected


def test_a_credit_of_what_adds_up_is_paired_although_it_has_no_price(
    tmp_path: Path, run: Run
) -> None:
    write_contract(tmp_path, rows=TIERS, counted="year")
    ledger = "PO,Qty,Date,Paid\nA,50,2020-03-01,600\nA,50,2020-03-02,-600\n"
    report = tmp_path / "r.xlsx"
    found = priced(run, tmp_path, ledger)
    assert [line["Outcome"] for line in found] == ["price", "not determinable"]
    assert [line["Charged as"] for line in found] == ["", "credit for line 2"]
    priced(run, tmp_path, ledger, "--report", report)
    assert credited_on(report) == {2: True}


@pytest.mark.parametrize("line", ["Total,,,-1000", ",,,-1000"])
def test_a_negative_total_is_no_credit(line: str, tmp_path: Path, run: Run) -> None:
    report = tmp_path / "r.xlsx"
    ledger = f"PO,Qty,Date,Paid\nA,50,2020-03-01,600\n{line}\n"
    priced(run, tmp_path, ledger, "--report", report)
    is_total = line.startswith("Total")
    assert ("Credits" in openpyxl.load_workbook(report).sheetnames) == (not is_total)


def credited_on(report: Path) -> dict[int, bool]:
    """The overpaid lines, and whether a credit undoes them."""
    rows = list(openpyxl.load_workbook(report)["Overpaid"].iter_rows(values_only=True))
    [at] = [number for number, row in enumerate(rows) if "Line" in row]
    return {
        row[rows[at].index("Line")]: "Credited" in rows[at]
        and bool(row[rows[at].index("Credited")])
        for row in rows[at + 1 :]
    }


def test_a_purchase_that_a_credit_undoes_is_not_claimed(tmp_path: Path, run: Run) -> None:
    write_contract(tmp_path)
    (tmp_path / "l.csv").write_text(
        "PO,Qty,Date,Paid\nA,50,2020-03-01,600\nB,50,2020-03-01,700\nA,50,2020-03-02,-600\n"
    )
    report = tmp_path / "r.xlsx"
    ran = run("batch", tmp_path / "l.csv", "-c", tmp_path / "ACME.toml", "--report", report)
    assert ran.status == 0, ran.err
    assert credited_on(report) == {2: True, 3: False}


BOUGHT_TWICE = "PO,Qty,Date,Paid\nA,50,2020-03-01,600\nA,50,2020-03-01,600\n"


@pytest.mark.parametrize(
    ("ledger", "credited", "claim", "unsure"),
    [
        (BOUGHT_TWICE, [], 200, 0),
        (f"{BOUGHT_TWICE}A,50,2020-03-02,-600\n", [2], 100, 0),
        (f"{BOUGHT_TWICE}A,50,2020-03-02,-600\nA,50,2020-03-03,-600\n", [2, 3], 0, 0),
        (f"{BOUGHT_TWICE}A,50,2020-03-02,-600\nA,50,2020-03-03,-601\n", [2], 100, 1),
    ],
)
def test_of_purchases_that_are_alike_so_many_are_not_claimed_as_credits_undo(
    ledger: str, credited: list[int], claim: int, unsure: int, tmp_path: Path, run: Run
) -> None:
    report = tmp_path / "r.xlsx"
    priced(run, tmp_path, ledger, "--report", report)
    assert [line for line, is_credited in credited_on(report).items() if is_credited] == credited
    assert claimed(report) == (claim, unsure)


def test_a_credit_for_one_of_several_prices_is_left_to_the_reader(tmp_path: Path, run: Run) -> None:
    """Purchases that add up are alike in what was paid and not in their prices."""
    write_contract(tmp_path, rows=TIERS, counted="year")
    report = tmp_path / "r.xlsx"
    alike = "PO,Qty,Date,Paid\n" + "A,60,2020-03-01,700\n" * 2
    credit = "A,60,2020-03-02,-700\n"
    priced(run, tmp_path, alike, "--report", report)
    whole, _ = claimed(report)
    priced(run, tmp_path, alike + credit, "--report", report)
    assert (claimed(report), set(credited_on(report).values())) == ((whole, 1), {False})
    priced(run, tmp_path, alike + 2 * credit, "--report", report)
    assert (claimed(report), set(credited_on(report).values())) == ((0, 0), {True})


def test_a_report_has_each_line_where_it_belongs_with_all_that_is_wrong_with_it(
    tmp_path: Path, run: Run
) -> None:
    write_contract(tmp_path)
    ledger = tmp_path / "l.csv"
    ledger.write_text(
        "PO,Qty,Date,Entered,Paid,Item\n"
        "A,-50,2020-03-01,,500,Storage\n"  # units given back, and paid for
        "B,-50,2020-03-01,,-500,Storage\n"
        "C,x,2020-03-01,,free,Storage\n"
        "D,10,2020-03-01,,-7,Paper\n"
        "E,20,2020-03-01,,8,Pens\n"
        "F,50,,2020-03-02,499,Storage\n"
    )
    report, contract = tmp_path / "r.xlsx", tmp_path / "ACME.toml"
    days = ("--purchased", "Date", "Entered")
    ran = run("batch", ledger, "-c", contract, *days, "--report", report)
    lists = {name: listed_on(report, name) for name in ("Not compared", "Credits", "Underpaid")}
    assert {name: [*found] for name, found in lists.items()} == {
        "Not compared": [2, 6, 4],
        "Credits": [3, 5],
        "Underpaid": [7],
    }
    reasons = {line: row["Reason"] for found in lists.values() for line, row in found.items()}
    assert reasons[2].startswith("quantity is '-50'; expected a negative amount paid for it")
    assert "quantity is 'x'" in reasons[4]
    assert "; amount paid is 'free'" in reasons[4]
    assert reasons[7].startswith("purchase date from 'Entered'")
    assert lists["Credits"][3]["Quantity"] == -50
    assert [lists["Credits"][5]["Service"], lists["Not compared"][6]["Service"]] == [
        "Paper",
        "Pens",
    ]
    unknown = "            2  bad input: the contract has no such service; 8.00 was paid; 7.00 was"
    assert f"{unknown} credited" in ran.err.splitlines()


def listed_on(report: Path, name: str) -> dict[object, dict[object, object]]:
    """The rows of a list, by the lines of the ledger."""
    rows = list(openpyxl.load_workbook(report)[name].iter_rows(values_only=True))
    [at] = [number for number, row in enumerate(rows) if "Line" in row]
    found = (dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :])
    return {row["Line"]: row for row in found}


def claimed(report: Path) -> tuple[object, int]:
    """What can be claimed back, and the credits of which no line is said to be undone."""
    summary = openpyxl.load_workbook(report, data_only=True)["Summary"]
    said = (
        re.match("([0-9]+) credits? cannot be matched", f"{cell.value}") for cell in summary["A"]
    )
    return summary["A5"].value, sum(int(each[1]) for each in said if each)


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return DuckDB() if request.param == "duckdb" else request.getfixturevalue("spark")


def test_a_statement_prices_a_credit_as_what_it_undoes(
    engine: Engine, tmp_path: Path, run: Run
) -> None:
    statement = run(
        *("sql", "-c", write_contract(tmp_path), "--dialect", engine.dialect),
        *("--quantity", "q", "--purchased", "day", "--paid", "paid"),
    ).out
    types = {"number": "INT", "q": "STRING", "day": "STRING", "paid": "STRING"}
    rows = [
        (1, "-50", "2020-03-01", "-500.00"),
        (2, "50", "2020-03-01", "(499.00)"),
        (3, "-50", "2020-03-01", None),
        (4, "-50", "2020-03-01", "500.00"),
    ]
    found = engine.ask(statement, "ledger", types, rows)
    told = [(line["contract_answer"], line["contract_price"]) for line in found]
    assert [(kind, price and str(price)) for kind, price in told] == [
        *[("price", "500.00")] * 3,
        ("bad input", None),
    ]
    differences = [line["contract_difference"] for line in found]
    assert [each if each is None else str(each) for each in differences] == [
        "0.00",
        "1.00",
        None,
        None,
    ]

"""`batch --columns`: only the columns that are named are written, in that order."""

import csv
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import duckdb
import openpyxl
import pytest
from sqlglot import exp

from tests.support.cli_runner import Ran, Run
from tests.support.csv_ledgers import CONTRACT, write_contract
from xlfuncs.ledgers import line_charges
from xlfuncs.ledgers.ledger import Source
from xlfuncs.ledgers.written_columns import RESULTS, keep_cells

LEDGER = "PO,Qty,Date,Paid,Memo\nA,10,2020-06-01,120.50,=1+1\nB,x,2020-06-01,1,b\n"


def batch(run: Run, folder: Path, columns: str, ledger: str = LEDGER, *options: str | Path) -> Ran:
    (folder / "ledger.csv").write_text(ledger)
    contract = folder / "contract.toml"
    if not contract.exists():
        write_contract(folder)
    return run("batch", folder / "ledger.csv", "-c", contract, "--columns", columns, *options)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("columns", "titles", "cells"),
    [
        ("price,outcome", ["Price", "Outcome"], [["100.00", "price"], ["", "bad input"]]),
        ("Outcome, PO", ["Outcome", "PO"], [["price", "A"], ["bad input", "B"]]),
        (" po ,,PRICE,qty", ["PO", "Price", "Qty"], [["A", "100.00", "10"], ["B", "", "x"]]),
        ("memo", ["Memo"], [["'=1+1"], ["b"]]),
        ("difference,paid", ["Difference", "Paid"], [["20.50", "120.50"], ["", "1"]]),
        ("unit  price", ["Unit price"], [["10.00"], [""]]),
        ("po,po", ["PO", "PO"], [["A", "A"], ["B", "B"]]),
        ("charged as,source", ["Charged as", "Source"], [["", "Agreement, 1"], ["", ""]]),
    ],
)
def test_columns_are_those_that_are_named_in_their_order(
    columns: str, titles: list[str], cells: list[list[str]], tmp_path: Path, run: Run
) -> None:
    ran = batch(run, tmp_path, columns)
    assert ran.status == 0
    assert rows(ran.out) == [titles, *cells]


def test_a_title_that_the_ledger_has_too_is_named_as_it_is_written(
    tmp_path: Path, run: Run
) -> None:
    ledger = "Qty,Date,Price,Outcome (contract)\n10,2020-06-01,7,own\n"
    ran = batch(run, tmp_path, "price (contract),qty", ledger)
    assert rows(ran.out) == [["Price (contract)", "Qty"], ["100.00", "10"]]
    ran = batch(run, tmp_path, "outcome (contract),outcome", ledger)
    assert rows(ran.out)[1] == ["own", "price"]


def test_without_it_all_of_the_ledger_and_all_that_is_added_is_written(
    tmp_path: Path, run: Run
) -> None:
    ran = batch(run, tmp_path, "po,qty,date,paid,memo,price,unit price,source,outcome,reason,"
                "difference,charged as")  # fmt: skip
    every = run("batch", tmp_path / "ledger.csv", "-c", tmp_path / "contract.toml")
    assert ran.out == every.out
    assert ran.err == every.err
    added = [title for title in RESULTS if title not in {"Bought before", "Billed"}]
    assert rows(ran.out)[0] == ["PO", "Qty", "Date", "Paid", "Memo", *added]


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("read", [".csv", ".xlsx", ".parquet"])
def test_every_kind_of_file_has_the_named_columns_alone(
    kind: str, read: str, tmp_path: Path, run: Run
) -> None:
    ledger, out = tmp_path / f"l{read}", tmp_path / f"out{kind}"
    if read == ".csv":
        ledger.write_text("Memo,Qty,Date,Paid\nm,10,2020-06-01,120.50\n")
    elif read == ".xlsx":
        book = openpyxl.Workbook()
        book.active.append(["Memo", "Qty", "Date", "Paid"])
        book.active.append(["m", 10, datetime(2020, 6, 1), 120.5])
        book.save(ledger)
    else:
        select = "SELECT 'm' AS Memo, 10 AS Qty, DATE '2020-06-01' AS Date, 120.5 AS Paid"
        duckdb.execute(f"COPY ({select}) TO '{ledger}' (FORMAT parquet)")
    columns = ("--columns", "date,price,outcome,memo,difference")
    ran = run("batch", ledger, "-c", write_contract(tmp_path), *columns, "-o", out)
    assert ran.status == 0, ran.err
    titles, [line] = told(out)
    assert titles == ["Date", "Price", "Outcome", "Memo", "Difference"]
    assert line == ["2020-06-01", "100.00", "price", "m", "20.50"]
    alone = ("--columns", "price,outcome", "-o", out)
    assert run("batch", ledger, "-c", tmp_path / "contract.toml", *alone).status == 0
    assert told(out) == (["Price", "Outcome"], [["100.00", "price"]])


def told(path: Path) -> tuple[Sequence[str], list[list[str]]]:
    """The titles and the cells of a file, as texts."""
    if path.suffix == ".csv":
        titles, *lines = rows(path.read_text())
        return titles, lines
    if path.suffix == ".parquet":
        found = duckdb.read_parquet(str(path))
        return found.columns, [[*map(str, line)] for line in found.fetchall()]
    titles, *lines = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return list(titles), [[*map(as_text, line)] for line in lines]


def as_text(cell: object) -> str:
    if isinstance(cell, datetime):
        return str(cell.date())
    return f"{Decimal(str(cell)):.2f}" if isinstance(cell, (int, float)) else str(cell)


def test_a_name_of_what_is_added_means_that_where_the_ledger_has_it_too(
    tmp_path: Path, run: Run
) -> None:
    ledger = "Price,Qty,Date\n7,10,2020-06-01\n"
    assert rows(batch(run, tmp_path, "price,qty", ledger).out) == [
        ["Price (contract)", "Qty"],
        ["100.00", "10"],
    ]


@pytest.mark.parametrize(
    ("columns", "ledger", "said"),
    [
        ("price,cost", LEDGER, "no column is titled 'cost', which --columns names; it has 'PO', "),
        ("memo", "Qty,Date,Memo,MEMO\n", "2 columns are titled 'memo'; give all but one other"),
        ("difference", "Qty,Date\n", "there is no column 'difference': "),
        ("Charged as", "Qty,Date\n", "there is no column 'Charged as': "),
        ("bought before", LEDGER, "there is no column 'bought before': purchases of no service "),
        ("billed", LEDGER, "there is no column 'billed': the contract does not say what its pri"),
        (" , ", LEDGER, "--columns names no column; expected some such as price,outcome"),
        ("file", LEDGER, "no column is titled 'file', which --columns names"),
    ],
)
def test_a_column_that_there_is_not_is_named_and_nothing_is_written(
    columns: str, ledger: str, said: str, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "out.csv"
    out.write_text("mine")
    ran = batch(run, tmp_path, columns, ledger, "-o", out)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert [out.read_text(), *tmp_path.glob("out.csv.*")] == ["mine"]


def test_what_can_be_added_is_listed(tmp_path: Path, run: Run) -> None:
    said = batch(run, tmp_path, "cost").err
    assert f"what can be added is {', '.join(map(repr, RESULTS))}" in said


def test_what_a_price_is_for_can_be_named_where_the_contract_says_it(
    tmp_path: Path, run: Run
) -> None:
    write_contract(tmp_path, CONTRACT.replace('unit = "IPs"', 'unit = "IPs"\nbilled = "month"'))
    assert rows(batch(run, tmp_path, "billed").out) == [["Billed"], ["month"], [""]]


def test_a_blank_cell_alone_on_its_line_is_in_quotes(tmp_path: Path, run: Run) -> None:
    """Readers pass over a line without anything, and those below it would move up."""
    ledger = "Qty,Date,Memo\n10,2020-06-01,\nx,2020-06-01,m\n20,2020-06-01,n\n"
    assert batch(run, tmp_path, "price", ledger).out == 'Price\n100.00\n""\n200.00\n'
    assert batch(run, tmp_path, "memo", ledger).out == 'Memo\n""\nm\nn\n'
    assert batch(run, tmp_path, "memo,price", ledger).out == "Memo,Price\n,100.00\nm,\nn,200.00\n"


def test_the_name_of_the_file_can_be_named_where_there_are_several(
    tmp_path: Path, run: Run
) -> None:
    (tmp_path / "other.csv").write_text("Qty,Date\n20,2020-06-01\n")
    ran = batch(run, tmp_path, "price,file,po", LEDGER, tmp_path / "other.csv")
    first, second = str(tmp_path / "ledger.csv"), str(tmp_path / "other.csv")
    assert rows(ran.out) == [
        ["Price", "File", "PO"],
        ["100.00", first, "A"],
        ["", first, "B"],
        ["200.00", second, ""],
    ]


def test_what_was_charged_instead_is_not_looked_for_where_it_is_not_written(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    explained = []
    explain = line_charges.explain_lines

    def watched(*given: object) -> None:
        explained.append(1)
        explain(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(line_charges, "explain_lines", watched)
    assert batch(run, tmp_path, "price,outcome").status == 0
    assert explained == []
    for columns in ("charged  AS", "price,Charged as"):
        assert batch(run, tmp_path, columns).status == 0
    assert len(explained) == 2
    report = tmp_path / "r.xlsx"  # which tells of it by itself
    assert (
        batch(run, tmp_path, "price", LEDGER, "-o", tmp_path / "o.csv", "--report", report).status
        == 0
    )
    assert len(explained) == 3


def test_columns_of_a_long_price_list_are_in_the_order_of_the_ledger(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlfuncs.ledgers.price_table.MOST_PARTS", 1)
    write_contract(tmp_path, CONTRACT + PACKAGE)
    quantities = [str(1 + 7 * number % 300) for number in range(2_000)]
    ledger = "Qty,Date\n" + "".join(f"{quantity},2020-06-01\n" for quantity in quantities)
    found = rows(batch(run, tmp_path, "qty,price", ledger).out)[1:]
    assert [line[0] for line in found] == quantities
    assert all(
        Decimal(price) == 10 * Decimal(quantity) for quantity, price in found if quantity != "100"
    )


PACKAGE = """
[[amendments]]
number = 1
title = "Amendment 1"
signed = 2020-02-01
effective = 2020-02-01

[[amendments.rows]]
clause = "2"
quantity_from = 100
charge = "package"
price = 995.00
"""


@pytest.mark.parametrize(
    ("kind", "names", "kept"),
    [
        (".csv", ["price", "Memo"], [2]),
        (".parquet", ["outcome"], []),
        (".xlsx", ["memo", "price", "po"], [2, 0]),
        (".csv", [], [0, 1, 2]),
        ("", ["po"], []),  # of a report alone, no cells are written again
    ],
)
def test_no_more_of_a_ledger_is_kept_than_is_written(
    kind: str, names: list[str], kept: list[int]
) -> None:
    source = Source(["PO", "Qty", "Memo"], exp.to_table("ledger"))
    found = dict.fromkeys(keep_cells(kind, names)(source))
    assert list(found) == [source.text(place) for place in kept]

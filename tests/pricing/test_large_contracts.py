"""Contracts of thousands of rows: the work grows with them, not with their square."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.support.large_contracts import (
    FIRST,
    GROWTH,
    KINDS,
    amended,
    calls_of,
    long_list,
    price_a_day,
    windows,
)
from tests.support.sql_engines import DuckDB, Engine
from xlfuncs.cli import main
from xlfuncs.ledgers.price_table import build_price_table
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.diff import find_changes
from xlfuncs.pricing.explain import explain
from xlfuncs.pricing.flattened import flatten
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.schedule_timeline import schedule, timeline
from xlfuncs.sheets.draft import build_draft
from xlfuncs.sheets.lint import check_prices
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.lambdas.answers import Sentences
from xlfuncs.xlsx.lambdas.calculation_limits import LAST_ROW, find_long_sheets
from xlfuncs.xlsx.sheets.contract import TITLE_ROW

FEW, MANY = 300, 600
DAY = date(2001, 6, 1)


def list_all(contract: Contract) -> None:
    list(flatten(PriceBook(contract), FIRST.toordinal()))


def check_all(contract: Contract) -> None:
    list(check_prices(contract))


def compare(contract: Contract) -> None:
    find_changes(PriceBook(contract), PriceBook(amended(contract)))


def ask_one_day(contract: Contract) -> None:
    book = PriceBook(contract)
    explain(book.answer(Question(Decimal(7), DAY)))
    schedule(book, DAY)
    timeline(book, Decimal(7))


def limit_formulas(contract: Contract) -> None:
    Sentences(PriceBook(contract))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", [list_all, check_all, compare, ask_one_day, limit_formulas])
def test_twice_the_rows_are_twice_the_work(action: Callable[[Contract], None], kind: str) -> None:
    few, many = (calls_of(action, KINDS[kind](rows)) for rows in (FEW, MANY))
    assert many < GROWTH * few, (few, many)


@pytest.mark.parametrize("kind", KINDS)
def test_a_price_list_has_a_few_lines_for_each_row(kind: str) -> None:
    table = build_price_table(KINDS[kind](MANY))
    assert len(table.lines) < 9 * MANY
    assert sum(1 for _ in table.places()) < 5 * len(table.lines)


COMMAND = "from xlfuncs.cli import main; import sys; sys.exit(main())"
LIMIT = 1_500 * 2**20
"""Bytes of addresses: DuckDB asks for many that it never uses."""

LEDGER = "quantity,purchased\n" + "".join(
    f"{10 * number + 1},200{number % 4}-0{1 + number % 9}-01\n" for number in range(50)
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process that has so much memory and no more."""
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT)),
        env=os.environ | {"MALLOC_ARENA_MAX": "2"},
        capture_output=True,
        text=True,
        check=False,
    )


OR_MORE = '"or more"'


def written(contract: Contract) -> str:
    """A contract file, for rows such as these."""
    rows = "".join(
        f'[[agreement.tiers]]\nclause = "{row.clause}"\nquantity_from = {row.quantity_from}\n'
        f"quantity_to = {row.quantity_to or OR_MORE}\n"
        f'charge = "per unit"\nunit_price = {row.unit_price}\n'
        + (
            f"purchased_from = {row.purchased_from}\npurchased_through = {row.purchased_through}\n"
            if row.has_window
            else ""
        )
        for row in contract.rows
    )
    return (
        '[contract]\nname = "Large"\nprefix = "LARGE"\n[[services]]\nname = "Scanning"\n'
        f'unit = "IPs"\n[agreement]\ntitle = "Agreement"\ndated = {FIRST}\n{rows}'
    )


@pytest.mark.host
@pytest.mark.parametrize(
    ("contract", "rows"), [(price_a_day, 3_650), (windows, 5_000), (long_list, 5_000)]
)
def test_a_ledger_is_priced_by_thousands_of_rows_within_limits_of_memory(
    contract: Callable[[int], Contract], rows: int, tmp_path: Path
) -> None:
    large = contract(rows)
    file, ledger, out = (tmp_path / name for name in ("large.toml", "ledger.csv", "out.csv"))
    file.write_text(written(large))
    ledger.write_text(LEDGER)
    done = run("batch", str(ledger), "-o", str(out), "--contract", str(file))
    assert done.returncode == 0, done.stderr
    book = PriceBook(large)
    lines = out.read_text().splitlines()
    for line, answer in zip(LEDGER.splitlines()[1:], lines[1:], strict=True):
        quantity, day = line.split(",")
        found = book.answer(Question(Decimal(quantity), date.fromisoformat(day)))
        price = "" if found.price is None else f"{found.price}"
        assert answer.startswith(f"{line},{price},"), answer


PARTS = "xlfuncs.ledgers.price_table.MOST_PARTS"


@pytest.mark.parametrize("kind", [".csv", ".parquet"])
def test_lines_keep_their_order_where_a_price_list_is_joined(
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file, ledger = tmp_path / "large.toml", tmp_path / "ledger.csv"
    file.write_text(written(windows(30)))
    lines = (
        f"{number % 331},{FIRST + timedelta(number % 97)},{number}" for number in range(20_000)
    )
    ledger.write_text("\n".join(["quantity,purchased,paid", *lines, "x,2000-01-01,1", ""]))
    said, rows = [], []
    for name, parts in (("plain", 512), ("joined", 4)):
        monkeypatch.setattr(PARTS, parts)
        out = tmp_path / f"{name}{kind}"
        assert main(["batch", str(ledger), "-o", str(out), "--contract", str(file)]) == 0
        said.append(capsys.readouterr().err)
        rows.append(duckdb.sql(f"FROM '{out}'").fetchall())
    assert rows[0] == rows[1]
    assert said[0] == said[1]
    assert len(rows[0]) == 20_001


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    file = tmp_path / "large.toml"
    file.write_text(written(windows(600)))
    return file


def test_a_long_price_list_is_refused_in_one_statement_with_the_way_out(
    toml: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sql", "--dialect", "spark", "--contract", str(toml)]) == 2
    assert "use --price-list FILE.parquet" in capsys.readouterr().err


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_a_price_list_that_is_loaded_answers_as_the_core_does(
    dialect: str,
    toml: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = toml.with_name("prices.parquet")
    name = f'"{file}"' if dialect == "duckdb" else "prices"
    engine: Engine = DuckDB() if dialect == "duckdb" else request.getfixturevalue("spark")
    options = ("--price-list", str(file), "--price-list-table", name)
    assert main(["sql", "--dialect", dialect, "--contract", str(toml), *options]) == 0
    printed = capsys.readouterr()
    assert printed.err == f"{file}: written\n"
    if dialect == "spark":
        frame = request.getfixturevalue("spark").session.read.parquet(str(file))
        frame.createOrReplaceTempView("prices")
    rows = [(number, *line.split(",")) for number, line in enumerate(LEDGER.splitlines()[1:])] + [
        (99, "x", "2001-01-01")
    ]
    columns = {"number": "INT", "quantity": "STRING", "purchased": "STRING"}
    *answers, unread = engine.ask(printed.out, "ledger", columns, rows)
    book = PriceBook(windows(600))
    for (_, quantity, day), answer in zip(rows, answers, strict=False):
        found = book.answer(Question(Decimal(quantity), date.fromisoformat(day)))
        assert (answer["contract_answer"], answer["contract_price"]) == (found.outcome, found.price)
    assert unread["contract_answer"] == "bad input"
    other = printed.out.replace("edition = '", "edition = 'another ")
    answers = engine.ask(other, "ledger", columns, rows[:1])
    assert [each["contract_answer"] for each in answers] == ["bad input"]
    assert "load that file again" in answers[0]["contract_reason"]


def test_a_price_list_that_is_loaded_twice_prices_each_line_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a table that is named like the file, whatever dots it has."""
    file, contract = tmp_path / "prices.v1.parquet", tmp_path / "large.toml"
    contract.write_text(written(windows(3)))
    asked = ("sql", "--dialect", "duckdb", "--contract", str(contract))
    assert main([*asked, "--price-list", str(file)]) == 0
    with duckdb.connect() as database:
        database.execute(
            "CREATE TABLE ledger AS SELECT 1 AS quantity, DATE '2000-01-01' AS purchased"
        )
        twice = f"CREATE TABLE \"prices.v1\" AS FROM '{file}' UNION ALL FROM '{file}'"
        database.execute(twice)
        [(*_, answer, _)] = database.execute(capsys.readouterr().out).fetchall()
    assert answer == "price"


def test_a_file_for_a_price_list_has_a_name_that_is_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = os.fsdecode(bytes(tmp_path / "prices") + b"\xff.parquet")
    assert main(["sql", "--dialect", "duckdb", "-c", "shipped", "--price-list", file]) == 2
    assert "the name is not UTF-8" in capsys.readouterr().err


def test_a_sheet_that_is_too_long_for_formulas_is_named() -> None:
    fits = LAST_ROW - TITLE_ROW
    assert not list(find_long_sheets(build_draft(long_list(fits))))
    assert list(find_long_sheets(build_draft(long_list(fits + 1))))


def test_a_workbook_of_many_rows_is_built() -> None:
    assert build_workbook(build_draft(windows(600)), DAY, WorkbookKind.LAMBDAS)

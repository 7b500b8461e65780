"""Ledgers whose purchases add up: each line is priced after those before it, as by the core."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from sqlglot import exp

from tests.support.counted_ledgers import tell_in_order
from tests.support.expected_ledger_answers import Told
from tests.support.random_contracts import counting_contracts
from tests.support.random_ledgers import Ledger, ledgers, seeded
from tests.support.sql_engines import Columns as Types
from tests.support.sql_engines import DuckDB, Engine
from xlfuncs.api import LoadedContract
from xlfuncs.cli import main
from xlfuncs.ledgers.columns import Columns, Style
from xlfuncs.ledgers.database import connect, look_up
from xlfuncs.ledgers.expressions import execute, select, with_steps
from xlfuncs.ledgers.ledger import ANSWERED, Source
from xlfuncs.ledgers.price_table import build_price_table
from xlfuncs.ledgers.query import select_answers, unit_price
from xlfuncs.pricing.contract import Contract, Counted
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import PriceBook

TYPES: Types = {
    "number": "INT",
    **dict.fromkeys(("q", "day", "service", "price"), "STRING"),
    "place": "INT",
}
NAMED = ("--quantity", "q", "--purchased", "day", "--service", "service", "--paid", "price")


def answers_of_batch(ledger: Ledger, folder: Path) -> list[Told]:
    """What the query of a batch says of the lines, in their order."""
    rows = [(number, *line) for number, line in enumerate(ledger.lines)]
    names = ["line", "c1", "c2", "c3", "c4"]
    table = build_price_table(ledger.contract, ledger.known_on)
    source = Source(list("qdsp"), exp.values(rows, alias="ledger", columns=names))
    asked = source.ledger(Columns(0, (1,), 2, 3), Style(), table, numbered=True)
    steps = select_answers(asked, table, look_up(table))
    columns = [*map(exp.column, ("kind", "price")), unit_price(), exp.column("source")]
    query = with_steps(select(*columns, of=ANSWERED), steps).order_by("line")
    with connect(table, folder) as database:
        return [Told(*row) for row in execute(database, query).fetchall()]


def assert_agrees(ledger: Ledger, found: Sequence[Told]) -> None:
    book = PriceBook(ledger.contract)
    expected = tell_in_order(book, ledger.lines, ledger.known_on)
    not_said = any(each.counted is Counted.NOT_SAID for each in ledger.contract.services)
    for line, one, other in zip(ledger.lines, found, expected, strict=True):
        if one.kind == "blank line":
            continue
        if not_said and one.kind == Outcome.NOT_DETERMINABLE and other.kind == Outcome.PRICE:
            continue  # a ledger does not look for what makes no difference to one quantity alone
        source = other.source if other.price is not None else one.source
        assert one == other._replace(source=source), line


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ledgers without the quantities whose sums no database holds."""
    monkeypatch.setattr("tests.support.random_ledgers.LARGE_SHARE", 0)


@pytest.mark.usefixtures("small")
def test_random_lines_agree_with_the_core_after_those_before_them(
    ledger_contracts: int, tmp_path: Path
) -> None:
    @settings(max_examples=2 * ledger_contracts)
    @given(ledgers(counting_contracts(), 60))
    def agree(ledger: Ledger) -> None:
        assert_agrees(ledger, answers_of_batch(ledger, tmp_path))

    agree()


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return DuckDB() if request.param == "duckdb" else request.getfixturevalue("spark")


@pytest.mark.usefixtures("small")
def test_a_statement_says_the_same(
    ledger_contracts: int,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask = answers_of_statement(engine, monkeypatch, capsys)

    @settings(max_examples=ledger_contracts)
    @given(ledgers(counting_contracts(), 40))
    def agree(ledger: Ledger) -> None:
        rows = [(number, *line, None) for number, line in enumerate(ledger.lines)]
        assert_agrees(ledger, ask(ledger, rows, "--order", "number"))

    agree()


def answers_of_statement(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[Told]]:
    """What a statement with some options says of rows."""

    def ask(ledger: Ledger, rows: Sequence[tuple], *options: str) -> list[Told]:
        loaded = LoadedContract(Path("contract.toml"), ledger.contract)
        monkeypatch.setattr("xlfuncs.cli.sql.load", lambda path: loaded)
        known = [] if ledger.known_on is None else ["--known-on", f"{ledger.known_on}"]
        typed = ["sql", "-c", "contract.toml", "--dialect", engine.dialect, *NAMED]
        assert main([*typed, *options, *known]) == 0
        names = ("answer", "price", "unit_price", "source")
        found = engine.ask(capsys.readouterr().out, "ledger", TYPES, rows)
        return [Told(*(row[f"contract_{name}"] for name in names)) for row in found]

    return ask


FEW_DAYS = ("2020-02-28", "2020-03-02", "2020-03-31")


@pytest.mark.parametrize("order", ["of none", "of some"])
def test_no_price_depends_on_an_order_that_no_column_says(
    order: str,
    ledger_contracts: int,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever the order was, the core says what the statement says of each line with a price."""
    ask = answers_of_statement(engine, monkeypatch, capsys)
    priced = refused = 0

    @settings(max_examples=ledger_contracts * (8 if engine.dialect == "duckdb" else 1))
    @given(counting_contracts(), seeded)
    def agree(contract: Contract, random: Random) -> None:
        nonlocal priced, refused
        lines = [
            (f"{random.randint(0, 9)}", random.choice(FEW_DAYS), service.name, None)
            for service in contract.services
            for _ in range(7)
        ]
        places = [
            random.choice([None, 1, 1, 2, *range(3, 9)]) if order == "of some" else None
            for _ in lines
        ]
        rows = [
            (n, *line, place) for n, (line, place) in enumerate(zip(lines, places, strict=True))
        ]
        options = ("--order", "place") if order == "of some" else ()
        found = ask(Ledger(contract, lines), rows, *options)
        priced += sum(each.kind == "price" for each in found)
        refused += sum(each.kind == "not determinable" for each in found)
        book = PriceBook(contract)
        for _ in range(6):
            bought = sorted(range(len(lines)), key=lambda n: _draw_place(places, n, random))
            expected = tell_in_order(book, [lines[n] for n in bought])
            for number, other in zip(bought, expected, strict=True):
                if found[number].kind in {"price", "no price"}:
                    told = found[number].kind, found[number].price
                    assert told == (other.kind, other.price), (number, rows)

    agree()
    assert min(priced, refused) > 5


def _draw_place(places: Sequence[int | None], number: int, random: Random) -> tuple[float, float]:
    """A place in an order that may have been: any where there is none, any of those alike."""
    place = places[number]
    return (random.uniform(0, 25) if place is None else place), random.random()

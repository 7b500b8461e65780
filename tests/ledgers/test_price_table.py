"""Price lists as tables: of contracts of any size, and of several contracts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from tests.support.contracts_in_code import row
from tests.support.expected_ledger_answers import Told, told
from tests.support.large_contracts import GROWTH, calls_of, many_services
from tests.support.random_contracts import contracts
from tests.support.random_ledgers import Line, random_line, seeded
from xlfuncs.ledgers import cell_texts
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.columns import Columns, Style
from xlfuncs.ledgers.database import connect, look_up
from xlfuncs.ledgers.expressions import execute, select, with_steps
from xlfuncs.ledgers.ledger import ANSWERED, Source
from xlfuncs.ledgers.price_table import PriceTable, build_price_table
from xlfuncs.ledgers.query import format_remark, select_answers
from xlfuncs.pricing.contract import Contract, Counted, PartUnits, Row, Service
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import PriceBook

TOLD = ("kind", "price", "unit_price", "source", "reason")
CONTRACT = exp.column("contract_number")


def query_of(table: PriceTable, relation: exp.Expr, *further: str) -> exp.Select:
    """The query for a ledger whose columns are c1 to c3, and the number of the contract."""
    source = Source(list("qds"), relation)
    ledger = source.ledger(Columns(0, (1,), 2), Style(), table)
    if len(table.contracts) > 1:
        ledger = replace(ledger, contract=CONTRACT)
    columns = map(exp.column, (*TOLD, *further))
    steps = select_answers(ledger, table, look_up(table))
    return with_steps(select(*columns, format_remark(ledger), of=ANSWERED), steps)


def answers(
    contracts: Sequence[Contract], lines: Sequence[tuple[int | None, Line]], folder: Path
) -> list[tuple]:
    """What is said of lines, each with the number of its contract."""
    rows = [(place, number, *line) for place, (number, line) in enumerate(lines)]
    names = ["place", CONTRACT.name, "c1", "c2", "c3", "c4"]
    relation = exp.values(rows, alias="ledger", columns=names)
    table = build_price_table(contracts)
    asked = query_of(table, relation).order_by("place")
    with connect(table, folder) as database:
        return [found[:-1] for found in execute(database, asked).fetchall()]


# Long lists.


@pytest.mark.parametrize("services", [8, 40])
def test_a_list_of_many_services_is_searched_as_the_core_does(
    services: int, tmp_path: Path
) -> None:
    """Where an order of quantities and one of days are both long, and some lines have wide ones."""
    contract = many_services(services, 30, 20)
    table = build_price_table(contract)
    assert not table.plain
    assert table.stages == 2
    days = [date(2000, 1, 1), *(row.purchased_from for row in contract.rows if row.has_window)]
    lines: list[Line] = [
        (f"{number % 310}", f"{days[number % len(days)]}", f"service {number % services + 1}", None)
        for number in range(1_000)
    ]
    book = PriceBook(contract)
    found = answers([contract], [(None, line) for line in lines], tmp_path)
    for line, answer in zip(lines, found, strict=True):
        assert Told(*answer) == told(book, line, None), line


def test_twice_the_services_are_twice_the_work() -> None:
    def build(contract: Contract) -> None:
        table = build_price_table(contract)
        list(table.line_rows())
        list(table.place_rows())

    few, many = (calls_of(build, many_services(count, 20, 20)) for count in (20, 40))
    assert many < GROWTH * few, (few, many)


def test_a_statement_has_no_more_conditions_for_more_services() -> None:
    """Each would be looked at for every line of a ledger."""
    few, many = (
        sum(1 for _ in query_of(table, exp.to_table("ledger")).find_all(exp.If))
        for table in (build_price_table(many_services(count, 20, 20)) for count in (30, 60))
    )
    assert few == many


def test_no_part_has_more_places_than_are_quickly_compared(tmp_path: Path) -> None:
    table = build_price_table(many_services(50, 100, 100))
    with connect(table, tmp_path) as database:
        counted = "SELECT COUNT(*) FROM xlfuncs_places GROUP BY stage, in_part"
        sizes = [count for (count,) in database.execute(counted).fetchall()]
    assert max(sizes) < 64
    assert sum(sizes) < 1.2 * len(table.lines)


# Several contracts.


def test_random_lines_of_several_random_contracts_agree_with_each(
    ledger_contracts: int, tmp_path: Path
) -> None:
    @settings(max_examples=ledger_contracts)
    @given(st.lists(contracts(), min_size=2, max_size=4), seeded)
    def agree(some: list[Contract], random: object) -> None:
        priced = [contract._replace(currency="USD") for contract in some]
        numbers = [random.randint(1, len(priced)) for _ in range(60)]  # type: ignore[attr-defined]
        lines = [(number, random_line(random, priced[number - 1])) for number in numbers]  # type: ignore[arg-type]
        books = [PriceBook(contract) for contract in priced]
        for (number, line), answer in zip(lines, answers(priced, lines, tmp_path), strict=True):
            expected = told(books[number - 1], (*line[:3], None), None)
            assert_agrees(Told(*answer), expected._replace(difference=None), line)

    agree()


def assert_agrees(found: Told, expected: Told, line: Line) -> None:
    """Some reasons are worded in a ledger alone."""
    if expected.reason is None and expected.kind != "price":
        assert found.reason, line
        found = found._replace(reason=None)
    assert found == expected, line


def offering(name: str, price: int, *services: str, **more: str) -> Contract:
    """A contract that offers services for a price each."""
    rows = [row(0, 1, "or more", "per unit", price)._replace(service=each) for each in services]
    return Contract(name, name.upper(), tuple(map(Service, services)), tuple(rows), **more)  # type: ignore[arg-type]


def test_a_service_is_one_of_the_contract_of_its_line(tmp_path: Path) -> None:
    some = [offering("one", 2, "Scanning"), offering("two", 3, "Support", "Scanning")]
    day = "2020-06-15"

    def ask(number: int | None, service: str | None) -> tuple:
        [(kind, price, *_, reason)] = answers(some, [(number, ("1", day, service, None))], tmp_path)
        return kind, price, reason

    assert ask(1, "scanning") == ("price", 2, None)
    assert ask(2, " SCANNING") == ("price", 3, None)
    assert ask(1, None) == ask(1, "") == ask(1, "  ") == ("price", 2, None)
    unnamed = "no service is given; expected 'Support' or 'Scanning'"
    assert ask(2, None) == ask(2, "") == ("bad input", None, unnamed)
    other = "service is 'Support'; expected 'Scanning'"
    assert ask(1, "Support") == ("bad input", None, other)
    assert ask(None, "Scanning")[:2] == ask(0, "Scanning")[:2] == ("bad input", None)


def test_without_the_number_of_its_contract_no_line_is_priced() -> None:
    table = build_price_table([offering("one", 2, "Scanning"), offering("two", 3, "Scanning")])
    text = cell_texts.name_cell(sql.convert("Scanning"), table.all_services)
    found = cell_texts.find_service(text, table.services).sql("duckdb")
    assert duckdb.sql(f"SELECT {found}").fetchall() == [(None,)]


def test_contracts_of_several_currencies_are_refused() -> None:
    one, other = offering("one", 2, "A", currency="USD"), offering("two", 2, "A", currency="EUR")
    assert len(build_price_table([one, one]).services) == 2
    for several in ([one, one, other], [offering("none", 2, "A"), one]):
        with pytest.raises(BadInput, match="several currencies"):
            build_price_table(several)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SA-1", 1),
        (" sa-1  ", 1),
        ("Qualys,\tInc.", 1),
        ("QUALYS", 1),
        ("zürich ag", 2),
        ("ZÜRICH AG", 2),
        ("SA-3", 0),
        ("SA", 0),
        ("", None),
        (" \xa0", None),
        (None, None),
    ],
)
def test_a_contract_is_found_by_any_of_its_names(text: str | None, number: int | None) -> None:
    keys = [["SA-1", "Qualys, Inc.", "QUALYS", ""], ["SA-2", "Zürich AG", "Sa-2"]]
    found = cell_texts.find_contract(
        sql.cast(sql.convert(text) if text else exp.null(), "VARCHAR"), keys
    )
    if text == "":
        found = cell_texts.find_contract(sql.convert(""), keys)
    assert duckdb.sql(f"SELECT {found.sql('duckdb')}").fetchall() == [(number,)]


def test_a_name_of_two_contracts_tells_neither() -> None:
    one, two = offering("one", 2, "Scanning"), offering("two", 3, "Scanning")
    parties = ("State of Ohio", "Acme"), (" STATE  of Ohio", "Zeta")
    table = build_price_table(
        [each._replace(parties=names) for each, names in zip((one, two), parties, strict=True)]
    )
    for names, (own, other) in zip(
        table.contract_names, (("Acme", "Zeta"), ("Zeta", "Acme")), strict=True
    ):
        assert own in names
        assert other not in names
        assert not any("ohio" in name.lower() for name in names)


# Purchases that add up.


def lines_of(service: Service, *rows: Row) -> PriceTable:
    return build_price_table(Contract("Test", "T", (service,), rows))


def test_a_line_says_how_purchases_add_up() -> None:
    scanning = Service("Scanning", "IPs", counted=Counted.YEAR)
    rows = (
        row(0, 1, 10, "graduated", 3),
        row(0, 11, 20, "per unit", 2, minimum=Decimal(25)),
        row(0, 21, 30, "package", 50),
        row(0, 31, 40, "withdrawn"),
        row(1, 11, 20, "discount", 10),
    )
    table = lines_of(scanning, *rows)
    day = date(2020, 6, 15).toordinal()
    found = {
        (each.first, each.last): table.lines[each.number - 1]
        for each in table.searches[0].root.lines
        if each.since <= day <= each.until
    }
    said = {counts: (line.adds_up, line.total_rate) for counts, line in found.items()}
    assert said == {
        (0, 0): ("", None),
        (1, 10): ("graduated", 3),
        (11, 12): ("per unit", 2),
        (13, 20): ("per unit", 2),
        (21, 30): ("other", 0),
        (31, 40): ("", None),
        (41, 10**15): ("", None),
    }
    bounded = found[11, 12]
    assert (bounded.fixed, bounded.minimum, bounded.left_of_price) == (
        Decimal("22.5"),
        25,
        Decimal("0.9"),
    )


def test_neighbours_that_add_up_differently_are_not_one_line() -> None:
    """They cost the same, and are cited in the same words."""
    rows = (row(0, 0, 10, "graduated", 2), row(0, 11, "or more", "per unit", 2))
    counted = Service("Scanning", "IPs", counted=Counted.TERM)
    assert len(lines_of(counted, *rows).lines) == 1 + len(
        lines_of(Service("Scanning"), *rows).lines
    )


def test_only_a_list_that_adds_up_has_columns_for_it() -> None:
    prices = row(0, 0, "or more", "per unit", 2)
    by_purchase, by_year = (
        lines_of(Service("Scanning", "IPs", counted=counted), prices)
        for counted in (Counted.PURCHASE, Counted.YEAR)
    )
    assert "adds_up" not in sql.column_types(by_purchase)
    assert sql.column_types(by_year)["adds_up"] == "VARCHAR"
    assert all(len(each) == len(by_year.line_columns) for each in by_year.line_rows())


def test_steps_of_many_services_are_counted_by_kind(tmp_path: Path) -> None:
    """As are the words for part of a step."""
    services = [
        Service(f"S{number}", "IPs", Decimal(1 + number % 2), list(PartUnits)[number % 5])
        for number in range(40)
    ]
    rows = [row(0, 0, "or more", "per unit", 2)._replace(service=each.name) for each in services]
    contract = Contract("Test", "T", tuple(services), tuple(rows))
    lines: list[Line] = [
        (quantity, "2020-06-15", each.name, None)
        for each in services
        for quantity in ("4", "5", "4.5", "-1")
    ]
    book = PriceBook(contract)
    found = answers([contract], [(None, line) for line in lines], tmp_path)
    for line, answer in zip(lines, found, strict=True):
        assert_agrees(Told(*answer), told(book, line, None), line)

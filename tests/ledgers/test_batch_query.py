"""Ledgers: the database says of every line what the core says."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from sqlglot import exp

from tests.support.contracts_in_code import row
from tests.support.expected_ledger_answers import Told, told
from tests.support.random_contracts import contracts
from tests.support.random_ledgers import Ledger, Line, extreme_ledgers, ledgers
from xlfuncs.ledgers import expressions
from xlfuncs.ledgers.columns import Columns, Dates, Style, find_columns
from xlfuncs.ledgers.database import connect, look_up
from xlfuncs.ledgers.expressions import MONEY, NULL, cast, execute, select, with_steps
from xlfuncs.ledgers.ledger import ANSWERED, Source
from xlfuncs.ledgers.price_table import PriceTable, build_price_table
from xlfuncs.ledgers.priced_files import make_harmless
from xlfuncs.ledgers.query import format_remark, select_answers
from xlfuncs.pricing.contract import Contract, Service
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import PriceBook

PLAIN = Style()
TOLD = (
    "kind, price, unit_price, source, reason, "
    "CASE WHEN credit THEN paid + price ELSE paid - price END"
)


def query_of(
    relation: exp.Expr, table: PriceTable, style: Style, told: str, *further: exp.Expr
) -> exp.Select:
    """The query for a ledger with the columns c1 to c4, by the look-up of a batch."""
    source = Source(list("qdsp"), relation)
    ledger = source.ledger(Columns(0, (1,), 2, 3), style, table)
    columns = [*map(exp.maybe_parse, told.split(", ")), *further, format_remark(ledger)]
    steps = select_answers(ledger, table, look_up(table))
    return with_steps(select(*columns, of=ANSWERED), steps)


def answers(
    contract: Contract,
    lines: list[Line],
    folder: Path,
    known_on: date | None = None,
    style: Style = PLAIN,
    told: str = TOLD,
) -> list[tuple]:
    """What the query says of the lines, in their order."""
    rows = [(number, *line) for number, line in enumerate(lines)]
    relation = exp.values(rows, alias="ledger", columns=["number", "c1", "c2", "c3", "c4"])
    table = build_price_table(contract, known_on)
    asked = query_of(relation, table, style, told).order_by("number")
    with connect(table, folder) as database:
        return [found[:-1] for found in execute(database, asked).fetchall()]


@pytest.mark.parametrize(
    ("parts", "places", "services"),
    [(512, 32, 16), (1, 32, 16), (5, 2, 16), (512, 32, 1), (1, 3, 1)],
)
def test_random_lines_of_random_contracts_agree_with_the_core(
    parts: int,
    places: int,
    services: int,
    ledger_contracts: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many parts a list may have, places a part, and services a comparison."""
    monkeypatch.setattr("xlfuncs.ledgers.price_table.MOST_PARTS", parts)
    monkeypatch.setattr("xlfuncs.ledgers.price_search.MOST_PLACES_COMPARED", places)
    monkeypatch.setattr("xlfuncs.ledgers.expressions.MOST_SERVICES_COMPARED", services)

    @settings(max_examples=ledger_contracts)
    @given(ledgers(contracts(), 100))
    def agree(ledger: Ledger) -> None:
        book = PriceBook(ledger.contract)
        found = answers(ledger.contract, ledger.lines, tmp_path, ledger.known_on)
        for line, answer in zip(ledger.lines, found, strict=True):
            assert_agrees(Told(*answer), told(book, line, ledger.known_on), line)

    agree()


def test_lines_of_the_most_extreme_contracts_agree_with_the_core(
    ledger_contracts: int, tmp_path: Path
) -> None:
    @settings(max_examples=3 * ledger_contracts)
    @given(extreme_ledgers(40))
    def agree(ledger: Ledger) -> None:
        book = PriceBook(ledger.contract)
        found = answers(ledger.contract, ledger.lines, tmp_path)
        for line, answer in zip(ledger.lines, found, strict=True):
            assert_agrees(Told(*answer), told(book, line, None), line)

    agree()


def assert_agrees(found: Told, expected: Told, line: Line) -> None:
    """Some reasons are worded in a ledger alone."""
    if expected.reason is None and expected.kind != "price":
        assert found.reason, line
        found = found._replace(reason=None)
    assert found == expected, line


def test_a_step_of_a_thousandth_has_whole_prices(tmp_path: Path) -> None:
    contract = Contract(
        "Gold",
        "G",
        (Service("Gold", "kg", Decimal("0.001")),),
        (row(0, 0, "or more", "per unit", 60_000)._replace(service="Gold"),),
    )
    [answer] = answers(contract, [("0.125", "2020-06-01", None, None)], tmp_path)
    assert answer[:2] == ("price", 7500)


def test_a_price_that_is_the_largest_when_it_is_rounded_is_too_large(tmp_path: Path) -> None:
    largest = row(0, 1, "or more", "additional", 10**15 - 1, "0.4975")
    contract = Contract("Test", "T", (Service("Scanning"),), (largest,))
    lines: list[Line] = [(quantity, "2020-06-01", None, None) for quantity in ("3", "2")]
    [(refused, none, *_), (priced, price, *_)] = answers(contract, lines, tmp_path)
    assert (refused, none) == ("bad input", None)
    assert (priced, price) == ("price", Decimal("999999999999999.50"))


def test_no_line_is_priced_without_a_price(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where an engine gives null for what it cannot hold."""
    monkeypatch.setattr(expressions, "calculate_price", lambda table: cast(NULL, MONEY))
    words = "the price has more digits than the database can hold; price it by itself"
    line = ("10", "2020-06-01", None, "25")
    told = "price, kind, reason, because"
    expected = (None, "bad input", words, "the price has too many digits")
    assert one(line, tmp_path, told=told) == expected
    assert one(("9", "2020-06-01", None, None), tmp_path, told="kind") == ("no price",)


def test_nothing_in_a_priced_ledger_is_a_join_which_would_lose_the_order(tmp_path: Path) -> None:
    @settings(max_examples=5)
    @given(contracts())
    def has_no_join(contract: Contract) -> None:
        table = build_price_table(contract)
        with connect(table, tmp_path) as database:
            database.execute(
                "CREATE TABLE ledger AS SELECT * FROM (VALUES ('1', '2', '3', '4')) AS given "
                "(c1, c2, c3, c4), RANGE(100000)"
            )
            harmless = make_harmless(exp.column("c1"))
            asked = query_of(exp.to_table("ledger"), table, PLAIN, TOLD, harmless)
            explained = f"EXPLAIN {asked.sql(dialect='duckdb')}"
            [(_, plan)] = database.execute(explained).fetchall()
            assert "projection" in plan.lower()
            assert "join" not in plan.lower()

    has_no_join()


def one(
    line: Line,
    tmp_path: Path,
    style: Style = PLAIN,
    told: str = TOLD,
    step: str = "1",
    currency: str = "",
) -> tuple:
    """What is said of one line of a contract that prices 10 to 20 units at 2.50 each."""
    contract = Contract(
        "Test",
        "T",
        (Service("Scanning", "IPs", Decimal(step)),),
        (row(0, 10, 20, "per unit", "2.5"),),
        currency=currency,
    )
    [answer] = answers(contract, [line], tmp_path, style=style, told=told)
    return answer


@pytest.mark.parametrize(
    ("dates", "written", "day"),
    [
        (Dates.ISO, "2020-06-01", date(2020, 6, 1)),
        (Dates.ISO, "2020-06-01T23:59:59.999", date(2020, 6, 1)),
        (Dates.ISO, "2020-06-01T23:59:59Z", None),
        (Dates.ISO, "2020-06-01 24:00", None),
        (Dates.ISO, "2020-06-01 10:60", None),
        (Dates.ISO, "06/01/2020", None),
        (Dates.MDY, "06/01/2020", date(2020, 6, 1)),
        (Dates.MDY, "6-1-2020", date(2020, 6, 1)),
        (Dates.MDY, "06/01/2020 2:30 PM", date(2020, 6, 1)),
        (Dates.MDY, "06/01/2020 9:30", date(2020, 6, 1)),
        (Dates.MDY, "06/01/2020 25:00", None),
        (Dates.MDY, "06/01/2020 noon", None),
        (Dates.MDY, "13/01/2020", None),
        (Dates.MDY, "06/01/2020  2:30:00 p.m.", date(2020, 6, 1)),
        (Dates.MDY, "2020-06-01", date(2020, 6, 1)),
        (Dates.DMY, "2020-06-01 12:30 AM", date(2020, 6, 1)),
        (Dates.DMY, "2020-6-1", None),
        (Dates.ISO, "2020-06-01T14:00 PM", date(2020, 6, 1)),
        (Dates.ISO, "2020-06-01T14:00+02:00", None),
        (Dates.ISO, "20-Mar-2026", date(2026, 3, 20)),
        (Dates.MDY, "20-Mar-2026 10:15", date(2026, 3, 20)),
        (Dates.ISO, "20/mar/2026", date(2026, 3, 20)),
        (Dates.DMY, "Mar 20, 2026", date(2026, 3, 20)),
        (Dates.ISO, "March 5,2026 9:30 AM", date(2026, 3, 5)),
        (Dates.ISO, "20 SEPTEMBER 2026", date(2026, 9, 20)),
        (Dates.ISO, "1st Sept. 2026", date(2026, 9, 1)),
        (Dates.ISO, "31 Jun 2026", None),
        (Dates.ISO, "20 Mars 2026", None),
        (Dates.ISO, "20 Mar 20266", None),
        (Dates.ISO, "Mar 2026", None),
        (Dates.DMY, "06.01.2020", date(2020, 1, 6)),
        (Dates.DMY, "31/6/2020", None),
        (Dates.ISO, "1905-03-13", date(1905, 3, 13)),
        (Dates.ISO, "1906-01-08", date(1906, 1, 8)),
    ],
)
def test_days_are_read_as_said_and_never_guessed(
    dates: Dates, written: str, day: date | None, tmp_path: Path
) -> None:
    style = Style(dates)
    line = ("10", written, None, None)
    found, kind, reason = one(line, tmp_path, style, "day, kind, reason")
    assert found == day
    assert (kind == "bad input") == (day is None)
    if day is None:
        expected = f"; expected a date such as {dates.example}, on or after 1900-03-01"
        assert reason == f"purchase date is '{written}'{expected}"


@pytest.mark.parametrize("written", ["2020", " 2020 ", "2020.0", "1900", "2199"])
def test_a_year_is_no_day(written: str, tmp_path: Path) -> None:
    kind, reason = one(("10", written, None, None), tmp_path, told="kind, reason")
    assert (kind, reason) == (
        "bad input",
        f"purchase date is '{written}', and a year is not a date; expected a date such as "
        "2013-12-20, on or after 1900-03-01",
    )


@pytest.mark.parametrize("written", ["1905-03-14", "1906-01-07 10:00"])
def test_a_day_that_a_spreadsheet_shows_for_a_year_is_refused(written: str, tmp_path: Path) -> None:
    kind, reason = one(("10", written, None, None), tmp_path, told="kind, reason")
    assert (kind, reason) == (
        "bad input",
        f"purchase date is '{written}', which a spreadsheet cannot tell from a year between 1900 "
        "and 2199; expected a later or earlier date",
    )


def test_decimal_commas_are_read_where_they_are_said(tmp_path: Path) -> None:
    comma = Style(decimal=",")
    line = ("10,0", "2020-06-01", None, "25,50")
    assert one(line, tmp_path, comma, "price, paid - price") == (25, 0.5)
    assert one(line, tmp_path, told="kind") == ("bad input",)
    pointed = ("10", "2020-06-01", None, "25.50")
    words = "amount paid is '25.50'; expected an amount such as 255000,00"
    assert one(pointed, tmp_path, comma, "price, paid, unpaid") == (25, None, words)


@pytest.mark.parametrize(
    ("style", "written", "quantity"),
    [
        (Style(thousands=","), "1,234", 1234),
        (Style(thousands=","), "-1,234,567.50", Decimal("-1234567.5")),
        (Style(thousands=","), "1234.5", Decimal("1234.5")),
        (Style(thousands=","), "12,34", None),
        (Style(thousands=","), "1234,567", None),
        (Style(thousands=","), ",123", None),
        (Style(thousands=","), "1,234,", None),
        (Style(decimal=",", thousands="."), "1.234,5", Decimal("1234.5")),
        (Style(decimal=",", thousands="."), "1.234", 1234),
        (Style(decimal=",", thousands="."), "1.23", None),
        (Style(decimal=",", thousands="."), "1,234.5", None),
        (PLAIN, "1,234", None),
        (PLAIN, "1,234.5", Decimal("1234.5")),
        (PLAIN, "1,234,567", 1_234_567),
        (PLAIN, "1,234,567.25", Decimal("1234567.25")),
        (PLAIN, "0,234.5", None),
        (PLAIN, "1,23,456", None),
        (PLAIN, "1.234,50", None),
        (PLAIN, "1.234.567", None),
        (PLAIN, "281.250", Decimal("281.25")),
        (Style(thousands=","), "0,125", None),
        (Style(decimal=","), "1.234", None),
        (Style(decimal=","), "1.234,5", Decimal("1234.5")),
        (Style(decimal=","), "1.234.567", 1_234_567),
        (Style(decimal=","), "1,234.50", None),
        (PLAIN, "(1,234.50)", Decimal("-1234.5")),
        (PLAIN, "1,234.50-", Decimal("-1234.5")),
        (PLAIN, "\u22121234", -1234),
        (PLAIN, " 1234 \u2212 ", -1234),
        (PLAIN, "\u202f1234\u00a0", 1234),
        (PLAIN, "(-5)", None),
        (PLAIN, "-5-", None),
        (PLAIN, "(5", None),
        (PLAIN, "5)", None),
        (PLAIN, "--5", None),
        (PLAIN, "+5", None),
    ],
)
def test_thousands_are_separated_where_that_is_said(
    style: Style, written: str, quantity: object, tmp_path: Path
) -> None:
    line = (written, "2020-06-01", None, written)
    found, paid = one(line, tmp_path, style, "stated, paid", step="0.000001")
    assert (found, paid) == (quantity, quantity)


@pytest.mark.parametrize(
    ("paid", "difference"),
    [
        ("25.005", "0.01"),
        ("25.00499999999999999999", "0.00"),
        ("25.004999999999999999999999", None),
        ("9999999999999999.99", "9999999999999974.99"),
        ("9999999999999999", "9999999999999974.00"),
        ("9999999999999999.995", None),
        ("10000000000000000", None),
    ],
)
def test_an_amount_is_compared_to_the_cent(
    paid: str, difference: str | None, tmp_path: Path
) -> None:
    line = ("10", "2020-06-01", None, paid)
    assert one(line, tmp_path, told="CAST(paid - price AS VARCHAR)") == (difference,)


def test_a_price_of_too_many_digits_is_refused(tmp_path: Path) -> None:
    contract = Contract(
        "Test", "T", (Service("Scanning"),), (row(0, 1, "or more", "per unit", 300),)
    )
    lines: list[Line] = [
        ("3333333333333", "2020-06-01", None, None),
        ("3333333333334", "2020-06-01", None, None),
    ]
    [(priced, price, *_), (refused, none, *_)] = answers(contract, lines, tmp_path)
    assert (priced, price) == ("price", 999_999_999_999_900)
    assert (refused, none) == ("bad input", None)


def test_a_column_that_is_not_there_is_asked_for() -> None:
    with pytest.raises(BadInput, match="no column is titled 'purchased'; name it with --purchased"):
        find_columns(["Quantity", "When"], {})
    with pytest.raises(BadInput, match="2 columns are titled 'Quantity' and 'QUANTITY', and"):
        find_columns(["Quantity", "QUANTITY", "Date"], {})
    with pytest.raises(BadInput, match="has columns 'Amount' and 'Total'; choose one"):
        find_columns(["Quantity", "Date", "Total", "Amount"], {})
    with pytest.raises(BadInput, match="column 'Qty' is taken for --quantity and for --paid; name"):
        find_columns(["Qty", "Date"], {"paid": "qty"})
    assert find_columns(["Qty", "Quantity", "Date"], {}) == Columns(1, (2,))
    assert find_columns(["n", "When"], {"quantity": "N", "purchased": "when"}) == Columns(0, (1,))


@pytest.mark.parametrize("dates", Dates)
@pytest.mark.parametrize("written", ["3/15/26", "15.3.26 10:00", "15-Mar-26", "Mar 15, 26"])
def test_a_year_of_two_digits_is_refused_with_the_way_out(
    dates: Dates, written: str, tmp_path: Path
) -> None:
    found = one(("10", written, None, None), tmp_path, Style(dates), "day, kind, reason")
    words = f"purchase date is '{written}'; write the year with four digits"
    assert found == (None, "bad input", words)


@pytest.mark.parametrize(
    ("currency", "written", "paid"),
    [
        ("USD", "$25.50", "25.50"),
        ("USD", "$ 1,234.50", "1234.50"),
        ("USD", "US$25", "25.00"),
        ("USD", "USD 25.5", "25.50"),
        ("USD", "25.50usd", "25.50"),
        ("USD", "$25.50 USD", "25.50"),
        ("USD", "-$25.50", "-25.50"),
        ("USD", "$-25.50", "-25.50"),
        ("USD", "($25.50)", "-25.50"),
        ("USD", "$ (25.50) ", "-25.50"),
        ("USD", "(25.50 USD)", "-25.50"),
        ("USD", "25.50 USD-", "-25.50"),
        ("USD", "25.50- USD", "-25.50"),
        ("USD", "\u2212$25.50", "-25.50"),
        ("CAD", "C$25.50", "25.50"),
        ("CAD", "$25.50", "25.50"),
        ("EUR", "25.50 \u20ac", "25.50"),
        ("EUR", "\u20ac25.50", "25.50"),
        ("CHF", "Fr. 25.50", "25.50"),
        ("GBP", "\u00a325.50", "25.50"),
        ("GBP", "$25.50", None),
        ("CAD", "US$25.50", None),
        ("USD", "EUR 25.50", None),
        ("EUR", "25.50 $", None),
        ("", "$25.50", None),
        ("", "25.50 EUR", None),
        ("USD", "$$25.50", None),
        ("USD", "$", None),
        ("USD", "USD", None),
        ("USD", "$25.50 each", None),
        ("USD", "$1,200", None),
        ("USD", "$25.50.10", None),
        ("USD", "$9999999999999999.994", "9999999999999999.99"),
        ("USD", "$9999999999999999.995", None),
    ],
)
def test_an_amount_may_be_in_the_currency_of_the_contract_and_in_no_other(
    currency: str, written: str, paid: str | None, tmp_path: Path
) -> None:
    line = ("10", "2020-06-01", None, written)
    told = "CAST(paid AS VARCHAR), price, unpaid"
    found, price, unpaid = one(line, tmp_path, told=told, currency=currency)
    assert (found, price) == (paid, 25)
    assert (unpaid is None) == (paid is not None)


@pytest.mark.parametrize(
    ("currency", "written", "words"),
    [
        ("USD", "EUR 25.50", "expected an amount such as 255000.00, in USD"),
        ("USD", "25.50 \u20ac", "expected an amount such as 255000.00, in USD"),
        (
            "",
            "($25.50)",
            "expected an amount such as 255000.00; enter the currency in the contract, which "
            "states none",
        ),
        ("USD", "$1,200", "if ',' separates thousands there, use --thousands"),
        ("USD", "TBD", "expected an amount such as 255000.00"),
    ],
)
def test_what_is_wrong_with_an_amount_says_what_to_do(
    currency: str, written: str, words: str, tmp_path: Path
) -> None:
    line = ("10", "2020-06-01", None, written)
    found = one(line, tmp_path, told="unpaid", currency=currency)
    assert found == (f"amount paid is '{written}'; {words}",)


UNITS = Contract(
    "Test",
    "T",
    (Service("Storage", "GB"), Service("Scanning", "licences"), Service("Advice")),
    (row(0, 0, "or more", "per unit", 1)._replace(service="Storage"),),
)


@pytest.mark.parametrize(
    ("service", "written", "quantity"),
    [
        ("Storage", "250 GB", 250),
        ("Storage", "250GB", 250),
        ("Storage", "250 GBs", 250),
        ("Storage", "1,250.00 GB", 1250),
        ("Storage", "(250) GB", -250),
        ("Storage", "-250 GB", -250),
        ("Storage", "250 Gb", None),
        ("Storage", "250 TB", None),
        ("Storage", "250 GB\nTB", None),
        ("Storage", "250 licences", None),
        ("Storage", "250 000", None),
        ("Storage", "GB 250", None),
        ("Scanning", "250 Licence", 250),
        ("Scanning", "250 LICENCES\u00a0", 250),
        ("Scanning", "250 GB", None),
        ("Advice", "250 hours", None),
        ("Advice", "250", 250),
    ],
)
def test_a_quantity_may_have_the_unit_of_its_service_behind_it_and_no_other(
    service: str, written: str, quantity: int | None, tmp_path: Path
) -> None:
    line = (written, "2020-06-01", service, None)
    [found] = answers(UNITS, [line], tmp_path, told="stated, reason")
    assert found[0] == quantity
    if quantity is None:
        assert found[1].startswith(f"quantity is '{written}'; expected digits such as 100000 or ")


def test_the_unit_of_a_service_that_there_is_not_is_not_what_is_wrong(tmp_path: Path) -> None:
    line = ("250 hours", "2020-06-01", "Storrage", None)
    [(because,)] = answers(UNITS, [line], tmp_path, told="because")
    assert because == "the contract has no such service"


def test_the_first_day_that_is_not_blank_counts_and_the_reason_tells_of_another(
    tmp_path: Path,
) -> None:
    contract = Contract("T", "T", (Service("Scanning"),), (row(0, 0, 20, "per unit", 1),))
    lines = [
        ("2020-06-01", "2020-07-01"),
        (" ", "2020-07-01"),
        (None, "2020-07-01"),
        ("soon", "2020-07-01"),
        (None, None),
    ]
    relation = exp.values(
        [(number, "10", *days) for number, days in enumerate(lines)],
        alias="ledger",
        columns=["number", "c1", "c2", "c3"],
    )
    source = Source(["Qty", "Bought", "Entered"], relation)
    table = build_price_table(contract)
    ledger = source.ledger(Columns(0, (1, 2)), PLAIN, table)
    with connect(table, tmp_path) as database:
        steps = select_answers(ledger, table, look_up(table))
        columns = [exp.column("day"), format_remark(ledger)]
        asked = with_steps(select(*columns, of=ANSWERED), steps).order_by("number")
        found = execute(database, asked).fetchall()
    expected = "; expected a date such as 2013-12-20, on or after 1900-03-01"
    assert found == [
        (date(2020, 6, 1), None),
        (date(2020, 7, 1), "purchase date from 'Entered'"),
        (date(2020, 7, 1), "purchase date from 'Entered'"),
        (None, f"purchase date is 'soon'{expected}"),
        (None, f"purchase date is blank{expected}"),
    ]

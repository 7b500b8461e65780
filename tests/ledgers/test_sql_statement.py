"""The statement that `xlfuncs sql` prints, on the engines: it says what the core says."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.contract_of_all_charges import CASES, CONTRACT, QUOTED, SOURCE
from tests.support.contracts_in_code import row
from tests.support.expected_ledger_answers import Told, told
from tests.support.random_contracts import contracts
from tests.support.random_ledgers import Ledger, Line, extreme_ledgers, ledgers
from tests.support.sql_engines import Answers, Columns, DuckDB, Engine, Spark
from xlfuncs.api import LoadedContract
from xlfuncs.cli import main
from xlfuncs.pricing.contract import Billed, Contract, PartUnits, Service
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import PriceBook

ADDED = ("answer", "price", "unit_price", "source", "reason", "difference")
NAMED = ("--quantity", "q", "--purchased", "day", "--service", "service", "--paid", "price")
TEXTS: Columns = {"number": "INT", **dict.fromkeys(("q", "day", "service", "price"), "STRING")}

ONE = Contract("One", "ONE", (Service("Scanning", "IPs"),), (row(0, 0, 20, "per unit", "2.5"),))
"""It prices up to 20 units at 2.50 each."""

READ_OTHERWISE = {
    "a line that ends otherwise",
    "a time of day",
    "a time with a zone",
    "other digits",
}
"""Cases in which the core is not asked with the text in a ledger."""

SETTINGS = {
    "spark": {},
    "spark without ansi": {"spark.sql.ansi.enabled": "false"},
    "spark of old": {
        "spark.sql.ansi.enabled": "false",
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
        "spark.sql.legacy.consecutiveStringLiterals.enabled": "true",
        "spark.sql.legacy.typeCoercion.datetimeToString.enabled": "true",
        "spark.sql.parser.escapedStringLiterals": "true",
    },
}
"""Settings of Spark under which the statement means the same."""

EXPECTED = "expected an amount such as 255000.00"
UNPAID = (
    *(f"{EXPECTED}{more}" for more in (", in USD", ", in EUR")),
    *(f"{EXPECTED}; enter the currency in the contract, which states none", EXPECTED),
    "if ',' separates thousands there, use --thousands",
)
"""What is said of an amount that cannot be read, the longest first."""

Print = Callable[..., str]


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Print:
    """What the command prints for a contract."""

    def run(contract: Contract, dialect: str, *options: str) -> str:
        monkeypatch.setattr("xlfuncs.cli.sql.load", lambda path: LoadedContract(path, contract))
        status = main(["sql", "-c", "contract.toml", "--dialect", dialect, *options])
        out, err = capsys.readouterr()
        assert (status, err) == (0, "")
        return out

    return run


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return DuckDB() if request.param == "duckdb" else request.getfixturevalue("spark")


@pytest.fixture(params=["duckdb", "spark", "spark without ansi", "spark of old"])
def engine_as_set(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine, and Spark with settings that make it read and reckon in other ways."""
    if request.param == "duckdb":
        yield DuckDB()
        return
    spark: Spark = request.getfixturevalue("spark")
    with spark.set(SETTINGS[request.param]):
        yield spark


def tell(found: dict[str, Any]) -> Told:
    return Told(*(found[f"contract_{name}"] for name in ADDED))


def assert_agrees(found: Told, expected: Told, line: Line) -> None:
    """What is said of an amount that cannot be read comes beside what is said of the price."""
    reason, paid = found.reason or "", line[3]
    if (paid or "").strip() and reason.startswith(f"amount paid is '{paid}'; "):
        reason = reason.removeprefix(f"amount paid is '{paid}'; ")
        words = next(filter(reason.startswith, UNPAID))
        reason = reason.removeprefix(words).removeprefix("; ")
    if expected.reason is None and expected.kind != Outcome.PRICE:
        assert reason, line
        reason = ""
    assert found._replace(reason=reason or None) == expected, line


def test_random_lines_of_random_contracts_agree_with_the_core(
    ledger_contracts: int,
    ledger_lines: int,
    printed: Print,
    spark: Spark,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @settings(max_examples=ledger_contracts)
    @given(
        ledgers(contracts(), ledger_lines),
        st.sampled_from([(512, 32, 16), (5, 32, 1), (1, 3, 1)]),
        st.sampled_from([*SETTINGS]),
    )
    def agree(ledger: Ledger, most: tuple[int, int, int], setting: str) -> None:
        parts, places, services = most
        monkeypatch.setattr("xlfuncs.ledgers.price_table.MOST_PARTS", parts)
        monkeypatch.setattr("xlfuncs.ledgers.price_search.MOST_PLACES_COMPARED", places)
        monkeypatch.setattr("xlfuncs.ledgers.expressions.MOST_SERVICES_COMPARED", services)
        known_on = ("--known-on", str(ledger.known_on)) if ledger.known_on else ()
        book = PriceBook(ledger.contract)
        for engine in (DuckDB(), spark):
            statement = printed(ledger.contract, engine.dialect, *NAMED, *known_on)
            with spark.set(SETTINGS[setting]):
                answers = ask(engine, statement, ledger.lines)
            for line, answer in zip(ledger.lines, answers, strict=True):
                assert_agrees(tell(answer), told(book, line, ledger.known_on), line)

    agree()


def test_lines_of_the_most_extreme_contracts_agree_with_the_core(
    ledger_contracts: int, printed: Print, spark: Spark
) -> None:
    """Whatever an engine does with more digits than it holds, there is nothing that has them."""

    @settings(max_examples=2 * ledger_contracts)
    @given(extreme_ledgers(40), st.sampled_from([*SETTINGS]))
    def agree(ledger: Ledger, setting: str) -> None:
        book = PriceBook(ledger.contract)
        with spark.set(SETTINGS[setting]):
            answers = ask(spark, printed(ledger.contract, spark.dialect, *NAMED), ledger.lines)
        for line, answer in zip(ledger.lines, answers, strict=True):
            assert_agrees(tell(answer), told(book, line, None), line)

    agree()


def test_no_price_is_rounded_before_the_end(engine_as_set: Engine, printed: Print) -> None:
    """Cut to six decimals, 0.004999995 is half a cent; a long unit price makes the types wide."""
    rows = row(0, 0, "0.999999", "per unit", "0.999999"), row(0, 1, 1, "per unit", 10**15 - 1)
    drops = Service("Scanning", "litres", Decimal("0.000001"))
    statement = printed(Contract("Drops", "D", (drops,), rows), engine_as_set.dialect, *NAMED)
    lines: list[Line] = [(count, "2020-06-01", None, None) for count in ("0.005", "0.005001", "1")]
    prices = [each["contract_price"] for each in ask(engine_as_set, statement, lines)]
    assert prices == [Decimal(0), Decimal("0.01"), Decimal(10**15 - 1)]


BY_THE_MILLION = row(0, 0, "or more", "per unit", "999999999.999999", per=1_000_000)
A_THIRD_OFF = row(1, 0, "or more", "discount", "33.333333", purchased_from=date(2020, 7, 1))


def test_a_unit_price_for_a_million_has_all_of_its_decimals(
    engine_as_set: Engine, printed: Print
) -> None:
    """12 of the unit price, and 8 more of what is taken off."""
    messages = Contract("Messages", "M", (Service("Scanning"),), (BY_THE_MILLION, A_THIRD_OFF))
    cheap = row(0, 0, "or more", "per unit", "0.000001", per=1_000_000)
    book = PriceBook(messages)
    for contract in (messages, messages._replace(rows=(cheap, A_THIRD_OFF))):
        book = PriceBook(contract)
        counts = ("1", "999999999999", "5000000000", "4999999999", "7500000", "7499999")
        lines: list[Line] = [
            (count, day, None, None) for count in counts for day in ("2020-06-30", "2020-07-01")
        ]
        answers = ask(engine_as_set, printed(contract, engine_as_set.dialect, *NAMED), lines)
        for line, answer in zip(lines, answers, strict=True):
            assert_agrees(tell(answer), told(book, line, None), line)
            assert answer["contract_answer"] == "price"


def test_a_price_of_more_decimals_than_an_engine_holds_is_refused(
    engine: Engine, printed: Print
) -> None:
    drops = Service("Scanning", "litres", Decimal("0.000001"))
    contract = Contract("Drops", "D", (drops,), (BY_THE_MILLION, A_THIRD_OFF))
    lines: list[Line] = [("1.000001", day, None, None) for day in ("2020-06-30", "2020-07-01")]
    one, other = map(tell, ask(engine, printed(contract, engine.dialect, *NAMED), lines))
    assert (one.kind, one.price) == ("price", Decimal("1000.00"))
    assert (other.kind, other.price, other.source) == ("bad input", None, None)
    assert (
        other.reason == "the price has more digits than the database can hold; price it by itself"
    )


@pytest.mark.parametrize("parts", [512, 2])
def test_part_of_a_unit_is_priced_where_both_whole_ones_cost_the_same(
    parts: int, engine: Engine, printed: Print, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the price list has several lines to a part of the search."""
    monkeypatch.setattr("xlfuncs.ledgers.price_table.MOST_PARTS", parts)
    calls = Service("Scanning", "calls", Decimal(10), PartUnits.NOT_SAID)
    rows = (
        row(0, 10, 50, "package", 7),
        row(0, 60, 100, "package", 7)._replace(clause="2"),
        row(0, 110, 200, "per unit", "0.5"),
        row(0, 210, 300, "per unit", "0.0001"),
        row(0, 310, 310, "not on file"),
    )
    contract = Contract("Calls", "C", (calls,), rows)
    priced = {"15": "7.00", "55.5": "7.00", "100.000001": None, "115": None, "200.5": None}
    priced |= {"211": "0.02", "245": None, "305": None, "313": None, "10": "7.00"}
    kinds = {
        quantity: "price" if price else "not determinable" for quantity, price in priced.items()
    }
    lines: list[Line] = [(each, "2020-06-15", None, None) for each in (*priced, "325", "-50", "x")]
    answers = ask(engine, printed(contract, engine.dialect, *NAMED), lines)
    book = PriceBook(contract)
    for line, answer in zip(lines, answers, strict=True):
        quantity = str(line[0])
        assert_agrees(tell(answer), told(book, line, None), line)
        if quantity in priced:
            found = answer["contract_answer"], answer["contract_price"]
            assert found == (kinds[quantity], amount(priced[quantity])), quantity
    assert answers[1]["contract_source"] == "Agreement, 1"
    assert [each["contract_answer"] for each in answers[-3:]] == ["no price", "price", "bad input"]


def test_documents_after_a_number_do_not_count(engine: Engine, printed: Print) -> None:
    rows = [row(number, 0, "or more", "per unit", 5 - number) for number in range(3)]
    part = row(1, 0, "or more", "not on file")._replace(service="Support")
    services = (Service("Scanning"), Service("Support", "", Decimal(1), PartUnits.NOT_SAID))
    contract = Contract("Test", "T", services, (*rows, part))
    lines: list[Line] = [
        ("10", "2020-06-15", "Scanning", None),
        ("1.5", "2020-06-15", "Support", None),
    ]
    for through, price in (("0", 50), ("1", 40), ("2", 30)):
        statement = printed(contract, engine.dialect, *NAMED, "--through", through)
        stood = f"documents through no. {through}"
        assert statement.startswith(f"-- Test: contract prices, {stood}\n")
        answers = ask(engine, statement, lines)
        for line, answer in zip(lines, answers, strict=True):
            assert_agrees(tell(answer), told(PriceBook(contract, int(through)), line, None), line)
        assert answers[0]["contract_price"] == price
        assert stood in answers[1]["contract_reason"]


def test_what_a_price_is_for_is_a_column_where_the_contract_says_so(
    engine: Engine, printed: Print
) -> None:
    services = (Service("Scanning", billed=Billed.MONTH), Service("Support"))
    rows = (row(0, 1, 9, "package", 5), row(0, 1, 9, "package", 6)._replace(service="Support"))
    statement = printed(Contract("Test", "T", services, rows), engine.dialect, *NAMED)
    day = "2020-06-15"
    lines: list[Line] = [("1", day, "Scanning", None), ("1", day, "Support", None)]
    answers = ask(engine, statement, [*lines, ("10", day, "Scanning", None)])
    assert [each["contract_billed"] for each in answers] == ["month", None, None]
    assert "billed" not in printed(ONE, engine.dialect, *NAMED)


def test_an_unknown_service_is_bad_input_and_names_those_there_are(
    engine: Engine, printed: Print
) -> None:
    services = tuple(Service(f"Service {number}") for number in range(23))
    contract = Contract(
        "Test", "T", services, (row(0, 1, 9, "package", 5)._replace(service="Service 0"),)
    )
    lines: list[Line] = [("1", "2020-06-15", name, None) for name in ("Cars", "Servce 0", None)]
    answers = ask(engine, printed(contract, engine.dialect, *NAMED), lines)
    assert {each["contract_answer"] for each in answers} == {"bad input"}
    expected = " or ".join(f"'Service {number}'" for number in range(20)) + " or one of 3 others"
    assert [each["contract_reason"] for each in answers] == [
        f"service is 'Cars'; expected {expected}",
        f"service is 'Servce 0'; expected {expected}",
        f"no service is given; expected {expected}",
    ]


def ask(engine: Engine, statement: str, lines: list[Line]) -> Answers:
    rows = [(number, *line) for number, line in enumerate(lines)]
    return engine.ask(statement, "ledger", TEXTS, rows)


def test_every_charge_and_every_refusal_by_name(engine_as_set: Engine, printed: Print) -> None:
    statement = printed(CONTRACT, engine_as_set.dialect, *NAMED)
    answers = ask(engine_as_set, statement, [case[:4] for case in CASES.values()])
    for (name, case), answer in zip(CASES.items(), answers, strict=True):
        found = tell(answer)
        assert (found.kind, found.price) == (case.answer, amount(case.price)), name
        assert found.difference == amount(case.difference), name
        assert (case.words or "") in (found.reason or ""), name
        assert found.reason or case.answer == "price", name
        if case.service == QUOTED:
            assert found.source == SOURCE, name


def amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def test_every_case_is_what_the_core_says() -> None:
    """So that a slip in the table is not taken for a fault of an engine."""
    book = PriceBook(CONTRACT)
    for name, case in CASES.items():
        if name not in READ_OTHERWISE:
            expected = told(book, case[:4], None)
            assert (expected.kind, expected.price) == (case.answer, amount(case.price)), name


CLASHING: Columns = {
    "number": "INT",
    "price": "DECIMAL(38,18)",
    "select": "DATE",
    'a "b" `c`.d': "DOUBLE",
    **dict.fromkeys(("quantity", "day", "cell", "kind", "reason", "t1", "c1"), "STRING"),
    **dict.fromkeys(("bought", "xlfuncs_row", "xlfuncs_table", "answer", "TYPED"), "INT"),
}


def test_no_name_of_the_users_table_is_taken_for_another(engine: Engine, printed: Print) -> None:
    named = ("--quantity", "price", "--purchased", "select", "--paid", 'a "b" `c`.d')
    options = ("--table", "global_temp.select", *named)
    row = (1, Decimal(11), date(2020, 6, 15), 27.0, *("x",) * 7, *(5,) * 5)
    statement = printed(ONE, engine.dialect, *options, "--prefix", "due ")
    [answer] = engine.ask(statement, "global_temp.select", CLASHING, [row])
    assert tuple(answer.values())[: len(row)] == row
    assert list(answer)[: len(row)] == list(CLASHING)
    assert answer["due price"] == Decimal("27.50")
    assert answer["due difference"] == Decimal("-0.50")


@pytest.mark.parametrize(
    "table",
    ["asked", "price_list", "trimmed", "written", "answered", "listed", "my ledger", "SELECT"],
)
def test_a_table_may_have_the_name_of_a_step(table: str, printed: Print) -> None:
    columns: Columns = {"quantity": "INT", "purchased": "STRING"}
    statement = printed(ONE, "duckdb", "--table", table.upper())
    [answer] = DuckDB().ask(statement, table, columns, [(10, "2020-06-15")])
    assert answer["contract_price"] == 25


NUMBERS = {
    "INT": [10, 0, None],
    "DECIMAL(20,10)": [Decimal(10), Decimal(0), Decimal("0.0000001")],
    "DECIMAL(38,18)": [Decimal(10), Decimal(0), Decimal("1E-18")],
    "DOUBLE": [10.0, 0.0, 1e-7],
    "FLOAT": [10.0, 0.0, 0.1],
}


@pytest.mark.parametrize(
    ("kind", "options"), [*((kind, ()) for kind in NUMBERS), ("DOUBLE", ("--decimal-comma",))]
)
def test_numbers_of_any_type_are_read(
    kind: str, options: tuple[str, ...], engine_as_set: Engine, printed: Print
) -> None:
    columns: Columns = {"number": "INT", "quantity": kind, "purchased": "DATE", "paid": kind}
    rows = [(n, each, date(2020, 6, 15), each) for n, each in enumerate(NUMBERS[kind])]
    statement = printed(ONE, engine_as_set.dialect, "--paid", "paid", *options)
    found = list(map(tell, engine_as_set.ask(statement, "ledger", columns, rows)))
    assert [(each.kind, each.price, each.difference) for each in found] == [
        ("price", Decimal("25.00"), Decimal("-15.00")),
        ("price", Decimal("0.00"), Decimal("0.00")),
        ("bad input", None, None),
    ]


def test_large_and_small_doubles_are_their_shortest_digits(engine: Engine, printed: Print) -> None:
    contract = ONE._replace(
        services=(Service("Scanning", step=Decimal("0.000001")),),
        rows=(row(0, 0, "or more", "per unit", "1.000001"),),
    )
    priced = {
        10_000_000.0: "10000010.00",
        12345678.25: "12345690.60",
        123456789012345.0: "123456912469134.01",
        0.00001: "0.00",
        0.25: "0.25",
        1e15: None,
        1.2345678e-3: None,
        1e-7: None,
        float("nan"): None,
        float("inf"): None,
    }
    columns: Columns = {"number": "INT", "quantity": "DOUBLE", "purchased": "DATE"}
    rows = [(n, quantity, date(2020, 6, 15)) for n, quantity in enumerate(priced)]
    answers = engine.ask(printed(contract, engine.dialect), "ledger", columns, rows)
    for quantity, answer in zip(priced, answers, strict=True):
        assert answer["contract_price"] == amount(priced[quantity]), quantity
        assert answer["contract_reason"] or priced[quantity], quantity


@pytest.mark.parametrize(
    ("kind", "dates"), [("DATE", "mdy"), ("TIMESTAMP", "iso"), ("TIMESTAMP_NTZ", "dmy")]
)
def test_days_that_are_no_text_are_read_whatever_order_is_said(
    kind: str, dates: str, engine: Engine, printed: Print
) -> None:
    if kind == "TIMESTAMP_NTZ" and engine.dialect == "duckdb":
        kind = "TIMESTAMP_S"
    columns: Columns = {"quantity": "INT", "purchased": kind}
    days = [date(2020, 1, 2), date(1900, 2, 28), None]
    cells = (
        days if kind == "DATE" else [day and datetime(*day.timetuple()[:3], 23, 59) for day in days]
    )
    rows = list(zip((10, 11, 12), cells, strict=True))
    found = engine.ask(printed(ONE, engine.dialect, "--dates", dates), "ledger", columns, rows)
    assert [each["contract_answer"] for each in found] == ["price", "bad input", "bad input"]


@pytest.mark.parametrize(
    ("dates", "written"), [("mdy", "6/15/2020"), ("dmy", "15.06.2020"), ("dmy", "15-6-2020")]
)
def test_days_as_people_write_them(
    dates: str, written: str, engine: Engine, printed: Print
) -> None:
    columns: Columns = {"quantity": "STRING", "purchased": "STRING"}
    statement = printed(ONE, engine.dialect, "--dates", dates, "--decimal-comma")
    rows = [("10,0", written), ("11", "2020-06-15"), ("12.0", written)]
    found = engine.ask(statement, "ledger", columns, rows)
    assert [each["contract_price"] for each in found] == [25, Decimal("27.50"), None]


@pytest.mark.parametrize(
    ("options", "paid"), [((), "1,012.50"), (("--decimal-comma",), "1.012,50")]
)
def test_thousands_as_people_separate_them(
    options: tuple[str, ...], paid: str, engine: Engine, printed: Print
) -> None:
    columns: Columns = {"quantity": "STRING", "purchased": "DATE", "paid": "STRING"}
    statement = printed(ONE, engine.dialect, "--paid", "paid", "--thousands", *options)
    rows = [("10", date(2020, 6, 15), paid), ("10", date(2020, 6, 15), paid[::-1])]
    found = engine.ask(statement, "ledger", columns, rows)
    differences = {each["paid"]: each["contract_difference"] for each in found}
    assert differences == {paid: Decimal("987.50"), paid[::-1]: None}


def test_databricks_is_told_what_spark_is(printed: Print) -> None:
    spark, databricks = (printed(CONTRACT, name, *NAMED) for name in ("spark", "databricks"))
    assert databricks == spark.replace("-- for spark", "-- for databricks")


def test_a_statement_begins_with_what_it_is(printed: Print) -> None:
    head = printed(CONTRACT, "duckdb", *NAMED, "--known-on", "2020-02-01").splitlines()[:3]
    assert head == [
        "-- It's */ -- every charge: contract prices, as known on 2020-02-01",
        f"-- for duckdb, made by xlfuncs {version('xlfuncs')} from contract.toml",
        "WITH xlfuncs_lines AS (",
    ]


def test_days_are_of_the_first_column_that_is_not_blank(engine: Engine, printed: Print) -> None:
    columns: Columns = {"number": "INT", "q": "STRING", "bought": "STRING", "entered": "DATE"}
    days = ["12/20/2020", "", None, " 20-Dec-2020 1:30\u202fPM", "2020-12-20", "20/12/2020"]
    rows = [(at, "10", day, date(2020, 12, 21)) for at, day in enumerate(days)]
    named = ("--quantity", "q", "--purchased", "bought", "entered", "--dates", "mdy")
    found = engine.ask(printed(ONE, engine.dialect, *named), "ledger", columns, rows)
    from_other = "purchase date from 'entered'"
    assert [(line["contract_price"], line["contract_reason"]) for line in found] == [
        (Decimal("25.00"), None),
        (Decimal("25.00"), from_other),
        (Decimal("25.00"), from_other),
        (Decimal("25.00"), None),
        (Decimal("25.00"), None),
        (
            None,
            "purchase date is '20/12/2020'; expected a date such as 12/20/2013, on or after "
            "1900-03-01",
        ),
    ]


def test_units_are_of_the_service_of_the_line(engine: Engine, printed: Print) -> None:
    services = (Service("Storage", "GB"), Service("Calls", "calls"))
    rows = tuple(row(0, 0, 2000, "per unit", 1)._replace(service=each.name) for each in services)
    contract = Contract("Two", "TWO", services, rows)
    lines: list[Line] = [
        ("1,250.00 GB", "2020-06-01", "Storage", None),
        ("250 Calls", "2020-06-01", "Calls", None),
        ("250 GB", "2020-06-01", "Calls", None),
        ("250gb", "2020-06-01", "Storage", None),
    ]
    answers = ask(engine, printed(contract, engine.dialect, *NAMED), lines)
    assert [line["contract_price"] for line in answers] == [1250, 250, None, None]

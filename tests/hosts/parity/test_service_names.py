"""Names of services: every host takes the same ones for one, and has no other idea of letters."""

from collections.abc import Sequence
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from tests.support import nasty_names
from tests.support.asked_books import Formula, with_questions, with_rows
from tests.support.calc_session import Calc
from tests.support.lambda_hosts import Host as WorksOut
from tests.support.lambda_hosts import by_cellrune, by_ironcalc
from tests.support.nasty_names import ASKED, DAY, LETTERS, expected, questions, sheets
from tests.support.parity import Host, by_core, same
from tests.support.parity_hosts import command_line, excel, libreoffice, names_in, with_names
from tests.support.sql_engines import Columns, DuckDB, Engine, Spark
from tests.support.xlwings_session import Macros
from xlfuncs.ledgers.cell_texts import name_key_sql as key_in_sql
from xlfuncs.ledgers.expressions import alias, select
from xlfuncs.ledgers.price_table import build_price_table
from xlfuncs.ledgers.sql_statement import DIALECTS, UserTable, format_statement
from xlfuncs.pricing.contract import Contract, Service
from xlfuncs.pricing.names import SPACES, letter_forms, name_key
from xlfuncs.sheets.cells import WRONG_VALUE, Cell

CONTRACT = nasty_names.contract()
BLANKS = ("", " ", "\u3000", "\u00a0\t\u2003", "\t\n", "\u2028\u1680")
TEXTS: Columns = {"number": "INT", "quantity": "INT", "purchased": "STRING", "service": "STRING"}
PLANE = [chr(code) for code in range(1, 0xFFFE) if not 0xD800 <= code < 0xE000]
"""The characters of Unicode's first plane; only there letters count as others."""


def prices(host: Host, contract: Contract, asked: Sequence[Sequence[Cell]]) -> list[Cell]:
    return [price for price, *_ in host.answers(sheets(contract), asked)]


def each_is_priced_as_meant(host: Host) -> None:
    asked = questions(list(ASKED))
    found = prices(host, CONTRACT, asked)
    wrong = [
        (question[2], wanted, price)
        for question, price in zip(asked, found, strict=True)
        if not same(wanted := expected(question), price)
    ]
    assert wrong == []


def test_the_core_knows_services_by_the_rule() -> None:
    each_is_priced_as_meant(Host("core", by_core))


def test_the_command_line_knows_services_by_the_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    each_is_priced_as_meant(command_line(tmp_path, capsys))


@pytest.mark.parametrize("engine", ["IronCalc", "cellrune"])
def test_formulas_know_services_by_the_rule(engine: str) -> None:
    each_is_priced_as_meant(names_in(engine))


def test_calc_knows_services_by_the_rule(calc: Calc) -> None:
    each_is_priced_as_meant(libreoffice(calc))


def test_excel_knows_services_by_the_rule(macros: Macros) -> None:
    each_is_priced_as_meant(excel(macros))


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return DuckDB() if request.param == "duckdb" else request.getfixturevalue("spark")


def in_sql(engine: Engine, contract: Contract, asked: Sequence[Sequence[Cell]]) -> list[Cell]:
    """Prices of an engine, `#VALUE!` for an unknown service and for none."""
    table = UserTable(("ledger",), "quantity", ("purchased",), "service")
    told = format_statement(build_price_table(contract, None), table, engine.dialect, "a test")
    rows = [
        (number, int(quantity), "2020-06-15", service)
        for number, (quantity, _, service, *_) in enumerate(asked)
    ]
    errors = {"bad input": WRONG_VALUE}
    return [
        errors.get(each["contract_answer"]) or float(each["contract_price"])
        for each in engine.ask(told, "ledger", TEXTS, rows)
    ]


def test_ledgers_know_services_by_the_rule(engine: Engine) -> None:
    asked = questions(list(ASKED))
    assert in_sql(engine, CONTRACT, asked) == [expected(question) for question in asked]


def alone() -> Contract:
    service = CONTRACT.services[:1]
    return CONTRACT._replace(services=service, rows=CONTRACT.rows[:2])


@pytest.mark.parametrize(
    ("contract", "answer"), [(alone(), 100.0), (CONTRACT, WRONG_VALUE)], ids=["one", "several"]
)
def test_nothing_but_spaces_is_no_name(contract: Contract, answer: Cell, engine: Engine) -> None:
    asked = [[1.0, DAY, blank, "", ""] for blank in BLANKS]
    wanted = [answer] * len(BLANKS)
    assert prices(Host("core", by_core), contract, asked) == wanted
    assert prices(names_in("IronCalc"), contract, asked) == wanted
    assert prices(names_in("cellrune"), contract, asked) == wanted
    assert in_sql(engine, contract, asked) == wanted


WORDS = {
    "Pricing method": "\uff30ACKAGE\u3000",
    "Quantity to": "\u2003OR\u00a0\u3000more",
    "Part units": "\uff35p\t",
    "Unit": "\u3000IPs\u2003",
    "Clause": "\u3000",
}
"""Words of the columns, spelled as names may be."""


@pytest.mark.parametrize("host", [Host("core", by_core), *map(names_in, ("IronCalc", "cellrune"))])
def test_words_of_cells_are_compared_by_the_rule(host: Host) -> None:
    said = sheets(alone())
    row = dict(zip(said.tiers[0], said.tiers[1], strict=True))
    other = {**row, **WORDS, "Quantity from": 3.0, "Price": 7.0}
    row |= {"Unit": "IPs", "Part units": "up"}
    tiers = [said.tiers[0], list(row.values()), list(other.values())]
    answers = host.answers(
        said._replace(tiers=tiers), [[1.0, DAY, "", "", ""], [9.5, DAY, "", "", ""]]
    )
    assert [price for price, *_ in answers] == [100.0, 7.0]


def test_the_table_is_complete_and_of_single_steps() -> None:
    """The same in every version of Python: another number would be another rule."""
    assert len(letter_forms()) == 700
    assert not set(letter_forms()) & set(letter_forms().values())
    assert [letter for letter in PLANE if letter.isspace()] == sorted(SPACES)
    for code, form in letter_forms().items():
        wide = 0xFF01 <= code <= 0xFF5E
        letter = normalize("NFKC", chr(code)) if wide else chr(code)
        assert chr(form) in {letter.casefold(), letter.lower()}


def letters_between(letters: Sequence[str]) -> str:
    """Letters with something between them, so that no spaces meet."""
    return "".join(f"{letter}-" for letter in letters)


@pytest.mark.parametrize("host", [by_ironcalc, by_cellrune])
def test_formulas_have_the_table_of_the_core(host: WorksOut) -> None:
    """All letters that count as others, what is beside them, and one in many of the rest."""
    near = {chr(code + more) for code in letter_forms() for more in (-1, 0, 1)} | set(SPACES)
    asked = sorted((near | set(PLANE[::61])) & set(PLANE[31:]) - {"\x7f"})
    texts = [letters_between(asked[n : n + 100]) for n in range(0, len(asked), 100)]
    rows = [[each, Formula(f"QUALYS.KEY(A{row})")] for row, each in enumerate(texts, 1)]
    grids = sheets(alone())
    content = with_questions(with_rows(with_names(), grids.tiers, grids.amendments), rows)
    assert [key for _, key in host(content, len(rows), 2)] == [name_key(text) for text in texts]


def test_databases_have_the_table_of_the_core(spark: Spark) -> None:
    """For names in which all letters are that others count as."""
    every = [Service("".join(map(chr, {*letter_forms().values()})))]
    key = alias(key_in_sql(exp.column("name"), every), "named")
    columns = {"number": "INT", "name": "STRING"}
    rows = [(number, f"a{letter}b") for number, letter in enumerate(PLANE)]
    wanted = [name_key(name) for _, name in rows]
    for engine in (DuckDB(), spark):
        printer = DIALECTS[engine.dialect]
        query = select(exp.column("number"), key, of="ledger")
        told = printer(dialect=printer.name).generate(query)
        answers = engine.ask(told, "ledger", columns, rows)
        assert [each["named"] for each in answers] == wanted


NAMES = st.text(st.sampled_from(LETTERS), min_size=1, max_size=6).filter(
    lambda name: not name.isspace()
)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(NAMES, min_size=1, max_size=6, unique_by=name_key), st.lists(NAMES, max_size=20))
def test_random_names_are_one_or_two_everywhere(names: list[str], others: list[str]) -> None:
    one, *_ = CONTRACT.rows
    rows = [one._replace(service=name, price=one.price + n) for n, name in enumerate(names)]
    contract = Contract("Test", "TEST", tuple(map(Service, names)), tuple(rows))
    spelled = [form for name in names for form in (name, name.upper(), name.lower(), f" {name}")]
    asked = [[1.0, DAY, name, "", ""] for name in [*spelled, *others]]
    wanted = prices(Host("core", by_core), contract, asked)
    assert wanted[: len(spelled) : 4] == [float(each.price) for each in rows]
    assert prices(names_in("IronCalc"), contract, asked) == wanted
    assert in_sql(DuckDB(), contract, asked) == wanted

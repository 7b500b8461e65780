"""The rules of contracts as they are printed, in formulas: answers worked by hand."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.hosts.parity.test_lambdas import EACH, PREFIX, asked_singly, book
from tests.support.asked_books import Formula, with_questions, with_rows
from tests.support.contracts_in_code import SERVICE, row
from tests.support.field_contracts import CASES
from tests.support.lambda_hosts import Host, by_cellrune, by_ironcalc, called
from tests.support.random_sheets import plain, serial
from tests.support.workbook_edits import sheets_of
from xlfuncs.functions.cache import read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.loader import load_reading
from xlfuncs.pricing.contract import Billed, Contract, Increase, PartUnits, Row, Service
from xlfuncs.sheets.cells import NOT_AVAILABLE, WRONG_VALUE, Cell, CellError
from xlfuncs.sheets.reader import Sheets
from xlfuncs.sheets.schema import COLUMNS
from xlfuncs.xlsx.lambdas.answers import Sentences, Tables
from xlfuncs.xlsx.lambdas.calculation_limits import NOT_CALCULATED, Limit

DAY = date(2020, 6, 15)
HOSTS = pytest.mark.parametrize("host", [by_ironcalc, by_cellrune])
UNKNOWN = ("signed", "effective")


class Asked(NamedTuple):
    """A question with its price, or the begin of what is said in place of one."""

    quantity: Any
    answer: str
    day: date = DAY
    known_on: date | None = None


def undated(document: int, *stated: Any, **fields: Any) -> Row:
    """A row of a document of which no day is stated; by default a draft."""
    return row(document, *stated, signed=None, effective=None, **fields)


TABLE = row(0, 1, "or more", "per unit", 2)
DISCOUNT = row(1, 1, "or more", "discount", 10)
BASE = row(0, 1, "or more", "per unit", "27.31", signed=date(2008, 1, 1))
LETTER = row(1, 1, "or more", "per unit", 39, signed=date(2008, 8, 1), effective=date(2008, 8, 1))
SECOND = row(
    *(2, 1, "or more", "per unit", "41.56"),
    signed=date(2008, 12, 8),
    effective=date(2008, 8, 1),
    purchased_from=date(2008, 10, 1),
    purchased_through=date(2008, 12, 31),
    replaces=1,
)
WATER = [
    row(0, 0, 600, "package", "25.71"),
    row(0, 601, 3000, "graduated", "0.0428"),
    row(0, 3001, "or more", "graduated", "0.0271"),
]

RULES: dict[str, tuple[list[Row], list[Asked]]] = {
    "a discount beside its price is taken off it": (
        [row(0, 1, "or more", "per unit", 1), row(0, 500, "or more", "discount", 5)],
        [Asked(600, "570.00"), Asked(499, "499.00")],
    ),
    "a later price ends a discount": (
        [TABLE, DISCOUNT, row(2, 1, "or more", "per unit", "1.50")],
        [Asked(100, "150.00"), Asked(100, "180.00", date(2020, 1, 2))],
    ),
    "a later price leaves a standing discount": (
        [TABLE, row(1, 1, 200, "standing discount", 10), row(2, 1, "or more", "per unit", "1.50")],
        [Asked(100, "135.00"), Asked(201, "301.50")],
    ),
    "of two discounts the one that prevails is taken": (
        [TABLE, row(1, 1, "or more", "standing discount", 10), row(2, 1, 9, "discount", 20)],
        [Asked(9, "14.40"), Asked(10, "18.00")],
    ),
    "two standing discounts that are level": (
        [TABLE, *[row(1, 1, "or more", "standing discount", 10)] * 2],
        [Asked(9, "not determinable: several rows are tied: Amendment 1, 1; ")],
    ),
    "a discount of nothing": (
        [row(0, 1, 9, "package", 5), row(0, 10, 19, "withdrawn"), DISCOUNT],
        [
            Asked(9, "4.50"),
            Asked(10, "not determinable: there is no price to take the discount off: Amendment 1"),
            Asked(20, "not determinable: there is no price to take the discount off: Amendment 1"),
        ],
    ),
    "a flat first block below slabs": (
        WATER,
        [
            *(Asked(0, "25.71"), Asked(600, "25.71"), Asked(601, "25.75")),
            *(Asked(3000, "128.43"), Asked(15000, "453.63")),
        ],
    ),
    "a price per unit below slabs": (
        [row(0, 1, 10, "per unit", 3), row(0, 11, "or more", "graduated", 2)],
        [Asked(10, "30.00"), Asked(11, "32.00")],
    ),
    "a package for some quantities of a slab leaves it as it is": (
        [row(0, 1, "or more", "graduated", 2), row(1, 5, 6, "package", 9)],
        [Asked(4, "8.00"), Asked(6, "9.00"), Asked(7, "14.00")],
    ),
    "the unit price of a thousand": (
        [row(0, 1, "or more", "per unit", "4.155", per=1000)],
        [Asked(1500, "6.23"), Asked(1_000_000, "4,155.00")],
    ),
    "a minimum and a maximum": (
        [row(0, 1, "or more", "per unit", 2, minimum=Decimal(50), maximum=Decimal(100))],
        [Asked(10, "50.00"), Asked(25, "50.00"), Asked(30, "60.00"), Asked(51, "100.00")],
    ),
    "bounds come before another row's discount, its own after": (
        [
            row(0, 1, "or more", "per unit", 2, minimum=Decimal(50)),
            row(1, 1, 99, "discount", 50, minimum=Decimal(30)),
            row(1, 100, "or more", "discount", 50, maximum=Decimal(110)),
        ],
        [Asked(10, "30.00"), Asked(40, "40.00"), Asked(100, "100.00"), Asked(120, "110.00")],
    ),
    "bounds are no part of what slabs build on": (
        [
            row(0, 1, 10, "graduated", 2, minimum=Decimal(50)),
            row(0, 11, "or more", "graduated", 1, maximum=Decimal(24)),
        ],
        [Asked(10, "50.00"), Asked(11, "21.00"), Asked(30, "24.00")],
    ),
    "a signed document of which the first day is not on file": (
        [TABLE, row(1, 1, 9, "package", 5, effective=None, not_on_file=("effective",))],
        [
            Asked(5, "not determinable: the figure or date is not on file: Amendment 1, 1; "),
            Asked(5, "10.00", date(2020, 1, 1)),
            Asked(10, "20.00"),
        ],
    ),
    "a document of which no day is on file": (
        [TABLE, undated(1, 1, 9, "package", 5, not_on_file=UNKNOWN)],
        [
            Asked(5, "not determinable: the figure or date is not on file: Amendment 1, 1; "),
            Asked(5, "no price: no row fits.", date(2019, 12, 31)),
        ],
    ),
    "a draft": ([TABLE, undated(1, 1, 9, "package", 5)], [Asked(5, "10.00")]),
    "an agreement of which the date is not on file": (
        [row(0, 1, 9, "package", 5, signed=None, not_on_file=("signed",))],
        [
            Asked(5, "5.00", date(1999, 1, 1)),
            Asked(5, "not determinable: the figure or date is not on file", DAY, DAY),
        ],
    ),
    "a tier of which the first day is not on file": (
        [row(0, 1, 9, "package", 5, not_on_file=("effective",))],
        [Asked(5, "not determinable: the figure or date is not on file: Agreement, 1.")],
    ),
    "an end that is not on file": (
        [row(0, 1, 9, "package", 5, not_on_file=("ends",))],
        [Asked(5, "5.00", date(2999, 1, 1))],
    ),
    "a letter that replaces another": (
        [BASE, LETTER, SECOND],
        [
            Asked(10, "273.10", date(2008, 9, 1)),
            Asked(10, "415.60", date(2008, 11, 15)),
            Asked(10, "273.10", date(2009, 1, 1)),
            Asked(10, "390.00", date(2008, 11, 15), date(2008, 11, 20)),
            Asked(10, "415.60", date(2008, 11, 15), date(2008, 12, 8)),
            Asked(10, "273.10", date(2008, 9, 1), date(2008, 12, 8)),
        ],
    ),
    "what was known when some of the documents that replace others were signed": (
        [TABLE, *(row(number, 1, 9, "package", 5, replaces=number - 1) for number in (1, 2, 3))],
        [
            Asked(5, "5.00"),
            Asked(5, "5.00", DAY, date(2020, 1, 4)),
            Asked(5, f"{Limit.REPLACED.sentence}.", DAY, date(2020, 1, 3)),
            Asked(5, "10.00", DAY, date(2020, 1, 1)),
        ],
    ),
    "what was known of a document of which the signing is not on file": (
        [TABLE, row(1, 1, 9, "package", 5, replaces=0, signed=None)],
        [Asked(5, "5.00"), Asked(5, f"{Limit.REPLACED.sentence}.", DAY, date(2020, 1, 4))],
    ),
    "what was known of a package among slabs before documents replaced others": (
        [
            row(0, 1, 10, "package", 20),
            row(0, 11, "or more", "graduated", 1),
            row(2, 900, 900, "package", 5, replaces=1),
        ],
        [
            Asked(20, "30.00"),
            Asked(20, f"{Limit.INTERRUPTED.sentence}.", DAY, date(2020, 1, 2)),
            Asked(10, "20.00", DAY, date(2020, 1, 2)),
        ],
    ),
    "a document that is replaced replaces none": (
        [
            TABLE,
            row(1, 1, "or more", "per unit", 3),
            row(2, 900, 900, "package", 1, replaces=1),
            row(3, 901, 901, "package", 1, replaces=2, effective=date(2020, 1, 3)),
        ],
        [Asked(10, "30.00", date(2020, 2, 1)), Asked(900, "2,700.00", date(2020, 2, 1))],
    ),
    "a document that replaces all before": (
        [TABLE, row(1, 1, 9, "package", 5), row(2, 5, 5, "package", 1, replaces="all before")],
        [Asked(5, "1.00"), Asked(6, "no price: no row fits."), Asked(6, "5.00", date(2020, 1, 2))],
    ),
}


def grids(contract: Contract) -> Sheets:
    """The sheets of a contract as a program hands them over."""
    found = sheets_of(contract)[:2]
    return Sheets(*([list(map(plain, cells)) for cells in grid if cells] for grid in found))


def answers(
    host: Host, sheets: Sheets, questions: Sequence[Sequence[Cell]]
) -> list[dict[str, Cell]]:
    """What formulas answer to each question, by function."""
    found = asked_singly(host, sheets, questions)
    return [dict(zip(EACH, each, strict=True)) for each in found]


@HOSTS
@pytest.mark.parametrize("rule", RULES)
def test_a_rule(rule: str, host: Host) -> None:
    rows, asked = RULES[rule]
    sheets = grids(Contract("Test", "TEST", (SERVICE,), tuple(rows)))
    workbook = read_workbook(sheets)
    questions: list[list[Cell]] = [
        [float(each.quantity), serial(each.day), "", serial(each.known_on)] for each in asked
    ]
    for each, question, found in zip(
        asked, questions, answers(host, sheets, questions), strict=True
    ):
        assert str(found["EXPLAIN"]).startswith(each.answer)
        assert found["EXPLAIN"] == Sentences(workbook.book)(question)
        price = each.answer.replace(",", "")
        if price.replace(".", "").isdigit():
            assert found["PRICE"] == float(price) == call("PRICE", question, workbook)
        else:
            assert found["PRICE"] == NOT_AVAILABLE
            assert isinstance(call("PRICE", question, workbook), CellError) or (
                each.answer.startswith(NOT_CALCULATED)
            )


@HOSTS
@pytest.mark.parametrize("path", sorted({case.path for case in CASES}), ids=lambda path: path.stem)
def test_a_contract_as_printed_answers_as_its_text_does(path: Path, host: Host) -> None:
    cases = [case for case in CASES if case.path == path]
    asked = [
        [float(case.quantity), serial(case.purchased), "", serial(case.known_on)] for case in cases
    ]
    found = answers(host, grids(load_reading(path).contract), asked)
    for case, each in zip(cases, found, strict=True):
        assert each["PRICE"] == (float(case.answer) if case.is_priced else NOT_AVAILABLE)
        assert str(each["EXPLAIN"]).replace(",", "").startswith(case.answer)


@HOSTS
def test_a_unit_price_is_that_of_one(host: Host) -> None:
    row_of = row(0, 1, "or more", "per unit", "4.155", per=1000)
    sheets = grids(Contract("Test", "TEST", (SERVICE,), (row_of,)))
    [found] = answers(host, sheets, [[1500.0, serial(DAY), "", ""]])
    assert (found["UNIT_PRICE"], found["SAVING"]) == (0.004155, 0)


@HOSTS
def test_a_rise_is_a_row_of_its_own_and_a_missing_document_is_not_on_file(host: Host) -> None:
    rises = (Increase(date(2021, 1, 1), Decimal(3)), Increase(date(2022, 1, 1)))
    rising = TABLE._replace(increases=rises)
    contract = Contract("Test", "TEST", (SERVICE,), (rising,), not_held=(4,))
    for held, prices in ((contract._replace(not_held=()), [20, 20.6]), (contract, [])):
        days = (date(2020, 12, 31), date(2021, 1, 1), date(2022, 1, 1))
        asked = [[10.0, serial(day), "", ""] for day in days]
        found = [each["PRICE"] for each in answers(host, grids(held), asked)]
        assert found == [*prices, *[NOT_AVAILABLE] * (3 - len(prices))]


@HOSTS
def test_a_service_that_there_is_not_is_bad_input(host: Host) -> None:
    services = (SERVICE, Service("Support"))
    rows = (TABLE, TABLE._replace(service="Support"))
    sheets = grids(Contract("Test", "TEST", services, rows))
    asked = [[1.0, serial(DAY), service, ""] for service in ("Gardening", "", "Scaning")]
    said = []
    for each in answers(host, sheets, asked):
        assert [each[name] for name in EACH if name != "EXPLAIN"] == [WRONG_VALUE] * 4
        said.append(each["EXPLAIN"])
    workbook = read_workbook(sheets)
    assert said[:2] == [f"{call('EXPLAIN', question, workbook)}." for question in asked[:2]]
    assert said[0] == "bad input: service is 'Gardening'; expected 'Scanning' or 'Support'."
    assert said[2] == "bad input: service is 'Scaning'; expected 'Scanning' or 'Support'."


@HOSTS
def test_a_row_without_a_service_is_of_the_only_one(host: Host) -> None:
    contract = Contract("Test", "TEST", (SERVICE,), (TABLE, row(1, 1, 9, "package", 5)))
    sheets = grids(contract)
    place = [column.field for column in COLUMNS].index("service")
    sheets.tiers[1][place] = ""
    [found] = answers(host, sheets, [[5.0, serial(DAY), "scanning", ""]])
    assert found["PRICE"] == 5
    sheets.amendments[1][place] = ""
    [found] = answers(host, sheets, [[5.0, serial(DAY), "scanning", ""]])
    said = "Tiers, row 5: Service is not what is expected: the name of what is priced"
    assert found["EXPLAIN"] == f"not determinable: {said}."


@HOSTS
def test_part_of_a_step_that_makes_no_difference_is_priced(host: Host) -> None:
    service = SERVICE._replace(part_units=PartUnits.NOT_SAID)
    package = row(0, 1, 10, "package", 7)
    rows = (package, row(0, 11, 20, "per unit", 2), package._replace(
        document=1, price=Decimal(6), effective=DAY, quantity_to=Decimal(5),
        purchased_through=date(2020, 12, 31),
    ))  # fmt: skip
    sheets = grids(Contract("Test", "TEST", (service,), rows))
    asked = [[quantity, serial(DAY), "", ""] for quantity in (2.5, 5.5, 9.5, 12.5, 20.5, 30.5)]
    found = answers(host, sheets, asked)
    workbook = read_workbook(sheets)
    assert [each["PRICE"] for each in found] == [6, NOT_AVAILABLE, 7, *[NOT_AVAILABLE] * 3]
    for question, each in zip(asked, found, strict=True):
        for name in set(EACH) - {"EXPLAIN"}:
            assert each[name] == call(name, question, workbook)
        assert each["EXPLAIN"] == Sentences(workbook.book)(question)
    assert [each["EXPLAIN"] for each in found][-3:] == [
        *["not determinable: the contract does not say how part units count."] * 2,
        "no price: no row fits.",
    ]


@HOSTS
@pytest.mark.parametrize("billed", Billed)
def test_a_price_says_what_it_is_for(billed: Billed, host: Host) -> None:
    words = {"once": "(one time)", "not on file": "(billing period not on file)"}
    sheets = grids(Contract("Test", "TEST", (SERVICE._replace(billed=billed),), (TABLE,)))
    [found] = answers(host, sheets, [[5.0, serial(DAY), "", ""]])
    expected = words.get(billed.value, f"per {billed.value}")
    assert found["EXPLAIN"] == f"10.00 {expected} for 5 IPs: Agreement, 1."


WRONG: dict[str, list[dict[str, Cell]]] = {
    "Per": [
        *({"per": 7.0}, {"per": "10"}),
        {"charge": "withdrawn", "per": 1.0, "unit_price": ""},
        {"charge": "package", "per": 10.0, "unit_price": "", "price": 1.0},
    ],
    "Minimum charge": [
        *({"minimum": "none"}, {"minimum": 1.001}),
        {"charge": "withdrawn", "unit_price": "", "minimum": 1.0},
    ],
    "Maximum charge": [{"maximum": -1.0}, {"minimum": 2.0, "maximum": 1.99}],
    "Date signed": [{"signed": "unknown"}],
    "Effective date": [{"effective": "2020-01-01"}],
    "End date": [{"ends": "never"}],
    "Replaces": [{"replaces": 1.0}, {"replaces": 2.0}, {"replaces": "all"}, {"replaces": 0.5}],
    "Increase": [
        *({"increase": True}, {"increase": "3 percent from 2025-07-01"}),
        {"increase": "3 percent from 2020-01-02; 3 percent from 2025-07-01"},
        {"increase": "index 4 percent, at most 3, so 3 percent from 2025-07-01"},
        {"increase": "percent not on file from 2025-07-01"},
    ],
    "Billed": [{"billed": "weekly"}, {"billed": "month"}],
    "Unit price": [{"charge": "standing discount", "percent": 5.0}],
    "Assumed": [
        {"assumed": "Effective date: why; Discount percent: why"},
        {"assumed": "Effective: ; Signed: why"},
        {"assumed": "Increase: why"},
        {"assumed": "Effective: why; Signed:"},
    ],
}
RIGHT: list[dict[str, Cell]] = [
    {"per": 1000.0, "replaces": 0.0, "minimum": 0.0, "maximum": 0.0, "increase": 3.0},
    {"signed": "Not  on file", "ends": "NOT ON FILE", "replaces": " All before", "billed": "YEAR"},
    {
        "assumed": "Effective date: why; because; Signed, unit_price: why\n\nreplaces: x",
        "replaces": 0.0,
    },
    *({"increase": "3 percent from 2020-01-02"}, {"increase": "percent from 2025"}),
    {"increase": "3 percent from 2025-07-01", "effective": ""},
    {"increase": "a rise", "assumed": "Increase, Per: why; Percents: of what;"},
]


def edited(changed: dict[str, Cell]) -> Sheets:
    """A table and an amendment of it in which cells are typed over."""
    service = SERVICE._replace(billed=Billed.YEAR)
    rows = (TABLE, row(1, 1, "or more", "per unit", 3))
    sheets = grids(Contract("Test", "TEST", (service,), rows))
    for index, column in enumerate(COLUMNS):
        if column.field in changed:
            sheets.amendments[1][index] = changed[column.field]
    return sheets


@HOSTS
@pytest.mark.parametrize(
    ("title", "changed"), [(title, each) for title, edits in WRONG.items() for each in edits]
)
def test_a_cell_that_is_not_what_it_should_be_is_named(
    title: str, changed: dict[str, Cell], host: Host
) -> None:
    sheets = edited(changed)
    [found] = answers(host, sheets, [[5.0, serial(DAY), "", ""]])
    assert read_workbook(sheets).reading.problems
    assert found["PRICE"] == NOT_AVAILABLE
    differs = "contradicts Tiers row 5." if changed == {"billed": "month"} else ""
    said = f"not determinable: Amendments, row 5: {title} {differs or 'is not what is expected: '}"
    assert str(found["EXPLAIN"]).startswith(said)


@HOSTS
@pytest.mark.parametrize("changed", RIGHT)
def test_what_may_be_typed_is_read(changed: dict[str, Cell], host: Host) -> None:
    sheets = edited(changed)
    [found] = answers(host, sheets, [[5.0, serial(DAY), "", ""]])
    assert not read_workbook(sheets).reading.problems
    assert found["PRICE"] == call("PRICE", [5.0, serial(DAY)], read_workbook(sheets))


def table_of(function: str, sheets: Sheets, asked: Sequence[Cell]) -> list[list[Cell]]:
    """A table as IronCalc works it out, as high and wide as the core has it within the limits."""
    workbook = read_workbook(sheets)
    tables = Tables(workbook, workbook.book)
    expected = tables.schedule(asked) if function == "SCHEDULE" else tables.timeline(asked)
    lines = expected if isinstance(expected, list) else [[expected]]
    formula = Formula(called(PREFIX, function, ["A1", "B1", "C1"]), len(lines), len(lines[0]))
    content = with_questions(
        with_rows(book(), sheets.tiers, sheets.amendments), [[*asked, formula]]
    )
    found = by_ironcalc(content, len(lines), 3 + len(lines[0]))
    table = [each[3:] for each in found]
    assert table == [[cell or "" if cell is None else cell for cell in each] for each in lines]
    return table


def test_a_price_table_is_split_where_a_price_meets_its_bounds() -> None:
    bounded = row(0, 1, "or more", "per unit", 2, minimum=Decimal(50), maximum=Decimal(100))
    sheets = grids(Contract("Test", "TEST", (SERVICE,), (bounded,)))
    table = table_of("SCHEDULE", sheets, [serial(DAY), "", ""])
    assert [line[1:6] for line in table[1:]] == [
        [1, 24, 50, 0, 0],
        [25, 50, 0, 2, 0],
        [51, "or more", 100, 0, 0],
    ]


def test_tables_are_refused_where_formulas_cannot_list_them() -> None:
    refused = {
        "a discount with a minimum": [TABLE, DISCOUNT._replace(minimum=Decimal(5))],
        "what was known of a document that replaces": [BASE, LETTER, SECOND],
        "slabs that are interrupted": [
            row(0, 1, 10, "graduated", 2),
            row(0, 11, "or more", "graduated", 1),
            row(1, 5, 10, "package", 9),
        ],
    }
    for rows in refused.values():
        sheets = grids(Contract("Test", "TEST", (SERVICE,), tuple(rows)))
        known = serial(date(2008, 11, 20)) if rows[-1].replaces else ""
        assert table_of("SCHEDULE", sheets, [serial(DAY), "", known]) == [[NOT_AVAILABLE]]
        if not rows[-1].minimum:
            assert table_of("TIMELINE", sheets, [20.0, "", known]) == [[NOT_AVAILABLE]]
    service = SERVICE._replace(part_units=PartUnits.NOT_SAID)
    sheets = grids(Contract("Test", "TEST", (service,), (row(0, 1, 10, "package", 7),)))
    assert table_of("TIMELINE", sheets, [2.5, "", ""]) == [[NOT_AVAILABLE]]

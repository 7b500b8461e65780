"""The LAMBDA names price a purchase after others, by worked cases (rule 10)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.hosts.ironcalc.test_lambda_rules import HOSTS, answers, grids
from tests.hosts.parity.test_lambdas import EACH
from tests.support.contracts_in_code import DAY, SERVICE, row
from tests.support.lambda_hosts import Host
from tests.support.random_sheets import serial
from xlfuncs.functions.cache import read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.pricing.contract import Contract, Counted, PartUnits
from xlfuncs.sheets.cells import NOT_AVAILABLE, WRONG_VALUE, Cell, CellError
from xlfuncs.xlsx.lambdas.answers import Sentences
from xlfuncs.xlsx.lambdas.calculation_limits import Limit

YEAR = SERVICE._replace(counted=Counted.YEAR)
TIERS = [row(0, 1, 1000, "graduated", 2), row(0, 1001, "or more", "graduated", "1.5")]
UNITS = [row(0, 1, 99, "per unit", 10), row(0, 100, "or more", "per unit", 8)]
TENTH_OFF = row(1, 1, "or more", "discount", 10)
PACKAGES = [row(0, 1, 10, "package", 50), row(0, 11, "or more", "graduated", 4)]
WRONG_NUMBER = CellError("#NUM!")
LIMITED = SERVICE._replace(limit=Decimal(500), part_units=PartUnits.NOT_SAID)
PARTS_NOT_SAID = "not determinable: the contract does not say how part units count."

CASES: list[tuple[str, Any, list[Any], float, Cell, float | CellError, str]] = [
    # what it shows, the service, its rows, the quantity, what was bought before, price, explanation
    ("the first purchase", YEAR, TIERS, 1200, 0, 2300.0, "2,300.00 for 1,200 IPs: "),
    # 3,000: 1000 x 2 + 2000 x 1.5 = 5,000; 1,200: 2,300
    ("a difference", YEAR, TIERS, 1800, 1200, 2700.0, "2,700.00 for 1,800 IPs after 1,200: "),
    ("within one tier", YEAR, TIERS, 100, 200, 200.0, "200.00 for 100 IPs after 200: "),
    ("onto the last unit of a tier", YEAR, TIERS, 800, 200, 1600.0, "1,600.00 for 800"),
    ("one unit beyond it", YEAR, TIERS, 801, 200, 1601.5, "1,601.50 for 801"),
    ("nothing after something", YEAR, TIERS, 0, 200, 0.0, "0.00 for 0 IPs after 200: "),
    ("the row of the total", YEAR, UNITS, 60, 40, 480.0, "480.00 for 60 IPs after 40: "),
    ("a unit below that", YEAR, UNITS, 59, 40, 590.0, "590.00 for 59"),
    ("a discount", YEAR, [*TIERS, TENTH_OFF], 1800, 1200, 2430.0, "2,430.00 for 1,800"),
    ("a discount per unit", YEAR, [*UNITS, TENTH_OFF], 60, 40, 432.0, "432.00 for 60"),
    # its minimum is for what the purchase costs
    (
        *("a minimum", YEAR, [row(0, 1, "or more", "per unit", 3, minimum=Decimal(50))]),
        *(4, 100, 50.0, "50.00 for 4"),
    ),
    # 15: 50 + 5 x 4 = 70; 8: 50
    ("a package before", YEAR, PACKAGES, 7, 8, 20.0, "20.00 for 7 IPs after 8: "),
    (
        *("a package again", YEAR, PACKAGES, 2, 8, NOT_AVAILABLE),
        "not determinable: the row does not say what a further purchase costs: ",
    ),
    ("a package alone", YEAR, PACKAGES, 2, 0, 50.0, "50.00 for 2 IPs: "),
    (
        *("no price before", YEAR, [row(0, 5, "or more", "graduated", 4)], 5, 3, NOT_AVAILABLE),
        "not determinable: ",
    ),
    (
        *("a package that costs more", YEAR),
        [row(0, 1, "or more", "graduated", 1), row(1, 3, 3, "package", 90)],
        *(1, 3, NOT_AVAILABLE),
        "not determinable: what was bought before costs more than all together: ",
    ),
    ("the limit", YEAR._replace(limit=Decimal(500)), TIERS, 200, 300, 400.0, "400.00 for 200"),
    (
        *("beyond it", YEAR._replace(limit=Decimal(500)), TIERS, 201, 300, NOT_AVAILABLE),
        "no price: it goes beyond the limit of the service.",
    ),
    (
        *("a limit of a purchase", SERVICE._replace(limit=Decimal(500)), TIERS, 501, ""),
        *(NOT_AVAILABLE, "no price: it goes beyond the limit of the service."),
    ),
    (
        *("nothing given", YEAR, TIERS, 5, "", WRONG_VALUE),
        "bad input: bought_before is not given, and purchases of 'Scanning' add up; ",
    ),
    (
        *("a word", YEAR, TIERS, 5, "many", WRONG_VALUE),
        "bad input: bought_before is no number; ",
    ),
    (
        *("a negative one", YEAR, TIERS, 5, -1.0, WRONG_NUMBER),
        "bad input: bought_before is negative or part of a unit; expected a multiple of 1.",
    ),
    ("an error", YEAR, TIERS, 5, CellError("#REF!"), CellError("#REF!"), "#REF!"),
    (
        *("where nothing adds up", SERVICE, TIERS, 5, 3.0, WRONG_VALUE),
        "bad input: bought_before is not 0, and purchases of 'Scanning' do not add up; ",
    ),
    ("nothing, where nothing adds up", SERVICE, TIERS, 5, 0.0, 10.0, "10.00 for 5 IPs: "),
    (
        *("not said", SERVICE._replace(counted=Counted.NOT_SAID), UNITS, 5, 0.0, NOT_AVAILABLE),
        f"{Limit.ADDED_UP.sentence}.",
    ),
    (
        *("parts not said", YEAR._replace(part_units=PartUnits.NOT_SAID), UNITS, 5, 0.5),
        *(NOT_AVAILABLE, f"{Limit.ADDED_UP.sentence}."),
    ),
    # of a limited service whose purchases count one by one, 2 and 3 units cost 50 alike
    ("a part within a limit", LIMITED, PACKAGES, 2.5, "", 50.0, "50.00 for 2 IPs: "),
    ("a part of that beyond it", LIMITED, PACKAGES, 500.5, "", NOT_AVAILABLE, PARTS_NOT_SAID),
    (
        *("both counts beyond it", LIMITED, PACKAGES, 501.5, ""),
        *(NOT_AVAILABLE, "no price: it goes beyond the limit of the service."),
    ),
    (
        "both counts without a row",
        LIMITED,
        PACKAGES[1:],
        2.5,
        "",
        NOT_AVAILABLE,
        "no price: no row",
    ),
    (
        *("a part after others", LIMITED, PACKAGES, 2.5, 3.0, WRONG_VALUE),
        "bad input: bought_before is not 0, and purchases of 'Scanning' do not add up; ",
    ),
    ("parts up", YEAR._replace(part_units=PartUnits.UP), UNITS, 59.5, 39.5, 480.0, "480.00 for 60"),
]


@HOSTS
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_purchase_after_others(case: tuple[Any, ...], host: Host) -> None:
    _, service, rows, quantity, before, price, explanation = case
    sheets = grids(Contract("Test", "TEST", (service,), tuple(rows)))
    question: list[Cell] = [float(quantity), serial(DAY), "", "", before]
    [found] = answers(host, sheets, [question])
    workbook = read_workbook(sheets)
    assert found["PRICE"] == price
    if isinstance(found["EXPLAIN"], CellError):
        assert found["EXPLAIN"] == price
    else:
        assert str(found["EXPLAIN"]).startswith(explanation)
        assert found["EXPLAIN"] == Sentences(workbook.book)(question)
    if explanation.startswith("not calculated"):
        return
    for name in set(EACH) - {"EXPLAIN"}:
        assert found[name] == call(name, question, workbook)


@HOSTS
def test_windows_save_on_what_was_bought_before_as_well(host: Host) -> None:
    window = row(1, 1, 1000, "graduated", "1.8", purchased_through=date(2020, 12, 31))
    sheets = grids(Contract("Test", "TEST", (YEAR,), (*TIERS, window)))
    question = [[1800.0, serial(DAY), "", "", 200.0], [100.0, serial(DAY), "", "", 200.0]]
    first, second = answers(host, sheets, question)
    # 2,000 cost 1,800 + 1,500 = 3,300, and 200 cost 360; without the window 3,500 and 400
    assert (first["PRICE"], first["SAVING"]) == (2940.0, 160.0)
    assert (second["PRICE"], second["SAVING"]) == (180.0, 20.0)

"""Four real public contracts, entered as contract files, answer as their own text does.

The amounts were worked out by hand from the documents. A bundle is more than one question. The
amount of Wynn Las Vegas is one thing, quantity 1; the Florida price sheets hold for "the initial
term", without a date, so any day will do.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.places import DATA
from xlfuncs.loader import load
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.findings import Severity
from xlfuncs.sheets.lint import check

CONTRACTS = DATA / "contracts"

CASES = [
    # galaxy_telnet.toml
    ("galaxy_telnet", [("i-box licences", 500)], "2004-07-01", "7000.00", "package row"),
    (
        "galaxy_telnet",
        [("i-box licences", 1350)],
        "2004-07-01",
        "14000.00",
        "printed package price; 1,350 x 10.50 = 14,175 is not the price",
    ),
    (
        "galaxy_telnet",
        [("i-box licences", 6700)],
        "2004-07-01",
        "42000.00",
        "printed package price; 6,700 x 6.30 = 42,210 is not the price",
    ),
    ("galaxy_telnet", [("i-box licences", 20000)], "2004-07-01", "70000.00", "largest package"),
    (
        "galaxy_telnet",
        [("i-box licences", 600)],
        "2004-07-01",
        "8400.00",
        "7,000 + 100 x 14.00; also less than the next package",
    ),
    (
        "galaxy_telnet",
        [("i-box licences", 1200)],
        "2004-07-01",
        "not determinable",
        "7,000 + 700 x 14.00 = 16,800, or the 1,350 package at 14,000: it does not choose",
    ),
    (
        "galaxy_telnet",
        [("i-box licences", 25000)],
        "2004-07-01",
        "87500.00",
        "70,000 + 5,000 x 3.50; no larger package",
    ),
    (
        "galaxy_telnet",
        [("i-box licences", 400)],
        "2004-07-01",
        "no price",
        "smallest package is 500",
    ),
    (
        "galaxy_telnet",
        [("i-box licences", 500), ("co-branding", 1)],
        "2004-07-01",
        "8350.00",
        "7,000 + 1,350 one time",
    ),
    (
        "galaxy_telnet",
        [("DID Canada, order", 1), ("DID Canada, monthly", 25)],
        "2004-07-01",
        "325.00",
        "250 + 25 x 3.00",
    ),
    (
        "galaxy_telnet",
        [("DID USA, order", 1), ("DID USA, monthly", 50)],
        "2004-07-01",
        "375.00",
        "250 per order (not per block) + 50 x 2.50",
    ),
    (
        "galaxy_telnet",
        [("DID Canada, monthly", 10)],
        "2004-07-01",
        "no price",
        "25-number block minimum",
    ),
    (
        "galaxy_telnet",
        [("VoIP connectivity, one time", 10), ("VoIP connectivity, monthly", 10)],
        "2004-07-01",
        "159.00",
        "10 x 9.95 + 10 x 5.95",
    ),
    (
        "galaxy_telnet",
        [("PSTN termination", 1)],
        "2004-07-01",
        "not determinable",
        "'See Current Published Rates' (not in the contract, change without notice)",
    ),
    ("galaxy_telnet", [("Custom Calling Zone", 1)], "2004-07-01", "no price", "'Custom Quote'"),
    # snotarator.toml
    ("snotarator", [("Snotarator", 999)], "2013-09-01", "no price", "minimum order 1,000"),
    ("snotarator", [("Snotarator", 1000)], "2013-09-01", "4500.00", "1,000 x 4.50"),
    ("snotarator", [("Snotarator", 4999)], "2013-09-01", "22495.50", "4,999 x 4.50"),
    (
        "snotarator",
        [("Snotarator", 5000)],
        "2013-09-01",
        "not determinable",
        "in two rows: 22,500.00 at 4.50 or 20,750.00 at 4.15",
    ),
    ("snotarator", [("Snotarator", 5001)], "2013-09-01", "20754.15", "5,001 x 4.15, all units"),
    (
        "snotarator",
        [("Snotarator", 7500)],
        "2013-09-01",
        "31125.00",
        "7,500 x 4.15 (graduated would be 32,875.00)",
    ),
    (
        "snotarator",
        [("Snotarator", 10000)],
        "2013-09-01",
        "41500.00",
        "10,000 x 4.15: 'over 10,000' excludes it",
    ),
    ("snotarator", [("Snotarator", 10001)], "2013-09-01", "39503.95", "10,001 x 3.95"),
    ("snotarator", [("Snotarator", 20000)], "2013-09-01", "79000.00", "20,000 x 3.95"),
    (
        "snotarator",
        [("Snotarator", 2000)],
        "2013-07-15",
        "no price",
        "price list is as of, and agreement dated, 1 August 2013",
    ),
    # wynn_las_vegas.toml
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2003-01-01",
        "not determinable",
        "contract as signed and change orders 1-3 not held",
    ),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2004-06-29",
        "934849556.00",
        "the figure CO 4 raises",
    ),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2004-06-30",
        "992672640.00",
        "CO 4, effective its date",
    ),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2004-08-29",
        "992672640.00",
        "CO 5 not yet",
    ),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2004-08-30",
        "not determinable",
        "CO 5: 'from and after the date of this Change Order' and 'effective as of 31 August'",
    ),
    ("wynn_las_vegas", [("Guaranteed Maximum Price", 1)], "2004-08-31", "1037476524.00", "CO 5"),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2005-01-15",
        "not determinable",
        "COs 6 and 7 not held; they raised it to 1,078,513,856 at unknown dates",
    ),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2005-05-30",
        "1078513856.00",
        "the figure CO 8 raises",
    ),
    ("wynn_las_vegas", [("Guaranteed Maximum Price", 1)], "2005-05-31", "1083479322.00", "CO 8"),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2005-07-19",
        "1083479322.00",
        "COs 9 and 10 not yet",
    ),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2005-07-20",
        "1133479322.00",
        "COs 9 and 10 have the same date; 10 starts from 9's figure, so 10 stands",
    ),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2006-06-06",
        "1133479322.00",
        "CO 11 not yet",
    ),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2006-06-07",
        "1129110884.00",
        "CO 11 lowers it",
    ),
    (
        "wynn_las_vegas",
        [("Guaranteed Maximum Price", 1)],
        "2007-01-01",
        "1129110884.00",
        "last change order held",
    ),
    # florida_kpmg.toml
    (
        "florida_kpmg",
        [("Tenable VM, per year", 250)],
        "2025-01-01",
        "8036.00",
        "printed total; 250 x 32.15 = 8,037.50",
    ),
    (
        "florida_kpmg",
        [("Tenable VM, per year", 5000)],
        "2025-01-01",
        "77118.00",
        "printed total; 5,000 x 15.42 = 77,100.00",
    ),
    (
        "florida_kpmg",
        [("Tenable VM, per year", 17000)],
        "2025-01-01",
        "151513.00",
        "printed total; 17,000 x 8.91 = 151,470.00",
    ),
    (
        "florida_kpmg",
        [("Tenable VM, per year", 1000)],
        "2025-01-01",
        "not determinable",
        "between packages; no rule",
    ),
    (
        "florida_kpmg",
        [("Tenable VM, per year", 100000)],
        "2025-01-01",
        "not determinable",
        "above the last package; no rule",
    ),
    (
        "florida_kpmg",
        [("Tenable VM, per year", 250), ("Managed security add-on, per year", 250)],
        "2025-01-01",
        "81745.00",
        "8,036 + 73,709",
    ),
    (
        "florida_kpmg",
        [("Proofpoint P0 F-Secure S (SaaS)", 300)],
        "2025-01-01",
        "48524.43",
        "fixed price for tier 1-500",
    ),
    (
        "florida_kpmg",
        [("Proofpoint P0 F-Secure S (SaaS)", 500)],
        "2025-01-01",
        "48524.43",
        "top of the tier",
    ),
    (
        "florida_kpmg",
        [("Proofpoint P0 F-Secure S (SaaS)", 501)],
        "2025-01-01",
        "67379.86",
        "fixed price for tier",
    ),
    (
        "florida_kpmg",
        [("Proofpoint P0 F-Secure S (SaaS)", 1000)],
        "2025-01-01",
        "86580.69",
        "top of the last fixed tier",
    ),
    (
        "florida_kpmg",
        [("Proofpoint P0 F-Secure S (SaaS)", 1001)],
        "2025-01-01",
        "73723.65",
        "1,001 x 73.65: less than for 1,000",
    ),
    (
        "florida_kpmg",
        [("Proofpoint P0 F-Secure S (SaaS)", 2500)],
        "2025-01-01",
        "184125.00",
        "2,500 x 73.65",
    ),
    (
        "florida_kpmg",
        [("Proofpoint P0 F-Secure S (SaaS)", 2501)],
        "2025-01-01",
        "147358.92",
        "2,501 x 58.92",
    ),
    (
        "florida_kpmg",
        [("Proofpoint P0 F-Secure S (SaaS)", 12000)],
        "2025-01-01",
        "520800.00",
        "12,000 x 43.40",
    ),
]


@pytest.mark.parametrize(("contract", "bundle", "day", "expected", "why"), CASES)
def test_a_real_contract_answers_as_its_text_does(
    contract: str, bundle: list[tuple[str, int]], day: str, expected: str, why: str
) -> None:
    book = PriceBook(load(CONTRACTS / f"{contract}.toml").contract)
    quotes = [
        book.answer(Question(Decimal(quantity), date.fromisoformat(day), service))
        for service, quantity in bundle
    ]
    kinds = {each.outcome for each in quotes}
    found = str(sum(q.price for q in quotes)) if kinds == {Outcome.PRICE} else kinds.pop().value
    assert found == expected, why


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_real_contract_has_no_errors(path: Path) -> None:
    findings = check(load(path))
    assert findings
    assert all(finding.severity is not Severity.ERROR for finding in findings)


def test_a_reading_is_an_assumption_that_the_answer_names() -> None:
    book = PriceBook(load(CONTRACTS / "snotarator.toml").contract)
    answer = book.answer(Question(Decimal(7500), date(2013, 9, 1)))
    assert [row.assumed_fields for row in answer.assumptions] == [("charge",)]

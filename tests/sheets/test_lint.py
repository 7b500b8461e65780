"""What `check` finds, each with its severity and place, and that it stays silent otherwise."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.contracts_in_code import SERVICE, row
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract, Counted, Increase, Purchase, Row
from xlfuncs.pricing.names import name_key
from xlfuncs.sheets.lint import check
from xlfuncs.sheets.parsers import Reading
from xlfuncs.sheets.schema import KeyPlace, format_name


def findings(*rows: Row) -> list[tuple[str, str, str]]:
    placed = tuple(
        each._replace(place=KeyPlace(f"row {number}", {})) for number, each in enumerate(rows, 1)
    )
    names: dict[str, str] = {}
    for each in rows:
        names.setdefault(name_key(each.service), each.service)
    services = tuple(SERVICE._replace(name=name) for name in names.values())
    reading = Reading(Contract("Test", "TEST", services, placed))
    found = [(f.severity.value, f.where, f.found) for f in check(reading)]
    return [
        each
        for each in found
        if not each[2].endswith("has no end date, so its prices continue indefinitely")
    ]


TIER = row(0, 1, "or more", "per unit", 10)


def test_a_sound_contract_has_nothing_to_be_found() -> None:
    assert findings(TIER, row(1, 1, "or more", "per unit", 9)) == []
    slabs = [row(0, 1, 10, "graduated", 5), row(0, 11, "or more", "graduated", 4)]
    assert findings(*slabs) == []


def named(service: str, first: int = 1) -> Row:
    return row(0, first, first, "package", 10)._replace(service=service)


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u061c"])
@pytest.mark.parametrize("field", ["title", "clause", "service", "source", "note"])
def test_a_character_that_is_not_seen_is_named_with_its_place(field: str, unseen: str) -> None:
    [(severity, where, found)] = findings(TIER._replace(**{field: f"EUR {unseen}00.5"}))
    assert (severity, where) == ("warning", f"row 1.{field}")
    assert found.startswith(f"{format_name(field)} has U+{ord(unseen):04X} ")
    assert "as character 5, which is not seen but may change what is" in found


def test_a_character_that_is_not_seen_is_found_once_wherever_it_stands() -> None:
    text = """
        [contract]
        name = "A\\u202E"
        prefix = "ACME"
        parties = ["One", "Two\\u2067"]
        open_questions = ["When\\u200B?"]
        [[services]]
        name = "Seats"
        unit = "sea\\u2069ts"
        [agreement]
        title = "The \\u202DAgreement"
        assumed = "Charge: a \\u202Aguess"
        tiers = [
            {clause = "1", quantity_from = 1, charge = "package", price = 1},
            {clause = "2", quantity_from = 2, charge = "package", price = 2},
        ]
    """
    found = [each for each in check(read_toml(text.encode())) if "is not seen" in each.found]
    assert [(each.where, each.found.partition(" as ")[0]) for each in found] == [
        ("contract.name", "name has U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("contract.parties[2]", "parties has U+2067 RIGHT-TO-LEFT ISOLATE"),
        ("contract.open_questions[1]", "open questions has U+200B ZERO WIDTH SPACE"),
        ("agreement.title", "document title has U+202D LEFT-TO-RIGHT OVERRIDE"),
        ("services[1].unit", "unit has U+2069 POP DIRECTIONAL ISOLATE"),
        ("agreement.tiers[1].assumed", "assumed has U+202A LEFT-TO-RIGHT EMBEDDING"),
    ]


def test_letters_of_any_language_are_seen() -> None:
    note = "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u00a0 \u20ac \U0001f600\ta\nb"
    assert findings(TIER._replace(note=note)) == []


FOUND: list[tuple[str, list[Row], str, str, str]] = [
    (
        "a name in another spelling",
        [named("Cloud Basic"), named("CLOUD  BASIC", 2)],
        "warning",
        "row 2.service",
        "service 'CLOUD  BASIC' is the same service as 'Cloud Basic', spelled differently",
    ),
    (
        "a name in full width",
        [named("Cloud"), named("\uff23loud", 2)],
        "warning",
        "row 2.service",
        "service '\uff23loud' is the same service as 'Cloud', spelled differently",
    ),
    (
        "a sharp s",
        [named("Stra\u00dfe"), named("STRASSE")],
        "warning",
        "row 2.service",
        "service 'STRASSE' looks like 'Stra\u00dfe' but is priced apart from it: "
        "U+0073 U+0073 here, U+00DF there",
    ),
    (
        "an accent apart",
        [named("Caf\u00e9"), named("Cafe\u0301")],
        "warning",
        "row 2.service",
        "service 'Cafe\u0301' looks like 'Caf\u00e9' but is priced apart from it: "
        "U+0065 U+0301 here, U+00E9 there",
    ),
    (
        "half-width katakana",
        [named("\u30ac\u30b9"), named("\uff76\uff9e\uff7d")],
        "warning",
        "row 2.service",
        "service '\uff76\uff9e\uff7d' looks like '\u30ac\u30b9' but is priced apart from it: "
        "U+FF76 U+FF9E U+FF7D here, U+30AC U+30B9 there",
    ),
    (
        "a name with something that cannot be seen",
        [named("Cloud\u200b")],
        "warning",
        "row 1.service",
        "service has U+200B ZERO WIDTH SPACE as character 6, which is not seen "
        "but may change what is",
    ),
    (
        "level rows",
        [row(0, 1, 10, "per unit", 5), row(0, 10, 20, "per unit", 5)],
        "warning",
        "row 2.quantity_from",
        "10 IPs are in both row 1 (5.00 each) and in row 2 (5.00 each), so neither prevails "
        "from 2020-01-01",
    ),
    (
        "duplicate rows",
        [TIER, TIER._replace(note="again")],
        "error",
        "row 2.document",
        "the row duplicates row 1, so neither can prevail",
    ),
    (
        "a gap between days",
        [
            TIER._replace(purchased_through=date(2020, 3, 31)),
            TIER._replace(purchased_from=date(2020, 5, 1)),
        ],
        "warning",
        "row 2.effective",
        "1 or more IPs are in no row, though they are before and after (Agreement, 1) "
        "from 2020-04-01 through 2020-04-30",
    ),
    (
        "a missing slab",
        [row(0, 1, 4, "graduated", 5), row(0, 6, 9, "graduated", 4)],
        "warning",
        "row 2.charge",
        "6 to 9 IPs add up tiers, but 5 IPs have no tier price from 2020-01-01",
    ),
    (
        "a missing document",
        [TIER, row(3, 1, 1, "package", 5)],
        "warning",
        "row 2.document",
        "documents 1 to 2 are missing between Agreement and Amendment 3",
    ),
    (
        "a discount off nothing",
        [row(0, 1, 5, "package", 5), row(1, 1, 9, "discount", 10)],
        "warning",
        "row 2.quantity_from",
        "6 to 9 IPs have a discount by Amendment 1, 1, and no price to take it off from 2020-01-02",
    ),
]


ADDED = row(1, 1, "or more", "per unit", 12)._replace(service="Support")

FOUND += [
    (
        "a service that only amendments have",
        [TIER, ADDED, ADDED._replace(service="support", document=2)],
        "note",
        "row 2.service",
        "no row of the agreement has the service 'Support'",
    ),
]

LETTER = row(1, 1, "or more", "per unit", 12)

FOUND += [
    (
        "a last row without an upper end",
        [row(0, 1, 1000, "per unit", 40), row(0, 1001, 1001, "per unit", 35)],
        "warning",
        "row 2.quantity_to",
        "the last row of 'Scanning' in Agreement is for exactly 1,001",
    ),
    (
        "a discount that a later price ends",
        [
            TIER,
            row(
                1,
                1,
                "or more",
                "discount",
                10,
                purchased_from=date(2020, 3, 1),
                purchased_through=date(2020, 3, 31),
            ),
            row(2, 1, "or more", "per unit", 9.5, effective=date(2020, 3, 10)),
        ],
        "warning",
        "row 2.charge",
        "Amendment 2, 1 ends 10 percent off of Amendment 1, 1 on 2020-03-10, though it runs "
        "through 2020-03-31: 1 IPs cost 9.00 the day before and 9.50 then",
    ),
    (
        "a smaller discount in place of a larger one",
        [
            TIER,
            row(1, 1, "or more", "standing discount", 8),
            row(2, 1, "or more", "standing discount", 3, effective=date(2020, 12, 1)),
        ],
        "warning",
        "row 2.charge",
        "Amendment 2, 1 (3 percent off) takes the place of 8 percent off of Amendment 1, 1 on "
        "2020-12-01, though nothing else ends it: 1 IPs cost 9.20 the day before and 9.70 then",
    ),
    (
        "more units that cost less",
        [row(0, 1, 100, "per unit", "0.40"), row(0, 101, "or more", "per unit", "0.35")],
        "note",
        "row 2.quantity_from",
        "89 to 100 IPs cost more than 101 IPs, which cost 35.35 (Agreement, 1) from 2020-01-01",
    ),
    (
        "a total that the row below it does not come to",
        [row(0, 1, 500, "additional", 10, 2), row(0, 501, "or more", "additional", 1000, 2)],
        "warning",
        "row 2.price",
        "the printed total of 501 IPs is 1,000.00, but row 1 (10.00 for the first 1 and 2.00 for "
        "each one above) comes to 1,010.00",
    ),
    (
        "a rise by a percent that is not on file",
        [TIER._replace(increases=(Increase(date(2025, 1, 1)),))],
        "note",
        "row 1.increases",
        "the rise of 2025-01-01 is not on file, nor is any price from then on",
    ),
    (
        "figures that somebody says were raised",
        [TIER._replace(effective=date(2025, 1, 1), increase="3 percent from 2025-01-01")],
        "note",
        "row 1.increase",
        "says '3 percent from 2025-01-01', but its figures are not calculated from the row before "
        "it",
    ),
    (
        "a discount that a later price ends for larger quantities",
        [
            row(0, 5, "or more", "per unit", 10),
            row(1, 1, "or more", "discount", 20),
            row(2, 1, "or more", "per unit", 9, effective=date(2020, 6, 15)),
        ],
        "warning",
        "row 2.charge",
        "Amendment 2, 1 ends 20 percent off of Amendment 1, 1 on 2020-06-15, though nothing else "
        "ends it: 5 IPs cost 40.00 the day before and 45.00 then",
    ),
    (
        "an executed document without a day",
        [TIER, LETTER._replace(signed=None, effective=None, not_on_file=("signed", "effective"))],
        "note",
        "row 2.effective",
        "no day of Amendment 1 is on file, so its rows are not on file from the agreement's date "
        "on",
    ),
    (
        "a document that replaces one of which nothing is known",
        [TIER, LETTER._replace(document=3, replaces=2)],
        "warning",
        "row 2.replaces",
        "Amendment 1 replaces document 2, which has no rows",
    ),
    (
        "a term whose end is not on file",
        [TIER._replace(not_on_file=("ends",))],
        "note",
        "row 1.ends",
        "no document on file states the end date of Agreement",
    ),
]


def test_totals_are_compared_with_the_price_of_one_and_within_days_and_bounds() -> None:
    million = row(0, 10**6, 10**6, "package", 2500, 2500, per=10**6)
    assert not any("apart" in found for _, _, found in findings(million))
    half_years = [
        each._replace(purchased_from=day)
        for day in (date(2020, 1, 1), date(2020, 7, 1))
        for each in (row(0, 1, 19, "additional", 10, 5), row(0, 20, 30, "additional", 105, 5))
    ]
    assert not any("comes to" in found for _, _, found in findings(*half_years))
    held = row(0, 10, 19, "additional", 100, 5, maximum=Decimal(120))
    above = row(0, 20, 30, "additional", 120, 5)
    assert not any("comes to" in found for _, _, found in findings(held, above))


def test_a_term_without_an_end_is_found_once() -> None:
    placed = TIER._replace(place=KeyPlace("row 1", {}))
    contract = Contract("Test", "TEST", (SERVICE,), (placed, placed._replace(clause="2")))
    ends = [each.where for each in check(Reading(contract)) if "has no end date" in each.found]
    assert ends == ["row 1.ends"]


def test_a_row_that_is_not_on_file_needs_no_clause() -> None:
    unknown = row(0, 10, 20, "not on file")._replace(clause="")
    assert not any("clause" in found for _, _, found in findings(TIER, unknown))


# Findings of other kinds are shown by tests/messages/test_findings.py.
@pytest.mark.parametrize(
    ("rows", "severity", "where", "found"), [case[1:] for case in FOUND], ids=[c[0] for c in FOUND]
)
def test_what_is_doubtful_is_found(rows: list[Row], severity: str, where: str, found: str) -> None:
    assert (severity, where, found) in findings(*rows)


@pytest.mark.parametrize(
    ("service", "severity", "found"),
    [
        ("Scaning", "warning", "service 'Scaning' is priced apart from 'Scanning'"),
        ("\u0405canning", "warning", "service '\u0405canning' looks like 'Scanning' but is priced"),
        ("Support", "note", "no row of the agreement has the service 'Support'"),
    ],
)
def test_a_service_that_only_an_amendment_has_is_found_once(
    service: str, severity: str, found: str
) -> None:
    [finding] = findings(TIER, ADDED._replace(service=service))
    assert finding[:2] == (severity, "row 2.service")
    assert finding[2].startswith(found)


def test_a_service_is_new_only_where_the_agreement_has_rows() -> None:
    assert findings(ADDED, ADDED._replace(service="Scanning")) == []


def test_a_doubt_is_told_once_for_neighbouring_days() -> None:
    level = [row(0, 1, 10, "per unit", 5), row(0, 10, 20, "per unit", 5)]
    elsewhere = row(1, 50, 50, "package", 3, effective=date(2020, 7, 1))
    told = [where for _, where, found in findings(*level, elsewhere) if "are in both" in found]
    assert told == ["row 2.quantity_from"]


def test_a_tie_that_a_window_hides_is_told_with_its_days() -> None:
    level = [row(0, 5, 5, "per unit", 5), row(0, 5, 5, "package", 20)]
    window = row(
        0, 5, 5, "package", 1, purchased_from=date(2020, 3, 1), purchased_through=date(2020, 3, 9)
    )
    told = [found.rsplit("prevails", 1)[1] for _, _, found in findings(*level, window)[1:3]]
    assert told == [" from 2020-01-01 through 2020-02-29", " from 2020-03-10"]


def test_names_that_are_meant_to_differ_are_left_alone() -> None:
    def named(*names: str) -> list[Row]:
        return [TIER._replace(service=name) for name in names]

    assert findings(*named("Tier 1 support", "Tier 2 support", "DID USA, order")) == []


def test_the_shipped_contract_has_notes_and_the_total_that_does_not_multiply_out() -> None:
    found: list[Any] = check(load_reading(SHIPPED))
    assert [f.where for f in found if f.severity.value != "note"] == ["amendments[1].rows[1].price"]
    assert [finding.where for finding in found][1:6] == [
        "agreement.tiers[1].charge",
        "agreement.dated",
        "agreement.tiers[2].charge",
        "agreement.tiers[3].charge",
        "amendments[1].signed",
    ]


# Quantities that add up.


def counting(*rows: Row, dated: bool = True, **service: Any) -> list[tuple[str, str, str]]:
    """The findings in how a service counts, of a file that says so in its first service."""
    elsewhere = {field: f"services[1].{field}" for field in ("counted", "limit")}
    placed = tuple(
        each._replace(
            place=KeyPlace("row", elsewhere), signed=each.signed if dated or each.document else None
        )
        for each in rows
    )
    contract = Contract("Test", "TEST", (SERVICE._replace(**service),), placed)
    found = [(f.severity.value, f.where, f.found) for f in check(Reading(contract))]
    return [each for each in found if each[1].startswith("services")]


def test_a_limit_below_the_smallest_range_is_a_warning() -> None:
    rows = [row(0, 10, "or more", "per unit", 5), row(1, 1, "or more", "discount", 5)]
    assert counting(*rows, limit=Decimal(10)) == []
    [(severity, where, found)] = counting(*rows, limit=Decimal(9))
    assert (severity, where) == ("warning", "services[1].limit")
    assert "9 IPs, is below the smallest quantity that any row prices, 10 IPs" in found


def test_a_contract_year_without_the_agreements_date_is_a_warning() -> None:
    assert counting(TIER, counted=Counted.CONTRACT_YEAR) == []
    assert counting(TIER, counted=Counted.YEAR, dated=False) == []
    [(severity, where, found)] = counting(TIER, counted=Counted.CONTRACT_YEAR, dated=False)
    assert (severity, where) == ("warning", "services[1].counted")
    assert "no date of the agreement is on file" in found


def test_a_period_in_which_only_the_first_purchase_has_a_price_is_a_warning() -> None:
    package, fee = row(0, 1, 10, "package", 5), row(0, 11, "or more", "additional", 5, 1)
    assert counting(package, fee, counted=Counted.PURCHASE) == []
    assert counting(package, fee, TIER, counted=Counted.MONTH) == []
    [(severity, where, found)] = counting(package, fee, counted=Counted.MONTH)
    assert (severity, where) == ("warning", "services[1].counted")
    assert "a second purchase has no price" in found


def test_what_nobody_says_of_how_purchases_add_up_is_an_open_point() -> None:
    assert counting(TIER, counted=Counted.NOT_SAID) == [
        (
            "note",
            "services[1].counted",
            "the contract does not say how purchases of 'Scanning' add up",
        )
    ]


def test_purchases_of_the_contract_add_up() -> None:
    purchases = tuple(Purchase(Decimal(60), date(2020, month, 1)) for month in (1, 1, 2))
    service = SERVICE._replace(counted=Counted.MONTH, limit=Decimal(100))
    placed = TIER._replace(place=KeyPlace("row", {}))
    contract = Contract("Test", "TEST", (service,), (placed,), purchases=purchases)
    found = [f for f in check(Reading(contract)) if f.where.startswith("purchases")]
    assert [(f.severity.value, f.where) for f in found] == [("note", "purchases[2].quantity")]
    assert "40 IPs were left" in found[0].found

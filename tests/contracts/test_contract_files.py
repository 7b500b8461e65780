"""Contract files: what is wrong is refused with its key and what was expected."""

from pathlib import Path

import pytest

from tests.support.places import CONTRACTS
from tests.support.small_contract import CONTRACT
from tests.support.workbook_edits import built, sheets_of, shipped_workbook
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.errors import FileFormatError
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.parsers import Reading


def read(text: str, tmp_path: Path) -> Reading:
    path = tmp_path / "contract.toml"
    path.write_text(text, encoding="utf-8")
    return load_reading(path)


def without_purchases(contract: Contract | None) -> Contract:
    assert contract is not None
    return contract._replace(purchases=())


def test_the_small_contract_is_right(tmp_path: Path) -> None:
    assert read(CONTRACT, tmp_path).problems == ()


PRICE, PRICED = "amendments[1].rows[1].price: price is", "price = 995.00"
DATED, EFFECTIVE, CLAUSE = "dated = 2020-01-01", "effective = 2020-02-01", 'clause = "2"'
NO_TIME, NO_DAY = "2013-12-20, without a time of day", "is 2020, and a year is not a date"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('prefix = "ACME"', 'prefix = "Acme"', "contract.prefix: is 'Acme'; expected up to 20"),
        ("[contract]", "contracts = 1\n[contract]", "contracts: is an unknown key"),
        ("[contract]", "[contract]\nparties = [{" + "a." * 29 + "a = 1}]", "is a table; expected"),
        ("[contract]", '[contract]\nparties = [" "]', "parties[1]: is blank; expected text"),
        ('unit = "IPs"', 'units = "IPs"', "services[1].units: is an unknown key"),
        (DATED, "dated = 2020.0", "agreement.dated: is 2020.0, and a year is not a d"),
        (DATED, 'dated = "2020"', "is '2020', and a year is not a date; expected a d"),
        (DATED, "dated = 43831", "agreement.dated: is 43831; expected a date such"),
        (DATED, "dated = nan", "agreement.dated: is NaN; expected a date such as"),
        (DATED, "dated = 2020-01-01 10:00:00Z", NO_TIME),
        (DATED, "dated = 10:00:00", "agreement.dated: is a time; expected a date"),
        (DATED, "signed = 2020-01-01", "agreement.signed: is an unknown key"),
        (EFFECTIVE, "effective = 2020", f"amendments[1].effective: {NO_DAY}"),
        (EFFECTIVE, f"{EFFECTIVE}\nends = 2020-01-01", "amendments[1].ends"),
        (CLAUSE, "signed = 2020", f"amendments[1].rows[1].signed: {NO_DAY}"),
        (CLAUSE, "purchased_from = 2020", f"amendments[1].rows[1].purchased_from: {NO_DAY}"),
        (CLAUSE, "clause = 0x" + "f" * 90, "clause is a number of about 108 digits;"),
        (
            "[agreement]",
            "[[purchases]]\nquantity = 1\npurchased = 2020\n[agreement]",
            f"purchases[1].purchased: {NO_DAY}",
        ),
        ("number = 1", "", "amendments[1].number: amendment no. is blank; expected"),
        (PRICED, "price = true", f"{PRICE} TRUE; expected"),
        (PRICED, "price = [1]", f"{PRICE} a list; expected"),
        (PRICED, "price = 1e999999999", f"{PRICE} 1E+999999999; expected"),
        (PRICED, "price = 0x" + "f" * 90, "expected at most 15 digits"),
        (PRICED, f"{PRICED}\nprize = 1", "rows[1].prize: is an unknown key"),
    ],
)
def test_what_is_wrong_is_refused_with_its_key(
    old: str, new: str, problem: str, tmp_path: Path
) -> None:
    """What people do more often has its whole message in `tests/messages`."""
    assert old in CONTRACT
    reading = read(CONTRACT.replace(old, new, 1), tmp_path)
    assert reading.contract is None
    assert any(problem in str(found) for found in reading.problems), reading.problems


def test_all_problems_of_a_file_are_found_in_one_pass(tmp_path: Path) -> None:
    text = CONTRACT.replace("10.00", '"ten"').replace("995.00", '"nine"').replace('"ACME"', "1")
    assert [problem.where for problem in read(text, tmp_path).problems] == [
        "contract.prefix",
        "agreement.tiers[1].unit_price",
        "amendments[1].rows[1].price",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[contract\n", "not valid TOML: "),
        ("a . " * 100_000 + "a = 1", "line 1 has a key with more parts than any contract key"),
    ],
)
def test_what_is_no_toml_is_one_sentence(content: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError) as refusal:
        read(content, tmp_path)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_row_has_its_dates_from_its_document_unless_it_says_otherwise(tmp_path: Path) -> None:
    text = CONTRACT.replace(
        "effective = 2020-02-01",
        'effective = 2020-02-01\nassumed = "Signed, Effective: faint copy\\nCharge: a reading"',
    ).replace('clause = "2"', 'clause = "2"\neffective = 2020-05-01\nassumed = "Price: faint"')
    row = read(text, tmp_path).contract.amendments[0]
    assert str(row.effective) == "2020-05-01"
    assert [assumption.fields for assumption in row.assumed] == [
        ("signed",),
        ("charge",),
        ("price",),
    ]


def test_a_row_may_state_a_title_and_a_day_of_signing_of_its_own(tmp_path: Path) -> None:
    text = CONTRACT.replace(
        "signed = 2020-02-01", 'signed = 2020-02-01\nassumed = "Signed: a stamp"'
    ).replace('clause = "2"', 'title = "Annex"\nclause = "2"\nsigned = 2020-02-05')
    [row] = read(text, tmp_path).contract.amendments
    assert (row.title, str(row.signed), row.assumed) == ("Annex", "2020-02-05", ())
    assert row.place.cell("title") == "amendments[1].rows[1].title"
    assert row.place.cell("signed") == "amendments[1].rows[1].signed"
    [tier] = read(text, tmp_path).contract.tiers
    assert (tier.title, tier.place.cell("signed")) == ("Agreement", "agreement.dated")


def test_the_end_of_the_term_holds_for_amendments_unless_they_state_another(
    tmp_path: Path,
) -> None:
    text = CONTRACT.replace("dated = 2020-01-01", "dated = 2020-01-01\nends = 2022-12-31")
    [row] = read(text, tmp_path).contract.amendments
    assert (str(row.ends), row.place.cell("ends")) == ("2022-12-31", "agreement.ends")
    extended = text.replace("signed = 2020-02-01", "signed = 2020-02-01\nends = 2024-12-31")
    [row] = read(extended, tmp_path).contract.amendments
    assert (str(row.ends), row.place.cell("ends")) == ("2024-12-31", "amendments[1].ends")


def test_a_row_may_spell_its_service_otherwise(tmp_path: Path) -> None:
    text = CONTRACT.replace('clause = "2"', 'clause = "2"\nservice = "\uff33CANNING "')
    contract = read(text.replace('"Scanning"', '" Scanning  "'), tmp_path).contract
    assert [service.name for service in contract.services] == ["Scanning"]
    assert [row.service for row in contract.rows] == ["Scanning", "\uff33CANNING"]
    for titles, row in sheets_of(contract)[:2]:
        assert dict(zip(titles, row, strict=True))["Service"] == "Scanning"


@pytest.mark.parametrize(
    "path",
    [Path(SHIPPED), *CONTRACTS],
    ids=lambda path: path.stem,
)
def test_a_contract_goes_to_a_workbook_and_back_without_loss(path: Path, tmp_path: Path) -> None:
    reading = load_reading(path)
    book = tmp_path / "book.xlsx"
    book.write_bytes(built(reading.contract))
    back = load_reading(book)
    assert without_purchases(back.contract) == without_purchases(reading.contract)
    assert len(back.question_cells) == len(reading.question_cells)


def test_text_stays_text_in_a_workbook(tmp_path: Path) -> None:
    text = CONTRACT.replace('clause = "1"', 'clause = "=1+1"\nnote = "#N/A"\nsource = "a\\nb é"')
    book = tmp_path / "book.xlsx"
    book.write_bytes(built(read(text, tmp_path).contract))
    row = load_reading(book).contract.tiers[0]
    assert (row.clause, row.note, row.source) == ("=1+1", "#N/A", "a\nb é")


def test_every_figure_of_the_shipped_contract_is_printed_in_its_source_or_marked() -> None:
    contract = load_reading(SHIPPED).contract
    for row in contract.rows:
        for figure in (row.price, row.unit_price):
            assert figure is None or f"{figure:,f}".removesuffix(".00") in row.source
        assert row.charge.value == "not on file" or row.source
        assert row.document == 0 or row.assumed_fields == ("signed", "effective")
    assert shipped_workbook() == built(contract)


def test_a_long_word_in_a_line_with_many_points_is_read_at_once() -> None:
    note = "x" * 30_000 + ". " * 40
    assert read_toml(f'[contract]\nname = "{note}"'.encode()).problems

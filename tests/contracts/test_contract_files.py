"""Contract files: what is wrong is refused with its key and what was expected."""

from pathlib import Path

import pytest

from tests.support.places import CONTRACTS
from tests.support.workbook_edits import built, sheets_of, shipped_workbook
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.errors import FileFormatError
from xlfuncs.loader import SHIPPED, load
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.records import Reading

SMALL = """\
[contract]
name = "Small"
prefix = "SMALL"

[[services]]
name = "Scanning"
unit = "IPs"

[agreement]
title = "Agreement"
dated = 2020-01-01

[[agreement.tiers]]
clause = "1"
quantity_from = 1
charge = "package"
price = 10.00

[[amendments]]
number = 1
title = "Amendment 1"
signed = 2020-02-01
effective = 2020-02-01

[[amendments.rows]]
clause = "2"
quantity_from = 1
charge = "package"
price = 9.00
"""


def read(text: str, tmp_path: Path) -> Reading:
    path = tmp_path / "contract.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def without_purchases(contract: Contract | None) -> Contract:
    assert contract is not None
    return contract._replace(purchases=())


def test_the_small_contract_is_right(tmp_path: Path) -> None:
    assert read(SMALL, tmp_path).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('prefix = "SMALL"', "", "contract.prefix: is missing; expected text in quotes"),
        ('prefix = "SMALL"', 'prefix = "Small"', "contract.prefix: is 'Small'; expected up to 20"),
        ('name = "Small"', "name = 5", "contract.name: is 5; expected text in quotes"),
        (
            'name = "Small"',
            'name = "S\\u0007"',
            "contract.name: has U+0007 as character 2; expected text",
        ),
        (
            'name = "Small"',
            'name = "S"\nnmae = 1',
            "contract.nmae: is an unknown key",
        ),
        ("[contract]", "[contract]\nparties = 5", "contract.parties: is 5; expected a list in [ ]"),
        ("[contract]", "[contract]\nparties = [5]", "contract.parties[1]: is 5; expected text"),
        (
            "[contract]",
            "contracts = 1\n[contract]",
            "contracts: is an unknown key",
        ),
        ('unit = "IPs"', "step = 0", "services[1].step: step is 0; expected a step above 0"),
        ('unit = "IPs"', 'part_units = "some"', "services[1].part_units: part units is 'some'"),
        ('unit = "IPs"', 'units = "IPs"', "services[1].units: is an unknown key"),
        (
            'unit = "IPs"',
            '[[services]]\nname = "scanning"',
            "services[2].name: is 'scanning' a second time; expected it once",
        ),
        (
            'unit = "IPs"',
            '[[services]]\nname = "Sweeping"',
            "services[2].name: is 'Sweeping', which no row prices",
        ),
        (
            "dated = 2020-01-01",
            'dated = "2020-01-01"',
            "agreement.dated: is '2020-01-01'; expected",
        ),
        ("dated = 2020-01-01", "dated = 2020", "dated: is 2020, and a year is no day; expected a"),
        ("dated = 2020-01-01", "dated = 2020.0", "agreement.dated: is 2020.0, and a year is no d"),
        ("dated = 2020-01-01", 'dated = "2020"', "is '2020', and a year is no day; expected a d"),
        ("dated = 2020-01-01", "dated = 43831", "agreement.dated: is 43831; expected a date such"),
        ("dated = 2020-01-01", "dated = nan", "agreement.dated: is NaN; expected a date such as"),
        ("dated = 2020-01-01", "dated = 2020-01-01T10:00:00", "2013-12-20, without a time of day"),
        ("dated = 2020-01-01", "dated = 2020-01-01 10:00:00Z", "2013-12-20, without a time of day"),
        ("dated = 2020-01-01", "dated = 10:00:00", "agreement.dated: is a time; expected a date"),
        ("dated = 2020-01-01", "dated = 1905-07-12", "cannot tell from the year 2020; expected"),
        ('clause = "2"', "purchased_from = 2020", "amendments[1].rows[1].purchased_from: is 2020,"),
        ('clause = "2"', "signed = 2020", "amendments[1].rows[1].signed: is 2020, and a year is"),
        ("effective = 2020-02-01", "effective = 2020", "amendments[1].effective: is 2020, and a y"),
        (
            "[agreement]",
            "[[purchases]]\nquantity = 1\npurchased = 2020\n[agreement]",
            "purchases[1].purchased: is 2020, and a year is no day",
        ),
        ("dated = 2020-01-01", "dated = 2020-01-01\nends = 2019-01-01", "agreement.ends: ends is"),
        ("dated = 2020-01-01", "signed = 2020-01-01", "agreement.signed: is an unknown key"),
        ('title = "Agreement"', "", "agreement.title: title is blank; expected the document's"),
        ("price = 10.00", "price = 10.005", "agreement.tiers[1].price: price is 10.005; expected"),
        ("price = 10.00", 'price = "10"', "agreement.tiers[1].price: price is '10'; expected"),
        ("price = 10.00", "price = true", "agreement.tiers[1].price: price is TRUE; expected"),
        ("price = 10.00", "price = inf", "agreement.tiers[1].price: price is Infinity; expected"),
        ("price = 10.00", "price = 1e999999999", "tiers[1].price: price is 1E+999999999; expected"),
        ("price = 10.00", "price = 0x" + "f" * 90, "expected at most 15 digits"),
        ('clause = "1"', "clause = 0x" + "f" * 90, "clause is a number of some 108 digits;"),
        ("[contract]", "[contract]\nparties = [{" + "a." * 29 + "a = 1}]", "is a table; expected"),
        ("[contract]", '[contract]\nparties = [" "]', "parties[1]: is blank; expected text"),
        ("price = 10.00", "price = [1]", "agreement.tiers[1].price: price is a list; expected"),
        (
            "price = 10.00",
            "price = 10.00\nprize = 1",
            "tiers[1].prize: is an unknown key",
        ),
        (
            "price = 10.00",
            "percent = 5",
            "tiers[1].percent: percent is 5; expected nothing",
        ),
        (
            "price = 10.00",
            'service = "Sweeping"',
            "tiers[1].service: is 'Sweeping'; expected",
        ),
        ("number = 1", "", "amendments[1].number: document is blank; expected"),
        ("number = 1", "number = 0", "amendments[1].number: document is 0; expected 1 or more"),
        ("number = 1", "number = 1.5", "amendments[1].number: document is 1.5; expected a whole"),
        (
            "effective = 2020-02-01",
            "effective = 2020-02-01\nends = 2020-01-01",
            "[1].ends",
        ),
        (
            "effective = 2020-02-01",
            'effective = 2020-02-01\nassumed = "because"',
            "amendments[1].assumed: is 'because'; expected columns, a colon and why",
        ),
        (
            'clause = "2"\nquantity_from = 1',
            'clause = "2"\nquantity_from = 7\nquantity_to = 5',
            "amendments[1].rows[1].quantity_to: quantity to is 5; expected 7 or more",
        ),
        ("[[amendments.rows]]", "[amendments.rows]", "amendments[1].rows: is a table"),
        (
            "[agreement]",
            "[[purchases]]\nquantity = 1\n[agreement]",
            "[1].purchased: is blank",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_key(
    old: str, new: str, problem: str, tmp_path: Path
) -> None:
    assert old in SMALL
    reading = read(SMALL.replace(old, new, 1), tmp_path)
    assert reading.contract is None
    assert any(problem in str(found) for found in reading.problems), reading.problems


def test_all_problems_of_a_file_are_found_in_one_pass(tmp_path: Path) -> None:
    text = SMALL.replace("10.00", '"ten"').replace("9.00", '"nine"').replace('"SMALL"', "1")
    assert [problem.where for problem in read(text, tmp_path).problems] == [
        "contract.prefix",
        "agreement.tiers[1].price",
        "amendments[1].rows[1].price",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[contract\n", "not valid TOML: "),
        (b"a = 1\na = 2\n", "not valid TOML: "),
        (b"\xff\xfe[\0", "not UTF-8 text"),
        (b"a = " + b"[" * 100_000, "without end"),
        (b"a = 1" + b"0" * 5000, "line 1 has a number of 5,001 characters; expected at most 100"),
        (b"a = 1e9999999999", "line 1 has the number 1e9999999999; expected one written out"),
        (b"a . " * 100_000 + b"a = 1", "line 1 has a key of more parts than any contract has"),
        (b"a = 1\n" * 10**6, "has 6 MiB; expected at most 4 MiB"),
    ],
)
def test_what_is_no_toml_is_one_sentence(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "contract.toml"
    path.write_bytes(content)
    with pytest.raises(FileFormatError) as refusal:
        load(path)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_empty_file_says_what_a_contract_needs(tmp_path: Path) -> None:
    assert [str(problem) for problem in read("", tmp_path).problems] == [
        "contract: is missing; expected a table",
        "contract.name: is missing; expected text in quotes",
        "contract.prefix: is missing; expected text in quotes",
        "agreement: is missing; expected a table",
    ]


def test_a_row_has_its_dates_from_its_document_unless_it_says_otherwise(tmp_path: Path) -> None:
    text = SMALL.replace(
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
    text = SMALL.replace(
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
    text = SMALL.replace("dated = 2020-01-01", "dated = 2020-01-01\nends = 2022-12-31")
    [row] = read(text, tmp_path).contract.amendments
    assert (str(row.ends), row.place.cell("ends")) == ("2022-12-31", "agreement.ends")
    extended = text.replace("signed = 2020-02-01", "signed = 2020-02-01\nends = 2024-12-31")
    [row] = read(extended, tmp_path).contract.amendments
    assert (str(row.ends), row.place.cell("ends")) == ("2024-12-31", "amendments[1].ends")


def test_a_row_may_spell_its_service_otherwise(tmp_path: Path) -> None:
    text = SMALL.replace('clause = "2"', 'clause = "2"\nservice = "\uff33CANNING "')
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
    reading = load(path)
    book = tmp_path / "book.xlsx"
    book.write_bytes(built(reading.contract))
    back = load(book)
    assert without_purchases(back.contract) == without_purchases(reading.contract)
    assert len(back.question_cells) == len(reading.question_cells)


def test_text_stays_text_in_a_workbook(tmp_path: Path) -> None:
    text = SMALL.replace('clause = "1"', 'clause = "=1+1"\nnote = "#N/A"\nsource = "a\\nb é"')
    book = tmp_path / "book.xlsx"
    book.write_bytes(built(read(text, tmp_path).contract))
    row = load(book).contract.tiers[0]
    assert (row.clause, row.note, row.source) == ("=1+1", "#N/A", "a\nb é")


def test_every_figure_of_the_shipped_contract_is_printed_in_its_source_or_marked() -> None:
    contract = load(SHIPPED).contract
    for row in contract.rows:
        for figure in (row.price, row.unit_price):
            assert figure is None or f"{figure:,f}".removesuffix(".00") in row.source
        assert row.charge.value == "not on file" or row.source
        assert row.document == 0 or row.assumed_fields == ("signed", "effective")
    assert shipped_workbook() == built(contract)


def test_a_long_word_in_a_line_with_many_points_is_read_at_once() -> None:
    note = "x" * 30_000 + ". " * 40
    assert read_toml(f'[contract]\nname = "{note}"'.encode()).problems

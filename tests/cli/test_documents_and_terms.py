"""Commands about documents through a number, and about what prices are for and are printed per."""

import json
from pathlib import Path

import pytest

import xlfuncs
from tests.support.cli_runner import Run
from tests.support.places import DATA

LETTERS = DATA / "contracts_as_printed" / "letter_with_its_number.toml"
"""27.31 a ton; 39.00 by document 1; 41.56 in a window by document 2, which replaces document 1."""

STORAGE = """\
[contract]
name = "Storage"
prefix = "STORAGE"
currency = "USD"

[[services]]
name = "Storage"
unit = "GB"
billed = "month"

[[services]]
name = "Calls"
unit = "calls"
part_units = "not said"

[agreement]
title = "Agreement"
dated = 2020-01-01

[[agreement.tiers]]
clause = "1"
service = "Storage"
quantity_from = 0
quantity_to = "or more"
charge = "per unit"
unit_price = 2.00
per = 1000
minimum = 5.00
increases = [{from = 2021-01-01, percent = 10}]

[[agreement.tiers]]
clause = "2"
service = "Calls"
quantity_from = 1
quantity_to = 10
charge = "package"
price = 7.00
effective = "not on file"
"""
OF_STORAGE = ("--service", "Storage")


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    path = tmp_path / "storage.toml"
    path.write_text(STORAGE)
    return path


# Documents through a number.


@pytest.mark.parametrize(
    ("number", "price"),
    [("0", "273.10"), ("1", "390.00"), ("2", "415.60"), ("3", "415.60"), ("999", "415.60")],
)
def test_later_documents_do_not_count(number: str, price: str, run: Run) -> None:
    question = ("10", "2008-11-15", "-c", LETTERS)
    ran = run("price", *question, "--through", number)
    assert (ran.status, ran.out) == (0, f"{price}\n")
    explained = run("explain", *question, "--through", number)
    asked, *_ = explained.out.splitlines()
    assert asked.endswith(f"; documents through no. {number}")
    answer = json.loads(run("price", *question, "--through", number, "--json").out)
    assert (answer["price"], answer["through"]) == (price, int(number))
    lines = xlfuncs.load(LETTERS).through(int(number)).explain(10, "2008-11-15")
    assert f"{lines} ({LETTERS})\n" == explained.out


def test_without_a_number_all_documents_count(run: Run) -> None:
    answer = json.loads(run("price", "10", "2008-11-15", "-c", LETTERS, "--json").out)
    assert (answer["price"], answer["through"]) == ("415.60", None)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("1", ""),
        ("9", "no document 9; all documents count, the last one being document 2"),
        ("3", "no document 3; earlier documents count, the last one being document 2"),
    ],
)
def test_a_number_that_no_document_has_is_remarked_on(
    number: str, said: str, tmp_path: Path, run: Run
) -> None:
    path = LETTERS
    if number == "3":
        path = tmp_path / "letters.toml"
        text = LETTERS.read_text().replace('currency = "USD"', 'currency = "USD"\nnot_held = [4]')
        path.write_text(text)
    ran = run("price", "10", "2008-11-15", "-c", path, "--through", number)
    assert ran.status == 0
    assert ran.err == (said and f"xlfuncs: the contract has {said}\n")


@pytest.mark.parametrize("number", ["-1", "1.5", "two", "", "\u0661", "1" * 20])
@pytest.mark.parametrize(
    "command", ["price 10 2008-11-15", "schedule 2008-11-15", "timeline 10", "sql --dialect spark"]
)
def test_what_is_no_number_of_a_document_is_bad_input(command: str, number: str, run: Run) -> None:
    ran = run(*command.split(), "-c", LETTERS, f"--through={number}")
    assert (ran.status, ran.out) == (2, "")
    assert f"--through is {number!r}; expected a document number, such as 2" in ran.err


@pytest.mark.parametrize("number", [-1, True, 1.0, "1", None])
def test_in_python_it_is_an_input_error(number: object) -> None:
    with pytest.raises(xlfuncs.InputError, match="expected a document number, such as 2"):
        xlfuncs.load(LETTERS).through(number)  # type: ignore[arg-type]


def test_a_workbook_is_built_of_all_documents() -> None:
    with pytest.raises(xlfuncs.InputError, match="a workbook has all documents"):
        xlfuncs.load(LETTERS).through(1).build(".xlsm")


def test_tables_say_through_which_document_they_are(run: Run) -> None:
    through = ("-c", LETTERS, "--through", "1", "--known-on", "2008-10-01")
    for asked in (("schedule", "2008-11-15"), ("timeline", "10")):
        ran = run(*asked, *through)
        assert "39.00" in ran.out or "390.00" in ran.out
        assert "as known on 2008-10-01, documents through no. 1\n" in ran.out
        [*_, last] = json.loads(run(*asked, *through, "--json").out)
        assert (last["known_on"], last["through"]) == ("2008-10-01", 1)


def test_what_later_documents_have_changed_is_a_diff_of_one_contract(run: Run) -> None:
    ran = run("diff", LETTERS, "--through", "1")
    assert ran.status == 1
    titles, _, *rows, _, contract = ran.out.splitlines()
    assert contract.startswith("Contract: ")
    assert titles.split()[4:] == ["Through", "document", "1", "Now"]
    assert [row.split("   ")[2].strip() for row in rows] == [
        "2008-08-01 to 2008-09-30",
        "2008-10-01 to 2008-12-31",
        "from 2009-01-01",
    ]
    assert "39.00 each (Letter of August 1, 1)" in rows[0]
    found = json.loads(run("diff", LETTERS, "--through", "1", "--json").out)
    assert found["through"] == {"before": 1, "after": None}


def test_what_one_document_has_changed_is_a_diff_through_two_numbers(run: Run) -> None:
    ran = run("diff", LETTERS, "--through", "0", "--through", "1")
    titles, _, row, *_ = ran.out.splitlines()
    assert titles.split()[4:] == ["Through", "document", "0", "Through", "document", "1"]
    assert "from 2008-08-01" in row
    same = run("diff", LETTERS, LETTERS, "--through", "1")
    assert same.status == 0
    assert same.out.startswith("the answers are the same\nContract before: ")
    two = run("diff", LETTERS, LETTERS, "--through", "0", "--through", "1")
    assert two.out.splitlines()[:3] == ran.out.splitlines()[:3]
    many = run("diff", LETTERS, *("--through", "1") * 3)
    assert (many.status, many.out) == (2, "")
    assert "--through is given 3 times; expected once or twice" in many.err


# What prices are for, and rows as they are printed.


def test_what_a_price_is_for_is_said_wherever_it_is_shown(storage: Path, run: Run) -> None:
    of = ("-c", storage)
    assert (
        "Price: 10.00 USD per month\n" in run("explain", "5000", "2020-06-01", *OF_STORAGE, *of).out
    )
    schedule = run("schedule", "2020-06-01", *of).out.splitlines()
    assert schedule[2].startswith("Storage (per month)   ")
    timeline = run("timeline", "5000", *OF_STORAGE, *of).out
    assert "5,000 GB of 'Storage', per month, in USD\n" in timeline
    for asked in (
        ("schedule", "2020-06-01"),
        ("timeline", "5000"),
        ("price", "5000", "2020-06-01"),
    ):
        found = json.loads(run(*asked, *OF_STORAGE, *of, "--json").out)
        for each in found if isinstance(found, list) else [found]:
            assert each["billed"] == "month"


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (
            "month",
            "purchases of 'Storage' add up: prices are for a quantity with nothing bought "
            "before in the month",
        ),
        (
            "not said",
            "purchases of 'Storage' may add up: prices are for a quantity with nothing "
            "bought before",
        ),
    ],
)
def test_tables_say_that_nothing_was_bought_before_where_purchases_add_up(
    storage: Path, run: Run, counted: str, said: str
) -> None:
    of = ("-c", storage)
    asked = (("schedule", "2020-06-01", *of), ("timeline", "5000", *OF_STORAGE, *of))
    assert all("add up" not in run(*each).out for each in asked)
    storage.write_text(STORAGE.replace('unit = "GB"', f'unit = "GB"\ncounted = "{counted}"'))
    for each in asked:
        assert run(*each).out.splitlines().count(said) == 1
    assert "add up" not in run("schedule", "2020-06-01", "--service", "Calls", *of).out


def test_another_billing_period_is_told_beside_prices_that_differ(
    storage: Path, tmp_path: Path, run: Run
) -> None:
    later = tmp_path / "later.toml"
    by_year = STORAGE.replace('billed = "month"', 'billed = "year"')
    later.write_text(by_year)
    ran = run("diff", storage, later)
    said = "billing period of 'Storage': month before, year after"
    assert (ran.status, ran.out.splitlines()[0]) == (1, said)
    later.write_text(by_year.replace("unit_price = 2.00", "unit_price = 3.00"))
    rows = run("diff", storage, later).out.splitlines()
    assert rows[2].startswith("Storage   ")
    assert rows[2].count("per month (") == rows[2].count("per year (") == 1
    assert said in rows
    later.write_text(STORAGE.replace("unit_price = 2.00", "unit_price = 3.00"))
    rows = run("diff", storage, later).out.splitlines()
    assert rows[2].startswith("Storage (per month)   ")
    change = json.loads(run("diff", storage, later, "--json").out)["changes"][0]
    assert (change["before"]["billed"], change["after"]["billed"]) == ("month", "month")


def test_json_has_rows_as_they_count_and_the_price_of_one_unit(storage: Path, run: Run) -> None:
    asked = ("price", "5000", "2021-06-01", *OF_STORAGE, "-c", storage, "--json")
    answer = json.loads(run(*asked).out)
    assert (answer["price"], answer["unit_price"]) == ("11.00", "0.0022")
    [row] = answer["decided"]
    assert (row["per"], row["unit_price"], row["minimum"]) == (1000, "2.20", "5.50")
    assert (row["increase"], row["effective"]) == ("10 percent from 2021-01-01", "2021-01-01")
    calls = ("price", "5", "2020-06-01", "--service", "Calls", "-c", storage, "--json")
    [row] = json.loads(run(*calls).out)["decided"]
    assert (row["not_on_file"], row["per"]) == (["effective"], 1)
    letter = ("price", "10", "2008-11-15", "-c", LETTERS, "--json")
    [row] = json.loads(run(*letter).out)["decided"]
    assert row["replaces"] == 1


def test_drafts_and_days_that_no_document_states_are_in_json(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "draft.toml"
    text = LETTERS.read_text().replace("signed = 2008-12-08\n", "", 1)
    text = text.replace("replaces = 1\neffective = 2008-08-01\n", "", 1)
    path.write_text(text.replace("dated = 2008-01-01", 'dated = "not on file"'))
    answer = json.loads(run("price", "10", "2008-11-15", "-c", path, "--json").out)
    assert [row["document"] for row in answer["drafts"]] == [2]
    before = run("price", "10", "2008-07-15", "-c", path, "--json")
    assert json.loads(before.out)["unstated"] == ["the date of Supply Agreement"]
    table = run("schedule", "2008-07-15", "-c", path)
    assert "open: the date of Supply Agreement is not on file\n" in table.out

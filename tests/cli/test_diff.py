"""The command `diff`: two contracts, files or workbooks, as dated price changes."""

import json
from pathlib import Path

import pytest

from tests.support.cli_runner import Run
from tests.support.places import DATA
from tests.support.workbook_edits import edited, put
from xlfuncs.loader import SHIPPED

CONTRACTS = DATA / "contracts"
OHIO = "Qualys vulnerability management for the State of Ohio"
AMENDED = """
[[amendments]]
number = 2
title = "Amendment 2"
signed = 2014-03-01
effective = 2014-02-01

[[amendments.rows]]
clause = "4"
quantity_from = 1
quantity_to = 99999
charge = "per unit"
unit_price = 2.90

"""


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    """The shipped contract with another amendment."""
    text = Path(SHIPPED).read_text(encoding="utf-8")
    path = tmp_path / "amended.toml"
    path.write_text(text.replace("[[purchases]]", f"{AMENDED}[[purchases]]", 1), encoding="utf-8")
    return path


def test_a_contract_does_not_differ_from_itself(run: Run) -> None:
    ran = run("diff", SHIPPED, SHIPPED)
    [none, before, after] = ran.out.splitlines()
    assert (ran.status, none, ran.err) == (0, "the answers are the same", "")
    assert before == f"Contract before: {OHIO} (shipped with xlfuncs)"
    assert after == f"Contract after: {OHIO} (shipped with xlfuncs)"


def test_an_amendment_is_told_with_quantities_days_prices_and_clauses(
    amended: Path, run: Run
) -> None:
    ran = run("diff", SHIPPED, amended)
    assert ran.status == 1
    titles, _, row, *below = ran.out.splitlines()
    assert titles.split() == ["Service", "Quantity", "Purchase", "date", "Before", "After"]
    assert [cell.strip() for cell in row.split("   ") if cell] == [
        "Enterprise Vulnerability Management (billing period not on file)",
        "1 to 99,999 IPs",
        "from 2014-02-01",
        "not determinable (Service Attachment 1, page 9, Table (a.))",
        "2.90 each (Amendment 2, 4)",
    ]
    assert below == [
        "",
        "assumed: date signed of Service Attachment 1: 2013-11-15 (the attachment shows no date of "
        "its own on file; this is the date of the Master Cloud Service Agreement)",
        f"Contract before: {OHIO} (shipped with xlfuncs)",
        f"Contract after: {OHIO} ({amended})",
    ]


def test_a_workbook_is_compared_like_a_contract_file(tmp_path: Path, run: Run) -> None:
    path = edited(tmp_path, lambda book: put(book["Amendments"], 2, "price", 250_000))
    ran = run("diff", SHIPPED, path)
    assert ran.status == 1
    [row] = [line for line in ran.out.splitlines() if line.startswith("Enterprise")]
    assert "2013-12-01 to 2013-12-31   255,000.00 (Amendment 1, 1.A, footnote *)" in row
    assert row.endswith("250,000.00 (Amendment 1, 1.A, footnote *)")
    assert "assumed: date signed and effective date of Amendment 1: 2013-12-01 (the copy" in ran.out


def test_what_documents_signed_since_have_changed(amended: Path, run: Run) -> None:
    ran = run("diff", amended, "--known-on", "2014-02-15")
    assert ran.status == 1
    assert ran.out.count("2.90 each (Amendment 2, 4)") == 1
    assert run("diff", amended, "--known-on", "2014-03-01").status == 0
    assert run("diff", SHIPPED, amended, "--known-on", "2014-02-15").status == 0


def test_json_has_every_change_with_its_figures(amended: Path, run: Run) -> None:
    ran = run("diff", SHIPPED, amended, "--json")
    assert (ran.status, ran.err) == (1, "")
    found = json.loads(ran.out)
    assert found["meanings"] == []
    [change] = found["changes"]
    assert (change["quantity_from"], change["quantity_to"]) == ("1", "99999")
    assert (change["purchased_from"], change["purchased_through"]) == ("2014-02-01", None)
    assert (change["before"]["kind"], change["after"]["rate"]) == ("not determinable", "2.90")
    assert change["after"]["source"] == "Amendment 2, 4"
    none = json.loads(run("diff", SHIPPED, SHIPPED, "--json").out)
    assert none["changes"] == []


def test_another_currency_or_unit_is_a_difference_though_no_figure_changes(
    tmp_path: Path, run: Run
) -> None:
    text = Path(SHIPPED).read_text(encoding="utf-8")
    path = tmp_path / "other.toml"
    path.write_text(text.replace('"USD"', '"EUR"').replace('"IPs"', '"hosts"'), encoding="utf-8")
    ran = run("diff", SHIPPED, path)
    assert ran.status == 1
    assert ran.out.splitlines() == [
        "currency: USD before, EUR after",
        "unit of 'Enterprise Vulnerability Management': IPs before, hosts after",
        f"Contract before: {OHIO} (shipped with xlfuncs)",
        f"Contract after: {OHIO} ({path})",
    ]


def test_what_is_not_in_the_table_is_said_below_it(run: Run) -> None:
    ran = run("diff", SHIPPED, CONTRACTS / "galaxy_telnet.toml")
    assert "without a service, a question: means 'Enterprise Vulner" in ran.out
    assert "before, must name one after" in ran.out
    assert (
        "quantities without a price in either, but bad input in only one, are not shown" in ran.out
    )
    changes = json.loads(run("diff", SHIPPED, CONTRACTS / "galaxy_telnet.toml", "--json").out)[
        "changes"
    ]
    assert None in {change["service"] for change in changes}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((SHIPPED,), "expected a second contract, or --known-on DATE to compare with what was"),
        ((SHIPPED, "none.toml"), "none.toml: No such file"),
        ((SHIPPED, SHIPPED, "--known-on", "then"), "--known-on is 'then'; expected a date"),
        (("", SHIPPED, "--known-on", "2020-01-01"), "the name of contract A is blank; expected a"),
        ((), "expected A and B; as in: xlfuncs diff acme.toml acme.xlsx"),
    ],
)
def test_what_cannot_be_compared_is_status_2(
    arguments: tuple[str, ...], reason: str, run: Run
) -> None:
    ran = run("diff", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert reason in ran.err


def test_a_file_with_problems_is_refused_with_each(tmp_path: Path, run: Run) -> None:
    path = edited(tmp_path, lambda book: put(book["Amendments"], 1, "price", "12,5o"))
    ran = run("diff", SHIPPED, path)
    assert (ran.status, ran.out) == (2, "")
    assert "Amendments!I5: price is '12,5o'; expected a number" in ran.err

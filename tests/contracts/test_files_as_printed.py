"""A contract file with all that documents print: to a workbook and back, and edited in place."""

import difflib
import tomllib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.workbook_edits import sheets_of
from xlfuncs.contracts.matching import is_same
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.contracts.update import Cells, serialize_contract, update_contract
from xlfuncs.pricing.contract import Contract, Row
from xlfuncs.pricing.dated_rows import dated_rows
from xlfuncs.sheets.reader import read_sheets

HEAD = """\
[contract]
name = "Acme"
prefix = "ACME"
not_held = [3, 5] # named in the recitals of Amendment 6

[[services]]
name = "Scanning"
unit = "IPs"
billed = "month"
"""
AGREEMENT = """
[agreement]
title = "Agreement"
dated = "not on file"
ends = 2030-06-30
increases = [{from = 2025-07-01, percent = 3}, {from = 2026-07-01, index = 4.2, cap = 3}] # CPI
assumed = {dated = "no copy is signed", increases = "the recital only"}

[[agreement.tiers]]
clause = "1"
quantity_from = 1
quantity_to = 1000
charge = "per unit"
unit_price = 4.280 # each 100
per = 100
minimum = 25.00

[[agreement.tiers]]
clause = "2"
quantity_from = 1001
quantity_to = "or more"
charge = "per unit"
unit_price = 3.90
per = 100

[[agreement.tiers]]
clause = "3"
quantity_from = 5000
quantity_to = 5000
charge = "package"
price = 150.00
increases = [] # "fixed for the term"

[[agreement.tiers]]
clause = "4"
quantity_from = 0
charge = "withdrawn"
"""
AMENDMENT = """
[[amendments]]
number = 6
title = "Amendment 6"
signed = "not on file"
effective = "not on file"
replaces = "all before" # "restates in its entirety"

[[amendments.rows]]
clause = "1"
quantity_from = 1
quantity_to = "or more"
charge = "standing discount"
percent = 5
maximum = 900.00

[[amendments.rows]]
clause = "2"
quantity_from = 1
quantity_to = "or more"
charge = "per unit"
unit_price = 4
increases = [{from = 2027-07-01, percent = "not on file"}]
rounded = 0
ends = 2029-06-30
"""
FILE = HEAD + AGREEMENT + AMENDMENT
CELLS = Cells({}, {}, [])


def contract_in(text: str | bytes) -> Contract:
    reading = read_toml(text if isinstance(text, bytes) else text.encode())
    assert reading.contract is not None, reading.problems
    return reading.contract


def on_sheets(contract: Contract) -> Contract:
    reading = read_sheets(sheets_of(contract))
    assert reading.contract is not None, reading.problems
    return reading.contract


def changed(contract: Contract, **of_a_clause: dict[str, Any]) -> Contract:
    """The contract with other values in the rows of these clauses of the agreement."""
    rows = [
        row._replace(**of_a_clause.get(f"clause_{row.clause}", {})) if not row.document else row
        for row in contract.rows
    ]
    return contract._replace(rows=tuple(rows))


def update(wanted: Contract, text: str = FILE) -> tuple[list[str], list[str]]:
    """The lines of the file that go and come, and the changes in words."""
    content, changes = update_contract(text.encode(), wanted, CELLS)
    assert is_same(contract_in(content), wanted)
    after = content.decode()
    found = [*difflib.unified_diff(text.splitlines(), after.splitlines(), lineterm="", n=0)][2:]
    return [line for line in found if not line.startswith("@@")], [str(each) for each in changes]


def rows_of(contract: Contract, clause: str) -> list[Row]:
    return [row for row in contract.tiers if row.clause == clause]


def test_the_rises_of_a_document_are_those_of_its_rows_with_figures() -> None:
    tiers = contract_in(FILE).tiers
    assert [len(row.increases) for row in tiers] == [2, 2, 0, 0]
    assert [len(row.assumed) for row in tiers] == [2, 2, 1, 1]
    assert [row.assumed[0].fields for row in tiers] == [("signed",)] * 4
    assert tiers[0].place.cell("increases") == "agreement.increases"


def test_the_file_and_its_sheets_state_the_same() -> None:
    contract = contract_in(FILE)
    assert is_same(on_sheets(contract), contract)
    assert on_sheets(contract).not_held == contract.not_held
    assert update(on_sheets(contract)) == ([], [])


def test_a_new_file_says_it_as_documents_print_it() -> None:
    text = serialize_contract(on_sheets(contract_in(FILE))).decode()
    assert is_same(contract_in(text), contract_in(FILE))
    assert tomllib.loads(text)["contract"]["not_held"] == [3, 5]
    for line in (
        'billed = "month"',
        'dated = "not on file"',
        'replaces = "all before"',
        "increases = [{from = 2025-07-01, percent = 3}, {from = 2026-07-01, index = 4.2, cap = 3}]",
        'increases = [{from = 2027-07-01, percent = "not on file"}]',
        "per = 100",
        "minimum = 25.00",
        "maximum = 900.00",
    ):
        assert f"\n{line}\n" in text
    assert text.count("increases = [{from = 2025") == 2
    assert text.count("replaces") == 1


def test_many_rises_have_a_line_each_and_keep_their_comments() -> None:
    rises = [f"{{from = {year}-07-01, percent = 3}}" for year in range(2025, 2029)]
    written = "".join(f"    {rise}, # {at}\n" for at, rise in enumerate(rises))
    text = HEAD + AGREEMENT.replace(
        AGREEMENT[AGREEMENT.index("increases") : AGREEMENT.index("assumed")],
        f"increases = [\n{written}]\n",
    ).replace("increases = [] #", "#")
    plain = serialize_contract(contract_in(text)).decode()
    listed = "".join(f"    {rise},\n" for rise in rises)
    assert f"increases = [\n{listed}]\n" in plain
    more = {"increases": rows_of(contract_in(text), "1")[0].increases[:3]}
    wanted = changed(contract_in(text), clause_1=more, clause_2=more, clause_3=more)
    lines, changes = update(wanted, text)
    assert len(changes) == 1
    assert all(
        f"# {at}" in update_contract(text.encode(), wanted, CELLS)[0].decode() for at in "012"
    )
    assert [line for line in lines if "2025" in line or "2026" in line] == []


def test_another_price_of_a_rising_row_is_one_line() -> None:
    contract = contract_in(FILE)
    wanted = changed(contract, clause_2={"unit_price": Decimal("3.95")})
    assert update(on_sheets(wanted)) == (
        ["-unit_price = 3.90", "+unit_price = 3.95"],
        ["agreement.tiers[2].unit_price: 3.90 is now 3.95 (Tiers!J5)"],
    )


def test_rows_of_a_rise_that_somebody_changed_are_written_out() -> None:
    sheets = sheets_of(contract_in(FILE))
    titles, *rows = sheets.tiers
    at = titles.index("Unit price")
    raised = rows[5]
    assert (raised[titles.index("Clause")], raised[at]) == ("2", Decimal("4.14"))
    rows[5] = [*raised[:at], Decimal("4.20"), *raised[at + 1 :]]
    wanted = read_sheets(sheets._replace(tiers=[titles, *rows])).contract
    assert wanted is not None
    lines, changes = update(wanted)
    text = update_contract(FILE.encode(), wanted, CELLS)[0].decode()
    assert "each 100" in text
    assert "# CPI" in text
    written = rows_of(contract_in(text), "2")
    assert [str(row.effective) for row in written] == ["None", "2026-07-01"]
    assert [len(row.increases) for row in written] == [1, 0]
    assert 'increase = "index 4.2 percent, at most 3, so 3 percent from 2026-07-01"' in text
    assert rows_of(contract_in(text), "1") == rows_of(contract_in(FILE), "1")
    assert update(wanted, text) == ([], [])
    assert len(changes) < 8, changes
    assert not [line for line in lines if "each 100" in line]


def test_a_file_that_writes_rises_out_goes_on_to_do_so() -> None:
    contract = contract_in(FILE)
    rows = tuple(sorted(dated_rows(contract), key=lambda row: row.document > 0))
    text = serialize_contract(contract._replace(rows=rows, not_held=())).decode()
    assert "increases" not in text
    assert update(on_sheets(contract), text) == ([], [])
    wanted = changed(contract, clause_3={"price": Decimal("160.00")})
    assert update(on_sheets(wanted), text)[0] == ["-price = 150.00", "+price = 160.00"]


def test_assumptions_in_a_table_stay_in_a_table() -> None:
    contract = contract_in(FILE)
    why = contract.tiers[0].assumed[0]
    other = [
        row._replace(assumed=(why._replace(why="a stamp"), *row.assumed[1:]))
        for row in contract.tiers
    ]
    wanted = contract._replace(rows=(*other, *contract.amendments))
    assert update(on_sheets(wanted))[0] == [
        '-assumed = {dated = "no copy is signed", increases = "the recital only"}',
        '+assumed = {dated = "a stamp", increases = "the recital only"}',
    ]


@pytest.mark.parametrize(
    ("not_held", "line"),
    [((3,), "[3]"), ((3, 5, 7), "[3, 5, 7]")],
)
def test_a_document_that_is_found_or_missing_is_a_number(
    not_held: tuple[int, ...], line: str
) -> None:
    wanted = contract_in(FILE)._replace(not_held=not_held)
    lines, changes = update(on_sheets(wanted))
    assert lines[1] == f"+not_held = {line} # named in the recitals of Amendment 6"
    assert len(changes) == 1


def test_a_missing_document_of_which_a_row_says_more_is_a_document() -> None:
    contract = contract_in(FILE)
    sheets = sheets_of(contract)
    titles, *rows = sheets.amendments
    at = titles.index("Note")
    [number] = [n for n, row in enumerate(rows) if row[0] == 5]
    rows[number] = [*rows[number][:at], "asked for it", *rows[number][at + 1 :]]
    wanted = read_sheets(sheets._replace(amendments=[titles, *rows])).contract
    assert wanted is not None
    lines, _ = update(wanted)
    assert "+not_held = [3] # named in the recitals of Amendment 6" in lines
    assert {"+number = 5", '+signed = "not on file"', '+note = "asked for it"'} <= {*lines}


def test_the_days_of_a_document_are_not_on_file_until_they_are_found() -> None:
    contract = contract_in(FILE)
    found = [
        row._replace(signed=date(2027, 1, 5), not_on_file=("effective",))
        for row in contract.amendments
    ]
    assert update(on_sheets(contract._replace(rows=(*contract.tiers, *found)))) == (
        ['-signed = "not on file"', "+signed = 2027-01-05"],
        ["amendments[1].signed: 'not on file' is now 2027-01-05 (Amendments!Q2)"],
    )


def test_what_a_document_replaces_is_said_once() -> None:
    contract = contract_in(FILE)
    rows = [row._replace(replaces=5) for row in contract.amendments]
    lines, changes = update(on_sheets(contract._replace(rows=(*contract.tiers, *rows))))
    assert lines[1] == '+replaces = 5 # "restates in its entirety"'
    assert len(changes) == 1
    nothing = [row._replace(replaces=None) for row in contract.amendments[:1]]
    wanted = contract._replace(rows=(*contract.tiers, *nothing, *contract.amendments[1:]))
    text = update_contract(FILE.encode(), on_sheets(wanted), CELLS)[0].decode()
    assert [row.replaces for row in contract_in(text).amendments] == [None, "all before"]


@pytest.mark.parametrize(
    "tables",
    [
        "[[agreement.tiers.increases]]\nfrom = 2025-07-01 # first\npercent = 3\n",
        "[agreement.tiers.assumed]\nunit_price = 'an invoice' # first\n",
    ],
)
def test_tables_of_their_own_may_go(tables: str) -> None:
    text = HEAD + AGREEMENT.replace("increases = [{from = 2025-07-01", "# [{").replace(
        'assumed = {dated = "no copy is signed", increases = "the recital only"}', ""
    ).replace("minimum = 25.00\n", f"minimum = 25.00\n{tables}").replace("increases = [] #", "#")
    contract = contract_in(text)
    assert any(row.increases or row.assumed for row in contract.tiers)
    wanted = changed(contract, clause_1={"increases": (), "assumed": ()})
    lines, [change] = update(wanted, text)
    assert ": removed: " in change
    assert "+# first" in lines

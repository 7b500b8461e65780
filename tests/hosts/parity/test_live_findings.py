"""The findings of formulas and those of `check`: the same rows and kinds, of random contracts."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

from tests.hosts.parity.test_lambdas import PREFIX, book
from tests.support.asked_books import Formula, with_questions, with_rows
from tests.support.lambda_hosts import Host, by_cellrune, by_ironcalc
from tests.support.random_contracts import contracts_of_sums, readable_contracts
from tests.support.random_sheets import plain
from tests.support.workbook_edits import sheets_of
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.reader import Sheets, read_rows, read_sheets
from xlfuncs.sheets.schema import TITLE_ROW
from xlfuncs.xlsx.lambdas.live_findings import LIVE, Line, LiveFindings

BUILT = "since the build on "
"""How the line begins below which is what the build found."""


def found_by(host: Host, sheets: Sheets, points: int, lines: int) -> list[tuple[Cell, ...]]:
    """The lines that formulas find, of which there should be so many."""
    titles = TITLE_ROW - 1  # the rows above them
    parts = with_rows(book(), sheets.tiers[titles:], sheets.amendments[titles:], points)
    asked = Formula(f"{PREFIX}_CHECK()", lines + 2, 4)
    found = host(with_questions(parts, [[asked]]), lines + 2, 4)[1:]
    assert str(found.pop()[2]).startswith(BUILT)
    return [tuple(line) for line in found]


def check_agrees(host: Host, contract: Contract) -> list[Line]:
    """Check that formulas and core find the same. Returns what they find."""
    above: list[list[Cell]] = [[] for _ in range(TITLE_ROW - 1)]
    grids = ([list(map(plain, row)) for row in grid] for grid in sheets_of(contract)[:2])
    sheets = Sheets(*([*above, *grid] for grid in grids))
    live = LiveFindings(read_sheets(sheets), read_rows(sheets))
    expected = list(live.list_live())
    assert found_by(host, sheets, max(1, live.points), len(expected)) == expected
    return expected


@pytest.mark.parametrize("host", [by_ironcalc, by_cellrune])
@pytest.mark.parametrize("contracts", [readable_contracts(), contracts_of_sums()])
def test_formulas_find_what_check_does(
    host: Host, contracts: SearchStrategy[Contract], live_contracts: int
) -> None:
    kinds: Counter[str] = Counter()

    @settings(max_examples=live_contracts if host is by_ironcalc else max(2, live_contracts // 10))
    @given(contracts)
    def agree(contract: Contract) -> None:
        kinds.update(
            each.column
            for _, _, found, _ in check_agrees(host, contract)
            for each in LIVE
            if f": {each.found}" in found
        )

    agree()
    assert len(kinds) > 4  # or nothing was found to agree about

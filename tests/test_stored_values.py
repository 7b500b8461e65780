"""What a build stores is what Excel will show: no value turns into another, or into an error."""

from pathlib import Path
from random import Random

import pytest
from extreme_contracts import extreme_contract
from stored_values import calculated_otherwise
from workbook_edits import built, workbook_of_file

from workbooks import SHIPPED
from workbooks.kinds import Kind

HERE = Path(__file__).parent
FILES = [Path(SHIPPED), *sorted((HERE / "contracts").glob("*.toml"))]
PURCHASES_A_BOOK = 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_contract_shows_after_calculation_what_is_stored(path: Path) -> None:
    assert list(calculated_otherwise(workbook_of_file(path, kind=Kind.NAMES))) == []


def test_extreme_figures_show_after_calculation_what_is_stored(
    seed: int, stored_books: int
) -> None:
    for number in range(stored_books):
        contract = extreme_contract(Random(seed * 1000 + number), PURCHASES_A_BOOK)
        found = list(calculated_otherwise(built(contract, kind=Kind.NAMES)))
        assert found == [], (seed * 1000 + number, contract.services, contract.rows)

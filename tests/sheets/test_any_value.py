"""Every key of a contract file and every column of a sheet, with values of every type.

Each gives a contract, or problems that name the place; never an exception.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.workbook_edits import sheets_of
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.functions.cache import read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.sheets.cells import CellError, format_cell
from xlfuncs.sheets.draft import build_draft
from xlfuncs.sheets.lint import check
from xlfuncs.sheets.reader import Grid, Sheets, read_sheets
from xlfuncs.sheets.schema import COLUMNS, PARTICULAR_COLUMNS

CONTRACT = """\
[contract]
name = "Small"
prefix = "SMALL"
currency = "USD"
parties = ["One", "Another"]
open_questions = ["When?"]
not_held = [4]
[[services]]
name = "Scanning"
unit = "IPs"
step = 1
part_units = "none"
billed = "month"
[agreement]
title = "Agreement"
dated = 2020-01-01
effective = 2020-01-01
ends = 2030-12-31
assumed = "Ends: a letter"
increases = [{from = 2025-07-01, percent = 3}]
rounded = 2
[[agreement.tiers]]
title = "Agreement"
clause = "1"
service = "Scanning"
quantity_from = 1
quantity_to = 10
charge = "package"
price = 10.00
unit_price = 1
percent = 5
per = 1
minimum = 5.00
maximum = 50.00
replaces = 0
increase = "CPI"
increases = [{from = 2025-07-01, percent = 3}]
rounded = 2
purchased_from = 2020-01-01
purchased_through = 2020-12-31
signed = 2020-01-01
effective = 2020-01-01
ends = 2030-12-31
assumed = "Price: faint"
source = "ten dollars"
note = "a note"
[[amendments]]
number = 1
title = "Amendment 1"
signed = 2020-02-01
effective = 2020-02-01
ends = 2030-12-31
assumed = "Signed: faint"
replaces = 0
[[amendments.rows]]
quantity_from = 1
charge = "per unit"
unit_price = 5.00
increases = [{from = 2025-07-01, percent = 3}]
rounded = 2
[[purchases]]
quantity = 1
purchased = 2020-03-01
service = "Scanning"
reference = "PO 1"
"""
AS_PRINTED = """\
[contract]
name = "As printed"
prefix = "PRINTED"
not_held = [4]
[[services]]
name = "Scanning"
[agreement]
title = "Agreement"
dated = "not on file"
increases = [{from = 2025-07-01, percent = 3}]
rounded = 2
[[agreement.tiers]]
quantity_from = 1
quantity_to = "or more"
charge = "additional"
price = 10.00
unit_price = 1.00
per = 100
minimum = 5.00
maximum = 50.00
[[amendments]]
number = 5
title = "Amendment 5"
effective = 2024-07-01
replaces = "all before"
assumed = {effective = "faint"}
[[amendments.rows]]
quantity_from = 1
charge = "standing discount"
percent = 5
minimum = 1.00
increases = [{from = 2025-07-01, index = 3, floor = 0, cap = 4}]
rounded = 2
"""
"""A contract without a problem, so that what one value changes is read to its end."""

VALUES = (
    '""', '" "', '"x"', "'''a\nb'''", '"\\u001B[2J"', '"\\u202E1"', '"\\u0085"', '"2020-01-01"',
    "0", "-0", "1", "-1", "7.5", "0.0", "2020", "99999999999999999999", "0xFFFFFFFFFFFFFFFFFFFF",
    "1e-40000", "1e-999999999", "1e999999999", "-1e999999999", "nan", "-nan", "inf", "-inf",
    "true", "false", "2020-01-01", "0001-01-01", "9999-12-31", "1905-07-12",
    "2020-01-01T10:00:00", "2020-01-01T10:00:00Z", "0001-01-01T00:00:00+23:59", "10:00:00",
    "[]", "[1]", "[nan]", '["x"]', '["\\u001B"]', "[[]]", "[{}]", "{}", "{a = 1}", "{a = {}}",
    '"not on file"', '"all before"', '{effective = "faint"}', '{effective = 5, "\\u001B" = "x"}',
    "[{from = 2026-07-01, percent = 4}]", '[{from = 2026-07-01, percent = "not on file"}]',
    "[{from = 9999-12-31, percent = 1e99999}]", "[{from = 0001-01-01, index = nan, cap = 1}]",
    '[{from = 2026-07-01, "\\u001B" = 4}]', "[{from = 2026-07-01, percent = 1e-40000}]",
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("contract", [CONTRACT, AS_PRINTED], ids=["all keys", "as printed"])
def test_any_value_of_any_key_gives_a_contract_or_problems(contract: str, value: str) -> None:
    lines = contract.splitlines()
    for number in (number for number, line in enumerate(lines) if " = " in line):
        key = lines[number].partition(" = ")[0]
        text = "\n".join([*lines[:number], f"{key} = {value}", *lines[number + 1 :]])
        reading = read_toml(text.encode())
        assert (reading.contract is None) == bool(reading.problems), (key, value)
        assert check(reading) is not None
        for problem in reading.problems:
            assert problem.where
            assert problem.text.isprintable(), (key, value)
        if reading.contract:
            assert build_draft(reading.contract)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "table", ["contract", "services", "agreement", "agreement.tiers", "amendments", "purchases"]
)
def test_any_value_in_the_place_of_a_table_gives_problems(table: str, value: str) -> None:
    *above, key = table.split(".")
    others = [
        "\n".join(part.splitlines())
        for part in CONTRACT.replace("\n[", "\n\0[").split("\0")
        if not part.lstrip("[").startswith(table)
    ]
    stated = f"{key} = {value}\n"
    if above:
        others = [
            f"{part}\n{stated}" if part.startswith("[agreement]") else part for part in others
        ]
        stated = ""
    reading = read_toml(f"{stated}{chr(10).join(others)}".encode())
    assert (reading.contract is None) == bool(reading.problems)


CELLS: tuple[Any, ...] = (
    None, "", " ", "x", "a\nb", "\x1b[2J", "\u202e1", "\ud800", "2020-01-01", "or more",
    0, -0.0, 1, -1, 7.5, 2020, 1e15, 1e300, 5e-324, 10**400, float("nan"), float("inf"),
    Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), Decimal("1E-999999999"),
    Decimal("1E+999999999"), True, False, date(2020, 1, 1), date(1, 1, 1), date(9999, 12, 31),
    date(1905, 7, 12), datetime(2020, 1, 1, 10), time(10), timedelta(1), CellError("#N/A"),
    b"x", [], [1], (), {}, object(),
)  # fmt: skip


def with_cell(grid: Grid, cell: Any, count: int) -> Iterator[Grid]:
    """The grid with the cell in each of its first columns in turn, in its first row of cells."""
    titles, first, *others = ([*row] for row in grid)
    for column in range(count):
        yield [titles, [*first[:column], cell, *first[column + 1 :]], *others]


@pytest.mark.parametrize("cell", CELLS, ids=format_cell)
def test_any_cell_in_any_column_gives_a_contract_or_problems(cell: Any) -> None:
    tiers, amendments, contract, *_ = sheets_of(load_reading(SHIPPED).contract)
    changed = [
        *(Sheets(grid, amendments, contract) for grid in with_cell(tiers, cell, len(COLUMNS))),
        *(Sheets(tiers, grid, contract) for grid in with_cell(amendments, cell, len(COLUMNS))),
        *(
            Sheets(tiers, amendments, grid)
            for grid in with_cell(contract, cell, len(PARTICULAR_COLUMNS))
        ),
    ]
    for sheets in changed:
        for date1904 in (False, True):
            reading = read_sheets(sheets._replace(date1904=date1904))
            assert (reading.contract is None) == bool(reading.problems)
            assert check(reading) is not None
        assert call("EXPLAIN", [100_000.0, 41_639.0], read_workbook(sheets))

"""The functions in xlwings: its real registration, wrapper, and conversion of arguments."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from workbook_edits import sheets_of

from workbooks import SHIPPED
from xlfuncs import excel
from xlfuncs.files.loading import load
from xlfuncs.functions.declared import FUNCTIONS
from xlfuncs.tables.cells import Cell

PROGRAM = Path(__file__).with_name("registration.py")
MISSING = -2147352572
NOT_AVAILABLE_BY_COM = -2146826246
DAY = 41628.0
WINDOWS_DATES = False

TIERS = (
    'ThisWorkbook.Worksheets("Tiers").Range("A1", ThisWorkbook.Worksheets("Tiers").UsedRange)'
    ".Value2"
)
AMENDMENTS = TIERS.replace("Tiers", "Amendments")
CONTRACT = TIERS.replace("Tiers", "Contract")


def registration(command: str, lines: str = "") -> str:
    ran = subprocess.run(
        [sys.executable, PROGRAM, command], input=lines, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wrapper() -> str:
    return registration("wrapper")


def by_com(grid: list[list[Cell]]) -> list[list[Cell]]:
    """A sheet as `.Value2` hands it over: doubles, serial numbers, texts and nothing."""

    def value(cell: Cell) -> Cell:
        if cell is None or isinstance(cell, str):
            return cell
        if hasattr(cell, "toordinal"):
            return float(cell.toordinal() - 693594)
        return float(cell)

    return [[value(cell) for cell in row] for row in grid]


@pytest.fixture(scope="module")
def sheets() -> list[Any]:
    contract = load(SHIPPED).contract
    tiers, amendments, *_ = sheets_of(contract)
    return [by_com(tiers), by_com(amendments)]


def called(name: str, *calls: list[Any]) -> list[Any]:
    """The answers; xlwings writes a single value as a range of one, which COM makes one again."""
    lines = "".join(json.dumps([f"QUALYS_{name}", arguments]) + "\n" for arguments in calls)
    answers = (json.loads(line) for line in registration("call", lines).splitlines())
    return [answer[0][0] if len(answer) == len(answer[0]) == 1 else answer for answer in answers]


def test_xlwings_registers_every_function_under_its_name(wrapper: str) -> None:
    registered = {
        line.split()[1]: json.loads(line.split(" ", 2)[2])
        for line in wrapper.splitlines()
        if line.startswith("' ")
    }
    assert registered == {
        f"QUALYS_{function.name}": {
            "help": function.help,
            "category": "QUALYS",
            "arguments": {argument.name: argument.help for argument in function.arguments},
        }
        for function in FUNCTIONS
    }


def test_the_generated_wrapper_hands_the_tables_in_by_hidden_arguments(wrapper: str) -> None:
    assert wrapper.count("Function QUALYS_") == len(FUNCTIONS)
    assert (
        "Function QUALYS_PRICE(quantity, purchased, Optional service, Optional known_on)\n"
        "    Application.Volatile\n"
        '    #If App = "Microsoft Excel" Then\n'
        "        If TypeOf Application.Caller Is Range Then On Error GoTo failed\n"
        '        QUALYS_PRICE = XLPy.CallUDF("xlfuncs.excel", "QUALYS_PRICE", '
        f"Array(quantity, purchased, service, known_on, {TIERS}, {AMENDMENTS}, "
        "ThisWorkbook.Date1904), ThisWorkbook, Application.Caller)\n"
    ) in wrapper
    assert f"Array({TIERS}, {AMENDMENTS}, {CONTRACT}, ThisWorkbook.Date1904)" in wrapper
    assert "ActiveWorkbook" not in wrapper
    assert max(len(line) for line in wrapper.splitlines() if line[0:2] != "' ") < 1023


def test_the_prefix_is_that_of_the_shipped_contract() -> None:
    assert load(SHIPPED).contract.prefix == excel.PREFIX
    assert set(excel.declare("ACME")) == {f"ACME_{function.name}" for function in FUNCTIONS}


def test_single_cells_answer_through_xlwings(sheets: list[Any]) -> None:
    asked = [
        [100000.0, DAY, MISSING, MISSING, *sheets, WINDOWS_DATES],
        [100000.0, "2014-01-01", None, None, *sheets, WINDOWS_DATES],
        [100000.0, DAY, MISSING, 41608.0, *sheets, WINDOWS_DATES],
        [99999.0, DAY, MISSING, MISSING, *sheets, WINDOWS_DATES],
        [-1.0, DAY, MISSING, MISSING, *sheets, WINDOWS_DATES],
        [None, DAY, MISSING, MISSING, *sheets, WINDOWS_DATES],
        [NOT_AVAILABLE_BY_COM, DAY, MISSING, MISSING, *sheets, WINDOWS_DATES],
    ]
    assert called("PRICE", *asked) == [
        255000.0,
        279995.0,
        "#N/A",
        "#N/A",
        "#NUM!",
        "#VALUE!",
        "#N/A",
    ]


def test_ranges_answer_through_xlwings(sheets: list[Any]) -> None:
    column = [[100000.0], [5.0], [-1.0]]
    asked = [column, DAY, MISSING, MISSING, *sheets, WINDOWS_DATES]
    assert called("PRICE", asked) == [[[255000.0], ["#N/A"], ["#NUM!"]]]


def test_tables_answer_through_xlwings(sheets: list[Any]) -> None:
    contract = by_com(sheets_of(load(SHIPPED).contract).contract)
    [findings] = called("CHECK", [*sheets, contract, WINDOWS_DATES])
    assert findings[0] == ["Severity", "Cell", "Finding", "What to do"]
    assert ["note", "Amendments!I2"] in [row[:2] for row in findings]
    assert sum("open question" in row[2] for row in findings) == 6
    [schedule] = called("SCHEDULE", [41640.0, MISSING, MISSING, *sheets, WINDOWS_DATES])
    assert [row[3] for row in schedule[1:]] == ["", 279995.0, ""]


def test_an_error_on_a_sheet_is_told_apart_from_a_figure(sheets: list[Any]) -> None:
    tiers, amendments = sheets
    broken = [list(row) for row in amendments]
    broken[1][8] = NOT_AVAILABLE_BY_COM
    asked = [100000.0, DAY, MISSING, MISSING, tiers, broken, WINDOWS_DATES]
    assert called("PRICE", asked) == ["#N/A"]
    [sentence] = called("EXPLAIN", asked)
    assert "Amendments!I2: price is #N/A; expected a number" in sentence

"""The workbook that checks itself, opened in three engines, with its two edits made in each.

What differs is declared by name, with the reason; none of it is left out of the workbook.
"""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version

import pytest

from tests.support.golden import self_check_of_today
from tests.support.self_check_engines import ENGINES, Engine, IronCalc, with_row_added
from tests.support.workbook_edits import BUILT
from xlfuncs.sheets.cells import Cell
from xlfuncs.xlsx.package import WORKBOOK_PART, read_parts
from xlfuncs.xlsx.package_writer import pack_parts
from xlfuncs.xlsx.self_check import SELF_CHECK
from xlfuncs.xlsx.sheets.self_check import (
    AS_EXPECTED,
    DETAIL,
    DIFFERENT,
    EDIT_ROW,
    EXCEL,
    EXPECTED,
    FIRST_ROW,
    LINE,
    NOT_AS_EXPECTED,
    NOT_DONE,
    NUMBER,
    RESULT,
    SAME,
    SAME_WORD,
    TESTED,
)

DECLARED = {
    # MAP gives an error for each element that is an error, and asks nothing about it
    "Cellrune": (
        "price table, all services",
        "price table, Devices",
        "price on all days, Devices",
        "price table, Devices, the last day in the documents",
        "price on all days, Devices, as known on 2026-02-10",
    ),
    "Formulon": (),
    "IronCalc": (),
}
"""What differs in an engine, by name."""

FIRST, SECOND = EDIT_ROW + 1, EDIT_ROW + 2
FIGURE = 123.45


content = cache(self_check_of_today)


def read(engine: Engine, address: str) -> Cell:
    return engine.read(SELF_CHECK, address)


def results(engine: Engine) -> Iterator[tuple[str, str]]:
    """Each check with how it came out."""
    row, last = FIRST_ROW + 1, 0
    while read(engine, f"{NUMBER}{row}"):
        if isinstance(read(engine, f"{NUMBER}{row}"), (int, float)):
            last += 1
            assert read(engine, f"{NUMBER}{row}") == last
            yield read(engine, f"{TESTED}{row}"), read(engine, f"{SAME}{row}")
        row += 1


def counted(count: int) -> str:
    return "1 difference" if count == 1 else f"{count} differences"


def expect_no_more_than_declared(name: str, engine: Engine) -> None:
    found = list(results(engine))
    assert {result for _, result in found} <= {SAME_WORD, DIFFERENT}
    assert tuple(tested for tested, result in found if result == DIFFERENT) == DECLARED[name]
    assert read(engine, RESULT) == counted(len(DECLARED[name]))
    assert read(engine, DETAIL) == f"{len(found)} of {len(found)} checks calculated"
    assert len(found) - len(DECLARED[name]) >= 250


def outcomes(engine: Engine) -> list[Cell]:
    return [read(engine, f"{SAME}{row}") for row in (FIRST, SECOND)]


def edited_cell(engine: Engine) -> tuple[str, str]:
    """The cell that the first edit is typed into, as the person reads it."""
    words = read(engine, f"{TESTED}{FIRST}")
    assert words.startswith(f"Type {FIGURE} into ")
    sheet, _, address = words.split()[3].partition("!")
    return sheet, address


@pytest.mark.parametrize("name", ENGINES)
def test_nothing_differs_and_the_first_edit_is_answered(name: str) -> None:
    engine = ENGINES[name](content())
    expect_no_more_than_declared(name, engine)
    assert outcomes(engine) == [NOT_DONE, NOT_DONE]
    engine.type_number(*edited_cell(engine), FIGURE)
    expect_no_more_than_declared(name, engine)
    assert outcomes(engine) == [AS_EXPECTED, NOT_DONE]
    # and now one expected number is damaged
    row = next(n for n in range(FIRST_ROW, FIRST_ROW + 20) if read(engine, f"{NUMBER}{n}") == 1)
    engine.type_number(SELF_CHECK, f"{EXPECTED}{row}", read(engine, f"{EXPECTED}{row}") + 0.01)
    assert read(engine, f"{SAME}{row}") == DIFFERENT
    assert read(engine, RESULT) == counted(len(DECLARED[name]) + 1)


@pytest.mark.parametrize("name", ENGINES)
def test_the_second_edit_is_answered(name: str) -> None:
    engine = ENGINES[name](with_row_added(content()))
    expect_no_more_than_declared(name, engine)
    assert outcomes(engine) == [NOT_DONE, AS_EXPECTED]
    engine.type_number(*edited_cell(engine), FIGURE)
    expect_no_more_than_declared(name, engine)
    assert outcomes(engine) == [AS_EXPECTED, AS_EXPECTED]


def test_the_line_to_report_says_it_all() -> None:
    engine = IronCalc(with_row_added(content()))
    count = len(list(results(engine)))
    begins = f"xlfuncs {version('xlfuncs')} self-check SAMPLE of {BUILT}, "
    ends = f": 0 of {count} differ; edit 1: not done yet; edit 2: as expected"
    assert read(engine, LINE) == f"{begins}Excel not named{ends}"
    engine.type_number(SELF_CHECK, EXCEL, 16.115)
    assert read(engine, LINE) == f"{begins}16.115{ends}"
    row = next(n for n in range(FIRST_ROW, FIRST_ROW + 20) if read(engine, f"{NUMBER}{n}") == 1)
    engine.type_number(SELF_CHECK, f"{EXPECTED}{row}", 1)
    assert f": 1 of {count} differ (no. 1); edit 1" in read(engine, LINE)


def test_a_row_below_a_table_that_did_not_grow_is_noticed() -> None:
    """What is typed there alone keeps all prices back, so that nobody takes the old ones."""
    engine = IronCalc(content())
    words = read(engine, f"{TESTED}{SECOND}")
    sheet, _, address = words.split()[-1].partition("!")
    engine.type_number(sheet, address, 7)
    assert read(engine, f"{SAME}{SECOND}") == NOT_AS_EXPECTED
    assert int(read(engine, RESULT).split()[0]) > 100


def test_a_damaged_function_is_noticed() -> None:
    parts = read_parts(content())
    saving, price = b"SAMPLE.SAVING_ASKED, SAMPLE.SAVED", b"SAMPLE.ASKED, SAMPLE.COSTS"
    assert parts[WORKBOOK_PART].count(saving) == 1
    parts[WORKBOOK_PART] = parts[WORKBOOK_PART].replace(saving, price)
    engine = IronCalc(pack_parts(parts))
    differing = [tested for tested, result in results(engine) if result == DIFFERENT]
    assert "a range of questions" in differing
    assert read(engine, RESULT) == counted(len(differing))


def test_half_a_unit_that_is_not_rounded_up_is_noticed() -> None:
    parts = read_parts(content())
    right, wrong = b"2 * _xlpm.rest &gt;= _xlpm.part", b"2 * _xlpm.rest &gt; _xlpm.part"
    assert parts[WORKBOOK_PART].count(right) == 1
    parts[WORKBOOK_PART] = parts[WORKBOOK_PART].replace(right, wrong)
    differing = [
        tested for tested, result in results(IronCalc(pack_parts(parts))) if result == DIFFERENT
    ]
    assert any("first quantity + 0.5 x 1" in tested for tested in differing)


def test_a_program_without_the_functions_is_told_apart() -> None:
    parts = read_parts(content())
    parts[WORKBOOK_PART] = parts[WORKBOOK_PART].replace(b'"SAMPLE_PRICE"', b'"OTHER_PRICE"')
    assert read(IronCalc(pack_parts(parts)), RESULT) == "This Excel does not know the functions"

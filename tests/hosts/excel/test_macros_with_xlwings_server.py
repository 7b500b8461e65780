"""The macros of the built file, through xlwings' own DLL and server: all of it but Excel itself.

VBA runs in pyOpenVBA's interpreter; each of its values goes by COM as the VARIANT that it is.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyopenvba.interpreter import _values as vba
from pyopenvba.interpreter._objects import method

from tests.support.com_variants import EMPTY, LEFT_OUT, Variant, error, number, text, truth, whole
from tests.support.macro_excel import MacroExcel, Python
from tests.support.workbook_edits import shipped_draft
from tests.support.xlwings_session import Macros
from xlfuncs.xlsx.builder import build_workbook

NEXT_DAY = 41640.0
PRICE = "I6"


class ByCom(Python):
    """What `XLPy` gives, from the other side of COM."""

    def __init__(self, macros: Macros) -> None:
        super().__init__()
        self._macros = macros

    @method
    def CallUDF(self, module: str, function: str, given: Any) -> Any:  # noqa: N802
        self.asked.append((function, given))
        try:
            answer = self._macros.call(module, function, *variant(given).value)
        except RuntimeError as failure:
            raise vba.error(-2147352567, str(failure)) from None
        return of_vba(answer)


def variant(value: Any) -> Variant:
    """A value of VBA as the VARIANT that it is."""
    if isinstance(value, vba.VBAArray):
        return Variant("ARRAY", elements(value), tuple(value.bounds))
    if isinstance(value, vba.VBAErrorValue):
        return error(value.number)
    if value is vba.MISSING:
        return LEFT_OUT
    if value is vba.EMPTY:
        return EMPTY
    kinds = {str: text, bool: truth, vba.VBAInt: whole}
    return kinds.get(type(value), number)(value)


def elements(array: vba.VBAArray) -> list[Any]:
    (first, last), *deeper = array.bounds
    if not deeper:
        return [variant(array.get([place])) for place in range(first, last + 1)]
    [(left, right)] = deeper
    columns = range(left, right + 1)
    return [
        [variant(array.get([row, column])) for column in columns] for row in range(first, last + 1)
    ]


def of_vba(answer: Variant) -> Any:
    """A VARIANT as VBA has it."""
    if answer.kind != "ARRAY":
        return vba.VBAInt(answer.value) if answer.kind == "I4" else answer.value
    cells = answer.value
    if len(answer.bounds) > 1:  # VBA counts column by column
        cells = [cell for column in zip(*cells, strict=True) for cell in column]
    return vba.VBAArray(list(answer.bounds), items=[of_vba(cell) for cell in cells])


@pytest.fixture
def running(macros: Macros, tmp_path: Path) -> Iterator[MacroExcel]:
    path = tmp_path / "book.xlsm"
    path.write_bytes(build_workbook(shipped_draft(), date(2026, 11, 22), ".xlsm"))
    running = MacroExcel(path)
    running.python = ByCom(macros)
    running.app.run("Serve", running.python)
    running.open()
    yield running
    assert running.messages == []


def test_prices_errors_words_and_tables_reach_the_cells(running: MacroExcel) -> None:
    for row, quantity in enumerate([100_000.0, 5.0, -1.0, "many"], 1):
        running.type("Purchases", f"L{row}", quantity)
    running.enter("Purchases", "M1", f"=QUALYS_PRICE(L1:L4,{NEXT_DAY})")
    running.enter("Purchases", "N1", "=QUALYS_PRICE(100000,DATE(2013,12,20))")
    running.enter("Purchases", "N2", "=QUALYS_SOURCE(100000,DATE(2013,12,20))")
    running.enter("Purchases", "N3", '=QUALYS_PRICE(100000,DATE(2013,12,20),"Sécurité €")')
    running.enter("Purchases", "L10", "=QUALYS_SCHEDULE(DATE(2014,1,1))")
    shown = [running.shown("Purchases", f"M{row}") for row in range(1, 5)]
    assert shown == [279995, "#N/A", "#NUM!", "#VALUE!"]
    assert running.shown("Purchases", "N1") == 255000
    assert running.shown("Purchases", "N2") == "Amendment 1, 1.A, footnote *"
    assert running.shown("Purchases", "N3") == "#VALUE!"
    assert [running.shown("Purchases", f"O{row}") for row in (10, 12)] == ["Fixed", 279995]


def test_prices_follow_the_sheets(running: MacroExcel) -> None:
    running.enter("Purchases", "L1", "=QUALYS_PRICE(100000,DATE(2013,12,20))")
    running.enter("Purchases", "L2", '=QUALYS_EXPLAIN(5,DATE(2013,12,20),"Schlüssel")')
    assert running.shown("Purchases", "L1") == 255000
    assert "Schlüssel" in running.shown("Purchases", "L2")
    running.type("Amendments", PRICE, 250000.5)
    assert running.shown("Purchases", "L1") == 250000.5
    assert running.shown("Purchases", "E16") == 250000.5
    assert running.python.count("answer_all") == 1
    running.cells("Amendments", PRICE).vba_set("NumberFormat", "0%")
    running.type("Amendments", PRICE, 0.5)
    assert running.shown("Purchases", "L1") == "#N/A"

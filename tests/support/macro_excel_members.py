"""What pyOpenVBA's Excel lacks and the macros use, added as Excel documents it.

Members of Application and Worksheet, and formulas that call the functions of a VBA project.
"""

from collections.abc import Callable
from typing import Any

from pyopenvba._a1 import Area
from pyopenvba.apps.excel import ExcelApplication, _engine_book, _events, _model
from pyopenvba.formula._calc import registry
from pyopenvba.formula._calc.values import Array, Empty, Reference
from pyopenvba.interpreter import _values as vba
from pyopenvba.interpreter._objects import MemberSpec

from xlfuncs.functions.registry import FUNCTIONS

DONE, PENDING = 0, 2
"""XlCalculationState."""


class Added:
    """What a test may have fail."""

    failure = ""


def complete(app: ExcelApplication, prefixes: tuple[str, ...]) -> None:
    """Adds them to an Excel; formulas call the functions of the project that is loaded."""
    _add(_model.Worksheet, "EnableCalculation", _is_calculating, _set_calculating)
    _add(_model.Workbook, "Date1904", lambda book: bool(getattr(book, "date1904", False)))
    _add(_model.Application, "CalculationState", _state)
    _add(_model.Application, "UserControl", lambda application: True)
    _add(_model.Application, "MacroOptions", _describe)
    for function in FUNCTIONS:
        for name in (f"{prefix}_{function.name}" for prefix in prefixes):
            fewest = sum(not argument.optional for argument in function.arguments)
            kinds = (registry.R,) * len(function.arguments)
            registry.FUNCTIONS[name] = registry.Function(
                name, _calling(app, name), kinds, fewest, len(kinds)
            )


def _add(owner: Any, name: str, get: Callable[..., Any], put: Any = None) -> None:
    kind = "method" if name == "MacroOptions" else "property"
    parameters = ("Macro", "Category", "Description", "ArgumentDescriptions")
    named = parameters if kind == "method" else ()
    spec = MemberSpec(name=name, kind=kind, getter=get, setter=put, parameters=named)
    owner.vba_add_member(spec)


def _describe(application: Any, name: Any, category: Any, text: Any, about: Any = None) -> Any:
    arguments = about.items if isinstance(about, vba.VBAArray) else []
    application.described = [
        *getattr(application, "described", []),
        (name, category, text, arguments),
    ]
    return vba.EMPTY


def _is_calculating(sheet: Any) -> bool:
    return bool(getattr(sheet, "calculating", True))


def _set_calculating(sheet: Any, value: Any) -> None:
    """Switched on again, a sheet is recalculated: at once, or at the next calculation."""
    if Added.failure:
        raise vba.error(1004, Added.failure)
    again = bool(value) and not _is_calculating(sheet)
    sheet.calculating = bool(value)
    if again:
        for cell in sheet.cells_.values():
            cell.stale = cell.stale or bool(cell.formula)
        _events.recalculated(sheet.book)


def _state(application: Any) -> int:
    cells = (
        cell
        for book in application.workbooks_.books
        for sheet in book.sheets_
        for cell in sheet.cells_.values()
    )
    return PENDING if any(cell.stale for cell in cells) else DONE


def _calling(app: ExcelApplication, name: str) -> Callable[..., Any]:
    def called(context: Any, *given: Any) -> Any:
        arguments = [_argument(app, each) for each in given]
        return _result(app.interpreter.run(name, arguments))

    return called


def _argument(app: ExcelApplication, given: Any) -> Any:
    """An argument of a formula as VBA gets it: cells as a Range, the others as values."""
    if isinstance(given, Reference):
        areas = [Area(a.top, a.left, a.bottom, a.right, a.sheet) for a in given.areas]
        names = {each.name.lower(): each for each in app.application.active_book.sheets_}
        return _model.Range(names[areas[0].sheet.lower()], areas)
    if isinstance(given, Array):
        bounds = [(1, given.height), (1, given.width)]
        array = vba.VBAArray(bounds)
        for row, cells in enumerate(given.rows, 1):
            for column, cell in enumerate(cells, 1):
                array.set([row, column], _argument(app, cell))
        return array
    if isinstance(given, Empty):
        return vba.MISSING
    return _engine_book.model_value(given)


def _result(answer: Any) -> Any:
    if not isinstance(answer, vba.VBAArray):
        return _engine_book.scalar(answer)
    (top, bottom), (left, right) = answer.bounds
    columns = range(left, right + 1)
    return Array(
        [
            [_engine_book.scalar(answer.get([row, column])) for column in columns]
            for row in range(top, bottom + 1)
        ]
    )

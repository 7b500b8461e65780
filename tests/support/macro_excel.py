"""A workbook with macros in pyOpenVBA's Excel: cells, events and VBA run as they are in the file.

What is not the real thing is Python's side of COM: in place of the module `xlwings` there is one
whose `XLPy` gives an object with the method `CallUDF` alone, which calls the real functions of
`xlfuncs.hosts.excel`, or fails as it is told to.
"""

import re
from pathlib import Path
from typing import Any

from pyopenvba.apps.excel import ExcelApplication, _events, _io
from pyopenvba.excel import ExcelFile
from pyopenvba.interpreter import _values as vba
from pyopenvba.interpreter._objects import VBAObject, method
from pyopenvba.vba import VBAModuleKind

from tests.support.macro_excel_members import Added, complete
from xlfuncs.hosts import excel

XLWINGS = """\
Attribute VB_Name = "xlwings"
Public Const XLWINGS_VERSION As String = "0.0.0"
Public Server As Object
Public Started As Long
Public Function XLPy()
    Started = Started + 1
    Set XLPy = Server
End Function
Public Function HowOften() As Long
    HowOften = Started
End Function
Public Sub Serve(ByVal it As Object)
    Set Server = it
End Sub
"""
NOT_READ = r"^Attribute \w+\.VB_.*\n|(?<=Private )WithEvents |\b(?:VBA|Price[A-Z][a-z]+)\.(?=\w)"
"""What pyOpenVBA does not read: descriptions of procedures, events of the whole of Excel, and the
module before the name of what is in it."""

LEFT_OUT = -2147352572


class Python(VBAObject):
    """What `XLPy` gives, and what it was asked."""

    vba_type_name = "XLPython"

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.failure = ""
        self.fails_once = False

    @method
    def CallUDF(self, module: str, function: str, given: Any) -> Any:  # noqa: N802
        if self.fails_once:
            self.fails_once = False
            raise vba.error(462, "The remote server machine does not exist or is unavailable")
        if self.failure:
            raise vba.error(-2147352567, self.failure)
        arguments = by_com(given)
        self.asked.append((function, arguments))
        assert module == excel.__name__
        [[answer]] = getattr(excel, function)(*arguments)
        return by_vba(answer)

    def count(self, function: str = "answer") -> int:
        return sum(name == function for name, _ in self.asked)


def by_com(value: Any) -> Any:
    """A value of VBA as COM hands it over to Python."""
    if isinstance(value, vba.VBAArray):
        return _rows(value)
    if isinstance(value, vba.VBAErrorValue):
        return value.number + excel.ERROR_OF_COM
    if value is vba.MISSING:
        return LEFT_OUT
    if value is vba.EMPTY:
        return None
    if isinstance(value, vba.VBASingle):
        return float(value)
    return int(value) if isinstance(value, vba.VBAInt) else value


def _rows(array: vba.VBAArray) -> tuple[Any, ...]:
    (first, last), *deeper = array.bounds
    if not deeper:
        return tuple(by_com(array.get([place])) for place in range(first, last + 1))
    [(left, right)] = deeper
    return tuple(
        tuple(by_com(array.get([row, column])) for column in range(left, right + 1))
        for row in range(first, last + 1)
    )


def by_vba(value: Any) -> Any:
    """What Python answers as COM hands it over to VBA."""
    if not isinstance(value, list):
        return vba.VBAInt(value) if type(value) is int else value
    if not isinstance(value[0], list):
        return vba.VBAArray([(0, len(value) - 1)], items=[by_vba(cell) for cell in value])
    array = vba.VBAArray([(0, len(value) - 1), (0, len(value[0]) - 1)])
    for row, cells in enumerate(value):
        for column, cell in enumerate(cells):
            array.set([row, column], by_vba(cell))
    return array


class MacroExcel:
    """Excel with one macro workbook open, as it is in its file."""

    added = Added

    def __init__(self, path: Path, prefixes: tuple[str, ...] = ("QUALYS", "ACME")) -> None:
        self.app = ExcelApplication()
        self.book = _io.load_workbook(self.app.application, path)
        self.app.application.workbooks_.books.append(self.book)
        self.app.application.activate_book(self.book)
        self.python = Python()
        complete(self.app, prefixes)
        for name, text, kind in self.modules(path):
            read = re.sub(NOT_READ, "", text, flags=re.MULTILINE)
            self.app.add_module(XLWINGS if name == "xlwings" else read, name=name, kind=kind)
        self.app.run("Serve", self.python)

    @staticmethod
    def modules(path: Path) -> list[tuple[str, str, str]]:
        """The modules of the file: name, text, and kind."""
        found = []
        with ExcelFile(path) as package:
            for module in package.vba_project().modules:
                document = re.fullmatch(r"ThisWorkbook|Sheet\d+", module.name)
                kind = "document" if document else "class"
                kind = "standard" if module.kind is VBAModuleKind.standard else kind
                found.append((module.name, module.source.replace("\r\n", "\n"), kind))
        return found

    @property
    def started(self) -> int:
        """How often Python was started."""
        return int(self.app.run("HowOften"))

    @property
    def messages(self) -> list[str]:
        """What the user was told in windows."""
        return [str(each) for each in self.app.interpreter.dialogs]

    def open(self) -> None:
        """What Excel does once the user has enabled content."""
        self.handle("Workbook_Open")

    def before_save(self) -> None:
        self.handle("Workbook_BeforeSave", False, False)

    def calculate_fully(self) -> None:
        """What Ctrl+Alt+F9 does."""
        for sheet in self.book.sheets_:
            for calculating in (False, True):
                sheet.vba_set("EnableCalculation", calculating)

    def handle(self, event: str, *arguments: Any) -> None:
        _events._handle(self.book, event, list(arguments))

    def type(self, sheet: str, cell: str, value: Any) -> None:
        self.cells(sheet, cell).vba_set("Value", value)

    def enter(self, sheet: str, cell: str, formula: str) -> None:
        self.cells(sheet, cell).vba_set("Formula2", formula)

    def write_unseen(self, sheet: str, cell: str, value: Any) -> None:
        """What another program writes while events are off."""
        self.app.application.enable_events = False
        self.type(sheet, cell, value)
        self.app.application.enable_events = True

    def shown(self, sheet: str, cell: str) -> Any:
        """A cell's value; an error as the text that shows it."""
        value = by_com(self.cells(sheet, cell).vba_get("Value2"))
        return error_shown(value) if isinstance(value, int) else value

    def cells(self, sheet: str, cells: str) -> Any:
        [found] = [each for each in self.book.sheets_ if each.name == sheet]
        return found.vba_get("Range", [cells])

    def call(self, function: str, *arguments: Any) -> Any:
        """A function called by a macro."""
        return by_com(self.app.interpreter.run(function, list(arguments)))

    def named(self, name: str) -> str | None:
        found = [each for each in self.book.names_.entries if each.name == name]
        return str(found[0].refers_to) if found else None


def error_shown(number: int) -> str:
    return excel.EXCEL_ERRORS[number - excel.ERROR_OF_COM].code

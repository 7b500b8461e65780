"""The macros of a workbook without Excel: xlwings' own DLL starts its server, and it is called.

Run by a Windows Python, which the server runs with too. Reads what to do as JSON lines,
`[name, arguments]`, and prints each answer likewise, `[answer, null]` or `[null, what went wrong]`.

    python xlwings_caller.py NAME_OF_THE_DLL COMMAND      as they stand in xlwings.bas
"""

from __future__ import annotations

import ctypes
import importlib
import io
import json
import sys
import time
from ctypes import byref
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from com_by_ctypes import AUTOMATION, OLE, VARIANT, Arguments, Dispatch, read
from com_variants import Variant, array, text, variant_of

START, KILL = 1, -1


class Macros:
    """The commands; each takes and answers what JSON can hold."""

    def __init__(self, dll: str, command: str) -> None:
        library = ctypes.WinDLL(str(Path(sys.executable).with_name(dll)))
        self._activate = library.XLPyDLLActivateAuto
        self._activate.argtypes = [ctypes.POINTER(VARIANT), ctypes.c_char_p, ctypes.c_long]
        self._command = command.encode("mbcs")

    def _server(self) -> Dispatch:
        """XLPy() of xlwings.bas, with which each call begins."""
        found = VARIANT()
        if self._activate(byref(found), self._command, START):
            raise RuntimeError(f"not activated: {read(found).value}")
        return Dispatch(found.pointer)

    def kill(self) -> None:
        """KillPy of xlwings.bas."""
        if self._activate(byref(VARIANT()), self._command, KILL):
            raise RuntimeError("not killed")

    def call(self, module: str, function: str, arguments: list[Any]) -> Variant:
        """XLPy.CallUDF(module, function, Array(arguments...)), without workbook and caller."""
        return self.call_each(module, function, [arguments])[0]

    def call_each(self, module: str, function: str, calls: list[Any]) -> list[Variant]:
        server = self._server()
        method = server.method("CallUDF")
        found = []
        for arguments in calls:
            prepared, result = udf_arguments(module, function, arguments), VARIANT()
            try:
                server.invoke(method, prepared, result)
                found.append(read(result))
            finally:
                prepared.clear()
                AUTOMATION.VariantClear(byref(result))
        server.release()
        return found

    def seconds(self, calls: list[Any], times: int) -> list[list[float]]:
        """What each of several calls takes, turn by turn, from XLPy to the answer.

        Excel's part is left out: their arguments are made before, and nobody reads the answers.
        """
        prepared = [udf_arguments(*call) for call in calls]
        found: list[list[float]] = [[] for _ in calls]
        for _ in range(times):
            for each, taken in zip(prepared, found, strict=True):
                taken.append(self._seconds_of(each))
        for each in prepared:
            each.clear()
        return found

    def _seconds_of(self, prepared: Arguments) -> float:
        result = VARIANT()
        start = time.perf_counter()
        server = self._server()
        server.invoke(server.method("CallUDF"), prepared, result)
        taken = time.perf_counter() - start
        server.release()
        AUTOMATION.VariantClear(byref(result))
        return taken

    def vba_wrapper(self, module: str) -> str:
        """The VBA that "Import Functions" of xlwings' ribbon writes for a module."""
        udfs = importlib.import_module("xlwings.udfs")
        written = io.StringIO()
        workbook = SimpleNamespace(Name="book.xlsm")
        udfs.generate_vba_wrapper(module, importlib.import_module(module), written, workbook)
        return written.getvalue()


def udf_arguments(module: str, function: str, arguments: list[Any]) -> Arguments:
    return Arguments([text(module), text(function), array(*map(variant_of, arguments))])


def main() -> None:
    OLE.CoInitialize(None)
    macros = Macros(*sys.argv[1:])
    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            answer = [getattr(macros, name)(*arguments), None]
        except Exception as error:
            answer = [None, f"{type(error).__name__}: {error}"]
        print(json.dumps(answer), flush=True)
    macros.kill()


if __name__ == "__main__":
    main()

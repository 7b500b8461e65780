"""The macros of a workbook as they ask through xlwings, for tests that answer in their place."""

from __future__ import annotations

import json
import re
import select
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Thread
from typing import IO, Any

from tests.support.com_variants import Variant, array, text, truth, variant_of
from tests.support.wine import SITE, Windows, end, windows_path

HOST = Path(__file__).with_name("xlwings_caller.py")
MODULE = "xlfuncs.hosts.excel"
WORKBOOK = r"Z:\book.xlsm"
LONGEST_ANSWER = 600
"""Seconds; calls that are timed or put one after the other count as one."""


class Macros:
    """The commands of `xlwings_caller.py` as methods, and what a built workbook asks with them."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._start()

    def _start(self) -> None:
        python = self._windows.python
        source = (python / SITE / "xlwings" / "xlwings.bas").read_text(encoding="utf-8")
        self._process = self._windows.start(HOST, *server_of(source, python))
        self._complaints: list[str] = []
        Thread(target=self._listen, args=(self._process.stderr,), daemon=True).start()

    def _listen(self, stderr: IO[str]) -> None:
        with stderr:
            self._complaints.extend(stderr)

    def _run(self, name: str, *arguments: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, arguments]) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], LONGEST_ANSWER)[0]:
            self._process.kill()
            raise RuntimeError(f"{name}: no answer")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{name}: ended\n{''.join(self._complaints)}")
        answer, wrong = json.loads(line)
        if wrong:
            raise RuntimeError(f"{name}: {wrong}")
        return answer

    def call(self, module: str, function: str, *arguments: Variant) -> Variant:
        return variant_of(self._run("call", module, function, arguments))

    def seconds(self, calls: Sequence[Any], times: int) -> list[list[float]]:
        found: list[list[float]] = self._run("seconds", calls, times)
        return found

    def vba_wrapper(self, module: str) -> str:
        written: str = self._run("vba_wrapper", module)
        return written

    def restart(self) -> None:
        """Kills the server and goes on with another one, as after Excel was restarted.

        One program cannot always do both under Wine, which may still look for the old server.
        """
        self._run("kill")
        self.end()
        self._start()

    def read_sheets(
        self, tiers: Variant, amendments: Variant, contract: Variant, date1904: bool = False
    ) -> Variant:
        """Hands the sheets over; the key as it comes back."""
        return self.call(MODULE, "read_sheets", tiers, amendments, contract, truth(date1904))

    def answer(self, key: Variant, name: str, *arguments: Variant) -> Variant:
        """What a function answers from the sheets with a key."""
        return self.call(MODULE, "answer", key, text(name), array(*arguments))

    def answers(
        self, key: Variant, name: str, questions: Iterable[Sequence[Variant]]
    ) -> list[Variant]:
        """The answer to each of several questions, one call each."""
        calls = [[key, text(name), array(*question)] for question in questions]
        return [variant_of(each) for each in self._run("call_each", MODULE, "answer", calls)]

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Ends the program and its server, by force where they do not end by themselves."""
        end(self._process)


def server_of(source: str, python: Path) -> tuple[str, str]:
    """The DLL that xlwings.bas loads, and the command with which it starts the server.

    That is XLPyCommand where ADD_WORKBOOK_TO_PYTHONPATH is False and nothing else is set.
    """
    dll = found_in(source, r'XLPyDLLName As String = "(xlwings64.*)"')
    tail = found_in(source, r'^ +tail = "(.*)"$')
    paths = ";".join(["false", WORKBOOK, WORKBOOK, "", "", "", ""]).replace("\\", "\\\\")
    tail = tail.replace('" & LicenseKeyEnvString & "', "").replace('" & PYTHONPATH & "', paths)
    tail = tail.replace('""', '"')
    interpreter = windows_path(python / "python.exe")
    return dll, f'cmd.exe  /K ""{interpreter}"{tail}"'


def found_in(source: str, pattern: str) -> str:
    found = re.search(pattern, source, re.MULTILINE)
    assert found is not None, pattern
    return found[1]

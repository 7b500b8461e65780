"""Lists the messages that no case of this folder reaches, each with its place.

    coverage run -m pytest -n 2 tests/messages && coverage combine
    python -m tests.messages.message_coverage

A message is what makes a finding, or an error of this package, which ends a command.
"""

import ast
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coverage import CoverageData

import xlfuncs
from tests.support.places import TOP
from xlfuncs.doctor import do, note
from xlfuncs.errors import XlfuncsError
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.row_checks import Finding

IN_LIBREOFFICE = {"uno"}
"""What can be imported there alone."""

ELSEWHERE = {
    **dict.fromkeys(
        (
            *("as .xlsx", "has no sheets"),
            *("is not written in UTF-8", "its rows twice", "two values in row"),
            *("a comment within the XML", "that is not plain"),
        ),
        "no program writes such a sheet: tests/ledgers/test_workbook_source.py",
    ),
    "Problem('Dates', text)": "LibreOffice's own Python reads its sheets: tests/hosts",
    "has content that a contract file cannot hold": "a guard, by which only a test of it is "
    "stopped",
    "error.strerror": "what is said of temporary files without room is said of all commands alike",
    "columns and": "a guard: the database finds as many columns as are described",
}
"""A part of a message that no case reaches, and why."""


def makers() -> set[str]:
    """The names of what makes messages."""
    for module in pkgutil.walk_packages(xlfuncs.__path__, "xlfuncs."):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if error.name not in IN_LIBREOFFICE:
                raise
    errors: list[Any] = [XlfuncsError]
    found: set[Any] = {Finding, Problem, do, note}
    while errors:
        found.add(each := errors.pop())
        errors += each.__subclasses__()
    return {each.__name__ for each in found}


def unreached(path: Path, lines: set[int], names: set[str]) -> Iterator[str]:
    """The messages in a file of which no line was run."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in names:
            continue
        if lines.isdisjoint(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
            yield f"{path.relative_to(TOP)}:{node.lineno}: {ast.unparse(node)}"


def main() -> int:
    data = CoverageData()
    data.read()
    names = makers()
    found: list[str] = []
    for path in sorted((TOP / "xlfuncs").rglob("*.py")):
        found += unreached(path, set(data.lines(str(path)) or ()), names)
    new = [each for each in found if not any(part in each for part in ELSEWHERE)]
    old = [part for part in ELSEWHERE if not any(part in each for each in found)]
    print("\n".join([*new, *(f"{part!r} in ELSEWHERE is reached, or no message" for part in old)]))
    return 1 if new or old else 0


if __name__ == "__main__":
    sys.exit(main())

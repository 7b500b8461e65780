"""Lists the messages that no case reaches: what raises a user-facing error, or makes a finding.

    coverage run -m pytest tests/messages && python -m tests.messages.unreached
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from coverage import CoverageData

from tests.support.places import TOP
from xlfuncs.contracts.toml_editor import NotEditable
from xlfuncs.doctor.findings import do, note
from xlfuncs.doctor.interpreter import NotFixed
from xlfuncs.errors import Refused, Unreadable
from xlfuncs.hosts.libreoffice import Failed, NotFound
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.findings import Finding
from xlfuncs.sheets.lint import Doubt
from xlfuncs.sheets.parsers import Problem
from xlfuncs.xlsx.vba.project import NoMacros

MAKERS = {
    maker.__name__
    for maker in (
        *(BadInput, Doubt, Failed, Finding, NoMacros, NotEditable, NotFixed, NotFound),
        *(Problem, Refused, Unreadable, do, note),
    )
}

ELSEWHERE = {}
"""Messages, by a part of what makes them, that another test reaches, and why no case does."""


def unreached(path: Path, lines: set[int]) -> Iterator[str]:
    """The calls in a file that make a message and of which no line was run."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS:
            made = ast.unparse(node)
            if not lines & set(range(node.lineno, node.end_lineno + 1)):
                yield f"{path.relative_to(TOP)}:{node.lineno}: {made}"


def main() -> int:
    data = CoverageData(sys.argv[1])
    data.read()
    for path in sorted((TOP / "xlfuncs").rglob("*.py")):
        for each in unreached(path, set(data.lines(str(path)) or ())):
            print(each)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The file xlwings.conf, as xlwings' macros read it (VBA's `Input #`).

Lines are `"NAME","value"` in the characters of the computer's own code page. The macros do not read
lines but values, two by two: an empty line counts as one value, and shifts all that follow.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

NAME = "xlwings.conf"
CODE_PAGE = "mbcs" if sys.platform == "win32" else "utf-8"

FIELD = re.compile(rb'[ \t]*(?:"([^"]*)"?[^,\r\n]*|([^,\r\n]*?)[ \t]*)(?:,|\r\n|\r|\n|\Z)')


class Field(NamedTuple):
    """A value, where it stands between its quotes, and in which line."""

    text: str
    start: int
    end: int
    line: int


def rows_in(content: bytes) -> dict[str, str]:
    r"""What a file says, by names in capitals; where a name stands twice, the first one counts.

    >>> rows_in(b'"Interpreter_Win","C:\\py\\pythonw.exe"\r\n"DEBUG UDFS", False\r\n')
    {'INTERPRETER_WIN': 'C:\\py\\pythonw.exe', 'DEBUG UDFS': 'False'}
    """
    found: dict[str, str] = {}
    for name, value in _pairs(content):
        if value is not None:
            found.setdefault(name.text.upper(), value.text)
    return found


def misread_line(content: bytes) -> int | None:
    r"""The first line that is no name with its value; the macros stop with an error there.

    >>> misread_line(b'"A","1"\r\n\r\n"B","2"\r\n'), misread_line(b'"A","1"\r\n"B",""')
    (2, None)
    """
    for name, value in _pairs(content):
        if value is None or value.line != name.line:
            return name.line
    return None


def with_row(content: bytes, name: str, value: str) -> bytes:
    r"""The same file with another value of a name, or with a new first line, which is always read.

    Raises UnicodeEncodeError for a value that the code page has no characters for.

    >>> with_row(b'"a","1"\r\n"B","2"\r\n', "A", "3")
    b'"a","3"\r\n"B","2"\r\n'
    >>> with_row(b'"B","2"', "A", "3")
    b'"A","3"\r\n"B","2"'
    """
    written = value.encode(CODE_PAGE)
    for found, old in _pairs(content):
        if found.text.upper() == name and old is not None:
            quoted = content[old.start - 1 : old.start] == b'"'
            written = written if quoted else b'"' + written + b'"'
            return content[: old.start] + written + content[old.end :]
    return f'"{name}","'.encode() + written + b'"\r\n' + content


def _pairs(content: bytes) -> Iterator[tuple[Field, Field | None]]:
    fields = _fields(content)
    for name in fields:
        yield name, next(fields, None)


def _fields(content: bytes) -> Iterator[Field]:
    for found in FIELD.finditer(content):
        if found.start() == len(content):
            return
        which = 2 if found[1] is None else 1
        start, end = found.span(which)
        line = content.count(b"\n", 0, start) + 1
        yield Field(found[which].decode(CODE_PAGE, "replace"), start, end, line)

"""The macros in a workbook, each module as a text that can be compared."""

from __future__ import annotations

import re

from xlfuncs.files.books.packages import Parts, in_one_sentence

PROJECT = "xl/vbaProject.bin"
ATTRIBUTE = r"(?im)^\s*attribute .*$"
"""What Excel notes about a module, and adds to, in lines that its editor does not show."""


def macros_of(parts: Parts) -> dict[str, str]:
    """The modules with something in them, by name. Raises Unreadable."""
    if PROJECT not in parts:
        return {}
    from pyopenvba.cfb import CFB  # noqa: PLC0415 - few workbooks have macros
    from pyopenvba.vba import parse_vba_project  # noqa: PLC0415

    with in_one_sentence():
        project = parse_vba_project(CFB.from_bytes(parts[PROJECT]))
        texts = {module.name: compared(module.source) for module in project.modules}
    return {name: text for name, text in texts.items() if text}


def compared(text: str) -> str:
    """A module's text as it is compared: Excel sets letter case and spaces anew when it saves.

    >>> compared('Attribute VB_Name = "A"\\nDim  Rows As Long')
    'dimrowsaslong'
    """
    text = re.sub(r"(?s)\A\s*VERSION .*?^END\s*$", "", text, flags=re.MULTILINE)
    return re.sub(r"\s", "", re.sub(ATTRIBUTE, "", text)).casefold()

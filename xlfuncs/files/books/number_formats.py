"""The number format of each style that cells refer to."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS

from xlfuncs.files.books.xml_parts import MAIN, RESAVE, refuse_strict
from xlfuncs.files.unreadable import Unreadable

GENERAL = "General"
BUILT_IN = {
    **BUILTIN_FORMATS,
    **dict.fromkeys((*range(27, 37), *range(50, 59)), BUILTIN_FORMATS[14]),
}
"""The formats that a workbook does not state; days in Chinese, Japanese and Korean as any days."""

MOST_FORMATS = 65_536
"""Styles, of which Excel writes 65,490 at most."""


def number_formats(styles: Element) -> list[str]:
    """The number formats by the numbers of the styles. Raises Unreadable."""
    refuse_strict(styles.tag)
    own: dict[str | None, str] = {}
    for each in styles.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt"):
        number, code = each.get("numFmtId"), each.get("formatCode", GENERAL)
        if own.setdefault(number, code) != code:
            raise Unreadable(f"has two number formats with the number {number}; {RESAVE}")
    used = styles.findall(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf")
    if len(used) > MOST_FORMATS:
        raise Unreadable(f"has {len(used):,} styles; expected at most {MOST_FORMATS:,}; {RESAVE}")
    return [_format_of(each.get("numFmtId", "0"), own) for each in used] or [GENERAL]


def _format_of(number: str, own: dict[str | None, str]) -> str:
    if number in own:
        return own[number]
    return BUILT_IN.get(int(number), GENERAL) if number.isdecimal() else GENERAL

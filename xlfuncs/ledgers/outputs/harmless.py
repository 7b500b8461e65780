"""Text that a spreadsheet would run as a formula, made harmless."""

from __future__ import annotations

import re

from xlfuncs.ledgers.statements.reading import literal

_SIGNS = "=+-@"
_WIDE = "".join(chr(ord(sign) + 0xFEE0) for sign in _SIGNS)
_SPACES = " \u00a0"
_ENDS = "\t\r\n"

FORMULA = f"^[{_SPACES}{_ENDS}]*[{re.escape(_SIGNS)}{_WIDE}]|^[{_ENDS}]"
"""How text begins that spreadsheets may take for a formula, also with signs of double width."""

PLAIN = r"^\s*([+-]?[0-9]+([.,][0-9]+)*%?|-+)\s*$"
"""A number, or dashes in place of one, which are none."""


def harmless(column: str) -> str:
    """The text with an apostrophe before it where it is needed, in SQL.

    Nearly all text begins with a letter or a digit of ASCII and is looked at no further. A list of
    signs in place of the ranges would make DuckDB join it, which gives up the order of lines; and
    conditions within each other are planned much faster than beside each other.
    """
    formula = f"REGEXP_MATCHES({column}, {literal(FORMULA)})"
    plain = f"REGEXP_MATCHES({column}, {literal(PLAIN)})"
    marked = f"CASE WHEN {plain} THEN {column} ELSE '''' || {column} END"
    other = f"CASE WHEN {formula} THEN {marked} ELSE {column} END"
    no_letter = f"CASE WHEN ASCII({column}) BETWEEN 48 AND 57 THEN {column} ELSE {other} END"
    return f"CASE WHEN ASCII({column}) BETWEEN 65 AND 126 THEN {column} ELSE {no_letter} END"


def harmless_text(text: str) -> str:
    """The same for one text.

    >>> harmless_text("=1+1"), harmless_text("-12,50"), harmless_text("Order - 1")
    ("'=1+1", '-12,50', 'Order - 1')
    """
    return f"'{text}" if re.search(FORMULA, text) and not re.search(PLAIN, text) else text

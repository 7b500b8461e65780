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
    """The text with an apostrophe before it where it is needed, in SQL."""
    formula = f"REGEXP_MATCHES({column}, {literal(FORMULA)})"
    plain = f"REGEXP_MATCHES({column}, {literal(PLAIN)})"
    return (
        f"CASE WHEN {_perhaps(column)} AND {formula} AND NOT {plain} "
        f"THEN '''' || {column} ELSE {column} END"
    )


def _perhaps(column: str) -> str:
    """Whether a text begins neither with a digit nor with a letter of ASCII, which is soon seen.

    A list of signs here would make DuckDB join it, which gives up the order of lines.
    """
    return f"(ASCII({column}) < 48 OR ASCII({column}) BETWEEN 58 AND 64 OR ASCII({column}) > 126)"


def harmless_text(text: str) -> str:
    """The same for one text.

    >>> harmless_text("=1+1"), harmless_text("-12,50"), harmless_text("Order - 1")
    ("'=1+1", '-12,50', 'Order - 1')
    """
    return f"'{text}" if re.search(FORMULA, text) and not re.search(PLAIN, text) else text

"""How a ledger writes its numbers and days, as somebody said."""

from __future__ import annotations

from argparse import Namespace

from xlfuncs.ledgers.style import Dates, Style


def style_of(chosen: Namespace) -> Style:
    """The style that was chosen; the sign of thousands is the one that is not the decimal one."""
    decimal, other = (",", ".") if chosen.decimal_comma else (".", ",")
    return Style(Dates(chosen.dates), decimal, other if chosen.thousands else "")

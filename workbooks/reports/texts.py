"""Texts out of ledgers and contracts, as long as a cell of a report can hold."""

from __future__ import annotations

from xlfuncs.tables.cells import LONGEST_TEXT

LONGEST_STORED = len("_x0000_")
"""Characters that stand in the file for one that XML does not hold."""

LONGEST = LONGEST_TEXT // LONGEST_STORED
"""Characters that fit into a cell whichever they are; a text of more, nobody reads there."""

CUT = " ... (cut off here; the priced ledger has all of it)"


def cut(text: str, longest: int = LONGEST, ending: str = CUT) -> str:
    """The text, or as much of it as there is room for beside the words that say so.

    >>> cut("Amendment 1", 9, " ...")
    'Amend ...'
    """
    return text if len(text) <= longest else text[: longest - len(ending)] + ending

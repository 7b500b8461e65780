"""What the command `build` says of a workbook whose formulas cannot do all that the core can."""

from __future__ import annotations

import sys
from pathlib import Path

from workbooks.names.beyond import purchases_beyond, rows_beyond, rows_uncounted
from xlfuncs.cli.refusals import Refused
from xlfuncs.cli.writing import NOT_WRITTEN, shortened
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.drafts import Draft


def refuse_uncounted(target: Path, contract: Contract) -> None:
    """Raises Refused for rows beside which formulas could price nothing."""
    uncounted = list(rows_uncounted(contract))
    if uncounted:
        raise Refused(
            f"{target}: formulas cannot count {'; '.join(shortened(uncounted))}; {NOT_WRITTEN}. "
            f"A workbook with macros (.xlsm) can"
        )


def tell_of_limits(target: Path, draft: Draft, contract: Contract) -> None:
    """Names the rows that formulas cannot work with, and each purchase that they leave open."""
    rows, purchases = list(rows_beyond(contract)), list(purchases_beyond(draft, contract))
    for line in (*shortened(rows), *purchases):
        print(f"xlfuncs: {line}", file=sys.stderr)
    if rows or purchases:
        answers = (
            "what these price is #N/A in it, for formulas alone cannot work it out; a workbook "
            "with macros (.xlsm) answers it, and so does xlfuncs price"
        )
        print(f"xlfuncs: {target}: {answers}", file=sys.stderr)

"""What the command `build` says of a workbook whose formulas cannot do all that the core can."""

from __future__ import annotations

import sys
from pathlib import Path

from workbooks.names.beyond import purchases_beyond, rows_beyond, rows_uncounted, too_long
from xlfuncs.cli.refusals import Refused
from xlfuncs.cli.writing import NOT_WRITTEN, shortened
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.drafts import Draft


def refuse_uncounted(target: Path, draft: Draft, contract: Contract) -> None:
    """Raises Refused for rows beside which formulas could price nothing."""
    uncounted = [f"{each} for formulas to count" for each in rows_uncounted(contract)]
    if lines := [*too_long(draft), *uncounted]:
        raise Refused(
            f"{target}: {'; '.join(shortened(lines))}; {NOT_WRITTEN}. "
            f"Use -o NAME.xlsm for a workbook with macros, which can"
        )


def tell_of_limits(target: Path, draft: Draft, contract: Contract) -> None:
    """Names the rows that formulas cannot work with, and each purchase that they leave open."""
    rows, purchases = list(rows_beyond(contract)), list(purchases_beyond(draft, contract))
    for line in (*shortened(rows), *purchases):
        print(f"xlfuncs: {line}", file=sys.stderr)
    if rows or purchases:
        answers = (
            "what rests on these is #N/A in it, because formulas alone cannot work it out; "
            "xlfuncs price answers it, and so does a workbook with macros (.xlsm)"
        )
        print(f"xlfuncs: {target}: {answers}", file=sys.stderr)

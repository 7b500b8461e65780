"""The command `build`."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date
from itertools import islice
from pathlib import Path

from workbooks import SHIPPED
from workbooks.build import build as content_of
from xlfuncs.cli.contracts import refuse_problems
from xlfuncs.cli.refusals import ANSWERED, NO_ANSWER, Refused
from xlfuncs.cli.writing import NOT_WRITTEN, shortened, write_workbook
from xlfuncs.files.differences import differences
from xlfuncs.files.loading import load_bytes, load_draft
from xlfuncs.files.opened import open_workbook
from xlfuncs.files.stamps import built_on, is_untouched
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.drafts import Draft
from xlfuncs.tables.schema import PURCHASES

FORMULAS_SHOWN = 2
"""Formulas printed after a build: a price, and why."""

DIFFERENCES_SHOWN = 40


def build(chosen: Namespace) -> int:
    """Writes the workbook and prints the first formulas that stand in it, with their values."""
    try:
        return _build(_target(chosen), chosen)
    except Unreadable as error:
        raise Refused(str(error)) from None


def _build(target: Path, chosen: Namespace) -> int:
    found = load_bytes(target) if target.exists() else None
    keeping = chosen.keep and found is not None
    contract, draft = _source(str(target) if keeping else chosen.contract)
    if chosen.check:
        return _check(target, found, draft)
    if found is not None and not keeping and target.samefile(chosen.contract):
        raise Refused(
            f"{target}: is the workbook to build from; {NOT_WRITTEN}. "
            f"Use --keep to build it around its own rows, or -o FILE for another file"
        )
    content = _content(draft, found)
    print(f"{target}: {write_workbook(target, content, found, chosen)}")
    purchases = open_workbook(content).sheets[PURCHASES]
    for where, formula, value in islice(purchases.formulas(), FORMULAS_SHOWN):
        print(f"{where}  {formula}")
        print(f"  {value}")
    if keeping and chosen.contract != SHIPPED:
        _tell_of_differing_rows(target, contract, chosen.contract)
    return ANSWERED


def _target(chosen: Namespace) -> Path:
    target = Path(chosen.output or f"{Path(chosen.contract).stem}.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise Refused(f"{target}: expected a name that ends in .xlsx")
    if target.exists() and not target.is_file():
        raise Refused(f"{target}: there is something that is no file; {NOT_WRITTEN}")
    return target


def _source(path: str) -> tuple[Contract, Draft]:
    """What the workbook is to be built from. Raises Refused, naming the problems of the file."""
    reading, draft = load_draft(path)
    if reading.contract is None or draft is None:
        raise refuse_problems(path, reading.problems)
    if not reading.contract.prefix:
        raise Refused(f"{path}: no function prefix; expected one on the sheet Contract")
    return reading.contract, draft


def _content(draft: Draft, found: bytes | None) -> bytes:
    """The workbook as of today, or as of the day on which the same was built and not touched."""
    if found is not None and is_untouched(found):
        as_then = content_of(draft, built_on(found) or date.today())
        if as_then == found:
            return found
    return content_of(draft, date.today())


def _check(target: Path, found: bytes | None, draft: Draft) -> int:
    """Says whether a workbook is what its data would give, and lists what differs."""
    if found is None:
        raise Refused(f"{target}: there is no such file; expected a workbook to check")
    expected = content_of(draft, built_on(found) or date.today())
    if found == expected:
        print(f"{target}: is as it would be built")
        return ANSWERED
    lines = list(differences(found, expected))
    if not lines:
        print(f"{target}: holds what it would be built with; it was saved by another program")
        return ANSWERED
    print("\n".join(shortened(lines, DIFFERENCES_SHOWN)))
    counted = "1 difference" if len(lines) == 1 else f"{len(lines)} differences"
    print(f"xlfuncs: {target}: {counted} to what its data would give", file=sys.stderr)
    return NO_ANSWER


def _tell_of_differing_rows(target: Path, kept: Contract, contract: str) -> None:
    stated, _ = _source(contract)
    if _without_places(stated) != _without_places(kept):
        print(
            f"{target} keeps its own rows, which differ from what {contract} states; "
            f"build --check lists where",
            file=sys.stderr,
        )


def _without_places(contract: Contract) -> Contract:
    rows = tuple(row._replace(place=None) for row in contract.rows)
    return contract._replace(rows=rows, purchases=())

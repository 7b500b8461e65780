"""The command `build`."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from workbooks import SHIPPED
from workbooks.build import build as content_of
from workbooks.kinds import Kind
from workbooks.macros.modules import NoMacros
from xlfuncs.cli.contracts import refuse_problems, with_prefix
from xlfuncs.cli.extending import extend
from xlfuncs.cli.rebuilding import write_workbook
from xlfuncs.cli.refusals import ANSWERED, NO_ANSWER, Refused
from xlfuncs.cli.withholding import refuse_uncounted, tell_of_limits
from xlfuncs.cli.writing import NOT_WRITTEN, refuse_no_file, shortened
from xlfuncs.files.books.differences import differences
from xlfuncs.files.books.lambdas import has_functions
from xlfuncs.files.books.opened import open_workbook
from xlfuncs.files.books.stamps import built_on, can_be_built_again, is_untouched
from xlfuncs.files.loading import load_bytes, load_draft
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.drafts import Draft
from xlfuncs.tables.harmless import harmless_line
from xlfuncs.tables.schema import PURCHASES

SHOWN = ("_PRICE(", "_EXPLAIN(")
"""What is printed after a build: the first formula for a price, and the first that says why."""

THIS_ROW = rf"{PURCHASES}\[\[#This Row\],\[([^\]]+)\]\]"
"""How a file holds a cell of the same row of a table."""

WORKED_OUT_SHOWN = 40
"""Cells that show another value because other cells differ; those are listed all."""


def build(chosen: Namespace) -> int:
    """Writes the workbook and prints the first formulas that stand in it, with their values; or
    the extension of LibreOffice.
    """
    target = _target(chosen)
    if target.suffix.lower() == ".oxt":
        return extend(target, chosen)
    try:
        found = load_bytes(target) if target.exists() else None
        keeping = chosen.keep and found is not None
        contract, draft = _source(str(target) if keeping else chosen.contract)
    except Unreadable as error:
        raise Refused(str(error)) from None
    if found is not None and keeping and can_be_built_again(found):
        draft = draft._replace(from_workbook=False)  # its rows still stand in a contract file
    if found is not None and not keeping and target.samefile(chosen.contract):
        raise Refused(
            f"{target}: is the workbook to build from; {NOT_WRITTEN}. "
            f"Use --keep to build it around its own rows, or -o FILE for another file"
        )
    try:
        kind = _kind(target, found, chosen, draft, contract)
        if chosen.check:
            return _check(
                target, found, draft, kind, "its own rows" if keeping else chosen.contract
            )
        content = _content(draft, found, kind)
        if keeping and chosen.contract != SHIPPED:
            _tell_of_differing_rows(target, contract, chosen.contract)
        done = write_workbook(target, content, found, keep=chosen.keep, force=chosen.force)
        print(f"{target}: {done}")
        _show_formulas(content, draft)
        if kind == Kind.NAMES:
            tell_of_limits(target, draft, contract)
    except Unreadable as error:
        raise Refused(f"{target}: {error}") from None
    except NoMacros as error:
        raise Refused(str(error)) from None
    return ANSWERED


def _show_formulas(content: bytes, draft: Draft) -> None:
    if not any(draft.purchases):
        print(f"{PURCHASES}: type what is bought and when; the price then stands beside it")
        return
    for call in SHOWN:
        purchases = open_workbook(content).sheets[PURCHASES]
        first = next((each for each in purchases.formulas() if call in each[1]), None)
        if first:
            where, formula, value = first
            shown = re.sub(THIS_ROW, r"[@\1]", formula)  # as Excel shows it
            print(f"{where}  {shown}\n  {value}")


def _target(chosen: Namespace) -> Path:
    target = Path(chosen.output or f"{Path(chosen.contract).stem}{Kind.NAMES}")
    if target.suffix.lower() not in {Kind.NAMES, Kind.MACROS, Kind.ADD_IN, ".oxt"}:
        if chosen.output and target.is_dir():
            raise Refused(f"{target}: is a folder; expected a file in it; {NOT_WRITTEN}")
        raise Refused(f"{target}: expected a name that ends in .xlsx, .xlsm, .xlam or .oxt")
    if chosen.without_functions and target.suffix.lower() != Kind.NAMES:
        raise Refused(f"{target}: only a .xlsx can be built without functions; {NOT_WRITTEN}")
    refuse_no_file(target)
    if target.resolve().suffix.lower() != target.suffix.lower():
        meant = harmless_line(target.resolve().name)
        raise Refused(
            f"{target}: stands for {meant}, another kind of file; {NOT_WRITTEN}. Use -o FILE"
        )
    return target


def _kind(
    target: Path, found: bytes | None, chosen: Namespace, draft: Draft, contract: Contract
) -> Kind:
    """What is to answer in the workbook: one that has no functions is built without them again.

    Raises Refused where that is formulas, and they could price nothing.
    """
    kind = Kind(target.suffix.lower())
    if kind != Kind.NAMES:
        return kind
    if chosen.without_functions or _is_bare(found):
        return Kind.BARE
    refuse_uncounted(target, draft, contract)
    return kind


def _is_bare(found: bytes | None) -> bool:
    """Whether a file was built without functions; False for a damaged one."""
    try:
        return found is not None and built_on(found) is not None and not has_functions(found)
    except Unreadable:
        return False


def _source(path: str) -> tuple[Contract, Draft]:
    """What the workbook is to be built from. Raises Refused, naming the problems of the file."""
    reading, draft = load_draft(path)
    if reading.contract is None or draft is None:
        raise refuse_problems(path, reading.problems)
    return with_prefix(path, reading.contract), draft


def _content(draft: Draft, found: bytes | None, kind: Kind) -> bytes:
    """The workbook as of today, or as of the day on which the same was built and not touched."""
    if found is not None and is_untouched(found):
        as_then = content_of(draft, built_on(found) or date.today(), kind)
        if as_then == found:
            return found
    return content_of(draft, date.today(), kind)


def _check(target: Path, found: bytes | None, draft: Draft, kind: Kind, source: str) -> int:
    """Says whether a workbook is what its source would give, and lists what differs."""
    if found is None:
        raise Refused(f"{target}: there is no such file; expected a workbook to check")
    expected = content_of(draft, built_on(found) or date.today(), kind)
    if found == expected:
        print(f"{target}: is as it would be built")
        return ANSWERED
    differing = differences(found, expected)
    if not differing.lines:
        print(f"{target}: holds what it would be built with, though not in the same bytes")
        return ANSWERED
    print("\n".join([*differing.entered, *shortened(differing.worked_out, WORKED_OUT_SHOWN)]))
    count = len(differing.lines)
    counted = "1 difference" if count == 1 else f"{count} differences"
    print(f"xlfuncs: {target}: {counted} from what {source} would give", file=sys.stderr)
    return NO_ANSWER


def _tell_of_differing_rows(target: Path, kept: Contract, contract: str) -> None:
    stated, _ = _source(contract)
    if _without_places(stated) != _without_places(kept):
        print(
            f"{target} keeps its own rows, which differ from what {contract} states; "
            f"build --check lists where, xlfuncs import brings them there",
            file=sys.stderr,
        )


def _without_places(contract: Contract) -> Contract:
    rows = tuple(row._replace(place=None) for row in contract.rows)
    return contract._replace(rows=rows, purchases=())

"""The command `build`: workbooks and the extension of LibreOffice."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from xlfuncs.cli.inputs import prefixed_contract_of, refuse_problems, with_prefix
from xlfuncs.cli.targets import NOT_WRITTEN, put, read_target, refuse_no_file, shortened
from xlfuncs.errors import ANSWERED, NO_ANSWER, Refused, Unreadable
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.hosts.extension import build_extension, was_built
from xlfuncs.loader import SHIPPED, load_bytes, load_draft
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import harmless_line
from xlfuncs.sheets.draft import Draft
from xlfuncs.sheets.schema import PURCHASES
from xlfuncs.xlsx.builder import Kind
from xlfuncs.xlsx.builder import build as content_of
from xlfuncs.xlsx.compare import differences
from xlfuncs.xlsx.generated_content import built_on, can_be_built_again, is_untouched
from xlfuncs.xlsx.inventory import has_functions
from xlfuncs.xlsx.lambdas.limits import purchases_beyond, rows_beyond, rows_uncounted, too_long
from xlfuncs.xlsx.reader import open_workbook
from xlfuncs.xlsx.rebuild import lost_in_rebuild, prefix_in
from xlfuncs.xlsx.vba.project import NoMacros

# The command `build`, where it writes the extension of LibreOffice.


def extend(target: Path, chosen: Namespace) -> int:
    """Writes the extension and names its functions."""
    if chosen.keep:
        raise Refused(f"{target}: an extension has no rows to keep; {NOT_WRITTEN}")
    contract = prefixed_contract_of(chosen.contract)
    content = build_extension(contract.prefix, contract.name)
    found = read_target(target)
    if chosen.check:
        return _check_extension(target, found, content)
    known = found is not None and was_built(found)
    if found is not None and not known and not chosen.force:
        raise Refused(
            f"{target}: is not from here; {NOT_WRITTEN}. Use -o FILE for another file, or --force "
            f"to replace it (what it holds is kept as .bak)"
        )
    print(f"{target}: {put(target, content, found, built_before=known)}")
    print(" ".join(f"{contract.prefix}_{function.name}" for function in FUNCTIONS))
    return ANSWERED


def _check_extension(target: Path, found: bytes | None, content: bytes) -> int:
    if found is None:
        raise Refused(f"{target}: there is no such file; expected an extension to check")
    if found == content:
        print(f"{target}: is as it would be built")
        return ANSWERED
    print(f"{target}: is not as it would be built; build it again")
    return NO_ANSWER


# Putting a built workbook in the place of another, without losing what somebody entered there.


def write_workbook(
    target: Path, content: bytes, found: bytes | None, *, keep: bool, force: bool
) -> str:
    """Writes the file; answers what was done. Raises Refused where that would lose something.

    `found` is what the file held when the build began, None where there was none.
    """
    known = found is not None and (is_untouched if keep else can_be_built_again)(found)
    another = found is not None and known and prefix_in(found) != prefix_in(content)
    known = known and not another
    if found not in {None, content} and not known and not force:
        if another:
            raise _another_vendor(target, prefix_in(found or b""))
        _refuse_loss(target, content, found or b"", keep)
    return put(target, content, found, built_before=known)


def _another_vendor(target: Path, prefix: str) -> Refused:
    return Refused(
        f"{target}: is the workbook of another contract, whose functions are {prefix}_PRICE and so "
        f"on; {NOT_WRITTEN}. Use -o FILE for another file, or --force to replace it (what it holds "
        f"is kept as .bak)"
    )


def _refuse_loss(target: Path, content: bytes, found: bytes, keep: bool) -> None:
    """Raises Refused where a new build would not hold all that the old file does."""
    try:
        lost = lost_in_rebuild(found, content)
    except Unreadable:
        if keep:
            raise
        lost = [str(target)]
    if lost and not keep:
        raise Refused(
            f"{target}: holds what somebody entered, or is not from here; "
            f"{NOT_WRITTEN}. Use --keep to build it around the rows that stand in it, xlfuncs "
            f"import to bring these into the contract file, -o FILE for another file, or --force "
            f"to replace it (each keeps what it holds as .bak)"
        )
    if lost:
        raise Refused(
            f"{target}: a new build would lose what follows; {NOT_WRITTEN}. Move it to a workbook "
            f"of its own, or use --force as well (the old file is kept as .bak)\n"
            + "\n".join(shortened(lost))
        )


# What the command `build` says of a workbook whose formulas cannot do all that the core can.


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


# The command `build`.

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

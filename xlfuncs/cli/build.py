"""The command `build`: workbooks, the extension of LibreOffice, and Office add-ins."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

from xlfuncs.addin import ADD_IN
from xlfuncs.addin.pyodide import PACKAGE
from xlfuncs.addin.pyodide import VERSION as PYODIDE
from xlfuncs.api import (
    EXTENSION,
    LoadedContract,
    NotCountable,
    check_prefix,
    load,
    load_with_draft,
)
from xlfuncs.cli.arguments import add_contract_or_option
from xlfuncs.cli.build_addin import build_addin
from xlfuncs.cli.contracts import contract_path, format_loaded
from xlfuncs.cli.output import print_remarks, shortened
from xlfuncs.errors import ANSWERED, NO_ANSWER, FileFormatError, InputError, OutputError
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.hosts.extension import is_extension
from xlfuncs.loader import SHIPPED, load_bytes
from xlfuncs.output_files import NOT_WRITTEN, check_target, read_target, write_target
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.schema import PURCHASES
from xlfuncs.xlsx.builder import WorkbookKind, is_reproducible, is_untouched, read_build_day
from xlfuncs.xlsx.compare import compare_workbooks, find_losses, read_prefix
from xlfuncs.xlsx.generated_content import has_lambdas
from xlfuncs.xlsx.lambdas.calculation_limits import find_purchases_beyond, find_rows_beyond
from xlfuncs.xlsx.reader import open_workbook
from xlfuncs.xlsx.self_check import CONTRACT_FILE, SELF_CHECK, is_self_check
from xlfuncs.xlsx.sheets.question_box import EXAMPLE, PRICE, complete_question, format_example

KINDS = (WorkbookKind.LAMBDAS, WorkbookKind.MACROS, WorkbookKind.ADD_IN, EXTENSION)

THIS_ROW = rf"{PURCHASES}\[\[#This Row\],\[([^\]]+)\]\]"
"""How a file holds a cell of the same row of a table."""

EXPLAINS = re.compile(rf"_EXPLAIN\({THIS_ROW}")
FIRST_SHOWN = 100
"""Formulas of the sheet Purchases among which are those that are printed after a build."""

SELF_CHECK_BOOK = "self_check.xlsx"
CALCULATED_SHOWN = 40
"""Cells that show another value because other cells differ; those are listed all."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the contract, the file to write, and what to do with one that is there."""
    parser.add_argument(
        "-o",
        dest="output",
        metavar="BOOK",
        help="the file to write: a workbook for Excel 365 (.xlsx), one with macros for Excel on "
        "Windows (.xlsm), the same as an add-in (.xlam), an extension for LibreOffice (.oxt), or a "
        "folder with an Office add-in (.addin); default: NAME.xlsx",
    )
    parser.add_argument(
        "--url",
        metavar="URL",
        help="of an Office add-in: the https address at which its folder will be",
    )
    parser.add_argument(
        "--pyodide",
        metavar="PATH",
        help=f"of an Office add-in: a folder with Pyodide {PYODIDE}, or its package {PACKAGE}, to "
        f"copy; without it, people's Excel loads Pyodide from its public server",
    )
    parser.add_argument(
        "--without-functions",
        action="store_true",
        help="a .xlsx for LibreOffice with the extension, or for Excel with the .xlam",
    )
    parser.add_argument(
        "--self-check",
        action="store_true",
        help=f"a .xlsx that compares what its functions return with what they should return, to "
        f"test "
        f"your Excel; default: {SELF_CHECK_BOOK}, with a contract made for the test",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep the rows in the file: purchases, tiers, amendments",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; list where the workbook or add-in differs from a new build",
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace a file that somebody edited; its old content is saved as BOOK.bak",
    )
    add_contract_or_option(parser)


def run(arguments: Namespace) -> int:
    """Write the file and print its first formulas with their values, or the functions' names."""
    is_for_itself = arguments.self_check and arguments.contract is None
    source = str(CONTRACT_FILE) if is_for_itself else contract_path(arguments.contract)
    name = SELF_CHECK_BOOK
    if not arguments.self_check:
        name = f"{Path(source).stem}{WorkbookKind.LAMBDAS}"
    target = Path(arguments.output or name)
    if target.suffix.lower() == ADD_IN:
        return build_addin(target, source, arguments)
    _refuse_without_addin(target, arguments)
    if arguments.output and target.suffix.lower() not in KINDS and target.is_dir():
        raise OutputError(f"{target}: is a folder; name a file in it; {NOT_WRITTEN}")
    expected = "expected a name that ends in .xlsx, .xlsm, .xlam, .oxt or .addin"
    check_target(target, KINDS, expected=expected, keep_kind=True)
    if arguments.without_functions and target.suffix.lower() != WorkbookKind.LAMBDAS:
        raise InputError(f"{target}: only a .xlsx can be built without functions; {NOT_WRITTEN}")
    if arguments.self_check:
        _refuse_beside_self_check(target, arguments)
    if target.suffix.lower() == EXTENSION:
        return _build_extension(target, source, arguments)
    return _build_workbook(target, source, arguments)


def _refuse_without_addin(target: Path, arguments: Namespace) -> None:
    """Raises InputError for options that only an Office add-in has."""
    for option in ("url", "pyodide"):
        if getattr(arguments, option) is not None:
            raise InputError(
                f"{target}: --{option} is only for an Office add-in, a name that ends in {ADD_IN}; "
                f"{NOT_WRITTEN}"
            )


def _refuse_beside_self_check(target: Path, arguments: Namespace) -> None:
    """Raises InputError where a self-check cannot be built as it is asked for."""
    if target.suffix.lower() != WorkbookKind.LAMBDAS:
        raise InputError(f"{target}: a self-check must be a .xlsx; {NOT_WRITTEN}")
    for option in ("without_functions", "keep"):
        if getattr(arguments, option):
            given = f"--{option.replace('_', '-')}"
            raise InputError(
                f"{target}: --self-check cannot be combined with {given}; {NOT_WRITTEN}"
            )


# The extension of LibreOffice.


def _build_extension(target: Path, source: str, arguments: Namespace) -> int:
    """Write the extension and print the names of its functions."""
    if arguments.keep:
        raise InputError(f"{target}: an extension has no rows to keep; {NOT_WRITTEN}")
    loaded = load(source)
    content = loaded.build(EXTENSION)
    old_content = read_target(target)
    if arguments.check:
        if old_content is None:
            raise InputError(f"{target}: No such file or directory; expected an extension to check")
        is_same = old_content == content
        print(f"{target}: is {'up to date' if is_same else 'not up to date; build it again'}")
        return ANSWERED if is_same else NO_ANSWER
    is_ours = old_content is not None and is_extension(old_content)
    if old_content is not None and not is_ours and not arguments.force:
        raise OutputError(
            f"{target}: was not made by xlfuncs; {NOT_WRITTEN}. Use -o FILE for another file, or "
            f"--force to replace it (its current content is kept as .bak)"
        )
    print(f"{target}: {write_target(target, content, old_content, built_before=is_ours)}")
    print(format_loaded(loaded))
    print(" ".join(f"{loaded.contract.prefix}_{function.name}" for function in FUNCTIONS))
    return ANSWERED


# Workbooks.


def _build_workbook(target: Path, source: str, arguments: Namespace) -> int:
    old_content = _load_old(target, arguments.keep)
    is_kept = arguments.keep and old_content is not None
    loaded = load_with_draft(str(target) if is_kept else source)
    check_prefix(loaded.path, loaded.contract)
    if old_content is not None and is_kept and is_reproducible(old_content):
        # its rows are still in a contract file
        loaded.draft = replace(loaded.draft, from_workbook=False)
    if old_content is not None and not is_kept and target.samefile(source):
        raise OutputError(
            f"{target}: is the workbook being built from; {NOT_WRITTEN}. "
            f"Use --keep to rebuild it with its own rows, or -o FILE for another file"
        )
    kind = target.suffix.lower()
    functions = kind != WorkbookKind.LAMBDAS or not (
        arguments.without_functions or _is_bare(old_content)
    )

    def build(built: date) -> bytes:
        is_checked: bool = arguments.self_check
        return loaded.build(kind, functions=functions, built=built, self_check=is_checked)

    try:
        if arguments.check:
            rows = "its own rows" if is_kept else source
            return _check(target, old_content, build, rows)
        content = _rebuild(old_content, build)
        if is_kept and source != SHIPPED:
            _compare_rows(target, loaded.contract, source)
        done = _write(target, content, old_content, keep=arguments.keep, force=arguments.force)
    except NotCountable as error:
        raise OutputError(
            f"{target}: {'; '.join(shortened(error.lines))}; {NOT_WRITTEN}. "
            f"Use -o NAME.xlsm: a workbook with macros can do this"
        ) from None
    except FileFormatError as error:
        raise FileFormatError(f"{target}: {error}") from None
    print(f"{target}: {done}")
    if arguments.self_check:
        print(f"Open it in Excel and follow the steps on the sheet {SELF_CHECK}")
        return ANSWERED
    _print_formulas(content, loaded)
    print(format_loaded(loaded))
    if kind == WorkbookKind.LAMBDAS and functions:
        _print_limits(target, loaded)
    return ANSWERED


def _load_old(target: Path, keep: bool) -> bytes | None:
    """The content of the file that is there. Raises OutputError for one without rows to keep."""
    content = load_bytes(target) if target.exists() else None
    if keep and content is not None and _is_checked(content):
        raise OutputError(
            f"{target}: is a self-check and has no rows to keep; {NOT_WRITTEN}. "
            f"Use --self-check to build it again, or -o FILE for another file"
        )
    return content


def _is_checked(content: bytes) -> bool:
    """Whether a file is a self-check; False for a damaged one."""
    try:
        return is_self_check(content)
    except FileFormatError:
        return False


def _is_bare(old_content: bytes | None) -> bool:
    """Whether a file was built without functions; False for a damaged one."""
    try:
        return (
            old_content is not None
            and read_build_day(old_content) is not None
            and not has_lambdas(old_content)
        )
    except FileFormatError:
        return False


def _rebuild(old_content: bytes | None, build: Callable[[date], bytes]) -> bytes:
    """Build the workbook as of today, or as of the day on which the same was built before."""
    if old_content is not None and is_untouched(old_content):
        as_then = build(read_build_day(old_content) or date.today())
        if as_then == old_content:
            return old_content
    return build(date.today())


def _check(
    target: Path, old_content: bytes | None, build: Callable[[date], bytes], source: str
) -> int:
    """Say whether a workbook is what its source would give, and list what differs."""
    if old_content is None:
        raise InputError(f"{target}: No such file or directory; expected a workbook to check")
    expected = build(read_build_day(old_content) or date.today())
    if old_content == expected:
        print(f"{target}: is up to date")
        return ANSWERED
    differing = compare_workbooks(old_content, expected)
    if not differing.lines:
        print(f"{target}: has the same content as a new build, but not the same bytes")
        return ANSWERED
    print("\n".join([*differing.input, *shortened(differing.calculated, CALCULATED_SHOWN)]))
    count = len(differing.lines)
    counted = "1 difference" if count == 1 else f"{count} differences"
    print_remarks([f"{target}: {counted} from a new build of {source}"])
    return NO_ANSWER


def _compare_rows(target: Path, kept: Contract, source: str) -> None:
    """Say on stderr that the rows that were kept are not those of the contract named with them."""
    stated = load_with_draft(source).contract
    check_prefix(source, stated)
    if stated._replace(purchases=()) != kept._replace(purchases=()):
        print(
            f"{target}: its own rows were kept, and they differ from {source}; xlfuncs build "
            f"--check "
            f"lists where, and xlfuncs import copies them into the contract file",
            file=sys.stderr,
        )


# A built workbook takes the place of another without losing what somebody entered there.


def _write(
    target: Path, content: bytes, old_content: bytes | None, *, keep: bool, force: bool
) -> str:
    """Write the workbook; return what was done. Raises OutputError where that would lose anything.

    `old_content` is what the file held when the build began, None where there was none.
    """
    if old_content is None:
        return write_target(target, content, None)
    is_ours = (is_untouched if keep else is_reproducible)(old_content)
    prefix = read_prefix(old_content) if is_ours else ""
    is_another = is_ours and prefix != read_prefix(content)
    is_ours = is_ours and not is_another
    if old_content != content and not is_ours and not force:
        if is_another:
            raise OutputError(
                f"{target}: belongs to another contract, with functions such as "
                f"{prefix}_PRICE; {NOT_WRITTEN}. Use -o FILE for another file, or "
                f"--force to replace it (its current content is kept as .bak)"
            )
        _refuse_loss(target, content, old_content, keep)
    return write_target(target, content, old_content, built_before=is_ours)


def _refuse_loss(target: Path, content: bytes, old_content: bytes, keep: bool) -> None:
    """Raises OutputError where a new build would not hold all that the old file does."""
    try:
        lost = find_losses(old_content, content)
    except FileFormatError:
        if keep:
            raise
        lost = [str(target)]
    if lost and not keep:
        raise OutputError(
            f"{target}: was edited, or was not made by xlfuncs; "
            f"{NOT_WRITTEN}. Use --keep to rebuild it with its own rows, "
            f"xlfuncs import to copy them into the contract file, -o FILE for another file, or "
            f"--force to replace it (old content is kept as .bak)"
        )
    if lost:
        raise OutputError(
            f"{target}: a new build would lose the items below; {NOT_WRITTEN}. Move them to "
            f"another workbook, or add --force (the old file is kept as .bak)\n"
            + "\n".join(shortened(lost))
        )


# What is printed of a workbook.


def _print_formulas(content: bytes, loaded: LoadedContract) -> None:
    if not any(loaded.draft.purchases):
        print(f"{PURCHASES}: type a quantity and a purchase date; the price appears beside them")
        return
    formulas = list(islice(open_workbook(content).sheets[PURCHASES].list_formulas(), FIRST_SHOWN))
    asked = complete_question(loaded.contract, loaded.draft)
    example = format_example(loaded.contract, asked)
    if example:
        [price, *_] = (value for where, _, value in formulas if where == f"{PURCHASES}!{PRICE}")
        print(f"{PURCHASES}!{EXAMPLE}  {example}\n  {price}")
    [(where, formula, value), *_] = (each for each in formulas if EXPLAINS.search(each[1]))
    print(f"{where}  {re.sub(THIS_ROW, _format_cell_of_row, formula)}\n  {value}")


def _format_cell_of_row(found: re.Match[str]) -> str:
    """A cell of the same row as Excel shows it: a title of several words keeps its brackets."""
    title = found[1]
    return f"[@{title}]" if title.isalnum() else f"[@[{title}]]"


def _print_limits(target: Path, loaded: LoadedContract) -> None:
    """Name the rows that formulas cannot calculate with, and each purchase that they leave open."""
    rows = list(find_rows_beyond(loaded.contract))
    purchases = list(find_purchases_beyond(loaded.draft, loaded.contract))
    print_remarks([*shortened(rows), *purchases])
    if rows or purchases:
        answers = (
            "prices that depend on these show #N/A, because formulas alone cannot calculate them; "
            "use xlfuncs price, or a workbook with macros (.xlsm)"
        )
        print_remarks([f"{target}: {answers}"])

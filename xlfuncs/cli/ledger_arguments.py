"""Arguments that the commands about ledgers share, and the files that they write."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from xlfuncs.cli.arguments import (
    REQUIRED_CONTRACT_HELP,
    add_contract,
    add_contracts,
    add_documents_that_count,
)
from xlfuncs.errors import InputError
from xlfuncs.ledgers.columns import Dates, Style
from xlfuncs.output_files import check_target

INSTALL = ".venv/bin/pip install '.[ledger]'"
INSTALLED_SO = f"in the folder of this package, type: {INSTALL}"


def describe_libraries(parser: ArgumentParser) -> None:
    """Say below what a command is for how its libraries are installed."""
    needed = f"Needs more libraries: {INSTALL} in the package's folder"
    parser.description = f"{parser.description}\n{needed}"


def add_style(parser: ArgumentParser, days: str) -> None:
    """Add how a ledger writes days and numbers."""
    parser.add_argument(
        "--dates",
        choices=("iso", "mdy", "dmy"),
        default="iso",
        help=f"{days}: iso 2013-12-20 (default), mdy 12/20/2013, dmy 20.12.2013",
    )
    parser.add_argument(
        "--decimal-comma",
        action="store_true",
        help="numbers stored as text use a decimal comma, as in 2,5",
    )
    parser.add_argument(
        "--thousands",
        action="store_true",
        help="numbers stored as text may have thousands separators, as in 255,000.00 "
        "(255.000,00 with --decimal-comma)",
    )


def add_price_list_options(parser: ArgumentParser, *, of_several: bool = False) -> None:
    """Add the contract, or several, and which of the documents count."""
    add_documents_that_count(parser)
    if of_several:
        several = "may be given more than once, or as a folder, with a column that says which"
        add_contracts(parser, f"{REQUIRED_CONTRACT_HELP}; {several}")
    else:
        add_contract(parser, REQUIRED_CONTRACT_HELP)


def style_of(chosen: Namespace) -> Style:
    """The style that was chosen; the sign of thousands is the one that is not the decimal one."""
    decimal, other = (",", ".") if chosen.decimal_comma else (".", ",")
    return Style(Dates(chosen.dates), decimal, other if chosen.thousands else "")


def utf8_path(name: str) -> Path:
    """A file by its name. Raises InputError for one that the database cannot take."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise InputError(f"{name!a}: the name is not UTF-8; rename the file") from None
    return Path(name)


def output_file(name: str | None, kinds: tuple[str, ...], read: Mapping[str, Path]) -> Path | None:
    """A file to write. Raises InputError for another kind of file, and for one that is read."""
    if name is None:
        return None
    path = utf8_path(name)
    check_target(path, kinds, sources=read)
    return path

"""The command `calc install`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from xlfuncs.api import EXTENSION
from xlfuncs.cli.arguments import add_contract, add_soffice
from xlfuncs.cli.contracts import format_loaded, load_named
from xlfuncs.errors import ANSWERED
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.hosts.libreoffice import find_office, install


def add_arguments(parser: ArgumentParser) -> None:
    """Add the contract, the LibreOffice, and for whom to install."""
    parser.add_argument(
        "--all-users", action="store_true", help="for all users of this computer, not only for you"
    )
    add_soffice(parser)
    add_contract(parser)


def run(arguments: Namespace) -> int:
    """Install the functions of a contract and say how to see them."""
    loaded = load_named(arguments.contract)
    content, prefix = loaded.build(EXTENSION), loaded.contract.prefix
    office = find_office(arguments.soffice)
    with TemporaryDirectory(prefix="xlfuncs-") as folder:
        path = Path(folder) / f"{prefix.lower()}{EXTENSION}"
        path.write_bytes(content)
        install(office, path, arguments.all_users)
    version = ".".join(map(str, office.version))
    print(f"{office.program}, LibreOffice {version}: the functions are installed; restart it")
    print(format_loaded(loaded))
    print(" ".join(f"{prefix}_{function.name}" for function in FUNCTIONS))
    return ANSWERED

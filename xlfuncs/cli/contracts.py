"""The contract that a command is about: named, shipped or in the folder, and said in its output."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice

from xlfuncs.api import LoadedContract, load
from xlfuncs.errors import FileFormatError, InputError, format_argument
from xlfuncs.loader import LARGEST, SHIPPED, FilePath
from xlfuncs.pricing.names import tidy_spaces
from xlfuncs.sheets.cells import escape_line

KINDS = tuple(LARGEST)
"""How the names of contract files and workbooks end."""

SHIPPED_WORD = "shipped"
"""What is typed in place of a file for the contract that comes with xlfuncs."""

MOST_ENTRIES = 2_000
"""Names in a folder among which contracts are looked for."""

MOST_LOOKED_INTO = 200
"""Files of a folder of which the beginning is read, to see whether they hold a contract."""

MOST_WORKBOOKS = 10
"""Workbooks among them that are opened, which takes longer."""

LARGEST_WORKBOOK = 4 * 2**20
"""Bytes of a workbook that is opened for that, and to which it may unpack to be read as a whole."""

MOST_PARTS = 500
"""Parts of such a workbook; one that is built here has fewer than 50."""

BEGINNING = 2**12
"""Bytes of a contract file in which its first table is looked for."""

LOOKED_AT = 2**16
"""Bytes in which it is compared, and in which the sheets of a workbook are looked for."""

BEGINNING_OF_PACKAGE, BEGINNING_OF_ENTRY = b"PK\x03\x04", b"PK\x01\x02"
"""Marks in a workbook: at its beginning, and before each entry in the list of its parts."""


def is_contract_name(word: str) -> bool:
    """Whether a word names a contract file or a workbook.

    >>> is_contract_name("acme.toml"), is_contract_name("PRICES.XLSX"), is_contract_name("250")
    (True, True, False)
    """
    return word.lower().endswith(KINDS)


def contract_path(name: str | None) -> str:
    """Return the file of a contract as it was typed; without one, the shipped file.

    A remark names what is in the folder and may have been meant instead. Raises FileFormatError for
    a file that is not there, where the folder has contracts.
    """
    if name is None:
        _remark_on_others()
    if name in {None, SHIPPED_WORD}:
        return SHIPPED
    _refuse_absent(str(name))
    return str(name)


def required_contract_path(name: str | None) -> str:
    """Return the file of a contract where it is to be named. Raises InputError."""
    if name is not None:
        return contract_path(name)
    found = find_contracts_here()
    here = f" ({_join(found)} in this folder)" if found else ""
    raise InputError(
        f"no contract is named; use -c FILE for a contract file or a workbook{here}, or "
        f"-c {SHIPPED_WORD} for the contract that comes with xlfuncs"
    )


def list_contract_paths(names: Sequence[str] | None) -> list[str]:
    """Return the files of contracts of which each is named, or is in a folder that is.

    Of a folder the contract files count, and its workbooks where it has none. Raises InputError.
    """
    if not names:
        return [required_contract_path(None)]
    found: list[str] = []
    for name in names:
        found += _list_folder(name) if os.path.isdir(name) else [required_contract_path(name)]
    for number, path in enumerate(found):
        if any(_is_same_file(path, other) for other in found[:number]):
            raise InputError(f"{path}: is named twice as a contract")
    return found


def _is_same_file(path: str, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        return False  # whoever opens it says why it cannot be opened


def _list_folder(folder: str) -> list[str]:
    """The contracts in a folder. Raises InputError where it has none."""
    try:
        entries = os.listdir(folder)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}") from None
    names = sorted(name for name in entries if not name.startswith((".", "~")))
    for kinds in CONTRACTS_OF_A_FOLDER:
        found = [name for name in names if os.path.splitext(name)[1].lower() in kinds]
        if found:
            return [os.path.join(folder, name) for name in found]
    raise InputError(f"{folder}: has no contract files (.toml) and no workbooks")


CONTRACTS_OF_A_FOLDER = (".toml",), (".xlsx", ".xlsm")
"""The kinds of contracts in a folder; the second only where there is none of the first."""


def load_named(name: str | None) -> LoadedContract:
    """Load a contract as it was typed. Raises FileFormatError and InputError."""
    return load(contract_path(name))


def format_contract(name: str, path: FilePath, title: str = "Contract") -> str:
    """Say which contract answers: its name, and the file.

    >>> format_contract("Hosting", "acme.toml"), format_contract("", "acme.toml")
    ('Contract: Hosting (acme.toml)', 'Contract: acme.toml')
    """
    file = "shipped with xlfuncs" if path == SHIPPED else os.fspath(path)
    tidy = tidy_spaces(name)
    return f"{title}: {tidy} ({file})" if tidy else f"{title}: {file}"


def format_loaded(loaded: LoadedContract, title: str = "Contract") -> str:
    """Say which contract answers."""
    return format_contract(loaded.contract.name, loaded.path, title)


# Contracts in the folder, of which somebody may take the shipped one for an answer.


def _remark_on_others() -> None:
    found = find_contracts_here()
    if not found:
        return
    first = escape_line(format_argument(found[0]))
    if len(found) == 1:
        others = f"{_join(found)} is in this folder: use -c {first} for that one"
    else:
        others = f"{_join(found)} are in this folder: use -c {first}, for example"
    from xlfuncs.cli.output import print_remarks

    print_remarks([f"this is the contract shipped with xlfuncs; {others}"])


def _refuse_absent(name: str) -> None:
    """Raise FileFormatError for a file that is not there, with the contracts that are."""
    try:
        os.stat(name)
    except FileNotFoundError as error:
        is_named_in_part = any(os.path.exists(f"{name}{kind}") for kind in KINDS)
        found = [] if is_named_in_part else find_contracts_here()
        if found:
            here = f"in this folder: {_join(found)}"
            raise FileFormatError(f"{name}: {error.strerror}; {here}") from None
    except (OSError, ValueError):
        return  # whoever opens it says why it cannot be opened


def find_contract_like(word: str) -> str | None:
    """Find the contract in the current folder of which a word is the name, without its end."""
    stems = ((os.path.splitext(name)[0].lower(), name) for name in find_contracts_here())
    return next((name for stem, name in stems if stem == word.lower()), None)


def _join(names: list[str]) -> str:
    """The first names, and how many more there are."""
    if len(names) == 1:
        return escape_line(names[0])
    first, second = (escape_line(name) for name in names[:2])
    return f"{first}, {second} and {len(names) - 2} more" if names[2:] else f"{first} and {second}"


def find_contracts_here() -> list[str]:
    """Find contract files and workbooks in the current folder, other than the shipped contract."""
    try:
        with os.scandir() as entries:
            names = sorted(
                entry.name
                for entry in islice(entries, MOST_ENTRIES)
                if is_contract_name(entry.name) and _is_readable(entry)
            )
    except OSError:  # a folder that may not be listed
        return []
    return list(_contracts(names[:MOST_LOOKED_INTO]))


def _is_readable(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith((".", "~")):
        return False
    kind = os.path.splitext(entry.name)[1].lower()
    try:
        return entry.is_file() and entry.stat().st_size <= min(LARGEST[kind], LARGEST_WORKBOOK)
    except OSError:  # such as a link to itself
        return False


def _contracts(names: list[str]) -> Iterator[str]:
    opened = 0
    for name in names:
        try:
            if name.lower().endswith(".toml"):
                if _is_contract_file(name):
                    yield name
            elif opened < MOST_WORKBOOKS and _is_package(name):
                opened += 1
                if _is_workbook(name):
                    yield name
        except (OSError, FileFormatError):  # nothing that could be asked
            continue


def _is_contract_file(name: str) -> bool:
    with open(name, "rb") as file:
        begin = file.read(BEGINNING)
        if b"[contract]" not in begin:
            return False
        begin += file.read(LOOKED_AT - BEGINNING)
    with open(SHIPPED, "rb") as shipped:
        return shipped.read(LOOKED_AT) != begin


def _is_package(name: str) -> bool:
    with open(name, "rb") as file:
        return file.read(len(BEGINNING_OF_PACKAGE)) == BEGINNING_OF_PACKAGE


def _is_workbook(name: str) -> bool:
    """Whether a workbook has the sheets of a contract, and is no fresh build of the shipped one.

    Raises FileFormatError for whatever a damaged file makes a library raise.
    """
    from xlfuncs.xlsx.package import WORKBOOK_PART, open_package, refuse_damage

    with open(name, "rb") as file:
        content = file.read(LARGEST_WORKBOOK)
    if content.count(BEGINNING_OF_ENTRY) > MOST_PARTS:  # before a library lists them all
        return False
    with refuse_damage():
        package = open_package(content)
        if WORKBOOK_PART not in package:
            return False
        sheets = next(package.chunks(WORKBOOK_PART), b"")[:LOOKED_AT]
        if not (b'"Tiers"' in sheets and b'"Amendments"' in sheets):
            return False
        stem = os.path.splitext(os.path.basename(SHIPPED))[0]
        return os.path.splitext(name)[0] != stem or not _is_untouched(content)


def _is_untouched(content: bytes) -> bool:
    from io import BytesIO
    from zipfile import ZipFile

    from xlfuncs.xlsx.builder import is_reproducible

    with ZipFile(BytesIO(content)) as parts:
        size = sum(part.file_size for part in parts.infolist())
    return size <= LARGEST_WORKBOOK and is_reproducible(content)

"""Pyodide, the Python that runs in a web page: one version, pinned by the hashes of its files."""

from __future__ import annotations

import tarfile
from base64 import b64encode
from hashlib import sha384
from pathlib import Path
from typing import NamedTuple

from xlfuncs.errors import InputError, format_argument

VERSION = "314.0.7"
CDN = f"https://cdn.jsdelivr.net/npm/pyodide@{VERSION}/"
"""Where the same files are for an add-in without a copy of its own."""

ABI_VERSION = "2026_0"
"""Its binary interface, for which packages are made; it asks for that even where there are none."""

PACKAGE = f"pyodide-{VERSION}.tgz"
PACKAGE_URL = f"https://registry.npmjs.org/pyodide/-/{PACKAGE}"
FOLDER = "pyodide/"
LARGEST = 2**26
"""The most bytes of a file that is read, far above any of these."""


class PinnedFile(NamedTuple):
    """A file of Pyodide: its name there, its name in an add-in, and its integrity hash.

    Web servers that know no .mjs send such a file as one that browsers refuse, so its name in an
    add-in ends in .js.
    """

    original: str
    name: str
    integrity: str


FILES = (
    PinnedFile(
        "pyodide.mjs",
        "pyodide.js",
        "sha384-Lp79fMwxa4n2BLtugpUAoQMlbxIdg8iCUiP1r3h7nJLkQjwlXT1JzZTeHVL+f4Dg",
    ),
    PinnedFile(
        "pyodide.asm.mjs",
        "pyodide.asm.js",
        "sha384-/2281iaC0Iimw0B3Kagy1DBfZcJG3W4KYW+EmOqhsdY3fR9BJ88FE2Zt6y0KQKpa",
    ),
    PinnedFile(
        "pyodide.asm.wasm",
        "pyodide.asm.wasm",
        "sha384-y++qrQ72KPA1fTjLIuGMP+jppgGxjbLCgfdb0zMrnNnQVhxRUXTOTF6rTxNzllSu",
    ),
    PinnedFile(
        "python_stdlib.zip",
        "python_stdlib.zip",
        "sha384-xW3A5jmenkrPXbsgrIaB1FCJh9OuLT7FRMagsJMgtlhVc19k/mSy3+7nMaF/d767",
    ),
)


def format_integrity(content: bytes) -> str:
    """The hash of a content as browsers compare it.

    >>> format_integrity(b"")[:20]
    'sha384-OLBgp1GsljhM2'
    """
    return f"sha384-{b64encode(sha384(content).digest()).decode()}"


def read_pyodide(path: Path) -> dict[str, bytes]:
    """Read the files of Pyodide from a folder or its npm package, by their names in an add-in.

    The folder may be that of an add-in, too. Raises InputError for a file that is missing or is not
    that of the pinned version.
    """
    found = _read_package(path) if path.suffix.lower() == ".tgz" else _read_folder(path)
    for file in FILES:
        where = path / file.original
        if file.original not in found:
            raise InputError(f"{where}: No such file; {_remedy()}")
        if format_integrity(found[file.original]) != file.integrity:
            raise InputError(f"{where}: is not that of Pyodide {VERSION}; {_remedy()}")
    return {file.name: found[file.original] for file in FILES}


def _remedy() -> str:
    return f"download {PACKAGE_URL} and name it: --pyodide {format_argument(PACKAGE)}"


def _read_folder(path: Path) -> dict[str, bytes]:
    if not path.is_dir():
        found = "is not a folder" if path.exists() else "is not there"
        raise InputError(
            f"{path}: {found}; expected a folder with Pyodide {VERSION}, or its package {PACKAGE}"
        )
    places = {file.original: (path / file.original, path / file.name) for file in FILES}
    try:
        return {
            name: place.read_bytes()
            for name, either in places.items()
            for place in [each for each in either if _is_readable(each)][:1]
        }
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def _is_readable(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= LARGEST


def _read_package(path: Path) -> dict[str, bytes]:
    try:
        with tarfile.open(path) as package:
            members = {each.name: each for each in package.getmembers()}
            return {
                file.original: opened.read()
                for file in FILES
                if (member := members.get(f"package/{file.original}"))
                and member.isreg()
                and member.size <= LARGEST
                and (opened := package.extractfile(member))
            }
    except (OSError, tarfile.TarError, EOFError) as error:
        raise InputError(f"{path}: cannot be read ({error}); {_remedy()}") from None

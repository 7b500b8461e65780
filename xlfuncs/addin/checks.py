"""Read a folder that was built as an add-in, and check whether it still is as it was built."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from xlfuncs.addin import BUILD, MANIFEST, SUMS
from xlfuncs.addin.pyodide import FOLDER, format_integrity
from xlfuncs.errors import FileFormatError
from xlfuncs.sheets.cells import escape_line, shorten

LARGEST_READ, LARGEST = 2**20, 2**26
"""Bytes of the manifest and of what lists the files; and of any other file."""

LONGEST = 2000
"""Characters of a text in build.json, of which the address may be as long."""

NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*", re.ASCII)
"""The name of a file of an add-in, in its folder or one below, and none above."""

SUM = re.compile(rf"([0-9a-f]{{64}}) [ *]({NAME.pattern})", re.ASCII)
APP = "http://schemas.microsoft.com/office/appforoffice/1.1"
ADDRESS = re.compile(r"https?://", re.IGNORECASE)
AGAIN = "build the add-in again"
EXPECTED = "expected the folder of an add-in, as xlfuncs build writes it"
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Build:
    """What build.json says of a build.

    `pyodide_from` is a folder of the add-in or an address; `hashes` are those of its files, as web
    pages state them, by name.
    """

    contract: str
    built: str
    url: str
    pyodide_version: str
    pyodide_from: str
    hashes: Mapping[str, str]

    @property
    def has_pyodide(self) -> bool:
        return self.pyodide_from == FOLDER


@dataclass(frozen=True, slots=True)
class Manifest:
    """The identifier of an add-in in Excel, and the addresses from which its parts are loaded."""

    identifier: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """How the files of a folder differ from those of the build."""

    count: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    others: tuple[str, ...]


def load_build(folder: Path) -> Build:
    """Read build.json. Raises FileFormatError."""
    path = folder / BUILD
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "is not there"
        raise FileFormatError(f"{folder}: {what}; {EXPECTED}")
    if not path.exists():
        raise FileFormatError(f"{folder}: has no {BUILD}; {EXPECTED}")
    try:
        found = json.loads(_read(path))
        pyodide = found["pyodide"]
        return Build(
            _text(found["contract"]),
            _text(found["built"]),
            _text(found["url"]).rstrip("/"),
            _text(pyodide["version"]),
            _text(pyodide["from"]),
            _hashes(found["files"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise FileFormatError(f"{path}: is not what a build writes; {AGAIN}") from None


def load_manifest(folder: Path) -> Manifest:
    """Read the manifest. Raises FileFormatError."""
    path = folder / MANIFEST
    try:
        root: Element = fromstring(_read(path), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise FileFormatError(f"{path}: is not XML; {AGAIN}") from None
    identifier = (root.findtext(f"{{{APP}}}Id") or "").strip()
    if root.tag != f"{{{APP}}}OfficeApp" or not GUID.fullmatch(identifier):
        raise FileFormatError(f"{path}: is not the manifest of an add-in; {AGAIN}")
    found = (each.get("DefaultValue", "") for each in root.iter() if not _is_for_people(each))
    return Manifest(identifier, tuple(each for each in found if ADDRESS.match(each)))


def _is_for_people(element: Element) -> bool:
    """Whether an address is a page to read, which may be anywhere."""
    return element.tag == f"{{{APP}}}SupportUrl" or element.get("id", "").endswith("LearnMoreUrl")


def compare_files(folder: Path, build: Build) -> FolderFiles:
    """Compare the files of a folder with the build's hashes. Raises FileFormatError."""
    sums = _load_sums(folder)
    expected = {BUILD, SUMS, *build.hashes, *sums}
    there = set(_list_files(folder))
    changed = [
        name
        for name in sorted(there & {*build.hashes, *sums})
        if _is_changed(folder / name, build.hashes.get(name), sums.get(name))
    ]
    missing, others = sorted(expected - there), sorted(there - expected)
    return FolderFiles(len(expected), tuple(missing), tuple(changed), tuple(others))


def _is_changed(path: Path, integrity: str | None, sha: str | None) -> bool:
    """Whether a file has another hash than is stated, or is no file. Raises FileFormatError."""
    try:
        found = path.lstat()
        if not S_ISREG(found.st_mode) or found.st_size > LARGEST:  # such as a link to anything
            return True
        content = path.read_bytes()
    except OSError as error:
        raise FileFormatError(
            f"{path}: cannot be read ({error.strerror or error}); {AGAIN}"
        ) from None
    is_as_built = integrity in {None, format_integrity(content)}
    return not is_as_built or sha not in {None, sha256(content).hexdigest()}


def _load_sums(folder: Path) -> dict[str, str]:
    """Read the hashes of all other files of a build. Raises FileFormatError."""
    path = folder / SUMS
    lines = _read(path).decode(errors="replace").splitlines()
    found = [line for line in map(SUM.fullmatch, lines) if line]
    if not found or len(found) < len(lines):
        raise FileFormatError(f"{path}: is not what a build writes; {AGAIN}")
    return {line[2]: line[1] for line in found}


def _list_files(folder: Path) -> Iterator[str]:
    """The names of the files in a folder and below; links to folders are not followed."""
    for where, _, names in os.walk(folder):
        for name in names:
            yield Path(where, name).relative_to(folder).as_posix()


def _read(path: Path) -> bytes:
    """Read one of the small files of a build. Raises FileFormatError."""
    try:
        if not S_ISREG(path.stat().st_mode):  # a pipe, which would be waited for
            raise FileFormatError(f"{path}: is not a file; {AGAIN}")
        with path.open("rb") as file:
            content = file.read(LARGEST_READ + 1)
    except OSError as error:
        raise FileFormatError(f"{path}: {error.strerror or error}; {AGAIN}") from None
    if len(content) > LARGEST_READ:
        raise FileFormatError(f"{path}: is too large for what a build writes; {AGAIN}")
    return content


def _text(value: Any) -> str:
    """A text as it is shown. Raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError
    return shorten(escape_line(value), LONGEST)


def _hashes(value: Any) -> dict[str, str]:
    """Hashes by the names of files. Raises ValueError and TypeError for anything else."""
    found = {_name(name): _text(each) for name, each in value.items()}
    if not found:
        raise ValueError
    return found


def _name(name: str) -> str:
    """The name of a file in the folder. Raises ValueError for what may be elsewhere."""
    if not NAME.fullmatch(name):
        raise ValueError
    return name

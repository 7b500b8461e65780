"""The command `build` for an Office add-in: a folder of files."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from xlfuncs.addin import BUILD, MANIFEST, SUMS
from xlfuncs.addin.certificate import LOCALHOST, PORT
from xlfuncs.addin.checks import Build, load_build
from xlfuncs.addin.manifest import EXAMPLE
from xlfuncs.addin.pyodide import CDN, FOLDER, format_integrity, read_pyodide
from xlfuncs.api import LoadedContract, load_with_draft
from xlfuncs.cli.contracts import format_loaded
from xlfuncs.cli.output import print_remarks, shortened
from xlfuncs.errors import (
    ANSWERED,
    NO_ANSWER,
    FileFormatError,
    InputError,
    OutputError,
    format_argument,
)
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.output_files import NOT_WRITTEN, is_loop, read_target, write_folder

ONLY_OF_WORKBOOKS = ("without_functions", "self_check", "keep")


def build_addin(target: Path, source: str, arguments: Namespace) -> int:
    """Write the folder and print the names of its functions, or with --check what differs."""
    for option in ONLY_OF_WORKBOOKS:
        if getattr(arguments, option):
            given = f"--{option.replace('_', '-')}"
            raise InputError(f"{target}: {given} is only for a workbook; {NOT_WRITTEN}")
    _check_folder(target)
    before = _load_build(target)
    url = arguments.url or (before.url if before else "")
    if not url:
        raise InputError(
            f"{target}: --url is missing; expected the address at which this folder will be, such "
            f"as --url {EXAMPLE}, or --url https://{LOCALHOST}:{PORT} to try it on this computer"
        )
    loaded = load_with_draft(source)
    pyodide = _find_pyodide(target, arguments.pyodide, before)
    built = _build(loaded, url, pyodide, target, before)
    if arguments.check:
        return _check(target, built, before)
    _check_within(target, built)
    manifest_before = read_target(target / MANIFEST)
    edited = _find_edited(target, built, before)
    if edited and not arguments.force:
        raise OutputError(
            f"{target}: not as xlfuncs built it: {', '.join(shortened(edited))}; {NOT_WRITTEN}. "
            f"Use another folder, or --force to replace it (its current content is kept as .bak)"
        )
    written = write_folder(target, built, kept=edited)
    _remove_former(target, built, before)
    size = sum(map(len, built.values())) / 1e6
    done = f"written ({len(built)} files, {size:.1f} MB)" if written else "is up to date"
    print(f"{target}: {done}{'' if written else '; not written again'}")
    print(format_loaded(loaded))
    print(" ".join(f"{loaded.contract.prefix}.{function.name}" for function in FUNCTIONS))
    if pyodide is None:
        print(f"It loads Pyodide from {CDN}; with --pyodide the folder has its own copy")
    if written:
        print(_say_what_next(target, url, manifest_before, built[MANIFEST]))
    return ANSWERED


def _check_folder(target: Path) -> None:
    """Raises OutputError for what is there and is no folder that could be filled."""
    try:
        if target.is_symlink() and (is_loop(target) or not target.exists()):
            raise OutputError(f"{target}: is a link to nothing; {NOT_WRITTEN}. Use another name")
        if target.exists() and not target.is_dir():
            raise OutputError(f"{target}: is not a folder; {NOT_WRITTEN}. Use another name")
    except OSError as error:
        raise OutputError(f"{target}: {error.strerror or error}; {NOT_WRITTEN}") from None


def _check_within(target: Path, built: Mapping[str, bytes]) -> None:
    """Raises OutputError where a file of the folder is a link that leads out of it."""
    top = os.path.realpath(target)
    for name in built:
        if not Path(os.path.realpath(target / name)).is_relative_to(top):
            raise OutputError(
                f"{target / name}: leads out of the folder; {NOT_WRITTEN}. Remove that link"
            )


def _load_build(target: Path) -> Build | None:
    """Read what an earlier build says of itself; None where there is none that can be read."""
    try:
        return load_build(target)
    except FileFormatError:
        return None


def _find_pyodide(target: Path, named: str | None, before: Build | None) -> dict[str, bytes] | None:
    """Read the files of Pyodide that were named, or else those that the folder has already."""
    if named is not None:
        return read_pyodide(Path(named))
    return read_pyodide(target / FOLDER) if before and before.has_pyodide else None


def _build(
    loaded: LoadedContract,
    url: str,
    pyodide: Mapping[str, bytes] | None,
    target: Path,
    before: Build | None,
) -> dict[str, bytes]:
    """Build; keep the day of the earlier build where nothing else has changed."""
    manifest = read_target(target / MANIFEST) if before else None

    def build(day: date) -> dict[str, bytes]:
        return loaded.build_addin(url, built=day, pyodide=pyodide, manifest_before=manifest)

    try:
        as_then = build(date.fromisoformat(before.built)) if before else {}
    except ValueError:
        as_then = {}
    is_same = before and as_then and json.loads(as_then[BUILD])["files"] == before.hashes
    return as_then if is_same else build(date.today())


def _find_edited(target: Path, built: Mapping[str, bytes], before: Build | None) -> list[str]:
    """Files that would be replaced and are not as they were built."""
    edited = []
    for name, content in built.items():
        found = read_target(target / name)
        if found is None or found == content:
            continue
        is_ours = before and (
            name in {BUILD, SUMS} or before.hashes.get(name) == format_integrity(found)
        )
        if not is_ours:
            edited.append(name)
    return edited


def _remove_former(target: Path, built: Mapping[str, bytes], before: Build | None) -> None:
    """Remove files of an earlier build that this one does not have, unless they were edited."""
    for name, integrity in before.hashes.items() if before else ():
        path = target / name
        is_former = name not in built and path.is_file() and not path.is_symlink()
        if is_former and format_integrity(path.read_bytes()) == integrity:
            path.unlink()


def _check(target: Path, built: Mapping[str, bytes], before: Build | None) -> int:
    """Say whether a folder is up to date with its contract, and list the files that differ."""
    if before is None:
        raise InputError(f"{target}: is not an Office add-in that xlfuncs has built")
    differing = [name for name, content in built.items() if read_target(target / name) != content]
    if not differing:
        print(f"{target}: is up to date")
        return ANSWERED
    print("\n".join(differing))
    count = "1 file differs" if len(differing) == 1 else f"{len(differing)} files differ"
    print_remarks([f"{target}: {count} from a new build"])
    return NO_ANSWER


def _say_what_next(target: Path, url: str, before: bytes | None, manifest: bytes) -> str:
    parts = urlsplit(url)
    if parts.hostname == LOCALHOST and parts.port and not parts.path:
        port = "" if parts.port == PORT else f" --port {parts.port}"
        return f"To try it on this computer: xlfuncs addin serve {format_argument(target)}{port}"
    if before == manifest:
        return (
            f"{MANIFEST} has not changed: copy the folder to {url}, and people get these prices "
            f"when they next open a workbook"
        )
    hand_out = f"hand out {MANIFEST} again, since it has changed"
    hand_over = f"hand {MANIFEST} to Excel or Microsoft 365"
    return f"Copy the folder to {url}, and {hand_out if before else hand_over}"

"""Check a folder that was built as an Office add-in: its files, its addresses, its certificate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from xlfuncs.addin import ADD_IN, BUILD, MANIFEST
from xlfuncs.addin.certificate import LOCALHOST, check_certificate
from xlfuncs.addin.checks import AGAIN, Build, compare_files, load_build, load_manifest
from xlfuncs.doctor import Finding, do, note, ok
from xlfuncs.errors import FileFormatError, HostError, format_argument
from xlfuncs.sheets.cells import escape_line, shorten

HTTPS = "https://"
MOST_NAMED = 3


def is_addin(path: Path) -> bool:
    """Whether a path is meant as the folder of an add-in, whatever its name."""
    return path.suffix.lower() == ADD_IN or (path / BUILD).is_file()


def check_addin(folder: Path) -> Iterator[Finding]:
    """Check the folder of an add-in; where it has no readable build.json, nothing else."""
    try:
        build = load_build(folder)
    except FileFormatError as error:
        yield _to_do(error)
        return
    yield ok(folder / BUILD, f"{build.contract}, built {build.built} for {build.url}")
    yield from _check_files(folder, build)
    yield _check_manifest(folder, build)
    yield _check_pyodide(build)
    if _is_localhost(build.url):
        yield _check_certificate(folder)
    page = f"{build.url}/{BUILD}"
    yield note(build.url, f"to see whether the server answers, open {page} in a browser")


def _check_files(folder: Path, build: Build) -> Iterator[Finding]:
    try:
        found = compare_files(folder, build)
    except FileFormatError as error:
        yield _to_do(error)
        return
    for name in found.missing:
        yield do(folder / name, f"is missing; {AGAIN}")
    for name in found.changed:
        yield do(folder / name, f"was changed after the build; {AGAIN} with --force")
    if not found.missing and not found.changed:
        yield ok(folder, f"its {found.count} files are as they were built")
    if found.others:
        names = _join(found.others)
        yield note(folder, f"{names} came in after the build; a web server hands them out, too")


def _check_manifest(folder: Path, build: Build) -> Finding:
    try:
        manifest = load_manifest(folder)
    except FileFormatError as error:
        return _to_do(error)
    path = folder / MANIFEST
    if not build.url.startswith(HTTPS):
        return do(
            path,
            f"is for {build.url}; Office loads add-ins over https only; {AGAIN} with another --url",
        )
    elsewhere = [each for each in manifest.addresses if not each.startswith(f"{build.url}/")]
    if elsewhere or not manifest.addresses:
        names = _join(elsewhere) or "no address"
        return do(path, f"names {names}, but the add-in was built for {build.url}; {AGAIN}")
    return ok(path, f"all of its addresses are below {build.url}")


def _check_pyodide(build: Build) -> Finding:
    where = f"Pyodide {build.pyodide_version}"
    if build.has_pyodide:
        return ok(where, "is in the folder")
    return note(where, f"is loaded from {build.pyodide_from}; each computer has to reach that")


def _check_certificate(folder: Path) -> Finding:
    serve = f"xlfuncs addin serve {format_argument(folder)}"
    try:
        path, problem = check_certificate()
    except HostError as error:
        return note("certificate", str(error))
    if problem:
        return do(path, f"{problem}; {serve} makes one, and says how to trust it")
    return ok(path, f"is a certificate for {LOCALHOST}")


def _is_localhost(url: str) -> bool:
    try:
        return urlsplit(url).hostname == LOCALHOST
    except ValueError:
        return False


def _to_do(error: FileFormatError) -> Finding:
    where, _, text = str(error).partition(": ")
    return do(where, text)


def _join(names: Sequence[str]) -> str:
    first = ", ".join(escape_line(shorten(each, 200)) for each in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{first} and {more} more" if more > 0 else first

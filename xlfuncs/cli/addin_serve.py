"""The command `addin serve`."""

from __future__ import annotations

import re
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from pathlib import Path

from xlfuncs.addin import ADD_IN, MANIFEST
from xlfuncs.addin.certificate import (
    LOCALHOST,
    PORT,
    KeptCertificate,
    describe_trust,
    keep_certificate,
)
from xlfuncs.addin.checks import Build, load_build, load_manifest
from xlfuncs.addin.server import open_server
from xlfuncs.cli.arguments import only_once
from xlfuncs.cli.contracts import format_contract
from xlfuncs.cli.output import print_remarks
from xlfuncs.errors import ANSWERED, InputError, format_argument, format_quoted
from xlfuncs.interruptions import ending_signal

LARGEST_PORT = 65535
MOST_SHOWN = 3


def add_arguments(parser: ArgumentParser) -> None:
    """Add the folder, the port, and a certificate other than the one made on first use."""
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        help=f"the built add-in; default: the only folder *{ADD_IN} in the current one",
    )
    parser.add_argument(
        "--port",
        metavar="NUMBER",
        type=_parse_port,
        default=PORT,
        help=f"the port of {LOCALHOST} to serve it at; default: {PORT}",
    )
    for name, what in (("certificate", "a certificate of your own"), ("key", "and its key")):
        parser.add_argument(f"--{name}", metavar="FILE", type=only_once(), help=f"{what}, as PEM")


def run(arguments: Namespace) -> int:
    """Serve the folder until Ctrl+C is pressed."""
    folder = _find_folder(arguments.folder)
    url = f"https://{LOCALHOST}:{arguments.port}"
    build = load_build(folder)
    _check_address(folder, build, url)
    identifier = load_manifest(folder).identifier
    own = _find_own_certificate(arguments.certificate, arguments.key)
    files = own or keep_certificate()
    with open_server(folder, arguments.port, files.certificate, files.key, _report) as server:
        print(format_contract(build.contract, folder))
        print(f"Built: {build.built}")
        print(f"Address: {url}/taskpane.html")
        print(f"Certificate: {files.certificate}{'' if own else _describe_kept(files)}")
        for line in describe_loading((folder / MANIFEST).absolute(), identifier):
            print(line)
        print("Press Ctrl+C to stop.", flush=True)
        try:
            server.run()
        except KeyboardInterrupt:
            if ending_signal() not in {0, signal.SIGINT}:
                raise
    return ANSWERED


def describe_loading(
    manifest: Path, identifier: str, platform: str = sys.platform
) -> Iterator[str]:
    """Say, in a line for each Excel on this computer, how to load a manifest in it.

    >>> for line in describe_loading(Path("manifest.xml"), "0-0", "win32"):
    ...     print(line)
    Excel on the web: Home, Add-ins, More Settings, Upload My Add-in: manifest.xml
    Excel on Windows: type reg add HKCU\\Software\\Microsoft\\Office\\16.0\\WEF\\Developer \
/v 0-0 /d "manifest.xml" /f and restart Excel
    """
    yield f"Excel on the web: Home, Add-ins, More Settings, Upload My Add-in: {manifest}"
    if platform == "win32":
        key = r"HKCU\Software\Microsoft\Office\16.0\WEF\Developer"
        typed = f"reg add {key} /v {identifier} /d {format_quoted(manifest)} /f"
        yield f"Excel on Windows: type {typed} and restart Excel"
    if platform == "darwin":
        wef = "~/Library/Containers/com.microsoft.Excel/Data/Documents/wef"
        copied = f"copy {manifest} into {wef} (make that folder if it is not there)"
        yield f"Excel on Mac: {copied}, restart Excel, then Home, Add-ins"


def _find_folder(named: str | None) -> Path:
    """The folder as typed, or the only add-in in the current folder. Raises InputError."""
    if named is not None:
        return Path(named)
    found = sorted(each for each in Path().glob(f"*{ADD_IN}") if each.is_dir())
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            f"no add-in (*{ADD_IN}) is in this folder; {_build_for(Path('acme.addin'))}"
        )
    names = ", ".join(str(each) for each in found[:MOST_SHOWN])
    more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    example = f"xlfuncs addin serve {format_argument(found[0])}"
    raise InputError(f"{names}{more} are in this folder; name one of them, as in: {example}")


def _check_address(folder: Path, build: Build, url: str) -> None:
    """Raises InputError for an add-in whose files ask for each other somewhere else."""
    if build.url == url:
        return
    is_for_port = re.fullmatch(rf"https://{LOCALHOST}:(\d+)", build.url)
    other = f", or serve it with --port {is_for_port[1]}" if is_for_port else ""
    local = folder.with_name(f"{folder.stem}-local{ADD_IN}")
    raise InputError(
        f"{folder}: was built for {build.url}, not for {url}; {_build_for(local, url)}{other}"
    )


def _build_for(folder: Path, url: str = f"https://{LOCALHOST}:{PORT}") -> str:
    return f"type xlfuncs build CONTRACT.toml -o {format_argument(folder)} --url {url}"


def _find_own_certificate(certificate: str | None, key: str | None) -> KeptCertificate | None:
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        absent = "--certificate FILE" if certificate is None else "--key FILE"
        raise InputError(f"--certificate and --key belong together; {absent} is missing")
    return KeptCertificate(Path(certificate), Path(key))


def _describe_kept(files: KeptCertificate) -> str:
    return f"{' (new)' if files.is_new else ''}; {describe_trust(files.certificate)}"


def _parse_port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) <= LARGEST_PORT:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is not a port; expected 1 to {LARGEST_PORT}")


def _report(sentence: str) -> None:
    print_remarks([sentence])

"""The folder of an add-in, as the content of its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Any
from urllib.parse import urlsplit

from xlfuncs.addin import BUILD, MANIFEST, SUMS
from xlfuncs.addin.contract_file import format_contract
from xlfuncs.addin.manifest import check_url, format_manifest, is_same_but_for_the_day
from xlfuncs.addin.metadata import format_metadata, format_script
from xlfuncs.addin.pyodide import ABI_VERSION, CDN, FILES, FOLDER, VERSION, format_integrity
from xlfuncs.hosts.carried_code import CORE, read_modules
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.draft import Draft
from xlfuncs.xlsx.package_writer import pack_parts

CARRIED = (*CORE, "hosts/office.py", "hosts/office_pane.py")
"""The modules and rooms of the package that run in the page."""

PANE = (
    "taskpane.html",
    "taskpane.css",
    "taskpane.js",
    "chart.js",
    "excel.js",
    "engine.js",
    "icon-16.png",
    "icon-32.png",
    "icon-64.png",
    "icon-80.png",
)
PAGE = "taskpane.html"

POLICY = (
    "default-src 'none'; script-src 'self'{scripts} 'wasm-unsafe-eval' "
    "https://appsforoffice.microsoft.com; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'{servers}; base-uri 'none'; form-action 'none'"
)
"""What the page may load: its own files and Office's script, which sets styles by itself."""


def build_folder(
    contract: Contract,
    draft: Draft,
    url: str,
    built: date,
    *,
    pyodide: Mapping[str, bytes] | None = None,
    manifest_before: bytes | None = None,
) -> dict[str, bytes]:
    """Build the files of an add-in by their names in the folder, `build.json` and the sums last.

    `url` is where the folder will be; `pyodide` are the files of Pyodide, without which the page
    loads them from its public server. A manifest that was built before, and of which nothing but
    the day has changed, stays as it is and need not be handed out again. The same arguments
    and package give the same bytes. Raises InputError for an address that Office would not load.
    """
    url = check_url(url)
    manifest = format_manifest(contract, url, built)
    if manifest_before and is_same_but_for_the_day(manifest_before, manifest):
        manifest = manifest_before
    own = {f"{FOLDER}{name}": content for name, content in (pyodide or {}).items()}
    found = {
        MANIFEST: manifest,
        "functions.json": format_metadata().encode(),
        "functions.js": format_script().encode(),
        **_read_pane(has_own_pyodide=bool(own)),
        "core.zip": _pack_core(),
        "contract.json": format_contract(draft).encode(),
        **own,
    }
    found[BUILD] = _format_build(contract, url, built, found, bool(own))
    found[SUMS] = format_sums(found)
    return found


def format_sums(found: Mapping[str, bytes]) -> bytes:
    """List the SHA-256 of each file, as sha256sum does and checks.

    >>> format_sums({"empty": b""})[-10:]
    b'55  empty\\n'
    """
    lines = (f"{sha256(content).hexdigest()}  {name}\n" for name, content in found.items())
    return "".join(lines).encode()


def _read_pane(*, has_own_pyodide: bool) -> dict[str, bytes]:
    """The files of the task pane; the page gets its content security policy."""
    place = files("xlfuncs.addin").joinpath("pane")
    found = {name: place.joinpath(name).read_bytes() for name in PANE}
    server = f" https://{urlsplit(CDN).netloc}"
    policy = POLICY.format(
        # what comes from another server is run from a copy whose hash was compared
        scripts="" if has_own_pyodide else " blob:",
        servers="" if has_own_pyodide else server,
    )
    page = Template(found[PAGE].decode()).substitute(content_security_policy=policy)
    return {**found, PAGE: page.encode()}


def _pack_core() -> bytes:
    modules = read_modules(CARRIED)
    return pack_parts({f"xlfuncs/{name}": text.encode() for name, text in modules})


def _format_build(
    contract: Contract, url: str, built: date, found: Mapping[str, bytes], has_own_pyodide: bool
) -> bytes:
    """Write what the page reads first: where its files come from, and their hashes."""
    hashes = {name: format_integrity(content) for name, content in found.items()}
    names = {file.original: file.name if has_own_pyodide else file.original for file in FILES}
    described = {
        "contract": contract.name,
        "prefix": contract.prefix,
        "built": built.isoformat(),
        "url": url,
        "id": sha256(_to_json(hashes)).hexdigest()[:12],
        "pyodide": {
            "version": VERSION,
            "packages": {"info": {"abi_version": ABI_VERSION}, "packages": {}},
            "from": FOLDER if has_own_pyodide else CDN,
            "modules": {
                "loader": names["pyodide.mjs"],
                "interpreter": names["pyodide.asm.mjs"],
            },
            "files": {names[file.original]: file.integrity for file in FILES},
        },
        "files": hashes,
    }
    return _to_json(described)


def _to_json(value: Any) -> bytes:
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()

"""The folder of an add-in with little in it, in the format that a build writes."""

import json
from base64 import b64encode
from hashlib import sha256, sha384
from pathlib import Path
from typing import Any

LOCALHOST = "https://localhost:3000"
GUID = "0b6a7d52-8f3e-5c1d-9a4b-2f60c7e1d834"

FILES = {
    "taskpane.html": b"<!doctype html>\n<title>Prices \xe2\x82\xac</title>\n"
    + b"<p>rows</p>\n" * 99,
    "engine.js": b"export const ready = Promise.resolve();\n" * 40,
    "functions.json": b'{"functions": []}\n',
    "icon-16.png": b"\x89PNG\r\n\x1a\n" + bytes(400),
    "core.zip": b"PK\x05\x06" + bytes(400),
    "pyodide/pyodide.asm.wasm": b"\0asm\x01\0\0\0" + bytes(4000),
}
MANIFEST = """\
<?xml version="1.0" encoding="UTF-8"?>
<OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
  xmlns:bt="http://schemas.microsoft.com/office/officeappbasictypes/1.0">
  <Id>{guid}</Id>
  <DisplayName DefaultValue="QUALYS: Hosting"/>
  <IconUrl DefaultValue="{url}/icon-32.png"/>
  <SupportUrl DefaultValue="https://www.example.com/help"/>
  <AppDomains><AppDomain>https://localhost:3000</AppDomain></AppDomains>
  <DefaultSettings><SourceLocation DefaultValue="{url}/taskpane.html"/></DefaultSettings>
  <Resources><bt:Url id="Functions" DefaultValue="{url}/functions.js"/></Resources>
</OfficeApp>
"""


def write_addin(folder: Path, url: str = LOCALHOST, pyodide: str = "pyodide/") -> Path:
    """Write the folder; return it."""
    files = {**FILES, "manifest.xml": MANIFEST.format(guid=GUID, url=url).encode()}
    build: dict[str, Any] = {
        "contract": "Hosting",
        "prefix": "QUALYS",
        "built": "2026-11-30",
        "url": url,
        "id": "0123456789ab",
        "pyodide": {"version": "314.0.7", "from": pyodide, "files": {}},
        "files": {name: integrity(content) for name, content in files.items()},
    }
    files["build.json"] = json.dumps(build).encode()
    sums = (f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    files["SHA256SUMS"] = "".join(sums).encode()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def integrity(content: bytes) -> str:
    return f"sha384-{b64encode(sha384(content).digest()).decode()}"

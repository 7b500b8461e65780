"""The folder of an Office add-in: what is in it, and that the same gives the same."""

import json
import re
from datetime import date
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring

from tests.support.places import CONTRACTS, TOP
from tests.support.small_contract import CONTRACT
from xlfuncs import load
from xlfuncs.addin.contract_file import format_contract
from xlfuncs.addin.folder import build_folder
from xlfuncs.addin.manifest import check_url
from xlfuncs.addin.pyodide import CDN, FILES, format_integrity
from xlfuncs.errors import InputError
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.hosts.office import open_contract
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.sheets.draft import build_draft

URL = "https://prices.example.org/acme"
DAY = date(2026, 11, 30)
PYODIDE = {file.name: file.name.encode() for file in FILES}
"""In place of 13 MB; what the files hold is of no matter to the builder."""


@pytest.fixture(scope="module")
def built() -> dict[str, bytes]:
    return load().build_addin(URL, built=DAY, pyodide=PYODIDE)


def described(files: dict[str, bytes]) -> dict[str, object]:
    found: dict[str, object] = json.loads(files["build.json"])
    return found


def test_the_same_contract_address_and_day_give_the_same_bytes(built: dict[str, bytes]) -> None:
    assert load().build_addin(URL, built=DAY, pyodide=PYODIDE) == built


def test_build_json_and_the_sums_have_the_hash_of_every_file(built: dict[str, bytes]) -> None:
    files = described(built)["files"]
    named = {name: format_integrity(content) for name, content in built.items()}
    assert files == {
        each: named[each] for each in named if each not in {"build.json", "SHA256SUMS"}
    }
    sums = dict(reversed(line.split("  ")) for line in built["SHA256SUMS"].decode().splitlines())
    hashes = {name: sha256(content).hexdigest() for name, content in built.items()}
    assert sums == {name: hashes[name] for name in hashes if name != "SHA256SUMS"}


def test_another_price_is_another_build_and_the_same_manifest(built: dict[str, bytes]) -> None:
    contract = load().contract
    rows = tuple(row._replace(price=row.price and row.price + 1) for row in contract.rows)
    amended = build_draft(contract._replace(rows=rows))
    later = build_folder(
        contract,
        amended,
        URL,
        date(2026, 12, 1),
        pyodide=PYODIDE,
        manifest_before=built["manifest.xml"],
    )
    assert later["manifest.xml"] == built["manifest.xml"]
    assert described(later)["id"] != described(built)["id"]
    assert {name for name in built if later[name] != built[name]} == {
        *("contract.json", "build.json", "SHA256SUMS"),
    }


def test_a_manifest_in_which_more_than_the_day_changes_is_written_anew(
    built: dict[str, bytes],
) -> None:
    elsewhere = load().build_addin(
        f"{URL}/new", built=DAY, pyodide=PYODIDE, manifest_before=built["manifest.xml"]
    )
    assert f"{URL}/new/taskpane.html" in elsewhere["manifest.xml"].decode()


def test_the_page_reaches_no_server_but_its_own_and_that_of_office(
    built: dict[str, bytes],
) -> None:
    page = built["taskpane.html"].decode()
    assert re.findall(r"https?://[^/\s;\"]+", page) == ["https://appsforoffice.microsoft.com"] * 2
    assert "$" not in page
    for name, content in built.items():
        if name.endswith((".js", ".css")) and not name.startswith("pyodide/"):
            assert b"http" not in content.replace(b"http://www.w3.org/2000/svg", b""), name


def test_without_a_copy_of_pyodide_the_page_may_ask_its_public_server_alone() -> None:
    files = load().build_addin(URL, built=DAY)
    pyodide = described(files)["pyodide"]
    assert isinstance(pyodide, dict)
    assert pyodide["from"] == CDN
    assert pyodide["files"] == {file.original: file.integrity for file in FILES}
    page = files["taskpane.html"].decode()
    assert "connect-src 'self' https://cdn.jsdelivr.net;" in page
    assert "script-src 'self' blob: 'wasm-unsafe-eval'" in page
    assert not any(name.startswith("pyodide/") for name in files)


def test_the_manifest_names_the_functions_the_page_and_the_namespace(
    built: dict[str, bytes],
) -> None:
    root = fromstring(built["manifest.xml"])
    values = {each.get("id"): each.get("DefaultValue") for each in root.iter() if each.get("id")}
    assert values["Functions.Namespace"] == "QUALYS"
    assert values["Functions.Script.Url"] == f"{URL}/functions.js"
    used = {each.get("resid") for each in root.iter()} - {None}
    assert used == {name for name in values if not name.startswith("Prices.") and name != "TabHome"}
    addresses = [value for value in values.values() if value and value.startswith("https://")]
    for address in addresses:
        assert address.removeprefix(f"{URL}/") in built


def test_names_with_marks_of_xml_are_names_in_the_manifest(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_text(CONTRACT.replace('"Example"', '"A & B <b> $url \\""'), encoding="utf-8")
    loaded = load(path)
    assert "<b> $url" in loaded.contract.name
    root = fromstring(loaded.build_addin(URL, built=DAY)["manifest.xml"])
    [title] = [each.get("DefaultValue") for each in root if each.tag.endswith("DisplayName")]
    assert loaded.contract.name in str(title)


def test_every_function_has_its_metadata_and_is_associated(built: dict[str, bytes]) -> None:
    metadata = json.loads(built["functions.json"])
    assert [each["id"] for each in metadata["functions"]] == [each.name for each in FUNCTIONS]
    script = built["functions.js"].decode()
    assert re.findall(r'associate\("(\w+)"', script) == [each.name for each in FUNCTIONS]


def test_the_core_imports_nothing_but_the_standard_library_and_itself(
    built: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "core.zip"
    path.write_bytes(built["core.zip"])
    with ZipFile(path) as core:
        names = core.namelist()
        assert core.read("xlfuncs/__init__.py") == b""
        own = (TOP / "xlfuncs/hosts/office.py").read_bytes()
        assert core.read("xlfuncs/hosts/office.py") == own
    rooms = {name.split("/")[1] for name in names}
    assert rooms == {"__init__.py", "errors.py", "pricing", "sheets", "functions", "hosts"}
    assert {name for name in names if "/hosts/" in name} == {
        f"xlfuncs/hosts/{each}.py" for each in ("__init__", "office", "office_pane")
    }


@pytest.mark.parametrize("path", [Path(SHIPPED), *CONTRACTS], ids=lambda path: path.stem)
def test_the_contract_in_the_add_in_is_that_of_the_file(path: Path) -> None:
    contract = load_reading(path).contract
    assert contract
    opened = open_contract(format_contract(build_draft(contract))).book
    assert opened
    assert opened.contract == contract._replace(purchases=())


@pytest.mark.parametrize(
    "url",
    [
        *("http://prices.example.org", "prices.example.org/acme", "https://", "file:///tmp", ""),
        *("https://user@example.org", "https://example.org/a?b", "https://example.org/#a"),
        *("https://example.org?", "https://example.org/a#", "https://example.org/a/../b"),
        *("https://example.org/two words", 'https://example.org/"', "https://exämple.org"),
        *("https://[::1", "https://example.org:0", f"https://example.org/{'a' * 2000}"),
    ],
)
def test_an_address_that_office_would_not_load_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="--url"):
        check_url(url)


@pytest.mark.parametrize("url", ["https://localhost:3000", "https://example.org/a%20b/C/"])
def test_an_address_loses_the_slash_at_its_end(url: str) -> None:
    assert check_url(url) == check_url(url.replace("https", "HTTPS")) == url.rstrip("/")

"""The command that serves the page that plays Excel: what it reads, hands out and refuses."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from tests.support.addin_folder import write_addin
from tests.support.office import need_npm
from tests.support.office_addin import addin_files, play
from tests.support.office_addin.npm import RUNTIME
from tests.support.office_addin.played_excel import served
from tests.support.office_addin.tiny_addin import ADDRESS, PAGE, write_tiny_addin
from xlfuncs.addin import server as addin_server
from xlfuncs.addin.certificate import keep_certificate

RULE = 'begin with a letter, then letters, digits, "." and "_".'


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    need_npm(RUNTIME)
    return write_tiny_addin(tmp_path / "tiny")


@pytest.fixture
def refusal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Run the command, which has to refuse; return what it says."""

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["play", *arguments])
        monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", None)
        assert play.main() == 1
        return capsys.readouterr().err.strip()

    return run


def ask(address: str, path: str) -> tuple[int, str | None, str | None, bytes]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        kind, kept = answer.getheader("Content-Type"), answer.getheader("Cache-Control")
        return answer.status, kind, kept, answer.read()
    finally:
        connection.close()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_files_have_their_types_and_are_asked_for_again(tmp_path: Path) -> None:
    need_npm(RUNTIME)
    folder = write_addin(tmp_path / "acme.addin")
    with served(folder) as address:
        for name, kind in {
            "engine.js": "text/javascript; charset=utf-8",
            "functions.json": "application/json",
            "taskpane.css": "text/css; charset=utf-8",
            "core.zip": "application/zip",
            "icon-16.png": "image/png",
            "pyodide/pyodide.asm.wasm": "application/wasm",
        }.items():
            expected = (200, kind, "no-cache", (folder / name).read_bytes())
            assert ask(address, f"/addin/{name}?v=1") == expected


def test_microsofts_script_is_replaced_in_the_page(tiny: Path) -> None:
    with served(tiny) as address:
        status, _, _, page = ask(address, "/addin/taskpane.html?build=1")
    assert status == 200
    script = '<script src="https://appsforoffice.microsoft.com/lib/1/hosted/office.js"></script>'
    assert page.decode() == PAGE.replace(
        script, "".join(f'<script src="{path}"></script>' for path in play.IN_ITS_PLACE)
    )


def test_no_path_leads_out_of_a_folder(tiny: Path) -> None:
    (tiny.parent / "secret.js").write_text("secret")
    with served(tiny) as address:
        for path in ("/addin/../secret.js", "/addin/%2e%2e/secret.js", "/play/../play.py", "/x"):
            status, kind, _, content = ask(address, path)
            assert (status, kind) == (404, "text/plain; charset=utf-8")
            assert content.endswith(b"\n")


def test_a_manifest_may_be_named_instead_of_its_folder(tiny: Path) -> None:
    addin = addin_files.open_addin(str(tiny / "manifest.xml"))
    assert (addin.name, addin.namespace) == ("A tiny add-in", "TINY")
    assert addin.page == "taskpane.html?build=1"
    assert addin.read("functions.js") == (tiny / "functions.js").read_bytes()


@pytest.fixture
def https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an add-in that is served with an untrusted certificate."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(addin_server, "POLL", 0.01)
    kept, folder, stopped = keep_certificate(), tmp_path / "served", list[bool]()
    with ExitStack() as stack:
        server = stack.enter_context(
            addin_server.open_server(folder, 0, kept.certificate, kept.key, lambda _: None)
        )
        address = f"https://localhost:{server.port}"
        write_tiny_addin(folder, address=address)
        thread = Thread(target=server.run, args=(lambda: bool(stopped),))
        thread.start()
        stack.callback(thread.join)
        stack.callback(stopped.append, True)
        yield address


def test_localhost_is_read_with_an_untrusted_certificate(
    https: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://localhost:9")  # which is not for this computer
    addin = addin_files.open_addin(f"{https}/manifest.xml")
    assert addin.namespace == "TINY"
    assert b"CustomFunctions.associate" in addin.read("functions.js")
    with pytest.raises(addin_files.AddInError, match=r"none.js: 404 Not Found; is it served\?"):
        addin.read("none.js")


def test_no_other_server_is_read_with_such_a_certificate(
    https: str, refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addin_files, "THIS_COMPUTER", set())
    said = refusal(f"{https}/manifest.xml")
    assert said.startswith(f"{https}/manifest.xml: [SSL: CERTIFICATE_VERIFY_FAILED]")
    assert said.endswith(
        "; a certificate that this computer does not trust is accepted from localhost."
    )


def test_a_server_that_does_not_answer_is_named(refusal: Callable[..., str]) -> None:
    said = refusal("http://localhost:9/manifest.xml")
    assert said.startswith("http://localhost:9/manifest.xml: ")
    assert said.endswith("; start the server, or name the add-in's folder.")


def test_what_is_no_manifest_is_refused(tiny: Path, refusal: Callable[..., str]) -> None:
    path = tiny / "manifest.xml"
    manifest = path.read_text()
    for content, message in {
        "prices": f"{path}: no XML (syntax error: line 1, column 0); name the add-in's "
        "manifest.xml.",
        "<OfficeApp/>": f"{path}: not the manifest of custom functions; name the manifest.xml of "
        "an add-in with an ExtensionPoint CustomFunctions.",
        manifest.replace(
            'String id="Namespace"', 'String id="Other"'
        ): f"{path}: Namespace has no value; give it the id of one in Resources.",
        manifest.replace("<Runtime ", "<Other "): f"{path}: the functions have no shared runtime, "
        f"and this page plays no other; name their page in Runtimes/Runtime: {ADDRESS}"
        "/taskpane.html?build=1",
        manifest.replace(f'{ADDRESS}/functions.js"', 'https://example.org/functions.js"'): f"{path}"
        f": https://example.org/functions.js is not in the folder of the page, {ADDRESS}/; put it "
        "there.",
    }.items():
        path.write_text(content)
        assert refusal(str(tiny)) == message
    path.unlink()
    assert refusal(str(tiny)) == (
        f"{path}: not there; name the folder of an add-in or the address of its manifest."
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "A"}, 'the id "A"; begin with a letter, then letters, digits, "." and "_".'),
        (
            {"name": "1AB"},
            'the name "1AB"; begin with a letter, then letters, digits, "." and "_".',
        ),
        ({"result": None}, "ADD: no result; say whether it is scalar or matrix."),
        ({"parameters": None}, "ADD: no list of parameters; give one, which may be empty."),
        ({"options": {"stream": True}}, "ADD: stream: not played here; leave it out."),
        (
            {"parameters": [{"name": "first", "type": "number"}]},
            "ADD: first: not played here; give it the type any, and do not repeat it.",
        ),
    ],
)
def test_a_function_that_cannot_be_played_is_named(
    tiny: Path, refusal: Callable[..., str], change: dict[str, object], message: str
) -> None:
    path = tiny / "functions.json"
    metadata = json.loads(path.read_text())
    metadata["functions"][0].update(change)
    path.write_text(json.dumps(metadata))
    assert refusal(str(tiny)) == f"functions.json: functions[0]: {message}"


def test_what_is_missing_is_named_before_a_browser_is_opened(
    tiny: Path, refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tiny) as address:
        port = str(urlsplit(address).port)
        said = refusal(str(tiny), "--port", port)
        assert said == f"port {port}: Address already in use; choose another with --port."
    edit(tiny / "taskpane.html", "https://appsforoffice.microsoft.com", "lib")
    assert refusal(str(tiny)) == (
        "taskpane.html?build=1: does not load Microsoft's office.js; add its script to the page."
    )
    (tiny / "functions.json").write_text("[]")
    assert refusal(str(tiny)).startswith("functions.json: no list of functions (")
    (tiny / "taskpane.html").unlink()
    assert refusal(str(tiny)) == f"taskpane.html: not in {tiny}; build the add-in again."
    monkeypatch.setattr(play, "OFFICE_JS", tiny / "none")
    write_tiny_addin(tiny.parent / "other")
    assert refusal(str(tiny.parent / "other")).endswith(
        "node_modules: not there; install it: npm ci --ignore-scripts --prefix "
        "tests/support/office_addin"
    )

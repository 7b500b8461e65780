"""A folder over https, asked on a free port with its certificate as the only one trusted."""

import gzip
import http.client
import os
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

import pytest

from tests.support.addin_folder import WASM, addin_files, write_addin
from xlfuncs.addin import server as server_module
from xlfuncs.addin.certificate import keep_certificate
from xlfuncs.addin.server import open_server
from xlfuncs.errors import HostError, InputError

PAGE = "taskpane.html"
FILES = addin_files()


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Served:
    """A folder that is served, the certificate of its server, and what the server reported."""

    def __init__(self, folder: Path, port: int, certificate: Path, reports: list[str]) -> None:
        self.folder, self.port, self.certificate = folder, port, certificate
        self.reports = reports

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def ask(
        self, path: str, method: str = "GET", host: str = "localhost", **headers: str
    ) -> Answer:
        """Ask for a path as it is, with nothing in it resolved."""
        connection = http.client.HTTPSConnection(
            host, self.port, timeout=20, context=self.context()
        )
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=named)
            return _read(connection.getresponse())
        finally:
            connection.close()

    @contextmanager
    def connected(self) -> Iterator[ssl.SSLSocket]:
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=20) as plain,
            self.context().wrap_socket(plain, server_hostname="localhost") as secured,
        ):
            yield secured


def _read(response: http.client.HTTPResponse) -> Answer:
    return Answer(response.status, response.headers, response.read())


@pytest.fixture
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def served(tmp_path: Path, user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(server_module, "POLL", 0.01)
    kept, reports = keep_certificate(), list[str]()
    folder, stopped = write_addin(tmp_path / "acme.addin"), Event()
    with open_server(folder, 0, kept.certificate, kept.key, reports.append) as server:
        thread = Thread(target=server.run, args=(stopped.is_set,))
        thread.start()
        try:
            yield Served(folder, server.port, kept.certificate, reports)
        finally:
            stopped.set()
            thread.join()


# What is handed out.


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (PAGE, "text/html; charset=utf-8"),
        ("engine.js", "text/javascript; charset=utf-8"),
        ("functions.json", "application/json"),
        ("icon-16.png", "image/png"),
        ("core.zip", "application/zip"),
        ("manifest.xml", "application/xml"),
        (WASM, "application/wasm"),
        ("taskpane.css", "text/css; charset=utf-8"),
    ],
)
def test_a_file_comes_as_it_is_with_its_kind(served: Served, name: str, kind: str) -> None:
    answer = served.ask(f"/{name}")
    assert (answer.status, answer.body) == (200, (served.folder / name).read_bytes())
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Encoding"] is None
    for_others = "*" if name == "functions.json" else None  # Excel in the browser is another page
    assert answer.headers["Access-Control-Allow-Origin"] == for_others
    assert served.ask(f"/{name}?v=1").headers["Access-Control-Allow-Origin"] == for_others


def test_what_compresses_is_compressed_for_who_accepts_it(served: Served) -> None:
    for name in (PAGE, WASM):
        answer = served.ask(f"/{name}", Accept_Encoding="br, gzip")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert len(answer.body) < len(FILES[name]) / 2
        assert gzip.decompress(answer.body) == FILES[name]
    (served.folder / "short.json").write_bytes(b"{}")
    for name in ("icon-16.png", "core.zip", "short.json"):  # the last would grow
        answer = served.ask(f"/{name}", Accept_Encoding="gzip")
        assert answer.headers["Content-Encoding"] is None
        assert answer.body == (served.folder / name).read_bytes()
    answer = served.ask(f"/{PAGE}", Accept_Encoding="gzip;q=0")
    assert answer.headers["Content-Encoding"] is None


def test_a_file_is_read_and_compressed_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    def compress(content: bytes, *given: Any, **named: Any) -> bytes:
        counted.append(len(content))
        return gzip.compress(content, *given, **named)

    monkeypatch.setattr(server_module, "compress", compress)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: served.ask(f"/{PAGE}", Accept_Encoding="gzip"), range(6)))
    assert {answer.status for answer in answers} == {200}
    assert counted == [len(FILES[PAGE])]


def test_a_browser_that_has_a_file_gets_none_until_it_changes(served: Served) -> None:
    for accepted in ("identity", "gzip"):
        tag = served.ask(f"/{PAGE}", Accept_Encoding=accepted).headers["ETag"]
        again = served.ask(f"/{PAGE}", Accept_Encoding=accepted, If_None_Match=f'"other", W/{tag}')
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
        other = "gzip" if accepted == "identity" else "identity"
        assert served.ask(f"/{PAGE}", Accept_Encoding=other, If_None_Match=tag).status == 200
    (served.folder / PAGE).write_bytes(b"<!doctype html>\nbuilt again")
    answer = served.ask(f"/{PAGE}", Accept_Encoding="identity", If_None_Match=tag)
    assert (answer.status, answer.body) == (200, b"<!doctype html>\nbuilt again")


def test_head_gets_the_headers_alone(served: Served) -> None:
    answer = served.ask(f"/{PAGE}?v=1", "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(FILES[PAGE]))
    assert served.ask("/none.js", "HEAD").status == 404


def test_one_connection_takes_one_request_after_the_other(served: Served) -> None:
    connection = http.client.HTTPSConnection("localhost", served.port, context=served.context())
    try:
        for name in (PAGE, "engine.js", PAGE):
            connection.request("GET", f"/{name}#part")
            assert _read(connection.getresponse()).body == FILES[name]
    finally:
        connection.close()


# What is not handed out.


@pytest.mark.parametrize(
    "path",
    [
        *("/", "//", "/pyodide", "/pyodide/", "/none.js", "/SHA256SUMS", "*"),
        *("/../secret.json", "/pyodide/../../secret.json", "/%2e%2e/secret.json"),
        *(
            "/..%2fsecret.json",
            "/%252e%252e/secret.json",
            "/..\\secret.json",
            "/%5c..%5csecret.json",
        ),
        *("/.hidden.json", "/engine.js%00.png", "/engine.js::$DATA", "/engine.js.", "/./engine.js"),
        *("/C:/secret.json", "//localhost/engine.js", "https://localhost/engine.js", "/%ff.js"),
        *("/link.json", "/away/secret.json", "/loop.js", "/folder.js", "/notes.txt"),
        f"/{'a' * 300}.js",
    ],
)
def test_nothing_else_is_handed_out(served: Served, path: str) -> None:
    outside = served.folder.parent
    (outside / "secret.json").write_text("secret")
    (served.folder / ".hidden.json").write_text("secret")
    (served.folder / "notes.txt").write_text("secret")
    (served.folder / "folder.js").mkdir()
    (served.folder / "link.json").symlink_to(outside / "secret.json")
    (served.folder / "away").symlink_to(outside)
    (served.folder / "loop.js").symlink_to("loop.js")
    with served.connected() as secured:
        secured.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        answer = _response(secured)
    assert (answer.status, answer.body) == (404, b"404 Not Found\n")
    assert served.reports == []


def _response(secured: ssl.SSLSocket) -> Answer:
    response = http.client.HTTPResponse(secured)
    try:
        response.begin()
        return _read(response)
    finally:
        response.close()


def test_a_link_within_the_folder_is_followed(served: Served) -> None:
    (served.folder / "latest.js").symlink_to("engine.js")
    assert served.ask("/latest.js").body == FILES["engine.js"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(served: Served, method: str) -> None:
    before = {path: path.read_bytes() for path in served.folder.rglob("*") if path.is_file()}
    connection = http.client.HTTPSConnection("localhost", served.port, context=served.context())
    try:
        connection.request(method, f"/{PAGE}", body=b"x" * 50_000)
        answer = _read(connection.getresponse())
    finally:
        connection.close()
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    after = {path: path.read_bytes() for path in served.folder.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /engine.js HTTP/9.9\r\n\r\n", 505),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
    ],
)
def test_what_is_no_request_is_refused(served: Served, sent: bytes, status: int) -> None:
    with served.connected() as secured:
        secured.sendall(sent)
        text = secured.recv(4096).decode()
    assert str(status) in text
    assert served.ask(f"/{PAGE}").status == 200


def test_a_file_that_cannot_be_read_is_reported_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert served.ask("/engine.js").status == served.ask("/engine.js").status == 500
    assert served.reports == ["/engine.js: cannot be read (Permission denied)"]


# Connections.


def test_only_this_computer_is_answered(served: Served) -> None:
    for host in ("127.0.0.1", "::1"):
        assert served.ask(f"/{PAGE}", host=host).status == 200
    outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with outside:
        try:
            outside.connect(("192.0.2.1", 9))  # sends nothing: it chooses the address to send from
            address = outside.getsockname()[0]
        except OSError:
            pytest.skip("this computer has no other address")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address, served.port), timeout=5)


def test_the_certificate_is_needed(served: Served) -> None:
    context = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", served.port), timeout=20) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="localhost")
    assert served.ask(f"/{PAGE}").status == 200
    end = time.monotonic() + 20
    while not served.reports and time.monotonic() < end:  # it is said by a thread of its own
        time.sleep(0.01)
    assert served.reports == [server_module.NOT_TRUSTED]


def test_clients_that_break_off_disturb_nobody(
    served: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    reset = struct.pack("ii", 1, 0)
    (served.folder / "large.js").write_bytes(os.urandom(8 * 2**20))
    for sent in (b"", b"GET /large.js HTTP/1.1\r\n", b"GET /large.js HTTP/1.1\r\n\r\n"):
        with served.connected() as secured:
            secured.sendall(sent)
            secured.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as plain:
        plain.sendall(b"GET /engine.js HTTP/1.1\r\n\r\n")  # no TLS
        with suppress(ConnectionResetError):
            plain.recv(100)
    assert served.ask(f"/{PAGE}").status == 200
    assert (served.reports, capfd.readouterr().err) == ([], "")


def test_one_who_says_nothing_keeps_nobody_waiting(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)), served.connected():
        assert served.ask(f"/{PAGE}").status == 200


# What cannot be served.


def test_a_port_in_use_is_one_sentence(served: Served) -> None:
    kept = keep_certificate()
    with (
        pytest.raises(HostError, match=f"port {served.port}: another program uses it; end that"),
        open_server(served.folder, served.port, kept.certificate, kept.key, print),
    ):
        pass


def test_a_port_in_use_on_the_second_address_is_not_shared(served: Served) -> None:
    """Browsers ask there first, and would get the files of another program."""
    kept = keep_certificate()
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(HostError, match="another program uses it"),
            open_server(served.folder, port, kept.certificate, kept.key, print),
        ):
            pass


def test_without_a_second_address_the_first_is_served(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep_certificate()
    addresses = ("127.0.0.1", "2001:db8::1")  # which no computer has
    monkeypatch.setattr(server_module, "ADDRESSES", addresses)
    with open_server(served.folder, 0, kept.certificate, kept.key, print) as server:
        assert server.port


def test_a_certificate_and_the_key_of_another_are_refused(
    tmp_path: Path, user_folder: Path
) -> None:
    first = keep_certificate()
    key = tmp_path / "other.key"
    key.write_bytes(first.key.read_bytes())
    first.certificate.unlink()
    second = keep_certificate()
    for named in (key, second.certificate):
        with (
            pytest.raises(InputError, match="is no certificate to which"),
            open_server(tmp_path, 0, second.certificate, named, print),
        ):
            pass

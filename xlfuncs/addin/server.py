"""A server for trying an add-in: the files of its folder over https, to this computer alone.

It connects to nothing: it listens on the addresses of localhost, and hands out what is there.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from gzip import compress
from hashlib import sha384
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from socketserver import TCPServer
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import unquote

from xlfuncs.addin.certificate import ADDRESSES, LOCALHOST
from xlfuncs.errors import HostError, InputError
from xlfuncs.output_files import stat_stamp
from xlfuncs.sheets.cells import escape_line

FAMILIES = (socket.AF_INET, socket.AF_INET6)
"""Those of the addresses of localhost; a computer may have none of the second."""

NO_ADDRESS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".wasm": "application/wasm",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
"""The kinds of files of an add-in; no others are handed out."""

FOR_ALL_PAGES = "/functions.json"
"""What Excel in the browser reads from a page of Microsoft's: names and arguments, and no price."""

COMPRESSED = {".png", ".zip"}
"""Those that are compressed already."""

PATH = re.compile(r"/\w[\w.-]*(?:/\w[\w.-]*)*", re.ASCII)
"""What a browser may ask for: no folder above, no hidden file, no disk or stream of Windows."""

TIMEOUT = 30.0
"""Seconds after which a connection is closed on which nothing comes."""

NOT_TRUSTED = "a program does not trust the certificate; have it trust the file named above"

LONGEST_BODY = 2**16
"""Bytes of a request that are read before it is refused, so that its sender reads the answer."""

POLL = 0.5
"""Seconds between two checks for Ctrl+C: on Windows it interrupts no wait."""

REFUSED = re.compile(r"CERTIFICATE|UNKNOWN_CA")
"""What OpenSSL calls it when the other side does not trust the certificate."""

Report = Callable[[str], object]
"""Tells the person at the terminal that something went wrong."""


class SharedFile(NamedTuple):
    """A file as it is handed out, and its state when it was read; no gzip where that is longer."""

    stamp: tuple[int, ...] | None
    kind: str
    content: bytes
    gzipped: bytes | None
    tag: str


class SharedFolder:
    """The files of a folder, each read and compressed once until it changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._files: dict[Path, SharedFile] = {}
        self._lock = Lock()

    def find(self, asked: str) -> SharedFile | None:
        """Find the file that a request names, None where it names none. Raises OSError."""
        name = unquote(re.split(r"[?#]", asked, maxsplit=1)[0])
        if not PATH.fullmatch(name):
            return None
        path = Path(os.path.realpath(self._folder / name[1:]))  # a link may lead anywhere
        is_within = path.is_relative_to(self._folder)
        if not is_within or path.suffix not in TYPES or not os.path.isfile(path):
            return None
        with self._lock:  # whoever asks for the same meanwhile waits for it
            stamp = stat_stamp(path)
            found = self._files.get(path)
            if found is None or found.stamp != stamp:
                found = self._files[path] = _read(path, stamp)
            return found


def _read(path: Path, stamp: tuple[int, ...] | None) -> SharedFile:
    content = path.read_bytes()
    gzipped = None if path.suffix in COMPRESSED else compress(content, 6, mtime=0)
    if gzipped and len(gzipped) >= len(content):
        gzipped = None
    return SharedFile(stamp, TYPES[path.suffix], content, gzipped, sha384(content).hexdigest()[:32])


def accepts_gzip(header: str) -> bool:
    """Whether a browser accepts gzip, by the header in which it says so.

    >>> accepts_gzip("br, GZIP;q=0.5"), accepts_gzip("gzip; q=0, *"), accepts_gzip("")
    (True, False, False)
    """
    for each in header.lower().split(","):
        coding, _, weight = each.replace(" ", "").partition(";")
        if coding in {"gzip", "x-gzip"}:
            return not re.fullmatch(r"q=0(\.0*)?", weight)
    return False


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD with a file, and the rest with the number of an error."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "xlfuncs", ""
    timeout = TIMEOUT
    server: _Listener

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        try:
            file = self.server.files.find(self.path)
        except OSError as error:
            said = escape_line(f"{self.path}: cannot be read ({error.strerror or error})")
            self.server.report(said)
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        if file is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body, tag = file.content, f'"{file.tag}"'
        is_gzipped = file.gzipped and accepts_gzip(self.headers.get("Accept-Encoding", ""))
        if file.gzipped and is_gzipped:
            body, tag = file.gzipped, f'"{file.tag}-gzip"'
        is_known = tag in self.headers.get("If-None-Match", "")
        self.send_response(HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK)
        self.send_header("ETag", tag)
        self.send_header("Vary", "Accept-Encoding")
        if self.path.partition("?")[0] == FOR_ALL_PAGES:
            self.send_header("Access-Control-Allow-Origin", "*")
        if is_known:
            self._end()
            return
        if is_gzipped:
            self.send_header("Content-Encoding", "gzip")
        self._end(file.kind, body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a request, also one that http.server cannot read or has no method for."""
        status = HTTPStatus(code)
        if status is HTTPStatus.NOT_IMPLEMENTED:
            status = HTTPStatus.METHOD_NOT_ALLOWED
        self._skip_body()
        self.send_response(status)
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        self.send_header("Connection", "close")
        self._end("text/plain; charset=utf-8", f"{status} {status.phrase}\n".encode())

    def _skip_body(self) -> None:
        """Read what was sent along: what is left unread takes the answer with it."""
        headers = getattr(self, "headers", None)  # there are none where a request cannot be read
        length = headers.get("Content-Length", "") if headers else ""
        if length.isascii() and length.isdigit():
            self.rfile.read(min(int(length[:9]), LONGEST_BODY))

    def _end(self, kind: str = "", body: bytes | None = None) -> None:
        """End the headers, and send a body where there is one and it was asked for."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        if body is not None:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body is not None and self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *values: Any) -> None:
        """Keep no log."""


class _Listener(ThreadingHTTPServer):
    """What listens on one address."""

    allow_reuse_address = os.name != "nt"  # where it would let two programs have one port
    daemon_threads = True
    timeout = 0.0

    def __init__(
        self,
        family: socket.AddressFamily,
        place: tuple[str, int],
        files: SharedFolder,
        context: ssl.SSLContext,
        report: Report,
    ) -> None:
        self.address_family = family
        self.files, self.context, self.report = files, context, report
        super().__init__(place, _Handler)

    def server_bind(self) -> None:
        """Take the address, without looking up its name as http.server does."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        TCPServer.server_bind(self)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer one connection, in a thread of its own: a slow one keeps no other waiting."""
        request.settimeout(TIMEOUT)
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over connections that broke off, but for those that refused the certificate."""
        error = sys.exception()
        if isinstance(error, ssl.SSLError) and REFUSED.search(error.reason or ""):
            self.report(NOT_TRUSTED)
        elif not isinstance(error, OSError):
            super().handle_error(request, client_address)


class Server:
    """A folder that is served at a port of localhost as long as `run` runs."""

    def __init__(self, listeners: list[_Listener]) -> None:
        self._listeners = listeners
        self.port: int = listeners[0].server_address[1]

    def run(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Answer until it is stopped or interrupted."""
        with DefaultSelector() as selector:
            for listener in self._listeners:
                selector.register(listener, EVENT_READ, listener)
            while not is_stopped():
                for key, _ in selector.select(POLL):
                    key.data.handle_request()


@contextmanager
def open_server(
    folder: Path, port: int, certificate: Path, key: Path, report: Report
) -> Iterator[Server]:
    """Listen on localhost; what goes wrong later is reported, each sentence once.

    Raises InputError for a certificate that cannot be used, and HostError for a port.
    """
    context = _make_context(certificate, key)
    files, said = SharedFolder(folder), set[str]()

    def report_once(sentence: str) -> None:
        if sentence not in said:
            said.add(sentence)
            report(sentence)

    with ExitStack() as opened:
        listeners: list[_Listener] = []
        for family, host in zip(FAMILIES, ADDRESSES, strict=True):
            place = (host, listeners[0].server_address[1] if listeners else port)
            listener = _listen(family, place, files, context, report_once)
            if listener:
                listeners.append(opened.enter_context(listener))
        yield Server(listeners)


def _listen(family: socket.AddressFamily, place: tuple[str, int], *given: Any) -> _Listener | None:
    """Listen on an address; None where this computer has none of that kind. Raises HostError."""
    try:
        return _Listener(family, place, *given)
    except OSError as error:
        if family == socket.AF_INET6 and error.errno in NO_ADDRESS:
            return None
        raise HostError(f"port {place[1]}: {_explain(error, place[1])}") from None


def _explain(error: OSError, port: int) -> str:
    other = port + 1 if port < 65535 else port - 1
    remedy = f"build with --url https://{LOCALHOST}:{other} and serve with --port {other}"
    if error.errno == errno.EADDRINUSE:
        return f"another program uses it; end that program, or {remedy}"
    if error.errno == errno.EACCES:
        return f"you may not use it, or another program does; {remedy}"
    return f"{error.strerror or error}; {remedy}"


def _make_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for path in (certificate, key):
        try:
            path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}; expected a PEM file") from None
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")  # no question in between
    except OSError:
        raise InputError(
            f"{certificate}: is no certificate to which {key} is the key; expected both as PEM, "
            f"the key without a password"
        ) from None
    return context

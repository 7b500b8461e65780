"""Play Excel to an add-in, in a browser:

python -m tests.support.office_addin.play acme.addin
python -m tests.support.office_addin.play https://localhost:3000/manifest.xml
"""

import argparse
import json
import re
import sys
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from tests.support.office_addin.addin_files import AddIn, AddInError, open_addin, read_within
from tests.support.office_addin.npm import INSTALL, NODE_MODULES, RUNTIME

HERE = Path(__file__).parent
PAGE = HERE / "page"
OFFICE_JS = (NODE_MODULES / RUNTIME).parent
PORT = 8100

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".xml": "application/xml",
    ".zip": "application/zip",
}

OFFICE_SCRIPT = re.compile(
    rb"<script\b[^>]*\bsrc=[\"']?https://appsforoffice\.microsoft\.com/[^>]*/office(?:\.debug)?\.js"
    rb"[^>]*>\s*</script>",
    re.IGNORECASE,
)
IN_ITS_PLACE = ("/play/stand_in.js", "/play/office/custom-functions-runtime.js")
"""Microsoft's runtime of custom functions, and before it what the rest of Excel is played by."""


def replace_office_script(page: bytes) -> bytes:
    """Replace Microsoft's office.js in a page; it is loaded as late as that was.

    >>> replace_office_script(b'<script src="https://appsforoffice.microsoft.com/lib/1/hosted/'
    ...     b'office.js" defer></script>').count(b" defer")
    2
    """

    def scripts(found: re.Match[bytes]) -> bytes:
        defer = b" defer" if b" defer" in found[0] else b""
        tags = (b'<script%s src="%s"></script>' % (defer, path.encode()) for path in IN_ITS_PLACE)
        return b"".join(tags)

    return OFFICE_SCRIPT.sub(scripts, page)


def serve(addin: AddIn, port: int) -> ThreadingHTTPServer:
    """Make the server of an add-in and of the page that plays it; port 0 is any that is free."""
    if not OFFICE_JS.is_dir():
        raise AddInError(f"{NODE_MODULES}: not there; install it: {INSTALL}")
    if OFFICE_SCRIPT.search(addin.read(urlsplit(addin.page).path)) is None:
        raise AddInError(
            f"{addin.page}: does not load Microsoft's office.js; add its script to the page."
        )
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, addin))
    except OSError as error:
        raise AddInError(f"port {port}: {error.strerror}; choose another with --port.") from error


class Handler(BaseHTTPRequestHandler):
    """Serves the page at /, what it consists of below /play/, and the add-in below /addin/."""

    protocol_version = "HTTP/1.1"

    def __init__(self, addin: AddIn, *arguments: object) -> None:
        self.addin = addin
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        try:
            content = self.read(path)
        except AddInError as error:
            self.answer(404, f"{error}\n".encode(), "text/plain; charset=utf-8")
            return
        suffix = PurePosixPath(path).suffix or ".html"
        self.answer(200, content, TYPES.get(suffix, "application/octet-stream"))

    def read(self, path: str) -> bytes:
        if path == "/":
            return read_within(PAGE, "play.html")
        if path == "/play.json":
            return self.describe()
        if path.startswith("/play/office/"):
            return read_within(OFFICE_JS, path.removeprefix("/play/office/"))
        if path.startswith("/play/"):
            return read_within(PAGE, path.removeprefix("/play/"))
        if path.startswith("/addin/"):
            content = self.addin.read(path.removeprefix("/addin/"))
            # an add-in that compares its own page with a hash gets it as it was built
            is_opened = self.headers.get("Sec-Fetch-Dest") != "empty"
            is_page = path.endswith(".html") and is_opened
            return replace_office_script(content) if is_page else content
        raise AddInError(f"{path}: no such page; open /")

    def describe(self) -> bytes:
        """What the page has to know of the add-in."""
        return json.dumps(
            {
                "name": self.addin.name,
                "namespace": self.addin.namespace,
                "page": f"/addin/{self.addin.page}",
                "metadata": self.addin.metadata,
            }
        ).encode()

    def answer(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing: the browser's own tools list what it asks for."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.office_addin.play",
        description="Play Excel to an add-in: a page with a sheet and the add-in's task pane.",
        epilog="A certificate that this computer does not trust is accepted from localhost only.",
    )
    parser.add_argument(
        "addin", help="the add-in's folder, its manifest.xml, or the address of that"
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"of the page (default: {PORT})")
    arguments = parser.parse_args()
    try:
        server = serve(open_addin(arguments.addin), arguments.port)
    except AddInError as error:
        print(error, file=sys.stderr)
        return 1
    with server:
        print(f"Open http://localhost:{server.server_port}/ in a browser; Ctrl+C ends it.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())

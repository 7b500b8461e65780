"""The task pane of the add-in, opened in Chromium with recorded views in place of Python.

Stand-ins take the place of the add-in's engine and of Microsoft's office.js; all other files are
the add-in's own.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from string import Template
from typing import Any

from playwright.sync_api import Browser, Page, Route

from tests.support.places import DATA, SUPPORT, TOP

JSON = dict[str, Any]

PANE = TOP / "xlfuncs" / "addin" / "pane"
FOLDER = "https://prices.example.org/acme/"
OFFICE = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' https://appsforoffice.microsoft.com; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
BUILD: JSON = {
    "contract": "Qualys vulnerability management for the State of Ohio",
    "prefix": "QUALYS",
    "built": "2026-11-30",
    "id": "0123456789ab",
    "pyodide": {"version": "314.0.7"},
}
RECORDED: JSON = json.loads((DATA / "task_pane.json").read_text(encoding="utf-8"))
"""Views of the shipped contract: for each what was asked, and what the add-in's Python shows."""

TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
}


def recorded_views() -> JSON:
    """The recorded views, to be changed."""
    return deepcopy(RECORDED)


@contextmanager
def open_pane(
    browser: Browser,
    views: JSON | None = None,
    *,
    told: JSON | None = None,
    in_excel: bool = True,
    is_dark: bool = False,
    width: int = 360,
    has_own_clock: bool = False,
) -> Iterator[Page]:
    """Open the pane; its scripts have had no error when it is closed.

    `told` is what the engine's stand-in does besides answering. A pane that `has_own_clock` is at
    a time that only the test moves on.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if is_dark else "light",
        permissions=["clipboard-read", "clipboard-write"],
    )
    recorded = {"build": BUILD, "views": views or RECORDED, "told": told or {}}
    own = {
        "engine.js": (SUPPORT / "pane_engine.js").read_bytes(),
        "functions.js": b"",
        "recorded.json": json.dumps(recorded).encode(),
        "taskpane.html": _page(),
    }

    def answer(route: Route) -> None:
        url = route.request.url
        if url == OFFICE:
            office = SUPPORT / "pane_office.js"
            body = office.read_bytes() if in_excel else b""
            route.fulfill(body=body, content_type=TYPES[".js"])
            return
        name = url.removeprefix(FOLDER)
        body = own[name] if name in own else (PANE / name).read_bytes()
        route.fulfill(body=body, content_type=TYPES[Path(name).suffix])

    context.route("**", answer)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    if has_own_clock:
        page.clock.install()
    page.goto(f"{FOLDER}taskpane.html")
    yield page
    context.close()
    assert errors == []


def _page() -> bytes:
    page = Template((PANE / "taskpane.html").read_text(encoding="utf-8"))
    return page.substitute(content_security_policy=POLICY).encode()

"""The task pane of the add-in, opened in Chromium with its views worked out beforehand.

Stand-ins take the place of the add-in's engine, so that no Python has to start in the page, and of
Microsoft's office.js; all other files are those of a built add-in.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

from xlfuncs import load
from xlfuncs.hosts.office import open_contract
from xlfuncs.hosts.office_pane import show

JSON = dict[str, Any]

HERE = Path(__file__).parent

FOLDER = "https://prices.example.org/acme/"
OFFICE = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
BUILT = date(2026, 11, 30)
BUILD: JSON = {
    "contract": "Qualys vulnerability management for the State of Ohio",
    "prefix": "QUALYS",
    "built": "2026-11-30",
    "id": "0123456789ab",
    "pyodide": {"version": "314.0.7"},
}
ASKED: dict[str, list[JSON]] = {
    "contract": [{}],
    "answer": [
        {"quantity": "100,000", "purchased": "2013-12-20"},
        {"quantity": "100,000", "purchased": "2014-01-01"},
        {"quantity": "100,000", "purchased": "2013-12-01"},
        {"quantity": "50", "purchased": "2013-12-20"},
        {"quantity": "50", "purchased": "2012-12-20"},
        {"quantity": "100,000", "purchased": "2012-12-20"},
        {"quantity": "many", "purchased": "2013-12-20"},
    ],
    "price list": [
        {"purchased": "2014-01-01"},
        {"purchased": "2013-12-20"},
        {"purchased": "2012-12-20"},
        {"purchased": "soon"},
    ],
    "timeline": [
        {"quantity": "100,000", "purchased": "2013-12-20"},
        {"quantity": "100,000"},
        {"quantity": "many"},
    ],
    "findings": [{}],
}
"""What the tests ask the shipped contract, by view."""

TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
}


@cache
def _built() -> dict[str, bytes]:
    return load().build_addin(FOLDER, built=BUILT)


@cache
def _recorded() -> JSON:
    """The views of the shipped contract: for each what was asked, and what Python shows."""
    contract = _built()["contract.json"].decode()
    opened = open_contract(contract)
    views = {
        view: [
            {"when": request, "shows": json.loads(show(opened, view, json.dumps(request)))}
            for request in requests
        ]
        for view, requests in ASKED.items()
    }
    [first] = views["contract"]
    first["shows"]["first"] = json.loads(contract)["asked"]
    return views


def recorded_views() -> JSON:
    """The recorded views, to be changed."""
    return deepcopy(_recorded())


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
    a time that the test can move on.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if is_dark else "light",
        permissions=["clipboard-read", "clipboard-write"],
    )
    recorded = {"build": BUILD, "views": views or _recorded(), "told": told or {}}
    own = {
        "engine.js": (HERE / "pane_engine.js").read_bytes(),
        "functions.js": b"",
        "recorded.json": json.dumps(recorded).encode(),
    }

    def answer(route: Route) -> None:
        url = route.request.url
        if url == OFFICE:
            office = HERE / "pane_office.js"
            body = office.read_bytes() if in_excel else b""
            route.fulfill(body=body, content_type=TYPES[".js"])
            return
        name = url.removeprefix(FOLDER)
        body = own[name] if name in own else _built()[name]
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

"""The icons of the add-in, which Chromium renders from their drawing.

    python -m tests.support.addin_icons

Run it after a change of `icon.svg`; a test compares the icons with the drawing.
"""

from pathlib import Path

from playwright.sync_api import Browser

from tests.support.chromium import open_chromium
from tests.support.places import TOP

PANE = TOP / "xlfuncs" / "addin" / "pane"
DRAWING = PANE / "icon.svg"
SIZES = (16, 32, 64, 80)
"""The sizes in pixels that Office asks an add-in for, besides those it makes of them."""


def path_of(size: int) -> Path:
    return PANE / f"icon-{size}.png"


def render(browser: Browser, size: int) -> bytes:
    """The drawing as a picture with a transparent ground."""
    page = browser.new_page(viewport={"width": size, "height": size})
    drawing = DRAWING.read_text(encoding="utf-8")
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{drawing}")
    picture = page.screenshot(omit_background=True)
    page.close()
    return picture


def make() -> None:
    with open_chromium() as browser:
        for size in SIZES:
            path_of(size).write_bytes(render(browser, size))


if __name__ == "__main__":
    make()

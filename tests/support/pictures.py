"""The pictures of the README, made by LibreOffice from the workbook that the package builds.

    python -m tests.support.pictures

They say which workbook they show, so that the test suite knows when they are out of date. What
LibreOffice prints is cut to what is written.
"""

import tempfile
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageChops, PngImagePlugin

from tests.support.golden import reviewed
from tests.support.office import convert, pages_as_pictures, pages_as_text
from tests.support.places import DATA
from tests.support.workbook_edits import shipped_workbook

PICTURES = DATA / "pictures"
SHOWN = {"Purchases": 110, "Amendments": 190}
"""The sheets that are shown, and the dots an inch that make them readable."""

WORKBOOK = "workbook"
FOOTER = 0.06
"""The part of a page that the footer takes."""

MARGIN = 12


def state() -> str:
    """Tells one workbook from another, whichever libraries wrote its XML."""
    parts = reviewed(shipped_workbook())
    return sha256("".join(f"{name}{parts[name]}" for name in sorted(parts)).encode()).hexdigest()


def path_of(sheet: str) -> Path:
    return PICTURES / f"{sheet.lower()}.png"


def make() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "book.xlsx"
        workbook.write_bytes(shipped_workbook())
        pdf = convert(workbook, "pdf")
        titles = pages_as_text(pdf)
        for sheet, dpi in SHOWN.items():
            page = next(n for n, text in enumerate(titles) if f"  {sheet}  " in text)
            cut(pages_as_pictures(pdf, dpi)[page], path_of(sheet))


def cut(page: Path, target: Path) -> None:
    """Keeps what is written on a page, without its footer, in few colours."""
    with Image.open(page) as picture:
        whole = picture.convert("RGB")
    written = whole.crop((0, 0, whole.width, round(whole.height * (1 - FOOTER))))
    left, top, right, bottom = difference_to_white(written)
    box = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
    said = PngImagePlugin.PngInfo()
    said.add_text(WORKBOOK, state())
    written.crop(box).quantize(64).save(target, optimize=True, pnginfo=said)


def difference_to_white(picture: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    return box or (0, 0, *picture.size)


if __name__ == "__main__":
    make()

"""LibreOffice and poppler, run as a user would: a workbook to pages, pages to text and pictures."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from workbooks.package import packed
from xlfuncs.files.books.packages import parts_of
from xlfuncs.functions.declared import FUNCTIONS

REQUIRED = "XLFUNCS_HOSTS"
"""Set to `required`, a host that is not installed is a failure and not a skipped test."""

NAMES = "|".join(function.name for function in FUNCTIONS)
CALL = rf"<f\b[^>]*>[^<]*?[A-Z][A-Z0-9]*_(?:{NAMES})\([^<]*</f>".encode()
FORMULA = rb"(<f>[^<]*</f>)<v>[^<]*</v>"

CALCULATE = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""LibreOffice's setting to work a workbook out anew when it opens it."""


def need(*programs: str) -> None:
    """Skips the test, or fails it, where a program is not installed."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        why = f"not installed: {', '.join(missing)}"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(why)
        pytest.skip(why)


def values_only(content: bytes) -> bytes:
    """The workbook with the values of our functions in place of their calls.

    LibreOffice without the functions would show `#NAME?` for each text that they answer.
    """
    return _sheets_changed(content, lambda sheet: re.sub(CALL, b"", sheet).replace(b' cm="1"', b""))


def without_values(content: bytes) -> bytes:
    """The workbook with no formula's value stored."""
    return _sheets_changed(content, lambda sheet: re.sub(FORMULA, rb"\1", sheet))


def _sheets_changed(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(content)
    sheets = {name: change(part) for name, part in parts.items() if "worksheets/sheet" in name}
    return packed({**parts, **sheets})


def convert(path: Path, kind: str) -> Path:
    """Has LibreOffice open a file, work it out, and save it as another kind; answers that file."""
    profile = path.parent / "profile"
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(CALCULATE, encoding="utf-8")
    folder = path.parent / "converted"
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{path.stem}.{kind}"


def pages_as_text(pdf: Path) -> list[str]:
    command = ["pdftotext", "-layout", str(pdf), "-"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    return ran.stdout.split("\f")[:-1]


def pages_as_pictures(pdf: Path, dpi: int) -> list[Path]:
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(pdf)], check=True)
    return sorted(pdf.parent.glob(f"{pdf.name}-*.png"))

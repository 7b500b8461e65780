"""LibreOffice and poppler, run as a user would: a workbook to pages, pages to text and pictures."""

import os
import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

REQUIRED = "XLFUNCS_HOSTS"
"""Set to `required`, a host that is not installed is a failure and not a skipped test."""

OUR_CALL = rb"[A-Z][A-Z0-9]*_(?:PRICE|UNIT_PRICE|SOURCE|EXPLAIN|SAVING|SCHEDULE|TIMELINE|CHECK)\("


def need(*programs: str) -> None:
    """Skips the test, or fails it, where a program is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            why = f"{program} is not installed"
            if os.environ.get(REQUIRED) == "required":
                pytest.fail(why)
            pytest.skip(why)


def values_only(content: bytes) -> bytes:
    """The workbook with the values of our functions in place of their calls.

    LibreOffice without the functions would show `#NAME?` for each text that they answer.
    """
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w") as package:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/"):
                part = re.sub(rb"<f\b[^>]*>[^<]*?" + OUR_CALL + rb"[^<]*</f>", b"", part)
                part = part.replace(b' cm="1"', b"")
            package.writestr(name, part)
    return target.getvalue()


def convert(path: Path, kind: str) -> Path:
    """Has LibreOffice open a file and save it as another kind, beside it."""
    profile = path.parent / "profile"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(path.parent / "converted"),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    [written] = (path.parent / "converted").glob(f"{path.stem}.{kind.partition(':')[0]}")
    return written


def pages_as_text(pdf: Path) -> list[str]:
    ran = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
    )
    return ran.stdout.split("\f")[:-1]


def pages_as_pictures(pdf: Path, dpi: int) -> list[Path]:
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(pdf.with_suffix(""))], check=True
    )
    return sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))

"""LibreOffice and poppler, run as a user would: a workbook to pages, pages to text and pictures."""

import os
import re
import shutil
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.support.office_addin.npm import INSTALL, NODE_MODULES
from xlfuncs.cli.calc_recalc import prefixes_called
from xlfuncs.hosts.extension import build_extension
from xlfuncs.hosts.libreoffice import find_office, recalculate
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

REQUIRED = "XLFUNCS_HOSTS"
"""Set to `required`, a host that is not installed is a failure and not a skipped test."""

FORMULA = rb"(<f\b[^>]*>[^<]*</f>)<v>[^<]*</v>"
PYTHON = "/usr/bin/python3"
"""The Python for which the system has LibreOffice's `uno`."""


def need(*programs: str) -> None:
    """Skips the test, or fails it, where a program is not installed."""
    _refuse([program for program in programs if shutil.which(program) is None])


def need_library(name: str) -> Any:
    """Import a library; skips the test, or fails it, where it is not installed."""
    if find_spec(name) is None:
        _refuse([name])
    return import_module(name)


def need_npm(name: str) -> Path:
    """A file of an npm package; skips the test, or fails it, where it is not installed."""
    path = NODE_MODULES / name
    if not path.exists():
        _refuse([f"{name} ({INSTALL})"])
    return path


def need_calc() -> None:
    """Skips the test, or fails it, where there is no LibreOffice that can be typed into."""
    need("soffice", PYTHON)
    asked = "import importlib.util as it, sys; sys.exit(it.find_spec('uno') is None)"
    if subprocess.run([PYTHON, "-c", asked], check=False).returncode:
        _refuse([f"uno for {PYTHON}"])


def need_wine() -> None:
    """Skips the test, or fails it, where there is no Wine to run Windows programs in."""
    need("wine", "wineboot", "wineserver")


def _refuse(missing: list[str]) -> None:
    if missing:
        why = f"not installed: {', '.join(missing)}"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(why)
        pytest.skip(why)


def processes_with(text: str) -> list[str]:
    """Programs that run with a text in their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has just ended
            continue
        if text in line and "soffice" in line:
            found.append(line)
    return found


def without_values(content: bytes) -> bytes:
    """The workbook with no formula's value stored."""
    parts = read_parts(content)
    sheets = {
        name: re.sub(FORMULA, rb"\1", part)
        for name, part in parts.items()
        if "worksheets/sheet" in name
    }
    return pack_parts({**parts, **sheets})


def convert(path: Path, kind: str) -> Path:
    """Has LibreOffice open a workbook, work it out with the functions, and save it as a kind."""
    content = path.read_bytes()
    extensions = {prefix: build_extension(prefix) for prefix in prefixes_called(content)}
    target = path.with_name(f"converted.{kind}")
    target.write_bytes(recalculate(find_office(), content, [kind], extensions)[kind])
    return target


def pages_as_text(pdf: Path) -> list[str]:
    command = ["pdftotext", "-layout", str(pdf), "-"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    return ran.stdout.split("\f")[:-1]


def pages_as_pictures(pdf: Path, dpi: int) -> list[Path]:
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(pdf)], check=True)
    return sorted(pdf.parent.glob(f"{pdf.name}-*.png"))

"""The golden copy: every part of the shipped workbook as text that a person can review.

    python -m tests.support.golden

rewrites it, and with it the workbooks that anyone can download; look at what changed in it
before you commit it.
"""

import re
import shutil
from xml.etree import ElementTree

from tests.support.places import DATA, TOP
from tests.support.workbook_edits import BUILT, shipped_workbook
from xlfuncs.loader import load_draft
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import PREFIXES, serialize_xml
from xlfuncs.xlsx.self_check import CONTRACT_FILE

GOLDEN = DATA / "golden"
TEMPLATE = TOP / "workbooks" / "qualys_ohio.xlsx"
"""The shipped contract as a workbook whose functions are names."""

SELF_CHECK_BOOK = TOP / "workbooks" / "self_check.xlsx"
"""The workbook that checks itself."""

THEME = "xl/theme/theme1.xml"
"""Openpyxl's own, the same for every workbook."""


def reviewed(content: bytes) -> dict[str, str]:
    """The parts of a workbook, a line an element; the fingerprint of the bytes is left out."""
    return {name: _text(part) for name, part in read_parts(content).items() if name != THEME}


def _text(part: bytes) -> str:
    root = ElementTree.fromstring(part)  # noqa: S314 - our own
    ElementTree.indent(root)
    text = ElementTree.canonicalize(serialize_xml(root, PREFIXES))
    fingerprint = r'(?<=name="xlfuncs fingerprint")(.*?>)[0-9a-f]{64}(?=<)'
    return re.sub(fingerprint, r"\1-", text, flags=re.DOTALL) + "\n"


def template_of_today() -> bytes:
    return shipped_workbook(kind=WorkbookKind.LAMBDAS)


def self_check_of_today() -> bytes:
    _, draft = load_draft(CONTRACT_FILE)
    return build_workbook(draft, BUILT, WorkbookKind.LAMBDAS, self_check=True)


def write() -> None:
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for name, text in reviewed(shipped_workbook()).items():
        path = GOLDEN / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    TEMPLATE.write_bytes(template_of_today())
    SELF_CHECK_BOOK.write_bytes(self_check_of_today())


if __name__ == "__main__":
    write()

"""Ledgers in workbooks of other kinds than .xlsx: opened within bounds of memory and time.

Their formats are many and old, so they are not measured part by part. Another process, which may
take only so much, opens such a file first: what fills the memory fills that one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from xlfuncs.errors import format_size
from xlfuncs.ledgers.cell_errors import find_errors, show_errors
from xlfuncs.ledgers.columns import FEW_BYTES, Form
from xlfuncs.ledgers.ledger import Source
from xlfuncs.ledgers.workbook_source import (
    FEW_CELLS,
    FEW_ROWS,
    ROW,
    explain_damage,
    load_workbook,
    stage_sheet,
)
from xlfuncs.ledgers.workbook_source_limits import ALONE, SPAN
from xlfuncs.pricing.outcomes import BadInput

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MIB = 2**20

FEW_MEMORY, MEMORY = 512 * MIB, 30
"""Bytes of addresses for a file of a few bytes, and those for each further byte of a file."""

SECONDS, BYTES_A_SECOND = 5, 2**20
"""Seconds of a processor for any file, and the bytes for which there is one more."""

UNPACKED = 50
"""How many times its size and that of a small file a file may say that it unpacks to."""

PROBE = """
import sys
path, sheet, memory, seconds = sys.argv[1:]
try:
    import resource
    for limit, most in (("AS", memory), ("CPU", seconds), ("CORE", 0)):
        resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (int(most), int(most)))
except (ImportError, ValueError, OSError):
    pass
from python_calamine import CalamineError, load_workbook
try:
    load_workbook(path).get_sheet_by_index(int(sheet))
except (CalamineError, OSError):
    pass
"""
"""Opens a sheet within limits, where the system has them; what else is wrong is said later."""


def open_other_workbook(path: Path, form: Form, folder: Path) -> Source:
    """Open the cells of a sheet of an .xls, .xlsb or .ods as text. Raises BadInput."""
    _refuse_unpacked(path)
    _try_first(path, 0)
    with explain_damage():
        workbook = load_workbook(path)
        position = _find_sheet(workbook, form.sheet)
        if position:
            _try_first(path, position)
        sheet = workbook.get_sheet_by_index(position)
    size = path.stat().st_size
    rows, cells = FEW_ROWS + size // ROW, FEW_CELLS + max(0, size - FEW_BYTES)
    _refuse_many(sheet, rows, cells)
    errors = find_errors(path, position, cells, _most_unpacked(path))
    _refuse_rows(errors.rows, rows)
    # in .ods days are texts, not numbers that count from some year
    may_be_1904 = path.suffix.lower() != ".ods"
    return stage_sheet(
        sheet, lambda: show_errors(sheet, errors), form, folder, date1904=may_be_1904
    )


def _find_sheet(workbook: CalamineWorkbook, chosen: str | None) -> int:
    """The position of the named sheet, or of the first that people see. Raises BadInput."""
    from python_calamine import SheetVisibleEnum

    sheets = workbook.sheets_metadata
    if chosen is None:
        visible = (at for at, each in enumerate(sheets) if each.visible == SheetVisibleEnum.Visible)
        return next(visible, 0)
    names = [each.name for each in sheets]
    if chosen not in names:
        has = ", ".join(map(repr, names))
        raise BadInput(f"has no sheet {chosen!r}, which --sheet names; it has {has}")
    return names.index(chosen)


def _refuse_many(sheet: CalamineSheet, rows: int, cells: int) -> None:
    """Raise BadInput for more rows or cells than a ledger in a file of that size has."""
    _refuse_rows(sheet.total_height, rows)
    if sheet.total_height * sheet.total_width > SPAN * cells:
        raise BadInput(
            f"its cells are far apart: they span {sheet.total_height:,} rows and "
            f"{sheet.total_width:,} columns; {ALONE}"
        )


def _refuse_rows(found: int, most: int) -> None:
    if found > most:
        raise BadInput(f"has more than {most:,} rows on its sheet; {ALONE}")


def _most_unpacked(path: Path) -> int:
    return UNPACKED * (FEW_BYTES + path.stat().st_size)


def _refuse_unpacked(path: Path) -> None:
    """Raise BadInput for a package that says it unpacks to far more than a ledger of its size."""
    try:
        with ZipFile(path) as package:
            unpacked = sum(part.file_size for part in package.infolist())
    except (BadZipFile, NotImplementedError, ValueError):
        return  # an .xls is no package; a damaged one is refused by the library
    most = _most_unpacked(path)
    if unpacked > most:
        raise BadInput(
            f"unpacks to {format_size(unpacked)}; expected at most {format_size(most)}; {ALONE}"
        )


def _try_first(path: Path, sheet: int) -> None:
    """Raise BadInput for a sheet that cannot be opened within the bounds for its size."""
    size = path.stat().st_size
    memory = FEW_MEMORY + MEMORY * max(0, size - FEW_BYTES)
    seconds = SECONDS + size // BYTES_A_SECOND
    command = [sys.executable, "-P", "-c", PROBE, path, sheet, memory, seconds]
    try:
        tried = subprocess.run(  # noqa: S603 - our own program
            list(map(str, command)), capture_output=True, timeout=4 * seconds, check=False
        )
    except subprocess.TimeoutExpired:
        tried = None
    if tried is None or tried.returncode:
        raise BadInput(
            f"is damaged, or takes more than {format_size(memory)} of memory or {seconds} seconds "
            f"to open; {ALONE}"
        )

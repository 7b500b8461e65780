"""The sheet Checks: what is wrong or doubtful now, and the day of the build."""

from __future__ import annotations

from collections import Counter
from datetime import date

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.functions.evaluate import CHECK_TITLES
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.row_checks import Severity
from xlfuncs.sheets.schema import CHECKS
from xlfuncs.xlsx.formulas import Block, Formula, Formulas, write_block, write_formula
from xlfuncs.xlsx.lambdas.definitions import cell_of
from xlfuncs.xlsx.styles import (
    CALCULATED_STYLE,
    HINT,
    LABEL,
    PLAIN,
    TEXT,
    protect,
    set_up_page,
    set_widths,
    write_cell,
    write_top,
)

BUILT_ROW, COUNT_ROW = 4, 5
WIDTHS = (20, 20, 80, 46)
BLOCK = Block("CHECK", "A", 10, (PLAIN,) * len(WIDTHS), "A")
SEVERITIES = tuple(Severity)

PROBLEMS = cell_of("Found", "Problems")
"""The cell with the number of wrong cells, in a workbook whose functions are names."""

BY_THE_BUILD = "Found on the day of the build; `xlfuncs check` on this file looks for it again."
NOW_ROW = COUNT_ROW + len(SEVERITIES)

MEANINGS = {
    Severity.ERROR: "Keeps prices back, or keeps them from being right",
    Severity.WARNING: "Is probably a slip",
    Severity.NOTE: "Is assumed, not on file, or worth knowing",
}


def count_cell(severity: Severity) -> str:
    """Where the findings of a severity are counted."""
    return f"B{COUNT_ROW + SEVERITIES.index(severity)}"


def write_checks(
    sheet: Worksheet, name: str, formulas: Formulas, built: date
) -> tuple[dict[str, Cell], Counter[Severity]]:
    """Fill the sheet. Returns the values of its formulas, and how many findings there are."""
    note = "What is wrong or doubtful on Tiers, Amendments and Contract, as they are now."
    live = formulas.has(BLOCK.function)
    write_top(sheet, "Checks", note if live else BY_THE_BUILD)
    write_cell(sheet, f"A{BUILT_ROW}", "Workbook built on", LABEL)
    write_cell(sheet, f"B{BUILT_ROW}", f"{built}", TEXT)
    set_widths(sheet, WIDTHS)
    findings = write_block(sheet, BLOCK, [], formulas)
    found = Counter(Severity(str(severity)) for severity, *_ in findings.lines)
    now_wrong = "" if live else f"+{PROBLEMS}"
    values = findings.values | _write_counts(sheet, found, format_check(formulas), now_wrong)
    values |= {} if live else _write_reading(sheet)
    set_up_page(sheet, name, BLOCK.first_row)
    sheet.freeze_panes = f"A{BLOCK.first_row + 1}"
    protect(sheet)
    return values, found


def format_check(formulas: Formulas, *, elsewhere: bool = False) -> str:
    """Write a formula that is true where the functions work, on this sheet or `elsewhere`.

    Where they do not, some hosts show a text and not an error. The star is for LibreOffice, which
    takes a text that a function returns to be equal to no other, but finds it by its beginning.
    """
    if not formulas.has(BLOCK.function):
        return f"ISNUMBER({PROBLEMS})"
    titles = f"{CHECKS}!{BLOCK.titles}" if elsewhere else BLOCK.titles
    return f'ISNUMBER(MATCH("{CHECK_TITLES[0]}*",{titles},0))'


def _write_reading(sheet: Worksheet) -> dict[str, Cell]:
    """Whether the sheets can be read now, which formulas alone can tell."""
    write_cell(sheet, f"A{NOW_ROW}", "Cells wrong now", LABEL)
    first = Formula(cell_of("Found", "The first"), "")
    return {
        **write_formula(sheet, f"B{NOW_ROW}", Formula(PROBLEMS, 0), CALCULATED_STYLE),
        **write_formula(sheet, f"C{NOW_ROW}", first, HINT),
    }


def _write_counts(
    sheet: Worksheet, found: Counter[Severity], works_here: str, now_wrong: str
) -> dict[str, Cell]:
    """The counts; `#N/A` and not 0 where the function itself does not work.

    `now_wrong` is added to the errors: what went wrong after the build, if the findings are its.
    """
    values: dict[str, Cell] = {}
    for row, severity in enumerate(SEVERITIES, COUNT_ROW):
        write_cell(sheet, f"A{row}", f"{severity.value.capitalize()}s", LABEL)
        write_cell(sheet, f"C{row}", MEANINGS[severity], HINT)
        counted = f'COUNTIF({BLOCK.below("A")},"{severity.value}*")'
        also = now_wrong if severity is Severity.ERROR else ""
        formula = Formula(f"IF({works_here},{counted}{also},NA())", found[severity])
        values |= write_formula(sheet, count_cell(severity), formula, CALCULATED_STYLE)
    return values

"""The sheet Checks: what is wrong or doubtful now, and the day of the build."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.functions.evaluate import CHECK_TITLES
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.row_checks import Severity
from xlfuncs.sheets.schema import CHECKS
from xlfuncs.xlsx.formulas import LONGEST, Block, Formula, Formulas, write_block, write_formula
from xlfuncs.xlsx.lambdas.definitions import cell_of
from xlfuncs.xlsx.lambdas.live_findings import NOT_CHECKED
from xlfuncs.xlsx.styles import (
    CALCULATED_STYLE,
    CELL_LINK,
    HEADING,
    HINT,
    LABEL,
    LINK_TO_COME,
    PLAIN,
    TEXT,
    WORDS,
    emphasize,
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

NOW = "What is wrong or doubtful on Tiers, Amendments and Contract, as they are now."
BY_FORMULAS = f"{NOW} Below '{NOT_CHECKED}' is what the build found; `xlfuncs check` looks again."

MEANINGS = {
    Severity.ERROR: "Prices are missing or wrong",
    Severity.WARNING: "Probably a mistake",
    Severity.NOTE: "Assumed, not on file, or worth knowing",
}

LINKS, LINK_WIDTH = "E", 13
"""The column with a link to the cell of each finding."""

MORE_LINKS = 10
"""Links for findings to come."""


def count_cell(severity: Severity) -> str:
    """Where the findings of a severity are counted."""
    return f"B{COUNT_ROW + SEVERITIES.index(severity)}"


def write_checks(
    sheet: Worksheet, name: str, formulas: Formulas, built: date
) -> tuple[dict[str, Cell], Counter[Severity]]:
    """Fill the sheet. Returns the values of its formulas, and how many findings there are."""
    write_top(sheet, "Checks", BY_FORMULAS if formulas.are_lambdas else NOW)
    write_cell(sheet, f"A{BUILT_ROW}", "Workbook built on", LABEL)
    write_cell(sheet, f"B{BUILT_ROW}", f"{built}", TEXT)
    set_widths(sheet, (*WIDTHS, LINK_WIDTH))
    findings = write_block(sheet, BLOCK, [], formulas)
    stated = [f"{severity}" for severity, *_ in findings.lines]
    found = Counter({each: stated.count(each.value) for each in SEVERITIES})
    values = findings.values | _write_counts(sheet, found, format_check(formulas))
    if formulas.are_lambdas:
        below = f"{BLOCK.column}{BLOCK.first_row + 1}"
        reach = f"{below}:{BLOCK.last_column}{BLOCK.first_row + LONGEST}"
        emphasize(sheet, reach, f'${below}="{NOT_CHECKED}"')
        last_live = len(stated) - stated[::-1].index(NOT_CHECKED)
        _write_counts_as_built(sheet, stated[last_live:])
    values |= _write_links(sheet, [f"{where}" for _, where, *_ in findings.lines])
    set_up_page(sheet, name, BLOCK.first_row)
    sheet.freeze_panes = f"A{BLOCK.first_row + 1}"
    protect(sheet)
    return values, found


def format_check(formulas: Formulas, *, elsewhere: bool = False) -> str:
    """Write a formula that is true where the functions work, on this sheet or `elsewhere`.

    Where they do not, some hosts show a text and not an error. The star is for LibreOffice, which
    takes a text that a function returns to be equal to no other, but finds it by its beginning.
    """
    if formulas.are_lambdas:
        return f"ISNUMBER({cell_of('Found', 'Problems')})"
    titles = f"{CHECKS}!{BLOCK.titles}" if elsewhere else BLOCK.titles
    return f'ISNUMBER(MATCH("{CHECK_TITLES[0]}*",{titles},0))'


def _write_counts(sheet: Worksheet, found: Counter[Severity], works_here: str) -> dict[str, Cell]:
    """The counts; `#N/A` and not 0 where the function itself does not work."""
    values: dict[str, Cell] = {}
    for row, severity in enumerate(SEVERITIES, COUNT_ROW):
        write_cell(sheet, f"A{row}", f"{severity.value.capitalize()}s", LABEL)
        write_cell(sheet, f"C{row}", MEANINGS[severity], HINT)
        counted = f'COUNTIF({BLOCK.below("A")},"{severity.value}*")'
        formula = Formula(f"IF({works_here},{counted},NA())", found[severity])
        values |= write_formula(sheet, count_cell(severity), formula, CALCULATED_STYLE)
    return values


def _write_counts_as_built(sheet: Worksheet, built: Sequence[str]) -> None:
    """How many of them are not checked since the build, in a workbook whose functions are names."""
    for row, severity in enumerate(SEVERITIES, COUNT_ROW):
        count = built.count(severity.value)
        text = f"{count} of them as of the build, the others as of now" if count else "as of now"
        write_cell(sheet, f"D{row}", text, HINT)


def _write_links(sheet: Worksheet, places: Sequence[str]) -> dict[str, Cell]:
    """Links to the cells of the findings; one by one, for of a spilled table they do not work."""
    write_cell(sheet, f"{LINKS}{BLOCK.first_row}", "Link", WORDS[HEADING])
    values: dict[str, Cell] = {}
    for index in range(len(places) + MORE_LINKS):
        row = BLOCK.first_row + 1 + index
        where = places[index] if index < len(places) else ""
        text = f'IF(ISNUMBER(FIND("!",B{row})),HYPERLINK("#"&B{row},"Go to cell"),"")'
        formula = Formula(text, "Go to cell" if "!" in where else "")
        style = CELL_LINK if index < len(places) else LINK_TO_COME
        values |= write_formula(sheet, f"{LINKS}{row}", formula, style)
    return values

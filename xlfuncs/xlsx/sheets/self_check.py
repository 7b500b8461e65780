"""The sheet Self-check: functions' answers beside the core's, and how many differ, in one cell."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.cell import absolute_coordinate
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.draft import BLANK, Draft
from xlfuncs.sheets.schema import COLUMNS, FIELDS, column_letter
from xlfuncs.xlsx.formulas import Formula, Formulas, write_formula
from xlfuncs.xlsx.self_check import (
    SELF_CHECK,
    SELF_CHECK_TABLES,
    Calculate,
    Check,
    Edit,
    SelfCheck,
    Spill,
    plan_self_check,
)
from xlfuncs.xlsx.styles import (
    CALCULATED_WORDS,
    CHOSEN,
    DAY,
    HEADING_OF_WORDS,
    HINT,
    LABEL,
    PLAIN,
    POINT,
    SECTION,
    TITLE,
    UNIT_PRICE,
    protect,
    set_up_page,
    set_widths,
    write_cell,
    write_input,
    write_top,
)

WIDTHS = (8, 47, 44, 31, 31, 15)
HEADINGS = ("No.", "What is tested", "Formula", "The function's answer", "Expected", "Same?")
EDIT_HEADINGS = ("Edit", "What to do", "Formula", HEADINGS[3], "Expected now", "Outcome")
LETTERS = NUMBER, TESTED, CALL, ANSWER, EXPECTED, SAME = "ABCDEF"
DIFFERING = "G"
"""The hidden column that gathers, from line to line, the numbers of the checks that differ."""

RESULT, DETAIL, EXCEL, LINE = "A4", "A5", "C11", "A14"
"""The cells with the result, how much of it was calculated, the person's Excel, and the report."""

STEPS_ROW = 7
STEPS = (
    "1. If a yellow bar appears, click Enable Editing. Wait until the line above shows the number "
    "of differences. The functions work in Excel 365 and Excel 2024, not in older versions.",
    "2. Make the two edits below, one after the other; click one to go to it. The row that you "
    "copy becomes the last row of its table. Each edit then says 'as expected' or not.",
    "3. Type what you opened this in, with its version (File, Account), such as 'Excel for Windows "
    "2609' or 'Excel on an iPhone':",
)
STEPS_WITHOUT_EDITS = (
    STEPS[0],
    "2. There is nothing to edit: this contract has no price that an edit could change.",
    STEPS[2],
)
LAST_STEP = "4. Send this line to whoever gave you the workbook, even if there are no differences:"

EDIT_ROW, FIRST_ROW = 17, 21
"""The titles of the edits, and the titles of the checks."""

WAITING = "not calculated yet"
"""The stored value of everything that is to be calculated, so that no program that calculates
nothing shows a result."""

SAME_WORD, DIFFERENT, NOT_CALCULATED, NO_FUNCTION = (
    "same",
    "different",
    "not calculated",
    "no function",
)
LAST_BIT = "5E-16"
"""The part of a number by which it may differ: less than a cent of any amount to the cent."""

EVERY_CELL = "every cell as expected"
AS_EXPECTED, NOT_DONE, NOT_AS_EXPECTED = "as expected", "not done yet", "NOT as expected"

# The sheet with the ranges: lines of questions, what the functions return, what is expected.

COPY_ROW = 6
"""The row of the amendment that is copied in the second edit; its titles are above it."""

COPIED = f"A{COPY_ROW}:{column_letter(len(COLUMNS) - 1)}{COPY_ROW}"
FIRST_BLOCK_ROW = 9
RETURNED_FROM, EXPECTED_FROM, DIFFERS_FROM = 4, 13, 22
"""The index of the first column that a function returns to, of what is expected there, and of where
they differ; the widest table has eight columns, and a blank one after it."""

RETURNED = column_letter(RETURNED_FROM)


def write_self_check(
    workbook: Workbook, draft: Draft, contract: Contract, calculate: Calculate, built: date
) -> dict[str, tuple[Worksheet, dict[str, Cell]]]:
    """Add both sheets. Returns each by its name, with the values of its formulas."""
    from importlib.metadata import version

    plan, formulas = plan_self_check(draft, contract, calculate), calculate(draft)
    checks = workbook.create_sheet(SELF_CHECK, 0)
    tables = workbook.create_sheet(SELF_CHECK_TABLES)
    lines, of_tables = _write_tables(tables, plan, formulas)
    of_checks, results = _write_checks(checks, plan, lines, formulas)
    made_of = f"xlfuncs {version('xlfuncs')} self-check {contract.prefix} of {built}"
    _write_top(checks, results, plan.edits, made_of, of_checks)
    write_top(checks, SELF_CHECK, f"Does this Excel calculate as it should? {contract.name}")
    for sheet, heading_row in ((checks, FIRST_ROW), (tables, None)):
        set_up_page(sheet, contract.name, heading_row)
        protect(sheet)
    return {SELF_CHECK: (checks, of_checks), SELF_CHECK_TABLES: (tables, of_tables)}


@dataclass(frozen=True, slots=True)
class Line:
    """A check as a line of the sheet: in words, the call, the formula that answers, and what it
    should answer. `cell` is where the range is on the other sheet that the formula is about."""

    tested: str
    call: str
    formula: str
    expected: Cell
    cell: str = ""


# The sheet with the result and the checks.


def _write_checks(
    sheet: Worksheet, plan: SelfCheck, of_tables: Sequence[Line], formulas: Formulas
) -> tuple[dict[str, Cell], Results]:
    """Write the checks and the edits. Returns the values of their formulas, and the results."""
    set_widths(sheet, WIDTHS)
    groups = {
        title: [_make_line(check, formulas) for check in checks]
        for title, checks in plan.groups.items()
    }
    groups[f"Ranges and tables, on {SELF_CHECK_TABLES}"] = list(of_tables)
    for letter, heading in zip(LETTERS, HEADINGS, strict=True):
        write_cell(sheet, f"{letter}{FIRST_ROW}", heading, HEADING_OF_WORDS)
    values: dict[str, Cell] = {}
    row, count, differing = FIRST_ROW, 0, '""'
    for title, lines in groups.items():
        row += 1
        write_cell(sheet, f"{NUMBER}{row}", title, SECTION)
        for line in lines:
            row, count = row + 1, count + 1
            values |= _write_line(sheet, row, count, line)
            differs = f'OR({SAME}{row}="{DIFFERENT}",{SAME}{row}="{NO_FUNCTION}")'
            formula = Formula(f'{differing}&IF({differs}," "&{NUMBER}{row},"")', "")
            differing = f"{DIFFERING}{row}"
            values |= write_formula(sheet, differing, formula, POINT)
    _write_edits(sheet, plan.edits, formulas, values)
    _mark(sheet, row)
    sheet.column_dimensions[DIFFERING].hidden = True
    return values, Results(f"{SAME}{FIRST_ROW + 1}:{SAME}{row}", differing, count)


def _make_line(check: Check, formulas: Formulas) -> Line:
    call = formulas.call(check.function, (each.text for each in check.arguments))
    return Line(check.tested, call, call, check.answer(formulas))


def _write_line(sheet: Worksheet, row: int, count: int, line: Line) -> dict[str, Cell]:
    """Write a check. Returns the values of its formulas."""
    for letter, cell in ((NUMBER, count), (TESTED, line.tested), (CALL, f"={line.call}")):
        write_cell(sheet, f"{letter}{row}", cell, CALCULATED_WORDS)
    if line.cell:
        _link(sheet, f"{TESTED}{row}", SELF_CHECK_TABLES, line.cell)
    answer, wanted = f"{ANSWER}{row}", f"{EXPECTED}{row}"
    write_cell(sheet, wanted, line.expected, CALCULATED_WORDS, UNIT_PRICE)
    compared = f'IF({format_same(answer, wanted)},"{SAME_WORD}","{DIFFERENT}")'
    result = (
        f'IF(ISERROR({answer}),IF(ERROR.TYPE({answer})=5,"{NO_FUNCTION}",{compared}),'
        f'IF(EXACT({answer},"{WAITING}"),"{NOT_CALCULATED}",{compared}))'
    )
    return {
        **write_formula(
            sheet, answer, Formula(line.formula, WAITING), CALCULATED_WORDS, UNIT_PRICE
        ),
        **write_formula(sheet, f"{SAME}{row}", Formula(result, NOT_CALCULATED), CALCULATED_WORDS),
    }


def format_same(one: str, other: str) -> str:
    """Write a formula that is true where two cells are the same.

    Errors are compared by their kind, texts letter by letter, numbers to the 15 digits that a
    spreadsheet has (a rate is a product, whose last bit may differ); no number is equal to a text
    or to TRUE.
    """
    return (
        f"IF(ISERROR({one}),IF(ISERROR({other}),ERROR.TYPE({one})=ERROR.TYPE({other}),FALSE),"
        f"IF(ISERROR({other}),FALSE,"
        f"IF(ISNUMBER({one}),IF(ISNUMBER({other}),ABS({one}-{other})<=ABS({other})*{LAST_BIT},FALSE),"
        f"IF(ISNUMBER({other}),FALSE,IF(ISLOGICAL({one}),FALSE,EXACT({one},{other}))))))"
    )


@dataclass(frozen=True, slots=True)
class Results:
    """The cells that say of each check how it came out, the one that has the numbers of those that
    differ, and how many checks there are."""

    cells: str
    differing: str
    count: int

    def number_of(self, *words: str) -> str:
        return "+".join(f'COUNTIF({self.cells},"{word}")' for word in words)


def _write_top(
    sheet: Worksheet, results: Results, edits: Sequence[Edit], made_of: str, values: dict[str, Cell]
) -> None:
    """Write the result, what to do, and the line to report; `made_of` is how that line begins."""
    different = results.number_of(DIFFERENT, NO_FUNCTION)
    waiting, nothing = f"{results.number_of(NOT_CALCULATED)}>0", WAITING.capitalize()
    result = (
        f'IF({waiting},"{nothing}",'
        f'IF({results.number_of(NO_FUNCTION)}>0,"This Excel does not know the functions",'
        f'IF({different}=1,"1 difference",({different})&" differences")))'
    )
    done = f"({results.number_of(SAME_WORD, DIFFERENT)})"
    detail = Formula(
        f'{done}&" of {results.count} checks calculated"',
        f"0 of {results.count} checks calculated",
    )
    which = f'IF({different}=0,""," (no."&{results.differing}&")")'
    outcomes = "".join(
        f'&"; edit {number}: "&{SAME}{EDIT_ROW + number}' for number in range(1, len(edits) + 1)
    )
    report = (
        f'"{made_of}, "&IF({EXCEL}="","Excel not named",{EXCEL})&": "&IF({waiting},"{WAITING}",'
        f'({different})&" of {results.count} differ"&{which}){outcomes}'
    )
    values |= write_formula(sheet, RESULT, Formula(result, nothing), TITLE)
    values |= write_formula(sheet, DETAIL, detail, LABEL)
    values |= write_formula(sheet, LINE, Formula(report, nothing), LABEL)
    for address, size in ((RESULT, 28), (LINE, 11)):
        font = copy(sheet[address].font)
        font.size, font.bold = size, True
        sheet[address].font = font
    sheet.row_dimensions[sheet[RESULT].row].height = 40
    write_cell(sheet, f"A{STEPS_ROW}", "What to do", SECTION)
    for row, step in enumerate(STEPS if edits else STEPS_WITHOUT_EDITS, STEPS_ROW + 1):
        write_cell(sheet, f"A{row}", step, LABEL)
    write_cell(sheet, f"B{sheet[EXCEL].row}", "Opened in", LABEL)
    write_cell(sheet, EXCEL, None, CHOSEN)
    write_cell(sheet, f"A{sheet[LINE].row - 1}", LAST_STEP, LABEL)


def _write_edits(
    sheet: Worksheet, edits: Sequence[Edit], formulas: Formulas, values: dict[str, Cell]
) -> None:
    """Lead through the edits: what to type, the answer now, what it should be, and a word of it."""
    if not edits:
        return
    write_cell(sheet, f"A{EDIT_ROW - 1}", "Two edits", SECTION)
    for letter, heading in zip(LETTERS, EDIT_HEADINGS, strict=True):
        write_cell(sheet, f"{letter}{EDIT_ROW}", heading, HEADING_OF_WORDS)
    for number, edit in enumerate(edits, 1):
        row = EDIT_ROW + number
        call = formulas.call(edit.check.function, (each.text for each in edit.check.arguments))
        cells = (number, _describe(edit), f"={call}")
        for letter, cell in zip((NUMBER, TESTED, CALL), cells, strict=True):
            write_cell(sheet, f"{letter}{row}", cell, CALCULATED_WORDS)
        _link(sheet, f"{TESTED}{row}", *_first_stop(edit))
        answer, wanted = f"{ANSWER}{row}", f"{EXPECTED}{row}"
        is_done, is_other_done = _is_done(edit), _is_done(edits[-number])
        now = f"IF({is_other_done},{edit.before_with_other},{edit.before})"
        outcome = (
            f'IF(IFERROR(EXACT({answer},"{WAITING}"),FALSE),"{NOT_CALCULATED}",'
            f'IF({format_same(answer, wanted)},IF({is_done},"{AS_EXPECTED}","{NOT_DONE}"),'
            f'"{NOT_AS_EXPECTED}"))'
        )
        for address, formula in (
            (answer, Formula(call, WAITING)),
            (wanted, Formula(f"IF({is_done},{edit.after},{now})", WAITING)),
            (f"{SAME}{row}", Formula(outcome, NOT_CALCULATED)),
        ):
            values |= write_formula(sheet, address, formula, CALCULATED_WORDS, UNIT_PRICE)


def _is_done(edit: Edit) -> str:
    """Write a formula that is true once the edit is made."""
    return f"{edit.sheet}!{absolute_coordinate(edit.cell)}={edit.value}"


def _is_row(edit: Edit) -> bool:
    """Whether a whole row is added."""
    return len(edit.row) > 1


def _first_stop(edit: Edit) -> tuple[str, str]:
    """Where the person goes first: to the row that is copied, or to the cell that is typed over."""
    return (SELF_CHECK_TABLES, f"A{COPY_ROW}") if _is_row(edit) else (edit.sheet, edit.cell)


def _describe(edit: Edit) -> str:
    if _is_row(edit):
        return f"Copy {SELF_CHECK_TABLES}!{COPIED} to {edit.sheet}!{edit.cell}"
    title = FIELDS[next(iter(edit.row))].title
    return f"Type {edit.value} into {edit.sheet}!{edit.cell} ({title})"


def _link(sheet: Worksheet, address: str, target: str, cell: str) -> None:
    sheet[address].hyperlink = Hyperlink(ref=address, location=f"'{target}'!{cell}")
    font = copy(sheet[address].font)
    font.underline = "single"
    sheet[address].font = font


def _mark(sheet: Worksheet, last_row: int) -> None:
    """Mark what differs, in letters that are read in black and white, too."""
    style = DifferentialStyle(
        font=Font(bold=True, color="FFFFFF"), fill=PatternFill("solid", bgColor="9C1C1C")
    )
    first = f"{SAME}{EDIT_ROW}"
    words = (f'{first}="{word}"' for word in (DIFFERENT, NO_FUNCTION, NOT_AS_EXPECTED))
    rule = Rule("expression", formula=[f"OR({','.join(words)})"], dxf=style)
    sheet.conditional_formatting.add(f"{first}:{SAME}{last_row}", rule)


# The sheet with the ranges and tables, and the row to copy.


def _write_tables(
    sheet: Worksheet, plan: SelfCheck, formulas: Formulas
) -> tuple[list[Line], dict[str, Cell]]:
    """Fill the sheet. Returns its checks, and the values of its formulas."""
    write_top(sheet, SELF_CHECK_TABLES, f"What the checks at the end of {SELF_CHECK} refer to.")
    set_widths(sheet, (14 if index < DIFFERS_FROM else 6 for index in range(len(COLUMNS))))
    for edit in filter(_is_row, plan.edits):
        words = f"Copy {COPIED} to {edit.sheet}!{edit.cell}, below its last row"
        write_cell(sheet, f"A{COPY_ROW - 2}", words, SECTION)
        _link(sheet, f"A{COPY_ROW - 2}", edit.sheet, edit.cell)
        for index, column in enumerate(COLUMNS):
            letter = column_letter(index)
            write_cell(sheet, f"{letter}{COPY_ROW - 1}", column.title, HEADING_OF_WORDS)
            write_input(sheet, f"{letter}{COPY_ROW}", edit.row.get(column.field, BLANK), column)
    lines: list[Line] = []
    values: dict[str, Cell] = {}
    row = FIRST_BLOCK_ROW
    for spill in plan.spills:
        expected = spill.answer(formulas)
        line, of_spill = _write_spill(sheet, spill, expected, row, formulas)
        lines.append(line)
        values |= of_spill
        row += len(expected) + 4
    return lines, values


def _write_spill(
    sheet: Worksheet,
    spill: Spill,
    expected: list[list[Cell]],
    row: int,
    formulas: Formulas,
) -> tuple[Line, dict[str, Cell]]:
    """Write a range: what is asked, what is returned, what is expected, and where these differ.

    Returns the line that counts the differences, and the values of the formulas.
    """
    first_row, last_row, width = row + 2, row + 1 + len(expected), len(expected[0])
    write_cell(sheet, f"A{row}", f"{spill.function}: {spill.tested}", SECTION)
    for index, word in (
        *([(0, "asked")] if spill.lines else []),
        (RETURNED_FROM, "the function's answer"),
        (EXPECTED_FROM, "expected"),
        (DIFFERS_FROM, "1: differs"),
    ):
        write_cell(sheet, f"{column_letter(index)}{row + 1}", word, HINT)
    for number, line in enumerate(spill.lines, first_row):
        for index, cell in enumerate(line):
            shown = DAY if isinstance(cell, date) else PLAIN
            write_cell(sheet, f"{column_letter(index)}{number}", cell, HINT, shown)
    formats = [DAY, DAY] if spill.function == "TIMELINE" else []
    formats += [PLAIN] * (width - len(formats))
    for number, cells in enumerate(expected, first_row):
        for index, (cell, shown) in enumerate(zip(cells, formats, strict=True)):
            for start, content in ((RETURNED_FROM, None), (EXPECTED_FROM, cell)):
                address = f"{column_letter(start + index)}{number}"
                blank = None if content == "" else content
                write_cell(sheet, address, blank, HINT, shown)
    arguments = [
        each.text
        if isinstance(each, Formula)
        else f"{column_letter(each[0])}{first_row}:{column_letter(each[-1])}{last_row}"
        for each in spill.arguments
    ]
    call, first = formulas.call(spill.function, arguments), f"{RETURNED}{first_row}"
    last = column_letter(RETURNED_FROM + width - 1)
    sheet[first].value = ArrayFormula(f"{first}:{last}{last_row}", f"={call}")
    values: dict[str, Cell] = {first: WAITING}
    # a row and a column more than expected, which have to be blank
    for number in range(first_row, last_row + 2):
        for index in range(width + 1):
            returned, wanted, differs = (
                f"{column_letter(start + index)}{number}"
                for start in (RETURNED_FROM, EXPECTED_FROM, DIFFERS_FROM)
            )
            formula = Formula(f'IF({format_same(returned, wanted)},"",1)', "")
            values |= write_formula(sheet, differs, formula, POINT)
    area = (
        f"'{SELF_CHECK_TABLES}'!${column_letter(DIFFERS_FROM)}${first_row}:"
        f"${column_letter(DIFFERS_FROM + width)}${last_row + 1}"
    )
    counted = f'IF(SUM({area})=0,"{EVERY_CELL}",SUM({area})&" cells differ")'
    return Line(spill.tested, call, counted, EVERY_CELL, first), values

"""Compare two workbooks cell by cell, and find what a rebuild would lose of an edited one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from xlfuncs.sheets.cells import Cell, format_cell, is_blank
from xlfuncs.sheets.draft import BLANK, Draft, InputCell
from xlfuncs.sheets.reader import read_particulars
from xlfuncs.sheets.schema import (
    CONTRACT,
    INPUT_COLUMNS,
    LAMBDA_ROWS,
    POINTS,
    SETTINGS,
    column_letter,
)
from xlfuncs.xlsx.cell_values import SheetCell
from xlfuncs.xlsx.generated_content import (
    TextsByPlace,
    find_generated_content,
    format_compared,
    is_code,
    is_own_chart,
    is_recorded,
    list_objects,
    parse_record,
    read_code,
)
from xlfuncs.xlsx.package import refuse_damage, workbook_kind
from xlfuncs.xlsx.reader import OpenWorkbook, Sheet, open_workbook
from xlfuncs.xlsx.user_input import read_draft


@dataclass(frozen=True, slots=True)
class Differences:
    """Where a workbook is not what it should be, a line each, in the order of the sheets.

    That is first what is input or added, then what is calculated from it.
    """

    input: list[str]
    calculated: list[str]

    @property
    def lines(self) -> list[str]:
        """All of them."""
        return [*self.input, *self.calculated]


def compare_workbooks(found: bytes, expected: bytes) -> Differences:
    """Compare two workbooks cell by cell. Raises FileFormatError."""
    calculated: list[str] = []
    with refuse_damage():
        return Differences(list(_compare(found, expected, calculated)), calculated)


def _compare(found: bytes, expected: bytes, calculated: list[str]) -> Iterator[str]:
    one, other = open_workbook(found), open_workbook(expected)
    for name in other.titles:
        sheet, should_be = one.find_sheet(name), other.find_sheet(name)
        if sheet is None:
            yield f"the sheet {name!r}: missing"
        elif should_be is not None:
            yield from _compare_sheets(sheet, should_be, calculated)
    added = (title for title in one.titles if other.find_sheet(title) is None)
    yield from (f"the sheet {title!r}: not expected" for title in added)
    kind, expected_kind = workbook_kind(one.package), workbook_kind(other.package)
    if kind != expected_kind:
        yield f"the file: is {kind}; expected {expected_kind}"
    known, objects = list_objects(other), list_objects(one)
    yield from (f"{each}: not expected" for each in objects if each not in known)
    yield from (f"{each}: missing" for each in known if each not in objects)
    code, expected_code = read_code(one.package), read_code(other.package)
    for place in dict.fromkeys([*expected_code, *code]):
        if code.get(place) != expected_code.get(place):
            yield f"{place}: not the same as in a new build"


def _compare_sheets(found: Sheet, expected: Sheet, calculated: list[str]) -> Iterator[str]:
    none: dict[int, SheetCell] = {}
    blank = SheetCell(None, number_format="")
    for number, (here, there) in enumerate(
        zip_longest(_filled_cells(found), _filled_cells(expected), fillvalue=none), 1
    ):
        for index in sorted({*here, *there}):
            is_, should_be = here.get(index, blank), there.get(index, blank)
            if found.name == LAMBDA_ROWS and _is_calculated(is_, should_be):
                continue  # which a build leaves to the program that opens the workbook
            text = _compare_cells(is_, should_be)
            line = f"{found.name}!{column_letter(index)}{number}: {text}"
            if text and (found.name not in INPUT_COLUMNS or should_be.formula is not None):
                calculated.append(line)
            elif text:
                yield line


def _is_calculated(found: SheetCell, expected: SheetCell) -> bool:
    """Whether a cell of the sheet Rows has the formula expected, or a value that one spills."""
    if expected.formula is not None:
        return _compared_input(found) == _compared_input(expected)
    return expected.value is None and found.formula is None


def _filled_cells(sheet: Sheet) -> Iterator[dict[int, SheetCell]]:
    """The cells of each row that are not blank, by their index."""
    for row in sheet.rows:
        yield {
            index: cell
            for index, cell in enumerate(row)
            if cell.formula is not None or not is_blank(cell.value)
        }


def _compare_cells(found: SheetCell, expected: SheetCell) -> str:
    """In words where a cell differs, blank where it does not."""
    has_formula = found.formula is not None or expected.formula is not None
    if has_formula and _compared_input(found) != _compared_input(expected):
        is_, should_be = (
            each.formula_text or format_cell(each.value) for each in (found, expected)
        )
        return f"{is_}; expected {should_be}"
    if _compared_value(found.value) != _compared_value(expected.value):
        shows = "" if found.formula is None else "shows "
        return f"{shows}{format_cell(found.value)}; expected {format_cell(expected.value)}"
    one, other = (re.sub(r'[\\"]', "", each.number_format) for each in (found, expected))
    return "" if one == other else f"number format {one}; expected {other}"


def _compared_input(cell: SheetCell) -> str:
    return "" if cell.input is None else format_compared(cell.input)


def _compared_value(value: Cell) -> tuple[bool, str]:
    """A value, a number kept apart from the text that looks like it."""
    return isinstance(value, str), "" if value is None else format_compared(value)


# What a rebuild would lose of a workbook that somebody edited.


def find_losses(found: bytes, rebuilt: bytes) -> list[str]:
    """Each thing of the workbook found that is not, or not alike, in another build of it.

    Raises FileFormatError.
    """
    with refuse_damage():
        before, after = open_workbook(found), open_workbook(rebuilt)
        lost = compare_drafts(read_draft(before), read_draft(after))
        return [*lost, *_find_lost_content(before, after)]


def read_prefix(content: bytes) -> str:
    """The prefix of the functions on the sheet Contract of a workbook. Raises FileFormatError."""
    with refuse_damage():
        sheet = open_workbook(content).find_sheet(CONTRACT)
        grid = sheet.read_grid([]) if sheet else ()
    return str(read_particulars(grid, []).values.get("prefix", ""))


def compare_drafts(before: Draft, after: Draft) -> Iterator[str]:
    """The cells that a draft has and a later one has not, or not alike.

    What was read in no cell, as the question that a workbook without the box gets, is not lost.
    Where a cell has moved, every formula is lost, for the cells that it refers to may have changed.
    """
    moved = False
    formulas: list[InputCell] = []
    for entered, kept in _pair_cells(before, after):
        if not entered.place:
            continue
        moved = moved or entered.place != kept.place
        if (entered.value, entered.formula) != (kept.value, kept.formula):
            yield f"{entered.place}, which holds {entered.formula or format_cell(entered.value)}"
        elif entered.formula:
            formulas.append(entered)
    if moved:
        for entered in formulas:
            yield f"{entered.place}, which holds {entered.formula}, while cells that it uses move"


def _pair_cells(before: Draft, after: Draft) -> Iterator[tuple[InputCell, InputCell]]:
    for lines, kept in (
        (before.tiers, after.tiers),
        (before.amendments, after.amendments),
        (before.contract, after.contract),
        (before.purchases, after.purchases),
        ([before.chosen], [after.chosen]),
        ([before.asked], [after.asked]),
    ):
        for number, line in enumerate(lines):
            there = kept[number] if number < len(kept) else {}
            yield from ((entered, there.get(field, BLANK)) for field, entered in line.items())


def _find_lost_content(before: OpenWorkbook, after: OpenWorkbook) -> Iterator[str]:
    hidden = before.find_sheet(POINTS)
    record = parse_record(hidden.input) if hidden else {}
    made = [*after.titles, SETTINGS, LAMBDA_ROWS]  # which come and go with the kind of workbook
    new = _read_content(after, made)
    for place, text in _read_content(before, made).items():
        if is_own_chart(place):  # whether there is one depends on what is priced
            continue
        if new.get(place) != text and not is_recorded(place, text, record):
            shows = text and not is_code(place)
            yield f"{place}, which holds {format_cell(text)}" if shows else place


def _read_content(opened: OpenWorkbook, made: list[str]) -> TextsByPlace:
    rows = {title: sheet.input for title, sheet in opened.sheets.items()}
    return find_generated_content(rows, made, list_objects(opened), read_code(opened.package))

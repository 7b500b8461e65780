"""Find what a rebuild would lose of a workbook that somebody edited."""

from __future__ import annotations

from collections.abc import Iterator

from xlfuncs.sheets.cells import format_cell
from xlfuncs.sheets.input_cells import BLANK, Draft, InputCell
from xlfuncs.sheets.reader import read_particulars
from xlfuncs.sheets.schema import CONTRACT, LAMBDA_ROWS, POINTS, SETTINGS
from xlfuncs.xlsx.generated_content import (
    TextsByPlace,
    find_generated_content,
    is_code,
    is_recorded,
    parse_record,
)
from xlfuncs.xlsx.inventory import is_own_chart, list_objects, read_code
from xlfuncs.xlsx.package import refuse_damage
from xlfuncs.xlsx.reader import OpenWorkbook, open_workbook
from xlfuncs.xlsx.user_input import read_draft


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

    Where a cell has moved, every formula is lost, for the cells that it refers to may have changed.
    """
    moved = False
    formulas: list[InputCell] = []
    for entered, kept in _pair_cells(before, after):
        moved = moved or bool(entered.place and entered.place != kept.place)
        if (entered.value, entered.formula) != (kept.value, kept.formula):
            yield f"{entered.place}, which holds {entered.formula or format_cell(entered.value)}"
        elif entered.formula:
            formulas.append(entered)
    if moved:
        for entered in formulas:
            yield f"{entered.place}, which holds {entered.formula}, while rows or columns move"


def _pair_cells(before: Draft, after: Draft) -> Iterator[tuple[InputCell, InputCell]]:
    for lines, kept in (
        (before.tiers, after.tiers),
        (before.amendments, after.amendments),
        (before.contract, after.contract),
        (before.purchases, after.purchases),
        ([before.chosen], [after.chosen]),
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

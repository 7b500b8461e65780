"""Find what a rebuild would lose of a workbook that somebody edited."""

from __future__ import annotations

from collections.abc import Iterator

from xlfuncs.sheets.cells import shown
from xlfuncs.sheets.reader import read_particulars
from xlfuncs.sheets.schema import CONTRACT, COUNTED, POINTS, PRICE_LIST, SETTINGS
from xlfuncs.xlsx.generated_content import (
    Rows,
    Surroundings,
    code_of,
    is_code,
    recorded_in,
    surroundings_of,
    untouched,
)
from xlfuncs.xlsx.inventory import lambdas_of, objects_of
from xlfuncs.xlsx.package import in_one_sentence
from xlfuncs.xlsx.reader import Opened, Sheet, open_workbook
from xlfuncs.xlsx.user_input import draft_of_workbook, lost_between
from xlfuncs.xlsx.vba.reader import macros_of

OWN_CHART = f" of {POINTS!r} on {PRICE_LIST}"
"""How a chart that a build drew is named; whether there is one depends on what is priced."""


def lost_in_rebuild(found: bytes, rebuilt: bytes) -> list[str]:
    """Each thing of the workbook found that is not, or not alike, in another build of it.

    Raises Unreadable.
    """
    with in_one_sentence():
        return list(_lost(found, rebuilt))


def prefix_in(content: bytes) -> str:
    """The prefix of the functions on the sheet Contract of a workbook. Raises Unreadable."""
    with in_one_sentence():
        sheet = open_workbook(content).sheet(CONTRACT)
        grid = sheet.grid([]) if sheet else ()
    return str(read_particulars(grid, []).values.get("prefix", ""))


def _lost(found: bytes, rebuilt: bytes) -> Iterator[str]:
    before, after = open_workbook(found), open_workbook(rebuilt)
    yield from lost_between(draft_of_workbook(before), draft_of_workbook(after))
    behind = before.sheet(POINTS)
    recorded = recorded_in(_entered(behind)) if behind else {}
    made = [*after.titles, SETTINGS, COUNTED]  # the latter two come and go with what answers
    new = _surroundings(after, made)
    for place, text in _surroundings(before, made).items():
        if place.endswith(OWN_CHART):
            continue
        if new.get(place) != text and not untouched(place, text, recorded):
            told = text and not is_code(place)
            yield f"{place}, which holds {shown(text)}" if told else place


def _surroundings(opened: Opened, made: list[str]) -> Surroundings:
    rows = {title: _entered(sheet) for title, sheet in opened.sheets.items()}
    code = code_of(macros_of(opened.package), lambdas_of(opened.package))
    return surroundings_of(rows, made, objects_of(opened), code)


def _entered(sheet: Sheet) -> Rows:
    return [[cell.entered for cell in row] for row in sheet.rows]

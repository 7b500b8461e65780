"""Reading the contract on the sheets of a workbook."""

from __future__ import annotations

from xlfuncs.files.books.opened import Opened, open_workbook
from xlfuncs.files.books.packages import in_one_sentence
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.grid import Grid
from xlfuncs.tables.reading import Reading, Sheets, read_sheets
from xlfuncs.tables.records import Problem
from xlfuncs.tables.schema import AMENDMENTS, CONTRACT, TIERS


def read_workbook(content: bytes) -> Reading:
    """The contract on the sheets of a workbook. Raises Unreadable.

    A formula on Tiers or Amendments counts with the value that was stored with it, and is a
    problem where there is none.
    """
    return reading_of(open_workbook(content))


def reading_of(opened: Opened) -> Reading:
    """The contract on the sheets of an opened workbook. Raises Unreadable."""
    with in_one_sentence():
        return _read(opened)


def _read(opened: Opened) -> Reading:
    problems: list[Problem] = []
    grids: dict[str, Grid] = {}
    for name in (TIERS, AMENDMENTS, CONTRACT):
        sheet = opened.sheet(name)
        if sheet is not None:
            # nothing on the sheet Contract decides a price, so nothing there keeps one back
            grids[name] = sheet.grid([] if name == CONTRACT else problems)
        elif name != CONTRACT:
            found = ", ".join(opened.titles)
            raise Unreadable(f"no sheet {name!r}; expected it beside {found}")
    return read_sheets(
        Sheets(
            grids[TIERS],
            grids[AMENDMENTS],
            grids.get(CONTRACT, ()),
            opened.date1904,
            tuple(problems),
        )
    )

"""What people put on the sheets of a workbook that a contract file has no room for."""

from __future__ import annotations

from collections.abc import Iterator

from xlfuncs.files.books.kept import FILLED_IN, header_of
from xlfuncs.files.books.opened import Opened
from xlfuncs.files.books.sheet import Sheet
from xlfuncs.tables.cells import is_blank, shown
from xlfuncs.tables.drafts import BLANK, Draft
from xlfuncs.tables.grid import title_key
from xlfuncs.tables.particulars import ITEMS
from xlfuncs.tables.places import column_letter
from xlfuncs.tables.schema import ANSWERED, CONTRACT, PURCHASES

KNOWN_ITEMS = {title_key(title) for title in ITEMS.values()}
ANSWERED_TITLES = {title_key(title) for title in ANSWERED}


def beyond_a_file(draft: Draft) -> Iterator[str]:
    """The formulas and items that a contract file cannot hold, each with its cell."""
    yield from _formulas(draft)
    yield from _items(draft)


def own_columns(opened: Opened) -> Iterator[str]:
    """The columns of a reader's own, and what stands beside the tables."""
    for name in FILLED_IN:
        sheet = opened.sheet(name)
        if sheet is not None and name != CONTRACT:
            yield from _columns(sheet)


def _formulas(draft: Draft) -> Iterator[str]:
    for lines in (draft.tiers, draft.amendments, draft.contract, draft.purchases):
        for line in lines:
            for entered in line.values():
                if entered.formula:
                    value = shown(entered.read)
                    yield f"{entered.place}: the formula {entered.formula}; its value is {value}"


def _items(draft: Draft) -> Iterator[str]:
    for line in draft.contract:
        item, value = line.get("item", BLANK), line.get("value", BLANK)
        known = isinstance(item.read, str) and title_key(item.read) in KNOWN_ITEMS
        if not known and not is_blank(value.read):
            yield f"{item.place or value.place}: the item {shown(item.read)}"


def _columns(sheet: Sheet) -> Iterator[str]:
    rows = [[cell.entered for cell in row] for row in sheet.rows]
    header = header_of(sheet.name, rows)
    if header is None:
        return
    titles = rows[header.row]
    known = set(header.columns.values())
    if sheet.name == PURCHASES:
        known |= {
            index
            for index, title in enumerate(titles)
            if isinstance(title, str) and title_key(title) in ANSWERED_TITLES
        }
    found: dict[int, int] = {}
    for number in range(header.row, len(rows)):
        for index, cell in enumerate(rows[number]):
            if index not in known and not is_blank(cell):
                found.setdefault(index, number)
    for index, number in sorted(found.items()):
        title = titles[index] if index < len(titles) else None
        told = "cells beside the table" if is_blank(title) else f"the column {shown(title)}"
        yield f"{sheet.name}!{column_letter(index)}{number + 1}: {told}"

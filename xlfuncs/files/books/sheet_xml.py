"""A sheet's part, read row by row from its parsed XML; what is not understood is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

from xlfuncs.files.books.cell_xml import MOST_CELLS, TOO_MANY, CellReader
from xlfuncs.files.books.sheet_cells import SheetCell
from xlfuncs.files.books.xml_parts import (
    DEEPEST,
    MAIN,
    RESAVE,
    local,
    naming,
    parse,
    parser_of,
    refuse_strict,
)
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.places import LAST_ROW, last_row_of

LARGEST = 256 * 2**20
"""Bytes the XML of a sheet may have; a hundred thousand rows of a price table need half of it."""

MOST_ROWS, MOST_OTHERS, MOST_MERGED = 150_000, 1_000_000, 100_000
"""Rows of a sheet that are not blank, elements that are no rows or cells, and merged ranges."""

SHEET, DATA, ROW, CELL, MERGES, MERGED = (
    f"{MAIN}}}{name}" for name in ("worksheet", "sheetData", "row", "c", "mergeCells", "mergeCell")
)
PLACES = {DATA: (SHEET,), ROW: (SHEET, DATA), MERGES: (SHEET,), MERGED: (SHEET, MERGES)}
"""Where elements have to be that decide what is in which cell: what is above each."""

ONCE = (DATA, MERGES)
HEADER = "oddHeader"
THINGS = {
    *("hyperlink", "sparklineGroup", "sheetProtection", "protectedRange", "scenario"),
    "legacyDrawingHF",
}
PASSWORD, PASSWORDS = "password", ("password", "hashValue")
FORMULAS = {"formula", "formula1", "formula2", "f"}
"""What of a sheet besides its cells a new build would lose."""

Row = Sequence[SheetCell]
NO_CELLS: Row = ()
"""A row in which nothing was ever entered; a sheet may have a million of them."""


class SheetReader:
    """Reads a sheet's part once; what is beside its cells is known when all rows are read."""

    def __init__(self, title: str, strings: Sequence[str], formats: Sequence[str]) -> None:
        self.merged: list[tuple[str, int]] = []
        self.things: set[str] = set()
        self.formulas: list[str] = []
        self._title = title
        self._cells = CellReader(title, strings, formats)
        self._above: list[str] = []
        self._seen: set[str] = set()
        self._rows: list[tuple[int, Row]] = []
        self._row = self._count = self._filled = self._others = 0

    def rows(self, chunks: Iterable[bytes]) -> Iterator[tuple[int, Row]]:
        """The rows that have cells, with their numbers. Raises Unreadable."""
        self._parser = parser_of(self._start, self._end, None)
        with naming(f"sheet {self._title!r}"):
            for _ in parse(self._parser, chunks):
                yield from self._rows
                self._rows.clear()

    def _refuse(self, what: str) -> NoReturn:
        raise Unreadable(f"sheet {self._title!r} {what}; {RESAVE}")

    def _start(self, name: str, stated: dict[str, str]) -> None:
        above = self._above
        if name == CELL and above and above[-1] == ROW:
            self._cells.open(stated)
            self._hand_over()
        else:
            self._other(name, stated)
        above.append(name)

    def _end(self, name: str) -> None:
        self._above.pop()
        self._parser.CharacterDataHandler = None
        if name == ROW:
            self._end_row()

    def _hand_over(self) -> None:
        """Lets the reader of cells have what comes, up to the end of the cell."""
        parser, cells = self._parser, self._cells

        def end(name: str) -> None:
            if cells.end(name):
                self._above.pop()
                parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
                parser.CharacterDataHandler = None

        parser.StartElementHandler, parser.EndElementHandler = cells.start, end
        parser.CharacterDataHandler = cells.text

    def _other(self, name: str, stated: dict[str, str]) -> None:
        """Whatever is no cell."""
        above = self._above
        if not above:
            refuse_strict(name)
            if name != SHEET:
                self._refuse(f"is damaged (it begins with {local(name)!r})")
        elif name in {SHEET, CELL} or len(above) >= DEEPEST:
            self._refuse(f"has {local(name)!r} in a place where it is not understood")
        if name in PLACES:
            if tuple(above) != PLACES[name] or name in self._seen:
                self._refuse(f"has {local(name)!r} twice or in a place where it is not understood")
            self._seen.update({name} & {*ONCE})
        elif above and above[-1] in {DATA, ROW, MERGES} and local(name) != "extLst":
            self._refuse(f"has {local(name)!r} near row {self._row}, which is not understood")
        if name == ROW:
            self._open_row(stated.get("r"))
        elif name == MERGED:
            self._merge(stated.get("ref", ""))
        else:
            self._count_thing(local(name), stated)

    def _count_thing(self, name: str, stated: dict[str, str]) -> None:
        self._others += 1
        if self._others > MOST_OTHERS:
            self._refuse(f"has more than {MOST_OTHERS:,} elements that are no cells")
        if name in FORMULAS:
            self._parser.CharacterDataHandler = self.formulas.append
        elif name == HEADER:
            self._parser.CharacterDataHandler = lambda _: self.things.add(HEADER)
        elif name in THINGS:
            self.things.add(name)
            if any(stated.get(each) for each in PASSWORDS):
                self.things.add(PASSWORD)

    def _open_row(self, stated: str | None) -> None:
        number = self._row + 1
        if stated is not None:
            number = int(stated) if re.fullmatch("[0-9]{1,9}", stated) else 0
        if not self._row < number <= LAST_ROW:
            where = number if stated is None else stated[:20]
            self._refuse(f"has row {where} twice, out of order, or beyond the last one")
        self._row = number
        self._cells.row(number)

    def _end_row(self) -> None:
        row = self._cells.filled
        if row:
            self._count += len(row)  # blank cells up to the last one take their room, too
            if self._count > MOST_CELLS:
                raise Unreadable(f"sheet {self._title!r} {TOO_MANY}")
            self._filled += 1
            if self._filled > MOST_ROWS:
                raise Unreadable(
                    f"sheet {self._title!r} has more than {MOST_ROWS:,} rows that are not blank; "
                    f"expected fewer"
                )
            self._rows.append((self._row, tuple(row)))

    def _merge(self, stated: str) -> None:
        area = stated.upper().replace("$", "")
        last = last_row_of(area)
        if last is None:
            self._refuse(f"has the merged cells {stated[:30]!r}, which are none")
        if len(self.merged) >= MOST_MERGED:
            self._refuse(f"has more than {MOST_MERGED:,} merged ranges")
        self.merged.append((area, last))

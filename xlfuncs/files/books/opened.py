"""A workbook opened for reading: its sheets, and the package that they are in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

from xlfuncs.files.books.book_part import book_part
from xlfuncs.files.books.number_formats import GENERAL, number_formats
from xlfuncs.files.books.packages import Package, in_one_sentence, package_of
from xlfuncs.files.books.shared_strings import LARGEST as LARGEST_STRINGS
from xlfuncs.files.books.shared_strings import shared_strings
from xlfuncs.files.books.sheet import Sheet
from xlfuncs.files.books.sheet_xml import LARGEST as LARGEST_SHEET
from xlfuncs.files.books.sheet_xml import SheetReader


class Opened:
    """The sheets of a workbook, each read when it is asked for. Raises Unreadable."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = book_part(package)
        self.titles = self.part.cells
        self.date1904 = self.part.date1904
        self.sheets = {title: self._sheet(title) for title in self.titles}
        styles = self.part.styles
        self._formats = number_formats(package.tree(styles)) if styles else [GENERAL]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of a name, in any letter case."""
        for title, sheet in self.sheets.items():
            if title.casefold() == name.casefold():
                sheet.name = name
                return sheet
        return None

    def _sheet(self, title: str) -> Sheet:
        part = self.part.sheets[title]

        def opening() -> tuple[SheetReader, Iterable[bytes]]:
            reader = SheetReader(title, self._strings, self._formats)
            return reader, self.package.chunks(part, LARGEST_SHEET)

        return Sheet(title, self.date1904, opening)

    @cached_property
    def _strings(self) -> list[str]:
        part = self.part.strings
        return shared_strings(self.package.chunks(part, LARGEST_STRINGS)) if part else []


@lru_cache(maxsize=1)
def open_workbook(content: bytes) -> Opened:
    """Opens a file's content; the last one stays open, with the rows read. Raises Unreadable."""
    with in_one_sentence():
        return Opened(package_of(content))

"""A folder with a built workbook, and what people do to it there."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.support.workbook_edits import add_amendment, shipped_workbook
from xlfuncs.cli import main
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.xlsx.compare import compare_drafts
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts
from xlfuncs.xlsx.reader import open_workbook
from xlfuncs.xlsx.sheets.purchases import FIRST_ROW
from xlfuncs.xlsx.user_input import read_draft

Edit = Callable[[Any], None]


NEXT_ROW = FIRST_ROW + len(load_reading(SHIPPED).contract.purchases)


class BuildFolder:
    """A folder with a built workbook, and the commands that somebody runs there."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = folder / "book.xlsx"
        self.path.write_bytes(shipped_workbook())
        self._capsys = capsys

    def edit(self, *edits: Edit) -> bytes:
        """Opens the workbook, edits it, saves it; answers what is then in the file."""
        book = openpyxl.load_workbook(self.path)
        for edit in edits:
            edit(book)
        book.save(self.path)
        return self.path.read_bytes()

    def build(self, *options: str) -> int:
        self.status = main(["build", "-o", str(self.path), *options])
        self.out, self.err = self._capsys.readouterr()
        return self.status

    def sheet(self, name: str) -> Any:
        return openpyxl.load_workbook(self.path)[name]


def nothing_lost(before: bytes, after: bytes) -> bool:
    """Whether each cell that was filled in before is there afterwards."""
    old, new = (read_draft(open_workbook(content)) for content in (before, after))
    return not list(compare_drafts(old, new))


def a_purchase(book: Any) -> None:
    for column, value in zip("ABCD", (100_000, date(2014, 2, 3), None, "PO 77"), strict=True):
        book["Purchases"][f"{column}{NEXT_ROW}"].value = value


def an_amendment(book: Any) -> None:
    days = {"signed": date(2014, 1, 15), "effective": date(2014, 2, 1)}
    add_amendment(book, charge="package", price=260_000, **days)


def an_answered_question(book: Any) -> None:
    book["Contract"]["B12"].value = "When does the term end? (Asked on 2014-01-02.)"


def a_chosen_day(book: Any) -> None:
    book["Price list"]["B4"].value = date(2014, 3, 1)


ROWS: list[Edit] = [a_purchase, an_amendment, an_answered_question, a_chosen_day]


def a_sheet(book: Any) -> None:
    book.create_sheet("Notes")["A1"] = "call the vendor"


def a_name(book: Any) -> None:
    book.defined_names["Vendor"] = DefinedName("Vendor", attr_text="Contract!$B$5")


def with_part(content: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with some bytes of a sheet changed, as a program that calculates saves them."""
    parts = {  # openpyxl spells a blank value in the one way or the other, with lxml or without
        name: part.replace(b"<v></v>", b"<v />") for name, part in read_parts(content).items()
    }
    name = next(name for name, part in parts.items() if old in part)
    return pack_parts({**parts, name: parts[name].replace(old, new)})

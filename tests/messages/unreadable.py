"""Workbooks that cannot be read."""

import os
import struct
from typing import Any

from pyopenvba.cfb import CFB

from tests.messages.base import BOOK, PRICE_OF_BOOK, book, edited, there, with_parts
from tests.messages.entry import Entry, Given, Group, Here
from tests.messages.packages import PACKAGES
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts
from xlfuncs.xlsx.vba.reader import PROJECT

TIERS = "xl/worksheets/sheet2.xml"
SPACES = bytes.fromhex("03b00220fc0f")
"""A piece of packed macros: a space, and 4095 more of them."""


def unreadable(title: str, text: str, content: Any) -> Entry:
    return Entry(title, PRICE_OF_BOOK, (there(BOOK, text, content),))


def claiming(name: str, size: int) -> bytes:
    """A workbook of which a part says that it is that large."""
    mark = 1_234_567
    content = with_parts(lambda parts: parts.update({name: b" " * mark}))
    return content.replace(struct.pack("<I", mark), struct.pack("<I", size))


def twice(parts: dict[str, bytes]) -> None:
    parts[TIERS] = parts[TIERS].replace(b'<row r="5"', b'<row r="4"')


def broken(parts: dict[str, bytes]) -> None:
    parts[TIERS] = parts[TIERS][:500]


def large(here: Here) -> None:
    path = here.write(BOOK, b"")
    os.truncate(path, 65 * 2**20)


def large_macros() -> bytes:
    parts = read_parts(book(WorkbookKind.MACROS))
    container = CFB.from_bytes(parts[PROJECT])
    container.write_stream_in_storage("VBA", "PriceSheets", b"\1" + SPACES * 4_200)
    return pack_parts({**parts, PROJECT: container.to_bytes()})


UNREADABLE = Group(
    "Workbooks that cannot be read",
    "What no workbook is, or one that no honest person made, is refused before it takes time or "
    "memory.",
    (
        unreadable(
            "No workbook", "is a text that somebody gave another name", "Quantity;Price\n1;2\n"
        ),
        unreadable(
            "A workbook with a password",
            "is locked with a password",
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        ),
        unreadable("A damaged workbook", "was cut off on its way", lambda: book()[:5000]),
        unreadable(
            "A damaged sheet", "has a sheet Tiers that breaks off", lambda: with_parts(broken)
        ),
        unreadable(
            "A row twice", "has two rows 4 on Tiers, in its file", lambda: with_parts(twice)
        ),
        Entry(
            "A sheet is missing",
            PRICE_OF_BOOK,
            (
                edited(
                    "the sheet Tiers is called Prices",
                    lambda opened: setattr(opened["Tiers"], "title", "Prices"),
                ),
            ),
        ),
        Entry("A file of many megabytes", PRICE_OF_BOOK, (Given(f"{BOOK} has 65 MiB", large),)),
        unreadable(
            "A sheet of many megabytes",
            "says that the sheet Tiers has 257 MiB",
            lambda: claiming("xl/worksheets/sheet2.xml", 257 * 2**20),
        ),
        unreadable(
            "A part of many megabytes",
            "has styles of 9 MiB",
            lambda: claiming("xl/styles.xml", 9 * 2**20),
        ),
        unreadable(
            "Parts of many megabytes",
            "has a picture of 600 MiB",
            lambda: claiming("xl/media/a.png", 600 * 2**20),
        ),
        Entry(
            "Macros of many megabytes",
            "xlfuncs doctor prices.xlsm",
            (
                there(
                    "prices.xlsm",
                    "has macros that unpack to 16 MiB and more, most of them spaces",
                    large_macros,
                ),
            ),
        ),
        *PACKAGES,
    ),
    PRICE_OF_BOOK,
)

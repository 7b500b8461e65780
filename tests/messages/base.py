"""The contract and the workbook of all entries, and what is wrong with them in one."""

from collections.abc import Callable
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import openpyxl

from tests.messages.entry import Entry, Given, Here
from tests.support.workbook_edits import built
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

CONTRACT = """\
[contract]
name = "Example"
prefix = "ACME"

[[services]]
name = "Scanning"
unit = "IPs"

[agreement]
title = "Agreement"
dated = 2020-01-01

[[agreement.tiers]]
clause = "1"
quantity_from = 1
quantity_to = "or more"
charge = "per unit"
unit_price = 10.00

[[amendments]]
number = 1
title = "Amendment 1"
signed = 2020-02-01
effective = 2020-02-01

[[amendments.rows]]
clause = "2"
quantity_from = 100
charge = "package"
price = 995.00
"""

FILE, BOOK = "contract.toml", "book.xlsx"
PRICE = f"xlfuncs price 100 2020-03-01 --contract {FILE}"
PRICE_OF_BOOK = f"xlfuncs price 100 2020-03-01 --contract {BOOK}"
CHECK = f"xlfuncs check --contract {FILE}"
BUILT = date(2020, 3, 1)

Edit = Callable[[Any], object]


@cache
def book(kind: WorkbookKind = WorkbookKind.BARE) -> bytes:
    """The workbook of the contract."""
    return built(read_toml(CONTRACT.encode()).contract, BUILT, kind)


def said(old: str, new: str) -> Given:
    """A line of the contract file says something else."""
    return Given(
        f"in {FILE}, {_told(old.strip(), new.strip())}", lambda here: here.change(FILE, old, new)
    )


def _told(old: str, new: str) -> str:
    if not new:
        return f"`{old}` is left out"
    added = new.removeprefix(f"{old}\n")
    if "\n" in added:
        return f"in place of `{old}`:\n\n{fenced(new)}"
    return f"`{added}` {'in place of' if added == new else 'below'} `{old}`"


def more(text: str) -> Given:
    """There is something more at the end of the contract file."""

    def act(here: Here) -> None:
        path = here.folder / FILE
        here.write(FILE, f"{path.read_text(encoding='utf-8')}\n{text}\n")

    return Given(f"at the end of {FILE}:\n\n{fenced(text)}", act)


def instead(text: str) -> Given:
    """The contract file holds nothing but a text."""
    return Given(
        f"{FILE} holds no more than:\n\n{fenced(text)}", lambda here: here.write(FILE, text)
    )


def fenced(text: str) -> str:
    return f"```toml\n{text.strip()}\n```\n"


def typed(cells: dict[str, Any]) -> Given:
    """Cells of the workbook hold something else."""

    def edit(opened: Any) -> None:
        for place, value in cells.items():
            sheet, _, cell = place.partition("!")
            opened[sheet][cell].value = value

    told = ", ".join(f"cell {place} {in_cell(value)}" for place, value in cells.items())
    return edited(told, edit)


def in_cell(value: Any) -> str:
    if value is None:
        return "is empty"
    if isinstance(value, str) and value.startswith("="):
        return f"holds the formula `{value}`"
    return f"holds the text `{value}`" if isinstance(value, str) else f"holds `{value}`"


def edited(text: str, edit: Edit, name: str = BOOK) -> Given:
    """Somebody edits the workbook and saves it."""
    return Given(f"{name}: {text}", lambda here: here.write(name, saved(edit)))


def saved(edit: Edit, content: bytes | None = None) -> bytes:
    opened = openpyxl.load_workbook(BytesIO(content or book()))
    edit(opened)
    target = BytesIO()
    opened.save(target)
    return target.getvalue()


def with_parts(
    change: Callable[[dict[str, bytes]], object], kind: WorkbookKind = WorkbookKind.BARE
) -> bytes:
    """The workbook with other parts than were built."""
    parts = dict(read_parts(book(kind)))
    change(parts)
    return pack_parts(parts)


def there(name: str, text: str, content: Callable[[], bytes] | bytes | str) -> Given:
    """A file that is there."""

    def act(here: Here) -> None:
        here.write(name, content() if callable(content) else content)

    return Given(f"{name} {text}", act)


def of_file(title: str, *given: Given, shown: str = "") -> Entry:
    """Something in the contract file keeps it from being priced."""
    return Entry(title, PRICE, given, shown)


def of_book(title: str, *given: Given, shown: str = "") -> Entry:
    """Something on the sheets keeps the workbook from being priced."""
    return Entry(title, PRICE_OF_BOOK, given, shown)

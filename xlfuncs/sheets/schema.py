"""The layout of the sheets and the keys of contract files, stated once: names, columns, places."""

from __future__ import annotations

import re
from typing import NamedTuple

PURCHASES = "Purchases"
TIERS = "Tiers"
AMENDMENTS = "Amendments"
CONTRACT = "Contract"
CHECKS = "Checks"
PRICE_LIST = "Price list"
GUIDE = "Guide"
POINTS = "Behind the sheets"
"""The hidden sheet with what the charts draw, and the services to choose from."""

LAMBDA_ROWS = "Rows"
"""The hidden sheet of a workbook with LAMBDA functions, with every row as the formulas use it."""

SETTINGS = "xlwings.conf"
"""The hidden sheet of a workbook with macros that xlwings reads."""

RECORD = "M"
"""The column of the hidden sheet that records the generated content of a build."""

TITLE_ROW, PURCHASES_TITLE_ROW = 4, 15
"""The row of the titles on Tiers, Amendments and Contract, and on Purchases, as they are built."""

SHEETS = (PURCHASES, TIERS, AMENDMENTS, CONTRACT, CHECKS, PRICE_LIST, GUIDE)
"""The sheets of a workbook, in their order."""

LINKS = {name: f"'{name}'!A1" if " " in name else f"{name}!A1" for name in SHEETS}
"""The place to which a build links, by sheet; a link of somebody else leads further down."""

OR_MORE = "or more"
"""What `Quantity to` says where a row has no upper end."""


class Column(NamedTuple):
    """A column of input on a sheet, or a choice on the sheet Price list.

    `field` is the key in contract files and the attribute of `Row` or `Service`; the title on the
    sheet is the same words. `kind` names the parser of its cells.
    """

    field: str
    kind: str
    meaning: str
    required: bool = False

    @property
    def title(self) -> str:
        return format_title(self.field)


def format_title(field: str) -> str:
    """The title of a field on a sheet.

    >>> format_title("purchased_through")
    'Purchased through'
    """
    return field.replace("_", " ").capitalize()


COLUMNS: tuple[Column, ...] = (
    Column("document", "document", "the number of the amendment, 1 or more", True),
    Column("title", "text", "the document's printed name", True),
    Column("clause", "text", "the place in the document"),
    Column("service", "text", "what is priced; blank where there is only one service"),
    Column("unit", "text", "what the service is counted in"),
    Column("quantity_from", "figure", "the first quantity the row is for", True),
    Column("quantity_to", "upper end", "the last one, 'or more', or blank for exactly the first"),
    Column("charge", "charge", "how the row prices a quantity", True),
    Column("price", "money", "the printed total of a package, or of the first units"),
    Column("unit_price", "figure", "the price of one unit, or of as many as `per` says"),
    Column("per", "per", "the units that the unit price is for, 1 where blank"),
    Column("percent", "percent", "the discount, 15 for 15 percent off"),
    Column("minimum", "money", "the least that the row's price comes to"),
    Column("maximum", "money", "the most that the row's price comes to"),
    Column("purchased_from", "day", "the first purchase day the row is for"),
    Column("purchased_through", "day", "the last purchase day the row is for"),
    Column("signed", "document day", "the day of signing; of the agreement, its date"),
    Column("effective", "document day", "the first day in force"),
    Column("ends", "document day", "the last day in force, the end of the term"),
    Column(
        "replaces",
        "replaces",
        "the number of the document that this one puts out of force, or 'all before'",
    ),
    Column("increase", "text", "the rise that the row's figures come from"),
    Column(
        "assumed",
        "assumed",
        "what no document states, a colon and why, such as 'Effective: the copy is blurred'",
    ),
    Column("source", "text", "the words of the document"),
    Column("note", "text", "what a reader should know"),
    Column("step", "step", "the step in which the service is counted, 1 where blank"),
    Column("part_units", "part units", "what happens to part of a step, none where blank"),
    Column("billed", "billed", "what the price is for: once, month, quarter, year"),
)

FILE_COLUMNS: tuple[Column, ...] = (
    Column("increases", "increases", "rises of the row's figures, each from a day on"),
    Column("rounded", "rounded", "the decimals that raised figures are rounded to"),
)
"""What a row of a contract file may say besides; on a sheet each raised row is a row."""

MOST_INCREASES = 100
"""Rises of a row."""

PURCHASE_COLUMNS: tuple[Column, ...] = (
    Column("quantity", "figure", "how many units are bought", True),
    Column("purchased", "day", "the day of purchase", True),
    Column("service", "text", "what is bought; blank where the contract has only one service"),
    Column("reference", "text", "an order number, or whatever tells the purchase apart"),
)

CALCULATED = {
    "Price": "PRICE",
    "Unit price": "UNIT_PRICE",
    "Source": "SOURCE",
    "Explanation": "EXPLAIN",
    "Saving": "SAVING",
}
"""The columns of Purchases that functions calculate, by title."""

EFFECTIVE_UNIT_PRICE = "Effective unit price (price / quantity)"
"""The column of Purchases that divides a price where its row states no unit price."""

CALCULATED_TITLES = ("Price", "Unit price", EFFECTIVE_UNIT_PRICE, "Source", "Explanation", "Saving")
"""The columns of Purchases that are calculated, from left to right."""

QUESTION_FIELDS = ("quantity", "purchased", "service")
"""The columns of Purchases that those functions are called with, in the order of arguments."""

ASKED_COLUMNS = PURCHASE_COLUMNS[: len(QUESTION_FIELDS)]
"""What is asked in the box above the table of purchases."""

PARTICULAR_COLUMNS = (
    Column("item", "item", "what the line says about the contract", True),
    Column("value", "text", "what the documents say of it", True),
)

CHOSEN_COLUMNS = (
    Column("purchased", "day", "the day of purchase whose price table is shown"),
    Column("service", "text", "one service; blank for all (the charts need one of several)"),
    Column("known_on", "day", "blank, or a day: as the documents signed by then would have it"),
    Column("quantity", "figure", "the quantity whose price through all days is shown"),
)
"""What is chosen on the sheet Price list."""

CHOICE_TITLES, CHOICES = "A", "B"
"""The columns of the sheet Price list with the titles of the choices, and with what is chosen; and
those of the box on Purchases with the titles of what is asked, and with what that is."""

CHOICE_COLUMNS = {PRICE_LIST: CHOSEN_COLUMNS, PURCHASES: ASKED_COLUMNS}
"""What is chosen or asked beside a title, by sheet; on Purchases only above the table."""

INPUT_COLUMNS = {
    PURCHASES: PURCHASE_COLUMNS,
    TIERS: COLUMNS,
    AMENDMENTS: COLUMNS,
    CONTRACT: PARTICULAR_COLUMNS,
}
"""The sheets with rows that people enter, and their columns."""

FIELDS = {column.field: column for column in COLUMNS}

DAY_KINDS = frozenset({"day", "document day"})

SERVICE_FIELDS = ("unit", "step", "part_units", "billed")
"""What a row on a sheet says of its service."""

ASSUMABLE = tuple(
    column.field
    for column in COLUMNS
    if column.kind not in ("text", "assumed", "step", "part units", "billed")
    or column.field == "increase"
)
"""Fields that an assumption may be about."""

ITEMS = {
    "name": "Contract",
    "prefix": "Function prefix",
    "currency": "Currency",
    "parties": "Party",
    "open_questions": "Open question",
}
"""The particulars: keys of `[contract]` in a contract file, items on the sheet Contract."""

REPEATED = ("parties", "open_questions")
"""The particulars that are lists."""

# The keys of contract files.

INHERITED = ("title", "signed", "effective", "ends", "replaces")
"""What a row has from its document, unless it says otherwise."""

DOCUMENT_FIELDS = {"number": "document", "dated": "signed"}
"""The fields of a row that have another key in their document."""

ROW_KEYS = (
    *(field for field in FIELDS if field not in {*SERVICE_FIELDS, "document"}),
    *(column.field for column in FILE_COLUMNS),
)
SERVICE_KEYS = ("name", *SERVICE_FIELDS)
PURCHASE_KEYS = tuple(column.field for column in PURCHASE_COLUMNS)

KINDS = {
    **{column.field: column.kind for column in (*PURCHASE_COLUMNS, *COLUMNS, *FILE_COLUMNS)},
    **{key: FIELDS[field].kind for key, field in DOCUMENT_FIELDS.items()},
    **dict.fromkeys(("name", "prefix", "currency"), "text"),
}
"""The parser of each key, but for lists of texts."""

# Places and ranges.

LAST_ROW, COLUMNS_OF_A_SHEET = 1_048_576, 16_384
"""The last row of a sheet of Excel, and how many columns it has."""

_AREA = "([A-Z]{0,3})([0-9]{0,7}):([A-Z]{0,3})([0-9]{0,7})"


class SheetPlace(NamedTuple):
    """A row of a sheet; `columns` gives the letter of each field's column."""

    sheet: str
    row: int
    columns: dict[str, str]

    def cell(self, field: str) -> str:
        return f"{self.sheet}!{self.columns.get(field, 'A')}{self.row}"

    def __str__(self) -> str:
        return f"{self.sheet} row {self.row}"


class KeyPlace(NamedTuple):
    """A table of a contract file, such as `amendments[1].rows[2]`, counted from 1.

    `elsewhere` gives the keys that are in a table above, such as the document's title.
    """

    path: str
    elsewhere: dict[str, str]

    def cell(self, field: str) -> str:
        return self.elsewhere.get(field, f"{self.path}.{field}")

    def __str__(self) -> str:
        return self.path


def find_last_row(area: str) -> int | None:
    """The last row of a range, also of whole rows or columns; None where it is no range.

    >>> find_last_row("A5:B6"), find_last_row("5:6"), find_last_row("A:B"), find_last_row("A5:B0")
    (6, 6, 1048576, None)
    """
    found = re.fullmatch(_AREA, area)
    if not found:
        return None
    letters, numbers = found.group(1, 3), found.group(2, 4)
    if all(letters) and not any(numbers):
        numbers = ("1", str(LAST_ROW))
    elif any(letters) != all(letters):
        return None
    in_sheet = all(column_index(each) < COLUMNS_OF_A_SHEET for each in letters)
    if not in_sheet or not all(each and 1 <= int(each) <= LAST_ROW for each in numbers):
        return None
    return max(map(int, numbers))


def column_index(letters: str) -> int:
    """The index of a column, counted from 0, by its letters.

    >>> column_index("A"), column_index("AA")
    (0, 26)
    """
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def column_letter(index: int) -> str:
    """The letters of a column, counted from 0.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


PURCHASES_LETTERS = {
    title: column_letter(index)
    for index, title in enumerate([*(each.title for each in PURCHASE_COLUMNS), *CALCULATED_TITLES])
}
"""The letter of each column of Purchases, as it is built, by its title."""

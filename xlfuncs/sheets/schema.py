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

    `field` is the key in contract files and the attribute of `Row` or `Service`, `title` what is
    read on sheets. `kind` names the parser of its cells.
    """

    field: str
    title: str
    kind: str
    meaning: str
    required: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("document", "Amendment no.", "document", "the number of the amendment, 1 or more", True),
    Column("title", "Document title", "text", "the document's name as printed", True),
    Column("clause", "Clause", "text", "the section, exhibit or row of the document"),
    Column("service", "Service", "text", "the service priced; blank if there is only one"),
    Column("unit", "Unit", "text", "the unit of measure"),
    Column("quantity_from", "Quantity from", "figure", "the lowest quantity the row covers", True),
    Column(
        "quantity_to",
        "Quantity to",
        "upper end",
        "the highest one, 'or more', or blank for Quantity from alone",
    ),
    Column("charge", "Pricing method", "charge", "how the row sets the price", True),
    Column("price", "Price", "money", "the total printed for a package, or for the first units"),
    Column("unit_price", "Unit price", "figure", "the price of one unit, or of the number in Per"),
    Column("per", "Per", "per", "how many units the unit price covers; blank means 1"),
    Column("percent", "Discount percent", "percent", "the discount: 15 for 15 percent off"),
    Column("minimum", "Minimum charge", "money", "the lowest total the row can charge"),
    Column("maximum", "Maximum charge", "money", "the highest total the row can charge"),
    Column("purchased_from", "Purchase from", "day", "the first purchase date the row covers"),
    Column("purchased_through", "Purchase by", "day", "the last purchase date the row covers"),
    Column(
        "signed",
        "Date signed",
        "document day",
        "the date of signature; for the agreement, its date",
    ),
    Column("effective", "Effective date", "document day", "the first day in force"),
    Column("ends", "End date", "document day", "the last day in force, the end of the term"),
    Column(
        "replaces",
        "Replaces",
        "replaces",
        "the number of the document that this one supersedes, or 'all before'",
    ),
    Column("increase", "Increase", "text", "the increase already included in the figures"),
    Column(
        "assumed",
        "Assumed",
        "assumed",
        "what is assumed, a colon and why, such as 'Effective date: the copy is blurred'",
    ),
    Column("source", "Contract wording", "text", "the document's own words"),
    Column("note", "Note", "text", "anything a reader should know"),
    Column(
        "step",
        "Order multiple",
        "step",
        "the service is ordered in multiples of this; blank means 1",
    ),
    Column(
        "part_units",
        "Part units",
        "part units",
        "how part of that multiple is counted; blank means none",
    ),
    Column("billed", "Billed", "billed", "the period the price covers: once, month, quarter, year"),
    Column(
        "counted",
        "Quantities add up by",
        "counted",
        "the period whose purchases add up; blank means each purchase counts by itself",
    ),
    Column(
        "limit",
        "Quantity limit",
        "limit",
        "the most that can be bought in that period; blank means no limit",
    ),
)

FILE_COLUMNS: tuple[Column, ...] = (
    Column(
        "increases",
        "Increases",
        "increases",
        "increases of the row's figures, each with its first day",
    ),
    Column("rounded", "Rounded", "rounded", "the number of decimals in increased figures"),
)
"""What a row of a contract file may say besides; on a sheet each raised row is a row."""

MOST_INCREASES = 100
"""Rises of a row."""

PURCHASE_COLUMNS: tuple[Column, ...] = (
    Column("quantity", "Quantity", "figure", "the number of units purchased", True),
    Column("purchased", "Purchase date", "day", "the date of purchase", True),
    Column(
        "service",
        "Service",
        "text",
        "the service purchased; blank if the contract has only one",
    ),
    Column(
        "reference",
        "PO / reference",
        "text",
        "the PO number, or anything else that identifies the purchase",
    ),
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

BOUGHT_BEFORE = Column(
    "bought_before",
    "Bought before",
    "figure",
    "the quantity bought before in the same period; 0 if none",
)
"""The column of Purchases before those, and what is asked besides in the box above the table, where
purchases of a service add up by a period."""

QUESTION_FIELDS = ("quantity", "purchased", "service")
"""The columns of Purchases that those functions are called with, in the order of arguments."""

ASKED_COLUMNS = PURCHASE_COLUMNS[: len(QUESTION_FIELDS)]
"""What is asked in the box above the table of purchases."""

PARTICULAR_COLUMNS = (
    Column("item", "Item", "item", "what the line is about", True),
    Column("value", "Value", "text", "what the documents say about it", True),
)

CHOSEN_COLUMNS = (
    Column("purchased", "Purchase date", "day", "the purchase date whose price table is shown"),
    Column(
        "service", "Service", "text", "one service; blank for all (the charts show one service)"
    ),
    Column(
        "known_on",
        "As known on",
        "day",
        "count only documents signed by this date; blank for all",
    ),
    Column("quantity", "Quantity", "figure", "the quantity whose price over time is shown"),
)
"""What is chosen on the sheet Price list."""

CHOICE_TITLES, CHOICES = "A", "B"
"""The columns of the sheet Price list with the titles of the choices, and with what is chosen; and
those of the box on Purchases with the titles of what is asked, and with what that is."""

CHOICE_COLUMNS = {PRICE_LIST: CHOSEN_COLUMNS, PURCHASES: (*ASKED_COLUMNS, BOUGHT_BEFORE)}
"""What is chosen or asked beside a title, by sheet; on Purchases only above the table."""

INPUT_COLUMNS = {
    PURCHASES: PURCHASE_COLUMNS,
    TIERS: COLUMNS,
    AMENDMENTS: COLUMNS,
    CONTRACT: PARTICULAR_COLUMNS,
}
"""The sheets with rows that people enter, and their columns."""

ITEMS = {
    "name": "Contract",
    "contract_number": "Contract number",
    "prefix": "Function prefix",
    "currency": "Currency",
    "parties": "Party",
    "open_questions": "Open question",
}
"""The particulars: keys of `[contract]` in a contract file, items on the sheet Contract."""

TITLES = {
    **{key: key.replace("_", " ").capitalize() for key in ITEMS},
    **{
        column.field: column.title
        for column in (
            *(*CHOSEN_COLUMNS, *PURCHASE_COLUMNS, *PARTICULAR_COLUMNS, BOUGHT_BEFORE),
            *(*FILE_COLUMNS, *COLUMNS),
        )
    },
}
"""What is read on sheets and in messages, by field."""


def format_title(field: str) -> str:
    """The title of a field on a sheet.

    >>> format_title("purchased_through")
    'Purchase by'
    """
    return TITLES[field]


def format_name(field: str) -> str:
    """The title of a field within a sentence.

    >>> format_name("purchased_through"), format_name("reference")
    ('purchase by', 'PO / reference')
    """
    title = TITLES[field]
    return title if title[1].isupper() else title[0].lower() + title[1:]


def list_titles(field: str) -> tuple[str, str]:
    """The titles under which a field is found: its own, and its key as words.

    Workbooks that were built before have those; they are read as well.

    >>> list_titles("purchased_through")
    ('Purchase by', 'purchased through')
    """
    return TITLES[field], field.replace("_", " ")


FIELDS = {column.field: column for column in COLUMNS}

DAY_KINDS = frozenset({"day", "document day"})

SERVICE_FIELDS = ("unit", "step", "part_units", "billed", "counted", "limit")
"""What a row on a sheet says of its service."""

ASSUMABLE = tuple(
    column.field
    for column in COLUMNS
    if column.kind not in ("text", "assumed", "step", "part units", "billed", "counted", "limit")
    or column.field == "increase"
)
"""Fields that an assumption may be about."""

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
    **dict.fromkeys(("name", "contract_number", "prefix", "currency"), "text"),
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


def list_purchases_letters(with_bought_before: bool) -> dict[str, str]:
    """The letter of each column of Purchases, as it is built, by its title."""
    before = [BOUGHT_BEFORE.title] if with_bought_before else []
    titles = [*(each.title for each in PURCHASE_COLUMNS), *before, *CALCULATED_TITLES]
    return {title: column_letter(index) for index, title in enumerate(titles)}

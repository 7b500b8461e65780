"""The sheets, stated once for reader, builder and help: names, columns, types."""

from __future__ import annotations

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

COUNTED = "Rows"
"""The hidden sheet of a workbook with names, where every row stands as it counts."""

SETTINGS = "xlwings.conf"
"""The hidden sheet of a workbook with macros that xlwings reads."""

RECORD = "M"
"""The column of the hidden sheet that records what a build wrote besides what people fill in."""

SHEETS = (PURCHASES, TIERS, AMENDMENTS, CONTRACT, CHECKS, PRICE_LIST, GUIDE)
"""The sheets of a workbook, in their order."""

OR_MORE = "or more"
"""Stands in `Quantity to` where a row has no upper end."""


class Column(NamedTuple):
    """What people fill in: a column of a sheet, or a choice on the sheet Price list.

    `field` is the name in contract files and in `Row` or `Service`; the title on the sheet is the
    same words. `kind` says how a cell is read.
    """

    field: str
    kind: str
    meaning: str
    required: bool = False

    @property
    def title(self) -> str:
        return title_of(self.field)


def title_of(field: str) -> str:
    """The title of a field on a sheet.

    >>> title_of("purchased_through")
    'Purchased through'
    """
    return field.replace("_", " ").capitalize()


COLUMNS: tuple[Column, ...] = (
    Column("document", "document", "the number of the amendment, 1 or more", True),
    Column("title", "text", "the document's printed name", True),
    Column("clause", "text", "the place in the document"),
    Column("service", "text", "what is priced", True),
    Column("unit", "text", "what the service is counted in"),
    Column("quantity_from", "figure", "the first quantity the row is for", True),
    Column("quantity_to", "upper end", "the last one, 'or more', or blank for exactly the first"),
    Column("charge", "charge", "how the row prices a quantity", True),
    Column("price", "money", "the printed total of a package, or of the first units"),
    Column("unit_price", "figure", "the price of one unit"),
    Column("percent", "percent", "the discount, 15 for 15 percent off"),
    Column("purchased_from", "day", "the first purchase day the row is for"),
    Column("purchased_through", "day", "the last purchase day the row is for"),
    Column("signed", "day", "the day of signing; of the agreement, its date"),
    Column("effective", "day", "the first day in force"),
    Column("ends", "day", "the last day in force, the end of the term"),
    Column(
        "assumed",
        "assumed",
        "what no document states, a colon and why, such as 'Effective: the copy is blurred'",
    ),
    Column("source", "text", "the words of the document"),
    Column("note", "text", "what a reader should know"),
    Column("step", "step", "the step in which the service is counted, 1 where blank"),
    Column("part_units", "part units", "what happens to part of a step, none where blank"),
)

PURCHASE_COLUMNS: tuple[Column, ...] = (
    Column("quantity", "figure", "how many units are bought", True),
    Column("purchased", "day", "the day of purchase", True),
    Column("service", "text", "what is bought; blank where the contract has only one service"),
    Column("reference", "text", "an order number, or whatever tells the purchase apart"),
)

ANSWERED = {
    "Price": "PRICE",
    "Unit price": "UNIT_PRICE",
    "Source": "SOURCE",
    "Explanation": "EXPLAIN",
    "Saving": "SAVING",
}
"""The columns of Purchases that functions work out, by title."""

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

FIELDS = {column.field: column for column in COLUMNS}
SERVICE_FIELDS = ("unit", "step", "part_units")
ASSUMABLE = tuple(
    column.field
    for column in COLUMNS
    if column.kind not in ("text", "assumed", "step", "part units")
)
"""Fields that an assumption may be about."""

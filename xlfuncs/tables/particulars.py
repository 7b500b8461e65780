"""The Contract sheet: particulars and open questions, one a row, for people and for `check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import Cell, is_blank, text_of
from xlfuncs.tables.grid import Grid, cells_under, find_header, title_key
from xlfuncs.tables.places import column_letter
from xlfuncs.tables.records import Problem
from xlfuncs.tables.schema import CONTRACT, PARTICULAR_COLUMNS

ITEMS = {
    "name": "Contract",
    "prefix": "Function prefix",
    "currency": "Currency",
    "parties": "Party",
    "open_questions": "Open question",
}
REPEATED = ("parties", "open_questions")
TITLES = tuple(column.field for column in PARTICULAR_COLUMNS)

LONGEST_PREFIX = 20
PREFIX_EXPECTED = "up to 20 capital letters and digits, a letter first, such as QUALYS"


def is_prefix(text: str) -> bool:
    """Whether function names may begin with a text.

    >>> is_prefix("ACME2"), is_prefix("Acme"), is_prefix("2ACME")
    (True, False, False)
    """
    plain = text.isascii() and text.isalnum() and text.isupper()
    return plain and text[0].isalpha() and len(text) <= LONGEST_PREFIX


class Particulars(NamedTuple):
    """What the Contract sheet says; `cells` are the places of the texts of each field."""

    values: Mapping[str, str | tuple[str, ...]]
    cells: Mapping[str, Sequence[str]]


def read_particulars(grid: Grid, problems: list[Problem]) -> Particulars:
    """The particulars on a Contract sheet; items of a reader's own are passed over."""
    found: dict[str, list[str]] = {field: [] for field in ITEMS}
    cells: dict[str, list[str]] = {field: [] for field in ITEMS}
    header = find_header(CONTRACT, grid, TITLES, problems)
    if header is None:
        return Particulars({}, {})
    fields = {title_key(title): field for field, title in ITEMS.items()}
    for index in range(header.row + 1, len(grid)):
        row = cells_under(header, grid[index])
        field = fields.get(title_key(row["item"])) if isinstance(row["item"], str) else None
        if field is None or is_blank(row["value"]):
            continue
        where = f"{CONTRACT}!{column_letter(header.columns['value'])}{index + 1}"
        text = _value(field, row["value"], where, problems)
        found[field].append(text)
        cells[field].append(where)
        if field not in REPEATED and len(found[field]) > 1:
            problems.append(Problem(where, f"a second {ITEMS[field]!r}; expected one"))
    values = {
        field: tuple(texts) if field in REPEATED else "".join(texts[:1])
        for field, texts in found.items()
    }
    return Particulars(values, cells)


def _value(field: str, cell: Cell, where: str, problems: list[Problem]) -> str:
    try:
        text = text_of(cell)
    except BadInput as refusal:
        problems.append(Problem(where, f"{ITEMS[field].lower()} {refusal}"))
        return ""
    if field == "prefix" and not is_prefix(text):
        problems.append(Problem(where, f"prefix is {text!r}; expected {PREFIX_EXPECTED}"))
    return text


def particulars_of(contract: Contract) -> Iterator[tuple[str, str]]:
    """Item and value of each line that the Contract sheet of a contract has."""
    for field, title in ITEMS.items():
        value = getattr(contract, field)
        for text in value if field in REPEATED else (value,):
            yield title, text

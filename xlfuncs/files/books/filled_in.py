"""What people filled in on the sheets of a workbook, to go into a contract file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple, TypeVar

from xlfuncs.files.books.beyond import beyond_a_file, own_columns
from xlfuncs.files.books.kept import draft_of_workbook, header_of
from xlfuncs.files.books.opened import Opened, open_workbook
from xlfuncs.files.books.packages import in_one_sentence
from xlfuncs.files.books.workbook import reading_of
from xlfuncs.files.revising.changes import Cells
from xlfuncs.pricing.contract import Contract, Purchase, service_key
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import Cell, day_of, figure_of, is_blank, shown, text_of
from xlfuncs.tables.drafts import BLANK, Draft, Line
from xlfuncs.tables.grid import find_header, title_key
from xlfuncs.tables.particulars import ITEMS
from xlfuncs.tables.places import column_letter
from xlfuncs.tables.reading import MOST_PROBLEMS, Reading
from xlfuncs.tables.records import Problem
from xlfuncs.tables.schema import PURCHASE_COLUMNS, PURCHASES, SERVICE_FIELDS

_Read = TypeVar("_Read")

FIELDS_BY_ITEM = {title_key(title): field for field, title in ITEMS.items()}


class FilledIn(NamedTuple):
    """The contract of a workbook with its purchases, or all problems; and the cells it stands in.

    `beyond` names formulas and items that a contract file has no room for, `columns` those of a
    reader's own. A workbook without the sheet Purchases,
    which `has_purchases` tells, says nothing of them.
    """

    reading: Reading
    cells: Cells
    beyond: list[str]
    columns: list[str]
    has_purchases: bool


def filled_in(content: bytes) -> FilledIn:
    """What is filled in on the sheets of a workbook. Raises Unreadable.

    A formula counts with the value that was stored with it.
    """
    opened = open_workbook(content)
    contract, problems, questions = reading_of(opened)
    with in_one_sentence():
        draft = draft_of_workbook(opened)
        found = [*problems, *islice(_without_values(draft), MOST_PROBLEMS)]
        places = _purchase_places(opened, draft, found)
        purchases = tuple(_purchases(places, contract, found))
        cells = Cells(_particulars(draft), _services(draft), [each for _, each in places])
        beyond, columns = list(beyond_a_file(draft)), list(own_columns(opened))
    contract = None if contract is None or found else contract._replace(purchases=purchases)
    reading = Reading(contract, tuple(dict.fromkeys(found)), questions)
    return FilledIn(reading, cells, beyond, columns, opened.sheet(PURCHASES) is not None)


def _without_values(draft: Draft) -> Iterator[Problem]:
    """The formulas of the sheets Contract and Purchases of which nobody knows the value."""
    for line in (*filter(_field_of, draft.contract), *draft.purchases):
        for entered in line.values():
            if entered.formula and entered.value is None:
                text = "a formula without a stored value; expected the workbook saved by Excel"
                yield Problem(entered.place, text)


def _purchase_places(
    opened: Opened, draft: Draft, problems: list[Problem]
) -> list[tuple[Line, dict[str, str]]]:
    """The lines of the sheet Purchases with something in them, and the cell of each field."""
    sheet = opened.sheet(PURCHASES)
    if sheet is None:
        return []
    grid = [[cell.entered for cell in row] for row in sheet.rows]
    header = header_of(PURCHASES, grid)
    if header is None:
        required = [column.field for column in PURCHASE_COLUMNS if column.required]
        find_header(PURCHASES, grid, required, problems)
        return []
    letters = {field: column_letter(index) for field, index in header.columns.items()}
    return [
        (
            line,
            {
                column.field: f"{PURCHASES}!{letters.get(column.field, 'A')}{number}"
                for column in PURCHASE_COLUMNS
            },
        )
        for number, line in enumerate(draft.purchases, header.row + 2)
        if line
    ]


def _purchases(
    places: list[tuple[Line, dict[str, str]]],
    contract: Contract | None,
    problems: list[Problem],
) -> Iterator[Purchase]:
    for line, cells in places:
        quantity = _read(line, "quantity", figure_of, cells, problems)
        purchased = _read(line, "purchased", day_of, cells, problems)
        service = _read(line, "service", _service_reader(contract), cells, problems)
        reference = _read(line, "reference", text_of, cells, problems)
        if quantity is not None and purchased is not None:
            yield Purchase(quantity, purchased, service or "", reference or "")


def _read(
    line: Line,
    field: str,
    reader: Callable[[Cell], _Read],
    cells: Mapping[str, str],
    problems: list[Problem],
) -> _Read | None:
    entered = line.get(field, BLANK)
    if entered.formula and entered.value is None:
        return None  # which is a problem already
    try:
        return reader(entered.read)
    except BadInput as refusal:
        problems.append(Problem(cells[field], f"{field} {refusal}"))
        return None


def _service_reader(contract: Contract | None) -> Callable[[Cell], str]:
    """A reader of the names of a contract's services; of one with problems they are not known."""
    services = {} if contract is None else {each.key: each.name for each in contract.services}

    def read(cell: Cell) -> str:
        known = isinstance(cell, str) and service_key(cell) in services
        if services and not known and not (is_blank(cell) and len(services) == 1):
            names = ", ".join(map(repr, services.values()))
            raise BadInput(f"is {shown(cell)}; expected one of the services {names}")
        return text_of(cell) if isinstance(cell, str) else ""

    return read


def _particulars(draft: Draft) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    for line in draft.contract:
        field, value = _field_of(line), line.get("value", BLANK)
        if field and not is_blank(value.read):
            cells.setdefault(field, []).append(value.place)
    return cells


def _field_of(line: Line) -> str | None:
    """What a line of the sheet Contract is about, None where that is an item of a reader's own."""
    item = line.get("item", BLANK).read
    return FIELDS_BY_ITEM.get(title_key(item)) if isinstance(item, str) else None


def _services(draft: Draft) -> dict[tuple[str, str], str]:
    cells: dict[tuple[str, str], str] = {}
    for line in (*draft.tiers, *draft.amendments):
        name = line.get("service", BLANK)
        if isinstance(name.read, str):
            key = service_key(name.read)
            cells.setdefault((key, "name"), name.place)
            for field in SERVICE_FIELDS:
                if field in line:
                    cells.setdefault((key, field), line[field].place)
    return cells

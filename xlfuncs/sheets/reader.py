"""Read sheets or files as a contract: every problem in one pass, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from xlfuncs.pricing.contract import (
    Contract,
    PartUnits,
    Purchase,
    Row,
    Service,
    name_key,
    tidy_spaces,
)
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_functions import EXACT
from xlfuncs.sheets.cells import Cell, is_blank, parse_text
from xlfuncs.sheets.grid import Grid, cells_under, find_header, find_records
from xlfuncs.sheets.parsers import Problem, Record, Stated, problem_with, read_record
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    CONTRACT,
    ITEMS,
    PARTICULAR_COLUMNS,
    REPEATED,
    SERVICE_FIELDS,
    TIERS,
    column_letter,
)

# Services, from what rows say of them.


def find_services(
    stated: Sequence[Stated], problems: list[Problem], named: Iterable[str] = ()
) -> tuple[Service, ...]:
    """The services in the order of their first rows, called as they are `named` or by that row.

    What any row says of its service holds for all its rows; two that say different things are a
    problem, at the later one.
    """
    values: dict[str, dict[str, Any]] = {}
    sources: dict[tuple[str, str], Row] = {}
    names: dict[str, str] = {}
    official = {name_key(name): name for name in named}
    for row, service in ((each.row, each.service) for each in stated):
        key = name_key(row.service)
        names.setdefault(key, tidy_spaces(official.get(key, row.service)))
        known = values.setdefault(key, {})
        for field in SERVICE_FIELDS:
            value = tidy_spaces(service[field]) if field == "unit" else service[field]
            if value in (None, ""):
                continue
            source = sources.setdefault((key, field), row)
            if known.setdefault(field, value) != value:
                text = (
                    f"of {row.service!r} is {_in_words(value)}, but {source.place.cell(field)} "
                    f"says {_in_words(known[field])}; expected one and the same"
                )
                problems.append(problem_with(row.place, field, text))
    return tuple(Service(name, **values[key]) for key, name in names.items())


def check_steps(rows: Sequence[Row], services: Sequence[Service], problems: list[Problem]) -> None:
    """Ranges have to begin and end on whole steps, or two rows would share one."""
    steps = {service.key: service.step for service in services}
    for row in rows:
        step = steps[name_key(row.service)]
        for field in ("quantity_from", "quantity_to"):
            quantity = getattr(row, field)
            if quantity is not None and EXACT.remainder(quantity, step):
                text = f"is {quantity:f}; expected a multiple of the step {step:f}"
                problems.append(problem_with(row.place, field, text))


def _in_words(value: Any) -> str:
    if isinstance(value, PartUnits):
        return value.value
    return repr(value) if isinstance(value, str) else f"{value:f}"


# The sheet Contract: particulars and open questions, one a row, for people and for `check`.

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
    """What the sheet Contract says; `cells` are the places of the texts of each field."""

    values: Mapping[str, str | tuple[str, ...]]
    cells: Mapping[str, Sequence[str]]


def read_particulars(grid: Grid, problems: list[Problem]) -> Particulars:
    """The particulars on a sheet Contract; items of other names are passed over."""
    found: dict[str, list[str]] = {field: [] for field in ITEMS}
    cells: dict[str, list[str]] = {field: [] for field in ITEMS}
    titles = [column.field for column in PARTICULAR_COLUMNS]
    header = find_header(CONTRACT, grid, titles, problems)
    if header is None:
        return Particulars({}, {})
    fields = {name_key(title): field for field, title in ITEMS.items()}
    for index in range(header.row + 1, len(grid)):
        row = cells_under(header, grid[index])
        field = fields.get(name_key(row["item"])) if isinstance(row["item"], str) else None
        if field is None or is_blank(row["value"]):
            continue
        where = f"{CONTRACT}!{column_letter(header.columns['value'])}{index + 1}"
        text = _parse_item(field, row["value"], where, problems)
        found[field].append(text)
        cells[field].append(where)
        if field not in REPEATED and len(found[field]) > 1:
            problems.append(Problem(where, f"a second {ITEMS[field]!r}; expected one"))
    values = {
        field: tuple(texts) if field in REPEATED else "".join(texts[:1])
        for field, texts in found.items()
    }
    return Particulars(values, cells)


def _parse_item(field: str, cell: Cell, where: str, problems: list[Problem]) -> str:
    try:
        text = parse_text(cell)
    except BadInput as refusal:
        problems.append(Problem(where, f"{ITEMS[field].lower()} {refusal}"))
        return ""
    if field == "prefix" and not is_prefix(text):
        problems.append(Problem(where, f"prefix is {text!r}; expected {PREFIX_EXPECTED}"))
    return text


def list_particulars(contract: Contract) -> Iterator[tuple[str, str]]:
    """Item and value of each line of the sheet Contract."""
    for field, title in ITEMS.items():
        value = getattr(contract, field)
        for text in value if field in REPEATED else (value,):
            yield title, text


# Contracts.

MOST_PROBLEMS = 1_000
"""Problems that are named; after as many no more rows are read."""


class Sheets(NamedTuple):
    """The sheets of a workbook as a host reads them, each from its cell A1 on.

    `problems` are what the host found that cells alone do not show.
    """

    tiers: Grid
    amendments: Grid
    contract: Grid = ()
    date1904: bool = False
    problems: tuple[Problem, ...] = ()


class Reading(NamedTuple):
    """A contract, or the problems of its sheets or file.

    A row that cannot be read might be the one that prevails, so one problem is enough for no
    contract. `cells` are the places of each particular and open question, by field.
    """

    contract: Contract | None
    problems: tuple[Problem, ...] = ()
    cells: Mapping[str, Sequence[str]] = {}

    @property
    def question_cells(self) -> Sequence[str]:
        """The places of the open questions, in their order."""
        return self.cells.get("open_questions", ())


def read_sheets(sheets: Sheets) -> Reading:
    """The contract on the sheets; only the sheet Contract may be missing."""
    problems = list(sheets.problems)
    records = find_records(TIERS, sheets.tiers, problems)
    records += find_records(AMENDMENTS, sheets.amendments, problems)
    particulars = Particulars({}, {})
    if sheets.contract:
        particulars = read_particulars(sheets.contract, problems)
    return read_records(records, particulars, problems, sheets.date1904)


def read_records(
    records: Sequence[Record],
    particulars: Particulars,
    problems: list[Problem],
    date1904: bool = False,
    *,
    purchases: tuple[Purchase, ...] = (),
    named: Iterable[str] = (),
) -> Reading:
    """The contract that records and particulars make; `problems` are those already found.

    `named` are the names of the services where they are stated apart from the rows.
    """
    if not records and not problems:
        problems.append(Problem(TIERS, "no row has anything in it; expected the price table"))
    stated = list(_read_all(records, date1904, problems))
    services = find_services(stated, problems, named)
    rows = tuple(each.row for each in stated)
    check_steps(rows, services, problems)
    if problems:
        return Reading(None, _first_ones(problems), particulars.cells)
    values = {"name": "", "prefix": "", **particulars.values}
    contract = Contract(services=services, rows=rows, purchases=purchases, **values)  # type: ignore[arg-type]
    return Reading(contract, (), particulars.cells)


def _read_all(
    records: Sequence[Record], date1904: bool, problems: list[Problem]
) -> Iterator[Stated]:
    """What the records state, until there are too many problems."""
    for record in records:
        if len(problems) > MOST_PROBLEMS:
            return
        stated = read_record(record, date1904, problems)
        if stated is not None:
            yield stated


def _first_ones(problems: list[Problem]) -> tuple[Problem, ...]:
    """Each problem once; of very many only the first, and where the next one is."""
    named = list(dict.fromkeys(problems))
    if len(named) > MOST_PROBLEMS:
        more = "more problems from here on; expected those above corrected first"
        named[MOST_PROBLEMS:] = [Problem(named[MOST_PROBLEMS].where, more)]
    return tuple(named)

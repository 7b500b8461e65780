"""From records to a contract: each is a row of a sheet, or a table of a contract file.

Every problem is found in one pass, each with its place.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Callable, NamedTuple, Union

from xlfuncs.pricing.contract import (
    ALL_BEFORE,
    FIGURES_NEEDED,
    NOT_ON_FILE,
    Assumption,
    Billed,
    Charge,
    Contract,
    Counted,
    PartUnits,
    Purchase,
    Row,
    Service,
)
from xlfuncs.pricing.money import EXACT
from xlfuncs.pricing.names import name_key, tidy_spaces
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import MOST_SERVICES_NAMED
from xlfuncs.sheets.cells import (
    A_NUMBER,
    Cell,
    format_cell,
    is_blank,
    parse_day,
    parse_figure,
    parse_text,
)
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    ASSUMABLE,
    COLUMNS,
    FILE_COLUMNS,
    OR_MORE,
    SERVICE_FIELDS,
    TIERS,
    Column,
    KeyPlace,
    SheetPlace,
    format_name,
    format_title,
    list_titles,
)

# What is read: records, the particulars of a contract, and problems.

Place = Union[SheetPlace, KeyPlace]


class Record(NamedTuple):
    """Cells by field, from one place of the price table or of an amendment."""

    place: Place
    sheet: str
    cells: dict[str, Cell]


class Particulars(NamedTuple):
    """What the sheet Contract says; `cells` are the places of the texts of each field."""

    values: Mapping[str, str | tuple[str, ...]]
    cells: Mapping[str, Sequence[str]]


class Problem(NamedTuple):
    """Why a sheet or file has no prices, and where."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def problem_with(place: Place, field: str, text: str) -> Problem:
    """A problem with a field of a row."""
    return Problem(place.cell(field), f"{format_name(field)} {text}")


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


# From all records to a contract.

A_NAME = "the name of what is priced"

MOST_PROBLEMS = 1_000
"""Problems that are named; after as many no more rows are read."""


def read_records(
    records: Sequence[Record],
    particulars: Particulars,
    problems: list[Problem],
    date1904: bool = False,
    *,
    purchases: tuple[Purchase, ...] = (),
    service_names: Iterable[str] = (),
    not_held: Iterable[int] = (),
) -> Reading:
    """The contract that records and particulars make; `problems` are those already found.

    `date1904` is how a workbook counts its days; the days in a contract file are dates.
    `service_names` are the names of the services where they are stated apart from the rows,
    `not_held` the numbers of documents that are known and missing.
    """
    if not records and not problems:
        problems.append(Problem(TIERS, "the sheet has no rows; expected the price table"))
    stated = list(_read_all(records, date1904, problems))
    stated = _name_services(stated, problems)
    services = find_services(stated, problems, service_names)
    rows = tuple(each.row for each in stated)
    check_steps(rows, services, problems)
    if problems:
        return Reading(None, _first_ones(problems), particulars.cells)
    values = {"name": "", "prefix": "", **particulars.values}
    contract = Contract(
        services=services,
        rows=rows,
        purchases=purchases,
        not_held=tuple(sorted(set(not_held))),
        **values,  # type: ignore[arg-type]
    )
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


# One record.

BOUNDS = ("minimum", "maximum")

FIGURES_ALLOWED = {
    **{charge: {*needed, *(BOUNDS if needed else ())} for charge, needed in FIGURES_NEEDED.items()},
    Charge.PACKAGE: {"price", "unit_price", *BOUNDS},
}

DOCUMENT_DAYS = ("signed", "effective", "ends")
"""The days of a row that may be not on file."""


class Stated(NamedTuple):
    """What a record without problems states: its row, and what it says of its service."""

    row: Row
    service: dict[str, Any]


def read_record(record: Record, date1904: bool, problems: list[Problem]) -> Stated | None:
    """The row that a record states; None, with all its problems noted, where there are any."""
    before = len(problems)
    values = _values(record, date1904, problems)
    if len(problems) == before:
        _check(record, values, problems)
    if len(problems) > before:
        return None
    service = {field: values.pop(field) for field in SERVICE_FIELDS}
    values["quantity_to"] = _last_quantity(values["quantity_from"], values["quantity_to"])
    values["per"] = values["per"] or 1
    unknown = tuple(field for field in DOCUMENT_DAYS if values[field] == NOT_ON_FILE)
    values |= {"not_on_file": unknown, **dict.fromkeys(unknown)}
    row = Row(place=record.place, **values)
    if row.increases or row.increase:
        from xlfuncs.sheets.increases import check_increases  # which most contracts do without

        for field, text in check_increases(row):
            problems.append(problem_with(record.place, field, text))
    return Stated(row, service) if len(problems) == before else None


def _last_quantity(first: Decimal, stated: Decimal | str | None) -> Decimal | None:
    """The last quantity of a row; here None means the opposite of what it does in a cell.

    A blank cell means exactly the first quantity, `OR_MORE` no upper end, which is None in a `Row`.
    """
    if stated is None:
        return first
    return None if isinstance(stated, str) else stated


def _values(record: Record, date1904: bool, problems: list[Problem]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    missing: list[Column] = []
    before = len(problems)
    for column in (*COLUMNS, *FILE_COLUMNS):
        cell = record.cells.get(column.field)
        if column.field == "document" and record.sheet == TIERS and is_blank(cell):
            cell = 0
        if is_blank(cell):
            values[column.field] = _BLANK.get(column.kind)
            if column.required and isinstance(record.place, SheetPlace):
                missing.append(column)
            elif column.required:
                text = f"is blank; expected {column.meaning}"
                problems.append(problem_with(record.place, column.field, text))
            continue
        try:
            values[column.field] = PARSERS[column.kind](cell, date1904)
        except BadInput as refusal:
            problems.append(problem_with(record.place, column.field, str(refusal)))
    if missing and isinstance(record.place, SheetPlace):
        problems.insert(before, _not_complete(record.place, missing))
    return values


def _not_complete(place: SheetPlace, missing: Sequence[Column]) -> Problem:
    """What a row of a sheet lacks, in one problem: as a rule somebody is just typing it.

    >>> price = Column("price", "Price", "money", "an amount", required=True)
    >>> print(_not_complete(SheetPlace(TIERS, 7, {"price": "I"}), [price]))
    Tiers!I7: row 7 is not complete yet: Price is missing; expected an amount
    """
    *before, last = (column.title for column in missing)
    named = f"{', '.join(before)} and {last} are" if before else f"{last} is"
    expected = "all that rows need" if before else missing[0].meaning
    text = f"row {place.row} is not complete yet: {named} missing; expected {expected}"
    return Problem(place.cell(missing[0].field), text)


_BLANK = {"text": "", "assumed": (), "increases": ()}


def _check(record: Record, values: dict[str, Any], problems: list[Problem]) -> None:
    """Note what is wrong between the cells of one record."""
    checks = (
        *(_check_sheet, _check_ends, _check_figures),
        *(_check_replaced, _check_rises, _check_assumptions),
    )
    for check in checks:
        for field, text in check(record, values):
            problems.append(problem_with(record.place, field, text))


def _check_sheet(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    document = values["document"]
    if record.sheet == TIERS and document:
        text = f"is {document}; leave it blank: the sheet {TIERS} is for the agreement itself"
        yield "document", text
    if record.sheet == AMENDMENTS and not document:
        text = "is 0; expected 1 or more; 0 is the agreement itself"
        yield "document", text


def _check_ends(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    first, upper = values["quantity_from"], values["quantity_to"]
    if upper not in {None, OR_MORE} and upper < first:
        yield "quantity_to", f"is {upper:f}; expected {first:f} or more"
    starts = values["effective"] or (None if values["document"] else values["signed"])
    for since, until in ((values["purchased_from"], "purchased_through"), (starts, "ends")):
        if isinstance(since, date) and isinstance(values[until], date) and values[until] < since:
            yield until, f"is {values[until]}; expected {since} or a later day"


def _check_figures(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A figure that the charge does not use might be the one that was meant."""
    charge = values["charge"]
    allowed = FIGURES_ALLOWED[charge]
    for field in ("price", "unit_price", "percent", *BOUNDS):
        if values[field] is not None and field not in allowed:
            why = f"leave it blank: the pricing method is {charge.value}"
            yield field, f"is {values[field]:f}; {why}"
    if values["per"] and "unit_price" not in allowed:
        yield "per", f"is {values['per']}; leave it blank: the pricing method is {charge.value}"
    elif values["per"] and charge is Charge.PACKAGE and values["unit_price"] is None:
        yield "per", f"is {values['per']}; leave it blank: the package has no unit price"
    least, most = (values[field] for field in BOUNDS)
    if least is not None and most is not None and most < least:
        yield "maximum", f"is {most:f}; expected at least the minimum, {least:f}"


def _check_replaced(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    number, replaced = values["document"], values["replaces"]
    if replaced is not None and not number:
        yield "replaces", f"is {replaced}; leave it blank: the agreement is the first document"
    elif isinstance(replaced, int) and replaced >= number:
        text = f"is {replaced}; expected the number of an earlier document than {number}"
        yield "replaces", f"{text}, or '{ALL_BEFORE}'"


def _check_rises(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if values["increases"] and values["increase"]:
        found = format_cell(values["increase"])
        text = "leave it blank beside increases: it is for a row with the increase already included"
        yield "increase", f"is {found}; {text}"
    if values["rounded"] is not None and not values["increases"]:
        yield "rounded", f"is {values['rounded']}; leave it out: the row has no increases"


def _check_assumptions(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for assumption in values["assumed"]:
        for field in assumption.fields:
            value = values["increases"] or values[field] if field == "increase" else values[field]
            if value in (None, "") and field != "per":  # which is 1 where blank
                yield (
                    "assumed",
                    f"names {format_title(field)!r}, which is blank; enter the assumed value there",
                )


# Services, from what rows say of them.


def _name_services(stated: Sequence[Stated], problems: list[Problem]) -> list[Stated]:
    """The rows, those that name no service with the only one that any row names."""
    names: dict[str, str] = {}
    for each in stated:
        if each.row.service:
            names.setdefault(name_key(each.row.service), each.row.service)
    if len(names) == 1:
        [name] = names.values()
        return [
            each if each.row.service else Stated(each.row._replace(service=name), each.service)
            for each in stated
        ]
    several = " or ".join(repr(name) for name in list(names.values())[:MOST_SERVICES_NAMED])
    problems += (
        problem_with(each.row.place, "service", f"is blank; expected {several or A_NAME}")
        for each in stated
        if not each.row.service
    )
    return [each for each in stated if each.row.service]


def find_services(
    stated: Sequence[Stated], problems: list[Problem], service_names: Iterable[str] = ()
) -> tuple[Service, ...]:
    """The services in the order of their first rows.

    A service is called as in `service_names`, or as in its first row where it is not among them.
    What any row says of its service holds for all its rows; two that say different things are a
    problem, at the later one.
    """
    values: dict[str, dict[str, Any]] = {}
    sources: dict[tuple[str, str], Row] = {}
    names: dict[str, str] = {}
    official = {name_key(name): name for name in service_names}
    for row, service in ((each.row, each.service) for each in stated):
        key = name_key(row.service)
        names.setdefault(key, tidy_spaces(official.get(key, row.service)))
        known = values.setdefault(key, {})
        for field in SERVICE_FIELDS:
            value = tidy_spaces(service[field]) if field == "unit" else service[field]
            if value in (None, "") and field != "per":  # which is 1 where blank
                continue
            source = sources.setdefault((key, field), row)
            if known.setdefault(field, value) != value:
                text = (
                    f"of {row.service!r} is {_in_words(value)}, but {source.place.cell(field)} "
                    f"says {_in_words(known[field])}; make them the same"
                )
                problems.append(problem_with(row.place, field, text))
    return tuple(Service(name, **values[key]) for key, name in names.items())


def check_steps(rows: Sequence[Row], services: Sequence[Service], problems: list[Problem]) -> None:
    """Ranges have to begin and end on whole steps, or two rows would share one; limits, too."""
    steps = {service.key: service.step for service in services}
    for service in services:
        if service.limit is not None and EXACT.remainder(service.limit, service.step):
            text = f"is {service.limit:f}; expected a multiple of the step {service.step:f}"
            first = next(row for row in rows if name_key(row.service) == service.key)
            problems.append(problem_with(first.place, "limit", text))
    for row in rows:
        step = steps[name_key(row.service)]
        for field in ("quantity_from", "quantity_to"):
            quantity = getattr(row, field)
            if quantity is not None and EXACT.remainder(quantity, step):
                text = f"is {quantity:f}; expected a multiple of the step {step:f}"
                problems.append(problem_with(row.place, field, text))


def _in_words(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return repr(value) if isinstance(value, str) else f"{value:f}"


# The prefix of function names.

LONGEST_PREFIX = 20
PREFIX_EXPECTED = "up to 20 capital letters and digits, starting with a letter, such as QUALYS"


def is_prefix(text: str) -> bool:
    """Whether function names may begin with a text.

    >>> is_prefix("ACME2"), is_prefix("Acme"), is_prefix("2ACME")
    (True, False, False)
    """
    plain = text.isascii() and text.isalnum() and text.isupper()
    return plain and text[0].isalpha() and len(text) <= LONGEST_PREFIX


# A parser for each kind of column. None of them is given a blank cell.

LAST_DOCUMENT = 9999
UNITS_PRICED_TOGETHER = (1, 10, 100, 1_000, 1_000_000)


def parse_document(cell: Cell, date1904: bool) -> int:
    expected = f"a whole number from 0 to {LAST_DOCUMENT}"
    number = parse_figure(cell, expected)
    if number != int(number) or not 0 <= number <= LAST_DOCUMENT:
        raise BadInput(f"is {format_cell(cell)}; expected {expected}")
    return int(number)


def parse_unsigned(cell: Cell, date1904: bool, expected: str = A_NUMBER) -> Decimal:
    found = parse_figure(cell, expected)
    if found < 0:
        raise BadInput(f"is {format_cell(cell)}; expected 0 or more")
    return found


def parse_money(cell: Cell, date1904: bool) -> Decimal:
    """A printed total: it is the price to the cent, so there is nothing to round."""
    found = parse_unsigned(cell, date1904)
    if found != found.quantize(Decimal("0.01")):
        raise BadInput(f"is {format_cell(cell)}; expected an amount to the cent, such as 279995.00")
    return found


def parse_percent(cell: Cell, date1904: bool) -> Decimal:
    found = parse_unsigned(cell, date1904, "a number, 15 for 15 percent")
    if found > 100:
        raise BadInput(f"is {format_cell(cell)}; expected a percentage from 0 to 100")
    return found


def parse_step(cell: Cell, date1904: bool) -> Decimal:
    found = parse_unsigned(cell, date1904)
    if not found:
        raise BadInput("is 0; expected a step above 0, such as 1 or 0.25")
    return found


def parse_limit(cell: Cell, date1904: bool) -> Decimal:
    found = parse_unsigned(cell, date1904)
    if not found:
        raise BadInput("is 0; expected a quantity above 0, or nothing where there is no limit")
    return found


def parse_upper_end(cell: Cell, date1904: bool) -> Decimal | str:
    """The last quantity, or `OR_MORE`; a blank cell, for exactly the first, is not parsed."""
    if isinstance(cell, str) and name_key(cell) == OR_MORE:
        return OR_MORE
    if isinstance(cell, str):
        raise BadInput(f"is {format_cell(cell)}; expected a quantity, '{OR_MORE}', or nothing")
    return parse_unsigned(cell, date1904)


def parse_per(cell: Cell, date1904: bool) -> int:
    """The units that a unit price is for."""
    expected = ", ".join(f"{units:,}" for units in UNITS_PRICED_TOGETHER)
    found = parse_figure(cell, f"one of: {expected}")
    if found not in UNITS_PRICED_TOGETHER:
        raise BadInput(f"is {format_cell(cell)}; expected one of: {expected}")
    return int(found)


def parse_document_day(cell: Cell, date1904: bool) -> date | str:
    """A day, or the words for one that no document on file states."""
    if isinstance(cell, str) and name_key(cell) == NOT_ON_FILE:
        return NOT_ON_FILE
    try:
        return parse_day(cell, date1904, iso_text=False)
    except BadInput as refusal:
        raise BadInput(f"{refusal}, or '{NOT_ON_FILE}'") from None


def parse_replaces(cell: Cell, date1904: bool) -> int | str:
    """The number of the document that is replaced, or `ALL_BEFORE`."""
    if isinstance(cell, str) and name_key(cell) == ALL_BEFORE:
        return ALL_BEFORE
    expected = f"the number of an earlier document, or '{ALL_BEFORE}'"
    number = parse_figure(cell, expected)
    if number != int(number) or not 0 <= number <= LAST_DOCUMENT:
        raise BadInput(f"is {format_cell(cell)}; expected {expected}")
    return int(number)


def parser_of(choices: type[Enum]) -> Callable[[Cell, bool], Enum]:
    """A parser of the words of an enumeration, in any letter case and spacing."""

    def parse(cell: Cell, date1904: bool) -> Enum:
        words = name_key(cell) if isinstance(cell, str) else cell
        for choice in choices:
            if choice.value == words:
                return choice
        expected = ", ".join(choice.value for choice in choices)
        raise BadInput(f"is {format_cell(cell)}; expected one of: {expected}")

    return parse


def parse_assumed(cell: Cell, date1904: bool) -> tuple[Assumption, ...]:
    """Assumptions: the columns they are about, a colon, and why; one a line, or with semicolons.

    >>> parse_assumed("Signed, Effective: no signed copy is on file", False)[0].fields
    ('signed', 'effective')
    >>> [each.why for each in parse_assumed("Effective: blurred; cut off; Price: a note", False)]
    ['blurred; cut off', 'a note']
    """
    lines = (part for line in parse_text(cell).splitlines() for part in _split(line))
    return tuple(_assumption(line) for line in lines if line.strip())


def _split(line: str) -> list[str]:
    """The assumptions of a line: a semicolon ends a reason where titles and a colon follow."""
    titles = "|".join(each for field in ASSUMABLE for each in (field, *list_titles(field)))
    titles = titles.replace(".", r"\.")
    return re.split(rf";\s*(?=(?:{titles})(?:\s*,\s*(?:{titles}))*\s*:)", line, flags=re.IGNORECASE)


def _assumption(line: str) -> Assumption:
    names, colon, why = line.partition(":")
    keys = [name_key(name.replace("_", " ")) for name in names.split(",")]
    if not colon or not why.strip() or not set(keys) <= set(ASSUMABLE_BY_TITLE):
        columns = ", ".join(format_title(field) for field in ASSUMABLE)
        raise BadInput(
            f"is {format_cell(line)}; expected columns, a colon and the reason, such as "
            f"'Effective date: no signed copy is on file'; the columns are {columns}"
        )
    return Assumption(tuple(ASSUMABLE_BY_TITLE[key] for key in keys), why.strip())


ASSUMABLE_BY_TITLE = {name_key(each): field for field in ASSUMABLE for each in list_titles(field)}


def format_assumption(assumption: Assumption) -> str:
    """An assumption as a line of a cell."""
    return f"{', '.join(format_title(field) for field in assumption.fields)}: {assumption.why}"


def select_assumptions(
    assumed: Iterable[Assumption], fields: Container[str]
) -> tuple[Assumption, ...]:
    """The assumptions as far as they are about these fields.

    >>> select_assumptions([Assumption(("signed", "ends"), "a letter")], {"ends"})
    (Assumption(fields=('ends',), why='a letter'),)
    """
    kept = (
        Assumption(tuple(field for field in each.fields if field in fields), each.why)
        for each in assumed
    )
    return tuple(each for each in kept if each.fields)


def _parse_rise(kind: str, cell: Cell) -> object:
    """What a contract file says of rises; most say nothing and do without its parsers."""
    from xlfuncs.sheets.increases import parse_increases, parse_rounded

    return parse_increases(cell) if kind == "increases" else parse_rounded(cell)


PARSERS: dict[str, Callable[[Cell, bool], object]] = {
    "document": parse_document,
    "text": lambda cell, date1904: parse_text(cell),
    "figure": parse_unsigned,
    "money": parse_money,
    "percent": parse_percent,
    "upper end": parse_upper_end,
    "charge": parser_of(Charge),
    "day": lambda cell, date1904: parse_day(cell, date1904, iso_text=False),
    "assumed": parse_assumed,
    "step": parse_step,
    "part units": parser_of(PartUnits),
    "billed": parser_of(Billed),
    "counted": parser_of(Counted),
    "limit": parse_limit,
    "per": parse_per,
    "document day": parse_document_day,
    "replaces": parse_replaces,
    "increases": lambda cell, date1904: _parse_rise("increases", cell),
    "rounded": lambda cell, date1904: _parse_rise("rounded", cell),
}
"""By the kind of a column; each raises BadInput."""

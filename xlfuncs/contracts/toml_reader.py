"""Read a contract file, with every problem and its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from xlfuncs.errors import FileFormatError
from xlfuncs.pricing.contract import NOT_ON_FILE, RAISED, Assumption, Purchase
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import MOST_SERVICES_NAMED
from xlfuncs.sheets.cells import (
    NOT_AS_A_DATE,
    Cell,
    describe_year,
    escape_unseen,
    format_cell,
    is_blank,
    parse_day,
    parse_figure,
    parse_text,
    shorten,
)
from xlfuncs.sheets.parsers import (
    ASSUMABLE_BY_TITLE,
    MOST_PROBLEMS,
    PARSERS,
    PREFIX_EXPECTED,
    Particulars,
    Problem,
    Reading,
    Record,
    format_assumption,
    is_prefix,
    parse_assumed,
    parse_document,
    read_records,
    select_assumptions,
)
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    ASSUMABLE,
    DAY_KINDS,
    FILE_COLUMNS,
    INHERITED,
    ITEMS,
    KINDS,
    MOST_INCREASES,
    REPEATED,
    ROW_KEYS,
    SERVICE_FIELDS,
    TIERS,
    Column,
    KeyPlace,
)

_Parsed = TypeVar("_Parsed")

# The whole file; README.md has its parts and keys.

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What some editors on Windows put before UTF-8 text."""

Table = dict[str, Any]
"""A table as `tomllib` parses it."""

MOST_ROWS = 20_000
"""Rows of all documents together."""


def read_toml(content: bytes) -> Reading:
    """The contract in the text of a file. Raises FileFormatError."""
    try:
        text = content.removeprefix(BYTE_ORDER_MARK).decode()
        refuse_beyond_bounds(text)
        table = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        raise FileFormatError("not UTF-8 text; save it as UTF-8") from None
    except ValueError as error:
        from xlfuncs.contracts.toml_errors import explain_slip

        raise FileFormatError(explain_slip(text, error)) from None
    return read_contract_table(table)


def read_contract_table(table: Table) -> Reading:
    """The contract in a parsed file, or all its problems."""
    problems: list[Problem] = []
    top = TableReader(table, "", problems)
    contract = top.take_table("contract", required=True)
    particulars = _read_particulars(contract)
    not_held = _read_not_held(contract)
    contract.refuse_others()
    services = Services(top)
    agreement = Document(top.take_table("agreement", required=True), "dated", None)
    records = [*agreement.records(services, "tiers", TIERS)]
    numbers = []
    for amendment in top.take_tables("amendments"):
        document = Document(amendment, "signed", agreement)
        records += document.records(services, "rows", AMENDMENTS)
        numbers.append(document.number)
    _check_not_held(not_held, numbers, problems)
    purchases = tuple(_read_purchases(top, services))
    services.refuse_unpriced()
    top.refuse_others()
    count = _count_dated_rows(records) + len(not_held) * len(services.names)
    if count > MOST_ROWS:
        of_rises = ", increases and missing documents" if count > len(records) else ""
        found = f"has {count:,} rows including those of its amendments{of_rises}"
        expected = f"expected at most {MOST_ROWS:,}"
        return Reading(None, (Problem("agreement", f"{found}; {expected}"),))
    return read_records(
        records,
        particulars,
        problems,
        purchases=purchases,
        service_names=services.names,
        not_held=not_held,
    )


def _count_dated_rows(records: Sequence[Record]) -> int:
    """The rows that a workbook has for these: each rise makes one more."""
    rises = (record.cells["increases"] for record in records)
    counts = (len(each) for each in rises if isinstance(each, list))
    return len(records) + sum(count for count in counts if count <= MOST_INCREASES)


def _read_particulars(table: TableReader) -> Particulars:
    values: dict[str, str | tuple[str, ...]] = {}
    cells: dict[str, list[str]] = {}
    for key in ITEMS:
        if key in REPEATED:
            texts = table.take_texts(key)
            values[key] = texts
            cells[key] = [table.where(f"{key}[{number}]") for number in range(1, len(texts) + 1)]
        else:
            values[key] = table.take_text(key, required=key in {"name", "prefix"})
            cells[key] = [table.where(key)]
    if values["prefix"] and not is_prefix(str(values["prefix"])):
        table.note_problem("prefix", f"is {values['prefix']!r}; expected {PREFIX_EXPECTED}")
    return Particulars(values, cells)


MOST_NOT_HELD = 1_000
"""Missing documents."""


def _read_not_held(table: TableReader) -> tuple[int, ...]:
    """The numbers of the documents that are known and missing."""
    numbers: set[int] = set()
    cells = table.take_typed("not_held", list, [])
    if len(cells) > MOST_NOT_HELD:
        text = f"has {len(cells):,} numbers; expected at most {MOST_NOT_HELD:,}"
        table.note_problem("not_held", text)
        return ()
    for at, cell in enumerate(cells, 1):
        number = table.parse(f"not_held[{at}]", cell, lambda each: parse_document(each, False))
        if number == 0:
            text = "is 0, which is the agreement; expected the number of an amendment"
            table.note_problem(f"not_held[{at}]", text)
        elif number in numbers:
            table.note_problem(f"not_held[{at}]", f"is {number} listed twice; list it once")
        elif number is not None:
            numbers.add(number)
    return tuple(sorted(numbers))


def _check_not_held(not_held: Sequence[int], numbers: list[Any], problems: list[Problem]) -> None:
    on_file = {number for number in numbers if isinstance(number, (int, Decimal))}
    for number in not_held:
        if number in on_file:
            found = f"has {number}, which is the number of an amendment on file"
            expected = "expected only numbers of missing documents"
            problems.append(Problem("contract.not_held", f"{found}; {expected}"))


def _read_purchases(top: TableReader, services: Services) -> Iterator[Purchase]:
    for table in top.take_tables("purchases"):
        quantity = table.parse("quantity", table.take("quantity"), parse_figure)
        day = table.take_day("purchased", required=True)
        purchased = day and table.parse("purchased", day, parse_day)
        service, reference = table.take_text("service"), table.take_text("reference")
        table.refuse_others()
        services.check(table, service)
        if quantity is not None and purchased is not None:
            yield Purchase(quantity, purchased, service, reference)


# Documents: what each says of all its rows, and the rows.

MOST_ASSUMED, LONGEST_ASSUMED = 20, 4_000
"""Lines and characters that a document may assume of all its rows."""


class Document:
    """What the agreement or an amendment says of all its rows.

    The end of the agreement's term holds for its amendments too, unless they state another, or no
    document states it.
    """

    def __init__(self, table: TableReader, signed: str, agreement: Document | None) -> None:
        self._table = table
        fields = [field for field in INHERITED if agreement or field != "replaces"]
        named = {field: signed if field == "signed" else field for field in fields}
        self.number = table.take("number") if agreement else 0
        self._inherited = {field: _take_cell(table, key) for field, key in named.items()}
        self._places = {field: table.where(key) for field, key in named.items()}
        self._places["document"] = table.where("number")
        self._increases = {each.field: _take_of_all(table, each) for each in FILE_COLUMNS}
        assumed = table.take("assumed")
        self._has_rows = self._has_figures = False
        self._assumed: tuple[Assumption, ...] = ()
        if not is_blank(assumed):
            self._assumed = table.parse("assumed", assumed, _parse_assumed_of_all) or ()
        if agreement and is_blank(self._inherited["ends"]) and agreement.has_known_end:
            self._inherited["ends"] = agreement._inherited["ends"]
            self._places["ends"] = agreement._places["ends"]
            self._assumed += select_assumptions(agreement._assumed, {"ends"})

    @property
    def has_known_end(self) -> bool:
        """Whether a document states its end, as far as a file says."""
        end = self._inherited["ends"]
        return not (isinstance(end, str) and name_key(end) == NOT_ON_FILE)

    def records(self, services: Services, list_key: str, sheet: str) -> Iterator[Record]:
        """The document's rows, each with its own cells and those that it has from above.

        Rows become records as a sheet has them, so that `read_records` checks files and sheets
        alike: the cells of each row repeat what its document and its service state.
        """
        for row_table in self._table.take_tables(list_key):
            service, places = services.cells_for(row_table)
            own = {key: _take_cell(row_table, key) for key in ROW_KEYS if key != "service"}
            row_table.refuse_others()
            overruled = {field for field in INHERITED if not is_blank(own[field])}
            raised = self._add_increases(own, places)
            places |= {f: place for f, place in self._places.items() if f not in overruled}
            own |= {f: v for f, v in self._inherited.items() if f not in overruled}
            said_here = overruled if raised else {*overruled, "increase"}
            assumed = select_assumptions(self._assumed, set(ASSUMABLE) - said_here)
            own["assumed"] = _combine(assumed, own["assumed"])
            cells = {"document": self.number, **service, **own}
            yield Record(KeyPlace(row_table.path, places), sheet, cells)
            self._has_rows = True
            self._has_figures |= _has_figures(own)
        self._check_used()
        self._table.refuse_others()

    def _add_increases(self, own: dict[str, Cell], places: dict[str, str]) -> bool:
        """Give a row with figures to raise what its document says of their rises.

        A row with `increases = []` has none. Returns whether the row has rises of its document.
        """
        increases, rounded = (self._increases[column.field] for column in FILE_COLUMNS)
        inherits = own["increases"] is None and increases is not None and _has_figures(own)
        if inherits:
            own["increases"] = increases
            places["increases"] = self._table.where("increases")
        if own["rounded"] is None and rounded is not None and own["increases"]:
            own["rounded"] = rounded
            places["rounded"] = self._table.where("rounded")
        return inherits

    def _check_used(self) -> None:
        """Note what the document says of its rows and no row is there to have.

        Its rows alone count, so that it would change no price, and nobody would be told.
        """
        if self._increases["increases"] is not None and not self._has_figures:
            text = "is set; expected a row of this document with a figure to increase"
            self._table.note_problem("increases", text)
        if not is_blank(self._inherited.get("replaces")) and not self._has_rows:
            text = "is set; expected a row of this document, such as 'withdrawn'"
            self._table.note_problem("replaces", text)


def _has_figures(own: dict[str, Cell]) -> bool:
    """Whether a row has figures that a rise of its document would raise.

    A row that was raised itself, as its `increase` says, has none.
    """
    return is_blank(own["increase"]) and any(own[field] is not None for field in RAISED)


def _take_of_all(table: TableReader, column: Column) -> Cell:
    """What a document says of the rises of all its rows, None where it is wrong."""
    cell = table.take(column.field)
    if is_blank(cell):
        return None
    if cell == []:
        table.note_problem(
            column.field, "is an empty list; expected at least one increase, or no list"
        )
        return None
    parsed = table.parse(column.field, cell, lambda each: PARSERS[column.kind](each, False))
    return None if parsed is None else cell


def _take_cell(table: TableReader, key: str) -> Cell:
    """The value of a key; of one for a day, nothing but a date, or that it is not on file."""
    kind = KINDS[key]
    if kind == "assumed":
        return table.parse(key, table.take(key), format_assumed)
    if kind == "document day" and table.says_not_on_file(key):
        return table.take(key)
    if kind in DAY_KINDS:
        return table.take_day(key, instead=f", or '{NOT_ON_FILE}'" if kind != "day" else "")
    return table.take(key)


def format_assumed(cell: Any) -> Cell:
    r"""What is assumed, as a sheet has it: a file may have a table of reasons by key or title.

    Raises BadInput.

    >>> format_assumed({"effective": "the copy is blurred", "Unit price": "from an invoice"})
    'Effective date: the copy is blurred\nUnit price: from an invoice'
    """
    if not isinstance(cell, dict):
        return cell
    lines = []
    for key, why in cell.items():
        fields = name_assumed(key)
        if not set(fields) <= set(ASSUMABLE):
            keys = ", ".join(ASSUMABLE)
            raise BadInput(f"has a reason for {format_cell(key)}; expected one of the keys {keys}")
        if not isinstance(why, str) or is_blank(why):
            raise BadInput(
                f"has {format_cell(why)} for {format_cell(key)}; expected the reason, in quotes"
            )
        lines.append(format_assumption(Assumption(fields, " ".join(why.strip().splitlines()))))
    return "\n".join(lines)


def name_assumed(key: str) -> tuple[str, ...]:
    """The fields that a key of a table of assumptions is about, whether they are such or not.

    >>> name_assumed("Dated, unit price")
    ('signed', 'unit_price')
    """
    names = (name_key(name.replace("_", " ")) for name in key.split(","))
    return tuple(ASSUMED_KEYS.get(name, name) for name in names)


ASSUMED_KEYS = {**ASSUMABLE_BY_TITLE, "dated": "signed", "increases": "increase"}
"""The fields by titles and keys; those of two keys of a file are called otherwise on a sheet."""


def _parse_assumed_of_all(cell: Cell) -> tuple[Assumption, ...]:
    """What a document assumes of all its rows. Raises BadInput."""
    found = parse_assumed(format_assumed(cell), False)
    length = sum(len(assumption.why) for assumption in found)
    if len(found) > MOST_ASSUMED or length > LONGEST_ASSUMED:
        text = f"has {len(found):,} lines and {length:,} characters; expected at most "
        raise BadInput(
            f"{text}{MOST_ASSUMED} and {LONGEST_ASSUMED:,}, because all rows repeat them"
        )
    return found


def _combine(assumed: tuple[Assumption, ...], own: Cell) -> Cell:
    """The document's assumptions, and then the row's own, in one cell as a sheet has them."""
    if not is_blank(own) and not isinstance(own, str):
        return own
    lines = [format_assumption(assumption) for assumption in assumed]
    return "\n".join(lines + ([] if is_blank(own) else [own]))


# Services.


class Services:
    """The tables `[[services]]` by the key of their names, and which of them rows price."""

    def __init__(self, top: TableReader) -> None:
        self._tables: dict[str, TableReader] = {}
        self._cells: dict[str, dict[str, Any]] = {}
        self._priced: set[str] = set()
        for table in top.take_tables("services"):
            cells = {"service": table.take_text("name", required=True)}
            cells |= {field: table.take(field) for field in SERVICE_FIELDS}
            table.refuse_others()
            key = name_key(cells["service"])
            if key in self._tables:
                table.note_problem(
                    "name", f"is {format_cell(cells['service'])} listed twice; list it once"
                )
            self._tables[key] = table
            self._cells[key] = cells

    @property
    def names(self) -> list[str]:
        """The names as the tables state them."""
        return [cells["service"] for cells in self._cells.values()]

    def cells_for(self, row_table: TableReader) -> tuple[dict[str, Any], dict[str, str]]:
        """The cells that a row has from its service, and where those are.

        The service is spelled as in the row, if it is named there.
        """
        name = row_table.take("service")
        if not self.check(row_table, name):
            return {"service": "(unknown)"}, {}
        key = next(iter(self._tables)) if is_blank(name) else name_key(name)
        table, cells = self._tables[key], self._cells[key]
        self._priced.add(key)
        if not is_blank(name):
            cells = {**cells, "service": name}
        return cells, {field: table.where(field) for field in SERVICE_FIELDS}

    def check(self, table: TableReader, name: Cell) -> bool:
        """Whether a name is that of a service; it may be left out where there is only one."""
        if is_blank(name):
            known = len(self._tables) == 1
        else:
            known = isinstance(name, str) and name_key(name) in self._tables
        if not known:
            first = islice(self._cells.values(), MOST_SERVICES_NAMED)
            names = ", ".join(format_cell(cells["service"]) for cells in first)
            if len(self._tables) > MOST_SERVICES_NAMED:
                names = f"{names} and {len(self._tables) - MOST_SERVICES_NAMED:,} more"
            found = "is missing" if is_blank(name) else f"is {format_cell(name)}"
            table.note_problem(
                "service", f"{found}; expected one of the services: {names or '(none)'}"
            )
        return known

    def refuse_unpriced(self) -> None:
        """Note a problem for every service without rows: it would not be on any sheet."""
        for key, table in self._tables.items():
            if key not in self._priced:
                found = f"is {format_cell(self._cells[key]['service'])}, which no row prices"
                expected = "expected a row, such as 'withdrawn' or 'not on file'"
                table.note_problem("name", f"{found}; {expected}")


# Tables.

EXPECTED: dict[type, str] = {str: "text in quotes", list: "a list in [ ]", dict: "a table"}


class TableReader:
    """A table and its path; its keys are taken one by one, so that those left over are unknown.

    Problems with its keys are collected, not raised.
    """

    def __init__(self, table: Table, path: str, problems: list[Problem]) -> None:
        self._left = dict(table)
        self._known: list[str] = []
        self._problems = problems
        self.path = path

    def where(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def note_problem(self, key: str, text: str) -> None:
        self._problems.append(Problem(self.where(key), text))

    def take(self, key: str) -> Any:
        """The value of a key, None where it is missing."""
        self._known.append(key)
        return self._left.pop(key, None)

    def take_day(self, key: str, required: bool = False, instead: str = "") -> date | None:
        """The value of a key that has to be a TOML date; None where it is missing, blank or none.

        A cell may hold a day as a number or a text, but a file can say plainly which day is meant.
        """
        value = self.take(key)
        if type(value) is date:
            return value
        if is_blank(value) and not required:
            return None
        year = describe_year(value, value if isinstance(value, (int, Decimal)) else None)
        as_written = NOT_AS_A_DATE.get(type(value), "")
        expected = f"expected a date such as 2013-12-20{as_written}{instead}"
        self.note_problem(key, f"is {format_cell(value)}{year}; {expected}")
        return None

    def says_not_on_file(self, key: str) -> bool:
        """Whether the value of a key says that no document on file states it."""
        value = self._left.get(key)
        return isinstance(value, str) and name_key(value) == NOT_ON_FILE

    def take_typed(
        self, key: str, expected_type: type, default: Any, required: bool = False
    ) -> Any:
        """The value of a key that has to be text, a list or a table."""
        value = self.take(key)
        if value is None:
            if required:
                self.note_problem(key, f"is missing; expected {EXPECTED[expected_type]}")
            return default
        if not isinstance(value, expected_type):
            self.note_problem(key, f"is {format_cell(value)}; expected {EXPECTED[expected_type]}")
            return default
        return value

    def take_text(self, key: str, required: bool = False) -> str:
        value = self.take_typed(key, str, "", required)
        return self.parse(key, value, parse_text) or ""

    def parse(self, key: str, value: Cell, parser: Callable[[Cell], _Parsed]) -> _Parsed | None:
        """What a value means; None where it is refused, which is a problem."""
        try:
            return parser(value)
        except BadInput as refusal:
            self.note_problem(key, str(refusal))
            return None

    def take_texts(self, key: str) -> tuple[str, ...]:
        texts = []
        for number, text in enumerate(self.take_typed(key, list, []), 1):
            where = f"{key}[{number}]"
            if isinstance(text, str) and not is_blank(text):
                texts.append(self.parse(where, text, parse_text) or "")
            else:
                self.note_problem(where, f"is {format_cell(text)}; expected {EXPECTED[str]}")
        return tuple(texts)

    def take_table(self, key: str, required: bool = False) -> TableReader:
        found = self.take_typed(key, dict, {}, required)
        return TableReader(found, self.where(key), self._problems)

    def take_tables(self, key: str) -> list[TableReader]:
        """A list of tables, the first one having the number 1."""
        tables = []
        for number, found in enumerate(self.take_typed(key, list, []), 1):
            where = f"{self.where(key)}[{number}]"
            if isinstance(found, dict):
                tables.append(TableReader(found, where, self._problems))
            else:
                self._problems.append(Problem(where, f"is {format_cell(found)}; expected a table"))
        return tables

    def refuse_others(self) -> None:
        """Note a problem for every key that was not taken."""
        known = list(dict.fromkeys(self._known))
        expected = f"expected one of: {', '.join(known)}"
        for key in self._left:
            named = len(self._problems) < MOST_PROBLEMS  # later ones are not shown
            perhaps = _closest(key, known) if named else ""
            self.note_problem(
                shorten(escape_unseen(key)), f"is an unknown key{perhaps}; {expected}"
            )


def _closest(key: str, known: list[str]) -> str:
    """The key that may have been meant."""
    from difflib import get_close_matches

    close = get_close_matches(key.lower(), known, 1)
    return f", perhaps {close[0]}" if close else ""


# The text of a file, within bounds beyond which it would take minutes or all the memory to parse.
#
# They are many times what the largest contract needs. The scan is as quick for a text that is no
# TOML, since each of its tokens also ends where the text ends.

MOST_LINES = 250_000
MOST_VALUES = 250_000
"""Keys, items of lists, and brackets."""

LONGEST_WORD = 100
"""Characters of a number, a date or a key without quotes."""

DEEPEST = 30
"""Brackets within brackets, and parts of a key: one of many thousands takes all the memory."""

TOO_MANY_PARTS = "a key with more parts than any contract key has; correct it"
TOO_DEEP = "too many brackets within brackets; correct it"

TOKEN = re.compile(
    r"""
      "{3} (?: [^"\\] | \\. | "(?!"") )*+ (?: "{3,5} | \Z )
    | '{3} (?: [^'] | '(?!'') )*+ (?: '{3,5} | \Z )
    | " (?: [^"\\\n] | \\[^\n] )*+ "?
    | ' [^'\n]*+ '?
    | (?: \#[^\n]*+ \s*+ )++
    | (?P<word> [\w.:+-]++ )
    | (?P<opening> [\[{] )
    | (?P<closing> [\]}] )
    | (?P<between> [=,\n] )
    """,
    re.VERBOSE | re.DOTALL,
)
EXPONENT = re.compile(r"[+-]?[\d_]+(?:\.[\d_]+)?[eE][+-]?[\d_]{10,}")
"""Beyond what a decimal number can hold."""


def refuse_beyond_bounds(text: str) -> None:
    """Raise FileFormatError for a text that is larger, longer or deeper than any contract."""
    lines = text.count("\n")
    if lines > MOST_LINES:
        raise FileFormatError(f"has {lines:,} lines; expected at most {MOST_LINES:,}")
    values = depth = points = 0
    for token in TOKEN.finditer(text):
        group = token.lastgroup
        if group == "word":
            points += token[0].count(".")
            why = _wrong_word(token[0]) or ("" if points < DEEPEST else TOO_MANY_PARTS)
        elif group:
            values, points = values + (token[0] != "\n"), 0
            depth += (group == "opening") - (group == "closing")
            why = "" if depth <= DEEPEST else TOO_DEEP
        else:  # a text or a comment
            continue
        if values > MOST_VALUES:
            why = f"more than {MOST_VALUES:,} values above it; expected fewer"
        if why:
            line = text.count("\n", 0, token.start()) + 1
            raise FileFormatError(f"line {line} has {why}")


def _wrong_word(word: str) -> str:
    """What is wrong with a number, a date or a key without quotes, blank where nothing is."""
    if len(word) > LONGEST_WORD:
        what = "number" if word.lstrip("+-")[:1].isdigit() else "word"
        return f"a {what} of {len(word):,} characters; expected at most {LONGEST_WORD}"
    if EXPONENT.fullmatch(word):
        return f"the number {word}; expected it written out, such as 0.05"
    return ""

"""The questions of a workbook that checks itself, each with the core's answer, and two edits.

The contract's own rows give the questions: their quantities, and the days on both sides of each of
their days. Refusals, errors handed in, ranges and tables follow, around one question that has a
price. A question that one of the two edits would answer in another way is left out, so that what is
expected stays right before and after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import TypeVar

from xlfuncs.errors import InputError
from xlfuncs.functions.registry import BOUGHT_BEFORE, KNOWN_ON, PURCHASED, QUANTITY, SERVICE
from xlfuncs.pricing.contract import Charge, Contract, Row, Service
from xlfuncs.pricing.names import name_key
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, Cell, CellError, is_blank, to_serial
from xlfuncs.sheets.draft import BLANK, Draft, InputRow, build_row
from xlfuncs.sheets.parsers import LAST_DOCUMENT
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    CALCULATED,
    COLUMNS,
    FIELDS,
    TIERS,
    TITLE_ROW,
    column_letter,
)
from xlfuncs.xlsx.formulas import Formula, Formulas
from xlfuncs.xlsx.reader import open_workbook

CONTRACT_FILE = Path(__file__).with_suffix(".toml")
"""The contract that was made to be checked: every pricing method, every way to have no price."""

SELF_CHECK, SELF_CHECK_TABLES = "Self-check", "Self-check tables"
"""The sheet with the checks, and the one with the cells that they refer to."""

BLANK_CELL = Formula(f"'{SELF_CHECK_TABLES}'!$A$3", None)

MOST_OF_A_KIND = 105
"""Questions about rows, about parts of a unit, and about days; a long contract is asked evenly."""

MOST_EXPLAINED = 40
"""Explanations on the days of other rows."""

MOST_TABLES, MOST_LATER_TABLES = 12, 4
"""Services of which the price table and the prices through all days are asked, and such tables
of a later day or quantity, and as known on a day."""

LONGEST_TEXT = 255
"""Characters of a text within a formula of Excel."""

PARTS = ("0.4", "0.5", "0.6", "1.5", "2")
"""Steps above a quantity: half of one, both sides of it, and where half a cent may be left."""

MOST_LINES = 12
"""Questions in a range that are good ones."""

ONE_DAY = timedelta(days=1)
BOUNDARIES = ("signed", "effective", "purchased_from", "purchased_through", "ends")
"""The days that a row states."""

OTHERS = [name for name in CALCULATED.values() if name != "PRICE"]
Calculate = Callable[[Draft], Formulas]
"""Prices the rows of a draft."""

_Kept = TypeVar("_Kept")


def is_self_check(content: bytes) -> bool:
    """Whether a file is a workbook that checks itself. Raises FileFormatError."""
    return SELF_CHECK in open_workbook(content).sheets


@dataclass(frozen=True, slots=True)
class Check:
    """A question in one cell, in words and as a call."""

    tested: str
    function: str
    arguments: tuple[Formula, ...]

    def answer(self, formulas: Formulas) -> Cell:
        return formulas.value(self.function, [each.value for each in self.arguments])


@dataclass(frozen=True, slots=True)
class Spill:
    """A question that returns a range: a table, or an answer for each line of `lines`.

    An argument is a formula, or the columns of the lines that are handed over as one range.
    """

    tested: str
    function: str
    arguments: tuple[Formula | tuple[int, ...], ...]
    lines: tuple[tuple[Cell, ...], ...] = ()

    def answer(self, formulas: Formulas) -> list[list[Cell]]:
        if not self.lines:
            asked = (each.value for each in self.arguments if isinstance(each, Formula))
            return [list(line) for line in formulas.table(self.function, asked)]
        width = max(len(each) for each in self.arguments if isinstance(each, tuple))
        return [
            [formulas.value(self.function, self._cells(line, index)) for index in range(width)]
            for line in self.lines
        ]

    def _cells(self, line: tuple[Cell, ...], index: int) -> list[Cell]:
        return [
            each.value if isinstance(each, Formula) else line[each[index % len(each)]]
            for each in self.arguments
        ]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that a person makes: in which cell, and the question that it answers in another way.

    `row` is what to enter from that cell on: a single cell, or a whole row below the table. The
    answer before may depend on whether the `other` edit is made; the one after does not.
    """

    sheet: str
    cell: str
    row: InputRow
    check: Check
    before: float
    before_with_other: float
    after: float

    @property
    def value(self) -> Cell:
        """What is in the cell once the edit is made."""
        return next(iter(self.row.values())).value


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """The checks by their headings, those over ranges, and the edits; none where none is found."""

    groups: dict[str, list[Check]]
    spills: list[Spill]
    edits: tuple[Edit, ...]


def plan_self_check(draft: Draft, contract: Contract, calculate: Calculate) -> SelfCheck:
    """Choose the questions for the rows of a draft, which give this contract.

    Raises InputError where no service's name is short enough for a formula.
    """
    formulas = calculate(draft)
    edits, states = _find_edits(draft, contract, formulas, calculate)
    asker = _Asker(contract)

    def stays(check: Check | Spill) -> bool:
        expected = _typed(check.answer(formulas))
        return all(_typed(check.answer(state)) == expected for state in states)

    def chosen(checks: Iterable[Check]) -> list[Check]:
        return [each for each in dict.fromkeys(checks) if stays(each)]

    asked = asker.find_priced(formulas)
    tables = [*asker.ask_refused_tables(asked), *asker.ask_tables(asked)]
    single = [each for each in tables if _is_single(each.answer(formulas))]
    groups = {
        "Rows of the contract": chosen(_thin(list(asker.ask_rows()), MOST_OF_A_KIND)),
        "Parts of a unit": chosen(_thin(list(asker.ask_parts()), MOST_OF_A_KIND)),
        "Days on both sides of a boundary": chosen(_thin(list(asker.ask_days()), MOST_OF_A_KIND)),
        "Explanations on other days": chosen(_thin(list(asker.ask_explained()), MOST_EXPLAINED)),
        "What was known on a day": chosen(_thin(list(asker.ask_known()), MOST_OF_A_KIND)),
        "Bad input and unusual cells": chosen(asker.ask_refusals(asked)),
        "Errors handed in": chosen(asker.ask_errors(asked)),
        "Tables that are a single error": chosen(_as_check(each) for each in single),
    }
    added_up = chosen(asker.ask_bought_before())
    if added_up:
        groups["Quantities that add up"] = added_up
    ranges = [*asker.ask_ranges(asked), *(each for each in tables if each not in single)]
    return SelfCheck(groups, [each for each in ranges if stays(each)], edits)


def _thin(checks: Sequence[_Kept], most: int) -> list[_Kept]:
    """So many of the checks at most, evenly from first to last."""
    count = len(checks)
    return list(checks) if count <= most else [checks[n * count // most] for n in range(most)]


def _typed(answer: Cell) -> object:
    """An answer as it is compared: TRUE is not 1."""
    if isinstance(answer, list):
        return [[(type(cell), cell) for cell in line] for line in answer]
    return type(answer), answer


def _is_single(table: list[list[Cell]]) -> bool:
    return len(table) == 1 and len(table[0]) == 1


def _as_check(table: Spill) -> Check:
    arguments = (each for each in table.arguments if isinstance(each, Formula))
    return Check(table.tested, table.function, tuple(arguments))


# Arguments as a person types them.


def number(value: Decimal | int) -> Formula:
    return Formula(f"{Decimal(value).normalize():f}", Decimal(value))


def day(value: date) -> Formula:
    return Formula(f"DATE({value.year},{value.month},{value.day})", value)


def text(value: str) -> Formula:
    return Formula('"{}"'.format(value.replace('"', '""')), value)


NO_SERVICE = NO_DAY = text("")
"""The service left out, or the day of knowing, where an argument after it is given."""

ERRORS = (
    Formula("NA()", CellError("#N/A")),
    Formula("1/0", CellError("#DIV/0!")),
    Formula("SQRT(-1)", CellError("#NUM!")),
    Formula("#REF!", CellError("#REF!")),
    Formula("#VALUE!", CellError("#VALUE!")),
)


@dataclass(frozen=True, slots=True)
class _Question:
    """A quantity of a service on a day."""

    quantity: Decimal
    purchased: date
    service: Service


class _Asker:
    """Finds the questions that the rows of a contract suggest."""

    def __init__(self, contract: Contract) -> None:
        self._is_only = len(contract.services) == 1
        self._services = {
            each.key: each
            for each in contract.services
            if self._is_only or len(each.name) <= LONGEST_TEXT
        }
        self.rows = [row for row in contract.rows if name_key(row.service) in self._services]
        if not self.rows:
            raise InputError(
                "a self-check cannot be built: no row is for a service whose name has at most "
                f"{LONGEST_TEXT} characters, and a formula cannot hold a longer one. Shorten the "
                "name of a service, or build the workbook without a self-check"
            )
        days = (each for row in self.rows for each in (row.effective, row.signed) if each)
        self._last_day = max(days, default=date(2025, 1, 1))

    def question(self, row: Row) -> _Question:
        """Return the row's first quantity, on a day that it is for, if there is one."""
        first = row.effective or row.signed or self._last_day
        first = max(first, row.purchased_from or first)
        bought = min(first, row.purchased_through or first, row.ends or first)
        return _Question(row.quantity_from, bought, self._services[name_key(row.service)])

    def arguments(self, asked: _Question) -> tuple[Formula, ...]:
        return (number(asked.quantity), day(asked.purchased), *self._name(asked.service))

    def _name(self, service: Service) -> tuple[Formula, ...]:
        """The argument that names a service, none where there is only one."""
        return () if self._is_only else (text(service.name),)

    def ask_rows(self) -> Iterator[Check]:
        """Ask each row's first and last quantity, the one above it, and other functions of it."""
        others = cycle(OTHERS)
        for row in self.rows:
            asked = self.question(row)
            step = asked.service.step
            quantities = {"first quantity": row.quantity_from}
            if row.quantity_to is None:
                quantities["a large quantity"] = row.quantity_from + 12_345 * step
            else:
                quantities["last quantity"] = row.quantity_to
                quantities["above the last quantity"] = row.quantity_to + step
            for what, quantity in quantities.items():
                arguments = self.arguments(replace(asked, quantity=quantity))
                yield Check(_describe(row, what), "PRICE", arguments)
            for function in ("EXPLAIN", next(others)):
                yield Check(_describe(row, "first quantity"), function, self.arguments(asked))

    def ask_parts(self) -> Iterator[Check]:
        """Ask for half a step, and a little less and more, above a quantity of each service."""
        for row in self._first_rows().values():
            asked = self.question(row)
            for steps in PARTS:
                quantity = asked.quantity + Decimal(steps) * asked.service.step
                arguments = self.arguments(replace(asked, quantity=quantity))
                what = f"first quantity + {steps} x {asked.service.step:f}"
                yield Check(_describe(row, what), "PRICE", arguments)
            half = asked.quantity + asked.service.step / 2
            arguments = self.arguments(replace(asked, quantity=half))
            yield Check(_describe(row, "half a step"), "EXPLAIN", arguments)

    def _first_rows(self) -> dict[str, Row]:
        """The first row of each service."""
        first: dict[str, Row] = {}
        for row in self.rows:
            first.setdefault(name_key(row.service), row)
        return first

    def ask_days(self) -> Iterator[Check]:
        """Ask the day before, on and after each day that a document states."""
        seen: set[tuple[int, date]] = set()
        for row in self.rows:
            asked = self.question(row)
            for field in BOUNDARIES:
                boundary = getattr(row, field)
                if boundary is None or (row.document, boundary) in seen:
                    continue
                seen.add((row.document, boundary))
                for bought, where in _days_around(boundary):
                    arguments = self.arguments(replace(asked, purchased=bought))
                    what = f"{where} {FIELDS[field].title} {boundary}"
                    yield Check(_describe(row, what), "PRICE", arguments)

    def ask_explained(self) -> Iterator[Check]:
        """Ask each row's first quantity on the days that other rows of its service state."""
        seen: set[tuple[str, Decimal]] = set()
        for row in self.rows:
            asked = self.question(row)
            if (asked.service.key, asked.quantity) in seen:
                continue
            seen.add((asked.service.key, asked.quantity))
            boundaries = dict.fromkeys(
                boundary
                for other in self.rows
                if name_key(other.service) == asked.service.key
                for boundary in (other.effective, other.purchased_from, other.purchased_through)
                if boundary
            )
            for boundary in boundaries:
                for bought, where in _days_around(boundary)[::2]:
                    arguments = self.arguments(replace(asked, purchased=bought))
                    yield Check(_describe(row, f"{where} {boundary}"), "EXPLAIN", arguments)

    def ask_known(self) -> Iterator[Check]:
        """Ask as known on the day of signing of each document and the day before.

        The purchase is on the row's first day, and on its last or the last in the documents.
        """
        seen: set[tuple[str, date]] = set()  # by service, for each is known by itself
        for row in self.rows:
            asked = self.question(row)
            if row.signed is None or (asked.service.key, row.signed) in seen:
                continue
            seen.add((asked.service.key, row.signed))
            quantity, bought, *named = self.arguments(asked)
            last = day(row.purchased_through or row.ends or self._last_day)
            for known, where in _days_around(row.signed)[:2]:
                what = f"as known {where} {FIELDS['signed'].title} {row.signed}"
                for purchased in dict.fromkeys((bought, last)):
                    arguments = (quantity, purchased, *(named or [NO_SERVICE]), day(known))
                    yield Check(_describe(row, what), "EXPLAIN", arguments)

    def ask_bought_before(self) -> Iterator[Check]:
        """Ask after what was bought before, where a service of the contract adds it up."""
        if not any(each.adds_up for each in self._services.values()):
            return
        for row in self._first_rows().values():
            asked = self.question(row)
            quantity, bought, *named = self.arguments(asked)
            step, limit = asked.service.step, asked.service.limit
            given = {
                "0": number(0),
                "a step": number(step),
                "many steps": number(12_345 * step),
                "half a step": number(step / 2),
                "negative": number(-step),
                "a word": text("many"),
                "a blank cell": BLANK_CELL,
                "an error": ERRORS[0],
            }
            if limit is not None:
                given["the limit"] = number(limit)
            for what, before in given.items():
                arguments = (quantity, bought, *(named or [NO_SERVICE]), NO_DAY, before)
                yield from _ask_both(_describe(row, f"{BOUGHT_BEFORE.name}: {what}"), arguments)

    def find_priced(self, formulas: Formulas) -> _Question:
        """Find a question that has a price; the first row's where none has."""
        asked = [self.question(row) for row in self.rows]
        for each in asked:
            cells = [argument.value for argument in self.arguments(each)]
            if isinstance(formulas.value("PRICE", cells), float):
                return each
        return asked[0]

    def ask_refusals(self, asked: _Question) -> Iterator[Check]:
        """Ask with cells that are no question, or an unusual one, in each argument's place."""
        quantity, bought, *named = self.arguments(asked)
        iso, name = asked.purchased.isoformat(), asked.service.name
        serial = to_serial(asked.purchased, date1904=False)
        quantities = {
            "negative": number(-1),
            "0": number(0),
            "part of a unit": number(asked.quantity + asked.service.step / 2),
            "seven decimals": number(Decimal("1.2345678")),
            "fifteen digits": number(999_999_999_999_999),
            "sixteen digits": number(10**15),
            "a number as text": text("10"),
            "a word": text("many"),
            "TRUE": Formula("TRUE", True),
            "empty text": text(""),
            "a blank cell": BLANK_CELL,
        }
        days = {
            "a date as text": text(iso),
            "a date as text, with spaces": text(f" {iso} "),
            "a serial number": Formula(f"{serial:.0f}", serial),
            "a date and a time": Formula(f"{bought.text}+0.75", serial + 0.75),
            "month first": text("12/31/2025"),
            "a day that does not exist": text("2025-02-30"),
            "a year": number(2025),
            "the last day that is refused": number(60),
            "the first day that is taken": number(61),
            "the last day of all": Formula("DATE(9999,12,31)", date(9999, 12, 31)),
            "a day after it": number(2_958_466),
            "negative": number(-1),
            "a word": text("today"),
            "FALSE": Formula("FALSE", False),
            "a blank cell": BLANK_CELL,
        }
        services = {
            "unknown": text("Gardening"),
            "in capitals": text(name.upper()),
            "with spaces": text(f"  {name} "),
            "a number": number(5),
            "empty text": text(""),
            "a blank cell": BLANK_CELL,
        }
        known = {
            "a blank cell": BLANK_CELL,
            "a word": text("soon"),
            "a date as text": text(iso),
            "long ago": day(date(1999, 12, 31)),
        }
        service = named or [NO_SERVICE]
        for what, given in quantities.items():
            yield from _ask_both(f"{QUANTITY.name}: {what}", (given, bought, *named))
        for what, given in days.items():
            yield from _ask_both(f"{PURCHASED.name}: {what}", (quantity, given, *named))
        for what, given in services.items():
            if len(given.text) <= LONGEST_TEXT:
                yield from _ask_both(f"{SERVICE.name}: {what}", (quantity, bought, given))
        yield from _ask_both(f"{SERVICE.name}: left out", (quantity, bought))
        for what, given in known.items():
            yield from _ask_both(f"{KNOWN_ON.name}: {what}", (quantity, bought, *service, given))

    def ask_errors(self, asked: _Question) -> Iterator[Check]:
        """Hand in each error in each place; it comes back as itself."""
        quantity, bought, *named = self.arguments(asked)
        for error in ERRORS:
            code = error.value.code
            yield Check(f"{QUANTITY.name}: {code}", "PRICE", (error, bought, *named))
            yield Check(f"{PURCHASED.name}: {code}", "PRICE", (quantity, error, *named))
        one, other, *_ = ERRORS
        yield Check("two errors: the first comes back", "PRICE", (other, one, *named))
        yield Check(f"{SERVICE.name}: {one.value.code}", "PRICE", (quantity, bought, one))
        known = (quantity, bought, *(named or [NO_SERVICE]), other)
        yield Check(f"{KNOWN_ON.name}: {other.value.code}", "PRICE", known)
        for function in OTHERS:
            code = other.value.code
            yield Check(f"{QUANTITY.name}: {code}", function, (other, bought, *named))

    def ask_refused_tables(self, asked: _Question) -> Iterator[Spill]:
        """Ask for tables with what is no day, quantity or service, and on a day long ago."""
        error, *_ = ERRORS
        named, bought = self._name(asked.service), day(asked.purchased)
        for what, arguments in {
            "a word": (text("some day"),),
            "an error": (error,),
            "long ago": (day(date(1950, 1, 1)),),
        }.items():
            yield Spill(f"price table, {PURCHASED.name}: {what}", "SCHEDULE", arguments)
        unknown = (bought, text("Gardening"))
        yield Spill(f"price table, {SERVICE.name}: unknown", "SCHEDULE", unknown)
        for what, given in {"negative": number(-1), "an error": error}.items():
            said = f"price on all days, {QUANTITY.name}: {what}"
            yield Spill(said, "TIMELINE", (given, *named))

    def ask_tables(self, asked: _Question) -> Iterator[Spill]:
        """Ask for price tables of a day, and for prices on all days."""
        bought, last = day(asked.purchased), day(self._last_day)
        yield Spill("price table, all services", "SCHEDULE", (bought,))
        yield Spill("price table, the last day in the documents", "SCHEDULE", (last,))
        for row in _thin(list(self._first_rows().values()), MOST_TABLES):
            first = self.question(row)
            quantity, bought, *named = self.arguments(first)
            yield Spill(f"price table, {first.service.name}", "SCHEDULE", (bought, *named))
            said = f"price on all days, {first.service.name}"
            yield Spill(said, "TIMELINE", (quantity, *named))
        yield from _thin(list(self._ask_later_tables()), MOST_LATER_TABLES)
        yield from _thin(list(self._ask_known_tables()), MOST_LATER_TABLES)

    def _ask_later_tables(self) -> Iterator[Spill]:
        """Ask for the price table of each service on the last day, and for a later row's price."""
        last_rows = {name_key(row.service): row for row in self.rows}
        for row in last_rows.values():
            asked = self.question(row)
            quantity, _, *named = self.arguments(asked)
            said = f"price table, {asked.service.name}, the last day in the documents"
            yield Spill(said, "SCHEDULE", (day(self._last_day), *named))
            said = f"price on all days, {asked.service.name}, {_describe(row, 'first quantity')}"
            yield Spill(said, "TIMELINE", (quantity, *named))

    def _ask_known_tables(self) -> Iterator[Spill]:
        """Ask for both tables as known on the day of signing of each service's last document."""
        signed = {name_key(row.service): row for row in self.rows if row.signed and row.document}
        for row in signed.values():
            asked = self.question(row)
            quantity, bought, *named = self.arguments(asked)
            known = (*(named or [NO_SERVICE]), day(row.signed or self._last_day))
            said = f"{asked.service.name}, as known on {row.signed}"
            yield Spill(f"price table, {said}", "SCHEDULE", (bought, *known))
            yield Spill(f"price on all days, {said}", "TIMELINE", (quantity, *known))

    def ask_ranges(self, asked: _Question) -> Iterator[Spill]:
        """Ask over ranges of questions, some of them bad, with single cells beside them."""
        _, bought, *named = self.arguments(asked)
        name, step = asked.service.name, asked.service.step
        good = (self.question(row) for row in _thin(self.rows, MOST_LINES))
        lines: tuple[tuple[Cell, ...], ...] = (
            *((each.quantity, each.purchased, each.service.name) for each in good),
            (None, asked.purchased, name),
            (asked.quantity, None, name),
            (asked.quantity, asked.purchased, "Gardening"),
            ("ten", asked.purchased, name),
            (-5, asked.purchased, name),
            (CellError("#DIV/0!"), asked.purchased, name),
            (asked.quantity, CellError("#N/A"), name),
            (asked.quantity, asked.purchased.isoformat(), name),
        )
        for function in CALCULATED.values():
            yield Spill("a range of questions", function, ((0,), (1,), (2,)), lines)
        same = tuple(line for line in lines if line[2] == name)
        yield Spill("a range of quantities, one day", "PRICE", ((0,), bought, *named), same)
        block = tuple(
            tuple(asked.quantity + (2 * row + column) * step for column in (0, 1))
            for row in range(4)
        )
        yield Spill("a block of quantities, one day", "PRICE", ((0, 1), bought, *named), block)


def _describe(row: Row, what: str) -> str:
    place = ", ".join(filter(None, (row.title, row.clause)))
    return f"{place} ({row.charge.value}): {what}"


def _days_around(boundary: date) -> list[tuple[date, str]]:
    """The day before, the day itself and the day after, each in words, as far as there are any."""
    around = ((-1, "the day before"), (0, "on"), (1, "the day after"))
    certain = range(FIRST_CERTAIN_DAY.toordinal(), date.max.toordinal() + 1)
    found = ((boundary.toordinal() + days, where) for days, where in around)
    return [(date.fromordinal(each), where) for each, where in found if each in certain]


def _ask_both(tested: str, arguments: tuple[Formula, ...]) -> Iterator[Check]:
    return (Check(tested, function, arguments) for function in ("PRICE", "EXPLAIN"))


# The two edits: a figure that is typed over, and a row that is added below the last one.

NEW_FIGURES = (Decimal("123.45"), Decimal("234.56"))
ADDED_PRICE = Decimal("678.90")
ADDED_TITLE = "Self-check amendment"
ADDED_DAYS = ("purchased_from", "purchased_through", "signed", "effective")
FIGURE_OF = {Charge.PACKAGE: "price", Charge.PER_UNIT: "unit_price"}
MOST_TRIED = 20
"""Rows that are tried; a contract of which none of them has a price gets no edits."""


def _find_edits(
    draft: Draft, contract: Contract, formulas: Formulas, calculate: Calculate
) -> tuple[tuple[Edit, ...], list[Formulas]]:
    """Find two edits, and the prices after the first, after the second, and after both.

    They are of the last row of the agreement that has a price, or of an amendment's.
    """
    asker = _Asker(contract)
    rows = [row for row in reversed(asker.rows) if row.charge in FIGURE_OF]
    for row in sorted(rows, key=lambda row: row.document)[:MOST_TRIED]:
        found = _try_edits(draft, row, asker, formulas, calculate)
        if found:
            return found
    return (), []


def _try_edits(
    draft: Draft, row: Row, asker: _Asker, formulas: Formulas, calculate: Calculate
) -> tuple[tuple[Edit, ...], list[Formulas]] | None:
    """Edit a row; None where that changes no price, or in a way that cannot be told beforehand."""
    field, sheet = FIGURE_OF[row.charge], AMENDMENTS if row.document else TIERS
    lines = list(draft.amendments if row.document else draft.tiers)
    place = row.place.row - TITLE_ROW - 1
    asked = asker.question(row)
    if asked.purchased == date.max:
        return None
    next_day = replace(asked, purchased=asked.purchased + ONE_DAY)
    value = next(each for each in NEW_FIGURES if each != getattr(row, field))
    typed = build_row([field], [value])
    added = _add_row(draft, lines[place], next_day)
    if added is None or lines[place].get(field, BLANK).formula:
        return None
    lines[place] = {**lines[place], **typed}
    edited = replace(draft, amendments=lines) if row.document else replace(draft, tiers=lines)
    second, both = (replace(each, amendments=[*each.amendments, added]) for each in (draft, edited))
    states = [calculate(each) for each in (edited, second, both)]
    typed_over, below = (
        Check(what, "PRICE", asker.arguments(each))
        for what, each in (("a figure typed over", asked), ("a row added", next_day))
    )
    answers = [
        [check.answer(each) for each in (formulas, *states)] for check in (typed_over, below)
    ]
    if not all(isinstance(each, float) for line in answers for each in line):
        return None
    (a, a_typed, a_added, a_both), (b, b_typed, b_added, b_both) = answers
    if (
        (a_added, a_both, b_both) != (a, a_typed, b_added)
        or a == a_typed
        or b_added in (b, b_typed)
    ):
        return None
    column = column_letter([each.field for each in COLUMNS].index(field))
    next_row = TITLE_ROW + 1 + len(draft.amendments)
    edits = (
        Edit(sheet, f"{column}{row.place.row}", typed, typed_over, a, a, a_typed),
        Edit(AMENDMENTS, f"A{next_row}", added, below, b, b_typed, b_added),
    )
    return edits, states


def _add_row(draft: Draft, line: InputRow, asked: _Question) -> InputRow | None:
    """The row to add: a package of a new document, for the purchases of one day."""
    numbers = (each["document"].value for each in draft.amendments if "document" in each)
    number = 1 + max((int(each) for each in numbers if not is_blank(each)), default=0)
    if number > LAST_DOCUMENT:
        return None
    stated = {
        "document": number,
        "title": ADDED_TITLE,
        "service": line.get("service", BLANK).value,
        "quantity_from": asked.quantity,
        "charge": Charge.PACKAGE,
        "price": ADDED_PRICE,
        **dict.fromkeys(ADDED_DAYS, asked.purchased),
    }
    return build_row(stated, stated.values())

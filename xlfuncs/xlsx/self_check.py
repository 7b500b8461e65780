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

from xlfuncs.pricing.contract import Charge, Contract, Row, Service
from xlfuncs.pricing.names import name_key
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, Cell, CellError, is_blank, to_serial
from xlfuncs.sheets.draft import Draft, InputCell, InputRow, build_row
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

MOST_OF_A_KIND = 90
"""Questions about rows, and questions about days; a long contract is asked evenly."""

MOST_TABLES = 12
"""Services of which the price table and the prices through all days are asked."""

LONGEST_TEXT = 255
"""Characters of a text within a formula of Excel."""

ONE_DAY = timedelta(days=1)

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
    """Choose the questions for the rows of a draft, which give this contract."""
    formulas = calculate(draft)
    edits, states = _find_edits(draft, contract, formulas, calculate)
    asker = _Asker(contract)

    def stays(check: Check | Spill) -> bool:
        expected = _typed(check.answer(formulas))
        return all(_typed(check.answer(state)) == expected for state in states)

    def chosen(checks: Iterable[Check]) -> list[Check]:
        return [each for each in dict.fromkeys(checks) if stays(each)]

    rows, days = list(asker.rows()), list(asker.days())
    question = asker.find_priced(formulas)
    tables = list(asker.tables(question))
    single = [each for each in tables if _is_single(each.answer(formulas))]
    groups = {
        "Rows of the contract": chosen(_thin(rows, MOST_OF_A_KIND)),
        "Days on both sides of a boundary": chosen(_thin(days, MOST_OF_A_KIND)),
        "What was known on a day": chosen(_thin(list(asker.known()), MOST_OF_A_KIND)),
        "Bad input and unusual cells": chosen(asker.refusals(question)),
        "Errors handed in": chosen(asker.errors(question)),
        "Tables that are a single error": chosen(
            [*asker.refused_tables(question), *(_as_check(each) for each in single)]
        ),
    }
    ranges = [*asker.ranges(question), *(each for each in tables if each not in single)]
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


NO_SERVICE = text("")
"""The service left out, where an argument after it is given."""

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
        self._contract = contract
        named = (each for each in contract.services if len(each.name) <= LONGEST_TEXT)
        self._services = {each.key: each for each in named}
        self._rows = [row for row in contract.rows if name_key(row.service) in self._services]
        self._is_only = len(contract.services) == 1
        days = (each for row in self._rows for each in (row.effective, row.signed) if each)
        self._last_day = max(days, default=date(2025, 1, 1))

    def _service(self, row: Row) -> Service:
        return self._services[name_key(row.service)]

    def _name(self, service: Service) -> tuple[Formula, ...]:
        """The argument that names a service, none where there is only one."""
        return () if self._is_only else (text(service.name),)

    def _arguments(self, asked: _Question) -> tuple[Formula, ...]:
        return (number(asked.quantity), day(asked.purchased), *self._name(asked.service))

    def _described(self, row: Row, what: str) -> str:
        place = ", ".join(filter(None, (row.title, row.clause)))
        return f"{place} ({row.charge.value}): {what}"

    def _day_of(self, row: Row) -> date:
        """A day on which the row is in force and may be bought, where there is one."""
        first = row.effective or row.signed or self._last_day
        first = max(first, row.purchased_from or first)
        return min(first, row.purchased_through or first, row.ends or first)

    def rows(self) -> Iterator[Check]:
        """Ask each row's first and last quantity, the one above it, and one function besides."""
        others = cycle(OTHERS)
        for row in self._rows:
            service, bought = self._service(row), self._day_of(row)
            asked = {"first quantity": row.quantity_from}
            if row.quantity_to is not None and row.quantity_to > row.quantity_from:
                asked["last quantity"] = row.quantity_to
            if row.quantity_to is not None:
                asked["above the last quantity"] = row.quantity_to + service.step
            else:
                asked["a large quantity"] = row.quantity_from + 12345 * service.step
            for what, quantity in asked.items():
                arguments = self._arguments(_Question(quantity, bought, service))
                yield Check(self._described(row, what), "PRICE", arguments)
            arguments = self._arguments(_Question(row.quantity_from, bought, service))
            for function in ("EXPLAIN", next(others)):
                yield Check(self._described(row, "first quantity"), function, arguments)

    def days(self) -> Iterator[Check]:
        """Ask the day before, on and after each day that a row states, once for each service."""
        seen: set[tuple[str, date]] = set()
        fields = ("signed", "effective", "purchased_from", "purchased_through", "ends")
        for row in self._rows:
            service = self._service(row)
            for field in fields:
                boundary = getattr(row, field)
                if boundary is None or (service.key, boundary) in seen:
                    continue
                seen.add((service.key, boundary))
                title = FIELDS[field].title
                for days, where in ((-1, "the day before"), (0, "on"), (1, "the day after")):
                    bought = boundary + days * ONE_DAY if _can_move(boundary, days) else boundary
                    arguments = self._arguments(_Question(row.quantity_from, bought, service))
                    what = f"{where} {title} {boundary}"
                    yield Check(self._described(row, what), "PRICE", arguments)

    def known(self) -> Iterator[Check]:
        """Ask as known on the day of signing of each document and the day before."""
        seen: set[tuple[str, date]] = set()
        for row in self._rows:
            service = self._service(row)
            if row.signed is None or (service.key, row.signed) in seen:
                continue
            seen.add((service.key, row.signed))
            asked = _Question(row.quantity_from, self._day_of(row), service)
            service_named = self._name(service) or (NO_SERVICE,)
            for days, where in ((-1, "the day before"), (0, "on")):
                known = day(row.signed + days * ONE_DAY if _can_move(row.signed, days) else
                            row.signed)
                arguments = (*self._arguments(asked)[:2], *service_named, known)
                what = f"as known {where} {FIELDS['signed'].title} {row.signed}"
                yield Check(self._described(row, what), "EXPLAIN", arguments)

    def find_priced(self, formulas: Formulas) -> _Question:
        """Find a question that has a price; the first row's where none has."""
        asked = [
            _Question(row.quantity_from, self._day_of(row), self._service(row))
            for row in self._rows
        ]
        for each in asked:
            cells = [argument.value for argument in self._arguments(each)]
            if isinstance(formulas.value("PRICE", cells), float):
                return each
        return asked[0]

    def refusals(self, asked: _Question) -> Iterator[Check]:
        """Ask with cells that are no question, or an unusual one, in each argument's place."""
        quantity, bought, *named = self._arguments(asked)
        step = asked.service.step
        serial = to_serial(asked.purchased, date1904=False)
        in_first = {
            "a negative quantity": number(-1),
            "a quantity of 0": number(0),
            "part of a unit": number(asked.quantity + step / 2),
            "seven decimals": number(Decimal("1.2345678")),
            "fifteen digits": number(999_999_999_999_999),
            "sixteen digits": number(10**15),
            "a quantity as text": text("10"),
            "a quantity in words": text("many"),
            "TRUE as quantity": Formula("TRUE", True),
            "empty text as quantity": text(""),
            "a blank cell as quantity": BLANK_CELL,
        }
        in_second = {
            "a date as text": text(asked.purchased.isoformat()),
            "a date as text with spaces": text(f" {asked.purchased.isoformat()} "),
            "a date as a serial number": Formula(f"{serial:.0f}", serial),
            "a date with a time of day": Formula(f"{bought.text}+0.75", serial + 0.75),
            "another order of year, month and day": text("12/31/2025"),
            "a day that does not exist": text("2025-02-30"),
            "a year": number(2025),
            "the last serial before March 1900": number(60),
            "the first day that counts": number(61),
            "the last day that there can be": Formula("DATE(9999,12,31)", date(9999, 12, 31)),
            "a serial number beyond it": number(2_958_466),
            "a negative day": number(-1),
            "a word as day": text("today"),
            "FALSE as day": Formula("FALSE", False),
            "a blank cell as day": BLANK_CELL,
        }
        name = asked.service.name
        in_third = {
            "an unknown service": text("Gardening"),
            "a service in capitals": text(name.upper()),
            "a service with spaces": text(f"  {name} "),
            "a number as service": number(5),
            "no service": text(""),
            "a blank cell as service": BLANK_CELL,
        }
        in_fourth = {
            "a blank cell as day of knowledge": BLANK_CELL,
            "a word as day of knowledge": text("soon"),
            "a day of knowledge as text": text(asked.purchased.isoformat()),
            "a day of knowledge long ago": day(date(1999, 12, 31)),
        }
        last = tuple(named) or (NO_SERVICE,)
        for what, given in in_first.items():
            yield from self._both(what, (given, bought, *named))
        for what, given in in_second.items():
            yield from self._both(what, (quantity, given, *named))
        for what, given in in_third.items():
            if len(f"{given.value}") <= LONGEST_TEXT:
                yield from self._both(what, (quantity, bought, given))
        yield from self._both("the service left out", (quantity, bought))
        for what, given in in_fourth.items():
            yield from self._both(what, (quantity, bought, *last, given))

    @staticmethod
    def _both(what: str, arguments: tuple[Formula, ...]) -> Iterator[Check]:
        return (Check(what, function, arguments) for function in ("PRICE", "EXPLAIN"))

    def errors(self, asked: _Question) -> Iterator[Check]:
        """Hand in each error in each place; it comes back as itself."""
        quantity, bought, *named = self._arguments(asked)
        last = tuple(named) or (NO_SERVICE,)
        for error in ERRORS:
            code = error.value.code
            yield Check(f"{code} as quantity", "PRICE", (error, bought, *named))
            yield Check(f"{code} as day", "PRICE", (quantity, error, *named))
        one, other, *_ = ERRORS
        yield Check("two errors: the first comes back", "PRICE", (other, one, *named))
        yield Check(f"{one.value.code} as service", "PRICE", (quantity, bought, one))
        known = (quantity, bought, *last, other)
        yield Check(f"{other.value.code} as day of knowledge", "PRICE", known)
        for function in OTHERS:
            yield Check(f"{other.value.code} as quantity", function, (other, bought, *named))

    def refused_tables(self, asked: _Question) -> Iterator[Check]:
        """Ask for tables with what is no day, quantity or service."""
        one, *_ = ERRORS
        yield Check("a price table of no day", "SCHEDULE", (text("some day"),))
        yield Check("a price table of an error", "SCHEDULE", (one,))
        unknown = text("Gardening")
        yield Check("a price table of an unknown service", "SCHEDULE", (
            day(asked.purchased), unknown))
        yield Check("a price table before the contract", "SCHEDULE", (day(date(1950, 1, 1)),))
        yield Check("a negative quantity on all days", "TIMELINE", (
            number(-1), *self._name(asked.service)))
        yield Check("an error on all days", "TIMELINE", (one, *self._name(asked.service)))

    def tables(self, asked: _Question) -> Iterator[Spill]:
        """Ask for price tables of a day, and for prices through all days."""
        yield Spill("the price table of a day, all services", "SCHEDULE", (day(asked.purchased),))
        yield Spill("the price table of the last day in the documents", "SCHEDULE", (
            day(self._last_day),))
        for service in _thin(list(self._services.values()), MOST_TABLES):
            row = next((each for each in self._rows if name_key(each.service) == service.key), None)
            if row is None:
                continue
            name = self._name(service)
            bought = day(self._day_of(row))
            yield Spill(f"{service.name}: a price table", "SCHEDULE", (bought, *name))
            quantity = number(row.quantity_from)
            yield Spill(f"{service.name}: prices on all days", "TIMELINE", (quantity, *name))

    def ranges(self, asked: _Question) -> Iterator[Spill]:
        """Ask over ranges of questions, some of them bad, with single cells beside them."""
        _, bought, *named = self._arguments(asked)
        questions: list[tuple[Cell, ...]] = [
            (row.quantity_from, self._day_of(row), self._service(row).name)
            for row in _thin(self._rows, 12)
        ]
        name = asked.service.name
        questions += [
            (None, asked.purchased, name),
            (asked.quantity, None, name),
            (asked.quantity, asked.purchased, "Gardening"),
            ("ten", asked.purchased, name),
            (-5, asked.purchased, name),
            (CellError("#DIV/0!"), asked.purchased, name),
            (asked.quantity, CellError("#N/A"), name),
            (asked.quantity, asked.purchased.isoformat(), name),
        ]
        lines = tuple(questions)
        for function in CALCULATED.values():
            yield Spill("a range of questions", function, ((0,), (1,), (2,)), lines)
        one_service = tuple(line for line in lines if line[2] == name)
        yield Spill("a range of quantities, one day", "PRICE", ((0,), bought, *named), one_service)
        step = asked.service.step
        block = tuple(
            (asked.quantity + 2 * n * step, asked.quantity + (2 * n + 1) * step) for n in range(4)
        )
        yield Spill("a block of quantities, one day", "PRICE", ((0, 1), bought, *named), block)


def _can_move(boundary: date, days: int) -> bool:
    return FIRST_CERTAIN_DAY < boundary < date.max if days else True


# The two edits: a figure that is typed over, and a row that is added below the last one.

NEW_FIGURES = (Decimal("123.45"), Decimal("234.56"))
ADDED_PRICE = Decimal("678.90")
ADDED_TITLE = "Self-check amendment"
FIGURE_OF = {Charge.PACKAGE: "price", Charge.PER_UNIT: "unit_price"}
MOST_TRIED = 20
"""Rows that are tried; a contract of which none of them has a price gets no edits."""


def _find_edits(
    draft: Draft, contract: Contract, formulas: Formulas, calculate: Calculate
) -> tuple[tuple[Edit, ...], list[Formulas]]:
    """Find two edits that do not change each other's answer, and the prices after one or both."""
    asker = _Asker(contract)
    rows = [row for row in reversed(asker._rows) if row.charge in FIGURE_OF]
    rows.sort(key=lambda row: row.document)
    for row in rows[:MOST_TRIED]:
        found = _try_edits(draft, row, asker, formulas, calculate)
        if found:
            return found
    return (), []


def _try_edits(
    draft: Draft, row: Row, asker: _Asker, formulas: Formulas, calculate: Calculate
) -> tuple[tuple[Edit, ...], list[Formulas]] | None:
    field = FIGURE_OF[row.charge]
    lines = draft.amendments if row.document else draft.tiers
    place = row.place.row - TITLE_ROW - 1
    service, bought = asker._service(row), asker._day_of(row)
    if lines[place][field].formula or not _can_move(bought, 1):
        return None
    value = next(each for each in NEW_FIGURES if each != getattr(row, field))
    typed = build_row([field], [value])
    edited = [*lines[:place], {**lines[place], **typed}, *lines[place + 1 :]]
    added = _added_row(draft, lines[place], row, bought + ONE_DAY)
    if added is None:
        return None
    first = replace(draft, **{"amendments" if row.document else "tiers": edited})
    second, both = (
        replace(each, amendments=[*each.amendments, added]) for each in (draft, first)
    )
    states = [calculate(each) for each in (first, second, both)]
    checks = [
        Check(what, "PRICE", asker._arguments(_Question(row.quantity_from, on, service)))
        for what, on in (("the figure typed over", bought), ("the row added", bought + ONE_DAY))
    ]
    answers = [[check.answer(each) for each in (formulas, *states)] for check in checks]
    (a, a_typed, a_added, a_both), (b, b_typed, b_added, b_both) = answers
    if not all(isinstance(each, float) for each in (a, b, *answers[0], *answers[1])):
        return None
    if (a, a_typed, b_added) != (a_added, a_both, b_both) or a == a_typed or b_added in (b, b_typed):
        return None
    column = column_letter([each.field for each in COLUMNS].index(field))
    next_row = TITLE_ROW + 1 + len(draft.amendments)
    sheet = AMENDMENTS if row.document else TIERS
    edits = (
        Edit(sheet, f"{column}{place + TITLE_ROW + 1}", typed, checks[0], a, a, a_typed),
        Edit(AMENDMENTS, f"A{next_row}", added, checks[1], b, b_typed, b_added),
    )
    return edits, states


def _added_row(draft: Draft, line: InputRow, row: Row, bought: date) -> InputRow | None:
    """The row to add: a package of a new document, for the purchases of one day."""
    numbers = (each["document"].value for each in draft.amendments if "document" in each)
    number = 1 + max((int(each) for each in numbers if not is_blank(each)), default=0)
    if number > LAST_DOCUMENT:
        return None
    stated = {
        "document": number,
        "title": ADDED_TITLE,
        "service": line.get("service", InputCell(None)).value,
        "quantity_from": row.quantity_from,
        "charge": Charge.PACKAGE,
        "price": ADDED_PRICE,
        "purchased_from": bought,
        "purchased_through": bought,
        "signed": bought,
        "effective": bought,
    }
    return build_row(stated, stated.values())

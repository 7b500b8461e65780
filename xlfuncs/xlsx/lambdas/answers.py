"""What formulas return where they differ from the core, for the cells that a build stores.

That is `#N/A` beyond the limits, and a short sentence in place of the explanation. Everything else
that is stored is what the core returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import SCHEDULE_TITLES, TIMELINE_TITLES, call
from xlfuncs.functions.registry import (
    parse_day_argument,
    parse_optional_day_argument,
    parse_quantity_argument,
    parse_service_argument,
)
from xlfuncs.pricing.contract import Charge, Row, Service
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput, Cause, Outcome
from xlfuncs.pricing.precedence import REFUSALS, charge_of, count_range, in_force_from
from xlfuncs.pricing.price_book import Answer, PriceBook, Question
from xlfuncs.pricing.schedule_timeline import ScheduleLine, schedule, timeline
from xlfuncs.pricing.wording import cite_all
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, CellError, to_serial
from xlfuncs.sheets.parsers import format_assumption
from xlfuncs.xlsx.lambdas.calculation_limits import (
    NOT_CALCULATED,
    FormulaLimits,
    Limit,
    discount_and_base,
    is_uncountable,
    percent_limit,
)

CONFIRMED = ("PRICE", "UNIT_PRICE", "SOURCE", "SAVING")
"""Functions that return what the core does, or `#N/A` beyond the limits."""


def build_formula_functions(
    workbook: PricedSheets,
) -> Mapping[str, Callable[[Sequence[Cell]], Cell]]:
    """Build the functions of a workbook as its formulas compute them, by name.

    `CHECK` is none of them, because formulas cannot say why a cell is wrong. Raises ValueError for
    sheets that hold no contract.
    """
    if workbook.book is None:
        raise ValueError("no contract")
    tables = Tables(workbook, workbook.book)
    limits = FormulaLimits(workbook.book)

    def confirmed(function: str, cells: Sequence[Cell]) -> Cell:
        return NOT_AVAILABLE if limits.find(function, cells) else call(function, cells, workbook)

    return {
        **{function: partial(confirmed, function) for function in CONFIRMED},
        "EXPLAIN": Sentences(workbook.book),
        "SCHEDULE": tables.schedule,
        "TIMELINE": tables.timeline,
    }


# The short sentence that EXPLAIN returns as a name: what the formulas of `source/explain.txt` say.

EXPECTED = {
    "quantity": "is no number; expected one such as 100000",
    "purchased": "is no day; expected one such as 2013-12-20",
    "service": "is no text; expected the name of a service",
    "known_on": "is no day; expected one such as 2013-12-20",
}
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Reach:
    """A row with the days and the steps that it is for, inclusive; days as serial numbers."""

    row: Row
    since: int
    until: int
    first: int
    last: int

    def fits(self, day: int, steps: int) -> bool:
        """Whether the row is for so many steps bought on a day."""
        return self.since <= day <= self.until and self.first <= steps <= self.last


ALWAYS, NEVER, UNBOUNDED = 10**8, 10**9, 10**16
"""A day after all others, the first day of what is never in force, and no upper end."""


def find_reach(row: Row, service: Service) -> Reach:
    """Find the reach of a row, also of one that is never in force."""
    first, last = count_range(row, service.step)
    is_draft = row.document > 0 and in_force_from(row) is None
    since = NEVER if is_draft else _serial(row.effective or row.signed, 0)
    return Reach(
        row,
        since=max(_serial(row.purchased_from, 0), since),
        until=min(_serial(row.purchased_through, ALWAYS), _serial(row.ends, ALWAYS)),
        first=first,
        last=UNBOUNDED if row.quantity_to is None else last,
    )


def _serial(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else int(to_serial(day, date1904=False))


class Sentences:
    """The short sentences for the questions about one contract."""

    def __init__(self, book: PriceBook) -> None:
        self._book = book
        self._limits = FormulaLimits(book)
        services = {service.key: service for service in book.contract.services}
        self._reaches: dict[str, list[Reach]] = {key: [] for key in services}
        for row in book.contract.rows:
            key = name_key(row.service)
            self._reaches[key].append(find_reach(row, services[key]))

    def __call__(self, cells: Sequence[Cell]) -> Cell:
        """Write the sentence for the cells of a question, also of bad input."""
        given = [*cells, *[None] * (4 - len(cells))]
        error = next((cell for cell in given if isinstance(cell, CellError)), None)
        if error is not None:
            return error
        try:
            question = _question(given)
        except BadInput as refusal:
            return f"{Outcome.BAD_INPUT.value}: {refusal}."
        try:
            if is_uncountable(self._book, question.quantity, question.service):
                return f"{Limit.MANY_PARTS.sentence}."
            found = self._book.answer(question)
        except BadInput:
            return self._refused(question)
        return self._sentence(question, found)

    def _refused(self, question: Question) -> str:
        """Say that a service has to be named, or that it is not sold in such quantities."""
        bad = Outcome.BAD_INPUT.value
        if question.service is None and len(self._book.service_names) > 1:
            offered = "; ".join(self._book.service_names)
            return f"{bad}: no service is given; expected one of {offered}."
        service = self._book.find_service(question.service)
        step = f"{service.step.normalize():f}" if service else ""
        return f"{bad}: quantity is below 0 or part of a step; expected whole steps of {step}."

    def _sentence(self, question: Question, found: Answer) -> str:
        cause, rows = found.verdict.cause, [each.row for each in found.verdict.all_decided]
        if cause is Cause.PART_UNITS:
            return f"{_kind(cause)}."
        limit = self._limits.find_in_price(found)
        said = f"{found.price:,.2f}" if found.price is not None else _kind(cause)
        said = limit.sentence if limit else said
        parts = [f"{said}: {cite_all(rows)}" if rows else said]
        inside = [row for row in rows if row.assumed]
        if inside:
            parts.append(f"assumed: {_assumed_in(inside)}")
        outside = list(self._find_left_out(question, found))
        if outside:
            parts.append(f"left out by what is assumed: {_assumed_in(outside)}")
        if question.known_on:
            parts.append(f"as known on {question.known_on}")
        return f"{'; '.join(parts)}."

    def _find_left_out(self, question: Question, found: Answer) -> Iterator[Row]:
        """Rows that might prevail if a day or a quantity were not assumed."""
        if found.service is None or found.steps is None:
            return
        mine = self._reaches[found.service.key]
        day, steps = _serial(question.purchased, 0), found.steps
        stated = (each.since for each in mine if not each.row.document and not each.row.assumed)
        begins = min(stated, default=0)
        decided = found.verdict.decided
        least = _standing(decided[0].row, question.known_on) if decided else 0
        for each in mine:
            if not each.fits(day, steps) and day >= begins and _might(each, day, steps):
                row = each.row
                if row.document * 4 + row.has_window * 2 + 1 >= least:
                    yield row


def _question(cells: Sequence[Cell]) -> Question:
    """The question, read from the first cell to the last. Raises BadInput in our short words."""
    quantity, purchased, service, known_on = cells
    return Question(
        _read("quantity", lambda: parse_quantity_argument(quantity)),
        _read("purchased", lambda: parse_day_argument("purchased", purchased, False)),
        _read("service", lambda: parse_service_argument(service)),
        _read("known_on", lambda: parse_optional_day_argument("known_on", known_on, False)),
    )


def _kind(cause: Cause) -> str:
    return f"{cause.outcome.value}: {cause.text}"


def _read(name: str, read: Callable[[], _Read]) -> _Read:
    try:
        return read()
    except BadInput as refusal:
        expected = EXPECTED[name]
        if name == "quantity" and refusal.code == "#NUM!":
            expected = "has too many digits; expected at most 15, 6 of them decimals"
        raise BadInput(f"{name} {expected}") from None


def _assumed_in(rows: Sequence[Row]) -> str:
    said = (
        f"{row.title} ({' '.join(' '.join(map(format_assumption, row.assumed)).split())})"
        for row in rows
    )
    return "; ".join(dict.fromkeys(said))


def _standing(row: Row, known_on: date | None) -> int:
    prices = charge_of(row, known_on) not in REFUSALS
    return row.document * 4 + row.has_window * 2 + prices


def _might(each: Reach, day: int, steps: int) -> bool:
    """Whether the row might count if what its column Assumed speaks of were otherwise."""
    row = each.row
    if not row.assumed:
        return False
    said = " ".join(map(format_assumption, row.assumed)).lower()
    opens = _serial(row.purchased_from, 0)
    return all(
        (
            "quantity" in said or each.first <= steps <= each.last,
            "signed" in said or "effective" in said or each.since <= day or opens > day,
            "purchased from" in said or opens <= day,
            "purchased through" in said or _serial(row.purchased_through, day) >= day,
            "ends" in said or _serial(row.ends, day) >= day,
        )
    )


# The tables that formulas return, where they cannot calculate some of the figures in them.

FIXED, RATE, ANSWER = (SCHEDULE_TITLES.index(title) for title in ("Fixed", "Rate", "Answer"))
PRICE, KIND = (TIMELINE_TITLES.index(title) for title in ("Price", "Answer"))


class Tables:
    """The tables of SCHEDULE and TIMELINE as formulas return them."""

    def __init__(self, workbook: PricedSheets, book: PriceBook) -> None:
        self._workbook = workbook
        self._book = book
        self._limits = FormulaLimits(book)

    def schedule(self, cells: Sequence[Cell]) -> Cell:
        """Return the price table of a day; what formulas cannot confirm is `#N/A`."""
        answer = call("SCHEDULE", cells, self._workbook)
        if not isinstance(answer, list):
            return answer
        purchased, service, known_on = (*cells, None, None)[:3]
        day = parse_day_argument("purchased", purchased, False)
        known = parse_optional_day_argument("known_on", known_on, False)
        lines = schedule(self._book, day, parse_service_argument(service), known)
        for shown, line in zip(answer[1:], lines, strict=True):
            self._withhold(shown, line, day, known)
        return answer

    def _withhold(
        self, shown: list[Cell], line: ScheduleLine, day: date, known_on: date | None
    ) -> None:
        prices = self._book.price_list(line.service, known_on)
        steps = int(line.first / line.service.step)
        verdict = prices.segment_on(day.toordinal(), steps).verdict
        if verdict.price_function is None:
            return
        _, base = discount_and_base(verdict)
        unsure = percent_limit(verdict.decided[0].row.percent)
        below = list(verdict.tiers.effective_rows())[1:] if verdict.tiers else []
        if unsure or any(self._limits.find_in_rows(line.service, below)):
            shown[FIXED], shown[ANSWER] = NOT_AVAILABLE, NOT_CALCULATED
        if base.charge is not Charge.PACKAGE and (
            unsure or not self._limits.has_rate(line.service, base.row)
        ):
            shown[RATE], shown[ANSWER] = NOT_AVAILABLE, NOT_CALCULATED

    def timeline(self, cells: Sequence[Cell]) -> Cell:
        """Return the price of a quantity on all days, `#N/A` where formulas cannot confirm it."""
        quantity, service, known_on = (*cells, None, None)[:3]
        try:
            asked, name = parse_quantity_argument(quantity), parse_service_argument(service)
            if is_uncountable(self._book, asked, name):
                parse_optional_day_argument("known_on", known_on, False)
                return NOT_AVAILABLE
        except BadInput:
            pass  # which the function itself refuses
        answer = call("TIMELINE", cells, self._workbook)
        if not isinstance(answer, list):
            return answer
        known = parse_optional_day_argument("known_on", known_on, False)
        for shown, span in zip(answer[1:], timeline(self._book, asked, name, known), strict=True):
            day = span.since or span.until or date(2000, 1, 1)  # any day of them all
            if self._limits.find_in_price(self._book.answer(Question(asked, day, name, known))):
                shown[PRICE], shown[KIND] = NOT_AVAILABLE, NOT_CALCULATED
        return answer

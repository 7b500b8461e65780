"""What formulas return where they differ from the core, for the cells that a build stores.

That is `#N/A` beyond the limits, and a shorter line in place of the explanation. Everything else
that is stored is what the core returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TypeVar

from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import CHECK_TITLES, SCHEDULE_TITLES, TIMELINE_TITLES, call
from xlfuncs.functions.registry import (
    QUESTION,
    parse_bought_before_argument,
    parse_day_argument,
    parse_optional_day_argument,
    parse_quantity_argument,
    parse_service_argument,
)
from xlfuncs.pricing.contract import (
    DISCOUNTS,
    Charge,
    Counted,
    Row,
    Service,
    count_steps,
    quantity_of,
)
from xlfuncs.pricing.explain import describe_other_days
from xlfuncs.pricing.names import tidy_spaces
from xlfuncs.pricing.outcomes import BadInput, Cause, Outcome
from xlfuncs.pricing.precedence import REFUSALS, charge_of
from xlfuncs.pricing.price_book import MOST_SERVICES_NAMED, Answer, PriceBook, Question
from xlfuncs.pricing.schedule_timeline import ScheduleLine, schedule, timeline
from xlfuncs.pricing.segments import Verdict
from xlfuncs.pricing.wording import (
    MOST_CITED,
    cite,
    format_amount,
    format_quantity,
    format_statement,
    format_window,
)
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, CellError
from xlfuncs.sheets.parsers import format_assumption
from xlfuncs.xlsx.lambdas.calculation_limits import (
    NOT_CALCULATED,
    FormulaLimits,
    Limit,
    Reach,
    discount_and_base,
    of_the_total,
    percent_limit,
    serial_of,
    standing,
)
from xlfuncs.xlsx.lambdas.live_findings import LiveFindings

CONFIRMED = ("PRICE", "UNIT_PRICE", "SOURCE", "SAVING")
"""Functions that return what the core does, or `#N/A` beyond the limits."""


def build_formula_functions(
    workbook: PricedSheets, live: LiveFindings, built: date
) -> Mapping[str, Callable[[Sequence[Cell]], Cell]]:
    """Build the functions of a workbook as its formulas compute them, by name.

    `live` are the findings of formulas, and `built` is the day as of which the others are listed.
    Raises ValueError for sheets that hold no contract.
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
        "CHECK": lambda _: [list(CHECK_TITLES), *map(list, live.list_lines(built))],
    }


# The short sentence that EXPLAIN returns as a name: what the formulas of `source/explain.txt` say.

EXPECTED = {
    "quantity": "is no number; expected one such as 100000",
    "purchased": "is not a date; expected one such as 2013-12-20",
    "service": "is not text; expected the name of a service",
    "known_on": "is not a date; expected one such as 2013-12-20",
    "bought_before": "is no number; expected one such as 1200, or nothing",
}
_Read = TypeVar("_Read")


class Sentences:
    """The short sentences for the questions about one contract."""

    def __init__(self, book: PriceBook) -> None:
        self._book = book
        self._limits = FormulaLimits(book)

    def __call__(self, cells: Sequence[Cell]) -> Cell:
        """Write the sentence for the cells of a question, also of bad input."""
        given = [*cells, *[None] * (len(QUESTION) - len(cells))]
        error = next((cell for cell in given if isinstance(cell, CellError)), None)
        if error is not None:
            return error
        try:
            question = _question(given)
        except BadInput as refusal:
            return f"{Outcome.BAD_INPUT.value}: {refusal}."
        try:
            service = self._book.find_service(question.service)
        except BadInput:
            unknown = _describe_unknown_service(question.service, self._book.service_names)
            return f"{Outcome.BAD_INPUT.value}: {unknown}."
        try:
            limit = self._limits.find_in_question(question)
            if limit is not None:
                return f"{limit.sentence}."
            found = self._book.answer(question)
        except BadInput:
            return f"{Outcome.BAD_INPUT.value}: {_describe_refusal(question, service)}."
        return self._sentence(question, found)

    def _sentence(self, question: Question, found: Answer) -> str:
        cause, limit_of = found.verdict.cause, found.service and found.service.limit
        if cause is Cause.PART_UNITS:
            return f"{_kind(cause)}."
        if limit_of is not None and _count_total(found) > limit_of:
            return f"{_kind(Cause.OVER_LIMIT)}."
        total = of_the_total(found)
        rows = [each.row for each in total.verdict.all_decided]
        limit = self._limits.find_in_price(found)
        if limit is Limit.INTERRUPTED:
            return f"{limit.sentence}."
        if cause is Cause.BEFORE_COSTS_MORE:
            limit = self._limits.find_in_comparison(found)
        said = limit.sentence if limit else _kind(cause)
        if found.price is not None:
            said = limit.sentence if limit else self._price(found)
        parts = [f"{said}: {_cited_for_days(rows)}" if rows else said]
        parts += [*_in_place_of(total), *_other_days(total)]
        if question.known_on:
            parts.append(f"as known on {question.known_on}")
        if total.unstated:
            parts.append(f"open: {', '.join(_format_unstated(total))}")
        assumed = [row for row in rows if row.assumed]
        assumed += self._find_left_out(question, total)
        if assumed:
            parts.append(f"assumed: {_assumed_in(assumed)}")
        return f"{'; '.join(parts)}."

    def _price(self, found: Answer) -> str:
        service = found.service or Service("")
        amount = format_amount(
            found.price or Decimal(0), self._book.contract.currency, service.billed
        )
        quantity = format_quantity(found.counted_quantity or Decimal(0), tidy_spaces(service.unit))
        before = f" after {_format_before(found, service)}" if found.before else ""
        return f"{amount} for {quantity}{before}"

    def _find_left_out(self, question: Question, found: Answer) -> Iterator[Row]:
        """Rows that might prevail if a day or a quantity were not assumed."""
        if found.service is None or found.steps is None:
            return
        mine = self._limits.reaches_known(question.known_on)[found.service.key]
        day, steps = serial_of(question.purchased, 0), found.steps
        stated = (each.since for each in mine if not each.row.document and not each.row.assumed)
        begins = min(stated, default=0)
        for each in mine:
            if not each.fits(day, steps) and begins <= day < each.gone and _might(each, day, steps):
                highest = standing(each.row, each.charge if each.charge in DISCOUNTS else _PRICED)
                if highest >= _displaced(each, found.verdict):
                    yield each.row


def _count_total(found: Answer) -> Decimal:
    steps = (found.steps or 0) + found.before
    return quantity_of(steps, found.service or Service(""))


def _format_before(found: Answer, service: Service) -> str:
    return format_quantity(quantity_of(found.before, service), "")


_PRICED = Charge.PACKAGE
"""A charge that stands where all those stand that price."""


def _displaced(each: Reach, verdict: Verdict) -> int:
    """Where the row stands that a row would have to displace, 0 where there is none."""
    if not verdict.decided:
        return 0
    first, *_ = verdict.decided
    taken_off = first.charge in DISCOUNTS
    if each.charge in DISCOUNTS:
        stays = each.charge is Charge.STANDING_DISCOUNT and not taken_off
        return 0 if stays else standing(first.row, first.charge)
    others = [row for row in verdict.decided if row.charge not in DISCOUNTS]
    if others or verdict.cause is Cause.TIED:
        displaced = (others or [first])[0]
        return standing(displaced.row, displaced.charge)
    return 0


def _cited_for_days(rows: Sequence[Row]) -> str:
    """Documents and places of rows with the purchase days they are for, of many the first."""
    places = list(dict.fromkeys(_with_days(cite(row), " (", row, ")") for row in rows))
    more = ["and more"] if len(places) > MOST_CITED else []
    return "; ".join([*places[:MOST_CITED], *more])


def _with_days(text: str, mark: str, row: Row, end: str = "") -> str:
    return f"{text}{mark}{format_window(row)}{end}" if row.has_window else text


def _in_place_of(found: Answer) -> Iterator[str]:
    """The rows with a price that gave way: one or two, or the best and how many there are."""
    known_on = found.question.known_on
    rows = [row for row in found.displaced if charge_of(row, known_on) not in REFUSALS]
    said = [f"{format_statement(row)} ({_with_days(cite(row), ', ', row)})" for row in rows[:2]]
    if len(rows) > len(said):
        said[1:] = [f"{len(rows) - 1} more"]
    if said:
        yield f"in place of {' and '.join(said)}"


def _other_days(found: Answer) -> list[str]:
    """Rows that would decide on other days; formulas leave out where discounts matter."""
    decided = found.verdict.decided
    if not decided or decided[0].charge in DISCOUNTS:
        return []
    over, to_come = (
        (
            each
            for each in windows
            if each.charge not in REFUSALS | DISCOUNTS and each.rank < decided[0].rank
        )
        for windows in found.find_windows(by_rank_alone=True)
    )
    return describe_other_days(over, to_come)


def _format_unstated(found: Answer) -> list[str]:
    return [f"{each.what} of {tidy_spaces(each.title)} not on file" for each in found.unstated]


def _describe_unknown_service(name: str | None, offered: Sequence[str]) -> str:
    """What is wrong with the name of a service; formulas do not look for the nearest."""
    found = "no service is given" if name is None else f"service is '{tidy_spaces(name)}'"
    named = " or ".join(f"'{each}'" for each in offered[:MOST_SERVICES_NAMED])
    more = len(offered) - MOST_SERVICES_NAMED
    return f"{found}; expected {named}" + (f" or one of {more} others" if more > 0 else "")


def _question(cells: Sequence[Cell]) -> Question:
    """The question, read from the first cell to the last. Raises BadInput in our short words."""
    quantity, purchased, service, known_on, bought_before = cells
    return Question(
        _read("quantity", lambda: parse_quantity_argument(quantity)),
        _read("purchased", lambda: parse_day_argument("purchased", purchased, False)),
        _read("service", lambda: parse_service_argument(service)),
        _read("known_on", lambda: parse_optional_day_argument("known_on", known_on, False)),
        _read("bought_before", lambda: parse_bought_before_argument(bought_before)),
    )


def _describe_refusal(question: Question, service: Service) -> str:
    """What is wrong with a question that a service cannot be asked: its quantity, or the other."""
    expected = f"expected a multiple of {service.step.normalize():f}"
    name = f"purchases of '{tidy_spaces(service.name)}'"
    try:
        count_steps(question.quantity, service)
    except BadInput:
        return f"quantity is negative or part of a unit; {expected}"
    if service.counted is Counted.PURCHASE:
        return f"bought_before is not 0, and {name} do not add up; expected nothing"
    if question.before is None:
        return f"bought_before is not given, and {name} add up; expected a number, 0 for none"
    return f"bought_before is negative or part of a unit; {expected}"


def _kind(cause: Cause) -> str:
    return f"{cause.outcome.value}: {cause.text}"


def _read(name: str, read: Callable[[], _Read]) -> _Read:
    try:
        return read()
    except BadInput as refusal:
        expected = EXPECTED[name]
        if name in ("quantity", "bought_before") and refusal.code == "#NUM!":
            expected = "has too many digits; expected at most 15, 6 of them decimals"
        raise BadInput(f"{name} {expected}") from None


def _assumed_in(rows: Sequence[Row]) -> str:
    """Titles and the fields that are assumed; formulas see those of the first line of a cell."""
    said = []
    for row in rows:
        fields, *_ = format_assumption(row.assumed[0]).partition(":")
        said.append(f"{row.title} ({fields}{' and more' if len(row.assumed) > 1 else ''})")
    return "; ".join(dict.fromkeys(said))


def _might(each: Reach, day: int, steps: int) -> bool:
    """Whether the row might count if what its column Assumed speaks of were otherwise."""
    row = each.row
    if not row.assumed:
        return False
    said = " ".join(map(format_assumption, row.assumed)).lower()
    opens = serial_of(row.purchased_from, 0)
    return all(
        (
            "quantity" in said or each.first <= steps <= each.last,
            "signed" in said or "effective" in said or each.since <= day or opens > day,
            "purchased from" in said or opens <= day,
            "purchased through" in said or serial_of(row.purchased_through, day) >= day,
            "ends" in said or serial_of(row.ends, day) >= day,
        )
    )


# The tables that formulas return, where they cannot calculate some of the figures in them.

FIXED, RATE, OUTCOME = (SCHEDULE_TITLES.index(title) for title in ("Fixed", "Rate", "Outcome"))
PRICE, KIND = (TIMELINE_TITLES.index(title) for title in ("Price", "Outcome"))


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
        name = parse_service_argument(service)
        if self._limits.is_schedule_unclear(name, day, known):
            return NOT_AVAILABLE
        lines = schedule(self._book, day, name, known)
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
            shown[FIXED], shown[OUTCOME] = NOT_AVAILABLE, NOT_CALCULATED
        is_constant = verdict.before_bounds is not None
        if base is None or base.charge is Charge.PACKAGE or is_constant:
            return
        if unsure or not self._limits.has_rate(line.service, base.row):
            shown[RATE], shown[OUTCOME] = NOT_AVAILABLE, NOT_CALCULATED

    def timeline(self, cells: Sequence[Cell]) -> Cell:
        """Return the price of a quantity on all days, `#N/A` where formulas cannot confirm it."""
        quantity, service, known_on = (*cells, None, None)[:3]
        try:
            asked, name = parse_quantity_argument(quantity), parse_service_argument(service)
            known = parse_optional_day_argument("known_on", known_on, False)
            if self._limits.is_timeline_unclear(asked, name, known):
                return NOT_AVAILABLE
        except BadInput:
            pass  # which the function itself refuses
        answer = call("TIMELINE", cells, self._workbook)
        if not isinstance(answer, list):
            return answer
        for shown, span in zip(answer[1:], timeline(self._book, asked, name, known), strict=True):
            day = span.since or span.until or date(2000, 1, 1)  # any day of them all
            alone = Question(asked, day, name, known, before=Decimal(0))
            if self._limits.find_in_price(self._book.answer(alone)):
                shown[PRICE], shown[KIND] = NOT_AVAILABLE, NOT_CALCULATED
        return answer

"""What LAMBDA formulas can calculate: the limits, and what a contract has beyond them.

A spreadsheet counts in 15 digits, and sees no number format. Beyond these limits the formulas of
a workbook return `#N/A`; the core, which counts in decimals, still has a price. A build stores no
price that the formulas would take back, and names the rows and purchases that they leave open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import cycle
from math import floor

from xlfuncs.functions.evaluate import parse_question
from xlfuncs.functions.registry import QUESTION
from xlfuncs.pricing.contract import (
    DISCOUNTS,
    Charge,
    Contract,
    Counted,
    Row,
    Service,
    count_around,
    count_steps,
    quantity_of,
)
from xlfuncs.pricing.counting import count_before
from xlfuncs.pricing.dated_rows import dated_rows
from xlfuncs.pricing.money import EXACT, HUNDRED
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput, Cause
from xlfuncs.pricing.precedence import (
    FIRST_DAY,
    REFUSALS,
    TIER_CHARGES,
    DocumentsInForce,
    EffectiveRow,
    charge_of,
    count_range,
    in_force_from,
)
from xlfuncs.pricing.price_book import Answer, PriceBook, Question
from xlfuncs.pricing.segments import OUTRIGHT, Verdict
from xlfuncs.pricing.wording import format_number
from xlfuncs.sheets.cells import YEARS, Cell, CellError, format_cell, parse_day, to_serial
from xlfuncs.sheets.draft import BLANK, Draft
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    CALCULATED,
    COLUMNS,
    PURCHASES,
    PURCHASES_TITLE_ROW,
    QUESTION_FIELDS,
    TIERS,
    TITLE_ROW,
    column_letter,
    list_purchases_letters,
)
from xlfuncs.xlsx.sheets.bought_before import AddedUp, adds_up_by_period

# The limits, stated once for the formulas and for what predicts them.

LEAST_DECIMALS, MOST_DECIMALS = 2, 8
"""Decimals in which the prices of a service are counted: as many as its longest unit price has."""

MOST_PERCENT_DECIMALS = 4
UNSURE_PERCENT = 1
"""A percentage above 0 and up to this one might have been typed as `15%`, which is 0.15."""

MOST_WHOLE = 10**15
"""Whole numbers from here on may be inexact: steps, parts of a unit, figures, and amounts as far as
their cents have to be told from half cents by whole numbers."""

MOST_SUMMED = 9 * 10**15
"""Sums from here on may depend on the order in which they are added up."""

MOST_CENTS, UNSURE_PART = 10**13, 1e-14
"""Where an amount has more digits: cents up to which rounding it is safe, but for those that are
nearer to half a cent than this part of them."""

LAST_ROW = 10_000
"""The last row of Tiers and of Amendments at which the formulas look; below it nothing may be."""

NOT_CALCULATED = "not calculated"
"""The outcome where formulas alone cannot calculate; it says nothing about the contract."""

_CALLED = {
    "LEAST_DECIMALS": LEAST_DECIMALS,
    "MOST_DECIMALS": MOST_DECIMALS,
    "MOST_PERCENT_DECIMALS": MOST_PERCENT_DECIMALS,
    "UNSURE_PERCENT": UNSURE_PERCENT,
    "MOST_WHOLE": MOST_WHOLE,
    "MOST_SUMMED": MOST_SUMMED,
    "MOST_CENTS": MOST_CENTS,
    "UNSURE_PART": UNSURE_PART,
    "FIRST_ROW": TITLE_ROW + 1,
    "LAST_ROW": LAST_ROW,
    "FIRST_YEAR": YEARS.start,
    "AFTER_YEARS": YEARS.stop,
}
LIMITS = {name: f"{figure:G}" for name, figure in _CALLED.items()}
LIMITS |= {"NOT_CALCULATED": NOT_CALCULATED, "LAST_COLUMN": column_letter(len(COLUMNS) - 1)}
"""The limits as the sources of the formulas call them, and as the formulas say them."""


class Limit(Enum):
    """Why formulas cannot calculate a price, in words for whoever builds the workbook."""

    SMALL_PERCENT = f"a discount of up to {UNSURE_PERCENT}% may be 100 times as much to a formula"
    LONG_PERCENT = f"a percentage has more than {MOST_PERCENT_DECIMALS} decimals"
    LONG_UNIT_PRICE = f"the price of a step has more than {MOST_DECIMALS} decimals"
    LONG_AMOUNT = "the amount has too many digits for a formula to tell its cents"
    MANY_PARTS = "the quantity has too many parts of a unit for a formula to count"
    INTERRUPTED = "a package or per-unit price interrupts graduated tiers that are added up"
    REPLACED = "a document replaces others, and a formula cannot tell when, or what was known of it"
    EITHER_WAY = "a formula cannot tell whether the part of a unit matters"
    ADDED_UP = (
        "the contract does not say how quantities add up or how part of a unit counts, and a "
        "formula cannot tell whether it matters"
    )

    @property
    def sentence(self) -> str:
        """What the formulas say instead of a price."""
        what = _CANNOT.get(self, "calculate this to the cent")
        return (
            f"{NOT_CALCULATED}: formulas alone cannot {what}; "
            "xlfuncs price or a workbook with macros (.xlsm) can"
        )


_CANNOT = {
    Limit.MANY_PARTS: "count so many parts of a unit",
    Limit.INTERRUPTED: "add up tiers that other rows interrupt",
    Limit.REPLACED: "tell which documents are in force",
    Limit.EITHER_WAY: "tell whether part of a unit matters",
    Limit.ADDED_UP: "add up purchases",
}


# Figures as the whole numbers that the formulas count in.

MILLION = 10**6


def decimals_of(unit_price: Decimal | None, step: Decimal) -> int | None:
    """The decimals that the price of one step needs, None for more than formulas can count with.

    >>> decimals_of(Decimal("2.75"), Decimal(1)), decimals_of(Decimal("0.5125"), Decimal("0.25"))
    (2, 6)
    """
    if unit_price is None:
        return LEAST_DECIMALS
    for decimals in range(LEAST_DECIMALS, MOST_DECIMALS + 1):
        if _is_whole(unit_price.scaleb(decimals, EXACT), step):
            return decimals
    return None


def _is_whole(scaled_price: Decimal, step: Decimal) -> bool:
    """Whether a price and that of a step are whole numbers, and a formula can see it."""
    if not _is_integral(scaled_price):
        return False
    if _is_integral(step):
        return True
    grain = next((each for each in (100, 10**4) if _is_integral(step * each)), MILLION)
    parts = EXACT.multiply(scaled_price, step * grain)
    return parts < MOST_WHOLE and _is_integral(EXACT.divide(parts, Decimal(grain)))


def _is_integral(figure: Decimal) -> bool:
    return figure == figure.to_integral_value()


def _scale(figure: Decimal | None, scale: int) -> int:
    """A figure in the whole numbers of a scale, 0 where there is none."""
    return int(EXACT.multiply(figure or Decimal(0), Decimal(scale)))


def _rate_of(row: Row, step: Decimal, scale: int) -> int:
    """The price of one step in the same whole numbers."""
    return _scale(EXACT.multiply(row.price_of_one or Decimal(0), step), scale)


def are_too_many(quantity: Decimal, service: Service) -> bool:
    """Whether formulas cannot count a quantity in the steps of a service.

    >>> drops = Service("Drops", "litres", Decimal("0.000001"))
    >>> are_too_many(Decimal(999_999_999), drops), are_too_many(Decimal(10**9), drops)
    (False, True)
    """
    if service.step == 1 and quantity == int(quantity):
        return False
    whole = quantity == int(quantity) and service.step == int(service.step)
    grain = 1 if whole else MILLION
    left = int(quantity) % int(service.step * grain) * grain
    left += int((quantity - int(quantity)) * grain)
    return left >= MOST_WHOLE or float(quantity) / float(service.step) >= MOST_WHOLE - 1


def is_uncountable(book: PriceBook, quantity: Decimal, service: str | None) -> bool:
    """Whether formulas cannot count a quantity that may be asked. Raises BadInput."""
    chosen = book.find_service(service)
    return quantity >= 0 and are_too_many(quantity, chosen)


def percent_limit(percent: Decimal | None) -> Limit | None:
    """The limit that the percentage of a discount meets, if any.

    >>> percent_limit(Decimal("0.5")) is Limit.SMALL_PERCENT, percent_limit(Decimal("1.5"))
    (True, None)
    """
    if percent is None:
        return None
    if 0 < percent <= UNSURE_PERCENT:
        return Limit.SMALL_PERCENT
    return Limit.LONG_PERCENT if percent != round(percent, MOST_PERCENT_DECIMALS) else None


# The rows as the formulas count them.

ALWAYS, NEVER, UNBOUNDED = 10**8, 10**9, 10**16
"""A day after all others, the first day of what is never in force, and no upper end."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A row with the days and the steps that it is for, inclusive; days as serial numbers.

    `gone` is the day from which its document is out of force.
    """

    row: Row
    charge: Charge
    since: int
    until: int
    first: int
    last: int
    gone: int

    def fits(self, day: int, steps: int) -> bool:
        """Whether the row is for so many steps purchased on a day."""
        return self.since <= day <= self.until and self.first <= steps <= self.last

    def meets(self, other: Reach, last: int) -> bool:
        """Whether the row counts on days of another, for some of its steps up to a last one."""
        same_days = self.since <= other.until and other.since <= self.until
        return same_days and self.first <= last and other.first <= self.last

    @property
    def standing(self) -> int:
        """What makes the row prevail, the highest before others."""
        return standing(self.row, self.charge)


def standing(row: Row, charge: Charge) -> int:
    """What makes a row with a charge prevail, as the formulas weigh it."""
    priced = (charge in DISCOUNTS) + (charge not in REFUSALS)
    return row.document * 6 + row.has_window * 3 + priced


def find_reaches(contract: Contract, replaced: bool = True) -> dict[str, list[Reach]]:
    """The reaches of all rows, also of those that are never in force, by the key of the service.

    Without `replaced` they are as if no document replaced another.
    """
    services = {service.key: service for service in contract.services}
    rows = dated_rows(contract)
    documents = DocumentsInForce(rows)
    found: dict[str, list[Reach]] = {key: [] for key in services}
    for row in rows:
        key = name_key(row.service)
        found[key].append(_find_reach(row, services[key], documents, replaced))
    return found


def _find_reach(row: Row, service: Service, documents: DocumentsInForce, replaced: bool) -> Reach:
    first, last = count_range(row, service.step)
    starts = in_force_from(row, documents.agreed)
    ended = documents.replaced.get(row.document) if replaced else None
    gone = NEVER if ended is None else serial_of(date.fromordinal(ended), NEVER)
    since = NEVER if starts is None else serial_of(date.fromordinal(starts), 0)
    return Reach(
        row,
        charge_of(row),
        since=max(serial_of(row.purchased_from, 0), 0 if starts == FIRST_DAY else since),
        until=min(serial_of(row.purchased_through, ALWAYS), serial_of(row.ends, ALWAYS), gone - 1),
        first=first,
        last=UNBOUNDED if row.quantity_to is None else last,
        gone=gone,
    )


def serial_of(day: date | None, otherwise: int) -> int:
    """The serial number of a day, or another where there is none."""
    return otherwise if day is None else int(to_serial(day, date1904=False))


def has_bounds(row: Row) -> bool:
    """Whether a row has a minimum or a maximum."""
    return row.minimum is not None or row.maximum is not None


def find_interrupting(reaches: Sequence[Reach]) -> list[Reach]:
    """The rows of a service after which formulas cannot add up graduated prices.

    Each is a package or price per unit that is level with another row, or stands before a graduated
    row, unless that goes on below and above it, and is the only one there.
    """
    counted = [each for each in reaches if each.since <= each.until]
    slabs = [each for each in counted if each.charge in TIER_CHARGES or each.charge in REFUSALS]
    if all(each.charge is not Charge.GRADUATED for each in reaches):
        return []
    outright = [each for each in counted if each.charge in OUTRIGHT]
    return [each for each in outright if _interrupts(each, slabs, counted)]


def _interrupts(row: Reach, slabs: Sequence[Reach], everyone: Sequence[Reach]) -> bool:
    level = row.standing
    if any(
        each.standing == level and each.meets(row, row.last) for each in everyone if each is not row
    ):
        return True
    displaced = (
        each.charge in TIER_CHARGES and each.standing <= level and each.meets(row, row.last)
        for each in slabs
    )
    if not any(displaced):
        return False
    following = min(row.last + 1, UNBOUNDED)
    near = [each for each in slabs if each.meets(row, following)]
    if len(near) != 1 or row.first == 0:
        return True
    [slab] = near
    around = slab.first <= row.first and slab.last >= following and slab.standing < level
    return slab.charge in REFUSALS or not around


# Which prices of a contract the formulas confirm.


class FormulaLimits:
    """The limits that keep formulas from what a contract returns.

    Where amounts may be inexact this counts in floats, step by step as the formulas do.
    """

    def __init__(self, book: PriceBook) -> None:
        self._book = book
        contract = book.contract
        rows = dated_rows(contract)
        self.reaches = find_reaches(contract)
        self._interrupting = {key: find_interrupting(mine) for key, mine in self.reaches.items()}
        replacing = [row for row in rows if row.replaces is not None and in_force_from(row)]
        self._replaces_unclearly = any(row.effective is None for row in replacing)
        self._signed = [row.signed for row in replacing]
        self._reaches_alone = find_reaches(contract, replaced=False) if replacing else {}
        most = dict.fromkeys((service.key for service in contract.services), LEAST_DECIMALS)
        steps = {service.key: service.step for service in contract.services}
        for row in rows:
            key = name_key(row.service)
            decimals = decimals_of(row.price_of_one, steps[key])
            most[key] = max(most[key], decimals or LEAST_DECIMALS)
        self._scales = {key: 10**decimals for key, decimals in most.items()}

    def find(self, function: str, cells: Sequence[Cell]) -> Limit | None:
        """Find the limit for a function and the cells of a question, None where there is none."""
        given = [*cells, *[None] * (len(QUESTION) - len(cells))]
        if any(isinstance(cell, CellError) for cell in given):
            return None
        try:
            question = parse_question(given, date1904=False)
            limit = self.find_in_question(question)
            if limit is not None:
                return limit
            return self._find_for(function, question)
        except BadInput:
            return None

    def find_in_question(self, question: Question) -> Limit | None:
        """Find the limit for any answer to a question. Raises BadInput."""
        service = self._book.find_service(question.service)
        if is_uncountable(self._book, question.quantity, question.service):
            return Limit.ADDED_UP if service.adds_up else Limit.MANY_PARTS
        steps = count_steps(question.quantity, service)
        if self._is_added_up_unclear(question, service, steps):
            return Limit.ADDED_UP
        if self.is_replacing_unclear(question.known_on):
            return Limit.REPLACED
        if steps is None and self._is_unclear_either_way(question, service):
            return Limit.EITHER_WAY
        return None

    def _is_added_up_unclear(self, question: Question, service: Service, steps: int | None) -> bool:
        """Whether formulas cannot tell what was bought before. Raises BadInput."""
        if service.adds_up and (steps is None or service.counted is Counted.NOT_SAID):
            return True
        before = Decimal(0) if service.counted is Counted.PURCHASE else question.before
        if before is not None and before >= 0 and are_too_many(before, service):
            return True
        befores = count_before(question, service, None)
        return befores is None or len(befores) > 1

    def is_replacing_unclear(self, known_on: date | None) -> bool:
        """Whether formulas cannot tell which documents are in force, or were known to be.

        They know the documents that replace others either all, or none of them.
        """
        if self._replaces_unclearly or known_on is None:
            return self._replaces_unclearly
        known = {day is not None and day <= known_on for day in self._signed}
        return len(known) > 1 or None in self._signed

    def _replaces_none_known(self, known_on: date | None) -> bool:
        """Whether no document was signed by a day that replaces others."""
        signed = [day for day in self._signed if day is not None]
        return bool(signed) and known_on is not None and known_on < min(signed)

    def reaches_known(self, known_on: date | None) -> dict[str, list[Reach]]:
        """The reaches of all rows as the documents known on a day have them."""
        return self._reaches_alone if self._replaces_none_known(known_on) else self.reaches

    def _is_unclear_either_way(self, question: Question, service: Service) -> bool:
        """Whether formulas cannot tell whether the whole steps below and above cost the same."""
        one, other = self._answers_around(question, service)
        if self.is_interrupted(one) or self.is_interrupted(other):
            return True
        if one.price_function is None or other.price_function is None:
            return False
        return any(self.find_in_price(each) is not None for each in (one, other))

    def _answers_around(
        self, question: Question, service: Service, windows: bool = True
    ) -> list[Answer]:
        prices = self._book.price_list(service, question.known_on, windows)
        period = prices.period_on(question.purchased.toordinal())
        return [
            Answer(question, period.segment_at(count).verdict, service, count, prices)
            for count in count_around(question.quantity, service)
        ]

    def is_interrupted(self, found: Answer) -> bool:
        """Whether the answer is about graduated prices that formulas cannot add up."""
        if found.service is None or not found.total_steps or not found.verdict.decided:
            return False
        _, base = discount_and_base(found.verdict)
        if base is None or base.charge is not Charge.GRADUATED or found.cause is Cause.TIED:
            return False
        day, steps = serial_of(found.question.purchased, 0), found.total_steps
        if self._replaces_none_known(found.question.known_on):
            mine = self.reaches[found.service.key]
            return any(each.charge in OUTRIGHT and each.first <= steps for each in mine)
        return any(
            each.since <= day <= each.until and each.first <= steps
            for each in self._interrupting[found.service.key]
        )

    def is_schedule_unclear(
        self, service: str | None, purchased: date, known_on: date | None
    ) -> bool:
        """Whether formulas cannot list the prices of a service, or of all of them."""
        if self.is_replacing_unclear(known_on) or self._replaces_none_known(known_on):
            return True
        day = serial_of(purchased, 0)
        for each in self._book.find_services(service):
            if each.limit is not None:
                return True
            reaches = self.reaches[each.key]
            bounded = (reach for reach in reaches if has_bounds(reach.row))
            discounts = (reach for reach in bounded if reach.charge in DISCOUNTS)
            unclear = (*discounts, *self._interrupting[each.key])
            if any(reach.since <= day <= reach.until for reach in unclear):
                return True
            if any(self._find_uncertain_bounds(each, purchased, known_on)):
                return True
        return False

    def _find_uncertain_bounds(
        self, service: Service, purchased: date, known_on: date | None
    ) -> Iterator[bool]:
        """Whether formulas cannot tell where prices meet their bounds, at each place to look."""
        reaches = self.reaches[service.key]
        if not any(has_bounds(reach.row) for reach in reaches):
            return
        period = self._book.price_list(service, known_on).period_on(purchased.toordinal())
        ends = {0, 1, *(reach.first for reach in reaches), *(reach.last + 1 for reach in reaches)}
        for steps in sorted(end for end in ends if end < UNBOUNDED):
            verdict = period.segment_at(steps).verdict
            base = discount_and_base(verdict)[1] if verdict.price_function else None
            if base is not None and has_bounds(base.row):
                yield self._is_uncertain_at(steps, service, verdict, base)

    def _is_uncertain_at(
        self, steps: int, service: Service, verdict: Verdict, base: EffectiveRow
    ) -> bool:
        free = verdict.before_bounds or verdict.before_discount or verdict.price_function
        scale = Decimal(self._scales[service.key])
        if free and EXACT.multiply(free.at(quantity_of(steps, service)), scale) >= MOST_WHOLE:
            return True
        if base.charge is not Charge.PACKAGE and not self.has_rate(service, base.row):
            return True
        uncounted = next(self.find_in_rows(service, _summed(verdict, base, steps)), None)
        return uncounted is not None or self._has_long_bounds(service, base.row)

    def is_timeline_unclear(
        self, quantity: Decimal, service: str | None, known_on: date | None
    ) -> bool:
        """Whether formulas cannot list the prices of a quantity by day. Raises BadInput."""
        if is_uncountable(self._book, quantity, service):
            return True
        chosen = self._book.find_service(service)
        steps = count_steps(quantity, chosen)
        if steps is None or self.is_replacing_unclear(known_on):
            return True
        if self._replaces_none_known(known_on):
            return True
        if chosen.limit is not None and quantity_of(steps, chosen) > chosen.limit:
            return True
        return any(each.first <= steps for each in self._interrupting[chosen.key])

    def _find_for(self, function: str, question: Question) -> Limit | None:
        found = self._book.answer(question)
        if function == "SOURCE":
            return Limit.INTERRUPTED if self.is_interrupted(found) else None
        limit = self.find_in_price(found)
        windowed = any(row.has_window for row in found.decided)
        if limit is None and function == "SAVING" and windowed and found.service is not None:
            without = [self._book.answer(question, windows=False)]
            if count_steps(question.quantity, found.service) is None:
                without = self._answers_around(question, found.service, windows=False)
            limits = (self.find_in_price(each) for each in without)
            return next((each for each in limits if each is not None), None)
        return limit

    def find_in_price(self, found: Answer) -> Limit | None:
        """Find the limit that a price of the core meets, None where there is none."""
        if self.is_interrupted(found):
            return Limit.INTERRUPTED
        verdict, service, steps = found.verdict, found.service, found.steps
        if verdict.price_function is None or service is None or steps is None:
            return None
        if found.taken_off is not None:
            return self._find_in_difference(found, service, found.taken_off)
        return self._find_in_purchase(found, service, steps)

    def _find_in_purchase(self, found: Answer, service: Service, steps: int) -> Limit | None:
        """Find the limit that a price meets which is that of a single quantity."""
        verdict = found.verdict
        discount, base = discount_and_base(verdict)
        if base is None or (discount is None and base.charge is Charge.PACKAGE):
            return None  # which formulas take from its cell
        unsure = percent_limit(verdict.decided[0].row.percent)
        if unsure:
            return unsure
        limits = self.find_in_rows(service, _summed(verdict, base, steps))
        limit = next(limits, None)
        if limit is not None or self._has_long_bounds(service, base.row):
            return limit or Limit.LONG_AMOUNT
        return self._find_in_amount(found, discount, base)

    def _find_in_difference(
        self, found: Answer, service: Service, taken_off: Verdict
    ) -> Limit | None:
        """Find the limit that a price meets which is that of the total less what was before."""
        whole = of_the_total(found)
        unsure = percent_limit(whole.verdict.decided[0].row.percent)
        limit = unsure or self._find_in_sums(whole, service, taken_off, found.before)
        if limit is not None:
            return limit
        _, base = discount_and_base(whole.verdict)
        is_long = base is not None and self._amount(whole, base) >= MOST_WHOLE
        return Limit.LONG_AMOUNT if is_long else None

    def find_in_comparison(self, found: Answer) -> Limit | None:
        """Find the limit that keeps formulas from seeing that what was before costs more."""
        if found.service is None or found.taken_off is None:
            return None
        whole = of_the_total(found)
        return self._find_in_sums(whole, found.service, found.taken_off, found.before)

    def _find_in_sums(
        self, whole: Answer, service: Service, taken_off: Verdict, before: int
    ) -> Limit | None:
        """Find the limit that the figures meet of the total, or of what was bought before."""
        for verdict, steps in ((whole.verdict, whole.steps or 0), (taken_off, before)):
            _, base = discount_and_base(verdict)
            if base is None:
                continue
            limit = next(self.find_in_rows(service, _summed(verdict, base, steps)), None)
            if limit is not None or self._has_long_bounds(service, base.row):
                return limit or Limit.LONG_AMOUNT
        return None

    def _has_long_bounds(self, service: Service, row: Row) -> bool:
        scale = self._scales[service.key]
        return any(_scale(bound, scale) >= MOST_WHOLE for bound in (row.minimum, row.maximum))

    def find_in_rows(self, service: Service, rows: Iterable[EffectiveRow]) -> Iterator[Limit]:
        """Find the limits that the figures of rows meet by themselves."""
        for each in rows:
            row = each.row
            rated = each.charge is not Charge.PACKAGE
            if rated and decimals_of(row.price_of_one, service.step) is None:
                yield Limit.LONG_UNIT_PRICE
            too_long = _scale(row.price, self._scales[service.key]) >= MOST_WHOLE
            if too_long or (rated and not self.has_rate(service, row)):
                yield Limit.LONG_AMOUNT

    def has_rate(self, service: Service, row: Row) -> bool:
        """Whether formulas can count with the unit price of a row."""
        if decimals_of(row.price_of_one, service.step) is None:
            return False
        return _rate_of(row, service.step, self._scales[service.key]) < MOST_WHOLE

    def _find_in_amount(
        self, found: Answer, discount: EffectiveRow | None, base: EffectiveRow
    ) -> Limit | None:
        """Find the limit that an amount meets, of which a discount may keep a part."""
        percent = discount.row.percent if discount else None
        kept = int(EXACT.multiply(EXACT.subtract(HUNDRED, percent or Decimal(0)), Decimal(10**4)))
        amount = self._amount(found, base)
        if amount < MOST_WHOLE:
            return None
        scale = self._scales[found.service.key] if found.service else 1
        summed = base.charge is Charge.GRADUATED and amount >= MOST_SUMMED
        cents = amount * (kept / MILLION) / (scale / 100)
        unsure = cents >= MOST_CENTS or abs(cents - floor(cents) - 0.5) <= cents * UNSURE_PART
        return Limit.LONG_AMOUNT if summed or unsure else None

    def _amount(self, found: Answer, base: EffectiveRow) -> float:
        """What the row below a discount comes to, in whole numbers as the formulas have them."""
        verdict, service, steps = found.verdict, found.service, found.steps
        line = verdict.before_discount or verdict.price_function
        if line is None or service is None or steps is None:
            return 0.0
        scale = self._scales[service.key]
        if base.charge is Charge.GRADUATED:
            return float(EXACT.multiply(line.at(quantity_of(steps, service)), Decimal(scale)))
        total = float(_scale(base.row.price, scale))
        if base.charge is not Charge.PACKAGE:
            above = steps - base.first if base.charge is Charge.ADDITIONAL else steps
            total += above * float(_rate_of(base.row, service.step, scale))
        least, most = base.row.minimum, base.row.maximum
        total = max(total, float(_scale(least, scale)))
        return total if most is None else min(total, float(_scale(most, scale)))


def of_the_total(found: Answer) -> Answer:
    """The answer about what was bought before and the quantity together, as one purchase."""
    if not found.before or found.price_list is None or found.steps is None:
        return found
    total = found.steps + found.before
    verdict = found.price_list.segment_on(found.question.purchased.toordinal(), total).verdict
    return Answer(found.question, verdict, found.service, total, found.price_list)


def discount_and_base(verdict: Verdict) -> tuple[EffectiveRow | None, EffectiveRow | None]:
    """The discount that decides, if any, and what it is taken off, if that is a row."""
    first, *others = verdict.decided
    if first.charge in DISCOUNTS:
        return first, others[0] if others else None
    return None, first


def _summed(verdict: Verdict, base: EffectiveRow, steps: int) -> Iterable[EffectiveRow]:
    """The rows whose figures make up an amount; of nothing, no tier is a part."""
    if base.charge is not Charge.GRADUATED:
        return [base]
    return verdict.tiers.effective_rows() if steps > 0 and verdict.tiers is not None else []


# The rows and purchases that formulas cannot price, for whoever builds the workbook.


def find_long_sheets(draft: Draft) -> Iterator[str]:
    """The sheets that reach beyond the last row at which formulas look; then they price nothing.

    >>> list(find_long_sheets(Draft([{}] * 9_997, [], [], [], {})))
    ['Tiers reaches to row 10,001, and formulas look at 10,000 rows']
    """
    for name, lines in ((TIERS, draft.tiers), (AMENDMENTS, draft.amendments)):
        last = TITLE_ROW + len(lines)
        if last > LAST_ROW:
            yield f"{name} reaches to row {last:,}, and formulas look at {LAST_ROW:,} rows"


def find_rows_beyond(contract: Contract) -> Iterator[str]:
    """The cell of each figure that formulas cannot count with, and why.

    >>> from decimal import Decimal
    >>> from xlfuncs.pricing.contract import Charge, Row, Service
    >>> from xlfuncs.sheets.schema import KeyPlace
    >>> half = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.DISCOUNT, percent=Decimal("0.5"),
    ...            place=KeyPlace("agreement.tiers[1]", {}))
    >>> list(find_rows_beyond(Contract("", "", (Service("IPs"),), (half,))))
    ['agreement.tiers[1].percent: 0.5 might be 50% to a formula']
    """
    yield from dict.fromkeys(_find_rows_beyond(contract))


def _find_rows_beyond(contract: Contract) -> Iterator[str]:
    steps = {service.key: service.step for service in contract.services}
    for row in dated_rows(contract):
        limit = percent_limit(row.percent)
        if row.percent is not None and limit:
            why = f"has more than {MOST_PERCENT_DECIMALS} decimals"
            if limit is Limit.SMALL_PERCENT:
                why = f"might be {format_number(row.percent * 100)}% to a formula"
            yield f"{row.place.cell('percent')}: {format_number(row.percent)} {why}"
        if decimals_of(row.price_of_one, steps[name_key(row.service)]) is None:
            where = row.place.cell("unit_price")
            yield f"{where}: {Limit.LONG_UNIT_PRICE.value}"
        if row.replaces is not None and row.effective is None and in_force_from(row):
            yield f"{row.place.cell('replaces')}: {Limit.REPLACED.value}"
    for service in contract.services:
        if service.counted is Counted.NOT_SAID:
            row = next(row for row in contract.rows if name_key(row.service) == service.key)
            yield f"{row.place.cell('counted')}: {service.name!r}: {Limit.ADDED_UP.value}"
    for mine in find_reaches(contract).values():
        for each in find_interrupting(mine):
            yield f"{each.row.place.cell('charge')}: {Limit.INTERRUPTED.value}"


def find_uncountable_rows(contract: Contract) -> Iterator[str]:
    """The cell of each end of a range that formulas cannot count in steps of its service.

    Nothing at all could be priced by formulas beside it.
    """
    services = {service.key: service for service in contract.services}
    for row in contract.rows:
        service = services[name_key(row.service)]
        for field in ("quantity_from", "quantity_to"):
            quantity = getattr(row, field)
            if quantity is not None and are_too_many(quantity, service):
                steps = f"steps of {format_number(service.step)}"
                yield f"{row.place.cell(field)}: {format_number(quantity)} is too many {steps}"


def find_purchases_beyond(draft: Draft, contract: Contract) -> Iterator[str]:
    """The cell of each purchase whose price or saving is `#N/A` in formulas alone, and why."""
    limits = FormulaLimits(PriceBook(contract))
    adds_up = adds_up_by_period(contract)
    letters = list_purchases_letters(adds_up)
    befores = AddedUp(contract, draft.purchases).list_bought_before() if adds_up else cycle([""])
    lines = zip(draft.purchases, befores, strict=False)
    for row, (line, before) in enumerate(lines, PURCHASES_TITLE_ROW + 1):
        cells = [line.get(field, BLANK).value for field in QUESTION_FIELDS]
        for function, what in (("PRICE", ""), ("SAVING", "the saving of ")):
            limit = limits.find(function, [*cells, None, before])
            if limit:
                quantity, day, service = cells
                of = f" of {service}" if service else ""
                bought = f"{format_cell(quantity)}{of} purchased on {parse_day(day)}"
                title = next(title for title, by in CALCULATED.items() if by == function)
                cell = f"{PURCHASES}!{letters[title]}{row}"
                yield f"{cell}: {what}{bought}: {limit.value}"
                break

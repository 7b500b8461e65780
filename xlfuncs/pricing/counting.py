"""Quantities that add up: what was bought before in a period decides as well (rule 10)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.pricing.contract import (
    LARGEST,
    Charge,
    Contract,
    Counted,
    Row,
    Service,
    count_around,
    count_steps,
    quantity_of,
)
from xlfuncs.pricing.money import EXACT, ZERO, PriceFunction, to_cents
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput, Cause, Outcome
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY, DocumentsInForce
from xlfuncs.pricing.segments import Verdict, own_price_function
from xlfuncs.pricing.wording import format_days, format_number, format_period, format_quantity

if TYPE_CHECKING:
    from xlfuncs.pricing.price_book import Question
    from xlfuncs.pricing.price_list import Period
    from xlfuncs.pricing.spans import Span

# The period in which purchases add up.

MONTHS = {Counted.MONTH: 1, Counted.QUARTER: 3, Counted.YEAR: 12}
"""The months of the periods of the calendar."""


def find_period(service: Service, day: date, agreed: date | None) -> Span | None:
    """The days, as ordinals, of which the purchases add up with those of a day.

    None where purchases do not add up, where the contract does not say so, and for a contract year
    where the agreement's date is not on file. A contract year begins on the agreement's date and on
    each anniversary; that of 29 February is 1 March in a common year.

    >>> service = Service("Storage", counted=Counted.CONTRACT_YEAR)
    >>> days = find_period(service, date(2025, 2, 28), date(2024, 2, 29))
    >>> [date.fromordinal(day).isoformat() for day in days]
    ['2024-02-29', '2025-02-28']
    >>> days = find_period(service, date(2025, 3, 1), date(2024, 2, 29))
    >>> [date.fromordinal(day).isoformat() for day in days]
    ['2025-03-01', '2026-02-28']
    """
    if service.counted is Counted.TERM:
        return FIRST_DAY, LAST_DAY
    if service.counted is Counted.CONTRACT_YEAR:
        if agreed is None:
            return None
        year = day.year if _anniversary(agreed, day.year) <= day.toordinal() else day.year - 1
        return _anniversary(agreed, year), _anniversary(agreed, year + 1) - 1
    if service.counted not in MONTHS:
        return None
    months = MONTHS[service.counted]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    after = first.year * 12 + first.month - 1 + months
    last = date(after // 12, after % 12 + 1, 1).toordinal() - 1 if after < 120_000 else LAST_DAY
    return first.toordinal(), last


def _anniversary(agreed: date, year: int) -> int:
    """The day on which a contract year begins."""
    if not date.min.year <= year <= date.max.year:
        return FIRST_DAY if year < date.min.year else LAST_DAY + 1
    is_leap_day = (agreed.month, agreed.day) == (2, 29)
    if is_leap_day and (year % 4 or (year % 100 == 0 and year % 400)):
        return date(year, 3, 1).toordinal()
    return agreed.replace(year=year).toordinal()


# What a segment says of purchases that add up.


class Arithmetic(str, Enum):
    """How a purchase is priced after others, by the row that its total falls in."""

    GRADUATED = "graduated"
    PER_UNIT = "per unit"
    OTHER = "other"


class CountedTerms(NamedTuple):
    """What a segment takes to price a purchase after others.

    `function` prices the total where the row is graduated, the purchase itself where it is per
    unit, and is not to be used otherwise. `minimum` and `maximum` are those of a per unit row, for
    a graduated one has them in its function. `discount` is the row that takes a percent off.
    """

    arithmetic: Arithmetic
    function: PriceFunction
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    discount: Row | None = None

    @property
    def without_row(self) -> tuple[object, ...]:
        """The terms with what the discount states in place of its row."""
        row = self.discount
        stated = row and (row.percent, row.minimum, row.maximum)
        return self.arithmetic, self.function, self.minimum, self.maximum, stated

    def function_after(
        self, quantity: Decimal, before: Decimal, price_before: Decimal
    ) -> PriceFunction | None:
        """The price of the purchase, as a function of its quantity.

        `price_before` is what the quantity bought before costs without discounts. None where it is
        more than the total costs.
        """
        free = self.without_discount(before, price_before)
        found = _hold(free, quantity, self.minimum, self.maximum)
        if found.at(quantity) < 0:
            return None
        if self.discount is None:
            return found
        left = found.less(self.discount.percent or ZERO)
        return _hold(left, quantity, self.discount.minimum, self.discount.maximum)

    def without_discount(self, before: Decimal, price_before: Decimal) -> PriceFunction:
        """The same before a discount and the bounds of a per unit row."""
        if self.arithmetic is not Arithmetic.GRADUATED:
            return self.function
        fixed, rate, above = self.function
        return PriceFunction(
            EXACT.subtract(fixed, price_before), rate, EXACT.subtract(above, before)
        )


def _hold(
    function: PriceFunction, quantity: Decimal, minimum: Decimal | None, maximum: Decimal | None
) -> PriceFunction:
    """The function, or the bound that its price of a quantity meets."""
    amount = function.at(quantity)
    if minimum is not None and amount < minimum:
        return PriceFunction(minimum)
    return PriceFunction(maximum) if maximum is not None and amount > maximum else function


def find_arithmetic(verdict: Verdict) -> Arithmetic | None:
    """How a purchase is priced after others, None where the verdict has no price."""
    terms = find_terms(verdict)
    return terms and terms.arithmetic


def find_terms(verdict: Verdict) -> CountedTerms | None:
    """What a segment takes to price a purchase after others, None where it has no price."""
    function = undiscounted_function(verdict)
    if function is None:
        return None
    is_discounted = verdict.before_discount is not None
    discount = verdict.decided[0].row if is_discounted else None
    priced = verdict.decided[1 if is_discounted else 0]
    if priced.charge is Charge.GRADUATED:
        return CountedTerms(Arithmetic.GRADUATED, function, discount=discount)
    if priced.charge is Charge.PER_UNIT:
        row, own = priced.row, own_price_function(priced)
        return CountedTerms(Arithmetic.PER_UNIT, own, row.minimum, row.maximum, discount)
    return CountedTerms(Arithmetic.OTHER, function, discount=discount)


def undiscounted_function(verdict: Verdict) -> PriceFunction | None:
    """The price without discounts, by which what was bought before is taken off; None if none."""
    if verdict.price_function is None:
        return None
    return verdict.before_discount or verdict.price_function


# What decides a purchase.


class Decision(NamedTuple):
    """What decides a purchase of `steps` after `before`.

    `taken_off` decides what was bought before, where its price is taken off.
    """

    steps: int
    before: int
    verdict: Verdict
    taken_off: Verdict | None = None

    def cost(self, service: Service) -> Decimal | Outcome:
        """The price to the cent, or the outcome where there is none."""
        function = self.verdict.price_function
        if function is None:
            return self.verdict.cause.outcome
        return to_cents(function.at(quantity_of(self.steps, service)))


def decide_purchase(period: Period, steps: int, before: int, service: Service) -> Decision:
    """What decides a purchase after others in a period of the price list (rule 10).

    Where nothing was bought before, that is what decides a purchase by itself.
    """
    verdict = period.segment_at(before + steps).verdict
    terms = find_terms(verdict)
    if before and terms is not None:
        if terms.arithmetic is Arithmetic.GRADUATED:
            return _decide_graduated(period, Decision(steps, before, verdict), terms, service)
        if terms.arithmetic is Arithmetic.PER_UNIT:
            verdict = _price_per_unit(verdict, terms, quantity_of(steps, service))
        else:
            verdict = _without_price(verdict, Cause.NOT_FOR_FURTHER)
    return Decision(steps, before, verdict)


def _decide_graduated(
    period: Period, at_total: Decision, terms: CountedTerms, service: Service
) -> Decision:
    """What decides a purchase whose price is that of the total less that of what was before."""
    steps, before, verdict, _ = at_total
    quantity, quantity_before = (quantity_of(count, service) for count in (steps, before))
    taken_off = period.segment_at(before).verdict
    function = undiscounted_function(taken_off)
    if function is None:
        refused = _without_price(verdict, Cause.BEFORE_NOT_PRICED)
        return Decision(steps, before, refused, taken_off)
    found = terms.function_after(quantity, quantity_before, function.at(quantity_before))
    if found is None:
        refused = _without_price(verdict, Cause.BEFORE_COSTS_MORE)
        return Decision(steps, before, refused, taken_off)
    return Decision(steps, before, verdict._replace(price_function=found), taken_off)


def undiscounted_after(
    period: Period, steps: int, before: int, service: Service
) -> PriceFunction | None:
    """The price of a purchase after others, without a discount; None where it has none."""
    verdict = period.segment_at(before + steps).verdict
    terms = find_terms(verdict)
    if terms is None or not before:
        return undiscounted_function(verdict)
    quantity, quantity_before = (quantity_of(count, service) for count in (steps, before))
    terms = terms._replace(discount=None)
    if terms.arithmetic is Arithmetic.PER_UNIT:
        return terms.function_after(quantity, ZERO, ZERO)
    taken_off = undiscounted_function(period.segment_at(before).verdict)
    if terms.arithmetic is Arithmetic.OTHER or taken_off is None:
        return None
    return terms.function_after(quantity, quantity_before, taken_off.at(quantity_before))


def _without_price(verdict: Verdict, cause: Cause) -> Verdict:
    return Verdict(cause, verdict.decided, tiers=verdict.tiers)


def _price_per_unit(verdict: Verdict, terms: CountedTerms, quantity: Decimal) -> Verdict:
    """The verdict with the bounds of the row on what the purchase costs, not on the total."""
    held = _hold(terms.function, quantity, terms.minimum, terms.maximum)
    return verdict._replace(
        price_function=terms.function_after(quantity, ZERO, ZERO),
        before_discount=None if terms.discount is None else held,
        before_bounds=None if held is terms.function else terms.function,
    )


# Where the contract does not say how purchases add up.


def decide_either_way(period: Period, steps: int, before: int | None, service: Service) -> Decision:
    """What decides a purchase where the contract does not say how purchases add up.

    That is what decides it by itself, unless what was bought before would change the outcome or the
    price. A `before` of None is any quantity that may have been.
    """
    alone = decide_purchase(period, steps, 0, service)
    if alone.verdict.cause.outcome is Outcome.NOT_DETERMINABLE:
        return alone
    cost = alone.cost(service)
    befores = turning_points(period, steps, service) if before is None else (before,)
    if all(decide_purchase(period, steps, each, service).cost(service) == cost for each in befores):
        return alone
    return Decision(steps, before or 0, Verdict(Cause.COUNTING_NOT_SAID))


def is_unaffected(period: Period, steps: int) -> bool:
    """Whether no quantity bought before can change what decides the quantities of a segment.

    It is the segment with a count of steps. What changes nothing for one of them alone, for
    instance by half a cent, is not looked for.
    """
    index = bisect_right(period.starts, steps) - 1
    below, tail = period.segments[:index], period.segments[index:]
    verdict = tail[0].verdict
    terms = find_terms(verdict)
    if terms is None:
        return all(each.verdict.cause.outcome is verdict.cause.outcome for each in tail)
    if terms.arithmetic is Arithmetic.OTHER:
        return False
    if terms.arithmetic is Arithmetic.GRADUATED:
        fixed, rate, above = terms.function
        if EXACT.subtract(fixed, EXACT.multiply(rate, above)):
            return False  # what was bought before does not cost its part of the total
        before = (undiscounted_function(each.verdict) for each in below if each.last)
        if any(function != terms.function for function in before):
            return False
    return all(_are_alike(find_terms(each.verdict), terms) for each in tail)


def _are_alike(one: CountedTerms | None, other: CountedTerms) -> bool:
    """Whether terms come to the same, also if they are from other rows."""
    return one is not None and one.without_row == other.without_row


def turning_points(period: Period, steps: int, service: Service) -> Iterator[int]:
    """Quantities bought before between which a price does not turn, the smallest first.

    From one to the next, the total and the quantity before stay in their segments, in which the
    price goes one way. If it is the same at all of these, it is the same at every quantity.
    """
    most = int(EXACT.divide(LARGEST, service.step))
    counts = {1, most}
    for segment in period.segments:
        for first, last in (segment.counts, (segment.first - steps, segment.last - steps)):
            counts.update((first, last))
    return iter(sorted(count for count in counts if 1 <= count <= most))


# Questions.


def count_before(question: Question, service: Service, agreed: date | None) -> list[int] | None:
    """What was bought before in steps, both counts around part of one; None if it is not said.

    Raises BadInput where it has to be said and is not, and where purchases do not add up.
    """
    before = question.before
    if service.counted is Counted.PURCHASE:
        if before:
            raise BadInput(
                f"bought before is {format_number(before)[:60]}; expected nothing or 0: purchases "
                f"of {service.name!r} do not add up"
            )
        return [0]
    if before is None:
        if service.counted is Counted.NOT_SAID:
            return None
        raise BadInput(
            f"bought before is not given; purchases of {service.name!r} add up "
            f"{_add_up_by(service, find_period(service, question.purchased, agreed))}; give the "
            "quantity bought before in it, 0 if none"
        )
    return count_either(before, service, "bought before")


def list_bought_before(contract: Contract) -> list[Decimal | None]:
    """What was bought before each purchase of a contract, None where purchases do not add up.

    Before it are the purchases of the same service and period on earlier days, and those of the
    same day that are listed above it. What cannot be counted adds nothing.
    """
    agreed = DocumentsInForce(contract.rows).agreement_date
    services = {service.key: service for service in contract.services}
    only = next(iter(services)) if len(services) == 1 else ""
    found: list[Decimal | None] = [None] * len(contract.purchases)
    totals: dict[tuple[str, Span], Decimal] = {}
    by_day = sorted(enumerate(contract.purchases), key=lambda each: each[1].purchased)
    for number, purchase in by_day:
        service = services.get(name_key(purchase.service) if purchase.service else only)
        days = service and find_period(service, purchase.purchased, agreed)
        if service is None or days is None:
            continue
        before = totals.setdefault((service.key, days), ZERO)
        found[number] = before
        with suppress(BadInput):
            steps = count_steps(purchase.quantity, service) or 0
            totals[service.key, days] = EXACT.add(before, quantity_of(steps, service))
    return found


def _add_up_by(service: Service, days: Span | None) -> str:
    if service.counted is Counted.TERM:
        return "over the term"
    if days is None:
        return f"by {service.counted.value}, and the agreement's date is not on file"
    first, last = map(date.fromordinal, days)
    return f"by {service.counted.value}, here {format_days(first, last)}"


def count_either(quantity: Decimal, service: Service, name: str = "quantity") -> list[int]:
    """The quantity in whole steps; both around it where the contract does not say. Raises BadInput.

    >>> from xlfuncs.pricing.contract import PartUnits
    >>> count_either(Decimal("2.5"), Service("Storage", part_units=PartUnits.NOT_SAID))
    [2, 3]
    """
    steps = count_steps(quantity, service, name)
    return list(count_around(quantity, service)) if steps is None else [steps]


def decide_question(
    question: Question, service: Service, period: Period, agreed: date | None
) -> Decision | None:
    """What decides a question that says what was bought before, or that needs to.

    None where the contract does not say how part units count, and it matters. Raises BadInput.
    """
    counts = count_either(question.quantity, service)
    befores = count_before(question, service, agreed)
    found: list[Decision] = []
    for before in [None] if befores is None else befores:
        for steps in counts:
            if service.counted is Counted.NOT_SAID:
                found.append(decide_either_way(period, steps, before, service))
            else:
                found.append(decide_purchase(period, steps, before or 0, service))
    if len(found) == 1:
        return found[0]
    costs = {each.cost(service) for each in found}
    return found[0] if len(costs) == 1 and Outcome.NOT_DETERMINABLE not in costs else None


def describe_left(before: int, service: Service, days: Span | None) -> str:
    """How much of the limit of a service was left.

    >>> storage = Service("Storage", "GB", counted=Counted.TERM, limit=Decimal(5000))
    >>> describe_left(4600, storage, None)
    'of the limit of 5,000 GB in the term, 400 GB were left'
    """
    limit = service.limit or ZERO
    left = max(ZERO, limit - quantity_of(before, service))
    period = "" if service.counted is Counted.NOT_SAID else f" in {format_period(service, days)}"
    amount = f"{format_quantity(left, service.unit)} were" if left else "nothing was"
    return f"of the limit of {format_quantity(limit, service.unit)}{period}, {amount} left"

"""Compare two contracts: where, since when and how their prices differ.

`find_changes` goes through the price lists of both, all days and all quantities;
`differing_quantities` says how each counts a quantity, and where two price functions give other
prices to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.contract import (
    Contract,
    PartUnits,
    Service,
    count_around,
    count_steps,
    quantity_of,
)
from xlfuncs.pricing.differing_quantities import (
    MILLIONTHS,
    MOST,
    Priced,
    Scope,
    find_differing,
    find_differing_parts,
    find_multiples,
    find_scopes,
    trim_to_scope,
)
from xlfuncs.pricing.money import PriceFunction
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput, Cause
from xlfuncs.pricing.price_book import Answer, Extent, PriceBook, Question, count_either_way
from xlfuncs.pricing.price_list import Period, PriceList
from xlfuncs.pricing.schedule_timeline import Seen, SeenSpan, find_spans, first_day, last_day
from xlfuncs.pricing.segments import Segment, Verdict
from xlfuncs.pricing.spans import Span
from xlfuncs.pricing.wording import format_quantity

UNNAMED = ""
"""The service of a question that names none."""


@dataclass(frozen=True)
class Change:
    """Quantities of a service, and days of purchase, whose answer is another one.

    An answer is a price to the cent, or the outcome of there being none; which row gives it makes
    no other answer. Quantities and days are inclusive; `last` is None for "or more", `since` and
    `until` are None where there is no first or last day. Prices are those of the two price
    functions, and may be alike at single quantities, where they round to the same cent. `service`
    is blank for questions that name none. `scope` says which quantities of the range are meant.
    """

    service: str
    first: Decimal
    last: Decimal | None
    since: date | None
    until: date | None
    before: Answer
    after: Answer
    scope: Scope

    def holds(self, quantity: Decimal, day: date) -> bool:
        """Whether a quantity and a day of purchase are among those meant."""
        counted = self.scope.count_quantity(quantity)
        return (
            counted is not None
            and self.first <= counted
            and (self.last is None or counted <= self.last)
            and (self.since or date.min) <= day <= (self.until or date.max)
        )


def find_changes(
    before: PriceBook,
    after: PriceBook,
    known_on: tuple[date | None, date | None] = (None, None),
) -> list[Change]:
    """Where two contracts answer differently, service by service, the earliest days first.

    `known_on` are the days on which each of the two is asked as it was known then. A question that
    names no service is compared where the two do not have the same only one.

    >>> from xlfuncs.pricing.contract import Charge, Row
    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3))
    >>> amended = row._replace(document=1, title="Amendment 1", unit_price=Decimal(2),
    ...                        effective=date(2024, 7, 1))
    >>> contract = Contract("", "", (Service("IPs"),), (row,))
    >>> later = contract._replace(rows=(row, amended))
    >>> [change] = find_changes(PriceBook(contract), PriceBook(later))
    >>> print(change.first, change.last, change.since, change.until)
    1 None 2024-07-01 None
    >>> print(change.before.price_of(Decimal(10)), change.after.price_of(Decimal(10)))
    30.00 20.00
    """
    found: list[Change] = []
    known_before, known_after = known_on
    for name in _names(before, after):
        one, other = _side(before, name, known_before), _side(after, name, known_after)
        if known_before == known_after and _state_the_same(one, other):
            continue
        for scope in find_scopes(one.service, other.service):
            found += _changes(name, (one, other), scope)
    return found


def _state_the_same(one: Side, other: Side) -> bool:
    """Whether the rows are those of the other, as they are for most services a year later."""
    if one.prices is None or other.prices is None or one.service != other.service:
        return False
    rows, others = one.prices.rows, other.prices.rows
    alike = one.prices.documents.say_the_same(other.prices.documents)
    return (
        alike
        and len(rows) == len(others)
        and all(
            row._replace(service="") == another._replace(service="")
            for row, another in zip(rows, others)
        )
    )


def _names(before: PriceBook, after: PriceBook) -> Iterator[str]:
    """The services of both, and none where leaving it out does not mean the same in both."""
    names = {name_key(name): name for name in (*after.service_names, *before.service_names)}
    order = dict.fromkeys(name_key(name) for name in (*before.service_names, *after.service_names))
    yield from (names[key] for key in order)
    one, other = (tuple(map(name_key, book.service_names)) for book in (before, after))
    if one != other and 1 in (len(one), len(other)):
        yield UNNAMED


def _changes(name: str, sides: tuple[Side, Side], scope: Scope) -> Iterator[Change]:
    lists = [side.prices for side in sides if side.prices]
    profiles = [Profile(side, scope, whole) for side, whole in zip(sides, scope.whole)]
    compared: dict[tuple[object, ...], list[Span]] = {}

    def view(periods: Sequence[Period]) -> Iterator[Seen]:
        left = iter(periods)
        before, after = (
            profile.parts_of(next(left) if side.prices else None)
            for side, profile in zip(sides, profiles)
        )
        for counts, verdicts in _side_by_side(before, after):
            # the profiles keep their verdicts, so these are known again on other days
            known = id(verdicts[0]), id(verdicts[1]), counts
            parts = compared.get(known)
            if parts is None:
                parts = compared[known] = list(_differing(verdicts, sides, counts, scope))
            for part in parts:
                yield Seen(part, verdicts, verdicts)

    for span in find_spans(lists, view):
        yield _change(name, sides, scope, span)


@dataclass(frozen=True)
class Side:
    """A service in one contract, as known on a day; without it, the verdict `instead`."""

    service: Service | None
    prices: PriceList | None
    instead: Verdict
    known_on: date | None

    def answer(self, name: str, verdict: Verdict, days: Span, millionths: Span) -> Answer:
        """The verdict as the answer for a first to a last day and quantity."""
        (since, _), (first, last) = days, millionths
        quantity = Decimal(first) / MILLIONTHS
        question = Question(quantity, date.fromordinal(since), name or None, self.known_on)
        if self.service is None or self.prices is None:
            return Answer(question, verdict, self.service)
        step = int(self.service.step * MILLIONTHS)
        extent = Extent(days, (first // step, -(-last // step)))
        steps = None
        with suppress(BadInput):  # a part of a step, or more digits than anybody may ask for
            steps = count_steps(quantity, self.service)
            if steps is None and verdict.price_function is not None:
                steps, _ = count_around(quantity, self.service)
        return Answer(question, verdict, self.service, steps, self.prices, extent)


def _side(book: PriceBook, name: str, known_on: date | None) -> Side:
    """The service of a name, or the only one where the name is blank.

    A contract without the service offers no price for it, whatever a question to it would say.
    """
    if name_key(name) in map(name_key, book.service_names) or (
        not name and len(book.service_names) == 1
    ):
        service = book.find_service(name or None)
        return Side(service, book.price_list(service, known_on), Verdict(Cause.OUTSIDE), known_on)
    instead = Verdict(Cause.OUTSIDE if name else Cause.BAD_INPUT)
    return Side(None, None, instead, known_on)


@dataclass(frozen=True)
class Part:
    """Counts `first` to `last`, in multiples of a scope's grain, with the verdict on them."""

    first: int
    last: int
    verdict: Verdict


class Profile:
    """The verdicts of a side, period by period, for multiples of a scope's grain.

    `whole` tells whether these are whole steps of the side's own. All rows behind a verdict are
    among its `decided`, so that two alike are equal. Most segments of a period go on in the next,
    so the part of each is kept, with the segment itself.
    """

    def __init__(self, side: Side, scope: Scope, whole: bool) -> None:
        self._service = side.service
        self._scope = scope
        self._whole = whole
        self._everywhere = self._same_everywhere(side)
        self._parts: dict[int, tuple[Segment, Part | None]] = {}

    def parts_of(self, period: Period | None) -> list[Part]:
        """The verdicts on the days of a period, from the smallest counts up."""
        if self._everywhere is not None:
            return [Part(0, self._scope.most, self._everywhere)]
        found: list[Part] = []
        if period is None or self._service is None:
            return found
        if not self._whole and self._service.part_units is PartUnits.NOT_SAID:
            return list(self._between_steps(period, self._service))
        for segment in period.segments:
            kept = self._parts.get(id(segment))
            if kept is None:
                kept = self._parts[id(segment)] = segment, self._part(segment, self._service)
            _, part = kept
            if part is not None:
                found.append(part)
        return found

    def _same_everywhere(self, side: Side) -> Verdict | None:
        """The one verdict for all days and counts, None where it depends on them."""
        if side.service is None or side.prices is None:
            return side.instead
        if not self._whole and side.service.part_units is PartUnits.NONE:
            return Verdict(Cause.BAD_INPUT)
        return None

    def _between_steps(self, period: Period, service: Service) -> Iterator[Part]:
        """The verdicts on parts of a step that the contract does not say how to count (rule 6).

        A price that rises by less than a cent a step counts as not determinable here, though single
        steps beside each other may round to the same cent.
        """
        step = int(service.step * MILLIONTHS)
        begin = 0
        for segment in period.segments:
            for count in dict.fromkeys((segment.first, segment.last)):
                # within the segment, and from its last step to the first one above it
                last = segment.last if count < segment.last else count + 1
                end = min(MOST, last * step) if segment.is_bounded else MOST
                multiples = -(-begin // self._scope.grain), end // self._scope.grain
                if multiples[0] <= multiples[1] and begin <= MOST:
                    verdict = _either_way(period, service, segment, count)
                    yield Part(*multiples, verdict)
                begin = end + 1

    def _part(self, segment: Segment, service: Service) -> Part | None:
        first, last = find_multiples(segment.counts, service, self._scope, self._whole)
        if first > last:
            return None
        verdict = segment.verdict
        plain = Verdict(verdict.cause, verdict.all_decided, verdict.price_function)
        return Part(first, last, plain)


def _either_way(period: Period, service: Service, segment: Segment, count: int) -> Verdict:
    """The verdict on parts of the step after a count, where both steps beside it cost the same."""
    verdict = segment.verdict
    price_function = verdict.price_function
    part = quantity_of(count, service) + service.step / 2
    if count_either_way(part, service, period) is None or (
        price_function is not None and price_function.rate and count < segment.last
    ):
        return Verdict(Cause.PART_UNITS)
    if price_function is not None:
        price_function = PriceFunction(price_function.at(quantity_of(count, service)))
    return Verdict(verdict.cause, verdict.all_decided, price_function)


def _side_by_side(
    one: list[Part], other: list[Part]
) -> Iterator[tuple[Span, tuple[Verdict, Verdict]]]:
    """Two profiles, cut where either changes."""
    left = right = 0
    while left < len(one) and right < len(other):
        before, after = one[left], other[right]
        last = min(before.last, after.last)
        yield (max(before.first, after.first), last), (before.verdict, after.verdict)
        left += before.last == last
        right += after.last == last


def _differing(
    verdicts: tuple[Verdict, Verdict], sides: tuple[Side, Side], counts: Span, scope: Scope
) -> Iterator[Span]:
    """The parts of some counts in which the answers differ."""
    before, after = verdicts
    priced = [
        Priced(side.service, verdict.price_function)
        for side, verdict in zip(sides, verdicts)
        if side.service and verdict.price_function
    ]
    if len(priced) < len(sides):
        if before.cause.outcome is not after.cause.outcome:
            yield from trim_to_scope(scope, counts)
        return
    one, other = priced
    if all(scope.whole):
        yield from find_differing(one.of_multiples(scope), other.of_multiples(scope), counts)
    elif one.service.step == other.service.step:
        yield from find_differing_parts(one, other, counts)
    elif one.flat_price is None or one.flat_price != other.flat_price:
        yield from trim_to_scope(scope, counts)  # prices rise with steps of two lengths


def _change(name: str, sides: tuple[Side, Side], scope: Scope, span: SeenSpan) -> Change:
    first, last = span.seen.counts
    millionths = first * scope.grain, last * scope.grain
    before, after = (
        side.answer(name, verdict, (span.since, span.until), millionths)
        for side, verdict in zip(sides, span.seen.what)
    )
    return Change(
        service=name,
        first=scope.quantity(first),
        last=None if last >= scope.most else scope.quantity(last),
        since=first_day(span.since),
        until=last_day(span.until),
        before=before,
        after=after,
        scope=scope,
    )


# What prices mean in one contract and in another: the currency, and what services are counted in.
#
# None of this changes a figure in a cell, and all of it changes what is paid or bought for it.


UNSAID = "not said"


@dataclass(frozen=True)
class Meaning:
    """Something that every price is read with, blank where a contract does not say."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before or UNSAID} before, {self.after or UNSAID} after"


def find_meanings(before: Contract, after: Contract) -> Iterator[Meaning]:
    """What is said otherwise.

    >>> one = Contract("", "", (), (), currency="USD")
    >>> [str(meaning) for meaning in find_meanings(one, one._replace(currency="EUR"))]
    ['currency: USD before, EUR after']
    """
    if before.currency != after.currency:
        yield Meaning("currency", before.currency, after.currency)
    services = {service.key: service for service in before.services}
    for service in after.services:
        earlier = services.get(service.key, service)
        if earlier.unit != service.unit:
            yield Meaning(f"unit of {service.name!r}", earlier.unit, service.unit)
        if earlier.billed is not service.billed:
            billed = (each.billed.value if each.billed else "" for each in (earlier, service))
            yield Meaning(f"billing period of {service.name!r}", *billed)
        if earlier.counted is not service.counted:
            counted = (each.counted.value for each in (earlier, service))
            yield Meaning(f"counting period of {service.name!r}", *counted)
        if earlier.limit != service.limit:
            limits = (_format_limit(each) for each in (earlier, service))
            yield Meaning(f"limit of {service.name!r}", *limits)


def _format_limit(service: Service) -> str:
    return "none" if service.limit is None else format_quantity(service.limit, service.unit)

"""Compare two contracts: where, since when and how their prices differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.answers import Seen, assumptions_of, first_day, last_day, stretches
from xlfuncs.pricing.contract import (
    Contract,
    PartUnits,
    Row,
    Service,
    count_of,
    quantity_of,
    service_key,
)
from xlfuncs.pricing.diff_quantities import (
    MILLIONTHS,
    Scope,
    among,
    differing,
    differing_parts,
    multiples_of,
    scopes_of,
)
from xlfuncs.pricing.money import Line, WholeLine, to_cents
from xlfuncs.pricing.outcomes import Kind
from xlfuncs.pricing.precedence import Claim
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.price_list import PriceList
from xlfuncs.pricing.segments import Band, Cause, Piece, Span

# Two contracts held against each other: where, since when and how they answer differently.
#
# `changes` walks the price lists of both through all days and quantities; `sides` says what each
# answers, `scopes` how each counts a quantity, `crossings` where two lines give other prices to the
# cent, and `meanings` what else a price is read with.


# What one contract answers for a service, band by band, to be held against another contract.


class Given(NamedTuple):
    """An answer for many quantities: a line, or why there is none.

    `cause` is None for bad input. `decided` has the principal row first; `assumed` are the rows
    whose assumptions it leans on. `service` says how quantities are counted, None where the
    contract has no such service.
    """

    kind: Kind
    cause: Cause | None
    line: Line | None
    decided: tuple[Row, ...]
    assumed: tuple[Row, ...]
    service: Service | None

    def price(self, quantity: Decimal) -> Decimal | None:
        """The price of one of the quantities, to the cent; None where there is none."""
        if self.line is None or self.service is None:
            return None
        count = count_of(quantity, self.service)
        return None if count is None else to_cents(self.line.at(quantity_of(count, self.service)))


class Side(NamedTuple):
    """A service in one contract; without it, what is answered instead."""

    service: Service | None
    prices: PriceList | None
    instead: Answer

    @classmethod
    def of(cls, book: PriceBook, name: str, known_on: date | None) -> Side:
        """The service of a name, or the only one where the name is blank."""
        if name or len(book.offered) == 1:
            service = book.service(name or None)
            prices = service and book.price_list(service, known_on)
            return cls(service, prices, Answer(Kind.NO_PRICE, Cause.UNKNOWN_SERVICE))
        return cls(None, None, Answer(Kind.BAD_INPUT))


class Answer(NamedTuple):
    """What is answered on the days of a band, with the claims behind it."""

    kind: Kind
    cause: Cause | None = None
    line: Line | None = None
    decided: tuple[Claim, ...] = ()
    step: Decimal = Decimal(1)

    def whole_numbers(self, line: Line, scope: Scope) -> WholeLine:
        """The line for multiples of a scope's grain, which are whole steps."""
        base, rate, cent = line.whole_numbers(self.step)
        return base, rate * (scope.grain // int(self.step * MILLIONTHS)), cent

    def given(self, side: Side, since: int, until: int, millionths: Span) -> Given:
        """The answer for these days and quantities, as it is shown."""
        assumed: list[Row] = []
        if side.prices:
            step = int(side.prices.step * MILLIONTHS)
            counts = (millionths[0] // step, -(-millionths[1] // step))
            assumed = assumptions_of(side.prices).over(self.decided, (since, until), counts)
        rows = tuple(claim.row for claim in self.decided)
        return Given(self.kind, self.cause, self.line, rows, tuple(assumed), side.service)


Part = tuple[Span, Answer]
"""An answer with the counts for which it is given."""


class Profile:
    """The answers of a side, band by band, for multiples of a scope's grain.

    `number` is 0 for the first of the two contracts and 1 for the second. Most pieces of a band go
    on in the next, so the answer of each is kept, with the piece itself.
    """

    def __init__(self, side: Side, scope: Scope, number: int) -> None:
        self._service = side.service
        self._scope = scope
        self._whole = scope.whole[number]
        self._everywhere = self._alike(side)
        self._parts: dict[int, tuple[Piece, Part | None]] = {}

    def of(self, band: Band | None) -> list[Part]:
        """The answers on the days of a band, from the smallest counts up."""
        if self._everywhere is not None:
            return [((0, self._scope.most), self._everywhere)]
        found: list[Part] = []
        if band is None or self._service is None:
            return found
        for piece in band.pieces:
            known = self._parts.get(id(piece))
            if known is None:
                known = self._parts[id(piece)] = piece, self._part(piece, self._service)
            if known[1] is not None:
                found.append(known[1])
        return found

    def _alike(self, side: Side) -> Answer | None:
        """The one answer for all days and counts, None where it depends on them."""
        if side.service is None or side.prices is None:
            return side.instead
        if not self._whole and side.service.part_units is PartUnits.NONE:
            return Answer(Kind.BAD_INPUT)
        if not self._whole and side.service.part_units is PartUnits.NOT_SAID:
            return Answer(Kind.NOT_DETERMINABLE, Cause.PART_UNITS)
        return None

    def _part(self, piece: Piece, service: Service) -> Part | None:
        span = multiples_of(piece[:2], service, self._scope, self._whole)
        if span[0] > span[1]:
            return None
        cause, line = piece.verdict.cause, piece.verdict.line
        return span, Answer(cause.kind, cause, line, piece.verdict.everyone, service.step)


# What a second contract answers otherwise than a first one: dated changes of prices.

UNNAMED = ""
"""Stands for a question that names no service."""


class Change(NamedTuple):
    """Quantities of a service, and days of purchase, whose answer is another one.

    An answer is a price to the cent, or the kind of there being none; which row gives it makes no
    other answer. Quantities and days are inclusive; `last` is None for "or more", `since` and
    `until` are None where there is no first or last day. Prices are those of the two lines, and
    may be alike at single quantities, where the lines round to the same cent. `service` is blank
    for questions that name none. `scope` says which quantities of the range are meant.
    """

    service: str
    first: Decimal
    last: Decimal | None
    since: date | None
    until: date | None
    before: Given
    after: Given
    scope: Scope

    def holds(self, quantity: Decimal, day: date) -> bool:
        """Whether a quantity and a day of purchase are among those meant."""
        counted = self.scope.counted(quantity)
        return (
            counted is not None
            and self.first <= counted
            and (self.last is None or counted <= self.last)
            and (self.since or date.min) <= day <= (self.until or date.max)
        )


def changes(
    before: PriceBook,
    after: PriceBook,
    known_on: tuple[date | None, date | None] = (None, None),
) -> list[Change]:
    """Where two contracts answer differently, service by service, the earliest days first.

    `known_on` has the documents signed by a day answer, in each of the two. A question that names
    no service is compared where the two do not have the same only one.

    >>> from xlfuncs.pricing.contract import Charge, Contract, Row, Service
    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3))
    >>> amended = row._replace(document=1, title="Amendment 1", unit_price=Decimal(2),
    ...                        effective=date(2024, 7, 1))
    >>> contract = Contract("", "", (Service("IPs"),), (row,))
    >>> later = contract._replace(rows=(row, amended))
    >>> [change] = changes(PriceBook(contract), PriceBook(later))
    >>> print(change.first, change.last, change.since, change.until)
    1 None 2024-07-01 None
    >>> print(change.before.price(Decimal(10)), change.after.price(Decimal(10)))
    30.00 20.00
    """
    found: list[Change] = []
    for name in _names(before, after):
        sides = Side.of(before, name, known_on[0]), Side.of(after, name, known_on[1])
        if known_on[0] == known_on[1] and _state_the_same(*sides):
            continue
        for scope in scopes_of(sides[0].service, sides[1].service):
            found += _changes(name, sides, scope)
    return found


def _state_the_same(one: Side, other: Side) -> bool:
    """Whether the rows are those of the other: as most services are, a year later."""
    if one.prices is None or other.prices is None or one.service != other.service:
        return False
    rows, others = one.prices.rows, other.prices.rows
    return len(rows) == len(others) and all(
        row._replace(place=None, service="") == another._replace(place=None, service="")
        for row, another in zip(rows, others, strict=True)
    )


def _names(before: PriceBook, after: PriceBook) -> Iterator[str]:
    """The services of both, and none where leaving it out does not mean the same in both."""
    names = {service_key(name): name for name in (*after.offered, *before.offered)}
    order = dict.fromkeys(service_key(name) for name in (*before.offered, *after.offered))
    yield from (names[key] for key in order)
    only = [tuple(map(service_key, book.offered)) for book in (before, after)]
    if only[0] != only[1] and 1 in map(len, only):
        yield UNNAMED


def _changes(name: str, sides: Sequence[Side], scope: Scope) -> Iterator[Change]:
    lists = [side.prices for side in sides if side.prices]
    profiles = [Profile(side, scope, number) for number, side in enumerate(sides)]
    compared: dict[tuple[int, int, Span], list[Span]] = {}

    def look(bands: Sequence[Band]) -> Iterator[tuple[Span, tuple[Answer, Answer]]]:
        left = iter(bands)
        before, after = (
            profile.of(next(left) if side.prices else None)
            for side, profile in zip(sides, profiles, strict=True)
        )
        for span, answers in _side_by_side(before, after):
            # the profiles keep their answers, so these are known again on other days
            known = (id(answers[0]), id(answers[1]), span)
            if known not in compared:
                compared[known] = list(_differing(answers, sides, span, scope))
            for part in compared[known]:
                yield part, answers

    for seen in stretches(lists, look):
        yield _change(name, sides, scope, seen)


def _side_by_side(
    one: list[Part], other: list[Part]
) -> Iterator[tuple[Span, tuple[Answer, Answer]]]:
    """Two profiles, cut where either changes."""
    left = right = 0
    while left < len(one) and right < len(other):
        (first, last), before = one[left]
        (other_first, other_last), after = other[right]
        yield (max(first, other_first), min(last, other_last)), (before, after)
        left, right = left + (last <= other_last), right + (other_last <= last)


def _differing(
    answers: tuple[Answer, Answer], sides: Sequence[Side], span: Span, scope: Scope
) -> Iterator[Span]:
    """The parts of a span in which two answers differ."""
    before, after = answers
    both = [(side.service, answer.line) for side, answer in zip(sides, answers, strict=True)]
    priced = [(service, line) for service, line in both if service and line]
    if len(priced) < len(both):
        if before.kind is not after.kind:
            yield from among(scope, span)
        return
    (service, one), (another, other) = priced
    if all(scope.whole):
        lines = before.whole_numbers(one, scope), after.whole_numbers(other, scope)
        yield from differing(*lines, span)
    elif service.step == another.step:
        yield from differing_parts(priced, span)
    elif one.rate or other.rate or to_cents(one.fixed) != to_cents(other.fixed):
        yield from among(scope, span)  # prices rise with steps of two lengths


def _change(name: str, sides: Sequence[Side], scope: Scope, seen: Seen) -> Change:
    first, last = seen.counts
    since, until = first_day(seen.since), last_day(seen.until)
    before, after = (
        answer.given(side, seen.since, seen.until, (first * scope.grain, last * scope.grain))
        for answer, side in zip(seen.what, sides, strict=True)
    )
    end = None if last >= scope.most else scope.quantity(last)
    return Change(name, scope.quantity(first), end, since, until, before, after, scope)


# What prices mean in one contract and in another: the currency, and what services are counted in.
#
# None of this changes a figure in a cell, and all of it changes what is paid or bought for it.


class Meaning(NamedTuple):
    """Something that every price is read with, blank where a contract does not say."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        before, after = (text or "not said" for text in self[1:])
        return f"{self.what}: {before} before, {after} after"


def meanings(before: Contract, after: Contract) -> Iterator[Meaning]:
    """What is said otherwise.

    >>> one = Contract("", "", (), (), currency="USD")
    >>> [str(meaning) for meaning in meanings(one, one._replace(currency="EUR"))]
    ['currency: USD before, EUR after']
    """
    if before.currency != after.currency:
        yield Meaning("currency", before.currency, after.currency)
    units = {service.key: service.unit for service in before.services}
    for service in after.services:
        unit = units.get(service.key, service.unit)
        if unit != service.unit:
            yield Meaning(f"unit of {service.name!r}", unit, service.unit)

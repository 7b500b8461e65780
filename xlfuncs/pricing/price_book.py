"""Ask a contract what something costs: questions, answers, and the price lists behind them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.pricing.contract import (
    Contract,
    Counted,
    PartUnits,
    Row,
    Service,
    count_around,
    count_steps,
    quantity_of,
)
from xlfuncs.pricing.money import PriceFunction, to_cents
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import GAPS, BadInput, Cause, Outcome
from xlfuncs.pricing.precedence import DocumentsInForce, EffectiveRow, is_draft
from xlfuncs.pricing.price_list import NO_NEIGHBOURS, Neighbours, Period, PriceList
from xlfuncs.pricing.segments import Verdict
from xlfuncs.pricing.spans import Span

if TYPE_CHECKING:
    from xlfuncs.pricing.counting import Decision

LISTS_KEPT = 32
"""Price lists in memory at a time; further ones displace the oldest and are compiled again."""


NO_ROW_DECIDES = frozenset({Cause.OVER_LIMIT, Cause.COUNTING_NOT_SAID})
"""The causes where the service itself says why there is no price."""


class Question(NamedTuple):
    """What a quantity of a service costs when it is bought on a day.

    No service means the only one there is; `known_on` asks what the documents signed by that day
    would have answered. `before` is the quantity bought before in the period in which purchases of
    the service add up (rule 10).
    """

    quantity: Decimal
    purchased: date
    service: str | None = None
    known_on: date | None = None
    before: Decimal | None = None


class Extent(NamedTuple):
    """The days, as ordinals, and the counts of steps of a range of questions, inclusive."""

    days: Span
    counts: Span


class Unstated(NamedTuple):
    """A date, or an end, that is not on file, and the title of the document that it is of."""

    what: str
    title: str

    def __str__(self) -> str:
        return f"the {self.what} of {self.title}"


class Answer(NamedTuple):
    """The answer to a question: a price, or why there is none (rule 9).

    With an `extent` it is the answer to all questions of a range, of which `question` is the first.
    `service` is None where a contract that is compared with another has none of that name. `steps`,
    the quantity counted in the service's steps, is None there, too, and where the contract does not
    say how part units count and it matters. `before` are the steps bought before in the period in
    which purchases add up, and rows decide where both together fall; `taken_off` decides those
    before, where their price is taken off. What is more than the verdict is calculated when it is
    asked for, so that a price costs no more than itself.
    """

    question: Question
    verdict: Verdict
    service: Service | None = None
    steps: int | None = None
    price_list: PriceList | None = None
    extent: Extent | None = None
    before: int = 0
    taken_off: Verdict | None = None

    @property
    def cause(self) -> Cause:
        return self.verdict.cause

    @property
    def outcome(self) -> Outcome:
        return self.verdict.cause.outcome

    @property
    def price_function(self) -> PriceFunction | None:
        """The price of any quantity of the range, None where there is none."""
        return self.verdict.price_function

    @property
    def price(self) -> Decimal | None:
        """The price of the question's quantity to the cent, None where there is none."""
        function, counted = self.verdict.price_function, self.counted_quantity
        return None if function is None or counted is None else to_cents(function.at(counted))

    def price_of(self, quantity: Decimal) -> Decimal | None:
        """The price of another quantity of the range. Raises BadInput."""
        if self.verdict.price_function is None or self.service is None:
            return None
        steps = count_steps(quantity, self.service)
        if steps is not None:
            return self._replace(steps=steps).price
        below, above = count_around(quantity, self.service)
        price = self._replace(steps=below).price
        return price if price == self._replace(steps=above).price else None

    @property
    def unit_price(self) -> Decimal | None:
        """The price of one unit by the principal row, None where it states none or has no price."""
        return self.verdict.decided[0].row.price_of_one if self.verdict.price_function else None

    @property
    def counted_quantity(self) -> Decimal | None:
        """The question's quantity in whole steps; None where it cannot be counted."""
        if self.steps is None or self.service is None:
            return None
        return quantity_of(self.steps, self.service)

    @property
    def total_steps(self) -> int | None:
        """What was bought before and the quantity together, in steps: where rows decide.

        None where no row decides: the quantity cannot be counted, it is over the limit of the
        service, or the contract does not say how purchases add up.
        """
        if self.steps is None or self.verdict.cause in NO_ROW_DECIDES:
            return None
        return self.steps + self.before

    @property
    def all_decided(self) -> tuple[EffectiveRow, ...]:
        """The effective rows that decided, the principal first, then those of what was before."""
        decided = self.verdict.all_decided
        if self.taken_off is None:
            return decided
        rows = (*decided, *self.taken_off.all_decided)
        return tuple({id(each): each for each in rows}.values())

    @property
    def decided(self) -> tuple[Row, ...]:
        """The rows that decided, the principal first, the tiers of a graduated price included."""
        return tuple(effective.row for effective in self.all_decided)

    @property
    def principal(self) -> tuple[Row, ...]:
        """Those of them that prevail for the quantity itself: without the tiers summed up below."""
        return tuple(effective.row for effective in self.verdict.decided)

    @property
    def displaced(self) -> tuple[Row, ...]:
        """The rows that fit the question and gave way, best first."""
        if self.price_list is None or self.total_steps is None:
            return ()
        deciding = {id(effective) for effective in self.verdict.all_decided}
        fitting = self.price_list.fitting(self._day, self.total_steps)
        return tuple(effective.row for effective in fitting if id(effective) not in deciding)

    @property
    def assumptions(self) -> tuple[Row, ...]:
        """The rows whose assumptions the answer rests on, those that decided first."""
        prices, day, count = self.price_list, self._day, self.total_steps
        if prices is None or self.cause in NO_ROW_DECIDES or (not self.extent and count is None):
            return ()
        extent = self.extent or Extent((day, day), (count or 0, count or 0))
        sides = [(self.verdict, extent.counts)]
        if self.extent is None and count is not None and self._is_part_of_a_step:
            sides.append((prices.segment_on(day, count + 1).verdict, (count + 1, count + 1)))
        if self.service is not None and self.service.adds_up:
            sides += self._other_sides(prices)
        behind = (
            row
            for verdict, counts in sides
            for row in prices.assumptions.behind(verdict.all_decided, extent.days, counts)
        )
        return tuple(dict.fromkeys((*behind, *self._assumed_period(prices))))

    def _other_sides(self, prices: PriceList) -> Iterator[tuple[Verdict, Span]]:
        """What decides besides the total: what was bought before, or might have been."""
        before, steps, day = self.before, self.steps or 0, self._day
        if self.taken_off is not None:
            yield self.taken_off, (before, before)
        if self.service is None or self.extent:
            return
        if self.service.part_units is PartUnits.NOT_SAID and before:
            for count in (before + 1, before + steps + 2):  # parts of a step may be of both
                yield prices.segment_on(day, count).verdict, (count, count)
        if self.service.counted is not Counted.NOT_SAID:
            return
        for segment in prices.period_on(day).segments:
            if segment.last >= steps:
                yield segment.verdict, (max(segment.first, steps), segment.last)

    def _assumed_period(self, prices: PriceList) -> Iterator[Row]:
        """The rows of the agreement whose assumed date is where contract years begin."""
        if self.service is not None and self.service.counted is Counted.CONTRACT_YEAR:
            for row in prices.rows:
                if row.document == 0 and "signed" in row.assumed_fields and not self.extent:
                    yield row

    @property
    def _is_part_of_a_step(self) -> bool:
        """Whether the whole steps on both sides are behind the answer, as they cost the same."""
        service = self.service
        if service is None or service.part_units is not PartUnits.NOT_SAID:
            return False
        return count_steps(self.question.quantity, service) is None

    @property
    def signed_later(self) -> tuple[Row, ...]:
        """The rows that fit the question, but were signed after the day it is `known_on`."""
        if self.price_list is None or self.total_steps is None:
            return ()
        later = self.price_list.fitting_later(self._day, self.total_steps)
        return tuple(effective.row for effective in later)

    def find_windows(
        self, *, by_rank_alone: bool = False
    ) -> tuple[Iterator[EffectiveRow], Iterator[EffectiveRow]]:
        """The rows that would decide on other days: their window is over, or has not opened.

        The last first, and the next first. They do decide on the nearest day of their window, for
        another document may have come by then; `by_rank_alone`, that is not looked at.
        """
        prices, day, steps = self.price_list, self._day, self.total_steps
        if prices is None or steps is None or not self._may_have_windows:
            return iter(()), iter(())
        over = self._deciding(prices.windows_over(day, steps))
        to_come = self._deciding(prices.windows_to_come(day, steps))
        if by_rank_alone:
            return over, to_come
        return (
            (each for each in over if self._decides(each.row, each.row.purchased_through)),
            (each for each in to_come if self._decides(each.row, each.row.purchased_from)),
        )

    @property
    def _may_have_windows(self) -> bool:
        """Whether a row with a purchase window could prevail over any that decided."""
        best = self.price_list.best_window if self.price_list else None
        if best is None or self.cause in GAPS:
            return False
        return any(best < each.rank for each in self.verdict.all_decided)

    def _deciding(self, windowed: Iterator[EffectiveRow]) -> Iterator[EffectiveRow]:
        """Those of the rows that would prevail over the ones that decided."""
        from xlfuncs.pricing.assumptions import could_prevail

        decided, steps = self.verdict.all_decided, self.total_steps or 0
        level = {each.rank for each in self.verdict.decided}
        for each in windowed:
            if each.rank not in level and could_prevail(each, decided, (steps, steps)):
                yield each

    def _decides(self, row: Row, day: date | None) -> bool:
        """Whether a row is one of those that decide on another day."""
        if self.price_list is None or self.total_steps is None or day is None:
            return False
        there = self.price_list.segment_on(day.toordinal(), self.total_steps).verdict
        return any(each.row == row for each in there.all_decided)

    @property
    def drafts(self) -> tuple[Row, ...]:
        """The rows of unsigned documents that would have changed what decides.

        They would price this quantity, or the units below it, or replace a document behind it.
        """
        if self.price_list is None or self.total_steps is None:
            return ()
        decided, counts = self.all_decided, (self.total_steps, self.total_steps)
        found: list[Row] = []
        drafts = self.price_list.drafts_on(self._day)
        if drafts:
            from xlfuncs.pricing.assumptions import could_prevail

            found = [each.row for each in drafts if could_prevail(each, decided, counts)]
        documents = self.price_list.documents
        for row in documents.replacing:
            if is_draft(row) and not {each.document for each in self.decided}.isdisjoint(
                documents.replaced_by(row)
            ):
                found.append(row)
        return tuple({id(row): row for row in found}.values())

    @property
    def replaced(self) -> tuple[Row, ...]:
        """The rows that would fit the question, had no later document replaced theirs."""
        if self.price_list is None or self.total_steps is None:
            return ()
        rows = self.price_list.replaced
        return tuple(each.row for each in rows if each.fits(self._day, self.total_steps))

    @property
    def unstated(self) -> tuple[Unstated, ...]:
        """What no document on file states of those behind the answer: a date, or an end."""
        if self.price_list is None:
            return ()
        documents = self.price_list.documents
        said = []
        for row in self.decided:
            if row.document == 0 and not documents.is_dated:
                said.append(Unstated("date", row.title))
            document = 0 if row.ends is None and "ends" not in row.not_on_file else row.document
            if document in documents.without_end:
                said.append(Unstated("end", documents.without_end[document]))
        return tuple(dict.fromkeys(said))

    @property
    def in_quantity(self) -> Neighbours:
        """Where no row fits, the rows nearest in quantity that day."""
        if self.price_list is None or self.total_steps is None or self.cause not in GAPS:
            return NO_NEIGHBOURS
        return self.price_list.in_quantity(self._day, self.total_steps)

    @property
    def in_time(self) -> Neighbours:
        """Where no row fits, the rows nearest in time for this quantity."""
        if self.price_list is None or self.total_steps is None or self.cause not in GAPS:
            return NO_NEIGHBOURS
        return self.price_list.in_time(self._day, self.total_steps)

    @property
    def period(self) -> Span | None:
        """The days, as ordinals, of which purchases add up; None where they do not."""
        if self.service is None or not self.service.adds_up:
            return None
        from xlfuncs.pricing.counting import find_period

        agreed = self.price_list.documents.agreement_date if self.price_list else None
        return find_period(self.service, self.question.purchased, agreed)

    @property
    def _day(self) -> int:
        return self.question.purchased.toordinal()


class PriceBook:
    """Answers questions from one contract, keeping the price lists it has compiled.

    With `through` it answers as the contract stood through the document of that number.
    """

    def __init__(self, contract: Contract, through: int | None = None) -> None:
        self.contract = contract
        self.through = through
        self._services = {service.key: service for service in contract.services}
        self._rows: dict[str, list[Row]] = {key: [] for key in self._services}
        rows = contract.rows
        if not contract.has_only_dated_rows:
            from xlfuncs.pricing.dated_rows import dated_rows  # which most contracts do without

            rows = dated_rows(contract)
        if through is not None:
            rows = tuple(row for row in rows if row.document <= through)
        for row in rows:
            self._rows[name_key(row.service)].append(row)
        self._dated_rows = rows
        self._documents: dict[int | None, DocumentsInForce] = {}
        self._signings = sorted({row.signed for row in rows if row.signed})
        self._lists: dict[tuple[str, int | None, bool], PriceList] = {}

    def find_service(self, name: str | None) -> Service:
        """The service of that name; no name means the only one.

        Raises BadInput for a name that the contract does not have, with the nearest that it has,
        and where no name is given and there are several.
        """
        if name is None and len(self._services) == 1:
            return next(iter(self._services.values()))
        service = None if name is None else self._services.get(name_key(name))
        if service is None:
            raise BadInput(describe_unknown_service(name, self.service_names))
        return service

    def find_services(self, name: str | None) -> tuple[Service, ...]:
        """The service of that name, or all of them where none is named."""
        return self.contract.services if name is None else (self.find_service(name),)

    @property
    def service_names(self) -> tuple[str, ...]:
        return tuple(service.name for service in self.contract.services)

    def price_list(
        self, service: Service, known_on: date | None = None, windows: bool = True
    ) -> PriceList:
        """The price list of a service; without `windows`, as if no row had a purchase window."""
        # the days between two signings share one list
        signings_known = None if known_on is None else bisect_right(self._signings, known_on)
        key = (service.key, signings_known, windows)
        prices = self._lists.get(key)
        if prices is None:
            rows = [row for row in self._rows[service.key] if windows or not row.has_window]
            documents = self._documents_known(signings_known, known_on)
            currency = self.contract.currency
            limit = None if service.limit is None else count_steps(service.limit, service)
            prices = PriceList(
                *(rows, service.step, known_on, documents, self.through),
                currency=currency,
                limit=limit,
            )
            if len(self._lists) >= LISTS_KEPT:
                del self._lists[next(iter(self._lists))]
            self._lists[key] = prices
        return prices

    def _documents_known(
        self, signings_known: int | None, known_on: date | None
    ) -> DocumentsInForce:
        """What the documents that are known say of each other, found once for all services."""
        documents = self._documents.get(signings_known)
        if documents is None:
            documents = DocumentsInForce(self._dated_rows, known_on)
            self._documents[signings_known] = documents
        return documents

    def answer(self, question: Question, windows: bool = True) -> Answer:
        """The answer to a question. Raises BadInput for one that cannot be asked.

        >>> from xlfuncs.pricing.contract import Charge
        >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT,
        ...           unit_price=Decimal("2.75"), clause="Table (a.)")
        >>> book = PriceBook(Contract("", "", (Service("IPs"),), (row,)))
        >>> answer = book.answer(Question(Decimal(10), date(2014, 1, 1)))
        >>> print(answer.price, answer.outcome.value, answer.decided[0].clause)
        27.50 price Table (a.)
        >>> book.answer(Question(Decimal(0), date(2014, 1, 1))).outcome.value
        'no price'
        """
        service = self.find_service(question.service)
        if service.adds_up or question.before:
            return self._answer_adding_up(question, service, windows)
        steps = count_steps(question.quantity, service)
        prices = self.price_list(service, question.known_on, windows)
        period = prices.period_on(question.purchased.toordinal())
        if steps is None:
            steps = count_either_way(question.quantity, service, period)
        if steps is None:
            return Answer(question, Verdict(Cause.PART_UNITS), service, price_list=prices)
        return Answer(question, period.segment_at(steps).verdict, service, steps, prices)

    def _answer_adding_up(self, question: Question, service: Service, windows: bool) -> Answer:
        """The answer where what was bought before counts, or is said to (rule 10)."""
        from xlfuncs.pricing.counting import decide_question  # which most contracts do without

        prices = self.price_list(service, question.known_on, windows)
        period = prices.period_on(question.purchased.toordinal())
        agreed = prices.documents.agreement_date
        found: Decision | None = decide_question(question, service, period, agreed)
        if found is None:
            return Answer(question, Verdict(Cause.PART_UNITS), service, price_list=prices)
        steps, before, verdict, taken_off = found
        return Answer(question, verdict, service, steps, prices, before=before, taken_off=taken_off)

    def price(self, question: Question) -> Decimal | None:
        """The price alone, None where there is none. Raises BadInput."""
        return self.answer(question).price

    def saving(self, question: Question) -> Decimal | None:
        """What purchase windows save against the price without them, negative where they cost more.

        0 where no window decided; None where either price does not exist. Raises BadInput.
        """
        answer = self.answer(question)
        if answer.price is None or not any(row.has_window for row in answer.decided):
            return None if answer.price is None else Decimal(0)
        without = self.answer(question, windows=False).price
        return None if without is None else without - answer.price


def count_either_way(quantity: Decimal, service: Service, period: Period) -> int | None:
    """The count below part of a step where the one above costs the same, else None (rule 6)."""
    below, above = count_around(quantity, service)
    one, other = (_cost(count, service, period) for count in (below, above))
    is_alike = one == other and one is not Outcome.NOT_DETERMINABLE
    return below if is_alike else None


def _cost(count: int, service: Service, period: Period) -> Decimal | Outcome:
    verdict = period.segment_at(count).verdict
    function = verdict.price_function
    if function is None:
        return verdict.cause.outcome
    return to_cents(function.at(quantity_of(count, service)))


MOST_SERVICES_NAMED = 20
"""Services that a message names."""


def describe_unknown_service(name: str | None, offered: Sequence[str]) -> str:
    """What is wrong with the name of a service that a contract does not have.

    >>> describe_unknown_service("Scaning", ["Scanning", "Support"])
    "service is 'Scaning'; expected 'Scanning'"
    """
    found = "no service is given" if name is None else f"service is {name!r}"
    names = {name_key(each): each for each in offered}
    nearest: list[str] = []
    if name is not None:
        from difflib import get_close_matches  # which a service that there is does without

        nearest = [names[key] for key in get_close_matches(name_key(name), names, 1)]
    named = nearest or list(offered[:MOST_SERVICES_NAMED])
    more = len(offered) - len(named) if not nearest else 0
    others = f" or one of {more:,} others" if more else ""
    expected = " or ".join(map(repr, named)) or "none, for the contract has no service"
    return f"{found}; expected {expected}{others}"

"""Prices that people charge by mistake in place of the contract price."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise, product

from xlfuncs.pricing.contract import (
    DISCOUNTS,
    Charge,
    Row,
    Service,
    count_around,
    count_steps,
    quantity_of,
)
from xlfuncs.pricing.counting import count_either, decide_question
from xlfuncs.pricing.dated_rows import is_raised
from xlfuncs.pricing.money import EXACT, HUNDRED, ZERO, to_cents
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY, EffectiveRow
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.price_list import Period, PriceList
from xlfuncs.pricing.segments import Gaps, Segment, Verdict, compile_segments
from xlfuncs.pricing.wording import cite, format_days


class ChargeKind(StrEnum):
    """The mistakes that are looked for, as totals name them."""

    BEFORE_AMENDMENT = "price before an amendment"
    AFTER_AMENDMENT = "price after an amendment"
    BEFORE_INCREASE = "price before an increase"
    AFTER_INCREASE = "price after an increase"
    WINDOW_MISSED = "purchase window missed"
    WINDOW_GIVEN = "purchase window wrongly given"
    NEXT_TIER = "price of the next tier"
    PREVIOUS_TIER = "price of the previous tier"
    UNIT_PRICE = "unit price times quantity"
    DAY_OF_ENTRY = "price on the day of entry"
    QUANTITY = "quantity times or divided by 10 or 100"
    BY_ITSELF = "price with nothing bought before"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A mistake that gives the amount paid; the label names the amendment, window or rate."""

    kind: ChargeKind
    label: str


ANSWERS_KEPT = 20_000
"""Questions about a service whose explanations are in memory at a time."""

Amount = Decimal | None
"""A price to the cent, None where there is none."""

Found = Iterator[tuple[Amount, Explanation]]
"""Amounts that might have been charged, with the mistakes that give them."""


@dataclass(frozen=True, slots=True)
class DocumentPrices:
    """A document that matters for a service, and the price list as it stood through it.

    `starts` are the days on which its rows come into force.
    """

    title: str
    prices: PriceList
    without_windows: PriceList
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bought:
    """A quantity in steps, on both sides of part of a step where nothing says how that counts.

    `place` is where rows decide: the count, and what was bought before where purchases add up.
    """

    quantity: Decimal
    counts: tuple[int, ...]
    before: Decimal | None
    place: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A line's question with its answer; `counted` is the quantity in whole steps."""

    bought: Bought
    counted: Decimal
    purchased: date
    entered: date | None
    verdict: Verdict
    price: Decimal

    @property
    def day(self) -> int:
        return self.purchased.toordinal()

    @property
    def documents(self) -> frozenset[int]:
        """The numbers of the documents that decide."""
        return frozenset(each.row.document for each in self.verdict.all_decided)


@dataclass(frozen=True, slots=True)
class OtherDay:
    """What a quantity costs on a day on which a document or an increase changes it, or before.

    `windows` are the rows with a purchase window that decide, `documents` the numbers of those
    whose rows rise.
    """

    day: int
    price: Amount
    windows: tuple[Row, ...]
    explanation: Explanation
    documents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class WindowPrice:
    """The price of a purchase window, and the row to cite for it."""

    row: Row
    price: Amount


@dataclass(frozen=True, slots=True)
class Window:
    """The effective rows of one purchase window of a document."""

    rows: list[EffectiveRow] = field(default_factory=list)

    @property
    def edges(self) -> Iterator[int]:
        """Its first and its last day in force."""
        first, last = min(each.since for each in self.rows), max(each.until for each in self.rows)
        yield from dict.fromkeys(day for day in (first, last) if FIRST_DAY < day < LAST_DAY)

    def may_price(self, count: int) -> bool:
        """Whether it could be behind the price of a quantity: it begins at or below that."""
        return any(each.first <= count for each in self.rows)


WindowKey = tuple[int, date | None, date | None]
"""A document's number, and the first and the last day of purchase."""


def window_key(row: Row) -> WindowKey:
    """What the rows of one purchase window have in common: a promotion may be a whole table."""
    return row.document, row.purchased_from, row.purchased_through


def has_open_window(row: Row, day: date) -> bool:
    """Whether a day is one of those that the row is for, by its purchase window alone."""
    first, last = row.purchased_from or date.min, row.purchased_through or date.max
    return first <= day <= last


NO_GAPS = Gaps(0, 0, [])
"""Why there is no price is no matter here."""


class Versions:
    """A contract as it stood through each of its documents."""

    def __init__(self, book: PriceBook) -> None:
        self.book = book
        self._books: dict[int, PriceBook] = {}

    def through(self, document: int) -> PriceBook:
        book = self._books.get(document)
        if book is None:
            book = self._books[document] = PriceBook(self.book.contract, through=document)
        return book


class ServiceCharges:
    """The amounts that people might charge for a service, in place of its price."""

    def __init__(self, versions: Versions, service: Service, known_on: date | None) -> None:
        self.service = service
        self.prices = versions.book.price_list(service, known_on)
        self._documents = self._find_documents(versions, known_on)
        self._windows = self._find_windows()
        self._window_discounts = [
            each
            for each in self.prices.effective_rows
            if each.charge in DISCOUNTS and each.row.has_window
        ]
        self._rises = self._find_rises()
        self._later: dict[Bought, list[OtherDay]] = {}
        self._risen: dict[Bought, list[tuple[OtherDay, OtherDay]]] = {}
        self._window_prices: dict[Bought, list[WindowPrice]] = {}
        self._periods: dict[tuple[int, frozenset[WindowKey]], Period] = {}
        self._explained: dict[
            tuple[Question, date | None], dict[Decimal, tuple[Explanation, ...]]
        ] = {}

    def _find_documents(self, versions: Versions, known_on: date | None) -> list[DocumentPrices]:
        """The documents that could change a price of the service, each with those before it."""
        stating = sorted(
            (*self.prices.rows, *self.prices.documents.replacing), key=lambda row: row.document
        )
        rows: dict[int, list[Row]] = {}
        for row in stating:
            rows.setdefault(row.document, []).append(row)
        found = []
        for number, of_document in rows.items():
            is_last = number == stating[-1].document
            book = versions.book if is_last else versions.through(number)
            starts = {
                row.effective.toordinal()
                for row in of_document
                if row.document and row.effective and not is_raised(row)
            }
            found.append(
                DocumentPrices(
                    of_document[0].title,
                    book.price_list(self.service, known_on),
                    book.price_list(self.service, known_on, windows=False),
                    tuple(sorted(starts)),
                )
            )
        return found

    def _find_windows(self) -> dict[WindowKey, Window]:
        found: dict[WindowKey, Window] = {}
        for each in self.prices.effective_rows:
            if each.row.has_window:
                found.setdefault(window_key(each.row), Window()).rows.append(each)
        return found

    def _find_rises(self) -> list[date]:
        """The days on which a row of the service rises."""
        return sorted(
            {row.effective for row in self.prices.rows if row.effective and is_raised(row)}
        )

    def explain(
        self, question: Question, entered: date | None = None
    ) -> dict[Decimal, tuple[Explanation, ...]]:
        """For each amount that might have been charged, the mistakes that give it.

        The contract price is none of the amounts; where there is none, nothing can be explained.
        """
        key = question, entered
        explained = self._explained.get(key)
        if explained is None:
            if len(self._explained) >= ANSWERS_KEPT:
                self._forget()
            explained = self._explained[key] = self._explain(question, entered)
        return explained

    def _forget(self) -> None:
        self._explained.clear()
        self._later.clear()
        self._risen.clear()
        self._window_prices.clear()
        self._periods.clear()

    def _explain(
        self, question: Question, entered: date | None
    ) -> dict[Decimal, tuple[Explanation, ...]]:
        bought, day = self._count(question.quantity, question.before), question.purchased
        price = self._price(self.prices, day.toordinal(), bought)
        if price is None or bought is None:
            return {}
        verdict = self.prices.segment_on(day.toordinal(), bought.place).verdict
        counted = quantity_of(bought.counts[0], self.service)
        asked = Asked(bought, counted, day, entered, verdict, price)
        found: dict[Decimal, dict[Explanation, None]] = {}
        for explanations in EXPLANATIONS:
            for amount, explanation in explanations(self, asked):
                if amount is not None and amount != price:
                    found.setdefault(amount, {})[explanation] = None
        return {amount: tuple(explanations) for amount, explanations in found.items()}

    # Prices.

    def _count(self, quantity: Decimal, before: Decimal | None) -> Bought | None:
        """A quantity in the service's steps, None where it is none that can be bought."""
        try:
            count = count_steps(quantity, self.service)
            first = 0 if before is None else count_either(before, self.service)[0]
        except BadInput:
            return None
        counts = count_around(quantity, self.service) if count is None else (count,)
        return Bought(quantity, counts, before, first + counts[0])

    def _price(self, prices: PriceList, day: int, bought: Bought | None) -> Amount:
        """The price on a day, by a price list."""
        return None if bought is None else self._price_in(prices.period_on(day), bought)

    def _price_in(self, period: Period, bought: Bought) -> Amount:
        """The price in a period; of part of a step where both sides cost the same."""
        if self.service.adds_up:
            return self._price_adding_up(period, bought)
        found = set()
        for count in bought.counts:
            function = period.segment_at(count).verdict.price_function
            quantity = quantity_of(count, self.service)
            found.add(None if function is None else to_cents(function.at(quantity)))
        return found.pop() if len(found) == 1 else None

    def _price_adding_up(self, period: Period, bought: Bought) -> Amount:
        """The price after what was bought before, and within the limit (rule 10)."""
        question = Question(bought.quantity, date.max, before=bought.before)
        decision = decide_question(question, self.service, period, None)
        cost = None if decision is None else decision.cost(self.service)
        return cost if isinstance(cost, Decimal) else None

    # Amendments and increases.

    def find_earlier(self, asked: Asked) -> Found:
        """The prices before each amendment that changed them."""
        later: Amount = asked.price
        for document, missed in reversed(list(pairwise(self._documents))):
            amount = self._price(document.prices, asked.day, asked.bought)
            if amount != later:
                label = f"price before {missed.title}"
                yield amount, Explanation(ChargeKind.BEFORE_AMENDMENT, label)
            later = amount

    def find_later(self, asked: Asked) -> Found:
        """The prices after each amendment that is not yet in force and changes them.

        One that is for purchases of certain days is no explanation on other days; the purchase
        window itself is.
        """
        later = self._later.get(asked.bought)
        if later is None:
            later = self._later[asked.bought] = list(self._prices_from_later_documents(asked))
        for each in later:
            if each.day > asked.day and _are_open(each.windows, asked.purchased):
                yield each.price, each.explanation

    def _prices_from_later_documents(self, asked: Asked) -> Iterator[OtherDay]:
        earlier: DocumentPrices | None = None
        for document in self._documents:
            label = f"price after {document.title}"
            explanation = Explanation(ChargeKind.AFTER_AMENDMENT, label)
            pairs = [
                (document.without_windows, earlier.without_windows if earlier else None),
                (document.prices, earlier.prices if earlier else None),
            ]
            for day, (prices, before) in product(document.starts, pairs):
                price = self._price(prices, day, asked.bought)
                if before is None or price != self._price(before, day, asked.bought):
                    windows = self._windows_behind(prices, day, asked)
                    yield OtherDay(day, price, windows, explanation)
            earlier = document

    def _windows_behind(self, prices: PriceList, day: int, asked: Asked) -> tuple[Row, ...]:
        decided = prices.segment_on(day, asked.bought.place).verdict.all_decided
        return tuple(each.row for each in decided if each.row.has_window)

    def find_risen(self, asked: Asked) -> Found:
        """The prices before each increase of a row that decides, and after those to come."""
        if not self._rises:
            return
        risen = self._risen.get(asked.bought)
        if risen is None:
            risen = self._risen[asked.bought] = list(self._prices_around_increases(asked))
        for before, after in risen:
            other = after if after.day > asked.day else before
            is_concerned = not other.documents.isdisjoint(asked.documents)
            if is_concerned and _are_open(other.windows, asked.purchased):
                yield other.price, other.explanation

    def _prices_around_increases(self, asked: Asked) -> Iterator[tuple[OtherDay, OtherDay]]:
        """What the quantity costs on the day before each increase, and on its first day."""
        for rise in self._rises:
            day = rise.toordinal()
            decided = self.prices.segment_on(day, asked.bought.place).verdict.all_decided
            rising = [each.row for each in decided if each.row.effective == rise]
            documents = frozenset(row.document for row in rising if is_raised(row))
            if not documents:
                continue
            before, after = (
                OtherDay(
                    on,
                    self._price(self.prices, on, asked.bought),
                    self._windows_behind(self.prices, on, asked),
                    Explanation(kind, f"price {word} the increase of {rise}"),
                    documents,
                )
                for on, kind, word in (
                    (day - 1, ChargeKind.BEFORE_INCREASE, "before"),
                    (day, ChargeKind.AFTER_INCREASE, "after"),
                )
            )
            if before.price != after.price:
                yield before, after

    # Purchase windows.

    def find_missed_windows(self, asked: Asked) -> Found:
        """The prices without the purchase window that decides, and without those below it."""
        verdict, without, cited = asked.verdict, frozenset[WindowKey](), list[str]()
        later: Amount = asked.price
        while rows := [each.row for each in verdict.all_decided if each.row.has_window]:
            without |= {window_key(row) for row in rows}
            cited.append(cite(rows[0]))
            period = self._without(asked.day, without)
            verdict = period.segment_at(asked.bought.place).verdict
            amount = self._price_in(period, asked.bought)
            if amount != later:
                windows = "purchase window" if len(cited) == 1 else "purchase windows"
                label = f"price without the {windows} of {' and '.join(cited)}"
                yield amount, Explanation(ChargeKind.WINDOW_MISSED, label)
            later = amount

    def _without(self, day: int, windows: frozenset[WindowKey]) -> Period:
        """The period of a day as it would be without some of the purchase windows."""
        full = self.prices.period_on(day)
        period = self._periods.get((full.since, windows))
        if period is None:
            rows = [row for row in self.prices.on(day) if window_key(row.row) not in windows]
            adds_up = any(row.charge is Charge.GRADUATED for row in rows)
            segments = compile_segments(rows, NO_GAPS, self.service.step, adds_up=adds_up).segments
            period = Period(full.since, full.until, segments, self.service.step)
            self._periods[full.since, windows] = period
        return period

    def find_given_windows(self, asked: Asked) -> Found:
        """The prices of purchase windows that are over, or have not opened.

        They are those of the window's first and last day in force; a discount is also taken off
        the price of the day of purchase.
        """
        prices = self._window_prices.get(asked.bought)
        if prices is None:
            prices = self._window_prices[asked.bought] = list(self._prices_in_windows(asked))
        for each in (*prices, *self._discounted_by_windows(asked)):
            if not has_open_window(each.row, asked.purchased):
                days = format_days(each.row.purchased_from, each.row.purchased_through)
                label = f"price of the window {days} ({cite(each.row)})"
                yield each.price, Explanation(ChargeKind.WINDOW_GIVEN, label)

    def _prices_in_windows(self, asked: Asked) -> Iterator[WindowPrice]:
        for key, window in self._windows.items():
            if not window.may_price(asked.bought.place):
                continue
            for day in window.edges:
                decided = self.prices.segment_on(day, asked.bought.place).verdict.all_decided
                rows = [each.row for each in decided if window_key(each.row) == key]
                if rows:
                    yield WindowPrice(rows[0], self._price(self.prices, day, asked.bought))

    def _discounted_by_windows(self, asked: Asked) -> Iterator[WindowPrice]:
        if not self._window_discounts or asked.bought.before:
            return
        base = asked.verdict.before_discount or asked.verdict.price_function
        _, priced = split_discount(asked.verdict)
        for each in self._window_discounts:
            is_standing = each.charge is Charge.STANDING_DISCOUNT
            fits = each.first <= asked.bought.place <= each.last
            if base is not None and fits and (is_standing or each.rank < priced.rank):
                amount = take_off(each.row, base.at(asked.counted))
                yield WindowPrice(each.row, to_cents(amount))

    # Tiers and units.

    def find_neighbouring_tiers(self, asked: Asked) -> Found:
        """The prices by the rows for the next larger and the next smaller quantities that day."""
        period = self.prices.period_on(asked.day)
        index = bisect_right(period.starts, asked.bought.place) - 1
        larger, smaller = range(index + 1, len(period.segments)), range(index - 1, -1, -1)
        above, below = (
            find_tier(asked.verdict, map(period.segments.__getitem__, indexes))
            for indexes in (larger, smaller)
        )
        if above is not None and above.price_function is not None:
            yield to_cents(price_by_row(above, asked.counted)), OF_THE_NEXT_TIER
        if below is not None and below.price_function is not None:
            yield to_cents(price_by_row(below, asked.counted)), OF_THE_PREVIOUS_TIER
            is_a_sum = below.tiers is not None and below.before_bounds is None
            if is_a_sum and not asked.bought.before:
                # a sum of tiers that goes on as if the last one had not begun
                yield to_cents(below.price_function.at(asked.counted)), OF_THE_PREVIOUS_TIER

    def find_unit_price(self, asked: Asked) -> Found:
        """The unit price for each unit, where the price is another sum."""
        discount, priced = split_discount(asked.verdict)
        unit_price = priced.row.price_of_one
        if unit_price is not None:
            amount = EXACT.multiply(unit_price, asked.counted)
            amount = amount if discount is None else take_off(discount.row, amount)
            yield to_cents(amount), BY_THE_UNIT

    def find_other_quantities(self, asked: Asked) -> Found:
        """The prices of ten or a hundred times the quantity, and of a tenth or a hundredth."""
        before = asked.bought.before
        for factor in (Decimal(10), Decimal(100)):
            for verb, quantity in (
                ("times", EXACT.multiply(asked.bought.quantity, factor)),
                ("divided by", EXACT.divide(asked.bought.quantity, factor)),
            ):
                amount = self._price(self.prices, asked.day, self._count(quantity, before))
                yield amount, Explanation(ChargeKind.QUANTITY, f"quantity {verb} {factor}")

    def find_purchase_by_itself(self, asked: Asked) -> Found:
        """The price as if nothing had been bought before, where purchases add up."""
        if asked.bought.before:
            by_itself = self._count(asked.bought.quantity, ZERO)
            yield self._price(self.prices, asked.day, by_itself), BY_ITSELF

    def find_day_of_entry(self, asked: Asked) -> Found:
        """The price on the day of entry."""
        if asked.entered is not None:
            day = asked.entered.toordinal()
            yield self._price(self.prices, day, asked.bought), ON_THE_DAY_OF_ENTRY


EXPLANATIONS: tuple[Callable[[ServiceCharges, Asked], Found], ...] = (
    ServiceCharges.find_earlier,
    ServiceCharges.find_later,
    ServiceCharges.find_risen,
    ServiceCharges.find_missed_windows,
    ServiceCharges.find_given_windows,
    ServiceCharges.find_neighbouring_tiers,
    ServiceCharges.find_unit_price,
    ServiceCharges.find_day_of_entry,
    ServiceCharges.find_other_quantities,
    ServiceCharges.find_purchase_by_itself,
)

OF_THE_NEXT_TIER = Explanation(ChargeKind.NEXT_TIER, "price of the next tier")
OF_THE_PREVIOUS_TIER = Explanation(ChargeKind.PREVIOUS_TIER, "price of the previous tier")
BY_THE_UNIT = Explanation(ChargeKind.UNIT_PRICE, "unit price times quantity")
BY_ITSELF = Explanation(ChargeKind.BY_ITSELF, "price with nothing bought before")
ON_THE_DAY_OF_ENTRY = Explanation(ChargeKind.DAY_OF_ENTRY, "price on the day of entry")


def _are_open(rows: Iterable[Row], day: date) -> bool:
    return all(has_open_window(row, day) for row in rows)


def find_tier(verdict: Verdict, segments: Iterable[Segment]) -> Verdict | None:
    """The first of some segments that other rows decide; quantities that no row is for are not one.

    Those where a price meets its row's minimum or maximum are of the same rows.
    """
    for segment in segments:
        if not segment.is_gap and segment.verdict.decided != verdict.decided:
            return segment.verdict
    return None


def split_discount(verdict: Verdict) -> tuple[EffectiveRow | None, EffectiveRow]:
    """The discount that is taken off, if there is one, and the row that prices."""
    if verdict.before_discount is None:
        return None, verdict.decided[0]
    return verdict.decided[0], verdict.decided[1]


def price_by_row(verdict: Verdict, quantity: Decimal) -> Decimal:
    """What the rows that decide one range of quantities say of another quantity.

    The whole quantity has the unit price, or the row's package price; a printed price with units
    above has none above where there are none.

    >>> from xlfuncs.pricing.outcomes import Cause
    >>> row = Row(0, "", "IPs", Decimal(5), None, Charge.ADDITIONAL, Decimal(100), Decimal(7))
    >>> effective = EffectiveRow((0, True, True, False), 1, 2, 5, 9, Charge.ADDITIONAL, row)
    >>> verdict = Verdict(Cause.PRICED, (effective,))
    >>> price_by_row(verdict, Decimal(8)), price_by_row(verdict, Decimal(3))
    (Decimal('121'), Decimal('100'))
    """
    discount, priced = split_discount(verdict)
    row, unit_price = priced.row, priced.row.price_of_one or ZERO
    if priced.charge is Charge.PACKAGE:
        amount = row.price or ZERO
    elif priced.charge is Charge.ADDITIONAL:
        above = max(ZERO, EXACT.subtract(quantity, row.quantity_from))
        amount = EXACT.add(row.price or ZERO, EXACT.multiply(unit_price, above))
    else:
        amount = EXACT.multiply(unit_price, quantity)
    amount = hold(row, amount)
    return amount if discount is None else take_off(discount.row, amount)


def take_off(discount: Row, amount: Decimal) -> Decimal:
    """An amount less a discount, within the discount's own bounds."""
    percent = EXACT.subtract(HUNDRED, discount.percent or ZERO)
    return hold(discount, EXACT.divide(EXACT.multiply(amount, percent), HUNDRED))


def hold(row: Row, amount: Decimal) -> Decimal:
    """An amount within the minimum and the maximum of a row."""
    amount = amount if row.minimum is None else max(amount, row.minimum)
    return amount if row.maximum is None else min(amount, row.maximum)

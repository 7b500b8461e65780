"""Prices that people charge by mistake in place of the contract price."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from xlfuncs.pricing.contract import (
    DISCOUNTS,
    Charge,
    Row,
    Service,
    count_around,
    count_steps,
    quantity_of,
)
from xlfuncs.pricing.counting import (
    count_either,
    decide_question,
    find_period,
    undiscounted_after,
)
from xlfuncs.pricing.dated_rows import is_raised
from xlfuncs.pricing.money import EXACT, HUNDRED, ZERO, PriceFunction, to_cents
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY, EffectiveRow, is_draft
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.price_list import Period, PriceList
from xlfuncs.pricing.segments import Gaps, Segment, Verdict, compile_segments
from xlfuncs.pricing.wording import cite, format_days


class ChargeKind(StrEnum):
    """The mistakes that are looked for, as totals name them."""

    BEFORE_AMENDMENT = "price before an amendment"
    AFTER_AMENDMENT = "price after an amendment"
    OF_DRAFT = "price of an amendment that does not count"
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


BOOKS_KEPT = 100
"""Contracts with a draft in force that are in memory at a time."""

ANSWERS_KEPT = 20_000
"""Lines of a service whose explanations are in memory at a time."""

Amount = Decimal | None
"""A price to the cent, None where there is none."""


@dataclass(frozen=True, slots=True)
class DocumentPrices:
    """A document that matters for a service, and the price lists as it stood through it.

    `starts` are the days on which its rows come into force.
    """

    title: str
    prices: PriceList
    without_windows: PriceList
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bought:
    """A quantity in whole steps; those on both sides where nothing says how part of one counts.

    `place` is where rows decide: the first of the counts, and what was bought before where
    purchases add up.
    """

    quantity: Decimal
    counted: tuple[tuple[int, Decimal], ...]
    before: Decimal | None
    place: int


@dataclass(frozen=True, slots=True)
class Charged:
    """What a line was paid, and what decides its price."""

    paid: Decimal
    price: Decimal
    bought: Bought
    day: int
    purchased: date
    entered: date | None
    period: Period
    verdict: Verdict

    @property
    def counted(self) -> Decimal:
        """The quantity in whole steps."""
        return self.bought.counted[0][1]


WindowKey = tuple[int, date | None, date | None]
"""A document's number, and the first and the last day of purchase."""


def window_key(row: Row) -> WindowKey:
    """What the rows of one purchase window have in common: a promotion may be a whole table."""
    return row.document, row.purchased_from, row.purchased_through


def has_open_window(row: Row, day: date) -> bool:
    """Whether a day is one of those that the row is for, by its purchase window alone."""
    first, last = row.purchased_from or date.min, row.purchased_through or date.max
    return first <= day <= last


class Window:
    """A purchase window of a document: its rows in effect."""

    def __init__(self, rows: Sequence[EffectiveRow]) -> None:
        self.row = rows[0].row
        self.first = min(each.first for each in rows)
        self.discounts = [each for each in rows if each.charge in DISCOUNTS]
        first, last = min(each.since for each in rows), max(each.until for each in rows)
        self.edges = {day for day in (first, last) if FIRST_DAY < day < LAST_DAY}

    def explain(self, row: Row) -> Explanation:
        """The price of one of its rows, given on a day on which the window is not open."""
        days = format_days(row.purchased_from, row.purchased_through)
        return Explanation(ChargeKind.WINDOW_GIVEN, f"price of the window {days} ({cite(row)})")


NO_GAPS = Gaps(0, 0, [])
"""Why there is no price is no matter here."""


class Versions:
    """A contract as it stood through each of its documents."""

    def __init__(self, book: PriceBook) -> None:
        self.book = book
        self._books: dict[int, PriceBook] = {}
        self._with_drafts: dict[tuple[int, date], PriceBook] = {}

    def through(self, document: int) -> PriceBook:
        book = self._books.get(document)
        if book is None:
            book = self._books[document] = PriceBook(self.book.contract, through=document)
        return book

    def with_draft(self, document: int, day: date, known_on: date | None) -> PriceBook:
        """The contract as if a draft was in force from a day on, and known."""
        key = document, day
        book = self._with_drafts.get(key)
        if book is None:
            signed = min(day, known_on or day)
            rows = (
                row._replace(signed=signed, effective=day) if row.document == document else row
                for row in self.book.contract.rows
            )
            contract = self.book.contract._replace(rows=tuple(rows))
            if len(self._with_drafts) >= BOOKS_KEPT:
                del self._with_drafts[next(iter(self._with_drafts))]
            book = self._with_drafts[key] = PriceBook(contract, self.book.through)
        return book


class ServiceCharges:
    """What people might charge for a service by mistake, in place of its price."""

    def __init__(self, versions: Versions, service: Service, known_on: date | None) -> None:
        self.service = service
        self._adds_up = service.adds_up
        self.prices = versions.book.price_list(service, known_on)
        self._documents = self._find_documents(versions, known_on)
        self._versions, self._known_on = versions, known_on
        self._drafts = {row.document: row.title for row in self.prices.rows if is_draft(row)}
        self._windows = self._find_windows()
        rising = (row.effective for row in self.prices.rows if is_raised(row))
        self._rises = sorted({day for day in rising if day is not None})
        self._periods: dict[tuple[int, frozenset[WindowKey]], Period] = {}
        self._explained: dict[tuple[Question, date | None, Decimal], tuple[Explanation, ...]] = {}

    def _find_documents(self, versions: Versions, known_on: date | None) -> list[DocumentPrices]:
        """The documents that could change a price of the service, the first of them first."""
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

    def _find_windows(self) -> list[Window]:
        rows: dict[WindowKey, list[EffectiveRow]] = {}
        for each in self.prices.effective_rows:
            if each.row.has_window:
                rows.setdefault(window_key(each.row), []).append(each)
        return list(map(Window, rows.values()))

    def explain(
        self, question: Question, paid: Decimal, entered: date | None = None
    ) -> tuple[Explanation, ...]:
        """The mistakes that give an amount; none where it is the contract price."""
        key = question, entered, paid
        explained = self._explained.get(key)
        if explained is None:
            if len(self._explained) >= ANSWERS_KEPT:
                self._explained.clear()
                self._periods.clear()
            explained = self._explained[key] = self._explain(question, to_cents(paid), entered)
        return explained

    def _explain(
        self, question: Question, paid: Decimal, entered: date | None
    ) -> tuple[Explanation, ...]:
        bought = self._count(question.quantity, question.before)
        day = question.purchased.toordinal()
        period = self.prices.period_on(day)
        price = None if bought is None else self._price_in(period, bought)
        if bought is None or price is None or price == paid:
            return ()
        verdict = period.segment_at(bought.place).verdict
        charged = Charged(paid, price, bought, day, question.purchased, entered, period, verdict)
        found = (each for explanations in EXPLANATIONS for each in explanations(self, charged))
        return tuple(dict.fromkeys(found))

    # Prices.

    def _count(self, quantity: Decimal, before: Decimal | None) -> Bought | None:
        """A quantity in the service's steps, None where it is none that can be bought."""
        try:
            count = count_steps(quantity, self.service)
            place = 0 if before is None else count_either(before, self.service)[0]
        except BadInput:
            return None
        counts = count_around(quantity, self.service) if count is None else (count,)
        counted = tuple((each, quantity_of(each, self.service)) for each in counts)
        return Bought(quantity, counted, before, place + counts[0])

    def _price(self, prices: PriceList, day: int, bought: Bought) -> Amount:
        """The price on a day, by a price list."""
        return self._price_in(prices.period_on(day), bought)

    def _price_in(self, period: Period, bought: Bought) -> Amount:
        """The price in a period; of part of a step where both sides cost the same."""
        if self._adds_up:
            return self._price_adding_up(period, bought)
        found: Amount = None
        for count, quantity in bought.counted:
            function = period.segment_at(count).verdict.price_function
            amount = None if function is None else to_cents(function.at(quantity))
            if amount is None or (found is not None and found != amount):
                return None
            found = amount
        return found

    def _price_adding_up(self, period: Period, bought: Bought) -> Amount:
        """The price after what was bought before, and within the limit (rule 10)."""
        question = Question(bought.quantity, date.max, before=bought.before)
        try:
            decision = decide_question(question, self.service, period, None)
        except BadInput:  # nothing says what was bought before
            return None
        cost = None if decision is None else decision.cost(self.service)
        return cost if isinstance(cost, Decimal) else None

    def _decided(self, prices: PriceList, day: int, bought: Bought) -> list[Row]:
        """The rows that decide on a day, by a price list."""
        verdict = prices.segment_on(day, bought.place).verdict
        return [each.row for each in verdict.all_decided]

    # Amendments and increases.

    def find_earlier(self, charged: Charged) -> Found:
        """The price before an amendment that changed it."""
        later: Amount = charged.price
        for document, missed in reversed(list(pairwise(self._documents))):
            amount = self._price(document.prices, charged.day, charged.bought)
            if amount == charged.paid and amount != later:
                yield Explanation(ChargeKind.BEFORE_AMENDMENT, f"price before {missed.title}")
            later = amount

    def find_later(self, charged: Charged) -> Found:
        """The price after an amendment that changes it and is not yet in force.

        What it states for purchases of other days is no explanation; the purchase window is.
        """
        for earlier, document in pairwise([None, *self._documents]):
            if document is None or not self._is_later(earlier, document, charged):
                continue
            yield Explanation(ChargeKind.AFTER_AMENDMENT, f"price after {document.title}")

    def _is_later(
        self, earlier: DocumentPrices | None, document: DocumentPrices, charged: Charged
    ) -> bool:
        pairs = [
            (document.prices, earlier and earlier.prices),
            (document.without_windows, earlier and earlier.without_windows),
        ]
        return any(
            self._price(prices, day, charged.bought) == charged.paid
            and not (before and self._price(before, day, charged.bought) == charged.paid)
            and are_open(self._decided(prices, day, charged.bought), charged.purchased)
            for day in document.starts
            if day > charged.day
            for prices, before in pairs
        )

    def find_draft(self, charged: Charged) -> Found:
        """The price of an amendment that does not count, as nothing says when it began."""
        for document, title in self._drafts.items():
            book = self._versions.with_draft(document, charged.purchased, self._known_on)
            prices = book.price_list(self.service, self._known_on)
            if self._price(prices, charged.day, charged.bought) == charged.paid:
                yield Explanation(ChargeKind.OF_DRAFT, f"price of {title}, which does not count")

    def find_risen(self, charged: Charged) -> Found:
        """The price before an increase of a row that decides, or after one that is to come."""
        for rise in self._rises:
            day = rise.toordinal()
            is_to_come = day > charged.day
            at, otherwise = (day, day - 1) if is_to_come else (day - 1, day)
            if self._price(self.prices, at, charged.bought) != charged.paid:
                continue
            if self._price(self.prices, otherwise, charged.bought) == charged.paid:
                continue
            if self._is_risen(rise, charged) and are_open(
                self._decided(self.prices, at, charged.bought), charged.purchased
            ):
                kind, word = RISEN[is_to_come]
                yield Explanation(kind, f"price {word} the increase of {rise}")

    def _is_risen(self, rise: date, charged: Charged) -> bool:
        """Whether a row rises that day of a document that decides on the day of purchase."""
        documents = {each.row.document for each in charged.verdict.all_decided}
        return any(
            row.effective == rise and row.document in documents and is_raised(row)
            for row in self._decided(self.prices, rise.toordinal(), charged.bought)
        )

    # Purchase windows.

    def find_missed_windows(self, charged: Charged) -> Found:
        """The price without the purchase window that decides, or without those below it, too."""
        verdict, without, cited = charged.verdict, frozenset[WindowKey](), list[str]()
        later: Amount = charged.price
        while rows := [each.row for each in verdict.all_decided if each.row.has_window]:
            without |= {window_key(rows[0])}
            cited.append(cite(rows[0]))
            period = self._without(charged, without)
            verdict = period.segment_at(charged.bought.place).verdict
            amount = self._price_in(period, charged.bought)
            if amount == charged.paid and amount != later:
                windows = "purchase window" if len(cited) == 1 else "purchase windows"
                label = f"price without the {windows} of {' and '.join(cited)}"
                yield Explanation(ChargeKind.WINDOW_MISSED, label)
            later = amount

    def _without(self, charged: Charged, windows: frozenset[WindowKey]) -> Period:
        """The period of the day of purchase as it would be without some purchase windows."""
        full = charged.period
        period = self._periods.get((full.since, windows))
        if period is None:
            rows = [row for row in self.prices.on(full.since) if window_key(row.row) not in windows]
            adds_up = any(row.charge is Charge.GRADUATED for row in rows)
            segments = compile_segments(rows, NO_GAPS, self.service.step, adds_up=adds_up).segments
            period = Period(full.since, full.until, segments, self.service.step)
            self._periods[full.since, windows] = period
        return period

    def find_given_windows(self, charged: Charged) -> Found:
        """The price of a purchase window that is over, or has not opened.

        That is the one of its first or its last day in force; a discount is also taken off the
        price of the day of purchase.
        """
        for window in self._windows:
            if window.first > charged.bought.place or has_open_window(
                window.row, charged.purchased
            ):
                continue
            for day in window.edges:
                if self._price(self.prices, day, charged.bought) == charged.paid:
                    decided = self._decided(self.prices, day, charged.bought)
                    key = window_key(window.row)
                    yield from map(window.explain, [r for r in decided if window_key(r) == key][:1])
            if window.discounts:
                base = self._price_before_discount(charged)
                yield from map(window.explain, find_discounts(window, charged, base))

    def _price_before_discount(self, charged: Charged) -> PriceFunction | None:
        """What a discount would be taken off on the day of purchase."""
        bought = charged.bought
        count = bought.counted[0][0]
        return undiscounted_after(charged.period, count, bought.place - count, self.service)

    # Tiers and units.

    def find_neighbouring_tiers(self, charged: Charged) -> Found:
        """The price by the rows for the next larger or the next smaller quantities that day."""
        segments, paid, counted = charged.period.segments, charged.paid, charged.counted
        index = bisect_right(charged.period.starts, charged.bought.place) - 1
        above = find_tier(charged.verdict, segments, range(index + 1, len(segments)))
        below = find_tier(charged.verdict, segments, range(index - 1, -1, -1))
        if above is not None and to_cents(price_by_row(above, counted)) == paid:
            yield Explanation(ChargeKind.NEXT_TIER, "price of the next tier")
        if below is None or below.price_function is None:
            return
        is_paid = to_cents(price_by_row(below, counted)) == paid
        is_a_sum = below.tiers is not None and below.before_bounds is None
        if is_a_sum and not charged.bought.before:
            # a sum of tiers that goes on as if the last one had not begun
            is_paid = is_paid or to_cents(below.price_function.at(counted)) == paid
        if is_paid:
            yield Explanation(ChargeKind.PREVIOUS_TIER, "price of the previous tier")

    def find_unit_price(self, charged: Charged) -> Found:
        """The unit price for each unit, where the price is another sum."""
        discount, priced = split_discount(charged.verdict)
        unit_price = priced.row.price_of_one
        if unit_price is not None:
            amount = EXACT.multiply(unit_price, charged.counted)
            amount = amount if discount is None else take_off(discount.row, amount)
            if to_cents(amount) == charged.paid:
                yield Explanation(ChargeKind.UNIT_PRICE, "unit price times quantity")

    def find_day_of_entry(self, charged: Charged) -> Found:
        """The price on the day of entry, in whose period the same was bought before."""
        if charged.entered is not None:
            agreed = self.prices.documents.agreement_date
            days = charged.entered, charged.purchased
            entered_in, bought_in = (find_period(self.service, day, agreed) for day in days)
            if entered_in != bought_in:
                return
            day = charged.entered.toordinal()
            if self._price(self.prices, day, charged.bought) == charged.paid:
                yield Explanation(ChargeKind.DAY_OF_ENTRY, "price on the day of entry")

    def find_other_quantities(self, charged: Charged) -> Found:
        """The price of ten or a hundred times the quantity, or of a tenth or a hundredth."""
        if not charged.paid:
            return
        for factor, words in OTHER_QUANTITIES:
            quantity = EXACT.multiply(charged.bought.quantity, factor)
            bought = self._count(quantity, charged.bought.before)
            if bought and self._price_in(charged.period, bought) == charged.paid:
                yield Explanation(ChargeKind.QUANTITY, f"quantity {words}")

    def find_purchase_by_itself(self, charged: Charged) -> Found:
        """The price as if nothing had been bought before, where purchases add up."""
        if charged.bought.before:
            bought = self._count(charged.bought.quantity, ZERO)
            if bought and self._price_in(charged.period, bought) == charged.paid:
                yield Explanation(ChargeKind.BY_ITSELF, "price with nothing bought before")


Found = Iterator[Explanation]

EXPLANATIONS: tuple[Callable[[ServiceCharges, Charged], Found], ...] = (
    ServiceCharges.find_earlier,
    ServiceCharges.find_later,
    ServiceCharges.find_draft,
    ServiceCharges.find_risen,
    ServiceCharges.find_missed_windows,
    ServiceCharges.find_given_windows,
    ServiceCharges.find_neighbouring_tiers,
    ServiceCharges.find_unit_price,
    ServiceCharges.find_day_of_entry,
    ServiceCharges.find_other_quantities,
    ServiceCharges.find_purchase_by_itself,
)
"""The mistakes in the order in which they are named."""

RISEN = {
    False: (ChargeKind.BEFORE_INCREASE, "before"),
    True: (ChargeKind.AFTER_INCREASE, "after"),
}
"""Kind and word, by whether the increase is to come."""

OTHER_QUANTITIES = (
    (Decimal(10), "times 10"),
    (Decimal(100), "times 100"),
    (Decimal("0.1"), "divided by 10"),
    (Decimal("0.01"), "divided by 100"),
)


def are_open(rows: Iterable[Row], day: date) -> bool:
    """Whether a day is one of those that all rows are for, by their purchase windows alone."""
    return all(has_open_window(row, day) for row in rows)


def find_discounts(window: Window, charged: Charged, base: PriceFunction | None) -> Iterator[Row]:
    """The discounts of a window that give the amount, taken off the price of the day of purchase.

    `base` is what it is taken off. One that another price of a later document ends is none of them.
    """
    _, priced = split_discount(charged.verdict)
    for each in window.discounts:
        is_standing = each.charge is Charge.STANDING_DISCOUNT
        fits = each.first <= charged.bought.place <= each.last
        if base is None or not fits or not (is_standing or each.rank < priced.rank):
            continue
        if to_cents(take_off(each.row, base.at(charged.counted))) == charged.paid:
            yield each.row


def find_tier(
    verdict: Verdict, segments: Sequence[Segment], indexes: Iterable[int]
) -> Verdict | None:
    """The first of some segments that other rows decide, None where those give no price.

    Quantities that no row is for are none of them.
    """
    for index in indexes:
        found = segments[index]
        if not found.is_gap and found.verdict.decided != verdict.decided:
            return found.verdict if found.verdict.price_function else None
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

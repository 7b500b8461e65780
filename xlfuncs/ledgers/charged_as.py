"""What was charged instead: for a line that was paid over or under, the price that it was paid at.

An explanation is a mistake that people make, applied to the contract: an amendment that was missed
or came too early, a purchase window, the price of another tier, a slip in the quantity. It fits
where it gives exactly the amount that was paid. Nothing is searched for that merely comes near.
"""

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
from xlfuncs.pricing.dated_rows import is_raised
from xlfuncs.pricing.money import EXACT, HUNDRED, ZERO, to_cents
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY, EffectiveRow
from xlfuncs.pricing.price_book import PriceBook
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
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A mistake that gives the amount paid; the label names the amendment, window or rate."""

    kind: ChargeKind
    label: str


@dataclass(frozen=True, slots=True)
class ChargedLine:
    """A line with a price, and another amount paid.

    `entered` is the day of entry, where the ledger has one besides the day of purchase.
    """

    line: int
    book: PriceBook
    service: str | None
    quantity: Decimal
    purchased: date
    paid: Decimal
    price: Decimal
    entered: date | None = None
    vendor: str = ""
    known_on: date | None = None


def explain_charges(
    lines: Iterable[ChargedLine], taxes: TaxRates
) -> Iterator[tuple[int, tuple[Explanation, ...]]]:
    """For each line its number and every explanation that gives exactly what was paid.

    None of them gives the contract price itself. Lines are fastest in the order of their services,
    and need not be in any; only the price lists of some services are kept.

    >>> from xlfuncs.pricing.contract import Contract
    >>> book = PriceBook(Contract("", "", (Service("IPs"),), (
    ...     Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3)),
    ...     Row(1, "Amendment 1", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(2),
    ...         effective=date(2024, 7, 1)),
    ... )))
    >>> def explain(day, paid):
    ...     line = ChargedLine(2, book, "IPs", Decimal(10), day, Decimal(paid), Decimal(20))
    ...     [(_, found)] = explain_charges([line], TaxRates([line]))
    ...     return [each.label for each in found]
    >>> explain(date(2024, 7, 1), "30.00"), explain(date(2024, 6, 30), "20.00")
    (['price before Amendment 1'], ['price after Amendment 1'])
    >>> explain(date(2024, 7, 1), "200.00"), explain(date(2024, 7, 1), "30.01")
    (['quantity times 10'], [])
    """
    services: dict[tuple[int, str, date | None], ServiceCharges] = {}
    for line in lines:
        service = line.book.find_service(line.service)
        key = id(line.book), service.key, line.known_on
        charges = services.get(key)
        if charges is None:
            if len(services) >= SERVICES_KEPT:
                del services[next(iter(services))]
            charges = services[key] = ServiceCharges(line.book, service, line.known_on)
        paid = to_cents(line.paid)
        found = charges.explain(line.quantity, line.purchased, line.entered).get(paid, ())
        tax = taxes.explain(line)
        yield line.line, found if tax is None else (*found, tax)


SERVICES_KEPT = 32
"""Services whose price lists are in memory at a time."""

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
class Asked:
    """A line's question: the counts on both sides where it is part of a step, otherwise one."""

    quantity: Decimal
    counts: tuple[int, ...]
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


class ServiceCharges:
    """The amounts that people might charge for a service, in place of its price."""

    def __init__(self, book: PriceBook, service: Service, known_on: date | None) -> None:
        self.book = book
        self.service = service
        self.known_on = known_on
        self.prices = book.price_list(service, known_on)
        self._documents = self._find_documents()
        self._windows = self._find_windows()
        self._window_discounts = [
            each
            for each in self.prices.effective_rows
            if each.charge in DISCOUNTS and each.row.has_window
        ]
        self._rises = self._find_rises()
        self._later: dict[tuple[int, ...], list[OtherDay]] = {}
        self._risen: dict[tuple[int, ...], list[tuple[OtherDay, OtherDay]]] = {}
        self._window_prices: dict[tuple[int, ...], list[WindowPrice]] = {}
        self._periods: dict[tuple[int, frozenset[WindowKey]], Period] = {}
        self._explained: dict[
            tuple[Decimal, date, date | None], dict[Decimal, tuple[Explanation, ...]]
        ] = {}

    def _find_documents(self) -> list[DocumentPrices]:
        """The documents that could change a price of the service, each with those before it."""
        stating = sorted(
            (*self.prices.rows, *self.prices.documents.replacing), key=lambda row: row.document
        )
        rows: dict[int, list[Row]] = {}
        for row in stating:
            rows.setdefault(row.document, []).append(row)
        found = []
        for number, of_document in rows.items():
            book = self.book
            if number != stating[-1].document:
                book = PriceBook(self.book.contract, through=number)
            starts = {
                row.effective.toordinal()
                for row in of_document
                if row.document and row.effective and not is_raised(row)
            }
            found.append(
                DocumentPrices(
                    of_document[0].title,
                    book.price_list(self.service, self.known_on),
                    book.price_list(self.service, self.known_on, windows=False),
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
        self, quantity: Decimal, purchased: date, entered: date | None = None
    ) -> dict[Decimal, tuple[Explanation, ...]]:
        """For each amount that might have been charged, the mistakes that give it.

        The contract price is none of the amounts; where there is none, nothing can be explained.
        """
        key = quantity, purchased, entered
        explained = self._explained.get(key)
        if explained is None:
            if len(self._explained) >= ANSWERS_KEPT:
                self._explained.clear()
            explained = self._explained[key] = self._explain(quantity, purchased, entered)
        return explained

    def _explain(
        self, quantity: Decimal, purchased: date, entered: date | None
    ) -> dict[Decimal, tuple[Explanation, ...]]:
        counts, day = self._count(quantity), purchased.toordinal()
        price = self._price(self.prices, day, counts)
        if price is None:
            return {}
        verdict = self.prices.segment_on(day, counts[0]).verdict
        counted = quantity_of(counts[0], self.service)
        asked = Asked(quantity, counts, counted, purchased, entered, verdict, price)
        found: dict[Decimal, dict[Explanation, None]] = {}
        for explanations in EXPLANATIONS:
            for amount, explanation in explanations(self, asked):
                if amount is not None and amount != price:
                    found.setdefault(amount, {})[explanation] = None
        return {amount: tuple(explanations) for amount, explanations in found.items()}

    # Prices.

    def _count(self, quantity: Decimal) -> tuple[int, ...]:
        """The quantity in steps; those on both sides where nothing says how part units count."""
        try:
            count = count_steps(quantity, self.service)
        except BadInput:
            return ()
        return count_around(quantity, self.service) if count is None else (count,)

    def _price(self, prices: PriceList, day: int, counts: tuple[int, ...]) -> Amount:
        """The price on a day, by a price list."""
        return self._price_in(prices.period_on(day), counts)

    def _price_in(self, period: Period, counts: tuple[int, ...]) -> Amount:
        """The price in a period; of part of a step where both sides cost the same."""
        found = set()
        for count in counts:
            function = period.segment_at(count).verdict.price_function
            quantity = quantity_of(count, self.service)
            found.add(None if function is None else to_cents(function.at(quantity)))
        return found.pop() if len(found) == 1 else None

    # Amendments and increases.

    def find_earlier(self, asked: Asked) -> Found:
        """The prices before each amendment that changed them."""
        later: Amount = asked.price
        for document, missed in reversed(list(pairwise(self._documents))):
            amount = self._price(document.prices, asked.day, asked.counts)
            if amount != later:
                label = f"price before {missed.title}"
                yield amount, Explanation(ChargeKind.BEFORE_AMENDMENT, label)
            later = amount

    def find_later(self, asked: Asked) -> Found:
        """The prices after each amendment that is not yet in force and changes them.

        One that is for purchases of certain days is no explanation on other days; the purchase
        window itself is.
        """
        later = self._later.get(asked.counts)
        if later is None:
            later = self._later[asked.counts] = list(self._prices_from_later_documents(asked))
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
                price = self._price(prices, day, asked.counts)
                if before is None or price != self._price(before, day, asked.counts):
                    windows = self._windows_behind(prices, day, asked)
                    yield OtherDay(day, price, windows, explanation)
            earlier = document

    def _windows_behind(self, prices: PriceList, day: int, asked: Asked) -> tuple[Row, ...]:
        decided = prices.segment_on(day, asked.counts[0]).verdict.all_decided
        return tuple(each.row for each in decided if each.row.has_window)

    def find_risen(self, asked: Asked) -> Found:
        """The prices before each increase of a row that decides, and after those to come."""
        if not self._rises:
            return
        risen = self._risen.get(asked.counts)
        if risen is None:
            risen = self._risen[asked.counts] = list(self._prices_around_increases(asked))
        for before, after in risen:
            other = after if after.day > asked.day else before
            is_concerned = not other.documents.isdisjoint(asked.documents)
            if is_concerned and _are_open(other.windows, asked.purchased):
                yield other.price, other.explanation

    def _prices_around_increases(self, asked: Asked) -> Iterator[tuple[OtherDay, OtherDay]]:
        """What the quantity costs on the day before each increase, and on its first day."""
        for rise in self._rises:
            day = rise.toordinal()
            decided = self.prices.segment_on(day, asked.counts[0]).verdict.all_decided
            rising = [each.row for each in decided if each.row.effective == rise]
            documents = frozenset(row.document for row in rising if is_raised(row))
            if not documents:
                continue
            before, after = (
                OtherDay(
                    on,
                    self._price(self.prices, on, asked.counts),
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
            verdict = period.segment_at(asked.counts[0]).verdict
            amount = self._price_in(period, asked.counts)
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
        prices = self._window_prices.get(asked.counts)
        if prices is None:
            prices = self._window_prices[asked.counts] = list(self._prices_in_windows(asked))
        for each in (*prices, *self._discounted_by_windows(asked)):
            if not has_open_window(each.row, asked.purchased):
                days = format_days(each.row.purchased_from, each.row.purchased_through)
                label = f"price of the window {days} ({cite(each.row)})"
                yield each.price, Explanation(ChargeKind.WINDOW_GIVEN, label)

    def _prices_in_windows(self, asked: Asked) -> Iterator[WindowPrice]:
        for key, window in self._windows.items():
            if not window.may_price(asked.counts[0]):
                continue
            for day in window.edges:
                decided = self.prices.segment_on(day, asked.counts[0]).verdict.all_decided
                rows = [each.row for each in decided if window_key(each.row) == key]
                if rows:
                    yield WindowPrice(rows[0], self._price(self.prices, day, asked.counts))

    def _discounted_by_windows(self, asked: Asked) -> Iterator[WindowPrice]:
        if not self._window_discounts:
            return
        base = asked.verdict.before_discount or asked.verdict.price_function
        _, priced = split_discount(asked.verdict)
        for each in self._window_discounts:
            is_standing = each.charge is Charge.STANDING_DISCOUNT
            fits = each.first <= asked.counts[0] <= each.last
            if base is not None and fits and (is_standing or each.rank < priced.rank):
                amount = take_off(each.row, base.at(asked.counted))
                yield WindowPrice(each.row, to_cents(amount))

    # Tiers and units.

    def find_neighbouring_tiers(self, asked: Asked) -> Found:
        """The prices by the rows for the next larger and the next smaller quantities that day."""
        period = self.prices.period_on(asked.day)
        index = bisect_right(period.starts, asked.counts[0]) - 1
        larger, smaller = range(index + 1, len(period.segments)), range(index - 1, -1, -1)
        above, below = (
            find_tier(asked.verdict, map(period.segments.__getitem__, indexes))
            for indexes in (larger, smaller)
        )
        if above is not None and above.price_function is not None:
            yield to_cents(price_by_row(above, asked.counted)), OF_THE_NEXT_TIER
        if below is not None and below.price_function is not None:
            yield to_cents(price_by_row(below, asked.counted)), OF_THE_PREVIOUS_TIER
            if below.tiers is not None and below.before_bounds is None:
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
        for factor in (Decimal(10), Decimal(100)):
            for verb, quantity in (
                ("times", EXACT.multiply(asked.quantity, factor)),
                ("divided by", EXACT.divide(asked.quantity, factor)),
            ):
                amount = self._price(self.prices, asked.day, self._count(quantity))
                yield amount, Explanation(ChargeKind.QUANTITY, f"quantity {verb} {factor}")

    def find_day_of_entry(self, asked: Asked) -> Found:
        """The price on the day of entry."""
        if asked.entered is not None:
            day = asked.entered.toordinal()
            yield self._price(self.prices, day, asked.counts), ON_THE_DAY_OF_ENTRY


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
)

OF_THE_NEXT_TIER = Explanation(ChargeKind.NEXT_TIER, "price of the next tier")
OF_THE_PREVIOUS_TIER = Explanation(ChargeKind.PREVIOUS_TIER, "price of the previous tier")
BY_THE_UNIT = Explanation(ChargeKind.UNIT_PRICE, "unit price times quantity")
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


# Tax: one rate on all that a vendor's lines were paid over.

RATES_IN_A_PERCENT = 1_000
"""Rates have at most three decimals of a percent."""

WHOLE = 100 * RATES_IN_A_PERCENT
MOST_PERCENT = 25
FEWEST_LINES = 3


class TaxedLines:
    """The lines of a vendor that were paid over, as the rates that give the amounts of all."""

    __slots__ = ("_first_price", "highest", "lines", "lowest", "of_several_prices")

    def __init__(self) -> None:
        self.lines = 0
        self.lowest, self.highest = 1, MOST_PERCENT * RATES_IN_A_PERCENT
        self.of_several_prices = False
        self._first_price: Decimal | None = None

    def add(self, price: Decimal, paid: Decimal) -> None:
        """Keep the rates that make the amount paid of the price, halves of a cent rounded up."""
        self.lines += 1
        if self._first_price is None:
            self._first_price = price
        self.of_several_prices = self.of_several_prices or price != self._first_price
        cents, paid_cents = (int(to_cents(amount).scaleb(2)) for amount in (price, paid))
        if not cents:
            self.highest = 0
            return
        self.lowest = max(self.lowest, _round_up(paid_cents, cents))
        self.highest = min(self.highest, _round_up(paid_cents + 1, cents) - 1)

    @property
    def rate(self) -> Decimal | None:
        """The rate in percent that all lines show, None where there is none.

        Of several it is the one with the fewest decimals, if that is one.

        >>> lines = TaxedLines()
        >>> for price, paid in (("100.00", "108.25"), ("20.00", "21.65"), ("3.00", "3.25")):
        ...     lines.add(Decimal(price), Decimal(paid))
        >>> lines.rate
        Decimal('8.250')
        """
        if self.lines < FEWEST_LINES or not self.of_several_prices:
            return None
        for size in (1_000, 100, 10, 1):
            first, last = -(-self.lowest // size), self.highest // size
            if first <= last:
                rate = Decimal(first * size).scaleb(-3)
                return rate if first == last else None
        return None


def _round_up(paid: int, price: int) -> int:
    """The lowest rate at which a price with tax comes to an amount, both in cents."""
    return -(-(paid * WHOLE - WHOLE // 2) // price) - WHOLE


class TaxRates:
    """The rate of tax that all lines of a vendor show that were paid over, where they do.

    Lines without a vendor are those of one, the contract's.
    """

    def __init__(self, lines: Iterable[ChargedLine]) -> None:
        vendors: dict[str, TaxedLines] = {}
        for line in lines:
            if line.paid > line.price:
                vendors.setdefault(name_key(line.vendor), TaxedLines()).add(line.price, line.paid)
        rates = {vendor: taxed.rate for vendor, taxed in vendors.items()}
        self._rates = {vendor: rate for vendor, rate in rates.items() if rate is not None}

    def explain(self, line: ChargedLine) -> Explanation | None:
        """The rate that a line was paid over by, None where its vendor shows none."""
        rate = self._rates.get(name_key(line.vendor))
        if rate is None or line.paid <= line.price:
            return None
        return Explanation(ChargeKind.TAX, f"tax of {rate.normalize():f}%")

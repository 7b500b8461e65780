"""A generated extract of purchase orders, and what was put into it that is wrong.

It is in the shape of a state's: 31 columns, quotes, cells of several lines, amounts such as
`$1,234.00` and `($1,234.00)`, days of purchase that are blank where the day of creation counts.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from io import StringIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple, TextIO

from tests.support.places import DATA
from xlfuncs.loader import load_reading
from xlfuncs.pricing.contract import Charge, Contract, Increase, Row
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.schedule_timeline import ScheduleLine, schedule

CONTRACT = DATA / "planted_extract.toml"

TITLES = [
    *("Creation Date", "Purchase Date", "Fiscal Year", "LPA Number", "Purchase Order Number"),
    *("Requisition Number", "Acquisition Type", "Sub-Acquisition Type", "Acquisition Method"),
    *("Sub-Acquisition Method", "Department Name", "Supplier Code", "Supplier Name"),
    *("Supplier Qualifications", "Supplier Zip Code", "CalCard", "Item Name", "Item Description"),
    *("Quantity", "Unit Price", "Total Price", "Classification Codes", "Normalized UNSPSC"),
    *("Commodity Title", "Class", "Class Title", "Family", "Family Title", "Segment"),
    *("Segment Title", "Location"),
]

FIRST, LAST = date(2012, 7, 1), date(2015, 6, 30)
QUANTITIES = {
    "Scanner, IPs": (1, 9_999),
    'Endpoint "plus" licences': (1, 1_800),
    "Appliances": (1, 99),
    "Support": (1, 400),
    "Log storage": (1, 60_000),
}
"""The least and the most that is bought of a service; of hours, quarters."""

Labels = frozenset[str]
"""What `Charged as` says, several where they all fit."""


@dataclass
class Planted:
    """What is in an extract, by the number of its record; that of the first is 0.

    `charges` are the lines paid over or under with what was charged instead, none where nothing
    explains the amount; `credits` the credits with the lines of the file that they may undo;
    `unpriced` the records that no price is for. `lines` counts those of the file.
    """

    records: int = 0
    lines: int = 0
    charges: dict[int, Labels] = field(default_factory=dict)
    differences: dict[int, Decimal] = field(default_factory=dict)
    credits: dict[int, tuple[int, ...]] = field(default_factory=dict)
    unpriced: set[int] = field(default_factory=set)


class Order(NamedTuple):
    """A purchase order of one item."""

    number: str
    item: str
    quantity: Decimal
    created: date
    purchased: date | None
    paid: Decimal | None
    vendor: str

    @property
    def day(self) -> date:
        return self.purchased or self.created


def load_contract() -> Contract:
    """The contract that the orders are under."""
    contract = load_reading(CONTRACT).contract
    assert contract is not None
    return contract


# What a mistake comes to: the price by a contract that is as if the mistake were right. It is a
# second reading of each explanation, which asks whole contracts and knows no price list.


class Mistakes:
    """The amounts of all mistakes that can be made with a contract, with their labels."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.book = PriceBook(contract)
        self.effective = {row.document: row.effective for row in contract.amendments}
        self.titles = {row.document: row.title for row in contract.amendments}
        self.rises = sorted({each.since for row in contract.rows for each in row.increases})
        self.windows = self._find_windows()
        self._schedule = lru_cache(100_000)(self._uncached_schedule)
        self.price = lru_cache(1_000_000)(self._uncached_price)

    def _uncached_price(self, question: Question) -> Decimal:
        return self.book.price(question) or Decimal(0)

    def _uncached_schedule(self, day: date, service: str) -> list[ScheduleLine]:
        return schedule(self.book, day, service)

    def _find_windows(self) -> dict[tuple[int, date | None, date | None], list[Row]]:
        found: dict[tuple[int, date | None, date | None], list[Row]] = {}
        for row in self.contract.rows:
            if row.has_window:
                key = row.document, row.purchased_from, row.purchased_through
                found.setdefault(key, []).append(row)
        return found

    def _with(self, *rows: Row) -> PriceBook:
        return PriceBook(self.contract._replace(rows=rows))

    @cached_property
    def _through(self) -> list[PriceBook]:
        numbers = [0, *self.titles]
        return [
            self._with(*(row for row in self.contract.rows if row.document <= each))
            for each in numbers
        ]

    @cached_property
    def _at_once(self) -> dict[int, PriceBook]:
        """Through each amendment, as if its rows were in force from the beginning."""
        return {
            number: self._with(
                *(
                    row if row.document < number else row._replace(effective=FIRST, signed=FIRST)
                    for row in self.contract.rows
                    if row.document <= number
                )
            )
            for number in self.titles
        }

    @cached_property
    def _risen(self) -> list[PriceBook]:
        """With the first so many increases alone, from the beginning."""
        return [
            self._with(
                *(
                    row._replace(increases=_at_once(row.increases[:count]))
                    for row in self.contract.rows
                )
            )
            for count in range(len(self.rises) + 1)
        ]

    @cached_property
    def _without_windows(self) -> list[PriceBook]:
        return [
            self._with(*(row for row in self.contract.rows if row not in rows))
            for rows in self.windows.values()
        ]

    @cached_property
    def _always_open(self) -> list[PriceBook]:
        return [
            self._with(
                *(
                    row._replace(purchased_from=None, purchased_through=None)
                    if row in rows
                    else row
                    for row in self.contract.rows
                )
            )
            for rows in self.windows.values()
        ]

    def labels(self, question: Question, entered: date) -> Iterator[tuple[str, Decimal | None]]:
        """The labels of all mistakes that there are on the day, with what they come to."""
        yield from self._of_amendments(question)
        yield from self._of_increases(question)
        yield from self._of_windows(question)
        yield from self._of_tiers(question)
        yield "price on the day of entry", self.book.price(question._replace(purchased=entered))
        for factor, words in (
            *(("10", "times 10"), ("100", "times 100")),
            *(("0.1", "divided by 10"), ("0.01", "divided by 100")),
        ):
            quantity = question.quantity * Decimal(factor)
            try:
                amount = self.book.price(question._replace(quantity=quantity))
            except BadInput:
                continue
            yield f"quantity {words}", amount

    def _of_amendments(self, question: Question) -> Iterator[tuple[str, Decimal | None]]:
        prices = [book.price(question) for book in self._through]
        for number, (before, after) in enumerate(pairwise(prices), 1):
            if before != after:
                yield f"price before {self.titles[number]}", before
            if question.purchased < self.effective[number]:
                at_once = self._at_once[number].price(question)
                if at_once != before:
                    yield f"price after {self.titles[number]}", at_once

    def _of_increases(self, question: Question) -> Iterator[tuple[str, Decimal | None]]:
        prices = [book.price(question) for book in self._risen]
        for rise, before, after in zip(self.rises, prices, prices[1:], strict=False):
            if before != after:
                is_to_come = rise > question.purchased
                word, amount = ("after", after) if is_to_come else ("before", before)
                yield f"price {word} the increase of {rise}", amount

    def _of_windows(self, question: Question) -> Iterator[tuple[str, Decimal | None]]:
        for (key, rows), without, always in zip(
            self.windows.items(), self._without_windows, self._always_open, strict=True
        ):
            _, first, last = key
            fitting = [
                row
                for row in rows
                if row.service == question.service
                and row.quantity_from <= question.quantity <= (row.quantity_to or 10**9)
            ]
            if not fitting:
                continue
            cited = f"{fitting[0].title}, {fitting[0].clause}"
            if (first or FIRST) <= question.purchased <= (last or LAST):
                yield f"price without the purchase window of {cited}", without.price(question)
                continue
            days = f"{first} to {last}" if first else f"through {last}"
            edges = (question._replace(purchased=day) for day in (first, last) if day)
            for amount in (always.price(question), *map(self.book.price, edges)):
                yield f"price of the window {days} ({cited})", amount

    def _of_tiers(self, question: Question) -> Iterator[tuple[str, Decimal | None]]:
        lines = self._schedule(question.purchased, question.service or "")
        steps = [each.last is None or question.quantity <= each.last for each in lines]
        at = steps.index(True)
        principal = self.book.answer(question).principal
        unit_price = principal[0].unit_price
        if unit_price is not None:
            yield "unit price times quantity", _round(unit_price * question.quantity)
        for place, words in ((at + 1, "next"), (at - 1, "previous")):
            if 0 <= place < len(lines) and lines[place].answer.price is not None:
                yield f"price of the {words} tier", _by_row(lines[place], question.quantity)
        below = lines[at - 1].answer.price_function if at else None
        if below is not None:
            yield "price of the previous tier", _round(below.at(question.quantity))


def _at_once(increases: tuple[Increase, ...]) -> tuple[Increase, ...]:
    """The increases on the first days of the contract."""
    return tuple(
        each._replace(since=FIRST + timedelta(number)) for number, each in enumerate(increases, 1)
    )


def _round(amount: Decimal) -> Decimal:
    return (amount + Decimal("1e-9")).quantize(Decimal("0.01"))


def _by_row(line: ScheduleLine, quantity: Decimal) -> Decimal:
    row = line.answer.principal[-1]
    is_package = row.charge is Charge.PACKAGE
    return (row.price if is_package else _round((row.unit_price or 0) * quantity)) or Decimal(0)


# The extract.

TAXED = {"Harbor Supply": "8.25", "Quarry & Sons, Inc.": "7.625"}
"""Vendors that charge tax on some lines, at one rate, and are right otherwise."""

VENDORS = ["Vendor", "ACME, Inc.", 'Smith "Secure" LLC', "Lakeside Systems"]
DEPARTMENTS = ["Corrections, Department of", "Water Resources", "Justice, Department of"]
LOCATIONS = ["", "95814", "95403\n(38.4, -122.7)", "95630\n(38.66, -121.14)"]
ENDS = ["", "", ".0"]
DESCRIPTIONS = [
    "as quoted",
    "renewal, 12 months",
    'with "gold" care',
    "see attachment;\nsecond line",
    "",
]


NOT_EXPLAINED = "none of these"
KINDS = [
    *("price before Amendment", "price after Amendment", "price before the increase"),
    *("price after the increase", "price of the window", "price without", "price of the next"),
    *("price of the previous", "unit price", "price on the day of entry", "quantity"),
    NOT_EXPLAINED,
]
"""How the labels of mistakes begin, each of which is made as often as the others."""


class Extract:
    """Orders one after the other, some wrong, each with what is wrong about it."""

    def __init__(self, contract: Contract, seed: int) -> None:
        self.mistakes = Mistakes(contract)
        self.random = Random(seed)
        self.planted = Planted()
        self._orders = 0
        self._to_undo: list[tuple[Order, tuple[int, ...]]] = []

    def write(self, path: Path, records: int) -> Planted:
        """Write so many records below the titles, each as it is drawn."""
        with path.open("w", encoding="utf-8", newline="") as file:
            self._write_row(file, TITLES)
            while self.planted.records < records:
                for order in self._draw():
                    self._write_row(file, self._cells(order))
                    self.planted.records += 1
        return self.planted

    def _write_row(self, file: TextIO, cells: list[str]) -> None:
        text = StringIO()
        csv.writer(text, lineterminator="\n").writerow(cells)
        file.write(text.getvalue())
        self.planted.lines += text.getvalue().count("\n")

    @property
    def _line(self) -> int:
        """The line of the file at which the next record begins."""
        return self.planted.lines + 1

    def _draw(self) -> Iterator[Order]:
        chance = self.random.random()
        if chance < 0.01 and self._to_undo:
            yield self._credit()
        elif chance < 0.012:
            yield self._credit_of_nothing()
        elif chance < 0.02:
            yield self._unpriced()
        elif chance < 0.05:
            yield self._wrong()
        elif chance < 0.06:
            yield self._taxed()
        elif chance < 0.061:
            yield from self._twins()
        else:
            order = self._right()
            if self.random.random() < 0.03:
                self._to_undo.append((order, (self._line,)))
            yield order

    def _order(self, around: date | None = None) -> Order:
        """An order that nothing is paid for yet, on any day or around one."""
        random = self.random
        item = random.choice(list(QUANTITIES))
        low, high = QUANTITIES[item]
        # as often in the lower tiers as in the higher ones
        count = random.randint(low, random.choice([high // 20, high // 3, high]))
        quantity = Decimal(count) / 4 if item == "Support" else Decimal(count)
        if around is None:
            created = FIRST + timedelta(random.randrange(3, (LAST - FIRST).days - 40))
        else:
            created = around + timedelta(random.randint(-9, 9))
        purchased = None
        if random.random() < 0.85:
            purchased = created + timedelta(random.choice([0, 0, 1, 2, 5, 9, 30]))
        self._orders += 1
        number = f"PO-{self._orders:07}"
        return Order(number, item, quantity, created, purchased, None, random.choice(VENDORS))

    def _ask(self, order: Order) -> Question:
        return Question(order.quantity, order.day, order.item)

    def _right(self) -> Order:
        order = self._order()
        if self.random.random() < 0.1:
            order = order._replace(vendor=self.random.choice(list(TAXED)))
        return order._replace(paid=self.mistakes.price(self._ask(order)))

    def _wrong(self) -> Order:
        """An order with a mistake, or an amount that none explains."""
        kind = self.random.choice(KINDS)
        is_near_a_change = kind in {"price on the day of entry", "price without"}
        while True:
            order = self._order(self.random.choice(self._changes) if is_near_a_change else None)
            question = self._ask(order)
            price = self.mistakes.price(question)
            found: dict[Decimal, set[str]] = {}
            for label, amount in self.mistakes.labels(question, order.created):
                if amount is not None and amount != price:
                    found.setdefault(amount, set()).add(label)
            if kind == NOT_EXPLAINED:
                amounts = [_round(price * self.random.randint(500, 2000) / 1000) + Decimal("0.01")]
            else:
                amounts = [
                    amount
                    for amount, labels in sorted(found.items())
                    if any(label.startswith(kind) for label in labels)
                ]
            if amounts:
                paid = self.random.choice(amounts)
                self._plant(paid - price, frozenset(found.get(paid, ())))
                return order._replace(paid=paid)

    @cached_property
    def _changes(self) -> list[date]:
        """The days on which prices change."""
        windows = [day for _, *days in self.mistakes.windows for day in days if day]
        return [*self.mistakes.effective.values(), *self.mistakes.rises, *windows]

    def _taxed(self) -> Order:
        vendor, rate = self.random.choice(list(TAXED.items()))
        while True:
            order = self._order()
            price = self.mistakes.price(self._ask(order))
            paid = _round(price + price * Decimal(rate) / 100)
            if paid != price and paid not in {
                amount for _, amount in self.mistakes.labels(self._ask(order), order.created)
            }:
                self._plant(paid - price, frozenset({f"tax of {rate}%"}))
                return order._replace(paid=paid, vendor=vendor)

    def _plant(self, difference: Decimal, labels: Labels) -> None:
        self.planted.charges[self.planted.records] = labels
        self.planted.differences[self.planted.records] = difference

    def _twins(self) -> Iterator[Order]:
        """An order that is there twice; a credit may be for either."""
        order, lines = self._right(), []
        for _ in range(2):
            lines.append(self._line)
            yield order
        self._to_undo.append((order, tuple(lines)))

    def _credit(self) -> Order:
        """The reverse of an earlier order: parentheses, or a negative quantity, or both."""
        order, lines = self._to_undo.pop(self.random.randrange(len(self._to_undo)))
        self.planted.credits[self.planted.records] = lines
        return self._reverse(order)

    def _credit_of_nothing(self) -> Order:
        self.planted.credits[self.planted.records] = ()
        return self._reverse(self._right())

    def _reverse(self, order: Order) -> Order:
        later = order.day + timedelta(self.random.randrange(40))
        sign = self.random.choice([(1, -1), (1, -1), (-1, -1)])
        paid = order.paid or Decimal(0)
        return order._replace(
            quantity=order.quantity * sign[0],
            paid=paid * sign[1],
            created=later,
            purchased=self.random.choice([later, None]),
        )

    def _unpriced(self) -> Order:
        """An order before the agreement, of another item, or of a quantity beyond all rows."""
        self.planted.unpriced.add(self.planted.records)
        order = self._right()
        other = self.random.choice(["before", "item", "quantity"])
        if other == "before":
            early = FIRST - timedelta(self.random.randint(1, 99))
            return order._replace(created=early, purchased=None)
        if other == "item":
            return order._replace(item="Paper, A4")
        return order._replace(item="Appliances", quantity=Decimal(self.random.randint(100, 999)))

    def _cells(self, order: Order) -> list[str]:
        random, paid = self.random, order.paid or Decimal(0)
        each = abs(paid) / (abs(order.quantity) or 1)
        year = order.created.year - (order.created.month < 7)
        cells = {
            "Creation Date": f"{order.created:%m/%d/%Y}",
            "Purchase Date": f"{order.purchased:%m/%d/%Y}" if order.purchased else "",
            "Fiscal Year": f"{year}-{year + 1}",
            "LPA Number": random.choice(["", "7-12-70-26"]),
            "Purchase Order Number": order.number,
            "Acquisition Type": "IT Goods",
            "Department Name": random.choice(DEPARTMENTS),
            "Supplier Code": f"{random.randrange(10**6)}",
            "Supplier Name": order.vendor,
            "CalCard": random.choice(["NO", "NO", "YES"]),
            "Item Name": random.choice([order.item, order.item, order.item.upper()]),
            "Item Description": random.choice(DESCRIPTIONS),
            "Quantity": f"{order.quantity:f}" + ("" if order.quantity % 1 else random.choice(ENDS)),
            "Unit Price": f"${each:,.2f}",
            "Total Price": f"(${-paid:,.2f})" if paid < 0 else f"${paid:,.2f}",
            "Classification Codes": random.choice(["43233205", "43233205\n81112501"]),
            "Location": random.choice(LOCATIONS),
        }
        return [cells.get(title, "") for title in TITLES]

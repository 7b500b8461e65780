"""What a ledger says of purchases that add up, by a second reading: line by line, in Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.support.expected_ledger_answers import (
    Told,
    read_amount,
    read_day,
    read_figure,
    read_name,
    units_of,
)
from tests.support.random_ledgers import Line
from xlfuncs.pricing.contract import Counted, PartUnits, Service, count_steps, quantity_of
from xlfuncs.pricing.counting import find_period
from xlfuncs.pricing.outcomes import BadInput, Outcome
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.wording import cite_all

PERIODS = {*Counted} - {Counted.PURCHASE, Counted.NOT_SAID}
NOT_DETERMINABLE = Told(Outcome.NOT_DETERMINABLE)


@dataclass
class Read:
    """A line as it was read: None where that is not possible."""

    quantity: Decimal | None
    day: date | None
    service: Service | None
    is_named: bool
    amount: Decimal | None
    counted: Decimal | None = None
    is_contradictory: bool = False

    @property
    def is_credit(self) -> bool:
        return any(each is not None and each < 0 for each in (self.quantity, self.amount))


def tell_in_order(
    book: PriceBook, lines: Sequence[Line], known_on: date | None = None
) -> list[Told]:
    """What is said of each line, after what the lines before it bought."""
    read = [_read(book, line) for line in lines]
    bought_or_not = [each for each, line in zip(read, lines, strict=True) if says_anything(line)]
    undated = Counter(each.service for each in bought_or_not if each.service and each.day is None)
    unnamed = sum(not each.is_named for each in bought_or_not)
    by_day = sorted((n for n, each in enumerate(read) if each.day), key=lambda n: (read[n].day, n))
    bought: defaultdict[object, Decimal] = defaultdict(Decimal)
    doubtful: Counter[object] = Counter()
    said = [_tell(book, each, None, known_on) for each in read]
    for number in by_day:
        line = read[number]
        if line.service is None or line.service.counted not in PERIODS:
            continue
        agreed = book.price_list(line.service, known_on).documents.agreement_date
        period = find_period(line.service, line.day or date.min, agreed)
        key = line.service, period
        is_known = period and not unnamed and not undated[line.service] and not doubtful[key]
        before = bought[key] if is_known else None
        said[number] = _tell(book, line, before, known_on)
        if line.counted is None or line.is_credit or line.is_contradictory:
            doubtful[key] += 1
        else:
            bought[key] += line.counted
    return said


def says_anything(line: Line) -> bool:
    """Whether any of its cells is filled."""
    return any((cell or "").strip() for cell in line)


def _read(book: PriceBook, line: Line) -> Read:
    written, purchased, name, paid = line
    quantity = day = service = None
    name = read_name(name)
    is_named = name is not None or len(book.contract.services) == 1
    with suppress(BadInput):
        service = book.find_service(name)
    with suppress(BadInput):
        quantity = read_figure(written, units_of(name, book.contract))
    with suppress(BadInput):
        day = read_day(purchased)
    amount = read_amount(paid, book.contract.currency)
    found = Read(quantity, day, service, is_named, amount)
    found.is_contradictory = bool(quantity and quantity < 0 and amount and amount > 0)
    if quantity is not None and service is not None:
        try:
            steps = count_steps(abs(quantity), service)
        except BadInput:
            return found
        found.counted = None if steps is None else quantity_of(steps, service)
    return found


def _tell(book: PriceBook, line: Read, before: Decimal | None, known_on: date | None) -> Told:
    service = line.service
    if line.quantity is None or line.day is None or service is None or line.is_contradictory:
        return Told(Outcome.BAD_INPUT)
    adds_up = service.counted in PERIODS
    question = Question(abs(line.quantity), line.day, service.name, known_on)
    try:
        found = book.answer(question._replace(before=(before or Decimal(0)) if adds_up else None))
    except BadInput:
        return Told(Outcome.BAD_INPUT)
    is_part = line.counted is None and service.part_units is PartUnits.NOT_SAID
    if adds_up and (line.is_credit or is_part or before is None):
        return NOT_DETERMINABLE
    if found.price is None:
        return Told(found.outcome)
    return Told(found.outcome, found.price, found.unit_price, cite_all(found.decided) or None)

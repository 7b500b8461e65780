"""What the core says of a line of a ledger, read here a second time and in another way."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tests.support.contracts_in_code import of_range
from tests.support.random_ledgers import Line
from xlfuncs.pricing.contract import LARGEST
from xlfuncs.pricing.explain import format_remark
from xlfuncs.pricing.outcomes import BadInput, Outcome
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.wording import cite_all
from xlfuncs.sheets.cells import parse_figure


class Told(NamedTuple):
    """What is put beside a line; no reason where the sentence tells what was found in it."""

    kind: str
    price: Decimal | None = None
    unit_price: Decimal | None = None
    source: str | None = None
    reason: str | None = None
    difference: Decimal | None = None


def told(book: PriceBook, line: Line, known_on: date | None) -> Told:
    quantity, purchased, service, paid = line
    try:
        question = Question(_figure(quantity), _day(purchased), _name(service), known_on)
        found = book.answer(question)
    except BadInput:
        return Told(Outcome.BAD_INPUT)
    if found.price is not None and found.price >= LARGEST:
        return Told(Outcome.BAD_INPUT)
    amount = _amount(paid)
    reason = format_remark(of_range(found)) or None
    return Told(
        found.outcome,
        found.price,
        found.unit_price,
        cite_all(found.decided) or None,
        reason,
        None if amount is None or found.price is None else amount - found.price,
    )


def _figure(text: str | None) -> Decimal:
    text = (text or "").strip()
    whole, point, part = text.removeprefix("-").partition(".")
    if not whole.isdigit() or not (part.isdigit() or not point):
        raise BadInput(text)
    return parse_figure(Decimal(text))


def _day(text: str | None) -> date:
    text = (text or "").strip()
    try:
        day = date.fromisoformat(text.partition(" ")[0])
    except ValueError:
        raise BadInput(text) from None
    if day < date(1900, 3, 1) or date(1905, 3, 14) <= day <= date(1906, 1, 7):
        raise BadInput(text)
    return day


def _name(text: str | None) -> str | None:
    return text if text and text.strip() else None


def _amount(text: str | None) -> Decimal | None:
    try:
        return None if text == "1e3" else Decimal((text or "").strip())
    except ArithmeticError:
        return None

"""What the core says of a line of a ledger, read here a second time and in another way."""

from datetime import date
from decimal import Context, Decimal
from typing import NamedTuple

from tests.support.contracts_in_code import of_range
from tests.support.random_ledgers import Line
from xlfuncs.ledgers.price_table import MOST_DECIMALS_HELD
from xlfuncs.pricing.contract import LARGEST, Contract, PartUnits
from xlfuncs.pricing.explain import format_remark
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput, Outcome
from xlfuncs.pricing.price_book import Answer, PriceBook, Question
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
    amount = read_amount(paid, book.contract.currency)
    try:
        counted = read_figure(quantity, units_of(read_name(service), book.contract))
        if counted < 0 and amount is not None and amount > 0:
            return Told(Outcome.BAD_INPUT)
        question = Question(abs(counted), read_day(purchased), read_name(service), known_on)
        found = book.answer(question)
    except BadInput:
        return Told(Outcome.BAD_INPUT)
    if all(_is_held_by_none(each, book) for each in _asked(found, book)):
        return Told(Outcome.BAD_INPUT)
    return Told(
        found.outcome,
        found.price,
        found.unit_price,
        cite_all(found.decided) or None,
        format_remark(of_range(found)) or None,
        _difference(amount, found.price, is_credit=_is_credit(counted, amount)),
    )


def find_overpaid(book: PriceBook, line: Line) -> Decimal | None:
    """What was paid over on a purchase; credits are no purchases."""
    difference = told(book, line, None).difference
    if difference is None or difference <= 0:
        return None
    counted = read_figure(line[0], units_of(read_name(line[2]), book.contract))
    return None if _is_credit(counted, read_amount(line[3], book.contract.currency)) else difference


def _is_credit(counted: Decimal, amount: Decimal | None) -> bool:
    return counted < 0 or (amount is not None and amount < 0)


def _difference(
    amount: Decimal | None, price: Decimal | None, *, is_credit: bool
) -> Decimal | None:
    if amount is None or price is None:
        return None
    return amount + price if is_credit else amount - price


def _asked(found: Answer, book: PriceBook) -> list[Answer]:
    """The answer, or those for the whole steps beside part of one that counts as neither."""
    question, service = found.question, found.service
    if service is None or service.part_units is not PartUnits.NOT_SAID:
        return [found]
    below, rest = divmod(question.quantity, service.step)
    counts = [below, below + 1] if rest else [below]
    prices = book.price_list(service, question.known_on)
    day = question.purchased.toordinal()
    return [
        Answer(question, prices.segment_on(day, int(count)).verdict, service, int(count), prices)
        for count in counts
    ]


def _is_held_by_none(found: Answer, book: PriceBook) -> bool:
    """Whether a price has more digits than a database holds, before or after it is rounded."""
    line = found.price_function
    if line is None or found.price is None:
        return False
    parts = max(_decimals(service.step) for service in book.contract.services)
    decimals = max(_decimals(line.fixed), _decimals(line.rate) + parts if line.rate else 0)
    return found.price >= LARGEST or decimals > MOST_DECIMALS_HELD


def _decimals(figure: Decimal) -> int:
    return max(0, -int(Context(prec=60).normalize(figure).as_tuple().exponent))


def units_of(name: str | None, contract: Contract) -> list[str]:
    """The units of the service that is named, or of all."""
    named = [each for each in contract.services if name and each.key == name_key(name)]
    return [each.unit for each in named or contract.services if each.unit]


def read_figure(text: str | None, units: list[str]) -> Decimal:
    text = (text or "").strip()
    for unit in units:
        if text.endswith(f" {unit}"):
            text = text.removesuffix(unit).strip()
    return parse_figure(_number(text))


def _number(text: str) -> Decimal:
    """A number that may have one sign, or parentheses, and thousands that cannot be decimals."""
    text = text.replace("\u2212", "-").strip()
    sizes = [text]
    if "-" in text or "(" in text:
        sizes = [text[1:]] * text.startswith("-") + [text[:-1]] * text.endswith("-")
        sizes += [text[1:-1]] * (text.startswith("(") and text.endswith(")"))
    if len(sizes) != 1:
        raise BadInput(text)
    whole, point, part = sizes[0].strip().partition(".")
    groups = whole.split(",")
    if len(groups) > 1:
        is_sure = bool(part) or len(groups) > 2
        if not is_sure or groups[0][:1] in {"", "0"} or {3} != set(map(len, groups[1:])):
            raise BadInput(text)
        if len(groups[0]) > 3:
            raise BadInput(text)
    if not all(map(str.isdecimal, groups)) or not (part.isdecimal() or not point):
        raise BadInput(text)
    size = Decimal("".join(groups) + point + part)
    return size if sizes[0] == text else -size


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TIMES = (" 14:30:00", " 2:30 PM", "  2:30:00 a.m.", " 00:00", " 10:00")


def read_day(text: str | None) -> date:
    text = (text or "").strip()
    for time in TIMES:
        text = text.removesuffix(time)
    parts = text.replace(",", "").replace(".", "").replace("-", " ").split()
    if len(parts) == 3 and (named := [part for part in parts[:2] if part.isalpha()]):
        [day] = [part for part in parts[:2] if not part.isalpha()]
        if named[0] == "Mars" or len(parts[2]) != 4:
            raise BadInput(text)
        text = f"{parts[2]}-{MONTHS.index(named[0][:3]) + 1:02}-{int(day):02}"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(text) from None
    if day < date(1900, 3, 1) or date(1905, 3, 14) <= day <= date(1906, 1, 7):
        raise BadInput(text)
    return day


def read_name(text: str | None) -> str | None:
    return text if text and text.strip() else None


CURRENCIES = {"USD": ("US$", "USD", "usd", "$"), "EUR": ("EUR", "\u20ac"), "": ()}


def read_amount(text: str | None, currency: str) -> Decimal | None:
    """An amount with at most one sign of the currency, next to its digits or around them."""
    text = (text or "").strip()
    for mark in CURRENCIES[currency]:
        if text.count("$") < 2 and mark in text:
            text = text.replace(mark, "").replace("- ", "-").replace("( ", "(")
            break
    try:
        return _number(text)
    except BadInput:
        return None

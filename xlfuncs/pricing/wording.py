"""Amounts, quantities, days and rows in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from xlfuncs.pricing.contract import DISCOUNTS, Billed, Charge, Counted, Row, Service
from xlfuncs.pricing.money import PriceFunction, to_cents

MOST_CITED = 10
"""Places named in one citation."""


def format_money(amount: Decimal) -> str:
    """An amount to the cent, or a unit price with all its decimals.

    >>> format_money(Decimal("279995")), format_money(Decimal("0.0125"))
    ('279,995.00', '0.0125')
    """
    decimals = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{decimals}f}"


def format_number(quantity: Decimal) -> str:
    """A quantity without surplus zeros.

    >>> format_number(Decimal("100000.00")), format_number(Decimal("2.50"))
    ('100,000', '2.5')
    """
    text = f"{quantity:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


BILLED = {
    Billed.ONCE: "one time",
    Billed.MONTH: "per month",
    Billed.QUARTER: "per quarter",
    Billed.YEAR: "per year",
    Billed.NOT_ON_FILE: "billing period not on file",
}
"""What a price is for."""

PER_PERIOD = frozenset({Billed.MONTH, Billed.QUARTER, Billed.YEAR})


def format_billed(billed: Billed | None) -> str:
    """What a price is for, empty where the contract does not say.

    >>> format_billed(Billed.MONTH), format_billed(None)
    ('per month', '')
    """
    return "" if billed is None else BILLED[billed]


def format_amount(amount: Decimal, currency: str = "", billed: Billed | None = None) -> str:
    """An amount with its currency and what it is for, as far as the contract says so.

    >>> format_amount(Decimal(80), "USD", Billed.MONTH), format_amount(Decimal(80))
    ('80.00 USD per month', '80.00')
    >>> format_amount(Decimal(80), "USD", Billed.NOT_ON_FILE)
    '80.00 USD (billing period not on file)'
    """
    said = f"{format_money(amount)} {currency}".rstrip()
    if billed is None:
        return said
    return f"{said} {BILLED[billed]}" if billed in PER_PERIOD else f"{said} ({BILLED[billed]})"


def format_nothing_priced(day: date) -> str:
    """Why a day has no price list."""
    return f"no price: nothing is priced on {day}"


def format_never_priced(units: str) -> str:
    """Why a quantity, given with its unit, has no price over time."""
    return f"no price: no day has a price for {units}"


def format_billed_services(services: Sequence[Service]) -> str:
    """What the prices of each service are for, of many only the first; empty where none is said.

    >>> format_billed_services([Service("Support"), Service("Storage", billed=Billed.MONTH)])
    'Storage: per month'
    """
    said = [f"{each.name}: {format_billed(each.billed)}" for each in services if each.billed]
    return "; ".join([*said[:MOST_CITED], *(["and more"] if len(said) > MOST_CITED else [])])


def format_through(document: int) -> str:
    """Which documents count, where later ones do not."""
    return f"documents through no. {document}"


def cite(row: Row) -> str:
    """The document and the place in it."""
    return f"{row.title}, {row.clause}" if row.clause else row.title


def cite_all(rows: Iterable[Row]) -> str:
    """Several documents and places, each once, the first first; of many only the first."""
    seen = islice(_distinct(cite(row) for row in rows), MOST_CITED + 1)
    named = list(seen)
    if len(named) > MOST_CITED:
        named[MOST_CITED:] = ["and more"]
    return "; ".join(named)


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    said: set[str] = set()
    for text in texts:
        if text not in said:
            said.add(text)
            yield text


def format_quantity(quantity: Decimal, unit: str) -> str:
    """A quantity with its unit.

    >>> format_quantity(Decimal(5), "IPs"), format_quantity(Decimal(5), "")
    ('5 IPs', '5')
    """
    return f"{format_number(quantity)} {unit}".rstrip()


def format_range(first: Decimal, last: Decimal | None, unit: str) -> str:
    """A range of quantities; None is no upper end.

    >>> format_range(Decimal(1), None, "IPs"), format_range(Decimal(1), Decimal(9), "IPs")
    ('1 or more IPs', '1 to 9 IPs')
    """
    if last is None:
        return f"{format_number(first)} or more {unit}".rstrip()
    return (
        format_quantity(first, unit)
        if first == last
        else f"{format_number(first)} to {format_quantity(last, unit)}"
    )


def describe_part_units(quantity: str, step: Decimal) -> str:
    """What is wrong with a quantity of which the contract does not say how it is counted.

    >>> describe_part_units("1.5 IPs", Decimal(1))
    '1.5 IPs are not whole, and the contract does not say how part units count'
    """
    whole = "whole" if step == 1 else f"a multiple of {format_number(step)}"
    return f"{quantity} are not {whole}, and the contract does not say how part units count"


def format_quantities(row: Row, unit: str = "") -> str:
    return format_range(row.quantity_from, row.quantity_to, unit)


def format_days(since: date | None, until: date | None) -> str:
    """Days of purchase, inclusive; None is no first or last one.

    >>> format_days(date(2014, 1, 1), None), format_days(date(2013, 12, 1), date(2013, 12, 31))
    ('from 2014-01-01', '2013-12-01 to 2013-12-31')
    """
    if since is None or until is None:
        return f"from {since}" if since else f"through {until}" if until else "any day"
    return f"{since}" if since == until else f"{since} to {until}"


def format_period(service: Service, days: tuple[int, int] | None) -> str:
    """The period in which purchases of a service add up; `days` are its ordinals, if on file.

    >>> days = date(2025, 7, 1).toordinal(), date(2026, 6, 30).toordinal()
    >>> format_period(Service("Storage", counted=Counted.CONTRACT_YEAR), days)
    'the contract year 2025-07-01 to 2026-06-30'
    """
    if service.counted is Counted.TERM:
        return "the term"
    if days is None:
        return "a contract year whose first day is not on file"
    first, last = map(date.fromordinal, days)
    return f"the {service.counted.value} {format_days(first, last)}"


def format_nothing_before(service: Service) -> str:
    """What the prices in a table are for, where purchases of a service add up.

    >>> format_nothing_before(Service("IPs", counted=Counted.MONTH))
    "purchases of 'IPs' add up: prices are for a quantity with nothing bought before in the month"
    >>> format_nothing_before(Service("IPs", counted=Counted.NOT_SAID))
    "purchases of 'IPs' may add up: prices are for a quantity with nothing bought before"
    """
    is_known = service.counted is not Counted.NOT_SAID
    adds_up, period = "add up" if is_known else "may add up", f" in the {service.counted.value}"
    bought = f"prices are for a quantity with nothing bought before{period if is_known else ''}"
    return f"purchases of {service.name!r} {adds_up}: {bought}"


def format_price_function(line: PriceFunction) -> str:
    """How a price comes about.

    >>> format_price_function(PriceFunction(Decimal(7000), Decimal(14), Decimal(500)))
    '7,000.00 + 14.00 each above 500'
    """
    if not line.rate:
        return format_money(to_cents(line.fixed))
    above = f" above {format_number(line.above)}" if line.above else ""
    fixed = f"{format_money(line.fixed)} + " if line.fixed else ""
    return f"{fixed}{format_money(line.rate)} each{above}"


def format_window(row: Row) -> str:
    """The purchase days a row is for, empty where it is for all."""
    since = f" from {row.purchased_from}" if row.purchased_from else ""
    until = f" through {row.purchased_through}" if row.purchased_through else ""
    return f"for purchases{since}{until}" if since or until else ""


def format_statement(row: Row) -> str:
    """What a row states, in its own figures.

    >>> format_statement(Row(1, "Amendment 1", "IPs", Decimal(500), None, Charge.ADDITIONAL,
    ...               Decimal(7000), Decimal(14)))
    '7,000.00 for the first 500 and 14.00 for each one above'
    """
    if row.charge is Charge.WITHDRAWN:
        return "no price" if row.document == 0 else "withdrawn"
    if row.charge is Charge.NOT_ON_FILE or row.missing_figures:
        return "not on file"
    return f"{_format_charge(row)}{_format_bounds(row)}"


def _format_charge(row: Row) -> str:
    if row.charge in DISCOUNTS and row.percent is not None:
        return f"{format_number(row.percent)} percent off"
    price, unit_price = row.price or Decimal(0), row.unit_price or Decimal(0)
    if row.charge is Charge.PACKAGE:
        return format_money(price)
    if row.charge is Charge.ADDITIONAL:
        total, first = format_money(price), format_number(row.quantity_from)
        for_each = "for each one" if row.per == 1 else f"per {row.per:,}"
        return f"{total} for the first {first} and {format_money(unit_price)} {for_each} above"
    each = "each" if row.per == 1 else f"per {row.per:,}"
    return f"{format_money(unit_price)} {each}"


def _format_bounds(row: Row) -> str:
    least = "" if row.minimum is None else f", at least {format_money(row.minimum)}"
    most = "" if row.maximum is None else f", at most {format_money(row.maximum)}"
    return f"{least}{most}"


def format_terms(row: Row, unit: str) -> str:
    """A row by its place in the contract and what it is for."""
    return _in_brackets(cite(row), [format_quantities(row, unit), *format_conditions(row)])


def format_source(row: Row, *stated: str) -> str:
    """A row by its place in the contract and the days it is for, with what it states in front."""
    return _in_brackets(cite(row), [*stated, *format_conditions(row)])


def format_conditions(row: Row) -> list[str]:
    """The purchase days a row is for, and the rise that it has had, as far as it has any."""
    rise = row.increase and f"after an increase of {row.increase}"
    if row.increase and row.charge is Charge.NOT_ON_FILE:
        rise = "after an increase that is not on file"
    return [each for each in (format_window(row), rise) if each]


def _in_brackets(text: str, remarks: Sequence[str]) -> str:
    return f"{text} ({', '.join(remarks)})" if remarks else text


def describe_row(row: Row, unit: str) -> str:
    """What a row states, for which quantities and which days of purchase.

    >>> describe_row(Row(1, "Amendment 1", "IPs", Decimal(1), None, Charge.GRADUATED,
    ...                  unit_price=Decimal("4.28"), per=100), "IPs")
    'graduated, 4.28 per 100 for 1 or more IPs'
    """
    stated = format_statement(row)
    if row.charge is Charge.PACKAGE and row.price is not None:
        stated = f"package price{_format_bounds(row)}"
    elif row.charge is Charge.GRADUATED and not row.missing_figures:
        stated = f"graduated, {stated}"
    elif row.charge is Charge.STANDING_DISCOUNT:
        stated = f"standing discount, {stated}"
    elif row.charge is Charge.ADDITIONAL:
        stated = f"{stated},"
    return ", ".join([f"{stated} for {format_quantities(row, unit)}", *format_conditions(row)])

"""Amounts, quantities, days and rows in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

from xlfuncs.pricing.contract import Charge, Row
from xlfuncs.pricing.money import Line

MOST_CITED = 10
"""Places named in one citation."""


def money(amount: Decimal) -> str:
    """An amount to the cent, or a unit price with all its decimals.

    >>> money(Decimal("279995")), money(Decimal("0.0125"))
    ('279,995.00', '0.0125')
    """
    decimals = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{decimals}f}"


def number(quantity: Decimal) -> str:
    """A quantity without surplus zeros.

    >>> number(Decimal("100000.00")), number(Decimal("2.50"))
    ('100,000', '2.5')
    """
    text = f"{quantity:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def citation(row: Row) -> str:
    """The document and the place in it."""
    return f"{row.title}, {row.clause}" if row.clause else row.title


def citations(rows: Iterable[Row]) -> str:
    """Several documents and places, each once, the first first; of many only the first."""
    seen = islice(_distinct(citation(row) for row in rows), MOST_CITED + 1)
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


def counted(quantity: Decimal, unit: str) -> str:
    """A quantity with its unit.

    >>> counted(Decimal(5), "IPs"), counted(Decimal(5), "")
    ('5 IPs', '5')
    """
    return f"{number(quantity)} {unit}".rstrip()


def span(first: Decimal, last: Decimal | None, unit: str) -> str:
    """A range of quantities; None is no upper end.

    >>> span(Decimal(1), None, "IPs"), span(Decimal(1), Decimal(9), "IPs")
    ('1 IPs or more', '1 to 9 IPs')
    """
    if last is None:
        return f"{counted(first, unit)} or more"
    return counted(first, unit) if first == last else f"{number(first)} to {counted(last, unit)}"


def quantities(row: Row, unit: str = "") -> str:
    """The quantities a row is for."""
    return span(row.quantity_from, row.quantity_to, unit)


def days(since: date | None, until: date | None) -> str:
    """Days of purchase, inclusive; None is no first or last one.

    >>> days(date(2014, 1, 1), None), days(date(2013, 12, 1), date(2013, 12, 31))
    ('from 2014-01-01', '2013-12-01 to 2013-12-31')
    """
    if since is None or until is None:
        return f"from {since}" if since else f"through {until}" if until else "any day"
    return f"{since}" if since == until else f"{since} to {until}"


def price_line(line: Line) -> str:
    """How a price comes about.

    >>> price_line(Line(Decimal(7000), Decimal(14), Decimal(500)))
    '7,000.00 + 14.00 each above 500'
    """
    if not line.rate:
        return money(line.fixed)
    above = f" above {number(line.above)}" if line.above else ""
    fixed = f"{money(line.fixed)} + " if line.fixed else ""
    return f"{fixed}{money(line.rate)} each{above}"


def window(row: Row) -> str:
    """The purchase days a row is for, empty where it is for all."""
    since = f" from {row.purchased_from}" if row.purchased_from else ""
    until = f" through {row.purchased_through}" if row.purchased_through else ""
    return f"for purchases{since}{until}" if since or until else ""


def statement(row: Row) -> str:
    """What a row states, in its own figures.

    >>> statement(Row(1, "Amendment 1", "IPs", Decimal(500), None, Charge.ADDITIONAL,
    ...               Decimal(7000), Decimal(14)))
    '7,000.00 for the first 500 and 14.00 for each one above'
    """
    if row.charge is Charge.WITHDRAWN:
        return "no price" if row.document == 0 else "withdrawn"
    if row.charge is Charge.NOT_ON_FILE or row.lacking:
        return "not on file"
    if row.charge is Charge.DISCOUNT and row.percent is not None:
        return f"{number(row.percent)} percent off"
    price, unit_price = row.price or Decimal(0), row.unit_price or Decimal(0)
    if row.charge is Charge.PACKAGE:
        return money(price)
    if row.charge is Charge.ADDITIONAL:
        total, first, each = money(price), number(row.quantity_from), money(unit_price)
        return f"{total} for the first {first} and {each} for each one above"
    return f"{money(unit_price)} each"


def with_terms(row: Row, unit: str) -> str:
    """A row by its place in the contract and what it is for."""
    terms = [quantities(row, unit), window(row)]
    return f"{citation(row)} ({', '.join(term for term in terms if term)})"

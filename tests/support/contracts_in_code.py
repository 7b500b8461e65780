"""Short ways to write contracts in tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from xlfuncs.pricing.contract import Charge, Contract, Row, Service
from xlfuncs.pricing.price_book import Answer, Extent, PriceBook, Question

DAY = date(2020, 6, 15)
SERVICE = Service("Scanning", "IPs")


def row(document: int, first: Any, last: Any, charge: str, *figures: Any, **fields: Any) -> Row:
    """A row of a document; `last` is a quantity or "or more", figures as the charge needs them."""
    needed = {
        "package": ["price", "unit_price"],
        "per unit": ["unit_price"],
        "graduated": ["unit_price"],
        "additional": ["price", "unit_price"],
        "discount": ["percent"],
        "standing discount": ["percent"],
    }
    stated = dict(zip(needed.get(charge, []), (Decimal(str(f)) for f in figures), strict=False))
    dates = {"signed": date(2020, 1, document + 1)}
    if document:
        dates["effective"] = dates["signed"]
    return Row(
        document=document,
        title=f"Amendment {document}" if document else "Agreement",
        service=SERVICE.name,
        quantity_from=Decimal(str(first)),
        quantity_to=None if last == "or more" else Decimal(str(last)),
        charge=Charge(charge),
        clause="1",
        **{**stated, **dates, **fields},
    )


def book(*rows: Row, service: Service = SERVICE) -> PriceBook:
    return PriceBook(Contract("Test", "TEST", (service,), rows))


def ask(
    rows: list[Row], quantity: Any, day: date = DAY, known_on: date | None = None, **service: Any
) -> Answer:
    prices = book(*rows, service=SERVICE._replace(**service))
    return prices.answer(Question(Decimal(str(quantity)), day, None, known_on))


def price(rows: list[Row], quantity: Any, day: date = DAY, **more: Any) -> str:
    """The price as text, or the cause of there being none."""
    answer = ask(rows, quantity, day, **more)
    return answer.cause.name if answer.price is None else str(answer.price)


def of_range(answer: Answer) -> Answer:
    """The answer as that of a range of one question, whose words name neither quantity nor day."""
    day = answer.question.purchased.toordinal()
    count = -1 if answer.steps is None else answer.steps  # no row is for part of a step
    return answer._replace(extent=Extent((day, day), (count, count)))

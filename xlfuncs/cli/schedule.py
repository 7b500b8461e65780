"""The command `schedule`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import date

from xlfuncs.api import load
from xlfuncs.cli.arguments import add_purchased, add_question_options, parse_day, parse_known_on
from xlfuncs.cli.json_output import format_schedule_line, print_json
from xlfuncs.cli.output import Column, list_assumptions, print_below, print_remarks, print_table
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.functions.registry import ONE_SERVICE
from xlfuncs.pricing.price_book import Answer, PriceBook
from xlfuncs.pricing.schedule_timeline import ScheduleLine
from xlfuncs.pricing.wording import cite_all, format_price_function, format_range

COLUMNS = (
    Column("Service", once=True),
    Column("Quantity", whole=True),
    Column("Price"),
    Column("Source"),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the day and what else may be said."""
    add_purchased(parser)
    add_question_options(parser, ONE_SERVICE.help)


def run(arguments: Namespace) -> int:
    """Print the price table in force on a day."""
    loaded = load(arguments.contract)
    day, known_on = parse_day("date", arguments.purchased), parse_known_on(arguments.known_on)
    lines = loaded.schedule(day, arguments.service, known_on)
    currency = loaded.contract.currency
    if arguments.json:
        print_json([format_schedule_line(line, day, currency, known_on) for line in lines])
    elif lines:
        print_table(COLUMNS, map(_cells, lines))
        about = f"purchases on {day}{currency and f', in {currency}'}"
        print_below_answers(about, known_on, (line.answer for line in lines))
    if not lines:
        nothing = f"nothing is priced on {arguments.purchased}"
        print_why_empty(loaded.price_book, arguments.service, nothing)
    return ANSWERED if lines else NO_ANSWER


def print_below_answers(about: str, known_on: date | None, answers: Iterable[Answer]) -> None:
    """Print below a table what its answers are about, and what they assume."""
    known = f", as known on {known_on}" if known_on else ""
    print_below([f"{about}{known}", *list_assumptions(answers)])


def print_why_empty(price_book: PriceBook, service: str | None, otherwise: str) -> None:
    """Print why a table has no line: the contract does not have the service, or `otherwise`."""
    reason = otherwise
    if not price_book.find_services(service):
        offered = ", ".join(map(repr, price_book.service_names))
        reason = f"the contract has no service {service!r}; its services are {offered}"
    print_remarks([f"no price: {reason}"])


def _cells(line: ScheduleLine) -> tuple[str, ...]:
    price = line.answer.price_function
    return (
        line.service.name,
        format_range(line.first, line.last, line.service.unit),
        format_price_function(price) if price else line.answer.outcome.value,
        cite_all(line.answer.principal),
    )

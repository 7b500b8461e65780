"""The command `schedule`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from xlfuncs.cli.arguments import (
    add_purchased,
    add_question_options,
    load_asked,
    parse_day,
    parse_known_on,
)
from xlfuncs.cli.json_output import Terms, format_schedule_line, print_json
from xlfuncs.cli.output import (
    Column,
    format_service,
    list_assumptions,
    list_unstated,
    print_below,
    print_remarks,
    print_table,
)
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.functions.registry import ONE_SERVICE
from xlfuncs.pricing.price_book import Answer
from xlfuncs.pricing.schedule_timeline import ScheduleLine
from xlfuncs.pricing.wording import (
    cite_all,
    format_price_function,
    format_range,
    format_through,
)

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
    loaded = load_asked(arguments)
    day, known_on = parse_day("date", arguments.purchased), parse_known_on(arguments.known_on)
    lines = loaded.schedule(day, arguments.service, known_on)
    terms = Terms(loaded.contract.currency, known_on, loaded.last_document)
    if arguments.json:
        print_json([format_schedule_line(line, day, terms) for line in lines])
    elif lines:
        print_table(COLUMNS, map(_cells, lines))
        print_below_answers(f"purchases on {day}", terms, (line.answer for line in lines))
    if not lines:
        print_remarks([f"no price: nothing is priced on {arguments.purchased}"])
    return ANSWERED if lines else NO_ANSWER


def print_below_answers(about: str, terms: Terms, answers: Iterable[Answer]) -> None:
    """Print below a table what its answers are about, what they assume, what is not on file."""
    currency = f", in {terms.currency}" if terms.currency else ""
    known = f", as known on {terms.known_on}" if terms.known_on else ""
    stood = "" if terms.through is None else f", {format_through(terms.through)}"
    every = list(answers)
    said = [*list_unstated(every), *list_assumptions(every)]
    print_below([f"{about}{currency}{known}{stood}", *said])


def _cells(line: ScheduleLine) -> tuple[str, ...]:
    price = line.answer.price_function
    return (
        format_service(line.service.name, line.service.billed),
        format_range(line.first, line.last, line.service.unit),
        format_price_function(price) if price else line.answer.outcome.value,
        cite_all(line.answer.principal),
    )

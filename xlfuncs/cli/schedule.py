"""The command `schedule`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from xlfuncs.api import LoadedContract
from xlfuncs.cli.arguments import (
    ALL_SERVICES_HELP,
    add_first_contract,
    add_purchased,
    add_question_options,
    parse_asked,
)
from xlfuncs.cli.contracts import format_loaded
from xlfuncs.cli.json_output import Terms, format_schedule_line, name_contract, print_json
from xlfuncs.cli.output import (
    Column,
    format_service,
    print_below,
    print_remarks,
    print_table,
)
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.pricing.explain import list_remarks
from xlfuncs.pricing.price_book import Answer
from xlfuncs.pricing.schedule_timeline import ScheduleLine
from xlfuncs.pricing.wording import (
    cite_all,
    format_nothing_priced,
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
    add_first_contract(parser)
    add_purchased(parser)
    add_question_options(parser, ALL_SERVICES_HELP)


def run(arguments: Namespace) -> int:
    """Print the price table in force on a day."""
    asked = parse_asked(arguments, all_services=True)
    loaded, day, known_on = asked.loaded, asked.purchased, asked.known_on
    lines = loaded.schedule(day, asked.service, known_on)
    terms = Terms(loaded.contract.currency, known_on, loaded.last_document)
    if arguments.json:
        named = name_contract(loaded)
        print_json([{**named, **format_schedule_line(line, day, terms)} for line in lines])
    elif lines:
        print_table(COLUMNS, map(_cells, lines))
        print_below_answers(loaded, f"purchases on {day}", terms, (line.answer for line in lines))
    if not lines:
        print_remarks([format_nothing_priced(day), format_loaded(loaded)])
    return ANSWERED if lines else NO_ANSWER


def print_below_answers(
    loaded: LoadedContract, about: str, terms: Terms, answers: Iterable[Answer]
) -> None:
    """Print below a table whose answers these are, about what, and what they assume."""
    currency = f", in {terms.currency}" if terms.currency else ""
    known = f", as known on {terms.known_on}" if terms.known_on else ""
    stood = "" if terms.through is None else f", {format_through(terms.through)}"
    said = [format_loaded(loaded), f"{about}{currency}{known}{stood}", *list_remarks(answers)]
    print_below(said)


def _cells(line: ScheduleLine) -> tuple[str, ...]:
    price = line.answer.price_function
    return (
        format_service(line.service.name, line.service.billed),
        format_range(line.first, line.last, line.service.unit),
        format_price_function(price) if price else line.answer.outcome.value,
        cite_all(line.answer.principal) or f"({line.answer.cause.text})",
    )

"""The command `timeline`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from xlfuncs.cli.arguments import (
    add_quantity,
    add_question_options,
    load_asked,
    parse_known_on,
    parse_quantity,
)
from xlfuncs.cli.json_output import Terms, format_period, print_json
from xlfuncs.cli.output import Column, print_remarks, print_table
from xlfuncs.cli.schedule import print_below_answers
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.functions.registry import SERVICE
from xlfuncs.pricing.schedule_timeline import TimelinePeriod
from xlfuncs.pricing.wording import (
    cite_all,
    format_billed,
    format_days,
    format_money,
    format_quantity,
)

COLUMNS = (
    Column("Purchased", whole=True),
    Column("Price"),
    Column("Source"),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the quantity and what else may be said."""
    add_quantity(parser)
    add_question_options(parser, SERVICE.help)


def run(arguments: Namespace) -> int:
    """Print what a quantity costs through all days."""
    loaded = load_asked(arguments)
    quantity, known_on = parse_quantity(arguments.quantity), parse_known_on(arguments.known_on)
    periods = loaded.timeline(quantity, arguments.service, known_on)
    service = loaded.price_book.find_service(arguments.service)
    terms = Terms(loaded.contract.currency, known_on, loaded.last_document)
    units = format_quantity(quantity, service.unit)
    if arguments.json:
        print_json([format_period(each, quantity, service, terms) for each in periods])
    elif periods:
        print_table(COLUMNS, map(_cells, periods))
        billed = format_billed(service.billed)
        about = f"{units} of {service.name!r}{billed and f', {billed}'}"
        print_below_answers(about, terms, (each.answer for each in periods))
    if not periods:
        print_remarks([f"no price: no day has a price for {units}"])
    return ANSWERED if periods else NO_ANSWER


def _cells(period: TimelinePeriod) -> tuple[str, ...]:
    answer = period.answer
    return (
        format_days(period.since, period.until),
        answer.outcome.value if answer.price is None else format_money(answer.price),
        cite_all(answer.decided),
    )

"""The command `timeline`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from xlfuncs.cli.arguments import (
    SERVICE_HELP,
    add_first_contract,
    add_quantity,
    add_question_options,
    parse_asked,
)
from xlfuncs.cli.contracts import format_loaded
from xlfuncs.cli.json_output import Terms, format_period, name_contract, print_json
from xlfuncs.cli.output import Column, print_remarks, print_table
from xlfuncs.cli.schedule import print_below_answers
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.pricing.schedule_timeline import TimelinePeriod
from xlfuncs.pricing.wording import (
    cite_all,
    format_billed,
    format_days,
    format_money,
    format_never_priced,
    format_quantity,
)

COLUMNS = (
    Column("Purchase date", whole=True),
    Column("Price"),
    Column("Source"),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the quantity and what else may be said."""
    add_first_contract(parser)
    add_quantity(parser)
    add_question_options(parser, SERVICE_HELP)


def run(arguments: Namespace) -> int:
    """Print what a quantity costs through all days."""
    asked = parse_asked(arguments)
    loaded, quantity, known_on = asked.loaded, asked.quantity, asked.known_on
    periods = loaded.timeline(quantity, asked.service, known_on)
    service = loaded.price_book.find_service(asked.service)
    terms = Terms(loaded.contract.currency, known_on, loaded.last_document)
    units = format_quantity(quantity, service.unit)
    if arguments.json:
        named = name_contract(loaded)
        print_json([{**named, **format_period(each, quantity, service, terms)} for each in periods])
    elif periods:
        print_table(COLUMNS, map(_cells, periods))
        billed = format_billed(service.billed)
        about = f"{units} of {service.name!r}{billed and f', {billed}'}"
        print_below_answers(loaded, about, terms, (each.answer for each in periods))
    if not periods:
        print_remarks([format_never_priced(units), format_loaded(loaded)])
    return ANSWERED if periods else NO_ANSWER


def _cells(period: TimelinePeriod) -> tuple[str, ...]:
    answer = period.answer
    return (
        format_days(period.since, period.until),
        answer.outcome.value if answer.price is None else format_money(answer.price),
        cite_all(answer.decided) or f"({answer.cause.text})",
    )

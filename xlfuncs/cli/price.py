"""The commands `price` and `explain`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from decimal import Decimal

from xlfuncs.api import LoadedContract
from xlfuncs.cli.arguments import (
    SERVICE_HELP,
    add_bought_before,
    add_first_contract,
    add_purchased,
    add_quantity,
    add_question_options,
    parse_asked,
)
from xlfuncs.cli.contracts import format_loaded
from xlfuncs.cli.streams import is_terminal
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.pricing.contract import Billed
from xlfuncs.pricing.price_book import Answer


def add_arguments(parser: ArgumentParser) -> None:
    """Add the quantity, the day and what else a question may say."""
    add_first_contract(parser)
    add_quantity(parser)
    add_purchased(parser)
    add_bought_before(parser)
    add_question_options(parser, SERVICE_HELP)


def run(arguments: Namespace) -> int:
    """Print the amount, with the reason on stderr where there is none; or the explanation."""
    asked = parse_asked(arguments)
    loaded = asked.loaded
    answer = loaded.answer(
        *(asked.quantity, asked.purchased, asked.service, asked.known_on, asked.bought_before)
    )
    is_explained = arguments.command == "explain"
    if arguments.json:
        from xlfuncs.cli.json_output import format_answer, name_contract, print_json

        formatted = format_answer(answer, loaded.contract.currency, loaded.last_document)
        if is_explained:
            formatted["lines"] = dict(_lines(loaded, answer))
        print_json({**name_contract(loaded), **formatted})
    elif is_explained:
        from xlfuncs.cli.output import print_labelled

        print_labelled(_lines(loaded, answer))
    elif answer.price is not None:
        _print_price(answer.price, answer, loaded)
    else:
        from xlfuncs.cli.output import print_dim, print_remarks
        from xlfuncs.pricing.explain import explain

        print_remarks([explain(answer)])
        if is_terminal(sys.stderr):
            print_dim([format_loaded(loaded)], error=True)
    return NO_ANSWER if answer.price is None else ANSWERED


def _lines(loaded: LoadedContract, answer: Answer) -> list[tuple[str, str]]:
    """The lines of an explanation, the contract with its file."""
    from xlfuncs.pricing.explain import explain_in_lines

    label, _, named = format_loaded(loaded).partition(": ")
    lines = (line for line in explain_in_lines(loaded.price_book, answer) if line.label != label)
    return [*lines, (label, named)]


def _print_price(price: Decimal, answer: Answer, loaded: LoadedContract) -> None:
    """Print a price: bare for a program, and for a person with all that it is a price of."""
    if not is_terminal(sys.stdout):
        print(price)
        return
    from xlfuncs.cli.output import print_dim
    from xlfuncs.pricing.wording import format_amount, format_billed

    billed = answer.service.billed if answer.service else None
    is_known = billed is not Billed.NOT_ON_FILE
    print(format_amount(price, loaded.contract.currency, billed if is_known else None))
    unknown = [] if is_known else [format_billed(billed)]
    print_dim([*unknown, format_loaded(loaded)])

"""The commands `price` and `explain`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from decimal import Decimal

from xlfuncs.api import LoadedContract
from xlfuncs.cli.arguments import (
    SERVICE_HELP,
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

FOR: dict[Billed | None, str] = {
    Billed.ONCE: ", billed once",
    Billed.MONTH: " a month",
    Billed.QUARTER: " a quarter",
    Billed.YEAR: " a year",
}
"""What an amount is for, after it and its currency."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the quantity, the day and what else a question may say."""
    add_first_contract(parser)
    add_quantity(parser)
    add_purchased(parser)
    add_question_options(parser, SERVICE_HELP)


def run(arguments: Namespace) -> int:
    """Print the amount, bare unless on a terminal, or the whole answer; why there is none."""
    asked = parse_asked(arguments)
    loaded = asked.loaded
    answer = loaded.answer(asked.quantity, asked.purchased, asked.service, asked.known_on)
    price = answer.price
    if arguments.json:
        from xlfuncs.cli.json_output import format_answer, name_contract, print_json

        formatted = format_answer(answer, loaded.contract.currency, loaded.last_document)
        print_json({**name_contract(loaded), **formatted})
    elif arguments.command == "price" and price is not None:
        _print_price(price, answer, loaded)
    else:
        from xlfuncs.cli.output import print_dim, print_sentence
        from xlfuncs.pricing.explain import explain_in_clauses

        first, *others = explain_in_clauses(answer)
        sentence = [f"xlfuncs: {first}" if price is None else first, *others]
        print_sentence(sentence, error=price is None)
        if price is None and is_terminal(sys.stderr):
            print_dim([format_loaded(loaded)], error=True)
    return NO_ANSWER if price is None else ANSWERED


def _print_price(price: Decimal, answer: Answer, loaded: LoadedContract) -> None:
    """Print a price: bare for a program, and for a person with all that it is a price of."""
    if not is_terminal(sys.stdout):
        print(price)
        return
    from xlfuncs.cli.output import print_dim
    from xlfuncs.pricing.wording import format_billed, format_money

    billed = answer.service.billed if answer.service else None
    amount = f"{format_money(price)} {loaded.contract.currency}".rstrip()
    print(f"{amount}{FOR.get(billed, '')}")
    unknown = [format_billed(billed)] if billed is Billed.NOT_ON_FILE else []
    print_dim([*unknown, format_loaded(loaded)])

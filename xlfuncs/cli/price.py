"""The commands `price` and `explain`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from xlfuncs.cli.arguments import (
    add_purchased,
    add_quantity,
    add_question_options,
    load_asked,
    parse_day,
    parse_known_on,
    parse_quantity,
)
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.functions.registry import SERVICE


def add_arguments(parser: ArgumentParser) -> None:
    """Add the quantity, the day and what else a question may say."""
    add_quantity(parser)
    add_purchased(parser)
    add_question_options(parser, SERVICE.help)


def run(arguments: Namespace) -> int:
    """Print the bare amount, or the whole answer; on stderr why there is no price."""
    loaded = load_asked(arguments)
    answer = loaded.answer(
        parse_quantity(arguments.quantity),
        parse_day("date", arguments.purchased),
        arguments.service,
        parse_known_on(arguments.known_on),
    )
    price = answer.price
    if arguments.json:
        from xlfuncs.cli.json_output import format_answer, print_json

        print_json(format_answer(answer, loaded.contract.currency, loaded.last_document))
    elif arguments.command == "price" and price is not None:
        print(price)
    else:
        from xlfuncs.cli.output import print_sentence
        from xlfuncs.pricing.explain import explain_in_clauses

        first, *others = explain_in_clauses(answer)
        sentence = [f"xlfuncs: {first}" if price is None else first, *others]
        print_sentence(sentence, error=price is None)
    return NO_ANSWER if price is None else ANSWERED

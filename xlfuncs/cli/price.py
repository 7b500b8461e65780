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
from xlfuncs.errors import ANSWERED, BAD_USAGE, NO_ANSWER
from xlfuncs.functions.registry import SERVICE
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import Answer, PriceBook, Question


def add_arguments(parser: ArgumentParser) -> None:
    """Add the quantity, the day and what else a question may say."""
    add_quantity(parser)
    add_purchased(parser)
    add_question_options(parser, SERVICE.help)


def run(arguments: Namespace) -> int:
    """Print the bare amount, with the reason on stderr where there is none; or the explanation."""
    loaded = load_asked(arguments)
    question = Question(
        parse_quantity(arguments.quantity),
        parse_day("date", arguments.purchased),
        arguments.service,
        parse_known_on(arguments.known_on),
    )
    is_explained = arguments.command == "explain"
    try:
        answer = loaded.price_book.answer(question)
    except BadInput as refusal:
        if arguments.json or not is_explained:
            raise
        _print_refusal(loaded.price_book, question, refusal)
        return BAD_USAGE
    if arguments.json:
        from xlfuncs.cli.json_output import format_answer, print_json

        formatted = format_answer(answer, loaded.contract.currency, loaded.last_document)
        if is_explained:
            formatted["lines"] = _lines(loaded.price_book, answer)
        print_json(formatted)
    elif is_explained:
        _print_explanation(loaded.price_book, answer)
    elif answer.price is not None:
        print(answer.price)
    else:
        from xlfuncs.cli.output import print_remarks
        from xlfuncs.pricing.explain import explain

        print_remarks([explain(answer)])
    return NO_ANSWER if answer.price is None else ANSWERED


def _print_explanation(book: PriceBook, answer: Answer) -> None:
    from xlfuncs.cli.output import print_labelled
    from xlfuncs.pricing.explain import explain_in_lines

    print_labelled(explain_in_lines(book, answer))


def _print_refusal(book: PriceBook, question: Question, refusal: BadInput) -> None:
    from xlfuncs.cli.output import print_labelled
    from xlfuncs.pricing.explain import explain_refusal

    print_labelled(explain_refusal(book, question, refusal))


def _lines(book: PriceBook, answer: Answer) -> dict[str, str]:
    from xlfuncs.pricing.explain import explain_in_lines

    return dict(explain_in_lines(book, answer))

"""The commands `price` and `explain`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable

from xlfuncs.cli.contracts import contract_of
from xlfuncs.cli.questions import question_of
from xlfuncs.cli.refusals import ANSWERED, NO_ANSWER, Refused
from xlfuncs.pricing.explanation import explain as explanation_of
from xlfuncs.pricing.kinds import BadInput, Kind
from xlfuncs.pricing.pricebook import PriceBook, Quote


def price(chosen: Namespace) -> int:
    """Prints the bare amount."""
    return _answer(chosen, lambda quote: str(quote.price))


def explain(chosen: Namespace) -> int:
    """Prints the answer in a sentence."""
    return _answer(chosen, explanation_of)


def _answer(chosen: Namespace, text: Callable[[Quote], str]) -> int:
    contract = contract_of(chosen.contract)
    try:
        quote = PriceBook(contract).quote(question_of(chosen))
    except BadInput as refusal:
        if chosen.json:
            from xlfuncs.cli.jsons import print_json  # noqa: PLC0415 - only when asked

            print_json({"kind": Kind.BAD_INPUT.value, "reason": str(refusal)})
        raise Refused(str(refusal)) from None
    if chosen.json:
        from xlfuncs.cli.jsons import print_json, quote_as_json  # noqa: PLC0415 - only when asked

        print_json(quote_as_json(quote))
    elif quote.price is not None:
        print(text(quote))
    else:
        print(f"xlfuncs: {explanation_of(quote)}", file=sys.stderr)
    return NO_ANSWER if quote.price is None else ANSWERED

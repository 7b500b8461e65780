"""The contract and the question that a command is about."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from xlfuncs.errors import Refused, Unreadable, typed
from xlfuncs.functions.arguments import quantity_cell
from xlfuncs.loader import load
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import Question
from xlfuncs.sheets.cells import day_of
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.reader import Reading

# The contract that a command is about.

MOST_SHOWN = 20
"""Problems listed at a time; `check` shows all of them."""


def reading_of(path: str) -> Reading:
    """What the file holds, with whatever problems it has. Raises Refused where it has nothing."""
    try:
        return load(path)
    except Unreadable as error:
        raise Refused(str(error)) from None


def contract_of(path: str) -> Contract:
    """The contract to price from. Raises Refused, naming every problem that the file has."""
    contract, problems, _ = reading_of(path)
    if contract is None:
        raise refuse_problems(path, problems)
    return contract


def prefixed_contract_of(path: str) -> Contract:
    """The contract to build something from, whose functions have names. Raises Refused."""
    return with_prefix(path, contract_of(path))


def with_prefix(path: str, contract: Contract) -> Contract:
    """The contract itself. Raises Refused where it has no prefix for its functions."""
    if not contract.prefix:
        raise Refused(f"{path}: no function prefix; expected one on the sheet Contract")
    return contract


def lines_in(path: str) -> Callable[[str], int | None]:
    """A function that tells the line of a place in a contract file; None of one on a sheet."""
    from xlfuncs.contracts.toml_editor import Lines
    from xlfuncs.loader import load_bytes

    if path.lower().endswith(".toml"):
        with suppress(Unreadable, ValueError):  # somebody has changed it meanwhile
            return Lines(load_bytes(path).decode("utf-8-sig")).of
    return lambda place: None


def listed(path: str, problems: Iterable[Problem]) -> list[str]:
    """Problems of a file, each with the file and, where it has lines, its line."""
    line_of = lines_in(path)
    lines = []
    for problem in problems:
        line = line_of(problem.where)
        lines.append(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")
    return lines


def refuse_problems(path: str, problems: Sequence[Problem]) -> Refused:
    """The refusal of a file from which no price can be worked out."""
    lines = listed(path, problems[:MOST_SHOWN])
    more = len(problems) - MOST_SHOWN
    if more > 0:
        lines.append(f"and {more} more: xlfuncs check --contract {typed(path)}")
    return Refused("\n".join([f"no price can be worked out from {path}", *lines]))


# What was typed on the command line, as a question.


def question_of(chosen: Namespace) -> Question:
    """The question that was typed. Raises BadInput for a quantity or day that is none."""
    return Question(
        typed_quantity(chosen.quantity),
        typed_day("date", chosen.purchased),
        chosen.service,
        optional_day(chosen.known_on),
    )


def typed_quantity(text: str) -> Decimal:
    """Digits with a decimal point, and nothing that one reader would take for another number."""
    whole, point, part = text.removeprefix("-").partition(".")
    if not (text.isascii() and whole.isdigit() and (part.isdigit() or not point)):
        raise BadInput(f"quantity is {text!r}; expected digits such as 100000 or 2.5")
    return quantity_cell(Decimal(text))


def typed_day(name: str, text: str) -> date:
    try:
        return day_of(text)
    except BadInput as refusal:
        raise BadInput(f"{name} {refusal}") from None


def optional_day(known_on: str | None) -> date | None:
    """The day given with --known-on. Raises BadInput."""
    return None if known_on is None else typed_day("--known-on", known_on)

"""The contract that a command is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from xlfuncs.cli.refusals import Refused
from xlfuncs.files.loading import load
from xlfuncs.files.quoting import typed
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.reading import Reading
from xlfuncs.tables.records import Problem

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
    from xlfuncs.files.loading import load_bytes  # noqa: PLC0415 - seldom
    from xlfuncs.files.toml_text.lines import Lines  # noqa: PLC0415 - seldom

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

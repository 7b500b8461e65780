"""Calling a function: arguments as a host hands them over in, cells out, never an exception."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from xlfuncs.functions.answers import EACH, TABLES
from xlfuncs.functions.declared import BY_NAME, Function
from xlfuncs.functions.questions import question_of
from xlfuncs.functions.ranges import (
    Range,
    Values,
    WrongShape,
    common_shape,
    shaped,
    single_cell,
    values_of,
)
from xlfuncs.functions.workbook import Workbook
from xlfuncs.pricing.kinds import BadInput, Kind
from xlfuncs.tables.cells import NOT_AVAILABLE, WRONG_VALUE, Cell, CellError

RANGES = frozenset((list, tuple))
REPEATS_KEPT = 4096
"""Questions of one range that are not answered twice: people leave the same cells blank, and buy
the same thing, again and again."""


def call(name: str, arguments: Sequence[Any], workbook: Workbook) -> Cell | Range:
    """What a function (by its name without prefix) answers for these arguments.

    An argument is a cell or a range, a list of rows; optional ones may be left out. Numbers come
    as floats, errors as CellError. Too many arguments, and ranges that do not fit each other, are
    `#VALUE!`.
    """
    function = BY_NAME[name]
    given = [*arguments, *[None] * (len(function.arguments) - len(arguments))]
    try:
        if len(given) > len(function.arguments):
            raise WrongShape
        if function.answers_table:
            return _table(function, [single_cell(argument) for argument in given], workbook)
        if RANGES.isdisjoint(map(type, given)):
            return _one(function, given, workbook)
        columns = [values_of(argument) for argument in given]
        shape = common_shape(columns)
        return shaped(_many(function, columns, shape[0] * shape[1], workbook), shape)
    except WrongShape:
        return WRONG_VALUE


def _table(function: Function, cells: list[Cell], workbook: Workbook) -> Cell | Range:
    handed_in = _error_among(cells)
    if handed_in is not None:
        return handed_in
    try:
        rows = TABLES[function.name](workbook, cells)
    except BadInput as refusal:
        return CellError(refusal.code)
    return rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]


def _many(
    function: Function, columns: list[Values], questions: int, workbook: Workbook
) -> list[Cell]:
    """The answers question by question; prices of one service all at once."""
    ask = _asking(function, workbook)
    if function.name == "PRICE" and columns[2].single and columns[3].single:
        service, known_on = (values.cells[0] for values in columns[2:])
        prices = workbook.price_column(service, known_on)
        if prices is not None:
            quantities, days = (values.repeated(questions) for values in columns[:2])
            found = map(prices.price, quantities, days)
            return [
                ask(quantity, day, service, known_on) if price is None else price
                for price, quantity, day in zip(found, quantities, days)
            ]
    repeated = [values.repeated(questions) for values in columns]
    return [ask(*cells) for cells in zip(*repeated)]


def _asking(function: Function, workbook: Workbook) -> Callable[..., Cell]:
    """Asks question by question, and remembers the answers."""
    remembered = lru_cache(REPEATS_KEPT, typed=True)(
        lambda *cells: _asked(function, cells, workbook)
    )

    def ask(*cells: Cell) -> Cell:
        try:
            return remembered(*cells)
        except TypeError:  # what no host should hand over, a list for one, cannot be remembered
            return _asked(function, cells, workbook)

    return ask


def _one(function: Function, cells: Sequence[Cell], workbook: Workbook) -> Cell:
    """The answer to one question; prices by the way that is quick for columns, where it goes."""
    if function.name == "PRICE":
        quantity, day, service, known_on = cells
        prices = workbook.price_column(service, known_on)
        if prices is not None:
            price = prices.price(quantity, day)
            if price is not None:
                return price
    return _asked(function, cells, workbook)


def _asked(function: Function, cells: Sequence[Cell], workbook: Workbook) -> Cell:
    """The answer to one question, read cell by cell."""
    handed_in = _error_among(cells)
    if handed_in is not None:
        return handed_in
    try:
        question = question_of(cells, workbook.date1904)
        if workbook.book is None:
            return workbook.problem if function.in_words else NOT_AVAILABLE
        return EACH[function.name](workbook.book, question)
    except BadInput as refusal:
        if function.in_words:
            return f"{Kind.BAD_INPUT.value}: {refusal}"
        return CellError(refusal.code)


def _error_among(cells: Sequence[Cell]) -> CellError | None:
    return next((cell for cell in cells if isinstance(cell, CellError)), None)

"""Evaluate a worksheet function: cells in, cells out, never an exception."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any

from xlfuncs.functions.cache import PriceColumn, PricedSheets
from xlfuncs.functions.registry import (
    BY_NAME,
    Function,
    parse_bought_before_argument,
    parse_day_argument,
    parse_optional_day_argument,
    parse_quantity_argument,
    parse_service_argument,
)
from xlfuncs.pricing.explain import explain
from xlfuncs.pricing.outcomes import BadInput, Outcome
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.schedule_timeline import ScheduleLine, TimelinePeriod
from xlfuncs.pricing.schedule_timeline import schedule as schedule_of
from xlfuncs.pricing.schedule_timeline import timeline as timeline_of
from xlfuncs.pricing.wording import cite_all
from xlfuncs.sheets.cells import NOT_AVAILABLE, WRONG_VALUE, Cell, CellError, to_serial
from xlfuncs.sheets.lint import check
from xlfuncs.sheets.schema import OR_MORE, format_title

SCHEDULE_TITLES = (
    *(format_title(field) for field in ("service", "quantity_from", "quantity_to")),
    "Fixed",
    "Rate",
    "Above",
    "Outcome",
    "Source",
)
TIMELINE_TITLES = (
    *(format_title(field) for field in ("purchased_from", "purchased_through", "price")),
    "Outcome",
    "Source",
)
CHECK_TITLES = ("Severity", "Cell", "Finding", "What to do")


def format_number_cell(figure: Decimal | None) -> Cell:
    """A figure as spreadsheets hold it, `#N/A` where there is none."""
    return NOT_AVAILABLE if figure is None else float(figure)


def schedule(workbook: PricedSheets, arguments: Sequence[Cell]) -> list[list[Cell]]:
    """Titles and lines; a single `#N/A` where no row is in force."""
    purchased, service, known_on = arguments
    day = parse_day_argument("purchased", purchased, workbook.date1904)
    known = parse_optional_day_argument("known_on", known_on, workbook.date1904)
    book = workbook.book
    lines = book and schedule_of(book, day, parse_service_argument(service), known)
    if not lines:
        return [[NOT_AVAILABLE]]
    return [list(SCHEDULE_TITLES), *(_schedule_cells(line) for line in lines)]


def _schedule_cells(line: ScheduleLine) -> list[Cell]:
    price = line.answer.price_function
    figures = (price.fixed, price.rate, price.above) if price else (None, None, None)
    return [
        line.service.name,
        float(line.first),
        OR_MORE if line.last is None else float(line.last),
        *(None if figure is None else float(figure) for figure in figures),
        line.answer.outcome.value,
        cite_all(line.answer.principal),
    ]


def timeline(workbook: PricedSheets, arguments: Sequence[Cell]) -> list[list[Cell]]:
    """Titles and periods of days; a single `#N/A` where no row is ever in force."""
    quantity, service, known_on = arguments
    counted = parse_quantity_argument(quantity)
    known = parse_optional_day_argument("known_on", known_on, workbook.date1904)
    book = workbook.book
    periods = book and timeline_of(book, counted, parse_service_argument(service), known)
    if not periods:
        return [[NOT_AVAILABLE]]
    rows = (_timeline_cells(period, workbook.date1904) for period in periods)
    return [list(TIMELINE_TITLES), *rows]


def _timeline_cells(period: TimelinePeriod, date1904: bool) -> list[Cell]:
    days, price = (period.since, period.until), period.answer.price
    return [
        *(None if day is None else to_serial(day, date1904) for day in days),
        None if price is None else float(price),
        period.answer.outcome.value,
        cite_all(period.answer.decided),
    ]


def check_table(workbook: PricedSheets, arguments: Sequence[Cell]) -> list[list[Cell]]:
    """Titles and findings; the titles alone where nothing was found."""
    findings = (
        [each.severity.value, each.where, each.found, each.to_do]
        for each in check(workbook.reading)
    )
    return [list(CHECK_TITLES), *findings]


def parse_question(cells: Sequence[Cell], date1904: bool) -> Question:
    """The question in the cells of a function's arguments, in their order. Raises BadInput."""
    quantity, purchased, service, known_on, bought_before = cells
    return Question(
        parse_quantity_argument(quantity),
        parse_day_argument("purchased", purchased, date1904),
        parse_service_argument(service),
        parse_optional_day_argument("known_on", known_on, date1904),
        parse_bought_before_argument(bought_before),
    )


EACH: dict[str, Callable[[PriceBook, Question], Cell]] = {
    "PRICE": lambda book, question: format_number_cell(book.price(question)),
    "UNIT_PRICE": lambda book, question: format_number_cell(book.answer(question).unit_price),
    "SOURCE": lambda book, question: cite_all(book.answer(question).decided) or NOT_AVAILABLE,
    "EXPLAIN": lambda book, question: explain(book.answer(question)),
    "SAVING": lambda book, question: format_number_cell(book.saving(question)),
}
"""The functions that answer one question; each raises BadInput."""

TABLES: dict[str, Callable[[PricedSheets, Sequence[Cell]], list[list[Cell]]]] = {
    "SCHEDULE": schedule,
    "TIMELINE": timeline,
    "CHECK": check_table,
}
"""The functions that return a table."""


# Ranges go together where they are of one shape, or with single cells.

Range = list[list[Cell]]
Shape = tuple[int, int]
"""Rows and columns."""

ONE_CELL: Shape = (1, 1)


class WrongShape(ValueError):
    """The arguments are ranges that do not fit each other."""


@dataclass(frozen=True)
class Values:
    """An argument's cells, row by row; `shape` is None for a cell that came as no range."""

    cells: list[Cell]
    shape: Shape | None

    @property
    def single(self) -> bool:
        return len(self.cells) == 1

    def repeated(self, times: int) -> list[Cell]:
        """The cells, a single one as often as there are questions."""
        return self.cells * times if self.single else self.cells


def parse_range(argument: Any) -> Values:
    """The cells of an argument. Raises WrongShape for what is empty or not rectangular.

    >>> parse_range([[1, 2], [3, 4]])
    Values(cells=[1, 2, 3, 4], shape=(2, 2))
    >>> parse_range(5)
    Values(cells=[5], shape=None)
    """
    if not isinstance(argument, (list, tuple)):
        return Values([argument], None)
    if not argument or not set(map(type, argument)) <= {list, tuple}:
        raise WrongShape
    widths = set(map(len, argument))
    if len(widths) != 1 or 0 in widths:
        raise WrongShape
    return Values(list(chain.from_iterable(argument)), (len(argument), widths.pop()))


def parse_single_cell(argument: Any) -> Cell:
    """A single cell, also out of a range of one. Raises WrongShape for more than one."""
    values = parse_range(argument)
    if not values.single:
        raise WrongShape
    return values.cells[0]


def find_common_shape(arguments: Sequence[Values]) -> Shape:
    """The shape that all ranges among the arguments share; there has to be a range.

    A range of one cell goes with everything, as a single cell does. Raises WrongShape.

    >>> find_common_shape([parse_range([[1], [2]]), parse_range(3), parse_range([[4]])])
    (2, 1)
    """
    larger = {values.shape for values in arguments if values.shape} - {ONE_CELL}
    if len(larger) > 1:
        raise WrongShape
    return next(iter(larger), ONE_CELL)


def shape_range(cells: Sequence[Cell], shape: Shape) -> Range:
    """Cells row by row, as a range of that shape."""
    rows, columns = shape
    if columns == 1:
        return [[cell] for cell in cells]
    return [list(cells[row * columns : (row + 1) * columns]) for row in range(rows)]


# Calls.

RANGES = frozenset((list, tuple))
REPEATS_KEPT = 4096
"""Questions of one range whose answers are kept: people leave the same cells blank, and buy the
same thing, again and again."""


def call(name: str, arguments: Sequence[Any], workbook: PricedSheets) -> Cell | Range:
    """The cells that a function (by its name without prefix) returns for these arguments.

    An argument is a cell or a range, a list of rows; optional ones may be left out. Numbers come
    as floats, errors as CellError. Too many arguments, and ranges that do not fit each other, are
    `#VALUE!`.
    """
    function = BY_NAME[name]
    given = [*arguments, *[None] * (len(function.arguments) - len(arguments))]
    try:
        if len(given) > len(function.arguments):
            raise WrongShape
        if function.returns_table:
            return _evaluate_table(
                function, [parse_single_cell(argument) for argument in given], workbook
            )
        if RANGES.isdisjoint(map(type, given)):
            return _evaluate(function, given, workbook)
        columns = [parse_range(argument) for argument in given]
        rows, width = shape = find_common_shape(columns)
        return shape_range(_evaluate_column(function, columns, rows * width, workbook), shape)
    except WrongShape:
        return WRONG_VALUE


def _evaluate_table(function: Function, cells: list[Cell], workbook: PricedSheets) -> Cell | Range:
    handed_in = _error_among(cells)
    if handed_in is not None:
        return handed_in
    try:
        rows = TABLES[function.name](workbook, cells)
    except BadInput as refusal:
        return CellError(refusal.code)
    return rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]


def _evaluate_column(
    function: Function, columns: list[Values], questions: int, workbook: PricedSheets
) -> list[Cell]:
    """The answers to so many questions, one by one; prices of one service all at once."""
    ask = _remembering(function, workbook)
    repeated = [values.repeated(questions) for values in columns]
    prices = _shared_prices(columns, workbook) if function.name == "PRICE" else None
    if prices is None:
        return [ask(*cells) for cells in zip(*repeated)]
    quantities, days, services, known_days, befores = repeated
    chosen = services[0], known_days[0]  # all of them are the same
    found = map(prices.price, quantities, days, befores)
    return [
        ask(quantity, day, *chosen, before) if price is None else price
        for price, quantity, day, before in zip(found, quantities, days, befores)
    ]


def _shared_prices(columns: list[Values], workbook: PricedSheets) -> PriceColumn | None:
    """The prices of the one service, as known on the one day, that all questions are about."""
    _, _, services, known_days, _ = columns
    if not (services.single and known_days.single):
        return None
    [service], [known_on] = services.cells, known_days.cells
    return workbook.price_column(service, known_on)


def _remembering(function: Function, workbook: PricedSheets) -> Callable[..., Cell]:
    """A function that asks question by question, and remembers the answers."""
    remembered = lru_cache(REPEATS_KEPT, typed=True)(lambda *cells: _ask(function, cells, workbook))

    def ask(*cells: Cell) -> Cell:
        try:
            return remembered(*cells)
        except TypeError:  # what no host should hand over, a list for one, cannot be remembered
            return _ask(function, cells, workbook)

    return ask


def _evaluate(function: Function, cells: Sequence[Cell], workbook: PricedSheets) -> Cell:
    """The answer to one question.

    A price is looked up in its column, which is quick but knows quantities and days as floats
    alone; whatever the column has no answer for is asked as every other function is.
    """
    if function.name == "PRICE":
        quantity, day, service, known_on, before = cells
        prices = workbook.price_column(service, known_on)
        if prices is not None:
            price = prices.price(quantity, day, before)
            if price is not None:
                return price
    return _ask(function, cells, workbook)


def _ask(function: Function, cells: Sequence[Cell], workbook: PricedSheets) -> Cell:
    """The answer to one question, read cell by cell."""
    handed_in = _error_among(cells)
    if handed_in is not None:
        return handed_in
    try:
        question = parse_question(cells, workbook.date1904)
        if workbook.book is None:
            return workbook.problem if function.in_words else NOT_AVAILABLE
        return EACH[function.name](workbook.book, question)
    except BadInput as refusal:
        if function.in_words:
            return f"{Outcome.BAD_INPUT.value}: {refusal}"
        return CellError(refusal.code)


def _error_among(cells: Sequence[Cell]) -> CellError | None:
    return next((cell for cell in cells if isinstance(cell, CellError)), None)

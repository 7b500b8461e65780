"""What each function answers, as cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from xlfuncs.checks import check
from xlfuncs.functions.questions import (
    day_cell,
    optional_day,
    quantity_cell,
    service_cell,
)
from xlfuncs.functions.workbook import Workbook
from xlfuncs.pricing.explanation import explain
from xlfuncs.pricing.pricebook import PriceBook, Question
from xlfuncs.pricing.quotes import quote
from xlfuncs.pricing.schedule import ScheduleLine
from xlfuncs.pricing.schedule import schedule as schedule_of
from xlfuncs.pricing.timeline import Stretch
from xlfuncs.pricing.timeline import timeline as timeline_of
from xlfuncs.pricing.wording import citations
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell, serial_of
from xlfuncs.tables.schema import OR_MORE, title_of

SCHEDULE_TITLES = (
    *(title_of(field) for field in ("service", "quantity_from", "quantity_to")),
    "Fixed",
    "Rate",
    "Above",
    "Answer",
    "Source",
)
TIMELINE_TITLES = (
    *(title_of(field) for field in ("purchased_from", "purchased_through", "price")),
    "Answer",
    "Source",
)
CHECK_TITLES = ("Severity", "Cell", "Finding", "What to do")


def number_cell(figure: Decimal | None) -> Cell:
    """A figure as spreadsheets hold it, `#N/A` where there is none."""
    return NOT_AVAILABLE if figure is None else float(figure)


def price(book: PriceBook, question: Question) -> Cell:
    """The price to the cent, `#N/A` where there is none. Raises BadInput, like all of these."""
    return number_cell(book.price(question))


def unit_price(book: PriceBook, question: Question) -> Cell:
    """The unit price of the row that decides, `#N/A` where it states none."""
    verdict = book.find(question).verdict
    return number_cell(verdict.decided[0].row.unit_price if verdict.line else None)


def source(book: PriceBook, question: Question) -> Cell:
    """Documents and clauses, `#N/A` where no row decides."""
    decided = book.find(question).verdict.everyone
    return citations(claim.row for claim in decided) or NOT_AVAILABLE


def explanation(book: PriceBook, question: Question) -> Cell:
    """The answer in a sentence."""
    return explain(quote(book, question))


def saving(book: PriceBook, question: Question) -> Cell:
    """What a purchase window saves, `#N/A` where one of the two prices does not exist."""
    return number_cell(book.saving(question))


def schedule(workbook: Workbook, arguments: Sequence[Cell]) -> list[list[Cell]]:
    """Titles and lines; a single `#N/A` where no row is in force."""
    purchased, service, known_on = arguments
    day = day_cell("purchased", purchased, workbook.date1904)
    known = optional_day("known_on", known_on, workbook.date1904)
    book = workbook.book
    lines = book and schedule_of(book, day, service_cell(service), known)
    if not lines:
        return [[NOT_AVAILABLE]]
    return [list(SCHEDULE_TITLES), *(_schedule_cells(line) for line in lines)]


def _schedule_cells(line: ScheduleLine) -> list[Cell]:
    figures = line.line or (None, None, None)
    return [
        line.service.name,
        float(line.first),
        OR_MORE if line.last is None else float(line.last),
        *(None if figure is None else float(figure) for figure in figures),
        line.cause.kind.value,
        citations(line.decided),
    ]


def timeline(workbook: Workbook, arguments: Sequence[Cell]) -> list[list[Cell]]:
    """Titles and stretches of days; a single `#N/A` where no row is ever in force."""
    quantity, service, known_on = arguments
    asked = quantity_cell(quantity)
    known = optional_day("known_on", known_on, workbook.date1904)
    book = workbook.book
    stretches = book and timeline_of(book, asked, service_cell(service), known)
    if not stretches:
        return [[NOT_AVAILABLE]]
    rows = (_timeline_cells(stretch, workbook.date1904) for stretch in stretches)
    return [list(TIMELINE_TITLES), *rows]


def _timeline_cells(stretch: Stretch, date1904: bool) -> list[Cell]:
    days = (stretch.since, stretch.until)
    return [
        *(None if day is None else serial_of(day, date1904) for day in days),
        None if stretch.price is None else float(stretch.price),
        stretch.cause.kind.value,
        citations(stretch.decided),
    ]


def check_table(workbook: Workbook, arguments: Sequence[Cell]) -> list[list[Cell]]:
    """Titles and findings; the titles alone where nothing was found."""
    findings = check(workbook.reading)
    return [list(CHECK_TITLES), *([f.severity.value, *f[1:]] for f in findings)]


EACH: dict[str, Callable[[PriceBook, Question], Cell]] = {
    "PRICE": price,
    "UNIT_PRICE": unit_price,
    "SOURCE": source,
    "EXPLAIN": explanation,
    "SAVING": saving,
}
"""The functions that answer one question."""

TABLES: dict[str, Callable[[Workbook, Sequence[Cell]], list[list[Cell]]]] = {
    "SCHEDULE": schedule,
    "TIMELINE": timeline,
    "CHECK": check_table,
}
"""The functions that answer a table."""

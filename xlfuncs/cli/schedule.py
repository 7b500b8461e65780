"""The commands `schedule`, `timeline` and `check`."""

from __future__ import annotations

import sys
from argparse import Namespace

from xlfuncs.cli.inputs import (
    contract_of,
    lines_in,
    optional_day,
    reading_of,
    typed_day,
    typed_quantity,
)
from xlfuncs.cli.json_output import Asked, line_as_json, period_as_json, print_json
from xlfuncs.cli.output import Column, assumed_in, print_below, print_table
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.pricing.contract import Service
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.schedule import ScheduleLine, TimelinePeriod
from xlfuncs.pricing.schedule import schedule as schedule_of
from xlfuncs.pricing.schedule import timeline as timeline_of
from xlfuncs.pricing.wording import citations, counted, days, money, price_line, span
from xlfuncs.sheets.findings import Finding, Severity
from xlfuncs.sheets.lint import check as findings_of

SCHEDULE = (
    Column("Service", once=True),
    Column("Quantity", whole=True),
    Column("Price"),
    Column("Source"),
)
TIMELINE = (
    Column("Purchased", whole=True),
    Column("Price"),
    Column("Source"),
)
CHECK = (
    Column("Severity", whole=True),
    Column("Where", whole=True),
    Column("Finding"),
    Column("What to do"),
)


def schedule(chosen: Namespace) -> int:
    """Prints the price table in force on a day."""
    book = PriceBook(contract_of(chosen.contract))
    day = typed_day("date", chosen.purchased)
    known_on = optional_day(chosen.known_on)
    lines = schedule_of(book, day, chosen.service, known_on)
    asked = Asked(book.contract.currency, known_on)
    if chosen.json:
        print_json([line_as_json(line, day, asked) for line in lines])
    elif lines:
        print_table(SCHEDULE, map(_schedule_cells, lines))
        print_below([asked.told(f"purchases on {day}"), *assumed_in(line.answer for line in lines)])
    if not lines:
        _say_empty(book, chosen.service, f"nothing is priced on {chosen.purchased}")
    return ANSWERED if lines else NO_ANSWER


def timeline(chosen: Namespace) -> int:
    """Prints what a quantity costs through all days."""
    book = PriceBook(contract_of(chosen.contract))
    quantity, known_on = typed_quantity(chosen.quantity), optional_day(chosen.known_on)
    periods = timeline_of(book, quantity, chosen.service, known_on)
    service = book.service(chosen.service)
    asked, units = Asked(book.contract.currency, known_on), counted(quantity, _unit(service))
    if chosen.json:
        print_json([period_as_json(each, quantity, service, asked) for each in periods])
    elif periods and service:
        print_table(TIMELINE, map(_timeline_cells, periods))
        answers = (period.answer for period in periods)
        print_below([asked.told(f"{units} of {service.name!r}"), *assumed_in(answers)])
    if not periods:
        _say_empty(book, chosen.service, f"no day has a price for {units}")
    return ANSWERED if periods else NO_ANSWER


def _unit(service: Service | None) -> str:
    return service.unit if service else ""


def _say_empty(book: PriceBook, service: str | None, otherwise: str) -> None:
    reason = otherwise
    if not book.chosen(service):
        offered = ", ".join(map(repr, book.offered))
        reason = f"the contract has no service {service!r}; its services are {offered}"
    print(f"xlfuncs: no price: {reason}", file=sys.stderr)


def _schedule_cells(line: ScheduleLine) -> tuple[str, ...]:
    price = line.answer.price_function
    return (
        line.service.name,
        span(line.first, line.last, line.service.unit),
        price_line(price) if price else line.answer.outcome.value,
        citations(line.answer.principal),
    )


def _timeline_cells(period: TimelinePeriod) -> tuple[str, ...]:
    price = period.answer.price
    return (
        days(period.since, period.until),
        period.answer.outcome.value if price is None else money(price),
        citations(period.answer.decided),
    )


def check(chosen: Namespace) -> int:
    """Prints what is wrong or doubtful."""
    findings = findings_of(reading_of(chosen.contract))
    line_of = lines_in(chosen.contract)
    if chosen.json:
        print_json([{**each._asdict(), "line": line_of(each.where)} for each in findings])
    elif findings:
        print_table(CHECK, (_finding_cells(each, line_of(each.where)) for each in findings))
    else:
        print("nothing found")
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if errors:
        found = "1 error" if errors == 1 else f"{errors} errors"
        print(f"xlfuncs: {chosen.contract}: {found} found", file=sys.stderr)
    return NO_ANSWER if errors else ANSWERED


def _finding_cells(finding: Finding, line: int | None) -> tuple[str, ...]:
    where = f"line {line}, {finding.where}" if line else finding.where
    return finding.severity.value, where, finding.found, finding.to_do

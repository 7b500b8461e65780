"""The commands `schedule` and `check`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xlfuncs.checks import check as findings_of
from xlfuncs.checks.findings import Severity
from xlfuncs.cli.contracts import contract_of, reading_of
from xlfuncs.cli.jsons import line_as_json, print_json
from xlfuncs.cli.questions import typed_day
from xlfuncs.cli.refusals import ANSWERED, NO_ANSWER
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.schedule import ScheduleLine
from xlfuncs.pricing.schedule import schedule as schedule_of
from xlfuncs.pricing.wording import citations, money, number, span

WHERE = 1
"""The column of places and quantities, which are read whole or not at all."""

WIDE_ENOUGH = 2000
"""Characters a line may have where no terminal says how many fit: each row stays on its line."""


def schedule(chosen: Namespace) -> int:
    """Prints the price table in force on a day."""
    book = PriceBook(contract_of(chosen.contract))
    day = typed_day("date", chosen.purchased)
    known_on = None if chosen.known_on is None else typed_day("--known-on", chosen.known_on)
    lines = schedule_of(book, day, chosen.service, known_on)
    if chosen.json:
        print_json([line_as_json(line) for line in lines])
    elif lines:
        titles = ("Service", "Quantity", "Price", "Source")
        _print_table(titles, (_schedule_cells(line) for line in lines))
    if not lines:
        print(f"xlfuncs: no price: {_why_empty(book, chosen)}", file=sys.stderr)
    return ANSWERED if lines else NO_ANSWER


def _why_empty(book: PriceBook, chosen: Namespace) -> str:
    if book.chosen(chosen.service):
        return f"nothing is priced on {chosen.purchased}"
    offered = ", ".join(map(repr, book.offered))
    return f"the contract has no service {chosen.service!r}; its services are {offered}"


def _schedule_cells(line: ScheduleLine) -> Sequence[str]:
    service, first, last, cause, priced, decided = line
    price = cause.kind.value
    if priced and priced.rate:
        above = f" above {number(priced.above)}" if priced.above else ""
        fixed = f"{money(priced.fixed)} + " if priced.fixed else ""
        price = f"{fixed}{money(priced.rate)} each{above}"
    elif priced:
        price = money(priced.fixed)
    return service.name, span(first, last, service.unit), price, citations(decided)


def check(chosen: Namespace) -> int:
    """Prints what is wrong or doubtful."""
    findings = findings_of(reading_of(chosen.contract))
    if chosen.json:
        print_json([finding._asdict() for finding in findings])
    elif findings:
        titles = ("Severity", "Where", "Finding", "What to do")
        _print_table(titles, ((f.severity.value, *f[1:]) for f in findings))
    else:
        print("nothing found")
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if errors:
        found = "1 error" if errors == 1 else f"{errors} errors"
        print(f"xlfuncs: {chosen.contract}: {found} found", file=sys.stderr)
    return NO_ANSWER if errors else ANSWERED


def _print_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for position, title in enumerate(titles):
        table.add_column(title, overflow="fold", no_wrap=position == WHERE)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else WIDE_ENOUGH, highlight=False)
    with console.capture() as printed:
        console.print(table)
    print("\n".join(line.rstrip() for line in printed.get().splitlines()))

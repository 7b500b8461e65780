"""What the task pane of an Office add-in shows: one contract, asked in texts as people type them.

A view takes a request, texts by name of which blank ones are left out, and returns what the pane
shows, as JSON. Bad input is no error here: the view says in `problem` what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.formula_text import LONGEST_LITERAL, format_call
from xlfuncs.functions.registry import parse_typed_day, parse_typed_quantity
from xlfuncs.pricing.contract import NOT_ON_FILE, Row
from xlfuncs.pricing.explain import explain_in_lines, list_remarks
from xlfuncs.pricing.outcomes import BadInput, Outcome
from xlfuncs.pricing.price_book import Answer, PriceBook, Question
from xlfuncs.pricing.schedule_timeline import schedule, timeline
from xlfuncs.pricing.wording import (
    cite_all,
    format_amount,
    format_billed,
    format_days,
    format_money,
    format_never_priced,
    format_nothing_priced,
    format_price_function,
    format_quantity,
    format_range,
)
from xlfuncs.sheets.cells import escape_unseen
from xlfuncs.sheets.lint import check

JSON = dict[str, Any]
Request = Mapping[str, str]
_Parsed = TypeVar("_Parsed")

ZERO = '"0"'
"""How `xlfuncs.hosts.office` takes the number 0."""

SHOWN_ELSEWHERE = frozenset({"Price", "Wording", "Contract"})
"""Lines of an explanation that the pane shows in another place."""


def show(workbook: PricedSheets, view: str, request: str) -> str:
    """Return what a view shows; a request and what is shown are JSON.

    >>> from xlfuncs.hosts.office import open_contract
    >>> empty = open_contract('{"tiers": [], "amendments": [], "contract": []}')
    >>> json.loads(show(empty, "timeline", '{"quantity": "1"}'))["problem"][:36]
    'not determinable: Tiers!A1: no row h'
    """
    asked = {name: text.strip() for name, text in json.loads(request).items() if text.strip()}
    try:
        shown = _show(workbook, view, asked)
    except BadInput as refusal:
        shown = {"problem": str(refusal), **BLANK[view]}
    return json.dumps(_escape_unseen(shown))


def _show(workbook: PricedSheets, view: str, request: Request) -> JSON:
    if view == "findings":
        return _show_findings(workbook)
    if workbook.book is None:
        raise BadInput(workbook.problem)
    return {"problem": "", **VIEWS[view](workbook.book, request)}


def _escape_unseen(shown: Any) -> Any:
    """The same with what is not seen written out: marks that turn digits around, for one."""
    if isinstance(shown, dict):
        return {name: _escape_unseen(each) for name, each in shown.items()}
    if isinstance(shown, list):
        return [_escape_unseen(each) for each in shown]
    return escape_unseen(shown) if isinstance(shown, str) else shown


def _show_findings(workbook: PricedSheets) -> JSON:
    found = check(workbook.reading)
    titles = ("severity", "where", "found", "to_do")
    rows = ((each.severity.value, each.where, each.found, each.to_do) for each in found)
    return {"rows": [dict(zip(titles, row, strict=True)) for row in rows]}


def _show_contract(book: PriceBook, request: Request) -> JSON:
    """The contract, its documents with their days, and its services."""
    contract = book.contract
    first_rows: dict[int, Row] = {}
    for row in sorted(contract.rows, key=lambda row: row.document):
        first_rows.setdefault(row.document, row)
    return {
        "name": contract.name,
        "documents": [
            *map(_describe_document, first_rows.values()),
            *map(_describe_missing, contract.not_held),
        ],
        "services": [
            {"name": each.name, "unit": each.unit, "adds_up": each.adds_up}
            for each in contract.services
        ],
    }


def _describe_document(row: Row) -> JSON:
    signed = row.stated("signed")
    return {
        "number": row.document,
        "title": row.title,
        "signed": "" if signed is None else str(signed),
        "assumed": "signed" in row.assumed_fields,
    }


def _describe_missing(number: int) -> JSON:
    """A document that is known, and of which there is no copy."""
    title = f"document {number}, of which there is no copy"
    return {"number": number, "title": title, "signed": NOT_ON_FILE, "assumed": False}


# A question and its answer.


def _show_answer(book: PriceBook, request: Request) -> JSON:
    quantity, purchased = _require("quantity", request), _require("purchased", request)
    question = Question(
        parse_typed_quantity(quantity),
        _parse_purchased(purchased),
        request.get("service"),
        _parse_known_on(request),
        _parse_optional("bought_before", request, _parse_bought_before),
    )
    answer = book.answer(question)
    billed = answer.service.billed if answer.service else None
    lines, price = explain_in_lines(book, answer), answer.price
    return {
        "outcome": answer.outcome.value,
        "price": "" if price is None else format_amount(price, book.contract.currency, billed),
        "lines": [line._asdict() for line in lines if line.label not in SHOWN_ELSEWHERE],
        "sources": _list_sources(answer.decided),
        "formula": _format_formula(book, question),
    }


def _list_sources(rows: Iterable[Row]) -> list[JSON]:
    """The places in the documents that decided, each once, with their words."""
    sources = dict.fromkeys((row.title, row.clause, row.source, row.note) for row in rows)
    return [
        dict(zip(("title", "clause", "words", "note"), source, strict=True)) for source in sources
    ]


def _format_formula(book: PriceBook, question: Question) -> str:
    """Write a question as the formula of a cell; 0 is a text, since a 0 counts as blank there.

    It is blank for a service whose name is too long for a text in a formula.
    """
    if len(book.contract.services) == 1:
        question = question._replace(service=None)
    if len(question.service or "") > LONGEST_LITERAL:
        return ""
    return f"={format_call(f'{book.contract.prefix}.PRICE', question, zero=ZERO)}"


# Tables: the prices of a day, and of a quantity over time.


def _show_price_list(book: PriceBook, request: Request) -> JSON:
    day = _parse_purchased(_require("purchased", request))
    lines = schedule(book, day, request.get("service"), _parse_known_on(request))
    rows = [
        {
            "service": line.service.name,
            "billed": format_billed(line.service.billed),
            "quantities": format_range(line.first, line.last, line.service.unit),
            "price": format_price_function(function) if function else "",
            "outcome": line.answer.outcome.value,
            "source": _cite(line.answer, line.answer.principal),
        }
        for line in lines
        for function in [line.answer.price_function]
    ]
    return {
        "problem": "" if rows else format_nothing_priced(day),
        "rows": rows,
        "remarks": list_remarks(line.answer for line in lines),
        "currency": book.contract.currency,
    }


def _show_timeline(book: PriceBook, request: Request) -> JSON:
    quantity = parse_typed_quantity(_require("quantity", request))
    periods = timeline(book, quantity, request.get("service"), _parse_known_on(request))
    shown = [
        {
            "since": "" if period.since is None else str(period.since),
            "until": "" if period.until is None else str(period.until),
            "days": format_days(period.since, period.until),
            "price": "" if price is None else format_money(price),
            "amount": None if price is None else float(price),
            "outcome": period.answer.outcome.value,
            "source": _cite(period.answer, period.answer.decided),
        }
        for period in periods
        for price in [period.answer.price]
    ]
    units = format_quantity(quantity, book.find_service(request.get("service")).unit)
    return {
        "problem": "" if shown else format_never_priced(units),
        "periods": shown,
        "asked": _parse_asked_day(request),
        "remarks": list_remarks(period.answer for period in periods),
        "currency": book.contract.currency,
    }


def _cite(answer: Answer, rows: Iterable[Row]) -> str:
    return cite_all(rows) or f"({answer.cause.text})"


# What is typed.


def _require(name: str, request: Request) -> str:
    text = request.get(name)
    if text is None:
        what = "a quantity such as 100,000" if name == "quantity" else "a date such as 2013-12-20"
        raise BadInput(f"type {what}")
    return text


def _parse_optional(name: str, request: Request, parse: Callable[[str], _Parsed]) -> _Parsed | None:
    return None if name not in request else parse(request[name])


def _parse_purchased(text: str) -> date:
    return parse_typed_day("purchase date", text)


def _parse_bought_before(text: str) -> Decimal:
    return parse_typed_quantity(text, "bought before")


def _parse_known_on(request: Request) -> date | None:
    return _parse_optional("known_on", request, lambda text: parse_typed_day("known on", text))


def _parse_asked_day(request: Request) -> str:
    """The day of the question, blank where none is typed that can be read."""
    try:
        day = _parse_optional("purchased", request, _parse_purchased)
    except BadInput:
        return ""
    return "" if day is None else str(day)


VIEWS: dict[str, Callable[[PriceBook, Request], JSON]] = {
    "contract": _show_contract,
    "answer": _show_answer,
    "price list": _show_price_list,
    "timeline": _show_timeline,
}
BLANK: dict[str, JSON] = {
    "contract": {"name": "", "documents": [], "services": []},
    "answer": {
        "outcome": Outcome.BAD_INPUT.value,
        "price": "",
        "lines": [],
        "sources": [],
        "formula": "",
    },
    "price list": {"rows": [], "remarks": [], "currency": ""},
    "timeline": {"periods": [], "asked": "", "remarks": [], "currency": ""},
}
"""What each view shows where there is a problem."""

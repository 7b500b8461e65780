"""Check a contract for what is wrong or doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import (
    Assumption,
    Charge,
    Contract,
    Row,
    Service,
    quantity_of,
    service_key,
)
from xlfuncs.pricing.money import EXACT, to_cents
from xlfuncs.pricing.outcomes import Cause
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY, claim, in_force_from
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.price_list import Band, PriceList
from xlfuncs.pricing.sweep import Piece, TooManyPrices
from xlfuncs.pricing.wording import citation, counted, money, number, quantities, span, statement
from xlfuncs.sheets.findings import Finding, Severity
from xlfuncs.sheets.lint_services import service_findings, text_findings
from xlfuncs.sheets.reader import Reading
from xlfuncs.sheets.schema import title_of

# What each row by itself leaves doubtful.


def row_findings(contract: Contract) -> Iterator[Finding]:
    """Row by row: what it lacks, what is assumed in it, and totals that do not multiply out."""
    assumed: set[tuple[int, Assumption]] = set()
    for row in contract.rows:
        yield from _not_on_file(row)
        yield from _never_counts(row)
        yield from _printed_total(row)
        yield from _untraceable(row)
        yield from _small_percentage(row)
        for assumption in row.assumed:
            if (row.document, assumption) not in assumed:
                assumed.add((row.document, assumption))
                fields, why = assumption
                named = " and ".join(title_of(field).lower() for field in fields)
                yield Finding(
                    Severity.NOTE,
                    row.place.cell(fields[0]),
                    f"{named} of {row.title} assumed: {why}",
                    "find the document that states it",
                )


def _not_on_file(row: Row) -> Iterator[Finding]:
    if row.charge is Charge.NOT_ON_FILE:
        where = row.place.cell("charge")
        found = f"{quantities(row)} of {row.service!r} not on file: {citation(row)}"
        yield Finding(Severity.NOTE, where, found, "find what settles it and enter that")
    for field in row.lacking:
        found = f"{title_of(field).lower()} is blank, so the row counts as not on file"
        to_do = f"enter what {citation(row)} says"
        yield Finding(Severity.WARNING, row.place.cell(field), found, to_do)
    if row.document > 0 and row.effective is None and row.signed is not None:
        found = f"{row.title} is signed but not effective, so the row counts as not on file"
        yield Finding(
            Severity.WARNING, row.place.cell("effective"), found, "enter the first day in force"
        )


def _never_counts(row: Row) -> Iterator[Finding]:
    if in_force_from(row) is None:
        found = f"{row.title} is neither signed nor effective, so the row is not in force"
        yield Finding(
            Severity.NOTE, row.place.cell("effective"), found, "enter the days once it is signed"
        )
    elif claim(row, Decimal(1)) is None:
        found = "the row counts on no day: its purchase days and its days in force do not meet"
        where = row.place.cell("purchased_through" if row.purchased_through else "effective")
        yield Finding(Severity.WARNING, where, found, "compare the dates")


def _printed_total(row: Row) -> Iterator[Finding]:
    exact = row.quantity_from == row.quantity_to
    if row.charge is Charge.PACKAGE and exact and row.price is not None and row.unit_price:
        product = EXACT.multiply(row.quantity_from, row.unit_price)
        if to_cents(product) != row.price:
            found = (
                f"{number(row.quantity_from)} x {money(row.unit_price)} = {money(product)}, but "
                f"the printed total is {money(row.price)}: {money(abs(row.price - product))} apart"
            )
            to_do = "nothing, if both figures are as printed: the printed total is the price"
            yield Finding(Severity.NOTE, row.place.cell("price"), found, to_do)


def _untraceable(row: Row) -> Iterator[Finding]:
    if not row.clause:
        found = "clause is blank, so a price from this row cannot be traced to its place"
        yield Finding(Severity.WARNING, row.place.cell("clause"), found, "enter the clause")


def _small_percentage(row: Row) -> Iterator[Finding]:
    if row.percent and row.percent < 1:
        found = f"{number(row.percent)} percent off is less than one percent"
        to_do = f"enter {number(row.percent * 100)} if that is meant: 15 is 15 percent, 0.15 is not"
        yield Finding(Severity.WARNING, row.place.cell("percent"), found, to_do)


# What the documents of a contract say against each other.

SHARED = ("title", "signed")
"""What all rows of one document have in common."""


def document_findings(contract: Contract) -> Iterator[Finding]:
    """Duplicate rows, rows at odds about their document, its number or its day of signing."""
    yield from _duplicates(contract)
    first_rows: dict[int, Row] = {}
    at_odds: dict[tuple[int, object], Finding] = {}
    for row in contract.rows:
        first = first_rows.setdefault(row.document, row)
        for value, finding in _at_odds(row, first):
            at_odds.setdefault((row.document, value), finding)
    yield from at_odds.values()
    documents = [first_rows[number] for number in sorted(first_rows)]
    yield from _missing_numbers(documents)
    yield from _signing_days(documents)


def _duplicates(contract: Contract) -> Iterator[Finding]:
    seen: dict[Row, Row] = {}
    for row in contract.rows:
        original = seen.setdefault(said_by(row), row)
        if original is not row:
            found = f"the row says the same as {original.place}, so neither can prevail"
            yield Finding(Severity.ERROR, row.place.cell("document"), found, "delete one of them")


def said_by(row: Row) -> Row:
    """What a row says to the rules, without its place and its remarks."""
    return row._replace(place=None, note="", source="")


def _at_odds(row: Row, first: Row) -> Iterator[tuple[object, Finding]]:
    for field in SHARED:
        if getattr(row, field) != getattr(first, field):
            found = (
                f"{title_of(field).lower()} of document {row.document} is "
                f"{getattr(row, field) or 'blank'}, but {first.place.cell(field)} says "
                f"{getattr(first, field) or 'blank'}"
            )
            to_do = "make them agree, or give one document another number"
            yield (
                getattr(row, field),
                Finding(Severity.WARNING, row.place.cell(field), found, to_do),
            )


def _missing_numbers(documents: list[Row]) -> Iterator[Finding]:
    for before, after in zip(documents, documents[1:]):
        if after.document > before.document + 1:
            first, last = before.document + 1, after.document - 1
            missing = f"documents {first} to {last} are" if first < last else f"document {first} is"
            found = f"{missing} missing between {before.title} and {after.title}"
            to_do = "enter 'not on file' rows for what is not held"
            yield Finding(Severity.WARNING, after.place.cell("document"), found, to_do)


def _signing_days(documents: list[Row]) -> Iterator[Finding]:
    signed = [row for row in documents if row.signed]
    for before, after in zip(signed, signed[1:]):
        if before.signed and after.signed and after.signed < before.signed:
            found = (
                f"{after.title} is document {after.document} but was signed on {after.signed}, "
                f"before {before.title} (document {before.document}) on {before.signed}"
            )
            to_do = "check the numbers: the higher one prevails, whenever it was signed"
            yield Finding(Severity.WARNING, after.place.cell("signed"), found, to_do)


# What is doubtful in the prices of a service, whichever days it is on.


class Doubt(NamedTuple):
    """A finding without its days; alike on neighbouring days it is told once."""

    severity: Severity
    where: str
    found: str
    to_do: str


class Doubts:
    """What is doubtful in the price list of a service.

    Most pieces of a band go on in the next, so the doubts of each are kept, with the piece itself.
    """

    def __init__(self, prices: PriceList, service: Service) -> None:
        self._prices = prices
        self._service = service
        self._of_pieces: dict[int, tuple[Piece, Piece | None, list[Doubt]]] = {}
        self._costs: dict[int, tuple[Piece, Costs | None]] = {}
        self._cheaper: dict[tuple[int, Decimal, Decimal], Doubt] = {}

    def by_band(self) -> Iterator[tuple[Band, Doubt]]:
        """Each doubt with the days on which there is one, the earliest first.

        Raises TooManyPrices.
        """
        for band in self._prices.bands():
            for piece, above in zip(band.pieces, _decided_above(band.pieces)):
                known = self._of_pieces.get(id(piece))
                if known is None or known[1] is not above:
                    known = piece, above, list(self._doubts(band, piece, above))
                    self._of_pieces[id(piece)] = known
                for doubt in known[2]:
                    yield band, doubt
            for doubt in self._more_for_less(band):
                yield band, doubt

    def _doubts(self, band: Band, piece: Piece, above: Piece | None) -> Iterator[Doubt]:
        cause, service = piece.verdict.cause, self._service
        if cause is Cause.TIED:
            yield from _level(piece, service)
        elif cause is Cause.BETWEEN_QUANTITIES and above is not None:
            row = above.verdict.decided[0].row
            yield _gap(piece, service, row, "quantity_from", LESS_AND_MORE)
        elif cause is Cause.BETWEEN_DAYS:
            _, later = self._prices.in_time(band.since, piece.first)
            if later:
                yield _gap(piece, service, later.row, "effective", "they do before and after")
        elif piece.verdict.missing:
            yield _broken(piece, piece.verdict.missing, service)
        elif cause is Cause.OUTSIDE and piece.verdict.decided:
            yield _nothing_to_discount(piece, service)

    def _more_for_less(self, band: Band) -> Iterator[Doubt]:
        dearest = Decimal(0), Decimal(0)
        for piece in band.pieces:
            known = self._costs.get(id(piece))
            if known is None:
                known = self._costs[id(piece)] = piece, costs_of(piece, self._service)
            costs = known[1]
            if costs is not None:
                if costs.price < dearest[0]:
                    yield self._cheaper_than(piece, costs, *dearest)
                dearest = max(dearest, costs.dearest)

    def _cheaper_than(
        self, piece: Piece, costs: Costs, dearest: Decimal, quantity: Decimal
    ) -> Doubt:
        key = id(piece), dearest, quantity
        if key not in self._cheaper:
            row = piece.verdict.decided[0].row
            found = (
                f"{counted(costs.first, self._service.unit)} cost {money(costs.price)}, less than "
                f"the {money(dearest)} of {number(quantity)} ({citation(row)})"
            )
            where = row.place.cell("quantity_from")
            self._cheaper[key] = Doubt(Severity.NOTE, where, found, "consider buying more")
        return self._cheaper[key]


def _decided_above(pieces: Sequence[Piece]) -> list[Piece | None]:
    """For each piece the first one from it upwards that a row decides."""
    above: Piece | None = None
    found: list[Piece | None] = []
    for piece in reversed(pieces):
        if piece.verdict.decided:
            above = piece
        found.append(above)
    return found[::-1]


class Costs(NamedTuple):
    """What the first quantity of a piece costs; `dearest` is the price of the last, and that."""

    first: Decimal
    price: Decimal
    dearest: tuple[Decimal, Decimal]


def costs_of(piece: Piece, service: Service) -> Costs | None:
    """The costs of a piece, None where it has no price; without an end, the first is the last."""
    line = piece.verdict.line
    if line is None:
        return None
    first = quantity_of(piece.first, service)
    last = quantity_of(piece.last, service) if piece.bounded else first
    return Costs(first, to_cents(line.at(first)), (to_cents(line.at(last)), last))


LESS_AND_MORE = "less and more do"


def _level(piece: Piece, service: Service) -> Iterator[Doubt]:
    """Two of the level rows; a duplicate is told as one, and not again."""
    level = {said_by(claim.row): claim.row for claim in piece.verdict.decided}
    *_, one, other = [None, *level.values()]
    if one is None or other is None:
        return
    found = (
        f"{_range(piece, service)} stand both in {one.place} ({statement(one)}) and in "
        f"{other.place} ({statement(other)}), so neither prevails"
    )
    to_do = "correct the ranges, unless the document itself says both"
    yield Doubt(Severity.WARNING, other.place.cell("quantity_from"), found, to_do)


def _gap(piece: Piece, service: Service, after: Row, field: str, though: str) -> Doubt:
    found = f"{_range(piece, service)} stand in no row, though {though} ({citation(after)})"
    to_do = "enter the row for them, or a 'not on file' row that says why there is none"
    return Doubt(Severity.WARNING, after.place.cell(field), found, to_do)


def _broken(piece: Piece, missing: Piece, service: Service) -> Doubt:
    decided = piece.verdict.decided
    row = next(claim.row for claim in decided if claim.charge is Charge.GRADUATED)
    below = _range(missing, service)
    found = f"{_range(piece, service)} add up slabs, but {below} have no slab price"
    to_do = "see which rows the units below stand in"
    return Doubt(Severity.WARNING, row.place.cell("charge"), found, to_do)


def _nothing_to_discount(piece: Piece, service: Service) -> Doubt:
    row = piece.verdict.decided[0].row
    found = (
        f"{_range(piece, service)} have a discount by {citation(row)}, and no price to take it off"
    )
    to_do = "correct the range of the discount, or enter the price"
    return Doubt(Severity.WARNING, row.place.cell("quantity_from"), found, to_do)


def _range(piece: Piece, service: Service) -> str:
    last = quantity_of(piece.last, service) if piece.bounded else None
    return span(quantity_of(piece.first, service), last, service.unit)


# Findings in the prices themselves: gaps, conflicts, broken sums, and buying more for less.


def price_findings(contract: Contract) -> Iterator[Finding]:
    """Walks the whole price list of every service; each doubt once for each span of days."""
    book = PriceBook(contract)
    for service in contract.services:
        spans: dict[Doubt, list[tuple[int, int]]] = {}
        try:
            for band, doubt in Doubts(book.price_list(service), service).by_band():
                _extend(spans.setdefault(doubt, []), band)
        except TooManyPrices as too_many:
            yield _unseen(too_many.day, contract, service)
        for doubt, days in spans.items():
            for since, until in days:
                found = f"{doubt.found}{_days(since, until)}"
                yield Finding(doubt.severity, doubt.where, found, doubt.to_do)


def _unseen(day: int, contract: Contract, service: Service) -> Finding:
    row = next(row for row in contract.rows if service_key(row.service) == service.key)
    found = f"the prices of {service.name!r}{_days(day, LAST_DAY)} are too many to check"
    to_do = "see whether days and quantities are entered as the documents have them"
    return Finding(Severity.WARNING, row.place.cell("quantity_from"), found, to_do)


def _extend(days: list[tuple[int, int]], band: Band) -> None:
    if days and days[-1][1] + 1 == band.since:
        days[-1] = (days[-1][0], band.until)
    else:
        days.append((band.since, band.until))


def _days(since: int, until: int) -> str:
    first = f" from {date.fromordinal(since)}" if since > FIRST_DAY else ""
    last = f" through {date.fromordinal(until)}" if until < LAST_DAY else ""
    return f"{first}{last}"


# What is wrong or doubtful in a contract, for `check` and the sheet function of that name.
#
# Standard library only, and the syntax of Python 3.9: LibreOffice's own Python can import it.


def check(reading: Reading) -> list[Finding]:
    """All findings, the most severe first.

    Where the sheets cannot be read their problems are the findings: nothing else is known then.
    """
    contract = reading.contract
    if contract is None:
        found = [from_problem(problem.where, problem.text) for problem in reading.problems]
    else:
        found = [
            *row_findings(contract),
            *document_findings(contract),
            *service_findings(contract),
            *price_findings(contract),
            *text_findings(reading, contract),
        ]
        for where, question in zip(reading.question_cells, contract.open_questions):
            found.append(Finding(Severity.NOTE, where, f"open question: {question}", "ask"))
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def from_problem(where: str, text: str) -> Finding:
    found, _, expected = text.partition("; expected ")
    return Finding(Severity.ERROR, where, found, f"expected: {expected}" if expected else "correct")

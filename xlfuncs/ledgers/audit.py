"""Find in a priced ledger what was paid over and under the contract price, and what is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.columns import OF_PURCHASES
from xlfuncs.ledgers.expressions import execute
from xlfuncs.ledgers.query import format_remark
from xlfuncs.pricing.contract import Contract, Row
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.precedence import is_draft, is_signed_later

# What an audit says of a ledger. The database finds it and a report is written from it, so neither
# needs to know the other.

MOST_OVER, MOST_LISTED = 10_000, 2_500
"""Lines that are listed of what was paid over, which is claimed line by line, and of each other
kind; all of them are in the totals. As many as that take some 20 seconds and 300 MB to write."""

MOST_GROUPS = 500
"""Vendors, services and so on that have a total of their own; the others have one together."""

ZERO = Decimal()


@dataclass(frozen=True, slots=True)
class Amounts:
    """Lines that were compared: what was paid for them, and their price.

    `over` is what was paid above the contract price, on `over_lines` of them, `under` what was paid
    less, and both are positive.
    """

    lines: int = 0
    paid: Decimal = ZERO
    price: Decimal = ZERO
    over_lines: int = 0
    over: Decimal = ZERO
    under_lines: int = 0
    under: Decimal = ZERO

    @property
    def wrong(self) -> Decimal:
        """By how much what was paid is wrong, either way."""
        return self.over + self.under

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(*(getattr(self, n) + getattr(other, n) for n in AMOUNTS))

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(*(getattr(self, n) - getattr(other, n) for n in AMOUNTS))


def sum_amounts(amounts: Iterable[Amounts]) -> Amounts:
    """The sum of all of them."""
    return sum(amounts, Amounts())


AMOUNTS = tuple(each.name for each in fields(Amounts))


class By(Enum):
    """What compared lines are summed up by; the text is the title of it."""

    CHARGE = "Charged as"
    VENDOR = "Vendor"
    SERVICE = "Service"
    DOCUMENT = "Document"
    MONTH = "Month"


UNNAMED = {By.CHARGE: "no explanation found", By.VENDOR: "no vendor given"}
"""The name of a group where lines say nothing."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of the ledger that is listed.

    `quantity` is negative where units are given back, and `service` is as the ledger has it where
    the contract has no such service. `file` and `before` are there where a ledger has several files
    and a service counts purchases together. `groups` are the names by which the line is summed up.
    `is_credited` tells of a purchase that a credit undoes. `reason` is why there is no price, or
    what the row displaced and what is assumed.
    """

    line: int
    paid: Decimal | None
    price: Decimal | None
    file: str = ""
    reference: str = ""
    vendor: str = ""
    purchased: date | None = None
    service: str = ""
    quantity: Decimal | None = None
    before: Decimal | None = None
    charged_as: str = ""
    is_credited: bool = False
    source: str = ""
    outcome: str = Outcome.PRICE.value
    reason: str = ""
    groups: dict[By, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """Lines of one kind: the largest, and how many there are and what they come to in all.

    `difference` is what was paid over, paid under, or paid and not the full credit of a price: of
    the lines that have both amounts.
    """

    lines: tuple[LedgerLine, ...] = ()
    count: int = 0
    paid: Decimal = ZERO
    price: Decimal = ZERO
    difference: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Group:
    """Compared lines that have a vendor, a month or the like in common."""

    name: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The totals by one criterion; `others` are so many groups that are too small to be named."""

    by: By
    groups: tuple[Group, ...]
    others: int = 0
    amounts_of_others: Amounts = Amounts()


@dataclass(frozen=True, slots=True)
class Cause:
    """Why lines were not compared, how many there are, and what was paid on them."""

    outcome: str
    text: str
    lines: int
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Skipped:
    """Lines that are no purchases under the contract: how many, and what was paid on them."""

    outcome: str
    lines: int
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Audit:
    """All that a report says of a ledger.

    `ledgers` are the names of its files, `lines` all lines in them. A purchase is `compared` where
    it has a price and an amount paid, `credits` are kept apart, and so are lines that are
    `skipped`. Of what was paid over, `credited` is undone by credits, on `credited_lines`; of the
    credits, `paired` undo a line that was found for sure.
    """

    contracts: tuple[Contract, ...]
    known_on: date | None
    through: int | None
    ledgers: tuple[str, ...]
    lines: int
    purchases: int
    compared: Amounts
    over: Listed
    under: Listed
    uncompared: Listed
    credits: Listed
    causes: tuple[Cause, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    paired: int = 0
    credited_lines: int = 0
    credited: Decimal = ZERO

    @property
    def currency(self) -> str:
        return self.contracts[0].currency

    @property
    def claim(self) -> Decimal:
        """What was paid over and no credit undoes."""
        return self.compared.over - self.credited


def list_documents(contract: Contract, known_on: date | None, through: int | None) -> list[str]:
    """The titles of the documents that count, in their order; a draft does not count."""
    rows = _list_rows(contract, through)
    counted = (row for row in rows if not is_signed_later(row, known_on) and not is_draft(row))
    return list(dict.fromkeys(row.title for row in counted))


def list_drafts(contract: Contract, through: int | None) -> list[str]:
    """The titles of the documents that do not count, since they are neither signed nor dated."""
    return list(dict.fromkeys(row.title for row in _list_rows(contract, through) if is_draft(row)))


def _list_rows(contract: Contract, through: int | None) -> list[Row]:
    """The rows of the documents through a number, in the order of these."""
    rows = sorted(contract.rows, key=lambda row: row.document)
    return [row for row in rows if through is None or row.document <= through]


# Conditions on the lines of a priced ledger.

_LINE, _FILE, _PAID, _PRICE, _KIND, _CHARGED, _SOURCE, _SERVICE, _UNPAID = map(
    exp.column,
    ("line", "file", "paid", "price", "kind", "charged_as", "source", "service", "unpaid"),
)
_UNDONE, _SETTLED = (
    sql.call("COALESCE", exp.column(name), exp.false()) for name in ("undone", "settled")
)
_IS_CREDIT = sql.call("COALESCE", exp.column("credit"), exp.false())
_CREDIT = exp.and_(_KIND.isin(*OF_PURCHASES), _IS_CREDIT)
_IS_PURCHASE = exp.and_(_KIND.isin(*OF_PURCHASES), exp.Not(this=_IS_CREDIT))
IS_COMPARED = exp.and_(
    _KIND.eq(Outcome.PRICE.value), sql.is_not_null(_PAID), exp.Not(this=_IS_CREDIT)
)
IS_OVER = exp.and_(IS_COMPARED, _PAID > _PRICE)
IS_UNDER = exp.and_(IS_COMPARED, _PAID < _PRICE)
IS_UNCOMPARED = exp.and_(_IS_PURCHASE, exp.or_(_KIND.neq(Outcome.PRICE.value), sql.is_null(_PAID)))


def _count(when: exp.Expr) -> exp.Expr:
    """How many lines there are of which something is true."""
    return exp.Count(this=sql.case((when, 1)))


_SUMS = (
    exp.Count(this=exp.Star()),
    *(sql.call("COALESCE", exp.Sum(this=amount), 0) for amount in (_PAID, _PRICE)),
)
_WRONG = (
    _count(IS_OVER),
    sql.call("COALESCE", exp.Sum(this=sql.case((IS_OVER, _PAID - _PRICE))), 0),
    _count(IS_UNDER),
    sql.call("COALESCE", exp.Sum(this=sql.case((IS_UNDER, _PRICE - _PAID))), 0),
)
"""Both together are the fields of Amounts."""

NO_AMOUNT, UNREAD_AMOUNT = "no amount paid is given", "the amount paid cannot be read"

# Finding it: totals, then the largest lines of each kind, then totals by vendor and the like.


def find_audit(batch: Batch, ledgers: Iterable[str]) -> Audit:
    """Find what was paid over and under, and what was not compared. Raises duckdb.Error.

    `ledgers` are the names of the files that were read.
    """
    tallies = list(_tally(batch))
    purchases = [each for each in tallies if each.kind in OF_PURCHASES and not each.is_credit]
    compared = sum_amounts(each.amounts for each in purchases if each.side)
    sides: dict[str | None, list[_Tally]] = defaultdict(list)
    for each in purchases:
        sides[each.side].append(each)
    credits_ = [each for each in tallies if each.is_credit]
    whole = sum_amounts(each.amounts for each in credits_ if each.side)
    days = [day for each in purchases for day in (each.first_day, each.last_day) if day]
    credited_lines, credited = _sum_credited(batch)
    return Audit(
        batch.table.contracts,
        batch.table.known_on,
        batch.table.through,
        tuple(ledgers),
        lines=sum(each.amounts.lines for each in tallies),
        purchases=sum(each.amounts.lines for each in purchases),
        compared=compared,
        over=_list(
            batch, IS_OVER, _PAID - _PRICE, sides[OVER], difference=compared.over, most=MOST_OVER
        ),
        under=_list(batch, IS_UNDER, _PRICE - _PAID, sides[UNDER], difference=compared.under),
        uncompared=_list(batch, IS_UNCOMPARED, _SIZE, sides[None]),
        credits=_list(batch, _CREDIT, _SIZE, credits_, difference=whole.paid + whole.price),
        causes=tuple(_list_causes(purchases)),
        skipped=tuple(_list_skipped(tallies)),
        breakdowns=tuple(_break_down(batch)),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        paired=sum(each.paired for each in tallies),
        credited_lines=credited_lines,
        credited=credited,
    )


OVER, UNDER, EVEN, CREDITED = "over", "under", "even", "credited"
_SIZE = exp.Abs(this=_PAID)


@dataclass(frozen=True, slots=True)
class _Tally:
    """The lines of one outcome and cause.

    `side` says how those were paid that have a price and an amount paid, credits among them.
    """

    kind: str
    because: str
    is_credit: bool
    side: str | None
    paired: int
    first_day: date | None
    last_day: date | None
    amounts: Amounts


def _tally(batch: Batch) -> Iterator[_Tally]:
    day = exp.column("day")
    is_whole = exp.and_(_CREDIT, sql.is_not_null(_PAID), sql.is_not_null(_PRICE))
    side = sql.case((IS_OVER, OVER), (IS_UNDER, UNDER), (IS_COMPARED, EVEN), (is_whole, CREDITED))
    because = sql.case(
        (exp.or_(_CREDIT, IS_COMPARED), ""),
        (_KIND.neq(Outcome.PRICE.value), sql.call("COALESCE", exp.column("because"), "")),
        (sql.is_not_null(_UNPAID), UNREAD_AMOUNT),
        default=NO_AMOUNT,
    )
    paired = _count(exp.and_(_CREDIT, _SETTLED))
    days = (exp.Min(this=day), exp.Max(this=day))
    query = batch.select(_KIND, because, _CREDIT, side, paired, *days, *_SUMS, *_WRONG)
    query.group_by(*map(sql.convert, (1, 2, 3, 4)), copy=False)
    for row in execute(batch.database, query).fetchall():
        kind, why, is_credit, how, matched, first_day, last_day, *amounts = row
        yield _Tally(kind, why, is_credit, how, matched, first_day, last_day, Amounts(*amounts))


def _list_causes(purchases: Sequence[_Tally]) -> Iterator[Cause]:
    """Why purchases were not compared, the cause with the most lines first."""
    causes = [
        Cause(each.kind, each.because, each.amounts.lines, each.amounts.paid)
        for each in purchases
        if not each.side
    ]
    yield from sorted(causes, key=lambda each: (-each.lines, each.outcome, each.text))


def _list_skipped(tallies: Sequence[_Tally]) -> Iterator[Skipped]:
    skipped: dict[str, Amounts] = defaultdict(Amounts)
    for each in tallies:
        if each.kind not in OF_PURCHASES and not each.is_credit:
            skipped[each.kind] += each.amounts
    for kind, amounts in sorted(skipped.items()):
        yield Skipped(kind, amounts.lines, amounts.paid)


def _sum_credited(batch: Batch) -> tuple[int, Decimal]:
    """How many lines that were paid over a credit undoes, and what was paid over on them."""
    by = sql.call("COALESCE", exp.Sum(this=_PAID - _PRICE), 0)
    query = batch.select(exp.Count(this=exp.Star()), by)
    query.where(exp.and_(IS_OVER, _UNDONE), copy=False)
    [(lines, credited)] = execute(batch.database, query).fetchall()
    return lines, credited


def _list(
    batch: Batch,
    when: exp.Expr,
    size: exp.Expr,
    tallies: Sequence[_Tally],
    *,
    difference: Decimal = ZERO,
    most: int | None = None,
) -> Listed:
    """The largest of these lines, and the sums of all."""
    whole = sum_amounts(each.amounts for each in tallies)
    lines = tuple(_list_lines(batch, when, size, most or MOST_LISTED)) if whole.lines else ()
    return Listed(lines, whole.lines, whole.paid, whole.price, difference)


_TEXTS = ("file", "reference", "vendor", "charged_as", "source", "unpaid", "service_named")
_SHOWN = ("line", "paid", "price", "day", "service", "stated", "before", "kind")


def _list_lines(batch: Batch, when: exp.Expr, size: exp.Expr, most: int) -> Iterator[LedgerLine]:
    columns = [exp.column(name) for name in (*_SHOWN, *_TEXTS)]
    remark = format_remark(batch.ledger, with_line=False)
    query = batch.select(*columns, remark, _UNDONE).where(when, copy=False)
    largest_first = exp.Ordered(this=size, desc=True, nulls_first=False)
    query.order_by(largest_first, _FILE, _LINE, copy=False).limit(most, copy=False)
    names = _Names(batch)
    for row in execute(batch.database, query).fetchall():
        line, paid, price, day, service, quantity, before, kind, *texts, is_credited = row
        file, reference, vendor, charged_as, source, unpaid, service_named, reason = (
            text or "" for text in texts
        )
        if kind == Outcome.PRICE.value and paid is None and not unpaid:
            reason = "; ".join(filter(None, (NO_AMOUNT, reason)))
        yield LedgerLine(
            line,
            paid,
            price,
            file=file,
            reference=reference,
            vendor=vendor,
            purchased=day,
            service=names.name_service(service) or service_named.strip(),
            quantity=quantity,
            before=before,
            charged_as=charged_as,
            is_credited=bool(is_credited),
            source=source,
            outcome=kind,
            reason=reason,
            groups={
                By.CHARGE: charged_as or UNNAMED[By.CHARGE],
                By.VENDOR: vendor.strip() or UNNAMED[By.VENDOR],
                By.SERVICE: names.name_service(service),
                By.DOCUMENT: names.name_document(service, source),
                By.MONTH: f"{day:%Y-%m}" if day else "",
            },
        )


# The names of services and documents, which a ledger has by number and by the place in them.


class _Names:
    """The names of services by number, and of the documents by what cites them."""

    def __init__(self, batch: Batch) -> None:
        self._contracts = batch.table.contracts
        self._services = [
            (each, number)
            for number, contract in enumerate(self._contracts)
            for each in contract.services
        ]
        self._documents = [
            sorted({row.title for row in contract.rows}, key=len, reverse=True)
            for contract in self._contracts
        ]
        self._named: dict[tuple[int, str], str] = {}

    def name_service(self, number: int | None) -> str:
        """The name of a service by its number from 1 on, blank for none that there is."""
        if not number:
            return ""
        service, contract = self._services[number - 1]
        return self._name_in(service.name, contract)

    def name_document(self, service: int | None, source: str) -> str:
        """The title of the first document that the source cites."""
        if not service or not source:
            return source
        key = (service, source)
        if key not in self._named:
            _, contract = self._services[service - 1]
            titles = self._documents[contract]
            begins = (each for each in titles if f"{source},".startswith((f"{each},", f"{each};")))
            self._named[key] = self._name_in(next(begins, source), contract)
        return self._named[key]

    def _name_in(self, name: str, contract: int) -> str:
        """The name, with that of its contract where there are several."""
        return name if len(self._contracts) == 1 else f"{name} ({self._contracts[contract].name})"


# Totals by explanation, vendor, service, document and month.


def _break_down(batch: Batch) -> Iterator[Breakdown]:
    """The totals by each criterion of which the ledger says something."""
    day, vendor = exp.column("day"), sql.call("TRIM", exp.column("vendor"))
    is_wrong = exp.and_(IS_COMPARED, _PAID.neq(_PRICE))
    charges = _sum_by(batch, By.CHARGE, is_wrong, _CHARGED)
    vendors = _sum_by(batch, By.VENDOR, IS_COMPARED, sql.call("NULLIF", vendor, ""))
    months = _sum_by(batch, By.MONTH, IS_COMPARED, sql.call("STRFTIME", day, "%Y-%m"))
    names = _Names(batch)
    by_source = _fetch_groups(batch, _group(batch, IS_COMPARED, _SERVICE, _SOURCE))
    services = _merge(
        By.SERVICE, ((names.name_service(service), each) for service, _, each in by_source)
    )
    documents = _merge(
        By.DOCUMENT,
        ((names.name_document(service, source or ""), each) for service, source, each in by_source),
    )
    if [each.name for each in vendors.groups] == [UNNAMED[By.VENDOR]]:
        vendors = Breakdown(By.VENDOR, ())
    for each in (charges, vendors, services, documents, months):
        if each.groups:
            yield each


def _group(batch: Batch, when: exp.Expr, *keys: exp.Expr) -> exp.Select:
    """The query of amounts by keys, the largest differences first, then the largest payments."""
    query = batch.select(*keys, *_SUMS, *_WRONG).where(when, copy=False)
    numbers = [sql.convert(number) for number in range(1, len(keys) + 1)]
    query.group_by(*numbers, copy=False)
    difference = exp.Sum(this=exp.Abs(this=_PAID - _PRICE))
    return query.order_by(difference.desc(), exp.Sum(this=_PAID).desc(), *numbers, copy=False)


def _fetch_groups(batch: Batch, query: exp.Select) -> list[list[Any]]:
    """The rows of a query that ends with the fields of Amounts, these in one value."""
    rows = execute(batch.database, query).fetchall()
    return [[*row[: -len(AMOUNTS)], Amounts(*row[-len(AMOUNTS) :])] for row in rows]


def _sum_by(batch: Batch, by: By, when: exp.Expr, key: exp.Expr) -> Breakdown:
    """The largest groups one by one, and the others together, which the database adds up."""
    query = _group(batch, when, key).limit(MOST_GROUPS + 1, copy=False)
    found = [
        Group(name or UNNAMED.get(by, ""), amounts) for name, amounts in _fetch_groups(batch, query)
    ]
    if len(found) <= MOST_GROUPS:
        return _bound(by, found)
    count = exp.Count(this=exp.Distinct(expressions=[sql.call("COALESCE", key, "")]))
    whole = batch.select(count, *_SUMS, *_WRONG).where(when, copy=False)
    [(groups, amounts)] = _fetch_groups(batch, whole)
    named = found[:MOST_GROUPS]
    rest = amounts - sum_amounts(each.amounts for each in named)
    return _bound(by, named, groups - MOST_GROUPS, rest)


def _merge(by: By, named: Iterable[tuple[str, Amounts]]) -> Breakdown:
    """The amounts by name, in the order of `_group`."""
    merged: dict[str, Amounts] = defaultdict(Amounts)
    for name, amounts in named:
        merged[name] += amounts
    found = [Group(*each) for each in merged.items()]
    found.sort(key=lambda each: (-each.amounts.wrong, -each.amounts.paid, each.name))
    others = found[MOST_GROUPS:]
    return _bound(
        by, found[:MOST_GROUPS], len(others), sum_amounts(each.amounts for each in others)
    )


def _bound(
    by: By, groups: Sequence[Group], others: int = 0, amounts: Amounts = Amounts()
) -> Breakdown:
    """The totals of some groups and others; months are in their order."""
    if by is By.MONTH:
        groups = sorted(groups, key=lambda each: each.name)
    return Breakdown(by, tuple(groups), others, amounts)

"""Find for the lines of a priced ledger what was charged instead, and what credits undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from sqlglot import exp

from xlfuncs.ledgers import cell_texts
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.batch import OVER, PRICED, UNDER, Batch
from xlfuncs.ledgers.bought_before import BEFORE, has_periods
from xlfuncs.ledgers.charged_as import ChargedLine, TaxRates, explain_charges
from xlfuncs.ledgers.credits import LedgerLine, describe_credit, pair_credits, settle_credits
from xlfuncs.ledgers.database import create_table
from xlfuncs.ledgers.expressions import execute
from xlfuncs.ledgers.ledger import CREDIT, FILE_AT, STEP
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import PriceBook

CHARGES = STEP.format("charges")
"""The table of what was charged instead, by the places of lines."""

BETWEEN = " or "
"""Between explanations that both fit."""

CREDITS = "credit"
"""The kind of all credits."""

PRICED_OR_NOT = (Outcome.PRICE, Outcome.NO_PRICE, Outcome.NOT_DETERMINABLE)
"""The outcomes of a line that can be read."""

AT_ONCE = 10_000

PLACE, _DAY, _PAID, _PRICE = map(exp.column, ("place", "day", "paid", "price"))


class Charge(NamedTuple):
    """What is said of the line at a place, and of which kind it is, for totals.

    `undone` is the place of the purchase that a credit undoes, or of one of several alike, if that
    is certain.
    """

    place: int
    label: str
    kind: str
    undone: int | None = None


READINGS = 2
"""How often the lines that were paid over or under are read: for rates of tax, and for the rest."""


def explain_lines(batch: Batch, folder: Path, count: Callable[[], object] = bool) -> None:
    """Put beside each line what was charged instead, and beside each credit what it undoes.

    The folder has room for a temporary file. `count` is called for each of the READINGS of a line
    that was paid over or under. Raises duckdb.Error.
    """
    types = {"place": "BIGINT", "label": "VARCHAR", "kind": "VARCHAR", "undone": "BIGINT"}
    rows = chain(_explain_differences(batch, count), _describe_credits(batch))
    create_table(batch.database, folder, CHARGES, types, rows)
    label, kind = (exp.column(name, table=CHARGES) for name in ("label", "kind"))
    settled = sql.is_not_null(exp.column("undone", table=CHARGES))
    said = {"charged_as": label, "charged_kind": kind, "settled": settled}
    execute(batch.database, _update("place", **said))
    execute(batch.database, _update("undone", undone=exp.true()))


def _update(at: str, **values: exp.Expr) -> exp.Update:
    """The statement that writes values into the lines whose places are in a column."""
    place = exp.column(at, table=CHARGES)
    return exp.Update(
        this=exp.to_table(PRICED),
        expressions=[exp.column(name).eq(value) for name, value in values.items()],
        from_=exp.From(this=exp.to_table(CHARGES)),
        where=exp.Where(this=exp.column("rowid", table=PRICED).eq(place)),
    )


# Lines that were paid over or under.


def _explain_differences(batch: Batch, count: Callable[[], object]) -> Iterator[Charge]:
    books = [PriceBook(contract, batch.table.through) for contract in batch.table.contracts]
    taxes = TaxRates(_read_differing(batch, books, count))
    for place, found in explain_charges(_read_differing(batch, books, count), taxes):
        if found:
            label, kind = (
                BETWEEN.join(dict.fromkeys(words))
                for words in ([each.label for each in found], [each.kind for each in found])
            )
            yield Charge(place, label, kind)


def _read_differing(
    batch: Batch, books: Sequence[PriceBook], count: Callable[[], object]
) -> Iterator[ChargedLine]:
    """The lines that were paid over or under, those of a service together."""
    query = batch.select(
        *(PLACE, exp.column("service"), exp.column("quantity"), _DAY, _PAID, _PRICE),
        *(_read_entry(batch), _text(batch, batch.columns.vendor)),
        BEFORE if has_periods(batch.table) else sql.NULL,
    )
    query.where(exp.and_(_has_price(), exp.or_(OVER, UNDER)), copy=False)
    query.order_by(exp.column("service"), PLACE, copy=False)
    for place, service, quantity, day, paid, price, *others in _fetch(batch, query):
        count()
        entered, vendor, before = others
        offered = batch.table.services[service - 1]
        yield ChargedLine(
            place,
            books[offered.contract - 1],
            offered.service.name,
            Decimal(quantity),
            day,
            paid,
            price,
            entered=entered,
            vendor=vendor,
            before=None if before is None else Decimal(before),
            known_on=batch.table.known_on,
        )


def _read_entry(batch: Batch) -> exp.Expr:
    """The day of entry, which is in the second column of days, if there is one."""
    if len(batch.columns.purchased) < 2:
        return sql.cast(sql.NULL, "DATE")
    text = batch.source.text(batch.columns.purchased[1])
    return cell_texts.read_day(cell_texts.day_cell([text], batch.style), batch.style.dates)


# Credits.


def _describe_credits(batch: Batch) -> Iterator[Charge]:
    is_readable = exp.and_(
        *map(sql.is_not_null, (exp.column("quantity"), _DAY, _PAID, exp.column("service")))
    )
    credited = _read_lines(batch, exp.and_(CREDIT, is_readable))
    like_one = exp.In(
        this=exp.Tuple(expressions=_list_amounts()),
        query=batch.select(*_list_amounts()).where(CREDIT, copy=False).subquery(copy=False),
    )
    is_bought = exp.and_(exp.Not(this=CREDIT), exp.column("stated") >= 0)
    may_be_undone = exp.and_(is_bought, is_readable, like_one)
    pairs: dict[int, tuple[int, ...]] = {}
    if batch.columns.reference is not None:
        pairs = pair_credits(credited, _read_lines(batch, may_be_undone))
    bought = _read_bought(batch, may_be_undone) if pairs else {}
    undone = settle_credits(pairs, {number: each.price for number, each in bought.items()})
    labels: dict[int, str] = {}  # by identity: many credits may be for one of the same many lines
    every = batch.select(PLACE, _number_in_order(batch))
    is_purchase = exp.column("kind").isin(*(each.value for each in PRICED_OR_NOT))
    every.where(exp.and_(CREDIT, is_purchase), copy=False)
    for place, number in _fetch(batch, every):
        lines = pairs.get(number, ())
        if id(lines) not in labels:
            labels[id(lines)] = describe_credit([bought[each].name for each in lines])
        found = bought.get(undone.get(number, -1))
        yield Charge(place, labels[id(lines)], CREDITS, found and found.place)


LINES_OF_A_FILE = 10**12
"""More than any file has."""


def _number_in_order(batch: Batch) -> exp.Expr:
    """A number that grows from line to line; places do not where a price list was joined."""
    line = sql.cast(exp.column("line"), "BIGINT")
    return exp.column(FILE_AT) * LINES_OF_A_FILE + line if batch.source.files else line


class _Bought(NamedTuple):
    """A purchase: its place, its line (with the file, if there are several) and its price."""

    place: int
    name: str
    price: Decimal | None


def _read_bought(batch: Batch, when: exp.Expr) -> dict[int, _Bought]:
    """Purchases by their numbers in the order of the ledger."""
    file = batch.source.text(0) if batch.source.files else sql.convert("")
    query = batch.select(_number_in_order(batch), PLACE, exp.column("line"), file, _PRICE)
    return {
        number: _Bought(place, f"{line} of {name}" if name else f"{line}", price)
        for number, place, line, name, price in _fetch(batch, query.where(when, copy=False))
    }


def _list_amounts() -> list[exp.Expr]:
    """What a credit and the purchase that it undoes have in common."""
    return [exp.column("quantity"), sql.call("ABS", _PAID)]


def _read_lines(batch: Batch, when: exp.Expr) -> Iterator[LedgerLine]:
    columns = batch.columns
    query = batch.select(
        *(_number_in_order(batch), _text(batch, columns.reference)),
        *(exp.column("service"), exp.column("quantity")),
        *(_PAID, _DAY, _text(batch, columns.vendor)),
    )
    for number, reference, service, quantity, *rest in _fetch(batch, query.where(when, copy=False)):
        yield LedgerLine(number, reference, f"{service}", Decimal(quantity), *rest)


def _text(batch: Batch, position: int | None) -> exp.Expr:
    return (
        sql.convert("")
        if position is None
        else sql.call("COALESCE", batch.source.text(position), "")
    )


def _has_price() -> exp.Expr:
    return exp.column("kind").eq(Outcome.PRICE.value)


def _fetch(batch: Batch, query: exp.Select) -> Iterator[tuple[Any, ...]]:
    found = execute(batch.database, query)
    while lines := found.fetchmany(AT_ONCE):
        yield from lines

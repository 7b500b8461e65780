"""Finding in a priced ledger what was paid over."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.overcharges import (
    MOST_LISTED,
    Overcharge,
    Overcharges,
    Sum,
    Unchecked,
)
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.ledgers.summary import REFUSALS, Summary
from xlfuncs.pricing.kinds import Kind

OVER = f"WHERE kind = {literal(Kind.PRICE)} AND paid > price"
WHY = "COALESCE(source, ''), COALESCE(reason, '')"


def overcharges(batch: Batch, counted: Summary, ledger: str) -> Overcharges:
    """The overcharges of a ledger, in sums and one by one. Raises duckdb.Error."""
    priced = counted.of(Kind.PRICE)
    return Overcharges(
        batch.table.contract,
        batch.table.known_on,
        ledger,
        lines=counted.lines,
        priced=sum(tally.lines for tally in priced),
        compared=sum(tally.over + tally.even + tally.under for tally in priced),
        sums=tuple(_sums(batch)),
        listed=tuple(_listed(batch)),
        unchecked=tuple(_unchecked(counted)),
    )


def _unchecked(counted: Summary) -> Iterator[Unchecked]:
    for kind in REFUSALS:
        tallies = counted.of(kind)
        if tallies:
            paid = sum((tally.paid for tally in tallies), Decimal())
            yield Unchecked(kind, sum(tally.lines for tally in tallies), paid)


def _sums(batch: Batch) -> list[Sum]:
    statement = batch.selected(
        f"service, {WHY}, COUNT(*), SUM(paid), SUM(price)",
        f"{OVER} GROUP BY 1, 2, 3 ORDER BY SUM(paid - price) DESC, 1, 2, 3",
    )
    return [
        Sum(_service(batch, service), *rest)
        for service, *rest in batch.database.execute(statement).fetchall()
    ]


def _listed(batch: Batch) -> list[Overcharge]:
    statement = batch.selected(
        "line, day, service, quantity, counted, paid, fixed, rate, above, price, "
        f"{WHY}, {_name(batch)}",
        f"{OVER} ORDER BY paid - price DESC, line LIMIT {MOST_LISTED}",
        numbered=True,
    )
    return [
        Overcharge(line, day, _service(batch, service), *rest)
        for line, day, service, *rest in batch.database.execute(statement).fetchall()
    ]


def _name(batch: Batch) -> str:
    """What a line is called by: the first cell that is not one of those that are read."""
    read = set(batch.columns)
    for position, title in enumerate(batch.source.titles):
        if position not in read:
            cell = batch.ledger(numbered=True).text(position)
            return f"COALESCE({literal(f'{title}: ')} || {cell}, '')"
    return "''"


def _service(batch: Batch, number: int) -> str:
    return batch.table.contract.services[number - 1].name

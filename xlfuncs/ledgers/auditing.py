"""Finding in a priced ledger what was paid over."""

from __future__ import annotations

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.overcharges import MOST_LISTED, Overcharge, Overcharges, Sum
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.ledgers.summary import Summary
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
    )


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
        f"line, day, service, quantity, counted, paid, fixed, rate, above, price, {WHY}",
        f"{OVER} ORDER BY paid - price DESC, line LIMIT {MOST_LISTED}",
        numbered=True,
    )
    return [
        Overcharge(line, day, _service(batch, service), *rest)
        for line, day, service, *rest in batch.database.execute(statement).fetchall()
    ]


def _service(batch: Batch, number: int) -> str:
    return batch.table.contract.services[number - 1].name

"""What a priced ledger comes to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.ledgers.statements.statement import remarked
from xlfuncs.pricing.kinds import Kind


class Tally(NamedTuple):
    """The lines of one kind of answer and one cause.

    Of the lines with a price: how many were paid over, even and under it, and by how much in all.
    `paid` is the sum of all amounts paid, `unread` counts those that cannot be read, whatever the
    answer is.
    """

    kind: str
    cause: str
    lines: int
    over: int
    over_by: Decimal
    even: int
    under: int
    under_by: Decimal
    paid: Decimal
    unread: int


class Summary(NamedTuple):
    """All tallies of a ledger, the most frequent first."""

    tallies: Sequence[Tally]

    @property
    def lines(self) -> int:
        return sum(tally.lines for tally in self.tallies)

    def of(self, kind: Kind) -> list[Tally]:
        """The tallies of a kind of answer."""
        return [tally for tally in self.tallies if tally.kind == kind]

    @property
    def faulty(self) -> bool:
        """Whether anything is wrong with any line."""
        return bool(self.of(Kind.BAD_INPUT)) or any(tally.unread for tally in self.tallies)


def summary(batch: Batch) -> Summary:
    """Reads the whole ledger once. Raises duckdb.Error where it cannot be read."""
    columns = ", ".join(
        [
            "kind, because, COUNT(*)",
            *_counted_and_summed("paid > price", "paid - price"),
            "COUNT(*) FILTER (paid = price)",
            *_counted_and_summed("paid < price", "price - paid"),
            "COALESCE(SUM(paid), 0)",
            "COUNT(unpaid)",
        ]
    )
    statement = batch.selected(columns, "GROUP BY kind, because ORDER BY COUNT(*) DESC, because")
    return Summary([Tally(*row) for row in batch.database.execute(statement).fetchall()])


def _counted_and_summed(when: str, amount: str) -> Iterable[str]:
    yield f"COUNT(*) FILTER ({when})"
    yield f"COALESCE(SUM({amount}) FILTER ({when}), 0)"


def first_faults(batch: Batch, most: int) -> list[str]:
    """What is wrong with the first faulty lines, in their order."""
    remark = remarked(batch.ledger(numbered=True))
    faulty = f"WHERE kind = {literal(Kind.BAD_INPUT)} OR unpaid IS NOT NULL LIMIT {most}"
    statement = batch.selected(remark, faulty, numbered=True)
    return [line for (line,) in batch.database.execute(statement).fetchall()]

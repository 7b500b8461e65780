"""What a priced ledger comes to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.ledgers.statements.statement import FOUND, remarked
from xlfuncs.pricing.kinds import Kind

REFUSALS = (Kind.NO_PRICE, Kind.NOT_DETERMINABLE, Kind.BAD_INPUT)
MEASURES = ("quantity", "paid")
"""The columns that are numbers."""


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


FIGURES = len(Tally._fields) - 2


class Threes(NamedTuple):
    """Texts of a column that were read with three decimals, which may have been thousands."""

    field: str
    lines: int
    example: str


class Summary(NamedTuple):
    """All tallies of a ledger, the most frequent first, and what may have been misread."""

    tallies: Sequence[Tally]
    threes: Sequence[Threes] = ()

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
    told = f"CASE WHEN {FOUND} THEN cell ELSE 0 END"
    columns = ", ".join(
        [
            f"{told}, CASE WHEN {told} = 0 THEN kind END, CASE WHEN {told} = 0 THEN because END",
            "COUNT(*)",
            *_counted_and_summed("paid > price", "paid - price"),
            "COUNT(*) FILTER (paid = price)",
            *_counted_and_summed("paid < price", "price - paid"),
            "COALESCE(SUM(paid), 0)",
            "COUNT(unpaid)",
            *(column for field in MEASURES for column in _threes(batch, field)),
        ]
    )
    # numbers of rows are sorted into groups sooner than what these rows say
    found = batch.database.execute(batch.selected(columns, "GROUP BY 1, 2, 3")).fetchall()
    tallies: dict[tuple[str, str], list[Tally]] = {}
    for cell, kind, cause, *figures in found:
        line = batch.table.lines[cell - 1] if cell else None
        why = (line.answer, line.cause) if line else (kind, cause)
        tallies.setdefault(why, []).append(Tally(*why, *figures[:FIGURES]))
    summed = sorted(map(_together, tallies.values()), key=lambda each: (-each.lines, each.cause))
    return Summary(summed, list(_misread([row[-2 * len(MEASURES) :] for row in found])))


def _threes(batch: Batch, field: str) -> Iterable[str]:
    """How many texts of a column have three decimals, and one of them, in SQL."""
    position = getattr(batch.columns, field)
    if position is None or batch.source.kinds or batch.style.thousands:
        return "0", "NULL"
    text = batch.ledger(numbered=False).text(position)
    threes = f"{field} IS NOT NULL AND SUBSTRING({text}, -4, 1) = {literal(batch.style.decimal)}"
    return f"COUNT(*) FILTER ({threes})", f"MIN({text}) FILTER ({threes})"


def _misread(found: Sequence[Sequence[Any]]) -> Iterable[Threes]:
    for place, field in enumerate(MEASURES):
        lines = sum(row[2 * place] for row in found)
        if lines:
            yield Threes(field, lines, min(filter(None, (row[2 * place + 1] for row in found))))


def _together(tallies: Sequence[Tally]) -> Tally:
    """Tallies of one kind and cause in one."""
    (kind, *_), (cause, *_), *figures = zip(*tallies, strict=True)
    return Tally._make([kind, cause, *map(sum, figures)])


def _counted_and_summed(when: str, amount: str) -> Iterable[str]:
    yield f"COUNT(*) FILTER ({when})"
    yield f"COALESCE(SUM({amount}) FILTER ({when}), 0)"


def first_faults(batch: Batch, most: int) -> list[str]:
    """What is wrong with the first faulty lines, in their order."""
    remark = remarked(batch.ledger(numbered=True))
    faulty = f"WHERE kind = {literal(Kind.BAD_INPUT)} OR unpaid IS NOT NULL"
    statement = batch.in_order(remark, faulty, numbered=True, most=f"LIMIT {most}")
    return [line for (line,) in batch.database.execute(statement).fetchall()]

"""What a priced ledger comes to, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlfuncs.cli.contracts import MOST_SHOWN
from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.summary import REFUSALS, Summary, first_faults
from xlfuncs.pricing.kinds import Kind


def summary_lines(batch: Batch, counted: Summary) -> Iterator[str]:
    """The columns that were read, how many lines have a price, and what was paid for them."""
    named = (
        f"{field}: {batch.source.titles[position]!r}"
        for field, position in batch.columns._asdict().items()
        if position is not None
    )
    yield _printable(f"read as {', '.join(named)}")
    yield _counted(counted.lines, "lines" if counted.lines != 1 else "line")
    priced = counted.of(Kind.PRICE)
    yield _counted(sum(tally.lines for tally in priced), "priced")
    if batch.columns.paid is not None:
        over = sum(tally.over for tally in priced)
        under = sum(tally.under for tally in priced)
        over_by = sum((tally.over_by for tally in priced), Decimal())
        under_by = sum((tally.under_by for tally in priced), Decimal())
        yield _counted(over, f"  paid over, by {over_by:,.2f} in all")
        yield _counted(under, f"  paid under, by {under_by:,.2f} in all")
        yield _counted(sum(tally.even for tally in priced), "  paid as the contract says")
        rest = sum(tally.lines - tally.over - tally.under - tally.even for tally in priced)
        if rest:
            yield _counted(rest, "  without an amount paid that can be read")
    for kind in REFUSALS:
        for tally in counted.of(kind):
            paid = f"; {tally.paid:,.2f} was paid" if tally.paid else ""
            yield _counted(tally.lines, f"{kind.value}: {tally.cause}{paid}")


def _counted(lines: int, what: str) -> str:
    return f"{lines:>13,}  {what}"


def fault_lines(batch: Batch, counted: Summary) -> Iterator[str]:
    """The first lines with something wrong, and how many more there are."""
    if counted.faulty:
        yield from map(_printable, first_faults(batch, MOST_SHOWN))
        bad = sum(tally.lines for tally in counted.of(Kind.BAD_INPUT))
        unread = sum(tally.unread for tally in counted.tallies if tally.kind != Kind.BAD_INPUT)
        if bad + unread > MOST_SHOWN:
            yield f"and {bad + unread - MOST_SHOWN:,} more; the column Reason names each"


def hint_lines(batch: Batch, counted: Summary) -> Iterator[str]:
    """How the ledger may have been meant, where much of it is read badly or doubtfully."""
    style = batch.style
    for field, lines, example in counted.threes:
        other = "--thousands" if style.decimal == "," else "--thousands and --decimal-comma"
        without = ", without --decimal-comma" if style.decimal == "," else ""
        counted_lines = f"{lines:,} {'line' if lines == 1 else 'lines'}"
        yield _printable(
            f"note: three decimals in {field}, as in {example!r}, on {counted_lines}; where "
            f"{style.decimal!r} separates thousands, say {other}{without}"
        )
    causes = {tally.cause for tally in counted.of(Kind.BAD_INPUT)}
    if "the day cannot be read" in causes:
        yield "note: --dates says how days are written"
    if "the quantity cannot be read" in causes or any(each.unread for each in counted.tallies):
        yield "note: --decimal-comma and --thousands say how numbers are written"


def _printable(text: str) -> str:
    """What a ledger says, without what would move a terminal's cursor or change its colours."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)

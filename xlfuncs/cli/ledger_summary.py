"""Describe a priced ledger: lines, amounts, faults, and how it may have been meant."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from xlfuncs.api import MOST_SHOWN
from xlfuncs.ledgers.columns import LineKind
from xlfuncs.ledgers.price_table import PERIODS
from xlfuncs.pricing.outcomes import Outcome

if TYPE_CHECKING:
    from xlfuncs.ledgers.batch import Batch, Summary
    from xlfuncs.ledgers.hints import Hint

SHOWN = {
    "quantity": "quantities",
    "purchased": "purchase dates",
    "service": "services",
    "paid": "amounts paid",
    "reference": "order or invoice numbers",
    "vendor": "vendors",
    "contract": "contract numbers",
}
"""The columns that a ledger may have, in words."""

FIELDS = {
    "quantity": "quantity",
    "purchased": "purchase date",
    "service": "service",
    "paid": "amount paid",
    "reference": "reference",
    "vendor": "vendor",
    "contract": "contract",
}
"""The same, of one line."""


def describe_ledger(batch: Batch, counted: Summary) -> Iterator[str]:
    """Describe what was read and priced, line by line for a terminal. Raises duckdb.Error."""
    yield from _describe_columns(batch)
    yield from _describe_priced(batch, counted)
    yield from _describe_others(counted)
    yield from _list_faults(batch, counted)
    yield from _note_what_was_read(batch, counted)
    yield from _list_hints(batch, counted)


def _describe_columns(batch: Batch) -> Iterator[str]:
    titles = batch.source.titles
    named = (
        f"{FIELDS[field]} {' or else '.join(repr(titles[place]) for place in places)}"
        for field, places in batch.columns.by_field().items()
        if field != "contract" or batch.reads_contract
    )
    yield _printable(f"columns: {', '.join(named)}")


def _describe_priced(batch: Batch, counted: Summary) -> Iterator[str]:
    """How many lines have a price, and what was paid for them."""
    yield _counted(counted.lines, "lines" if counted.lines != 1 else "line")
    priced = counted.of(Outcome.PRICE)
    yield _counted(sum(tally.lines for tally in priced), "priced")
    credits = sum(tally.credits for tally in priced)
    if batch.columns.paid is None and credits:
        kind = "credits" if credits > 1 else "credit"
        yield _counted(credits, f"  {kind}, with the price of the same quantity bought")
    if batch.columns.paid is not None:
        over = sum(tally.over for tally in priced)
        under = sum(tally.under for tally in priced)
        over_by = sum((tally.over_by for tally in priced), Decimal())
        under_by = sum((tally.under_by for tally in priced), Decimal())
        yield _counted(over, f"  overpaid, by {over_by:,.2f} in total")
        yield _counted(under, f"  underpaid, by {under_by:,.2f} in total")
        yield _counted(sum(tally.even for tally in priced), "  paid as the contract says")
        if credits:
            credited = -sum((tally.credited for tally in priced), Decimal())
            yield _counted(credits, f"  credited, {credited:,.2f} in total")
        compared = sum(tally.over + tally.under + tally.even for tally in priced)
        unread = sum(tally.unread for tally in priced)
        blank = sum(tally.lines for tally in priced) - compared - credits - unread
        if unread:
            yield _counted(unread, "  with an amount paid that cannot be read")
        if blank:
            yield _counted(blank, "  without an amount paid")


UNPRICED = (
    *(Outcome.NO_PRICE, Outcome.NOT_DETERMINABLE, Outcome.BAD_INPUT),
    LineKind.NO_CONTRACT,
)
"""The outcomes of purchases that have no price."""


def _describe_others(counted: Summary) -> Iterator[str]:
    """Why the others have no price, and what was paid for them."""
    for kind in UNPRICED:
        for tally in counted.of(kind):
            paid = tally.paid - tally.credited
            amounts = [f"{paid:,.2f} was paid"] if paid else []
            amounts += [f"{-tally.credited:,.2f} was credited"] if tally.credited else []
            yield _counted(tally.lines, "; ".join((f"{kind.value}: {tally.cause}", *amounts)))
    for other in (LineKind.BLANK, LineKind.TOTAL):
        if lines := sum(tally.lines for tally in counted.of(other)):
            yield _counted(lines, f"{other}{'' if lines == 1 else 's'}, not a purchase")


def _counted(lines: int, what: str) -> str:
    return f"{lines:>13,}  {what}"


def _list_faults(batch: Batch, counted: Summary) -> Iterator[str]:
    """The first lines with something wrong, and how many more there are."""
    from xlfuncs.ledgers.batch import find_first_faults

    if counted.faulty:
        yield from map(_printable, find_first_faults(batch, MOST_SHOWN))
        faults = (Outcome.BAD_INPUT, LineKind.NO_CONTRACT)
        bad = sum(tally.lines for kind in faults for tally in counted.of(kind))
        unread = sum(tally.unread for tally in counted.tallies if tally.kind != Outcome.BAD_INPUT)
        if bad + unread > MOST_SHOWN:
            yield f"and {bad + unread - MOST_SHOWN:,} more; see the column Reason"


def _note_what_was_read(batch: Batch, counted: Summary) -> Iterator[str]:
    """What was left out or taken from elsewhere when the files were read."""
    notes = batch.source.notes
    yield from (_printable(f"note: {each}") for each in notes[:MOST_SHOWN])
    if len(notes) > MOST_SHOWN:
        yield f"note: and {len(notes) - MOST_SHOWN:,} more of the kind"
    yield from map(_printable, _note_periods(batch))
    if batch.columns.contract is not None and not batch.reads_contract:
        title = batch.source.titles[batch.columns.contract]
        yield _printable(
            f"note: all lines are priced under this contract; with --contract-column {title!r} "
            "only those are that name it there"
        )
    titles = [batch.source.titles[place] for place in batch.columns.purchased]
    for number, title in zip(counted.other_days, titles[1:], strict=True):
        if number:
            days = "1 purchase date is" if number == 1 else f"{number:,} purchase dates are"
            yield _printable(f"note: {days} from {title!r}, where {titles[0]!r} is blank")


def _note_periods(batch: Batch) -> Iterator[str]:
    """From which day on the ledger says what was bought before, where purchases add up."""
    from xlfuncs.ledgers.batch import find_first_days

    contracts = batch.table.contracts
    for offered, day in find_first_days(batch):
        service, contract = offered.service, contracts[offered.contract - 1]
        of = f" of {contract.name!r}" if len(contracts) > 1 else ""
        yield (
            f"note: purchases of {service.name!r}{of} add up by {PERIODS[service.counted]}; what "
            f"was bought before the first one here, of {day}, is not counted"
        )


def _list_hints(batch: Batch, counted: Summary) -> Iterator[str]:
    """How the ledger may have been meant, where much of it is read badly or doubtfully."""
    style = batch.style
    for threes in counted.threes:
        other = "--thousands" if style.decimal == "," else "--thousands and --decimal-comma"
        without = ", without --decimal-comma" if style.decimal == "," else ""
        lines = f"{threes.lines:,} {'line' if threes.lines == 1 else 'lines'}"
        yield _printable(
            f"note: three decimals in {threes.field}, such as {threes.example!r}, on {lines}; if "
            f"{style.decimal!r} separates thousands there, use {other}{without}"
        )
    if counted.faulty:
        from xlfuncs.ledgers.hints import try_styles

        yield from map(_format_hint, try_styles(batch))


def _format_hint(hint: Hint) -> str:
    changed = ""
    if hint.changed:
        changed = f"; {hint.changed:,} that can be read now would be read otherwise, or not at all"
    return (
        f"note: {hint.read:,} of {hint.unread:,} {SHOWN[hint.field]} that cannot be read would be "
        f"read {'' if hint.options.startswith('without') else 'with '}{hint.options}{changed}"
    )


def _printable(text: str) -> str:
    """What a ledger says, without what would move a terminal's cursor or change its colours."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)

"""The statement that prices a ledger: the questions, one look-up in the price list, the answers."""

from __future__ import annotations

from collections.abc import Iterable

from xlfuncs.ledgers.ledger import Ledger
from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.ledgers.statements.amounts import price
from xlfuncs.ledgers.statements.questions import questions
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.ledgers.statements.refusals import Refusal, refusals
from xlfuncs.pricing.kinds import Kind

PRICE_LIST = "price_list"

BY_CELL = f"asked LEFT JOIN {PRICE_LIST} USING (cell)"
BY_PLACE = (
    f"asked LEFT JOIN {PRICE_LIST} ON part = in_part AND day BETWEEN day_from AND day_through "
    "AND counted BETWEEN quantity_from AND quantity_through"
)

FOUND = "price IS NOT NULL OR (cell > 0 AND fixed IS NULL)"
"""Whether the price list says what there is to say: a calculated price, or why there is none.

Some engines give null, without a word, for what has more digits than they can hold.
"""

_UNCARRIED = Refusal(
    "cell > 0",
    Kind.BAD_INPUT,
    "the price has too many digits",
    literal("the price has more digits than the database holds; ask for it by itself"),
)


def joined(table: PriceTable) -> str:
    """The questions with what the price list says of them, as any database can do it."""
    return BY_CELL if table.plain else BY_PLACE


def priced(
    ledger: Ledger,
    table: PriceTable,
    looked_up: str | None = None,
    further: Iterable[Refusal] = (),
) -> str:
    """The ledger, `answered`: price, unit_price, source, kind, reason, and `because`, the cause.

    `further` are refusals where nothing else is wrong and nothing is found.
    """
    refused = [*refusals(ledger, table), _UNCARRIED, *further]
    return f"""WITH {questions(ledger, table)}, summed AS (
  SELECT *, {price(table)} AS price FROM {looked_up or joined(table)}
), answered AS (
  SELECT *,
    {_chosen("answer", ((each.when, literal(each.kind)) for each in refused))} AS kind,
    {_chosen("remark", ((each.when, each.words) for each in refused))} AS reason,
    {_chosen("cause", ((each.when, literal(each.cause)) for each in refused))} AS because
  FROM summed
)"""


def _chosen(found: str, cases: Iterable[tuple[str, str]]) -> str:
    """What was found in the price list, which nearly always something was, or what is said else."""
    refused = " ".join(f"WHEN {when} THEN {then}" for when, then in cases)
    return f"CASE WHEN {FOUND} THEN {found} {refused} END"


def remarked(ledger: Ledger) -> str:
    """What is said of a line of `answered`, with its number where something is wrong with it."""
    line = "'line ' || line || ': ' || " if ledger.numbered else ""
    bad = f"{line}reason || COALESCE('; ' || unpaid, '')"
    told = f"{line}unpaid || COALESCE('; ' || NULLIF(reason, ''), '')"
    return (
        f"CASE WHEN kind = {literal(Kind.BAD_INPUT)} THEN {bad} "
        f"WHEN unpaid IS NOT NULL THEN {told} ELSE reason END"
    )

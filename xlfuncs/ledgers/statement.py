"""The statement that prices a ledger: the questions, one join with the price list, the answers."""

from __future__ import annotations

from collections.abc import Iterable

from xlfuncs.ledgers.counting import COUNTED
from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.ledgers.questions import Ledger, questions, refusals
from xlfuncs.ledgers.reading import literal

PRICE_LIST = "price_list"
PRICE = "DECIMAL(18, 2)"


def priced(ledger: Ledger, table: PriceTable) -> str:
    """The ledger with a price, a unit price, a source, an answer, a reason and a difference."""
    return f"""WITH {questions(ledger, table)}, answered AS (
  SELECT *,
    {_price(table)} AS price,
    {_chosen((when, literal(kind)) for when, kind, _, _ in refusals(ledger, table))}
      ELSE answer END AS kind,
    {_chosen((when, words) for when, _, _, words in refusals(ledger, table))}
      ELSE remark END AS reason,
    {_chosen((when, literal(cause)) for when, _, cause, _ in refusals(ledger, table))}
      ELSE cause END AS because
  FROM asked LEFT JOIN {PRICE_LIST} USING (cell)
)"""


def _chosen(cases: Iterable[tuple[str, str]]) -> str:
    return "CASE " + " ".join(f"WHEN {when} THEN {then}" for when, then in cases)


def _price(table: PriceTable) -> str:
    """fixed + rate x (quantity - above), to the cent, halves away from zero."""
    kind = "DECIMAL(16, 0)" if table.whole else COUNTED
    return f"CAST(ROUND(fixed + rate * CAST(counted - above AS {kind}), 2) AS {PRICE})"

"""What is written beside each line of a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.statements.statement import remarked


class Result(NamedTuple):
    """A column: its title and what it shows, in SQL; `amount` where that is a figure."""

    title: str
    shown: str
    amount: bool = False


def results(batch: Batch, *, numbered: bool) -> list[Result]:
    """Price, unit price, source, answer and reason, and the difference where there can be one."""
    found = [
        Result("Price", "price", amount=True),
        Result("Unit price", "unit_price", amount=True),
        Result("Source", "source"),
        Result("Answer", "kind"),
        Result("Reason", remarked(batch.ledger(numbered=numbered))),
    ]
    if batch.columns.paid is not None:
        found.append(Result("Difference", "paid - price", amount=True))
    return found


def titled(titles: Sequence[str], added: Iterable[Result]) -> list[str]:
    """All titles; an added one is another than any that the ledger has.

    >>> titled(["Date", "price"], [Result("Price", "price"), Result("Source", "source")])
    ['Date', 'price', 'Price (contract)', 'Source']
    """
    every = list(titles)
    for result in added:
        every.append(_another(result.title, every))
    return every


def _another(title: str, others: Iterable[str]) -> str:
    taken = {other.casefold().strip() for other in others}
    while title.casefold() in taken:
        title = f"{title} (contract)"
    return title

"""Choose what is written of each line of a ledger: columns of its own, and what is added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.batch import Batch, Kept
from xlfuncs.ledgers.bought_before import BEFORE, has_periods
from xlfuncs.ledgers.columns import explain_missing, format_titles
from xlfuncs.ledgers.ledger import Source
from xlfuncs.ledgers.query import difference, format_remark, unit_price
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput

# What is added to a line.


@dataclass(frozen=True, slots=True)
class Result:
    """A column that is added: its title and its value; `amount` where that is a figure.

    `text` is the figure as a text has it.
    """

    title: str
    value: exp.Expr
    amount: bool = False
    text: exp.Expr | None = None


RESULTS = (
    *("Bought before", "Price", "Unit price", "Billed", "Source", "Outcome", "Reason"),
    *("Difference", "Charged as"),
)
"""The titles of all that may be added."""

BOUGHT_BEFORE, PRICE, UNIT_PRICE, BILLED, SOURCE, OUTCOME, REASON, DIFFERENCE, CHARGED_AS = RESULTS


def list_results(batch: Batch) -> list[Result]:
    """Price, unit price, source, outcome and reason; and what a price is for, where that is stated.

    With amounts paid also the difference, and what was charged instead.
    """
    price = exp.column("price")
    billed = sql.find_billed(batch.table.all_services)
    in_text = sql.format_count(BEFORE, batch.table)
    bought = Result(BOUGHT_BEFORE, BEFORE, amount=True, text=in_text)
    results = [
        *([bought] if has_periods(batch.table) else []),
        Result(PRICE, price, amount=True),
        Result(UNIT_PRICE, unit_price(), amount=True),
        *([] if billed is None else [Result(BILLED, billed)]),
        Result(SOURCE, exp.column("source")),
        Result(OUTCOME, exp.column("kind")),
        Result(REASON, format_remark(batch.ledger)),
    ]
    if batch.columns.paid is not None:
        results.append(Result(DIFFERENCE, difference(), amount=True))
        results.append(Result(CHARGED_AS, exp.column("charged_as")))
    return results


# What is written, in which order.


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """A column of the priced ledger: one of the ledger's own, at a position, or a result."""

    title: str
    position: int | None = None
    result: Result | None = None


def choose_columns(batch: Batch, names: Sequence[str]) -> list[WrittenColumn]:
    """The columns of these names, in their order; all where none is named.

    A name of what may be added means that, any other a title of the ledger. Raises BadInput for
    one that is neither, and for what is not added to this ledger.
    """
    titles = batch.source.titles
    results = list_results(batch)
    every = add_titles(titles, [each.title for each in results])
    own = [WrittenColumn(title, place) for place, title in enumerate(titles)]
    added = [
        WrittenColumn(title, result=result)
        for title, result in zip(every[len(titles) :], results, strict=True)
    ]
    if not names:
        return [*own, *added]
    by_key = {name_key(each.result.title): each for each in added if each.result}
    chosen: list[WrittenColumn] = []
    for name in names:
        key = _find_result(titles, name)
        if key:
            if key not in by_key:
                raise BadInput(_explain_not_added(titles, name))
            chosen.append(by_key[key])
        else:
            chosen.append(own[_find_title(titles, name)])
    return chosen


def _find_result(titles: Sequence[str], name: str) -> str:
    """The key of what may be added that a name means, also with what `add_titles` puts behind it.

    Blank where it means a column of the ledger.
    """
    own, key = set(map(name_key, titles)), name_key(name)
    while key.endswith(BESIDE_OWN) and key not in own:
        key = key.removesuffix(BESIDE_OWN)
    return key if key in map(name_key, RESULTS) else ""


def _explain_not_added(titles: Sequence[str], name: str) -> str:
    if name_key(name) == name_key(BOUGHT_BEFORE):
        return f"there is no column {name!r}: purchases of no service add up in a period"
    if name_key(name) == name_key(BILLED):
        return f"there is no column {name!r}: the contract does not say what its prices are for"
    return f"there is no column {name!r}: {explain_missing(titles, ['paid'])}"


def _find_title(titles: Sequence[str], name: str) -> int:
    places = [place for place, each in enumerate(titles) if name_key(each) == name_key(name)]
    if not places:
        added = ", ".join(map(repr, RESULTS))
        raise BadInput(
            f"no column is titled {name!r}, which --columns names; it has {format_titles(titles)}; "
            f"what can be added is {added}"
        )
    if len(places) > 1:
        raise BadInput(f"{len(places)} columns are titled {name!r}; give all but one other titles")
    return places[0]


def keep_cells(kind: str, names: Sequence[str]) -> Kept:
    """The cells that a file of a kind, by the ending of its name, is written from."""

    def keep(source: Source) -> Iterator[exp.Expr]:
        positions: Iterable[int] = range(len(source.titles))
        if names:
            own = [name for name in names if not _find_result(source.titles, name)]
            positions = [_find_title(source.titles, name) for name in own]
        if kind == ".csv" or (kind == ".xlsx" and not source.rows):
            yield from map(source.text, positions)
        if kind == ".parquet" or (kind == ".xlsx" and not source.rows):
            yield from map(source.value, positions)

    return keep


BESIDE_OWN = " (contract)"
"""What a title that is added has behind it where the ledger has the same."""


def add_titles(titles: Sequence[str], added: Iterable[str]) -> list[str]:
    """All titles; an added one is another than any that the ledger has.

    >>> add_titles(["Date", "price"], ["Price", "Source"])
    ['Date', 'price', 'Price (contract)', 'Source']
    """
    every = list(titles)
    for title in added:
        taken = {other.casefold().strip() for other in every}
        unlike = title
        while unlike.casefold() in taken:
            unlike += BESIDE_OWN
        every.append(unlike)
    return every

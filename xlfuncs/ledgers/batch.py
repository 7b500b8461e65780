"""A ledger as a batch: its lines priced by the database, and what they come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.columns import Columns, Form, Style, explain_missing, find_columns
from xlfuncs.ledgers.database import READING, explain_failures, look_up
from xlfuncs.ledgers.price_table import PriceTable
from xlfuncs.ledgers.query import (
    ANSWERED,
    FOUND,
    Ledger,
    Source,
    execute,
    format_remark,
    select_answers,
    with_steps,
)
from xlfuncs.ledgers.sources import open_ledger
from xlfuncs.pricing.outcomes import BadInput, Outcome

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# A ledger of a file, priced.

MISSING_TEXTS = ("file", "charged_as", "charged_kind", "vendor", "reference")
"""Columns that are not read yet."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The lines of a ledger with their answers, which the database is asked for more than once."""

    database: DuckDBPyConnection
    table: PriceTable
    source: Source
    columns: Columns
    style: Style
    views: dict[bool, str] = field(default_factory=dict)

    def ledger(self, *, numbered: bool) -> Ledger:
        services = self.table.contract.services
        return self.source.ledger(self.columns, self.style, services, numbered=numbered)

    def select(self, *columns: exp.Expr, numbered: bool = False) -> exp.Select:
        """A query of the lines with their answers, in whatever order."""
        if numbered not in self.views:
            name = f"{ANSWERED}_{'numbered' if numbered else 'lines'}"
            steps = select_answers(self.ledger(numbered=numbered), self.table, look_up(self.table))
            query = with_steps(sql.select(sql.STAR, of=ANSWERED), steps)
            view = exp.Create(this=exp.to_table(name), kind="VIEW", expression=query, replace=True)
            execute(self.database, view)
            self.views[numbered] = name
        missing: dict[str, exp.Expr] = {
            **{name: sql.cast(sql.NULL, "VARCHAR") for name in MISSING_TEXTS},
            "contract": sql.convert(1),
            "before": sql.cast(sql.NULL, sql.MONEY),
            "credit": exp.false(),
        }
        every = sql.select(sql.STAR, of=self.views[numbered], **missing)
        return sql.select(*columns, of=every.subquery(copy=False))

    def select_in_order(self, *columns: exp.Expr, numbered: bool) -> exp.Select:
        """A query of the lines with their answers, in the order of the ledger.

        They are in that order by themselves unless they were joined with a long price list.
        """
        if self.table.plain:
            return self.select(*columns, numbered=numbered)
        return self.select(*columns, numbered=True).order_by(exp.column("line"), copy=False)


# What a priced ledger comes to.

REFUSALS = (Outcome.NO_PRICE, Outcome.NOT_DETERMINABLE, Outcome.BAD_INPUT)


@dataclass(frozen=True, slots=True)
class Tally:
    """The lines of one kind of answer and one cause.

    Of the lines with a price: how many were paid over, even and under it, and by how much in all.
    `paid` is the sum of all amounts paid, `unread` the number of those that cannot be read,
    whatever the answer is.
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


@dataclass(frozen=True, slots=True)
class Threes:
    """Texts of a column that were read with three decimals, which may have been thousands."""

    field: str
    lines: int
    example: str


@dataclass(frozen=True, slots=True)
class Summary:
    """All tallies of a ledger, the most frequent first, and what may have been misread."""

    tallies: Sequence[Tally]
    threes: Sequence[Threes] = ()

    @property
    def lines(self) -> int:
        return sum(tally.lines for tally in self.tallies)

    def of(self, kind: Outcome) -> list[Tally]:
        """The tallies of a kind of answer."""
        return [tally for tally in self.tallies if tally.kind == kind]

    @property
    def faulty(self) -> bool:
        """Whether anything is wrong with any line."""
        return bool(self.of(Outcome.BAD_INPUT)) or any(tally.unread for tally in self.tallies)


_PRICE, _PAID, _UNPAID = map(exp.column, ("price", "paid", "unpaid"))


def sum_up(batch: Batch) -> Summary:
    """Read the whole ledger once. Raises duckdb.Error where it cannot be read."""
    cell = sql.case((FOUND, exp.column("cell")), default=0)
    refused = cell.eq(0)
    # numbers of rows are sorted into groups sooner than what these rows say
    query = batch.select(
        cell,
        sql.case((refused, exp.column("kind"))),
        sql.case((refused, exp.column("because"))),
        exp.Count(this=sql.STAR),
        *_count_and_sum(_PAID > _PRICE, _PAID - _PRICE),
        _filter(exp.Count(this=sql.STAR), _PAID.eq(_PRICE)),
        *_count_and_sum(_PAID < _PRICE, _PRICE - _PAID),
        sql.call("COALESCE", exp.Sum(this=_PAID), 0),
        exp.Count(this=_UNPAID),
        *_find_threes(batch, "quantity"),
        *_find_threes(batch, "paid"),
    )
    query.group_by(*map(sql.convert, (1, 2, 3)), copy=False)
    figures: dict[tuple[str, str], list[Sequence[Any]]] = defaultdict(list)
    threes: list[Threes] = []
    for row in execute(batch.database, query).fetchall():
        number, kind, cause, *sums, in_quantity, quantity, in_paid, paid = row
        line = batch.table.lines[number - 1] if number else None
        figures[(line.answer, line.cause) if line else (kind, cause)].append(sums)
        threes += (Threes("quantity", in_quantity, quantity), Threes("paid", in_paid, paid))
    tallies = (
        Tally(*why, *map(sum, zip(*rows, strict=True)))  # type: ignore[arg-type] # counts, amounts
        for why, rows in figures.items()
    )
    in_order = sorted(tallies, key=lambda tally: (-tally.lines, tally.cause))
    return Summary(in_order, list(_add_up(threes)))


def _find_threes(batch: Batch, name: str) -> Iterator[exp.Expr]:
    """How many texts of a column have three decimals, and one of them.

    Only where the column holds text, whose decimal sign may be misunderstood.
    """
    place = batch.columns.by_field().get(name)
    if place is None or batch.source.types or batch.style.thousands:
        yield from (sql.convert(0), sql.NULL)
        return
    text = batch.source.text(place)
    before_three = sql.call("SUBSTRING", text, -4, 1)
    threes = exp.and_(sql.is_not_null(exp.column(name)), before_three.eq(batch.style.decimal))
    yield _filter(exp.Count(this=sql.STAR), threes)
    yield _filter(exp.Min(this=text), threes)


def _add_up(found: Sequence[Threes]) -> Iterator[Threes]:
    for name in ("quantity", "paid"):
        some = [each for each in found if each.field == name and each.lines]
        if some:
            lines = sum(each.lines for each in some)
            yield Threes(name, lines, min(each.example for each in some))


def _count_and_sum(when: exp.Expr, amount: exp.Expr) -> Iterator[exp.Expr]:
    yield _filter(exp.Count(this=sql.STAR), when)
    yield sql.call("COALESCE", _filter(exp.Sum(this=amount), when), 0)


def _filter(aggregate: exp.Expr, when: exp.Expr) -> exp.Filter:
    return exp.Filter(this=aggregate, expression=exp.Where(this=when))


def find_first_faults(batch: Batch, most: int) -> list[str]:
    """What is wrong with the first faulty lines, in their order."""
    is_bad = exp.column("kind").eq(Outcome.BAD_INPUT.value)
    query = batch.select_in_order(format_remark(batch.ledger(numbered=True)), numbered=True)
    query.where(exp.or_(is_bad, sql.is_not_null(_UNPAID)), copy=False).limit(most, copy=False)
    return [line for (line,) in execute(batch.database, query).fetchall()]


# Reading a ledger's file in whichever way it can be read.


def price_file(
    path: Path, form: Form, table: PriceTable, database: DuckDBPyConnection, folder: Path
) -> tuple[Batch, Summary]:
    """Price the lines of a ledger and sum up the answers.

    The folder has room for a second copy of the ledger. Raises BadInput.
    """
    with explain_failures(READING):
        ways = open_ledger(path, form, database, folder)
        tried = (_price_source(source, form, table, database) for source in ways)
        return next(filter(None, tried))


def _price_source(
    source: Source, form: Form, table: PriceTable, database: DuckDBPyConnection
) -> tuple[Batch, Summary] | None:
    """The answers, None where the database does not find the lines that there are."""
    from duckdb import InvalidInputException, NotImplementedException

    columns = find_columns(source.titles, form.named)
    if columns.service is None and len(table.contract.services) > 1:
        offered = " and ".join(repr(each.name) for each in table.contract.services)
        unsaid = explain_missing(source.titles, ["service"])
        raise BadInput(f"the contract has several services, {offered}: {unsaid}")
    batch = Batch(database, table, source, columns, form.style)
    if source.lines is None:
        return batch, sum_up(batch)
    with suppress(InvalidInputException, NotImplementedException):  # the latter for long lines
        found = sum_up(batch)
        if found.lines == source.lines:
            return batch, found
    return None

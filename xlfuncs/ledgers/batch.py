"""A ledger as a batch: its lines priced by the database, and what they come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.bought_before import KEPT, has_periods
from xlfuncs.ledgers.columns import (
    OF_PURCHASES,
    Columns,
    Form,
    LineKind,
    Style,
    explain_missing,
    find_columns,
)
from xlfuncs.ledgers.database import (
    READING,
    explain_failures,
    find_lines,
    look_up,
)
from xlfuncs.ledgers.expressions import execute, with_steps
from xlfuncs.ledgers.ledger import ANSWERED, CHECKED, CREDIT, FILE_AT, STEP, SUMMED, Ledger, Source
from xlfuncs.ledgers.price_table import OfferedService, PriceTable
from xlfuncs.ledgers.query import FOUND, format_remark, select_answers
from xlfuncs.ledgers.sources import open_ledger
from xlfuncs.pricing.outcomes import BadInput, Outcome

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# A ledger of a file, priced.

PRICED = STEP.format("priced")
"""The table of the lines as they were read and priced, once; its rows are in their order."""

CHARGED = {
    "charged_as": "VARCHAR",
    "charged_kind": "VARCHAR",
    "undone": "BOOLEAN",
    "settled": "BOOLEAN",
}
"""Columns of the table that are filled in afterwards: what was charged instead, in words and as a
kind; whether a credit undoes the line; and of a credit, whether the line that it undoes is sure."""

_LINE = exp.column("line")


@dataclass(frozen=True, slots=True)
class Batch:
    """The lines of a ledger with their answers, which the database is asked for more than once.

    `separator` is what separates the columns of a text.
    """

    database: DuckDBPyConnection
    table: PriceTable
    source: Source
    columns: Columns
    style: Style
    separator: str = ""

    @property
    def ledger(self) -> Ledger:
        """The cells that are read, with the number of each line."""
        return self.source.ledger(self.columns, self.style, self.table, numbered=True)

    @property
    def reads_contract(self) -> bool:
        """Whether a column says which contract a line is about."""
        return self.columns.contract is not None and (
            self.table.names_contracts or len(self.table.contracts) > 1
        )

    def select(self, *columns: exp.Expr) -> exp.Select:
        """A query of the lines with their answers, in whatever order."""
        return sql.select(*columns, of=ANSWERED)

    def select_in_order(self, *columns: exp.Expr) -> exp.Select:
        """A query of the lines with their answers, in the order of the ledger.

        They are in that order by themselves unless they were joined with a long price list.
        """
        if self.table.plain:
            return self.select(*columns)
        order = [exp.column(FILE_AT), _LINE] if self.source.files else [_LINE]
        return self.select(*columns).order_by(*order, copy=False)


Kept = Callable[[Source], Iterable[exp.Expr]]
"""The cells of a ledger that are written again, beside those that are read."""


def read_and_price(batch: Batch, kept: Iterable[exp.Expr]) -> None:
    """Read the whole ledger into a table, once, with the price of each line.

    The table has the cells that are `kept` and those that are read, and room for what was charged
    instead. Raises duckdb.Error.
    """
    source, table, database = batch.source, batch.table, batch.database
    numbered = source.first_line is None or not table.plain
    ledger = source.ledger(batch.columns, batch.style, table, numbered=numbered)
    steps = select_answers(ledger, table, look_up(table))
    checked, answered = steps.pop(CHECKED), steps.pop(ANSWERED)
    names = ["stated", "quantity", "credit", "other_line", "day", "service", "paid", "contract"]
    names += ["counted", "cell", "price"]
    if table.has_unsaid_parts:
        names.append("undecided")
        if has_periods(table):
            names.append("next_count")
    if has_periods(table):
        names += [column.name for column in KEPT]
    if numbered:
        names.append("line")
    if source.files:
        names.append(FILE_AT)
    if source.inspected:
        names.append("broken")
    places = {place for places in batch.columns.by_field().values() for place in places}
    if source.files:
        places.add(0)
    read = map(source.text, sorted(places))
    columns = dict.fromkeys([*kept, *read, *map(exp.column, names)])
    charged = {name: sql.cast(sql.NULL, kind) for name, kind in CHARGED.items()}
    priced = sql.select(*columns, of=SUMMED, **charged)
    _create(database, "TABLE", PRICED, with_steps(priced, steps))
    place: dict[str, exp.Expr] = {"place": exp.column("rowid"), **_name_texts(batch)}
    if not has_periods(table):
        place["before"] = sql.cast(sql.NULL, "BIGINT")
    if not numbered:
        place["line"] = exp.column("rowid") + source.first_line
    steps = {SUMMED: find_lines(table, PRICED, **place), CHECKED: checked, ANSWERED: answered}
    _create(database, "VIEW", ANSWERED, with_steps(sql.select(sql.STAR, of=ANSWERED), steps))


def _name_texts(batch: Batch) -> dict[str, exp.Expr]:
    """The texts that tell of a line what it is to people, by name; null where there are none."""
    columns, file = batch.columns, 0 if batch.source.files else None
    named = {
        "file": file,
        "reference": columns.reference,
        "vendor": columns.vendor,
        "service_named": columns.service,
    }
    nothing = sql.cast(sql.NULL, "VARCHAR")
    return {
        name: nothing if place is None else batch.source.text(place)
        for name, place in named.items()
    }


def _create(database: DuckDBPyConnection, kind: str, name: str, query: exp.Select) -> None:
    created = exp.Create(this=exp.to_table(name), kind=kind, expression=query, replace=True)
    execute(database, created)


# What a priced ledger comes to.


@dataclass(frozen=True, slots=True)
class Tally:
    """The lines of one kind of answer and one cause.

    Of the lines with a price: how many were paid over, even and under it, and by how much in all.
    `credits` of them give money back, `credited` in all, and are none of these. `paid` is the sum
    of all amounts paid, `unread` the number of those that cannot be read, whatever the answer is.
    """

    kind: str
    cause: str
    lines: int
    over: int
    over_by: Decimal
    even: int
    under: int
    under_by: Decimal
    credits: int
    credited: Decimal
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
    other_days: Sequence[int] = ()
    """How many days are from each column of days but the first."""

    @property
    def lines(self) -> int:
        return sum(tally.lines for tally in self.tallies)

    @property
    def purchases(self) -> int:
        """The lines that are neither blank nor a total."""
        return sum(tally.lines for tally in self.tallies if tally.kind in OF_PURCHASES)

    def of(self, kind: Outcome | LineKind) -> list[Tally]:
        """The tallies of a kind of answer."""
        return [tally for tally in self.tallies if tally.kind == kind]

    @property
    def faulty(self) -> bool:
        """Whether anything is wrong with any line."""
        refused = self.of(Outcome.BAD_INPUT) or self.of(LineKind.NO_CONTRACT)
        return bool(refused) or any(tally.unread for tally in self.tallies)


_PRICE, _PAID, _UNPAID = map(exp.column, ("price", "paid", "unpaid"))
_IS_PURCHASE = exp.Not(this=CREDIT)
OVER = exp.and_(_IS_PURCHASE, _PAID > _PRICE)
UNDER = exp.and_(_IS_PURCHASE, _PAID < _PRICE)
"""Whether more or less was paid than the price; null without either."""


FIGURES = 17
"""What is said of a group of lines before how many days are from which column."""


def sum_up(batch: Batch) -> Summary:
    """What the lines come to. Raises duckdb.Error."""
    cell = sql.case((FOUND, exp.column("cell")), default=0)
    refused = cell.eq(0)
    # numbers of rows are sorted into groups sooner than what these rows say
    query = batch.select(
        cell,
        sql.case((refused, exp.column("kind"))),
        sql.case((refused, exp.column("because"))),
        exp.Count(this=sql.STAR),
        *_count_and_sum(OVER, _PAID - _PRICE),
        _filter(exp.Count(this=sql.STAR), exp.and_(_IS_PURCHASE, _PAID.eq(_PRICE))),
        *_count_and_sum(UNDER, _PRICE - _PAID),
        *_count_and_sum(CREDIT, _PAID),
        sql.call("COALESCE", exp.Sum(this=_PAID), 0),
        exp.Count(this=_UNPAID),
        *_find_threes(batch, "quantity"),
        *_find_threes(batch, "paid"),
        *(_filter(exp.Count(this=sql.STAR), each.when) for each in batch.ledger.other_days),
    )
    query.group_by(*map(sql.convert, (1, 2, 3)), copy=False)
    figures: dict[tuple[str, str], list[Sequence[Any]]] = defaultdict(list)
    threes: list[Threes] = []
    days: list[Sequence[int]] = [(0,) * (len(batch.columns.purchased) - 1)]
    for row in execute(batch.database, query).fetchall():
        (number, kind, cause, *sums, in_quantity, quantity, in_paid, paid), others = (
            row[:FIGURES],
            row[FIGURES:],
        )
        days.append(others)
        line = batch.table.lines[number - 1] if number else None
        figures[(line.answer, line.cause) if line else (kind, cause)].append(sums)
        threes += (Threes("quantity", in_quantity, quantity), Threes("paid", in_paid, paid))
    tallies = (
        Tally(*why, *map(sum, zip(*rows, strict=True)))  # type: ignore[arg-type] # counts, amounts
        for why, rows in figures.items()
    )
    in_order = sorted(tallies, key=lambda tally: (-tally.lines, tally.cause))
    return Summary(in_order, list(_add_up(threes)), [*map(sum, zip(*days, strict=True))])


def _find_threes(batch: Batch, name: str) -> Iterator[exp.Expr]:
    """How many texts of a column have three decimals, and one of them.

    Only where the column holds text, whose decimal sign may be misunderstood.
    """
    [place] = batch.columns.by_field().get(name) or [None]
    if place is None or batch.source.types or batch.style.thousands:
        yield from (sql.convert(0), sql.NULL)
        return
    text, style = batch.source.text(place), batch.style
    ends_in_digit = sql.call("SUBSTRING", text, -1, 1).between("0", "9")
    has_three = sql.call("SUBSTRING", text, -4, 1).eq(style.decimal)
    may_have_three = text.like(f"%{style.decimal}___%")  # the quickest to find out
    before_words = sql.call("REGEXP_MATCHES", text, f"[{style.decimal}][0-9]{{3}}[^0-9]+$")
    threes = exp.and_(
        sql.is_not_null(exp.column(name)),
        may_have_three,
        sql.case((ends_in_digit, has_three), default=before_words),
        exp.Not(this=text.like(f"%{style.separator}%")),
    )
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


def find_first_days(batch: Batch) -> Iterator[tuple[OfferedService, date]]:
    """The first day in the ledger of each service whose purchases add up. Raises duckdb.Error."""
    if not has_periods(batch.table):
        return
    service, day = exp.column("service"), exp.column("day")
    query = batch.select(service, exp.Min(this=day)).where(exp.column("adds_up_here"), copy=False)
    query.group_by(service, copy=False).order_by(service, copy=False)
    for number, first in execute(batch.database, query).fetchall():
        if first is not None:
            yield batch.table.services[number - 1], first


def find_first_faults(batch: Batch, most: int) -> list[str]:
    """What is wrong with the first faulty lines, in their order."""
    is_bad = exp.column("kind").isin(Outcome.BAD_INPUT.value, LineKind.NO_CONTRACT)
    query = batch.select_in_order(format_remark(batch.ledger))
    query.where(exp.or_(is_bad, sql.is_not_null(_UNPAID)), copy=False).limit(most, copy=False)
    return [line for (line,) in execute(batch.database, query).fetchall()]


# Reading a ledger's file in whichever way it can be read.


def price_files(
    paths: Sequence[Path],
    form: Form,
    table: PriceTable,
    database: DuckDBPyConnection,
    *,
    folder: Path,
    kept: Kept,
) -> tuple[Batch, Summary]:
    """Price the lines of a ledger in one file or in several, and sum up the answers.

    The folder has room for a second copy of the ledger. Raises BadInput.
    """
    with explain_failures(READING):
        ways = open_ledger(paths, form, database, folder)
        tried = (_price_source(source, form, table, database, kept) for source in ways)
        return next(filter(None, tried))


def _price_source(
    source: Source, form: Form, table: PriceTable, database: DuckDBPyConnection, kept: Kept
) -> tuple[Batch, Summary] | None:
    """The answers, None where the database does not find the lines that there are."""
    from duckdb import InvalidInputException, NotImplementedException

    columns = source.columns or find_columns(source.titles, form.named)
    _refuse_unnamed(source, columns, table)
    is_text = not source.rows and not source.types
    separator = form.delimiter if is_text else ""
    batch = Batch(database, table, source, columns, form.style, separator)
    if source.lines is None:
        read_and_price(batch, kept(source))
        return batch, sum_up(batch)
    with suppress(InvalidInputException, NotImplementedException):  # the latter for long lines
        read_and_price(batch, kept(source))
        found = sum_up(batch)
        if found.lines == source.lines:
            return batch, found
    return None


def _refuse_unnamed(source: Source, columns: Columns, table: PriceTable) -> None:
    """Raise BadInput where nothing says which contract or which service a line is about."""
    if columns.contract is None and len(table.contracts) > 1:
        unsaid = explain_missing(source.titles, ["contract"])
        raise BadInput(f"there are {len(table.contracts)} contracts: {unsaid}")
    for contract in table.contracts:
        if columns.service is None and len(contract.services) > 1:
            offered = " and ".join(repr(each.name) for each in contract.services)
            unsaid = explain_missing(source.titles, ["service"])
            raise BadInput(f"the contract has several services, {offered}: {unsaid}")

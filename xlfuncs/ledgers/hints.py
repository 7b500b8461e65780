"""Find by trying how cells that cannot be read may have been meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from xlfuncs.ledgers import cell_texts
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.cell_texts import CellText
from xlfuncs.ledgers.columns import Dates, LineKind, Style
from xlfuncs.ledgers.expressions import execute


@dataclass(frozen=True, slots=True)
class Hint:
    """So many cells of a field that are `unread` would be `read` with other options.

    Of the cells that are read now, so many would be `changed`: read otherwise, or not at all.
    """

    field: str
    options: str
    unread: int
    read: int
    changed: int = 0


@dataclass(frozen=True, slots=True)
class _Trial:
    """A field and a style to read it in: the cell in that style, and the value that it has then.

    `value` is the column with what is read now. `is_wider` tells of a style that reads all that is
    read now as it is read now.
    """

    field: str
    options: str
    cell: CellText
    found: exp.Expr
    value: exp.Column
    is_wider: bool


def try_styles(batch: Batch) -> list[Hint]:
    """Try other options on the cells that are not read; nothing of those that read no more.

    Only the lines with such cells are read in other ways. Raises duckdb.Error.
    """
    trials = list(_list_trials(batch))
    hints = list(_drop_needless(_count_read(batch, trials)))
    offered = {(hint.field, hint.options) for hint in hints}
    doubtful = [
        each
        for each in trials
        if not each.is_wider and (each.field, each.options) in offered and not batch.source.rows
    ]
    changed = _count_changed(batch, doubtful)
    return [replace(hint, changed=changed.get((hint.field, hint.options), 0)) for hint in hints]


def _list_trials(batch: Batch) -> Iterator[_Trial]:
    source, columns, table = batch.source, batch.columns, batch.table

    def has_text(position: int | None) -> bool:
        return position is not None and (not source.types or source.types[position] == "VARCHAR")

    for options, style in _list_number_styles(batch.style):
        if style.decimal == batch.separator:
            continue
        is_wider = style.decimal == batch.style.decimal
        if has_text(columns.quantity):
            text, services = source.text(columns.quantity), table.all_services
            cell = cell_texts.quantity_cell(text, style, services, exp.column("service"))
            found = cell_texts.read_quantity(cell, whole=table.whole)
            yield _Trial("quantity", options, cell, found, exp.column("stated"), is_wider)
        if columns.paid is not None and has_text(columns.paid):
            cell = cell_texts.amount_cell(source.text(columns.paid), style, table.currency)
            found = cell_texts.read_amount(cell, style)
            yield _Trial("paid", options, cell, found, exp.column("paid"), is_wider)
    for dates in (Dates.MDY, Dates.DMY):
        if dates is not batch.style.dates and any(map(has_text, columns.purchased)):
            style = replace(batch.style, dates=dates)
            cell = cell_texts.day_cell(list(map(source.text, columns.purchased)), style)
            found = cell_texts.read_day(cell, dates)
            is_wider = batch.style.dates is Dates.ISO
            options = f"--dates {dates}"
            yield _Trial("purchased", options, cell, found, exp.column("day"), is_wider)


def _list_number_styles(style: Style) -> Iterator[tuple[str, Style]]:
    """Other styles of numbers with the options for them, the least different first."""
    if not style.thousands:
        yield "--thousands", replace(style, thousands=style.separator)
    other = Style(style.dates, style.separator)
    comma = "--decimal-comma" if other.decimal == "," else "without --decimal-comma"
    both = f"--thousands and {comma}" if other.decimal == "," else f"--thousands, {comma}"
    yield comma, other
    yield both, replace(other, thousands=other.separator)


def _count_read(batch: Batch, trials: Sequence[_Trial]) -> Iterator[Hint]:
    """How many of the cells that are not read each trial reads."""
    if not trials:
        return
    counts: list[exp.Expr] = []
    for trial in trials:
        is_unread = exp.and_(sql.is_null(trial.value), exp.Not(this=trial.cell.is_blank))
        counts += (
            exp.CountIf(this=is_unread),
            exp.CountIf(this=exp.and_(is_unread, sql.is_not_null(trial.found))),
        )
    values = {trial.value.name: trial.value for trial in trials}.values()
    query = batch.select(*counts)
    query.where(exp.or_(*map(sql.is_null, values)), copy=False)
    query.where(exp.Not(this=exp.column("kind").isin(*LineKind)), copy=False)
    found = execute(batch.database, query).fetchone() or ()
    for trial, unread, read in zip(trials, found[::2], found[1::2], strict=True):
        yield Hint(trial.field, trial.options, unread or 0, read or 0)


def _drop_needless(hints: Iterator[Hint]) -> Iterator[Hint]:
    """The hints that read anything; one of two options only where it reads more than one does."""
    most: dict[str, int] = {}
    for hint in hints:
        before = most.get(hint.field, 0)
        is_of_two = " and " in hint.options or ", " in hint.options
        if hint.read > (before if is_of_two else 0):
            yield hint
        most[hint.field] = max(before, hint.read)


def _count_changed(batch: Batch, trials: Sequence[_Trial]) -> dict[tuple[str, str], int]:
    """How many of the cells that are read now each trial reads otherwise, or not at all."""
    if not trials:
        return {}
    counts = (
        exp.CountIf(
            this=exp.and_(
                sql.is_not_null(trial.value),
                exp.NullSafeNEQ(this=trial.found, expression=trial.value),
            )
        )
        for trial in trials
    )
    found = execute(batch.database, batch.select(*counts)).fetchone() or ()
    return {
        (trial.field, trial.options): changed for trial, changed in zip(trials, found, strict=True)
    }

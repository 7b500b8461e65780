"""The query that prices a ledger: questions, one look-up in the price list, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.columns import Columns, Style
from xlfuncs.ledgers.price_table import PLACE_COLUMNS, REFUSED, TOO_LONG, PriceTable
from xlfuncs.pricing.contract import MOST_DECIMALS, MOST_DIGITS, PartUnits, Service, format_multiple
from xlfuncs.pricing.outcomes import Cause, Outcome
from xlfuncs.pricing.price_book import describe_unknown_service
from xlfuncs.pricing.wording import describe_part_units
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, LONGEST_SHOWN, NO_DAY, YEARS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A ledger as a relation of a database.

Rows = Callable[[], Iterator[Sequence[object]]]
"""Reads the cells of a ledger line by line."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Lines of a relation with the texts in it that say what was bought, and how they do so.

    A `numbered` one has a column `line`, the number of the line; an `inspected` one has a column
    `broken`, with what is wrong with a line as such. `contract` is the number of that of a line,
    where there are several.
    """

    relation: exp.Expr
    quantity: sql.CellText
    purchased: sql.CellText
    service: sql.CellText | None = None
    paid: sql.CellText | None = None
    style: Style = Style()  # noqa: RUF009 - a value
    numbered: bool = False
    inspected: bool = False
    contract: exp.Expr | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The titles of a file and the relation with its lines.

    Cells are columns c1, c2 and so on; where they have `types` of their own, their texts are in t1,
    t2 and so on. `numbered` is the relation with the number of each line, which may cost time.
    `lines` tells how many there have to be, where the database may skip some without a word.
    `marked` tells of a file that begins with the mark of a Unicode text, which Excel looks for.
    `rows` reads the cells as a workbook holds them.
    """

    titles: list[str]
    relation: exp.Expr
    numbered: exp.Expr
    types: Sequence[str] = ()
    inspected: bool = False
    lines: int | None = None
    marked: bool = False
    rows: Rows | None = None

    def value(self, position: int) -> exp.Column:
        """The cell in the column at a position, from 0."""
        return exp.column(f"c{position + 1}")

    def text(self, position: int) -> exp.Column:
        """The text of that cell."""
        return exp.column(f"t{position + 1}") if self.types else self.value(position)

    def ledger(
        self, columns: Columns, style: Style, services: Sequence[Service], *, numbered: bool = False
    ) -> Ledger:
        """What the query is made for."""
        service, paid = columns.service, columns.paid
        return Ledger(
            self.numbered if numbered else self.relation,
            sql.number_cell(self.text(columns.quantity), style),
            sql.day_cell(self.text(columns.purchased), style),
            None if service is None else sql.name_cell(self.text(service), services),
            None if paid is None else sql.number_cell(self.text(paid), style),
            style,
            numbered,
            self.inspected,
        )


def number_lines(relation: exp.Expr) -> exp.Subquery:
    """The relation with a column `line`: the titles are line 1."""
    row = exp.Window(this=exp.RowNumber(), over="OVER")
    return sql.select(sql.STAR, of=relation, line=row + 1).subquery(copy=False)


# The questions in a ledger: each line with what it asks for, or with what is wrong.

STEP = "xlfuncs_{}"
"""A step of the query, by a name that no table of a user has."""

PRICE_LIST, PLACES, TYPED, MEASURED, PLACED, COMPARED, ASKED, SUMMED, ANSWERED = map(
    STEP.format,
    (
        "price_list",
        "places",
        "typed",
        "measured",
        "placed",
        "compared",
        "asked",
        "summed",
        "answered",
    ),
)

_QUANTITY, _DAY, _SERVICE, _PAID, _BROKEN, _UNDECIDED = map(
    exp.column, ("quantity", "day", "service", "paid", "broken", "undecided")
)


def select_questions(
    ledger: Ledger, table: PriceTable, compared: exp.Select | None
) -> dict[str, exp.Select]:
    """The steps that read cells, count quantities and find the part of the price list.

    Where the price list is plain the part is `cell`, the number of a line; else it is `part`, from
    which places lead to the line.
    A part of a step that the contract does not say how to count is looked up as the step below
    where the step above is `compared` and costs the same, and nowhere where it is `undecided`.

    `unmeasured` and `undated` tell what is wrong with a quantity and a day; `unpaid` what is wrong
    with an amount paid, which does not keep the price from being calculated.
    """
    style = ledger.style
    sound = [sql.is_null(_BROKEN)] if ledger.inspected else []
    paid: exp.Expr = sql.cast(sql.NULL, sql.MONEY)
    unpaid: exp.Expr = sql.cast(sql.NULL, "VARCHAR")
    if ledger.paid is not None:
        paid = sql.read_amount(ledger.paid, style)
        if sound:
            paid = sql.case((sound[0], paid))
        unpaid = sql.case((exp.and_(sql.is_null(_PAID), *sound), _explain_paid(ledger.paid, style)))
    part = sql.call("COALESCE", sql.find_part(table, sound), 0)
    measured = sql.select(sql.STAR, of=TYPED, counted=sql.count_steps(table))
    comparing: dict[str, exp.Select] = {}
    if compared is not None:
        above = sql.call("COALESCE", sql.find_part(table, sound, sql.NEXT_COUNT), 0)
        measured.select(sql.alias(sql.count_next_step(table), sql.NEXT_COUNT.name), copy=False)
        comparing = {
            PLACED: sql.select(sql.STAR, of=MEASURED, in_step=part, in_next_step=above),
            COMPARED: compared,
        }
        part = sql.case((_UNDECIDED, 0), default=exp.column("in_step"))
    return {
        TYPED: sql.select(
            sql.STAR,
            of=ledger.relation,
            quantity=sql.read_quantity(ledger.quantity, whole=table.whole),
            day=sql.read_day(ledger.purchased, style.dates),
            service=sql.find_service(ledger.service, table.services, ledger.contract),
            paid=paid,
        ),
        MEASURED: measured,
        **comparing,
        ASKED: sql.select(
            sql.STAR,
            sql.alias(part, "cell" if table.plain else "part"),
            of=COMPARED if comparing else MEASURED,
            unmeasured=sql.case((sql.is_null(_QUANTITY), _explain_quantity(ledger))),
            undated=sql.case((sql.is_null(_DAY), _explain_day(ledger.purchased, style))),
            unpaid=unpaid,
        ),
    }


def _show(what: str, cell: sql.CellText, rest: str) -> exp.Expr:
    """A message with the beginning of a cell, in quotes."""
    return sql.concat(f"{what} is '", sql.call("SUBSTRING", cell.raw, 1, LONGEST_SHOWN), f"'{rest}")


def _explain_quantity(ledger: Ledger) -> exp.Expr:
    """What is wrong with a quantity, null where nothing is but that it has a part."""
    cell = ledger.quantity
    digits = f"; expected digits such as 100000 or 2{ledger.style.decimal}5"
    fewer = f"; expected at most {MOST_DIGITS} digits, {MOST_DECIMALS} of them decimals"
    return sql.case(
        (cell.is_blank, f"quantity is blank{digits}"),
        (sql.matches(cell.plain, sql.FIGURE), sql.NULL),
        (sql.matches(cell.plain, sql.NUMBER), _show("quantity", cell, fewer)),
        default=_show("quantity", cell, digits),
    )


def _explain_day(cell: sql.CellText, style: Style) -> exp.Expr:
    what = "purchase date"
    expected = f"; expected a date such as {style.dates.example}, on or after {FIRST_CERTAIN_DAY}"
    centuries = "|".join(str(year // 100) for year in YEARS[::100])
    is_year = sql.matches(cell.trimmed, f"({centuries})[0-9]{{2}}([.]0+)?")
    shown_for_a_year = (
        f", which a spreadsheet cannot tell from a year between {YEARS[0]} and {YEARS[-1]}; "
        "expected a later or earlier date"
    )
    day = sql.try_cast(sql.call("SUBSTRING", cell.trimmed, 1, 10), "DATE")
    return sql.case(
        (cell.is_blank, f"{what} is blank{expected}"),
        (is_year, _show(what, cell, f"{NO_DAY}{expected}")),
        (sql.is_shown_for_a_year(day), _show(what, cell, shown_for_a_year)),
        default=_show(what, cell, expected),
    )


def _explain_paid(cell: sql.CellText, style: Style) -> exp.Expr:
    expected = f"; expected an amount such as 255000{style.decimal}00"
    return sql.case((cell.is_blank, sql.NULL), default=_show("amount paid", cell, expected))


# Lines of a ledger that are not looked up: when, and what is said.


@dataclass(frozen=True, slots=True)
class Refusal:
    """When a line is not looked up, why, and in what words."""

    when: exp.Expr
    cause: str
    words: sql.Operand
    kind: Outcome = Outcome.BAD_INPUT


def list_refusals(ledger: Ledger, table: PriceTable) -> list[Refusal]:
    """Why a line is not looked up, in the order in which it is said."""
    unnamed, expected = _describe_services(ledger, table)
    end = "".join(f"; {each}" for each in table.as_known) + "."
    quantity, service = ledger.quantity, ledger.service
    unmeasured, undated = exp.column("unmeasured"), exp.column("undated")
    is_unread_negative = exp.and_(sql.is_null(_QUANTITY), quantity.trimmed.like("-%"))
    refused = [
        Refusal(sql.is_not_null(unmeasured), "the quantity cannot be read", unmeasured),
        Refusal(sql.is_not_null(undated), "the date cannot be read", undated),
        Refusal(sql.is_null(_SERVICE), "no service is given", unnamed),
        *(
            Refusal(
                _SERVICE.eq(0),
                "the contract has no such service",
                sql.concat(_show("service", cell, ""), expected),
            )
            for cell in filter(None, [service])
        ),
        Refusal(
            exp.or_(_QUANTITY < 0, is_unread_negative),
            "the quantity is negative",
            _show("quantity", quantity, "; expected 0 or more"),
        ),
        *_refuse_parts(table.all_services, quantity, end),
    ]
    if ledger.inspected:
        refused.insert(0, Refusal(sql.is_not_null(_BROKEN), "the line is broken", _BROKEN))
    return refused


def _describe_services(ledger: Ledger, table: PriceTable) -> tuple[exp.Expr, exp.Expr]:
    """What is said where no service is named, and the services that are expected for another one.

    They are those of the contract of a line.
    """
    unnamed = [
        describe_unknown_service(None, [service.name for service in contract.services])
        for contract in table.contracts
    ]
    expected = [f"; {said.partition('; ')[2]}" for said in unnamed]
    if len(table.contracts) == 1:
        return sql.convert(unnamed[0]), sql.convert(expected[0])
    said, after = (list(map(sql.convert, each)) for each in (unnamed, expected))
    contract = ledger.contract or sql.NULL
    return sql.place_in(said, contract), sql.place_in(after, contract)


def _refuse_parts(
    services: Sequence[Service], quantity: sql.CellText, end: str
) -> Iterator[Refusal]:
    """The refusals of part of a step, where it is not counted and where nobody says how."""

    def is_unsaid(service: Service) -> bool:
        return service.part_units is PartUnits.NOT_SAID

    def find_multiple(service: Service) -> sql.Operand:
        return sql.NULL if is_unsaid(service) else format_multiple(service)

    def find_words(service: Service) -> sql.Operand:
        described = describe_part_units("these units", service.step)
        return f"{described}{end}" if is_unsaid(service) else sql.NULL

    if not all(map(is_unsaid, services)):
        multiple = sql.of_services_alike(services, find_multiple, find_multiple)
        found = sql.concat(_show("quantity", quantity, "; expected "), multiple)
        when = exp.and_(sql.is_null(sql.COUNT), _SERVICE > 0)
        yield Refusal(when, "the quantity is part of a unit", found)
    if any(map(is_unsaid, services)):
        words = sql.of_services_alike(services, find_words, find_words)
        yield Refusal(_UNDECIDED, Cause.PART_UNITS.text, words, Cause.PART_UNITS.outcome)


# The whole query: the questions, one look-up in the price list, the answers.

_CELL, _PRICE, _FIXED = map(exp.column, ("cell", "price", "fixed"))

FOUND = exp.or_(sql.is_not_null(_PRICE), exp.and_(_CELL > 0, sql.is_null(_FIXED)))
"""Whether the price list says what there is to say: a calculated price, or why there is none.

Some engines give null, without a word, for what has more digits than they can hold.
"""

TOO_MANY_DIGITS = Refusal(
    _CELL > 0,
    REFUSED[TOO_LONG],
    TOO_LONG,
)


@dataclass(frozen=True, slots=True)
class LookUps:
    """How a database looks lines up in the price list.

    `found` are the questions with what the price list says of them. `compared` tells of those with
    part of a step whether they are `undecided`: the steps below and above differ. It is None where
    the contract says of every service how parts of a step count.
    """

    found: exp.Select
    compared: exp.Select | None


STEP_BELOW, STEP_ABOVE = "step_below", "step_above"
"""The lines of the price list for the whole steps beside part of one."""


def has_unsaid_parts(table: PriceTable) -> bool:
    """Whether a contract leaves open how parts of a step count."""
    return any(each.part_units is PartUnits.NOT_SAID for each in table.all_services)


def is_undecided(table: PriceTable) -> exp.Expr:
    """Whether the steps beside part of one differ in what they cost, to the cent."""
    below = sql.calculate_price(table, sql.COUNT, STEP_BELOW)
    above = sql.calculate_price(table, sql.NEXT_COUNT, STEP_ABOVE)
    answers = [exp.column("answer", table=name) for name in (STEP_BELOW, STEP_ABOVE)]
    alike = exp.or_(
        below.eq(above),
        *(
            exp.and_(*(answer.eq(kind.value) for answer in answers))
            for kind in (Outcome.NO_PRICE, Outcome.BAD_INPUT)
        ),
    )
    differ = exp.Not(this=sql.call("COALESCE", exp.Paren(this=alike), exp.false()))
    return exp.and_(sql.is_not_null(sql.NEXT_COUNT), differ)


def join_price_list(table: PriceTable) -> LookUps:
    """Look lines up as any database can do it."""
    if table.plain:
        found = sql.select(sql.STAR, of=ASKED)
        found.join(PRICE_LIST, using="cell", join_type="left", copy=False)
    else:
        every = (exp.column(sql.STAR, table=name) for name in (ASKED, LINE))
        found = sql.select(*every, of=ASKED)
        join_line(found, table, exp.column("part"), sql.COUNT, LINE)
    return LookUps(found, _join_steps(table) if has_unsaid_parts(table) else None)


LINE = "found"
"""The line of the price list that has the price."""


def join_line(
    query: exp.Select, table: PriceTable, part: exp.Expr, counted: exp.Expr, line: str
) -> None:
    """Join, by the name of `line`, the line of the price list to which a part and a count lead.

    In a plain list the part is the number of the line. The names of the places that lead to others
    begin with that of the line.
    """
    if not table.plain:
        for stage in range(1, table.stages + 1):
            place = f"{line}_{stage}"
            at = {name: exp.column(name, table=place) for name in PLACE_COLUMNS}
            leads_here = exp.and_(
                at["stage"].eq(stage),
                part.eq(at["in_part"]),
                _DAY.between(at["day_from"], at["day_through"]),
                counted.between(at["quantity_from"], at["quantity_through"]),
            )
            _join(query, PLACES, place, leads_here)
            part = at["cell"]
    _join(query, PRICE_LIST, line, part.eq(exp.column("cell", table=line)))


def _join(query: exp.Select, relation: str, name: str, on: exp.Expr) -> None:
    named = exp.alias_(exp.to_table(relation), name, table=True)
    query.join(named, on=on, join_type="left", copy=False)


def _join_steps(table: PriceTable) -> exp.Select:
    """The questions, each joined with the steps below and above part of one."""
    every = exp.column(sql.STAR, table=PLACED)
    compared = sql.select(every, of=PLACED, undecided=is_undecided(table))
    for part, counted, line in (
        ("in_step", sql.COUNT, STEP_BELOW),
        ("in_next_step", sql.NEXT_COUNT, STEP_ABOVE),
    ):
        # most lines have no part of a step and are not compared
        in_part = sql.case((sql.is_not_null(sql.NEXT_COUNT), exp.column(part)))
        join_line(compared, table, in_part, counted, line)
    return compared


def select_answers(
    ledger: Ledger,
    table: PriceTable,
    look_ups: LookUps | None = None,
    further: Iterable[Refusal] = (),
) -> dict[str, exp.Select]:
    """The steps of the query by name; the last one is ANSWERED.

    It has price, unit_price, source, kind, reason, and `because`, the cause. `further` are refusals
    where nothing else is wrong and nothing is found.
    """
    refusals = [*list_refusals(ledger, table), TOO_MANY_DIGITS, *further]

    def choose(found: str, otherwise: Callable[[Refusal], sql.Operand]) -> exp.Case:
        """What the price list has, which nearly always it does, or what is said else."""
        refused = ((each.when, otherwise(each)) for each in refusals)
        return sql.case((FOUND, exp.column(found)), *refused)

    look_ups = look_ups or join_price_list(table)
    price = sql.alias(sql.calculate_price(table), "price")
    return {
        **select_questions(ledger, table, look_ups.compared),
        SUMMED: look_ups.found.select(price, copy=False),
        ANSWERED: sql.select(
            sql.STAR,
            of=SUMMED,
            kind=choose("answer", lambda refusal: refusal.kind.value),
            reason=choose("remark", lambda refusal: refusal.words),
            because=choose("cause", lambda refusal: refusal.cause),
        ),
    }


def format_remark(ledger: Ledger) -> exp.Expr:
    """What is said of a line of ANSWERED, with its number where something is wrong with it."""
    reason, unpaid, kind = map(exp.column, ("reason", "unpaid", "kind"))
    line = ("line ", exp.column("line"), ": ") if ledger.numbered else ()
    also_unpaid = sql.call("COALESCE", sql.concat("; ", unpaid), "")
    also_reason = sql.call("COALESCE", sql.concat("; ", sql.call("NULLIF", reason, "")), "")
    return sql.case(
        (kind.eq(Outcome.BAD_INPUT.value), sql.concat(*line, reason, also_unpaid)),
        (sql.is_not_null(unpaid), sql.concat(*line, unpaid, also_reason)),
        default=reason,
    )


# Trees as statements that DuckDB runs.


def execute(database: DuckDBPyConnection, statement: exp.Expr) -> DuckDBPyConnection:
    """Run a statement. Raises duckdb.Error."""
    return database.execute(statement.sql(dialect="duckdb"))


def copy_file(
    what: exp.Expr, file: str, kind: str, *, to_file: bool, **options: exp.Expr | str | bool
) -> exp.Copy:
    """The statement that copies a query to a file of a kind, or such a file to a table."""
    named = {"format": exp.var(kind), **options}
    return exp.Copy(
        this=what,
        kind=not to_file,
        files=[sql.convert(file)],
        params=[
            exp.CopyParameter(this=exp.var(name), expression=sql.convert(value))
            for name, value in named.items()
        ],
    )


def with_steps(query: exp.Select, steps: dict[str, exp.Select]) -> exp.Select:
    """The query with the steps that it selects from."""
    for name, step in steps.items():
        query.with_(name, as_=step, copy=False)
    return query

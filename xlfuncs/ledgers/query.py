"""The query that prices a ledger: questions, one look-up in the price list, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from xlfuncs.ledgers import bought_before, cell_texts
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.bought_before import (
    BEFORE,
    DAY_BEGIN,
    DAY_BEGINS,
    DAY_END,
    DAY_ENDS,
    EARLIER,
    IN_ORDER,
    LINE,
    LINES_OF_DAY,
    PRICE_BEFORE,
    TOTAL,
    UNORDERED,
    calculate_price_after,
    calculate_price_before,
    describe_before,
    has_periods,
    is_in_order,
)
from xlfuncs.ledgers.columns import LineKind
from xlfuncs.ledgers.ledger import (
    ADDED,
    ANSWERED,
    ASKED,
    BOUGHT,
    CHECKED,
    COMPARED,
    CONTRADICTORY,
    CREDIT,
    DAY,
    GIVEN_OR_PAID,
    IN_PERIOD,
    MEASURED,
    PAID,
    PART,
    PLACED,
    PLACES,
    PRICE_LIST,
    SIGNED,
    STATED,
    SUMMED,
    TYPED,
    UNDECIDED,
    Ledger,
)
from xlfuncs.ledgers.price_table import PLACE_COLUMNS, PriceTable
from xlfuncs.ledgers.refusals import TOO_MANY_DIGITS, Refusal, check_cells, is_sound, list_refusals
from xlfuncs.pricing.outcomes import Outcome

if TYPE_CHECKING:
    pass

# The questions in a ledger: each line with what it asks for, or with what is wrong.


def select_questions(
    ledger: Ledger, table: PriceTable, compared: exp.Select | None
) -> dict[str, exp.Select]:
    """The steps that read cells, count quantities and find the part of the price list.

    The quantity of a credit is counted without its sign.

    Where the price list is plain the part is `cell`, the number of a line; else it is `part`, from
    which places lead to the line.
    A part of a step that the contract does not say how to count is looked up as the step below
    where the step above is `compared` and costs the same, and nowhere where it is `undecided`.
    """
    style = ledger.style
    sound = is_sound(ledger)
    paid: exp.Expr = sql.cast(sql.NULL, sql.MONEY)
    if ledger.paid is not None:
        paid = cell_texts.read_amount(ledger.paid, style)
        if sound:
            paid = sql.case((sound[0], paid))
        contradictory = sql.call("COALESCE", CONTRADICTORY, exp.false())
        sound = [*sound, exp.Not(this=contradictory)]
    adds_up = has_periods(table)
    counted = TOTAL if adds_up else sql.COUNT
    part = sql.call("COALESCE", sql.find_part(table, sound, counted), 0)
    measured = sql.select(sql.STAR, of=SIGNED, counted=sql.count_steps(table))
    comparing: dict[str, exp.Select] = {}
    if compared is not None:
        above = sql.call("COALESCE", sql.find_part(table, sound, sql.NEXT_COUNT), 0)
        measured.select(sql.alias(sql.count_next_step(table), sql.NEXT_COUNT.name), copy=False)
        comparing = {
            PLACED: sql.select(
                sql.STAR, of=ADDED if adds_up else MEASURED, in_step=part, in_next_step=above
            ),
            COMPARED: compared,
        }
        part = sql.case((UNDECIDED, 0), default=exp.column("in_step"))
    before = ADDED if adds_up else MEASURED
    return {
        TYPED: sql.select(
            sql.STAR,
            of=ledger.relation,
            stated=cell_texts.read_quantity(ledger.quantity, whole=table.whole),
            day=cell_texts.read_day(ledger.purchased, style.dates),
            service=cell_texts.find_service(ledger.service, table.services, ledger.contract),
            paid=paid,
            contract=ledger.contract or sql.convert(1),
        ),
        SIGNED: sql.select(
            sql.STAR,
            of=TYPED,
            quantity=sql.call("ABS", STATED),
            credit=sql.call("COALESCE", GIVEN_OR_PAID < 0, exp.false()),
            other_line=_find_other_line(ledger),
        ),
        MEASURED: measured,
        **(_add_up(ledger, table, sound) if adds_up else {}),
        **comparing,
        ASKED: sql.select(
            sql.STAR,
            sql.alias(part, "cell" if table.plain else "part"),
            of=COMPARED if comparing else before,
        ),
    }


def _add_up(ledger: Ledger, table: PriceTable, sound: Sequence[exp.Expr]) -> dict[str, exp.Select]:
    """The steps that add up what was bought before each line."""
    read = filter(None, (ledger.quantity, ledger.purchased, ledger.service, ledger.paid))
    says_nothing = exp.and_(*(exp.Paren(this=cell.is_blank) for cell in read))
    return {
        BOUGHT: bought_before.select_purchases(MEASURED, table, sound, says_nothing),
        IN_PERIOD: bought_before.select_sums(
            BOUGHT, ledger.order, is_numbered=ledger.numbered, names_lines=ledger.names_lines
        ),
        ADDED: bought_before.select_totals(IN_PERIOD, table, names_lines=ledger.names_lines),
    }


def _find_other_line(ledger: Ledger) -> exp.Expr:
    """What a line is that is no purchase, null for a purchase; only lines without a day may be."""
    kinds = [(each.when, each.kind.value) for each in ledger.not_purchases]
    if not kinds:
        return sql.cast(sql.NULL, "VARCHAR")
    return sql.case((sql.is_null(DAY), sql.case(*kinds)))


# The whole query: the questions, one look-up in the price list, the answers.

_CELL, _PRICE, _FIXED = map(exp.column, ("cell", "price", "fixed"))

FOUND = exp.or_(sql.is_not_null(_PRICE), exp.and_(_CELL > 0, sql.is_null(_FIXED)))
"""Whether the price list says what there is to say: a calculated price, or why there is none.

Some engines give null, without a word, for what has more digits than they can hold.
"""


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
    own = exp.column(sql.STAR, table=ASKED)
    if table.plain:
        others = [name for name in sql.column_types(table) if name != "cell"]
        found = sql.select(own, *(exp.column(name, table=LINE) for name in others), of=ASKED)
        join_line(found, table, exp.column("cell", table=ASKED), sql.COUNT, LINE)
    else:
        found = sql.select(own, exp.column(sql.STAR, table=LINE), of=ASKED)
        if has_periods(table):
            _join_totals(found, table)
        else:
            join_line(found, table, PART, sql.COUNT, LINE)
    return LookUps(found, _join_steps(table) if table.has_unsaid_parts else None)


def _join_totals(query: exp.Select, table: PriceTable) -> None:
    """Join the lines of the price list for what was bought before and in all.

    Also whether the order of the lines of a day decides.
    """
    join_line(query, table, PART, TOTAL, LINE)
    join_line(query, table, sql.case((BEFORE > 0, PART)), BEFORE, EARLIER)
    several = sql.case((exp.and_(sql.is_not_null(BEFORE), LINES_OF_DAY > 1), PART))
    steps = [sql.decimal_literal(each.step.normalize()) for each in table.all_services]
    _join_places(query, table, several, DAY_BEGIN + sql.of_service(steps), DAY_BEGINS)
    _join_places(query, table, several, DAY_END, DAY_ENDS)
    query.select(
        sql.alias(is_in_order(table), IN_ORDER.name),
        sql.alias(calculate_price_before(table), PRICE_BEFORE.name),
        copy=False,
    )


def join_line(
    query: exp.Select, table: PriceTable, part: exp.Expr, counted: exp.Expr, line: str
) -> None:
    """Join, by the name of `line`, the line of the price list to which a part and a count lead.

    In a plain list the part is the number of the line.
    """
    cell = exp.column("cell", table=line)
    if table.plain:
        # Spark writes out what a part is made of for =, and that grows with each step before it
        is_same: exp.Expr = exp.NullSafeEQ(this=part, expression=cell)
    else:
        is_same = _join_places(query, table, part, counted, line).eq(cell)
    _join(query, PRICE_LIST, line, is_same)


def _join_places(
    query: exp.Select, table: PriceTable, part: exp.Expr, counted: exp.Expr, line: str
) -> exp.Expr:
    """Join the places that lead from a part to a line, and return the number of that line.

    Their names begin with that of the line.
    """
    for stage in range(1, table.stages + 1):
        place = f"{line}_{stage}"
        at = {name: exp.column(name, table=place) for name in PLACE_COLUMNS}
        leads_here = exp.and_(
            at["stage"].eq(stage),
            part.eq(at["in_part"]),
            DAY.between(at["day_from"], at["day_through"]),
            counted.between(at["quantity_from"], at["quantity_through"]),
        )
        _join(query, PLACES, place, leads_here)
        part = at["cell"]
    return part


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

    look_ups = look_ups or join_price_list(table)
    price: exp.Expr = sql.calculate_price(table)
    is_found: exp.Expr = FOUND
    remark: exp.Expr = exp.column("remark")
    if has_periods(table):
        price = calculate_price_after(table, calculate_price_before(table))
        if not ledger.numbered:
            is_told = exp.not_(exp.and_(is_in_order(table), UNORDERED))
            price = sql.case((is_told, price))
            is_found = exp.and_(FOUND, exp.not_(exp.and_(IN_ORDER, UNORDERED)))
        remark = _join_words(describe_before(table), remark)

    def choose(found: exp.Expr, otherwise: Callable[[Refusal], sql.Operand]) -> exp.Case:
        """What the price list has, which nearly always it does, or what is said else."""
        refused = ((each.when, otherwise(each)) for each in refusals)
        return sql.case((is_found, found), *refused)

    return {
        **select_questions(ledger, table, look_ups.compared),
        SUMMED: look_ups.found.select(sql.alias(price, "price"), copy=False),
        CHECKED: check_cells(ledger, table),
        ANSWERED: sql.select(
            sql.STAR,
            of=CHECKED,
            kind=choose(exp.column("answer"), lambda refusal: refusal.kind.value),
            reason=choose(remark, lambda refusal: refusal.words),
            because=choose(exp.column("cause"), lambda refusal: refusal.cause),
        ),
    }


def _join_words(first: exp.Expr, second: exp.Expr) -> exp.Expr:
    """Two texts, of which either may be blank or null, with a semicolon between them."""
    filled = sql.call("COALESCE", second, "")
    between = sql.case((exp.and_(first.neq(""), filled.neq("")), "; "), default="")
    return sql.call("NULLIF", sql.concat(first, between, filled), "")


def unit_price() -> exp.Expr:
    """The unit price of a line that has a price."""
    return sql.case((sql.is_not_null(_PRICE), exp.column("unit_price")))


def difference() -> exp.Expr:
    """What was paid more than the price; of a credit, what was credited less."""
    price = exp.column("price")
    return sql.case((CREDIT, PAID + price), default=PAID - price)


def format_remark(ledger: Ledger, *, with_line: bool = True) -> exp.Expr:
    """What is said of a line of ANSWERED, with its number where something is wrong with it."""
    unpaid, kind = map(exp.column, ("unpaid", "kind"))
    reason: exp.Expr = exp.column("reason")
    line: list[sql.Operand] = []
    if ledger.numbered and with_line:
        line = ["line ", exp.column("line"), ": "]
    if ledger.file is not None and line:
        line = [ledger.file, " ", *line]
    if ledger.other_days:
        also_reason = sql.call("COALESCE", sql.concat("; ", sql.call("NULLIF", reason, "")), "")
        from_other = (
            (each.when, sql.concat(f"purchase date from {each.title!r}", also_reason))
            for each in ledger.other_days
        )
        reason = sql.case(*from_other, default=reason)
    also_unpaid = sql.call("COALESCE", sql.concat("; ", unpaid), "")
    also_reason = sql.call("COALESCE", sql.concat("; ", sql.call("NULLIF", reason, "")), "")
    return sql.case(
        (
            kind.isin(Outcome.BAD_INPUT.value, LineKind.NO_CONTRACT),
            sql.concat(*line, reason, also_unpaid),
        ),
        (sql.is_not_null(unpaid), sql.concat(*line, unpaid, also_reason)),
        default=reason,
    )

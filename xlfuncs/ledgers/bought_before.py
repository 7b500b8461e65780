"""What was bought before each line of a ledger in its period, and what the line costs after it.

Rule 10: the purchases of a service add up by month, quarter, year, contract year or over the term.
What was bought before is what the ledger has. Where that cannot be told, a line is not
determinable.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.price_table import PERIODS, OfferedService, PriceTable
from xlfuncs.pricing.contract import LARGEST, MOST_DIGITS, Counted, PartUnits
from xlfuncs.pricing.counting import Arithmetic

BEFORE, TOTAL, UNCERTAIN = map(exp.column, ("before", "total", "uncertain"))
"""The quantity bought before in the period, null where purchases do not add up; that with the
line's own quantity; and why neither is known, null where they are."""

DAY_BEGIN, DAY_END, LINES_OF_DAY = map(exp.column, ("day_begin", "day_end", "lines_of_day"))
"""What was bought before the day in the period, and by its end; and how many lines that day has."""

IN_ORDER, PRICE_BEFORE = map(exp.column, ("in_order", "price_before"))
"""Whether the order of the lines of a day decides the price; and the price, without a discount, of
what was bought before."""

UNORDERED = exp.column("unordered")
"""Whether no column says in which order a line and others of its day were bought."""

KEPT = (BEFORE, TOTAL, UNCERTAIN, IN_ORDER, PRICE_BEFORE, exp.column("adds_up_here"))
"""What the words for a line are made of."""

LINE, EARLIER = "found", "earlier"
"""The lines of the price list for the total, and for the quantity bought before."""

DAY_BEGINS, DAY_ENDS = "day_begins", "day_ends"
"""The places of the price list for the first step bought on a day, and for all by its end."""

_ADDS_UP, _CREDIT, _PERIOD, _USED, _DOUBTFUL = map(
    exp.column, ("adds_up_here", "credit", "period", "used", "doubtful")
)
_DAY, _SERVICE, _CONTRACT = map(exp.column, ("day", "service", "contract"))
_PRECEDING = {"start": "UNBOUNDED", "start_side": "PRECEDING"}
_ABOVE = {**_PRECEDING, "kind": "ROWS", "end": "1", "end_side": "PRECEDING"}
_UP_TO_DAY = {**_PRECEDING, "kind": "RANGE", "end": "CURRENT ROW"}


def has_periods(table: PriceTable) -> bool:
    """Whether the purchases of any service add up in a period."""
    return any(map(has_period, table.services))


def has_period(offered: OfferedService) -> bool:
    return offered.service.counted in PERIODS


def number_period(offered: OfferedService) -> exp.Expr:
    """A number for the period of a day, null where purchases do not add up.

    >>> from xlfuncs.pricing.contract import Service
    >>> number_period(OfferedService(1, Service("IPs", counted=Counted.MONTH))).sql()
    '(YEAR(day) * 12) + MONTH(day)'
    """
    counted, agreed = offered.service.counted, offered.agreed
    year, month = sql.call("YEAR", _DAY), sql.call("MONTH", _DAY)
    if counted is Counted.MONTH:
        return year * 12 + month
    if counted is Counted.QUARTER:
        return year * 4 + sql.call("QUARTER", _DAY)
    if counted is Counted.YEAR:
        return year
    if counted is Counted.TERM:
        return sql.convert(0)
    if counted is Counted.CONTRACT_YEAR and agreed is not None:
        # in a common year no day is between 29 February and the day that takes its place
        has_begun = month * 100 + sql.call("DAY", _DAY) >= agreed.month * 100 + agreed.day
        return sql.case((has_begun, year), default=year - 1)
    return sql.cast(sql.NULL, "INTEGER")


# What was bought before, step by step.


def select_purchases(
    of: str, table: PriceTable, sound: Sequence[exp.Expr], says_nothing: exp.Expr
) -> exp.Select:
    """The lines with their periods and what of them adds up.

    A line that is not `sound` has no quantity that is sure, nor has a credit: nothing says whether
    what is given back counts. Of part of a step nothing says how it counts. A line that
    `says_nothing` of a purchase, as the foot of a page, counts for none.
    """
    is_purchase = exp.and_(sql.is_null(exp.column("other_line")), exp.not_(says_nothing))
    adds_up = sql.of_service([exp.convert(has_period(each)) for each in table.services])
    unsure = [sql.is_null(sql.COUNT), _CREDIT, *map(exp.not_, sound)]
    if any(each.part_units is PartUnits.NOT_SAID for each in table.all_services):
        unsure.append(sql.is_not_null(sql.NEXT_COUNT))
    is_unsure = exp.and_(is_purchase, sql.call("COALESCE", exp.or_(*unsure), exp.true()))
    is_sure = exp.and_(is_purchase, exp.not_(is_unsure))
    return sql.select(
        sql.STAR,
        of=of,
        adds_up_here=exp.and_(is_purchase, sql.call("COALESCE", adds_up, exp.false())),
        period=sql.of_service([number_period(each) for each in table.services]),
        used=sql.case((is_sure, sql.COUNT), default=0),
        doubtful=sql.case((is_unsure, 1), default=0),
        without_day=sql.case((exp.and_(is_purchase, sql.is_null(_DAY)), 1), default=0),
        without_service=sql.case((exp.and_(is_purchase, sql.is_null(_SERVICE)), 1), default=0),
    )


def select_sums(
    of: str, order: Sequence[exp.Expr], *, is_numbered: bool, names_lines: bool
) -> exp.Select:
    """The purchases with what is bought above them in their period, and by the end of their day.

    Lines of one day are in an `order`, which tells them all apart where they are numbered. Where it
    does not, or there is none, what is above a line is only what was certainly bought before.
    """
    period, day = [_SERVICE, _PERIOD], [_SERVICE, _PERIOD, _DAY]
    day_end = _sum_over(_USED, period, [_DAY], _UP_TO_DAY)
    day_begin = day_end - _sum_over(_USED, day)
    if is_numbered:
        unordered: exp.Expr = exp.false()
        above = _sum_over(_USED, period, [_DAY, *order], _ABOVE)
        doubtful = _sum_over(_DOUBTFUL, period, [_DAY, *order], _ABOVE)
    elif order:
        one = sql.convert(1)
        blank = exp.or_(*map(sql.is_null, order))
        blank_on_day = _sum_over(sql.case((blank, one), default=0), day)
        unordered = exp.or_(blank_on_day > 0, _sum_over(one, [*day, *order]) > 1)
        above, doubtful = (
            _sum_over(each, period, [_DAY, *order], _UP_TO_DAY) - _sum_over(each, [*day, *order])
            for each in (_USED, _DOUBTFUL)
        )
        doubtful_on_day = _sum_over(_DOUBTFUL, period, [_DAY], _UP_TO_DAY)
        doubtful = sql.case((exp.Paren(this=unordered), doubtful_on_day), default=doubtful)
    else:
        unordered, above = exp.true(), day_begin
        doubtful = _sum_over(_DOUBTFUL, period, [_DAY], _UP_TO_DAY)
    return sql.select(
        sql.STAR,
        of=of,
        day_begin=day_begin,
        day_end=day_end,
        lines_of_day=_sum_over(sql.convert(1), day),
        above_it=sql.call("COALESCE", above, 0),
        doubtful_above=sql.call("COALESCE", doubtful, 0),
        unordered=unordered,
        undated_lines=_sum_over(exp.column("without_day"), [_SERVICE]),
        unnamed_lines=_sum_over(exp.column("without_service"), [_CONTRACT]),
        **(_find_first_lines(order) if names_lines else {}),
    )


def _find_first_lines(order: Sequence[exp.Expr]) -> dict[str, exp.Expr]:
    """The first of the lines that keep others from being counted, of each kind."""
    [line] = order
    first = {
        "first_undated": ("without_day", [_SERVICE], []),
        "first_unnamed": ("without_service", [_CONTRACT], []),
        "first_doubtful": ("doubtful", [_SERVICE, _PERIOD], [_DAY, *order]),
    }
    return {
        name: _over(
            exp.Min(this=sql.case((exp.column(flag).eq(1), line))),
            within,
            ordered,
            _ABOVE if ordered else None,
        )
        for name, (flag, within, ordered) in first.items()
    }


def _sum_over(
    what: exp.Expr,
    within: Sequence[exp.Expr],
    order: Sequence[exp.Expr] = (),
    frame: dict[str, str] | None = None,
) -> exp.Expr:
    """A sum over the lines that have the same in some columns, or those of a frame of them."""
    return _over(exp.Sum(this=what), within, order, frame)


def _over(
    what: exp.Expr,
    within: Sequence[exp.Expr],
    order: Sequence[exp.Expr] = (),
    frame: dict[str, str] | None = None,
) -> exp.Expr:
    window = exp.Window(this=what, partition_by=list(within))
    if order:
        ordered = [exp.Ordered(this=each, nulls_first=True) for each in order]
        window.set("order", exp.Order(expressions=ordered))
    if frame:
        window.set("spec", exp.WindowSpec(**frame))
    return window


def select_totals(of: str, table: PriceTable, *, names_lines: bool) -> exp.Select:
    """The lines with what was bought before, their totals, and why these are not known.

    `names_lines` where the words name the first line that is why.
    """
    kind, before = sql.type_of_counts(table), exp.column("above_it")
    is_known = exp.and_(sql.is_null(UNCERTAIN), exp.not_(_CREDIT))
    if any(each.part_units is PartUnits.NOT_SAID for each in table.all_services):
        is_known = exp.and_(is_known, sql.is_null(sql.NEXT_COUNT))
    uncertain = sql.select(
        sql.STAR, of=of, uncertain=_explain_uncertain(table, names_lines=names_lines)
    )
    return sql.select(
        sql.STAR,
        of=uncertain.subquery(copy=False),
        before=sql.case((exp.and_(_ADDS_UP, is_known), sql.try_cast(before, kind))),
        total=sql.case(
            (exp.not_(_ADDS_UP), sql.COUNT), (is_known, sql.try_cast(before + sql.COUNT, kind))
        ),
    )


def _explain_uncertain(table: PriceTable, *, names_lines: bool) -> exp.Expr:
    """Why it is not known what was bought before a line that adds up; null where it is known."""

    def count(lines: exp.Expr, first: str) -> exp.Expr:
        return _count(lines, exp.column(first) if names_lines else None)

    period = sql.of_service([PERIODS.get(each.service.counted, "") for each in table.services])
    before = "what was bought before is not known: "
    undated, unnamed = exp.column("undated_lines"), exp.column("unnamed_lines")
    doubtful = exp.column("doubtful_above")
    return sql.case(
        (exp.not_(_ADDS_UP), sql.NULL),
        (
            sql.is_null(_PERIOD),
            f"{before}the contract year begins on the agreement's date, which is not on file",
        ),
        (
            unnamed > 0,
            sql.concat(before, count(unnamed, "first_unnamed"), " without a service"),
        ),
        (
            undated > 0,
            sql.concat(before, count(undated, "first_undated"), " without a date that can be read"),
        ),
        (
            doubtful > 0,
            sql.concat(
                *(before, count(doubtful, "first_doubtful"), " before it in the same ", period),
                " with a quantity that cannot be read, or a credit",
            ),
        ),
        (
            exp.column("above_it") + sql.COUNT >= int(LARGEST),
            f"{before}the quantities add up to {LARGEST:,} or more",
        ),
    )


def _count(lines: exp.Expr, first: exp.Expr | None) -> exp.Expr:
    """So many lines, with the number of the first one."""
    text = sql.cast(lines, "VARCHAR")
    if first is None:
        return sql.concat(text, sql.case((lines.eq(1), " line"), default=" lines"))
    one = sql.concat(" line (line ", sql.cast(first, "VARCHAR"), ")")
    several = sql.concat(" lines (the first is line ", sql.cast(first, "VARCHAR"), ")")
    return sql.concat(text, sql.case((lines.eq(1), one), default=several))


def is_in_order(table: PriceTable) -> exp.Expr:
    """Whether the order of the lines of a day decides.

    That is where its lines are in several tiers; for a line of nothing, where it may be in the tier
    of what was bought before the day; and, of the first day of a period, where the first line pays
    what the others do not: a price of its own, or a sum that the units begin with.
    """
    begin, end = (
        exp.column("cell", table=f"{name}_{table.stages}") for name in (DAY_BEGINS, DAY_ENDS)
    )
    arithmetic, fixed, above = (
        exp.column(name, table=LINE) for name in ("adds_up", "total_fixed", "total_above")
    )
    begins_with_sum = exp.or_(fixed.neq(0), above.neq(0))
    of_first = exp.or_(
        arithmetic.eq(Arithmetic.OTHER.value),
        exp.and_(arithmetic.eq(Arithmetic.GRADUATED.value), begins_with_sum),
    )
    differ = exp.NullSafeNEQ(this=begin, expression=end)
    is_among_others = exp.and_(sql.COUNT.eq(0), DAY_END > DAY_BEGIN)
    begins_period = exp.and_(DAY_BEGIN.eq(0), DAY_END > 0, of_first)
    decides = exp.or_(differ, is_among_others, begins_period)
    return sql.call("COALESCE", exp.and_(BEFORE >= 0, LINES_OF_DAY > 1, decides), exp.false())


def describe_before(table: PriceTable) -> exp.Expr:
    """What is said of a line after others, before what else there is to say; blank of others."""
    period = sql.of_service([PERIODS.get(each.service.counted, "") for each in table.services])
    units = sql.case(
        (BEFORE > 0, sql.concat("after ", sql.format_count(BEFORE, table))), default="nothing"
    )
    after = sql.concat(units, " bought before in the ", period, ", as this ledger has it")
    order = "; on this day the order of lines decides"
    return sql.concat(
        sql.case((BEFORE >= 0, after), default=""),
        sql.case((IN_ORDER, order), default=""),
    )


# What a line costs after what was bought before.

LEFT = "DECIMAL(9, 8)"
"""The part of a price that a discount leaves."""

LEFT_OF_WHOLE, LEFT_OF_REST, LEFT_IN_ALL = "DECIMAL(24, 8)", "DECIMAL(22, 21)", "DECIMAL(38, 21)"
"""What it leaves of whole units of money, and of what is less than one; and both together."""


def calculate_price_before(table: PriceTable) -> exp.Expr:
    """What the quantity bought before costs, without a discount; null where it has no price."""
    amount = _hold(_calculate(table, EARLIER, BEFORE), EARLIER, ("minimum", "maximum"))
    return sql.case((BEFORE > 0, sql.cast(amount, f"{_type_of_amounts(table)}")))


def calculate_price_after(table: PriceTable, price_before: exp.Expr) -> exp.Expr:
    """The price of a line to the cent, after what was bought before; null where it has none."""
    kind = _type_of_amounts(table)
    arithmetic = exp.column("adds_up", table=LINE)
    of_total = _calculate(table, LINE, TOTAL) - price_before
    free = sql.case(
        (arithmetic.eq(Arithmetic.GRADUATED.value), sql.cast(of_total, f"{kind}")),
        (arithmetic.eq(Arithmetic.PER_UNIT.value), _calculate(table, LINE, sql.COUNT)),
    )
    held = sql.cast(_hold(free, LINE, ("minimum", "maximum")), f"{kind}")
    left = sql.cast(exp.column("left_of_price", table=LINE), LEFT)
    whole = sql.cast(sql.call("FLOOR", held), "DECIMAL(16, 0)")
    rest = sql.cast(held - whole, f"DECIMAL({kind.decimals + 1}, {kind.decimals})")
    left_in_all = sql.cast(whole * left, LEFT_OF_WHOLE) + sql.cast(rest * left, LEFT_OF_REST)
    reduced = _hold(sql.cast(left_in_all, LEFT_IN_ALL), LINE, ("least_left", "most_left"))
    price = sql.case(
        (sql.is_null(left), sql.call("ROUND", held, 2)),
        default=sql.call("ROUND", sql.cast(reduced, LEFT_IN_ALL), 2),
    )
    is_alone = sql.call("COALESCE", BEFORE, 0).eq(0)
    return sql.case(
        (is_alone, sql.calculate_price(table, TOTAL, LINE)), (held >= 0, sql.cast(price, sql.MONEY))
    )


def _type_of_amounts(table: PriceTable) -> sql.DecimalType:
    """The type of amounts before they are rounded, which are below 10 to the power of 15."""
    figures = [sql.type_of(table, name) for name in ("total_fixed", "minimum", "maximum")]
    decimals = sql.type_of(table, "total_rate").decimals + sql.count_parts(table)
    decimals = max(decimals, *(each.decimals for each in figures))
    return sql.DecimalType(MOST_DIGITS + 1 + decimals, decimals)


def _calculate(table: PriceTable, line: str, quantity: exp.Expr) -> exp.Expr:
    """The amount of a quantity by the figures of a line that add up."""
    fixed, rate, above = (
        exp.column(name, table=line) for name in ("total_fixed", "total_rate", "total_above")
    )
    over = sql.price_above_fixed(table, rate, quantity - above, "total_")
    return sql.cast(exp.Add(this=fixed, expression=over), f"{_type_of_amounts(table)}")


def _hold(amount: exp.Expr, line: str, bounds: tuple[str, str]) -> exp.Expr:
    """The amount, or the bound that it meets."""
    least, most = (exp.column(name, table=line) for name in bounds)
    return sql.case((amount < least, least), (amount > most, most), default=amount)

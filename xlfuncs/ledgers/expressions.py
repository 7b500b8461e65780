"""SQL expressions: quantities counted as a contract counts them, and prices calculated.

Each is a tree of sqlglot, from which the SQL of DuckDB and of other engines is generated. What
comes from outside is a literal or a quoted name of the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, reduce
from itertools import count

from sqlglot import exp

from xlfuncs.ledgers.price_table import (
    DAYS,
    LINE_COLUMNS,
    Part,
    PriceTable,
    Search,
    count_decimals,
)
from xlfuncs.pricing.contract import MOST_DECIMALS, MOST_DIGITS, PartUnits, Service, quantity_of

# The forms of SQL that all expressions are made of.

Operand = exp.Expr | str | int
"""A tree, or a text or whole number that becomes a literal."""

NULL, STAR = exp.Null(), exp.Star()


def convert(operand: Operand) -> exp.Expr:
    return operand if isinstance(operand, exp.Expr) else exp.convert(operand)


def call(name: str, *arguments: Operand) -> exp.Expr:
    """A function of DuckDB, which sqlglot knows to say in other dialects."""
    return exp.func(name, *map(convert, arguments), copy=False, dialect="duckdb")


def call_by_name(name: str, *arguments: Operand) -> exp.Expr:
    """A function that has this name in every dialect."""
    return exp.Anonymous(this=name, expressions=list(map(convert, arguments)))


def call_with(name: str, argument: str, **options: exp.Expr | str | int) -> exp.Table:
    """A function of DuckDB that gives a relation, with options by name."""
    named = [exp.EQ(this=exp.var(each), expression=convert(to)) for each, to in options.items()]
    return exp.Table(this=exp.Anonymous(this=name, expressions=[convert(argument), *named]))


def case(
    *cases: tuple[exp.Expr, Operand], default: Operand | None = None, of: exp.Expr | None = None
) -> exp.Case:
    """A CASE; null where no condition is true and there is no default.

    >>> case((exp.column("a") > 1, "much"), default="little").sql()
    "CASE WHEN a > 1 THEN 'much' ELSE 'little' END"
    """
    return exp.Case(
        this=of,
        ifs=[exp.If(this=when, true=convert(then)) for when, then in cases],
        default=None if default is None else convert(default),
    )


def concat(*parts: Operand) -> exp.Expr:
    """Texts one after the other; null where one of them is."""
    return reduce(
        lambda left, right: exp.DPipe(this=left, expression=right, safe=True), map(convert, parts)
    )


def alias(operand: exp.Expr, name: str, *, quoted: bool = False) -> exp.Alias:
    return exp.Alias(this=operand, alias=exp.to_identifier(name, quoted=quoted or None))


def select(*columns: exp.Expr, of: exp.Expr | str, **named: exp.Expr) -> exp.Select:
    """A query of columns of a relation, which may be given by its name; `named` get their names.

    >>> select(STAR, of="prices", twice=exp.column("price") * 2).sql()
    'SELECT *, price * 2 AS twice FROM prices'
    """
    relation = exp.Table(this=exp.to_identifier(of)) if isinstance(of, str) else of
    aliases = (alias(value, name) for name, value in named.items())
    return exp.Select(expressions=[*columns, *aliases]).from_(relation, copy=False)


@cache
def data_type(kind: str) -> exp.DataType:
    return exp.DataType.build(kind, dialect="duckdb")


def cast(operand: exp.Expr, kind: str) -> exp.Cast:
    return exp.Cast(this=operand, to=data_type(kind))


def try_cast(operand: exp.Expr, kind: str) -> exp.TryCast:
    """The value in another type, null where it is none of that type."""
    return exp.TryCast(this=operand, to=data_type(kind), safe=True)


def is_null(operand: exp.Expr) -> exp.Is:
    return exp.Is(this=operand, expression=NULL)


def is_not_null(operand: exp.Expr) -> exp.Not:
    return exp.Not(this=is_null(operand))


def day_literal(day: date) -> exp.Expr:
    return cast(convert(f"{day}"), "DATE")


def decimal_literal(figure: Decimal) -> exp.Expr:
    """A figure as it is printed, without an exponent."""
    return exp.Literal.number(f"{figure:f}")


def replace(operand: exp.Expr, found: Operand, by: Operand) -> exp.Expr:
    return call("REPLACE", operand, found, by)


def matches(text: exp.Expr, pattern: str) -> exp.Expr:
    """Whether a pattern fits the whole of a text.

    To some engines `$` is also before a last character that ends a line; nothing is before the #.
    """
    return call("REGEXP_MATCHES", concat(text, "#"), f"^{pattern}#$")


# Quantities as a contract counts them (rule 6).

COUNTED = f"DECIMAL({MOST_DIGITS + MOST_DECIMALS + 1}, {MOST_DECIMALS})"
"""Holds every quantity rounded up to a step."""

MONEY = "DECIMAL(18, 2)"

QUANTITY, COUNT, PURCHASED, SERVICE = map(exp.column, ("quantity", "counted", "day", "service"))
NEXT_COUNT = exp.column("next_count")
"""The step above part of one, where the contract does not say how to count it."""


def type_of_counts(table: PriceTable) -> str:
    """The type of quantities in whole steps."""
    return "BIGINT" if table.whole else COUNTED


def count_steps(table: PriceTable) -> exp.Expr:
    """The quantity in whole steps of its service; null where its part of a step is refused.

    Where the contract does not say how to count a part it is left off.
    """
    services = table.contract.services
    if table.whole and all(service.step == 1 for service in services):
        return QUANTITY
    kind = type_of_counts(table)
    cases = (
        (convert(place), cast(_round_to_step(service), kind))
        for place, service in enumerate(services, start=1)
    )
    return case(*cases, of=SERVICE)


def count_next_step(table: PriceTable) -> exp.Expr:
    """The step above part of one, where the contract does not say how to count it; else null."""
    cases = []
    for place, service in enumerate(table.contract.services, start=1):
        if service.part_units is PartUnits.NOT_SAID:
            step = decimal_literal(service.step.normalize())
            rest = QUANTITY % step
            above = cast(QUANTITY - rest + step, type_of_counts(table))
            cases.append((convert(place), case((rest > 0, above))))
    return case(*cases, of=SERVICE)


def find_part(
    table: PriceTable, sound: Iterable[exp.Expr] = (), counted: exp.Expr = COUNT
) -> exp.Expr:
    """The number of the part of the price list that has the price; null where none has.

    A line that does not meet the further conditions `sound` has none.
    """
    cases = (
        (convert(place), _search(search, counted))
        for place, search in enumerate(table.searches, start=1)
    )
    known = (QUANTITY >= 0, is_not_null(counted), is_not_null(PURCHASED), *sound)
    return case((exp.and_(*known), case(*cases, of=SERVICE)))


def _search(search: Search, counted: exp.Expr) -> exp.Expr:
    """The number of the part to which a day and a quantity lead."""
    numbers = count(search.first)

    def descend(part: Part) -> exp.Expr:
        half = part.half
        if half is None:
            return convert(next(numbers))
        side: exp.Expr
        if half.axis is DAYS:
            side, cut = PURCHASED, day_literal(date.fromordinal(half.cut))
        else:
            side, cut = counted, decimal_literal(quantity_of(half.cut, search.service))
        below = descend(half.below)  # the parts are numbered from the lowest on
        return case((side < cut, below), default=descend(half.above))

    return descend(search.root)


def _round_to_step(service: Service) -> exp.Expr:
    step = decimal_literal(service.step.normalize())
    rest = QUANTITY % step
    down = QUANTITY - rest
    if service.part_units in (PartUnits.DOWN, PartUnits.NOT_SAID):
        return down
    if service.part_units is PartUnits.UP:
        return down + case((rest > 0, step), default=0)
    if service.part_units is PartUnits.NEAREST:
        return down + case((2 * rest >= step, step), default=0)
    return case((rest.eq(0), QUANTITY))


def find_billed(services: Sequence[Service]) -> exp.Expr | None:
    """What the price of a line is for; None where the contract says so of no service."""
    cases = [
        (convert(number), convert(each.billed.value))
        for number, each in enumerate(services, start=1)
        if each.billed
    ]
    priced = is_not_null(exp.column("price"))
    return case((priced, case(*cases, of=SERVICE))) if cases else None


# Types of the columns of a price list: they hold every figure in it, and not much more.

NARROW = 18
"""Digits up to which DuckDB keeps a product as narrow as its factors, where they are."""

CENTS = 2
"""Decimals that are shown of a unit price, even if they are 0."""

FIGURES = ("fixed", "rate", "above", "unit_price")


@dataclass(frozen=True, slots=True)
class DecimalType:
    """A type of figures: their digits in all, and how many of them are decimals."""

    digits: int
    decimals: int

    def __str__(self) -> str:
        return f"DECIMAL({self.digits}, {self.decimals})"

    @property
    def whole(self) -> int:
        """The digits before the point."""
        return self.digits - self.decimals


def fit_type(figures: Iterable[Decimal | None], decimals: int = 0) -> DecimalType:
    """The type that holds every figure, with at least so many decimals.

    >>> fit_type([Decimal("279995.00"), None, Decimal("2.75")])
    DecimalType(digits=8, decimals=2)
    """
    whole = 0
    for figure in figures:
        if figure is not None:
            whole = max(whole, len(str(int(abs(figure)))))
            decimals = max(decimals, count_decimals(figure))
    return DecimalType(whole + decimals or 1, decimals)


def type_of(table: PriceTable, field: str) -> DecimalType:
    """The type of a column of figures."""
    least = CENTS if field == "unit_price" else 0
    fitting = fit_type((getattr(line, field) for line in table.lines), least)
    parts = 0 if table.whole else MOST_DECIMALS
    if field == "rate" and MOST_DIGITS + fitting.decimals + parts > NARROW:
        return DecimalType(max(fitting.digits, NARROW + 1), fitting.decimals)
    return fitting


def column_types(table: PriceTable) -> dict[str, str]:
    """The columns of the price list with their types.

    Unless the table is plain they begin with where each line is to be found.
    """
    places: dict[str, str] = {}
    if not table.plain:
        counts = type_of_counts(table)
        places = {"in_part": "INTEGER", "day_from": "DATE", "day_through": "DATE"}
        places |= {"quantity_from": counts, "quantity_through": counts}
    types = dict.fromkeys(LINE_COLUMNS, "VARCHAR") | {"cell": "INTEGER"}
    return places | types | {field: str(type_of(table, field)) for field in FIGURES}


# The price of a line, which no engine rounds before the end (rule 5).
#
# DuckDB keeps all decimals of a product and refuses one that is too long. Spark and Databricks cut
# decimals off as soon as the types of the factors could need more than 38 digits, whatever is
# in them, and then round twice. So types are as narrow as what the contract can make of them, and a
# rate that is still too long is multiplied in two parts, its whole units and what is left of one.
#
# The widest sum that a price list has is of 15 digits before the point and MOST_DECIMALS_HELD after
# it; these are of a unit price (6, and 6 more where it is for a million), of a step (6) and of a
# percentage that is taken off (8).

WIDEST = 38
"""Digits that a decimal has at most, in every engine."""


def calculate_price(table: PriceTable, counted: exp.Expr = COUNT, line: str = "") -> exp.Expr:
    """fixed + rate x (quantity - above), to the cent, halves away from zero.

    The figures are those of a relation by the name of `line`, where one is given.
    """
    fixed, rate, above = (
        exp.column(name, table=line or None) for name in ("fixed", "rate", "above")
    )
    total = exp.Add(this=fixed, expression=_price_above_fixed(table, rate, counted - above))
    return cast(call("ROUND", total, 2), MONEY)


def _price_above_fixed(table: PriceTable, rate: exp.Expr, over: exp.Expr) -> exp.Expr:
    rates, fixed = type_of(table, "rate"), type_of(table, "fixed")
    parts = 0  # decimals of all that the contract counts
    if not table.whole:
        steps = [service.step for service in table.contract.services]
        parts = fit_type([*steps, *(line.above for line in table.lines)]).decimals
    counts = DecimalType(MOST_DIGITS + 1 + parts, parts)
    over = cast(over, str(counts))
    decimals = rates.decimals + parts
    if rates.digits + counts.digits + 1 > WIDEST:
        floor = call("FLOOR", rate)
        units = _narrow(cast(floor, str(DecimalType(MOST_DIGITS, 0))) * over, parts)
        if not rates.decimals:
            return units
        digits = max(NARROW + 1 if counts.digits <= NARROW else 0, rates.decimals)
        rest = cast(rate - floor, str(DecimalType(digits, rates.decimals))) * over
        return exp.Add(this=units, expression=_narrow(rest, decimals))
    product = rate * over
    whole = max(rates.whole + counts.whole + 1, fixed.whole)
    if whole + max(decimals, fixed.decimals) + 1 > WIDEST:
        return _narrow(product, decimals)
    return product


def _narrow(product: exp.Expr, decimals: int) -> exp.Expr:
    """A product in a narrower type, for no price of the list has more digits before its point."""
    return cast(product, str(DecimalType(MOST_DIGITS + decimals, decimals)))

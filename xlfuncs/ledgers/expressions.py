"""SQL expressions: quantities counted as a contract counts them, and prices calculated.

Each is a tree of sqlglot, from which the SQL of DuckDB and of other engines is generated. What
comes from outside is a literal or a quoted name of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from xlfuncs.ledgers.price_search import DAYS, Part
from xlfuncs.ledgers.price_table import PriceTable, Search, count_decimals
from xlfuncs.pricing.contract import MOST_DECIMALS, MOST_DIGITS, PartUnits, Service, quantity_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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


def format_count(count: exp.Expr, table: PriceTable) -> exp.Expr:
    """A quantity in whole steps as text, without the decimals that it does not need."""
    text: exp.Expr = cast(count, "VARCHAR")
    if table.whole:
        return text
    for ending in ("0", "."):
        text = exp.Trim(this=text, expression=exp.convert(ending), position="TRAILING")
    return text


MOST_SERVICES_COMPARED = 16
"""Services with which that of a line is compared one by one; more are looked up in a list."""


def of_service(said: Sequence[Operand]) -> exp.Expr:
    """What is said of the service of a line, by its number; null where it has none.

    >>> of_service(["once", "once"]).sql(), of_service(["once", "month"]).sql()
    ("'once'", "CASE service WHEN 1 THEN 'once' WHEN 2 THEN 'month' END")
    >>> of_service(["once", "month"] * 9).sql("duckdb")[:17]
    "['once', 'month',"
    """
    values = list(map(convert, said))
    if all(value == values[0] for value in values):
        return values[0]
    if len(values) <= MOST_SERVICES_COMPARED:
        cases = ((convert(number), value) for number, value in enumerate(values, start=1))
        return case(*cases, of=SERVICE)
    return place_in(values, SERVICE)


def place_in(values: Sequence[exp.Expr], number: exp.Expr) -> exp.Expr:
    """The value at a place of a list, from 1 on; null at 0 and where the place is null."""
    place = call("NULLIF", number, 0)
    array = exp.Array(expressions=list(values))
    return exp.Bracket(this=array, expressions=[place], offset=1, safe=True)


def of_services_alike(
    services: Sequence[Service],
    alike: Callable[[Service], Hashable],
    say: Callable[[Service], Operand],
) -> exp.Expr:
    """What is said of the service of a line, once for all services that are alike."""
    kinds: dict[Hashable, int] = {}
    numbers = [kinds.setdefault(alike(service), len(kinds) + 1) for service in services]
    if len(kinds) == 1:
        return convert(say(services[0]))
    if len(services) <= MOST_SERVICES_COMPARED:
        return of_service([say(service) for service in services])
    cases = ((convert(kind), say(services[numbers.index(kind)])) for kind in kinds.values())
    return case(*cases, of=of_service(numbers))


def count_steps(table: PriceTable) -> exp.Expr:
    """The quantity in whole steps of its service; null where its part of a step is refused.

    Where the contract does not say how to count a part it is left off.
    """
    services = table.all_services
    if table.whole and all(service.step == 1 for service in services):
        return QUANTITY
    kind = type_of_counts(table)
    return of_services_alike(
        services,
        lambda service: (service.step, service.part_units),
        lambda service: cast(_round_to_step(service), kind),
    )


def count_next_step(table: PriceTable) -> exp.Expr:
    """The step above part of one, where the contract does not say how to count it; else null."""

    def count_next(service: Service) -> exp.Expr:
        if service.part_units is not PartUnits.NOT_SAID:
            return NULL
        step = decimal_literal(service.step.normalize())
        rest = QUANTITY % step
        return case((rest > 0, cast(QUANTITY - rest + step, type_of_counts(table))))

    return of_services_alike(
        table.all_services,
        lambda service: service.part_units is PartUnits.NOT_SAID and service.step,
        count_next,
    )


def find_part(
    table: PriceTable, sound: Iterable[exp.Expr] = (), counted: exp.Expr = COUNT
) -> exp.Expr:
    """The number of the line of a plain price list that has the price; null where none has.

    In a list that is not plain, the number of the part from which places lead to the line.
    A line of the ledger that does not meet the further conditions `sound` has none.
    """
    found: exp.Expr = SERVICE
    if table.plain:
        cases = (
            (convert(number), _search(search, counted))
            for number, search in enumerate(table.searches, start=1)
        )
        found = case(*cases, of=SERVICE)
    known = (QUANTITY >= 0, is_not_null(counted), is_not_null(PURCHASED), *sound)
    return case((exp.and_(*known), found))


def _search(search: Search, counted: exp.Expr) -> exp.Expr:
    """The number of the line to which a day and a quantity lead."""

    def descend(part: Part) -> exp.Expr:
        half = part.half
        if half is None:
            [line] = part.lines
            return convert(line.number)
        side: exp.Expr
        if half.axis is DAYS:
            side, cut = PURCHASED, day_literal(date.fromordinal(half.cut))
        else:
            side, cut = counted, decimal_literal(quantity_of(half.cut, search.service))
        return case((side < cut, descend(half.below)), default=descend(half.above))

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


def position_in(keys: Sequence[str], key: exp.Expr) -> exp.Expr:
    """The place of a text in a list from 1 on, 0 where it is not there."""
    array = exp.Array(expressions=list(map(convert, keys)))
    return call("COALESCE", call("ARRAY_POSITION", array, key), 0)


def find_billed(services: Sequence[Service]) -> exp.Expr | None:
    """What the price of a line is for; None where the contract says so of no service."""
    if not any(service.billed for service in services):
        return None
    billed = of_service([each.billed.value if each.billed else NULL for each in services])
    return case((is_not_null(exp.column("price")), billed))


# Types of the columns of a price list: they hold every figure in it, and not much more.

NARROW = 18
"""Digits up to which DuckDB keeps a product as narrow as its factors, where they are."""

CENTS = 2
"""Decimals that are shown of a unit price, even if they are 0."""

RATES = ("rate", "total_rate")
"""The columns of figures that quantities are multiplied by."""


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
    fitting = fit_type([table.largest[field]], max(least, table.decimals[field]))
    parts = 0 if table.whole else MOST_DECIMALS
    if field in RATES and MOST_DIGITS + fitting.decimals + parts > NARROW:
        return DecimalType(max(fitting.digits, NARROW + 1), fitting.decimals)
    return fitting


def column_types(table: PriceTable) -> dict[str, str]:
    """The columns of a line of the price list with their types."""
    types = dict.fromkeys(table.line_columns, "VARCHAR") | {"cell": "INTEGER"}
    return types | {field: str(type_of(table, field)) for field in table.figures}


def place_types(table: PriceTable) -> dict[str, str]:
    """The columns of a place with their types."""
    counts = type_of_counts(table)
    return {
        "stage": "INTEGER",
        "in_part": "INTEGER",
        "day_from": "DATE",
        "day_through": "DATE",
        "quantity_from": counts,
        "quantity_through": counts,
        "cell": "INTEGER",
    }


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
    total = exp.Add(this=fixed, expression=price_above_fixed(table, rate, counted - above))
    return cast(call("ROUND", total, 2), MONEY)


def count_parts(table: PriceTable) -> int:
    """The decimals of all that the contract counts."""
    if table.whole:
        return 0
    steps = [service.step for service in table.all_services]
    return fit_type(
        steps, max(table.decimals.get(name, 0) for name in ("above", "total_above"))
    ).decimals


def price_above_fixed(table: PriceTable, rate: exp.Expr, over: exp.Expr, of: str = "") -> exp.Expr:
    """The rate times a quantity; the figures are of columns whose names begin with `of`."""
    rates, fixed = type_of(table, f"{of}rate"), type_of(table, f"{of}fixed")
    parts = count_parts(table)
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
        files=[convert(file)],
        params=[
            exp.CopyParameter(this=exp.var(name), expression=convert(value))
            for name, value in named.items()
        ],
    )


def with_steps(query: exp.Select, steps: dict[str, exp.Select]) -> exp.Select:
    """The query with the steps that it selects from."""
    for name, step in steps.items():
        query.with_(name, as_=step, copy=False)
    return query

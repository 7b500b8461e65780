"""SQL expressions: cells read as figures, days and names, quantities counted, prices worked out.

Each is a tree of sqlglot, from which the SQL of DuckDB and of other engines is generated. What
comes from outside is a literal or a quoted name of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, reduce

from sqlglot import exp

from xlfuncs.ledgers.columns import Dates, Style
from xlfuncs.ledgers.price_search import DAYS, Part
from xlfuncs.ledgers.price_table import OfferedService, PriceTable, Search, count_decimals
from xlfuncs.pricing.contract import MOST_DECIMALS, MOST_DIGITS, PartUnits, Service, quantity_of
from xlfuncs.pricing.names import SPACES, letter_forms, name_key, tidy_spaces
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, YEARS, parse_serial

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

QUANTITY, COUNT, PURCHASED, SERVICE = map(exp.column, ("quantity", "counted", "day", "service"))
NEXT_COUNT = exp.column("next_count")
"""The step above part of one, where the contract does not say how to count it."""


def type_of_counts(table: PriceTable) -> str:
    """The type of quantities in whole steps."""
    return "BIGINT" if table.whole else COUNTED


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


# Cells of a ledger as quantities, days and amounts.
#
# Each expression is null where its text is none of the kind, and reads what is written plainly
# without any pattern, since nearly every cell of a ledger is.

TYPE_OF_QUANTITIES = f"DECIMAL({MOST_DIGITS + MOST_DECIMALS}, {MOST_DECIMALS})"
MONEY = "DECIMAL(18, 2)"

_FIGURE = "|".join(
    [
        f"[0-9]{{1,{MOST_DIGITS - MOST_DECIMALS}}}([.][0-9]{{1,{MOST_DECIMALS}}}0*)?",
        *(
            f"[0-9]{{{MOST_DIGITS - decimals}}}([.][0-9]{{1,{decimals}}}0*)?"
            for decimals in range(MOST_DECIMALS - 1, 0, -1)
        ),
        f"[0-9]{{{MOST_DIGITS}}}([.]0+)?",
    ]
)
FIGURE = f"-?0*({_FIGURE})"
"""At most 15 digits, 6 of them decimals."""

NUMBER = "-?[0-9]+([.][0-9]+)?"
AMOUNT = "-?0*[0-9]{1,16}([.][0-9]{1,20}0*)?"
"""As many digits as the type of money holds; it is rounded once, from all of its decimals.

The largest of them all have one digit too many when they are rounded, and are no amounts.
"""

_MINUTES = ":[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
ISO_TIME = f"([01][0-9]|2[0-3]){_MINUTES}"
TIME = f"([0-9]|[01][0-9]|2[0-3]){_MINUTES}( ?[AaPp][Mm])?"
"""Times of day, which are dropped."""

STRAY_SPACES = (9, 10, 13, 160)
"""Tabs, ends of lines, and the space that web pages and spreadsheets put where no line may end."""


@dataclass(frozen=True, slots=True)
class CellText:
    """The text of a cell: as it is, without spaces around it, and as it is read.

    `plain` is in the one style that is read: a number as digits with a decimal point, a day as ISO
    text, a name as its key. It is null where the text is not in the style of the ledger.
    """

    raw: exp.Expr
    trimmed: exp.Expr
    plain: exp.Expr

    @property
    def is_blank(self) -> exp.Expr:
        return exp.or_(is_null(self.raw), self.trimmed.eq(""))


def number_cell(text: exp.Expr, style: Style) -> CellText:
    trimmed = trim(text)
    return CellText(text, trimmed, plain_number(trimmed, style))


def day_cell(text: exp.Expr, style: Style) -> CellText:
    trimmed = trim(text)
    return CellText(text, trimmed, iso_text(trimmed, style.dates))


def name_cell(text: exp.Expr, services: Sequence[Service]) -> CellText:
    return CellText(text, text, name_key_sql(text, services))


def trim(text: exp.Expr) -> exp.Expr:
    """The text without spaces around it."""
    for space in STRAY_SPACES:
        text = replace(text, call_by_name("CHR", space), " ")
    return call("TRIM", text, " ")  # engines do not agree on what else would be a space


def plain_number(trimmed: exp.Expr, style: Style) -> exp.Expr:
    """A number as digits with a decimal point.

    Null where it has a point although it should have a comma.
    """
    found = trimmed
    if style.thousands:
        grouped = f"-?[0-9]{{1,3}}([{style.thousands}][0-9]{{3}})+([{style.decimal}][0-9]+)?"
        bare = replace(found, style.thousands, "")
        found = case((matches(found, grouped), bare), default=found)
    if style.decimal == ".":
        return found
    return case((exp.Not(this=found.like("%.%")), replace(found, ",", ".")))


def read_quantity(cell: CellText, *, whole: bool) -> exp.Expr:
    """A figure; with `whole` one without a part, in whole numbers."""
    kind = "BIGINT" if whole else TYPE_OF_QUANTITIES
    slowly = case((matches(cell.plain, FIGURE), try_cast(cell.plain, TYPE_OF_QUANTITIES)))
    if whole:
        slowly = case(((slowly % 1).eq(0), cast(slowly, "BIGINT")))
    digits = try_cast(cell.raw, "BIGINT")
    is_plain_integer = exp.and_(
        cast(digits, "VARCHAR").eq(cell.raw),
        digits.between(0, 10**MOST_DIGITS - 1),
    )
    return case((is_plain_integer, try_cast(cell.raw, kind)), default=slowly)


def read_day(cell: CellText, dates: Dates) -> exp.Expr:
    """A day from 1 March 1900 on, its time of day dropped where it has one."""
    slowly = case((_is_day(cell.plain), try_cast(cell.plain, "DATE")))
    if dates is not Dates.ISO:
        return slowly
    return case((_is_day(cell.raw), try_cast(cell.raw, "DATE")), default=slowly)


def _is_day(text: exp.Expr) -> exp.Expr:
    day = try_cast(text, "DATE")
    return exp.and_(
        cast(day, "VARCHAR").eq(text),
        day.between(day_literal(FIRST_CERTAIN_DAY), day_literal(date.max)),
        exp.Not(this=is_shown_for_a_year(day)),
    )


def is_shown_for_a_year(day: exp.Expr) -> exp.Expr:
    """Whether a spreadsheet shows this day for a year where it is to show a day."""
    serials = (parse_serial(year, date1904=False) for year in (YEARS[0], YEARS[-1]))
    first, last = (day_literal(each) for each in serials if each)
    return day.between(first, last)


def iso_text(trimmed: exp.Expr, dates: Dates) -> exp.Expr:
    """A day as ISO text, where a text is written as days are said to be; its time is dropped."""
    if dates is Dates.ISO:
        time = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]{ISO_TIME}"
        return case((matches(trimmed, time), call("SUBSTRING", trimmed, 1, 10)), default=trimmed)
    day = replace(replace(call("SPLIT_PART", trimmed, " ", 1), ".", "/"), "-", "/")
    first, second, year = (call("SPLIT_PART", day, "/", number) for number in (1, 2, 3))
    month, day_of_month = (first, second) if dates is Dates.MDY else (second, first)
    pattern = f"[0-9]{{1,2}}([./-])[0-9]{{1,2}}([./-])[0-9]{{4}}( {TIME})?"
    month, day_of_month = (call("LPAD", part, 2, "0") for part in (month, day_of_month))
    return case((matches(trimmed, pattern), concat(year, "-", month, "-", day_of_month)))


def read_amount(cell: CellText, style: Style) -> exp.Expr:
    """An amount, rounded to the cent."""
    rounded = call("ROUND", try_cast(cell.plain, "DECIMAL(38, 20)"), 2)
    slowly = case((matches(cell.plain, AMOUNT), try_cast(rounded, MONEY)))
    if style.decimal != ".":
        return slowly
    money = try_cast(cell.raw, MONEY)
    return case((cast(money, "VARCHAR").eq(cell.raw), money), default=slowly)


# Names of services in a ledger, compared by the rule for names.


def _spell_runs(codes: Sequence[int]) -> Iterator[str]:
    """Characters as a pattern of every engine spells them, those that follow each other as one."""
    first = last = codes[0]
    for code in (*codes[1:], -1):
        if code == last + 1:
            last = code
            continue
        yield f"\\x{{{first:x}}}" + (f"-\\x{{{last:x}}}" if last > first else "")
        first = last = code


_SPACES = f"[{''.join(_spell_runs(sorted(map(ord, SPACES))))}]"
"""A character that counts as a space."""


def find_service(
    cell: CellText | None,
    services: Sequence[OfferedService],
    contract: exp.Expr | None = None,
) -> exp.Expr:
    """The number of a service from 1 on, 0 for one that the contract does not have.

    Null where none is named though there are several. Of several contracts, `contract` is the
    number of that of the line; where it is null, or 0, or not said, no service is found.
    """
    if services[-1].contract > 1:
        return _find_service_of(cell, services, contract or NULL)
    alone = convert(1) if len(services) == 1 else cast(NULL, "INTEGER")
    if cell is None:
        return alone
    exact = [
        (cell.raw.eq(offered.service.name), convert(number))
        for number, offered in enumerate(services[: MOST_SERVICES_COMPARED + 1], start=1)
    ]
    if len(exact) > MOST_SERVICES_COMPARED:
        exact = []
    # the place in a list, so that an engine calculates the key once; the last one is no name
    keys = [*(offered.service.key for offered in services), ""]
    place = position_in(keys, cell.plain)
    last = len(keys)
    found = call("LEAST", place, 1) if last == 2 else call("NULLIF", place, last)
    return case(*exact, (is_null(cell.raw), alone), default=cast(found, "INTEGER"))


def _find_service_of(
    cell: CellText | None, services: Sequence[OfferedService], contract: exp.Expr
) -> exp.Expr:
    """The same among the services of the contract of a line."""
    numbers: dict[int, list[int]] = {}
    for number, offered in enumerate(services, start=1):
        numbers.setdefault(offered.contract, []).append(number)
    alone = place_in(
        [
            convert(some[0]) if len(some) == 1 else cast(NULL, "INTEGER")
            for some in (numbers.get(each, []) for each in range(1, max(numbers) + 1))
        ],
        contract,
    )
    if cell is None:
        return alone
    keys = [f"{offered.contract} {offered.service.key}" for offered in services]
    place = position_in(keys, concat(cast(contract, "VARCHAR"), " ", cell.plain))
    is_blank = call("COALESCE", cell.plain.eq(""), exp.true())
    return case((is_blank, alone), (contract > 0, cast(place, "INTEGER")))


def find_contract(text: exp.Expr, keys: Sequence[Sequence[str]]) -> exp.Expr:
    """The number of a contract from 1 on by any of its names, 0 for none, null for a blank text.

    `keys` are the names of each contract. Raises BadInput for a name that two of them have.
    """
    numbers: dict[str, int] = {}
    for number, names in enumerate(keys, start=1):
        for name in filter(None, map(tidy_spaces, names)):
            other = numbers.setdefault(name_key(name), number)
            if other != number:
                named = (", ".join(filter(None, keys[each - 1])) for each in (other, number))
                raise BadInput(
                    f"{name!r} is a name of two contracts, {' and '.join(map(repr, named))}; a "
                    f"ledger needs a column that tells them apart, such as one of contract numbers"
                )
    key = key_sql(text, list(numbers))
    found = place_in(list(map(convert, numbers.values())), position_in(list(numbers), key))
    is_blank = call("COALESCE", key.eq(""), exp.true())
    return case((is_blank, cast(NULL, "INTEGER")), default=call("COALESCE", found, 0))


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


def name_key_sql(name: exp.Expr, services: Sequence[Service]) -> exp.Expr:
    """The name as it is compared, as far as it can be that of one of these services."""
    return key_sql(name, [service.key for service in services])


def key_sql(name: exp.Expr, keys: Iterable[str]) -> exp.Expr:
    """The name as it is compared, as far as it can be one of these.

    The engine is given only letters that count as one of theirs, each with what it counts as; so
    its own idea of small letters does not matter, except for English ones.
    """
    key = call("TRIM", call("REGEXP_REPLACE", name, f"{_SPACES}+", " ", "g"), " ")
    letters = {ord(letter) for each in keys for letter in each}
    forms = {chr(code): chr(form) for code, form in letter_forms().items() if form in letters}
    if forms:
        key = call("TRANSLATE", key, "".join(forms), "".join(forms.values()))
    # engines agree about English without surplus spaces, so their own quick way will do
    is_odd = call("REGEXP_MATCHES", name, "^ | $|  |[^ -~]")
    return case((is_odd, key), default=call("LOWER", name))


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
    total = exp.Add(this=fixed, expression=_price_above_fixed(table, rate, counted - above))
    return cast(call("ROUND", total, 2), MONEY)


def _price_above_fixed(table: PriceTable, rate: exp.Expr, over: exp.Expr) -> exp.Expr:
    rates, fixed = type_of(table, "rate"), type_of(table, "fixed")
    parts = 0  # decimals of all that the contract counts
    if not table.whole:
        steps = [service.step for service in table.all_services]
        parts = fit_type(steps, table.decimals["above"]).decimals
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

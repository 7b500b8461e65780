"""SQL expressions: cells read as figures, days and names, quantities counted, prices worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count

from xlfuncs.ledgers.columns import Dates, Style
from xlfuncs.ledgers.price_table import DAYS, Part, PriceLine, PriceTable, Search, widths
from xlfuncs.pricing.contract import (
    COUNTED_AS,
    MOST_DECIMALS,
    MOST_DIGITS,
    SPACES,
    PartUnits,
    Service,
    quantity_of,
)
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, YEARS, day_of_serial

# What the database is asked to do, in SQL.


# Quantities as a contract counts them, in SQL (rule 6).

COUNTED = f"DECIMAL({MOST_DIGITS + MOST_DECIMALS + 1}, {MOST_DECIMALS})"
"""Holds every quantity rounded up to a step."""


def kind_of_counted(table: PriceTable) -> str:
    """The type of quantities in whole steps."""
    return "BIGINT" if table.whole else COUNTED


def counted(table: PriceTable) -> str:
    """The quantity in whole steps of its service; null where its part of a step is refused."""
    services = table.contract.services
    if table.whole and all(service.step == 1 for service in services):
        return "quantity"
    kind = kind_of_counted(table)
    cases = (
        f"WHEN {place} THEN CAST({_in_steps(service)} AS {kind})"
        for place, service in enumerate(services, start=1)
    )
    return f"CASE service {' '.join(cases)} END"


def part(table: PriceTable, sound: str = "") -> str:
    """The number of the part of the price list that answers; null where none does.

    A line that is not `sound`, by a further condition, has none.
    """
    cases = (
        f"WHEN {place} THEN {_searched(search)}"
        for place, search in enumerate(table.searches, start=1)
    )
    found = f"CASE service {' '.join(cases)} END"
    asked = f"quantity >= 0 AND counted IS NOT NULL AND day IS NOT NULL{sound}"
    return f"CASE WHEN {asked} THEN {found} END"


def _searched(search: Search) -> str:
    """The number of the part to which a day and a quantity lead, in SQL."""
    numbers = count(search.first)

    def searched(part: Part) -> str:
        if part.half is None:
            return str(next(numbers))
        axis, cut, below, above = part.half
        reached = f"counted < {quantity_of(cut, search.service):f}"
        if axis == DAYS:
            reached = f"day < DATE '{date.fromordinal(cut)}'"
        return f"CASE WHEN {reached} THEN {searched(below)} ELSE {searched(above)} END"

    return searched(search.root)


def _in_steps(service: Service) -> str:
    step = f"{service.step.normalize():f}"
    part = f"quantity % {step}"
    if service.part_units is PartUnits.DOWN:
        return f"quantity - {part}"
    if service.part_units is PartUnits.UP:
        return f"quantity - {part} + CASE WHEN {part} > 0 THEN {step} ELSE 0 END"
    if service.part_units is PartUnits.NEAREST:
        return f"quantity - {part} + CASE WHEN 2 * ({part}) >= {step} THEN {step} ELSE 0 END"
    return f"CASE WHEN {part} = 0 THEN quantity END"


# Cells of a ledger as quantities, days and amounts, in SQL.
#
# Each expression is null where its text is none of the kind, and reads what is written plainly
# without any pattern, since nearly every cell of a ledger is.

QUANTITY = f"DECIMAL({MOST_DIGITS + MOST_DECIMALS}, {MOST_DECIMALS})"
AMOUNT = "DECIMAL(18, 2)"

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
PLAIN_AMOUNT = "-?0*[0-9]{1,16}([.][0-9]{1,20}0*)?"
"""As many digits as `AMOUNT` holds; it is rounded once, from all of its decimals.

The largest of them all have one digit too many when they are rounded, and are no amounts.
"""

_MINUTES = ":[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
ISO_TIME = f"([01][0-9]|2[0-3]){_MINUTES}"
TIME = f"([0-9]|[01][0-9]|2[0-3]){_MINUTES}( ?[AaPp][Mm])?"
"""Times of day, which are dropped."""

_FIRST, _LAST = (day_of_serial(year, date1904=False) for year in (YEARS[0], YEARS[-1]))
IN_A_YEARS_PLACE = f"BETWEEN DATE '{_FIRST}' AND DATE '{_LAST}'"
"""What a spreadsheet shows of a year where it is to show a day."""

STRAY_SPACES = (9, 10, 13, 160)
"""Tabs, ends of lines, and the space that web pages and spreadsheets put where no line may end."""


def text(column: str) -> str:
    """The cell without spaces around it."""
    for space in STRAY_SPACES:
        column = f"REPLACE({column}, CHR({space}), ' ')"
    return f"TRIM({column}, ' ')"  # engines do not agree on what else would be a space


def matches(written: str, pattern: str) -> str:
    """Whether a pattern fits the whole of a text.

    To some engines `$` is also before a last character that ends a line; nothing is before the #.
    """
    return f"REGEXP_MATCHES({written} || '#', '^{pattern}#$')"


def literal(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def number_text(column: str, style: Style) -> str:
    """The cell as digits with a decimal point, where it is written in the style of the ledger."""
    written = text(column)
    return written if style == style.plain else pointed(written, style)


def pointed(written: str, style: Style) -> str:
    """A number of another style than the plain one as digits with a decimal point.

    Null where it has a point although it should have a comma.
    """
    if style.thousands:
        grouped = f"-?[0-9]{{1,3}}([{style.thousands}][0-9]{{3}})+([{style.decimal}][0-9]+)?"
        bare = f"REPLACE({written}, '{style.thousands}', '')"
        written = f"CASE WHEN {matches(written, grouped)} THEN {bare} ELSE {written} END"
    if style.decimal == ".":
        return written
    return f"CASE WHEN {written} NOT LIKE '%.%' THEN REPLACE({written}, ',', '.') END"


def quantity(column: str, style: Style, *, whole: bool) -> str:
    """A figure; with `whole` one without a part, in whole numbers."""
    kind = "BIGINT" if whole else QUANTITY
    written = number_text(column, style)
    slowly = f"CASE WHEN {matches(written, FIGURE)} THEN TRY_CAST({written} AS {QUANTITY}) END"
    if whole:
        slowly = f"CASE WHEN {slowly} % 1 = 0 THEN CAST({slowly} AS BIGINT) END"
    return f"CASE WHEN {_plain_integer(column)} THEN TRY_CAST({column} AS {kind}) ELSE {slowly} END"


def _plain_integer(column: str) -> str:
    """Whether a cell is nothing but a whole number of not too many digits."""
    return (
        f"CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR) = {column} "
        f"AND TRY_CAST({column} AS BIGINT) BETWEEN 0 AND {10**MOST_DIGITS - 1}"
    )


def is_figure(column: str, style: Style) -> str:
    """Whether a cell is a figure at all, perhaps one with a part."""
    return matches(number_text(column, style), FIGURE)


def is_number(column: str, style: Style) -> str:
    """Whether a cell is a number, perhaps one of too many digits."""
    return matches(number_text(column, style), NUMBER)


def day(column: str, style: Style) -> str:
    """A day from 1 March 1900 on, its time of day dropped where it has one."""
    written = iso_text(text(column), style.dates)
    slowly = f"CASE WHEN {_is_day(written)} THEN TRY_CAST({written} AS DATE) END"
    found = slowly
    if style.dates is Dates.ISO:
        found = f"CASE WHEN {_is_day(column)} THEN TRY_CAST({column} AS DATE) ELSE {slowly} END"
    return found


def _is_day(written: str) -> str:
    return (
        f"CAST(TRY_CAST({written} AS DATE) AS VARCHAR) = {written} "
        f"AND TRY_CAST({written} AS DATE) BETWEEN DATE '{FIRST_CERTAIN_DAY}' AND DATE '{date.max}' "
        f"AND NOT TRY_CAST({written} AS DATE) {IN_A_YEARS_PLACE}"
    )


def iso_text(written: str, dates: Dates) -> str:
    """A day as ISO text, where a text is written as days are said to be; its time is dropped."""
    if dates is Dates.ISO:
        time = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]{ISO_TIME}"
        return (
            f"CASE WHEN {matches(written, time)} "
            f"THEN SUBSTRING({written}, 1, 10) ELSE {written} END"
        )
    one = f"REPLACE(REPLACE(SPLIT_PART({written}, ' ', 1), '.', '/'), '-', '/')"
    parts = [f"SPLIT_PART({one}, '/', {number})" for number in (1, 2, 3)]
    month, day_of_month = parts[:2] if dates is Dates.MDY else (parts[1], parts[0])
    pattern = f"[0-9]{{1,2}}([./-])[0-9]{{1,2}}([./-])[0-9]{{4}}( {TIME})?"
    return (
        f"CASE WHEN {matches(written, pattern)} THEN "
        f"{parts[2]} || '-' || LPAD({month}, 2, '0') || '-' || LPAD({day_of_month}, 2, '0') END"
    )


def amount(column: str, style: Style) -> str:
    """An amount, rounded to the cent."""
    written = number_text(column, style)
    slowly = (
        f"CASE WHEN {matches(written, PLAIN_AMOUNT)} "
        f"THEN TRY_CAST(ROUND(TRY_CAST({written} AS DECIMAL(38, 20)), 2) AS {AMOUNT}) END"
    )
    quickly = f"CAST(TRY_CAST({column} AS {AMOUNT}) AS VARCHAR) = {column}"
    if style.decimal != ".":
        return slowly
    return f"CASE WHEN {quickly} THEN TRY_CAST({column} AS {AMOUNT}) ELSE {slowly} END"


# Names of services in a ledger, in SQL, compared by the rule for names.


def _runs(codes: Sequence[int]) -> Iterator[str]:
    """Characters as a pattern of every engine spells them, those that follow each other as one."""
    first = last = codes[0]
    for code in (*codes[1:], -1):
        if code == last + 1:
            last = code
            continue
        yield f"\\x{{{first:x}}}" + (f"-\\x{{{last:x}}}" if last > first else "")
        first = last = code


_SPACES = f"[{''.join(_runs(sorted(map(ord, SPACES))))}]"
"""A character that counts as a space."""


def service(column: str | None, services: Sequence[Service]) -> str:
    """The number of a service from 1 on, 0 for one that the contract does not have.

    Null where none is named though there are several.
    """
    alone = "1" if len(services) == 1 else "CAST(NULL AS INTEGER)"
    if column is None:
        return alone
    exact = " ".join(
        f"WHEN {column} = {literal(each.name)} THEN {number}"
        for number, each in enumerate(services, start=1)
    )
    # the place in a list, so that an engine calculates the key once; the last one is no name
    keys = ", ".join(literal(key) for key in (*(each.key for each in services), ""))
    place = f"COALESCE(ARRAY_POSITION([{keys}], {service_key(column, services)}), 0)"
    last = len(services) + 1
    named = f"LEAST({place}, 1)" if last == 2 else f"NULLIF({place}, {last})"
    return f"CASE {exact} WHEN {column} IS NULL THEN {alone} ELSE CAST({named} AS INTEGER) END"


def service_key(column: str, services: Sequence[Service]) -> str:
    """The name as it is compared, as far as it can be that of one of these services.

    The engine is given only letters that count as one of theirs, each with what it counts as; so
    its own idea of small letters does not matter, except for English ones.
    """
    spaced = f"TRIM(REGEXP_REPLACE({column}, '{_SPACES}+', ' ', 'g'), ' ')"
    letters = {ord(letter) for each in services for letter in each.key}
    counted = {code: form for code, form in COUNTED_AS.items() if form in letters}
    others, forms = ("".join(map(chr, codes)) for codes in (counted, counted.values()))
    translated = f"TRANSLATE({spaced}, {literal(others)}, {literal(forms)})" if counted else spaced
    # engines agree about English without surplus spaces, so their own quick way will do
    odd = f"REGEXP_MATCHES({column}, '^ | $|  |[^ -~]')"
    return f"CASE WHEN {odd} THEN {translated} ELSE LOWER({column}) END"


# Types of the columns of a price list: they hold every figure in it, and not much more.

NARROW = 18
"""Digits up to which DuckDB keeps a product as narrow as its factors, where they are."""

CENTS = 2
"""Decimals that are shown of a unit price, even if they are 0."""

FIGURES = ("fixed", "rate", "above", "unit_price")


def placed_kinds_of(table: PriceTable) -> dict[str, str]:
    """The columns of the price list with their types, and where each line is to be found."""
    counted = kind_of_counted(table)
    days = {"in_part": "INTEGER", "day_from": "DATE", "day_through": "DATE"}
    return {**days, "quantity_from": counted, "quantity_through": counted, **kinds_of(table)}


def kinds_of(table: PriceTable) -> dict[str, str]:
    """The columns of the price list with their types."""
    kinds = dict.fromkeys(PriceLine._fields, "VARCHAR") | {"cell": "INTEGER"}
    for field in FIGURES:
        digits, decimals = digits_of(table, field)
        kinds[field] = f"DECIMAL({digits}, {decimals})"
    return kinds


def digits_of(table: PriceTable, field: str) -> tuple[int, int]:
    """Digits of a column in all, and how many of them are decimals."""
    least = CENTS if field == "unit_price" else 0
    digits, decimals = widths((getattr(line, field) for line in table.lines), least)
    if field == "rate" and MOST_DIGITS + decimals + (not table.whole) * MOST_DECIMALS > NARROW:
        digits = max(digits, NARROW + 1)
    return digits, decimals


# The price of a line, in SQL that no engine rounds before the end (rule 5).
#
# DuckDB keeps all decimals of a product and refuses one that is too long. Spark and Databricks cut
# decimals off as soon as the types of the factors could need more than 38 digits, whatever stands
# in them, and then round twice. So types are as narrow as what the contract can make of them, and a
# rate that is still too long is multiplied in two parts, its whole units and what is left of one.
#
# The widest sum that a contract makes has 15 digits before the point and 20 after it: 6 of a unit
# price, 6 of a step and 8 of a percentage that is taken off.

PRICE = "DECIMAL(18, 2)"
WIDEST = 38
"""Digits that a decimal has at most, in every engine."""


def price(table: PriceTable) -> str:
    """fixed + rate x (quantity - above), to the cent, halves away from zero."""
    return f"CAST(ROUND(fixed + {_above_fixed(table)}, 2) AS {PRICE})"


def _above_fixed(table: PriceTable) -> str:
    digits, decimals = digits_of(table, "rate")
    parts = _decimals_of_quantities(table)
    most = MOST_DIGITS + 1 + parts
    over = f"CAST(counted - above AS DECIMAL({most}, {parts}))"
    if digits + most + 1 > WIDEST:
        units = f"CAST(FLOOR(rate) AS DECIMAL({MOST_DIGITS}, 0)) * {over}"
        if not decimals:
            return _as_price(units, parts)
        part = NARROW + 1 if most <= NARROW else decimals
        rest = f"CAST(rate - FLOOR(rate) AS DECIMAL({part}, {decimals})) * {over}"
        return f"{_as_price(units, parts)} + {_as_price(rest, decimals + parts)}"
    product = f"rate * {over}"
    fixed, cents = digits_of(table, "fixed")
    whole = max(digits - decimals + most - parts + 1, fixed - cents)
    if whole + max(decimals + parts, cents) + 1 > WIDEST:
        return _as_price(product, decimals + parts)
    return product


def _as_price(product: str, decimals: int) -> str:
    """A product in a narrower type, for no price of the list has more digits before its point."""
    return f"CAST({product} AS DECIMAL({MOST_DIGITS + decimals}, {decimals}))"


def _decimals_of_quantities(table: PriceTable) -> int:
    """Decimals of all that a contract counts."""
    if table.whole:
        return 0
    steps = [service.step for service in table.contract.services]
    return widths([*steps, *(line.above for line in table.lines)])[1]

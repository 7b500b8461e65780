"""Cells of a ledger as quantities, days, amounts and names of services, in SQL.

Each expression is null where its text is none of the kind, and reads what is written plainly
without any pattern, since nearly every cell of a ledger is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.columns import Dates, Style
from xlfuncs.ledgers.currencies import list_marks
from xlfuncs.ledgers.expressions import MOST_SERVICES_COMPARED
from xlfuncs.ledgers.price_table import OfferedService
from xlfuncs.pricing.contract import MOST_DECIMALS, MOST_DIGITS, Service
from xlfuncs.pricing.names import SPACES, letter_forms, name_key
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, YEARS, parse_serial

# The text of a cell.

STRAY_SPACES = (9, 10, 13, 160, 8239)
"""Tabs, ends of lines, and the spaces that web pages and spreadsheets put where no line may end."""

MINUS_SIGN = 8722
"""The minus of mathematics, in place of a hyphen."""


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
        return exp.or_(sql.is_null(self.raw), self.trimmed.eq(""))


def trim(text: exp.Expr) -> exp.Expr:
    """The text without spaces around it, its spaces and its minus as a keyboard has them."""
    for space in STRAY_SPACES:
        text = sql.replace(text, sql.call_by_name("CHR", space), " ")
    text = sql.replace(text, sql.call_by_name("CHR", MINUS_SIGN), "-")
    return sql.call("TRIM", text, " ")  # engines do not agree on what else would be a space


def first_filled(texts: Sequence[exp.Expr]) -> exp.Expr:
    """The first of several texts that is not blank; null where all of them are."""
    if len(texts) == 1:
        return texts[0]
    filled = (sql.call("NULLIF", trim(text), "") for text in texts)
    begins = sql.call("SUBSTRING", texts[0], 1, 1).between("0", "z")  # as nearly every one does
    return sql.case((begins, texts[0]), default=sql.call("COALESCE", *filled))


def _spell_runs(codes: Sequence[int]) -> Iterator[str]:
    """Characters as a pattern of every engine spells them, those that follow each other as one."""
    first = last = codes[0]
    for code in (*codes[1:], -1):
        if code == last + 1:
            last = code
            continue
        yield f"\\x{{{first:x}}}" + (f"-\\x{{{last:x}}}" if last > first else "")
        first = last = code


def _spell(text: str) -> str:
    """A pattern that fits this text alone; letters of ASCII also as capitals or small ones."""
    parts = (
        letter
        if letter.isascii() and letter.isalnum()
        else f"[{letter}]"
        if letter in "$.()"
        else f"\\x{{{ord(letter):x}}}"
        for letter in text
    )
    return f"(?i:{''.join(parts)})" if text.isascii() and text.isalpha() else "".join(parts)


# Numbers: signs, thousands, what is before them and behind.

TYPE_OF_QUANTITIES = f"DECIMAL({MOST_DIGITS + MOST_DECIMALS}, {MOST_DECIMALS})"

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

WHOLE = f"-?0*[0-9]{{1,{MOST_DIGITS}}}([.]0+)?"
"""The same without a part."""

NUMBER = "-?[0-9]+([.][0-9]+)?"
DIGITS = "[0-9]+"
CENTS = "[0-9]{1,20}0*"
"""Decimals of an amount, which is rounded once, from all of them."""

_DIGITS_AND_SIGNS = "[0-9]+(?:[.,][0-9]+)*"


@dataclass(frozen=True, slots=True)
class Spaces:
    """What counts as a space and as a minus in the patterns for a text."""

    space: str
    minus: str


AS_TYPED = Spaces(f"[{''.join(_spell_runs(sorted((32, *STRAY_SPACES))))}]", "[-\\x{2212}]")
TRIMMED = Spaces(" ", "-")
"""A text as it is in a file, and one that was trimmed: their patterns fit the same cells."""


def _list_numbers(style: Style, decimals: str) -> str:
    """The pattern of a number without a sign.

    Without a word about thousands only what cannot be decimals has them.
    """
    part = f"[{style.decimal}]{decimals}"
    groups = f"(?:[{style.separator}][0-9]{{3}})"
    first = "[1-9][0-9]{0,2}"
    if style.thousands:
        return f"(?:[0-9]+(?:{part})?|{first}{groups}+(?:{part})?)"
    return f"(?:[0-9]+(?:{part})?|{first}(?:{groups}+{part}|{groups}{{2,}}))"


def _list_negatives(number: str, behind: str, spaces: Spaces, before: str = "") -> str:
    """The pattern of a negative number: with a minus on either side, or in parentheses."""
    space, minus = f"{spaces.space}*", spaces.minus
    forms = [
        f"{minus}{space}{before}{number}{behind}",
        f"{before}{number}{space}{minus}{behind}",
        f"{before}[(]{space}{number}{space}[)]{behind}",
    ]
    if before:
        forms += [
            f"{before}{minus}{space}{number}{behind}",
            f"{before}{number}{behind}{space}{minus}",
            f"[(]{space}{before}{number}{behind}{space}[)]",
        ]
    return f"(?:{'|'.join(forms)})"


def _fits(text: exp.Expr, pattern: str, spaces: Spaces) -> exp.Expr:
    around = f"{spaces.space}*"
    return sql.matches(text, f"{around}{pattern}{around}")


def _digits_of(text: exp.Expr, style: Style) -> exp.Expr:
    """The first number in a text, as digits with a decimal point."""
    found = sql.call("REGEXP_EXTRACT", text, _DIGITS_AND_SIGNS, 0)
    found = sql.replace(found, style.separator, "")
    return found if style.decimal == "." else sql.replace(found, style.decimal, ".")


# Quantities, which may have the unit of their service behind them.

SHORT_UNIT = 3
"""Letters of a unit in which capitals count: Mb are not MB."""


def quantity_cell(
    text: exp.Expr, style: Style, services: Sequence[Service], service: exp.Expr
) -> CellText:
    """A cell with a quantity; `service` is the number of the service of its line."""
    return CellText(text, trim(text), plain_quantity(text, style, services, service, AS_TYPED))


def plain_quantity(
    text: exp.Expr,
    style: Style,
    services: Sequence[Service],
    service: exp.Expr,
    spaces: Spaces = TRIMMED,
) -> exp.Expr:
    """A quantity as digits with a decimal point; null where another word than the unit follows."""
    number = _list_numbers(style, DIGITS)
    positive = _fits(text, number, spaces)
    digits = _digits_of(text, style)
    word = _pattern_of_words(spaces)
    negative = _fits(text, _list_negatives(number, word, spaces), spaces)
    has_unit = _is_unit(_word_behind(text, spaces), services, service)
    with_unit = sql.case(
        (_fits(text, number + word, spaces), digits), (negative, sql.concat("-", digits))
    )
    return sql.case((positive, digits), (has_unit, with_unit))


_ANYTHING = "(?s:.*)"
"""Also what engines do not agree on, whether a line ends there."""


def _pattern_of_words(spaces: Spaces) -> str:
    """The pattern of words behind a quantity, if there are any."""
    space, minus = spaces.space, spaces.minus.strip("[]")
    inner = space.strip("[]")
    return f"(?:{space}*[^{minus}0-9{inner}.,()]{_ANYTHING}|{space}+[0-9]{_ANYTHING})?"


def _word_behind(text: exp.Expr, spaces: Spaces) -> exp.Expr:
    """The words behind a quantity, blank where there are none."""
    space, minus = f"{spaces.space}*", spaces.minus.strip("[]")
    sign, behind = f"{space}[{minus}(]?{space}", f"{space}[{minus})]?{space}"
    word = sql.call("REGEXP_EXTRACT", text, f"^{sign}{_DIGITS_AND_SIGNS}{behind}({_ANYTHING})", 1)
    return trim(word)


def _is_unit(word: exp.Expr, services: Sequence[Service], service: exp.Expr) -> exp.Expr:
    """Whether words are the unit of a service, of one or of many, or none; null where not.

    A service that the contract does not have may have any: the line is refused for that.
    """
    units = {each.unit for each in services}
    if len(units) == 1:
        return _is_one_of(word, units.pop())
    cases = (
        (sql.convert(number), _is_one_of(word, each.unit))
        for number, each in enumerate(services, start=1)
    )
    return sql.case(*cases, of=service, default=exp.true())


def _is_one_of(word: exp.Expr, unit: str) -> exp.Expr:
    forms = ["", unit, f"{unit}s", unit.removesuffix("s")] if unit else [""]
    if len(unit) <= SHORT_UNIT:
        return exp.Paren(this=word.isin(*forms))
    return exp.Paren(this=sql.call("LOWER", word).isin(*(each.lower() for each in forms)))


def has_words(cell: CellText) -> exp.Expr:
    """Whether a cell has a number with words behind it, which have no digits."""
    return sql.matches(cell.trimmed, f"[-(]?{_DIGITS_AND_SIGNS}[-)]? *[^-0-9 .,()][^0-9]*")


def read_quantity(cell: CellText, *, whole: bool) -> exp.Expr:
    """A figure; with `whole` one without a part, in whole numbers."""
    kind = "BIGINT" if whole else TYPE_OF_QUANTITIES
    figure: exp.Expr = sql.try_cast(cell.plain, TYPE_OF_QUANTITIES)
    if whole:
        figure = sql.try_cast(figure, "BIGINT")
    slowly = sql.case((sql.matches(cell.plain, WHOLE if whole else FIGURE), figure))
    digits = sql.try_cast(cell.raw, "BIGINT")
    is_plain_integer = exp.and_(
        sql.cast(digits, "VARCHAR").eq(cell.raw),
        digits.between(0, 10**MOST_DIGITS - 1),
    )
    return sql.case((is_plain_integer, sql.try_cast(cell.raw, kind)), default=slowly)


# Amounts, which may have the currency of the contract before them or behind.


def amount_cell(text: exp.Expr, style: Style, currency: str) -> CellText:
    return CellText(text, trim(text), plain_amount(text, style, currency, AS_TYPED))


def plain_amount(text: exp.Expr, style: Style, currency: str, spaces: Spaces = TRIMMED) -> exp.Expr:
    """An amount as digits with a decimal point; null where it is in another currency."""
    number, space = _list_numbers(style, CENTS), f"{spaces.space}*"
    marks = "|".join(map(_spell, list_marks(currency)))
    before = f"(?:(?:{marks}){space})?" if marks else ""
    behind = f"(?:{space}(?:{marks}))?" if marks else ""
    negative = _list_negatives(number, behind, spaces, before)
    digits = _digits_of(text, style)
    return sql.case(
        (_fits(text, f"{before}{number}{behind}", spaces), digits),
        (_fits(text, negative, spaces), sql.concat("-", digits)),
    )


def has_currency(cell: CellText) -> exp.Expr:
    """Whether a cell has a number with what may be a currency before it or behind."""
    mark, space = "(?:[A-Za-z]{1,3}[$]?|[^-0-9A-Za-z.,() ]{1,2})", " *"
    inner = f"[-(]?{space}{_DIGITS_AND_SIGNS}{space}[-)]?"
    forms = f"(?:{mark}{space}{inner}(?:{space}{mark})?|{inner}{space}{mark})"
    return sql.matches(cell.trimmed, f"[-(]?{space}{forms}{space}[-)]?")


def read_amount(cell: CellText, style: Style) -> exp.Expr:
    """An amount, rounded to the cent."""
    rounded = sql.call("ROUND", sql.try_cast(cell.plain, "DECIMAL(38, 20)"), 2)
    slowly = sql.try_cast(rounded, sql.MONEY)
    if style.decimal != ".":
        return slowly
    money = sql.try_cast(cell.raw, sql.MONEY)
    return sql.case((sql.cast(money, "VARCHAR").eq(cell.raw), money), default=slowly)


def may_be_thousands(cell: CellText, style: Style) -> exp.Expr:
    """Whether a cell has the sign between thousands where it may be that of decimals."""
    if style.thousands:
        return exp.false()
    once = f"[1-9][0-9]{{0,2}}[{style.separator}][0-9]{{3}}"
    return sql.matches(cell.trimmed, f"[^0-9]*{once}[^0-9]*")


# Days: ISO text, those with the name of a month, and the order that is said of numbers.

_MINUTES = ":[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?"
TIME = f"(?:[0-9]|[01][0-9]|2[0-3]){_MINUTES}(?: ?[AaPp][.]?[Mm][.]?)?"
"""Times of day, which are dropped."""

_LATER = f"(?: +{TIME})?"
ISO_DAY = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:(?:T| +){TIME})?"

MONTHS = dict(
    zip(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        ("uary", "ruary", "ch", "il", "", "e", "y", "ust", "t|tember", "ober", "ember", "ember"),
        strict=True,
    )
)
"""The names of months: their first three letters, and what may follow these."""

_MONTH = f"(?i:{'|'.join(f'{name}(?:{rest})?' for name, rest in MONTHS.items())})[.]?"
_DAY = "[0-9]{1,2}(?:st|nd|rd|th)?"
_NAMED = (
    rf"(?:{_MONTH} {_DAY}(?:, ?| )%|{_DAY} {_MONTH}(?:, ?| )%|{_DAY}-{_MONTH}-%|{_DAY}/{_MONTH}/%)"
)
NAMED_DAY, NAMED_SHORT = (_NAMED.replace("%", f"[0-9]{{{n}}}") + _LATER for n in (4, 2))
"""Dec 20, 2013; 20 December 2013; 20-Dec-2013; and the same with two digits of the year."""

NUMBERED_DAY, NUMBERED_SHORT = (
    f"[0-9]{{1,2}}[./-][0-9]{{1,2}}[./-][0-9]{{{n}}}{_LATER}" for n in (4, 2)
)


def day_cell(texts: Sequence[exp.Expr], style: Style) -> CellText:
    """The day in the first of several columns that is not blank."""
    text = first_filled(texts)
    trimmed = trim(text)
    return CellText(text, trimmed, iso_text(trimmed, style.dates))


def read_day(cell: CellText, dates: Dates) -> exp.Expr:
    """A day from 1 March 1900 on, its time of day dropped where it has one."""
    day = sql.try_cast(cell.plain, "DATE")
    slowly = sql.case((_is_within(day), day))
    if dates is not Dates.ISO:
        return slowly
    quickly = sql.try_cast(cell.raw, "DATE")
    is_iso = exp.and_(sql.cast(quickly, "VARCHAR").eq(cell.raw), _is_within(quickly))
    return sql.case((is_iso, quickly), default=slowly)


def _is_within(day: exp.Expr) -> exp.Expr:
    return exp.and_(
        day.between(sql.day_literal(FIRST_CERTAIN_DAY), sql.day_literal(date.max)),
        exp.Not(this=is_shown_for_a_year(day)),
    )


def is_shown_for_a_year(day: exp.Expr) -> exp.Expr:
    """Whether a spreadsheet shows this day for a year where it is to show a day."""
    serials = (parse_serial(year, date1904=False) for year in (YEARS[0], YEARS[-1]))
    first, last = (sql.day_literal(each) for each in serials if each)
    return day.between(first, last)


def iso_text(trimmed: exp.Expr, dates: Dates) -> exp.Expr:
    """A day as ISO text, where a text is written as days may be; its time is dropped."""
    cases = [
        (sql.matches(trimmed, ISO_DAY), sql.call("SUBSTRING", trimmed, 1, 10)),
        (sql.matches(trimmed, NAMED_DAY), _named_day(trimmed)),
    ]
    if dates is not Dates.ISO:
        cases.insert(0, (sql.matches(trimmed, NUMBERED_DAY), _numbered_day(trimmed, dates)))
    return sql.case(*cases)


def _numbered_day(trimmed: exp.Expr, dates: Dates) -> exp.Expr:
    day = sql.replace(sql.replace(sql.call("SPLIT_PART", trimmed, " ", 1), ".", "/"), "-", "/")
    first, second, year = (sql.call("SPLIT_PART", day, "/", number) for number in (1, 2, 3))
    month, day_of_month = (first, second) if dates is Dates.MDY else (second, first)
    return _join_day(year, sql.call("LPAD", month, 2, "0"), day_of_month)


def _named_day(trimmed: exp.Expr) -> exp.Expr:
    """The day of a text that has one with the name of its month, before any time of day."""
    year, day_of_month, name = (
        sql.call("REGEXP_EXTRACT", trimmed, pattern, 0)
        for pattern in ("[0-9]{4}", "[0-9]{1,2}", "[A-Za-z]{3}")
    )
    months = ((sql.convert(each), f"{number:02}") for number, each in enumerate(MONTHS, start=1))
    return _join_day(year, sql.case(*months, of=sql.call("LOWER", name)), day_of_month)


def _join_day(year: exp.Expr, month: exp.Expr, day_of_month: exp.Expr) -> exp.Expr:
    return sql.concat(year, "-", month, "-", sql.call("LPAD", day_of_month, 2, "0"))


def has_short_year(cell: CellText) -> exp.Expr:
    """Whether a day has two digits of its year."""
    return sql.matches(cell.trimmed, f"(?:{NUMBERED_SHORT}|{NAMED_SHORT})")


# Lines of a file that are no purchases.

TOTAL = (
    r"(?i:(?:grand|sub|sub-|sub |grand-|report|page|overall)? ?totals?(?: amount| paid| usd)?"
    r"|sums?|(?:grand |sub|sub-|sub )?totals? (?:for|of) (?s:.+)|sum of (?s:.+))[ ]?:?"
)
"""What is in the first cell of a line that sums up others."""


def is_all_blank(texts: Sequence[exp.Expr]) -> exp.Expr:
    """Whether no cell of a line has anything in it."""
    return trim(sql.call("CONCAT_WS", "", *texts)).eq("")


def is_total(texts: Sequence[exp.Expr]) -> exp.Expr:
    """Whether the first cell of a line that is not blank says that it is a total."""
    filled = (sql.call("NULLIF", trim(text), "") for text in texts)
    first = sql.call("COALESCE", *filled, "")
    return sql.matches(first, TOTAL)


# Names of services in a ledger, compared by the rule for names.

_SPACES = f"[{''.join(_spell_runs(sorted(map(ord, SPACES))))}]"
"""A character that counts as a space."""


def name_cell(text: exp.Expr, services: Sequence[Service]) -> CellText:
    return CellText(text, text, name_key_sql(text, services))


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
        return _find_service_of(cell, services, contract or sql.NULL)
    if contract is not None:
        return sql.case((contract.eq(1), find_service(cell, services)))
    alone = sql.convert(1) if len(services) == 1 else sql.cast(sql.NULL, "INTEGER")
    if cell is None:
        return alone
    exact = [
        (cell.raw.eq(offered.service.name), sql.convert(number))
        for number, offered in enumerate(services[: MOST_SERVICES_COMPARED + 1], start=1)
    ]
    if len(exact) > MOST_SERVICES_COMPARED:
        exact = []
    # the place in a list, so that an engine calculates the key once; the last one is no name
    keys = [*(offered.service.key for offered in services), ""]
    place = sql.position_in(keys, cell.plain)
    last = len(keys)
    found = sql.call("LEAST", place, 1) if last == 2 else sql.call("NULLIF", place, last)
    return sql.case(*exact, (sql.is_null(cell.raw), alone), default=sql.cast(found, "INTEGER"))


def _find_service_of(
    cell: CellText | None, services: Sequence[OfferedService], contract: exp.Expr
) -> exp.Expr:
    """The same among the services of the contract of a line."""
    numbers: dict[int, list[int]] = {}
    for number, offered in enumerate(services, start=1):
        numbers.setdefault(offered.contract, []).append(number)
    alone = sql.place_in(
        [
            sql.convert(some[0]) if len(some) == 1 else sql.cast(sql.NULL, "INTEGER")
            for some in (numbers.get(each, []) for each in range(1, max(numbers) + 1))
        ],
        contract,
    )
    if cell is None:
        return alone
    keys = [f"{offered.contract} {offered.service.key}" for offered in services]
    place = sql.position_in(keys, sql.concat(sql.cast(contract, "VARCHAR"), " ", cell.plain))
    is_blank = sql.call("COALESCE", cell.plain.eq(""), exp.true())
    return sql.case((is_blank, alone), (contract > 0, sql.cast(place, "INTEGER")))


def find_contract(text: exp.Expr, names: Sequence[Sequence[str]]) -> exp.Expr:
    """The number of a contract from 1 on by any of its names, 0 for none, null for a blank text.

    `names` are those of each contract, which no other has.
    """
    numbers = {
        name_key(name): number for number, some in enumerate(names, start=1) for name in some
    }
    key = key_sql(text, list(numbers))
    every = list(map(sql.convert, numbers.values()))
    found = sql.place_in(every, sql.position_in(list(numbers), key))
    is_blank = sql.call("COALESCE", key.eq(""), exp.true())
    none = sql.cast(sql.NULL, "INTEGER")
    return sql.case((is_blank, none), default=sql.call("COALESCE", found, 0))


def name_key_sql(name: exp.Expr, services: Sequence[Service]) -> exp.Expr:
    """The name as it is compared, as far as it can be that of one of these services."""
    return key_sql(name, [service.key for service in services])


def key_sql(name: exp.Expr, keys: Iterable[str]) -> exp.Expr:
    """The name as it is compared, as far as it can be one of these.

    The engine is given only letters that count as one of theirs, each with what it counts as; so
    its own idea of small letters does not matter, except for English ones.
    """
    key = sql.call("TRIM", sql.call("REGEXP_REPLACE", name, f"{_SPACES}+", " ", "g"), " ")
    letters = {ord(letter) for each in keys for letter in each}
    forms = {chr(code): chr(form) for code, form in letter_forms().items() if form in letters}
    if forms:
        key = sql.call("TRANSLATE", key, "".join(forms), "".join(forms.values()))
    # engines agree about English without surplus spaces, so their own quick way will do
    is_odd = sql.call("REGEXP_MATCHES", name, "^ | $|  |[^ -~]")
    return sql.case((is_odd, key), default=sql.call("LOWER", name))

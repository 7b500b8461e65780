"""From rows as they are printed to rows that each count from a day on, and back.

A row that rises is the same row again from the day of each increase, with its figures raised; on a
sheet each of these is a row of its own. Documents that are known and missing are rows, too.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from xlfuncs.pricing.contract import (
    LARGEST,
    MOST_DECIMALS,
    RAISED,
    Assumption,
    Charge,
    Contract,
    Increase,
    Row,
    Service,
)
from xlfuncs.pricing.money import EXACT, HUNDRED
from xlfuncs.pricing.names import name_key

ONE_DAY = timedelta(days=1)
DECIMALS_OF_MONEY = 2
IN_CENTS = frozenset({"price", "minimum", "maximum"})
"""The figures that have cents and nothing below."""


def dated_rows(contract: Contract) -> tuple[Row, ...]:
    """All rows of a contract, each with the figures and the days for which it counts."""
    if contract.has_only_dated_rows:
        return contract.rows
    missing = (row for number in contract.not_held for row in rows_not_held(contract, number))
    return (*(dated for row in contract.rows for dated in raise_row(row)), *missing)


def rows_not_held(contract: Contract, number: int) -> list[Row]:
    """The rows of a document that is known and missing: whatever it prices is not on file.

    >>> from xlfuncs.pricing.contract import Service
    >>> [row] = rows_not_held(Contract("", "", (Service("IPs"),), ()), 4)
    >>> row.title, row.charge.value, row.not_on_file
    ('Amendment 4', 'not on file', ('signed', 'effective'))
    """
    return [_row_not_held(service, number) for service in contract.services]


def _row_not_held(service: Service, number: int) -> Row:
    title, unknown = f"Amendment {number}", ("signed", "effective")
    everything = (Decimal(0), None)
    row = Row(number, title, service.name, *everything, Charge.NOT_ON_FILE, not_on_file=unknown)
    return row._replace(place=NOT_HELD)


class PlaceOfNumber(NamedTuple):
    """Where the number of a missing document is stated, which has no row of its own."""

    where: str

    def cell(self, field: str) -> str:
        return self.where

    def __str__(self) -> str:
        return self.where


NOT_HELD = PlaceOfNumber("contract.not_held")


# Raise the figures of a row.


def raise_row(row: Row) -> list[Row]:
    """The row as it counts at first, and again from the day of each increase.

    A row that is not in force from any day that is on file stays one row.

    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT,
    ...           unit_price=Decimal("1.00"),
    ...           increases=(Increase(date(2025, 1, 1), Decimal(3)),))
    >>> for dated in raise_row(row):
    ...     print(dated.unit_price, dated.effective, dated.ends, [dated.increase])
    1.00 None 2024-12-31 ['']
    1.03 2025-01-01 None ['3 percent from 2025-01-01']
    """
    if not row.increases:
        return [row]
    first = row._replace(increases=(), rounded=None)
    if not has_known_start(row):
        return [first._replace(increase=_format_to_come(row))]
    rows = [first]
    for increase in row.increases:
        before = rows.pop()
        rows.append(_ending_before(before, increase.since))
        rows.append(_raise(before, increase, row.rounded))
    rows[0] = rows[0]._replace(assumed=_without_assumed(rows[0].assumed, {"increase"}))
    return rows


def _format_to_come(row: Row) -> str:
    """The rises of a row whose first day is not known, in one cell: it is one row until then."""
    rounded = () if row.rounded is None else (f"rounded to {row.rounded} decimals",)
    return "; ".join((*map(format_increase, row.increases), *rounded))


def has_known_start(row: Row) -> bool:
    """Whether the row's first day in force is on file; the agreement's may be the beginning."""
    if "effective" in row.not_on_file:
        return False
    return row.document == 0 or row.effective is not None


def _ending_before(row: Row, day: date) -> Row:
    known = tuple(field for field in row.not_on_file if field != "ends")
    assumed = _without_assumed(row.assumed, {"ends"})
    return row._replace(ends=day - ONE_DAY, not_on_file=known, assumed=assumed)


def _raise(row: Row, increase: Increase, rounded: int | None) -> Row:
    """The row from the day of an increase on, with the days and the end that it had."""
    percent = increase.percent_raised
    raised = row._replace(
        effective=increase.since,
        increase=format_increase(increase),
        assumed=_without_assumed(row.assumed, {"effective"}),
    )
    if percent is None or row.charge is Charge.NOT_ON_FILE:
        none: dict[str, Any] = dict.fromkeys((*RAISED, "percent"))
        assumed = _without_assumed(raised.assumed, {*none, "per"})
        return raised._replace(charge=Charge.NOT_ON_FILE, per=1, assumed=assumed, **none)
    figures: dict[str, Any] = {
        field: raise_figure(figure, percent, decimals_of(field, figure, rounded))
        for field in RAISED
        if (figure := getattr(row, field)) is not None
    }
    return raised._replace(**figures)


def raise_figure(figure: Decimal, percent: Decimal, decimals: int) -> Decimal:
    """A figure raised by a percent, halves rounded up; one beyond all bounds is `LARGEST`.

    >>> raise_figure(Decimal("4.28"), Decimal(3), 2)
    Decimal('4.41')
    """
    product = EXACT.multiply(figure, EXACT.add(HUNDRED, percent)).scaleb(-2, EXACT)
    if product >= LARGEST:
        return LARGEST
    return product.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, EXACT)


def find_figure_without_cents(row: Row) -> Decimal | None:
    """A figure of which it matters that it has no cents, such as 40 that rises by 3 percent.

    Nothing says whether that is 41 or 41.20, unless the row says to how many decimals it rounds.
    """
    if row.rounded is not None or not has_known_start(row):
        return None
    for field in RAISED:
        printed: Decimal | None = getattr(row, field)
        if printed is None:
            continue
        coarse = fine = printed
        decimals = -int(printed.as_tuple().exponent)
        for percent in (each.percent_raised for each in row.increases):
            if percent is None:
                break
            coarse = raise_figure(coarse, percent, decimals)
            fine = raise_figure(fine, percent, decimals_of(field, printed, None))
            if coarse != fine:
                return printed
    return None


def decimals_of(field: str, figure: Decimal, rounded: int | None) -> int:
    """The decimals that a raised figure has: as many as it is printed with, cents at least."""
    if rounded is not None:
        return min(rounded, DECIMALS_OF_MONEY) if field in IN_CENTS else rounded
    if field in IN_CENTS:
        return DECIMALS_OF_MONEY
    return max(DECIMALS_OF_MONEY, -int(figure.as_tuple().exponent))


def _without_assumed(
    assumed: Iterable[Assumption], fields: Container[str]
) -> tuple[Assumption, ...]:
    kept = (
        each._replace(fields=tuple(field for field in each.fields if field not in fields))
        for each in assumed
    )
    return tuple(each for each in kept if each.fields)


# Increases in words, on sheets and in explanations.


def format_increase(increase: Increase) -> str:
    """A rise in words.

    >>> format_increase(Increase(date(2025, 7, 1), index_change=Decimal("4.2"), cap=Decimal(3)))
    'index 4.2 percent, at most 3, so 3 percent from 2025-07-01'
    """
    percent, change = increase.percent_raised, increase.index_change
    counts = "percent not on file" if percent is None else f"{_number(percent)} percent"
    words = f"{counts} from {increase.since}"
    floor = "" if increase.floor is None else f", at least {_number(increase.floor)}"
    cap = "" if increase.cap is None else f", at most {_number(increase.cap)}"
    if change is None and not floor and not cap:
        return words
    index = "not on file" if change is None else f"{_number(change)} percent"
    return f"index {index}{floor}{cap}, so {words}"


def _number(figure: Decimal) -> str:
    return f"{figure.normalize():f}"


_FIGURE = r"-?[0-9]+(?:\.[0-9]+)?"
_INCREASE = (
    rf"(?:index (?:not on file|(?P<index>{_FIGURE}) percent)(?:, at least (?P<floor>{_FIGURE}))?"
    rf"(?:, at most (?P<cap>{_FIGURE}))?, so )?"
    rf"(?:percent not on file|(?P<percent>{_FIGURE}) percent) from (?P<day>[0-9-]{{10}})"
)


_ROUNDED = r"; rounded to [0-9] decimals\Z"


def parse_increase(words: str) -> tuple[Increase, ...]:
    """The rises that `format_increase` put into words, none where the words are others.

    >>> [(str(each.since), each.percent) for each in parse_increase("3 percent from 2025-07-01")]
    [('2025-07-01', Decimal('3'))]
    """
    found = []
    for part in words.split("; "):
        match = re.fullmatch(_INCREASE, part)
        if match is None:
            return ()
        try:
            since = date.fromisoformat(match["day"])
        except ValueError:
            return ()
        percent, change, floor, cap = (
            None if match[key] is None else Decimal(match[key])
            for key in ("percent", "index", "floor", "cap")
        )
        found.append(Increase(since, percent if change is None else None, change, floor, cap))
    return tuple(found) if "; ".join(map(format_increase, found)) == words else ()


# Back from dated rows to rows as they are printed, as far as nobody changed what came of them.


class FoldedRows(NamedTuple):
    """Rows as they are printed, and the numbers of the documents that are known and missing."""

    rows: tuple[Row, ...]
    not_held: tuple[int, ...]


def fold_rows(rows: Sequence[Row], services: Sequence[Service]) -> FoldedRows:
    """Fold the rows of a rise into one, and those of a missing document into its number.

    Whatever would not come out as the same rows again stays as it is.

    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT,
    ...           unit_price=Decimal("1.00"),
    ...           increases=(Increase(date(2025, 1, 1), Decimal(3)),))
    >>> fold_rows(raise_row(row), []).rows == (row,)
    True
    """
    numbers = tuple(_numbers_not_held(rows, services))
    stated = {name_key(row.service) for row in rows if row.document not in numbers}
    if stated != {service.key for service in services}:  # a service would be left without rows
        numbers = ()
    kept = [row for row in rows if row.document not in numbers]
    if not any(row.increase for row in kept):
        return FoldedRows(tuple(kept), numbers)
    following = _following(kept)
    folded: dict[int, Row] = {}
    gone: set[int] = set()
    for row in kept:
        if is_raised(row):
            continue
        chain = [row]
        while (after := _next(chain[-1], following)) is not None:
            chain.append(after)
        printed = _fold(chain)
        if printed is not None:
            folded[id(row)] = printed
            gone.update(map(id, chain[1:]))
    left = (folded.get(id(row), row) for row in kept if id(row) not in gone)
    return FoldedRows(tuple(left), numbers)


def _numbers_not_held(rows: Sequence[Row], services: Sequence[Service]) -> Iterator[int]:
    """The documents whose rows say for every service that nothing of it is on file."""
    by_number: dict[int, list[Row]] = {}
    for row in rows:
        by_number.setdefault(row.document, []).append(row)
    keys = {service.key for service in services}
    for number, of_document in by_number.items():
        found = {name_key(row.service) for row in of_document}
        if number and found == keys and len(of_document) == len(keys):
            as_missing = (_row_not_held(Service(row.service), number) for row in of_document)
            if all(row == missing for row, missing in zip(of_document, as_missing)):
                yield number


def is_raised(row: Row) -> bool:
    """Whether a row counts from the day of the rise that it says its figures come from."""
    increases = parse_increase(row.increase)
    return len(increases) == 1 and increases[0].since == row.effective


Following = dict[tuple[object, ...], list[Row]]
"""The rows that go on from others, by what these have in common with them."""


def _following(rows: Iterable[Row]) -> Following:
    found: Following = {}
    for row in rows:
        if row.effective is not None and row.effective > date.min and is_raised(row):
            found.setdefault(_key(row._replace(ends=row.effective - ONE_DAY)), []).append(row)
    return found


def _next(row: Row, following: Following) -> Row | None:
    """The row that goes on from another one with its figures raised; each goes on from one."""
    among = following.get(_key(row), [])
    for at, after in enumerate(among):
        if _comes_of(row, after):
            return among.pop(at)
    return None


def _comes_of(row: Row, after: Row) -> bool:
    """Whether a row is another one raised, apart from how long it counts."""
    [increase] = parse_increase(after.increase)
    for rounded in (None, *range(MOST_DECIMALS + 1)):
        raised = _raise(row, increase, rounded)
        if all(getattr(raised, field) == getattr(after, field) for field in COMPARED):
            return True
    return False


COMPARED = ("charge", *RAISED, "percent", "per", "replaces", "source", "note")
"""What a raised row states for certain, besides its place and its days."""


def _key(row: Row) -> tuple[object, ...]:
    """What a row has in common with the one that goes on from it: its place, and its last day."""
    place = (row.document, row.title, row.clause, name_key(row.service), row.signed)
    window = (row.purchased_from, row.purchased_through)
    return (*place, row.quantity_from, row.quantity_to, *window, row.ends)


def _fold(chain: Sequence[Row]) -> Row | None:
    """The printed row of which a row and its raised ones come, None where there is none."""
    first, last = chain[0], chain[-1]
    increases = [each for row in chain[1:] for each in parse_increase(row.increase)]
    if len(chain) == 1:
        words = re.sub(_ROUNDED, "", first.increase)
        increases = list(parse_increase(words))
    if not increases or all(getattr(first, field) is None for field in RAISED):
        return None
    known = tuple(field for field in first.not_on_file if field != "ends")
    at_end = tuple(field for field in last.not_on_file if field == "ends")
    for assumed in (first.assumed, last.assumed, _merge_assumed(first, last)):
        printed = first._replace(
            ends=last.ends,
            not_on_file=known + at_end,
            increases=tuple(increases),
            increase="",
            assumed=assumed,
        )
        for rounded in (None, *range(MOST_DECIMALS + 1)):
            candidate = printed._replace(rounded=rounded)
            if raise_row(candidate) == list(chain):
                return candidate
    return None


def _merge_assumed(first: Row, last: Row) -> tuple[Assumption, ...]:
    """What the first row assumes, and what the last one assumes besides."""
    merged = {each.why: each.fields for each in first.assumed}
    for each in last.assumed:
        before = merged.get(each.why, ())
        merged[each.why] = (*before, *(field for field in each.fields if field not in before))
    return tuple(Assumption(fields, why) for why, fields in merged.items())

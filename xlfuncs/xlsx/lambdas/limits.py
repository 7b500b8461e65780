"""What LAMBDA formulas can calculate: the limits, and the whole numbers that they count in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from math import floor
from typing import NamedTuple

from xlfuncs.pricing.contract import (
    Charge,
    Contract,
    PartUnits,
    Row,
    Service,
    quantity_of,
    service_key,
)
from xlfuncs.pricing.money import EXACT, HUNDRED
from xlfuncs.pricing.precedence import REFUSALS, Claim, Overlaps, charge_of, counts, in_force_from
from xlfuncs.pricing.price_book import Answer, PriceBook
from xlfuncs.pricing.sweep import Verdict
from xlfuncs.pricing.wording import citation
from xlfuncs.sheets.cells import NOT_AVAILABLE, YEARS, Cell, CellError, serial_of

# What formulas can calculate: the limits, stated once for them and for what predicts them.
#
# A spreadsheet counts in 15 digits, and sees no number format. Beyond these limits the formulas of
# a workbook give `#N/A`; the core, which counts in decimals, still has an answer.

LEAST_DECIMALS, MOST_DECIMALS = 2, 8
"""Decimals in which the prices of a service are counted: as many as its longest unit price has."""

MOST_PERCENT_DECIMALS = 4
UNSURE_PERCENT = 1
"""A percentage above 0 and up to this one might have been typed as `15%`, which is 0.15."""

MOST_WHOLE = 10**15
"""Whole numbers from here on may be inexact: steps, parts of a unit, figures, and amounts as far as
their cents have to be told from half cents by whole numbers."""

MOST_SUMMED = 9 * 10**15
"""Sums from here on may depend on the order in which they are added up."""

MOST_CENTS, UNSURE_PART = 10**13, 1e-14
"""Where an amount has more digits: cents up to which rounding it is safe, but for those that are
nearer to half a cent than this part of them."""

LAST_ROW = 10_000
"""The last row of Tiers and of Amendments at which the formulas look; below it nothing may be."""

NOT_WORKED_OUT = "not worked out"
"""The kind of an answer that formulas alone cannot give, which is no word about the contract."""

_CALLED = {
    "LEAST_DECIMALS": LEAST_DECIMALS,
    "MOST_DECIMALS": MOST_DECIMALS,
    "MOST_PERCENT_DECIMALS": MOST_PERCENT_DECIMALS,
    "UNSURE_PERCENT": UNSURE_PERCENT,
    "MOST_WHOLE": MOST_WHOLE,
    "MOST_SUMMED": MOST_SUMMED,
    "MOST_CENTS": MOST_CENTS,
    "UNSURE_PART": UNSURE_PART,
    "LAST_ROW": LAST_ROW,
    "FIRST_YEAR": YEARS.start,
    "AFTER_YEARS": YEARS.stop,
}
LIMITS = {name: f"{figure:G}" for name, figure in _CALLED.items()}
LIMITS["NOT_WORKED_OUT"] = NOT_WORKED_OUT
"""The limits as the sources of the formulas call them, and as the formulas say them."""


class Limit(Enum):
    """Why formulas cannot answer a question, in words for whoever builds the workbook."""

    SMALL_PERCENT = f"a discount of up to {UNSURE_PERCENT}% may be 100 times as much to a formula"
    LONG_PERCENT = f"a percentage has more than {MOST_PERCENT_DECIMALS} decimals"
    LONG_UNIT_PRICE = f"the price of a step has more than {MOST_DECIMALS} decimals"
    LONG_AMOUNT = "the amount has too many digits for a formula to tell its cents"
    MANY_PARTS = "the quantity has too many parts of a unit for a formula to count"

    @property
    def sentence(self) -> str:
        """What the formulas say instead of a price."""
        counting = self is Limit.MANY_PARTS
        what = "count so many parts of a unit" if counting else "work this out to the cent"
        return (
            f"{NOT_WORKED_OUT}: formulas alone cannot {what}; "
            "xlfuncs price or a workbook with macros (.xlsm) can"
        )


# How rows count: the numbers by which the formulas find the row that prevails.

CHARGES = (
    *(Charge.DISCOUNT, Charge.PACKAGE, Charge.PER_UNIT, Charge.GRADUATED, Charge.ADDITIONAL),
    *(Charge.WITHDRAWN, Charge.NOT_ON_FILE),
)
"""The charges by their numbers from 1, so that each contest is of charges from a number on."""

PART_UNITS = tuple(PartUnits)
"""The same for what happens to part units."""

ALWAYS, NEVER, UNBOUNDED = 10**8, 10**9, 10**16
"""A day after all others, the first day of what is never in force, and no upper end."""


class Counted(NamedTuple):
    """A row with its number on the sheet Rows, and what it is for: days and steps, inclusive."""

    number: int
    row: Row
    service: int
    first: int
    last: int
    since: int
    until: int

    @property
    def charge(self) -> int:
        return CHARGES.index(charge_of(self.row)) + 1

    @property
    def known_charge(self) -> int:
        """The charge for those who ask what was known on a day."""
        return CHARGES.index(charge_of(self.row, known_on=date.max)) + 1

    def weight(self, charge: int) -> int:
        """What makes the row prevail, with the numbers of its charge and of the row; or 0."""
        if self.since > self.until:
            return 0
        prices = CHARGES[charge - 1] not in REFUSALS
        standing = self.row.document * 4 + self.row.windowed * 2 + prices
        return (standing * 10 + charge) * 10**5 + self.number

    def overlaps(self, other: Counted) -> bool:
        """Whether both are for some of the same quantities on some of the same days."""
        quantities = self.first <= other.last and other.first <= self.last
        return quantities and self.since <= other.until and other.since <= self.until


def counted_of(
    row: Row, services: Sequence[Service], numbers: Mapping[str, int], number: int
) -> Counted:
    """The row as it counts; days as serial numbers, those without an end far away."""
    service = numbers[service_key(row.service)]
    first, last = counts(row, services[service - 1].step)
    starts = in_force_from(row)
    never = row.document > 0 and starts is None
    known = row.effective or row.signed
    since = max(_day(row.purchased_from, 0), NEVER if never else _day(known, 0))
    until = min(_day(row.purchased_through, ALWAYS), _day(row.ends, ALWAYS))
    last = UNBOUNDED if row.quantity_to is None else last
    return Counted(number, row, service, first, last, since, until)


def _day(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else int(serial_of(day, date1904=False))


def rivals_of(rows: Sequence[Counted]) -> set[int]:
    """The numbers of rows that another one of the same standing overlaps."""
    by_standing: defaultdict[tuple[int, int], list[Counted]] = defaultdict(list)
    for row in rows:
        weight = row.weight(row.charge)
        if weight:
            by_standing[row.service, weight // WEIGHT_SCALE].append(row)
    return {number for level in by_standing.values() for number in _overlapping(level)}


def _overlapping(rows: Sequence[Counted]) -> Iterator[int]:
    """The numbers of rows that another one overlaps.

    Those for the same days and those for the same quantities are looked through side by side:
    whichever are fewer are enough.
    """
    by_days = Overlaps((row.since, row.until) for row in rows)
    by_quantities = Overlaps((row.first, row.last) for row in rows)
    for row in rows:
        near = zip(
            by_days.each(row.since, row.until),
            by_quantities.each(row.first, row.last),
            strict=False,
        )
        others = (rows[place] for places in near for place in places)
        if any(row.overlaps(other) for other in others if other is not row):
            yield row.number


WEIGHT_SCALE = 10**6
"""Above it stands what makes a row prevail, below it which row it is."""


def ladders_of(rows: Sequence[Counted], rivals: set[int]) -> dict[int, tuple[int, Counted | None]]:
    """Where the ladder of each graduated row begins, and the row of it that lies next below.

    A ladder are the slabs of one standing for the same days, without gaps; a row that is in none is
    a ladder of its own. Lower rows come before higher ones.
    """
    ladders: defaultdict[tuple[int, int, int, int], list[Counted]] = defaultdict(list)
    for row in rows:
        weight = row.weight(row.charge)
        if weight and CHARGES[row.charge - 1] is Charge.GRADUATED:
            ladders[row.service, weight // WEIGHT_SCALE, row.since, row.until].append(row)
    found: dict[int, tuple[int, Counted | None]] = {}
    for ladder in ladders.values():
        ladder.sort(key=lambda row: row.first)
        clear = rivals.isdisjoint(row.number for row in ladder)
        begins = ladder[0].first
        for row, below in zip(ladder, [None, *ladder], strict=False):
            unbroken = clear and below is not None and below.last == row.first - 1
            begins = begins if unbroken else row.first
            whole = begins == ladder[0].first and unbroken
            found[row.number] = (begins, below) if whole else (row.first, None)
    return found


# Figures as the whole numbers that the formulas count in, and what slabs come to together.

MILLION = 10**6
GRADUATED = CHARGES.index(Charge.GRADUATED) + 1


def decimals_of(unit_price: Decimal | None, step: Decimal) -> int | None:
    """The decimals that the price of one step needs, None for more than formulas can count with.

    >>> decimals_of(Decimal("2.75"), Decimal(1)), decimals_of(Decimal("0.5125"), Decimal("0.25"))
    (2, 6)
    """
    if unit_price is None:
        return LEAST_DECIMALS
    for decimals in range(LEAST_DECIMALS, MOST_DECIMALS + 1):
        if _is_whole(unit_price.scaleb(decimals, EXACT), step):
            return decimals
    return None


def _is_whole(scaled_price: Decimal, step: Decimal) -> bool:
    """Whether a price and that of a step are whole numbers, and a formula can see it."""
    if not _is_integral(scaled_price):
        return False
    if _is_integral(step):
        return True
    grain = next((each for each in (100, 10**4) if _is_integral(step * each)), MILLION)
    parts = EXACT.multiply(scaled_price, step * grain)
    return parts < MOST_WHOLE and _is_integral(EXACT.divide(parts, Decimal(grain)))


def _is_integral(figure: Decimal) -> bool:
    return figure == figure.to_integral_value()


def kept_of(percent: Decimal | None) -> Cell:
    """The millionths that a discount leaves; `#N/A` for what a formula cannot be sure of.

    That is a percentage above 0 and up to 1, which might be one that was typed as `15%`, and one of
    more than 4 decimals.
    """
    if percent is None:
        return 0
    is_long = percent != round(percent, MOST_PERCENT_DECIMALS)
    if 0 < percent <= UNSURE_PERCENT or is_long:
        return NOT_AVAILABLE
    return int(EXACT.multiply(EXACT.subtract(HUNDRED, percent), Decimal(MILLION // 100)))


def scaled(figure: Decimal | None, scale: int) -> Cell:
    """A figure in the whole numbers of a scale, 0 where there is none, `#N/A` for a long one."""
    if figure is None:
        return 0
    whole = int(EXACT.multiply(figure, Decimal(scale)))
    return whole if whole < MOST_WHOLE else NOT_AVAILABLE


def rate_of(unit_price: Decimal | None, step: Decimal, scale: int) -> Cell:
    """The price of one step in the same whole numbers."""
    if unit_price is None:
        return 0
    if decimals_of(unit_price, step) is None:
        return NOT_AVAILABLE
    return scaled(EXACT.multiply(unit_price, step), scale)


def figures_of(counts: Counted, contract: Contract, scales: Sequence[int]) -> dict[str, Cell]:
    """A row's figures and its citation, by title; `scales` are those of the services."""
    row = counts.row
    step, scale = contract.services[counts.service - 1].step, scales[counts.service - 1]
    return {
        "Decimals": decimals_of(row.unit_price, step) or 0,
        "Total": scaled(row.price, scale),
        "Rate": rate_of(row.unit_price, step, scale),
        "Left": kept_of(row.percent),
        "Citation": citation(row),
    }


def ladder_totals(
    ladders: Mapping[int, tuple[int, Counted | None]], contract: Contract, scales: Sequence[Cell]
) -> dict[int, Cell]:
    """What the slabs below each graduated row's come to, by the number of the row."""
    totals: dict[int, Cell] = {}
    for number, (_, below) in ladders.items():
        totals[number] = 0
        if below is not None:
            further, slab = totals[below.number], _slab_total(below, contract, scales)
            unsure = next((each for each in (further, slab) if isinstance(each, CellError)), None)
            totals[number] = further + slab if unsure is None else unsure
    return totals


def ladder_of(
    counts: Counted,
    ladders: Mapping[int, tuple[int, Counted | None]],
    totals: Mapping[int, Cell],
    contract: Contract,
    scales: Sequence[int],
) -> dict[str, Cell]:
    """Where a graduated row's ladder begins, and what its slabs come to, by title."""
    if counts.charge != GRADUATED:
        return {}
    return {
        "Ladder from": ladders.get(counts.number, (0, None))[0],
        "Slab total": _slab_total(counts, contract, scales),
        "Ladder total": totals.get(counts.number, 0),
    }


def _slab_total(counts: Counted, contract: Contract, scales: Sequence[int]) -> Cell:
    rate = figures_of(counts, contract, scales)["Rate"]
    units = counts.last - max(0, counts.first - 1)
    return rate if isinstance(rate, CellError) else units * rate


def scales_of(contract: Contract) -> dict[str, int]:
    """By service key, ten to the decimals that its prices need, leaving out those of too many."""
    most = dict.fromkeys((service.key for service in contract.services), LEAST_DECIMALS)
    steps = {service.key: service.step for service in contract.services}
    for row in contract.rows:
        key = service_key(row.service)
        most[key] = max(most[key], decimals_of(row.unit_price, steps[key]) or LEAST_DECIMALS)
    return {key: int(f"1{'0' * decimals}") for key, decimals in most.items()}


# What the formulas of a workbook will confirm: the limit that a question meets, if any.
#
# This predicts where formulas give `#N/A` though the contract has a price, from the same figures
# and limits, so that no value is stored that they would take back. Where amounts may be inexact it
# counts in floats, step by step as the formulas do.


def are_too_many(quantity: Decimal, service: Service) -> bool:
    """Whether formulas cannot count a quantity in the steps of a service.

    >>> drops = Service("Drops", "litres", Decimal("0.000001"))
    >>> are_too_many(Decimal(999_999_999), drops), are_too_many(Decimal(10**9), drops)
    (False, True)
    """
    if service.step == 1 and quantity == int(quantity):
        return False
    whole = quantity == int(quantity) and service.step == int(service.step)
    grain = 1 if whole else MILLION
    left = int(quantity) % int(service.step * grain) * grain
    left += int((quantity - int(quantity)) * grain)
    return left >= MOST_WHOLE or float(quantity) / float(service.step) >= MOST_WHOLE - 1


def percent_limit(percent: Decimal | None) -> Limit | None:
    """The limit that the percentage of a discount meets, if any.

    >>> percent_limit(Decimal("0.5")) is Limit.SMALL_PERCENT, percent_limit(Decimal("1.5"))
    (True, None)
    """
    if percent is None or not isinstance(kept_of(percent), CellError):
        return None
    return Limit.SMALL_PERCENT if percent <= UNSURE_PERCENT else Limit.LONG_PERCENT


def is_uncountable(book: PriceBook, quantity: Decimal, service: str | None) -> bool:
    """Whether a quantity that may be asked is too much to be counted. Raises BadInput."""
    chosen = book.service(service)
    return chosen is not None and quantity >= 0 and are_too_many(quantity, chosen)


class Confirming:
    """Tells what the formulas for one contract will confirm."""

    def __init__(self, contract: Contract) -> None:
        self._scales = scales_of(contract)

    def limit(self, found: Answer) -> Limit | None:
        """The limit that keeps formulas from the price that was found, None where there is none."""
        verdict, service, steps = found.verdict, found.service, found.steps
        if verdict.line is None or service is None or steps is None:
            return None
        discount, base = discount_and_base(verdict)
        if discount is None and base.charge is Charge.PACKAGE:
            return None  # which formulas take from its cell
        unsure = percent_limit(verdict.decided[0].row.percent)
        if unsure:
            return unsure
        kept = int(kept_of(discount.row.percent)) if discount else MILLION
        limits = self.limits_of(service, _summed(verdict, base, steps))
        scale = self._scales[service.key]
        return next(limits, None) or _of_amount(_amount(found, base, scale), base, kept, scale)

    def has_rate(self, service: Service, row: Row) -> bool:
        """Whether formulas can count with the unit price of a row."""
        rate = rate_of(row.unit_price, service.step, self._scales[service.key])
        return not isinstance(rate, CellError)

    def limits_of(self, service: Service, claims: Iterable[Claim]) -> Iterator[Limit]:
        """The limits that the figures of rows meet by themselves."""
        scale = self._scales[service.key]
        for each in claims:
            row = each.row
            rated = each.charge is not Charge.PACKAGE
            if rated and decimals_of(row.unit_price, service.step) is None:
                yield Limit.LONG_UNIT_PRICE
            if isinstance(scaled(row.price, scale), CellError):
                yield Limit.LONG_AMOUNT
            if rated and not self.has_rate(service, row):
                yield Limit.LONG_AMOUNT


def discount_and_base(verdict: Verdict) -> tuple[Claim | None, Claim]:
    """The discount that decides, if any, and what it is taken off."""
    first = verdict.decided[0]
    return (first, verdict.decided[1]) if first.charge is Charge.DISCOUNT else (None, first)


def _summed(verdict: Verdict, base: Claim, steps: int) -> Iterable[Claim]:
    """The claims whose figures make up an amount; of nothing, no slab is a part."""
    if base.charge is not Charge.GRADUATED:
        return [base]
    return verdict.slabs.claims() if steps > 0 and verdict.slabs is not None else []


def _amount(found: Answer, base: Claim, scale: int) -> float:
    """What the row below a discount comes to, in whole numbers as the formulas have them."""
    verdict, service, steps = found.verdict, found.service, found.steps
    line = verdict.undiscounted or verdict.line
    if line is None or service is None or steps is None:
        return 0.0
    if base.charge is Charge.GRADUATED:
        return float(EXACT.multiply(line.at(quantity_of(steps, service)), Decimal(scale)))
    total = float(scaled(base.row.price, scale))
    if base.charge is Charge.PACKAGE:
        return total
    above = steps - base.first if base.charge is Charge.ADDITIONAL else steps
    return total + above * float(rate_of(base.row.unit_price, service.step, scale))


def _of_amount(amount: float, base: Claim, kept: int, scale: int) -> Limit | None:
    """The limit of an amount, of which so many millionths are kept."""
    if amount < MOST_WHOLE:
        return None
    summed = base.charge is Charge.GRADUATED and amount >= MOST_SUMMED
    cents = amount * (kept / MILLION) / (scale / 100)
    unsure = cents >= MOST_CENTS or abs(cents - floor(cents) - 0.5) <= cents * UNSURE_PART
    return Limit.LONG_AMOUNT if summed or unsure else None

"""Figures as the whole numbers that the formulas count in, and what slabs come to together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from workbooks.names.limits import (
    LEAST_DECIMALS,
    MOST_DECIMALS,
    MOST_PERCENT_DECIMALS,
    MOST_WHOLE,
    UNSURE_PERCENT,
)
from workbooks.names.weights import CHARGES, Counted
from xlfuncs.pricing.contract import Charge, Contract, service_key
from xlfuncs.pricing.lines import EXACT, HUNDRED
from xlfuncs.pricing.wording import citation
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell, CellError

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

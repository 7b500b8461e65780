"""Figures as the whole numbers that the formulas count in, and what slabs come to together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from workbooks.names.weights import CHARGES, Counted
from xlfuncs.pricing.contract import Charge, Contract, service_key
from xlfuncs.pricing.lines import EXACT, HUNDRED
from xlfuncs.pricing.wording import citation
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell, CellError

LEAST_DECIMALS, MOST_DECIMALS = 2, 8
MOST_PERCENT_DECIMALS = 4
MILLION = 10**6
GRADUATED = CHARGES.index(Charge.GRADUATED) + 1


def decimals_of(unit_price: Decimal | None, step: Decimal) -> int | None:
    """The decimals that the price of one step needs, None for more than 8.

    >>> decimals_of(Decimal("2.75"), Decimal(1)), decimals_of(Decimal("0.5125"), Decimal("0.25"))
    (2, 6)
    """
    if unit_price is None:
        return LEAST_DECIMALS
    price = EXACT.multiply(unit_price, step)
    for decimals in range(LEAST_DECIMALS, MOST_DECIMALS + 1):
        whole = (price.scaleb(decimals, EXACT), unit_price.scaleb(decimals, EXACT))
        if all(each == each.to_integral_value() for each in whole):
            return decimals
    return None


def kept_of(percent: Decimal | None) -> Cell:
    """The millionths that a discount leaves; `#N/A` for what a formula cannot be sure of.

    That is a percentage above 0 and up to 1, which might be one that was typed as `15%`, and one of
    more than 4 decimals.
    """
    if percent is None:
        return 0
    kept = EXACT.multiply(EXACT.subtract(HUNDRED, percent), Decimal(MILLION // 100))
    if 0 < percent <= 1 or kept != kept.to_integral_value():
        return NOT_AVAILABLE
    return int(kept)


def scaled(figure: Decimal | None, scale: Cell) -> Cell:
    """A figure in the whole numbers of a scale, 0 where there is none."""
    if figure is None:
        return 0
    return int(EXACT.multiply(figure, Decimal(scale))) if isinstance(scale, int) else scale


def figures_of(counts: Counted, contract: Contract, scales: Sequence[Cell]) -> dict[str, Cell]:
    """A row's figures and its citation, by title; `scales` are those of the services."""
    row = counts.row
    step, scale = contract.services[counts.service - 1].step, scales[counts.service - 1]
    decimals = decimals_of(row.unit_price, step)
    price = row.unit_price
    return {
        "Decimals": NOT_AVAILABLE if decimals is None else decimals,
        "Total": scaled(row.price, scale),
        "Rate": scaled(None if price is None else price * step, scale),
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
    scales: Sequence[Cell],
) -> dict[str, Cell]:
    """Where a graduated row's ladder begins, and what its slabs come to, by title."""
    if counts.charge != GRADUATED:
        return {}
    return {
        "Ladder from": ladders.get(counts.number, (0, None))[0],
        "Slab total": _slab_total(counts, contract, scales),
        "Ladder total": totals.get(counts.number, 0),
    }


def _slab_total(counts: Counted, contract: Contract, scales: Sequence[Cell]) -> Cell:
    rate = figures_of(counts, contract, scales)["Rate"]
    units = counts.last - max(0, counts.first - 1)
    return rate if isinstance(rate, CellError) else units * rate


def scale_of(contract: Contract, key: str, step: Decimal) -> Cell:
    """Ten to the decimals that the prices of a service need, `#N/A` for more than 8."""
    needed = [
        decimals_of(row.unit_price, step)
        for row in contract.rows
        if service_key(row.service) == key
    ]
    known = [decimals for decimals in needed if decimals is not None]
    return 10 ** max(known) if len(known) == len(needed) else NOT_AVAILABLE

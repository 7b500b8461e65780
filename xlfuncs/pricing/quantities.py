"""Quantities, counted in the service's step (rule 6)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from xlfuncs.pricing.contract import PartUnits, Service
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.lines import EXACT

MOST_DIGITS = 15
MOST_DECIMALS = 6

LARGEST = Decimal(10**MOST_DIGITS)
"""Above every figure and quantity."""

_ROUNDING = {
    PartUnits.NEAREST: ROUND_HALF_UP,
    PartUnits.UP: ROUND_CEILING,
    PartUnits.DOWN: ROUND_FLOOR,
}


def fits_figure(figure: Decimal) -> bool:
    """Whether a figure has at most 15 digits, 6 of them decimals, so that every host agrees on it.

    >>> fits_figure(Decimal("123456789.123456")), fits_figure(Decimal("0.1234567"))
    (True, False)
    """
    if not figure.is_finite() or figure.copy_abs() >= LARGEST:
        return False
    if figure == figure.to_integral_value():  # as most are
        return True
    parts = figure.as_tuple()
    significant = len("".join(map(str, parts.digits)).rstrip("0"))
    decimals = significant - len(parts.digits) - int(parts.exponent)
    return decimals <= MOST_DECIMALS and max(significant, decimals) <= MOST_DIGITS


def count_of(quantity: Decimal, service: Service) -> int | None:
    """The quantity as a whole number of steps; None where the contract does not say how to round.

    Halves go up with `nearest`. Raises BadInput for a negative quantity, one of more than 15 digits
    or 6 decimals, and part of a step where the service has none.

    >>> hours = Service("Support", "hours", Decimal("0.25"), PartUnits.UP)
    >>> count_of(Decimal("1.1"), hours)
    5
    >>> count_of(Decimal("0.5"), Service("Scanning", "IPs"))
    Traceback (most recent call last):
    xlfuncs.pricing.kinds.BadInput: quantity is 0.5; expected a whole number of IPs
    """
    if not fits_figure(quantity):
        raise BadInput(
            f"quantity is {str(quantity)[:60]}; expected at most {MOST_DIGITS} digits, "
            f"{MOST_DECIMALS} of them decimals",
            "#NUM!",
        )
    if quantity < 0:
        raise BadInput(f"quantity is {quantity.normalize():f}; expected 0 or more", "#NUM!")
    steps = EXACT.divide(quantity, service.step)
    whole = steps.to_integral_value(ROUND_FLOOR)
    if steps == whole:
        return int(whole)
    if service.part_units is PartUnits.NOT_SAID:
        return None
    if service.part_units is PartUnits.NONE:
        found = f"{quantity.normalize():f}"
        raise BadInput(f"quantity is {found}; expected {multiple(service)}", "#NUM!")
    return int(steps.to_integral_value(_ROUNDING[service.part_units]))


def quantity_of(count: int, service: Service) -> Decimal:
    """The quantity that is a count of steps."""
    return EXACT.multiply(Decimal(count), service.step)


def multiple(service: Service) -> str:
    unit = service.unit or "units"
    if service.step == 1:
        return f"a whole number of {unit}"
    return f"a multiple of {service.step.normalize():f} {unit}"

"""The rules once more, written to be read and not to be fast: row by row, unit by unit, no list.

It shares the contract's values with the package and none of its code. Amounts are fractions.
"""

from datetime import date
from fractions import Fraction

from xlfuncs.pricing.contract import Charge, Contract, Row, Service

NO_PRICE = "no price"
NOT_DETERMINABLE = "not determinable"

Answer = Fraction | str

STATED = {
    Charge.PACKAGE: ["price"],
    Charge.PER_UNIT: ["unit_price"],
    Charge.GRADUATED: ["unit_price"],
    Charge.ADDITIONAL: ["price", "unit_price"],
    Charge.DISCOUNT: ["percent"],
    Charge.WITHDRAWN: [],
    Charge.NOT_ON_FILE: [],
}


class Unclear(Exception):
    """The answer cannot be determined."""


class Nothing(Exception):
    """The contract offers no price."""


def answer(
    contract: Contract, service: Service, quantity: Fraction, day: date, known_on: date | None
) -> Answer:
    """The price to the cent, or which kind of no answer there is."""
    inquiry = Inquiry(contract, service, day, known_on)
    try:
        return to_cent(inquiry.price(quantity))
    except Unclear:
        return NOT_DETERMINABLE
    except Nothing:
        return NO_PRICE


def to_cent(amount: Fraction) -> Fraction:
    cents, rest = divmod(amount * 100, 1)
    return Fraction(cents + (1 if rest >= Fraction(1, 2) else 0), 100)


class Inquiry:
    """The rows of one service as they stood, for a person who asks about one day."""

    def __init__(
        self, contract: Contract, service: Service, day: date, known_on: date | None
    ) -> None:
        self.day = day
        self.known_on = known_on
        self.step = Fraction(service.step)
        mine = [row for row in contract.rows if row.service == service.name]
        self.rows = [row for row in mine if not self.unknown_then(row)]

    def unknown_then(self, row: Row) -> bool:
        return bool(self.known_on and row.signed and row.signed > self.known_on)

    def charge(self, row: Row) -> Charge:
        """The charge, as far as the row can be relied on."""
        if any(getattr(row, figure) is None for figure in STATED[row.charge]):
            return Charge.NOT_ON_FILE
        if self.known_on and not row.signed:
            return Charge.NOT_ON_FILE
        if row.document and not row.effective:
            return Charge.NOT_ON_FILE
        return row.charge

    def counts_on(self, row: Row, day: date) -> bool:
        if row.effective:
            started = row.effective <= day
        elif row.signed:
            started = row.signed <= day
        else:
            started = row.document == 0
        ended = bool(row.ends and row.ends < day)
        early = bool(row.purchased_from and day < row.purchased_from)
        late = bool(row.purchased_through and day > row.purchased_through)
        return started and not ended and not early and not late

    def contains(self, row: Row, quantity: Fraction) -> bool:
        return row.quantity_from <= quantity and (
            row.quantity_to is None or quantity <= row.quantity_to
        )

    def prevailing(self, quantity: Fraction, candidates: list[Row]) -> Row | None:
        """Knocks out every row that some other row beats; two left standing are a conflict."""
        fitting = [
            row
            for row in candidates
            if self.counts_on(row, self.day) and self.contains(row, quantity)
        ]
        left = [row for row in fitting if not any(self.beats(other, row) for other in fitting)]
        if len(left) > 1:
            raise Unclear
        return left[0] if left else None

    def beats(self, one: Row, other: Row) -> bool:
        if one.document != other.document:
            return one.document > other.document
        has_window = [bool(r.purchased_from or r.purchased_through) for r in (one, other)]
        if has_window[0] != has_window[1]:
            return has_window[0]
        refuses = [self.charge(r) in (Charge.WITHDRAWN, Charge.NOT_ON_FILE) for r in (one, other)]
        return refuses[1] and not refuses[0]

    def price(self, quantity: Fraction) -> Fraction:
        row = self.prevailing(quantity, self.rows)
        if row is not None and self.charge(row) is Charge.DISCOUNT:
            others = [r for r in self.rows if self.charge(r) is not Charge.DISCOUNT]
            base = self.prevailing(quantity, others)
            return self.undiscounted(base, quantity) * (100 - Fraction(row.percent)) / 100
        return self.undiscounted(row, quantity)

    def undiscounted(self, row: Row | None, quantity: Fraction) -> Fraction:
        if row is None:
            self.refuse_gap(quantity)
        charge = self.charge(row)
        if charge is Charge.WITHDRAWN:
            raise Nothing
        if charge is Charge.NOT_ON_FILE:
            raise Unclear
        if charge is Charge.PACKAGE:
            return Fraction(row.price)
        if charge is Charge.PER_UNIT:
            return quantity * Fraction(row.unit_price)
        if charge is Charge.ADDITIONAL:
            above = quantity - Fraction(row.quantity_from)
            return Fraction(row.price) + above * Fraction(row.unit_price)
        return self.summed(quantity)

    def summed(self, quantity: Fraction) -> Fraction:
        """From the highest step down, one at a time, to 0 or to an additional row."""
        kinds = {Charge.GRADUATED, Charge.ADDITIONAL, Charge.WITHDRAWN, Charge.NOT_ON_FILE}
        slabs = [row for row in self.rows if self.charge(row) in kinds]
        total = Fraction(0)
        while quantity > 0:
            slab = self.prevailing(quantity, slabs)
            charge = None if slab is None else self.charge(slab)
            if charge is Charge.ADDITIONAL:
                return total + self.undiscounted(slab, quantity)
            if charge is not Charge.GRADUATED:
                raise Unclear
            total += self.step * Fraction(slab.unit_price)
            quantity -= self.step
        return total + self.at_nothing(slabs)

    def at_nothing(self, slabs: list[Row]) -> Fraction:
        """What quantity 0 costs already: the fee that an additional row states for it, if any.

        A fee that is not on file, or one of several, is none that could be added up.
        """
        try:
            slab = self.prevailing(Fraction(0), slabs)
        except Unclear:
            fees = [
                r for r in slabs if self.contains(r, Fraction(0)) and self.counts_on(r, self.day)
            ]
            best = [r for r in fees if not any(self.beats(other, r) for other in fees)]
            if any(self.charge(r) in (Charge.ADDITIONAL, Charge.NOT_ON_FILE) for r in best):
                raise
            return Fraction(0)
        charge = None if slab is None else self.charge(slab)
        if charge is Charge.NOT_ON_FILE:
            raise Unclear
        return Fraction(slab.price) if charge is Charge.ADDITIONAL else Fraction(0)

    def refuse_gap(self, quantity: Fraction) -> None:
        pricing = [row for row in self.rows if self.charge(row) is not Charge.DISCOUNT]
        today = [row for row in pricing if self.counts_on(row, self.day)]
        smaller = any(row.quantity_to is not None and row.quantity_to < quantity for row in today)
        larger = any(row.quantity_from > quantity for row in today)
        days = [
            date.fromordinal(day)
            for day in range(self.day.toordinal() - 200, self.day.toordinal() + 200)
        ]
        alike = [row for row in pricing if self.contains(row, quantity)]
        earlier = any(self.counts_on(r, d) for r in alike for d in days if d < self.day)
        later = any(self.counts_on(r, d) for r in alike for d in days if d > self.day)
        raise Unclear if (smaller and larger) or (earlier and later) else Nothing

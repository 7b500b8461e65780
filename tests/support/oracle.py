"""The rules once more, written to be read and not to be fast: row by row, unit by unit, no list.

It shares the contract's values with the package and none of its code. Amounts are fractions.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from xlfuncs.pricing.contract import Charge, Contract, Counted, Increase, PartUnits, Row, Service

NO_PRICE = "no price"
NOT_DETERMINABLE = "not determinable"
BAD_INPUT = "bad input"

Answer = Fraction | str

STATED = {
    Charge.PACKAGE: ["price"],
    Charge.PER_UNIT: ["unit_price"],
    Charge.GRADUATED: ["unit_price"],
    Charge.ADDITIONAL: ["price", "unit_price"],
    Charge.DISCOUNT: ["percent"],
    Charge.STANDING_DISCOUNT: ["percent"],
    Charge.WITHDRAWN: [],
    Charge.NOT_ON_FILE: [],
}
DISCOUNTS = (Charge.DISCOUNT, Charge.STANDING_DISCOUNT)
REFUSALS = (Charge.WITHDRAWN, Charge.NOT_ON_FILE)
TIERS = (Charge.GRADUATED, Charge.ADDITIONAL)
OUTRIGHT = (Charge.PACKAGE, Charge.PER_UNIT)

BEGINNING = date(1900, 3, 1)
FAR = 60
"""Days around a question in which everything begins and ends that a random contract states."""


MAYBE_BEFORE = (*range(1, 60), 100, 1_000)
"""Counts that may have been bought before, beyond where random contracts change."""


class Unclear(Exception):
    """The answer cannot be determined."""


class Nothing(Exception):
    """The contract offers no price."""


# A question, and the quantity that is counted.


def answer(
    contract: Contract,
    service_name: str | None,
    quantity: Fraction,
    day: date,
    known_on: date | None = None,
    through: int | None = None,
    before: Fraction | None = None,
) -> Answer:
    """The price to the cent, or which kind of no answer there is."""
    service = find_service(contract, service_name)
    if service is None or not may_be_said(before, service):
        return BAD_INPUT
    inquiry = Inquiry(contract, service, day, known_on, through)
    quantities = counted(quantity, service)
    earlier = [before] if before is None else counted(before, service)
    answers = {inquiry.purchase(each, other) for each in quantities for other in earlier}
    if not answers:
        return BAD_INPUT
    return answers.pop() if len(answers) == 1 else NOT_DETERMINABLE


def may_be_said(before: Fraction | None, service: Service) -> bool:
    """Whether a question is one: by the purchase nothing is said, by a period something is."""
    if service.counted is Counted.PURCHASE:
        return not before
    return before is not None or service.counted is Counted.NOT_SAID


def counted(quantity: Fraction, service: Service) -> list[Fraction]:
    """What a quantity counts as: none if it is refused, two if the contract does not say."""
    step = Fraction(service.step)
    below = quantity // step * step
    if quantity < 0:
        return []
    if below == quantity:
        return [quantity]
    is_half = quantity - below >= step / 2
    return {
        PartUnits.NONE: [],
        PartUnits.NOT_SAID: [below, below + step],
        PartUnits.UP: [below + step],
        PartUnits.DOWN: [below],
        PartUnits.NEAREST: [below + step if is_half else below],
    }[service.part_units]


def find_service(contract: Contract, name: str | None) -> Service | None:
    """The service of that name; without a name the only one."""
    if name is None:
        return contract.services[0] if len(contract.services) == 1 else None
    alike = [each for each in contract.services if spoken(each.name) == spoken(name)]
    return alike[0] if alike else None


def spoken(name: str) -> str:
    return " ".join(name.split()).lower()


def to_cent(amount: Fraction) -> Fraction:
    return rounded(amount, 2)


def rounded(amount: Fraction, decimals: int) -> Fraction:
    """Halves go up; there are no negative amounts."""
    whole, rest = divmod(amount * 10**decimals, 1)
    return Fraction(whole + (1 if rest >= Fraction(1, 2) else 0), 10**decimals)


# What is known of documents: from when they count, and which of them replace others.


def rows_known(contract: Contract, known_on: date | None, through: int | None) -> list[Row]:
    """All rows that a person knows on a day, with those of the documents that nobody holds."""
    every_quantity = (Decimal(0), None)
    missing = [
        Row(number, "", service.name, *every_quantity, Charge.NOT_ON_FILE, not_on_file=("signed",))
        for number in contract.not_held
        for service in contract.services
    ]
    return [
        row
        for row in (*contract.rows, *missing)
        if through is None or row.document <= through
        if not (known_on and row.signed and row.signed > known_on)
    ]


def agreement_date(contract: Contract) -> date:
    dates = [row.signed for row in contract.rows if row.document == 0]
    if not dates or None in dates:
        return BEGINNING
    return min(day for day in dates if day)


class Start(NamedTuple):
    """The first day of a row, and whether the documents state it; a draft has no first day."""

    day: date | None
    is_certain: bool


def start_of(row: Row, agreed: date, known_on: date | None) -> Start:
    is_known = bool(row.signed or not known_on)
    if row.effective:
        return Start(row.effective, is_known)
    if row.document == 0:
        return Start(row.signed or BEGINNING, is_known and "effective" not in row.not_on_file)
    if row.signed:
        return Start(row.signed, False)
    if "signed" in row.not_on_file or "effective" in row.not_on_file:
        return Start(agreed, False)
    return Start(None, False)


class Replaced(NamedTuple):
    """When a document goes out of force, and when it becomes doubtful whether it has."""

    gone: date = date.max
    doubtful: date = date.max


def replaced_documents(rows: list[Row], agreed: date, known_on: date | None) -> dict[int, Replaced]:
    """Each document that later ones replace; the latest document first, for it may spare others."""
    found: dict[int, Replaced] = {}
    numbers = sorted({row.document for row in rows}, reverse=True)
    for number in numbers:
        itself = found.get(number, Replaced())
        for row in rows:
            start = start_of(row, agreed, known_on)
            if row.document != number or row.replaces is None or start.day is None:
                continue
            if itself.gone <= start.day:
                continue
            is_certain = start.is_certain and start.day < itself.doubtful
            for other in numbers:
                before = found.get(other, Replaced())
                if other < number and row.replaces in (other, "all before"):
                    if is_certain:
                        found[other] = before._replace(gone=min(before.gone, start.day))
                    else:
                        found[other] = before._replace(doubtful=min(before.doubtful, start.day))
    return found


# A row on a day, with the figures that it has then.


def has_window(row: Row) -> bool:
    return bool(row.purchased_from or row.purchased_through)


def contains(row: Row, quantity: Fraction) -> bool:
    is_above = row.quantity_to is not None and quantity > row.quantity_to
    return row.quantity_from <= quantity and not is_above


class OnDay(NamedTuple):
    """A row as it counts on a day."""

    row: Row
    charge: Charge
    price: Fraction
    unit_price: Fraction
    minimum: Fraction | None
    maximum: Fraction | None

    def beats(self, other: "OnDay") -> bool:
        """The document, then the window, then the discount, then what prices."""
        one, two = self.row, other.row
        if one.document != two.document:
            return one.document > two.document
        windows = [has_window(each) for each in (one, two)]
        if windows[0] != windows[1]:
            return windows[0]
        discounts = [each.charge in DISCOUNTS for each in (self, other)]
        if discounts[0] != discounts[1]:
            return discounts[0]
        refuses = [each.charge in REFUSALS for each in (self, other)]
        return refuses[1] and not refuses[0]

    def own_price(self, quantity: Fraction) -> Fraction:
        """What a row gives that needs no other rows, without its bounds."""
        if self.charge is Charge.PACKAGE:
            return self.price
        if self.charge is Charge.PER_UNIT:
            return quantity * self.unit_price
        return self.price + (quantity - Fraction(self.row.quantity_from)) * self.unit_price

    def within_bounds(self, amount: Fraction) -> Fraction:
        if self.minimum is not None:
            amount = max(amount, self.minimum)
        return amount if self.maximum is None else min(amount, self.maximum)


def raised(row: Row, field: str, increases: list[Increase]) -> Fraction | None:
    """A figure after so many increases, each on the figure as it was rounded before."""
    printed = getattr(row, field)
    if printed is None:
        return None
    decimals = max(2, -printed.as_tuple().exponent) if field == "unit_price" else 2
    if row.rounded is not None:
        decimals = row.rounded if field == "unit_price" else min(2, row.rounded)
    figure = Fraction(printed)
    for increase in increases:
        percent = percent_of(increase)
        figure = rounded(figure * (100 + percent) / 100, decimals)
    return figure


def increases_by(row: Row, day: date) -> list[Increase]:
    return [each for each in row.increases if each.since <= day]


def percent_of(increase: Increase) -> Fraction | None:
    """The percent by which figures rise, None where it is not on file."""
    percent = increase.percent
    if increase.index_change is not None:
        percent = increase.index_change
        if increase.floor is not None and percent < increase.floor:
            percent = increase.floor
        if increase.cap is not None and percent > increase.cap:
            percent = increase.cap
    return None if percent is None else Fraction(percent)


class Inquiry:
    """The rows of one service as they stood, for a person who asks about one day."""

    def __init__(
        self,
        contract: Contract,
        service: Service,
        day: date,
        known_on: date | None,
        through: int | None,
    ) -> None:
        self.day = day
        self.known_on = known_on
        self.step = Fraction(service.step)
        self.service = service
        self.sums: list[Sum] = []
        self.agreed = agreement_date(contract)
        everyone = rows_known(contract, known_on, through)
        self.replaced = replaced_documents(everyone, self.agreed, known_on)
        self.rows = [row for row in everyone if row.service == service.name]
        self.today = [self.on_day(row, day) for row in self.rows if self.counts_on(row, day)]
        self.no_discounts = [each for each in self.today if each.charge not in DISCOUNTS]
        self.tiers = [each for each in self.no_discounts if each.charge not in OUTRIGHT]

    def answer(self, quantity: Fraction) -> Answer:
        try:
            return to_cent(self.price(quantity))
        except Unclear:
            return NOT_DETERMINABLE
        except Nothing:
            return NO_PRICE

    # What was bought before.

    def purchase(self, quantity: Fraction, before: Fraction | None) -> Answer:
        """The answer after a quantity before; if that is not said, the one that all of them give.

        The contract may not say whether what was bought before counts. Then it may not matter.
        """
        if self.service.counted is not Counted.NOT_SAID:
            return self.answer_after(quantity, before or Fraction(0))
        alone = self.answer_after(quantity, Fraction(0))
        befores = [each * self.step for each in MAYBE_BEFORE] if before is None else [before]
        alike = all(self.answer_after(quantity, each) == alone for each in befores)
        return alone if alike else NOT_DETERMINABLE

    def answer_after(self, quantity: Fraction, before: Fraction) -> Answer:
        limit = self.service.limit
        if limit is not None and before + quantity > limit:
            return NO_PRICE
        if not before:
            return self.answer(quantity)
        try:
            return to_cent(self.price_after(quantity, before))
        except Unclear:
            return NOT_DETERMINABLE
        except Nothing:
            return NO_PRICE

    def price_after(self, quantity: Fraction, before: Fraction) -> Fraction:
        total = before + quantity
        discount = self.prevailing(total, self.discounts_for(total))
        try:
            self.undiscounted(total)
        except Nothing:
            if discount is not None:
                raise Unclear from None
            raise
        row = self.prevailing(total, self.no_discounts)
        if row.charge is Charge.PER_UNIT:
            amount = row.within_bounds(quantity * row.unit_price)
        elif row.charge is Charge.GRADUATED:
            amount = self.undiscounted(total) - self.paid_before(before)
        else:
            raise Unclear
        if amount < 0:
            raise Unclear
        if discount is None:
            return amount
        return discount.within_bounds(amount * (100 - Fraction(discount.row.percent)) / 100)

    def paid_before(self, before: Fraction) -> Fraction:
        """What was bought before costs, if it has a price, but before any discount."""
        try:
            self.price(before)
        except Nothing:
            raise Unclear from None
        return self.undiscounted(before)

    # What counts on a day.

    def counts_on(self, row: Row, day: date) -> bool:
        start = start_of(row, self.agreed, self.known_on).day
        started = bool(start and start <= day)
        ended = bool(row.ends and row.ends < day)
        early = bool(row.purchased_from and day < row.purchased_from)
        late = bool(row.purchased_through and day > row.purchased_through)
        gone = self.replaced.get(row.document, Replaced()).gone <= day
        return started and not ended and not early and not late and not gone

    def charge_on(self, row: Row, day: date) -> Charge:
        """The charge of a row, as far as it can be relied on."""
        lacks_figure = any(getattr(row, figure) is None for figure in STATED[row.charge])
        is_certain = start_of(row, self.agreed, self.known_on).is_certain
        is_doubtful = self.replaced.get(row.document, Replaced()).doubtful <= day
        lacks_percent = any(percent_of(each) is None for each in increases_by(row, day))
        if lacks_figure or not is_certain or is_doubtful or lacks_percent:
            return Charge.NOT_ON_FILE
        return row.charge

    def on_day(self, row: Row, day: date) -> OnDay:
        """The row with the charge and the figures that it has on a day."""
        charge = self.charge_on(row, day)
        increases = [] if charge is Charge.NOT_ON_FILE else increases_by(row, day)
        return OnDay(
            row,
            charge,
            raised(row, "price", increases) or Fraction(0),
            (raised(row, "unit_price", increases) or Fraction(0)) / row.per,
            raised(row, "minimum", increases),
            raised(row, "maximum", increases),
        )

    # Which row prevails.

    def prevailing(self, quantity: Fraction, candidates: list[OnDay]) -> OnDay | None:
        """Knocks out every row that some other row beats; two left standing are a conflict."""
        left = self.unbeaten(quantity, candidates)
        if len(left) > 1:
            raise Unclear
        return left[0] if left else None

    def unbeaten(self, quantity: Fraction, candidates: list[OnDay]) -> list[OnDay]:
        fitting = [each for each in candidates if contains(each.row, quantity)]
        return [each for each in fitting if not any(other.beats(each) for other in fitting)]

    # What it costs.

    def price(self, quantity: Fraction) -> Fraction:
        discount = self.prevailing(quantity, self.discounts_for(quantity))
        if discount is None:
            return self.undiscounted(quantity)
        try:
            before = self.undiscounted(quantity)
        except Nothing:  # there is nothing to take it off
            raise Unclear from None
        percent = Fraction(discount.row.percent)
        return discount.within_bounds(before * (100 - percent) / 100)

    def discounts_for(self, quantity: Fraction) -> list[OnDay]:
        """The discounts that no row that prices has ended; a standing one is never ended."""
        ending = self.unbeaten(quantity, self.no_discounts)
        return [
            each
            for each in self.today
            if each.charge is Charge.STANDING_DISCOUNT
            or (each.charge is Charge.DISCOUNT and not any(row.beats(each) for row in ending))
        ]

    def undiscounted(self, quantity: Fraction) -> Fraction:
        row = self.prevailing(quantity, self.no_discounts)
        if row is None:
            self.refuse_gap(quantity)
        if row.charge is Charge.WITHDRAWN:
            raise Nothing
        if row.charge is Charge.NOT_ON_FILE:
            raise Unclear
        if row.charge is Charge.GRADUATED:
            return row.within_bounds(self.summed(quantity))
        return row.within_bounds(row.own_price(quantity))

    def summed(self, quantity: Fraction) -> Fraction:
        """What the units cost one after the other, from the first one up to this quantity."""
        if not self.sums:
            self.sums.append(self.at_nothing())
        while (len(self.sums) - 1) * self.step < quantity:
            self.sums.append(self.add_unit(len(self.sums) * self.step, self.sums[-1]))
        total = self.sums[int(quantity / self.step)].total
        if total is None:
            raise Unclear
        return total

    def at_nothing(self) -> "Sum":
        """What quantity 0 costs already, for the units above it to be added to."""
        zero = Fraction(0)
        best, tiers = self.unbeaten(zero, self.no_discounts), self.unbeaten(zero, self.tiers)
        if len(best) > 1:
            return Sum(None)
        fees = [each for each in tiers if each.charge in (Charge.ADDITIONAL, Charge.NOT_ON_FILE)]
        tier = tiers[0] if len(tiers) == 1 and tiers[0].charge in TIERS else None
        fee: Fraction | None = zero
        if fees:
            fee = tier.own_price(zero) if tier else None
        if not best or best[0].charge not in OUTRIGHT:
            return Sum(fee)
        if tier is not None:
            return Sum(fee, best[0], tier)
        others = [each for each in self.outright_at(zero) if each is not best[0]]
        return Sum(best[0].own_price(zero), best[0], None, None if others else fee)

    def add_unit(self, reached: Fraction, below: "Sum") -> "Sum":
        """What all units up to this one cost, given what those below it cost."""
        best, tiers = self.unbeaten(reached, self.no_discounts), self.unbeaten(reached, self.tiers)
        if len(best) > 1:
            return Sum(None)
        outright = best[0] if best and best[0].charge in OUTRIGHT else None
        if len(tiers) != 1 or tiers[0].charge not in TIERS:
            return Sum(outright.own_price(reached) if outright else None, outright)
        [tier] = tiers
        if tier.charge is Charge.ADDITIONAL:
            return Sum(tier.own_price(reached), outright, tier)
        base = below.total
        if below.outright is not None and below.tier is None and outright is below.outright:
            base = below.without_outright
        elif below.outright is not None and below.tier and outright is not below.outright:
            rows = self.built_on(reached - self.step, below, tier)
            if rows:
                base = rows[0].own_price(reached - self.step) if len(rows) == 1 else None
        return Sum(None if base is None else base + self.step * tier.unit_price, outright, tier)

    def built_on(self, quantity: Fraction, below: "Sum", tier: OnDay) -> list[OnDay]:
        """The rows whose price for the quantity just below a tier is what the tier begins with.

        That is the price of now where it is part of the tier's own table, or takes the place of a
        whole tier. A price for some quantities of one tier is for these alone; so is one for some
        days, beside which the tier's own table has a price of its own.
        """
        now, under = below.outright, below.tier
        of_its_table = [
            each
            for each in self.outright_at(quantity)
            if each.beats(under) and not each.beats(tier)
        ]
        if of_its_table:
            if not has_window(now.row) or has_window(tier.row):
                return [now]
            return [
                each
                for each in of_its_table
                if not any(other.beats(each) for other in of_its_table)
            ]
        covers = now.row.quantity_from <= under.row.quantity_from
        for_all_days = not has_window(now.row) or has_window(under.row)
        return [now] if under is not tier and covers and for_all_days else []

    def outright_at(self, quantity: Fraction) -> list[OnDay]:
        return [
            each
            for each in self.no_discounts
            if each.charge in OUTRIGHT and contains(each.row, quantity)
        ]

    def refuse_gap(self, quantity: Fraction) -> None:
        today = [each.row for each in self.no_discounts]
        smaller = any(row.quantity_to is not None and row.quantity_to < quantity for row in today)
        larger = any(row.quantity_from > quantity for row in today)
        alike = [row for row in self.rows if contains(row, quantity)]
        earlier = any(self.is_priced(alike, -days) for days in range(1, FAR))
        later = any(self.is_priced(alike, days) for days in range(1, FAR))
        raise Unclear if (smaller and larger) or (earlier and later) else Nothing

    def is_priced(self, rows: list[Row], days: int) -> bool:
        """Whether any of these rows counts so many days later, and is no discount."""
        day = date.fromordinal(self.day.toordinal() + days)
        return any(
            self.counts_on(row, day) and self.charge_on(row, day) not in DISCOUNTS for row in rows
        )


class Sum(NamedTuple):
    """What units cost so far, None where one of them has no price.

    `outright` is the row that prevails for the last of them and states its price outright; `tier`
    the one that prices it all the same for units above. Where there is no such tier, the sum begins
    with the outright price, and `without_outright` is what it is where the row goes on above.
    """

    total: Fraction | None
    outright: OnDay | None = None
    tier: OnDay | None = None
    without_outright: Fraction | None = None

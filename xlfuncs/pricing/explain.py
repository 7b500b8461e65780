"""Explain an answer: in labelled lines for a letter, and in one line for a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Callable, NamedTuple

from xlfuncs.pricing.contract import Billed, Charge, Counted, PartUnits, Row, Service, quantity_of
from xlfuncs.pricing.counting import decide_purchase, describe_left
from xlfuncs.pricing.money import EXACT, ZERO, PriceFunction, to_cents
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import Cause, Outcome
from xlfuncs.pricing.precedence import REFUSALS, EffectiveRow, charge_of, is_undated
from xlfuncs.pricing.price_book import Answer, PriceBook
from xlfuncs.pricing.segments import TierChain, Verdict, own_price_function
from xlfuncs.pricing.wording import (
    BILLED,
    cite,
    cite_all,
    describe_part_units,
    describe_row,
    format_amount,
    format_conditions,
    format_money,
    format_nothing_before,
    format_number,
    format_period,
    format_quantities,
    format_quantity,
    format_range,
    format_source,
    format_statement,
    format_terms,
    format_through,
    format_window,
)

MOST_NAMED = 4
"""Rows named one by one; the rest are counted."""

MOST_IN_A_CELL = 2
"""Rows that gave way which a cell names; of more the best, and how many there are."""

MOST_TIERS = 12
"""Tiers that are multiplied out one by one."""


class Line(NamedTuple):
    """A labelled line of an explanation."""

    label: str
    text: str


def explain_in_lines(book: PriceBook, answer: Answer) -> list[Line]:
    """The answer in labelled lines, those left out that have nothing to say.

    >>> from xlfuncs.pricing.contract import Contract
    >>> from xlfuncs.pricing.price_book import Question
    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3))
    >>> book = PriceBook(Contract("", "", (Service("IPs", "IPs"),), (row,), "USD"))
    >>> for line in explain_in_lines(book, book.answer(Question(Decimal(7), date(2024, 1, 1)))):
    ...     print(f"{line.label}: {line.text}")
    Asked: 7 IPs, purchased on 2024-01-01
    Price: 21.00 USD
    Because: Agreement (3.00 each for 1 or more IPs)
    Arithmetic: 7 x 3.00 = 21.00
    """
    is_priced = answer.outcome is Outcome.PRICE
    is_known = answer.outcome is Outcome.NO_PRICE
    reason = _reason(answer)
    price = _amount(answer) if is_priced else "none" if is_known else answer.outcome.value
    gave_way = [*_in_place_of(answer, in_full=True), *_other_days(answer)]
    otherwise = (
        book.answer(answer.question, windows=False) if book.saving(answer.question) else None
    )
    return _lines(
        ("Asked", _asked(answer, book)),
        ("Bought before", _bought_before(answer)),
        ("Price", price),
        ("Because", _because(answer) if is_priced else reason if is_known else ""),
        ("Missing", "" if is_known else reason),
        ("Ask for", _ask_for(answer)),
        ("Wording", _wording(answer)),
        ("In place of", "; ".join(gave_way)),
        ("Arithmetic", _arithmetic(answer, in_full=True)),
        ("Saving", _saving(answer, otherwise) if otherwise else ""),
        ("Assumed", "; ".join(format_assumptions(answer.assumptions))),
        ("Open", "; ".join(_open_in_full(answer, otherwise, book.contract.open_questions))),
        ("Contract", book.contract.name),
    )


def _lines(*labelled: tuple[str, str]) -> list[Line]:
    tidied = (Line(label, " ".join(text.split())) for label, text in labelled)
    return [line for line in tidied if line.text]


def explain(answer: Answer) -> str:
    """The answer in one line for a cell, its outcome in front unless it is a price.

    What is open and what is assumed come last, so that a formula can cut them out.

    >>> from xlfuncs.pricing.contract import Contract
    >>> from xlfuncs.pricing.price_book import Question
    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3))
    >>> book = PriceBook(Contract("", "", (Service("IPs", "IPs"),), (row,), "USD"))
    >>> explain(book.answer(Question(Decimal(7), date(2024, 1, 1))))
    '21.00 USD for 7 IPs: Agreement; 7 x 3.00 = 21.00.'
    """
    if answer.outcome is Outcome.PRICE:
        quantity = f"{_quantity(answer)}{_after(answer)}"
        said = [f"{_amount(answer)} for {quantity}: {_source(answer)}"]
        said += filter(None, [_arithmetic(answer, in_full=False)])
    else:
        said = [f"{answer.outcome.value}: {_reason(answer)}"]
    return _sentence([*said, *_further_clauses(answer, _other_days(answer))])


def format_remark(answer: Answer) -> str:
    """What there is to say beside price, source and outcome, blank where there is nothing.

    Why there is no price, what gave way, what is open, what is assumed. It holds for a whole range
    of questions, so it says nothing of windows on other days.
    """
    return _sentence([*filter(None, [_reason(answer)]), *_further_clauses(answer, [])])


def _sentence(clauses: Sequence[str]) -> str:
    return f"{'; '.join(clauses)}." if clauses else ""


# What was asked, and the price.


def _asked(answer: Answer, book: PriceBook) -> str:
    service = answer.service or Service("")
    unit = service.unit
    if len(book.contract.services) > 1 or service.key != name_key(unit):
        says_unit = unit and service.name.endswith(f" {unit}")
        unit = service.name if says_unit else f"{unit} of {service.name}".lstrip()
    asked = f"{_quantity(answer, unit)}, purchased on {answer.question.purchased}"
    return "; ".join([asked, *_documents(answer)])


def _documents(answer: Answer) -> Iterator[str]:
    """By which day documents were known, and through which number they count."""
    if answer.question.known_on:
        later = dict.fromkeys(map(_signed, answer.signed_later))
        before = f", before {_listed(list(later))}" if later else ""
        yield f"as known on {answer.question.known_on}{before}"
    if answer.price_list is not None and answer.price_list.through is not None:
        yield format_through(answer.price_list.through)


def _signed(row: Row) -> str:
    """A document and its date of signing, which may be assumed."""
    is_assumed = any("signed" in fields for fields, _ in row.assumed)
    return f"{row.title} (signed {row.signed}{', assumed' if is_assumed else ''})"


def _quantity(answer: Answer, unit: str | None = None) -> str:
    """The quantity in the words of the contract, as counted, with its own unit or another one."""
    if answer.extent:
        return "these units"
    asked, service = answer.question.quantity, answer.service
    quantity = asked if answer.counted_quantity is None else answer.counted_quantity
    text = format_quantity(quantity, _unit(answer) if unit is None else unit)
    if quantity == asked or service is None:
        return text
    either = ""
    if service.part_units is PartUnits.NOT_SAID:
        either = f"; {format_quantity(quantity + service.step, service.unit)} cost the same"
    return f"{text} (asked: {format_number(asked)}{either})"


# Bought before: what else of the period decides (rule 10).


def _bought_before(answer: Answer) -> str:
    """What was bought before in which period, and together; blank where purchases do not add up."""
    before, service = answer.question.before, answer.service
    if before is None or service is None or not service.adds_up:
        return ""
    period = "" if service.counted is Counted.NOT_SAID else f" in {_period(answer)}"
    if not before:
        return f"nothing{period}"
    bought = f"{_before(answer)}{period}"
    return f"{bought}; together {_total(answer)}" if answer.before else bought


def _after(answer: Answer) -> str:
    """The same as a cell needs it, of a price; blank where it makes no difference."""
    before, service = answer.question.before, answer.service
    if before is None or service is None or service.counted in (Counted.PURCHASE, Counted.NOT_SAID):
        return ""
    if not before:
        return f", with none bought before in {_period(answer)}"
    return f" after {_before(answer)} in {_period(answer)} (together {_total(answer)})"


def _period(answer: Answer) -> str:
    return format_period(answer.service or Service(""), answer.period)


def _before(answer: Answer) -> str:
    """The quantity bought before, as counted."""
    asked = answer.question.before or ZERO
    service = answer.service
    if service is None or not answer.before:
        return format_quantity(asked, _unit(answer))
    counted = quantity_of(answer.before, service)
    said = format_quantity(counted, service.unit)
    return said if counted == asked else f"{said} (asked: {format_number(asked)})"


def _total(answer: Answer) -> str:
    """What was bought before and the quantity, together."""
    steps, service = answer.steps or 0, answer.service or Service("")
    return format_quantity(quantity_of(answer.before + steps, service), service.unit)


def _fitting(answer: Answer) -> str:
    """The quantity for which rows are looked for: the total, where purchases add up."""
    if not answer.before or answer.extent:
        return _quantity(answer)
    return f"{_total(answer)} ({_quantity(answer)} after {_before(answer)})"


def _day(answer: Answer) -> str:
    return "that day" if answer.extent else answer.question.purchased.isoformat()


def _unit(answer: Answer) -> str:
    return answer.service.unit if answer.service else ""


def _currency(answer: Answer) -> str:
    return answer.price_list.currency if answer.price_list else ""


def _amount(answer: Answer) -> str:
    billed = answer.service.billed if answer.service else None
    return format_amount(answer.price or ZERO, _currency(answer), billed)


def _saving(answer: Answer, otherwise: Answer) -> str:
    """What purchase windows save, and against what there would be otherwise."""
    saving = (otherwise.price or ZERO) - (answer.price or ZERO)
    against = f"{format_money(otherwise.price or ZERO)} ({cite_all(otherwise.principal)})"
    amount = format_amount(abs(saving), _currency(answer))
    return (
        f"{amount} compared with {against}" if saving > 0 else f"none: {amount} more than {against}"
    )


# Because: the rows that decide.


def _because(answer: Answer) -> str:
    """The rows that decide, with what they state."""
    unit = _unit(answer)
    discounts, principal, tiers = _ranked(answer)
    rows = [f"{cite(row)} ({describe_row(row, unit)})" for row in (*discounts, principal)]
    return ", taken off ".join([*rows[:-1], f"{rows[-1]}{_on_top_of(tiers, principal)}"])


def _source(answer: Answer) -> str:
    """The rows that decide, as short as a cell needs it."""
    discounts, principal, tiers = _ranked(answer)
    said = [format_source(row, format_statement(row)) for row in discounts]
    return ", taken off ".join([*said, f"{format_source(principal)}{_on_top_of(tiers, principal)}"])


def _ranked(answer: Answer) -> tuple[tuple[Row, ...], Row, tuple[Row, ...]]:
    """The discount if there is one, the row that it is taken off, and the tiers below that."""
    number = 0 if answer.verdict.before_discount is None else 1
    decided = tuple(effective.row for effective in answer.verdict.all_decided)
    discounts, (principal, *tiers) = decided[:number], decided[number:]
    return discounts, principal, tuple(tiers)


def _on_top_of(tiers: Sequence[Row], principal: Row) -> str:
    """The tiers below the one that decides, without a title that is said already."""
    places = dict.fromkeys(format_source(row) for row in tiers)
    places.pop(format_source(principal), None)
    named = [place.removeprefix(f"{principal.title}, ") for place in places]
    return f", on top of {_listed(_first(named))}" if named else ""


def _wording(answer: Answer) -> str:
    """The words of the document in the rows that decide."""
    quoted = dict.fromkeys(f'"{row.source}"' for row in answer.principal if row.source)
    return "; ".join(quoted)


# In place of: the rows that gave way.


def _in_place_of(answer: Answer, *, in_full: bool) -> list[str]:
    """The rows that gave way, what they state and where; in full also those without a price."""
    displaced = [(row, charge_of(row, answer.question.known_on)) for row in answer.displaced]
    if not in_full:
        displaced = [(row, charge) for row, charge in displaced if charge not in REFUSALS]
    most = MOST_NAMED
    if not in_full and len(displaced) > MOST_IN_A_CELL:
        most = 1
    said = [_gave_way(row, charge) for row, charge in displaced[:most]]
    if len(displaced) > most:
        said.append(f"{len(displaced) - most} more")
    if answer.replaced:
        titles = list(dict.fromkeys(row.title for row in answer.replaced))
        said.append(f"{_listed(_first(titles))} (replaced by a later document)")
    return said


def _gave_way(row: Row, charge: Charge) -> str:
    if charge is Charge.NOT_ON_FILE:
        return f"a price not on file ({cite(row)})"
    return f"{format_statement(row)} ({', '.join([cite(row), *format_conditions(row)])})"


def _other_days(answer: Answer) -> list[str]:
    """The rows with a price that would decide on other days: the last before, the next after."""
    over, to_come = (
        (each for each in windows if each.charge not in REFUSALS)
        for windows in answer.find_windows()
    )
    return describe_other_days(over, to_come)


def describe_other_days(over: Iterator[EffectiveRow], to_come: Iterator[EffectiveRow]) -> list[str]:
    """The first row of which the purchase window is over, and the first to come, in words."""
    return [
        f"{format_statement(each.row)} {verb} {format_window(each.row)} ({cite(each.row)})"
        for verb, windows in (("was", over), ("is", to_come))
        for each in islice(windows, 1)
    ]


# Arithmetic: how a price comes about that is not simply printed.


def _arithmetic(answer: Answer, *, in_full: bool) -> str:
    """How the price is calculated, in full tier by tier; blank where it is printed."""
    verdict, quantity, price = answer.verdict, answer.counted_quantity, answer.price
    if verdict.price_function is None or quantity is None or price is None:
        return ""
    if answer.taken_off is not None:
        begin, before = _difference(answer, answer.taken_off, in_full=in_full)
        steps: list[str] = []
    else:
        before = verdict.before_discount or verdict.price_function
        begin, steps = _by_rows(answer, before, quantity, in_full=in_full)
    is_calculated = bool(steps) or answer.taken_off is not None
    if verdict.before_discount is not None:
        percent = answer.decided[0].percent or ZERO
        left = before.less(percent)
        taken = f"less {format_number(percent)} percent"
        steps.append(f"{taken} = {format_money(left.at(quantity))}")
        if left.at(quantity) != verdict.price_function.at(quantity):
            steps.append(_bound(left, verdict.price_function, quantity))
    if verdict.price_function.at(quantity) != price:
        steps.append(f"rounded to {format_money(price)}")
    free = verdict.before_bounds or before
    return ", ".join([begin, *steps]) if is_calculated or steps or free.rate else ""


def _by_rows(
    answer: Answer, before: PriceFunction, quantity: Decimal, *, in_full: bool
) -> tuple[str, list[str]]:
    """What rows give without a discount, and the bound that holds it, if one does."""
    free = answer.verdict.before_bounds or before
    begin = format_money(free.at(quantity))
    if free.rate:
        begin = f"{_sum(answer, free, quantity, in_full=in_full)} = {begin}"
    is_held = answer.verdict.before_bounds is not None
    return begin, [_bound(free, before, quantity)] if is_held else []


def _difference(answer: Answer, taken_off: Verdict, *, in_full: bool) -> tuple[str, PriceFunction]:
    """The price of the total less that of what was bought before, without a discount.

    And what that is as a price function of the quantity.
    """
    sides = [
        _undiscounted(answer, verdict, steps)
        for verdict, steps in (
            (_verdict_of_total(answer), answer.total_steps),
            (taken_off, answer.before),
        )
    ]
    amounts: list[Decimal] = []
    said: list[str] = []
    for each in sides:
        function, counted = each.verdict.price_function, each.counted_quantity or ZERO
        if function is not None:
            begin, steps = _by_rows(each, function, counted, in_full=in_full)
            amounts.append(function.at(counted))
            costs = ", ".join([begin, *steps]) if in_full else format_money(amounts[-1])
            said.append(f"{costs} for {format_number(counted)}")
    difference = EXACT.subtract(amounts[0], amounts[1])
    text = f"{', less '.join(said)} = {format_money(difference)}"
    if in_full:
        taken = f"{format_money(amounts[0])} - {format_money(amounts[1])}"
        text = f"{'; '.join(said)}; {taken} = {format_money(difference)}"
    return text, PriceFunction(difference)


def _verdict_of_total(answer: Answer) -> Verdict:
    """What decides the total as if it were bought at once."""
    if answer.price_list is None or answer.total_steps is None:
        return answer.verdict
    day = answer.question.purchased.toordinal()
    return answer.price_list.segment_on(day, answer.total_steps).verdict


def _undiscounted(answer: Answer, verdict: Verdict, steps: int | None) -> Answer:
    """The answer to a purchase of so many steps by itself, without a discount."""
    if verdict.before_discount is not None:
        verdict = verdict._replace(
            decided=verdict.decided[1:],
            price_function=verdict.before_discount,
            before_discount=None,
        )
    return answer._replace(verdict=verdict, steps=steps, before=0, taken_off=None)


def _bound(free: PriceFunction, held: PriceFunction, quantity: Decimal) -> str:
    """The minimum or maximum at which a price is held."""
    bound = "minimum" if free.at(quantity) < held.at(quantity) else "maximum"
    return f"{bound} {format_money(held.at(quantity))}"


def _sum(answer: Answer, function: PriceFunction, quantity: Decimal, *, in_full: bool) -> str:
    """The products that make up a price, from the lowest tier up where they are known."""
    tiers = answer.verdict.tiers
    if tiers is not None and in_full:
        found = _sum_of_tiers(answer, tiers, function, quantity)
        if found:
            return " + ".join(found)
    _, principal, _ = _ranked(answer)
    said = _product(principal, function, quantity)
    return f"{format_money(function.fixed)} + {said}" if function.fixed else said


def _product(row: Row, function: PriceFunction, quantity: Decimal) -> str:
    units = format_number(quantity - function.above)
    if row.per > 1 and row.unit_price is not None and row.price_of_one == function.rate:
        return f"{units} x {format_money(row.unit_price)} / {row.per:,}"
    return f"{units} x {format_money(function.rate)}"


def _sum_of_tiers(
    answer: Answer, tiers: TierChain, function: PriceFunction, quantity: Decimal
) -> list[str]:
    """Each tier multiplied out, the lowest first; empty where the price list does not show them."""
    said: list[str] = []
    tier: TierChain | None = tiers
    while tier is not None:
        if len(said) == MOST_TIERS:
            return []
        said.append(
            _product(tier.row.row, function, quantity)
            if function.rate
            else format_money(function.fixed)
        )
        below = tier.below
        if not function.rate or (below is None and not function.fixed):
            break
        if below is None:  # a tier that begins with a price of its own
            said.append(format_money(function.fixed))
            break
        found = _function_of(answer, below)
        if found is None or found.at(function.above) != function.fixed:
            return []
        tier, function, quantity = below, found, function.above
    return said[::-1]


def _function_of(answer: Answer, tiers: TierChain) -> PriceFunction | None:
    """The price function of some tiers on the day of the answer, None where no segment has it."""
    if tiers.below is None and tiers.row.charge is not Charge.GRADUATED:
        return own_price_function(tiers.row)
    if answer.price_list is None:
        return None
    period = answer.price_list.period_on(answer.question.purchased.toordinal())
    verdicts = (segment.verdict for segment in period.segments)
    found = next((verdict for verdict in verdicts if verdict.tiers is tiers), None)
    if found is None:
        return None
    return found.before_bounds or found.before_discount or found.price_function


# Why there is no price: a sentence for each cause (rules 4 and 9).


def _reason(answer: Answer) -> str:
    """Why there is no price, blank where there is one."""
    if answer.verdict.missing is not None:
        return _tier_missing(answer)
    sentence = REASONS.get(answer.cause)
    return sentence(answer) if sentence else ""


def _withdrawn(answer: Answer) -> str:
    row = answer.decided[-1]
    return f"{format_terms(row, _unit(answer))} {_takes_away(row)}{_remark(row)}"


def _takes_away(row: Row) -> str:
    """What a withdrawn row does to a price; the agreement's own can only offer none."""
    return "withdraws the price" if row.document else "offers none"


def _remark(row: Row) -> str:
    note = row.note.strip().rstrip(".")
    return f" ({note})" if note else ""


def _not_on_file(answer: Answer) -> str:
    known_on = answer.question.known_on
    return _missing_figure(answer.verdict.decided[-1], _unit(answer), known_on)


def _missing_figure(effective: EffectiveRow, unit: str, known_on: date | None) -> str:
    """What a row that counts as not on file lacks."""
    row = effective.row
    if row.charge is Charge.NOT_ON_FILE:
        return f"{format_terms(row, unit)} is not on file{_remark(row)}"
    if row.missing_figures:
        lacks = " and no ".join(field.replace("_", " ") for field in row.missing_figures)
        return f"{format_terms(row, unit)} states no {lacks}{_remark(row)}"
    if is_undated(row):
        whose = f"the price table of {row.title}" if row.document == 0 else row.title
        signed = f", signed {row.signed}," if row.signed and row.document else ""
        return f"the effective date of {whose}{signed} is not on file"
    if charge_of(row, known_on) is Charge.NOT_ON_FILE:
        return f"the date on which {row.title} was signed is not on file"
    return f"a later document replaces {row.title}, from a day that is not on file"


def _nothing_to_discount(answer: Answer) -> str:
    discount, *others = answer.decided
    off = f"{format_number(discount.percent or ZERO)} percent off"
    why = f": {cite(others[0])} {_takes_away(others[0])}" if others else ""
    terms = format_terms(discount, _unit(answer))
    return f"{terms} takes {off}, but {_fitting(answer)} have no price to take it off{why}"


def _tied(answer: Answer) -> str:
    conflict = _conflict(answer.verdict.decided)
    return f"{_fitting(answer)} fall under {conflict}, and nothing says which prevails"


def _conflict(rows: Sequence[EffectiveRow]) -> str:
    tied = [row for row in rows if row.rank == rows[-1].rank]
    named = [f"{cite(row.row)} ({_stated(row)})" for row in tied[:MOST_NAMED]]
    more = [f"{len(tied) - MOST_NAMED} more rows"] if len(tied) > MOST_NAMED else []
    return " and under ".join([*named, *more])


def _stated(row: EffectiveRow) -> str:
    return (
        Charge.NOT_ON_FILE.value if row.charge is Charge.NOT_ON_FILE else format_statement(row.row)
    )


def _between_quantities(answer: Answer) -> str:
    nearest = [_range(row.row, answer) for row in answer.in_quantity if row]
    return f"no row prices {_fitting(answer)}, between {' and '.join(nearest)}"


def _range(row: Row, answer: Answer) -> str:
    return f"{format_quantities(row, _unit(answer))} ({cite(row)})"


def _between_days(answer: Answer) -> str:
    return f"no row prices {_fitting(answer)} on {_day(answer)}: {_nearest_days(answer)}"


def _outside(answer: Answer) -> str:
    smaller, larger = answer.in_quantity
    nearest = smaller or larger
    if nearest:
        side = "largest" if smaller else "smallest"
        found = f"the {side} range that day is {_range(nearest.row, answer)}"
    else:
        found = _nearest_days(answer) or "no row covers this quantity on any day"
    return f"no row prices {_fitting(answer)} on {_day(answer)}: {found}"


def _nearest_days(answer: Answer) -> str:
    earlier, later = answer.in_time
    days = []
    if earlier:
        days.append(f"{cite(earlier.row)} applies through {date.fromordinal(earlier.until)}")
    if later:
        days.append(f"{cite(later.row)} applies from {date.fromordinal(later.since)}")
    return " and ".join(days)


def _tier_missing(answer: Answer) -> str:
    service, missing = answer.service or Service(""), answer.verdict.missing
    if missing is None:
        return ""
    unit, step = service.unit, service.step
    summed = next(row for row in answer.decided if row.charge is Charge.GRADUATED)
    below = format_range(
        missing.first * step, missing.last * step if missing.is_bounded else None, unit
    )
    why = _why_missing(missing.verdict, unit, answer.question.known_on)
    if missing.last == 0:
        return f"{cite(summed)} adds to what {format_quantity(ZERO, unit)} cost: {why}"
    return (
        f"{cite(summed)} adds up tiers, and {below} below {_fitting(answer)} have no price: {why}"
    )


def _why_missing(verdict: Verdict, unit: str, known_on: date | None) -> str:
    if not verdict.decided:
        return "no tier covers them"
    if len(verdict.decided) > 1:
        return f"they fall under {_conflict(verdict.decided)}"
    [effective] = verdict.decided
    if verdict.cause is Cause.WITHDRAWN:
        return f"{cite(effective.row)} {_takes_away(effective.row)}"
    return _missing_figure(effective, unit, known_on)


def _part_units(answer: Answer) -> str:
    return describe_part_units(_quantity(answer), (answer.service or Service("")).step)


def _is_counted_either_way(answer: Answer) -> bool:
    return answer.service is not None and answer.service.counted is Counted.NOT_SAID


def _counting_not_said(answer: Answer) -> str:
    quantity, silent = _quantity(answer), "the contract does not say how purchases add up"
    before = answer.question.before
    if before is None:
        return f"{silent}, and what was bought before would change what {quantity} cost"
    if answer.price_list is None or answer.service is None or answer.steps is None:
        return silent
    day = answer.question.purchased.toordinal()
    decisions = (
        decide_purchase(answer.price_list.period_on(day), answer.steps, count, answer.service)
        for count in (0, answer.before)
    )
    costs = [_format_cost(each.cost(answer.service)) for each in decisions]
    after = f"{costs[1]} after {_before(answer)}"
    return f"{silent}: {quantity} cost {costs[0]} by themselves and {after}"


def _format_cost(cost: Decimal | Outcome) -> str:
    if isinstance(cost, Decimal):
        return format_money(cost)
    return "nothing determinable" if cost is Outcome.NOT_DETERMINABLE else "nothing offered"


def _over_limit(answer: Answer) -> str:
    service = answer.service or Service("")
    if answer.extent or not service.adds_up:
        limit = format_quantity(service.limit or ZERO, service.unit)
        return f"{_quantity(answer)} go beyond the limit of {limit}{ONE_PERIOD[service.counted]}"
    left = describe_left(answer.before, service, answer.period)
    return f"{_quantity(answer)} go beyond the limit: {left}"


ONE_PERIOD = {
    Counted.PURCHASE: " in one purchase",
    **{
        each: f" in one {each.value}"
        for each in (Counted.MONTH, Counted.QUARTER, Counted.YEAR, Counted.CONTRACT_YEAR)
    },
    Counted.TERM: " in the term",
    Counted.NOT_SAID: "",
}
"""In what a limit holds."""


def _not_for_further(answer: Answer) -> str:
    terms = [format_terms(row, _unit(answer)) for row in answer.principal]
    return (
        f"{' on top of '.join(terms)} prices {_total(answer)} bought at once, and does not say "
        f"what {_quantity(answer)} cost after {_before(answer)}"
    )


def _before_not_priced(answer: Answer) -> str:
    taken_off = _as_bought_before(answer)
    taken = f"the price of the {_before(answer)} bought before is taken off"
    return f"{taken}, and there is none: {_reason(taken_off)}"


def _as_bought_before(answer: Answer) -> Answer:
    """The answer to the quantity bought before, by itself."""
    verdict, service = answer.taken_off or answer.verdict, answer.service or Service("")
    question = answer.question._replace(quantity=quantity_of(answer.before, service), before=None)
    return answer._replace(
        question=question, verdict=verdict, steps=answer.before, before=0, taken_off=None
    )


def _before_costs_more(answer: Answer) -> str:
    total, before = (
        format_money(_undiscounted(answer, verdict, steps).price or ZERO)
        for verdict, steps in (
            (_verdict_of_total(answer), answer.total_steps),
            (answer.taken_off or answer.verdict, answer.before),
        )
    )
    return (
        f"the {_before(answer)} bought before cost {before}, more than the {total} of "
        f"{_total(answer)} together"
    )


REASONS: dict[Cause, Callable[[Answer], str]] = {
    Cause.WITHDRAWN: _withdrawn,
    Cause.OUTSIDE: _outside,
    Cause.PART_UNITS: _part_units,
    Cause.NOT_ON_FILE: _not_on_file,
    Cause.TIED: _tied,
    Cause.BETWEEN_QUANTITIES: _between_quantities,
    Cause.BETWEEN_DAYS: _between_days,
    Cause.NOTHING_TO_DISCOUNT: _nothing_to_discount,
    Cause.OVER_LIMIT: _over_limit,
    Cause.COUNTING_NOT_SAID: _counting_not_said,
    Cause.NOT_FOR_FURTHER: _not_for_further,
    Cause.BEFORE_NOT_PRICED: _before_not_priced,
    Cause.BEFORE_COSTS_MORE: _before_costs_more,
}
"""The causes but for a missing tier, whose sentence is made from that tier."""


# Ask for: what would make an answer determinable, and who has it.

BY_THE_PARTIES = "agreed in writing by the parties"

TO_BE_AGREED = {
    Cause.PART_UNITS: "how part units count",
    Cause.NOTHING_TO_DISCOUNT: "the price that the discount is taken off",
    Cause.COUNTING_NOT_SAID: "how purchases add up",
    Cause.NOT_FOR_FURTHER: "what a further purchase costs",
    Cause.BEFORE_COSTS_MORE: "what a further purchase costs",
}
"""What would settle an answer that no document on file can."""


def _ask_for(answer: Answer) -> str:
    """The document and page to ask for, or what the parties would settle; blank of other outcomes.

    Where the contract offers no price nothing is missing.
    """
    if answer.outcome is not Outcome.NOT_DETERMINABLE:
        return ""
    if answer.cause is Cause.BEFORE_NOT_PRICED:
        return _ask_for(_as_bought_before(answer)) or f"what was paid before, {BY_THE_PARTIES}"
    if answer.cause in TO_BE_AGREED:
        return f"{TO_BE_AGREED[answer.cause]}, {BY_THE_PARTIES}"
    missing = answer.verdict.missing
    verdict = missing.verdict if missing else answer.verdict
    if verdict.cause is Cause.NOT_ON_FILE:
        return _document_to_find(verdict.decided[-1].row, answer.question.known_on)
    if verdict.cause is Cause.TIED:
        return f"which of these rows prevails, {BY_THE_PARTIES}"
    return f"a price for {'them' if missing else _fitting(answer)}, {BY_THE_PARTIES}"


def _document_to_find(row: Row, known_on: date | None) -> str:
    """The document that would show what a row lacks."""
    if row.charge is Charge.NOT_ON_FILE or row.missing_figures:
        return cite(row)
    if is_undated(row):
        return f"a copy of {row.title} that shows its effective date"
    if charge_of(row, known_on) is Charge.NOT_ON_FILE:
        return f"a copy of {row.title} that shows when it was signed"
    return f"a copy of the document that replaces {row.title}, with its effective date"


# What is open, and what is assumed.


def _further_clauses(answer: Answer, other_days: Sequence[str]) -> list[str]:
    """What gave way, which documents count, what is open, what is assumed."""
    gave_way = _in_place_of(answer, in_full=False)
    clauses = [f"in place of {_listed(gave_way)}"] if gave_way else []
    clauses += [*other_days, *_documents(answer)]
    said = [f"{_listed(whats)} of {title} not on file" for title, whats in _unstated(answer)]
    said += [f"printed total is not {product}" for _, product in _printed_otherwise(answer)]
    said += _drafts(answer)
    if said:
        clauses.append(f"open: {', '.join(said)}")
    if answer.assumptions:
        clauses.append(f"assumed: {', '.join(_assumed_in_short(answer.assumptions))}")
    return clauses


def _unstated(answer: Answer) -> list[tuple[str, list[str]]]:
    """The documents of which a date or an end is not on file, each with what."""
    by_title: dict[str, list[str]] = {}
    for what, title in answer.unstated:
        by_title.setdefault(title, []).append(what)
    return list(by_title.items())


def _open_in_full(answer: Answer, otherwise: Answer | None, questions: Sequence[str]) -> list[str]:
    """What is open, also of the price that a saving is against, and in the contract as a whole."""
    said = [
        f"the {_listed(whats)} of {title} {'are' if len(whats) > 1 else 'is'} not on file"
        for title, whats in _unstated(answer)
    ]
    billed = answer.service.billed if answer.service else None
    if answer.outcome is Outcome.PRICE and billed is Billed.NOT_ON_FILE:
        said.append(f"the {BILLED[billed].replace(' not', ' is not')}")
    if answer.outcome is Outcome.PRICE and _is_counted_either_way(answer):
        said.append(
            "the contract does not say how purchases add up, and this price is the same either way"
        )
    said += (
        f"the printed total {total} does not equal {product}; the printed total is the price"
        for total, product in _printed_otherwise(answer)
    )
    said += (
        f"the saving is against the printed total {total}, which is not {product}"
        for total, product in (_printed_otherwise(otherwise) if otherwise else ())
    )
    said += _drafts(answer)
    if questions:
        asked = "1 open question" if len(questions) == 1 else f"{len(questions)} open questions"
        said.append(f"the contract has {asked}")
    return said


def _printed_otherwise(answer: Answer) -> Iterator[tuple[str, str]]:
    """The total that the row which decides prints, and what its unit price comes to instead."""
    for row in answer.principal[:1]:
        each, quantity = row.price_of_one, row.quantity_from
        is_package = row.charge is Charge.PACKAGE and row.quantity_to == quantity
        if is_package and row.price is not None and each:
            product = EXACT.multiply(quantity, each)
            if to_cents(product) != row.price:
                times = f"{format_number(quantity)} x {format_money(each)}"
                yield format_money(row.price), f"{times} = {format_money(product)}"


def _drafts(answer: Answer) -> list[str]:
    places = list(dict.fromkeys(cite(row) for row in answer.drafts))
    if not places:
        return []
    verbs = ("have", "do") if len(places) > 1 else ("has", "does")
    named = _listed(_first(places))
    return [f"{named} {verbs[0]} no date signed or effective date and {verbs[1]} not count"]


FIELDS_IN_WORDS = {
    "signed": "the date signed",
    "effective": "the effective date",
    "ends": "the end date",
    "purchased_from": "the first purchase date",
    "purchased_through": "the last purchase date",
    "document": "the number",
    "charge": "the pricing method",
    "percent": "the discount percent",
    "minimum": "the minimum charge",
    "maximum": "the maximum charge",
    "increase": "the rise",
}
"""Fields that explanations and findings call otherwise."""

OF_DOCUMENTS = frozenset({"signed", "effective", "ends", "document"})
"""The fields that a document has for all of its rows."""


def format_assumptions(assumed: Iterable[Row]) -> list[str]:
    """What is assumed and why: the fields, and the document or row that they are of, each once.

    >>> from xlfuncs.pricing.contract import Assumption
    >>> row = Row(2, "Amendment 2", "IPs", Decimal(1), None, Charge.PACKAGE, clause="1.A",
    ...           effective=date(2024, 1, 1),
    ...           assumed=(Assumption(("effective",), "blurred"), Assumption(("price",), "a note")))
    >>> format_assumptions([row])
    ['effective date of Amendment 2: 2024-01-01 (blurred)', 'price of Amendment 2, 1.A (a note)']
    """
    said = (
        f"{each.fields} of {each.of}{each.value and f': {each.value}'} ({each.why})"
        for each in _assumed(assumed)
    )
    return list(dict.fromkeys(said))


def _assumed_in_short(assumed: Iterable[Row]) -> list[str]:
    """What is assumed, without why: the fields, and all documents and rows that they are of."""
    by_fields: dict[str, dict[str, None]] = {}
    for each in _assumed(assumed):
        by_fields.setdefault(each.fields, {})[each.of] = None
    return [f"{fields} of {_listed(list(of))}" for fields, of in by_fields.items()]


class Assumed(NamedTuple):
    """Fields of a document or row that are assumed, their value if it is the same one, and why."""

    fields: str
    of: str
    value: str
    why: str


def _assumed(assumed: Iterable[Row]) -> Iterator[Assumed]:
    for row in assumed:
        for fields, why in row.assumed:
            for is_shared in (True, False):
                chosen = [field for field in fields if (field in OF_DOCUMENTS) is is_shared]
                if chosen:
                    named = [
                        FIELDS_IN_WORDS.get(field, field.replace("_", " ")).removeprefix("the ")
                        for field in chosen
                    ]
                    values = {_value(getattr(row, field)) for field in chosen}
                    value = values.pop() if len(values) == 1 else ""
                    of = row.title if is_shared else cite(row)
                    yield Assumed(_listed(named), of, value, why.strip().rstrip("."))


def _value(value: Any) -> str:
    """What is entered in a field, blank where there is nothing or its words would be of no use."""
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, Charge):
        return value.value
    return value.isoformat() if isinstance(value, date) else ""


# Lists in words.


def _first(names: Sequence[str]) -> list[str]:
    """The first names, and how many more there are."""
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return [*names[:MOST_NAMED], *more]


def _listed(names: Sequence[str]) -> str:
    """Names with commas, and "and" before the last."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


# What is said below a table of answers.


def list_remarks(answers: Iterable[Answer]) -> list[str]:
    """What all answers of a table depend on, each once: nothing bought before, open, assumed."""
    every = list(answers)
    return [*_list_counted(every), *_list_unstated(every), *list_assumptions(every)]


def list_assumptions(answers: Iterable[Answer]) -> Iterator[str]:
    """The assumptions behind the answers in a table, each once."""
    rows = dict.fromkeys(row for each in answers for row in each.assumptions)
    yield from (f"assumed: {assumption}" for assumption in format_assumptions(rows))


def _list_unstated(answers: Iterable[Answer]) -> Iterator[str]:
    """The days behind the answers in a table that are not on file, each once."""
    unstated = dict.fromkeys(what for each in answers for what in each.unstated)
    yield from (f"open: {what} is not on file" for what in unstated)


def _list_counted(answers: Iterable[Answer]) -> Iterator[str]:
    """What was bought before where the purchases of a service in a table add up: nothing."""
    services = dict.fromkeys(each.service for each in answers if each.service)
    yield from (format_nothing_before(service) for service in services if service.adds_up)

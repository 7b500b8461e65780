"""Audits of lines as a ledger might have them, summed up here one by one and not by a database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from xlfuncs.ledgers.audit import (
    UNNAMED,
    Amounts,
    Audit,
    Breakdown,
    By,
    Cause,
    Group,
    LedgerLine,
    Listed,
    Skipped,
)
from xlfuncs.pricing.contract import Charge, Contract, Row, Service
from xlfuncs.pricing.outcomes import Outcome

MADE = date(2026, 11, 22)
PRICE, BAD = Outcome.PRICE.value, Outcome.BAD_INPUT.value
TITLES = ("Agreement", "Amendment 1", "Amendment 2")
ROWS = tuple(
    Row(
        number,
        title,
        "Scans",
        Decimal(1),
        None,
        Charge.PER_UNIT,
        unit_price=Decimal("2.75"),
        effective=date(2013, 11, 15) if number else None,
    )
    for number, title in enumerate(TITLES)
)
CONTRACT = Contract(
    "Scanning for the State",
    "ACME",
    (Service("Scans"), Service("Audits")),
    ROWS,
    "USD",
    ("Acme Inc.", "The State"),
)
SOURCES = ("Agreement, page 9", "Amendment 1, section 2 *; Agreement, page 9", "Amendment 2")
CHARGES = ("", "price before Amendment 1", "price of the next tier or tax of 8.25%", "tax of 8.25%")
VENDORS = ("", "Acme Inc.", "ACME INC.", ">0", "*")


def line_of(
    line: int = 2,
    price: str | None = "275.00",
    difference: str | None = "1.00",
    *,
    is_credit: bool = False,
    **stated: object,
) -> LedgerLine:
    """A line paid by a difference above its price; of a credit, as much is paid back."""
    due = None if price is None else Decimal(price)
    paid = None if difference is None else (due or Decimal()) + Decimal(difference)
    given: dict[str, object] = {
        "reference": f"PO-{line}",
        "purchased": date(2013, 11, 15) + timedelta(line % 300),
        "service": "Scans",
        "quantity": Decimal(-100 if is_credit else 100),
        "source": SOURCES[0] if price else "",
        **stated,
    }
    if is_credit and paid is not None:
        paid = -paid
    return with_groups(LedgerLine(line, paid, due, **given))  # type: ignore[arg-type]


def with_groups(line: LedgerLine) -> LedgerLine:
    document = line.source.replace(",", ";").partition(";")[0]
    groups = {
        By.CHARGE: line.charged_as or UNNAMED[By.CHARGE],
        By.VENDOR: line.vendor.strip() or UNNAMED[By.VENDOR],
        By.SERVICE: line.service,
        By.DOCUMENT: document,
        By.MONTH: line.purchased.isoformat()[:7] if line.purchased else "",
    }
    return replace(line, groups=groups)


def any_line(random: Random, line: int, most_digits: int = 6) -> LedgerLine:
    """A line of any outcome; a third is paid as the contract says."""
    digits = random.randrange(1, most_digits + 1)
    price = Decimal(random.randrange(10**digits)).scaleb(-2)
    by = Decimal(random.randrange(1, 10 ** random.randrange(1, digits + 1))).scaleb(-2)
    difference = random.choice([Decimal(), by, -min(by, price)])
    is_credit = random.random() < 0.1
    made = line_of(
        line,
        f"{price}",
        f"{difference}",
        is_credit=is_credit,
        file=random.choice(["2013/a.csv", "2014/b.csv"]),
        vendor=random.choice(VENDORS),
        service=random.choice(["Scans", "Audits"]),
        charged_as=random.choice(CHARGES) if difference and not is_credit else "",
        source=random.choice(SOURCES),
        reason=random.choice(["", "displaces 2.75 each of Agreement, page 9"]),
    )
    if random.random() < 0.2:
        outcome = random.choice([each.value for each in Outcome if each is not Outcome.PRICE])
        made = replace(made, outcome=outcome, price=None, charged_as="", reason="why", source="")
    if random.random() < 0.1:
        made = replace(made, paid=None, charged_as="")
    return with_groups(made)


def name_credit(file: str, line: int) -> str:
    """What a credit says that undoes a line."""
    return f"credit for line {line} of {file}" if file else f"credit for line {line}"


def mark_credited(lines: Iterable[LedgerLine], credits: Iterable[LedgerLine]) -> list[LedgerLine]:
    """The lines, with those marked of which a credit says that it undoes them."""
    labels = {each.charged_as for each in credits}
    return [
        replace(each, is_credited=name_credit(each.file, each.line) in labels) for each in lines
    ]


def audit_of(
    lines: Iterable[LedgerLine],
    *,
    credits: Sequence[LedgerLine] = (),
    skipped: Sequence[Skipped] = (),
    causes: dict[tuple[str, int], str] | None = None,
    most_listed: int = 10_000,
    most_over: int | None = None,
    most_groups: int = 500,
    contract: Contract = CONTRACT,
) -> Audit:
    """All that is said of these purchases and credits; `causes` are by file and line."""
    purchases = mark_credited(lines, credits)
    compared = [each for each in purchases if each.outcome == PRICE and each.paid is not None]
    over = [each for each in compared if _by(each) > 0]
    under = [each for each in compared if _by(each) < 0]
    uncompared = [each for each in purchases if each.outcome != PRICE or each.paid is None]
    credited = [_by(each) for each in over if each.is_credited]
    days = [each.purchased for each in purchases if each.purchased]
    found: dict[tuple[str, str], list[LedgerLine]] = {}
    for each in uncompared:
        cause = (causes or {}).get((each.file, each.line), "no amount paid is given")
        found.setdefault((each.outcome, cause), []).append(each)
    named = [Cause(*why, len(of), _paid(of)) for why, of in found.items()]
    return Audit(
        (contract,),
        None,
        None,
        ("ledger.csv",),
        lines=len(purchases) + len(credits) + sum(each.lines for each in skipped),
        purchases=len(purchases),
        compared=_amounts(compared),
        over=_listed(over, _by, most_over or most_listed, sum(map(_by, over), Decimal())),
        under=_listed(
            under, lambda line: -_by(line), most_listed, -sum(map(_by, under), Decimal())
        ),
        uncompared=_listed(uncompared, _size, most_listed),
        credits=_listed(credits, _size, most_listed, _sum_credits(credits)),
        causes=tuple(sorted(named, key=lambda each: (-each.lines, each.outcome, each.text))),
        skipped=tuple(skipped),
        breakdowns=tuple(_break_down(compared, over + under, most_groups)),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        paired=sum(each.charged_as.startswith("credit for ") for each in credits),
        credited_lines=len(credited),
        credited=sum(credited, Decimal()),
    )


def _by(line: LedgerLine) -> Decimal:
    return (line.paid or Decimal()) - (line.price or Decimal())


def _size(line: LedgerLine) -> Decimal:
    return Decimal(-1) if line.paid is None else abs(line.paid)


def _paid(lines: Sequence[LedgerLine]) -> Decimal:
    return sum((each.paid or Decimal() for each in lines), Decimal())


def _sum_credits(credits: Sequence[LedgerLine]) -> Decimal:
    both = [(each.paid, each.price) for each in credits]
    return sum((paid + due for paid, due in both if None not in (paid, due)), Decimal())


def _listed(
    lines: Sequence[LedgerLine],
    size: Callable[[LedgerLine], Decimal],
    most: int,
    difference: Decimal = Decimal(),
) -> Listed:
    largest = sorted(lines, key=lambda each: (-size(each), each.file, each.line))[:most]
    prices = sum((each.price or Decimal() for each in lines), Decimal())
    return Listed(tuple(largest), len(lines), _paid(lines), prices, difference)


def _amounts(lines: Sequence[LedgerLine]) -> Amounts:
    over = [_by(each) for each in lines if _by(each) > 0]
    under = [-_by(each) for each in lines if _by(each) < 0]
    price = sum((each.price or Decimal() for each in lines), Decimal())
    sums = (sum(over, Decimal()), sum(under, Decimal()))
    return Amounts(len(lines), _paid(lines), price, len(over), sums[0], len(under), sums[1])


def _break_down(
    compared: Sequence[LedgerLine], wrong: Sequence[LedgerLine], most: int
) -> Iterable[Breakdown]:
    for by in By:
        groups: dict[str, list[LedgerLine]] = {}
        for each in wrong if by is By.CHARGE else compared:
            groups.setdefault(each.groups[by], []).append(each)
        summed = [Group(name, _amounts(of)) for name, of in groups.items()]
        summed.sort(key=lambda each: (-each.amounts.wrong, -each.amounts.paid, each.name))
        rest = summed[most:]
        named = summed[:most]
        if by is By.MONTH:
            named.sort(key=lambda each: each.name)
        if named and [each.name for each in named] != [UNNAMED[By.VENDOR]]:
            yield Breakdown(
                by, tuple(named), len(rest), sum((each.amounts for each in rest), Amounts())
            )

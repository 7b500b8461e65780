"""Random contracts, dense enough for ties, gaps, holes and windows to be ordinary.

A case that fails is shrunk towards what comes first in a list of choices: the simplest is there.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from random import Random
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from xlfuncs.pricing.contract import (
    ALL_BEFORE,
    Billed,
    Charge,
    Contract,
    Counted,
    Increase,
    PartUnits,
    Row,
    Service,
)
from xlfuncs.pricing.price_book import Question

T = TypeVar("T")
Days = dict[str, Any]
"""What all rows of a document say: the days of signing, effect and end, and what it replaces."""

START = date(2020, 2, 1)
DAYS = 30
EARLIER = 20
MOST_STEPS = 24
QUANTITIES = MOST_STEPS + 5
"""So many are asked about, some of them beyond all ranges."""

DOCUMENTS = 5
MONTH = [START + timedelta(day) for day in range(DAYS)]
MONTH_AND_BEFORE = [*MONTH, *(START - timedelta(day) for day in range(1, EARLIER + 1))]


def maybe(chance: float, values: Sequence[T]) -> SearchStrategy[T | None]:
    """One of the values with this probability, otherwise None."""
    blanks = round(len(values) * (1 - chance) / chance)
    return st.sampled_from([None] * blanks + [*values])


days = st.sampled_from(MONTH)
days_and_earlier = st.sampled_from(MONTH_AND_BEFORE)
days_of_knowing = maybe(0.3, MONTH)
counts = st.integers(0, QUANTITIES - 1)

FIRST_COUNTS = st.integers(0, MOST_STEPS)
LENGTHS = st.sampled_from([None] * 12 + [0] * 12 + [*range(1, MOST_STEPS // 2)])
"""How many steps a range has above its first one; None for "or more"."""

SERVICES = st.lists(
    st.tuples(
        st.sampled_from([Decimal(1), Decimal(1), Decimal(1), Decimal(5), Decimal("0.25")]),
        st.sampled_from([*PartUnits, PartUnits.NOT_SAID]),
        maybe(0.3, list(Billed)),
    ),
    min_size=1,
    max_size=2,
)

CHARGES = st.sampled_from([*Charge, Charge.GRADUATED, Charge.PACKAGE, Charge.PER_UNIT])
DOCUMENT_NUMBERS = st.integers(0, DOCUMENTS - 1)
WINDOWS = maybe(0.3, MONTH)
MOSTLY_BEFORE = MONTH_AND_BEFORE + 2 * MONTH_AND_BEFORE[DAYS:]
SIGNED, EFFECTIVE = maybe(0.85, MOSTLY_BEFORE), maybe(0.8, MOSTLY_BEFORE)
ENDS = maybe(0.35, MONTH)
BOTH = ("signed", "effective")
BLANK, UNSTATED = (), (*BOTH, "ends")
NOT_ON_FILE = st.sampled_from(
    [*[(BLANK, BLANK)] * 10, (BOTH, BLANK), (BOTH, BOTH), *[(BLANK, UNSTATED)] * 5]
)
"""The days of a document that are taken away, and those that are not on file where they are blank.
"""

REPLACED = maybe(
    0.4,
    [
        *(2 * [{2: 1}, {3: 1}, {3: 2}, {4: 3}]),
        *({number: other} for number in range(1, DOCUMENTS) for other in range(number)),
        *({number: ALL_BEFORE} for number in range(1, DOCUMENTS)),
        *({number: number - 1 for number in range(first, DOCUMENTS)} for first in (1, 2, 3)),
        *({2: 1, 3: last} for last in (0, 1, 2, ALL_BEFORE)),
        *({1: 0, 2: ALL_BEFORE, 4: last} for last in (0, 1, 2, 3)),
    ],
)
"""Documents with those that they replace."""

CENTS = st.integers(0, 100_000)
RATES, RATE_DECIMALS = st.integers(0, 10**7), st.integers(0, 6)
PERCENTS, PERCENT_DECIMALS = st.integers(0, 400), st.sampled_from([0, 1, 2, 6])
FIGURES = {
    Charge.PACKAGE: ("price",),
    Charge.PER_UNIT: ("unit_price",),
    Charge.GRADUATED: ("unit_price",),
    Charge.ADDITIONAL: ("price", "unit_price"),
    Charge.DISCOUNT: ("percent",),
    Charge.STANDING_DISCOUNT: ("percent",),
}
LACKING = maybe(0.1, ["price", "unit_price", "percent"])
"""A figure that the row does not state, if it is one that the charge needs."""

BESIDES = st.sampled_from(
    [
        *[()] * 18,
        *(("per",), ("minimum",), ("maximum",), ("minimum", "maximum"), ("increases",)),
        *(("effective",), ("per", "increases"), ("per", "minimum"), ("minimum", "increases")),
        *(("per", "minimum", "maximum", "increases"), ("maximum", "increases", "effective")),
    ]
)
"""What a row says besides its figures, if its charge has any; `effective` is a day of its own."""

PER = st.sampled_from([10, 100, 1_000, 1_000_000])
BOUND_COUNTS, BOUND_CENTS = st.integers(0, 2 * MOST_STEPS), st.sampled_from([0, 0, 1])

PERCENTS_RAISED = [
    *(Increase(START, Decimal(each)) for each in ("10", "3", "2.5", "0", "-5", "12.345678")),
    Increase(START, index_change=Decimal("4.2"), cap=Decimal(3)),
    Increase(START, index_change=Decimal("-1.5"), floor=Decimal(0)),
    Increase(START, index_change=Decimal("33.333333"), floor=Decimal(2), cap=Decimal("5.5")),
    Increase(START, index_change=Decimal("1.5")),
    Increase(START),
]


def _series(random: Random) -> tuple[Increase, ...]:
    """Rises from one to three days on."""
    since = sorted(random.sample(MONTH[1:], random.choice([1, 1, 2, 3])))
    return tuple(random.choice(PERCENTS_RAISED)._replace(since=day) for day in since)


INCREASES = st.sampled_from([_series(Random(seed)) for seed in range(200)])
"""One draw in place of ten, for time; the first of them is no simpler than the others."""

ROUNDED = maybe(0.3, range(7))


class RandomContract(Contract):
    """A contract that shows itself as the lines of what it states."""

    __slots__ = ()

    def __repr__(self) -> str:
        said = {
            "name": self.name,
            "currency": self.currency,
            "parties": self.parties,
            "open questions": self.open_questions,
            "not held": self.not_held,
        }
        lines = [f"  {name}: {cell!r}" for name, cell in said.items() if cell]
        lines += map(format_stated, (*self.services, *self.rows, *self.purchases))
        return "\n".join([f"{type(self).__name__}:", *lines])


def format_stated(value: Any) -> str:
    """A service, row or purchase with what it states besides the defaults."""
    stated = (
        f"{field} {_format(cell)}"
        for field, cell in value._asdict().items()
        if field != "place" and (field, cell) not in value._field_defaults.items()
    )
    return f"  {type(value).__name__.lower()}: {', '.join(stated)}"


def _format(cell: Any) -> str:
    if isinstance(cell, Enum):
        return str(cell.value)
    return f"{cell}" if isinstance(cell, (Decimal, date)) else repr(cell)


def draw_figures(draw: DrawFn, charge: Charge) -> dict[str, Decimal]:
    """The figures that a charge needs, of which one in ten rows lacks one."""
    figures: dict[str, Decimal] = {}
    for figure in FIGURES.get(charge, ()):
        if figure == "price":
            figures[figure] = Decimal(draw(CENTS)).scaleb(-2)
        elif figure == "unit_price":
            figures[figure] = Decimal(draw(RATES)).scaleb(-draw(RATE_DECIMALS))
        else:
            figures[figure] = Decimal(draw(PERCENTS)).scaleb(-draw(PERCENT_DECIMALS)) % 100
    if figures:
        figures.pop(draw(LACKING), None)
    return figures


def draw_bounds(draw: DrawFn, row: Row, fields: Iterable[str]) -> Row:
    """The row with a minimum or a maximum, which most of them meet at a quantity asked about."""
    bounds = []
    for _ in fields:
        units = draw(BOUND_COUNTS) * (row.unit_price or Decimal(40)) / row.per
        bound = ((row.price or Decimal(0)) + units).quantize(CENT, ROUND_HALF_UP)
        bounds.append(bound + draw(BOUND_CENTS) * CENT)
    return row._replace(**dict(zip(fields, sorted(bounds), strict=True)))


CENT = Decimal("0.01")


def draw_increases(draw: DrawFn, row: Row) -> Row:
    """The row with rises of its figures."""
    decimals = draw(ROUNDED)
    if decimals is None and row.unit_price is not None and row.unit_price.as_tuple().exponent > -2:
        decimals = 2
    return row._replace(increases=draw(INCREASES), rounded=decimals)


def draw_row(draw: DrawFn, first: int, last: int | None, charge: Charge) -> Row:
    """A row of the agreement without service and days, its range as numbers of steps.

    Only a row with a first day of its own has that already.
    """
    row = Row(
        document=0,
        title="",
        service="",
        quantity_from=Decimal(first),
        quantity_to=None if last is None else Decimal(last),
        charge=charge,
        **draw_figures(draw, charge),
    )
    besides = draw(BESIDES) if charge in FIGURES else ()
    if "per" in besides and "unit_price" in FIGURES[charge]:
        row = row._replace(per=draw(PER))
    row = draw_bounds(draw, row, [each for each in besides if each in {"minimum", "maximum"}])
    if "effective" in besides:
        row = row._replace(effective=draw(days))
    return draw_increases(draw, row) if "increases" in besides and can_rise(row) else row


def can_rise(row: Row) -> bool:
    figures = (row.price, row.unit_price, row.minimum, row.maximum)
    return any(figure is not None for figure in figures)


@st.composite
def _rows(draw: DrawFn) -> Row:
    first, length = draw(FIRST_COUNTS), draw(LENGTHS)
    last = None if length is None else min(first + length, MOST_STEPS)
    row = draw_row(draw, first, last, draw(CHARGES))
    return row._replace(
        document=draw(DOCUMENT_NUMBERS),
        purchased_from=draw(WINDOWS),
        purchased_through=draw(WINDOWS),
    )


Spans = list[tuple[int, int | None]]
"""Ranges of quantities, in steps."""


@st.composite
def _spans(draw: DrawFn) -> Spans:
    """Ranges as price tables have them, each beginning where the last one ended."""
    cuts = sorted(draw(CUTS))
    return list(
        zip([draw(LOWEST), *cuts], [*(cut - 1 for cut in cuts), draw(HIGHEST)], strict=True)
    )


def draw_table(draw: DrawFn, spans: Spans, document: int) -> list[Row]:
    """A price table, perhaps with a first block of its own and with a discount beside it."""
    usual, lowest = draw(CHARGES_OF_TABLES), draw(LOWEST_CHARGES)
    rows = [
        draw_row(draw, first, last, draw(OTHER_CHARGES) or (lowest if first < 2 else None) or usual)
        for first, last in spans
    ]
    discount = draw(DISCOUNTS_BESIDE)
    if discount is not None:
        first, _ = draw(st.sampled_from(spans))
        rows.append(draw_row(draw, first, spans[-1][1], discount))
    return [row._replace(document=document) for row in rows]


def draw_tables(draw: DrawFn) -> list[Row]:
    """One or two price tables, the second by an amendment, and rows that amend them.

    The amendments of some are for ranges that the table has, too.
    """
    spans, is_aligned = draw(SPANS), draw(IS_ALIGNED)
    rows = draw_table(draw, spans, draw(TABLE_DOCUMENTS))
    amended = draw(AMENDED_TABLES)
    if amended is not None:
        kept = spans[: draw(st.integers(1, len(spans)))] if is_aligned else draw(SPANS)
        rows += draw_table(draw, kept, amended)
    further = draw(FURTHER_ROWS if amended is None else FEW_FURTHER_ROWS)
    return rows + [align(row, spans) if is_aligned else row for row in further]


def align(row: Row, spans: Spans) -> Row:
    """The row with a range that begins and ends where those of a table do, as amended rows do.

    What begins at 0 does so still, beside a table that begins at 1.
    """
    first, last = row.quantity_from, row.quantity_to
    firsts = [each for each, _ in spans if each <= first]
    lasts = [each for _, each in spans if each is not None and last is not None and each >= last]
    return row._replace(
        quantity_from=Decimal(max(firsts)) if first and firsts else first,
        quantity_to=Decimal(min(lasts)) if lasts else last,
    )


CUTS = st.lists(st.integers(2, MOST_STEPS - 1), max_size=4, unique=True)
LOWEST, HIGHEST = st.sampled_from([0, 1, 1]), st.sampled_from([None, MOST_STEPS])
SPANS = _spans()
CHARGES_OF_TABLES = st.sampled_from([Charge.PACKAGE, Charge.PER_UNIT] + 3 * [Charge.GRADUATED])
OTHER_CHARGES = maybe(0.15, list(Charge))
LOWEST_CHARGES = maybe(0.3, [Charge.PACKAGE, Charge.PER_UNIT])
"""How the first block is priced, where it is otherwise than those above."""

DISCOUNTS_BESIDE = maybe(0.2, [Charge.DISCOUNT, Charge.STANDING_DISCOUNT])
TABLE_DOCUMENTS = st.sampled_from([0] * 7 + [1, 2])
AMENDED_TABLES = maybe(0.3, [1, 2, 3])

HAS_PRICE_TABLE = st.sampled_from([False] + [True] * 4)
IS_ALIGNED = st.booleans()
FURTHER_ROWS, FEW_FURTHER_ROWS = st.lists(_rows(), max_size=8), st.lists(_rows(), max_size=3)
ROWS_WITHOUT_A_TABLE = st.lists(_rows(), min_size=1, max_size=7)


def draw_days(draw: DrawFn) -> Days:
    """The days of a document, of which those that are blank may be not on file."""
    found: Days = {"signed": draw(SIGNED), "effective": draw(EFFECTIVE), "ends": draw(ENDS)}
    blank, not_on_file = draw(NOT_ON_FILE)
    found |= dict.fromkeys(blank)
    return {**found, "not_on_file": tuple(each for each in not_on_file if found[each] is None)}


def in_document(row: Row, service: Service, document: int, document_days: Days) -> Row:
    """A row of a service in a document, its range in units, with the rises that can come."""
    own_day = row.effective
    row = row._replace(
        document=document,
        title=f"Document {document}",
        service=service.name,
        quantity_from=row.quantity_from * service.step,
        quantity_to=None if row.quantity_to is None else row.quantity_to * service.step,
        **document_days,
    )
    if own_day:
        unknown = tuple(field for field in row.not_on_file if field != "effective")
        row = row._replace(effective=own_day, not_on_file=unknown)
    return keep_increases(row)


def first_day(row: Row) -> date | None:
    """The first day in force that the row states."""
    return row.effective or (None if row.document else row.signed)


def keep_increases(row: Row) -> Row:
    """The row with those of its rises that come while it is in force."""
    begins, ends = first_day(row) or date.min, row.ends or date.max
    kept = tuple(each for each in row.increases if begins < each.since <= ends)
    return row._replace(increases=kept, rounded=row.rounded if kept else None)


@st.composite
def contracts(draw: DrawFn) -> Contract:
    """Contracts of one or two services and up to five documents."""
    services = [
        Service(f"Service {number}", "units", step, part_units, billed)
        for number, (step, part_units, billed) in enumerate(draw(SERVICES))
    ]
    replaced = draw(REPLACED) or {}
    documents = [
        {**draw_days(draw), "replaces": replaced.get(number)} for number in range(DOCUMENTS)
    ]
    rows: list[Row] = []
    for service in services:
        drawn = draw_tables(draw) if draw(HAS_PRICE_TABLE) else draw(ROWS_WITHOUT_A_TABLE)
        rows += [in_document(row, service, row.document, documents[row.document]) for row in drawn]
    not_held = draw(NOT_HELD)
    missing = () if not_held in {None, *(row.document for row in rows)} else (not_held,)
    return RandomContract("", "RANDOM", tuple(services), tuple(rows), not_held=missing)


COUNTED = st.sampled_from([*Counted, Counted.TERM, Counted.NOT_SAID])
LIMITS = maybe(0.3, range(1, MOST_STEPS + 4))
BEFORE = maybe(0.9, range(MOST_STEPS))
"""What was bought before, in steps; None where nothing is said."""


@st.composite
def counting_contracts(
    draw: DrawFn,
    of: SearchStrategy[Contract] | None = None,
    by: SearchStrategy[Counted] = COUNTED,
) -> Contract:
    """Contracts whose purchases add up, and which have limits."""
    contract = draw(contracts() if of is None else of)
    services = []
    for service in contract.services:
        limit = draw(LIMITS)
        services.append(
            service._replace(
                counted=draw(by), limit=None if limit is None else limit * service.step
            )
        )
    return contract._replace(services=tuple(services))


def limited_contracts() -> SearchStrategy[Contract]:
    """Contracts whose services have limits, and of which each purchase counts by itself."""
    return counting_contracts(by=st.just(Counted.PURCHASE))


NOT_HELD = maybe(0.15, range(1, DOCUMENTS + 1))
"""The number of a document that is known and missing, where no row has it."""


def as_readable(row: Row) -> Row:
    """The row without an end that comes before its begin."""
    starts = first_day(row)
    if row.purchased_from and row.purchased_through and row.purchased_from > row.purchased_through:
        row = row._replace(purchased_through=None)
    if starts and row.ends and row.ends < starts:
        row = row._replace(ends=None)
    kept = tuple(each for each in row.assumed if getattr(row, each.fields[0]) is not None)
    return row._replace(assumed=kept)


@st.composite
def readable_contracts(draw: DrawFn) -> Contract:
    """Contracts that every host reads."""
    contract = draw(contracts())
    return contract._replace(rows=tuple(map(as_readable, contract.rows)))


@st.composite
def questions(draw: DrawFn, contract: Contract, purchased: SearchStrategy[date] = days) -> Question:
    """Questions about a service of the contract, in whole steps."""
    service = draw(st.sampled_from(contract.services))
    quantity = draw(counts) * service.step
    return Question(quantity, draw(purchased), service.name, draw(days_of_knowing))


class AskedContract(NamedTuple):
    """A contract with questions; of a dataclass Hypothesis would show the fields in its own way."""

    contract: Contract
    questions: list[Question]

    def __repr__(self) -> str:
        return "\n".join([repr(self.contract), *map(format_stated, self.questions)])


@st.composite
def asked_contracts(draw: DrawFn, count: int) -> AskedContract:
    """Contracts with so many questions each."""
    contract = draw(contracts())
    asked = st.lists(questions(contract), min_size=count, max_size=count)
    return AskedContract(contract, draw(asked))


def spread(
    contract: Contract, question: Question, count: int, among: Sequence[date] = MONTH
) -> Iterator[Question]:
    """So many questions from this one on, in strides that meet all quantities and days.

    Every third one asks what was known on a day.
    """
    step = find_step(contract, question)
    first_count, first_day = int(question.quantity / step), among.index(question.purchased)
    first_known = MONTH.index(question.known_on or START)
    yield question
    for number in range(1, count):
        yield Question(
            (first_count + 11 * number) % QUANTITIES * step,
            among[(first_day + 7 * number) % len(among)],
            question.service,
            None if number % 3 else MONTH[(first_known + 11 * number) % DAYS],
        )


def find_step(contract: Contract, question: Question) -> Decimal:
    [step] = [each.step for each in contract.services if each.name == question.service]
    return step


def at_all_quantities(contract: Contract, question: Question) -> Iterator[Question]:
    """The question about each quantity, the smallest first."""
    step = find_step(contract, question)
    for count in range(QUANTITIES):
        yield question._replace(quantity=count * step)


# Tiers beneath and above rows that state their price outright, all of them in force.

EDGES = st.sampled_from([0, 1, 1, 4, 5, 8, 9])
LAST_EDGES = st.sampled_from([None, 0, 3, 4, 7, 8, 8])
OF_SUMS = st.sampled_from(
    [
        *(Charge.GRADUATED, Charge.PACKAGE, Charge.GRADUATED, Charge.PER_UNIT, Charge.PACKAGE),
        *(Charge.ADDITIONAL, Charge.GRADUATED, Charge.GRADUATED, Charge.WITHDRAWN),
        Charge.NOT_ON_FILE,
    ]
)
ROWS_OF_SUMS = st.lists(
    st.tuples(
        *(st.sampled_from([0, 0, 1, 1, 2, 3]), EDGES, LAST_EDGES, OF_SUMS),
        *(st.integers(1, 9), st.integers(1, 9), st.sampled_from([None, None, None, START])),
    ),
    min_size=2,
    max_size=7,
)


@st.composite
def contracts_of_sums(draw: DrawFn) -> Contract:
    """Contracts whose rows are all in force and meet each other, so that most tiers add up."""
    rows = []
    for document, first, last, charge, price, unit_price, window in draw(ROWS_OF_SUMS):
        figures = {"price": Decimal(100 * price), "unit_price": Decimal(unit_price)}
        rows.append(
            Row(
                document,
                f"Document {document}",
                "Service 0",
                Decimal(first),
                None if last is None else Decimal(max(first, last)),
                charge,
                **{field: figures[field] for field in FIGURES.get(charge, ())},
                signed=START,
                effective=START,
                purchased_from=window,
            )
        )
    return RandomContract("", "RANDOM", (Service("Service 0", "units"),), tuple(rows))


# Tables of tiers or of unit prices, with rows for some of their quantities, whose purchases add up.

TIER_CUTS = st.lists(st.integers(2, 12), max_size=3, unique=True)
CHARGES_ADDING_UP = st.sampled_from([Charge.GRADUATED, Charge.GRADUATED, Charge.PER_UNIT])
SPECIAL = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 10),
        st.sampled_from([0, 0, 0, 2, None]),
        st.sampled_from([*Charge, Charge.PACKAGE, Charge.DISCOUNT, Charge.STANDING_DISCOUNT]),
    ),
    max_size=3,
)
"""Rows for some quantities: document, first, length, charge."""

UNPRICED = maybe(0.6, range(1, 7))
"""A quantity for which two discounts are tied."""

MOSTLY_TERM = st.sampled_from([*3 * [Counted.TERM], Counted.NOT_SAID])


@st.composite
def contracts_adding_up(draw: DrawFn) -> Contract:
    """Contracts in which most purchases have a price after others, and some what is in the way."""
    cuts, usual = sorted(draw(TIER_CUTS)), draw(CHARGES_ADDING_UP)
    spans = zip([draw(LOWEST), *cuts], [*(cut - 1 for cut in cuts), None], strict=True)
    rows = [draw_row(draw, first, last, usual) for first, last in spans]
    for document, first, length, charge in draw(SPECIAL):
        last = None if length is None else first + length
        rows.append(draw_row(draw, first, last, charge)._replace(document=document))
    unpriced = draw(UNPRICED)
    if unpriced is not None:
        tied = draw_row(draw, unpriced, unpriced, Charge.DISCOUNT)._replace(document=4)
        rows += [tied, tied._replace(clause="the same")]
    step = draw(st.sampled_from([Decimal(1), Decimal(1), Decimal("0.25")]))
    service = Service("Service 0", "units", step, draw(st.sampled_from(list(PartUnits))))
    days: Days = {"signed": START, "effective": START}
    found = tuple(in_document(row, service, row.document, days) for row in rows)
    return RandomContract("", "RANDOM", (service,), found)

"""Random contracts, dense enough for ties, gaps, holes and windows to be ordinary.

A case that fails is shrunk towards what comes first in a list of choices: the simplest is there.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from xlfuncs.pricing.contract import Charge, Contract, PartUnits, Row, Service
from xlfuncs.pricing.price_book import Question

T = TypeVar("T")
Days = dict[str, date | None]
"""When a document was signed, became effective and ends."""

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
        st.sampled_from(PartUnits),
    ),
    min_size=1,
    max_size=2,
)

CHARGES = st.sampled_from([*Charge, Charge.GRADUATED, Charge.DISCOUNT, Charge.WITHDRAWN])
DOCUMENT_NUMBERS = st.integers(0, DOCUMENTS - 1)
WINDOWS = maybe(0.3, MONTH)
MOSTLY_BEFORE = MONTH_AND_BEFORE + 2 * MONTH_AND_BEFORE[DAYS:]
SIGNED, EFFECTIVE = maybe(0.85, MOSTLY_BEFORE), maybe(0.8, MOSTLY_BEFORE)
ENDS = maybe(0.35, MONTH)

CENTS = st.integers(0, 100_000)
RATES, RATE_DECIMALS = st.integers(0, 10**7), st.integers(0, 6)
PERCENTS, PERCENT_DECIMALS = st.integers(0, 400), st.sampled_from([0, 1, 2, 6])
FIGURES = {
    Charge.PACKAGE: ("price",),
    Charge.PER_UNIT: ("unit_price",),
    Charge.GRADUATED: ("unit_price",),
    Charge.ADDITIONAL: ("price", "unit_price"),
    Charge.DISCOUNT: ("percent",),
}
LACKING = maybe(0.1, ["price", "unit_price", "percent"])
"""A figure that the row does not state, if it is one that the charge needs."""


class RandomContract(Contract):
    """A contract that shows itself as the lines of what it states."""

    __slots__ = ()

    def __repr__(self) -> str:
        said = {
            "name": self.name,
            "currency": self.currency,
            "parties": self.parties,
            "open questions": self.open_questions,
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


def draw_row(draw: DrawFn, first: int, last: int | None, charge: Charge) -> Row:
    """A row of the agreement without service and days, its range as numbers of steps."""
    return Row(
        document=0,
        title="",
        service="",
        quantity_from=Decimal(first),
        quantity_to=None if last is None else Decimal(last),
        charge=charge,
        **draw_figures(draw, charge),
    )


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


@st.composite
def _price_tables(draw: DrawFn) -> list[Row]:
    """A price table as contracts have them, each row beginning where the last one ended."""
    cuts = sorted(draw(CUTS))
    firsts = [draw(LOWEST), *cuts]
    lasts = [*(cut - 1 for cut in cuts), draw(HIGHEST)]
    usual = draw(CHARGES_OF_TABLES)
    return [
        draw_row(draw, first, last, draw(OTHER_CHARGES) or usual)
        for first, last in zip(firsts, lasts, strict=True)
    ]


CUTS = st.lists(st.integers(2, MOST_STEPS - 1), max_size=4, unique=True)
LOWEST, HIGHEST = st.sampled_from([0, 1, 1]), st.sampled_from([None, MOST_STEPS])
CHARGES_OF_TABLES = st.sampled_from(
    [Charge.PACKAGE, Charge.PER_UNIT, Charge.GRADUATED, Charge.GRADUATED]
)
OTHER_CHARGES = maybe(0.15, list(Charge))

HAS_PRICE_TABLE = st.sampled_from([False] + [True] * 4)
PRICE_TABLES = _price_tables()
FURTHER_ROWS = st.lists(_rows(), max_size=9)
ROWS_WITHOUT_A_TABLE = st.lists(_rows(), min_size=1, max_size=7)


def draw_days(draw: DrawFn) -> Days:
    return {"signed": draw(SIGNED), "effective": draw(EFFECTIVE), "ends": draw(ENDS)}


def in_document(row: Row, service: Service, document: int, document_days: Days) -> Row:
    """A row of a service in a document, its range in units."""
    return row._replace(
        document=document,
        title=f"Document {document}",
        service=service.name,
        quantity_from=row.quantity_from * service.step,
        quantity_to=None if row.quantity_to is None else row.quantity_to * service.step,
        **document_days,
    )


@st.composite
def contracts(draw: DrawFn) -> Contract:
    """Contracts of one or two services and up to five documents."""
    services = [
        Service(f"Service {number}", "units", step, part_units)
        for number, (step, part_units) in enumerate(draw(SERVICES))
    ]
    documents = [draw_days(draw) for _ in range(DOCUMENTS)]
    rows: list[Row] = []
    for service in services:
        if draw(HAS_PRICE_TABLE):
            drawn = draw(PRICE_TABLES) + draw(FURTHER_ROWS)
        else:
            drawn = draw(ROWS_WITHOUT_A_TABLE)
        rows += [in_document(row, service, row.document, documents[row.document]) for row in drawn]
    return RandomContract("", "RANDOM", tuple(services), tuple(rows))


def as_readable(row: Row) -> Row:
    """The row without an end that comes before its begin."""
    starts = row.effective or (None if row.document else row.signed)
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

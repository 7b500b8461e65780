"""The flat price list of one or several contracts as a table of a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from hashlib import sha256
from itertools import chain, groupby
from math import ceil
from operator import attrgetter
from typing import NamedTuple

from xlfuncs.ledgers.price_search import (
    COUNTS,
    DAYS,
    Part,
    Rectangle,
    count_stages,
    divide,
    find_box,
    halve_parts,
)
from xlfuncs.pricing.contract import (
    LARGEST,
    Contract,
    Counted,
    PartUnits,
    Row,
    Service,
    quantity_of,
)
from xlfuncs.pricing.counting import find_terms
from xlfuncs.pricing.flattened import FlattenedLine, flatten
from xlfuncs.pricing.money import CENT, EXACT, HUNDRED, ZERO, PriceFunction
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput, Cause
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.segments import Verdict
from xlfuncs.pricing.wording import format_through
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY

# The flat price list as a table of a database, whose lines are numbered.
#
# In a short list a search by days and quantities, spelled out, leads each question to the number of
# its line, which is then looked up: in any database, and in a list as well as by a join.

MOST_PARTS = 512
"""Parts in all: each is a condition in a statement, which is looked at for every line of a ledger.

A list that needs more is searched in a table of places.
"""

REACH = LARGEST - CENT / 2
"""Above every sum that is less than the largest price when it is rounded to the cent."""

MOST_DECIMALS_HELD = 21
"""Decimals of a price before it is rounded; with more, the widest types of a database do not hold
it. That takes, of one price, many decimals of a unit price that is for a million, of a discount and
of a step.
"""

TOO_LARGE = "the price would be 1,000,000,000,000,000 or more; price it by itself"
TOO_LONG = "the price has more digits than the database can hold; price it by itself"
REFUSED = {TOO_LARGE: "the price is too large", TOO_LONG: "the price has too many digits"}
"""What is said of prices that a database cannot give, with the cause."""

MOST_LINES = 500_000
"""Lines that fit in memory with room to spare: 1,000 services of 100 rows and 100 windows each have
some 400,000.
"""


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A line of the table: price = fixed + rate x (quantity - above), none without `fixed`.

    Where purchases add up, `adds_up` says how what was bought before counts, and is blank where
    there is no price. The figures behind it are those before a discount, of the total where it is
    graduated and of the purchase where it is per unit; then its bounds; then what a discount
    leaves of the price, and its bounds.
    """

    cell: int
    fixed: Decimal | None
    rate: Decimal
    above: Decimal
    unit_price: Decimal | None
    source: str
    answer: str
    cause: str
    remark: str
    adds_up: str = ""
    total_fixed: Decimal | None = None
    total_rate: Decimal | None = None
    total_above: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    left_of_price: Decimal | None = None
    least_left: Decimal | None = None
    most_left: Decimal | None = None


FIGURES = ("fixed", "rate", "above", "unit_price")
COUNTED_FIGURES = (
    "total_fixed",
    "total_rate",
    "total_above",
    "minimum",
    "maximum",
    "left_of_price",
    "least_left",
    "most_left",
)
COUNTED_COLUMNS = ("adds_up", *COUNTED_FIGURES)
"""The columns that only a list has in which purchases of a service add up."""

LINE_COLUMNS = tuple(each.name for each in fields(PriceLine))
EDITION_LETTERS = 16


PERIODS = {
    Counted.MONTH: "month",
    Counted.QUARTER: "quarter",
    Counted.YEAR: "calendar year",
    Counted.CONTRACT_YEAR: "contract year",
    Counted.TERM: "term",
}
"""In words, the periods in which purchases add up."""


class OfferedService(NamedTuple):
    """A service and the number of the contract that offers it, from 1 on.

    `agreed` is the date of its agreement, from which contract years are counted, if it is on file.
    """

    contract: int
    service: Service
    agreed: date | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """The search among the lines of a service, which begins with all of them."""

    service: Service
    root: Part


# Longer lists are searched in a table of places, by joins in a few stages.


@dataclass(frozen=True, slots=True)
class Place:
    """Days and quantities, inclusive, that lead on from a part of the list.

    It is the part of a number in a stage, and leads to the part of the number `cell` in the next
    stage; in the last one `cell` is the number of a line. The first parts are the services.
    """

    stage: int
    in_part: int
    day_from: date
    day_through: date
    quantity_from: Decimal
    quantity_through: Decimal
    cell: int


PLACE_COLUMNS = tuple(each.name for each in fields(Place))


def list_names(contract: Contract) -> tuple[str, ...]:
    """What a contract may be called by: its number, name, prefix, a party, or its agreement."""
    titles = dict.fromkeys(row.title for row in contract.tiers)
    return tuple(
        filter(
            None,
            (contract.contract_number, contract.name, contract.prefix, *contract.parties, *titles),
        )
    )


@dataclass(frozen=True)
class PriceTable:
    """The table of one or several contracts, their services numbered through all of them from 1 on.

    With `names_contracts` a line of a ledger has to name the contract also where there is only one.
    It is `whole` where it knows nothing but whole numbers of units, and `plain` where each part of
    its searches has one line.
    """

    contracts: tuple[Contract, ...]
    services: tuple[OfferedService, ...]
    whole: bool
    plain: bool
    searches: list[Search]
    lines: list[PriceLine]
    known_on: date | None
    through: int | None = None
    names_contracts: bool = False

    @property
    def contract(self) -> Contract:
        """The contract, where it is the only one."""
        [contract] = self.contracts
        return contract

    @property
    def all_services(self) -> list[Service]:
        """The services of all contracts, in the order of their numbers."""
        return [offered.service for offered in self.services]

    @property
    def currency(self) -> str:
        """The currency of all contracts."""
        return self.contracts[0].currency

    @property
    def contract_names(self) -> list[tuple[str, ...]]:
        """The names by which a ledger may call each contract, without those that several have."""
        every = [list_names(contract) for contract in self.contracts]
        shared = set(self.shared_names)
        return [tuple(name for name in names if name_key(name) not in shared) for names in every]

    @property
    def shared_names(self) -> list[str]:
        """The names that several contracts have, as they are compared."""
        every = [{*map(name_key, list_names(contract))} for contract in self.contracts]
        return [key for key, count in Counter(chain(*every)).items() if count > 1]

    @property
    def adds_up(self) -> bool:
        """Whether the purchases of any service add up."""
        return any(service.adds_up for service in self.all_services)

    @property
    def has_unsaid_parts(self) -> bool:
        """Whether a contract leaves open how parts of a step count."""
        return any(each.part_units is PartUnits.NOT_SAID for each in self.all_services)

    @property
    def as_known(self) -> list[str]:
        """Which documents count, in words, where not all of them do."""
        known = [] if self.known_on is None else [f"as known on {self.known_on}"]
        return known if self.through is None else [*known, format_through(self.through)]

    @property
    def length(self) -> int:
        """The lines of all services."""
        return len(self.lines)

    @property
    def line_columns(self) -> list[str]:
        """The columns of a line."""
        return [name for name in LINE_COLUMNS if self.adds_up or name not in COUNTED_COLUMNS]

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns of a line that are figures."""
        return (*FIGURES, *COUNTED_FIGURES) if self.adds_up else FIGURES

    @cached_property
    def stages(self) -> int:
        """The stages in which places lead to the lines."""
        return count_stages(max(len(search.root.lines) for search in self.searches))

    @cached_property
    def largest(self) -> dict[str, Decimal]:
        """The largest of the figures of a column, without their signs."""
        return {name: max(map(abs, self._find_figures(name))) for name in self.figures}

    @cached_property
    def decimals(self) -> dict[str, int]:
        """The most decimals of a figure of a column."""
        return {name: max(map(count_decimals, self._find_figures(name))) for name in self.figures}

    def _find_figures(self, name: str) -> set[Decimal]:
        """The different figures of a column, with a zero."""
        return {ZERO, *filter(None, map(attrgetter(name), self.lines))}

    @cached_property
    def edition(self) -> str:
        """The name of this price list and no other."""
        digest = sha256()
        for row in (*self.line_rows(), *self.place_rows()):
            digest.update(repr(row).encode())
        return digest.hexdigest()[:EDITION_LETTERS]

    def line_rows(self) -> Iterator[tuple[object, ...]]:
        """The cells of each line."""
        return map(attrgetter(*self.line_columns), self.lines)

    def place_rows(self) -> Iterator[tuple[object, ...]]:
        """The cells of each place."""
        return map(attrgetter(*PLACE_COLUMNS), self.places())

    def places(self) -> Iterator[Place]:
        """The places of all stages, the first stage first."""
        parts = [
            (
                search.service,
                Part(search.root.lines, search.root.lowest),
                find_box(search.root.lines),
            )
            for search in self.searches
        ]
        for stage in range(1, self.stages):
            smaller: list[tuple[Service, Part, Rectangle]] = []
            for number, (service, part, box) in enumerate(parts, start=1):
                most = ceil(len(part.lines) ** (1 / (self.stages - stage + 1)))
                for half, within in divide(part, box, most):
                    smaller.append((service, half, within))
                    yield _make_place(stage, number, within, len(smaller), service)
            parts = smaller
        for number, (service, part, _) in enumerate(parts, start=1):
            for line in part.lines:
                yield _make_place(self.stages, number, line, line.number, service)


def _make_place(stage: int, in_part: int, within: Rectangle, cell: int, service: Service) -> Place:
    """The place that leads on from a part, within these days and counts."""
    return Place(
        stage,
        in_part,
        date.fromordinal(within.since),
        date.fromordinal(within.until),
        quantity_of(within.first, service),
        quantity_of(within.last, service),
        cell,
    )


def build_price_table(
    contracts: Contract | Sequence[Contract],
    known_on: date | None = None,
    through: int | None = None,
    *,
    names_contracts: bool = False,
) -> PriceTable:
    """Build the table of all prices of a contract, or of several.

    It is what the documents say that were signed by a day, and those of each contract through a
    number. Raises BadInput where there are too many prices, or several currencies.
    """
    # a contract is a tuple itself
    every = (contracts,) if isinstance(contracts, Contract) else tuple(contracts)
    _refuse_currencies(every)
    books = [PriceBook(contract, through=through) for contract in every]
    services = tuple(
        OfferedService(number, service, book.price_list(service, known_on).documents.agreement_date)
        for number, book in enumerate(books, start=1)
        for service in book.contract.services
    )
    whole = all(
        service.step == int(service.step) and service.part_units is PartUnits.NONE
        for _, service, _ in services
    )
    decimals_of_counts = max(count_decimals(service.step) for _, service, _ in services)
    lines: list[PriceLine] = []
    searches: list[Search] = []
    for service, found in _flatten_all(books, known_on):
        places: list[Rectangle] = []
        texts: dict[str, str] = {}
        for line in found:
            for part in _split_at_reach(line, decimals_of_counts):
                lines.append(_make_price_line(len(lines) + 1, part, texts))
                sides = (part.since, part.until, part.first, part.last)
                places.append(Rectangle(*sides, len(lines)))
        lowest = {DAYS: FIRST_CERTAIN_DAY.toordinal(), COUNTS: 0}
        searches.append(Search(service, Part(places, lowest)))
        if len(lines) > MOST_LINES:
            raise BadInput(
                f"the price list has more than {MOST_LINES:,} lines, which is too many for this "
                f"command; price single quantities, or check for rows that alternate day by day"
            )
    if len(lines) <= MOST_PARTS:
        halve_parts([search.root for search in searches], MOST_PARTS)
    plain = all(len(end.lines) == 1 for search in searches for end in search.root.ends())
    # lines that add up are looked up in several places
    plain = plain and not any(each.service.counted in PERIODS for each in services)
    known = known_on, through, names_contracts
    return PriceTable(every, services, whole, plain, searches, lines, *known)


def _flatten_all(
    books: Sequence[PriceBook], known_on: date | None
) -> Iterator[tuple[Service, Iterable[FlattenedLine]]]:
    """The services of all contracts with their lines, in the order of their numbers."""
    for book in books:
        flat = flatten(book, FIRST_CERTAIN_DAY.toordinal(), known_on)
        yield from groupby(flat, attrgetter("service"))


def _refuse_currencies(contracts: Sequence[Contract]) -> None:
    """Raise BadInput where amounts of several contracts cannot be added up."""
    named: dict[str, str] = {}
    for contract in contracts:
        named.setdefault(contract.currency, contract.name)
    if len(named) > 1:
        listed = ", ".join(
            f"{currency or 'no currency stated'} ({name})" for currency, name in named.items()
        )
        raise BadInput(
            f"the contracts are in several currencies: {listed}; price those of each currency by "
            f"themselves"
        )


def count_decimals(figure: Decimal) -> int:
    """The decimals of a figure, without surplus zeros.

    >>> count_decimals(Decimal("0.250")), count_decimals(Decimal(100))
    (2, 0)
    """
    return max(0, -int(figure.normalize(EXACT).as_tuple().exponent))


def _split_at_reach(line: FlattenedLine, decimals_of_counts: int) -> Iterator[FlattenedLine]:
    """Split off quantities whose price would have too many digits: these are refused."""
    terms = find_terms(line.answer.verdict) if line.service.adds_up else None
    # where purchases add up a discount is taken off at last
    price = terms.function if terms and terms.discount else line.answer.price_function
    step = line.service.step
    if price is None or line.answer.price_function is None:
        yield line
        return
    decimals = count_decimals(price.rate) + decimals_of_counts if price.rate else 0
    if max(decimals, count_decimals(price.fixed)) > MOST_DECIMALS_HELD:
        yield _refuse(line, TOO_LONG)
        return
    if price.at(EXACT.multiply(Decimal(line.last), step)) < REACH:
        yield line
        return
    most = _find_largest_count(price, step) if price.rate else line.first - 1
    if most >= line.first:
        yield replace(line, last=most)
    yield replace(_refuse(line, TOO_LARGE), first=max(line.first, most + 1))


def _refuse(line: FlattenedLine, why: str) -> FlattenedLine:
    refused = line.answer._replace(verdict=Verdict(Cause.BAD_INPUT))
    return replace(line, answer=refused, source="", remark=why)


def _find_largest_count(price: PriceFunction, step: Decimal) -> int:
    """The largest count that costs less than a price can be."""
    over = EXACT.divide(EXACT.subtract(REACH, price.fixed), EXACT.multiply(price.rate, step))
    return int(over.to_integral_value(ROUND_CEILING)) - 1 + int(EXACT.divide(price.above, step))


def _make_price_line(cell: int, line: FlattenedLine, texts: dict[str, str]) -> PriceLine:
    """The line of a number; `texts` are those of other lines, for nearly all say the same."""
    answer = line.answer
    cause = REFUSED.get(line.remark, answer.cause.text)
    said = (line.source, answer.outcome.value, cause, line.remark)
    source, outcome, cause, remark = (texts.setdefault(text, text) for text in said)
    price = answer.price_function
    fixed, rate, above = (price.fixed, price.rate, price.above) if price else (None, ZERO, ZERO)
    figures = (fixed, rate, above, answer.unit_price)
    found = PriceLine(cell, *figures, source, outcome, cause, remark)
    terms = find_terms(answer.verdict) if line.service.adds_up else None
    if terms is None:
        return found
    discount, total = terms.discount, terms.function
    return replace(
        found,
        adds_up=terms.arithmetic.value,
        total_fixed=total.fixed,
        total_rate=total.rate,
        total_above=total.above,
        minimum=terms.minimum,
        maximum=terms.maximum,
        left_of_price=discount and _left_of_price(discount),
        least_left=discount and discount.minimum,
        most_left=discount and discount.maximum,
    )


def _left_of_price(discount: Row) -> Decimal:
    """The part of a price that a discount leaves."""
    return EXACT.divide(EXACT.subtract(HUNDRED, discount.percent or ZERO), HUNDRED)

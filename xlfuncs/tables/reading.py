"""Sheets or files to a contract: every problem of all of them in one pass, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.tables.assembly import check_steps, services_of
from xlfuncs.tables.grid import Grid, records_of
from xlfuncs.tables.particulars import Particulars, read_particulars
from xlfuncs.tables.records import Problem, Record, Stated, read_record
from xlfuncs.tables.schema import AMENDMENTS, TIERS

MOST_PROBLEMS = 1_000
"""Problems that are named, and after which no more rows are read."""


class Sheets(NamedTuple):
    """What a host hands over of a workbook, each sheet from its cell A1 on.

    `problems` are those that the host itself found, in what cells alone do not show.
    """

    tiers: Grid
    amendments: Grid
    contract: Grid = ()
    date1904: bool = False
    problems: tuple[Problem, ...] = ()


class Reading(NamedTuple):
    """A contract, or the problems that keep it from being one.

    A row that cannot be read might have been the one that prevails, so a single problem is enough
    for no contract. `cells` are the places of each particular and open question, by field.
    """

    contract: Contract | None
    problems: tuple[Problem, ...] = ()
    cells: Mapping[str, Sequence[str]] = {}

    @property
    def question_cells(self) -> Sequence[str]:
        """The places of the open questions, in their order."""
        return self.cells.get("open_questions", ())


def read_sheets(sheets: Sheets) -> Reading:
    """The contract on the sheets; the Contract sheet may be missing, the other two not."""
    problems = list(sheets.problems)
    records = records_of(TIERS, sheets.tiers, problems)
    records += records_of(AMENDMENTS, sheets.amendments, problems)
    particulars = Particulars({}, {})
    if sheets.contract:
        particulars = read_particulars(sheets.contract, problems)
    return read_records(records, particulars, problems, sheets.date1904)


def read_records(
    records: Sequence[Record],
    particulars: Particulars,
    problems: list[Problem],
    date1904: bool = False,
    *,
    purchases: tuple[Purchase, ...] = (),
    named: Iterable[str] = (),
) -> Reading:
    """The contract that records and particulars make; `problems` are those already found.

    `named` are the names of the services where they are stated apart from the rows.
    """
    if not records and not problems:
        problems.append(Problem(TIERS, "no row has anything in it; expected the price table"))
    stated = list(_stated(records, date1904, problems))
    services = services_of(stated, problems, named)
    rows = tuple(each.row for each in stated)
    check_steps(rows, services, problems)
    if problems:
        return Reading(None, _named(problems), particulars.cells)
    values = {"name": "", "prefix": "", **particulars.values}
    contract = Contract(services=services, rows=rows, purchases=purchases, **values)  # type: ignore[arg-type]
    return Reading(contract, (), particulars.cells)


def _stated(records: Sequence[Record], date1904: bool, problems: list[Problem]) -> Iterator[Stated]:
    """What the records state, as far as there are not too many problems."""
    for record in records:
        if len(problems) > MOST_PROBLEMS:
            return
        stated = read_record(record, date1904, problems)
        if stated is not None:
            yield stated


def _named(problems: list[Problem]) -> tuple[Problem, ...]:
    """Each problem once; of very many only the first, and where there are more."""
    named = list(dict.fromkeys(problems))
    if len(named) > MOST_PROBLEMS:
        more = "more problems from here on; expected those above corrected first"
        named[MOST_PROBLEMS:] = [Problem(named[MOST_PROBLEMS].where, more)]
    return tuple(named)

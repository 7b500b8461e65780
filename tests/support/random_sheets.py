"""Random sheets and questions as cells, now and then with something that somebody got wrong."""

from datetime import date
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.support.random_contracts import (
    BEFORE,
    contracts,
    contracts_adding_up,
    counting_contracts,
    maybe,
    questions,
    readable_contracts,
)
from tests.support.workbook_edits import sheets_of
from xlfuncs.pricing.contract import Contract, Counted
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.reader import Sheets

CellQuestion = list[Cell]
"""A question in cells: quantity, day, service, day of knowing, and what was bought before."""

QUESTION = ("quantity", "purchased", "service", "known_on", "bought_before")

ODD_QUANTITIES: list[Cell] = ["", "12", "many", -1.0, 0.5, 1e15, 0.0, 3.0000001, CellError("#N/A")]
ODD_DAYS: list[Cell] = ["", "2020-02-10", "10.2.2020", 60.0, 0.0, 43871.75, -5.0, 3e6]
ODD_DAYS += [2020.0, 1900.0, 2199.5, 1899.0, 2200.0, "2020", "1905-07-12"]
ODD_NAMES: list[Cell] = ["", " service 0 ", "Nothing", 7.0, 0.0, CellError("#REF!")]
ODD_BEFORE: list[Cell] = [0.0, 0.0, 1.0, -1.0, 0.5, "12", " ", 1e15, 3.0000001, CellError("#REF!")]
ODD_CELLS: list[Cell] = ["", "oops", -4.0, 1e300, "2020-02-30", CellError("#DIV/0!"), "#N/A"]
ODD_CELLS += [2020.0, "2020"]

ASKED: list[Cell] = [
    *(True, False, " ", "\t", "\xa0", "SERVICE  0", "\tservice 0", "Service*", "service?0"),
    *(1e9, 1e9 + 0.5, 1e15, 999999999999999.0, 1e-6, 1e-7, 24.0000001, -1e-9, 123456.789),
    *(43871.999999, 2958465.99, 2958466.0, 61.0, 60.99),
    *("2020-02-29", "2021-02-29", "2020-2-9", " 2020-02-10 ", "0000-01-01", "1900-02-28"),
    *("1900-03-01", "9999-12-31", "2020/02/10", "2020-02-1e", "1e10-02-03", "TRUE"),
    CellError("#VALUE!"),
]
"""The oddest things that people ask."""

TYPED: list[Cell] = [
    *ODD_CELLS,
    *(True, False, " ", "  per unit ", "OR MORE", "service 0", "\xa0Service 0", "service\t0"),
    *(0.15, 1.0, 0.5, 0.25, 12.345, 99.99999, 1e-6, 1e9, 999999999.123456, 7.0, 4.0),
    *(43871.75, 60.0, 61.0, 2958465.5, 2958466.0, 9999.0, 10000.0, 123456789012345.0),
    *(
        "Effective: x",
        "Effective date: x",
        "signed: why\n\nprice: b",
        "Price:",
        ": x",
        "1.2",
        "none",
        "Not Said",
    ),
    *("*", "?", "=1", "<1", ">0", "'x", CellError("#N/A"), CellError("#VALUE!")),
]
"""What people type into the rows of a workbook after it was built."""

ODDITIES = maybe(
    0.16,
    [
        (place, cell)
        for place, odd in enumerate((ODD_QUANTITIES, ODD_DAYS, ODD_NAMES, ODD_DAYS, ODD_BEFORE))
        for cell in odd
    ],
)
ODDLY_ASKED, ASKED_THERE = maybe(0.25, range(len(QUESTION))), st.sampled_from(ASKED)
WRONG_CELLS = maybe(0.25, ODD_CELLS)
EDITS = st.lists(st.sampled_from(["type", "type", "repeat", "add", "blank"]), max_size=2)
HAS_EDITS, TYPED_CELLS = st.booleans(), st.sampled_from(TYPED)
MOSTLY_READABLE = st.one_of(
    *[readable_contracts()] * 3,
    counting_contracts(readable_contracts()),
    counting_contracts(contracts_adding_up()),
    contracts(),
)


class AskedSheets(NamedTuple):
    """The sheets of a contract, and questions; shown without blank cells, each question once."""

    sheets: Sheets
    questions: list[CellQuestion]

    def __repr__(self) -> str:
        asked = dict.fromkeys(f"  question: {question}" for question in self.questions)
        return "\n".join([f"{type(self).__name__}:", *format_rows(self.sheets), *asked])


def format_rows(sheets: Sheets) -> list[str]:
    """The rows as they stand on the sheets, each with the titles of what it states."""
    return [
        f"  {sheet}: "
        + ", ".join(
            f"{title} {cell!r}"
            for title, cell in zip(titles, row, strict=True)
            if cell not in {None, ""}
        )
        for sheet, (titles, *rows) in (("Tiers", sheets.tiers), ("Amendments", sheets.amendments))
        for row in rows
    ]


def serial(day: date | None) -> Cell:
    return "" if day is None else float(day.toordinal() - date(1899, 12, 30).toordinal())


def plain(cell: Cell) -> Cell:
    """A cell as a sheet holds it: days as numbers."""
    if cell is None or isinstance(cell, str | CellError):
        return cell
    return serial(cell) if isinstance(cell, date) else float(cell)


def plain_sheets(contract: Contract) -> Sheets:
    """The sheets of a contract with cells as a host holds them."""
    grids = sheets_of(contract)[:3]
    return Sheets(*([[plain(cell) for cell in row] for row in grid] for grid in grids))


@st.composite
def bought_before(draw: DrawFn, contract: Contract, name: str | None) -> Cell:
    """What was bought before of a service, now and then a blank; that where nothing adds up."""
    [service] = [each for each in contract.services if each.name == name]
    before = draw(BEFORE) if service.counted is not Counted.PURCHASE else None
    return "" if before is None else float(before * service.step)


@st.composite
def cell_questions(draw: DrawFn, contract: Contract, *, oddly: bool = False) -> CellQuestion:
    """Questions in cells; `oddly`, one in four with something in it that nobody should ask."""
    question = draw(questions(contract))
    row: CellQuestion = [
        float(question.quantity),
        serial(question.purchased),
        question.service,
        serial(question.known_on),
        draw(bought_before(contract, question.service)),
    ]
    for _ in range(2):
        if odd := draw(ODDITIES):
            place, cell = odd
            row[place] = cell
    if oddly and (there := draw(ODDLY_ASKED)) is not None:
        row[there] = draw(ASKED_THERE)
    return row


@st.composite
def sheets(draw: DrawFn, contract: Contract) -> Sheets:
    """The sheets of a contract, one in four with a cell that somebody got wrong."""
    grids = [[list(row) for row in grid] for grid in plain_sheets(contract)[:3]]
    if (wrong := draw(WRONG_CELLS)) is not None:
        row = draw(st.sampled_from([row for grid in grids[:2] if len(grid) > 1 for row in grid]))
        row[draw(st.integers(0, len(row) - 1))] = wrong
    return Sheets(*grids)


@st.composite
def edited(draw: DrawFn, before: Sheets) -> Sheets:
    """The sheets with a row added, taken away or moved, and cells typed over; or as they were."""
    grids = [[list(row) for row in grid] for grid in (before.tiers, before.amendments)]
    for edit in draw(EDITS) if draw(HAS_EDITS) else ():
        grid = draw(st.sampled_from([grid for grid in grids if len(grid) > 1]))
        row = draw(st.sampled_from(grid[1:]))
        if edit == "type":
            row[draw(st.integers(0, len(row) - 1))] = draw(TYPED_CELLS)
        elif edit == "blank":
            row[:] = [""] * len(row)
        else:
            target = grid if edit == "repeat" else draw(st.sampled_from(grids))
            target.append(list(row))
    tiers, amendments = grids
    return before._replace(tiers=tiers, amendments=amendments)


@st.composite
def asked_sheets(draw: DrawFn, count: int) -> AskedSheets:
    """Sheets, perhaps with a wrong title, and so many questions."""
    contract = draw(MOSTLY_READABLE)
    asked = st.lists(cell_questions(contract), min_size=count, max_size=count)
    return AskedSheets(draw(sheets(contract)), draw(asked))


@st.composite
def asked_workbooks(draw: DrawFn, of: SearchStrategy[Contract], count: int) -> AskedSheets:
    """Sheets under the titles that workbooks have, and so many questions, some of them odd."""
    contract = draw(of)
    titled, found = sheets_of(contract), draw(sheets(contract))
    found = found._replace(
        tiers=[titled.tiers[0], *found.tiers[1:]],
        amendments=[titled.amendments[0], *found.amendments[1:]],
    )
    asked = st.lists(cell_questions(contract, oddly=True), min_size=count, max_size=count)
    return AskedSheets(found, draw(asked))


EDITED = st.sampled_from(
    [contracts(), contracts(), counting_contracts(), counting_contracts(contracts_adding_up())]
)


@st.composite
def edited_workbooks(draw: DrawFn, count: int) -> AskedSheets:
    """Workbooks that somebody may have edited, and so many questions."""
    asked = draw(asked_workbooks(draw(EDITED), count))
    return asked._replace(sheets=draw(edited(asked.sheets)))

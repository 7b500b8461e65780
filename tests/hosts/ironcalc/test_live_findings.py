"""The findings of the workbook of names, edited as a person would: cases stated by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pytest

from tests.hosts.parity.test_live_findings import check_agrees, found_by
from tests.support.contracts_in_code import SERVICE, row
from tests.support.lambda_hosts import Host, by_cellrune, by_ironcalc
from tests.support.random_sheets import plain
from tests.support.stored_values import calculated
from tests.support.workbook_edits import sheets_of, shipped_workbook
from xlfuncs.pricing.contract import Contract, Row
from xlfuncs.pricing.names import name_key, tidy_spaces
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.reader import Sheets, read_sheets
from xlfuncs.sheets.row_checks import Severity
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    CHECKS,
    COLUMNS,
    PURCHASES,
    TIERS,
    TITLE_ROW,
    format_title,
)
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.lambdas import live_findings
from xlfuncs.xlsx.lambdas.live_findings import (
    LETTERS,
    LIVE,
    NOT_CHECKED,
    UNCLEAR_POINTS,
    UNCLEAR_SUMS,
    Line,
)
from xlfuncs.xlsx.sheets.checks import BLOCK, count_cell

HOSTS = pytest.mark.parametrize("host", [by_ironcalc, by_cellrune])
END, FIRST = date(2030, 12, 31), date(2020, 1, 1)
UNKNOWN = {"signed": None, "effective": None}
SAID = {live.column: live for live in LIVE}


class Found(NamedTuple):
    """A finding that a case expects: its column on the sheet Rows, the row, and what is added."""

    column: str
    sheet: str
    row: int
    example: str = ""
    product: str = ""
    named: str = ""


def tier(*stated: Any, **fields: Any) -> Row:
    return row(0, *stated, **{"ends": END, **fields})


def amendment(*stated: Any, document: int = 1, **fields: Any) -> Row:
    dates = {"ends": END, "effective": FIRST}
    return row(document, *stated, **{**dates, **fields})


TABLE = [tier(1, 10, "per unit", 3), tier(11, "or more", "per unit", 2)]
TIED = [tier(1, 10, "per unit", 3), tier(10, "or more", "per unit", 2)]
GRADUATED = [tier(1, 5, "graduated", 3), tier(6, "or more", "graduated", 2)]
ALL = amendment(1, "or more", "per unit", 1)
ADDED = ("Scaning", "SCANNING", " New", "new")
WINDOW = {"purchased_from": date(2021, 1, 1), "purchased_through": date(2021, 3, 31)}
LATER = {"purchased_from": date(2021, 6, 1), "purchased_through": date(2021, 8, 31)}

CASES: dict[str, tuple[list[Row], list[Found]]] = {
    "nothing": (TABLE, []),
    "a row typed twice": ([*TABLE, ALL, ALL], [Found("Duplicate", AMENDMENTS, 6, named="Amendments row 5")]),
    "rows for the same quantity": (
        TIED,
        [Found("Tie", TIERS, 6, "10 on 2020-01-01", named="Tiers row 5")],
    ),
    "rows for the same quantity that another replaces": ([*TIED, ALL], []),
    "discounts on the same days": (
        [
            *TABLE,
            amendment(1, 5, "discount", 10, **WINDOW),
            amendment(5, 9, "discount", 20, **WINDOW),
        ],
        [Found("Tie", AMENDMENTS, 6, "5 on 2021-01-01", named="Amendments row 5")],
    ),
    "a tie with the second row above": (
        [*TIED[:1], tier(11, 20, "per unit", 2), tier(15, "or more", "per unit", 1)],
        [Found("Tie", TIERS, 7, "15 on 2020-01-01", named="Tiers row 6")],
    ),
    "rows that are both not on file": (
        [tier(1, "or more", "not on file"), tier(2, "or more", "not on file")],
        [Found("Not on file", TIERS, 5), Found("Not on file", TIERS, 6)],
    ),
    "a table that starts over after a gap": (
        [tier(1, 10, "per unit", 3), tier(12, "or more", "per unit", 2)],
        [Found("Gap in quantity", TIERS, 6, "11 on 2020-01-01")],
    ),
    "a gap that an amendment fills later on": (
        [
            tier(1, 10, "per unit", 3),
            tier(12, "or more", "per unit", 2),
            amendment(11, 11, "package", 5, effective=date(2020, 5, 1)),
        ],
        [Found("Gap in quantity", TIERS, 6, "11 on 2020-01-01")],
    ),
    "two windows with a gap between": (
        [
            amendment(1, "or more", "per unit", 3, **WINDOW),
            amendment(1, "or more", "per unit", 3, **LATER),
        ],
        [Found("Gap in days", AMENDMENTS, 6, "1 on 2021-04-01")],
    ),
    "a tier taken out of a table that adds up": (
        [tier(11, 20, "graduated", 3), tier(21, "or more", "graduated", 2)],
        [
            Found("Broken sum", TIERS, 5, "11 on 2020-01-01"),
            Found("Broken sum", TIERS, 6, "21 on 2020-01-01"),
        ],
    ),
    "a discount beyond the prices": (
        [tier(1, 10, "per unit", 3), amendment(5, 12, "discount", 10)],
        [Found("Nothing to discount", AMENDMENTS, 5, "11 on 2020-01-01")],
    ),
    "a total that is not the product": (
        [tier(100, 100, "package", "279.99", "2.75"), tier(200, 200, "package", 550, "2.75")],
        [
            Found("Printed total", TIERS, 5, product="275.00"),
            Found("Gap in quantity", TIERS, 6, "101 on 2020-01-01"),
        ],
    ),
    "a product that is rounded to the cent": (
        [tier(3, 3, "package", "1.01", "0.335"), tier(4, 4, "package", "1.33", "0.33375")],
        [Found("Printed total", TIERS, 6)],
    ),
    "the unit price of a thousand": (
        [tier(1500, 1500, "package", "6.23", "4.155", per=1000)],
        [],
    ),
    "a total that the row below does not come to": (
        [tier(0, 9, "additional", 100, 2), tier(10, "or more", "additional", 121, 1)],
        [Found("Total below", TIERS, 6)],
    ),
    "a total that the row below comes to": (
        [tier(0, 9, "additional", 100, 2), tier(10, "or more", "additional", 120, 1)],
        [],
    ),
    "a last row for one quantity": (
        [tier(1, 10, "per unit", 3), tier(11, 11, "per unit", 2)],
        [Found("One quantity", TIERS, 6)],
    ),
    "a document signed before the one before": (
        [*TABLE, ALL, amendment(1, 5, "package", 9, document=2, signed=FIRST)],
        [Found("Order of documents", AMENDMENTS, 6)],
    ),
    "an amendment without an end": (
        [*TABLE, ALL._replace(ends=None)],
        [Found("No end", AMENDMENTS, 5)],
    ),
    "an end that is not on file": (
        [*TABLE, ALL._replace(ends=None, not_on_file=("ends",))],
        [],
    ),
    "no end at all": (
        [tier(1, "or more", "per unit", 3, ends=None), ALL],
        [Found("No term", TIERS, 5)],
    ),
    "figures that are missing": (
        [
            tier(1, 1, "package"),
            tier(2, 2, "additional"),
            tier(3, "or more", "per unit"),
            amendment(1, "or more", "discount"),
        ],
        [
            Found("No price", TIERS, 5),
            Found("No price", TIERS, 6),
            Found("No unit price", TIERS, 6),
            Found("No unit price", TIERS, 7),
            Found("No percent", AMENDMENTS, 5),
        ],
    ),
    "days that are missing": (
        [
            *TABLE,
            amendment(1, 5, "package", 9, effective=None),
            amendment(7, 8, "package", 9, **UNKNOWN),
        ],
        [Found("Not effective", AMENDMENTS, 5), Found("Draft", AMENDMENTS, 6)],
    ),
    "days that do not meet": (
        [
            *TABLE,
            amendment(1, 5, "package", 9, purchased_through=date(2019, 12, 31)),
            amendment(7, 8, "package", 9, purchased_from=date(2031, 1, 1)),
        ],
        [Found("No day of purchase", AMENDMENTS, 5), Found("No day in force", AMENDMENTS, 6)],
    ),
    "no clause, and 15 percent typed as a fraction": (
        [*TABLE, amendment(1, 5, "discount", "0.15")._replace(clause="")],
        [Found("No clause", AMENDMENTS, 5), Found("Small percent", AMENDMENTS, 5)],
    ),
    "services that only amendments have, one of them by a slip": (
        [
            *TABLE,
            *(
                amendment(1, "or more", "per unit", 3, document=number)._replace(service=each)
                for number, each in enumerate(ADDED, 1)
            ),
        ],
        [
            Found("Not in agreement", AMENDMENTS, 5, named="'Scaning'"),
            Found("Not in agreement", AMENDMENTS, 7, named="'New'"),
        ],
    ),
    "an agreement without rows": ([ALL], []),
}


def contract_of(rows: list[Row]) -> Contract:
    names = {name_key(each.service): tidy_spaces(each.service) for each in reversed(rows)}
    services = tuple(SERVICE._replace(name=name) for name in names.values())
    return Contract("", "TEST", services, tuple(rows))


def line_of(found: Found, rows: list[Row]) -> Line:
    mine = [each for each in rows if (each.document == 0) == (found.sheet == TIERS)]
    stated = mine[found.row - TITLE_ROW - 1]
    cited = f"{stated.title}, {stated.clause}" if stated.clause else stated.title
    example = f", for example {found.example}" if found.example else ""
    said = f"{found.product and ', '}{found.product}{found.named and ' '}{found.named}{example}"
    live = SAID[found.column]
    cell = f"{found.sheet}!{LETTERS[live.field]}{found.row}"
    return live.severity.value, cell, f"{cited}: {live.found}{said}", live.to_do


@HOSTS
@pytest.mark.parametrize("title", CASES)
def test_findings_follow_the_rows(host: Host, title: str) -> None:
    rows, expected = CASES[title]
    assert check_agrees(host, contract_of(rows)) == [line_of(each, rows) for each in expected]


def test_each_kind_has_a_case() -> None:
    assert {each.column for _, found in CASES.values() for each in found} == set(SAID)


@HOSTS
@pytest.mark.parametrize(
    ("rows", "unclear"),
    [
        ([*TABLE, ALL._replace(replaces=0, effective=None)], UNCLEAR_POINTS),
        ([*GRADUATED, amendment(4, 6, "package", 5)], UNCLEAR_SUMS),
    ],
)
def test_what_formulas_cannot_tell_is_said(host: Host, rows: list[Row], unclear: str) -> None:
    *_, (severity, where, found, _) = check_agrees(host, contract_of(rows))
    assert (severity, where, found) == (NOT_CHECKED, "", unclear)


def test_too_many_points_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    points = live_findings.count_points(contract_of(TABLE))
    monkeypatch.setattr(live_findings, "MOST_LOOKED_AT", 2 * points)
    assert live_findings.count_points(contract_of(TABLE)) == points
    monkeypatch.setattr(live_findings, "MOST_LOOKED_AT", 2 * points - 1)
    assert live_findings.count_points(contract_of(TABLE)) == 0


# The workbook as it is built, typed into.


@pytest.fixture
def typed() -> Callable[..., Any]:
    """Types into cells of the shipped workbook. Returns what reads a cell afterwards."""
    model = calculated(shipped_workbook(kind=WorkbookKind.LAMBDAS))
    sheets = [sheet["name"] for sheet in model.get_worksheets_properties()]

    def type_in(cells: dict[tuple[str, int, str], str]) -> Callable[[str], Cell]:
        for (sheet, number, field), text in cells.items():
            column = [column.field for column in COLUMNS].index(field) + 1
            model.set_user_input(sheets.index(sheet), number, column, text)
        model.evaluate()
        return model.get_cell_value_by_ref

    return type_in


COUNTS = [f"{CHECKS}!{count_cell(severity)}" for severity in Severity]


def test_counts_follow_what_is_typed(typed: Callable[..., Any]) -> None:
    read = typed({})
    assert [read(cell) for cell in COUNTS] == [0, 1, 12]
    read = typed({(AMENDMENTS, 5, "price"): "275000"})
    assert [read(cell) for cell in COUNTS] == [0, 0, 12]
    read = typed({(AMENDMENTS, 5, "price"): "oops"})
    assert [read(cell) for cell in COUNTS] == [1, 0, 9]
    first = BLOCK.first_row + 1
    assert read(f"{CHECKS}!B{first}") == f"{AMENDMENTS}!{LETTERS['price']}5"
    assert read(f"{CHECKS}!E{first}") == "Go to cell"


def test_purchases_count_them_too(typed: Callable[..., Any]) -> None:
    read = typed({(TIERS, 6, "quantity_from"): "many"})
    lines = [read(f"{PURCHASES}!{letter}{number}") for letter in "EFGH" for number in range(1, 10)]
    assert "errors: 1, warnings: 0, notes: 9" in lines


# Rows that are being typed, and cells that keep every price back.


def sheets_with(typed: dict[str, Cell]) -> Sheets:
    """The sheets of a contract, and below the rows of Amendments one with these cells."""
    above: list[list[Cell]] = [[] for _ in range(TITLE_ROW - 1)]
    grids = [list(map(list, grid)) for grid in sheets_of(contract_of([*TABLE, ALL]))[:2]]
    grids[1].append([typed.get(column.field) for column in COLUMNS])
    return Sheets(*([*above, *(list(map(plain, line)) for line in grid)] for grid in grids))


@HOSTS
@pytest.mark.parametrize(
    ("typed", "missing", "are"),
    [
        ({"document": 2, "title": "Amendment 2", "quantity_from": 1}, ["charge"], "is"),
        ({"document": 2, "charge": "package"}, ["title", "quantity_from"], "are"),
        ({"clause": "3"}, ["document", "title", "quantity_from", "charge"], "are"),
    ],
)
def test_a_row_being_typed_says_what_it_lacks(
    host: Host, typed: dict[str, Cell], missing: list[str], are: str
) -> None:
    """The formulas say so in the words of the core."""
    sheets = sheets_with(typed)
    *before, last = map(format_title, missing)
    said = f"{', '.join(before)} and {last}" if before else last
    said = f"row 6 is not complete yet: {said} {are} missing"
    where = f"{AMENDMENTS}!{LETTERS[missing[0]]}6"
    [problem] = read_sheets(sheets).problems
    assert f"{problem}".startswith(f"{where}: {said}; expected ")
    [line] = found_by(host, sheets, 1, 1)
    assert line[:3] == ("error", where, said)


@HOSTS
def test_a_wrong_cell_is_an_error_at_that_cell(host: Host) -> None:
    typed = {"document": 2, "title": "Amendment 2", "quantity_from": 1, "charge": "package"}
    sheets = sheets_with({**typed, "price": "12,5o"})
    [(severity, where, said, _)] = found_by(host, sheets, 1, 1)
    assert (severity, where) == ("error", f"{AMENDMENTS}!{LETTERS['price']}6")
    assert said == f"{format_title('price')} is not what is expected"

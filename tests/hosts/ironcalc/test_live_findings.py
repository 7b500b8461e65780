"""The findings of the workbook of names, edited as a person would: cases stated by hand."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pytest

from tests.hosts.parity.test_lambdas import EACH, PREFIX, asked_singly, book, single
from tests.hosts.parity.test_live_findings import BUILT, check_agrees, found_by
from tests.support.asked_books import Formula, cell_of, part_of, with_questions, with_rows
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
    SHEETS,
    TIERS,
    TITLE_ROW,
    column_letter,
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
    UNTIL_THEN,
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
    "a row typed twice": (
        [*TABLE, ALL, ALL],
        [Found("Duplicate", AMENDMENTS, 6, named="Amendments row 5")],
    ),
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
    lines = [read(f"{PURCHASES}!{letter}{number}") for letter in "EFGH" for number in range(1, 15)]
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
    assert line == ("error", where, said, f"complete the row{UNTIL_THEN}")
    assert explained(host, sheets) == f"not determinable: {AMENDMENTS}, row 6 is not complete yet."


def explained(host: Host, sheets: Sheets) -> Cell:
    """What the formulas say of a purchase."""
    below = Sheets(*(grid[TITLE_ROW - 1 :] for grid in sheets[:2]))
    [answers] = asked_singly(host, below, [[5.0, 43_997.0, "", ""]])
    return dict(zip(EACH, answers, strict=True))["EXPLAIN"]


TYPED = {"document": 2, "title": "Amendment 2", "quantity_from": 1, "charge": "package"}
A_DAY = "a date such as 2013-12-20, not text that looks like one"
TO_THE_CENT = "an amount to the cent, such as 279995.00, not below 0"
BLANK = "a blank cell for this pricing method"
OUGHT_TO_BE: list[tuple[str, dict[str, Cell], str]] = [
    (
        "document",
        {"document": 0},
        "the number of the amendment, 1 or more; blank on the sheet Tiers",
    ),
    ("title", {"title": 1e16}, "text"),
    ("quantity_from", {"quantity_from": "1"}, "a number such as 12.50, not below 0"),
    ("quantity_to", {"quantity_to": "and above"}, "a quantity, 'or more', or nothing"),
    (
        "charge",
        {"charge": "lump sum"},
        "one of: package, per unit, graduated, additional, discount, standing discount, withdrawn, "
        "not on file",
    ),
    ("price", {"price": "12,5o"}, TO_THE_CENT),
    ("unit_price", {"unit_price": "$4.35"}, "a number such as 12.50, not below 0"),
    ("per", {"unit_price": 1, "per": 7}, "one of: 1, 10, 100, 1,000, 1,000,000"),
    ("percent", {"percent": "10%"}, "a number, 15 for 15 percent, from 0 to 100"),
    ("maximum", {"maximum": 0.001}, TO_THE_CENT),
    ("purchased_from", {"purchased_from": "2020-01-01"}, A_DAY),
    ("effective", {"effective": "1/2/2020"}, f"{A_DAY}, or 'not on file'"),
    ("replaces", {"replaces": "all"}, "the number of an earlier document, or 'all before'"),
    ("step", {"step": 0}, "a number above 0, such as 1 or 0.25"),
    ("part_units", {"part_units": "half"}, "one of: none, nearest, up, down, not said"),
    ("billed", {"billed": "weekly"}, "one of: once, month, quarter, year, not on file"),
    ("quantity_to", {"quantity_from": 5, "quantity_to": 4}, "Quantity from or more"),
    ("percent", {"percent": 5}, BLANK),
    ("per", {"per": 10}, f"{BLANK}, or where Unit price is blank"),
    ("maximum", {"minimum": 5, "maximum": 4}, f"Minimum charge or more, or {BLANK}"),
    (
        "purchased_through",
        {"purchased_from": 43_832, "purchased_through": 43_831},
        "Purchase from or a later day",
    ),
    ("ends", {"effective": 43_831, "ends": 43_830}, "the first day in force or a later day"),
    (
        "replaces",
        {"replaces": 2},
        "the number of an earlier document, or 'all before'; blank on the sheet Tiers",
    ),
    (
        "increase",
        {"effective": 43_831, "increase": "3 percent from 2025-07-01"},
        "a row for each rise, effective from its day",
    ),
    ("assumed", {"assumed": "a guess"}, "titles of columns that are filled in, a colon and why"),
    ("quantity_from", {"quantity_from": 0.5}, "a multiple of Order multiple"),
]


@HOSTS
@pytest.mark.parametrize(("field", "typed", "expected"), OUGHT_TO_BE)
def test_a_wrong_cell_says_what_is_expected(
    host: Host, field: str, typed: dict[str, Cell], expected: str
) -> None:
    sheets = sheets_with({**TYPED, **typed})
    where, said = (
        f"{AMENDMENTS}!{LETTERS[field]}6",
        f"{format_title(field)} is not what is expected",
    )
    assert where in {each.where for each in read_sheets(sheets).problems}
    [line] = found_by(host, sheets, 1, 1)
    assert line == ("error", where, said, f"expected: {expected}{UNTIL_THEN}")
    found = f"not determinable: {AMENDMENTS}, row 6: {said}: {expected}."
    assert explained(host, sheets) == found


@HOSTS
@pytest.mark.parametrize(
    ("field", "said", "wrong"),
    [
        ("unit", ("IPs", "seats"), 6),
        ("step", (1, 0.5), 6),
        ("part_units", ("up", "none"), 6),
        ("billed", ("year", "not on file"), 5),
    ],
)
def test_rows_that_contradict_each_other_are_both_named(
    host: Host, field: str, said: tuple[Cell, Cell], wrong: int
) -> None:
    """Of a unit the first counts, of the others the largest, wherever it is."""
    sheets = sheets_with(TYPED)
    index = [column.field for column in COLUMNS].index(field)
    for line in (*sheets.tiers[4:], *sheets.amendments[4:]):
        line[index] = None
    sheets.tiers[4][index], sheets.tiers[5][index] = said
    assert read_sheets(sheets).problems
    found = f"{format_title(field)} contradicts {TIERS} row {11 - wrong}"
    [line] = found_by(host, sheets, 1, 1)
    todo = f"expected: the same in all rows of the service{UNTIL_THEN}"
    assert line == ("error", f"{TIERS}!{LETTERS[field]}{wrong}", found, todo)
    assert explained(host, sheets) == f"not determinable: {TIERS}, row {wrong}: {found}."


# Tables that are not what they were.

Parts = dict[str, bytes]
LAST, NEXT = (column_letter(len(COLUMNS) - back) for back in (1, 0))


def rename(field: str, title: str) -> Callable[[Parts, str], None]:
    """Types over a title."""

    def edit(parts: Parts, sheet: str) -> None:
        address = f"{LETTERS[field]}{TITLE_ROW}"
        put_cell(parts, sheet, rf'<c r="{address}"[^>]*>.*?</c>', cell_of(address, title))

    return edit


def type_at(address: str) -> Callable[[Parts, str], None]:
    """Types below the table, where it does not grow."""

    def edit(parts: Parts, sheet: str) -> None:
        row = f'<row r="{re.sub("[A-Z]", "", address)}">{cell_of(address, "2")}</row>'
        put_cell(parts, sheet, "</sheetData>", f"{row}</sheetData>")

    return edit


def widen(parts: Parts, sheet: str) -> None:
    """Adds a column to the right of the table, and a word to its first row."""
    name = f"xl/tables/table{1 + SHEETS.index(sheet)}.xml"
    table = parts[name].decode().replace(f":{LAST}", f":{NEXT}")
    table = table.replace(f'count="{len(COLUMNS)}"', f'count="{len(COLUMNS) + 1}"')
    mine = f'<tableColumn id="{len(COLUMNS) + 1}" name="Mine" /></tableColumns>'
    parts[name] = table.replace("</tableColumns>", mine).encode()
    for number in (TITLE_ROW, TITLE_ROW + 1):
        address = f"{NEXT}{number}"
        put_cell(
            parts,
            sheet,
            rf'(?<=<row r="{number}">)(.*?)</row>',
            rf"\1{cell_of(address, 'Mine')}</row>",
        )


def blank(parts: Parts, sheet: str) -> None:
    for each in (TIERS, AMENDMENTS):
        put_cell(parts, each, rf'<row r="{TITLE_ROW + 1}">.*</sheetData>', "</sheetData>")


def put_cell(parts: Parts, sheet: str, pattern: str, instead: str) -> None:
    part, count = re.subn(pattern, instead, parts[part_of(sheet)].decode(), flags=re.DOTALL)
    assert count == 1
    parts[part_of(sheet)] = part.encode()


CHANGE_BACK = "change it back; Tiers and Amendments have the same titles"
MOVE = "move it directly below the last row of the table"
EDITS: list[tuple[Callable[[Parts, str], None], str, str, str]] = [
    (
        rename("charge", "Method"),
        f"!A{TITLE_ROW}",
        "a title on the sheet {} was changed: there is no 'Pricing method'",
        CHANGE_BACK,
    ),
    (rename("charge", "pricing  METHOD"), "", "", ""),
    (type_at("A9"), "!A9", "row 9 on the sheet {} is outside its table", MOVE),
    (type_at("X9999"), "!A9999", "row 9999 on the sheet {} is outside its table", MOVE),
    (
        widen,
        f"!A{TITLE_ROW}",
        f"the table on the sheet {{}} goes beyond column {LAST} or row 10000",
        "take out the columns or rows",
    ),
]


@HOSTS
@pytest.mark.parametrize("sheet", [TIERS, AMENDMENTS])
@pytest.mark.parametrize("edit", EDITS)
def test_a_table_that_is_not_what_it_was_is_named(
    host: Host, sheet: str, edit: tuple[Callable[[Parts, str], None], str, str, str]
) -> None:
    change, cell, said, to_do = edit
    line, explained = asked_after(host, change, sheet, 1 if said else 0)
    if said:
        found = said.format(sheet)
        assert line == ("error", f"{sheet}{cell}", found, f"{to_do}{UNTIL_THEN}")
        assert explained == f"not determinable: {found}."
    else:
        assert line[2].startswith(BUILT)
        assert explained.startswith("5.00 for 5 IPs")


@HOSTS
def test_sheets_without_rows_say_so(host: Host) -> None:
    found = "no row on Tiers or Amendments can be read"
    line, explained = asked_after(host, blank, TIERS)
    assert line[:3] == ("error", TIERS, found)
    assert explained == f"not determinable: {found}."


def asked_after(
    host: Host, change: Callable[[Parts, str], None], sheet: str, lines: int = 1
) -> tuple[Any, Any]:
    """The first of so many lines of CHECK and the explanation of a purchase, after an edit."""
    grids = (list(map(list, grid)) for grid in sheets_of(contract_of([*TABLE, ALL]))[:2])
    parts = with_rows(book(), *([list(map(plain, line)) for line in grid] for grid in grids))
    change(parts, sheet)
    checked = with_questions(parts, [[Formula(f"{PREFIX}_CHECK()", lines + 2, 4)]])
    asked = with_questions(parts, [[5.0, 43_997.0, "", "", "", single("EXPLAIN", 1)]])
    [*_, explained] = host(asked, 1, 6)[0]
    return tuple(host(checked, lines + 2, 4)[1]), explained

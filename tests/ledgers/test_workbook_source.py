"""A ledger on a sheet is read as its XML says it, or refused: no line, cell or part of a number is
left out in silence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.support.cli_runner import Ran, Run
from tests.support.csv_ledgers import read, write_contract
from tests.support.hostile_ledgers import MAIN, OFFICE, PARTS, SHEET, TEXTS
from xlfuncs.ledgers.workbook_source_limits import SheetBounds
from xlfuncs.pricing.outcomes import BadInput

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLED = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    "</styleSheet>"
)
Parts = dict[str, Any]


def batch(folder: Path, run: Run, change: Callable[[Parts], None]) -> Ran:
    """What is said of a ledger of one line, 10 units bought on 2020-06-01, after a change."""
    parts = {**PARTS, "xl/styles.xml": STYLED, TEXTS: f'<sst xmlns="{MAIN}"/>'}
    change(parts)
    with ZipFile(folder / "ledger.xlsx", "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    contract = write_contract(folder)
    return run("batch", folder / "ledger.xlsx", "-c", contract)


def rows(old: str, new: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old in parts[SHEET]
        parts[SHEET] = parts[SHEET].replace(old, new)

    return change


LINE = PARTS[SHEET].partition('<row r="2">')[2].partition("</row>")[0]


def other(name: str, old: str, new: str) -> Callable[[Parts], None]:
    """Another text in a part."""

    def change(parts: Parts) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return change


def in_utf_16(parts: Parts) -> None:
    parts[SHEET] = parts[SHEET].encode("utf-16")


ROW_3 = f'<sheetData><row r="3">{LINE}</row></sheetData>'
NOT_PLAIN = "has a number in row 2 that is not plain"
ASIDE = "has a comment within the XML of row 2"
LIST = "its list of sheets cannot be read"
REFUSED = {
    "a row twice": (
        rows("</sheetData>", f'<row r="2">{LINE}</row></sheetData>'),
        "has row '2' twice",
    ),
    "a row above the one before": (rows('<row r="2">', '<row r="1">'), "has row '1' twice"),
    "a cell twice": (rows('<c r="B2"', '<c r="A2"><v>20</v></c><c r="B2"'), "has a cell at 'A2'"),
    "a cell of another row": (rows('r="A2"', 'r="A9"'), "has a cell at 'A9'"),
    "a cell without its row": (rows('r="A2"', 'r="A"'), "has a cell at 'A'"),
    "a cell in small letters": (rows('r="A2"', 'r="a2"'), "has a cell at 'a2'"),
    "two values": (rows("<v>10</v>", "<v>10</v><v>20</v>"), "a cell with two values in row 2"),
    "a value and a text": (rows("<v>10</v>", "<v>1</v><is><t>2</t></is>"), "with two values"),
    "the rows twice": (
        rows("</sheetData>", f"</sheetData>{ROW_3}"),
        "its sheet has its rows twice",
    ),
    "a number with a reference": (rows("<v>10</v>", "<v>1&#48;</v>"), NOT_PLAIN),
    "a number with a comment": (rows("<v>10</v>", "<v>1<!-- -->0</v>"), ASIDE),
    "a number with marked text": (rows("<v>10</v>", "<v>1<![CDATA[0]]></v>"), ASIDE),
    "a row of another prefix": (
        rows("</sheetData>", f'<x:row xmlns:x="x" r="2">{LINE}</x:row></sheetData>'),
        "has row '2' twice",
    ),
    "branches": (
        rows('<row r="2">', '<x:AlternateContent xmlns:x="x"/><row r="2">'),
        "has row '2' twice, out of order",
    ),
    "branches in a row": (
        rows('<c r="B2"', '<x:AlternateContent xmlns:x="x"/><c r="B2"'),
        "has a cell at 'B2' in row 2 twice, out of order",
    ),
    "a sheet in UTF-16": (in_utf_16, "its sheet is not written in UTF-8"),
    "a relation twice": (
        other(RELATIONS, 'Id="rId2"', 'Id="rId1"'),
        "has the relation 'rId1' twice",
    ),
    "two parts of texts": (
        other(RELATIONS, "/styles", "/sharedStrings"),
        "has 2 parts of the kind 'sharedStrings'",
    ),
    "two lists of sheets": (other(WORKBOOK, "</workbook>", "<sheets/></workbook>"), LIST),
    "a sheet outside the list": (
        other(WORKBOOK, "<sheets>", '<sheet name="X" r:id="rId1"/><sheets>'),
        LIST,
    ),
    "no sheets": (
        other(WORKBOOK, '<sheet name="L" sheetId="1" r:id="rId1"/>', ""),
        "has no sheets",
    ),
    "no list of sheets": (
        other("_rels/.rels", "officeDocument", "other"),
        "is not a workbook that Excel can open",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_sheet_that_could_be_read_in_two_ways_is_refused(
    name: str, tmp_path: Path, run: Run
) -> None:
    change, words = REFUSED[name]
    ran = batch(tmp_path, run, change)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert "open it in Excel and save it again" in ran.err


def test_cells_that_are_far_apart_are_refused_even_in_few_rows() -> None:
    """As they are measured: a library would make a table of all that is between them."""
    sheet = (
        b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="50"><c r="XFD50"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(BadInput, match="they span 50 rows and 16,384 columns"):
        list(SheetBounds(100, 100).measure([sheet]))


def named_otherwise(parts: Parts) -> None:
    """The parts have other names than usual, and others of the usual names say something else."""
    for name, other in ((WORKBOOK, "xl/book2.xml"), (RELATIONS, "xl/_rels/book2.xml.rels")):
        parts[other] = parts[name]
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(WORKBOOK, "xl/book2.xml")
    parts["xl/worksheets/real.xml"] = parts[SHEET].replace("<v>10</v>", "<v>20</v>")
    parts["xl/_rels/book2.xml.rels"] = parts[RELATIONS].replace("sheet1.xml", "real.xml")


BUTTON = (
    '<x:AlternateContent xmlns:x="x"><x:Choice><controls><control><controlPr><anchor><from>'
    "<x:col>3</x:col><x:row>2</x:row></from><to><x:col>4</x:col><x:row>4</x:row></to></anchor>"
    "</controlPr></control></controls></x:Choice></x:AlternateContent><!-- generated -->"
)


def hidden_first(parts: Parts) -> None:
    sheets = (
        '<sheet name="Old" sheetId="2" state="hidden" r:id="rId1"/>'
        '<sheet name="L" sheetId="1" r:id="rId9"/>'
    )
    before, _, after = parts[WORKBOOK].partition("<sheets>")
    parts[WORKBOOK] = f"{before}<sheets>{sheets}</sheets>{after.partition('</sheets>')[2]}"
    related = (
        f'<Relationship Id="rId9" Type="{OFFICE}/worksheet" Target="worksheets/new.xml"/></Rel'
    )
    parts[RELATIONS] = parts[RELATIONS].replace("</Rel", related)
    parts["xl/worksheets/new.xml"] = parts[SHEET].replace("<v>10</v>", "<v>20</v>")


@pytest.mark.parametrize(
    ("change", "price", "day"),
    [
        pytest.param(lambda parts: None, "100.00", "2020-06-01", id="as it is"),
        pytest.param(named_otherwise, "200.00", "2020-06-01", id="parts of other names"),
        pytest.param(hidden_first, "200.00", "2020-06-01", id="a hidden sheet before the ledger"),
        pytest.param(
            rows('<row r="2"><c r="A2"><v>10</v></c><c r="B2"', "<row><c><v>10</v></c><c"),
            "100.00",
            "2020-06-01",
            id="rows and cells without places",
        ),
        pytest.param(
            rows("</sheetData>", f"</sheetData>{BUTTON}"),
            "100.00",
            "2020-06-01",
            id="a button and a comment below the rows",
        ),
        pytest.param(
            rows(
                f'<row r="2">{LINE}',
                '<row r="3"><c><v>10</v></c><c s="1"><v>43982.9999999999</v></c>',
            ),
            "100.00",
            "2020-05-31",
            id="a moment before midnight below a blank row",
        ),
    ],
)
def test_a_sheet_is_read_by_what_its_parts_say_of_each_other(
    change: Callable[[Parts], None], price: str, day: str, tmp_path: Path, run: Run
) -> None:
    ran = batch(tmp_path, run, change)
    [line] = [line for line in read(ran.out) if line["Qty"]]
    assert (line["Price"], line["Date"][:10]) == (price, day)


@pytest.mark.parametrize(
    ("serial", "read_as", "answer"),
    [("2013", "2013", "bad input"), ("2200", "1910-01-09", "no price")],
)
def test_a_year_is_no_day_of_1909_where_days_count_from_1904(
    serial: str, read_as: str, answer: str, tmp_path: Path, run: Run
) -> None:
    def change(parts: Parts) -> None:
        rows(LINE, f'<c r="A2"><v>10</v></c><c r="B2" s="1"><v>{serial}</v></c>')(parts)
        other(WORKBOOK, "<sheets>", '<workbookPr date1904="1"/><sheets>')(parts)

    ran = batch(tmp_path, run, change)
    [line] = read(ran.out)
    assert (line["Outcome"], line["Date"]) == (answer, read_as)
    said = f"purchase date is '{serial}', and a year is not a date"
    assert (said in line["Reason"]) == (answer == "bad input")

"""A ledger on a sheet is read as its XML says it, or refused: no line, cell or part of a number is
left out in silence."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from hostile_ledgers import MAIN, OFFICE, PARTS, SHEET, TEXTS
from ledger_files import read, write_contract
from typed import Ran

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLED = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    "</styleSheet>"
)
Parts = dict[str, str]


def batch(folder: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Parts], None]) -> Ran:
    """What is said of a ledger of one line, 10 units bought on 2020-06-01, after a change."""
    parts = {**PARTS, "xl/styles.xml": STYLED, TEXTS: f'<sst xmlns="{MAIN}"/>'}
    change(parts)
    with ZipFile(folder / "ledger.xlsx", "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    contract = write_contract(folder)
    return Ran(capsys, "batch", folder / "ledger.xlsx", "-c", contract)


def rows(old: str, new: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old in parts[SHEET]
        parts[SHEET] = parts[SHEET].replace(old, new)

    return change


LINE = PARTS[SHEET].partition('<row r="2">')[2].partition("</row>")[0]
REFUSED = {
    "a row twice": rows("</sheetData>", f'<row r="2">{LINE}</row></sheetData>'),
    "a row above the one before": rows('<row r="2">', '<row r="1">'),
    "a cell twice": rows('<c r="B2"', '<c r="A2"><v>20</v></c><c r="B2"'),
    "a cell of another row": rows('r="A2"', 'r="A9"'),
    "a cell in small letters": rows('r="A2"', 'r="a2"'),
    "two values": rows("<v>10</v>", "<v>10</v><v>20</v>"),
    "a value and a text": rows("<v>10</v>", "<v>10</v><is><t>20</t></is>"),
    "the rows twice": rows(
        "</sheetData>", f'</sheetData><sheetData><row r="3">{LINE}</row></sheetData>'
    ),
    "a number with a reference": rows("<v>10</v>", "<v>1&#48;</v>"),
    "a number with a comment": rows("<v>10</v>", "<v>1<!-- -->0</v>"),
    "a number with marked text": rows("<v>10</v>", "<v>1<![CDATA[0]]></v>"),
    "branches": rows('<row r="2">', '<x:AlternateContent xmlns:x="x"/><row r="2">'),
    "a relation twice": lambda parts: parts.update(
        {RELATIONS: parts[RELATIONS].replace('Id="rId2"', 'Id="rId1"')}
    ),
    "two lists of sheets": lambda parts: parts.update(
        {WORKBOOK: parts[WORKBOOK].replace("</workbook>", "<sheets/></workbook>")}
    ),
    "a sheet outside the list": lambda parts: parts.update(
        {WORKBOOK: parts[WORKBOOK].replace("<sheets>", '<sheet name="X" r:id="rId1"/><sheets>')}
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_sheet_that_could_be_read_in_two_ways_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = batch(tmp_path, capsys, REFUSED[name])
    assert (ran.status, ran.out) == (2, "")
    assert "open it in Excel and save it again; nothing was written" in ran.err


def named_otherwise(parts: Parts) -> None:
    """The parts have other names than usual, and others of the usual names say something else."""
    for name, other in ((WORKBOOK, "xl/book2.xml"), (RELATIONS, "xl/_rels/book2.xml.rels")):
        parts[other] = parts[name]
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(WORKBOOK, "xl/book2.xml")
    parts["xl/worksheets/real.xml"] = parts[SHEET].replace("<v>10</v>", "<v>20</v>")
    parts["xl/_rels/book2.xml.rels"] = parts[RELATIONS].replace("sheet1.xml", "real.xml")


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
    change: Callable[[Parts], None],
    price: str,
    day: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran = batch(tmp_path, capsys, change)
    [line] = [line for line in read(ran.out) if line["Qty"]]
    assert (line["Price"], line["Date"][:10]) == (price, day)

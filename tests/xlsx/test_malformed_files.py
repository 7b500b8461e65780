"""Malformed workbooks are read as their XML says it, or end in one sentence.

The usual ones are in `tests/messages`, those that would take much memory in `test_bombs.py`.
"""

import os
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.support.workbook_edits import shipped_workbook
from xlfuncs.errors import FileFormatError
from xlfuncs.loader import load_reading
from xlfuncs.output_files import NOT_THERE, replace_file, state_of, write_content
from xlfuncs.xlsx.package import OFFICE

TIERS_PART = "xl/worksheets/sheet2.xml"
ENTITY_BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">%s]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="4"><c r="A1" t="inlineStr"><is><t>&z9;</t></is></c></row></sheetData></worksheet>
""" % b"".join(
    b'<!ENTITY z%d "%s">' % (n, (b"&z%d;" % (n - 1) if n else b"&a;") * 10) for n in range(10)
)


def repacked(change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The shipped workbook with some of its parts changed, or left out where None."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(shipped_workbook())) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for name in source.namelist():
            part = change(name, source.read(name))
            if part is not None:
                package.writestr(name, part)
    return target.getvalue()


def replaced(part: str, content: bytes) -> bytes:
    return repacked(lambda name, old: content if name == part else old)


MALFORMED = {
    "a zip of something else": (
        lambda: repacked(lambda name, old: old if name == TIERS_PART else None),
        "damaged, or not a workbook",
    ),
    "no Tiers sheet": (
        lambda: in_the_book((b'"Tiers"', b'"Prices"')),
        "no sheet 'Tiers'; expected it with Purchases, Prices, Amendments",
    ),
    "an entity bomb": (lambda: replaced(TIERS_PART, ENTITY_BOMB), "states a document type"),
    "a part twice, in other letters": (
        lambda: packed_twice("xl/Worksheets/sheet3.xml"),
        "has its part xl/Worksheets/sheet3.xml twice",
    ),
    "a part twice, with other slashes": (
        lambda: packed_twice("xl\\worksheets\\sheet3.xml"),
        "sheet3.xml twice",
    ),
    "a part twice, in other words": (
        lambda: packed_twice("xl/worksheets/./sheet%33.xml"),
        "twice",
    ),
    "two sheets in a part": (
        lambda: replaced(
            "xl/_rels/workbook.xml.rels",
            part_of("xl/_rels/workbook.xml.rels").replace(b"sheet2.xml", b"sheet3.xml"),
        ),
        "has 2 sheets in the part 'xl/worksheets/sheet3.xml'",
    ),
    "a sheet outside": (
        lambda: replaced(
            "xl/_rels/workbook.xml.rels",
            part_of("xl/_rels/workbook.xml.rels").replace(
                b'Target="/xl/worksheets/sheet2.xml"',
                b'Target="http://example.org/a" TargetMode="External"',
            ),
        ),
        "sheet 'Tiers' is not in the file; open the workbook in Excel",
    ),
    "elements within elements": (
        lambda: in_the_book((b"</sheets>", b"</sheets>" + b"<a>" * 256 + b"</a>" * 256)),
        "its part xl/workbook.xml has elements more than 256 deep",
    ),
    "a tag without end": (
        lambda: in_the_book((b"</sheets>", b"</sheets" + b" " * 2 * 2**20 + b">")),
        "its part xl/workbook.xml has a tag of more than 1 MiB",
    ),
    "a web page": (lambda: b"\n<!DOCTYPE html><html><table>", "is a web page, not a workbook"),
}


def part_of(name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(shipped_workbook())) as package:
        return package.read(name)


STRINGS_PART = "xl/sharedStrings.xml"
AMENDMENTS_PART = "xl/worksheets/sheet3.xml"


def moved(*swaps: tuple[bytes, bytes]) -> bytes:
    """The shipped workbook with some bytes of its Amendments sheet changed."""
    part = part_of(AMENDMENTS_PART)
    for old, new in swaps:
        assert old in part
        part = part.replace(old, new)
    return replaced(AMENDMENTS_PART, part)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            lambda: moved((b'<row r="5"', b'<row r="9"')), id="a row below the ones after it"
        ),
        pytest.param(lambda: moved((b'<row r="6"', b'<row r="5"')), id="a row twice"),
        pytest.param(lambda: moved((b'<row r="6"', b'<row r="-6"')), id="a row below nought"),
        pytest.param(lambda: moved((b'<row r="6"', b'<row r="1048577"')), id="a row too far down"),
        pytest.param(lambda: moved((b' r="J6"', b' r="I6"')), id="a cell twice"),
        pytest.param(lambda: moved((b' r="J6"', b' r="J5"')), id="a cell of another row"),
    ],
)
def test_rows_and_cells_that_would_be_left_out_are_refused(
    content: Callable[[], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content())
    with pytest.raises(
        FileFormatError, match="twice, out of order, or beyond the last one; open the"
    ):
        load_reading(path)


def test_a_stray_cell_far_below_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    stray = b'<row r="100000"><c r="B100000"/></row></sheetData>'
    path.write_bytes(moved((b"</sheetData>", stray)))
    tracemalloc.start()
    assert load_reading(path).problems == ()
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()


def test_a_formula_that_was_never_calculated_is_refused_whatever_its_type(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    part = part_of(AMENDMENTS_PART)
    cell = re.search(rb'<c r="M6"[^>]*>.*?</c>', part)[0]
    path.write_bytes(moved((cell, b'<c r="M6" t="str"><f>TODAY()</f></c>')))
    assert [problem.where for problem in load_reading(path).problems] == ["Amendments!M6"]


def test_the_time_of_day_is_dropped_also_just_before_midnight(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(moved((b"<v>41639</v>", b"<v>41639.999999999</v>")))
    footnote = load_reading(path).contract.amendments[1]
    assert str(footnote.purchased_through) == "2013-12-31"


def test_a_carriage_return_within_a_text_is_a_line_break(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    old = part_of(STRINGS_PART)
    new = old.replace(b">Purchase by<", b">Purchase_x000D_\nby<")
    assert new != old
    path.write_bytes(replaced(STRINGS_PART, new))
    assert load_reading(path).problems == ()


def test_rows_beyond_the_size_that_a_file_states_are_read(tmp_path: Path) -> None:
    short = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', part_of(TIERS_PART))
    path = tmp_path / "book.xlsx"
    path.write_bytes(replaced(TIERS_PART, short))
    contract = load_reading(path).contract
    assert contract is not None
    assert len(contract.tiers) == 3


def test_a_replaced_file_keeps_its_permissions_and_leaves_nothing_beside_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "book.xlsx"
    replace_file(path, write_content(b"old"), NOT_THERE, keep=False)
    path.chmod(0o640)
    replace_file(path, write_content(b"new"), state_of(path), keep=False)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["book.xlsx"]


def test_a_file_that_cannot_be_replaced_is_left_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, write_content(b"new"), state_of(path), keep=True)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["book.xlsx"]


def rewritten(part: bytes, *swaps: tuple[bytes, bytes]) -> bytes:
    """A part with some of its bytes changed, of which each has to be there."""
    for old, new in swaps:
        assert old in part
        part = part.replace(old, new)
    return part


def row(number: int) -> bytes:
    """A row of the sheet Amendments as it is stored."""
    return re.search(rb'<row r="%d".*?</row>' % number, part_of(AMENDMENTS_PART))[0]


def single_quoted(part: bytes) -> bytes:
    return re.sub(rb' r="(\w+)"', rb" r = '\1'", part)


def without_places(part: bytes) -> bytes:
    return re.sub(rb' r="\w+"', b"", part)


def in_utf_16(part: bytes) -> bytes:
    text = re.sub(r"^<\?xml[^>]*\?>", "", part.decode())
    return f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")


def with_prefixes(part: bytes) -> bytes:
    part = re.sub(rb"^<\?xml[^>]*\?>\s*", b"", part).replace(b"xmlns=", b"xmlns:s=", 1)
    return re.sub(rb"<(/?)(?!/)(\w+)(?=[\s>/])", rb"<\1s:\2", part)


AS_IT_IS = {
    "single quotes and spaces": single_quoted,
    "UTF-16": in_utf_16,
    "namespaces with prefixes": with_prefixes,
    "rows and cells without places": without_places,
    "spaces around a number": lambda part: rewritten(part, (b"<v>255000</v>", b"<v> 255000\n</v>")),
    "an exponent": lambda part: rewritten(part, (b"<v>255000</v>", b"<v>2.55E5</v>")),
    "a comment within a number": lambda part: rewritten(
        part, (b"<v>255000</v>", b"<v>255<!-- -->000</v>")
    ),
    "an extension of a cell": lambda part: rewritten(
        part, (b"<v>255000</v>", b"<v>255000</v><extLst><ext><a/></ext></extLst>")
    ),
}
"""Other ways to store the same sheet."""


@pytest.mark.parametrize("way", AS_IT_IS)
def test_a_sheet_is_read_however_its_xml_is_written(way: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(shipped_workbook())
    expected = load_reading(path)
    path.write_bytes(replaced(AMENDMENTS_PART, AS_IT_IS[way](part_of(AMENDMENTS_PART))))
    assert load_reading(path) == expected
    assert load_reading(path).contract.amendments[1].price == 255_000


def stored(value: bytes, attributes: bytes = b"") -> Callable[[bytes], bytes]:
    """Another value in the cell I6 of Amendments."""

    def change(part: bytes) -> bytes:
        found = re.search(rb'<c r="I6"([^>]*)><v>255000</v></c>', part)
        kept = re.sub(rb' %s="[^"]*"' % attributes[1:2], b"", found[1]) if attributes else found[1]
        return part.replace(found[0], b'<c r="I6"%s%s>%s</c>' % (kept, attributes, value))

    return change


def below(sheet: bytes) -> Callable[[bytes], bytes]:
    return lambda part: rewritten(part, (b"</sheetData>", sheet))


TWICE = "twice, out of order, or beyond the last one"
OTHERWISE = {
    "a row without a number before row 5": (
        lambda part: rewritten(part, (row(5), b"<row></row><row></row>" + row(5))),
        f"sheet 'Amendments' has row 5 {TWICE}",
    ),
    "rows in another order": (
        lambda part: rewritten(part, (row(5), b""), (row(6), row(6) + single_quoted(row(5)))),
        f"sheet 'Amendments' has row 5 {TWICE}",
    ),
    "rows in another order in UTF-16": (
        lambda part: in_utf_16(rewritten(part, (row(5), b""), (row(6), row(6) + row(5)))),
        f"sheet 'Amendments' has row 5 {TWICE}",
    ),
    "a row whose number is none": (below(b'<row r="3e9"/></sheetData>'), "has row 3e9"),
    "a cell twice, in other quotes": (
        lambda part: rewritten(part, (b"<v>255000</v></c>", b"<v>255000</v></c><c r='I6'/>")),
        f"has the cell 'I6' of row 6 {TWICE}",
    ),
    "a cell with the signs of a fixed place": (
        lambda part: rewritten(part, (b' r="I6"', b' r="$I$6"')),
        "has the cell '$I$6' of row 6",
    ),
    "a cell in small letters": (
        lambda part: rewritten(part, (b' r="I6"', b' r="i6"')),
        "has the cell 'i6' of row 6",
    ),
    "a cell beyond the last column": (
        below(b'<row r="9"><c r="XFE9"/></row></sheetData>'),
        "has the cell 'XFE9' of row 9",
    ),
    "two values": (stored(b"<v>1</v><v>255000</v>"), "Amendments!I6 holds 'v' twice"),
    "another program's element": (
        stored(b"<a:v xmlns:a='urn:a'>1</a:v><v>255000</v>"),
        "Amendments!I6 holds 'v' twice or where it is not understood",
    ),
    "a choice of rows": (
        below(b"<a:AlternateContent xmlns:a='urn:a'/></sheetData>"),
        "has 'AlternateContent' near row 6",
    ),
    "two tables of cells": (
        below(b"</sheetData><sheetData/>"),
        "has 'sheetData' twice or in a place where it is not understood",
    ),
    "a row outside the table of cells": (below(b'</sheetData><row r="9"/>'), "has 'row' twice or"),
    "a hexadecimal number": (stored(b"<v>0x3E8</v>"), "I6 holds '0x3E8', which is not a number"),
    "a number with a low line": (stored(b"<v>25_5000</v>"), "I6 holds '25_5000', which is no"),
    "Arabic digits": (stored("<v>٢٥٥٠٠٠</v>".encode()), "which is not a number"),
    "no number": (stored(b"<v>nan</v>"), "I6 holds 'nan', which is not a number"),
    "a number without an end": (stored(b"<v>1e400</v>"), "I6 holds '1e400', which is not a number"),
    "a number of many digits": (
        stored(b"<v>%s</v>" % (b"9" * 5000)),
        "...', which is not a number",
    ),
    "an unknown kind": (stored(b"<v>1</v>", b' t="z"'), "I6 holds a value of the kind 'z'"),
    "no text": (stored(b"<v>-1</v>", b' t="s"'), "I6 holds '-1', which is neither an error"),
    "a text beyond the last": (
        stored(b"<v>99999</v>", b' t="s"'),
        "I6 holds the text with the number 99999, which does not exist",
    ),
    "a style beyond the last": (
        stored(b"<v>255000</v>", b' s="9999"'),
        "I6 holds the style 9999, which does not exist",
    ),
    "an element of another program within a text": (
        stored(b"<is><a:t xmlns:a='urn:a'>255000</a:t></is>", b' t="inlineStr"'),
        "Amendments!I6 has 't' in 'is', which is not understood",
    ),
    "characters beside a text": (
        stored(b"<is>255<t>000</t></is>", b' t="inlineStr"'),
        "Amendments!I6 has '255' in 'is', which is not understood",
    ),
    "a formula of another cell": (
        stored(b'<f t="shared" si="7"/><v>9</v>'),
        "I6 holds a formula that is not on the sheet",
    ),
}
"""Sheets that a reader of patterns would read otherwise than Excel, and what is said of them."""


@pytest.mark.parametrize("way", OTHERWISE)
def test_what_is_not_understood_of_a_sheet_is_refused(way: str, tmp_path: Path) -> None:
    change, reason = OTHERWISE[way]
    path = tmp_path / "book.xlsx"
    path.write_bytes(replaced(AMENDMENTS_PART, change(part_of(AMENDMENTS_PART))))
    with pytest.raises(FileFormatError) as refusal:
        load_reading(path)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        (b"<mergeCells count='1'><mergeCell ref='I5:I6'/></mergeCells>", "I5:I6"),
        (b'<mergeCells><mergeCell ref = "$I$5:$I$6"/></mergeCells>', "I5:I6"),
        (b'<mergeCells><mergeCell ref="A:B"/></mergeCells>', "A:B"),
        (b'<mergeCells><mergeCell ref="5:6"/></mergeCells>', "5:6"),
    ],
)
def test_merged_cells_are_found_however_they_are_written(
    stated: bytes, named: str, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(moved((b"</sheetData>", b"</sheetData>" + stated)))
    assert f"Amendments!{named}" in {problem.where for problem in load_reading(path).problems}


OF_SHARED_TEXTS = {
    "an unknown element": (b"<a><t>or more</t></a>", "'a' in 'si'"),
    "an element of another program": (b"<a:t xmlns:a='urn:a'>or more</a:t>", "'t' in 'si'"),
    "an element within the characters": (b"<t>or <b/>more</t>", "'b' in 't'"),
    "characters beside the text": (b"or more", "'or more' in 'si'"),
    "a text within another": (b"<si><t>or more</t></si>", "'si' in 'si'"),
}


@pytest.mark.parametrize("way", OF_SHARED_TEXTS)
def test_what_is_not_understood_of_a_text_is_refused(way: str, tmp_path: Path) -> None:
    """A text that was passed over would be a blank cell, and blank is no `or more`."""
    other, where = OF_SHARED_TEXTS[way]
    path = tmp_path / "book.xlsx"
    new = rewritten(part_of(STRINGS_PART), (b"<t>or more</t>", other))
    path.write_bytes(replaced(STRINGS_PART, new))
    with pytest.raises(FileFormatError) as refusal:
        load_reading(path)
    assert f"the part with its texts has {where}, which is not understood" in str(refusal.value)


def test_a_text_with_styles_readings_and_extensions_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(shipped_workbook())
    expected = load_reading(path)
    rich = (
        b"<r><rPr><b/></rPr><t>or</t></r> <r><t> more</t></r>"
        b'<rPh sb="0" eb="1"><t>reading</t></rPh><phoneticPr fontId="1"/>'
    )
    extension = b"<extLst><ext><a>of another program</a></ext></extLst></sst>"
    new = rewritten(part_of(STRINGS_PART), (b"<t>or more</t>", rich), (b"</sst>", extension))
    path.write_bytes(replaced(STRINGS_PART, new))
    assert load_reading(path) == expected


RELATIONS_PART = "xl/_rels/workbook.xml.rels"


@pytest.mark.parametrize("kind", [b"urn:a/worksheet", b"", b"urn:a/chartsheet"])
def test_a_sheet_of_an_unknown_kind_is_not_passed_over(kind: bytes, tmp_path: Path) -> None:
    """Its rows would be lost, as nobody would look for any on it."""
    path = tmp_path / "book.xlsx"
    known = b'Type="%s/worksheet" Target="/xl/worksheets/sheet1.xml"' % OFFICE.encode()
    other = b'Type="%s" Target="/xl/worksheets/sheet1.xml"' % kind
    new = rewritten(part_of(RELATIONS_PART), (known, other))
    path.write_bytes(replaced(RELATIONS_PART, new))
    with pytest.raises(FileFormatError) as refusal:
        load_reading(path)
    assert f"sheet 'Purchases' is of the kind {kind.decode()!r}" in str(refusal.value)


STYLES_PART = "xl/styles.xml"


def test_a_number_format_with_two_meanings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    second = b'<numFmt numFmtId="164" formatCode="0%"/></numFmts>'
    new = rewritten(part_of(STYLES_PART), (b"</numFmts>", second))
    path.write_bytes(replaced(STYLES_PART, new))
    with pytest.raises(FileFormatError) as refusal:
        load_reading(path)
    assert "has two number formats with the number 164" in str(refusal.value)


@pytest.mark.parametrize("number", [14, 27, 31, 36, 50, 58])
def test_a_price_that_is_shown_as_a_day_is_none_in_any_language(
    number: int, tmp_path: Path
) -> None:
    """The formats from 27 on are days where Excel speaks Chinese, Japanese or Korean."""
    path = tmp_path / "book.xlsx"
    style = int(re.search(rb'<c r="I6" s="(\d+)"', part_of(AMENDMENTS_PART))[1])
    styles = part_of(STYLES_PART)
    begin = styles.index(b"<cellXfs")
    used = re.findall(rb"<xf .*?(?:/>|</xf>)", styles[begin:], re.DOTALL)[style]
    other = re.sub(rb'numFmtId="\d+"', b'numFmtId="%d"' % number, used)
    path.write_bytes(replaced(STYLES_PART, styles[:begin] + styles[begin:].replace(used, other)))
    problems = {problem.where: problem.text for problem in load_reading(path).problems}
    assert problems["Amendments!I6"].startswith("price is 2598-02-2")


def test_an_escaped_character_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    clause = re.search(rb'<c r="C6"[^>]*><v>(\d+)</v>', part_of(AMENDMENTS_PART))
    texts = re.findall(rb"<si>.*?</si>", part_of(STRINGS_PART), re.DOTALL)
    old = texts[int(clause[1])]
    for kept, read in ((b"_x005F_x0041_", "_x0041_"), (b"a_x0041_b", "aAb")):
        new = part_of(STRINGS_PART).replace(old, b"<si><t>%s</t></si>" % kept)
        path.write_bytes(replaced(STRINGS_PART, new))
        assert load_reading(path).contract.amendments[1].clause == read


def packed_twice(name: str) -> bytes:
    """The shipped workbook with its Amendments once more, at another price."""
    target = BytesIO(shipped_workbook())
    with zipfile.ZipFile(target, "a") as package:
        package.writestr(name, part_of(AMENDMENTS_PART).replace(b"255000", b"1"))
    return target.getvalue()


def in_the_book(*swaps: tuple[bytes, bytes]) -> bytes:
    return replaced("xl/workbook.xml", rewritten(part_of("xl/workbook.xml"), *swaps))


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_workbook_is_one_sentence(name: str, tmp_path: Path) -> None:
    content, reason = MALFORMED[name]
    path = tmp_path / "book.xlsx"
    path.write_bytes(content())
    with pytest.raises(FileFormatError) as refusal:
        load_reading(path)
    sentence = str(refusal.value)
    assert sentence.startswith(f"{path}: ")
    assert reason in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("truth", [b"1", b"true"])
def test_the_date_system_is_told_in_either_word(truth: bytes, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(in_the_book((b"<workbookPr ", b'<workbookPr date1904="%s" ' % truth)))
    assert str(load_reading(path).contract.amendments[1].purchased_through) == "2018-01-01"

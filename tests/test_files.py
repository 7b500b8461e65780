"""Malformed files end in one clear sentence and bounded memory; files are replaced whole."""

import os
import re
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from workbook_edits import shipped_workbook

from xlfuncs.files.loading import load
from xlfuncs.files.replacing import NOT_THERE, replace_file, seen, write_content
from xlfuncs.files.unreadable import Unreadable

TIERS_PART = "xl/worksheets/sheet2.xml"
ENTITY_BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">%s]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="4"><c r="A1" t="inlineStr"><is><t>&z9;</t></is></c></row></sheetData></worksheet>
""" % b"".join(
    b'<!ENTITY z%d "%s">' % (n, (b"&z%d;" % (n - 1) if n else b"&a;") * 10) for n in range(10)
)
MEMORY = 600 * 2**20


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


@cache
def zip_bomb() -> bytes:
    """A sheet of a gigabyte in a file of some megabytes."""
    target = BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        package.open(TIERS_PART, "w", force_zip64=True) as part,
    ):
        for _ in range(2**10):
            part.write(b" " * 2**20)
    return target.getvalue()


def lying_zip_bomb() -> bytes:
    """A bomb whose directory says that it is small."""
    content = bytearray(replaced(TIERS_PART, b" " * 2**26))
    size = (2**26).to_bytes(4, "little")
    position = content.find(size)
    while position >= 0:
        content[position : position + 4] = (100).to_bytes(4, "little")
        position = content.find(size)
    return bytes(content)


MALFORMED = {
    "empty": (lambda: b"", "damaged, or no .xlsx workbook"),
    "no zip": (lambda: b"Quantity;Price\n1;2\n", "damaged, or no .xlsx workbook"),
    "truncated": (lambda: shipped_workbook()[:5000], "damaged, or no .xlsx workbook"),
    "locked": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "locked with a password"),
    "a zip of something else": (
        lambda: repacked(lambda name, old: old if name == TIERS_PART else None),
        "damaged, or no workbook",
    ),
    "no Tiers sheet": (
        lambda: replaced(
            "xl/workbook.xml", part_of("xl/workbook.xml").replace(b'"Tiers"', b'"Prices"')
        ),
        "no sheet 'Tiers'; expected it beside Purchases, Prices, Amendments",
    ),
    "broken XML": (lambda: replaced(TIERS_PART, b"<worksheet><sheetData>"), "damaged"),
    "an entity bomb": (lambda: replaced(TIERS_PART, ENTITY_BOMB), "damaged"),
    "an entity bomb in the workbook part": (
        lambda: replaced("xl/workbook.xml", ENTITY_BOMB),
        "damaged",
    ),
    "a zip bomb": (zip_bomb, "unpacks to 1,024 MiB; expected at most 256 MiB"),
    "a lying zip bomb": (lying_zip_bomb, "damaged"),
    "a part that is missing": (
        lambda: repacked(lambda name, old: None if name == TIERS_PART else old),
        "no sheet 'Tiers'",
    ),
}


def part_of(name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(shipped_workbook())) as package:
        return package.read(name)


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_workbook_is_one_sentence(name: str, tmp_path: Path) -> None:
    content, reason = MALFORMED[name]
    path = tmp_path / "book.xlsx"
    path.write_bytes(content())
    with pytest.raises(Unreadable) as refusal:
        load(path)
    sentence = str(refusal.value)
    assert sentence.startswith(f"{path}: ")
    assert reason in sentence
    assert "\n" not in sentence


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on address space")
@pytest.mark.parametrize("name", ["an entity bomb", "a zip bomb", "a lying zip bomb"])
def test_a_bomb_is_refused_in_bounded_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(MALFORMED[name][0]())
    program = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}));"
        "from xlfuncs.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "price", "1", "2014-01-01", "--contract", path],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert MALFORMED[name][1] in ran.stderr
    assert "Traceback" not in ran.stderr


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
    with pytest.raises(Unreadable, match="twice or out of order; open the workbook in Excel"):
        load(path)


def test_a_stray_cell_far_below_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    stray = b'<row r="100000"><c r="B100000"/></row></sheetData>'
    path.write_bytes(moved((b"</sheetData>", stray)))
    tracemalloc.start()
    assert load(path).problems == ()
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()


def test_a_formula_that_was_never_calculated_is_refused_whatever_its_type(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    part = part_of(AMENDMENTS_PART)
    cell = re.search(rb'<c r="M6"[^>]*>.*?</c>', part)[0]
    path.write_bytes(moved((cell, b'<c r="M6" t="str"><f>TODAY()</f></c>')))
    assert [problem.where for problem in load(path).problems] == ["Amendments!M6"]


def test_the_time_of_day_is_dropped_also_just_before_midnight(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(moved((b"<v>41639</v>", b"<v>41639.999999999</v>")))
    footnote = load(path).contract.amendments[1]
    assert str(footnote.purchased_through) == "2013-12-31"


def test_a_carriage_return_within_a_text_is_a_line_break(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    old = part_of(STRINGS_PART)
    new = old.replace(b">Purchased through<", b">Purchased_x000D_\nthrough<")
    assert new != old
    path.write_bytes(replaced(STRINGS_PART, new))
    assert load(path).problems == ()


def test_rows_beyond_the_size_that_a_file_states_are_read(tmp_path: Path) -> None:
    short = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', part_of(TIERS_PART))
    path = tmp_path / "book.xlsx"
    path.write_bytes(replaced(TIERS_PART, short))
    contract = load(path).contract
    assert contract is not None
    assert len(contract.tiers) == 3


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.toml", "No such file"),
        ("missing.xlsx", "No such file"),
        ("folder.xlsx", "no file that could be read to its end"),
        ("prices.csv", "expected a contract file (.toml) or a workbook"),
    ],
)
def test_a_file_that_is_none_is_one_sentence(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "prices.csv").touch()
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(Unreadable) as refusal:
        load(tmp_path / name)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_replaced_file_keeps_its_permissions_and_leaves_nothing_beside_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "book.xlsx"
    replace_file(path, write_content(b"old"), NOT_THERE, keep=False)
    path.chmod(0o640)
    replace_file(path, write_content(b"new"), seen(path), keep=False)
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
        replace_file(path, write_content(b"new"), seen(path), keep=True)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["book.xlsx"]

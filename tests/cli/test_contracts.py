"""Which contract is asked: named first, with -c, or none, and said in what is printed."""

import errno
import json
import os
import shlex
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import NoReturn
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest

from tests.support.cli_runner import Run
from tests.support.places import DATA
from tests.support.small_contract import CONTRACT
from tests.support.workbook_edits import edited, put, shipped_workbook
from xlfuncs.cli import contracts
from xlfuncs.loader import SHIPPED
from xlfuncs.xlsx.builder import WorkbookKind

OHIO = "Qualys vulnerability management for the State of Ohio"
SHIPPED_LINE = f"Contract: {OHIO} (shipped with xlfuncs)"
ACME_LINE = "Contract: Example (acme.toml)"
ASKED = ("price", "100,000", "2013-12-20")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def acme(folder: Path) -> Path:
    path = folder / "acme.toml"
    path.write_text(CONTRACT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "typed",
    [
        ("price", "acme.toml", "100", "2020-03-01"),
        ("price", "--json", "acme.toml", "100", "2020-03-01"),
        ("price", "acme.toml", "--service", "Scanning", "100", "2020-03-01"),
        ("price", "--service", "Scanning", "acme.toml", "100", "2020-03-01"),
        ("price", "100", "2020-03-01", "acme.toml"),
        ("price", "ACME.TOML", "100", "2020-03-01"),
        ("explain", "acme.toml", "100", "2020-03-01"),
        ("schedule", "acme.toml", "2020-03-01"),
        ("timeline", "acme.toml", "100"),
    ],
    ids=" ".join,
)
def test_a_contract_may_come_first(typed: tuple[str, ...], acme: Path, run: Run) -> None:
    (acme.parent / "ACME.TOML").write_text(CONTRACT, encoding="utf-8")
    ran = run(*typed)
    assert (ran.status, ran.err) == (0, "")
    assert "995.00" in ran.out


def test_a_workbook_may_come_first(folder: Path, run: Run) -> None:
    (folder / "prices.XLSX").write_bytes(shipped_workbook())
    assert run("price", "prices.XLSX", *ASKED[1:]).out == "255000.00\n"


@pytest.mark.parametrize(
    "typed",
    [
        ("price", "acme.toml", "100", "2020-03-01", "-c", "acme.toml"),
        ("price", "acme.toml", "other.toml", "100", "2020-03-01"),
        ("price", "100", "2020-03-01", "-c", "acme.toml", "-c", "other.toml"),
        ("check", "acme.toml", "-c", "acme.toml"),
    ],
    ids=" ".join,
)
def test_two_contracts_are_refused(typed: tuple[str, ...], acme: Path, run: Run) -> None:
    ran = run(*typed)
    assert (ran.status, ran.out) == (2, "")
    assert "acme.toml" in ran.err or "not allowed with argument" in ran.err


def test_an_option_in_front_of_a_contract_has_it_as_its_value(acme: Path, run: Run) -> None:
    ran = run("price", "100", "2020-03-01", "-c", "acme.toml", "--service", "acme.toml")
    assert "service is 'acme.toml'; expected 'Scanning'" in ran.err


def test_the_shipped_contract_has_a_name(acme: Path, run: Run) -> None:
    ran = run(*ASKED, "-c", "shipped")
    assert (ran.status, ran.out, ran.err) == (0, "255000.00\n", "")
    assert run("diff", "shipped", "shipped").status == 0
    assert SHIPPED_LINE in run("check", "shipped").out


@pytest.mark.parametrize(
    "typed",
    [
        ("schedule", "2020-03-01", "-c", "acme.toml"),
        ("timeline", "100", "-c", "acme.toml"),
        ("check", "acme.toml"),
        ("diff", "acme.toml", "--through", "0"),
        ("build", "acme.toml"),
        ("build", "acme.toml", "-o", "acme.oxt"),
    ],
    ids=" ".join,
)
def test_the_contract_that_answers_is_named(typed: tuple[str, ...], acme: Path, run: Run) -> None:
    ran = run(*typed)
    assert ACME_LINE in ran.out.splitlines()
    assert ran.err == ""


def test_what_is_piped_of_a_price_is_the_price_alone(acme: Path, run: Run) -> None:
    ran = run("price", "acme.toml", "100", "2020-03-01")
    assert (ran.out, ran.err) == ("995.00\n", "")


def test_a_batch_and_the_doctor_name_it_too(acme: Path, run: Run) -> None:
    Path("purchases.csv").write_text("Quantity,Date\n100,2020-03-01\n", encoding="utf-8")
    batch = run("batch", "purchases.csv", "-c", "acme.toml", "-o", "priced.csv")
    assert batch.status == 0
    assert batch.err.splitlines()[0] == ACME_LINE
    assert run("build", "acme.toml").status == 0
    assert run("doctor", "acme.xlsx").out.startswith("Contract: Example (acme.xlsx)\n")


def test_json_names_it_by_name_and_file(acme: Path, run: Run) -> None:
    named = {"name": "Example", "file": "acme.toml"}
    for typed in (
        ("price", "100", "2020-03-01"),
        ("explain", "100", "2020-03-01"),
        ("schedule", "2020-03-01"),
        ("timeline", "100"),
        ("check",),
    ):
        found = json.loads(run(*typed, "-c", "acme.toml", "--json").out)
        for each in found if isinstance(found, list) else [found]:
            assert each["contract"] == named
    shipped = json.loads(run(*ASKED, "-c", "shipped", "--json").out)
    assert shipped["contract"] == {"name": OHIO, "file": None}
    both = json.loads(run("diff", "shipped", "acme.toml", "--json").out)
    assert both["contract"] == {"before": shipped["contract"], "after": named}


@pytest.mark.parametrize("command", ["batch purchases.csv", "sql --dialect duckdb"])
def test_a_list_is_priced_only_from_a_contract_that_is_named(
    command: str, acme: Path, run: Run
) -> None:
    Path("purchases.csv").write_text("Quantity,Date\n100,2020-03-01\n", encoding="utf-8")
    ran = run(*command.split())
    assert (ran.status, ran.out) == (2, "")
    assert "no contract is named; use -c FILE" in ran.err
    assert "(acme.toml in this folder), or -c shipped" in ran.err
    assert run(*command.split(), "-c", "shipped").status == ("batch" in command), "none has a price"


@pytest.mark.parametrize(
    "typed",
    [
        ("price", "nofile.toml", "100", "2020-03-01"),
        ("diff", "acme.toml", "nofile.toml"),
        ("check", "nofile.toml"),
        ("build", "-c", "nofile.toml"),
    ],
    ids=" ".join,
)
def test_in_place_of_a_file_that_is_not_there_the_contracts_are_named(
    typed: tuple[str, ...], acme: Path, run: Run
) -> None:
    ran = run(*typed)
    missing = f"xlfuncs: nofile.toml: {os.strerror(errno.ENOENT)}"
    assert (ran.status, ran.err) == (2, f"{missing}; in this folder: acme.toml\n")
    acme.unlink()
    assert run("check", "nofile.toml").err == f"{missing}\n"


@pytest.mark.parametrize(
    ("typed", "way_out"),
    [
        ("price acme 100 2020-03-01", "found acme 100 2020-03-01; did you mean acme.toml?"),
        ("schedule ACME 2020-03-01", "found ACME 2020-03-01; did you mean acme.toml?"),
        ("timeline acme 100", "found acme 100; did you mean acme.toml?"),
        ("timeline 'MY ACME' 100", 'found MY ACME 100; did you mean "my acme.toml"?'),
        ("price acm 100 2020-03-01", "put quotes around"),
        ("price acme 100 2020-03-01 -c acme.toml", "put quotes around"),
    ],
)
def test_a_contract_without_the_end_of_its_name_is_found(
    typed: str, way_out: str, acme: Path, run: Run
) -> None:
    (acme.parent / "my acme.toml").write_text(CONTRACT, encoding="utf-8")
    ran = run(*shlex.split(typed))
    assert (ran.status, ran.out) == (2, "")
    assert way_out in ran.err


# The contracts in a folder, where none is named.

REMARK = "xlfuncs: this is the contract shipped with xlfuncs; "


@pytest.mark.parametrize(
    "typed", [ASKED, ("explain", *ASKED[1:]), ("timeline", "5"), ("check",), ("build",)]
)
def test_a_contract_in_the_folder_is_remarked(typed: tuple[str, ...], acme: Path, run: Run) -> None:
    ran = run(*typed)
    remark = f"{REMARK}acme.toml is in this folder: use -c acme.toml for that one\n"
    assert ran.err == remark
    assert run(*typed, "-c", "acme.toml").err.count(REMARK) == 0


def test_several_contracts_are_named_or_counted(folder: Path, run: Run) -> None:
    for name in ("a b.toml", "c.toml"):
        Path(name).write_text(CONTRACT, encoding="utf-8")
    two = 'a b.toml and c.toml are in this folder: use -c "a b.toml", for example\n'
    assert run(*ASKED).err == REMARK + two
    Path("d.toml").write_text(CONTRACT, encoding="utf-8")
    assert "a b.toml, c.toml and 1 more are in this folder" in run(*ASKED).err


def test_a_workbook_with_a_contract_is_remarked(folder: Path, run: Run) -> None:
    edited(folder, lambda book: put(book["Amendments"], 1, "price", 1)).rename("mine.xlsm")
    assert "mine.xlsm is in this folder" in run(*ASKED).err


def test_only_other_contracts_are_remarked(folder: Path, run: Run) -> None:
    Path("pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    Path("prices.xlsx").write_text("no workbook", encoding="utf-8")
    Path("qualys_ohio.toml").write_bytes(Path(SHIPPED).read_bytes())
    Path(".hidden.toml").write_text(CONTRACT, encoding="utf-8")
    Path("folder.toml").mkdir()
    Path("nowhere.toml").symlink_to("nothing.toml")
    assert run("build", "-c", "shipped", "-o", "qualys_ohio.xlsx").status == 0
    assert run(*ASKED).err == ""
    put_in = edited(folder, lambda book: put(book["Amendments"], 1, "price", 1))
    put_in.replace("qualys_ohio.xlsx")
    assert "qualys_ohio.xlsx is in this folder" in run(*ASKED).err


def test_a_workbook_of_another_day_is_no_other_contract(folder: Path, run: Run) -> None:
    built = shipped_workbook(date(2020, 1, 1), WorkbookKind.LAMBDAS)
    Path("qualys_ohio.xlsx").write_bytes(built)
    assert run(*ASKED).err == ""


def test_no_more_of_a_folder_is_read_than_takes_no_time(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "MOST_LOOKED_INTO", 5)
    for number in range(5):
        Path(f"{number:02}.toml").write_text("[project]\n", encoding="utf-8")
    Path("acme.toml").write_text(CONTRACT, encoding="utf-8")
    assert run(*ASKED).err == ""
    Path("04.toml").unlink()
    assert "acme.toml" in run(*ASKED).err
    monkeypatch.setattr(contracts, "MOST_ENTRIES", 0)
    assert run(*ASKED).err == ""


def test_files_that_are_no_contracts_hide_none(folder: Path, run: Run) -> None:
    for number in range(contracts.MOST_WORKBOOKS + 5):
        Path(f"a{number:02}.toml").write_text("[project]\n", encoding="utf-8")
        Path(f"b{number:02}.xlsx").write_text("no workbook", encoding="utf-8")
        Path(f"y{number:02}.xlsx").write_bytes(packed("xl/workbook.xml", b"<workbook/>"))
    changed_workbook(folder).rename("c.xlsx")
    Path("z.toml").write_text(CONTRACT, encoding="utf-8")
    assert "c.xlsx and z.toml are in this folder" in run(*ASKED).err
    Path("c.xlsx").replace("z.xlsx")
    assert "; z.toml is in this folder" in run(*ASKED).err


def changed_workbook(folder: Path) -> Path:
    return edited(folder, lambda book: put(book["Amendments"], 1, "price", 1))


def packed(name: str, content: bytes, packing: int = ZIP_DEFLATED) -> bytes:
    """A package of one part."""
    file = BytesIO()
    with ZipFile(file, "w", packing) as parts:
        parts.writestr(name, content)
    return file.getvalue()


def with_damage(content: bytes) -> bytes:
    """A package of which the first part has other bytes in its middle."""
    with ZipFile(BytesIO(content)) as parts:
        first = parts.infolist()[0]
    begin = 30 + len(first.filename)
    end = begin + first.compress_size
    return content[:begin] + bytes(255 - each for each in content[begin:end]) + content[end:]


def test_damaged_workbooks_in_the_folder_change_nothing(acme: Path, run: Run) -> None:
    sheets = b'<workbook><sheet name="Tiers"/><sheet name="Amendments"/></workbook>' * 50
    for packing in (ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA):
        content = packed("xl/workbook.xml", sheets, packing)
        Path(f"{packing}.xlsx").write_bytes(with_damage(content))
        Path(f"half of {packing}.xlsx").write_bytes(content[: len(content) // 2])
    stored = packed("xl/workbook.xml", sheets, ZIP_STORED)
    Path("stored.xlsx").write_bytes(with_damage(stored))
    Path("locked.xlsx").write_bytes(stored.replace(b"\x14\0\0\0", b"\x14\0\1\0"))
    Path("cut off.xlsx").write_bytes(b"PK\3\4")
    ran = run(*ASKED)
    assert (ran.status, ran.out) == (0, "255000.00\n")
    assert ran.err == f"{REMARK}acme.toml is in this folder: use -c acme.toml for that one\n"


@pytest.mark.parametrize("packing", [ZIP_BZIP2, ZIP_LZMA])
def test_a_part_packed_as_excel_never_does_is_not_unpacked(
    packing: int, folder: Path, run: Run
) -> None:
    Path("found.xlsx").write_bytes(packed("xl/workbook.xml", b'"Tiers" "Amendments"'))
    assert "found.xlsx" in run(*ASKED).err
    Path("found.xlsx").write_bytes(packed("xl/workbook.xml", b'"Tiers" "Amendments"', packing))
    assert run(*ASKED).err == ""


def test_a_workbook_of_many_parts_or_of_many_bytes_is_not_opened(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = changed_workbook(folder)
    assert book.name in run(*ASKED).err
    with ZipFile(book, "a") as parts:
        for number in range(contracts.MOST_PARTS):
            parts.writestr(f"{number}", b"")
    assert run(*ASKED).err == ""
    book = changed_workbook(folder)
    assert book.name in run(*ASKED).err
    monkeypatch.setattr(contracts, "LARGEST_WORKBOOK", book.stat().st_size - 1)
    assert run(*ASKED).err == ""


def test_a_workbook_that_unpacks_to_much_is_not_compared_with_the_shipped_one(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = shipped_workbook(date(2020, 1, 1), WorkbookKind.LAMBDAS)
    Path("qualys_ohio.xlsx").write_bytes(built)
    assert run(*ASKED).err == ""
    monkeypatch.setattr(contracts, "LARGEST_WORKBOOK", len(built))
    assert "qualys_ohio.xlsx is in this folder" in run(*ASKED).err


def test_a_link_to_itself_hides_no_contract(acme: Path, run: Run) -> None:
    Path("loop.toml").symlink_to("loop.toml")
    assert "; acme.toml is in this folder" in run(*ASKED).err


def test_a_folder_that_may_not_be_listed_is_no_error(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> NoReturn:
        raise PermissionError

    monkeypatch.setattr(os, "scandir", refuse)
    assert run(*ASKED).out == "255000.00\n"


def test_the_example_contracts_are_asked_as_they_are(run: Run) -> None:
    ran = run("schedule", DATA / "contracts" / "galaxy_telnet.toml", "2004-07-01")
    assert "Contract: Galaxy Telecom reseller prices (" in ran.out

"""`doctor` on whichever computer: what it prints, what it finds in a workbook, what it refuses."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.macro_books import edited_in_excel, macro_book, of_older_xlwings, with_module
from tests.support.office import need
from tests.support.windows_computer import Said
from tests.support.workbook_edits import put, shipped_workbook
from xlfuncs.cli import main
from xlfuncs.doctor.interpreter import (
    check_interpreter,
    check_other_settings,
    check_packages,
    inspect_python,
    is_name_of_this_one,
)
from xlfuncs.doctor.windows import read_bits
from xlfuncs.doctor.workbook import MODULES, check_workbook, load_checked_workbook
from xlfuncs.doctor.xlwings_conf import find_misread_line, load_settings, parse_rows, set_row
from xlfuncs.errors import format_quoted
from xlfuncs.xlsx.reader import open_workbook
from xlfuncs.xlsx.vba.project import DOCUMENT, list_modules

Doctor = Callable[..., Said]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="what is reported elsewhere")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return macro_book(tmp_path)


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    def typed(*arguments: str | Path) -> Said:
        capsys.readouterr()
        status = main(["doctor", *map(str, arguments)])
        said = Said(status, *capsys.readouterr())
        assert "Traceback" not in said.err
        assert said.status == (2 if said.err else 1 if said.to_do else 0)
        return said

    return typed


def program(path: Path, text: str) -> Path:
    """A script in place of a program."""
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def only(lines: list[str]) -> str:
    [line] = lines
    return line


@pytest.mark.host
def test_where_nothing_is_broken_nothing_is_to_be_done(doctor: Doctor, book: Path) -> None:
    need("soffice")
    alone = doctor()
    assert alone.to_do == []
    python, xlwings, office = alone.of("ok")
    assert python.endswith(f"64 bit: {sys.executable}")
    assert xlwings.startswith("xlwings: 0.37.8")
    assert office.startswith("LibreOffice: 25.")
    assert alone.of("note") == ["Excel: its functions need Excel on Windows"]
    with_book = doctor(book)
    assert with_book.of("ok")[3:] == [
        f"{book}: its sheets have no problems",
        f"{book}: has the macros of the functions",
        f"{book}: its macros are from xlwings 0.37.8, as this Python has it",
    ]
    assert with_book.to_do == []


def test_an_add_in_is_a_workbook_too(doctor: Doctor, tmp_path: Path) -> None:
    add_in = tmp_path / "prices.xlam"
    assert main(["build", "-o", str(add_in)]) == 0
    assert f"{add_in}: has the macros of the functions" in doctor(add_in).out


def test_nothing_of_windows_is_imported_elsewhere() -> None:
    asked = (
        "import sys; from xlfuncs.cli import main; main(['doctor']); print('winreg' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.endswith("False\n")


def test_fix_changes_nothing_elsewhere(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    said = doctor("--fix")
    assert said.of("note")[0] == (
        "xlwings' settings: are for Excel on Windows; nothing was changed"
    )
    assert list(tmp_path.rglob("*.conf")) == []


# the workbook


def of(book: Path, said: Said) -> list[str]:
    """What is to be done about a workbook, whatever is to be done about the computer."""
    return [line for line in said.to_do if line.startswith(f"{book}: ")]


def test_the_modules_are_those_that_a_build_writes() -> None:
    assert {DOCUMENT, *MODULES} == {module.name for module in list_modules("QUALYS")}


@pytest.mark.parametrize("name", MODULES)
def test_a_workbook_that_lacks_a_macro_is_to_be_rebuilt(book: Path, name: str) -> None:
    found = check_workbook(load_checked_workbook(with_module(book, name, None)))
    expected = (
        f'{book}: is missing the macros {name}; rebuild it (xlfuncs build --keep -o "{book}")'
    )
    assert f"do    {expected}" in map(str, found)


def test_rebuilding_it_helps(doctor: Doctor, book: Path) -> None:
    of_older_xlwings(book)
    assert "are from xlwings 0.30.1, but this Python has 0.37.8" in only(of(book, doctor(book)))
    assert main(["build", "--keep", "-o", str(book), "--force"]) == 0
    assert of(book, doctor(book)) == []


def test_building_a_workbook_with_macros_helps(doctor: Doctor, tmp_path: Path) -> None:
    for name, new in (("a.xlsx", "a.xlsm"), ("b.xlsm", "b with functions.xlsm")):
        book = tmp_path / name
        book.write_bytes(shipped_workbook())
        found = only(of(book, doctor(book)))
        way_out = f'xlfuncs build --contract "{book}" -o "{tmp_path / new}"'
        assert found.endswith(
            f"has no macros, so its functions do not work in Excel; type {way_out}"
        )
        assert main(["build", "--contract", str(book), "-o", str(tmp_path / new)]) == 0
        assert of(tmp_path / new, doctor(tmp_path / new)) == []


def test_a_problem_on_the_sheets_is_named(doctor: Doctor, book: Path) -> None:
    edited_in_excel(book, lambda opened: put(opened["Amendments"], 1, "price", "12,5o"))
    one = only(of(book, doctor(book)))
    assert one.startswith(f"{book}: Amendments!I5: price is '12,5o'; expected a number such as")
    assert one.endswith(f'xlfuncs check --contract "{book}" lists every problem')
    edited_in_excel(book, lambda opened: put(opened["Amendments"], 2, "price", "=1+1"))
    assert " (and 1 more); xlfuncs check" in only(of(book, doctor(book)))


@pytest.mark.parametrize("name", ["a$(touch ran).xlsm", "a`touch ran`.xlsm", 'a";touch ran;".xlsm'])
def test_a_command_that_is_shown_does_what_it_says_and_no_more(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whoever sent a workbook has named it."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(of_older_xlwings(macro_book(tmp_path)).read_bytes())
    line = only(of(Path(name), doctor(name)))
    command = line.partition("rebuild it (")[2].partition("), or")[0]
    shell = ["/bin/sh", "-c", f'xlfuncs() {{ printf "%s" "$5"; }}; xlfuncs -- {command[8:]}']
    ran = subprocess.run(shell, capture_output=True, text=True, check=True)
    assert (ran.stdout, Path("ran").exists()) == (name, False)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (r"C:\two words\a&b %x% $1.xlsm", r"C:\two words\a&b %x% $1.xlsm"),
        ("a$(calc).xlsm", "a?(calc).xlsm"),
        ("a\u201d;calc;\u201e.xlsm", "a?;calc;?.xlsm"),
        (";calc;`", ";calc;?"),
    ],
)
def test_a_command_shown_on_windows_runs_nothing_in_powershell_either(
    name: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlfuncs.errors.ON_WINDOWS", True)
    assert format_quoted(name) == f'"{shown}"'


def test_what_is_no_workbook_is_refused(doctor: Doctor, tmp_path: Path) -> None:
    no_zip, no_sheets = tmp_path / "no.xlsm", tmp_path / "empty.xlsx"
    no_zip.write_bytes(b"no workbook")
    edited_in_excel(
        macro_book(tmp_path, "empty.xlsx"), lambda opened: opened.remove(opened["Tiers"])
    )
    for path, expected in (
        (tmp_path / "none.xlsm", "No such file"),
        (no_zip, "is text, such as CSV, not a workbook"),
        (no_sheets, "no sheet 'Tiers'"),
        (tmp_path / "book.toml", "expected a workbook (.xlsx, .xlsm, .xlam)"),
        (tmp_path, "expected a workbook"),
    ):
        said = doctor(path, "--fix")
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith(f"xlfuncs: {path}: ")
        assert expected in said.err
        assert said.err.count(str(path)) == 1


# the parts that do not need Windows


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"", {}),
        (b'"a","1"\r\n"A","2"\r\n', {"A": "1"}),
        (b'"a","1"', {"A": "1"}),
        (b'"a", "1, 2" \n  b , 3 \n', {"A": "1, 2", "B": "3"}),
        (b'"a",""\r\n', {"A": ""}),
        (b'"a"\r\n"1"\r\n', {"A": "1"}),
        (b'"a","1"\r\n\r\n"b","2"\r\n', {"A": "1", "": "b"}),
        (b'\xef\xbb\xbf"a","1"\r\n"b","2"', {'\ufeff"A"': "1", "B": "2"}),
    ],
)
def test_settings_are_read_value_by_value_as_vba_does(content: bytes, rows: dict[str, str]) -> None:
    assert parse_rows(content) == rows
    if rows.keys() <= {"A", "B"}:
        changed = set_row(content, "A", "3")
        assert parse_rows(changed)["A"] == "3"
        assert {**parse_rows(changed), "A": rows.get("A")} == {"A": None, **rows}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", None),
        (b'"a","1"\r\n"b",""', None),
        (b'"a","1"\r\n"b"\r\n', 2),
        (b'"a"\r\n"1"\r\n', 1),
        (b'\r\n"a","1"\r\n', 1),
        (b'"a","1"\r\n\r\n', 2),
        (b'"a","1"\r\n"b","2","3"\r\n', 2),
    ],
)
def test_a_line_that_is_no_name_with_its_value_is_found(content: bytes, line: int | None) -> None:
    assert find_misread_line(content) == line


def test_a_python_is_not_asked_with_modules_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "struct", "xlwings", "xlfuncs", "sitecustomize", "encodings"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "")
    here = inspect_python(Path(sys.executable))
    assert not (tmp_path / "ran").exists()
    assert not isinstance(here, str)
    assert "xlwings" not in here.failed


def test_a_text_names_this_python_without_a_look_at_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", r"C:\Users\Ann\py\python.exe")
    monkeypatch.setenv("USERPROFILE", r"C:\Users\ann")
    for text, is_this in (
        (r"c:\users\ANN\py\pythonw.exe", True),
        (r"C:/Users/Ann/py/python.exe", True),
        (r"%USERPROFILE%\py\pythonw.exe", True),
        (r"%NONE%\py\pythonw.exe", False),
        (r"C:\Users\Ann\py\evil.exe", False),
        (r"C:\Users\Ann\py\..\py\python.exe", False),
        (r"\\nowhere\c$\Users\Ann\py\python.exe", False),
        ("pythonw", False),
        ("", False),
    ):
        assert is_name_of_this_one(text) == is_this, text


def test_what_a_file_says_is_shown_without_signs_that_are_no_letters(
    book: Path, tmp_path: Path
) -> None:
    named = "C:\\\x1b[2J\u202epy" + 300 * "x"
    book.with_name("xlwings.conf").write_bytes(f'"INTERPRETER_WIN","{named}"\r\n'.encode())
    found = check_interpreter(load_settings(book, open_workbook(book.read_bytes())))
    assert f"names C:\\\\x1b[2J\\u202epy{250 * 'x'}..., which Excel would start" in found.text


def test_folders_of_modules_that_a_file_names_are_reported(book: Path) -> None:
    beside = book.with_name("xlwings.conf")
    beside.write_bytes(b'"PYTHONPATH","C:\\a"\r\n"ADD_WORKBOOK_TO_PYTHONPATH","True"\r\n')
    findings = check_other_settings(load_settings(book, open_workbook(book.read_bytes())))
    assert [str(each) for each in findings] == [  # the sheet says False of the other row
        f"do    {beside}: PYTHONPATH is 'C:\\\\a', so Excel's Python looks for modules there "
        f"first; expected no such row"
    ]

    def edit(opened: Any) -> None:
        opened["xlwings.conf"]["B1"].value = True

    beside.unlink()
    [on_sheet] = check_other_settings(
        load_settings(book, open_workbook(edited_in_excel(book, edit).read_bytes()))
    )
    assert "ADD_WORKBOOK_TO_PYTHONPATH is 'True', so Excel's Python" in on_sheet.text
    assert on_sheet.text.endswith("; expected False")


def test_settings_beside_a_workbook_are_read_from_a_small_file_alone(
    book: Path, tmp_path: Path
) -> None:
    beside = book.with_name("xlwings.conf")
    (tmp_path / "elsewhere").write_bytes(b'"INTERPRETER_WIN","C:\\a\\pythonw.exe"')
    beside.symlink_to(tmp_path / "elsewhere")
    opened = open_workbook(book.read_bytes())
    expected = "was not read; expected a file of at most 64 KiB that is not a link, or no file"
    findings = check_other_settings(load_settings(book, opened))
    assert [(each.where, each.text) for each in findings] == [(str(beside), expected)]
    beside.unlink()
    beside.write_bytes(b'"INTERPRETER_WIN","C:\\a\\pythonw.exe"\r\n' * 2000)
    findings = check_other_settings(load_settings(book, opened))
    assert [each.text for each in findings] == [expected]


def test_settings_that_are_the_users_own_stay_so_beside_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    book = macro_book(tmp_path / ".xlwings")
    book.with_name("xlwings.conf").write_bytes(b'"INTERPRETER_WIN","C:\\a\\pythonw.exe"')
    stated = load_settings(book, open_workbook(book.read_bytes())).interpreter()
    assert not stated.is_from_file


def test_a_python_that_has_nothing_is_reported_thing_by_thing() -> None:
    """The Python that this one's environment was made from has none of it."""
    bare = inspect_python(Path(sys._base_executable))
    assert not isinstance(bare, str)
    assert bare.version == sys.version_info[:3]
    xlwings, pywin32 = map(str, check_packages(bare))
    assert "cannot import it (No module named 'xlwings')" in xlwings
    assert "-m pip install --force-reinstall xlwings==0.37.8" in xlwings
    assert "cannot import pythoncom (No module named 'pythoncom')" in pywin32


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("echo Python was not found", "answered 'Python was not found'"),
        ("echo it is broken >&2; exit 1", "answered 'it is broken'"),
        ("exit 0", "answered 'nothing'"),
    ],
)
def test_what_is_no_python_says_so(tmp_path: Path, text: str, why: str) -> None:
    assert (
        inspect_python(program(tmp_path / "python", text)) == f"was asked for its version and {why}"
    )
    assert "could not be run" in str(inspect_python(tmp_path / "none"))


def test_bits_are_those_in_the_head_of_a_program(tmp_path: Path) -> None:
    assert read_bits(Path(sys.executable)) is None  # a program of another system
    assert read_bits(tmp_path) is None
    assert read_bits(tmp_path / "none.exe") is None

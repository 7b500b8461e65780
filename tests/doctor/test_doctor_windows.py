"""`doctor` on Windows: in each test one thing is broken, and reported with what to do.

Everything is what it is on Windows, run in Wine: Python, xlwings, pywin32, registry, settings.
Only Excel is a file with the head of a program. Wine keeps marks of files as files beside them,
under the name by which Windows knows a mark.
"""

from pathlib import Path

import openpyxl
import pytest

from tests.support.macro_books import edited_in_excel, macro_book, of_older_xlwings, with_module
from tests.support.windows_computer import EXCEL, MACHINE, USER, Entry, Terminal, copied, lines
from tests.support.wine import SITE, Windows, windows_path
from tests.support.workbook_edits import shipped_workbook
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

SECURITY = r"Software\Microsoft\Office\16.0\Excel\Security"
POLICY = r"Software\Policies\Microsoft\office\16.0\excel\security"
LIBRARY, LIBRARY_32 = "xlwings64-0.37.8.dll", "xlwings32-0.37.8.dll"
ELSEWHERE = r"C:\gone\pythonw.exe"
NOT_STARTED = (
    "which Excel would start in place of this Python; doctor neither started it nor looked for "
    "it. If you trust that Python, type xlfuncs doctor in its own environment to check it;"
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return macro_book(tmp_path)


def marked(book: Path, zone: int) -> Path:
    mark = book.with_name(f"{book.name}:Zone.Identifier")
    mark.write_bytes(f"[ZoneTransfer]\r\nZoneId={zone}\r\nHostUrl=about:internet\r\n".encode())
    return book


def settings_on_sheet(book: Path, *rows: tuple[str, str | None]) -> Path:
    def edit(opened) -> None:
        for row in rows:
            opened["xlwings.conf"].append(row)

    return edited_in_excel(book, edit)


def only(found: list[str]) -> str:
    [line] = found
    return line


def test_where_nothing_is_broken_nothing_is_to_be_done(terminal: Terminal, book: Path) -> None:
    alone = terminal.doctor()
    assert (alone.to_do, alone.err) == ([], "")
    this = windows_path(terminal.python / "python.exe")
    for line in (
        f"Python: 3.13.2, 64 bit: {this}",
        f"Excel: 64 bit: {windows_path(terminal.excel)}",
        r"xlwings' settings: C:\users\root\.xlwings\xlwings.conf names this Python".replace(
            "root", terminal.conf.parts[-3]
        ),
        f"xlwings: 0.37.8, which {terminal.pythonw} has",
        f"pywin32: {terminal.pythonw} has it",
        f"xlfuncs: {terminal.pythonw} has it",
        f"{LIBRARY}: is in {windows_path(terminal.python)}",
    ):
        assert line in alone.of("ok")
    note = "macros: Excel asks once for each workbook: press 'Enable Content'"
    assert alone.of("note") == [note]
    with_book = terminal.doctor(book)
    assert (with_book.to_do, with_book.err, with_book.of("note")) == ([], "", [note])
    shown = windows_path(book)
    assert with_book.of("ok") == [
        *alone.of("ok"),
        f"{shown}: its sheets have no problems",
        f"{shown}: has the macros of the functions",
        f"{shown}: its macros are from xlwings 0.37.8, as {terminal.pythonw} has it",
    ]


# xlwings' settings


def test_without_settings_excel_finds_no_python(terminal: Terminal) -> None:
    names_none = "xlwings.conf names no Python, and Excel's path has none; xlfuncs doctor --fix"
    terminal.conf.unlink()
    assert names_none in only(terminal.doctor().to_do)
    terminal.set(("LICENSE_KEY", "x"))
    assert names_none in only(terminal.doctor().to_do)


def test_without_settings_the_first_python_on_excels_path_counts(
    terminal: Terminal, windows: Windows
) -> None:
    terminal.conf.unlink()
    this, other = (windows_path(each) for each in (terminal.python, windows.python))
    assert terminal.doctor(registry=((USER, "Environment", "Path", this),)).to_do == []
    on_path = (USER, "Environment", "PATH", f"%NONE%;{other};{this}")
    found = only(terminal.doctor(registry=(on_path,)).to_do)
    assert f"and the first one on Excel's path is {other}\\pythonw.exe; xlfuncs doctor" in found
    with terminal.without(terminal.python / LIBRARY):
        on_path = (USER, "Environment", "PATH", this)
        found = only(terminal.doctor(registry=(on_path,)).to_do)
        assert found.startswith(
            f"{LIBRARY}: is not in a folder on Excel's path; xlfuncs doctor --fix"
        )
        away = terminal.python / f"{LIBRARY}.away"
        one_folder_up = terminal.python.parent / LIBRARY
        away.rename(one_folder_up)  # as in a virtual environment
        said = terminal.doctor("--fix", registry=(on_path,))
        one_folder_up.rename(away)
    assert said.to_do == []


@pytest.mark.parametrize(
    ("row", "stated", "expected"),
    [
        ("interpreter_win", ELSEWHERE, f"names {ELSEWHERE}, which does not exist; xlfuncs doctor"),
        ("INTERPRETER", r"C:\windows", r"names C:\windows, which does not exist; xlfuncs doctor"),
        ("INTERPRETER", "Python", r"names Python; expected a whole path, C:\...\pythonw.exe;"),
        ("INTERPRETER_WIN", r"\py\python.exe", r"names \py\python.exe; expected a whole path"),
    ],
)
def test_settings_that_name_no_program_are_to_be_fixed(
    terminal: Terminal, row: str, stated: str, expected: str
) -> None:
    terminal.set((row, stated))
    found = only(terminal.doctor().to_do)
    assert f"xlwings' settings: {row.upper()} in C:\\users" in found
    assert expected in found
    assert found.endswith("; xlfuncs doctor --fix enters this Python")


def test_a_variable_in_the_settings_counts_with_its_value(terminal: Terminal) -> None:
    terminal.set(("INTERPRETER_WIN", r"%SystemDrive%\none\python.exe"))
    assert r"names C:\none\python.exe, which does not exist" in only(terminal.doctor().to_do)


def test_settings_that_name_another_python_are_to_be_fixed(
    terminal: Terminal, windows: Windows
) -> None:
    other = windows_path(windows.python / "python.exe")
    terminal.set(("INTERPRETER_WIN", other))
    said = terminal.doctor()
    assert f"names {other}, which is not this Python; xlfuncs" in only(said.to_do)
    assert f"xlfuncs: {other} has it" in said.of("ok")


def test_another_python_is_asked_what_it_has(terminal: Terminal, tmp_path: Path) -> None:
    other = copied(terminal.python, tmp_path / "other")
    (other / SITE / "xlfuncs" / "hosts" / "excel.py").unlink()
    shown = windows_path(other / "pythonw.exe")
    terminal.set(("INTERPRETER_WIN", shown))
    settings, functions = terminal.doctor().to_do
    assert "which is not this Python" in settings
    assert functions == (
        f"xlfuncs: {shown} cannot import it (No module named 'xlfuncs.hosts.excel'); "
        f"xlfuncs doctor --fix enters this Python"
    )


def test_a_python_that_does_not_run_is_to_be_reinstalled(
    terminal: Terminal, tmp_path: Path
) -> None:
    broken = tmp_path / "pythonw.exe"
    broken.write_bytes(b"no program")
    terminal.set(("INTERPRETER_WIN", windows_path(broken)))
    settings, python = terminal.doctor().to_do
    assert "which is not this Python" in settings
    assert python.startswith(f"Python: {windows_path(broken)} could not be run (")


def test_an_empty_line_stops_xlwings(terminal: Terminal) -> None:
    terminal.conf.write_bytes(lines(("INTERPRETER_WIN", terminal.pythonw)) + b"\r\n")
    found = only(terminal.doctor().to_do)
    assert "xlwings.conf: line 2 is not a name with a value, which stops xlwings; exp" in found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("True", "DEBUG UDFS is 'True', so Excel waits for a server that is started"),
        ("", "DEBUG UDFS is ''; expected False, or no such row"),
    ],
)
def test_debugging_is_to_be_off(terminal: Terminal, value: str, expected: str) -> None:
    terminal.set(("INTERPRETER_WIN", terminal.pythonw), ("Debug UDFs", value))
    assert expected in only(terminal.doctor().to_do)
    terminal.set(("INTERPRETER_WIN", terminal.pythonw), ("Debug UDFs", "False"))
    assert terminal.doctor().to_do == []


def test_a_conda_environment_counts_where_no_path_is_named(
    terminal: Terminal, tmp_path: Path
) -> None:
    conda = (("CONDA PATH", r"C:\conda"), ("CONDA ENV", "prices"))
    terminal.set(("INTERPRETER_WIN", terminal.pythonw), *conda)
    assert terminal.doctor().to_do == []
    terminal.set(*conda)
    found = only(terminal.doctor().to_do)
    assert r"CONDA ENV in C:\users" in found
    assert r"names C:\conda\envs\prices\pythonw.exe, which does not exist; xlfuncs" in found
    terminal.set(conda[0], ("CONDA ENV", "base"))
    assert r"names C:\conda\pythonw.exe, which does not exist" in only(terminal.doctor().to_do)
    terminal.set(conda[0], ("CONDA ENV", windows_path(terminal.python)))
    assert terminal.doctor().to_do == []


# --fix


def test_fix_enters_this_python(terminal: Terminal) -> None:
    for folder in (terminal.conf.parent, None):
        terminal.conf.unlink()
        if folder:
            folder.rmdir()
        said = terminal.doctor("--fix")
        assert said.status == 0
        done = only(said.of("done"))
        assert done.endswith(f"{terminal.pythonw}; in Excel, press Ctrl+Alt+F9")
        assert terminal.conf.read_bytes() == lines(("INTERPRETER_WIN", terminal.pythonw))
        assert list(terminal.conf.parent.iterdir()) == [terminal.conf]


def test_fix_keeps_every_other_line_and_the_old_file(terminal: Terminal) -> None:
    old = b'"LICENSE_KEY","a,b"\r\n"interpreter_win","C:\\x\\python.exe"\r\n"SHOW CONSOLE", True\n'
    terminal.conf.write_bytes(old)
    said = terminal.doctor("--fix")
    assert (said.status, "xlwings.conf.bak" in only(said.of("done"))) == (0, True)
    new = old.replace(rb"C:\x\python.exe", terminal.pythonw.encode("cp1252"))
    assert terminal.conf.read_bytes() == new
    assert terminal.conf.with_name("xlwings.conf.bak").read_bytes() == old
    terminal.conf.write_bytes(b'"LICENSE_KEY","m\xfcller"')
    assert terminal.doctor("--fix").status == 0
    entered = lines(("INTERPRETER_WIN", terminal.pythonw))
    assert terminal.conf.read_bytes() == entered + b'"LICENSE_KEY","m\xfcller"'


def test_fix_changes_nothing_that_is_right(terminal: Terminal) -> None:
    for name in ("pythonw.exe", "python.exe"):
        terminal.set(("INTERPRETER_WIN", windows_path(terminal.python / name)))
        before = terminal.conf.read_bytes()
        said = terminal.doctor("--fix")
        assert "already; nothing was changed" in only(said.of("done"))
        assert terminal.conf.read_bytes() == before
        assert list(terminal.conf.parent.iterdir()) == [terminal.conf]


def test_fix_that_cannot_write_says_so(terminal: Terminal) -> None:
    terminal.conf.unlink()
    terminal.conf.mkdir()
    said = terminal.doctor("--fix")
    assert (said.status, said.out) == (2, "")
    assert "nothing was written" in said.err
    terminal.conf.rmdir()
    terminal.conf.parent.rmdir()
    terminal.conf.parent.write_bytes(b"a file in place of the folder")
    said = terminal.doctor("--fix")
    terminal.conf.parent.unlink()
    assert (said.status, said.out) == (2, "")
    assert "nothing was written" in said.err


def test_a_folder_with_letters_that_xlwings_cannot_read_is_reported(
    windows: Windows, tmp_path: Path
) -> None:
    greek = Terminal(windows, tmp_path, "Πύθων")
    before = greek.conf.read_bytes()
    try:
        said = greek.doctor("--fix")
    finally:
        greek.end()
        after = greek.conf.read_bytes()
        greek.leave()
    assert (said.status, said.out) == (2, "")
    assert f"{greek.pythonw}: has characters that xlwings cannot read on this computer" in said.err
    assert "Install Python and xlfuncs in a folder such as C:\\xlfuncs" in said.err
    assert after == before


# what the Python has


def test_the_library_is_looked_for_where_the_macros_look(terminal: Terminal) -> None:
    library = terminal.python / LIBRARY
    with terminal.without(library):
        found = only(terminal.doctor().to_do)
        here, above = windows_path(terminal.python), windows_path(terminal.python.parent)
        assert found.startswith(f'{LIBRARY}: is neither in {here} nor in {above}; "{here}\\python')
        assert found.endswith("-m pip install --force-reinstall --no-deps xlwings==0.37.8")
        away = library.with_name(f"{LIBRARY}.away")
        one_folder_up = terminal.python.parent / LIBRARY
        away.rename(one_folder_up)  # as in a virtual environment
        said = terminal.doctor()
        one_folder_up.rename(away)
    assert said.to_do == []
    assert f"{LIBRARY}: is in {above}" in said.of("ok")


def test_an_excel_of_32_bits_needs_the_library_of_32_bits(terminal: Terminal) -> None:
    terminal.excel.write_bytes((terminal.python / LIBRARY_32).read_bytes())
    said = terminal.doctor()
    assert said.to_do == []
    assert f"Excel: 32 bit: {windows_path(terminal.excel)}" in said.of("ok")
    with terminal.without(terminal.python / LIBRARY):
        assert terminal.doctor().to_do == []
    with terminal.without(terminal.python / LIBRARY_32):
        assert only(terminal.doctor().to_do).startswith(f"{LIBRARY_32}: is neither in")


def test_an_excel_that_is_not_found_needs_both_libraries(terminal: Terminal) -> None:
    terminal.excel.write_bytes(b"MZ, but no program")
    said = terminal.doctor()
    assert said.to_do == []
    assert "EXCEL.EXE could not be read as a program" in said.of("note")[0]
    with terminal.without(terminal.python / LIBRARY, terminal.python / LIBRARY_32):
        said = terminal.doctor(registry=((MACHINE, EXCEL, "", ""),))
    assert said.of("note")[0] == "Excel: was not found here; the functions need Excel on Windows"
    assert [line.partition(":")[0] for line in said.to_do] == [LIBRARY, LIBRARY_32]


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("win32com", "pywin32: {} cannot import win32com"),
        ("xlwings", "xlwings: {} cannot import it (No module named 'xlwings')"),
    ],
)
def test_what_is_not_installed_is_to_be_installed(
    terminal: Terminal, folder: str, expected: str
) -> None:
    with terminal.without(terminal.site / folder):
        found = terminal.doctor().to_do
    assert expected.format(terminal.pythonw) in "\n".join(found)
    python = windows_path(terminal.python / "python.exe")
    assert f'; "{python}" -m pip install --force-reinstall {folder[:5]}' in (
        "\n".join(found).replace("pywin32", "win32")
    )


def test_functions_that_cannot_be_imported_are_reported(terminal: Terminal) -> None:
    with terminal.without(terminal.site / "xlfuncs" / "functions" / "evaluate.py"):
        found = only(terminal.doctor().to_do)
    assert found == (
        f"xlfuncs: {terminal.pythonw} cannot import it (No module named "
        f"'xlfuncs.functions.evaluate'); install it there again"
    )


# the workbook


def test_a_workbook_of_another_xlwings_is_to_be_rebuilt(terminal: Terminal, book: Path) -> None:
    shown = windows_path(of_older_xlwings(book))
    found = only(terminal.doctor(book).to_do)
    assert found.startswith(
        f"{shown}: its macros are from xlwings 0.30.1, but {terminal.pythonw} has 0.37.8; "
        f'rebuild it (xlfuncs build --keep -o "{shown}"), or "'
    )
    assert found.endswith("-m pip install xlwings==0.30.1")


def test_settings_in_the_workbook_prevail(terminal: Terminal, book: Path) -> None:
    settings_on_sheet(book, ("Interpreter_Win", ELSEWHERE))
    found = only(terminal.doctor(book).to_do)
    assert f"INTERPRETER_WIN in {windows_path(book)}, sheet xlwings.conf names {ELSEWHERE}" in found
    assert NOT_STARTED in found
    assert "otherwise delete that row: it overrides your own settings (the sheet" in found
    assert only(terminal.doctor(book, "--fix").to_do) == found
    assert terminal.doctor().to_do == []


def test_settings_in_the_workbook_may_be_right(terminal: Terminal, book: Path) -> None:
    terminal.set(("INTERPRETER_WIN", ELSEWHERE))
    settings_on_sheet(book, ("Interpreter_Win", terminal.pythonw))
    assert terminal.doctor(book).to_do == []
    assert ELSEWHERE in only(terminal.doctor().to_do)


def test_an_empty_row_in_the_workbook_hides_the_users_settings(
    terminal: Terminal, book: Path
) -> None:
    settings_on_sheet(book, ("INTERPRETER_WIN", None))
    found = only(terminal.doctor(book).to_do)
    assert "INTERPRETER_WIN is blank there; delete that" in found


def test_rows_below_an_empty_one_do_not_count(terminal: Terminal, book: Path) -> None:
    settings_on_sheet(book, ("", None), ("INTERPRETER_WIN", ELSEWHERE))
    assert terminal.doctor(book).to_do == []


def test_a_row_that_stands_twice_on_the_sheet_stops_xlwings(terminal: Terminal, book: Path) -> None:
    settings_on_sheet(book, ("UDF modules", "xlfuncs"))
    found = only(terminal.doctor(book).to_do)
    assert "sheet xlwings.conf: UDF modules appears twice, which stops xlwings" in found


def test_a_file_beside_the_workbook_prevails(terminal: Terminal, book: Path) -> None:
    beside = book.with_name("xlwings.conf")
    beside.write_bytes(lines(("INTERPRETER_WIN", ELSEWHERE)))
    found = only(terminal.doctor(book).to_do)
    assert f"INTERPRETER_WIN in {windows_path(beside)} names {ELSEWHERE}, {NOT_STARTED}" in found
    assert found.endswith("otherwise delete that row: it overrides your own settings")
    beside.write_bytes(lines(("INTERPRETER_WIN", "")))
    assert "is blank there" in only(terminal.doctor(book).to_do)
    settings_on_sheet(book, ("INTERPRETER_WIN", terminal.pythonw))
    assert terminal.doctor(book).to_do == []


# what a file names, which came from anywhere, is never started


class Trap:
    """A program that leaves a mark where it is started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = folder / "started.txt"

    def set_at(self, path: Path) -> str:
        """Puts the program somewhere; returns how Windows names it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"@echo started > {windows_path(self._mark)}\r\n", encoding="ascii")
        return windows_path(path)

    def set(self) -> str:
        return self.set_at(self._folder / "trap.bat")

    @property
    def went_off(self) -> bool:
        return self._mark.exists()


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return Trap(tmp_path)


def test_a_trap_goes_off_where_the_user_names_it(terminal: Terminal, trap: Trap) -> None:
    terminal.set(("INTERPRETER_WIN", trap.set()))
    terminal.doctor()
    assert trap.went_off


def test_what_a_workbook_names_is_shown_and_not_started(
    terminal: Terminal, book: Path, trap: Trap
) -> None:
    """The user's own Python is asked instead, or the one that runs where no settings name one."""
    named = trap.set()
    python = windows_path(terminal.python / "python.exe")
    for row, asked in (("INTERPRETER_WIN", terminal.pythonw), ("INTERPRETER", python)):
        settings_on_sheet(book, (row, named))
        said = terminal.doctor(book)
        assert not trap.went_off
        expected = f"{row} in {windows_path(book)}, sheet xlwings.conf names {named}, {NOT_STARTED}"
        assert expected in only(said.to_do)
        assert f"xlwings: 0.37.8, which {asked} has" in said.of("ok")
        macro_book(book.parent)
        terminal.conf.unlink(missing_ok=True)


def test_what_a_file_beside_the_workbook_names_is_not_started(
    terminal: Terminal, book: Path, trap: Trap
) -> None:
    book.with_name("xlwings.conf").write_bytes(lines(("INTERPRETER_WIN", trap.set())))
    said = terminal.doctor(book)
    assert not trap.went_off
    assert NOT_STARTED in only(said.to_do)


def test_what_a_workbook_without_macros_names_is_not_started(
    terminal: Terminal, tmp_path: Path, trap: Trap
) -> None:
    opened = openpyxl.Workbook()
    opened.active.title = "Tiers"
    opened.create_sheet("Amendments")
    opened.create_sheet("xlwings.conf").append(["INTERPRETER_WIN", trap.set()])
    plain = tmp_path / "plain.xlsx"
    opened.save(plain)
    said = terminal.doctor(plain)
    assert not trap.went_off
    assert any(NOT_STARTED in line for line in said.to_do)


def test_a_conda_environment_of_which_a_file_names_a_part_is_not_started(
    terminal: Terminal, tmp_path: Path
) -> None:
    """A damaged program in its place: whoever starts it says that it could not be run."""
    there = tmp_path / "conda" / "envs" / "prices" / "pythonw.exe"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"no program")
    folder = windows_path(tmp_path / "conda")
    rows = (("CONDA PATH", folder), ("CONDA ENV", "prices"), ("INTERPRETER_WIN", "pythonw"))
    for number in range(len(rows)):
        book = macro_book(tmp_path, f"{number}.xlsm")
        terminal.set(*(row for row in rows if row != rows[number]))
        found, *users = terminal.doctor(settings_on_sheet(book, rows[number])).to_do
        assert f"{rows[number][0]} in {windows_path(book)}, sheet xlwings.conf names" in found
        assert rf"names {folder}\envs\prices\pythonw.exe, {NOT_STARTED}" in found
        assert len(users) == (rows[number][0] == "INTERPRETER_WIN")  # both parts are the user's


def test_a_bare_name_in_a_workbook_is_not_looked_for(terminal: Terminal, book: Path) -> None:
    settings_on_sheet(book, ("INTERPRETER_WIN", "pythonw"))
    on_path = (USER, "Environment", "PATH", windows_path(terminal.python))
    said = terminal.doctor(book, registry=(on_path,))
    assert f"names pythonw, {NOT_STARTED}" in only(said.to_do)
    assert f"{LIBRARY}: is in {windows_path(terminal.python)}" in said.of("ok")


def test_a_trap_in_the_current_folder_is_not_taken_for_libreoffice(
    terminal: Terminal, tmp_path: Path, trap: Trap
) -> None:
    book = tmp_path / "bare.xlsx"
    book.write_bytes(shipped_workbook())
    trap.set_at(terminal.current / "soffice.bat")
    for command in (["recalc", book, "-o", tmp_path / "out.xlsx"], ["install"]):
        said = terminal.typed("calc", *command)
        assert not trap.went_off
        assert "LibreOffice was not found on the path; name its program" in said.err


def test_a_python_in_the_current_folder_is_not_the_first_on_the_path(terminal: Terminal) -> None:
    terminal.conf.unlink()
    (terminal.current / "pythonw.exe").write_bytes(b"no program")
    on_path = (USER, "Environment", "PATH", ".;;bin")
    found = only(terminal.doctor(registry=(on_path,)).to_do)
    assert "names no Python, and Excel's path has none; xlfuncs doctor --fix" in found


def test_a_version_in_the_macros_is_no_part_of_a_command_if_it_is_none(
    terminal: Terminal, book: Path
) -> None:
    with_module(book, "xlwings", lambda text: text.replace("0.37.8", "0.1 & trap.bat"))
    found = only(terminal.doctor(book).to_do)
    assert "its xlwings module states no version; rebuild it (xlfuncs build" in found
    assert "trap" not in found


def test_a_workbook_without_macros_is_to_be_built_with_them(
    terminal: Terminal, tmp_path: Path
) -> None:
    book = tmp_path / "prices.xlsx"
    book.write_bytes(shipped_workbook())
    shown = windows_path(book)
    found = only(terminal.doctor(marked(book, 3)).to_do)
    assert found == (
        f"{shown}: has no macros, so its functions do not work in Excel; "
        f'type xlfuncs build --contract "{shown}" -o "{shown[:-1]}m"'
    )


def test_a_workbook_that_lacks_a_macro_is_to_be_rebuilt(terminal: Terminal, book: Path) -> None:
    with_module(book, "PriceSheets", None)
    found = only(terminal.doctor(book).to_do)
    assert "is missing the macros PriceSheets; rebuild it (xlfuncs build --keep" in found


# what Excel trusts


@pytest.mark.parametrize("zone", [3, 4])
def test_a_workbook_that_came_by_mail_is_to_be_unblocked(
    terminal: Terminal, book: Path, zone: int
) -> None:
    found = only(terminal.doctor(marked(book, zone)).to_do)
    assert found == (
        f"{windows_path(book)}: came by email or from the internet, so Excel blocks its macros; "
        f"right-click the file, Properties, Unblock; then open it again"
    )


def test_a_workbook_from_a_site_that_is_trusted_is_not_blocked(
    terminal: Terminal, book: Path
) -> None:
    assert terminal.doctor(marked(book, 2)).to_do == []


@pytest.mark.parametrize(
    ("chosen", "prevails", "expected"),
    [
        (4, None, "blocks them without saying so; choose 'Disable VBA macros with notification'"),
        (3, None, "runs only signed macros, and these are not signed; choose 'Disable VBA macros"),
        (1, 4, "Excel blocks them without saying so; your administrator set this"),
        (4, 2, None),
        (1, None, None),
    ],
)
def test_macros_that_excel_does_not_run_are_reported(
    terminal: Terminal, chosen: int, prevails: int | None, expected: str | None
) -> None:
    registry: tuple[Entry, ...] = ((USER, SECURITY, "VBAWarnings", chosen),)
    if prevails:
        registry += ((USER, POLICY, "VBAWarnings", prevails),)
    found = terminal.doctor(registry=registry).to_do
    assert (expected in only(found)) if expected else found == []


def test_signed_macros_are_told_apart_from_those_that_are_not(
    terminal: Terminal, book: Path
) -> None:
    registry = ((USER, SECURITY, "VBAWarnings", 3),)
    assert "these are not signed" in only(terminal.doctor(book, registry=registry).to_do)
    parts = read_parts(book.read_bytes())
    book.write_bytes(pack_parts({**parts, "xl/vbaProjectSignature.bin": b"somebody's"}))
    said = terminal.doctor(book, registry=registry)
    assert said.to_do == []
    assert "macros: these are signed; Excel runs them" in said.of("note")[-1]


def test_a_block_on_files_from_the_internet_is_reported(terminal: Terminal, book: Path) -> None:
    for key in (SECURITY, POLICY):
        registry = ((USER, key, "blockcontentexecutionfrominternet", 1),)
        notes = terminal.doctor(registry=registry).of("note")
        assert (
            "blocked in workbooks that came by email or from the internet: right-click" in notes[1]
        )
    said = terminal.doctor(book, registry=registry)
    assert (said.to_do, len(said.of("note"))) == ([], 1)


def trusted(folder: str, **named: int) -> tuple[Entry, ...]:
    key = rf"{SECURITY}\Trusted Locations\Location7"
    values = ((USER, key, name, value) for name, value in named.items())
    return ((USER, key, "Path", folder), *values)


def test_in_a_trusted_location_macros_run_unasked(terminal: Terminal, book: Path) -> None:
    all_off = ((USER, SECURITY, "VBAWarnings", 4),)
    folder = windows_path(book.parent)
    registry = (*all_off, *trusted(f"{folder.upper()}\\"))
    said = terminal.doctor(marked(book, 3), registry=registry)
    assert said.to_do == []
    assert "which Excel trusts: its macros run without asking" in said.of("ok")[-1]
    for key in (SECURITY, POLICY):
        off = (USER, rf"{key}\Trusted Locations", "AllLocationsDisabled", 1)
        said = terminal.doctor(book, registry=(*all_off, off, *trusted(folder)))
        macros, blocked = said.to_do
        assert "macros: Excel blocks them" in macros
        assert "Unblock" in blocked


def test_a_trusted_location_reaches_as_far_as_it_says(terminal: Terminal, book: Path) -> None:
    within = macro_book(book.parent / "within" / "it")
    beside = macro_book(book.parent.with_name(f"{book.parent.name} 2"))
    folder = windows_path(book.parent)
    for each, flag, to_do in ((within, 0, 1), (within, 1, 0), (beside, 1, 1)):
        registry = trusted(folder, AllowSubFolders=flag)
        assert len(terminal.doctor(marked(each, 3), registry=registry).to_do) == to_do


def test_a_trusted_location_may_be_named_by_a_variable(terminal: Terminal) -> None:
    marked(macro_book(terminal.conf.parent), 3)
    registry = trusted(r"%USERPROFILE%\.xlwings")
    book = rf"C:\users\{terminal.conf.parts[-3]}\.xlwings\prices.xlsm"
    assert terminal.doctor(book, registry=registry).to_do == []

"""`calc recalc` and `calc install`: what they write, refuse, and leave behind."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.drawing.image import Image
from PIL.Image import new as new_picture

from tests.support.macro_books import edited_in_excel, macro_book, with_module
from tests.support.office import need, need_calc, pages_as_text, processes_with, without_values
from tests.support.places import TOP
from tests.support.workbook_edits import shipped_workbook
from xlfuncs.cli import main
from xlfuncs.errors import FileFormatError
from xlfuncs.hosts import libreoffice
from xlfuncs.hosts.extension import build_extension
from xlfuncs.hosts.libreoffice import Failed, recalculate, remove_external_content, run
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

CURRENT = "LibreOffice 25.2.3.2 520(Build:2)"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    path.write_bytes(without_values(shipped_workbook()))
    return path


def program(path: Path, text: str) -> Path:
    """A script in place of a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    status = main(["calc", *map(str, arguments)])
    shown = capsys.readouterr()
    return status, shown.out + shown.err


def test_recalc_writes_workbook_and_pages_and_leaves_the_workbook_alone(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need("soffice", "pdftotext")
    before = book.read_bytes()
    out, pdf = book.with_name("out.xlsx"), book.with_name("out.pdf")
    status, text = said(capsys, "recalc", book, "-o", out, "--pdf", pdf)
    assert (status, text) == (0, f"{out}: written\n{pdf}: written\n")
    assert openpyxl.load_workbook(out, data_only=True)["Purchases"]["E5"].value == 255_000
    assert any("255,000.00" in page for page in pages_as_text(pdf))
    assert book.read_bytes() == before
    assert sorted(path.name for path in book.parent.iterdir()) == [
        "book.xlsx",
        "out.pdf",
        "out.xlsx",
    ]


def test_recalc_without_a_target_keeps_what_the_workbook_held(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need("soffice")
    before = book.read_bytes()
    status, text = said(capsys, "recalc", book)
    assert (status, text) == (0, f"{book}: written; the previous version is book.xlsx.bak\n")
    assert book.with_name("book.xlsx.bak").read_bytes() == before
    assert openpyxl.load_workbook(book, data_only=True)["Purchases"]["E5"].value == 255_000


def test_recalc_with_pages_alone_writes_nothing_else(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need("soffice")
    before = book.read_bytes()
    pdf = book.with_name("out.pdf")
    pdf.write_bytes(b"my own")
    status, text = said(capsys, "recalc", book, "--pdf", pdf)
    assert (status, text) == (0, f"{pdf}: written; the previous version is out.pdf.bak\n")
    assert book.read_bytes() == before
    assert pdf.read_bytes().startswith(b"%PDF")
    assert book.with_name("out.pdf.bak").read_bytes() == b"my own"


def test_recalc_says_what_libreoffice_does_not_know(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need("soffice")
    opened = openpyxl.load_workbook(book)
    opened["Purchases"]["M1"].value = "=NO_SUCH_FUNCTION(1)"
    opened.save(book)
    out = book.with_name("out.ods")
    status, text = said(capsys, "recalc", book, "-o", out)
    assert status == 1
    assert f"{out}: written\n" in text
    assert "Purchases!M1 is #NAME?: LibreOffice does not know a function" in text


def test_recalc_works_for_several_vendors_and_for_no_functions_at_all(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need("soffice")
    opened = openpyxl.load_workbook(book)
    sheet = opened["Purchases"]
    sheet["M1"].value = "=ACME_PRICE(100000,DATE(2014,1,1))"
    opened.save(book)
    assert said(capsys, "recalc", book)[0] == 0
    sheet = openpyxl.load_workbook(book, data_only=True)["Purchases"]
    assert (sheet["M1"].value, sheet["E5"].value) == (279_995, 255_000)
    plain = openpyxl.Workbook()
    plain.active["A1"].value = "=1+1"
    plain.save(book)
    assert said(capsys, "recalc", book)[0] == 0
    assert openpyxl.load_workbook(book, data_only=True).active["A1"].value == 2


def test_recalc_works_in_an_activated_environment(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice's Python would look for its modules in the environment that comes first."""
    need("soffice")
    venv.create(tmp_path / "venv")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "venv"))
    monkeypatch.setenv("PATH", str(tmp_path / "venv" / "bin"), prepend=os.pathsep)
    assert main(["calc", "recalc", str(book)]) == 0
    assert openpyxl.load_workbook(book, data_only=True)["Purchases"]["E5"].value == 255_000


def test_recalc_names_purchases_without_formulas_and_rows_that_are_wrong(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need("soffice")
    opened = openpyxl.load_workbook(book)
    opened["Purchases"]["A20"].value, opened["Purchases"]["B20"].value = 5, date(2014, 1, 1)
    opened.save(book)
    status, text = said(capsys, "recalc", book)
    assert status == 1
    assert "Purchases!A20: has no formulas beside it, so it is not priced; " in text
    opened["Amendments"]["I6"].value = "12,5o"
    opened.save(book)
    status, text = said(capsys, "recalc", book)
    assert status == 1
    assert "Amendments!I6: price is '12,5o'; expected a number such as 12.50" in text


def test_links_stay_relative(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need("soffice")
    opened = openpyxl.load_workbook(book)
    links = {"M1": "docs/a.pdf", "M2": "../above.pdf", "M3": "beside.xlsx"}
    for address, target in links.items():
        opened["Purchases"][address].value = target
        opened["Purchases"][address].hyperlink = target
    opened.save(book)
    out = book.parent / "elsewhere" / "out.xlsx"
    out.parent.mkdir()
    assert said(capsys, "recalc", book, "-o", out)[0] == 0
    sheet = openpyxl.load_workbook(out)["Purchases"]
    assert {address: sheet[address].hyperlink.target for address in links} == links


def test_a_call_with_a_space_is_a_call(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need("soffice")
    opened = openpyxl.Workbook()
    opened.active["A1"].value = "=IFERROR(QUALYS_EXPLAIN (1,2),0)"
    opened.save(book)
    assert said(capsys, "recalc", book)[0] == 0
    value = openpyxl.load_workbook(book, data_only=True).active["A1"].value
    assert value == "bad input: purchased is 2; expected a date such as 2013-12-20"


def test_recalc_refuses_what_it_cannot_read_or_write(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = book.parent
    (folder / "no.xlsx").write_bytes(b"no workbook")
    (folder / "macros.xlsm").write_bytes(book.read_bytes())
    for arguments, expected in (
        ([folder / "none.xlsx"], "No such file"),
        ([folder / "no.xlsx"], f"{folder / 'no.xlsx'}: is text, such as CSV, not a workbook"),
        ([folder / "book.toml"], "expected a workbook (.xlsx, .xlsm)"),
        ([folder / "macros.xlsm"], "expected a name that ends in .xlsx or .ods"),
        ([book, "-o", folder / "out.csv"], "expected a name that ends in .xlsx or .ods"),
        ([book, "--pdf", folder / "out.txt"], "expected a name that ends in .pdf"),
        ([book, "-o", folder / "none" / "out.xlsx"], "the folder does not exist"),
    ):
        status, text = said(capsys, "recalc", *arguments)
        assert (status, expected in text) == (2, True), text
        assert "Traceback" not in text
    assert not list(folder.glob("*.bak"))


# what a workbook names, and what lies in the current folder, came from anywhere


class Seen:
    """What a server on this computer was asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.paths: list[str] = []


@contextmanager
def server() -> Iterator[Seen]:
    class Handler(BaseHTTPRequestHandler):
        def parse_request(self) -> bool:
            if super().parse_request():
                seen.paths.append(self.path)
                self.send_error(404)
            return False

        def log_message(self, *told: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen = Seen(f"http://127.0.0.1:{listening.server_port}")
    thread = Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield seen
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def linked(path: Path, target: str) -> Path:
    """A workbook with a picture that lies elsewhere, and a formula that reads what lies there."""
    opened, picture = openpyxl.Workbook(), BytesIO()
    new_picture("RGB", (40, 40), "red").save(picture, "png")
    opened.active.add_image(Image(picture), "B2")
    opened.active["A1"].value = f'=_xlfn.WEBSERVICE("{target}")'
    opened.active["A2"].value = "a page"
    opened.active["A2"].hyperlink = f"{target}/page"
    opened.save(path)
    parts = read_parts(path.read_bytes())
    relations, drawing = "xl/drawings/_rels/drawing1.xml.rels", "xl/drawings/drawing1.xml"
    outside = f'Target="{target}" TargetMode="External"'.encode()
    parts[relations] = re.sub(rb'Target="[^"]*"', lambda _: outside, parts[relations])
    parts[drawing] = parts[drawing].replace(b"r:embed=", b"r:link=")
    path.write_bytes(pack_parts(parts))
    return path


def test_nothing_is_fetched_that_a_workbook_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need("soffice")
    with server() as seen:
        book = linked(tmp_path / "book.xlsx", f"{seen.address}/picture.png")
        status, text = said(capsys, "recalc", book, "--pdf", tmp_path / "out.pdf")
    assert seen.paths == []
    assert status == 1
    assert (
        f"left out '{seen.address}/picture.png', which the workbook links to but does not " in text
    )
    assert "; insert it into the workbook instead of linking to it" in text


def test_a_picture_of_this_computer_is_not_drawn_into_the_pages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need("soffice")
    new_picture("RGB", (40, 40), "red").save(tmp_path / "private.png")
    for target in (tmp_path / "private.png").as_uri(), "file://none/private.png":
        book = linked(tmp_path / "book.xlsx", target)
        status, _ = said(capsys, "recalc", book, "--pdf", tmp_path / "out.pdf")
        assert b"/Subtype/Image" not in (tmp_path / "out.pdf").read_bytes()
        assert status == 1


def test_links_for_people_stay_and_all_else_outside_goes(tmp_path: Path) -> None:
    content = linked(tmp_path / "book.xlsx", r"\\nowhere\share\picture.png").read_bytes()
    without, left_out = remove_external_content(content)
    assert left_out == [r"\\nowhere\share\picture.png"]
    assert remove_external_content(without)[1] == []
    before, after = read_parts(content), read_parts(without)
    changed = [name for name in before if before[name] != after[name]]
    assert changed == ["xl/drawings/_rels/drawing1.xml.rels"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_not_handed_on(tmp_path: Path) -> None:
    content = linked(tmp_path / "book.xlsx", "http://127.0.0.1:9/").read_bytes()
    twice = BytesIO(content)
    relations = "xl/drawings/_rels/drawing1.xml.rels"
    with ZipFile(twice, "a") as package:
        package.writestr(relations, '<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16"))
    with pytest.raises(FileFormatError, match="twice; open the workbook in Excel"):
        remove_external_content(twice.getvalue())


def test_macros_of_a_workbook_do_not_run(tmp_path: Path) -> None:
    need("soffice")
    mark = tmp_path / "ran.txt"
    leave = f'n = FreeFile: Open "{mark}" For Output As #n: Print #n, "ran": Close #n'
    book = with_module(
        macro_book(tmp_path),
        "PriceFunctions",
        lambda text: (
            f"{text}\nFunction TRAP(x)\n{leave}\nTRAP = 77\nEnd Function\n"
            f"Sub Auto_Open()\n{leave}\nEnd Sub\n"
        ),
    )
    edited_in_excel(book, lambda opened: opened["Contract"].cell(1, 8, "=TRAP(1)"))
    done = recalculate(libreoffice.find_office(), book.read_bytes(), ["xlsx"], {})
    assert not mark.exists()
    opened = openpyxl.load_workbook(BytesIO(done["xlsx"]), data_only=True)
    assert opened["Contract"].cell(1, 8).value != 77


def test_a_file_is_read_as_the_workbook_that_it_was_looked_at_as(book: Path) -> None:
    """LibreOffice would read a document of its own format under any name, with all it can do."""
    need("soffice")
    office = libreoffice.find_office()
    own = recalculate(office, book.read_bytes(), ["ods"], {})["ods"]
    with pytest.raises(Failed, match="LibreOffice did not save it as xlsx"):
        recalculate(office, own, ["xlsx"], {})


TOOLS = ("soffice", "libreoffice", "basename", "dirname", "grep", "ls", "sed", "uname")
"""What is looked for on the path, by this package and by LibreOffice's own script."""


@pytest.mark.parametrize("entry", ["", ".", "tools"])
def test_programs_in_the_current_folder_are_not_started(
    book: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    need("soffice")
    current = book.parent / "current"
    mark = book.parent / "started"
    for name in TOOLS:
        program(current / entry / name, f'/bin/echo "$0" >> {mark}')
    monkeypatch.chdir(current)
    monkeypatch.setenv("PATH", entry, prepend=os.pathsep)
    shutil.copy(book, "book.xlsx")
    assert main(["calc", "recalc", "book.xlsx"]) == 0
    assert not mark.exists()
    assert (
        main(["calc", "recalc", "book.xlsx", "--soffice", shutil.which("soffice", path="/usr/bin")])
        == 0
    )
    assert not mark.exists()


def test_a_place_of_another_system_is_no_folder_here(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(book.parent)
    monkeypatch.setenv("PATH", str(book.parent / "empty"))
    monkeypatch.setattr(
        libreoffice, "PLACES", [place for place in libreoffice.PLACES if "C:" in place]
    )
    [place] = libreoffice.PLACES
    program(book.parent / place, f"echo '{CURRENT}'")
    status, text = said(capsys, "recalc", book)
    assert (status, "LibreOffice was not found" in text) == (2, True)


def test_the_program_that_is_named_is_the_one_that_is_started(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by a name alone, of which the path has another."""
    monkeypatch.chdir(book.parent)
    monkeypatch.setenv("PATH", str(book.parent / "bin"), prepend=os.pathsep)
    program(book.parent / "bin" / "soffice", "echo another")
    program(book.parent / "soffice", "echo 'LibreOffice 7.4.7.2 40(Build:2)'")
    status, text = said(capsys, "recalc", book, "--soffice", "soffice")
    assert (status, "soffice is LibreOffice 7.4; expected 25.2" in text) == (2, True)


def test_an_older_libreoffice_gets_a_sentence(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = program(book.with_name("soffice"), "echo 'LibreOffice 7.4.7.2 40(Build:2)'")
    for arguments in (["recalc", book], ["install"]):
        status, text = said(capsys, *arguments, "--soffice", old)
        assert status == 2
        assert f"{old} is LibreOffice 7.4; expected 25.2 or later, because" in text


def test_what_is_no_libreoffice_or_runs_no_python_gets_a_sentence(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = program(book.with_name("soffice"), "echo OpenOffice")
    status, text = said(capsys, "recalc", book, "--soffice", other)
    assert (status, "asked for its version, it answered 'OpenOffice'" in text) == (2, True)
    bare = program(book.with_name("soffice"), f"echo '{CURRENT}'")
    status, text = said(capsys, "recalc", book, "--soffice", bare)
    assert (status, "the package python3-uno" in text) == (2, True)
    status, text = said(capsys, "recalc", book, "--soffice", book.with_name("none"))
    assert (status, "the program does not exist" in text) == (2, True)
    status, text = said(capsys, "recalc", book, "--soffice", "")
    assert (status, "--soffice is blank; expected a file" in text) == (2, True)
    monkeypatch.setenv("PATH", str(book.parent / "empty"))
    monkeypatch.setattr(libreoffice, "PLACES", ())
    status, text = said(capsys, "recalc", book)
    assert (status, "LibreOffice was not found" in text) == (2, True)


def test_a_libreoffice_that_saves_nothing_gets_a_sentence(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    script = f'[ "$1" = --version ] && echo "{CURRENT}" || echo "it broke" >&2'
    broken = program(book.with_name("soffice"), script)
    book.with_name("pythonloader.py").write_text("")
    status, text = said(capsys, "recalc", book, "--soffice", broken)
    assert status == 2
    assert "LibreOffice did not save it as xlsx: it broke; nothing was written" in text
    assert book.read_bytes() == before


def test_functions_that_libreoffice_did_not_load_are_no_result(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As with a Python that LibreOffice finds but cannot start."""
    need("soffice")
    real = shutil.which("soffice")
    before = book.read_bytes()
    blind = f'exec {real} -env:BUNDLED_EXTENSIONS=file:///nowhere "$@"'
    without = program(book.parent / "bin" / "soffice", blind)
    (book.parent / "bin" / "pythonloader.py").write_text("")
    status, text = said(capsys, "recalc", book, "--soffice", without)
    assert (status, "LibreOffice did not load the functions" in text) == (2, True)
    assert book.read_bytes() == before


def test_installed_functions_answer_in_a_libreoffice_of_ones_own(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need_calc()
    soffice = private_installation(tmp_path / "bin", tmp_path)
    everybody = ["--all-users"] if libreoffice.is_root() else []
    status, text = said(capsys, "install", "--soffice", soffice, *everybody)
    assert status == 0, text
    assert "LibreOffice 25." in text or "LibreOffice 2" in text
    assert "QUALYS_PRICE" in text
    assert said(capsys, "install", "--soffice", soffice, *everybody)[0] == 0, "and again"
    convert = [soffice, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "out", book]
    ran = run(convert, 180)
    assert ran.returncode == 0, ran.stderr
    sheet = openpyxl.load_workbook(tmp_path / "out" / "book.xlsx", data_only=True)["Purchases"]
    assert sheet["E5"].value == 255_000


def private_installation(folder: Path, home: Path) -> Path:
    """LibreOffice with a profile, and extensions for all users, in a folder of the test."""
    real = Path(shutil.which("soffice")).resolve()
    settings = (
        f"-env:UserInstallation={(home / 'profile').as_uri()} "
        f"-env:UNO_SHARED_PACKAGES_CACHE={(home / 'shared').as_uri()}"
    )
    for name in ("soffice", "unopkg"):
        program(folder / name, f'exec {real.with_name(name)} {settings} "$@"')
    (folder / "pythonloader.py").write_text("")
    return folder / "soffice"


def test_root_is_told_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    soffice = program(tmp_path / "soffice", f"echo '{CURRENT}'")
    (tmp_path / "pythonloader.py").write_text("")
    monkeypatch.setattr("xlfuncs.hosts.libreoffice.is_root", lambda: True)
    status, text = said(capsys, "install", "--soffice", soffice)
    assert (status, "for root alone" in text, "--all-users" in text) == (2, True, True)


def test_an_installation_that_fails_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soffice = program(tmp_path / "soffice", f"echo '{CURRENT}'")
    (tmp_path / "pythonloader.py").write_text("")
    program(tmp_path / "unopkg", "echo 'the profile is locked' >&2; exit 1")
    status, text = said(capsys, "install", "--soffice", soffice, "--all-users")
    assert status == 2
    assert "(the profile is locked). Close LibreOffice and try again; or write it with" in text


def test_a_program_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    mark = f"mark{os.getpid()}"
    script = program(tmp_path / "soffice", f"sleep 60 {mark}soffice & sleep 60")
    with pytest.raises(subprocess.TimeoutExpired):
        run([script, mark], 0.5)
    assert processes_with(mark) == []


def test_recalc_leaves_no_process_lock_or_profile(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("soffice")
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    assert main(["calc", "recalc", str(book)]) == 0
    assert processes_with(str(scratch)) == []
    assert list(scratch.iterdir()) == []
    assert list(home.rglob("registrymodifications.xcu")) == []
    assert list(tmp_path.rglob(".~lock*")) == []


IN_THE_FOREGROUND = """\
import signal, sys
from xlfuncs.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background has it ignored
sys.exit(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_recalc_that_is_ended_leaves_nothing(book: Path, tmp_path: Path, number: int) -> None:
    need("soffice")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    before = book.read_bytes()
    command = [sys.executable, "-c", IN_THE_FOREGROUND, "calc", "recalc", str(book)]
    with subprocess.Popen(
        command, env={**os.environ, "TMPDIR": str(scratch)}, stderr=subprocess.PIPE, text=True
    ) as process:
        deadline, started = time.monotonic() + 30, []
        while not started and time.monotonic() < deadline:
            time.sleep(0.05)
            started = processes_with(str(scratch))
        assert started, "LibreOffice never started"
        process.send_signal(number)
        assert "Traceback" not in process.communicate(timeout=30)[1]
    assert process.returncode == 128 + number
    assert processes_with(str(scratch)) == []
    assert list(scratch.iterdir()) == []
    assert book.read_bytes() == before


SUDDEN_END = """\
import os, signal, sys
from pathlib import Path
from tests.support.calc_session import Calc
calc = Calc(Path(sys.argv[1]))
book = calc.open(sys.argv[2])
print(calc.values(book, "Purchases", "E5"), flush=True)
if sys.argv[3] == "fail":
    assert False, "as a test fails"
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("end", ["fail", "kill"])
def test_a_test_that_fails_leaves_no_process_lock_or_profile(
    book: Path, tmp_path: Path, end: str
) -> None:
    need_calc()
    folder, home = tmp_path / "calc", tmp_path / "home"
    home.mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", SUDDEN_END, folder, book, end],
        env={**os.environ, "PYTHONPATH": f"{TOP}", "HOME": str(home)},
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "[[255000.0]]\n", ran.stderr
    assert ran.returncode != 0
    deadline = time.monotonic() + 30
    while processes_with(str(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_with(str(folder)) == []
    assert list(tmp_path.rglob(".~lock*")) == []
    assert list(home.rglob("*")) == []


def test_the_extension_needs_no_more_than_libreoffices_own_python(tmp_path: Path) -> None:
    """Its modules import nothing beyond the standard library and `uno`."""
    (tmp_path / "it.oxt").write_bytes(build_extension("QUALYS"))
    shutil.unpack_archive(tmp_path / "it.oxt", tmp_path / "it", "zip")
    [package] = (tmp_path / "it" / "pythonpath").iterdir()
    names = [f"{package.name}.functions.evaluate", f"{package.name}.sheets.host_cells"]
    ran = subprocess.run(
        [sys.executable, "-S", "-E", "-c", f"import {', '.join(names)}"],
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr

"""Find LibreOffice, recalculate a workbook with it headless, install an extension into it.

Trusted: the program that the user names, absolute folders of the path, the places where LibreOffice
is usually installed, the user's environment variables, and the extensions that are built here.
Every program is started by its absolute path, LibreOffice with a fresh profile.

Not trusted: the current folder, in which no program is looked for and none runs, and the workbook.
LibreOffice reads it as a workbook whatever else it may be, runs none of its macros, updates no link
to another file and fetches nothing from the web (`WEBSERVICE` is an error). Linked pictures it
would fetch even so; therefore `remove_external_content` takes them out before. XML that refers to
other files is refused before, or not followed by LibreOffice.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from glob import glob
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, tostring
from zipfile import ZIP_DEFLATED, ZipFile

from xlfuncs.errors import HostError
from xlfuncs.xlsx.package import open_package, refuse_damage


class Failed(HostError):
    """LibreOffice did not do what it should; the text says why and what to do."""


PYTHON_VARIABLES = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")
"""Variables that lead LibreOffice's Python to modules of another one."""

SCRATCH_VARIABLES = ("TMPDIR", "TEMP", "TMP")
"""Variables for the folder of temporary files, each for one system."""

ENDING_SECONDS = 3
"""How long programs may take to end after SIGTERM, and again after SIGKILL."""

SYSTEM = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32")
"""Where Windows keeps its own programs."""


Ran = subprocess.CompletedProcess[str]


def run(command: Sequence[str | Path], seconds: float, scratch: Path | None = None) -> Ran:
    """Run a program without a window or input. Raises OSError and subprocess.TimeoutExpired.

    LibreOffice starts further programs; none of them is left when this returns or raises. Their
    temporary files are in the folder `scratch`.

    The program is started by its absolute path and in another folder than the current one,
    `scratch` or its own: some programs look for programs and modules in the current folder first,
    and that may hold anything that was downloaded. So other paths in the command are absolute too.
    """
    program = Path(command[0]).absolute()
    process = subprocess.Popen(  # noqa: S603 - a program that the user has installed or named
        [str(program), *map(str, command[1:])],
        cwd=scratch or program.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment(scratch),
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=seconds)
        return Ran(process.args, process.returncode, out, err)
    finally:
        _end(process)


def environment(scratch: Path | None) -> dict[str, str]:
    """The variables for LibreOffice: without a virtual environment, where its Python would look."""
    kept = {name: value for name, value in os.environ.items() if name not in PYTHON_VARIABLES}
    path = [str(each) for each in program_folders() if not (each.parent / "pyvenv.cfg").exists()]
    scratches = {} if scratch is None else dict.fromkeys(SCRATCH_VARIABLES, str(scratch))
    return {**kept, "PATH": os.pathsep.join(path), **scratches}


def program_folders() -> list[Path]:
    """List the folders in which programs are looked for: never the current one, nor one below it.

    An empty or relative entry of the path means a folder seen from the current one.
    """
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    folders = (Path(each.strip('"')) for each in entries)
    return [folder for folder in folders if folder.is_absolute()]


def _end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        if process.poll() is None:
            tree = [SYSTEM / "taskkill.exe", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(tree, cwd=SYSTEM, capture_output=True, check=False)  # noqa: S603
    else:
        with suppress(ProcessLookupError, PermissionError):  # then all of it has ended
            for number in (signal.SIGTERM, signal.SIGKILL):
                os.killpg(process.pid, number)
                deadline = time.monotonic() + ENDING_SECONDS
                while time.monotonic() < deadline:
                    process.poll()
                    os.killpg(process.pid, 0)  # raises once nothing is left
                    time.sleep(0.02)
    process.communicate()


OLDEST = (25, 2)
"""The first LibreOffice that finds functions of an extension in a workbook of Excel's format."""

PLACES = (
    "/opt/libreoffice*/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
)
"""Where LibreOffice is when the system's path does not name it; each for one system."""

NAMES = ("soffice", "libreoffice")
ENDINGS = (".com", ".exe", ".bat") if sys.platform == "win32" else ("",)
"""The names of its program on the path; the one that can write to a terminal first."""

VERSION = re.compile(r"LibreOffice (\d+)\.(\d+)")
PYTHON_LOADERS = ("pythonloader.py", "../Resources/pythonloader.py")
"""What runs Python in LibreOffice, beside the program; a separate package on some systems."""


class NotFound(Failed):
    """There is no LibreOffice."""


@dataclass(frozen=True, slots=True)
class Office:
    """An installed LibreOffice: its program, and its version, such as (25, 2)."""

    program: Path
    version: tuple[int, int]

    def beside(self, name: str) -> Path:
        """Another program of the same installation."""
        return self.program.resolve().with_name(name + self.program.suffix)


def find_office(stated: str | None = None) -> Office:
    """Find the LibreOffice that a user stated, or the first on this computer.

    Raises NotFound where there is none, Failed where it is too old or runs no Python.
    """
    program = next(_programs(), None) if stated is None else stated
    if program is None:
        raise NotFound(
            "LibreOffice was not found on the path; name its program with --soffice FILE"
        )
    if not os.path.isfile(program):
        raise Failed(f"{program or '--soffice'}: the program does not exist")
    office = Office(Path(program), _version_of(program))
    if office.version < OLDEST:
        oldest, found = (".".join(map(str, each)) for each in (OLDEST, office.version))
        raise Failed(
            f"{program} is LibreOffice {found}; expected {oldest} or later, because older ones do "
            f"not find these functions in an Excel workbook"
        )
    folder = office.program.resolve().parent
    if not any((folder / name).exists() for name in PYTHON_LOADERS):
        raise Failed(
            f"{program} cannot run Python; install that part of LibreOffice "
            f"(on Debian and Ubuntu the package python3-uno, of the same version)"
        )
    return office


def _programs() -> Iterator[str]:
    """Absolute paths of programs.

    `shutil.which` would look in the current folder as well: on Windows always, elsewhere where the
    path has an empty entry. `C:/` is no absolute path on Linux, nor is `/opt` on Windows.
    """
    for name in NAMES:
        for folder in program_folders():
            for found in (folder / f"{name}{ending}" for ending in ENDINGS):
                if found.is_file() and os.access(found, os.X_OK):
                    yield str(found)
    for place in PLACES:
        if Path(place).is_absolute():
            yield from sorted(glob(place), reverse=True)


def _version_of(program: str) -> tuple[int, int]:
    try:
        ran = run([program, "--version"], seconds=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{program}: could not be run ({error})") from None
    found = VERSION.search(ran.stdout)
    if found is None:
        said = " ".join(ran.stdout.split())[:60] or "nothing"
        raise Failed(
            f"{program}: expected LibreOffice; asked for its version, it answered {said!r}"
        )
    return int(found[1]), int(found[2])


def is_root() -> bool:
    """Whether the user is root, for whom alone LibreOffice installs nothing."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


NOT_FETCHED = {"hyperlink", "externalLinkPath", "xlPathMissing"}
"""What may be outside: a link is for people to follow, and of other workbooks the values count that
are stored in this one."""


def remove_external_content(content: bytes) -> tuple[bytes, list[str]]:
    """Remove from a workbook what would be fetched from outside; return it, and where that was.

    A program that draws a linked picture asks whichever server the workbook names, or reads a file
    of the computer into what it saves. The package is packed again in any case, so that the program
    finds the parts that were checked, and no others of the same names. Raises FileFormatError.
    """
    package = open_package(content)
    found: list[str] = []
    target = BytesIO()
    with refuse_damage(), ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as packed:
        for name in package:
            part = package[name]
            if name.casefold().endswith(".rels"):
                root = copy(package.tree(name))
                fetched = list(_fetched(root))
                found += (relation.get("Target", "") for relation in fetched)
                for relation in fetched:
                    root.remove(relation)
                if fetched:
                    part = tostring(root, encoding="UTF-8", xml_declaration=True)
            packed.writestr(name, part)
    return target.getvalue(), list(dict.fromkeys(found))


def _fetched(root: Element) -> Iterator[Element]:
    for relation in root:
        outside = relation.get("TargetMode", "").casefold() == "external"
        if outside and relation.get("Type", "").rpartition("/")[2] not in NOT_FETCHED:
            yield relation


def _said_by(ran: Ran) -> str:
    return " ".join((ran.stderr or ran.stdout).split())


CONVERSION_SECONDS = 600
"""How long LibreOffice may take over a workbook."""

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "pdf": "calc_pdf_Export"}
"""The kinds of files to convert to, and what LibreOffice calls them."""

SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
</oor:items>
"""
"""LibreOffice's settings: recalculate a workbook when it opens it, update no link to another file,
fetch nothing that the workbook names, run no macro of it.

`DisableActiveContent` is not among them: it would take the charts away.
"""


def recalculate(
    office: Office, content: bytes, kinds: Sequence[str], extensions: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Recalculate a workbook (.xlsx) with headless LibreOffice, as each kind: `xlsx`, `ods`, `pdf`.

    LibreOffice runs with a profile of its own, with these extensions and without those of the
    user, also while the user's own LibreOffice is open. The workbook is not trusted, but linked
    pictures, which LibreOffice would fetch, have to be taken out before
    (`remove_external_content`). Raises Failed.
    """
    scratch = tempfile.TemporaryDirectory(prefix="xlfuncs-", ignore_cleanup_errors=True)
    with scratch as name:
        folder = Path(name)
        book = folder / "book.xlsx"
        book.write_bytes(content)
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
        for prefix, extension in extensions.items():
            ZipFile(BytesIO(extension)).extractall(folder / "extensions" / prefix)
        return {kind: _convert(office, folder, book, kind) for kind in kinds}


def _convert(office: Office, folder: Path, book: Path, kind: str) -> bytes:
    # in the folder of the workbook, so that relative links stay the same
    target = book.with_suffix(f".done.{kind}")
    command: list[str | Path] = [
        office.program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        f"-env:BUNDLED_EXTENSIONS={(folder / 'extensions').as_uri()}",
        # or LibreOffice would decide what the file is by what it looks like inside
        *("--headless", "--norestore", f"--infilter={FILTERS['xlsx']}"),
        *("--convert-to", f"done.{kind}:{FILTERS[kind]}", "--outdir", folder, book),
    ]
    try:
        ran = run(command, CONVERSION_SECONDS, folder)
    except subprocess.TimeoutExpired:
        raise Failed(f"LibreOffice did not finish within {CONVERSION_SECONDS} seconds") from None
    except OSError as error:
        raise Failed(f"{office.program}: could not be run ({error})") from None
    try:
        return target.read_bytes()
    except FileNotFoundError:
        said = (
            " ".join((ran.stderr or ran.stdout).split())[-200:] or f"exit status {ran.returncode}"
        )
        raise Failed(f"LibreOffice did not save it as {kind}: {said}") from None


def install(office: Office, extension: Path, for_all: bool = False) -> None:
    """Install an extension (.oxt) for the user, or for all users; an older one is replaced.

    Raises Failed, with what to do instead.
    """
    if is_root() and not for_all:
        raise Failed(
            "LibreOffice does not install extensions for root alone; run this as the user who "
            "will work "
            "with it, or use --all-users"
        )
    command: list[str | Path] = [office.beside("unopkg"), "add", "--force", "--suppress-license"]
    try:
        ran = run([*command, *(["--shared"] if for_all else []), extension], seconds=120)
        said = _said_by(ran)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(_by_hand(str(error))) from None
    if ran.returncode != 0:
        raise Failed(_by_hand(said))


def _by_hand(said: str) -> str:
    return (
        f"LibreOffice did not install the extension ({said[-300:]}). Close LibreOffice and try "
        f"again; or write it with xlfuncs build -o NAME.oxt and open that file in LibreOffice"
    )

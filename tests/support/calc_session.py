"""A private LibreOffice with the functions installed, for tests that type into cells."""

import json
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.support.places import DATA, SUPPORT
from xlfuncs.hosts.extension import build_extension
from xlfuncs.hosts.libreoffice import environment

PYTHON = "/usr/bin/python3"
"""The Python for which the system has LibreOffice's `uno`."""

LONGEST_ANSWER = 300
"""Seconds after which LibreOffice counts as dead."""


class Calc:
    """The commands of `libreoffice_driver.py`, as methods: `open`, `type`, `values` and the others.

    The extension of each prefix after the first is one of another version of the package.
    """

    def __init__(self, folder: Path, prefixes: Iterable[str] = ("QUALYS",)) -> None:
        extensions = folder / "extensions"
        shutil.copytree(DATA / "measuring_addin", extensions / "measuring_addin")
        for number, prefix in enumerate(prefixes):
            unpack(build_extension(prefix), extensions / prefix)
            if number:
                make_another_version(extensions / prefix, number)
        self._process = subprocess.Popen(
            [PYTHON, SUPPORT / "libreoffice_driver.py", folder, extensions],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment(folder), "HOME": str(folder)},
            text=True,
            start_new_session=True,  # so that all of it can be ended at once
        )

    def __getattr__(self, name: str) -> Any:
        def run(*arguments: Any) -> Any:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps([name, arguments]) + "\n")
            self._process.stdin.flush()
            if not select.select([self._process.stdout], [], [], LONGEST_ANSWER)[0]:
                os.killpg(self._process.pid, signal.SIGKILL)
                raise RuntimeError(f"{name}: no answer")
            answer, wrong = json.loads(self._process.stdout.readline() or '[null, "ended"]')
            if wrong:
                raise RuntimeError(f"{name}: {wrong}")
            return answer

        return run

    def kill_host(self) -> None:
        """Kills the program that talks to LibreOffice."""
        self._process.kill()
        self._process.wait()

    def is_alive(self) -> bool:
        """Whether LibreOffice still answers."""
        try:
            return bool(self.is_running())
        except (OSError, RuntimeError):
            return False

    def end(self) -> None:
        """Ends LibreOffice, by force where it does not end by itself."""
        with suppress(OSError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(30)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process.stdout.close()


def unpack(content: bytes, folder: Path) -> None:
    """An extension as LibreOffice has it once it is installed."""
    ZipFile(BytesIO(content)).extractall(folder)


def make_another_version(folder: Path, number: int) -> None:
    """Gives the code of an extension another name, as that of another version has."""
    [package] = (folder / "pythonpath").iterdir()
    for path in [folder / "functions.py", *package.rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(package.name, f"xlfuncs_{number}"), encoding="utf-8")
    package.rename(package.with_name(f"xlfuncs_{number}"))

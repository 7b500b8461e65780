"""Damaged files of every kind end in an answer or a sentence, in bounded time and memory."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.support.mutations import damaged
from tests.support.places import SUPPORT
from tests.support.workbook_edits import shipped_workbook
from xlfuncs.loader import SHIPPED
from xlfuncs.xlsx.builder import WorkbookKind

pytestmark = pytest.mark.host

SECONDS = 5
"""What a file of up to 10 MB may take of a processor."""

MEMORY = 500
"""And of memory, in MiB."""

ADDRESSES = 8 * 2**30
"""What a process may ask for, so that a test that fails does not take the computer with it."""

LINES = "Invoice,Quantity,Purchased,Paid\n" + "".join(
    f"R-{line},{100_000 + line % 2},2013-12-{1 + line % 31:02},255000.00\n" for line in range(40)
)
"""A ledger about the shipped contract."""

COMMANDS = {
    "contract": [
        ["check", "FILE"],
        ["price", "100000", "2013-12-20", "-c", "FILE"],
        ["explain", "100000", "2014-01-01", "-c", "FILE", "--known-on", "2013-12-31"],
        ["schedule", "2013-12-20", "-c", "FILE"],
        ["timeline", "100000", "-c", "FILE"],
        ["diff", str(SHIPPED), "FILE"],
        ["build", "-c", "FILE", "-o", "built.xlsx", "--force"],
        ["sql", "--dialect", "duckdb", "-c", "FILE"],
    ],
    "workbook": [
        ["import", "FILE", "-o", "kept.toml"],
        ["build", "--keep", "-o", "FILE"],
        ["build", "--check", "-o", "FILE"],
        ["doctor", "FILE"],
    ],
    "ledger": [["batch", "FILE", "-c", str(SHIPPED), "-o", "priced.csv"]],
}
"""What is done with a kind of file; a workbook is a contract, too."""


class Sound(NamedTuple):
    """A file that is in order, and what is done with it."""

    name: str
    content: Callable[[], bytes]
    commands: list[list[str]]


def ledger_workbook() -> bytes:
    book, target = openpyxl.Workbook(), BytesIO()
    for line in LINES.splitlines():
        book.active.append(line.split(","))
    book.save(target)
    return target.getvalue()


def ledger_parquet(folder: Path) -> bytes:
    (folder / "sound.csv").write_text(LINES, encoding="utf-8")
    source, target = folder / "sound.csv", folder / "sound.parquet"
    duckdb.sql(f"COPY (FROM '{source}') TO '{target}'")
    return target.read_bytes()


def sound_files(folder: Path) -> list[Sound]:
    of_contract, of_book = COMMANDS["contract"], COMMANDS["contract"] + COMMANDS["workbook"]
    return [
        Sound("contract.toml", lambda: Path(SHIPPED).read_bytes(), of_contract),
        Sound("book.xlsx", lambda: shipped_workbook(kind=WorkbookKind.LAMBDAS), of_book),
        Sound("book.xlsm", lambda: shipped_workbook(kind=WorkbookKind.MACROS), of_book),
        Sound("ledger.csv", LINES.encode, COMMANDS["ledger"]),
        Sound("ledger.xlsx", ledger_workbook, COMMANDS["ledger"]),
        Sound("ledger.parquet", lambda: ledger_parquet(folder), COMMANDS["ledger"]),
    ]


@contextmanager
def runner(folder: Path) -> Iterator[Callable[[list[str]], dict[str, object]]]:
    """A process that runs one command after another, each within a minute of the processor.

    Where it has ended, another one goes on.
    """
    arguments = [sys.executable, SUPPORT / "commands_in_a_row.py", str(ADDRESSES)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (folder / "stderr").open("w+") as err, ExitStack() as processes:

        def start() -> subprocess.Popen[str]:
            process = subprocess.Popen(arguments, **pipes, stderr=err, text=True, cwd=folder)
            processes.enter_context(process)
            processes.callback(process.kill)
            return process

        running = start()

        def run(words: list[str]) -> dict[str, object]:
            nonlocal running
            if running.poll() is not None:
                running = start()
            print(json.dumps(words), file=running.stdin, flush=True)
            line = running.stdout.readline()
            err.seek(0)
            assert line, f"{words}: the process ended: {err.read()[-2000:]}"
            ran = json.loads(line)
            if ran["memory"] >= MEMORY:  # which is the most up to now, so of the next one, too
                running.kill()
                running.wait()
            return ran

        yield run


class DamagedFile(NamedTuple):
    """A file that was in order, what was done to it, and the command that is run with it."""

    name: str
    content: bytes
    changes: list[str]
    words: list[str]

    def __repr__(self) -> str:
        return f"{self.name} after {', '.join(self.changes)}: xlfuncs {' '.join(self.words)}"


@st.composite
def damaged_files(draw: DrawFn, files: list[tuple[Sound, bytes]]) -> DamagedFile:
    sound, content = draw(st.sampled_from(files))
    words = [word.replace("FILE", sound.name) for word in draw(st.sampled_from(sound.commands))]
    changed, changes = draw(damaged(content))
    return DamagedFile(sound.name, changed, changes, words)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other ways")
def test_a_damaged_file_is_answered_or_refused(tmp_path: Path, mutations: int) -> None:
    files = [(each, each.content()) for each in sound_files(tmp_path)]
    with runner(tmp_path) as run:

        @settings(max_examples=mutations)
        @given(damaged_files(files))
        def is_answered_or_refused(file: DamagedFile) -> None:
            (tmp_path / "kept.toml").write_bytes(Path(SHIPPED).read_bytes())
            (tmp_path / file.name).write_bytes(file.content)
            ran = run(file.words)
            assert ran["status"] in {0, 1, 2}, ran
            assert "Traceback" not in ran["said"], ran
            assert ran["seconds"] < SECONDS, ran
            assert ran["memory"] < MEMORY, ran

        is_answered_or_refused()

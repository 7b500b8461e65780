"""LibreOffice: found, asked to work a workbook out, given the functions."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    BOOK,
    FILE,
    NEVER_FOUND,
    Case,
    Given,
    Here,
    book,
    each,
    message_of,
    program,
    saved,
    there,
    with_parts,
)
from tests.messages.workbook_additions import with_picture_elsewhere, with_shown
from xlfuncs.hosts import libreoffice
from xlfuncs.xlsx.builder import WorkbookKind

RECALC = f"xlfuncs calc recalc {BOOK} --soffice ./soffice"
INSTALL = f"xlfuncs calc install --contract {FILE} --soffice ./soffice"
CURRENT = "echo LibreOffice 25.2.3.2"


def saves(content: Callable[[], bytes]) -> Given:
    """A LibreOffice that saves a certain workbook, whatever it is given."""
    script = f'[ "$1" = --version ] && {CURRENT} && exit\nfor book; do :; done\n'
    given = program(f'{script}/bin/cp "${{0%/*}}/saved" "${{book%.xlsx}}.done.xlsx"')

    def act(here: Here) -> None:
        given(here)
        here.write("saved", content())

    return act


def asking(formula: str, shown: str) -> Callable[[], bytes]:
    def edit(opened: Any) -> None:
        opened["Contract"]["E1"].value = formula

    return lambda: with_shown(saved(edit), formula, shown)


def typed_below(opened: Any) -> None:
    opened["Purchases"]["A17"].value = 100
    opened["Purchases"]["B17"].value = "2020-03-01"


def no_python(here: Here) -> None:
    (here.folder / "pythonloader.py").unlink()


def many_vendors(opened: Any) -> None:
    for number in range(51):
        opened["Contract"].cell(1 + number, 8).value = f"=V{number}_PRICE(1,2)"


def too_slow(here: Here) -> None:
    run = libreoffice.run

    def run_slowly(command: Any, seconds: float, scratch: Path | None = None) -> libreoffice.Ran:
        if scratch:
            raise subprocess.TimeoutExpired(command, seconds)
        return run(command, seconds)

    here.put(libreoffice, "run", run_slowly)


LIBREOFFICE = program(CURRENT)
CASES = (
    Case("There is none", f"xlfuncs calc recalc {BOOK}", NEVER_FOUND),
    Case("No such program", RECALC),
    Case("A program that does not run", RECALC, there("soffice", "hello")),
    Case("Another program", RECALC, program("echo OpenOffice")),
    Case("An older LibreOffice", RECALC, program("echo LibreOffice 7.4.7.2")),
    Case("A LibreOffice without Python", RECALC, LIBREOFFICE, no_python),
    Case("It ends before it has begun", RECALC, program(f'{CURRENT}; /bin/rm "$0"')),
    Case(
        "It saves nothing",
        RECALC,
        program(f'[ "$1" = --version ] && {CURRENT} || echo "it broke" >&2'),
    ),
    Case("It takes too long", RECALC, LIBREOFFICE, too_slow),
    Case("It does not load the functions", RECALC, saves(asking("=ACME_PRICE(1,2)", "#NAME?"))),
    Case("It does not know another function", RECALC, saves(asking("=VENDOR(1)", "#NAME?"))),
    Case("A purchase without formulas", RECALC, saves(lambda: saved(typed_below))),
    Case(
        "A picture that lies elsewhere",
        RECALC,
        saves(book),
        lambda here: here.write(BOOK, with_parts(with_picture_elsewhere)),
    ),
    Case("No such workbook", "xlfuncs calc recalc none.xlsx"),
    Case("No workbook", f"xlfuncs calc recalc {FILE}"),
    Case("Another kind of file to write", f"xlfuncs calc recalc {BOOK} -o prices.csv"),
    Case("Another kind of file to print into", f"xlfuncs calc recalc {BOOK} --pdf prices.txt"),
    Case(
        "Functions in names",
        "xlfuncs calc recalc prices.xlsx",
        there("prices.xlsx", lambda: book(WorkbookKind.LAMBDAS)),
    ),
    Case(
        "Functions of many vendors",
        f"xlfuncs calc recalc {BOOK} -o prices.xlsx",
        lambda here: here.write(BOOK, saved(many_vendors)),
    ),
    Case("The functions are installed", INSTALL, LIBREOFFICE, program("exit 0", "unopkg")),
    Case(
        "Root installs",
        INSTALL,
        LIBREOFFICE,
        lambda here: here.put(libreoffice, "is_root", lambda: True),
    ),
    Case(
        "They cannot be installed",
        INSTALL,
        LIBREOFFICE,
        program("echo the profile is locked >&2; exit 1", "unopkg"),
    ),
    Case("There is nothing to install with", INSTALL, LIBREOFFICE),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot

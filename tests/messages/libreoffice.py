"""LibreOffice: found, asked to work a workbook out, given the functions."""

import subprocess
from typing import Any

from tests.messages.base import BOOK, FILE, book, saved, there, with_parts
from tests.messages.entry import Entry, Given, Group, Here
from tests.messages.parts import with_picture_elsewhere, with_shown
from xlfuncs.hosts import libreoffice
from xlfuncs.xlsx.builder import WorkbookKind

RECALC = f"xlfuncs calc recalc {BOOK} --soffice ./soffice"
INSTALL = f"xlfuncs calc install --contract {FILE} --soffice ./soffice"
CURRENT = "echo LibreOffice 25.2.3.2"
NEVER_FOUND = Given(
    "LibreOffice is not installed", lambda here: here.put(libreoffice, "PLACES", ())
)
ROOT = "the user is root, the administrator"


def program(text: str, script: str, name: str = "soffice") -> Given:
    """A script in place of a program."""

    def act(here: Here) -> None:
        here.write("pythonloader.py", "")
        here.write(name, f"#!/bin/sh\n{script}\n").chmod(0o755)
        here.put(libreoffice, "is_root", lambda: False)

    return Given(text, act)


def saves(text: str, content: bytes) -> Given:
    """A LibreOffice that saves a certain workbook, whatever it is given."""
    script = f'[ "$1" = --version ] && {CURRENT} && exit\nfor book; do :; done\n'
    given = program(text, f'{script}/bin/cp "${{0%/*}}/saved" "${{book%.xlsx}}.done.xlsx"')

    def act(here: Here) -> None:
        given.act(here)
        here.write("saved", content)

    return Given(text, act)


def asking(formula: str, shown: str) -> bytes:
    def edit(opened: Any) -> None:
        opened["Contract"]["E1"].value = formula

    return with_shown(saved(edit), formula, shown)


def typed_below(opened: Any) -> None:
    opened["Purchases"]["A12"].value = 100
    opened["Purchases"]["B12"].value = "2020-03-01"


def no_python(here: Here) -> None:
    (here.folder / "pythonloader.py").unlink()


def many_vendors(opened: Any) -> None:
    for number in range(51):
        opened["Contract"].cell(1 + number, 8).value = f"=V{number}_PRICE(1,2)"


def too_slow(here: Here) -> None:
    def run(command: Any, seconds: float, scratch: Any) -> None:
        raise subprocess.TimeoutExpired(command, seconds)

    here.put(libreoffice, "run", run)


LIBREOFFICE = program("soffice is a LibreOffice of today", CURRENT)
LIBREOFFICE_GROUP = Group(
    "LibreOffice",
    "`xlfuncs calc recalc` has LibreOffice work a workbook out, `xlfuncs calc install` gives it "
    "the functions. Some programs called soffice "
    "here are scripts that say or do what is told of them.",
    (
        Entry("There is none", f"xlfuncs calc recalc {BOOK}", (NEVER_FOUND,)),
        Entry("No such program", RECALC),
        Entry("A program that does not run", RECALC, (there("soffice", "is a text", "hello"),)),
        Entry(
            "Another program", RECALC, (program("soffice is another program", "echo OpenOffice"),)
        ),
        Entry(
            "An older LibreOffice",
            RECALC,
            (program("soffice is LibreOffice 7.4", "echo LibreOffice 7.4.7.2"),),
        ),
        Entry(
            "A LibreOffice without Python",
            RECALC,
            (LIBREOFFICE, Given("its part for Python is not installed", no_python)),
        ),
        Entry(
            "It ends before it has begun",
            RECALC,
            (program("soffice is removed meanwhile", f'{CURRENT}; /bin/rm "$0"'),),
        ),
        Entry(
            "It saves nothing",
            RECALC,
            (
                program(
                    "soffice says `it broke`, and saves nothing",
                    f'[ "$1" = --version ] && {CURRENT} || echo "it broke" >&2',
                ),
            ),
        ),
        Entry(
            "It takes too long",
            RECALC,
            (LIBREOFFICE, Given("it has not ended after ten minutes", too_slow)),
        ),
        Entry(
            "It does not load the functions",
            RECALC,
            (saves("soffice cannot start its Python", asking("=ACME_PRICE(1,2)", "#NAME?")),),
        ),
        Entry(
            "It does not know another function",
            RECALC,
            (saves("soffice finds `=VENDOR(1)` in Contract!E1", asking("=VENDOR(1)", "#NAME?")),),
        ),
        Entry(
            "A purchase without formulas",
            RECALC,
            (saves("a program typed a purchase into row 12 of Purchases", saved(typed_below)),),
        ),
        Entry(
            "A picture that lies elsewhere",
            RECALC,
            (
                saves("soffice saves the workbook as it is", book()),
                Given(
                    f"{BOOK} shows a picture that it does not hold, \\\\server\\share\\logo.png",
                    lambda here: here.write(BOOK, with_parts(with_picture_elsewhere)),
                ),
            ),
        ),
        Entry("No such workbook", "xlfuncs calc recalc none.xlsx"),
        Entry("No workbook", f"xlfuncs calc recalc {FILE}"),
        Entry("Another kind of file to write", f"xlfuncs calc recalc {BOOK} -o prices.csv"),
        Entry("Another kind of file to print into", f"xlfuncs calc recalc {BOOK} --pdf prices.txt"),
        Entry(
            "Functions in names",
            "xlfuncs calc recalc prices.xlsx",
            (there("prices.xlsx", "was built", lambda: book(WorkbookKind.LAMBDAS)),),
        ),
        Entry(
            "Functions of many vendors",
            f"xlfuncs calc recalc {BOOK} -o prices.xlsx",
            (
                Given(
                    f"{BOOK} calls functions of 52 vendors",
                    lambda here: here.write(BOOK, saved(many_vendors)),
                ),
            ),
        ),
        Entry(
            "The functions are installed",
            INSTALL,
            (LIBREOFFICE, program("its unopkg does what it is told", "exit 0", "unopkg")),
        ),
        Entry(
            "Root installs",
            INSTALL,
            (LIBREOFFICE, Given(ROOT, lambda here: here.put(libreoffice, "is_root", lambda: True))),
        ),
        Entry(
            "They cannot be installed",
            INSTALL,
            (
                LIBREOFFICE,
                program(
                    "its unopkg says `the profile is locked`",
                    "echo the profile is locked >&2; exit 1",
                    "unopkg",
                ),
            ),
        ),
        Entry("There is nothing to install with", INSTALL, (LIBREOFFICE,)),
    ),
)

"""What the README of a room says of its files is true of the folder."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.places import TOP
from xlfuncs.xlsx.vba.project import list_modules

PACKAGE = TOP / "xlfuncs"
ROOMS = sorted(PACKAGE.glob("*/README.md"))
PAPERS = [*sorted(TOP.glob("*/README.md")), *ROOMS]
OF_MODULES = ("| module |", "| file | what is in it |")
"""How the tables begin that name the modules of a room."""

MACROS = {module.name for module in list_modules("QUALYS")}
"""The modules of macros in a workbook, of which the room of the hosts has a table, too."""

PATH = re.compile(r"`(?!/)([\w/]+/[\w./]*|\w+\.py)`")


def tables_of_modules(paper: Path) -> Iterator[set[str]]:
    """The names in the first column of each table of modules."""
    for block in paper.read_text(encoding="utf-8").split("\n\n"):
        titles, *rows = block.strip().splitlines() or [""]
        if titles.startswith(OF_MODULES):
            named = (name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1]))
            yield {name.rstrip("/") for name in named}


def files_in(folder: Path) -> set[str]:
    """The files of a room, modules without their ending, and its folders."""
    named = {path.stem if path.suffix == ".py" else path.name for path in folder.iterdir()}
    return named - {"README.md", "__init__", "__pycache__", "py.typed"}


def test_the_tables_of_modules_name_all_that_are_in_the_room() -> None:
    tables = [(paper, named) for paper in ROOMS for named in tables_of_modules(paper)]
    assert len(tables) > 5
    for paper, named in tables:
        assert named in (files_in(paper.parent), MACROS), paper


def test_the_table_of_rooms_names_them_all() -> None:
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    table = text.partition("| room |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in table.splitlines()[2:]))
    assert set(named) == files_in(PACKAGE) - {"__main__"}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(TOP)))
def test_paths_that_are_named_are_there(paper: Path) -> None:
    for name in PATH.findall(paper.read_text(encoding="utf-8")):
        places = (TOP / name, PACKAGE / name, paper.parent / name)
        assert any(place.exists() for place in places), name

"""Random sheets and questions as cells, now and then with something that somebody got wrong."""

from datetime import date
from random import Random
from typing import Any

from tests.support.random_contracts import random_question
from tests.support.workbook_edits import sheets_of
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.reader import Sheets

ODD_QUANTITIES: list[Cell] = ["", "12", "many", -1.0, 0.5, 1e15, 0.0, 3.0000001, CellError("#N/A")]
ODD_DAYS: list[Cell] = ["", "2020-02-10", "10.2.2020", 60.0, 0.0, 43871.75, -5.0, 3e6]
ODD_DAYS += [2020.0, 1900.0, 2199.5, 1899.0, 2200.0, "2020", "1905-07-12"]
ODD_NAMES: list[Cell] = ["", " service 0 ", "Nothing", 7.0, 0.0, CellError("#REF!")]
ODD_CELLS: list[Cell] = ["", "oops", -4.0, 1e300, "2020-02-30", CellError("#DIV/0!"), "#N/A"]
ODD_CELLS += [2020.0, "2020"]


def serial(day: date | None) -> Cell:
    return "" if day is None else float(day.toordinal() - date(1899, 12, 30).toordinal())


def plain(cell: Cell) -> Cell:
    """A cell as a sheet holds it: days as numbers."""
    if cell is None or isinstance(cell, str | CellError):
        return cell
    return serial(cell) if isinstance(cell, date) else float(cell)


def random_questions(random: Random, contract: Any, count: int) -> list[list[Cell]]:
    found = []
    for _ in range(count):
        question = random_question(random, contract)
        row: list[Cell] = [
            float(question.quantity),
            serial(question.purchased),
            question.service,
            serial(question.known_on),
        ]
        for index, odd in enumerate((ODD_QUANTITIES, ODD_DAYS, ODD_NAMES, ODD_DAYS)):
            if random.random() < 0.08:
                row[index] = random.choice(odd)
        found.append(row)
    return found


def random_sheets(random: Random, contract: Any) -> Sheets:
    """The sheets of a contract, one in four with a cell that somebody got wrong."""
    found = sheets_of(contract)
    grids = [[[plain(cell) for cell in row] for row in grid] for grid in found[:3]]
    if random.random() < 0.25:
        grid = random.choice([each for each in grids[:2] if len(each) > 1] or [grids[0]])
        row = random.choice(grid)
        row[random.randrange(len(row))] = random.choice(ODD_CELLS)
    return Sheets(*grids)

"""What people do to the rows of a workbook after it was built, and the oddest things they ask."""

from random import Random

from tests.support.random_sheets import ODD_CELLS
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.reader import Sheets

TYPED: list[Cell] = [
    *ODD_CELLS,
    *(True, False, " ", "  per unit ", "OR MORE", "service 0", "\xa0Service 0", "service\t0"),
    *(0.15, 1.0, 0.5, 0.25, 12.345, 99.99999, 1e-6, 1e9, 999999999.123456, 7.0, 4.0),
    *(43871.75, 60.0, 61.0, 2958465.5, 2958466.0, 9999.0, 10000.0, 123456789012345.0),
    *("Effective: x", "signed: why\n\nprice: b", "Price:", ": x", "1.2", "none", "Not Said"),
    *("*", "?", "=1", "<1", ">0", "'x", CellError("#N/A"), CellError("#VALUE!")),
]

ASKED: list[Cell] = [
    *(True, False, " ", "\t", "\xa0", "SERVICE  0", "\tservice 0", "Service*", "service?0"),
    *(1e9, 1e9 + 0.5, 1e15, 999999999999999.0, 1e-6, 1e-7, 24.0000001, -1e-9, 123456.789),
    *(43871.999999, 2958465.99, 2958466.0, 61.0, 60.99),
    *("2020-02-29", "2021-02-29", "2020-2-9", " 2020-02-10 ", "0000-01-01", "1900-02-28"),
    *("1900-03-01", "9999-12-31", "2020/02/10", "2020-02-1e", "1e10-02-03", "TRUE"),
    CellError("#VALUE!"),
]


def edited(random: Random, sheets: Sheets) -> Sheets:
    """The sheets with a row added, taken away or moved, and cells typed over; or as they were."""
    grids = [[list(row) for row in grid] for grid in sheets[:2]]
    for _ in range(random.choice([0, 0, 0, 1, 1, 2])):
        grid = random.choice([grid for grid in grids if len(grid) > 1])
        row = random.choice(grid[1:])
        edit = random.choice(["type", "type", "repeat", "add", "blank"])
        if edit == "type":
            row[random.randrange(len(row))] = random.choice(TYPED)
        elif edit == "blank":
            row[:] = [""] * len(row)
        else:
            target = grid if edit == "repeat" else random.choice(grids)
            target.append(list(row))
    return sheets._replace(tiers=grids[0], amendments=grids[1])


def oddly_asked(random: Random, questions: list[list[Cell]]) -> list[list[Cell]]:
    """The questions, of which one in four has something in it that nobody should ask."""
    for question in questions:
        if random.random() < 0.25:
            question[random.randrange(len(question))] = random.choice(ASKED)
    return questions

"""The smallest contract and question that still show what a large one has shown."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.support.parity import Asked
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.reader import Sheets
from xlfuncs.sheets.schema import COLUMNS

MOST_ASKED = 200
OPTIONAL = [index for index, column in enumerate(COLUMNS) if not column.required]
FIGURES = [
    index for index, column in enumerate(COLUMNS) if column.kind in {"figure", "money", "percent"}
]
FIGURES.append([column.field for column in COLUMNS].index("quantity_to"))
QUANTITY, OPTIONAL_ARGUMENTS = 0, (2, 3)


def shrunk(asked: Asked, persists: Callable[[Asked], bool], most: int = MOST_ASKED) -> Asked:
    """What is left when nothing more can be taken away; `persists` is asked `most` times."""
    before = None
    while before != asked:
        before = asked
        for step in (without_a_row, without_an_argument, with_a_blank, with_a_rounder_figure):
            position = 0
            while most and position < len(smaller := step(asked)):
                most -= 1
                if persists(smaller[position]):
                    asked = smaller[position]  # the next one has moved up to this position
                else:
                    position += 1
    return asked


def without_a_row(asked: Asked) -> list[Asked]:
    return [changed(asked, place, None) for place in places(asked)]


def without_an_argument(asked: Asked) -> list[Asked]:
    given = [index for index in OPTIONAL_ARGUMENTS if asked.question[index] not in {None, ""}]
    return [asked._replace(question=put(asked.question, index, "")) for index in given]


def with_a_blank(asked: Asked) -> list[Asked]:
    return [
        changed(asked, place, put(row, index, ""))
        for place in places(asked)
        for row in [row_at(asked, place)]
        for index in OPTIONAL
        if row[index] not in {None, ""}
    ]


def with_a_rounder_figure(asked: Asked) -> list[Asked]:
    smaller = [
        asked._replace(question=put(asked.question, QUANTITY, figure))
        for figure in rounder(asked.question[QUANTITY])
    ]
    for place in places(asked):
        row = row_at(asked, place)
        smaller += [
            changed(asked, place, put(row, index, figure))
            for index in FIGURES
            for figure in rounder(row[index])
        ]
    return smaller


def rounder(cell: Cell) -> list[float]:
    """Figures that are quicker to read, the shortest first."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return []
    figures = [1.0, 2.0, 10.0, 100.0, float(f"{cell:.0e}"), float(f"{cell:.1e}"), round(cell, 2)]
    shorter = {figure for figure in figures if length_to_read(cell) > length_to_read(figure)}
    return sorted(shorter, key=length_to_read)


def length_to_read(figure: float) -> tuple[int, float]:
    """Orders figures by how long they are to read."""
    return len(repr(float(figure)).removesuffix(".0").rstrip("0")), abs(figure)


Place = tuple[int, int]


def places(asked: Asked) -> list[Place]:
    """The rows by sheet and number; titles are none."""
    return [(grid, row) for grid in (0, 1) for row in range(1, len(asked.sheets[grid]))]


def row_at(asked: Asked, place: Place) -> Sequence[Cell]:
    grid, row = place
    found: Sequence[Cell] = asked.sheets[grid][row]
    return found


def changed(asked: Asked, place: Place, row: Sequence[Cell] | None) -> Asked:
    """With another row in a place, or none."""
    grid, number = place
    rows: Any = asked.sheets[grid]
    rows = [*rows[:number], *([] if row is None else [row]), *rows[number + 1 :]]
    tiers, amendments = (rows if each == grid else asked.sheets[each] for each in (0, 1))
    sheets: Sheets = asked.sheets._replace(tiers=tiers, amendments=amendments)
    return asked._replace(sheets=sheets)


def put(cells: Sequence[Cell], index: int, cell: Cell) -> list[Cell]:
    return [*cells[:index], cell, *cells[index + 1 :]]

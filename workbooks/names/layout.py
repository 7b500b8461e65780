"""Where the columns stand on the sheet Rows, and the formulas with everything in its place."""

from __future__ import annotations

from functools import lru_cache

from openpyxl.utils import get_column_letter

from workbooks.names.definitions import Definition, columns, names
from workbooks.names.spelling import stored
from xlfuncs.functions.declared import BY_NAME, FUNCTIONS
from xlfuncs.tables.schema import COUNTED

TITLE_ROW = 6
FIRST_ROW = TITLE_ROW + 1
BLOCKS = ("Found", "Rows", "Services")
"""The blocks from left to right, with an empty column after each."""


NAMED = tuple(each.name for each in names() if each.name in BY_NAME)
"""The functions that there are as names."""


@lru_cache
def letters() -> dict[tuple[str, str], str]:
    """The letter of each column, by its block and its title."""
    found: dict[tuple[str, str], str] = {}
    number = 1
    for block in BLOCKS:
        for column in columns(block):
            found[block, column.name] = get_column_letter(number)
            number += 1
        number += 1
    return found


def cell_of(block: str, title: str) -> str:
    """The cell from which a column spills, as formulas refer to it."""
    return f"{COUNTED}!${letters()[block, title]}${FIRST_ROW}"


LACKING = tuple(function.name for function in FUNCTIONS if function.name not in NAMED)
"""Functions that no name answers, because formulas cannot say why a cell is wrong."""


class Names:
    """The names of one workbook, under its contract's prefix."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._ours = {each.name for each in names()}

    def full(self, name: str) -> str:
        """A name of ours in full: those that people call like the functions of every host."""
        if name not in self._ours:
            return name
        return f"{self._prefix}{'_' if name in BY_NAME else '.'}{name}"

    @property
    def called(self) -> str:
        """A pattern that finds a call of one of the names in a formula."""
        return rf"\b{self._prefix}[_.][A-Z]"

    def stored(self, formula: str) -> str:
        """A formula as the file holds it."""
        return stored(formula, self.full, cell_of)

    def all(self) -> dict[str, tuple[str, str]]:
        """Each name with its formula and its comment."""
        return {self.full(each.name): (self.stored(each.formula), _help(each)) for each in names()}


def _help(name: Definition) -> str:
    function = BY_NAME.get(name.name)
    return function.help if function else name.comment

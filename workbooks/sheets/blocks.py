"""Tables that a function answers whole: one formula, which spills over as many rows as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from openpyxl.styles import Alignment
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.formulas import Formulas
from workbooks.look.cells import write_cell
from workbooks.look.conditions import hide, show_decimals
from workbooks.look.styles import HEADING, NOTE, PLAIN, QUANTITY, WORDS, WORKED_OUT
from workbooks.look.widths import widen
from xlfuncs.tables.cells import Cell

LONGEST = 1000
"""Rows of an answer that formulas about it look at."""


class Block(NamedTuple):
    """Where the answer of a function stands: its titles in `first_row`, from `column` on.

    Nothing stands below it, so that it has room to grow. `counted` is a column that has words in
    each of its lines, by which they can be counted.
    """

    function: str
    column: str
    first_row: int
    number_formats: tuple[str, ...]
    counted: str

    @property
    def letters(self) -> list[str]:
        return [chr(ord(self.column) + index) for index in range(len(self.number_formats))]

    @property
    def titles(self) -> str:
        """The cell that holds the formula, the first title or an error."""
        return f"${self.column}${self.first_row}"

    def below(self, letter: str) -> str:
        """The cells of a column under its title."""
        return f"${letter}${self.first_row + 1}:${letter}${self.first_row + LONGEST}"


class Written(NamedTuple):
    """A block with the lines that it had at the time of the build, and the values of its cells."""

    block: Block
    lines: Sequence[Sequence[Cell]]
    values: dict[str, Cell]


def write_block(
    sheet: Worksheet, block: Block, arguments: dict[str, Cell], formulas: Formulas
) -> Written:
    """Writes a block, and above it a notice; its values alone where the function is lacking.

    Excel 365 lets the block grow and shrink with the answer. Where a program keeps the rows that it
    had, the notice says that there are more; rows too many are `#N/A` there, and not shown.
    """
    call = formulas.call(block.function, list(arguments))
    answer = formulas.table(block.function, list(arguments.values()))
    values: dict[str, Cell] = {}
    for row, cells in enumerate(answer, block.first_row):
        padded = cells if len(cells) == len(block.letters) else [cells[0]] * len(block.letters)
        style = HEADING if row == block.first_row else WORKED_OUT
        for letter, cell, shown in zip(block.letters, padded, block.number_formats, strict=True):
            values[f"{letter}{row}"] = "" if cell is None else cell
            entered = None if formulas.answers(block.function) else cell
            look = WORDS[style] if shown == PLAIN else style
            write_cell(sheet, f"{letter}{row}", entered, look, shown)
    if not formulas.answers(block.function):
        return Written(block, answer[1:], {})
    first, last_row = f"{block.column}{block.first_row}", block.first_row + len(answer) - 1
    reach = f"{first}:{block.letters[-1]}{last_row}"
    if formulas.are_names and len(answer[0]) == 1:
        reach, values = first, {first: answer[0][0]}  # an error of a name spills nowhere
    sheet[first].value = ArrayFormula(reach, f"={call}")
    for index, (letter, shown) in enumerate(zip(block.letters, block.number_formats, strict=True)):
        widen(sheet, letter, [row[index] for row in answer[1:]], shown)
    _prepare_new_rows(sheet, block)
    notice = f"{block.column}{block.first_row - 1}"
    text = "There are more lines than fit here; xlfuncs build -o BOOK --keep makes room for them"
    more = f'ROWS({call})-1>COUNTIF({block.below(block.counted)},"?*")'
    formula = f'=IF(ISERROR({block.titles}),"",IF({more},"{text}",""))'
    write_cell(sheet, notice, None, NOTE).value = formula
    return Written(block, answer[1:], {**values, notice: ""})


def _prepare_new_rows(sheet: Worksheet, block: Block) -> None:
    """Formats for rows to come, without a line under them: they are printed once they are there."""
    for letter, number_format in zip(block.letters, block.number_formats, strict=True):
        column = sheet.column_dimensions[letter]
        column.number_format = number_format
        column.alignment = Alignment(vertical="top", wrap_text=True)
        if number_format == QUANTITY:
            show_decimals(sheet, f"{letter}{block.first_row + 1}", LONGEST)
    first = f"{block.column}{block.first_row + 1}"
    hide(sheet, f"{first}:{block.letters[-1]}{block.first_row + LONGEST}", f"ISNA({first})")

"""Tables that a function answers whole: one formula, which spills over as many rows as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.formulas import Formulas
from workbooks.look.cells import write_cell
from workbooks.look.styles import HEADING, NOTE, PLAIN, WORDS, WORKED_OUT
from workbooks.look.widths import widen
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.places import column_letter

LONGEST = 1000
"""Rows of an answer that formulas about it look at."""


class Block(NamedTuple):
    """Where the answer of a function stands: its titles in `first_row`, from column A on."""

    function: str
    first_row: int
    number_formats: tuple[str, ...]

    @property
    def titles(self) -> str:
        """The cell that holds the formula, the first title or an error."""
        return f"$A${self.first_row}"

    @property
    def below(self) -> str:
        """The first column under the titles."""
        return f"$A${self.first_row + 1}:$A${self.first_row + LONGEST}"


def write_block(
    sheet: Worksheet, block: Block, arguments: dict[str, Cell], formulas: Formulas
) -> tuple[dict[str, Cell], Sequence[Sequence[Cell]]]:
    """Writes a block; answers the value of each cell, and the rows of the answer.

    Excel 365 lets it grow and shrink with the answer. Where a program keeps the rows it had, a line
    above says that there are more; rows too many are `#N/A` there, and not shown.
    """
    call = formulas.call(block.function, list(arguments))
    answer = formulas.table(block.function, list(arguments.values()))
    letters = [column_letter(index) for index in range(len(block.number_formats))]
    values: dict[str, Cell] = {}
    for row, cells in enumerate(answer, block.first_row):
        padded = cells if len(cells) == len(letters) else [cells[0]] * len(letters)
        for letter, cell, number_format in zip(letters, padded, block.number_formats, strict=True):
            values[f"{letter}{row}"] = "" if cell is None else cell
            style = HEADING if row == block.first_row else WORKED_OUT
            chosen = WORDS[style] if number_format == PLAIN else style
            write_cell(sheet, f"{letter}{row}", None, chosen, number_format)
    last_row = block.first_row + len(answer) - 1
    reach = f"A{block.first_row}:{letters[-1]}{last_row}"
    for index, number_format in enumerate(block.number_formats):
        cells = [row[index] for row in answer[1:]]
        widen(sheet, index, cells, number_format)
    sheet[f"A{block.first_row}"].value = ArrayFormula(reach, f"={call}")
    _prepare_new_rows(sheet, block, letters)
    notice = f"A{block.first_row - 1}"
    shown = f'COUNTIF({block.titles}:$A${block.first_row + LONGEST},"?*")'
    text = "There are more lines than fit here: build the workbook again"
    formula = f'=IF(IFERROR(ROWS({call}),1)>{shown},"{text}","")'
    write_cell(sheet, notice, None, NOTE).value = formula
    return {**values, notice: ""}, answer


def _prepare_new_rows(sheet: Worksheet, block: Block, letters: Sequence[str]) -> None:
    """Formats for rows to come, without a line under them: they are printed once they are there."""
    for letter, number_format in zip(letters, block.number_formats, strict=True):
        column = sheet.column_dimensions[letter]
        column.number_format = number_format
        column.alignment = Alignment(vertical="top", wrap_text=True)
    first = f"{letters[0]}{block.first_row + 1}"
    hidden = DifferentialStyle(font=Font(color="FFFFFF"))
    rule = Rule("expression", formula=[f"ISNA({first})"], dxf=hidden)
    reach = f"{first}:{letters[-1]}{block.first_row + LONGEST}"
    sheet.conditional_formatting.add(reach, rule)

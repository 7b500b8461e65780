"""Formulas that call the functions, each with its value, and the tables that they spill over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.styles import Alignment
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import call
from xlfuncs.sheets.cells import WRONG_VALUE, Cell, is_too_long
from xlfuncs.xlsx.styles import (
    CALCULATED_STYLE,
    HEADING,
    NOTE,
    PLAIN,
    QUANTITY,
    WORDS,
    hide_content,
    show_decimals,
    widen,
    write_cell,
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, without the sign that begins it, and its value."""

    text: str
    value: Cell

    @property
    def number(self) -> float | None:
        """The value, None where it is an error or no number."""
        return float(self.value) if isinstance(self.value, (int, float)) else None


class Formulas:
    """Formulas of one workbook under its contract's prefix.

    `lambdas` is what the functions return by name, of the cells of a question, where they are names
    of the workbook and so formulas themselves; those that it lacks are not there.
    """

    def __init__(
        self,
        workbook: PricedSheets,
        prefix: str,
        lambdas: Mapping[str, Callable[[Sequence[Cell]], Cell]] | None = None,
    ) -> None:
        self._workbook = workbook
        self._prefix = prefix
        self._lambdas = lambdas
        self._values: dict[tuple[Cell, ...], Cell] = {}

    def has(self, function: str) -> bool:
        """Whether the workbook has a function; as names there are not all of them."""
        return self._lambdas is None or function in self._lambdas

    @property
    def are_lambdas(self) -> bool:
        """Whether the functions are names of the workbook."""
        return self._lambdas is not None

    def call(self, function: str, arguments: Iterable[str]) -> str:
        """Write a call, without the sign that begins a formula."""
        return f"{self._prefix}_{function}({','.join(arguments)})"

    def value(self, function: str, cells: Sequence[Cell]) -> Cell:
        """Compute what a function returns for one question."""
        arguments = [_convert(cell) for cell in cells]
        question = (function, *((type(cell), cell) for cell in arguments))  # for TRUE is equal to 1
        if question not in self._values:  # people buy the same thing again and again
            self._values[question] = self._compute(function, arguments)
        return self._values[question]

    def table(self, function: str, cells: Iterable[Cell]) -> Sequence[Sequence[Cell]]:
        """Compute the table that a function returns; an error is a table of one cell."""
        table = self._compute(function, [_convert(cell) for cell in cells])
        return table if isinstance(table, list) else [[table]]

    def formula(self, function: str, arguments: Sequence[Formula]) -> Formula:
        """Write a call whose arguments are formulas themselves, such as cells."""
        value = self.value(function, [each.value for each in arguments])
        return Formula(self.call(function, (each.text for each in arguments)), value)

    def _compute(self, function: str, cells: list[Cell]) -> Cell:
        if self._lambdas and function in self._lambdas:
            answer = self._lambdas[function](cells)
            return WRONG_VALUE if isinstance(answer, str) and is_too_long(answer) else answer
        return call(function, cells, self._workbook)


def _convert(cell: Cell) -> Cell:
    """Convert a cell as a spreadsheet does for a function: every number is a float."""
    return float(cell) if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool) else cell


def write_formula(
    sheet: Worksheet, address: str, formula: Formula, style: str, number_format: str = ""
) -> dict[str, Cell]:
    """Write a formula. Returns its value by its cell.

    openpyxl writes no value beside a formula: `package_writer.finish_parts` stores it in the XML.
    """
    write_cell(sheet, address, None, style, number_format).value = f"={formula.text}"
    return {address: formula.value}


# Tables that a function returns: one formula, which spills over as many rows as it needs.

LONGEST = 1000
"""Rows of a table that formulas about it read."""


@dataclass(frozen=True, slots=True)
class Block:
    """The place of a table that a function returns: its titles in `first_row`, from `column` on.

    The cells below it are blank, so that it can grow. `counted` is a column that has words in
    each of its lines, by which they can be counted.
    """

    function: str
    column: str
    first_row: int
    number_formats: tuple[str, ...]
    counted: str

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The letter and the number format of each column."""
        first = ord(self.column)
        return [(chr(first + index), shown) for index, shown in enumerate(self.number_formats)]

    @property
    def last_column(self) -> str:
        return chr(ord(self.column) + len(self.number_formats) - 1)

    @property
    def titles(self) -> str:
        """The cell that holds the formula, the first title or an error."""
        return f"${self.column}${self.first_row}"

    def below(self, letter: str) -> str:
        """The cells of a column under its title."""
        return f"${letter}${self.first_row + 1}:${letter}${self.first_row + LONGEST}"


@dataclass(frozen=True, slots=True)
class BlockContent:
    """A block with the lines that it had at the time of the build, and the values of its cells."""

    block: Block
    lines: Sequence[Sequence[Cell]]
    values: dict[str, Cell]


def write_block(
    sheet: Worksheet, block: Block, arguments: Sequence[Formula], formulas: Formulas
) -> BlockContent:
    """Write a block, and above it a notice; its values alone where the function is lacking.

    Excel 365 lets the block grow and shrink with the table. Where a program keeps the rows that it
    had, the notice says that there are more; rows too many are `#N/A` there, and not shown.
    """
    has_function = formulas.has(block.function)
    table = formulas.table(block.function, (each.value for each in arguments))
    lines = table[1:]
    values: dict[str, Cell] = {}
    for row, cells in enumerate(table, block.first_row):
        padded = cells if len(cells) == len(block.columns) else [*cells] * len(block.columns)
        style = HEADING if row == block.first_row else CALCULATED_STYLE
        for (letter, shown), cell in zip(block.columns, padded, strict=True):
            values[f"{letter}{row}"] = "" if cell is None else cell
            cell_style = WORDS[style] if shown == PLAIN else style
            write_cell(sheet, f"{letter}{row}", None if has_function else cell, cell_style, shown)
    if not has_function:
        return BlockContent(block, lines, {})
    call = formulas.call(block.function, (each.text for each in arguments))
    first = f"{block.column}{block.first_row}"
    reach = f"{first}:{block.last_column}{block.first_row + len(lines)}"
    if formulas.are_lambdas and len(table[0]) == 1:
        reach, values = first, {first: values[first]}  # an error of a name spills nowhere
    sheet[first].value = ArrayFormula(reach, f"={call}")
    for index, (letter, shown) in enumerate(block.columns):
        widen(sheet, letter, [line[index] for line in lines], shown)
    _prepare_new_rows(sheet, block)
    notice = f"{block.column}{block.first_row - 1}"
    text = "There are more lines than fit here; xlfuncs build -o BOOK --keep makes room for them"
    more = f'ROWS({call})-1>COUNTIF({block.below(block.counted)},"?*")'
    formula = Formula(f'IF(ISERROR({block.titles}),"",IF({more},"{text}",""))', "")
    return BlockContent(block, lines, values | write_formula(sheet, notice, formula, NOTE))


def _prepare_new_rows(sheet: Worksheet, block: Block) -> None:
    """Format the rows to come, without a line under them, for paper would show it."""
    for letter, number_format in block.columns:
        column = sheet.column_dimensions[letter]
        column.number_format = number_format
        column.alignment = Alignment(vertical="top", wrap_text=True)
        if number_format == QUANTITY:
            show_decimals(sheet, f"{letter}{block.first_row + 1}", LONGEST)
    first = f"{block.column}{block.first_row + 1}"
    reach = f"{first}:{block.last_column}{block.first_row + LONGEST}"
    hide_content(sheet, reach, f"ISNA({first})")

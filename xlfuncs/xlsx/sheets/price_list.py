"""The sheet Price list: the price table of a chosen day, and a quantity's price on all days."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from openpyxl.styles import Alignment
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract, name_key
from xlfuncs.pricing.precedence import REFUSALS
from xlfuncs.pricing.wording import format_number
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.input_cells import BLANK, InputRow
from xlfuncs.sheets.schema import CHOSEN_COLUMNS, PRICE_LIST
from xlfuncs.xlsx.excel_tables import add_validation, sentence
from xlfuncs.xlsx.function_calls import Formulas
from xlfuncs.xlsx.sheets.contract import service_names_of
from xlfuncs.xlsx.styles import (
    CALCULATED_STYLE,
    CHOSEN,
    DAY,
    HEADING,
    HINT,
    LABEL,
    MONEY,
    NOTE,
    PLAIN,
    QUANTITY,
    SECTION,
    UNIT_PRICE,
    WORDS,
    hide_content,
    protect,
    set_up_page,
    set_widths,
    show_decimals,
    widen,
    write_cell,
    write_input,
    write_top,
)

# Tables that a function returns: one formula, which spills over as many rows as it needs.

LONGEST = 1000
"""Rows of a table that formulas about it read."""


class Block(NamedTuple):
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
    def letters(self) -> list[str]:
        return [chr(ord(self.column) + index) for index in range(len(self.number_formats))]

    @property
    def titles(self) -> str:
        """The cell that holds the formula, the first title or an error."""
        return f"${self.column}${self.first_row}"

    def below(self, letter: str) -> str:
        """The cells of a column under its title."""
        return f"${letter}${self.first_row + 1}:${letter}${self.first_row + LONGEST}"


class BlockContent(NamedTuple):
    """A block with the lines that it had at the time of the build, and the values of its cells."""

    block: Block
    lines: Sequence[Sequence[Cell]]
    values: dict[str, Cell]


def write_block(
    sheet: Worksheet, block: Block, arguments: dict[str, Cell], formulas: Formulas
) -> BlockContent:
    """Write a block, and above it a notice; its values alone where the function is lacking.

    Excel 365 lets the block grow and shrink with the table. Where a program keeps the rows that it
    had, the notice says that there are more; rows too many are `#N/A` there, and not shown.
    """
    call = formulas.call(block.function, list(arguments))
    table = formulas.table(block.function, list(arguments.values()))
    values: dict[str, Cell] = {}
    for row, cells in enumerate(table, block.first_row):
        padded = cells if len(cells) == len(block.letters) else [cells[0]] * len(block.letters)
        style = HEADING if row == block.first_row else CALCULATED_STYLE
        for letter, cell, shown in zip(block.letters, padded, block.number_formats, strict=True):
            values[f"{letter}{row}"] = "" if cell is None else cell
            content = None if formulas.has(block.function) else cell
            cell_style = WORDS[style] if shown == PLAIN else style
            write_cell(sheet, f"{letter}{row}", content, cell_style, shown)
    if not formulas.has(block.function):
        return BlockContent(block, table[1:], {})
    first, last_row = f"{block.column}{block.first_row}", block.first_row + len(table) - 1
    reach = f"{first}:{block.letters[-1]}{last_row}"
    if formulas.are_lambdas and len(table[0]) == 1:
        reach, values = first, {first: table[0][0]}  # an error of a name spills nowhere
    sheet[first].value = ArrayFormula(reach, f"={call}")
    for index, (letter, shown) in enumerate(zip(block.letters, block.number_formats, strict=True)):
        widen(sheet, letter, [row[index] for row in table[1:]], shown)
    _prepare_new_rows(sheet, block)
    notice = f"{block.column}{block.first_row - 1}"
    text = "There are more lines than fit here; xlfuncs build -o BOOK --keep makes room for them"
    more = f'ROWS({call})-1>COUNTIF({block.below(block.counted)},"?*")'
    formula = f'=IF(ISERROR({block.titles}),"",IF({more},"{text}",""))'
    write_cell(sheet, notice, None, NOTE).value = formula
    return BlockContent(block, table[1:], {**values, notice: ""})


def _prepare_new_rows(sheet: Worksheet, block: Block) -> None:
    """Format the rows to come, without a line under them, for paper would show it."""
    for letter, number_format in zip(block.letters, block.number_formats, strict=True):
        column = sheet.column_dimensions[letter]
        column.number_format = number_format
        column.alignment = Alignment(vertical="top", wrap_text=True)
        if number_format == QUANTITY:
            show_decimals(sheet, f"{letter}{block.first_row + 1}", LONGEST)
    first = f"{block.column}{block.first_row + 1}"
    hide_content(sheet, f"{first}:{block.letters[-1]}{block.first_row + LONGEST}", f"ISNA({first})")


# The Price list sheet: the price table of a chosen day, a quantity's price on all days.

FIRST_CHOICE = 4
CHOICES = {column.field: f"B{row}" for row, column in enumerate(CHOSEN_COLUMNS, FIRST_CHOICE)}
"""The cells in which something is chosen, by field."""

WIDTHS = (18, 18, 17, 18, 34, 3, 26, 13, 13, 17, 13, 13, 18, 36)
HINTS = "E"
"""Where it is said what a choice means; a long name of a service has room up to there."""

CHART_ROW, BLOCK_ROW = 10, 30
TIMELINE = Block("TIMELINE", "A", BLOCK_ROW, (DAY, DAY, MONEY, PLAIN, PLAIN), "D")
SCHEDULE = Block(
    "SCHEDULE",
    "G",
    BLOCK_ROW,
    (PLAIN, QUANTITY, QUANTITY, UNIT_PRICE, UNIT_PRICE, QUANTITY, PLAIN, PLAIN),
    "M",
)


class TitleCell(NamedTuple):
    """A title and its cell."""

    cell: str
    text: str


class PriceList(NamedTuple):
    """The sheet as it was written: the values of its formulas, its blocks, what is chosen.

    `chosen` are cells with their values, by field.
    """

    values: dict[str, Cell]
    timeline: BlockContent
    schedule: BlockContent
    chosen: dict[str, tuple[str, Cell]]
    title: TitleCell


def write_price_list(
    sheet: Worksheet, contract: Contract, chosen: InputRow, formulas: Formulas
) -> PriceList:
    """Fill the sheet, all but its charts."""
    note = "What the contract costs on a chosen day, and what one quantity costs on all days."
    write_top(sheet, PRICE_LIST, note)
    set_widths(sheet, WIDTHS)
    values = _write_choices(sheet, contract, chosen)
    cells = {field: (address, chosen.get(field, BLANK).value) for field, address in CHOICES.items()}
    asked = dict(cells[field] for field in ("quantity", "service", "known_on"))
    timeline = write_block(sheet, TIMELINE, asked, formulas)
    asked = dict(cells[field] for field in ("purchased", "service", "known_on"))
    schedule = write_block(sheet, SCHEDULE, asked, formulas)
    title = _write_titles(sheet, contract, cells["quantity"][1])
    values |= {**timeline.values, **schedule.values, title.cell: title.text}
    set_up_page(sheet, contract.name, BLOCK_ROW)
    protect(sheet)
    return PriceList(values, timeline, schedule, cells, title)


def _write_titles(sheet: Worksheet, contract: Contract, quantity: Cell) -> TitleCell:
    """Write the titles of both blocks. Returns that of the timeline, which names the quantity."""
    row = BLOCK_ROW - 2
    unit = f" {contract.services[0].unit}".rstrip() if len(contract.services) == 1 else ""
    cell = CHOICES["quantity"]
    whole = f'IF(INT({cell})={cell},FIXED({cell},0),{cell}&"")'
    formula = f'=IF(ISNUMBER({cell}),"Price of "&{whole}&"{unit} by day of purchase","")'
    text = ""
    if isinstance(quantity, (int, float, Decimal)) and not isinstance(quantity, bool):
        figure = Decimal(str(quantity))
        said = format_number(figure) if figure == int(figure) else f"{figure.normalize():f}"
        text = f"Price of {said}{unit} by day of purchase"
    write_cell(sheet, f"{TIMELINE.column}{row}", None, SECTION).value = formula
    write_cell(sheet, f"{SCHEDULE.column}{row}", "Price table of the chosen day", SECTION)
    explained = "A quantity costs Fixed + Rate x (quantity - Above)"
    write_cell(sheet, f"K{row}", explained, HINT)
    drawn = "Charts: no line where there is no price; a line without an end goes on for a while"
    write_cell(sheet, f"A{CHART_ROW - 1}", drawn, NOTE)
    return TitleCell(f"{TIMELINE.column}{row}", text)


def _write_choices(sheet: Worksheet, contract: Contract, chosen: InputRow) -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    for column in CHOSEN_COLUMNS:
        address = CHOICES[column.field]
        letter, row = address[0], int(address[1:])
        write_cell(sheet, f"A{row}", column.title, LABEL)
        write_cell(sheet, f"{HINTS}{row}", sentence(column.meaning), HINT)
        if column.kind == "figure":
            show_decimals(sheet, address, 1)
        values |= write_input(sheet, address, chosen.get(column.field, BLANK), column, CHOSEN)
        choices = service_names_of(contract) if column.field == "service" else ""
        add_validation(sheet, column, letter, row, choices=choices, last_row=row)
    return values


def has_several_quantities(contract: Contract) -> bool:
    """Whether prices can be drawn against quantities: some range, or two figures of a service."""
    priced = [row for row in contract.rows if row.charge not in REFUSALS]
    firsts = {(name_key(row.service), row.quantity_from) for row in priced}
    ranges = any(row.quantity_to != row.quantity_from for row in priced)
    return ranges or len(firsts) > len({service for service, _ in firsts})

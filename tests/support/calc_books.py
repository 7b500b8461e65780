"""Documents of LibreOffice Calc with given rows on their sheets, truth values and errors too."""

from collections.abc import Sequence

from tests.support.calc_session import Calc
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.host_cells import CALC_ERRORS
from xlfuncs.sheets.reader import Sheets
from xlfuncs.sheets.schema import AMENDMENTS, CONTRACT, TIERS, column_letter

ERROR_FORMULAS = {
    "#N/A": "NA()",
    "#DIV/0!": "1/0",
    "#REF!": "INDEX(A1:A1;9;9)",
    "#VALUE!": '1+"x"',
}


def opened(calc: Calc, sheets: Sheets) -> int:
    """A new document with these sheets, and an empty one for questions."""
    book: int = calc.open()
    for name, grid in zip((TIERS, AMENDMENTS, CONTRACT), sheets[:3], strict=True):
        calc.insert_sheet(book, name)
        enter(calc, book, name, grid)
    return book


def enter(calc: Calc, book: int, sheet: str, rows: Sequence[Sequence[Cell]]) -> None:
    if not rows:
        return
    width = max(map(len, rows))
    filled = [
        ["" if cell is None or formula_of(cell) else cell for cell in row]
        + [""] * (width - len(row))
        for row in rows
    ]
    calc.fill(book, sheet, f"A1:{column_letter(width - 1)}{len(rows)}", filled)
    for number, row in enumerate(rows, 1):
        for index, cell in enumerate(row):
            if formula := formula_of(cell):
                calc.type(book, sheet, f"{column_letter(index)}{number}", formula)


def formula_of(cell: Cell) -> str:
    """The formula for what Calc knows as the value of a formula alone."""
    if isinstance(cell, bool):
        return f"={cell}()".upper()
    return f"={ERROR_FORMULAS[cell.code]}" if isinstance(cell, CellError) else ""


def answer_of(value: Cell) -> Cell:
    """A cell that Calc worked out; an error comes as a list of its number."""
    if isinstance(value, list):
        [number] = value
        return CALC_ERRORS.get(number, CellError(f"Err:{number}"))
    return value

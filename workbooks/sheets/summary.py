"""What all purchases come to, above their table, by Excel's own functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell
from workbooks.look.styles import HINT, LABEL, MONEY, QUANTITY, WORDS, WORKED_OUT
from workbooks.sheets.checks import COUNTED, WORKS_HERE, count_cell
from xlfuncs.checks.findings import Severity
from xlfuncs.tables.cells import Cell, CellError
from xlfuncs.tables.schema import CHECKS, PURCHASES


class Summed(NamedTuple):
    """What is summed up: answers by title, the number of purchases, findings by severity."""

    answers: Mapping[str, Sequence[Cell]]
    purchases: int
    found: Counter[Severity]


def write_summary(
    sheet: Worksheet, first_row: int, columns: Mapping[str, str], summed: Summed
) -> dict[str, Cell]:
    """Total, purchases without a price, findings; answers the values of the formulas.

    `columns` are letters by title. All of them pass over errors, and are `#N/A` where the functions
    do not work, instead of a total that leaves out what was never priced.
    """
    answers, asked, found = summed
    price, saving, why = (columns[title] for title in ("Price", "Saving", "Explanation"))
    prices, savings = (_amounts(answers[title]) for title in ("Price", "Saving"))
    total, missing, doubtful = (str(first_row + number) for number in range(3))
    entered = f'({PURCHASES}[Quantity]<>"")+({PURCHASES}[Purchased]<>"")'
    counts = [f"{CHECKS}!{count_cell(each)}" for each in COUNTED]
    words = '&", '.join(
        f'{each.value}s: "&{cell}' for each, cell in zip(COUNTED, counts, strict=True)
    )
    cells: dict[str, tuple[str, str, Cell]] = {
        price + total: (f'SUMIF({PURCHASES}[Price],">=0")', MONEY, float(sum(prices))),
        saving + total: (f'SUMIF({PURCHASES}[Saving],">-1E+15")', MONEY, float(sum(savings))),
        price + missing: (
            f"SUMPRODUCT(SIGN({entered}))-COUNT({PURCHASES}[Price])",
            QUANTITY,
            asked - len(prices),
        ),
        price + doubtful: (
            f"SUM({counts[0]},{counts[1]})",
            QUANTITY,
            found[COUNTED[0]] + found[COUNTED[1]],
        ),
        why + doubtful: (
            f'"{words}',
            "",
            ", ".join(f"{each.value}s: {found[each]}" for each in COUNTED),
        ),
    }
    for row, label in (
        (total, "Total of the priced purchases"),
        (missing, "Purchases without a price"),
        (doubtful, "Errors and warnings on the sheet Checks"),
    ):
        write_cell(sheet, f"A{row}", label, LABEL)
    write_cell(sheet, why + total, "Saved by buying within a window:", HINT)
    write_cell(sheet, why + missing, "The explanation of each says why", HINT)
    for address, (formula, number_format, _) in cells.items():
        style = WORKED_OUT if number_format else WORDS[WORKED_OUT]
        text = f"=IF({WORKS_HERE},{formula},NA())"
        write_cell(sheet, address, None, style, number_format).value = text
    return {address: value for address, (_, _, value) in cells.items()}


def _amounts(cells: Sequence[Cell]) -> list[Decimal]:
    return [Decimal(repr(cell)) for cell in cells if not isinstance(cell, CellError)]

"""What all purchases come to, above their table, by Excel's own functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell
from workbooks.look.styles import HINT, LABEL, MONEY, QUANTITY, WORDS, WORKED_OUT
from workbooks.sheets.checks import COUNTED, count_cell
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

    `columns` are letters by title. Errors are passed over by all of these formulas.
    """
    answers, asked, found = summed
    price, saving, why = (columns[title] for title in ("Price", "Saving", "Explanation"))
    prices, savings = (_amounts(answers[title]) for title in ("Price", "Saving"))
    without = f"COUNTA({PURCHASES}[Quantity])-COUNT({PURCHASES}[Price])"
    words = '&", "&'.join(f'{CHECKS}!{count_cell(each)}&" {each.value}s"' for each in COUNTED)
    total, missing, doubtful = range(first_row, first_row + 3)
    cells: dict[str, tuple[str, str, Cell]] = {
        f"{price}{total}": (f'=SUMIF({PURCHASES}[Price],">=0")', MONEY, float(sum(prices))),
        f"{saving}{total}": (f'=SUMIF({PURCHASES}[Saving],">-1E+15")', MONEY, float(sum(savings))),
        f"{price}{missing}": (f"={without}", QUANTITY, asked - len(prices)),
        f"{price}{doubtful}": (
            f"=SUM({CHECKS}!{count_cell(COUNTED[0])}:{count_cell(COUNTED[-1])})",
            QUANTITY,
            sum(found.values()),
        ),
        f"{why}{doubtful}": (
            f'="On the sheet {CHECKS}: "&{words}',
            "",
            f"On the sheet {CHECKS}: "
            + ", ".join(f"{found[each]} {each.value}s" for each in COUNTED),
        ),
    }
    for row, label in (
        (total, "Total of the priced purchases, and what is saved"),
        (missing, "Purchases without a price"),
        (doubtful, "Findings, wrong or doubtful"),
    ):
        write_cell(sheet, f"A{row}", label, LABEL)
    write_cell(sheet, f"{why}{missing}", "The explanation of each says why", HINT)
    for address, (formula, number_format, _) in cells.items():
        style = WORKED_OUT if number_format else WORDS[WORKED_OUT]
        write_cell(sheet, address, None, style, number_format).value = formula
    return {address: value for address, (_, _, value) in cells.items()}


def _amounts(cells: Sequence[Cell]) -> list[Decimal]:
    return [Decimal(repr(cell)) for cell in cells if not isinstance(cell, CellError)]

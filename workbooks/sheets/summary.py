"""What all purchases come to, above their table, by Excel's own functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell
from workbooks.look.styles import HINT, LABEL, MONEY, QUANTITY, WORDS, WORKED_OUT
from workbooks.sheets.checks import count_cell
from xlfuncs.checks.findings import Severity
from xlfuncs.tables.cells import Cell, CellError
from xlfuncs.tables.schema import ANSWERED, CHECKS, PURCHASES, title_of

TITLES_BY_FUNCTION = {function: title for title, function in ANSWERED.items()}
PRICE, SAVING, EXPLANATION = (TITLES_BY_FUNCTION[function] for function in ("PRICE", "SAVING", "EXPLAIN"))


class Summed(NamedTuple):
    """What is summed up: answers by title, the number of purchases, findings by severity.

    `works` is a formula that tells whether the functions work.
    """

    answers: Mapping[str, Sequence[Cell]]
    purchases: int
    found: Counter[Severity]
    works: str


class Sum(NamedTuple):
    """A formula above a column: its line, the column's title, and what it is worth.

    It stands without the sign that begins it.
    """

    line: int
    title: str
    formula: str
    number_format: str
    value: Cell


LABELS = (
    "Total of the priced purchases",
    "Purchases without a price",
    "Errors and warnings on the sheet Checks",
)
HINTS = ("Saved by buying within a window:", "The explanation of each says why")


def write_summary(
    sheet: Worksheet, first_row: int, columns: Mapping[str, str], summed: Summed
) -> dict[str, Cell]:
    """Total, purchases without a price, findings; answers the values of the formulas.

    `columns` are letters by title. All of them pass over errors, and are `#N/A` where the functions
    do not work, instead of a total that leaves out what was never priced.
    """
    for row, label in enumerate(LABELS, first_row):
        write_cell(sheet, f"A{row}", label, LABEL)
    for row, hint in enumerate(HINTS, first_row):
        write_cell(sheet, f"{columns[EXPLANATION]}{row}", hint, HINT)
    values: dict[str, Cell] = {}
    for each in (*_amounts_of(summed), *_counts_of(summed)):
        address = f"{columns[each.title]}{first_row + each.line}"
        style = WORKED_OUT if each.number_format else WORDS[WORKED_OUT]
        text = f"=IF({summed.works},{each.formula},NA())"
        write_cell(sheet, address, None, style, each.number_format).value = text
        values[address] = each.value
    return values


def _amounts_of(summed: Summed) -> Iterator[Sum]:
    prices, savings = (_amounts(summed.answers[title]) for title in (PRICE, SAVING))
    yield Sum(0, PRICE, f'SUMIF({_cells(PRICE)},">=0")', MONEY, float(sum(prices)))
    yield Sum(0, SAVING, f'SUMIF({_cells(SAVING)},">-1E+15")', MONEY, float(sum(savings)))
    quantities, days = (_cells(title_of(field)) for field in ("quantity", "purchased"))
    entered = f'ROWS({quantities})-COUNTIFS({quantities},"",{days},"")'
    without = f"{entered}-COUNT({_cells(PRICE)})"
    yield Sum(1, PRICE, without, QUANTITY, summed.purchases - len(prices))


def _cells(title: str) -> str:
    return f"{PURCHASES}[{title}]"


def _counts_of(summed: Summed) -> Iterator[Sum]:
    errors, warnings, notes = (f"{CHECKS}!{count_cell(severity)}" for severity in Severity)
    doubtful = summed.found[Severity.ERROR] + summed.found[Severity.WARNING]
    yield Sum(2, PRICE, f"SUM({errors},{warnings})", QUANTITY, doubtful)
    words = f'"errors: "&{errors}&", warnings: "&{warnings}&", notes: "&{notes}'
    found = ", ".join(f"{severity.value}s: {summed.found[severity]}" for severity in Severity)
    yield Sum(2, EXPLANATION, words, "", found)


def _amounts(cells: Sequence[Cell]) -> list[Decimal]:
    return [Decimal(repr(cell)) for cell in cells if not isinstance(cell, CellError)]

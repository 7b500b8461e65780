"""The sheet Purchases: purchases are input, prices and reasons formulas, totals above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import Cell, CellError, parse_day, parse_figure, parse_text
from xlfuncs.sheets.findings import Severity
from xlfuncs.sheets.input_cells import BLANK, InputRow
from xlfuncs.sheets.schema import (
    CALCULATED,
    CHECKS,
    CONTRACT,
    LAST_ROW,
    PURCHASE_COLUMNS,
    PURCHASES,
    PURCHASES_LETTERS,
    PURCHASES_TITLE_ROW,
    QUESTION_FIELDS,
    format_title,
)
from xlfuncs.xlsx.excel_tables import add_table, guard_column
from xlfuncs.xlsx.function_calls import Formulas
from xlfuncs.xlsx.sheets.checks import count_cell, format_check
from xlfuncs.xlsx.sheets.contract import WIDTHS as COLUMN_WIDTHS
from xlfuncs.xlsx.sheets.contract import service_names_of, write_input_rows
from xlfuncs.xlsx.styles import (
    CALCULATED_STYLE,
    HEADING,
    HINT,
    LABEL,
    MONEY,
    NOTE,
    PLAIN,
    QUANTITY,
    UNIT_PRICE,
    WORDS,
    hide_content,
    set_up_page,
    set_widths,
    widen,
    write_cell,
    write_top,
)

# What all purchases come to, above their table, by Excel's own functions.

TITLES_BY_FUNCTION = {function: title for title, function in CALCULATED.items()}
PRICE, SAVING, EXPLANATION = (
    TITLES_BY_FUNCTION[function] for function in ("PRICE", "SAVING", "EXPLAIN")
)


class Summary(NamedTuple):
    """What is summed up: values by title, the number of purchases, findings by severity.

    `works` is a formula that is true where the functions work.
    """

    values: Mapping[str, Sequence[Cell]]
    purchases: int
    found: Counter[Severity]
    works: str


class SummaryFormula(NamedTuple):
    """A formula above a column: its line, the column's title, and its value.

    It is written without the sign that begins it.
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
    sheet: Worksheet, first_row: int, columns: Mapping[str, str], summed: Summary
) -> dict[str, Cell]:
    """Write total, purchases without a price, findings. Returns the values of the formulas.

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
        style = CALCULATED_STYLE if each.number_format else WORDS[CALCULATED_STYLE]
        text = f"=IF({summed.works},{each.formula},NA())"
        write_cell(sheet, address, None, style, each.number_format).value = text
        values[address] = each.value
    return values


def _amounts_of(summed: Summary) -> Iterator[SummaryFormula]:
    prices, savings = (_amounts(summed.values[title]) for title in (PRICE, SAVING))
    yield SummaryFormula(0, PRICE, f'SUMIF({_cells(PRICE)},">=0")', MONEY, float(sum(prices)))
    yield SummaryFormula(
        0, SAVING, f'SUMIF({_cells(SAVING)},">-1E+15")', MONEY, float(sum(savings))
    )
    quantities, days = (_cells(format_title(field)) for field in ("quantity", "purchased"))
    entered = f'ROWS({quantities})-COUNTIFS({quantities},"",{days},"")'
    without = f"{entered}-COUNT({_cells(PRICE)})"
    yield SummaryFormula(1, PRICE, without, QUANTITY, summed.purchases - len(prices))


def _cells(title: str) -> str:
    return f"{PURCHASES}[{title}]"


def _counts_of(summed: Summary) -> Iterator[SummaryFormula]:
    errors, warnings, notes = (f"{CHECKS}!{count_cell(severity)}" for severity in Severity)
    doubtful = summed.found[Severity.ERROR] + summed.found[Severity.WARNING]
    yield SummaryFormula(2, PRICE, f"SUM({errors},{warnings})", QUANTITY, doubtful)
    words = f'"errors: "&{errors}&", warnings: "&{warnings}&", notes: "&{notes}'
    found = ", ".join(f"{severity.value}s: {summed.found[severity]}" for severity in Severity)
    yield SummaryFormula(2, EXPLANATION, words, "", found)


def _amounts(cells: Sequence[Cell]) -> list[Decimal]:
    return [Decimal(repr(cell)) for cell in cells if not isinstance(cell, CellError)]


# The table of purchases: input, and a column for each function.


class FunctionColumn(NamedTuple):
    """A column that a function calculates."""

    title: str
    number_format: str
    width: float

    @property
    def function(self) -> str:
        """The function that calculates it, without the prefix."""
        return CALCULATED[self.title]

    @property
    def has_figures(self) -> bool:
        """Whether it holds figures, and not words."""
        return self.number_format != PLAIN


FORMATS = {
    "PRICE": (MONEY, 17),
    "UNIT_PRICE": (UNIT_PRICE, 10),
    "SOURCE": (PLAIN, 29),
    "EXPLAIN": (PLAIN, 70),
    "SAVING": (MONEY, 13),
}
FUNCTION_COLUMNS = tuple(
    FunctionColumn(title, *FORMATS[function]) for title, function in CALCULATED.items()
)
ENDINGS = {"SOURCE": '&""'}
"""People filter and count by this text. In LibreOffice, a text that a function returns is equal to
no other before an operator has passed it on; an error stays what it is.
"""

LONGEST_LITERAL = 255
"""Characters that a text within a formula may have in Excel."""

EXAMPLE_ROW, SUMMARY_ROW, GROUP_ROW, TITLE_ROW = 4, 5, 9, PURCHASES_TITLE_ROW
FIRST_ROW = TITLE_ROW + 1
LETTERS, TITLES = PURCHASES_LETTERS, list(PURCHASES_LETTERS)
WIDTHS = [COLUMN_WIDTHS[column.field] for column in PURCHASE_COLUMNS]
WIDTHS += [column.width for column in FUNCTION_COLUMNS]


def write_purchases(
    sheet: Worksheet,
    contract: Contract,
    lines: Sequence[InputRow],
    formulas: Formulas,
    found: Counter[Severity],
) -> dict[str, Cell]:
    """Fill the sheet. Returns the value of each formula by its cell.

    `found` counts the findings of the sheet Checks.
    """
    currency = f"All amounts in {contract.currency}. " if contract.currency else ""
    write_top(sheet, contract.name, f"{currency}The parties are on the sheet {CONTRACT}.")
    values = _write_example(sheet, lines, formulas)
    _write_groups(sheet)
    set_widths(sheet, WIDTHS)
    values |= write_input_rows(
        sheet, PURCHASE_COLUMNS, lines, FIRST_ROW, service_names_of(contract)
    )
    calculated = _write_formulas(sheet, lines or [{}], formulas)
    for title, cells in calculated.items():
        values |= {f"{LETTERS[title]}{row}": cell for row, cell in enumerate(cells, FIRST_ROW)}
    count = sum(map(_is_purchase, lines))
    summed = Summary(calculated, count, found, format_check(formulas, elsewhere=True))
    values |= write_summary(sheet, SUMMARY_ROW, LETTERS, summed)
    unfilled = f'AND($A{FIRST_ROW}="",$B{FIRST_ROW}="")'
    first, last = LETTERS[FUNCTION_COLUMNS[0].title], LETTERS[FUNCTION_COLUMNS[-1].title]
    hide_content(sheet, f"{first}{FIRST_ROW}:{last}{LAST_ROW}", unfilled)
    set_up_page(sheet, contract.name, TITLE_ROW)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    return values


def _write_groups(sheet: Worksheet) -> None:
    to_fill_in = "To fill in; a row typed below the last one is priced too"
    write_cell(sheet, f"A{GROUP_ROW}", to_fill_in, NOTE)
    worked_out = f"{LETTERS[FUNCTION_COLUMNS[0].title]}{GROUP_ROW}"
    write_cell(sheet, worked_out, "Worked out from the sheets Tiers and Amendments", NOTE)


def _write_formulas(
    sheet: Worksheet, lines: Sequence[InputRow], formulas: Formulas
) -> dict[str, list[Cell]]:
    """Write the table with its formulas. Returns their values by title."""
    references = [f"{PURCHASES}[[#This Row],[{each.title}]]" for each in PURCHASE_COLUMNS[:3]]
    calls = {
        each.title: formulas.call(each.function, references) + ENDINGS.get(each.function, "")
        for each in FUNCTION_COLUMNS
    }
    titled = [(title, WORDS[HEADING]) for title in TITLES]
    add_table(sheet, PURCHASES, titled, TITLE_ROW, len(lines), formulas=calls)
    for column in FUNCTION_COLUMNS:
        letter = LETTERS[column.title]
        guard_column(sheet, letter, FIRST_ROW)
        for row in range(FIRST_ROW, FIRST_ROW + len(lines)):
            _write_formula(sheet, f"{letter}{row}", f"={calls[column.title]}", column)
    questions = [[line.get(field, BLANK).value for field in QUESTION_FIELDS] for line in lines]
    values: dict[str, list[Cell]] = {}
    for column in FUNCTION_COLUMNS:
        cells = [formulas.value(column.function, question) for question in questions]
        widen(sheet, LETTERS[column.title], cells, column.number_format)
        values[column.title] = cells
    return values


def _write_formula(sheet: Worksheet, address: str, text: str, column: FunctionColumn) -> None:
    style = CALCULATED_STYLE if column.has_figures else WORDS[CALCULATED_STYLE]
    write_cell(sheet, address, None, style, column.number_format).value = text


def _write_example(
    sheet: Worksheet, lines: Sequence[InputRow], formulas: Formulas
) -> dict[str, Cell]:
    """Write a call above the table, the way a person types it."""
    purchase = next((each for each in map(_purchase, lines) if each is not None), None)
    if purchase is None:
        return {}
    price, address = FUNCTION_COLUMNS[0], f"{LETTERS[FUNCTION_COLUMNS[0].title]}{EXAMPLE_ROW}"
    formula = formulas.literal(price.function, purchase)
    write_cell(sheet, f"A{EXAMPLE_ROW}", "For example, the formula to the right", LABEL)
    _write_formula(sheet, address, f"={formula.text}", price)
    write_cell(
        sheet, f"{LETTERS[FUNCTION_COLUMNS[1].title]}{EXAMPLE_ROW}", f"={formula.text}", HINT
    )
    return {address: formula.value}


def _is_purchase(line: InputRow) -> bool:
    """Whether a line shows a quantity or a day; one whose formulas show nothing is no purchase."""
    return any(
        line.get(field, BLANK).value not in (None, "") for field in ("quantity", "purchased")
    )


def _purchase(line: InputRow) -> Purchase | None:
    """The purchase in a line, None where its question cannot be written out in a formula."""
    quantity, purchased, service = (line.get(field, BLANK).value for field in QUESTION_FIELDS)
    try:
        purchase = Purchase(parse_figure(quantity), parse_day(purchased), parse_text(service))
    except BadInput:
        return None
    return purchase if len(purchase.service) <= LONGEST_LITERAL else None

"""The sheet Purchases: purchases are input, prices and reasons formulas, totals above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import Cell, CellError, parse_day, parse_figure, parse_text
from xlfuncs.sheets.draft import BLANK, InputRow
from xlfuncs.sheets.row_checks import Severity
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
from xlfuncs.xlsx.formulas import Formula, Formulas, write_formula
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

# The table of purchases: input, and a column for each function.


@dataclass(frozen=True, slots=True)
class FunctionColumn:
    """A column that a function, named without its prefix, calculates."""

    title: str
    function: str
    number_format: str
    width: float

    @property
    def style(self) -> str:
        """The style of its cells: it holds figures, or words."""
        is_words = self.number_format == PLAIN
        return WORDS[CALCULATED_STYLE] if is_words else CALCULATED_STYLE


FORMATS = {
    "PRICE": (MONEY, 17),
    "UNIT_PRICE": (UNIT_PRICE, 10),
    "SOURCE": (PLAIN, 29),
    "EXPLAIN": (PLAIN, 70),
    "SAVING": (MONEY, 13),
}
FUNCTION_COLUMNS = tuple(
    FunctionColumn(title, function, *FORMATS[function]) for title, function in CALCULATED.items()
)
COLUMN_OF = {column.function: column for column in FUNCTION_COLUMNS}
ENDINGS = {"SOURCE": '&""'}
"""People filter and count by this text. In LibreOffice, a text that a function returns is equal to
no other before an operator has passed it on; an error stays what it is.
"""

LONGEST_LITERAL = 255
"""Characters that a text within a formula may have in Excel."""

EXAMPLE_ROW, SUMMARY_ROW, GROUP_ROW = 4, 5, 9
FIRST_ROW = PURCHASES_TITLE_ROW + 1
LETTERS, TITLES = PURCHASES_LETTERS, list(PURCHASES_LETTERS)
FIRST_CALCULATED, *_, LAST_CALCULATED = (LETTERS[title] for title in CALCULATED)
"""The columns of the first function and of the last one."""

WIDTHS = [COLUMN_WIDTHS[column.field] for column in PURCHASE_COLUMNS]
WIDTHS += [column.width for column in FUNCTION_COLUMNS]


def write_purchases(
    sheet: Worksheet,
    contract: Contract,
    lines: Sequence[InputRow],
    formulas: Formulas,
    finding_counts: Counter[Severity],
) -> dict[str, Cell]:
    """Fill the sheet. Returns the value of each formula by its cell.

    `finding_counts` are the findings of the sheet Checks by severity.
    """
    currency = f"All amounts in {contract.currency}. " if contract.currency else ""
    write_top(sheet, contract.name, f"{currency}The parties are on the sheet {CONTRACT}.")
    values = _write_example(sheet, lines, formulas)
    for address, text in (
        (f"A{GROUP_ROW}", "To fill in; a row typed below the last one is priced too"),
        (f"{FIRST_CALCULATED}{GROUP_ROW}", "Worked out from the sheets Tiers and Amendments"),
    ):
        write_cell(sheet, address, text, NOTE)
    set_widths(sheet, WIDTHS)
    values |= write_input_rows(
        sheet, PURCHASE_COLUMNS, lines, FIRST_ROW, service_names_of(contract)
    )
    calculated = _write_formulas(sheet, lines or [{}], formulas)
    for title, cells in calculated.items():
        values |= {f"{LETTERS[title]}{row}": cell for row, cell in enumerate(cells, FIRST_ROW)}
    values |= _write_summary(sheet, lines, calculated, formulas, finding_counts)
    unfilled = f'AND($A{FIRST_ROW}="",$B{FIRST_ROW}="")'
    calculated_cells = f"{FIRST_CALCULATED}{FIRST_ROW}:{LAST_CALCULATED}{LAST_ROW}"
    hide_content(sheet, calculated_cells, unfilled)
    set_up_page(sheet, contract.name, PURCHASES_TITLE_ROW)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    return values


def _write_formulas(
    sheet: Worksheet, lines: Sequence[InputRow], formulas: Formulas
) -> dict[str, list[Cell]]:
    """Write the table with its formulas. Returns their values by title."""
    references = [f"{PURCHASES}[[#This Row],[{format_title(each)}]]" for each in QUESTION_FIELDS]
    calls = {
        each.title: formulas.call(each.function, references) + ENDINGS.get(each.function, "")
        for each in FUNCTION_COLUMNS
    }
    titled = [(title, WORDS[HEADING]) for title in TITLES]
    add_table(sheet, PURCHASES, titled, PURCHASES_TITLE_ROW, len(lines), formulas=calls)
    questions = [[line.get(field, BLANK).value for field in QUESTION_FIELDS] for line in lines]
    values: dict[str, list[Cell]] = {}
    for column in FUNCTION_COLUMNS:
        letter, text = LETTERS[column.title], calls[column.title]
        guard_column(sheet, letter, FIRST_ROW)
        cells = [formulas.value(column.function, question) for question in questions]
        for row, cell in enumerate(cells, FIRST_ROW):
            formula = Formula(text, cell)
            write_formula(sheet, f"{letter}{row}", formula, column.style, column.number_format)
        widen(sheet, letter, cells, column.number_format)
        values[column.title] = cells
    return values


def _write_example(
    sheet: Worksheet, lines: Sequence[InputRow], formulas: Formulas
) -> dict[str, Cell]:
    """Write a call above the table, the way a person types it."""
    purchase = next((each for each in map(_purchase, lines) if each is not None), None)
    if purchase is None:
        return {}
    price, unit_price = COLUMN_OF["PRICE"], COLUMN_OF["UNIT_PRICE"]
    formula = formulas.literal(price.function, purchase)
    write_cell(sheet, f"A{EXAMPLE_ROW}", "For example, the formula to the right", LABEL)
    write_cell(sheet, f"{LETTERS[unit_price.title]}{EXAMPLE_ROW}", f"={formula.text}", HINT)
    address = f"{LETTERS[price.title]}{EXAMPLE_ROW}"
    return write_formula(sheet, address, formula, price.style, price.number_format)


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


# What all purchases come to, above their table, by Excel's own functions.

PRICE, SAVING, EXPLANATION = (
    COLUMN_OF[function].title for function in ("PRICE", "SAVING", "EXPLAIN")
)
LABELS = (
    "Total of the priced purchases",
    "Purchases without a price",
    "Errors and warnings on the sheet Checks",
)
HINTS = ("Saved by buying within a window:", "The explanation of each says why")


def _write_summary(
    sheet: Worksheet,
    lines: Sequence[InputRow],
    calculated: Mapping[str, Sequence[Cell]],
    formulas: Formulas,
    finding_counts: Counter[Severity],
) -> dict[str, Cell]:
    """Write total, purchases without a price, findings. Returns the values of the formulas.

    All of them pass over errors, and are `#N/A` where the functions do not work, instead of a total
    that leaves out what was never priced.
    """
    for texts, column, style in ((LABELS, "A", LABEL), (HINTS, LETTERS[EXPLANATION], HINT)):
        for row, text in enumerate(texts, SUMMARY_ROW):
            write_cell(sheet, f"{column}{row}", text, style)
    prices, savings = (
        [Decimal(repr(cell)) for cell in calculated[title] if not isinstance(cell, CellError)]
        for title in (PRICE, SAVING)
    )
    unpriced = sum(map(_is_purchase, lines)) - len(prices)
    quantities, days = (_cells(format_title(field)) for field in ("quantity", "purchased"))
    entered = f'ROWS({quantities})-COUNTIFS({quantities},"",{days},"")'
    errors, warnings, notes = (f"{CHECKS}!{count_cell(severity)}" for severity in Severity)
    doubtful = finding_counts[Severity.ERROR] + finding_counts[Severity.WARNING]
    in_words = f'"errors: "&{errors}&", warnings: "&{warnings}&", notes: "&{notes}'
    said = ", ".join(f"{severity.value}s: {finding_counts[severity]}" for severity in Severity)
    values: dict[str, Cell] = {}
    works = format_check(formulas, elsewhere=True)
    for line, title, number_format, text, value in (
        (0, PRICE, MONEY, f'SUMIF({_cells(PRICE)},">=0")', float(sum(prices))),
        (0, SAVING, MONEY, f'SUMIF({_cells(SAVING)},">-1E+15")', float(sum(savings))),
        (1, PRICE, QUANTITY, f"{entered}-COUNT({_cells(PRICE)})", unpriced),
        (2, PRICE, QUANTITY, f"SUM({errors},{warnings})", doubtful),
        (2, EXPLANATION, "", in_words, said),
    ):
        style = CALCULATED_STYLE if number_format else WORDS[CALCULATED_STYLE]
        formula = Formula(f"IF({works},{text},NA())", value)
        address = f"{LETTERS[title]}{SUMMARY_ROW + line}"
        values |= write_formula(sheet, address, formula, style, number_format)
    return values


def _cells(title: str) -> str:
    return f"{PURCHASES}[{title}]"

"""The sheet Purchases: purchases are entered, prices and reasons are formulas, totals are above."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import Cell, CellError, day_of, figure_of, text_of
from xlfuncs.sheets.draft import BLANK, Line
from xlfuncs.sheets.findings import Severity
from xlfuncs.sheets.schema import (
    ANSWERED,
    CHECKS,
    CONTRACT,
    LAST_ROW,
    PURCHASE_COLUMNS,
    PURCHASES,
    PURCHASES_LETTERS,
    PURCHASES_TITLE_ROW,
    QUESTION_FIELDS,
    title_of,
)
from xlfuncs.xlsx.formulas import Formulas
from xlfuncs.xlsx.input_tables import add_table, guard
from xlfuncs.xlsx.sheets.checks import count_cell, works
from xlfuncs.xlsx.sheets.contract import WIDTHS as COLUMN_WIDTHS
from xlfuncs.xlsx.sheets.contract import service_names_of, write_entered
from xlfuncs.xlsx.styles import (
    HEADING,
    HINT,
    LABEL,
    MONEY,
    NOTE,
    PLAIN,
    QUANTITY,
    UNIT_PRICE,
    WORDS,
    WORKED_OUT,
    hide,
    set_page,
    set_widths,
    widen,
    write_cell,
    write_top,
)

# What all purchases come to, above their table, by Excel's own functions.

TITLES_BY_FUNCTION = {function: title for title, function in ANSWERED.items()}
PRICE, SAVING, EXPLANATION = (
    TITLES_BY_FUNCTION[function] for function in ("PRICE", "SAVING", "EXPLAIN")
)


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


# The Purchases sheet: what is bought is filled in, what it costs and why is worked out.


class Answer(NamedTuple):
    """A column that a function works out."""

    title: str
    number_format: str
    width: float

    @property
    def function(self) -> str:
        """The function that works it out, without the prefix."""
        return ANSWERED[self.title]

    @property
    def figures(self) -> bool:
        """Whether it holds figures, and not words."""
        return self.number_format != PLAIN


LOOKS = {
    "PRICE": (MONEY, 17),
    "UNIT_PRICE": (UNIT_PRICE, 10),
    "SOURCE": (PLAIN, 29),
    "EXPLAIN": (PLAIN, 70),
    "SAVING": (MONEY, 13),
}
ANSWERS = tuple(Answer(title, *LOOKS[function]) for title, function in ANSWERED.items())
ENDINGS = {"SOURCE": '&""'}
"""People filter and count by this text. In LibreOffice, a text that a function answers is equal to
no other before an operator has passed it on; an error stays what it is.
"""

LONGEST_LITERAL = 255
"""Characters that a text within a formula may have in Excel."""

EXAMPLE_ROW, SUMMARY_ROW, GROUP_ROW, TITLE_ROW = 4, 5, 9, PURCHASES_TITLE_ROW
FIRST_ROW = TITLE_ROW + 1
LETTERS, TITLES = PURCHASES_LETTERS, list(PURCHASES_LETTERS)
WIDTHS = [COLUMN_WIDTHS[column.field] for column in PURCHASE_COLUMNS]
WIDTHS += [answer.width for answer in ANSWERS]


def write_purchases(
    sheet: Worksheet,
    contract: Contract,
    lines: Sequence[Line],
    formulas: Formulas,
    found: Counter[Severity],
) -> dict[str, Cell]:
    """Fills the sheet; answers the value of each formula by its cell.

    `found` counts the findings of the sheet Checks.
    """
    currency = f"All amounts in {contract.currency}. " if contract.currency else ""
    write_top(sheet, contract.name, f"{currency}The parties are on the sheet {CONTRACT}.")
    values = _write_example(sheet, lines, formulas)
    _write_groups(sheet)
    set_widths(sheet, WIDTHS)
    values |= write_entered(sheet, PURCHASE_COLUMNS, lines, FIRST_ROW, service_names_of(contract))
    answers = _write_answers(sheet, lines or [{}], formulas)
    for title, cells in answers.items():
        values |= {f"{LETTERS[title]}{row}": cell for row, cell in enumerate(cells, FIRST_ROW)}
    asked = sum(map(_is_purchase, lines))
    summed = Summed(answers, asked, found, works(formulas, elsewhere=True))
    values |= write_summary(sheet, SUMMARY_ROW, LETTERS, summed)
    unfilled = f'AND($A{FIRST_ROW}="",$B{FIRST_ROW}="")'
    first, last = LETTERS[ANSWERS[0].title], LETTERS[ANSWERS[-1].title]
    hide(sheet, f"{first}{FIRST_ROW}:{last}{LAST_ROW}", unfilled)
    set_page(sheet, contract.name, TITLE_ROW)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    return values


def _write_groups(sheet: Worksheet) -> None:
    to_fill_in = "To fill in; a row typed below the last one is priced too"
    write_cell(sheet, f"A{GROUP_ROW}", to_fill_in, NOTE)
    worked_out = f"{LETTERS[ANSWERS[0].title]}{GROUP_ROW}"
    write_cell(sheet, worked_out, "Worked out from the sheets Tiers and Amendments", NOTE)


def _write_answers(
    sheet: Worksheet, lines: Sequence[Line], formulas: Formulas
) -> dict[str, list[Cell]]:
    """The table with its formulas; answers what they are worth, by title."""
    references = [f"{PURCHASES}[[#This Row],[{each.title}]]" for each in PURCHASE_COLUMNS[:3]]
    calls = {
        each.title: formulas.call(each.function, references) + ENDINGS.get(each.function, "")
        for each in ANSWERS
    }
    titled = [(title, WORDS[HEADING]) for title in TITLES]
    add_table(sheet, PURCHASES, titled, TITLE_ROW, len(lines), formulas=calls)
    for answer in ANSWERS:
        letter = LETTERS[answer.title]
        guard(sheet, letter, FIRST_ROW)
        for row in range(FIRST_ROW, FIRST_ROW + len(lines)):
            _write_formula(sheet, f"{letter}{row}", f"={calls[answer.title]}", answer)
    questions = [[line.get(field, BLANK).value for field in QUESTION_FIELDS] for line in lines]
    answers: dict[str, list[Cell]] = {}
    for answer in ANSWERS:
        cells = [formulas.value(answer.function, question) for question in questions]
        widen(sheet, LETTERS[answer.title], cells, answer.number_format)
        answers[answer.title] = cells
    return answers


def _write_formula(sheet: Worksheet, address: str, text: str, answer: Answer) -> None:
    style = WORKED_OUT if answer.figures else WORDS[WORKED_OUT]
    write_cell(sheet, address, None, style, answer.number_format).value = text


def _write_example(sheet: Worksheet, lines: Sequence[Line], formulas: Formulas) -> dict[str, Cell]:
    """A question written out above the table, the way a person types it."""
    purchase = next((each for each in map(_purchase, lines) if each is not None), None)
    if purchase is None:
        return {}
    price, address = ANSWERS[0], f"{LETTERS[ANSWERS[0].title]}{EXAMPLE_ROW}"
    formula = formulas.literal(price.function, purchase)
    write_cell(sheet, f"A{EXAMPLE_ROW}", "For example, the formula to the right", LABEL)
    _write_formula(sheet, address, formula.text, price)
    write_cell(sheet, f"{LETTERS[ANSWERS[1].title]}{EXAMPLE_ROW}", formula.text, HINT)
    return {address: formula.value}


def _is_purchase(line: Line) -> bool:
    """Whether a line shows a quantity or a day; one whose formulas show nothing is no purchase."""
    return any(
        line.get(field, BLANK).value not in (None, "") for field in ("quantity", "purchased")
    )


def _purchase(line: Line) -> Purchase | None:
    """The purchase in a line, None where its question cannot be written out in a formula."""
    quantity, purchased, service = (line.get(field, BLANK).value for field in QUESTION_FIELDS)
    try:
        purchase = Purchase(figure_of(quantity), day_of(purchased), text_of(service))
    except BadInput:
        return None
    return purchase if len(purchase.service) <= LONGEST_LITERAL else None

"""The Purchases sheet: what is bought is filled in, what it costs and why is worked out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.formulas import Formulas
from workbooks.look.cells import write_cell, write_top
from workbooks.look.conditions import hide
from workbooks.look.pages import set_page
from workbooks.look.styles import (
    HEADING,
    HINT,
    LABEL,
    MONEY,
    NOTE,
    PLAIN,
    UNIT_PRICE,
    WORDS,
    WORKED_OUT,
)
from workbooks.look.tables import add_table
from workbooks.look.validation import guard
from workbooks.look.widths import set_widths, widen
from workbooks.sheets.checks import works
from workbooks.sheets.entered import WIDTHS as COLUMN_WIDTHS
from workbooks.sheets.entered import write_entered
from workbooks.sheets.points import service_names_of
from workbooks.sheets.summary import Summed, write_summary
from xlfuncs.checks.findings import Severity
from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import Cell, day_of, figure_of, text_of
from xlfuncs.tables.drafts import BLANK, Line
from xlfuncs.tables.places import LAST_ROW, column_letter
from xlfuncs.tables.schema import ANSWERED, CONTRACT, PURCHASE_COLUMNS, PURCHASES


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
ASKED = ("quantity", "purchased", "service")
ENDINGS = {"SOURCE": '&""'}
"""People filter and count by this text. In LibreOffice, a text that a function answers is equal to
no other before an operator has passed it on; an error stays what it is.
"""

LONGEST_LITERAL = 255
"""Characters that a text within a formula may have in Excel."""

EXAMPLE_ROW, SUMMARY_ROW, GROUP_ROW, TITLE_ROW = 4, 5, 9, 10
FIRST_ROW = TITLE_ROW + 1
TITLES = [column.title for column in PURCHASE_COLUMNS] + [answer.title for answer in ANSWERS]
WIDTHS = [COLUMN_WIDTHS[column.field] for column in PURCHASE_COLUMNS]
WIDTHS += [answer.width for answer in ANSWERS]
LETTERS = {title: column_letter(index) for index, title in enumerate(TITLES)}


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
    questions = [[line.get(field, BLANK).value for field in ASKED] for line in lines]
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
    quantity, purchased, service = (line.get(field, BLANK).value for field in ASKED)
    try:
        purchase = Purchase(figure_of(quantity), day_of(purchased), text_of(service))
    except BadInput:
        return None
    return purchase if len(purchase.service) <= LONGEST_LITERAL else None

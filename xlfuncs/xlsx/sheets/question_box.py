"""The box on top of Purchases: a question is typed into it, and price and reason are beside it."""

from __future__ import annotations

from textwrap import wrap

from openpyxl.utils.cell import absolute_coordinate
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.functions.formula_text import LONGEST_LITERAL, format_call
from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import Question
from xlfuncs.sheets.cells import Cell, is_blank, parse_day, parse_figure, parse_text
from xlfuncs.sheets.draft import BLANK, Draft, InputCell, InputRow
from xlfuncs.sheets.schema import (
    ASKED_COLUMNS,
    BOUGHT_BEFORE,
    CHOICE_TITLES,
    CHOICES,
    QUESTION_FIELDS,
    column_index,
    column_letter,
    list_purchases_letters,
)
from xlfuncs.xlsx.excel_tables import add_validation
from xlfuncs.xlsx.formulas import Formula, Formulas, write_formula
from xlfuncs.xlsx.sheets.bought_before import NO_ARGUMENT, adds_up_by_period, pass_on
from xlfuncs.xlsx.sheets.contract import service_names_of
from xlfuncs.xlsx.styles import (
    BOX,
    BOX_FIGURE,
    BOX_HINT,
    BOX_INPUT,
    BOX_LABEL,
    BOX_PRICE,
    BOX_SECTION,
    BOX_WORDS,
    fade_missing,
    format_money,
    hide_content,
    show_decimals,
    write_cell,
    write_input,
)

BOX_ROW = 4
FIRST_ASKED = BOX_ROW + 1
ASKED = {column.field: f"{CHOICES}{row}" for row, column in enumerate(ASKED_COLUMNS, FIRST_ASKED)}
"""The cells in which something is asked, by field."""

ASKED_BEFORE = f"{CHOICES}{FIRST_ASKED + len(ASKED)}"
"""The cell in which it is asked after what was bought before, where purchases add up."""

LABELS, ANSWERS = "D", "E"
PRICE, BECAUSE, SAVING, ASSUMED, EXPLANATION = (
    f"{ANSWERS}{row}" for row in range(FIRST_ASKED, FIRST_ASKED + 5)
)
"""The cells of the answer."""

ANSWER_LABELS = ("Price", "Because", "Saving", "Assumed", "Explanation")
EXAMPLE_ROW = FIRST_ASKED + len(ANSWER_LABELS)
EXAMPLE = f"C{EXAMPLE_ROW}"
"""The cell that shows the question as a formula that a person may type anywhere."""


def _find_last_column(contract: Contract) -> str:
    """The last column of the box, that of Source in the table below."""
    return list_purchases_letters(adds_up_by_period(contract))["Source"]


MERGED_TO = "C"
"""The cells of the question reach from column B to here, as names of services are long."""

QUESTION_WIDTH, ANSWER_WIDTH = 24, 66
"""Characters that fit into a line of the merged cells of the question, and of the answer."""

LINE = 15
"""Points; a line of text is as high."""

MOST_LINES_OF_A_NAME = 4

# What no document states, out of the explanation: its last clause.

ASSUMED_CLAUSE, NOTHING = "; assumed: ", "nothing"

MARK = "CHAR(1)"
"""A character that no text of a cell has."""


def find_assumed(explanation: Cell) -> Cell:
    """Cut what is assumed out of an explanation, as the formula in the box does.

    >>> find_assumed("100.00 USD: Amendment 1; assumed: Amendment 1 (Signed: no day shown).")
    'Amendment 1 (Signed: no day shown)'
    >>> find_assumed("100.00 USD: Amendment 1.")
    'nothing'
    >>> find_assumed("100.00 USD: 1.A; assumed: all; assumed: Amendment 1 (Signed).")
    'Amendment 1 (Signed)'
    """
    if not isinstance(explanation, str):
        return ""
    _, clause, assumed = explanation.rpartition(ASSUMED_CLAUSE)
    return assumed[:-1] if clause else NOTHING


def _cut_assumed(cell: str) -> str:
    """The formula that does the same, of Excel's oldest functions, for every host.

    A clause of the contract may have the same words, so they are counted, and the last is marked.
    """
    clause, length = f'"{ASSUMED_CLAUSE}"', len(ASSUMED_CLAUSE)
    count = f'(LEN({cell})-LEN(SUBSTITUTE({cell},{clause},"")))/{length}'
    last = f"FIND({MARK},SUBSTITUTE({cell},{clause},{MARK},{count}))"
    cut = f"MID({cell},{last}+{length},LEN({cell})-{last}-{length})"
    return f'IF(ISTEXT({cell}),IF(ISNUMBER(FIND({clause},{cell})),{cut},"{NOTHING}"),"")'


# The box.


def write_question_box(
    sheet: Worksheet, contract: Contract, asked: InputRow, formulas: Formulas
) -> dict[str, Cell]:
    """Fill the box. Returns the value of each formula by its cell."""
    for row in range(BOX_ROW, EXAMPLE_ROW + 1):
        for index in range(column_index(_find_last_column(contract)) + 1):
            write_cell(sheet, f"{column_letter(index)}{row}", None, BOX)
    write_cell(sheet, f"A{BOX_ROW}", "What does it cost?", BOX_SECTION)
    sheet.row_dimensions[BOX_ROW].height = 1.5 * LINE
    values = _write_question(sheet, contract, asked)
    values |= _write_answer(sheet, contract, asked, formulas)
    example = format_example(contract, asked)
    if example:
        write_cell(sheet, f"A{EXAMPLE_ROW}", "Or type, in any cell:", BOX_HINT)
        write_cell(sheet, EXAMPLE, example, BOX_HINT)
    return values


def complete_question(contract: Contract, draft: Draft) -> InputRow:
    """The question in the box: in a new workbook, one after nothing bought before."""
    if draft.from_workbook or not adds_up_by_period(contract):
        return draft.asked
    return {BOUGHT_BEFORE.field: InputCell(0), **draft.asked}


def format_example(contract: Contract, asked: InputRow) -> str:
    """The question as a formula that a person types; blank where it cannot be written out."""
    purchase = read_purchase(asked)
    if purchase is None:
        return ""
    service = purchase.service if len(contract.services) > 1 else ""
    before = asked.get(BOUGHT_BEFORE.field, BLANK).value if adds_up_by_period(contract) else None
    try:
        bought_before = None if is_blank(before) else parse_figure(before)
    except BadInput:
        return ""
    question = Question(
        purchase.quantity, purchase.purchased, service or None, before=bought_before
    )
    return f"={format_call(f'{contract.prefix}_PRICE', question)}"


def _write_question(sheet: Worksheet, contract: Contract, asked: InputRow) -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    before = [BOUGHT_BEFORE] if adds_up_by_period(contract) else []
    for row, column in enumerate((*ASKED_COLUMNS, *before), FIRST_ASKED):
        address = f"{CHOICES}{row}"
        write_cell(sheet, f"{CHOICE_TITLES}{row}", column.title, BOX_LABEL)
        if column.kind == "figure":
            show_decimals(sheet, address, 1)
        values |= write_input(sheet, address, asked.get(column.field, BLANK), column, BOX_INPUT)
        sheet.merge_cells(f"{address}:{MERGED_TO}{row}")
        choices = service_names_of(contract) if column.field == "service" else ""
        add_validation(sheet, column, CHOICES, row, choices=choices, last_row=row)
    return values


def _write_answer(
    sheet: Worksheet, contract: Contract, asked: InputRow, formulas: Formulas
) -> dict[str, Cell]:
    """Write price, reason, saving, assumptions and explanation; no figure below another one."""
    question = [Formula(cell, asked.get(field, BLANK).value) for field, cell in ASKED.items()]
    if adds_up_by_period(contract):
        before = asked.get(BOUGHT_BEFORE.field, BLANK).value
        question += [Formula(NO_ARGUMENT, ""), Formula(pass_on(ASKED_BEFORE), before)]
    price, source, saving, explanation = (
        formulas.formula(function, question)
        for function in ("PRICE", "SOURCE", "SAVING", "EXPLAIN")
    )
    money = format_money(contract.currency)
    values: dict[str, Cell] = {}
    for address, formula, style, number_format in (
        (PRICE, price, BOX_PRICE, money),
        (BECAUSE, _as_text(source), BOX_WORDS, ""),
        (SAVING, saving, BOX_FIGURE, money),
        (
            ASSUMED,
            Formula(_cut_assumed(EXPLANATION), find_assumed(explanation.value)),
            BOX_WORDS,
            "",
        ),
        (EXPLANATION, _as_text(explanation), BOX_WORDS, ""),
    ):
        values |= write_formula(sheet, address, formula, style, number_format)
    names = max(_count_lines(service.name, QUESTION_WIDTH) for service in contract.services)
    longest = {
        PRICE: 2,
        BECAUSE: _count_lines(source.value, ANSWER_WIDTH),
        SAVING: min(names, MOST_LINES_OF_A_NAME),
        ASSUMED: _count_lines(values[ASSUMED], ANSWER_WIDTH),
        EXPLANATION: _count_lines(explanation.value, ANSWER_WIDTH),
    }
    room = {ASSUMED: 2, EXPLANATION: 4}
    for row, (label, address) in enumerate(zip(ANSWER_LABELS, longest, strict=True), FIRST_ASKED):
        write_cell(sheet, f"{LABELS}{row}", label, BOX_LABEL)
        sheet.merge_cells(f"{address}:{_find_last_column(contract)}{row}")
        lines = max(longest[address], room.get(address, 1))
        sheet.row_dimensions[row].height = LINE * lines
    answers = f"{PRICE}:{EXPLANATION}"
    hide_content(sheet, answers, f'AND({_fixed("quantity")}="",{_fixed("purchased")}="")')
    fade_missing(sheet, answers)
    return values


def _as_text(formula: Formula) -> Formula:
    """A text that a function returns, as others can look into it in LibreOffice, too.

    There it is equal to no other, and holds none, before an operator has passed it on.
    """
    return Formula(f'{formula.text}&""', formula.value)


def _fixed(field: str) -> str:
    return absolute_coordinate(ASKED[field])


def _count_lines(text: Cell, width: int) -> int:
    """About how many lines a text takes, as merged cells do not grow with what is in them."""
    return max(1, len(wrap(str(text), width)))


def read_purchase(line: InputRow) -> Purchase | None:
    """The purchase in a line, None where its question cannot be written out in a formula."""
    quantity, purchased, service = (line.get(field, BLANK).value for field in QUESTION_FIELDS)
    try:
        purchase = Purchase(parse_figure(quantity), parse_day(purchased), parse_text(service))
    except BadInput:
        return None
    return purchase if len(purchase.service) <= LONGEST_LITERAL else None

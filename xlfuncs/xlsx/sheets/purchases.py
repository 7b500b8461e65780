"""The sheet Purchases: a question on top, totals, and the table of purchases with their prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeGuard

from openpyxl import Workbook
from openpyxl.utils.cell import absolute_coordinate
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract, Counted
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, CellError
from xlfuncs.sheets.draft import BLANK, Draft, InputRow
from xlfuncs.sheets.row_checks import Severity
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    BOUGHT_BEFORE,
    CALCULATED,
    CHECKS,
    CONTRACT,
    EFFECTIVE_UNIT_PRICE,
    GUIDE,
    LAST_ROW,
    PURCHASE_COLUMNS,
    PURCHASES,
    PURCHASES_TITLE_ROW,
    QUESTION_FIELDS,
    TIERS,
    format_title,
    list_purchases_letters,
)
from xlfuncs.xlsx.excel_tables import KNOWN_SERVICE, add_table, explain_title, guard_column
from xlfuncs.xlsx.formulas import Formula, Formulas, write_formula
from xlfuncs.xlsx.sheets.bought_before import (
    BEFORE_IN_THIS_ROW,
    NO_ARGUMENT,
    NOT_KNOWN,
    AddedUp,
    adds_up_by_period,
    format_bought_before,
    format_reason,
    in_this_row,
    pass_error_on,
)
from xlfuncs.xlsx.sheets.checks import count_cell, format_check
from xlfuncs.xlsx.sheets.contract import WIDTHS as COLUMN_WIDTHS
from xlfuncs.xlsx.sheets.contract import Choices, service_names_of, write_input_rows
from xlfuncs.xlsx.sheets.question_box import (
    ASKED,
    ASKED_BEFORE,
    EXAMPLE_ROW,
    LINE,
    write_question_box,
)
from xlfuncs.xlsx.sheets.question_box import PRICE as PRICE_CELL
from xlfuncs.xlsx.styles import (
    CALCULATED_STYLE,
    DERIVED,
    HEADING,
    HINT,
    NOTE,
    PLAIN,
    QUANTITY,
    SECTION,
    TOTAL,
    TOTAL_LABEL,
    UNIT_PRICE,
    WORDS,
    fade_missing,
    format_money,
    hide_content,
    set_up_page,
    set_widths,
    widen,
    write_cell,
    write_link,
    write_top,
)

LINK_ROW = 3
MILLIONTH = Decimal("0.000001")
"""As far as a divided price is rounded."""

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


def _function_columns(currency: str) -> list[FunctionColumn]:
    """The columns that functions calculate, from left to right."""
    money = format_money(currency)
    formats = {
        "PRICE": (money, 17),
        "UNIT_PRICE": (UNIT_PRICE, 10),
        "SOURCE": (PLAIN, 27),
        "EXPLAIN": (PLAIN, 64),
        "SAVING": (money, 14),
    }
    return [
        FunctionColumn(title, function, *formats[function])
        for title, function in CALCULATED.items()
    ]


ENDINGS = {"SOURCE": '&""'}
"""People filter and count by this text. In LibreOffice, a text that a function returns is equal to
no other before an operator has passed it on; an error stays what it is.
"""

SUMMARY_ROW = EXAMPLE_ROW + 1
GROUP_ROW, FIRST_ROW = PURCHASES_TITLE_ROW - 1, PURCHASES_TITLE_ROW + 1
PRICE, UNIT, EXPLANATION, SAVING = (
    next(title for title, by in CALCULATED.items() if by == function)
    for function in ("PRICE", "UNIT_PRICE", "EXPLAIN", "SAVING")
)


def write_purchases(
    sheet: Worksheet,
    contract: Contract,
    draft: Draft,
    formulas: Formulas,
    finding_counts: Counter[Severity],
) -> dict[str, Cell]:
    """Fill the sheet. Returns the value of each formula by its cell.

    `finding_counts` are the findings of the sheet Checks by severity.
    """
    lines = draft.purchases
    currency = f"All amounts in {contract.currency}. " if contract.currency else ""
    write_top(sheet, contract.name, f"{currency}The parties are on the sheet {CONTRACT}.")
    write_link(sheet, f"A{LINK_ROW}", "How this workbook works", GUIDE)
    letters = list_purchases_letters(adds_up_by_period(contract))
    first_calculated = list(letters.values())[len(PURCHASE_COLUMNS)]
    for address, text in (
        (f"A{GROUP_ROW}", "Type below the last row; the new row is priced too"),
        (f"{first_calculated}{GROUP_ROW}", _describe_calculation(contract, formulas)),
    ):
        write_cell(sheet, address, text, NOTE)
    columns = _function_columns(contract.currency)
    by_title = {column.title: COLUMN_WIDTHS[column.field] for column in PURCHASE_COLUMNS}
    by_title |= {BOUGHT_BEFORE.title: 13, EFFECTIVE_UNIT_PRICE: 13}
    by_title |= {each.title: each.width for each in columns}
    set_widths(sheet, [by_title[title] for title in letters])
    services = {"service": Choices(service_names_of(contract), KNOWN_SERVICE)}
    values = write_input_rows(sheet, PURCHASE_COLUMNS, lines, FIRST_ROW, services)
    for column in PURCHASE_COLUMNS:
        explain_title(sheet, column, f"{letters[column.title]}{PURCHASES_TITLE_ROW}")
    values |= write_question_box(sheet, contract, draft.asked, formulas)
    calculated = _write_formulas(sheet, contract, lines or [{}], formulas, columns)
    for title, cells in calculated.items():
        values |= {f"{letters[title]}{row}": cell for row, cell in enumerate(cells, FIRST_ROW)}
    values |= _write_summary(
        sheet, lines, calculated, formulas, finding_counts, money=format_money(contract.currency)
    )
    unfilled = f'AND($A{FIRST_ROW}="",$B{FIRST_ROW}="")'
    calculated_cells = f"{first_calculated}{FIRST_ROW}:{list(letters.values())[-1]}{LAST_ROW}"
    hide_content(sheet, calculated_cells, unfilled)
    fade_missing(sheet, calculated_cells)
    set_up_page(sheet, contract.name, PURCHASES_TITLE_ROW)
    return values


def _describe_calculation(contract: Contract, formulas: Formulas) -> str:
    """What the columns are calculated from, and what the functions of the workbook leave out."""
    said = f"Calculated from the sheets {TIERS} and {AMENDMENTS}"
    names = [f"'{each.name}'" for each in contract.services if each.counted is Counted.NOT_SAID]
    if not names or not formulas.are_lambdas:
        return said
    shown = ", ".join(names[:MOST_NAMED]) + (" and others" if len(names) > MOST_NAMED else "")
    why = "the contract does not say how its quantities add up"
    return f"{said}; formulas do not price {shown}, as {why}"


MOST_NAMED = 3
"""Services that the note above the table names."""


def _write_formulas(
    sheet: Worksheet,
    contract: Contract,
    lines: Sequence[InputRow],
    formulas: Formulas,
    columns: Sequence[FunctionColumn],
) -> dict[str, list[Cell]]:
    """Write the table with its formulas. Returns their values by title."""
    adds_up = adds_up_by_period(contract)
    letters = list_purchases_letters(adds_up)
    references = [in_this_row(format_title(each)) for each in QUESTION_FIELDS]
    questions = [[line.get(field, BLANK).value for field in QUESTION_FIELDS] for line in lines]
    calls: dict[str, str] = {}
    values: dict[str, list[Cell]] = {}
    styles = {column.title: (column.style, column.number_format) for column in columns}
    if adds_up:
        references += [NO_ARGUMENT, BEFORE_IN_THIS_ROW]
        calls[BOUGHT_BEFORE.title] = format_bought_before(contract)
        values[BOUGHT_BEFORE.title] = AddedUp(contract, lines).list_bought_before()
        styles[BOUGHT_BEFORE.title] = (CALCULATED_STYLE, QUANTITY)
        for question, before in zip(questions, values[BOUGHT_BEFORE.title], strict=True):
            question += ["", before]
    calls |= {
        each.title: formulas.call(each.function, references) + ENDINGS.get(each.function, "")
        for each in columns
    }
    values |= {
        column.title: [formulas.value(column.function, question) for question in questions]
        for column in columns
    }
    if adds_up:
        for each in columns:
            write = format_reason if each.title == EXPLANATION else pass_error_on
            calls[each.title] = write(calls[each.title])
        values[EXPLANATION] = [
            NOT_KNOWN if before is NOT_AVAILABLE else explanation
            for before, explanation in zip(
                values[BOUGHT_BEFORE.title], values[EXPLANATION], strict=True
            )
        ]
    calls[EFFECTIVE_UNIT_PRICE] = _divide_formula()
    values[EFFECTIVE_UNIT_PRICE] = [
        divide(price, unit_price, quantity)
        for price, unit_price, (quantity, *_) in zip(
            values[PRICE], values[UNIT], questions, strict=True
        )
    ]
    styles[EFFECTIVE_UNIT_PRICE] = (DERIVED, UNIT_PRICE)
    titled = [(title, WORDS[HEADING]) for title in letters]
    add_table(sheet, PURCHASES, titled, PURCHASES_TITLE_ROW, len(lines), formulas=calls)
    for title, (style, number_format) in styles.items():
        letter, cells = letters[title], values[title]
        guard_column(sheet, letter, FIRST_ROW)
        for row, cell in enumerate(cells, FIRST_ROW):
            formula = Formula(calls[title], cell)
            write_formula(sheet, f"{letter}{row}", formula, style, number_format)
        widen(sheet, letter, cells, number_format)
    return values


def divide(price: Cell, unit_price: Cell, quantity: Cell) -> Cell:
    """What one unit comes to, as the formula has it; blank where that is the stated unit price.

    >>> from xlfuncs.sheets.cells import NOT_AVAILABLE
    >>> divide(255000.0, NOT_AVAILABLE, 100000), divide(279995.0, 2.75, 100000)
    (2.55, 2.79995)
    >>> divide(21.0, 3.0, 7)
    ''
    """
    if not _is_number(price) or not _is_number(quantity) or not quantity:
        return ""
    if _is_number(unit_price) and abs(float(quantity) * float(unit_price) - float(price)) < CENTS:
        return ""
    exact = Decimal(repr(price)) / Decimal(repr(float(quantity)))
    return float(exact.quantize(MILLIONTH, ROUND_HALF_UP))


CENTS = 0.006
"""More than a price is rounded by."""


def _divide_formula() -> str:
    """The formula: blank for 0 units, and where the stated unit price comes to the price.

    Quantities are looked at last, for one that is an error has no price either.
    """
    price, unit_price, quantity = (
        in_this_row(title) for title in (PRICE, UNIT, format_title("quantity"))
    )
    divided = f'IF(N({quantity})>0,ROUND({price}/{quantity},6),"")'
    apart = f"IF(ISNUMBER({unit_price}),ABS(N({quantity})*{unit_price}-{price}),1)"
    return f'IF(ISNUMBER({price}),IF({apart}<{CENTS},"",{divided}),"")'


def _is_number(cell: Cell) -> TypeGuard[int | float | Decimal]:
    return isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool)


def _is_purchase(line: InputRow) -> bool:
    """Whether a line shows a quantity or a day; one whose formulas show nothing is no purchase."""
    return any(
        line.get(field, BLANK).value not in (None, "") for field in ("quantity", "purchased")
    )


# What all purchases come to, above their table, by Excel's own functions.


@dataclass(frozen=True, slots=True)
class Total:
    """A figure about all purchases: its cell, what is above it, and its name in the workbook."""

    cell: str
    label: str
    name: str


WITHOUT_PRICE, DOUBTFUL, PRICED, SAVED = (
    Total(f"{letter}{SUMMARY_ROW + 2}", label, name)
    for letter, label, name in (
        ("A", "Purchases without a price", "Purchases_without_price"),
        ("B", "Errors and warnings", "Errors_and_warnings"),
        ("C", "Total of the priced purchases", "Total_priced"),
        ("D", "Saved by purchase windows", "Total_saved"),
    )
)
COUNTS = f"E{SUMMARY_ROW + 2}"
"""The findings in words."""

NAMED_CELLS = {
    "Quantity_asked": ASKED["quantity"],
    "Purchase_date_asked": ASKED["purchased"],
    "Service_asked": ASKED["service"],
    "Price_asked": PRICE_CELL,
    **{each.name: each.cell for each in (WITHOUT_PRICE, DOUBTFUL, PRICED, SAVED)},
}
"""The cells that have names, which formulas anywhere in the workbook may use. None is the name of a
function with whatever prefix."""


BEFORE_ASKED = {"Bought_before_asked": ASKED_BEFORE}
"""The same of what was bought before, where that is asked for."""


def add_named_cells(workbook: Workbook, contract: Contract) -> None:
    """Name the cells of the question and of the totals."""
    asked = BEFORE_ASKED if adds_up_by_period(contract) else {}
    for name, cell in {**NAMED_CELLS, **asked}.items():
        place = f"{PURCHASES}!{absolute_coordinate(cell)}"
        workbook.defined_names[name] = DefinedName(name, attr_text=place)


def _write_summary(
    sheet: Worksheet,
    lines: Sequence[InputRow],
    calculated: Mapping[str, Sequence[Cell]],
    formulas: Formulas,
    finding_counts: Counter[Severity],
    *,
    money: str,
) -> dict[str, Cell]:
    """Write total, purchases without a price, findings. Returns the values of the formulas.

    They are side by side, for none is part of another. All of them pass over errors, and are `#N/A`
    where the functions do not work, instead of a total that leaves out what was never priced.
    """
    write_cell(sheet, f"A{SUMMARY_ROW}", "All purchases in the table below", SECTION)
    sheet.row_dimensions[SUMMARY_ROW].height = 1.8 * LINE  # apart from the box
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

    def write(cell: str, text: str, value: Cell, style: str, number_format: str) -> None:
        formula = Formula(f"IF({works},{text},NA())", value)
        values.update(write_formula(sheet, cell, formula, style, number_format))

    for total, text, value, number_format in (
        (PRICED, f'SUMIF({_cells(PRICE)},">=0")', float(sum(prices)), money),
        (SAVED, f'SUMIF({_cells(SAVING)},">-1E+15")', float(sum(savings)), money),
        (WITHOUT_PRICE, f"{entered}-COUNT({_cells(PRICE)})", unpriced, QUANTITY),
        (DOUBTFUL, f"SUM({errors},{warnings})", doubtful, QUANTITY),
    ):
        letter = total.cell[0]
        write_cell(sheet, f"{letter}{SUMMARY_ROW + 1}", total.label, TOTAL_LABEL)
        write(total.cell, text, value, TOTAL, number_format)
        widen(sheet, letter, [value], number_format)
    write(COUNTS, in_words, said, HINT, "")
    write_link(sheet, f"{COUNTS[0]}{SUMMARY_ROW + 1}", f"On the sheet {CHECKS}:", CHECKS)
    return values


def _cells(title: str) -> str:
    return f"{PURCHASES}[{title}]"

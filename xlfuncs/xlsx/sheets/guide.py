"""The sheet Guide: what each sheet and function is for."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.functions.registry import FUNCTIONS, Function
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    CHECKS,
    CONTRACT,
    GUIDE,
    LAMBDA_ROWS,
    POINTS,
    PRICE_LIST,
    PURCHASES,
    TIERS,
)
from xlfuncs.xlsx.formulas import Formulas
from xlfuncs.xlsx.lambdas.calculation_limits import NOT_CALCULATED, UNSURE_PERCENT
from xlfuncs.xlsx.styles import (
    LABEL,
    SECTION,
    TEXT,
    protect,
    set_up_page,
    set_widths,
    write_cell,
    write_top,
)

WIDTHS = (34, 110)

OF_SHEETS = {
    PURCHASES: "Type what is bought and when, in the boxed cells. Price, source, explanation and "
    "saving beside it are worked out. Type below the last row, and a new row is priced too.",
    TIERS: "The price table of the agreement. Prices follow every change here.",
    AMENDMENTS: "What the amendments change, a row for each row of the document. The order of the "
    "rows does not matter; the highest document number prevails.",
    CONTRACT: "Parties, currency and the open questions. Nothing there decides a price.",
    CHECKS: "What is wrong, doubtful or assumed, with its cell. Look there before you rely on a "
    "price.",
    PRICE_LIST: "The whole price table of a day, and one quantity's price through all days, with a "
    f"chart. Choose in the boxed cells. (A hidden sheet, {POINTS!r}, works out its lines.)",
}
STEPS = {
    "To price a purchase": "On the sheet Purchases, type quantity and day into the row below the "
    "last one. In Excel the table grows by itself; elsewhere copy the formulas from the row above.",
    "To add an amendment": "On the sheet Amendments, type below the last row: Document (its "
    "number), Title, Clause, Service, Quantity from and to, Charge with its figures, Signed, "
    "Effective, and Ends where the term has an end; Replaces where it puts another document out of "
    "force. A day that the copy does not show is 'not on file'; blank, the document is a draft. "
    "Then look at the sheet Checks.",
    "To print": "Every sheet is one page wide; a table's headings are repeated on each page.",
    "A text is cut off": "Double-click the lower border of its row's number: Excel does not make a "
    "row higher by itself when what a formula says becomes longer.",
    "Cells with a box": "are to be filled in. All others are worked out; the sheets Checks, Price "
    "list and Guide are locked against slips, without a password (Review, Unprotect Sheet).",
    "What is not on file or assumed": "is said in words: in the columns Charge, Signed, Effective, "
    "Ends and Assumed, in every explanation that rests on it, and on the sheet Checks. Nothing is "
    "guessed.",
    "In LibreOffice Calc": "The functions are an extension, a file that ends in .oxt, from whoever "
    "gave you this workbook. Ranges need a matrix formula (Ctrl+Shift+Enter). A 0 by itself counts "
    "as a blank cell there; to ask for none, name a range, such as A2:A2.",
}
WITHOUT_MACROS = {
    "#NAME? in a cell": "This workbook brings no functions along. Excel shows the values of the "
    "day it was built until it calculates; then #NAME?, and totals are #N/A. For Excel on Windows, "
    "ask whoever gave you this workbook for the one that ends in .xlsm.",
}
WITH_LAMBDAS = {
    "Where it answers": "In Excel 365, and in Excel 2024 or later, on Windows, Mac, the web and "
    "phones, without macros and without Python: each function is a name that holds a formula "
    f"(Formulas, Name Manager). They read the hidden sheet {LAMBDA_ROWS!r}, where every row of "
    "Tiers and Amendments stands as it counts.",
    "#NAME? in a cell": "This Excel is older than that. It shows the values of the "
    "day the workbook was built until it calculates. Ask whoever gave it to you for the one that "
    "ends in .xlsm.",
    "#N/A in every cell": "A cell of Tiers or Amendments is not what it should be; the sheet "
    "Checks names the first. Nothing is priced until it is right.",
    f"#N/A, {NOT_CALCULATED}": "The contract may well have a price, but formulas alone cannot work "
    f"it out: 15% is 0.15 to a formula, so discounts of up to {UNSURE_PERCENT} percent are left "
    "open, and so are prices of more digits than Excel counts. `xlfuncs price` answers it, and so "
    "does a workbook that ends in .xlsm.",
    "What formulas cannot see": "Merged cells, and days typed where a number belongs, are not "
    "noticed; `xlfuncs check` notices them.",
}
WITH_MACROS = {
    "When you open it in Excel": "press Enable Content, once. The macros hand your question and "
    "the sheets Tiers, Amendments and Contract to Python on this computer, keep its answers until "
    "those sheets change, and do nothing else.",
    "#NAME? in a cell": "The macros are off. Where Excel shows no Enable Content, close the "
    "workbook, right-click the file, choose Properties, and check Unblock. Then press "
    "Ctrl+Alt+F9.",
    "#VALUE! in every cell": "Python did not answer; the column Explanation of the sheet Purchases "
    "says why. In a terminal, type: xlfuncs doctor",
}
KINDS = {
    "an amount": "A row of the contract prices it.",
    f"#N/A, {Outcome.NO_PRICE.value}": "The contract offers none.",
    f"#N/A, {Outcome.NOT_DETERMINABLE.value}": "A figure or a date is not on file, "
    "two rows conflict, or the contract is silent between two rows that it has.",
    f"#VALUE! or #NUM!, {Outcome.BAD_INPUT.value}": "No number, no date, "
    "a negative quantity, part of a unit, or a service that the contract does not have.",
}


def write_guide(
    sheet: Worksheet, contract: Contract, formulas: Formulas, about_functions: Mapping[str, str]
) -> None:
    """Fill the sheet; `about_functions` are the lines on what calculates in this workbook."""
    write_top(sheet, GUIDE, "How to use this workbook.")
    functions = [each for each in FUNCTIONS if formulas.has(each.name)]
    parts = {
        "The sheets": OF_SHEETS,
        "What to do": {**STEPS, **about_functions},
        "The functions, for any cell of this workbook": {
            f"{contract.prefix}_{each.name}": f"{each.help}\n={_usage(contract.prefix, each)}"
            for each in functions
        },
        "Their arguments": {
            argument.name: argument.help for each in functions for argument in each.arguments
        },
        "What a price can be": KINDS,
    }
    row = 2
    for title, lines in parts.items():
        row += 2  # a part begins after a blank row
        write_cell(sheet, f"A{row}", title, SECTION)
        for name, text in lines.items():
            row += 1
            write_cell(sheet, f"A{row}", name, LABEL)
            write_cell(sheet, f"B{row}", text, TEXT)
    set_widths(sheet, WIDTHS)
    set_up_page(sheet, contract.name)
    protect(sheet)


def _usage(prefix: str, function: Function) -> str:
    names = [f"[{each.name}]" if each.optional else each.name for each in function.arguments]
    return f"{prefix}_{function.name}({', '.join(names)})"

"""The sheet Guide: what each sheet and function is for, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.functions.registry import FUNCTIONS, Function
from xlfuncs.pricing.contract import NOT_ON_FILE, Charge, Contract
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    CALCULATED,
    CHECKS,
    CHOSEN_COLUMNS,
    CONTRACT,
    EFFECTIVE_UNIT_PRICE,
    GUIDE,
    LAMBDA_ROWS,
    POINTS,
    PRICE_LIST,
    PURCHASES,
    TIERS,
    format_title,
)
from xlfuncs.xlsx.formulas import Formulas
from xlfuncs.xlsx.lambdas.calculation_limits import NOT_CALCULATED, UNSURE_PERCENT
from xlfuncs.xlsx.sheets.contract import list_titles
from xlfuncs.xlsx.styles import (
    LABEL,
    SECTION,
    TEXT,
    protect,
    set_up_page,
    set_widths,
    write_cell,
    write_link,
    write_top,
)

WIDTHS = (34, 110)
LINK_ROW = 3
SHEETS_PART = "The sheets"

EXPLANATION = next(title for title, by in CALCULATED.items() if by == "EXPLAIN")
OF_SHEETS = {
    PURCHASES: "At the top, ask what something costs: quantity, day and service go into the three "
    "boxes, and the price and the reason appear beside them. Below, list your purchases; each row "
    "is priced with its source and explanation.",
    TIERS: "The price table of the agreement. When a cell changes, prices update.",
    AMENDMENTS: "What the amendments change, one row for each price. Rows may be in any order: the "
    "highest document number prevails.",
    CONTRACT: "The parties, the currency, and the questions that the documents leave open. No "
    "price depends on this sheet.",
    CHECKS: "What is wrong, doubtful or assumed, and in which cell. Look here before you use a "
    "price.",
    PRICE_LIST: "All prices of a day, and the price of one quantity on all days, as tables and "
    f"charts. You choose the day and the quantity. (The hidden sheet {POINTS!r} holds the data "
    "for the charts.)",
}
METHODS = {
    Charge.PACKAGE: f"{format_title('price')} is the total, whatever the quantity in the range.",
    Charge.PER_UNIT: f"All units at {format_title('unit_price')}: quantity x unit price.",
    Charge.GRADUATED: "Each unit at the unit price of its own tier, added up from the first tier. "
    "Use it only where the contract says so; for 'the price at your volume', use 'per unit'.",
    Charge.ADDITIONAL: f"{format_title('price')} for the first units (as many as "
    f"{format_title('quantity_from')} says), {format_title('unit_price')} for each one above.",
    Charge.DISCOUNT: f"{format_title('percent')} off what the contract's other rows give. It ends "
    "where a later document sets a price.",
    Charge.STANDING_DISCOUNT: f"{format_title('percent')} off whatever price applies, also a later "
    "document's.",
    Charge.WITHDRAWN: "The document takes the price away, and gives none.",
    Charge.NOT_ON_FILE: "There is a price, but the page that states it is not on file.",
}
"""What each pricing method means."""

STEPS = {
    "Ask for a price": f"On the sheet {PURCHASES}, change the quantity, the day or the service in "
    "the box. Or type one of the functions below into any cell.",
    "Price a list of purchases": f"On the sheet {PURCHASES}, type below the last row of the table. "
    "Excel extends the table and its formulas; in other programs, copy the formulas from the row "
    "above.",
    "Add an amendment": f"On the sheet {AMENDMENTS}, type below the last row: "
    f"{list_titles('document', 'title', 'clause', 'service', 'quantity_from', 'quantity_to')}, "
    f"then {list_titles('charge')} with its figures, {list_titles('signed', 'effective', 'ends')}; "
    f"and {list_titles('replaces')} if it supersedes another document. For a date that your "
    f"copy does not show, type {NOT_ON_FILE!r}. A document with no dates at all counts as a draft. "
    f"Then look at the sheet {CHECKS}.",
    "Enter a promotion": f"On the sheet {AMENDMENTS}, one row with "
    f"{list_titles('purchased_from', 'purchased_through')}: purchases on these dates, and no "
    "others, get its price or discount.",
    "Type a discount": f"Type 10 under {format_title('percent')} for 10 percent, without the "
    "percent sign.",
    "Open the folded columns": f"On the sheets {TIERS} and {AMENDMENTS}, empty columns are "
    "folded away. Click 2 at the top left of the sheet to open them, and 1 to fold them again.",
    "Print": "Each sheet is one page wide, landscape, and its headings are on every page.",
    "Read text that is cut off": "Double-click the line below the row number. Excel does not make "
    "a row taller by itself when the text of a formula gets longer.",
    "Tell input from results": f"Yellow cells with a border are for you to fill in. All others are "
    f"calculated. The sheets {CHECKS}, {PRICE_LIST} and {GUIDE} are protected against "
    "accidental edits, without a password (Review, Unprotect Sheet).",
    "See what is not on file or assumed": "The columns "
    f"{list_titles('charge', 'signed', 'effective', 'ends', 'assumed')} say so. So does each "
    f"explanation that depends on it, and the sheet {CHECKS}. Nothing is guessed.",
    "Read a unit price": f"{format_title('unit_price')} is stated by the contract. If it states "
    f"none, or the price is another, the column '{EFFECTIVE_UNIT_PRICE}' shows one, in italics.",
    "Work in LibreOffice Calc": "The functions are in an extension, a file that ends in .oxt. "
    "Ask whoever gave you this workbook for it. For ranges, use a matrix formula "
    "(Ctrl+Shift+Enter). A cell that holds only 0 counts as blank there; to ask for a quantity of "
    "0, refer to a range such as A2:A2.",
}
WITHOUT_MACROS = {
    "#NAME? in a cell": "This workbook does not contain the functions. Excel shows the prices of "
    "the day it was built until it recalculates; then it shows #NAME?, and totals show #N/A. For "
    "Excel on Windows, ask for the workbook that ends in .xlsm.",
}
WITH_LAMBDAS = {
    "Where it works": "In Excel 365, and in Excel 2024 or later, on Windows, Mac, the web and "
    "phones, without macros and without Python. Each function is a name that holds a formula "
    f"(Formulas, Name Manager). They read the hidden sheet {LAMBDA_ROWS!r}, which lists every row "
    f"of {TIERS} and {AMENDMENTS} as it counts.",
    "#NAME? in a cell": "This Excel is too old. It shows the prices of the day the workbook was "
    "built until it recalculates. Ask for the workbook that ends in .xlsm. In Protected View, "
    "press Enable Editing.",
    "#N/A in every cell": f"A cell on {TIERS} or {AMENDMENTS} has an error; the sheet "
    f"{CHECKS} names the first one. Nothing is priced until it is corrected.",
    f"#N/A, {NOT_CALCULATED}": "The contract may state a price, but formulas alone cannot "
    f"calculate it. To a formula, 15% is 0.15, so discounts of up to {UNSURE_PERCENT} percent are "
    "not calculated; nor are prices with more digits than Excel can hold. The command "
    "`xlfuncs price` gives the price, and so does the workbook that ends in .xlsm.",
    "What formulas cannot see": "Merged cells, and dates typed where a number belongs. The command "
    "`xlfuncs check` finds them.",
}
WITH_MACROS = {
    "When you open it in Excel": "Press Enable Content, once. The macros pass your question and "
    f"the sheets {TIERS}, {AMENDMENTS} and {CONTRACT} to Python on this computer, keep the answers "
    "until those sheets change, and do nothing else.",
    "#NAME? in a cell": "The macros are off. If Excel does not show Enable Content, close the "
    "workbook, right-click the file, choose Properties, and check Unblock. Then press "
    "Ctrl+Alt+F9.",
    "#VALUE! in every cell": f"Python did not answer; the column {EXPLANATION} on the sheet "
    f"{PURCHASES} says why. In a terminal, type: xlfuncs doctor",
}
KINDS = {
    "an amount": "A row of the contract states the price.",
    f"#N/A, {Outcome.NO_PRICE.value}": "The contract offers no price.",
    f"#N/A, {Outcome.NOT_DETERMINABLE.value}": "A figure or a date is not on file, two rows "
    "conflict, or the contract is silent between two of its rows.",
    f"#VALUE! or #NUM!, {Outcome.BAD_INPUT.value}": "The quantity is not a number, is negative or "
    "is part of a unit; the purchase date is not a date; or the contract does not have the "
    "service.",
}


def write_guide(
    sheet: Worksheet, contract: Contract, formulas: Formulas, about_functions: Mapping[str, str]
) -> None:
    """Fill the sheet; `about_functions` are the lines on what calculates in this workbook."""
    write_top(sheet, GUIDE, "How this workbook works.")
    write_link(sheet, f"A{LINK_ROW}", f"Back to {PURCHASES}", PURCHASES)
    functions = [each for each in FUNCTIONS if formulas.has(each.name)]
    parts = {
        SHEETS_PART: OF_SHEETS,
        "How to": {**STEPS, **about_functions},
        format_title("charge"): {charge.value: text for charge, text in METHODS.items()},
        "The functions, for any cell of this workbook": {
            f"{contract.prefix}_{each.name}": f"{each.help}\n={_usage(contract.prefix, each)}"
            for each in functions
        },
        "What goes into them": {
            _title(argument.name): argument.help
            for each in functions
            for argument in each.arguments
        },
        "What a price can be": KINDS,
    }
    row = LINK_ROW
    for title, lines in parts.items():
        row += 2 if row > LINK_ROW else 1  # a part begins after a blank row
        write_cell(sheet, f"A{row}", title, SECTION)
        for name, text in lines.items():
            row += 1
            if title == SHEETS_PART:
                write_link(sheet, f"A{row}", name, name)
            else:
                write_cell(sheet, f"A{row}", name, LABEL)
            write_cell(sheet, f"B{row}", text, TEXT)
    set_widths(sheet, WIDTHS)
    set_up_page(sheet, contract.name)
    protect(sheet)


def _usage(prefix: str, function: Function) -> str:
    """A call with its arguments as the sheets call them; in brackets what may be left out."""
    titles = [
        f"[{_title(each.name)}]" if each.optional else _title(each.name)
        for each in function.arguments
    ]
    return f"{prefix}_{function.name}({', '.join(titles)})"


def _title(argument: str) -> str:
    titles = (column.title for column in CHOSEN_COLUMNS if column.field == argument)
    return next(titles, argument.replace("_", " ").capitalize())

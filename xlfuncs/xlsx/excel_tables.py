"""Excel tables for input: they grow with the rows, and validate what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableFormula, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import ALL_BEFORE, NOT_ON_FILE, Billed, Charge, Counted, PartUnits
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, YEARS, to_serial
from xlfuncs.sheets.parsers import LAST_DOCUMENT, UNITS_PRICED_TOGETHER
from xlfuncs.sheets.schema import GUIDE, LAST_ROW, OR_MORE, Column, column_letter
from xlfuncs.xlsx.styles import write_cell

# Excel tables: they grow with the rows typed below them, formats and formulas included.


def add_table(
    sheet: Worksheet,
    name: str,
    titles: Sequence[tuple[str, str]],
    first_row: int,
    rows: int,
    *,
    formulas: Mapping[str, str] = {},
) -> None:
    """Add a table with its titles in the first row, over at least one row below them.

    `titles` come with their styles; `formulas` are those that Excel writes into the new rows of a
    column, by its title.
    """
    for number, (title, style) in enumerate(titles, 1):
        letter = column_letter(number - 1)
        write_cell(sheet, f"{letter}{first_row}", title, style)
        width = max(map(len, title.split())) + 4  # for its indent and the filter's button
        sheet.column_dimensions[letter].width = max(sheet.column_dimensions[letter].width, width)
    last = f"{column_letter(len(titles) - 1)}{first_row + max(rows, 1)}"
    table = Table(displayName=name, name=name, ref=f"A{first_row}:{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    table.autoFilter = AutoFilter(ref=table.ref)
    for number, (title, _) in enumerate(titles, 1):
        formula = TableFormula(attr_text=formulas[title]) if title in formulas else None
        column = TableColumn(id=number, name=title, calculatedColumnFormula=formula)
        table.tableColumns.append(column)
    sheet.add_table(table)


# What may be typed into a column: the cell says what is expected, before and after.

FIRST_SERIAL = int(to_serial(FIRST_CERTAIN_DAY, date1904=False))
CHARGES = [charge.value for charge in Charge]
PARTS_OF_UNITS = [each.value for each in PartUnits]
ADDING_UP = [each.value for each in Counted]
BILLED = [each.value for each in Billed]
PRICED_TOGETHER = ", ".join(f"{units:,}" for units in UNITS_PRICED_TOGETHER)


def list_of(words: Iterable[str]) -> str:
    """A few words, without commas, as a list to choose from."""
    return f'"{",".join(words)}"'


@dataclass(frozen=True, slots=True)
class Rule:
    """What Excel accepts in a column, and that in words; `{cell}` is the cell in a formula."""

    type: Literal["whole", "decimal", "custom", "list"]
    formula: str
    expected: str
    operator: Literal["between", "equal", "greaterThan", "greaterThanOrEqual"] | None = None
    upper: str | None = None


RULES = {
    "document": Rule(
        "whole",
        "1",
        "the number of the amendment, a whole number, 1 or more",
        "between",
        str(LAST_DOCUMENT),
    ),
    "agreement": Rule("whole", "0", "0 or blank; amendments have their own sheet", "equal"),
    "figure": Rule("decimal", "0", "a number, 0 or more", "greaterThanOrEqual"),
    "money": Rule(
        "custom",
        "AND(ISNUMBER({cell}),N({cell})>=0,ROUND(N({cell}),2)=N({cell}))",
        "an amount to the cent, 0 or more",
    ),
    "percent": Rule(
        "custom",
        "AND(ISNUMBER({cell}),N({cell})<=100,OR(N({cell})=0,N({cell})>=1))",
        "a number from 1 to 100, or 0. Type 10 for 10 percent, without the percent sign, because "
        "10% is 0.10 in a spreadsheet",
    ),
    "day": Rule(
        "custom",
        f"AND(ISNUMBER({{cell}}),N({{cell}})>={FIRST_SERIAL},"
        f"OR(N({{cell}})<{YEARS.start},N({{cell}})>={YEARS.stop}))",
        "a date such as 2013-12-20; a year is not a date",
    ),
    "document day": Rule(
        "custom",
        f"IF(ISNUMBER({{cell}}),AND({{cell}}>={FIRST_SERIAL},"
        f"OR({{cell}}<{YEARS.start},{{cell}}>={YEARS.stop})),"
        f'LOWER(TRIM({{cell}}))="{NOT_ON_FILE}")',
        f"a date such as 2013-12-20, or '{NOT_ON_FILE}'; a year is not a date",
    ),
    "per": Rule("list", list_of(map(str, UNITS_PRICED_TOGETHER)), f"one of: {PRICED_TOGETHER}"),
    "replaces": Rule(
        "custom",
        f'IF(ISNUMBER({{cell}}),{{cell}}>=0,LOWER(TRIM({{cell}}))="{ALL_BEFORE}")',
        f"the number of an earlier document, or '{ALL_BEFORE}'",
    ),
    "billed": Rule("list", list_of(BILLED), f"one of: {', '.join(BILLED)}; or blank"),
    "counted": Rule("list", list_of(ADDING_UP), f"one of: {', '.join(ADDING_UP)}; or blank"),
    "limit": Rule("decimal", "0", "a quantity above 0, or blank for no limit", "greaterThan"),
    "step": Rule("decimal", "0", "a number above 0, or blank for 1", "greaterThan"),
    "charge": Rule("list", list_of(CHARGES), f"one of: {', '.join(CHARGES)}"),
    "part units": Rule(
        "list", list_of(PARTS_OF_UNITS), f"one of: {', '.join(PARTS_OF_UNITS)}; or blank"
    ),
    "upper end": Rule(
        "custom",
        f'IF(ISNUMBER({{cell}}),{{cell}}>=0,LOWER(TRIM({{cell}}))="{OR_MORE}")',
        f"a quantity, '{OR_MORE}', or blank for Quantity from alone",
    ),
}
"""By the kind of a column."""

KNOWN_SERVICE = "a service that the contract had when this workbook was built"
NEW_SERVICE = f"{KNOWN_SERVICE}. Check the spelling; choose Yes if the row is for a new one"
ITEM = "one of the items in the list; other lines are your own notes"


def add_validation(
    sheet: Worksheet,
    column: Column,
    letter: str,
    first_row: int,
    *,
    choices: str = "",
    expected: str = KNOWN_SERVICE,
    last_row: int = LAST_ROW,
) -> None:
    """Say in each cell of a column what it means, and refuse everything else.

    `choices` are offered to choose from, as a list or the cells of one; Excel asks before
    it takes another, and says what was `expected`, if anything was.
    """
    rule = Rule("list", choices, expected) if choices else RULES.get(column.kind)
    validation = DataValidation(
        type=rule.type if rule else None,
        operator=rule.operator if rule else None,
        formula1=rule.formula.replace("{cell}", f"{letter}{first_row}") if rule else None,
        formula2=rule.upper if rule else None,
        allow_blank=True,
        showErrorMessage=rule is not None and bool(rule.expected),
        showInputMessage=True,
        errorStyle="warning" if choices else "stop",
        errorTitle=column.title if rule and rule.expected else None,
        error=f"Expected: {rule.expected}." if rule and rule.expected else None,
        promptTitle=column.title,
        prompt=_describe(column),
    )
    validation.add(f"{letter}{first_row}:{letter}{last_row}")
    sheet.add_data_validation(validation)


def explain_title(sheet: Worksheet, column: Column, address: str) -> None:
    """Say what a column means beside its title, too, when that is selected."""
    prompt = DataValidation(
        showInputMessage=True,
        promptTitle=column.title,
        prompt=_describe(column),
    )
    prompt.add(address)
    sheet.add_data_validation(prompt)


LONGEST_PROMPT = 255
MORE = {"charge": f"The sheet {GUIDE} explains each method."}
"""What is said besides in some columns, by kind."""


def _describe(column: Column) -> str:
    """What a column means, as long as Excel takes it."""
    said = [sentence(column.meaning), *([MORE[column.kind]] if column.kind in MORE else [])]
    return " ".join(said)[:LONGEST_PROMPT]


def guard_column(sheet: Worksheet, letter: str, first_row: int) -> None:
    """Ask before something is typed over a formula; protected tables would not grow in Excel."""
    validation = DataValidation(
        type="custom",
        formula1="FALSE",
        showErrorMessage=True,
        errorStyle="warning",
        errorTitle="Calculated",
        error="A formula calculates this cell from the cells to the left. Replace the formula?",
    )
    validation.add(f"{letter}{first_row}:{letter}{LAST_ROW}")
    sheet.add_data_validation(validation)


def sentence(words: str) -> str:
    """Words as a sentence of their own."""
    return f"{words[0].upper()}{words[1:]}."

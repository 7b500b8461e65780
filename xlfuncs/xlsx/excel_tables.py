"""Excel tables for input: they grow with the rows, and validate what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableFormula, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Charge, PartUnits
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, YEARS, to_serial
from xlfuncs.sheets.records import LAST_DOCUMENT
from xlfuncs.sheets.schema import LAST_ROW, OR_MORE, Column, column_letter
from xlfuncs.xlsx.styles import write_cell

# Excel tables: they grow with the rows typed below them, formats and formulas included.

STYLE = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
BUTTON = 4
"""Characters of room that a title needs for its indent and for the filter's button."""


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
        column = sheet.column_dimensions[letter]
        column.width = max(column.width, max(map(len, title.split())) + BUTTON)
    last = f"{column_letter(len(titles) - 1)}{first_row + max(rows, 1)}"
    table = Table(displayName=name, name=name, ref=f"A{first_row}:{last}", tableStyleInfo=STYLE)
    table.autoFilter = AutoFilter(ref=table.ref)
    table.tableColumns = [
        TableColumn(
            id=number, name=title, calculatedColumnFormula=_table_formula(formulas.get(title))
        )
        for number, (title, _) in enumerate(titles, 1)
    ]
    sheet.add_table(table)


def _table_formula(formula: str | None) -> TableFormula | None:
    return TableFormula(attr_text=formula) if formula else None


def below(column: str, first_row: int) -> str:
    """All cells of a column from a row on, also those that a table will grow into."""
    return f"{column}{first_row}:{column}{LAST_ROW}"


# What may be typed into a column: the cell says what is expected, before and after.

LONGEST_PROMPT = 255
FIRST_SERIAL = int(to_serial(FIRST_CERTAIN_DAY, date1904=False))
Sternness = Literal["stop", "warning"]
"""Whether Excel refuses what is not expected, or asks."""


def list_of(words: Iterable[str]) -> str:
    """A few words, without commas, as a list to choose from."""
    return f'"{",".join(words)}"'


RULES: dict[str, tuple[dict[str, str], str]] = {
    "document": (
        {"type": "whole", "operator": "between", "formula1": "1", "formula2": str(LAST_DOCUMENT)},
        "the number of the amendment, a whole number from 1 on",
    ),
    "agreement": (
        {"type": "whole", "operator": "equal", "formula1": "0"},
        "0 or nothing; amendments have a sheet of their own",
    ),
    "figure": (
        {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"},
        "a number, 0 or more",
    ),
    "money": (
        {
            "type": "custom",
            "formula1": "AND(ISNUMBER({cell}),N({cell})>=0,ROUND(N({cell}),2)=N({cell}))",
        },
        "an amount to the cent, 0 or more",
    ),
    "percent": (
        {"type": "decimal", "operator": "between", "formula1": "0", "formula2": "100"},
        "a number from 0 to 100, such as 15 for 15 percent off",
    ),
    "day": (
        {
            "type": "custom",
            "formula1": f"AND(ISNUMBER({{cell}}),N({{cell}})>={FIRST_SERIAL},"
            f"OR(N({{cell}})<{YEARS.start},N({{cell}})>={YEARS.stop}))",
        },
        "a date such as 2013-12-20; a year is no day",
    ),
    "step": (
        {"type": "decimal", "operator": "greaterThan", "formula1": "0"},
        "a number above 0, or nothing for 1",
    ),
    "charge": (
        {"type": "list", "formula1": list_of(charge.value for charge in Charge)},
        f"one of: {', '.join(charge.value for charge in Charge)}",
    ),
    "part units": (
        {"type": "list", "formula1": list_of(each.value for each in PartUnits)},
        f"one of: {', '.join(each.value for each in PartUnits)}; or nothing",
    ),
    "upper end": (
        {
            "type": "custom",
            "formula1": f'IF(ISNUMBER({{cell}}),{{cell}}>=0,LOWER(TRIM({{cell}}))="{OR_MORE}")',
        },
        f"a quantity, '{OR_MORE}', or nothing for exactly the first quantity",
    ),
}
"""By the kind of a column: the rule as Excel has it, and what is expected in words."""


def add_validation(
    sheet: Worksheet,
    column: Column,
    letter: str,
    first_row: int,
    *,
    choices: str = "",
    last_row: int = LAST_ROW,
) -> None:
    """Say in each cell of a column what it means, and refuse everything else.

    `choices` are offered to choose from, as a list or the cells of one; Excel asks before
    it takes another.
    """
    rule, expected = RULES.get(column.kind, ({}, ""))
    style: Sternness = "stop"
    if choices:
        rule, style = {"type": "list", "formula1": choices}, "warning"
        expected = "one of the names in the list, as the contract was when this workbook was built"
    cell = f"{letter}{first_row}"
    validation = DataValidation(
        **{key: text.replace("{cell}", cell) for key, text in rule.items()},  # type: ignore[arg-type]
        allow_blank=True,
        showErrorMessage=bool(rule),
        showInputMessage=True,
        errorStyle=style,
        errorTitle=column.title if rule else None,
        error=f"Expected: {expected}." if rule else None,
        promptTitle=column.title,
        prompt=sentence(column.meaning)[:LONGEST_PROMPT],
    )
    validation.add(f"{letter}{first_row}:{letter}{last_row}")
    sheet.add_data_validation(validation)


def guard_column(sheet: Worksheet, letter: str, first_row: int) -> None:
    """Ask before something is typed over a formula; protected tables would not grow in Excel."""
    validation = DataValidation(
        type="custom",
        formula1="FALSE",
        showErrorMessage=True,
        errorStyle="warning",
        errorTitle="Worked out",
        error="This cell is worked out from the cells to the left. Type over it all the same?",
    )
    validation.add(below(letter, first_row))
    sheet.add_data_validation(validation)


def sentence(words: str) -> str:
    """Words as a sentence of their own."""
    return f"{words[0].upper()}{words[1:]}."

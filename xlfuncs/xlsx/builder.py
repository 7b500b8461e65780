"""Build the workbook of a contract: purchases priced by formulas, and the sheets they look at."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from io import BytesIO
from typing import Any

from openpyxl import Workbook as Book
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.functions.cache import Workbook
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.draft import Draft, Entered, grid_of
from xlfuncs.sheets.reader import Reading, Sheets, read_sheets
from xlfuncs.sheets.schema import (
    CHECKS,
    COLUMNS,
    COUNTED,
    GUIDE,
    PARTICULAR_COLUMNS,
    POINTS,
    PRICE_LIST,
    PURCHASES,
    SETTINGS,
    SHEETS,
)
from xlfuncs.xlsx import inventory
from xlfuncs.xlsx.cell_values import unescaped
from xlfuncs.xlsx.charts import DESCRIPTIONS, draw_charts
from xlfuncs.xlsx.formulas import Formulas
from xlfuncs.xlsx.generated_content import (
    BUILT,
    FINGERPRINT,
    FROM_CONTRACT,
    FROM_WORKBOOK,
    PART,
    ROWS,
    UNKNOWN,
    code_of,
    fingerprint_of,
    record_of,
    surroundings_of,
)
from xlfuncs.xlsx.lambdas.definitions import Names
from xlfuncs.xlsx.lambdas.stored_answers import answered_by_names
from xlfuncs.xlsx.lambdas.stored_values import values_of
from xlfuncs.xlsx.package import parts_of
from xlfuncs.xlsx.package_writer import dynamic, finished, packed
from xlfuncs.xlsx.sheets.checks import write_checks
from xlfuncs.xlsx.sheets.contract import STATED, TITLE_ROW, write_stated
from xlfuncs.xlsx.sheets.guide import WITH_MACROS, WITH_NAMES, WITHOUT_MACROS, write_guide
from xlfuncs.xlsx.sheets.hidden import add_names, write_record, write_rows
from xlfuncs.xlsx.sheets.price_list import write_price_list
from xlfuncs.xlsx.sheets.purchases import write_purchases
from xlfuncs.xlsx.styles import add_styles, escaped
from xlfuncs.xlsx.vba.project import add_note, add_settings, modules_for, noted
from xlfuncs.xlsx.vba.reader import compared

# The kinds of workbooks.


class Kind(StrEnum):
    """The kinds of workbooks, by what answers in them; most by how their names end."""

    BARE = ".xlsx without functions"
    NAMES = ".xlsx"
    MACROS = ".xlsm"
    ADD_IN = ".xlam"


HAVING_MACROS = (Kind.MACROS, Kind.ADD_IN)
ANSWERING = {
    Kind.BARE: WITHOUT_MACROS,
    Kind.NAMES: WITH_NAMES,
    **dict.fromkeys(HAVING_MACROS, WITH_MACROS),
}
"""What the sheet Guide says of what answers."""


# The workbook of a contract: purchases priced by formulas, beside the sheets that price them.

CALCULATION_ENGINE = 191029
"""A current one: for files of an older engine, Excel calculates anew before it shows a value."""


def build(draft: Draft, built: date, kind: Kind = Kind.BARE) -> bytes:
    """The workbook as a file's content; the same draft, day and kind always give the same bytes.

    With names, Excel 365 answers in it; with macros, Excel on Windows; as an add-in, in every
    workbook; without functions, whatever brings them. `built` is the day
    that the sheet Checks names, and that a new Price list shows where the contract itself names no
    day. Raises ValueError for a draft that no contract can be read from; whoever has a workbook or
    a contract file reads that first.
    """
    reading = _reading_of(draft)
    contract = reading.contract
    if contract is None:
        raise ValueError(f"no contract: {reading.problems[0]}")
    names = Names(contract.prefix) if kind == Kind.NAMES else None
    workbook = Workbook(reading)
    by_names = answered_by_names(workbook, draft, contract) if names else None
    formulas = Formulas(workbook, contract.prefix, by_names)
    book = Book()
    book.remove(book.worksheets[0])
    add_styles(book)
    sheets = {name: book.create_sheet(name) for name in (*SHEETS, POINTS)}
    if not draft.from_workbook:
        draft = draft._replace(chosen={"purchased": Entered(built), **draft.chosen})
    values = _fill(sheets, contract, draft, formulas, built)
    write_guide(sheets[GUIDE], contract, formulas, ANSWERING[kind])
    if names:
        sheets[COUNTED] = book.create_sheet(COUNTED)
        columns = values_of(draft, contract, TITLE_ROW)
        values[COUNTED] = write_rows(sheets[COUNTED], names, columns)
        add_names(book, names)
    sheets[POINTS].sheet_state = "hidden"
    modules = modules_for(contract.prefix) if kind in HAVING_MACROS else ()
    if modules:
        sheets[SETTINGS] = add_settings(book)
        add_note(book)
    book.calculation = CalcProperties(calcId=CALCULATION_ENGINE, fullCalcOnLoad=_unknown(draft))
    book.properties.creator, book.properties.title = "xlfuncs", escaped(contract.name)
    cells = {title: _entered(sheet) for title, sheet in sheets.items()}
    code = code_of({name: compared(text) for name, text, _ in modules}, _functions(names))
    write_record(sheets[POINTS], record_of(surroundings_of(cells, cells, (), code)))
    _prepare_stamp(book, draft, built)
    content = BytesIO()
    book.save(content)
    charts = dict(list(DESCRIPTIONS.items())[: len(sheets[PRICE_LIST]._charts)])
    stored = [values.get(name, {}) for name in sheets]
    parts = finished(parts_of(content.getvalue()), stored, charts)
    parts = dynamic(parts, names.called) if names else parts
    if modules:
        from xlfuncs.xlsx.vba.project import with_macros

        parts = with_macros(noted(parts, packed(parts)), modules, add_in=kind == Kind.ADD_IN)
    return packed(_stamped(parts))


def _entered(sheet: Worksheet) -> list[list[Any]]:
    """What is entered in the cells of a sheet, texts as a reader of the file sees them."""
    rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    return [[unescaped(each) if isinstance(each, str) else each for each in row] for row in rows]


def _functions(names: Names | None) -> dict[str, str]:
    found = names.all() if names else {}
    return {name: inventory.compared(formula) for name, (formula, _) in found.items()}


def _unknown(draft: Draft) -> bool:
    """Whether Excel has to work out a formula that whoever saved the workbook had not."""
    lines = (line for rows in (draft.purchases, draft.contract, [draft.chosen]) for line in rows)
    cells = (entered for line in lines for entered in line.values())
    return any(entered.formula and entered.value is None for entered in cells)


def _reading_of(draft: Draft) -> Reading:
    return read_sheets(
        Sheets(
            grid_of(COLUMNS, draft.tiers, TITLE_ROW),
            grid_of(COLUMNS, draft.amendments, TITLE_ROW),
            grid_of(PARTICULAR_COLUMNS, draft.contract, TITLE_ROW),
        )
    )


def _prepare_stamp(book: Book, draft: Draft, built: date) -> None:
    rows = FROM_WORKBOOK if draft.from_workbook else FROM_CONTRACT
    properties: Any = vars(book)["custom_doc_props"]  # which the stubs lack
    for name, text in (
        (BUILT, f"{built}"),
        (ROWS, rows),
        (FINGERPRINT, UNKNOWN),
    ):
        properties.append(StringProperty(name=name, value=text))


def _stamped(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts with the fingerprint by which a later build knows whether somebody saved them."""
    fingerprint = fingerprint_of(parts).encode()
    return {**parts, PART: parts[PART].replace(UNKNOWN.encode(), fingerprint)}


def _fill(
    sheets: dict[str, Worksheet],
    contract: Contract,
    draft: Draft,
    formulas: Formulas,
    built: date,
) -> dict[str, dict[str, Cell]]:
    """Fills every sheet; answers the values of the formulas by sheet and cell."""
    name = contract.name
    values: dict[str, dict[str, Cell]] = {}
    lines = (draft.tiers, draft.amendments, draft.contract)
    for stated, rows in zip(STATED, lines, strict=True):
        values[stated.name] = write_stated(sheets[stated.name], stated, rows, name)
    values[CHECKS], found = write_checks(sheets[CHECKS], name, formulas, built)
    values[PURCHASES] = write_purchases(
        sheets[PURCHASES], contract, draft.purchases, formulas, found
    )
    price_list = write_price_list(sheets[PRICE_LIST], contract, draft.chosen, formulas)
    values[PRICE_LIST] = price_list.values
    values[POINTS] = draw_charts(sheets[PRICE_LIST], sheets[POINTS], contract, price_list, formulas)
    return values

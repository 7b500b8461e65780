"""Build the workbook of a contract: purchases priced by formulas, and what prices them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.errors import FileFormatError
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.draft import Draft, InputCell, build_grid
from xlfuncs.sheets.reader import Sheets, read_rows, read_sheets
from xlfuncs.sheets.schema import (
    CHECKS,
    COLUMNS,
    GUIDE,
    LAMBDA_ROWS,
    PARTICULAR_COLUMNS,
    POINTS,
    PRICE_LIST,
    PURCHASES,
    RECORD,
    SETTINGS,
    SHEETS,
    TITLE_ROW,
)
from xlfuncs.xlsx.cell_values import escape_text, unescape_text
from xlfuncs.xlsx.charts import DESCRIPTIONS, draw_charts
from xlfuncs.xlsx.formulas import Formulas
from xlfuncs.xlsx.generated_content import (
    STAMP_PART,
    STAMP_PREFIX,
    find_generated_content,
    format_record,
    name_code,
    normalize_lambda,
)
from xlfuncs.xlsx.lambdas.answers import build_formula_functions
from xlfuncs.xlsx.lambdas.definitions import LambdaNames, add_names, write_rows
from xlfuncs.xlsx.lambdas.live_findings import LiveFindings
from xlfuncs.xlsx.package import LARGEST, open_package, read_parts, refuse_damage
from xlfuncs.xlsx.package_writer import finish_parts, pack_parts
from xlfuncs.xlsx.sheets.bought_before import adds_up_by_period, write_how_purchases_add_up
from xlfuncs.xlsx.sheets.checks import write_checks
from xlfuncs.xlsx.sheets.contract import FIRST_POINT_ROW, INPUT_SHEETS, write_input_sheet
from xlfuncs.xlsx.sheets.guide import WITH_LAMBDAS, WITH_MACROS, WITHOUT_MACROS, write_guide
from xlfuncs.xlsx.sheets.price_list import write_price_list
from xlfuncs.xlsx.sheets.purchases import add_named_cells, write_purchases
from xlfuncs.xlsx.sheets.question_box import complete_question
from xlfuncs.xlsx.sheets.self_check import write_self_check
from xlfuncs.xlsx.styles import NOTE, POINT, add_styles, write_cell
from xlfuncs.xlsx.vba.project import (
    add_macros,
    add_note,
    add_settings,
    fill_note,
    list_modules,
    normalize_module,
)


class WorkbookKind(StrEnum):
    """The kinds of workbooks, by what computes in them; most by how their names end."""

    BARE = ".xlsx without functions"
    LAMBDAS = ".xlsx"
    MACROS = ".xlsm"
    ADD_IN = ".xlam"


HAVING_MACROS = (WorkbookKind.MACROS, WorkbookKind.ADD_IN)
GUIDE_LINES = {
    WorkbookKind.BARE: WITHOUT_MACROS,
    WorkbookKind.LAMBDAS: WITH_LAMBDAS,
    **dict.fromkeys(HAVING_MACROS, WITH_MACROS),
}
"""What the sheet Guide says of what computes the prices."""

CALCULATION_ENGINE = 191029
"""A current one: for files of an older engine, Excel recalculates before it shows a value."""


def build_workbook(
    draft: Draft,
    built: date,
    kind: WorkbookKind = WorkbookKind.BARE,
    *,
    self_check: bool = False,
) -> bytes:
    """Build the workbook of a contract as a file's content.

    With `self_check`, a workbook whose functions are LAMBDA names begins with a sheet on which they
    are compared with what the core returns.

    The same draft, day and kind always give the same bytes. `built` is the day that the sheet
    Checks names, that the file bears, and that Price list and the box on Purchases show where the
    contract itself names no day. Raises ValueError for a draft that no contract can be read from;
    whoever has a workbook or a contract file reads that first.
    """
    read_back = _sheets_of(draft)
    reading = read_sheets(read_back)
    contract = reading.contract
    if contract is None:
        raise ValueError(f"no contract: {reading.problems[0]}")
    names = LambdaNames(contract.prefix) if kind == WorkbookKind.LAMBDAS else None
    formulas, live = _price(read_back, contract.prefix, kind, built)
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    add_styles(workbook)
    sheets = {name: workbook.create_sheet(name) for name in (*SHEETS, POINTS)}
    if not draft.from_workbook:
        today = {"purchased": InputCell(built)}
        question = complete_question(contract, draft)
        chosen, asked = ({**today, **each} for each in (draft.chosen, question))
        draft = replace(draft, chosen=chosen, asked=asked)
    values = _fill(sheets, contract, draft, formulas, built)
    write_guide(sheets[GUIDE], contract, formulas, GUIDE_LINES[kind])
    if names and live:
        sheets[LAMBDA_ROWS] = workbook.create_sheet(LAMBDA_ROWS)
        sizes, lines = _sizes(draft, contract, live.points), live.list_built(built)
        values[LAMBDA_ROWS] = write_rows(sheets[LAMBDA_ROWS], names, sizes, lines)
        add_names(workbook, names)
    add_named_cells(workbook, contract)
    if self_check:
        for name, (sheet, cells) in _add_self_check(workbook, draft, contract, built).items():
            sheets[name], values[name] = sheet, cells
        sheets = {sheet.title: sheets[sheet.title] for sheet in workbook.worksheets}
    sheets[POINTS].sheet_state = "hidden"
    modules = list_modules(contract.prefix) if kind in HAVING_MACROS else ()
    if modules:
        sheets[SETTINGS] = add_settings(workbook)
        add_note(workbook)
    calculate = names is not None or _has_unknown_values(draft)
    workbook.calculation = CalcProperties(calcId=CALCULATION_ENGINE, fullCalcOnLoad=calculate)
    workbook.properties.creator, workbook.properties.title = "xlfuncs", escape_text(contract.name)
    code = name_code(
        {each.name: normalize_module(each.text) for each in modules},
        {each.name: normalize_lambda(each.formula) for each in names.definitions} if names else {},
    )
    write_record(sheets, code)
    _prepare_stamp(workbook, draft, built)
    saved = BytesIO()
    workbook.save(saved)
    charts = dict(list(DESCRIPTIONS.items())[: len(sheets[PRICE_LIST]._charts)])
    stored = [values.get(name, {}) for name in sheets]
    spilling = names.call_pattern if names else ""
    parts = finish_parts(read_parts(saved.getvalue()), stored, charts, spilling, built)
    if modules:
        noted = fill_note(parts, pack_parts(parts))
        parts = add_macros(noted, modules, add_in=kind == WorkbookKind.ADD_IN)
    return pack_parts(_stamp(parts), built)


def _sheets_of(draft: Draft) -> Sheets:
    """The sheets as they will be; what cannot be read there is not built."""
    return Sheets(
        build_grid(COLUMNS, draft.tiers, TITLE_ROW),
        build_grid(COLUMNS, draft.amendments, TITLE_ROW),
        build_grid(PARTICULAR_COLUMNS, draft.contract, TITLE_ROW),
    )


def _price(
    sheets: Sheets, prefix: str, kind: WorkbookKind, built: date
) -> tuple[Formulas, LiveFindings | None]:
    """The formulas of a workbook of this kind with what they return, and what they find."""
    reading = read_sheets(sheets)
    priced = PricedSheets(reading)
    if kind != WorkbookKind.LAMBDAS:
        return Formulas(priced, prefix), None
    live = LiveFindings(reading, read_rows(sheets))
    return Formulas(priced, prefix, build_formula_functions(priced, live, built)), live


def _add_self_check(
    workbook: Workbook, draft: Draft, contract: Contract, built: date
) -> dict[str, tuple[Worksheet, dict[str, Cell]]]:
    """Add the sheets of a self-check. Returns them by name, with the values of their formulas."""

    def calculate(edited: Draft) -> Formulas:
        return _price(_sheets_of(edited), contract.prefix, WorkbookKind.LAMBDAS, built)[0]

    return write_self_check(workbook, draft, contract, calculate, built)


def _fill(
    sheets: dict[str, Worksheet],
    contract: Contract,
    draft: Draft,
    formulas: Formulas,
    built: date,
) -> dict[str, dict[str, Cell]]:
    """Fill the sheets that every workbook has. Returns the values of formulas by sheet and cell."""
    name = contract.name
    values: dict[str, dict[str, Cell]] = {}
    lines = (draft.tiers, draft.amendments, draft.contract)
    for stated, rows in zip(INPUT_SHEETS, lines, strict=True):
        values[stated.name] = write_input_sheet(sheets[stated.name], stated, rows, contract)
    values[CHECKS], finding_counts = write_checks(sheets[CHECKS], name, formulas, built)
    values[PURCHASES] = write_purchases(
        sheets[PURCHASES], contract, draft, formulas, finding_counts
    )
    price_list = write_price_list(sheets[PRICE_LIST], contract, draft.chosen, formulas)
    values[PRICE_LIST] = price_list.values
    points = sheets[POINTS]
    values[POINTS] = draw_charts(sheets[PRICE_LIST], points, contract, price_list, formulas)
    if adds_up_by_period(contract):
        values[POINTS] |= write_how_purchases_add_up(points, contract, draft.purchases)
    return values


def _sizes(draft: Draft, contract: Contract, points: int) -> dict[str, int]:
    """The rows of each block of the sheet Rows; a table has at least one."""
    rows = sum(max(1, len(lines)) for lines in (draft.tiers, draft.amendments))
    services = len(contract.services)
    return {
        "Found": 1,
        "Rows": rows,
        "Services": services,
        "Grid": max(1, points),
        "Findings": rows,
    }


def _has_unknown_values(draft: Draft) -> bool:
    """Whether a formula that somebody entered had no value in the workbook it came from."""
    single = [draft.chosen, draft.asked]
    lines = (line for rows in (draft.purchases, draft.contract, single) for line in rows)
    cells = (cell for line in lines for cell in line.values())
    return any(cell.formula and cell.value is None for cell in cells)


# The record of what the build wrote: by it a later build knows what somebody changed.


def write_record(sheets: Mapping[str, Worksheet], code: Mapping[str, str]) -> None:
    """Record on the hidden sheet what the build wrote on all sheets, and its code."""
    content = {title: _content_of(sheet) for title, sheet in sheets.items()}
    record = format_record(find_generated_content(content, content, (), code))
    write_cell(sheets[POINTS], f"{RECORD}{FIRST_POINT_ROW - 1}", "Written by the build", NOTE)
    for row, line in enumerate(record, FIRST_POINT_ROW):
        write_cell(sheets[POINTS], f"{RECORD}{row}", line, POINT)


def _content_of(sheet: Worksheet) -> list[list[Any]]:
    """The content of a sheet's cells, texts as a reader of the file sees them."""
    rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    return [
        [unescape_text(each) if isinstance(each, str) else each for each in row] for row in rows
    ]


# The stamp of a build: what the file says of itself in its document properties.

BUILT, ROWS, FINGERPRINT = (f"{STAMP_PREFIX}{word}" for word in ("built", "rows", "fingerprint"))
NO_FINGERPRINT = "0" * 64
"""Written in place of the fingerprint until it is known."""

FROM_CONTRACT, FROM_WORKBOOK = "from a contract file", "from a workbook"
"""Where the rows of a build came from."""


def _prepare_stamp(workbook: Workbook, draft: Draft, built: date) -> None:
    rows = FROM_WORKBOOK if draft.from_workbook else FROM_CONTRACT
    properties: Any = vars(workbook)["custom_doc_props"]  # which the stubs lack
    for name, text in ((BUILT, f"{built}"), (ROWS, rows), (FINGERPRINT, NO_FINGERPRINT)):
        properties.append(StringProperty(name=name, value=text))


def _stamp(parts: dict[str, bytes]) -> dict[str, bytes]:
    fingerprint = compute_fingerprint({name: [part] for name, part in parts.items()}).encode()
    return {**parts, STAMP_PART: parts[STAMP_PART].replace(NO_FINGERPRINT.encode(), fingerprint)}


@dataclass(frozen=True, slots=True)
class Stamp:
    """The day of the build, where its rows came from, and the fingerprint of the file."""

    built: date
    rows: str
    fingerprint: str


def compute_fingerprint(parts: Mapping[str, Iterable[bytes]]) -> str:
    """The fingerprint of a workbook's parts, each in chunks, with `NO_FINGERPRINT` in the stamp."""
    lines = []
    for name in sorted(parts):
        digest = sha256()
        for chunk in parts[name]:
            digest.update(chunk)
        lines.append(f"{name} {digest.hexdigest()}")
    return sha256("\n".join(lines).encode()).hexdigest()


def _read_stamp(content: bytes) -> Stamp | None:
    """The stamp of a file, None where there is none that could be read."""
    try:
        with refuse_damage():
            root = open_package(content).tree(STAMP_PART)
        found = {each.get("name"): "".join(each.itertext()) for each in root}
        return Stamp(date.fromisoformat(found[BUILT]), found[ROWS], found[FINGERPRINT])
    except (KeyError, ValueError, FileFormatError):
        return None


def read_build_day(content: bytes) -> date | None:
    """The day on which a file was built, None where it does not say so."""
    stamp = _read_stamp(content)
    return stamp.built if stamp else None


def is_untouched(content: bytes) -> bool:
    """Whether a file is a build to the byte, as nobody has saved it since."""
    return _untouched_stamp(content) is not None


def is_reproducible(content: bytes) -> bool:
    """Whether a file is an untouched build whose rows are in a contract file."""
    stamp = _untouched_stamp(content)
    return stamp is not None and stamp.rows == FROM_CONTRACT


def _untouched_stamp(content: bytes) -> Stamp | None:
    stamp = _read_stamp(content)
    if stamp is None:
        return None
    try:
        package = open_package(content)
        parts = {name: package.chunks(name, LARGEST) for name in package}
        stated = package[STAMP_PART].replace(stamp.fingerprint.encode(), NO_FINGERPRINT.encode())
        parts[STAMP_PART] = iter([stated])
        return stamp if stamp.fingerprint == compute_fingerprint(parts) else None
    except FileFormatError:  # one of its parts is damaged
        return None

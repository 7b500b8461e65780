"""The hosts that are asked the one suite of questions, each as its users ask it."""

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import lambda_hosts
from tests.support.asked_books import Formula, template, with_questions, with_rows
from tests.support.calc_books import answer_of, enter, opened
from tests.support.calc_session import Calc
from tests.support.declared_differences import (
    Question,
    as_calc_hands_over,
    as_office_hands_over,
    declared,
    several_errors,
)
from tests.support.parity import FUNCTIONS, NOT_ASKED, Answers, Host
from tests.support.vba_values import as_tuples, handed_over, understood, value2
from tests.support.workbook_edits import BUILT, built, shipped_draft
from tests.support.xlwings_session import Macros
from xlfuncs.addin.contract_file import format_contract
from xlfuncs.cli import main
from xlfuncs.functions.cache import read_workbook
from xlfuncs.hosts.office import answer, open_contract
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, CellError, is_blank
from xlfuncs.sheets.draft import build_draft
from xlfuncs.sheets.reader import Sheets
from xlfuncs.sheets.schema import column_letter
from xlfuncs.xlsx.builder import WorkbookKind as Book
from xlfuncs.xlsx.builder import build_workbook
from xlfuncs.xlsx.package_writer import pack_parts

FIRST_DAY, LAST_DAY = 61, 2_958_465


def command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> Host:
    """Asks `xlfuncs price`, of a workbook that is built from the contract."""
    path = folder / "contract.xlsx"

    def answers(sheets: Sheets, questions: Sequence[Question]) -> list[list[Cell]]:
        path.write_bytes(workbook_with(sheets))
        found = []
        for question in questions:
            words = typed(question)
            if words is None:
                found.append([NOT_ASKED] * len(FUNCTIONS))
                continue
            status = main(["price", *words, "--contract", str(path), "--json"])
            found.append(printed(status, capsys.readouterr().out))
        return found

    return Host("command line", answers)


def workbook_with(sheets: Sheets) -> bytes:
    """What nobody can read, nobody can build: such rows are typed into another workbook."""
    contract = read_workbook(sheets).reading.contract
    if contract is not None:
        return built(contract)
    return pack_parts(with_rows(with_names(), sheets.tiers, sheets.amendments))


def typed(question: Question) -> list[str] | None:
    """A question as words of a command, None where it cannot be typed."""
    quantity, purchased, service, known_on, before = question
    days = [as_typed(day) for day in (purchased, known_on)]
    if isinstance(quantity, bool) or not isinstance(quantity, float) or None in days:
        return None
    if not is_blank(service) and not isinstance(service, str):
        return None
    if not is_blank(before) and (isinstance(before, bool) or not isinstance(before, float)):
        return None
    named = [] if is_blank(service) else [f"--service={service}"]
    known = [] if is_blank(known_on) else [f"--known-on={days[1]}"]
    after = [] if is_blank(before) else [f"--before={Decimal(repr(before)):f}"]
    return [f"{Decimal(repr(quantity)):f}", str(days[0]), *named, *known, *after]


def as_typed(day: Cell) -> str | None:
    if isinstance(day, str):
        return day
    if isinstance(day, float) and FIRST_DAY <= day < LAST_DAY + 1:
        return (date(1899, 12, 30) + timedelta(days=int(day))).isoformat()
    return None


def printed(status: int, out: str) -> list[Cell]:
    """What the command printed: its exit status tells the kind. It tells of no saving."""
    if status == 2:
        kind = Outcome.BAD_INPUT if out else Outcome.NOT_DETERMINABLE
        return [kind] * len(FUNCTIONS)
    answer = json.loads(out)
    assert (answer["kind"] == Outcome.PRICE.value) == (status == 0), answer
    price, unit_price = (
        NOT_AVAILABLE if answer[each] is None else float(answer[each])
        for each in ("price", "unit_price")
    )
    return [price, unit_price, NOT_ASKED, answer["source"] or NOT_AVAILABLE]


def excel(macros: Macros) -> Host:
    """Asks the macros through COM."""

    def answers(sheets: Sheets, questions: Sequence[Question]) -> list[list[Cell]]:
        key = macros.read_sheets(*handed_over(as_tuples(sheets)))
        sent = [[value2(None if cell == "" else cell) for cell in each] for each in questions]
        found = [macros.answers(key, function, sent) for function in FUNCTIONS]
        return [[understood(cell) for cell in row] for row in zip(*found, strict=True)]

    return Host("Excel", answers)


Ask = Callable[[str, list[tuple[str, str]]], list[Any]]
"""Puts calls, each a function and its arguments as JSON, to an add-in with a contract's text."""


def office(name: str, ask: Ask) -> Host:
    """Asks an Office add-in, whose page is given cells as Excel gives them.

    All questions of a function are one call with ranges. What nobody can read has no add-in.
    """

    def answers(sheets: Sheets, questions: Sequence[Question]) -> list[list[Cell]]:
        contract = read_workbook(sheets).reading.contract
        if contract is None:
            return [[NOT_ASKED] * len(FUNCTIONS)] * len(questions)
        columns = [
            [[cell_for_office(cell)] for cell in column] for column in zip(*questions, strict=True)
        ]
        calls = [(function, json.dumps(columns)) for function in FUNCTIONS]
        found = ask(format_contract(build_draft(contract)), calls)
        assert all(len(column) == len(questions) for column in found)
        return [[cell_from_office(cell) for [cell] in row] for row in zip(*found, strict=True)]

    return Host(name, answers, as_office_hands_over)


def by_adapter(contract: str, calls: list[tuple[str, str]]) -> list[Any]:
    """Asks what the page calls, in this Python."""
    opened = open_contract(contract)
    return [json.loads(answer(opened, name, arguments)) for name, arguments in calls]


OFFICE_NAMES = {
    "#NULL!": "Null",
    "#DIV/0!": "Div0",
    "#VALUE!": "Value",
    "#REF!": "Ref",
    "#NAME?": "Name",
    "#NUM!": "Num",
    "#N/A": "NotAvailable",
}
"""Excel.ErrorCellValueType, by what a cell shows."""


def cell_for_office(cell: Cell) -> Any:
    if isinstance(cell, CellError):
        error = {"type": "Error", "basicType": "Error", "basicValue": cell.code}
        return {**error, "errorType": OFFICE_NAMES[cell.code]}
    return None if cell == "" else cell


def cell_from_office(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return float(cell) if type(cell) is int else cell
    assert cell["type"] == cell["basicType"] == "Error", cell
    assert OFFICE_NAMES[cell["basicValue"]] == cell["errorType"], cell
    return CellError(cell["basicValue"])


def libreoffice(calc: Calc) -> Host:
    """Asks the extension in Calc."""

    def answers(sheets: Sheets, questions: Sequence[Question]) -> list[list[Cell]]:
        book = opened(calc, sheets)
        enter(calc, book, "Sheet1", questions)
        formulas = [
            [f"=QUALYS_{function}(A{row};B{row};C{row};D{row};E{row})" for function in FUNCTIONS]
            for row in range(1, len(questions) + 1)
        ]
        address = f"F1:{column_letter(4 + len(FUNCTIONS))}{len(questions)}"
        calc.type_all(book, "Sheet1", address, formulas)
        found = calc.values(book, "Sheet1", address)
        calc.close(book)
        return [[answer_of(cell) for cell in row] for row in found]

    return Host("Calc", answers, as_calc_hands_over)


@cache
def with_names() -> dict[str, bytes]:
    return template(build_workbook(shipped_draft(), BUILT, Book.LAMBDAS))


def names_in(engine: str) -> Host:
    """Asks the LAMBDA names of a workbook in one of the programs that work them out."""
    return Host(
        engine,
        by_names(lambda_hosts.HOSTS[engine]),
        excused=lambda case, answer: (
            declared(case, answer) or (several_errors(case.question) and answer in case.question)
        ),
    )


def by_names(works_out: lambda_hosts.Host) -> Answers:
    def answers(sheets: Sheets, questions: Sequence[Question]) -> list[list[Cell]]:
        rows = [
            [
                *question,
                *(
                    Formula(lambda_hosts.called("QUALYS", each, [f"{a}{row}" for a in "ABCDE"]))
                    for each in FUNCTIONS
                ),
            ]
            for row, question in enumerate(questions, 1)
        ]
        content = with_questions(with_rows(with_names(), sheets.tiers, sheets.amendments), rows)
        return [row[5:] for row in works_out(content, len(rows), 5 + len(FUNCTIONS))]

    return answers

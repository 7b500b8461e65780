"""The workbook that checks itself: what is asked, what is expected, and what it shows unasked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.golden import self_check_of_today
from tests.support.places import CONTRACTS
from tests.support.small_contract import AGREEMENT, CONTRACT
from tests.support.workbook_edits import BUILT
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.errors import InputError
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.loader import SHIPPED, load_draft
from xlfuncs.pricing.contract import Charge, Contract, Row
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.draft import Draft, build_draft, build_grid
from xlfuncs.sheets.reader import Sheets, read_rows, read_sheets
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    COLUMNS,
    PARTICULAR_COLUMNS,
    POINTS,
    SHEETS,
    TIERS,
    TITLE_ROW,
)
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.formulas import Formula, Formulas
from xlfuncs.xlsx.lambdas.answers import build_formula_functions
from xlfuncs.xlsx.lambdas.live_findings import LiveFindings
from xlfuncs.xlsx.self_check import (
    CONTRACT_FILE,
    SELF_CHECK,
    SELF_CHECK_TABLES,
    Check,
    SelfCheck,
    Spill,
    is_self_check,
    plan_self_check,
)
from xlfuncs.xlsx.sheets.self_check import (
    CALL,
    DETAIL,
    EDIT_ROW,
    EXPECTED,
    FIRST_ROW,
    LINE,
    RESULT,
    SAME,
    WAITING,
)


def sheets_as_built(draft: Draft) -> Sheets:
    return Sheets(
        build_grid(COLUMNS, draft.tiers, TITLE_ROW),
        build_grid(COLUMNS, draft.amendments, TITLE_ROW),
        build_grid(PARTICULAR_COLUMNS, draft.contract, TITLE_ROW),
    )


def read_back(draft: Draft) -> Any:
    return read_sheets(sheets_as_built(draft))


def calculate(draft: Draft) -> Formulas:
    sheets = sheets_as_built(draft)
    reading = read_sheets(sheets)
    priced, live = PricedSheets(reading), LiveFindings(reading, read_rows(sheets))
    return Formulas(priced, "TEST", build_formula_functions(priced, live, BUILT))


def plan_of(draft: Draft) -> SelfCheck:
    return plan_self_check(draft, read_back(draft).contract, calculate)


DAYS = "Days on both sides of a boundary"


@cache
def shipped() -> tuple[Contract, Draft, SelfCheck]:
    """The contract that was made to be checked."""
    reading, draft = load_draft(CONTRACT_FILE)
    return reading.contract, draft, plan_of(draft)


def checks_of(plan: SelfCheck) -> Iterator[Check | Spill]:
    for checks in plan.groups.values():
        yield from checks
    yield from plan.spills


def small(text: str = CONTRACT) -> Draft:
    return build_draft(read_toml(text.encode()).contract)


def test_the_contract_has_every_charge_and_every_outcome() -> None:
    contract, draft, plan = shipped()
    assert {row.charge for row in contract.rows} == set(Charge)
    formulas = calculate(draft)
    explained = [
        str(check.answer(formulas))
        for checks in plan.groups.values()
        for check in checks
        if check.function == "EXPLAIN"
    ]
    reasons = {outcome.value for outcome in Outcome if outcome is not Outcome.PRICE}
    assert {reason for reason in reasons if any(each.startswith(reason) for each in explained)} == (
        reasons
    )
    assert any(each[0].isdigit() for each in explained)


def test_every_function_of_the_workbook_is_asked() -> None:
    lacking = {"CHECK"}  # which is no name
    asked = {check.function for check in checks_of(shipped()[2])}
    assert asked == {function.name for function in FUNCTIONS} - lacking


def test_every_day_of_the_contract_is_asked_on_both_sides() -> None:
    contract, _, plan = shipped()
    asked = {check.arguments[1].value for check in plan.groups[DAYS]}
    before_edits = (row for row in contract.rows if row.service != "Edits")
    every = {
        boundary + timedelta(days=days)
        for row in before_edits
        for boundary in boundaries(row)
        for days in (-1, 0, 1)
    }
    assert len(every) > 40
    assert asked >= every


def boundaries(row: Row) -> Iterator[date]:
    days = (row.signed, row.effective, row.purchased_from, row.purchased_through, row.ends)
    return (day for day in days if day)


def test_half_a_step_of_each_service_is_asked_with_both_sides_of_it() -> None:
    contract, draft, plan = shipped()
    formulas = calculate(draft)
    answers: dict[str, list[Cell]] = {}
    for check in plan.groups["Parts of a unit"]:
        if check.function == "PRICE":
            name = check.arguments[2].value
            answers.setdefault(name, []).append(check.answer(formulas))
    assert answers.keys() == {service.name for service in contract.services}
    below, half, above, *_ = answers["Copies"]  # which are counted to the nearest
    assert (below, half, above) == (0.13, 0.25, 0.25)


def test_each_kind_of_error_is_handed_in_and_expected_back() -> None:
    _, draft, plan = shipped()
    formulas = calculate(draft)
    answers = [check.answer(formulas) for check in plan.groups["Errors handed in"]]
    assert all(isinstance(each, CellError) for each in answers)
    assert {each.code for each in answers} == {"#N/A", "#DIV/0!", "#NUM!", "#REF!", "#VALUE!"}


@pytest.mark.parametrize("source", [CONTRACT_FILE, SHIPPED, *CONTRACTS], ids=lambda p: Path(p).stem)
def test_what_is_expected_stays_right_through_the_edits(source: Path | str) -> None:
    """What each question of the sheet is expected to be is the same before, between and after."""
    _, draft = load_draft(source)
    plan, formulas = plan_of(draft), calculate(draft)
    typed, added = plan.edits
    sheet = {TIERS: "tiers", AMENDMENTS: "amendments"}[typed.sheet]
    rows = list(getattr(draft, sheet))
    place = int(typed.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - TITLE_ROW - 1
    rows[place] = {**rows[place], **typed.row}
    first = replace(draft, **{sheet: rows})
    both = replace(first, amendments=[*first.amendments, added.row])
    second = replace(draft, amendments=[*draft.amendments, added.row])
    assert added.cell == f"A{TITLE_ROW + 1 + len(draft.amendments)}"
    states = [calculate(each) for each in (first, second, both)]
    for check in checks_of(plan):
        expected = check.answer(formulas)
        assert [check.answer(each) for each in states] == [expected] * 3, check.tested
    answers = [[edit.check.answer(each) for each in (formulas, *states)] for edit in plan.edits]
    assert answers == [
        [typed.before, typed.after, typed.before, typed.after],
        [added.before, added.before_with_other, added.after, added.after],
    ]
    assert typed.before != typed.after
    assert added.after not in (added.before, added.before_with_other)


def test_the_edits_of_the_shipped_contract_are_of_a_service_of_their_own() -> None:
    _, _, plan = shipped()
    assert {edit.check.arguments[2].value for edit in plan.edits} == {"Edits"}


def test_a_contract_of_one_service_is_asked_without_its_name() -> None:
    plan = plan_of(small())
    rows = plan.groups["Rows of the contract"]
    assert {len(check.arguments) for check in rows} == {2}
    assert len(list(checks_of(plan))) > 60


def two_services(first: str, second: str) -> Draft:
    """A contract of two services, each with a price."""
    services = "".join(
        f'\n[[services]]\nname = "{each}"\nunit = "IPs"\n' for each in (first, second)
    )
    rows = "".join(
        f'\n[[agreement.tiers]]\nservice = "{each}"\nclause = "1"\nquantity_from = 1\n'
        'charge = "package"\nprice = 5.00\n'
        for each in (first, second)
    )
    contract, rest = AGREEMENT.split("\n[[services]]")
    agreement = rest[rest.index("\n[agreement]") : rest.index("\n[[agreement.tiers]]")]
    return small(contract + services + agreement + rows)


def test_a_name_that_is_too_long_for_a_formula_is_not_asked_for() -> None:
    plan = plan_of(two_services("Scanning", "Scanning by night " * 20))
    asked = [each for check in checks_of(plan) for each in check.arguments]
    assert max(len(each.text) for each in asked if isinstance(each, Formula)) <= 257
    assert plan.groups["Rows of the contract"]


def test_names_that_are_all_too_long_for_a_formula_are_refused() -> None:
    with pytest.raises(InputError, match="at most 255 characters"):
        plan_of(two_services("Scanning by day " * 20, "Scanning by night " * 20))


def test_the_only_service_is_asked_however_long_its_name_is() -> None:
    plan = plan_of(small(CONTRACT.replace("Scanning", "Scanning by night " * 20)))
    assert plan.groups["Rows of the contract"]


def test_a_contract_without_a_price_has_no_edits() -> None:
    draft = small(CONTRACT.replace("unit_price = 10.00\n", "").replace("price = 995.00\n", ""))
    plan = plan_of(draft)
    assert plan.edits == ()
    book = openpyxl.load_workbook(
        BytesIO(build_workbook(draft, date(2026, 11, 30), WorkbookKind.LAMBDAS, self_check=True))
    )
    texts = [cell.value for row in book[SELF_CHECK].iter_rows(max_row=FIRST_ROW) for cell in row]
    assert any("nothing to edit" in str(each) for each in texts)
    assert "Two edits" not in texts
    assert "edit 1" not in book[SELF_CHECK][LINE].value


def test_a_formula_that_somebody_typed_is_not_edited() -> None:
    _, draft = load_draft(CONTRACT_FILE)
    last = draft.tiers[-1]
    formula = replace(last["price"], formula="=50*2")
    edited = replace(draft, tiers=[*draft.tiers[:-1], {**last, "price": formula}])
    typed, _ = plan_of(edited).edits
    assert typed.cell != plan_of(draft).edits[0].cell


def test_a_long_contract_is_asked_evenly() -> None:
    rows = "".join(
        f'\n[[agreement.tiers]]\nclause = "{n}"\nquantity_from = {n}\n'
        f'charge = "package"\nprice = {n}.50\n'
        for n in range(1000, 1400)
    )
    plan = plan_of(small(CONTRACT.replace('quantity_to = "or more"\n', "quantity_to = 9\n") + rows))
    asked = plan.groups["Rows of the contract"]
    assert len(asked) <= 105
    quantities = [int(check.arguments[0].value) for check in asked]
    assert (quantities[0], quantities[-1] > 1390) == (1, True)


# The file.


@pytest.fixture(scope="module")
def book() -> Any:
    return openpyxl.load_workbook(BytesIO(self_check_of_today()))


def test_no_program_that_calculates_nothing_shows_a_result() -> None:
    sheet = openpyxl.load_workbook(BytesIO(self_check_of_today()), data_only=True)[SELF_CHECK]
    assert sheet[RESULT].value == sheet[LINE].value == WAITING.capitalize()
    assert sheet[DETAIL].value.startswith("0 of ")
    shown = {sheet[f"{SAME}{row}"].value for row in range(FIRST_ROW + 1, sheet.max_row + 1)}
    assert shown == {None, "not calculated"}
    assert {sheet[f"{SAME}{EDIT_ROW + n}"].value for n in (1, 2)} == {"not calculated"}


def test_the_self_check_comes_first_and_the_other_sheets_are_as_ever(book: Any) -> None:
    shown = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert shown == [SELF_CHECK, *SHEETS, SELF_CHECK_TABLES]
    assert book.active.title == SELF_CHECK
    assert book[POINTS].sheet_state == "hidden"
    assert is_self_check(self_check_of_today())


def test_a_formula_is_shown_as_it_is_calculated(book: Any) -> None:
    sheet = book[SELF_CHECK]
    calls = [
        (sheet[f"{CALL}{row}"].value, sheet[f"D{row}"].value)
        for row in range(FIRST_ROW + 1, sheet.max_row + 1)
        if sheet[f"{CALL}{row}"].value
    ]
    single = [(shown, typed.text) for shown, typed in calls if hasattr(typed, "text")]
    assert len(single) > 250
    assert all(shown == typed for shown, typed in single)
    assert all("SELF" not in shown.upper() or "Self-check tables" in shown for shown, _ in calls)


def test_what_is_expected_is_no_formula(book: Any) -> None:
    sheet = book[SELF_CHECK]
    cells = [sheet[f"{EXPECTED}{row}"] for row in range(FIRST_ROW + 1, sheet.max_row + 1)]
    assert "f" not in {cell.data_type for cell in cells}


def test_the_file_can_be_sent_by_mail() -> None:
    assert len(self_check_of_today()) < 400_000


def test_the_same_contract_and_day_give_the_same_bytes() -> None:
    assert self_check_of_today() == self_check_of_today()

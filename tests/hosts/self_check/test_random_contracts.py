"""Workbooks of random contracts that check themselves: IronCalc finds no difference."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.random_contracts import (
    contracts_adding_up,
    counting_contracts,
    readable_contracts,
)
from tests.support.self_check_engines import IronCalc
from tests.support.workbook_edits import BUILT
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.draft import build_draft
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.self_check import SELF_CHECK
from xlfuncs.xlsx.sheets.self_check import LINE, RESULT

ADDING_UP = st.one_of(readable_contracts(), contracts_adding_up())


@settings(max_examples=16)
@given(st.one_of(readable_contracts(), counting_contracts(ADDING_UP)))
def test_no_answer_differs(contract: Contract) -> None:
    draft = build_draft(contract)
    engine = IronCalc(build_workbook(draft, BUILT, WorkbookKind.LAMBDAS, self_check=True))
    assert engine.read(SELF_CHECK, RESULT) == "0 differences", engine.read(SELF_CHECK, LINE)

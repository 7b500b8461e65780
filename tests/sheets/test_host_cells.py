"""Answers on their way to a host: what a cell does not hold."""

from tests.support.contracts_in_code import SERVICE, row
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import call
from xlfuncs.pricing.contract import Assumption, Contract
from xlfuncs.sheets.cells import count_characters
from xlfuncs.sheets.host_cells import cell_out
from xlfuncs.sheets.parsers import Reading


def test_a_text_longer_than_a_cell_is_cut_in_its_middle() -> None:
    clauses = [f"\N{GRINNING FACE} {name}" * 5_000 for name in ("a", "b", "c")]
    assumed = (Assumption(("signed",), "as the other documents"),)
    priced = row(0, 1, "or more", "package", 5, assumed=assumed)
    long = Contract("", "", (SERVICE,), tuple(priced._replace(clause=each) for each in clauses))
    workbook = PricedSheets(Reading(long))
    asked = [7.0, "2020-03-01"]
    answers = (call(name, asked, workbook) for name in ("EXPLAIN", "SOURCE"))
    explained, cited = (cell_out(answer, {}) for answer in answers)
    assert 32_700 < count_characters(explained) <= 32_767
    assert 32_700 < count_characters(cited) <= 32_767
    assert explained.startswith("not determinable: 7 IPs fall under Agreement, \N{GRINNING FACE} a")
    assert " ... (cut: a cell holds at most 32,767 characters) ... " in explained
    assert explained.endswith("assumed: date signed of Agreement.")

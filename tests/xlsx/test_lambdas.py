"""The names of the workbook without macros: their sources, and what a file holds of them."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from defusedxml.ElementTree import fromstring
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import FORMULAE

from tests.acceptance.test_readme import EXAMPLE
from tests.support.workbook_edits import BUILT, sheets_of, shipped_workbook
from xlfuncs.cli import main
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.registry import BY_NAME, FUNCTIONS
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Billed, Charge, Counted, PartUnits
from xlfuncs.pricing.outcomes import Cause
from xlfuncs.sheets.reader import read_rows, read_sheets
from xlfuncs.sheets.schema import AMENDMENTS, ASSUMABLE, COLUMNS, TIERS, list_titles
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.generated_content import read_lambdas
from xlfuncs.xlsx.lambdas.answers import build_formula_functions
from xlfuncs.xlsx.lambdas.calculation_limits import NOT_CALCULATED
from xlfuncs.xlsx.lambdas.definitions import (
    COLUMNS_IN,
    LOCAL,
    YOUNGER,
    LambdaNames,
    format_stored,
    read_columns,
    read_names,
)
from xlfuncs.xlsx.lambdas.live_findings import LiveFindings
from xlfuncs.xlsx.package import open_package, read_parts
from xlfuncs.xlsx.sheets.purchases import NAMED_CELLS
from xlfuncs.xlsx.xml_stream import MAIN

LONGEST_NAME, LONGEST_COMMENT = 7_992, 255
"""Characters that Excel takes: it was seen to refuse a name of 8,192, and a comment of 256, as it
does a text within a formula."""

TABLES = {"tiers", "amendments", "purchases", "contract"}
SOURCES = [*read_names(), *(column for block in COLUMNS_IN for column in read_columns(block))]
BY_SOURCE = {each.name: each for each in read_names()}
QUALYS = LambdaNames("QUALYS")


def parts(formula: str) -> Iterator[tuple[str, str, str]]:
    for token in Tokenizer(f"={formula}").items:
        yield token.type, token.subtype, token.value


def called(formula: str) -> set[str]:
    return {
        text[:-1] for kind, sub, text in parts(formula) if (kind, sub) == (Token.FUNC, Token.OPEN)
    }


def locals_of(formula: str) -> set[str]:
    operands = (text for kind, _, text in parts(formula) if kind == Token.OPERAND)
    return {found[2] for found in map(LOCAL.match, operands) if found}


def test_every_function_that_a_formula_calls_is_known() -> None:
    known = {*BY_SOURCE, *YOUNGER, *FORMULAE}
    for source in SOURCES:
        assert called(source.formula) <= known | locals_of(source.formula), source.name


def test_no_parameter_is_called_like_a_function_or_a_table() -> None:
    """Some programs would take it for that."""
    taken = {name.lower() for name in (*FORMULAE, *YOUNGER)} | TABLES
    for source in SOURCES:
        assert not locals_of(source.formula) & taken, source.name


COSTLY = {"MAP", "REDUCE", "FILTER", "UNIQUE", "MAXIFS", "COUNTIFS", *BY_SOURCE}


def handed_over(formula: str) -> Iterator[str]:
    """The costly calls that stand as an argument of one of our names."""
    around: list[str] = []
    for kind, sub, text in parts(formula):
        if kind != Token.FUNC:
            continue
        if sub == Token.CLOSE:
            around.pop()
            continue
        name = text[:-1]
        caller = next((each for each in reversed(around) if each in {*BY_SOURCE, *BINDERS}), "")
        if caller in BY_SOURCE and name in COSTLY:
            yield f"{caller}({name}"
        around.append(name)


BINDERS = ("LET", "LAMBDA", "IF", "CHOOSE")


def test_what_a_name_is_handed_is_worked_out_before() -> None:
    """Some programs work an argument out again wherever it is used."""
    for source in SOURCES:
        assert list(handed_over(source.formula)) == [], source.name


def test_texts_in_formulas_fit_into_excel() -> None:
    for source in SOURCES:
        texts = re.findall(r'"([^"]*)"', source.formula)
        assert max(map(len, texts), default=0) <= LONGEST_COMMENT, source.name


def test_names_fit_into_excel() -> None:
    for each in LambdaNames("A" * 20).definitions:
        assert len(each.formula) <= LONGEST_NAME, each.name
        assert len(each.comment) <= LONGEST_COMMENT, each.name
        assert "\n" not in each.comment


def test_functions_are_helped_with_by_the_words_of_the_registry() -> None:
    comments = {each.name: each.comment for each in QUALYS.definitions}
    for function in FUNCTIONS:
        assert comments[f"QUALYS_{function.name}"] == function.help
        declared = [f"[{a.name}]," if a.optional else f"{a.name}," for a in function.arguments]
        assert re.sub(r"\s", "", BY_SOURCE[function.name].formula).startswith(
            f"LAMBDA({''.join(declared)}"
        )
    sheets = sheets_of(load_reading(SHIPPED).contract)
    live = LiveFindings(read_sheets(sheets), read_rows(sheets))
    functions = build_formula_functions(PricedSheets(read_sheets(sheets)), live, BUILT)
    assert set(functions) == set(BY_NAME)


def test_excel_offers_the_functions_alone() -> None:
    workbook = BytesIO(shipped_workbook(kind=WorkbookKind.LAMBDAS))
    names = openpyxl.load_workbook(workbook).defined_names
    assert len(names) == len(read_names()) + len(NAMED_CELLS)
    offered = {name for name, each in names.items() if not each.hidden}
    assert offered == {f"QUALYS_{name}" for name in BY_NAME} | set(NAMED_CELLS)


def texts_in(name: str) -> list[str]:
    return re.findall(r'"([^"]*)"', BY_SOURCE[name].formula)


OF_ADDING_UP = {
    Cause.OVER_LIMIT,
    Cause.COUNTING_NOT_SAID,
    Cause.NOT_FOR_FURTHER,
    Cause.BEFORE_NOT_PRICED,
    Cause.BEFORE_COSTS_MORE,
}
"""What formulas say in a place of its own, but for what they do not calculate."""


def test_formulas_number_what_the_core_names() -> None:
    refused = [Charge.WITHDRAWN, Charge.NOT_ON_FILE]
    priced = [Charge.PACKAGE, Charge.PER_UNIT, Charge.GRADUATED, Charge.ADDITIONAL]
    discounts = [Charge.STANDING_DISCOUNT, Charge.DISCOUNT]
    assert texts_in("CHARGES") == [each.value for each in (*discounts, *priced, *refused)]
    assert len(texts_in("CHARGES")) == len(Charge)
    assert texts_in("PART_UNITS") == [each.value for each in PartUnits]
    assert texts_in("BILLED") == [each.value for each in Billed]
    said = [*texts_in("UNPRICED"), *texts_in("BEYOND_LIMIT")]
    for cause in OF_ADDING_UP - {Cause.COUNTING_NOT_SAID}:
        assert f"{cause.outcome.value}: {cause.text}" in said
    assert texts_in("ADDING_UP") == [each.value for each in Counted]
    causes = [cause for cause in Cause if cause not in {Cause.BAD_INPUT, *OF_ADDING_UP}]
    assert texts_in("CAUSES") == [cause.text for cause in causes]
    kinds = [cause.outcome.value for cause in causes]
    assert kinds == ["price"] + ["no price"] * 2 + ["not determinable"] * 7
    assert texts_in("KIND") == [NOT_CALCULATED, "price", "no price", "not determinable"]


def test_formulas_read_every_column_of_the_sheets() -> None:
    """A title that was changed, a row that has anything in it, and what may be assumed, too."""
    rows = {each.name: each.formula for each in read_columns("Rows")}
    found = {each.name: each.formula for each in read_columns("Found")}
    for title, key in ((column.title, column.field) for column in COLUMNS):
        stacked = key.replace("_", " ").capitalize()
        assert rows[stacked] == f"STACKED(Tiers[{title}], Amendments[{title}])"
        assert f"Rows[{stacked}]" in rows["Filled"]
        for sheet in (TIERS, AMENDMENTS):
            assert f"{sheet}[[#Headers],[{title}]]" in found[f"Titles of {sheet}"]
    titles = "|".join(column.title.lower() for column in COLUMNS)
    for sheet in (TIERS, AMENDMENTS):
        texts = re.findall(r'"([^"]*)"', found[f"Titles of {sheet}"])
        assert "".join(texts[-2:]) == titles
    assumable = {text for each in texts_in("FILLED_TITLES") for text in each.split("|") if text}
    assert assumable == {each.lower() for field in ASSUMABLE for each in list_titles(field)}


SAVED_BY_EXCEL = (
    # github.com/ironcalc/IronCalc at 0d797798e12b: xlsx/tests/calc_tests/LOGICAL/LAMBDA.xlsx
    (
        "LAMBDA(temp, (5/9) * (temp-32))",
        "_xlfn.LAMBDA(_xlpm.temp, (5/9) * (_xlpm.temp-32))",
    ),
    # the same: xlsx/tests/templates/yearly_calendar.xlsx
    (
        'LAMBDA(LEFT(TEXT(2+SEQUENCE(1,7,0),"ddd")))',
        '_xlfn.LAMBDA(LEFT(TEXT(2+_xlfn.SEQUENCE(1,7,0),"ddd")))',
    ),
    # the same: xlsx/tests/calc_tests/INFORMATION/ISOMITTED.xlsx
    (
        "LAMBDA(a,[b],IF(ISOMITTED(b),a,b))",
        "_xlfn.LAMBDA(_xlpm.a,_xlop.b,IF(_xlfn.ISOMITTED(_xlpm.b),_xlpm.a,_xlpm.b))",
    ),
    # github.com/RubyTheActuary/Excel-Lambda-Examples at 7320fabed2f9: RecursiveLamdaAnswer.xlsx
    (
        'LAMBDA(words, before, after,IF(before="",words,'
        "MegaReplace(SUBSTITUTE(words,before,after),OFFSET(before,1,0),OFFSET(after,1,0))))",
        '_xlfn.LAMBDA(_xlpm.words,_xlpm.before,_xlpm.after,IF(_xlpm.before="",_xlpm.words,'
        "MegaReplace(SUBSTITUTE(_xlpm.words,_xlpm.before,_xlpm.after),"
        "OFFSET(_xlpm.before,1,0),OFFSET(_xlpm.after,1,0))))",
    ),
)
"""Formulas as people type them, and as they stand in files that Excel itself saved (the third is
cut short, the last has another name for its first parameter)."""


@pytest.mark.parametrize(("typed", "in_the_file"), SAVED_BY_EXCEL)
def test_a_name_is_stored_as_excel_stores_it(typed: str, in_the_file: str) -> None:
    assert format_stored(typed, lambda name: name, str) == in_the_file


@pytest.fixture(scope="module")
def file() -> dict[str, bytes]:
    return read_parts(shipped_workbook(kind=WorkbookKind.LAMBDAS))


def test_line_breaks_in_names_stay_for_the_name_manager(file: dict[str, bytes]) -> None:
    """As Excel keeps them, so that people can read a long formula."""
    book = fromstring(file["xl/workbook.xml"])
    texts = {each.get("name"): each.text for each in book.iter(f"{{{MAIN}}}definedName")}
    assert texts["QUALYS_PRICE"] == (
        "_xlfn.LAMBDA(_xlpm.quantity,_xlpm.purchased,_xlop.service,_xlop.known_on,"
        "_xlop.bought_before, _xlfn.LET(\n"
        "  _xlpm.asked, QUALYS.EMPTIED(_xlpm.quantity),\n"
        "  _xlpm.on, QUALYS.EMPTIED(_xlpm.purchased),\n"
        '  _xlpm.named, IF(_xlfn.ISOMITTED(_xlpm.service), "", QUALYS.EMPTIED(_xlpm.service)),\n'
        "  _xlpm.knowing, "
        'IF(_xlfn.ISOMITTED(_xlpm.known_on), "", QUALYS.EMPTIED(_xlpm.known_on)),\n'
        "  _xlpm.after, "
        'IF(_xlfn.ISOMITTED(_xlpm.bought_before), "", QUALYS.EMPTIED(_xlpm.bought_before)),\n'
        "  QUALYS.EACH(_xlpm.asked, _xlpm.on, _xlpm.named, _xlpm.knowing, _xlpm.after, "
        "QUALYS.ASKED, QUALYS.COSTS)))"
    )


def test_a_cell_that_calls_a_name_is_marked_so_that_excel_shows_no_at_sign(
    file: dict[str, bytes],
) -> None:
    """As in the files of `SAVED_BY_EXCEL`: cm="1", an array of its own cell or of its spill."""
    calls = 0
    for name, part in file.items():
        if name.startswith("xl/worksheets/"):
            for cell in fromstring(part).iter(f"{{{MAIN}}}c"):
                formula = cell.find(f"{{{MAIN}}}f")
                if formula is not None and re.search("QUALYS[_.]", formula.text or ""):
                    calls += 1
                    reach = formula.get("ref", "").partition(":")[0]
                    assert (cell.get("cm"), formula.get("t"), reach) == (
                        "1",
                        "array",
                        cell.get("r"),
                    )
                    assert cell.find(f"{{{MAIN}}}v") is not None
    assert calls > 50


def test_a_column_that_calls_a_name_fills_new_rows_with_the_same_kind_of_formula(
    file: dict[str, bytes],
) -> None:
    tables = "".join(part.decode() for name, part in file.items() if name.startswith("xl/tables/"))
    filled = re.findall(r"<calculatedColumnFormula([^>]*)>([^<]*)<", tables)
    calling = [marks for marks, text in filled if "QUALYS_" in text]
    assert calling == [' array="1"'] * 5
    assert [marks for marks, text in filled if "QUALYS_" not in text] == [""]
    assert "Purchases[[#This Row],[Quantity]]" in filled[0][1]


def test_no_blank_cell_says_of_which_kind_it_is(file: dict[str, bytes]) -> None:
    for name, part in file.items():
        if name.startswith("xl/worksheets/"):
            assert not re.search(rb'<c [^>]*t="n"[^>]*/>', part), name


def test_a_build_tells_of_rows_that_formulas_cannot_work_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = tmp_path / "acme.toml"
    contract.write_text(
        EXAMPLE.replace("percent = 15", "percent = 0.5"), encoding="utf-8", newline="\n"
    )
    for name, told in (("acme.xlsx", True), ("acme.xlsm", False)):
        built = ["build", "--contract", str(contract), "-o", str(tmp_path / name)]
        assert main(built) == 0
        said = capsys.readouterr().err
        assert ("amendments[1].rows[1].percent: 0.5 might be 50% to a formula" in said) == told
        assert ("or a workbook with macros (.xlsm)" in said) == told


@pytest.mark.parametrize("kind", WorkbookKind)
def test_one_workbook_never_has_both_names_and_macros(kind: WorkbookKind) -> None:
    found = open_package(shipped_workbook(kind=kind))
    assert bool(read_lambdas(found)) == (kind is WorkbookKind.LAMBDAS)
    assert ("xl/vbaProject.bin" in found) == (kind in {WorkbookKind.MACROS, WorkbookKind.ADD_IN})

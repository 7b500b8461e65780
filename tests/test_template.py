"""The template that anyone can download, worked out in IronCalc as it is committed."""

from collections.abc import Iterator

import openpyxl
import pytest
from asked_books import Formula, template, with_questions, with_rows
from golden import TEMPLATE
from lambda_hosts import by_ironcalc, evaluated
from openpyxl.utils.datetime import to_excel
from test_ohio import WORKED
from workbook_edits import sheets_of

from workbooks import SHIPPED
from xlfuncs.files.loading import load
from xlfuncs.tables.cells import Cell, CellError

NEW_IN_EXCEL = "Behind the sheets"
"""Its formulas call AGGREGATE, which IronCalc has not."""


def answers(*formulas: str) -> list[Cell]:
    content = with_questions(TEMPLATE.read_bytes(), [[Formula(each)] for each in formulas])
    return [row[0] for row in by_ironcalc(content, len(formulas), 1)]

"""LAMBDA names: their sources, laid out on the sheet Rows and spelled as Excel stores them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from openpyxl import Workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.functions.registry import BY_NAME
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell
from xlfuncs.sheets.schema import LAMBDA_ROWS, column_index, column_letter
from xlfuncs.xlsx.lambdas.calculation_limits import LIMITS
from xlfuncs.xlsx.lambdas.live_findings import LONGEST_BUILT, TEXTS, Line
from xlfuncs.xlsx.styles import NOTE, POINT, write_cell, write_top

# The names of the workbook without macros, as their sources state them.

COLUMNS_IN = {
    "Found": "problem_columns.txt",
    "Rows": "row_columns.txt",
    "Services": "service_columns.txt",
    "Grid": "grid_columns.txt",
    "Findings": "finding_columns.txt",
}
"""The sources of the blocks of columns on the sheet Rows, by what formulas call these; from left to
right, with an empty column after each."""

NAMES_IN = (
    "functions.txt",
    "findings.txt",
    "schedule_timeline.txt",
    "explain.txt",
    "citations.txt",
    "prices.txt",
    "prevailing.txt",
    "arithmetic.txt",
    "sheet_cells.txt",
    "spelling.txt",
)
"""The sources that state names, from what people call down to what everything rests on."""

CONSTANTS = {**LIMITS, **TEXTS}
CONSTANT = re.compile(rf"\b({'|'.join(CONSTANTS)})\b")
"""A limit or a text, which the sources call by its name."""

STATES = re.compile(r"^(?:\[(?P<title>[^\]]+)\]|(?P<name>[A-Z_]+)) =(?= |$)")


@dataclass(frozen=True, slots=True)
class Definition:
    """A name, or the title of a column, with its formula and what is said above it."""

    name: str
    comment: str
    formula: str


@lru_cache
def read_names() -> tuple[Definition, ...]:
    """All names, in the order of the sources."""
    return tuple(each for source in NAMES_IN for each in _read(source))


@lru_cache
def read_columns(block: str) -> tuple[Definition, ...]:
    """The columns of a block of the sheet Rows, from left to right."""
    return tuple(_read(COLUMNS_IN[block]))


def _read(source: str) -> Iterator[Definition]:
    """The definitions of a source: comments, then a name or a title and its formula."""
    text = (files("xlfuncs.xlsx.lambdas.source") / source).read_text(encoding="utf-8")
    text = CONSTANT.sub(lambda found: CONSTANTS[found[1]], text)
    comment: list[str] = []
    name, formula = "", ""
    for line in [*text.splitlines(), "END ="]:
        stated = STATES.match(line)
        if name and (stated or line.startswith("#")):
            yield Definition(name, " ".join(comment), formula.strip())
            name, comment = "", []
        if stated:
            name, formula = stated["title"] or stated["name"], line[stated.end() :]
        elif line.startswith("#"):
            comment.append(line[1:].strip())
        elif name:
            formula += f"\n{line}"
        elif not line.strip():
            comment = []  # a comment above a blank line is about the whole source


# Formulas as people read them, and as Excel stores them in a file.
#
# A file marks functions that are younger than its format, and the parameters of LAMBDA and LET.
# The rules here were compared with files that Excel itself saved.

YOUNGER = {
    **dict.fromkeys(
        (
            *("LAMBDA", "LET", "MAP", "REDUCE", "ISOMITTED", "SEQUENCE", "UNIQUE", "SORTBY"),
            *("VSTACK", "HSTACK", "TAKE", "DROP", "CHOOSECOLS", "CHOOSEROWS", "EXPAND"),
            *("XMATCH", "XLOOKUP", "MAXIFS", "MINIFS", "IFNA", "UNICHAR", "UNICODE", "ANCHORARRAY"),
        ),
        "_xlfn.",
    ),
    "FILTER": "_xlfn._xlws.",
    "SORT": "_xlfn._xlws.",
}
"""Functions that came after the file format, with the mark that Excel stores before them."""

LOCAL = re.compile(r"(\[?)([a-z][a-z_]*)\]?$")
"""A parameter, in brackets where it may be left out; nothing else is in small letters."""

COLUMN = re.compile(r"(Rows|Services|Found|Grid|Findings)\[([^\[\]]+)\]$")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a formula, and what kind it is of."""

    text: str
    kind: str


def format_stored(
    formula: str, full: Callable[[str], str], cell_of: Callable[[str, str], str]
) -> str:
    """A formula as Excel stores it.

    `full` gives one of our names in full, and anything else as it is; `cell_of` the cell from which
    a column of a block on the sheet Rows spills.

    >>> full = {"TWICE": "ACME.TWICE"}.get
    >>> format_stored("LAMBDA(cells, [by], LET(n, ROWS(cells), TWICE(n)))", lambda n: full(n, n),
    ...     str)
    '_xlfn.LAMBDA(_xlpm.cells,_xlop.by, _xlfn.LET(_xlpm.n, ROWS(_xlpm.cells), ACME.TWICE(_xlpm.n)))'
    """
    stored = []
    for part in _parts(formula):
        if part.kind == Token.FUNC and part.text.endswith("("):
            name = part.text[:-1]
            mark = "_xlpm." if LOCAL.match(name) else YOUNGER.get(name, "")
            stored.append(f"{mark}{full(name)}(")
        elif part.kind == Token.OPERAND:
            stored.append(_operand(part.text, full, cell_of))
        else:
            stored.append(part.text)
    return "".join(stored)


@lru_cache(maxsize=1024)
def _parts(formula: str) -> tuple[Part, ...]:
    """The parts of a formula, without the blanks that Excel leaves out.

    They are the same in every workbook, and finding them takes a third of a build.
    """
    parts: list[Part] = []
    reached = 0
    for token in Tokenizer(f"={formula}").items:
        text: str = token.value
        if token.type == Token.WSPACE:  # openpyxl gives no length of a run of blanks
            rest = formula[reached:]
            text = rest[: len(rest) - len(rest.lstrip())]
        kind = Token.OPERAND if token.subtype == Token.RANGE else token.type
        parts.append(Part(text, kind if token.subtype != Token.TEXT else Token.TEXT))
        reached += len(text)
    return tuple(
        part
        for number, part in enumerate(parts)
        if part.kind != Token.WSPACE or not _between_parameters(parts, number)
    )


def _operand(text: str, full: Callable[[str], str], cell_of: Callable[[str, str], str]) -> str:
    local, column = LOCAL.match(text), COLUMN.match(text)
    if local:
        return f"{'_xlop.' if local[1] else '_xlpm.'}{local[2]}"
    if column:
        return f"{YOUNGER['ANCHORARRAY']}ANCHORARRAY({cell_of(column[1], column[2])})"
    return built_lines() if text == BUILT else full(text)


def _between_parameters(parts: Sequence[Part], number: int) -> bool:
    """Whether there is a blank between parameters of LAMBDA, where Excel leaves it out."""
    before = [part for part in parts[:number] if part.kind != Token.WSPACE]
    while before and (before[-1].kind == Token.SEP or LOCAL.match(before[-1].text)):
        before.pop()
    after = parts[number + 1 : number + 3]
    return (
        bool(before)
        and before[-1].text == "LAMBDA("
        and bool(LOCAL.match(after[0].text))
        and after[1].kind == Token.SEP
    )


# The places of the columns on the sheet Rows, and the formulas that refer to them.

TITLE_ROW = 6
FIRST_ROW = TITLE_ROW + 1


@lru_cache
def column_letters() -> dict[tuple[str, str], str]:
    """The letter of each column, by its block and its title."""
    found: dict[tuple[str, str], str] = {}
    number = 1
    for block in COLUMNS_IN:
        for column in read_columns(block):
            found[block, column.name] = column_letter(number - 1)
            number += 1
        number += 1
    return found


def cell_of(block: str, title: str) -> str:
    """The cell from which a column spills, as formulas refer to it."""
    return f"{LAMBDA_ROWS}!${column_letters()[block, title]}${FIRST_ROW}"


BUILT = "Built[Lines]"
"""What formulas call the findings as of the build, to the right of all columns."""


def built_lines() -> str:
    """The cells of the lines as of the build, also those that are blank."""
    first, last = (column_letter(_first_after_columns() + index) for index in (0, 3))
    return f"{LAMBDA_ROWS}!${first}${FIRST_ROW}:${last}${FIRST_ROW + LONGEST_BUILT - 1}"


def _first_after_columns() -> int:
    return max(map(column_index, column_letters().values())) + 2


class LambdaNames:
    """The names of one workbook, under its contract's prefix."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._ours = {each.name for each in read_names()}

    def full_name(self, name: str) -> str:
        """Return a name in full, and anything else as it is."""
        if name not in self._ours:
            return name
        return f"{self._prefix}{'_' if name in BY_NAME else '.'}{name}"

    def is_function(self, full_name: str) -> bool:
        """Whether a name in full is one of the functions that people call."""
        return full_name.removeprefix(f"{self._prefix}_") in BY_NAME

    @property
    def call_pattern(self) -> str:
        """A pattern that finds a call of one of the names in a formula."""
        return rf"\b{self._prefix}[_.][A-Z]"

    def format_stored(self, formula: str) -> str:
        """Write a formula as Excel stores it, with names in full and columns by their cells."""
        return format_stored(formula, self.full_name, cell_of)

    @cached_property
    def definitions(self) -> list[Definition]:
        """All names in full, with their formulas as Excel stores them."""
        return [
            Definition(
                self.full_name(each.name),
                BY_NAME[each.name].help if each.name in BY_NAME else each.comment,
                self.format_stored(each.formula),
            )
            for each in read_names()
        ]


# The hidden sheet Rows: every row of Tiers and Amendments as it counts, for formulas to look up.
#
# Each column is one formula that spills, so that it grows with the tables. The names of the
# workbook read these columns and nothing else. What they come to is not stored: programs that can
# calculate them do so when they open the workbook.

EXPLAINED = (
    "Calculated from Tiers and Amendments, row by row, for the functions of this "
    "workbook to look up. Do not enter anything here."
)


def write_rows(
    sheet: Worksheet, names: LambdaNames, sizes: Mapping[str, int], built: Sequence[Line]
) -> dict[str, Cell]:
    """Fill the sheet; `sizes` are the rows of each block. Returns the values to store by cell.

    `built` are the findings as of the build.

    Those are `#N/A` where a formula is: some programs read no formula without a value.
    """
    write_top(sheet, LAMBDA_ROWS, EXPLAINED)
    stored: dict[str, Cell] = {}
    for block in COLUMNS_IN:
        for column in read_columns(block):
            letter = column_letters()[block, column.name]
            write_cell(sheet, f"{letter}{TITLE_ROW}", column.name, NOTE)
            last_row = FIRST_ROW + sizes[block] - 1
            for row in range(FIRST_ROW, last_row + 1):
                write_cell(sheet, f"{letter}{row}", None, POINT)
            first, formula = f"{letter}{FIRST_ROW}", names.format_stored(column.formula)
            sheet[first].value = ArrayFormula(f"{first}:{letter}{last_row}", f"={formula}")
            stored[first] = NOT_AVAILABLE
    for row, line in enumerate(built, FIRST_ROW):
        for index, text in enumerate(line, _first_after_columns()):
            write_cell(sheet, f"{column_letter(index)}{row}", text or None, POINT)
    sheet.sheet_state = "hidden"
    return stored


def add_names(workbook: Workbook, names: LambdaNames) -> None:
    """Add the names, each with what it is for.

    Of these Excel offers the functions alone; it finds the others in formulas all the same.
    """
    for each in names.definitions:
        name = DefinedName(each.name, attr_text=each.formula, comment=each.comment or None)
        name.hidden = not names.is_function(each.name) or None
        workbook.defined_names[each.name] = name

"""Findings that formulas have, and what they say: what `check` finds, as far as they see it.

Everything else that `check` finds is listed as of the build.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlfuncs.functions.evaluate import CHECK_TITLES
from xlfuncs.pricing.contract import ALL_BEFORE, Contract, Row
from xlfuncs.pricing.names import tidy_spaces
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.precedence import FIRST_DAY, in_force_from
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.wording import cite
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.lint import check
from xlfuncs.sheets.parsers import A_NAME, PARSERS, Reading
from xlfuncs.sheets.row_checks import Example, Finding, Kind, Severity
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    COLUMNS,
    DAY_KINDS,
    FIELDS,
    OR_MORE,
    SERVICE_FIELDS,
    TIERS,
    Column,
    column_letter,
    format_title,
)
from xlfuncs.xlsx.lambdas.calculation_limits import find_interrupting, find_reaches

MOST_LOOKED_AT = 100_000
"""Points times rows up to which formulas look for what is doubtful in prices."""

MOST_SHOWN = 10**9
"""Quantities from here on may have too many digits, with parts of a unit, to be an example."""

MOST_PRODUCT = 1e13
"""A product from here on has too many digits to be shown with its cents."""

LONGEST_BUILT = 1_000
"""Lines as of the build that a workbook lists."""

NOT_CHECKED = "Not checked"
"""What is shown for a severity where formulas do not look."""


@dataclass(frozen=True, slots=True)
class LiveFinding:
    """A finding of formulas: the column of the sheet Rows that has it, its cell and its words.

    What is found may end with another row or a name, which the formulas add.
    """

    column: str
    kind: Kind
    severity: Severity
    field: str
    found: str
    to_do: str


def _blank(column: str, field: str) -> LiveFinding:
    found = f"{format_title(field).lower()} is blank, so the row counts as not on file"
    to_do = "enter what the document says"
    return LiveFinding(column, Kind.MISSING_FIGURE, Severity.WARNING, field, found, to_do)


def _no_day(column: str, field: str) -> LiveFinding:
    found = "the row counts on no day: its purchase days and its days in force do not meet"
    return LiveFinding(column, Kind.NO_DAY, Severity.WARNING, field, found, "compare the dates")


def _warning(column: str, kind: Kind, field: str, found: str, to_do: str) -> LiveFinding:
    return LiveFinding(column, kind, Severity.WARNING, field, found, to_do)


def _note(column: str, kind: Kind, field: str, found: str, to_do: str) -> LiveFinding:
    return LiveFinding(column, kind, Severity.NOTE, field, found, to_do)


TO_ENTER = "enter the row for it, or a 'not on file' row that says why there is none"

LIVE = (
    LiveFinding(
        "Duplicate",
        Kind.DUPLICATE,
        Severity.ERROR,
        "document",
        "neither of two rows can prevail, as this one says the same as",
        "delete one of them",
    ),
    _blank("No price", "price"),
    _blank("No unit price", "unit_price"),
    _blank("No percent", "percent"),
    _warning(
        *("Not effective", Kind.NOT_EFFECTIVE, "effective"),
        "the document has a date signed but no effective date, so the row counts as not on file",
        "enter the effective date",
    ),
    _no_day("No day of purchase", "purchased_through"),
    _no_day("No day in force", "effective"),
    _warning(
        *("No clause", Kind.NO_CLAUSE, "clause"),
        "clause is blank, so a price from this row cannot be traced to the document",
        "enter the clause",
    ),
    _warning(
        *("Small percent", Kind.SMALL_PERCENT, "percent"),
        "this is less than one percent off",
        "enter 15 for 15 percent, if that is meant; 0.15 is not",
    ),
    _warning(
        *("Printed total", Kind.PRINTED_TOTAL, "price"),
        "the printed total is not the quantity times the unit price",
        "no action if both figures are as printed: the printed total is the price",
    ),
    _warning(
        *("Total below", Kind.TOTAL_BELOW, "price"),
        "the printed total is not what the row below comes to",
        "compare them with the document; no action if both are as printed",
    ),
    _warning(
        *("One quantity", Kind.ONE_QUANTITY, "quantity_to"),
        "the last row of the service in this document is for exactly one quantity",
        f"enter '{OR_MORE}' as {format_title('quantity_to')} unless that is meant",
    ),
    _warning(
        *("Order of documents", Kind.ORDER_OF_DOCUMENTS, "signed"),
        "the document was signed before the one with the next lower number",
        "check the numbers: the higher number prevails, whatever the signature dates",
    ),
    _warning(
        *("No end", Kind.NO_END, "ends"),
        "the amendment has no end here, though the agreement has one",
        "enter the end date: the agreement's, or the one to which the amendment extends it",
    ),
    _warning(
        *("Tie", Kind.TIE, "quantity_from"),
        "two rows are for the same purchase and neither prevails: this one and",
        "correct the ranges, unless the document itself states both",
    ),
    _warning(
        *("Gap in quantity", Kind.GAP_IN_QUANTITY, "quantity_from"),
        "a quantity is in no row, though smaller and larger ones are",
        TO_ENTER,
    ),
    _warning(
        *("Gap in days", Kind.GAP_IN_DAYS, "effective"),
        "a day is in no row, though earlier and later ones are",
        TO_ENTER,
    ),
    _warning(
        *("Broken sum", Kind.BROKEN_SUM, "charge"),
        "tiers are added up, but units below have no tier price",
        "see in which rows the units below are",
    ),
    _warning(
        *("Nothing to discount", Kind.NOTHING_TO_DISCOUNT, "quantity_from"),
        "there is a discount, and no price to take it off",
        "correct the discount's range, or enter the price",
    ),
    _note(
        *("Not on file", Kind.NOT_ON_FILE, "charge"),
        "what this row prices is not on file",
        "find the document and enter what it says",
    ),
    _note(
        *("Draft", Kind.DRAFT, "effective"),
        "the document has no date signed and no effective date, so the row is not in force",
        "enter the dates once it is signed, or 'not on file' if no copy shows them",
    ),
    _note(
        *("Not in agreement", Kind.NOT_IN_AGREEMENT, "service"),
        "no row of the agreement has the service",
        "check the spelling, unless the amendment adds it",
    ),
    _note(
        *("No term", Kind.NO_TERM, "ends"),
        "the agreement has no end date, so its prices continue indefinitely",
        "enter the end date, or 'not on file' if no document states it",
    ),
)
"""All of them, the most severe first."""

AT_POINTS = (
    *(Kind.TIE, Kind.GAP_IN_QUANTITY, Kind.GAP_IN_DAYS),
    *(Kind.BROKEN_SUM, Kind.NOTHING_TO_DISCOUNT),
)
"""The kinds that are found in prices, at a quantity and a day; in `LIVE` they are side by side."""

UNCLEAR_POINTS = (
    "ties and gaps, by these formulas: it is not on file from when documents replace others, "
    "there are too many quantities and days, or a service has a quantity limit"
)
UNCLEAR_SUMS = (
    "whether tiers add up over a gap, by these formulas: another row prices some of their units"
)
SEE_CHECK = "`xlfuncs check` on this file finds them"


# What is expected of a cell that keeps every price back, by its column.

REFUSED_CELLS: dict[str, Cell] = {
    "text": True,
    "money": Decimal("0.001"),
    **dict.fromkeys(DAY_KINDS, "2013-12-20"),
}
"""A cell that is refused, by the kind of its column, and `?` for all others."""

BOUNDS = {"figure": ", not below 0", "money": ", not below 0", "percent": ", from 0 to 100"}

EXPECTED_ALONE = {
    "document": f"{FIELDS['document'].meaning}; blank on the sheet {TIERS}",
    "service": A_NAME,
    "step": "a number above 0, such as 1 or 0.25",
    "limit": "a quantity above 0, or nothing where there is no limit",
}
"""What is expected of a cell by itself, by field, where the parser of its column says it for people
who see more."""


def _expected_alone(column: Column) -> str:
    """What is expected of a cell by itself; as a rule, what the parser of its column says."""
    if column.field in EXPECTED_ALONE:
        return EXPECTED_ALONE[column.field]
    try:
        PARSERS[column.kind](REFUSED_CELLS.get(column.kind, "?"), False)
    except BadInput as refusal:
        expected = f"{refusal}".partition("; expected ")[2].partition("; ")[0]
        return f"{expected}{BOUNDS.get(column.kind, '')}"
    raise ValueError(column.title)


BLANK = "a blank cell for this pricing method"

EXPECTED_BESIDE = {
    "quantity_to": f"{format_title('quantity_from')} or more",
    **dict.fromkeys(("price", "unit_price", "percent", "minimum"), BLANK),
    "per": f"{BLANK}, or where {format_title('unit_price')} is blank",
    "maximum": f"{format_title('minimum')} or more, or {BLANK}",
    "purchased_through": f"{format_title('purchased_from')} or a later day",
    "ends": "the first day in force or a later day",
    "replaces": f"the number of an earlier document, or '{ALL_BEFORE}'; blank on the sheet {TIERS}",
    "increase": "a row for each rise, effective from its day",
    "assumed": "titles of columns that are filled in, a colon and why",
}
"""What is expected of a cell beside the others of its row, by field."""

EXPECTED_OF_SERVICE = {
    **dict.fromkeys(SERVICE_FIELDS, "the same in all rows of the service"),
    **dict.fromkeys(("quantity_from", "quantity_to"), f"a multiple of {format_title('step')}"),
    "limit": f"the same in all rows of the service, and a multiple of {format_title('step')}",
}
"""What is expected of a cell by what other rows say of the service, by field."""

UNTIL_THEN = "; until then nothing is priced"


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _array(rows: Sequence[Sequence[str]]) -> str:
    return "{" + ";".join(",".join(map(_quote, row)) for row in rows) + "}"


_NUMBERS = {each.kind: number for number, each in enumerate(LIVE, 1)}
_WITH_EXAMPLE = [_NUMBERS[kind] for kind in AT_POINTS]

TEXTS = {
    "FINDING_TEXTS": _array(
        [(each.severity.value, format_title(each.field), each.found, each.to_do) for each in LIVE]
    ),
    "FINDINGS_NUMBERED": ", ".join(
        f"NUMBERED({number}, Findings[{each.column}])" for number, each in enumerate(LIVE, 1)
    ),
    "FIRST_WITH_EXAMPLE": f"{min(_WITH_EXAMPLE)}",
    "LAST_WITH_EXAMPLE": f"{max(_WITH_EXAMPLE)}",
    "EXPECTED_TEXTS": _array(
        [
            (
                *(column.title, _expected_alone(column)),
                *(EXPECTED_BESIDE.get(column.field, ""), EXPECTED_OF_SERVICE.get(column.field, "")),
            )
            for column in COLUMNS
        ]
    ),
    "UNTIL_THEN": _quote(UNTIL_THEN),
    "DUPLICATE_KIND": f"{_NUMBERS[Kind.DUPLICATE]}",
    "TIE_KIND": f"{_NUMBERS[Kind.TIE]}",
    "NOT_IN_AGREEMENT_KIND": f"{_NUMBERS[Kind.NOT_IN_AGREEMENT]}",
    "PRINTED_TOTAL_KIND": f"{_NUMBERS[Kind.PRINTED_TOTAL]}",
    "MOST_SHOWN": f"{MOST_SHOWN:G}",
    "MOST_PRODUCT": f"{MOST_PRODUCT:G}",
    "MOST_LOOKED_AT": f"{MOST_LOOKED_AT}",
    "CHECK_TITLES": ", ".join(map(_quote, CHECK_TITLES)),
    "UNCLEAR_POINTS": _quote(UNCLEAR_POINTS),
    "UNCLEAR_SUMS": _quote(UNCLEAR_SUMS),
    "SEE_CHECK": _quote(SEE_CHECK),
    "NO_ROW": _quote(f"no row on {TIERS} or {AMENDMENTS} can be read"),
    **{f"TITLE_{column.field.upper()}": column.title for column in COLUMNS},
}
"""What the sources of the formulas call by these names."""


# What the formulas list of a contract, and what they do not look for.

Line = tuple[str, str, str, str]


class LiveFindings:
    """The findings of a contract on sheets as they are built, by formulas and as of the build.

    `rows` is the contract with each row of the sheets: formulas look at all of them by themselves,
    also at those that were raised.
    """

    def __init__(self, reading: Reading, rows: Reading) -> None:
        contract = rows.contract
        if contract is None:
            raise ValueError("no contract")
        self._findings = check(reading)
        self._findings_in_rows = check(rows)
        self.points = count_points(contract)
        self._interrupted = any(map(find_interrupting, find_reaches(contract).values()))
        self._rows = {(row.place.sheet, row.place.row): row for row in contract.rows}
        self._rises = any(row.increase for row in contract.tiers)

    def covers(self, finding: Finding) -> bool:
        """Whether formulas look for a finding in this contract."""
        if finding.kind in AT_POINTS and not self.points:
            return False
        if finding.kind is Kind.BROKEN_SUM:
            return not self._interrupted
        if finding.kind is Kind.NO_TERM:
            return not self._rises
        return finding.kind is not None

    def list_live(self) -> Iterator[Line]:
        """The lines that the formulas give, each kind once for a row."""
        first: dict[tuple[int, tuple[int, int]], Finding] = {}
        for finding in filter(self.covers, self._findings_in_rows):
            first.setdefault((_number_of(finding), _row_of(finding.where)), finding)
        for (number, _), finding in sorted(first.items(), key=lambda item: item[0]):
            live = LIVE[number]
            row = self._rows[finding.where.rpartition("!")[0], _row_of(finding.where)[1]]
            detail = f"{_detail_in_words(finding, row)}{_example_in_words(finding.example)}"
            found = f"{cite(row)}: {live.found}{detail}"
            yield live.severity.value, finding.where, found, live.to_do
        if not self.points:
            yield NOT_CHECKED, "", UNCLEAR_POINTS, SEE_CHECK
        elif self._interrupted:
            yield NOT_CHECKED, "", UNCLEAR_SUMS, SEE_CHECK

    def list_lines(self, built: date) -> list[Line]:
        """All lines of the sheet Checks."""
        return [*self.list_live(), *self.list_built(built)]

    def list_built(self, built: date) -> list[Line]:
        """The lines for what formulas do not look for, under a line that says so."""
        rest = [each for each in self._findings if not self.covers(each)]
        lines = [(each.severity.value, each.where, each.found, each.to_do) for each in rest]
        more = len(lines) + 1 - LONGEST_BUILT
        if more > 0:
            lines[LONGEST_BUILT - 2 :] = [(NOT_CHECKED, "", f"{more + 1} more", SEE_CHECK)]
        return [(NOT_CHECKED, "", f"since the build on {built}: {OTHER_KINDS}", SEE_CHECK), *lines]


OTHER_KINDS = (
    "what is assumed, missing documents, days not on file, names and texts, discounts that end "
    "early, more units for less, how quantities add up, purchases, open questions. Below is what "
    "was found then"
)


def _number_of(finding: Finding) -> int:
    """The number of a finding among those of formulas, by its kind and the column of its cell."""
    letters = finding.where.partition("!")[2].rstrip("0123456789")
    return next(
        number
        for number, live in enumerate(LIVE)
        if live.kind is finding.kind and LETTERS[live.field] == letters
    )


LETTERS = {column.field: column_letter(index) for index, column in enumerate(COLUMNS)}


def _row_of(where: str) -> tuple[int, int]:
    sheet, _, cell = where.partition("!")
    return (TIERS, AMENDMENTS).index(sheet), int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _detail_in_words(finding: Finding, row: Row) -> str:
    """The other row that a finding is about, its name or its figure."""
    if finding.other is not None:
        return f" {finding.other.place}"
    if finding.kind is Kind.NOT_IN_AGREEMENT:
        return f" '{tidy_spaces(row.service)}'"
    return _product_in_words(row) if finding.kind is Kind.PRINTED_TOTAL else ""


def _product_in_words(row: Row) -> str:
    """Quantity times unit price, where that has no more than cents; as formulas calculate it."""
    product = float(row.quantity_from) * float(row.unit_price or 0) / row.per
    return "" if product >= MOST_PRODUCT or round(product, 2) != product else f", {product:,.2f}"


def _example_in_words(example: Example | None) -> str:
    if example is None:
        return ""
    quantity, day = example
    is_whole = quantity == quantity.to_integral_value()
    if quantity >= MOST_SHOWN:
        return ""
    shown = f"{quantity:,.0f}" if is_whole else f"{quantity.normalize():,f}"
    return f", for example {shown}{'' if day is None else f' on {day}'}"


def count_points(contract: Contract) -> int:
    """The quantities and days at which formulas look at prices; 0 where they do not look."""
    book = PriceBook(contract)
    reaches = find_reaches(contract)
    points = 0
    for service in contract.services:
        prices = book.price_list(service)
        counts = {0, 1}
        for each in reaches[service.key]:
            counts |= {each.first, each.last + 1}
        points += len(prices.days) * len({each for each in counts if each < 10**16})
    too_many = points * len(contract.rows) > MOST_LOOKED_AT
    replacing = (row for row in contract.rows if row.replaces is not None)
    unclear = any(row.effective is None and in_force_from(row, FIRST_DAY) for row in replacing)
    limited = any(service.limit is not None for service in contract.services)
    return 0 if too_many or unclear or limited else points

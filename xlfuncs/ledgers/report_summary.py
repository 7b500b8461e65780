"""The first page of a report: what was looked at, found, and could not be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.ledgers.audit import Audit, Breakdown, By, Skipped, list_documents, list_drafts
from xlfuncs.ledgers.report_cells import ReportSheet, count_rows, cut, join_some
from xlfuncs.ledgers.report_chart import HEIGHT_IN_ROWS, find_bars
from xlfuncs.ledgers.report_lists import (
    CREDITED,
    CREDITS,
    LISTS,
    OVER,
    PAID,
    PRICE,
    UNCOMPARED,
    UNDER,
    YES,
    ListSheet,
    can_sum,
    key_title,
)
from xlfuncs.ledgers.report_totals import NAMES
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.wording import (
    format_billed_services,
    format_money,
    format_number,
    format_through,
)
from xlfuncs.xlsx.styles import (
    BOX,
    BOX_HINT,
    BOX_LABEL,
    BOX_PRICE,
    CALCULATED_STYLE,
    HEADING,
    HINT,
    LABEL,
    PLAIN,
    SECTION,
    TEXT,
    TOTAL,
    WORDS,
    protect,
    set_up_page,
    set_widths,
    widen,
    write_top,
)

# What the page has room for.

SUMMARY = "Summary"
WIDTHS = (46, 11, 18, 18, 18)
LETTERS = "ABCDE"
VALUE_WIDTH = sum(WIDTHS[1:]) + 3
"""Characters that a fact has room for, beside its title."""

MOST_NAMED = 3
"""Contracts, files and documents that are named."""

MOST_CHARGES, MOST_CAUSES = 5, 6
ROW_POINTS = 15.0
"""The height of a row of text."""

MOST_ROWS_OF_TEXT = 8
"""Rows of text after which a text is cut off, or it would take the page for itself."""


def write_summary(page: ReportSheet, audit: Audit, made: date) -> int:
    """Fill the page; returns the row at which the chart begins, 0 where there is none."""
    sheet = page.sheet
    currency = f" All amounts are in {audit.currency}." if audit.currency else ""
    write_top(
        sheet,
        "What was paid, compared with the contract",
        f"Each purchase is compared, to the cent, with the price in the contract.{currency}",
    )
    set_widths(sheet, WIDTHS)
    compared = audit.compared
    largest = (compared.paid, compared.price, audit.credits.paid, audit.uncompared.paid)
    for letter in LETTERS[2:]:
        widen(sheet, letter, map(format_money, largest), PLAIN)
    _write_claim(page, audit)
    sheet["A5"].alignment = INDENTED
    row = _write_facts(page, 9, list(_list_facts(audit, made)))
    row = _write_found(page, row + 1, audit)
    charges = next((each for each in audit.breakdowns if each.by is By.CHARGE), None)
    row = _write_charges(page, row + 1, audit, charges)
    chart = row + 1 if find_bars(audit) else 0
    if chart:
        row = chart + HEIGHT_IN_ROWS
    row = _write_causes(page, row + 1, audit)
    for note in _list_notes(audit):
        page.write(f"A{row}", note, HINT)
        row += 1
    set_up_page(sheet, audit.contracts[0].name)
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.fitToHeight = 1
    protect(sheet)
    return chart


# What can be claimed back, at the top.

INDENTED = Alignment("left", "top", indent=1)


def _write_claim(page: ReportSheet, audit: Audit) -> None:
    for row in (4, 5, 6):
        for letter in LETTERS:
            page.write(f"{letter}{row}", None, BOX)
    page.write("A4", "Can be claimed back", BOX_LABEL)
    if not audit.over.count:
        page.write("A5", "nothing" if audit.compared.lines else "not known", BOX_PRICE)
        page.write("A6", _explain_nothing(audit), BOX_HINT)
        return
    formula = ""
    if can_sum(audit.over):
        formula = OVER.sum_wrong()
        if audit.credited_lines:
            credited = (CREDITED, f'"{YES}"')
            formula += f"-{OVER.sum_wrong(credited)}"
    page.write_amount("A5", audit.claim, BOX_PRICE, formula)
    page.write("A6", _explain_claim(audit), BOX_HINT)


def _explain_nothing(audit: Audit) -> str:
    if not audit.compared.lines:
        return "no line has both a contract price and an amount paid"
    lines = _count(audit.compared.lines, "purchase")
    return f"of {lines} compared, none was paid above the contract price"


def _explain_claim(audit: Audit) -> str:
    over = f"paid above the contract price on {_count(audit.compared.over_lines, 'purchase')}"
    if not audit.credited_lines:
        return over
    return (
        f"{over}, less {format_money(audit.credited)} on "
        f"{_count(audit.credited_lines, 'purchase')} that a credit undoes"
    )


def _count(number: int, noun: str) -> str:
    return f"{format_number(Decimal(number))} {noun if number == 1 else noun + 's'}"


# What was looked at.


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what was looked at."""

    title: str
    value: str


def _list_facts(audit: Audit, made: date) -> Iterator[Fact]:
    contracts = audit.contracts
    one = len(contracts) == 1
    yield Fact(
        "Contract" if one else "Contracts", join_some((each.name for each in contracts), MOST_NAMED)
    )
    if one and contracts[0].parties:
        yield Fact("Parties", "; ".join(contracts[0].parties))
    titles = [
        (each, title)
        for each in contracts
        for title in list_documents(each, audit.known_on, audit.through)
    ]
    counted = [_name_documents(titles, one=one) or "none"]
    counted += [f"as known on {audit.known_on}"] if audit.known_on else []
    counted += [format_through(audit.through)] if audit.through is not None else []
    yield Fact("Documents counted", "; ".join(counted))
    drafts = [(each, title) for each in contracts for title in list_drafts(each, audit.through)]
    if drafts:
        named = _name_documents(drafts, one=one)
        yield Fact("Neither signed nor dated", f"not counted: {named}")
    billed = format_billed_services([each for one_ in contracts for each in one_.services])
    if billed:
        yield Fact("Billing period", billed)
    yield Fact("Ledger", join_some(audit.ledgers, MOST_NAMED))
    yield Fact("Lines in the ledger", format_number(Decimal(audit.lines)))
    yield Fact("Purchases", _describe_purchases(audit))
    if audit.credits.count:
        yield Fact("Credits", format_number(Decimal(audit.credits.count)))
    if audit.skipped:
        yield Fact("Lines that are no purchases", "; ".join(map(_describe_skipped, audit.skipped)))
    yield Fact("Report made on", f"{made}")


def _name_documents(titles: Sequence[tuple[Contract, str]], *, one: bool) -> str:
    """The first titles; those of several contracts with the name of each."""
    named = (title if one else f"{title} ({contract.name})" for contract, title in titles)
    return join_some(named, MOST_NAMED)


def _describe_purchases(audit: Audit) -> str:
    number = format_number(Decimal(audit.purchases))
    if audit.first_day is None or audit.last_day is None:
        return number
    if audit.first_day == audit.last_day:
        return f"{number}, on {audit.first_day}"
    return f"{number}, from {audit.first_day} to {audit.last_day}"


SKIPPED = {
    "blank line": ("blank line", "blank lines"),
    "total line": ("total line", "total lines"),
}
"""What lines are called that are no purchases, one and several, by their outcome."""


def _describe_skipped(skipped: Skipped) -> str:
    one, several = SKIPPED[skipped.outcome]
    return f"{format_number(Decimal(skipped.lines))} {one if skipped.lines == 1 else several}"


def _write_facts(page: ReportSheet, row: int, facts: Sequence[Fact]) -> int:
    page.write(f"A{row - 1}", "What was looked at", SECTION)
    for row_of_fact, fact in enumerate(facts, row):
        page.write(f"A{row_of_fact}", fact.title, LABEL)
        _write_across(page, row_of_fact, fact.value)
    return row + len(facts)


def _write_across(page: ReportSheet, row: int, text: str) -> None:
    """Write a text over the columns beside the titles, in as many rows of text as it needs."""
    page.write(f"B{row}", text, TEXT)
    page.sheet.merge_cells(f"B{row}:E{row}")
    _fit_row(page.sheet, row, count_rows(cut(text), VALUE_WIDTH))


# What was found: what was paid right, over and under, and credits.


def _write_found(page: ReportSheet, row: int, audit: Audit) -> int:
    page.write(f"A{row}", "What was found", SECTION)
    row += 1
    _write_titles(page, row, ("Purchases that were compared", "Lines", PAID, PRICE, "Difference"))
    compared, over, under = audit.compared, audit.over, audit.under
    even = (
        compared.lines - over.count - under.count,
        compared.paid - over.paid - under.paid,
        compared.price - over.price - under.price,
    )
    first = row + 1
    _write_side(page, first, "Paid as the contract says", even, None)
    for place, (kind, words) in enumerate(
        ((OVER, "Paid above the contract price"), (UNDER, "Paid below the contract price")),
        first + 1,
    ):
        listed = kind.lines(audit)
        figures = (listed.count, listed.paid, listed.price)
        _write_side(page, place, words, figures, kind if can_sum(listed) else None)
    last = first + 3
    page.write(f"A{last}", "All that was compared", TEXT)
    sums = [f"SUM({letter}{first}:{letter}{last - 1})" for letter in LETTERS]
    page.write_count(f"B{last}", compared.lines, TOTAL, sums[1])
    page.write_amount(f"C{last}", compared.paid, TOTAL, sums[2])
    page.write_amount(f"D{last}", compared.price, TOTAL, sums[3])
    page.write_amount(f"E{last}", compared.paid - compared.price, TOTAL, sums[4])
    credits_ = audit.credits
    page.write(f"A{last + 1}", "Credits, which are not in these figures", WORDS[CALCULATED_STYLE])
    _write_number(page, last + 1, credits_.count)
    formula = f"SUM({CREDITS.table}[{PAID}])" if can_sum(credits_) else ""
    if credits_.count:
        page.write_amount(f"C{last + 1}", credits_.paid, CALCULATED_STYLE, formula)
    return last + 2


def _write_side(
    page: ReportSheet,
    row: int,
    words: str,
    figures: tuple[int, Decimal, Decimal],
    kind: ListSheet | None,
) -> None:
    """Write a line of what was found, by formulas where a list has all of it."""
    lines, paid, price = figures
    page.write(f"A{row}", words, WORDS[CALCULATED_STYLE])
    _write_number(page, row, lines)
    if not lines:
        for letter in "CDE":
            page.write(f"{letter}{row}", None, CALCULATED_STYLE)
        return
    sums = [f"SUM({kind.table}[{title}])" if kind else "" for title in (PAID, PRICE)]
    page.write_amount(f"C{row}", paid, CALCULATED_STYLE, sums[0])
    page.write_amount(f"D{row}", price, CALCULATED_STYLE, sums[1])
    page.write_amount(f"E{row}", paid - price, CALCULATED_STYLE, f"C{row}-D{row}")


def _write_words(page: ReportSheet, row: int, text: str) -> None:
    """Write the words of a line, in as many rows of text as they need.

    The height is stated, or a program that fits it later would leave the chart where it was.
    """
    page.write(f"A{row}", text, WORDS[CALCULATED_STYLE])
    _fit_row(page.sheet, row, count_rows(cut(text), WIDTHS[0]))


def _fit_row(sheet: Worksheet, row: int, rows_of_text: int) -> None:
    if rows_of_text > 1:
        sheet.row_dimensions[row].height = ROW_POINTS * min(rows_of_text, MOST_ROWS_OF_TEXT)


def _write_titles(page: ReportSheet, row: int, titles: Sequence[str]) -> None:
    for letter, title in zip(LETTERS, titles, strict=False):
        page.write(f"{letter}{row}", title, WORDS[HEADING] if letter == "A" else HEADING)


def _write_number(page: ReportSheet, row: int, lines: int) -> None:
    if lines:
        page.write_count(f"B{row}", lines, CALCULATED_STYLE)
    else:
        page.write(f"B{row}", "none", CALCULATED_STYLE)


# What was charged instead, and what could not be compared.


def _write_charges(page: ReportSheet, row: int, audit: Audit, charges: Breakdown | None) -> int:
    page.write(f"A{row}", "What was charged in place of the contract price", SECTION)
    row += 1
    if charges is None:
        page.write(f"A{row}", "none", TEXT)
        return row + 1
    _write_titles(page, row, ("Charged as", "Lines", "Overpaid", "Underpaid"))
    shown = charges.groups[:MOST_CHARGES]
    for number, group in enumerate(shown, 1):
        row += 1
        amounts = group.amounts
        _write_words(page, row, group.name)
        _write_number(page, row, amounts.over_lines + amounts.under_lines)
        for letter, kind, amount in (("C", OVER, amounts.over), ("D", UNDER, amounts.under)):
            formula = ""
            if can_sum(kind.lines(audit)):
                formula = kind.sum_wrong((key_title(By.CHARGE), f"{number}"))
            page.write_amount(f"{letter}{row}", amount, CALCULATED_STYLE, formula)
    more = len(charges.groups) + charges.others - len(shown)
    if more:
        row += 1
        page.write(f"A{row}", f"and {more:,} more, on the sheet {NAMES[By.CHARGE]}", HINT)
    return row + 1


def _write_causes(page: ReportSheet, row: int, audit: Audit) -> int:
    page.write(f"A{row}", "What could not be compared", SECTION)
    row += 1
    if not audit.causes:
        page.write(f"A{row}", "none", TEXT)
        return row + 1
    _write_titles(page, row, ("Why", "Lines", PAID))
    shown = audit.causes[:MOST_CAUSES]
    for cause in shown:
        row += 1
        text = cause.text if cause.outcome == "price" else f"{cause.outcome}: {cause.text}"
        _write_words(page, row, text)
        _write_number(page, row, cause.lines)
        page.write_amount(f"C{row}", cause.paid, CALCULATED_STYLE)
    rest = audit.causes[MOST_CAUSES:]
    if rest:
        row += 1
        page.write(f"A{row}", "other causes", WORDS[CALCULATED_STYLE])
        _write_number(page, row, sum(each.lines for each in rest))
        page.write_amount(f"C{row}", sum((each.paid for each in rest), Decimal()), CALCULATED_STYLE)
    row += 1
    page.write(f"A{row}", "All that was not compared", TEXT)
    page.write_count(f"B{row}", audit.uncompared.count, TOTAL)
    page.write_amount(f"C{row}", audit.uncompared.paid, TOTAL)
    return row + 1


def _list_notes(audit: Audit) -> Iterator[str]:
    """What a reader needs to know of the sheets that follow."""
    unpaired = audit.credits.count - audit.paired
    if unpaired and audit.over.count:
        yield (
            f"{_count(unpaired, 'credit')} cannot be matched with certainty to a purchase: see the "
            f"sheet {CREDITS.name} before you claim."
        )
    for kind in LISTS:
        listed = kind.lines(audit)
        if listed.count > len(listed.lines):
            lines = format_number(Decimal(len(listed.lines)))
            yield f"The sheet {kind.name} lists the {lines} largest lines; totals have all of them."
        elif listed.count and kind is not UNCOMPARED and not can_sum(listed):
            yield f"Amounts on the sheet {kind.name} are too large for sums of a spreadsheet."

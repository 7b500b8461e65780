"""The totals of a report: compared lines by explanation, vendor, service, document and month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xlfuncs.ledgers.audit import Amounts, Audit, Breakdown, By, sum_amounts
from xlfuncs.ledgers.report_cells import ReportSheet, round_to_cents
from xlfuncs.ledgers.report_lists import (
    COUNTED,
    OVER,
    PAID,
    PRICE,
    UNDER,
    can_sum,
    key_title,
    this_row,
)
from xlfuncs.pricing.wording import format_number
from xlfuncs.sheets.schema import column_letter
from xlfuncs.xlsx.excel_tables import add_table
from xlfuncs.xlsx.styles import (
    CALCULATED_STYLE,
    HEADING,
    MONEY,
    TOTAL,
    TOTAL_LABEL,
    WORDS,
    set_up_page,
    set_widths,
    widen,
    write_top,
)

# Totals of one kind: a row for each group, with what was paid over and under from the lists.

NAMES = {
    By.CHARGE: "By charge",
    By.VENDOR: "By vendor",
    By.SERVICE: "By service",
    By.DOCUMENT: "By document",
    By.MONTH: "By month",
}
"""The names of the sheets."""

NOTES = {
    By.CHARGE: "Lines paid above or below the contract price, by what was charged instead.",
    By.VENDOR: "Purchases that were compared with the contract, by vendor.",
    By.SERVICE: "Purchases that were compared with the contract, by service.",
    By.DOCUMENT: "Purchases that were compared, by the document that states the price.",
    By.MONTH: "Purchases that were compared with the contract, by month of purchase.",
}
NUMBER = "No."
"""What formulas know a group by."""

LINES, OVER_LINES, UNDER_LINES = "Lines", "Lines overpaid", "Lines underpaid"
FIGURES = (LINES, PAID, PRICE, OVER_LINES, OVER.difference, UNDER_LINES, UNDER.difference)
WIDTHS = (6, 44, 10, 17, 17, 11, 17, 11, 17)
FIRST_FIGURE = 2
TOTAL_ROW, TITLE_ROW = 4, 5
FIRST_ROW = TITLE_ROW + 1


def list_figures(amounts: Amounts) -> tuple[int | Decimal, ...]:
    """What is said of a group, in the order of FIGURES."""
    return (
        *(amounts.lines, amounts.paid, amounts.price),
        *(amounts.over_lines, amounts.over, amounts.under_lines, amounts.under),
    )


def list_formulas(audit: Audit, by: By, number: str) -> dict[str, str]:
    """The formulas of the figures of a group, whose number is in a cell.

    What was paid over and under is summed from the lists where these have every line. What else
    the ledger has is on no list.
    """
    formulas: dict[str, str] = {}
    for kind, lines in ((OVER, OVER_LINES), (UNDER, UNDER_LINES)):
        if can_sum(kind.lines(audit)):
            chosen = (key_title(by), number)
            formulas[lines] = kind.count_wrong(chosen)
            formulas[kind.difference] = kind.sum_wrong(chosen)
    return formulas


def write_totals(page: ReportSheet, breakdown: Breakdown, audit: Audit) -> None:
    """Fill the sheet of one kind of totals."""
    by, sheet = breakdown.by, page.sheet
    table = NAMES[by].replace(" ", "_")
    rows = [(group.name, group.amounts) for group in breakdown.groups]
    if breakdown.others:
        others = format_number(Decimal(breakdown.others))
        rows.append((f"all others together: {others}", breakdown.amounts_of_others))
    whole = list_figures(sum_amounts(amounts for _, amounts in rows))
    formulas = list_formulas(audit, by, this_row(table, NUMBER))
    write_top(sheet, NAMES[by], NOTES[by])
    set_widths(sheet, WIDTHS)
    add_table(
        sheet,
        table,
        [(NUMBER, HEADING), (by.value, WORDS[HEADING]), *((each, HEADING) for each in FIGURES)],
        TITLE_ROW,
        len(rows),
        formulas={
            title: round_to_cents(formula) if title in AMOUNTS else formula
            for title, formula in formulas.items()
        },
    )
    page.write(f"B{TOTAL_ROW}", "All", TOTAL_LABEL)
    _write_figures(
        page, TOTAL_ROW, whole, TOTAL, {each: f"SUM({table}[{each}])" for each in FIGURES}
    )
    for row, (name, amounts) in enumerate(rows, FIRST_ROW):
        page.write(f"A{row}", row - TITLE_ROW, CALCULATED_STYLE, COUNTED)
        page.write(f"B{row}", name, WORDS[CALCULATED_STYLE])
        _write_figures(page, row, list_figures(amounts), CALCULATED_STYLE, formulas)
    for place, figure in enumerate(whole, FIRST_FIGURE):
        widen(sheet, column_letter(place), [float(figure)], MONEY)
    set_up_page(sheet, audit.contracts[0].name, TITLE_ROW)
    sheet.freeze_panes = f"C{FIRST_ROW}"


AMOUNTS = (PAID, PRICE, OVER.difference, UNDER.difference)


def _write_figures(
    page: ReportSheet,
    row: int,
    figures: Sequence[int | Decimal],
    style: str,
    formulas: Mapping[str, str],
) -> None:
    for place, (title, figure) in enumerate(zip(FIGURES, figures, strict=True), FIRST_FIGURE):
        address, formula = f"{column_letter(place)}{row}", formulas.get(title, "")
        if isinstance(figure, Decimal):
            page.write_amount(address, figure, style, formula)
        else:
            page.write_count(address, figure, style, formula)

"""The sheet Summary: what was compared, and the overcharges by service, source and reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell, write_top
from workbooks.look.pages import protect, set_page
from workbooks.look.styles import HINT, LABEL, MONEY, PLAIN, QUANTITY, SECTION, TEXT
from workbooks.look.widths import set_widths
from workbooks.reports.bars import rows_covered
from workbooks.reports.figures import DIGITS, most_off, works_out
from workbooks.reports.groups import groups_of
from workbooks.reports.listed import OVERCHARGES
from workbooks.reports.table import TABLE_LETTERS, LINES, OVERPAID, Table, table_of, write_table
from workbooks.reports.texts import cut
from xlfuncs.ledgers.overcharges import Overcharges
from xlfuncs.pricing.wording import money, number
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.particulars import ITEMS

WIDTHS = (8, 26, 34, 60, 10, 17, 17, 17, 8, 11, 19, 19, 19)
FIRST_FACT_ROW = 4
VALUES, CHART = "C", "D"
"""The columns in which what was compared stands, and the chart beside it."""


class Fact(NamedTuple):
    """A line of what was compared or found."""

    title: str
    value: Cell
    number_format: str = PLAIN


class Summary(NamedTuple):
    """The values of the formulas by cell, and the table, where there are overcharges."""

    values: dict[str, Cell]
    table: Table | None


def write_summary(sheet: Worksheet, found: Overcharges, made: date) -> Summary:
    """Fills the sheet, all but its chart."""
    currency = found.contract.currency
    amounts = f" All amounts in {currency}." if currency else ""
    note = (
        f"Lines of a ledger on which more was paid than the contract price.{amounts} Each line is "
        "looked at by itself: a credit note is not set against its invoice."
    )
    write_top(sheet, "Overcharges", note)
    set_widths(sheet, WIDTHS)
    facts = list(_facts(found, made))
    for row, fact in enumerate(facts, FIRST_FACT_ROW):
        _write_fact(sheet, row, fact)
    row = FIRST_FACT_ROW + len(facts)
    summary = _write_sums(sheet, row, found) if found.sums else Summary({}, None)
    if not found.sums:
        write_cell(sheet, f"A{row + 1}", _nothing_found(found), LABEL)
    set_page(sheet, found.contract.name, summary.table.title_row if summary.table else None)
    protect(sheet)
    return summary


def _facts(found: Overcharges, made: date) -> Iterator[Fact]:
    contract = found.contract
    yield Fact(ITEMS["name"], contract.name)
    yield from (Fact(ITEMS["parties"], party) for party in contract.parties)
    yield Fact("Documents as known on", f"{found.known_on or 'any day: all on file'}")
    yield Fact("Ledger", found.ledger)
    yield Fact("Report made on", f"{made}")
    yield Fact("Lines of the ledger", found.lines, QUANTITY)
    yield Fact("Of these priced", found.priced, QUANTITY)
    yield Fact("Of these with an amount paid", found.compared, QUANTITY)
    for kind, lines, paid in found.unchecked:
        counted = f"{number(Decimal(lines))} {'line' if lines == 1 else 'lines'}"
        yield Fact(f"Not compared: {kind.value}", f"{counted}; {money(paid)} was paid")


def _write_fact(sheet: Worksheet, row: int, fact: Fact) -> SheetCell:
    write_cell(sheet, f"A{row}", fact.title, LABEL)
    value = cut(fact.value) if isinstance(fact.value, str) else fact.value
    return write_cell(sheet, f"{VALUES}{row}", value, TEXT, fact.number_format)


def _nothing_found(found: Overcharges) -> str:
    if not found.compared:
        return "Nothing was compared: no line has both a contract price and an amount paid."
    lines = number(Decimal(found.compared))
    return f"No overcharges: of {lines} compared, no line was paid more than the contract price."


def _write_sums(sheet: Worksheet, row: int, found: Overcharges) -> Summary:
    """Writes the results from a row on, and the table below them and the chart."""
    groups = groups_of(found)
    below = max(row + 2, FIRST_FACT_ROW + rows_covered(len(groups))) + 1
    notes = list(_notes(found, table_of(groups, below)))
    table = table_of(groups, below + 1 + len(notes))
    write_cell(sheet, f"A{below}", "Overcharges by service, source and reason", SECTION)
    for number_of_row, note in enumerate(notes, below + 1):
        write_cell(sheet, f"A{number_of_row}", note, HINT)
    values = write_table(sheet, table)
    overpaid = float(table.whole.overpaid) if table.in_figures else money(table.whole.overpaid)
    results = [
        (Fact("Lines overcharged", table.whole.lines, QUANTITY), TABLE_LETTERS[LINES]),
        (Fact("Overpaid in all", overpaid, MONEY), OVERPAID),
    ]
    for place, (fact, letter) in enumerate(results, row):
        cell = _write_fact(sheet, place, fact)
        if table.in_figures:
            cell.value = f"={letter}{table.total_row}"
            values[cell.coordinate] = fact.value
    return Summary(values, table)


def _notes(found: Overcharges, table: Table) -> Iterator[str]:
    """What a reader of the table has to know of where its figures come from."""
    as_text = sum(not works_out(line) for line in found.listed)
    unlisted = table.whole.lines - len(found.listed)
    if unlisted:
        listed = f"the sheet {OVERCHARGES} has the {number(Decimal(len(found.listed)))} largest"
        yield f"Lines not listed: {number(Decimal(unlisted))}; {listed}."
    if as_text:
        why = f"in figures of {DIGITS} digits a cent of their price or difference would be lost"
        yield f"Lines listed as text: {number(Decimal(as_text))}; {why}."
    if not table.in_figures:
        yield f"These sums have more than {DIGITS} digits: they stand as text, without formulas."
        return
    if table.has_rest:
        yield (
            f"Each sum is worked out from the sheet {OVERCHARGES}, and the rest to the right is "
            "added: lines not listed or listed as text, as they were summed up with the ledger."
        )
    off = most_off(table.whole.paid, len(found.listed))
    if off:
        yield f"Worked out anew in binary figures, a sum may be off by up to {money(off)}."

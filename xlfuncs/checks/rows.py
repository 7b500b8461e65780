"""What each row by itself leaves doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.pricing.claims import claim, in_force_from
from xlfuncs.pricing.contract import Assumption, Charge, Contract, Row
from xlfuncs.pricing.lines import EXACT, to_cents
from xlfuncs.pricing.wording import citation, money, number, quantities
from xlfuncs.tables.schema import title_of


def row_findings(contract: Contract) -> Iterator[Finding]:
    """Row by row: what it lacks, what is assumed in it, and totals that do not multiply out."""
    assumed: set[tuple[int, Assumption]] = set()
    for row in contract.rows:
        yield from _not_on_file(row)
        yield from _never_counts(row)
        yield from _printed_total(row)
        yield from _untraceable(row)
        yield from _small_percentage(row)
        for assumption in row.assumed:
            if (row.document, assumption) not in assumed:
                assumed.add((row.document, assumption))
                fields, why = assumption
                named = " and ".join(title_of(field).lower() for field in fields)
                yield Finding(
                    Severity.NOTE,
                    row.place.cell(fields[0]),
                    f"{named} of {row.title} assumed: {why}",
                    "find the document that states it",
                )


def _not_on_file(row: Row) -> Iterator[Finding]:
    if row.charge is Charge.NOT_ON_FILE:
        where = row.place.cell("charge")
        found = f"{quantities(row)} of {row.service!r} not on file: {citation(row)}"
        yield Finding(Severity.NOTE, where, found, "find what settles it and enter that")
    for field in row.lacking:
        found = f"{title_of(field).lower()} is blank, so the row counts as not on file"
        to_do = f"enter what {citation(row)} says"
        yield Finding(Severity.WARNING, row.place.cell(field), found, to_do)
    if row.document > 0 and row.effective is None and row.signed is not None:
        found = f"{row.title} is signed but not effective, so the row counts as not on file"
        yield Finding(
            Severity.WARNING, row.place.cell("effective"), found, "enter the first day in force"
        )


def _never_counts(row: Row) -> Iterator[Finding]:
    if in_force_from(row) is None:
        found = f"{row.title} is neither signed nor effective, so the row is not in force"
        yield Finding(
            Severity.NOTE, row.place.cell("effective"), found, "enter the days once it is signed"
        )
    elif claim(row, Decimal(1)) is None:
        found = "the row counts on no day: its purchase days and its days in force do not meet"
        where = row.place.cell("purchased_through" if row.purchased_through else "effective")
        yield Finding(Severity.WARNING, where, found, "compare the dates")


def _printed_total(row: Row) -> Iterator[Finding]:
    exact = row.quantity_from == row.quantity_to
    if row.charge is Charge.PACKAGE and exact and row.price is not None and row.unit_price:
        product = EXACT.multiply(row.quantity_from, row.unit_price)
        if to_cents(product) != row.price:
            found = (
                f"{number(row.quantity_from)} x {money(row.unit_price)} = {money(product)}, but "
                f"the printed total is {money(row.price)}: {money(abs(row.price - product))} apart"
            )
            to_do = "nothing, if both figures are as printed: the printed total is the price"
            yield Finding(Severity.NOTE, row.place.cell("price"), found, to_do)


def _untraceable(row: Row) -> Iterator[Finding]:
    if not row.clause:
        found = "clause is blank, so a price from this row cannot be traced to its place"
        yield Finding(Severity.WARNING, row.place.cell("clause"), found, "enter the clause")


def _small_percentage(row: Row) -> Iterator[Finding]:
    if row.percent and row.percent < 1:
        found = f"{number(row.percent)} percent off is less than one percent"
        to_do = f"enter {number(row.percent * 100)} if that is meant: 15 is 15 percent, 0.15 is not"
        yield Finding(Severity.WARNING, row.place.cell("percent"), found, to_do)

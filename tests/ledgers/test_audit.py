"""What an audit finds in a priced ledger, beside the same summed up line by line."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
from sqlglot import exp

from tests.support.made_up_audits import (
    CONTRACT,
    PRICE,
    SOURCES,
    any_line,
    audit_of,
    line_of,
    mark_credited,
    name_credit,
    with_groups,
)
from xlfuncs.ledgers import audit as audit_module
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.audit import (
    NO_AMOUNT,
    UNREAD_AMOUNT,
    Audit,
    By,
    LedgerLine,
    Skipped,
    find_audit,
    list_documents,
    list_drafts,
)
from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.cell_texts import CellText
from xlfuncs.ledgers.ledger import Ledger

COLUMNS = {
    "line": "INTEGER",
    "file": "VARCHAR",
    "reference": "VARCHAR",
    "vendor": "VARCHAR",
    "day": "DATE",
    "service": "INTEGER",
    "service_named": "VARCHAR",
    "stated": "DECIMAL(21, 6)",
    "before": "DECIMAL(21, 6)",
    "paid": "DECIMAL(38, 2)",
    "unpaid": "VARCHAR",
    "price": "DECIMAL(38, 2)",
    "charged_as": "VARCHAR",
    "credit": "BOOLEAN",
    "undone": "BOOLEAN",
    "settled": "BOOLEAN",
    "source": "VARCHAR",
    "kind": "VARCHAR",
    "because": "VARCHAR",
    "reason": "VARCHAR",
}
SERVICES = {"": 0, "Scans": 1, "Audits": 2}
CAUSE = "no row fits"


@dataclass
class PricedLedger:
    """The lines of a priced ledger as a table, asked as a batch is."""

    database: duckdb.DuckDBPyConnection
    table: Any

    ledger = Ledger(sql.NULL, *[CellText(sql.NULL, sql.NULL, sql.NULL)] * 2)

    def select(self, *columns: exp.Expr) -> exp.Select:
        return sql.select(*columns, of="lines")


def found_in(
    lines: list[LedgerLine],
    *,
    credits: list[LedgerLine] | None = None,
    others: list[tuple[str, str | None]] | None = None,
    unread: tuple[int, ...] = (),
) -> Audit:
    """The audit of purchases, credits, and other lines with an outcome and an amount paid."""
    database = duckdb.connect()
    named = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    database.execute(f"CREATE TABLE lines ({named})")
    lines = mark_credited(lines, credits or ())
    rows = [_row(each, is_credit=False, unread=unread) for each in lines]
    rows += [_row(each, is_credit=True, unread=unread) for each in credits or ()]
    for number, (kind, paid) in enumerate(others or ()):
        blank = dict.fromkeys(COLUMNS)
        rows.append(
            [*{**blank, "line": number, "kind": kind, "paid": paid, "credit": False}.values()]
        )
    if rows:
        places = ", ".join("?" * len(COLUMNS))
        database.executemany(f"INSERT INTO lines VALUES ({places})", rows)  # noqa: S608
    table = SimpleNamespace(contracts=(CONTRACT,), known_on=None, through=None)
    return find_audit(cast(Batch, PricedLedger(database, table)), ["ledger.csv"])


def _row(line: LedgerLine, *, is_credit: bool, unread: tuple[int, ...]) -> list[object]:
    return [
        line.line,
        line.file or None,
        line.reference or None,
        line.vendor or None,
        line.purchased,
        SERVICES.get(line.service, 0),
        line.service,
        line.quantity,
        line.before,
        line.paid,
        "amount paid is 'x'" if line.line in unread else None,
        line.price,
        line.charged_as or None,
        is_credit,
        line.is_credited or None,
        (is_credit and line.charged_as.startswith("credit for ")) or None,
        line.source or None,
        line.outcome,
        CAUSE if line.outcome != PRICE else None,
        line.reason or None,
    ]


def as_listed(line: LedgerLine) -> LedgerLine:
    """The line with what a list says of it besides."""
    if line.outcome == PRICE and line.paid is None:
        return replace(line, reason="; ".join(filter(None, (NO_AMOUNT, line.reason))))
    return line


def credit_of(line: LedgerLine, number: int) -> LedgerLine:
    """A credit that undoes a line."""
    return line_of(
        number,
        f"{line.price}",
        f"{(line.paid or 0) - (line.price or 0)}",
        is_credit=True,
        file=line.file,
        charged_as=name_credit(line.file, line.line),
    )


def test_everything_is_found_that_is_in_a_random_ledger(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    drawn = [any_line(random, number) for number in range(2, 1200)]
    credits = [each for each in drawn if (each.paid or 0) < 0]
    lines = [each for each in drawn if each not in credits]
    is_over = [each for each in lines if each.price is not None and (each.paid or 0) > each.price]
    credits += [credit_of(each, 5000 + n) for n, each in enumerate(random.sample(is_over, 20))]
    causes = {(each.file, each.line): CAUSE for each in lines if each.outcome != PRICE}
    skipped = [
        Skipped("blank line", 2, Decimal()),
        Skipped("total line", 1, Decimal("9.00")),
    ]
    others = [
        ("blank line", None),
        ("total line", "9"),
        ("blank line", None),
    ]
    for listed, groups in ((10_000, 500), (50, 2)):
        monkeypatch.setattr(audit_module, "MOST_LISTED", listed)
        monkeypatch.setattr(audit_module, "MOST_OVER", listed // 2)
        monkeypatch.setattr(audit_module, "MOST_GROUPS", groups)
        expected = audit_of(
            map(as_listed, lines),
            credits=credits,
            skipped=skipped,
            causes=causes,
            most_listed=listed,
            most_over=listed // 2,
            most_groups=groups,
        )
        assert found_in(lines, credits=credits, others=others) == expected
    assert expected.over.count > len(expected.over.lines)
    assert expected.breakdowns[0].others
    assert expected.credited_lines == 20
    assert 0 < expected.claim < expected.compared.over


def test_a_ledger_without_lines_has_nothing_in_it() -> None:
    found = found_in([])
    assert found == audit_of([])
    assert (found.lines, found.claim, found.breakdowns) == (0, 0, ())


def test_a_cent_above_the_price_is_overpaid_and_a_cent_below_underpaid() -> None:
    lines = [line_of(number, "275.00", by) for number, by in enumerate(("0.01", "0", "-0.01"), 2)]
    found = found_in(lines)
    assert [each.line for each in found.over.lines] == [2]
    assert [each.line for each in found.under.lines] == [4]
    amounts = found.compared
    assert (amounts.lines, amounts.over, amounts.under) == (3, Decimal("0.01"), Decimal("0.01"))


def test_an_amount_that_is_missing_is_told_from_one_that_cannot_be_read() -> None:
    lines = [line_of(2, "275.00", None), line_of(3, "275.00", None, reason="why")]
    found = found_in(lines, unread=(3,))
    assert {(each.outcome, each.text, each.lines) for each in found.causes} == {
        (PRICE, NO_AMOUNT, 1),
        (PRICE, UNREAD_AMOUNT, 1),
    }
    reasons = {each.line: each.reason for each in found.uncompared.lines}
    assert reasons == {2: NO_AMOUNT, 3: "amount paid is 'x'; why"}


def test_a_credit_is_neither_overpaid_nor_underpaid() -> None:
    found = found_in([], credits=[line_of(2, "275.00", "0", is_credit=True)])
    assert (found.over.count, found.under.count, found.uncompared.count) == (0, 0, 0)
    assert (found.credits.count, found.credits.paid, found.credits.difference) == (1, -275, 0)
    assert (found.purchases, found.lines) == (0, 1)


@pytest.mark.parametrize(
    ("label", "claim"),
    [
        ("credit for line 2 of a.csv", 0),
        ("credit for b.csv line 2", 5),
        ("credit for line 2", 5),
        ("credit for line 2 of a.csv or 3 of a.csv", 5),
        ("credit; no line found that it undoes", 5),
    ],
)
def test_what_a_credit_undoes_is_not_claimed(label: str, claim: int) -> None:
    lines = [line_of(2, "275", "5", file="a.csv"), line_of(3, "275", "0", file="a.csv")]
    credit = line_of(4, "275", "5", is_credit=True, file="a.csv", charged_as=label)
    found = found_in(lines, credits=[credit])
    assert (found.compared.over, found.claim) == (5, claim)
    assert [each.is_credited for each in found.over.lines] == [claim == 0]


def test_documents_are_told_by_what_a_source_cites_first() -> None:
    titles = {"Agreement": 2, "Amendment 1": 3, "Amendment 2": 4}
    lines = [line_of(number, source=SOURCES[number - 2]) for number in titles.values()]
    [by_document] = [each for each in found_in(lines).breakdowns if each.by is By.DOCUMENT]
    assert sorted(each.name for each in by_document.groups) == list(titles)


def test_vendors_are_not_summed_up_where_no_line_has_one() -> None:
    line = line_of()
    assert By.VENDOR not in [each.by for each in found_in([line]).breakdowns]
    with_one = with_groups(replace(line, line=3, vendor="Acme Inc."))
    [vendors] = [each for each in found_in([line, with_one]).breakdowns if each.by is By.VENDOR]
    assert {each.name for each in vendors.groups} == {"Acme Inc.", "no vendor given"}


def test_documents_that_count_are_those_signed_by_the_day_and_up_to_the_number() -> None:
    signed = [None, date(2013, 12, 1), date(2014, 2, 1)]
    rows = tuple(row._replace(signed=day) for row, day in zip(CONTRACT.rows, signed, strict=True))
    contract = CONTRACT._replace(rows=(rows[2], rows[1], rows[0], rows[1]))
    assert list_documents(contract, None, None) == ["Agreement", "Amendment 1", "Amendment 2"]
    assert list_documents(contract, date(2013, 12, 1), None) == ["Agreement", "Amendment 1"]
    assert list_documents(contract, date(2013, 11, 30), None) == ["Agreement"]
    assert list_documents(contract, None, 1) == ["Agreement", "Amendment 1"]


def test_a_document_without_a_day_is_named_as_one_that_does_not_count() -> None:
    agreement, first, second = CONTRACT.rows
    contract = CONTRACT._replace(rows=(agreement, first, second._replace(effective=None)))
    assert list_documents(contract, None, None) == ["Agreement", "Amendment 1"]
    assert list_drafts(contract, None) == ["Amendment 2"]
    assert list_drafts(contract, 1) == []

"""The report on a ledger: its formulas give every amount to the cent, and nothing is left out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from defusedxml.ElementTree import fromstring
from openxml_audit import FileFormat, OpenXmlValidator

from tests.support.made_up_audits import (
    CONTRACT,
    MADE,
    any_line,
    audit_of,
    line_of,
    name_credit,
    with_groups,
)
from tests.support.office import convert, need, pages_as_text, without_values
from xlfuncs.ledgers.audit import Audit, Breakdown, LedgerLine, Listed, Skipped
from xlfuncs.ledgers.report import build_report
from xlfuncs.ledgers.report_cells import CUT, LARGEST
from xlfuncs.ledgers.report_lists import FIRST_ROW, LISTS, TITLE_ROW
from xlfuncs.ledgers.report_totals import NAMES, OVER_LINES, UNDER_LINES
from xlfuncs.pricing.contract import Billed
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.xlsx.package import read_parts

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
FOUND = (
    "Paid as the contract says",
    "Paid above the contract price",
    "Paid below the contract price",
)


def opened(content: bytes, *, values: bool = True) -> Any:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


def recalculated(content: bytes, folder: Path) -> Any:
    """The workbook as LibreOffice calculates it, with no value to copy from."""
    need("soffice")
    path = folder / "report.xlsx"
    path.write_bytes(without_values(content))
    assert not any(b"</f><v>" in part for part in read_parts(path.read_bytes()).values())
    return opened(convert(path, "xlsx").read_bytes())


def exact(cell: Any) -> Decimal | None:
    """A figure as a spreadsheet shows it, or a text as it is."""
    if cell is None:
        return None
    return Decimal(cell.replace(",", "") if isinstance(cell, str) else repr(cell))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """The rows below the titles."""
    titles, *rows = sheet.iter_rows(min_row=TITLE_ROW, values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows]


def totals_of(sheet: Any) -> dict[str, Any]:
    """What is above the titles."""
    total, titles = sheet.iter_rows(min_row=TITLE_ROW - 1, max_row=TITLE_ROW, values_only=True)
    return dict(zip(titles, total, strict=True))


def on_summary(book: Any, title: str) -> list[Any]:
    """What is beside a title on the first page."""
    [row] = [row for row in book["Summary"].iter_rows(values_only=True) if row[0] == title]
    return list(row[1:])


def sentences(book: Any) -> list[str]:
    return [cell.value for cell in book["Summary"]["A"] if isinstance(cell.value, str)]


def check_list(sheet: Any, listed: Listed, difference: str, signs: tuple[int, int]) -> None:
    """The rows are the lines, and the totals those of all lines."""
    for row, line in zip(rows_of(sheet), listed.lines, strict=True):
        assert (row["Line"], row["Purchase date"].date()) == (line.line, line.purchased)
        amounts = [exact(row[title]) for title in ("Quantity", "Paid", "Contract price")]
        assert amounts == [line.quantity, line.paid, line.price]
        if difference:
            assert exact(row[difference]) == combine(line, signs)
    totals = totals_of(sheet)
    assert exact(totals["Paid"]) == listed.paid
    assert exact(totals["Contract price"]) == listed.price
    assert not difference or exact(totals[difference]) == listed.difference


def combine(line: LedgerLine, signs: tuple[int, int]) -> Decimal | None:
    if line.paid is None or line.price is None:
        return None
    return signs[0] * line.paid + signs[1] * line.price


def check_totals(sheet: Any, breakdown: Breakdown, audit: Audit) -> None:
    groups = [(group.name, group.amounts) for group in breakdown.groups]
    if breakdown.others:
        name = f"all others together: {breakdown.others}"
        groups.append((name, breakdown.amounts_of_others))
    whole: list[Decimal] = [Decimal()] * 7
    for row, (name, amounts) in zip(rows_of(sheet), groups, strict=True):
        figures = [exact(row[title]) for title in FIGURES]
        expected = [Decimal(getattr(amounts, of)) for of in FIGURES.values()]
        assert (row[breakdown.by.value], figures) == (name, expected)
        whole = [one + other for one, other in zip(whole, expected, strict=True)]
    assert [exact(totals_of(sheet)[title]) for title in FIGURES] == whole


FIGURES = {
    "Lines": "lines",
    "Paid": "paid",
    "Contract price": "price",
    OVER_LINES: "over_lines",
    "Overpaid": "over",
    UNDER_LINES: "under_lines",
    "Underpaid": "under",
}


def check_summary(book: Any, audit: Audit) -> None:
    compared, over, under = audit.compared, audit.over, audit.under
    assert exact(book["Summary"]["A5"].value) == compared.over - audit.credited
    even = Listed(
        (),
        compared.lines - over.count - under.count,
        compared.paid - over.paid - under.paid,
        compared.price - over.price - under.price,
    )
    for title, listed in zip(FOUND, (even, over, under), strict=True):
        difference = listed.paid - listed.price
        figures = [listed.count, listed.paid, listed.price, difference]
        assert list(map(exact, on_summary(book, title))) == figures
    figures = [compared.lines, compared.paid, compared.price, compared.over - compared.under]
    assert list(map(exact, on_summary(book, "All that was compared"))) == figures
    charges = audit.breakdowns[0]
    for group in charges.groups[:5]:
        lines, *amounts = map(exact, on_summary(book, group.name)[:3])
        assert lines == group.amounts.over_lines + group.amounts.under_lines
        assert amounts == [group.amounts.over, group.amounts.under]


def check(book: Any, audit: Audit) -> None:
    """Every figure is to the cent what the lines come to."""
    signs = {"Overpaid": (1, -1), "Underpaid": (-1, 1), "Difference": (1, 1), "": (0, 0)}
    for kind in LISTS:
        check_list(book[kind.name], kind.lines(audit), kind.difference, signs[kind.difference])
    for breakdown in audit.breakdowns:
        check_totals(book[NAMES[breakdown.by]], breakdown, audit)
    check_summary(book, audit)


def any_audit(random: Random, digits: int, **bounds: int) -> Audit:
    """An audit of some hundred lines of any outcome, with credits, some of which undo a line."""
    drawn = [any_line(random, number, digits) for number in range(2, 500)]
    credits = [each for each in drawn if (each.paid or 0) < 0]
    lines = [each for each in drawn if each not in credits]
    over = [each for each in lines if each.price is not None and (each.paid or 0) > each.price]
    for number, line in enumerate(random.sample(over, 9), 900):
        label = name_credit(line.file, line.line)
        difference = f"{(line.paid or 0) - (line.price or 0)}"
        price = f"{line.price}"
        credits.append(line_of(number, price, difference, is_credit=True, charged_as=label))
    return audit_of(lines, credits=credits, **bounds)


def some_audit(**stated: Any) -> Audit:
    """An audit of a line of each kind."""
    lines = [
        line_of(2, difference="5.00", vendor="Acme Inc.", charged_as="tax of 8.25%"),
        line_of(3, difference="-3.00", service="Audits", source="Amendment 1, 2"),
        line_of(4, difference="0.00"),
        line_of(5, price=None, outcome=Outcome.BAD_INPUT.value, reason="quantity is 'x'"),
    ]
    credit = line_of(6, is_credit=True, charged_as="credit; no line found that it undoes")
    return replace(audit_of(lines, credits=[credit]), **stated)


@pytest.mark.host
@pytest.mark.parametrize(
    ("digits", "bounds"),
    [
        (7, {}),
        (12, {}),
        (6, {"most_listed": 40, "most_groups": 2}),
        (17, {}),
    ],
    ids=["small", "large", "more than is listed", "beyond a spreadsheet"],
)
def test_formulas_recalculated_give_every_amount_to_the_cent(
    digits: int, bounds: dict[str, int], tmp_path: Path, seed: int
) -> None:
    audit = any_audit(Random(seed), digits, **bounds)
    content = build_report(audit, MADE)
    check(opened(content), audit)
    check(recalculated(content, tmp_path), audit)
    formula = str(opened(content, values=False)["Overpaid"]["I4"].value)
    assert formula.startswith("=") is (digits < 17 and not bounds), formula


def test_formulas_are_a_subtraction_and_sums() -> None:
    book = opened(build_report(some_audit(), MADE), values=False)
    found = {
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    this, column = r"\w+\[\[#This Row\],\[[\w. ]+\]\]", r"\w+\[[\w ]+\]"
    condition = rf'(,?{column},(">0"|{this}|\d+))'
    total = rf"SUM\({column}\)|SUM\([A-E]\d+:[A-E]\d+\)"
    allowed = rf"{this}[-+]{this}|SUMIFS\({column}{condition}+\)|{total}|[CD]\d+-[CD]\d+"
    pattern = rf"=(ROUND\(({allowed}),2\)|COUNTIFS\({condition}+\)|{total})"
    assert [each for each in found if not re.fullmatch(pattern, each)] == []
    assert len(found) > 30


def test_a_difference_is_that_of_its_own_line() -> None:
    book = opened(build_report(some_audit(), MADE), values=False)
    this = "{0}[[#This Row],[{1}]]".format
    for kind, sign in (("Overpaid", "-"), ("Credits", "+")):
        [row] = rows_of(book[kind])
        title = "Overpaid" if kind == "Overpaid" else "Difference"
        assert row[title] == f"=ROUND({this(kind, 'Paid')}{sign}{this(kind, 'Contract price')},2)"
    [row] = rows_of(book["Underpaid"])
    under = "=ROUND(Underpaid[[#This Row],[Contract price]]-Underpaid[[#This Row],[Paid]],2)"
    assert row["Underpaid"] == under


@pytest.mark.host
def test_a_line_put_right_no_longer_counts(tmp_path: Path) -> None:
    lines = [line_of(2, difference="5"), line_of(3, difference="3"), line_of(4, difference="2")]
    credit = line_of(5, difference="2", is_credit=True, charged_as="credit for line 4")
    book = opened(build_report(audit_of(lines, credits=[credit]), MADE), values=False)
    row = next(
        n for n, each in enumerate(rows_of(book["Overpaid"]), FIRST_ROW) if each["Line"] == 2
    )
    paid = next(cell for cell in book["Overpaid"][row] if cell.value == 280)
    paid.value = 270  # 5.00 less than the contract price
    path = tmp_path / "edited.xlsx"
    book.save(path)
    found = recalculated(path.read_bytes(), tmp_path)
    assert found["Summary"]["A5"].value == 3  # 2 of which are credited
    [service] = rows_of(found["By service"])
    assert [service[title] for title in (OVER_LINES, "Overpaid")] == [2, 5]
    assert [service[title] for title in ("Lines", "Paid")] == [3, 835]


def test_what_is_not_listed_is_in_the_totals_and_said() -> None:
    lines = [line_of(number, difference=f"{number}") for number in range(2, 6)]
    book = opened(build_report(audit_of(lines, most_listed=2), MADE))
    assert [row["Line"] for row in rows_of(book["Overpaid"])] == [5, 4]
    assert totals_of(book["Overpaid"])["Overpaid"] == 14
    assert book["Overpaid"]["A2"].value.endswith(
        " The 2 largest of 4 are listed; totals have all of them."
    )
    said = "The sheet Overpaid lists the 2 largest lines; totals have all of them."
    assert said in sentences(book)
    formulas = opened(build_report(audit_of(lines, most_listed=2), MADE), values=False)
    [service] = rows_of(formulas["By service"])
    assert (service["Overpaid"], formulas["Summary"]["A5"].value) == (14, 14)


def test_small_groups_are_summed_up_together() -> None:
    lines = [line_of(n, vendor=f"Vendor {n}", difference=f"{10 - n}.00") for n in range(2, 7)]
    audit = audit_of(lines, most_groups=2)
    book = opened(build_report(audit, MADE))
    names = [row["Vendor"] for row in rows_of(book["By vendor"])]
    assert names == ["Vendor 2", "Vendor 3", "all others together: 3"]
    check_totals(book["By vendor"], audit.breakdowns[1], audit)


def test_there_is_no_sheet_for_what_there_is_none_of() -> None:
    book = opened(build_report(audit_of([line_of(difference="0")]), MADE))
    assert book.sheetnames == ["Summary", "By service", "By document", "By month"]
    for title in (FOUND[1], FOUND[2], "Credits, which are not in these figures"):
        assert on_summary(book, title) == ["none", None, None, None]
    assert sentences(book).count("none") == 2  # what was charged, and what was not compared


@pytest.mark.parametrize(
    ("lines", "claim", "sentence"),
    [
        (
            [line_of(difference="0"), line_of(3, difference="-1")],
            "nothing",
            "of 2 purchases compared, none was paid above the contract price",
        ),
        ([], "not known", "no line has both a contract price and an amount paid"),
        ([line_of()], 1, "paid above the contract price on 1 purchase"),
    ],
)
def test_what_can_be_claimed_is_said_first(
    lines: Sequence[LedgerLine], claim: object, sentence: str, tmp_path: Path
) -> None:
    content = build_report(audit_of(lines), MADE)
    assert [opened(content)["Summary"][cell].value for cell in ("A5", "A6")] == [claim, sentence]
    assert errors_of(content, tmp_path) == []


def test_what_a_credit_undoes_is_taken_off_the_claim_and_said() -> None:
    lines = [line_of(2, difference="5.00"), line_of(3, difference="2.00")]
    credits = [
        line_of(4, difference="2.00", is_credit=True, charged_as="credit for line 3"),
        line_of(5, is_credit=True, charged_as="credit; no line found that it undoes"),
    ]
    book = opened(build_report(audit_of(lines, credits=credits), MADE))
    assert book["Summary"]["A5"].value == 5
    assert book["Summary"]["A6"].value == (
        "paid above the contract price on 2 purchases, less 2.00 on 1 purchase that a credit undoes"
    )
    assert [row["Credited"] for row in rows_of(book["Overpaid"])] == [None, "yes"]
    looked_for = "1 credit cannot be matched with certainty to a purchase: see the sheet Credits"
    assert any(each.startswith(looked_for) for each in sentences(book))


def facts(book: Any) -> dict[str, Any]:
    """What was looked at, by title."""
    rows = list(book["Summary"].iter_rows(min_row=9, values_only=True))
    return {row[0]: row[1] for row in rows[: [row[0] for row in rows].index("What was found") - 1]}


def test_a_document_that_does_not_count_is_named() -> None:
    agreement, *amendments = CONTRACT.rows
    drafts = [each._replace(effective=None) for each in amendments]
    audit = some_audit(contracts=(CONTRACT._replace(rows=(agreement, *drafts)),))
    found = facts(opened(build_report(audit, MADE)))
    assert found["Documents counted"] == "Agreement"
    assert found["Neither signed nor dated"] == "not counted: Amendment 1; Amendment 2"


def test_documents_of_several_contracts_are_named_with_them() -> None:
    other = CONTRACT._replace(name="Other", rows=CONTRACT.rows[:1])
    found = facts(opened(build_report(some_audit(contracts=(other, CONTRACT)), MADE)))
    first, *others = ("Agreement", "Agreement", "Amendment 1")
    named = [f"{first} (Other)", *(f"{each} ({CONTRACT.name})" for each in others)]
    assert found["Documents counted"] == f"{'; '.join(named)} and 1 more"


def test_what_was_looked_at_is_said() -> None:
    audit = some_audit(ledgers=("a.csv", "b.csv", "c.csv", "d.csv"), lines=1_234_567)
    assert facts(opened(build_report(audit, MADE))) == {
        "Contract": "Scanning for the State",
        "Parties": "Acme Inc.; The State",
        "Documents counted": "Agreement; Amendment 1; Amendment 2",
        "Ledger": "a.csv; b.csv; c.csv and 1 more",
        "Lines in the ledger": "1,234,567",
        "Purchases": "4, from 2013-11-17 to 2013-11-20",
        "Credits": "1",
        "Report made on": "2026-11-22",
    }
    skipped = tuple(
        Skipped(outcome, lines, Decimal(paid))
        for outcome, lines, paid in (("blank line", 2, 0), ("total line", 1, 9))
    )
    services = tuple(each._replace(billed=Billed.MONTH) for each in CONTRACT.services)
    contract = CONTRACT._replace(services=services)
    said = facts(
        opened(
            build_report(
                some_audit(
                    contracts=(contract, CONTRACT._replace(name="Other")),
                    known_on=MADE,
                    through=1,
                    skipped=skipped,
                    last_day=date(2013, 11, 17),
                ),
                MADE,
            )
        )
    )
    assert said["Contracts"] == "Scanning for the State; Other"
    assert said["Documents counted"] == (
        "Agreement (Scanning for the State); Amendment 1 (Scanning for the State); "
        "Agreement (Other) and 1 more; as known on 2026-11-22; documents through no. 1"
    )
    assert said["Billing period"].endswith(": per month")
    assert said["Purchases"] == "4, on 2013-11-17"
    assert said["Lines that are no purchases"] == "2 blank lines; 1 total line"


def test_what_could_not_be_compared_is_said_with_why_and_what_was_paid() -> None:
    outcome = Outcome.NOT_DETERMINABLE.value
    lines = [
        line_of(number, None, f"{number}", outcome=outcome, reason="why") for number in range(2, 20)
    ]
    causes = {("", number): f"cause {number // 2}" for number in range(2, 20)}
    book = opened(
        build_report(audit_of([*lines, line_of(20, difference=None)], causes=causes), MADE)
    )
    assert on_summary(book, "not determinable: cause 1")[:2] == [2, 5]
    assert on_summary(book, "other causes")[:2] == [7, 99]
    assert on_summary(book, "All that was not compared")[:2] == [19, 189]
    rows = rows_of(book["Not compared"])
    assert [rows[0][title] for title in ("Line", "Paid", "Outcome", "Reason")] == [
        *(19, 19, outcome, "why")
    ]


HOSTILE = (
    "=1+1",
    "*",
    ">0",
    "=",
    "#N/A",
    "+cmd|' /C calc'!A0",
    "_x0041_",
    "nul \x00 and bell \x07",
    "half a pair \ud800",
    "x" * 300 + "one",
    "x" * 300 + "two",
    "long " * 9000,
    "\x00" * 40_000,
)


@pytest.mark.host
def test_texts_stay_texts_whatever_they_are(tmp_path: Path) -> None:
    words = ("reference", "vendor", "service", "charged_as", "source", "reason", "file")
    lines = [
        line_of(number, difference=f"{number}", **dict.fromkeys(words, text))
        for number, text in enumerate(HOSTILE, 2)
    ]
    contract = CONTRACT._replace(name="=2")
    audit = replace(audit_of(lines, contract=contract), ledgers=("=HYPERLINK(1)",))
    content = build_report(audit, MADE)
    assert errors_of(content, tmp_path) == []
    found = recalculated(content, tmp_path)
    assert totals_of(found["By vendor"])["Overpaid"] == sum(range(2, len(HOSTILE) + 2))
    by_vendor = [row["Overpaid"] for row in rows_of(found["By vendor"])]
    assert by_vendor == list(range(len(HOSTILE) + 1, 1, -1))
    book = opened(content, values=False)
    cells = [book["Summary"]["B9"], book["Summary"]["B12"]]
    titles = ("Reference", "Vendor", "Service", "Charged as", "Source", "Reason", "File")
    for column in book["Overpaid"].iter_cols(min_row=TITLE_ROW):
        if column[0].value in titles:
            cells += column[1:]
    assert len(cells) == 2 + 7 * len(HOSTILE)
    assert {cell.data_type for cell in cells} == {"s"}
    assert max(len(cell.value) for cell in cells) <= 32_767
    shown = {row["Reason"] for row in rows_of(book["Overpaid"])}
    assert {"=1+1", "#N/A", "_x0041_", "x" * 300 + "one", "x" * 300 + "two"} <= shown
    assert sum(text.endswith(CUT) for text in shown) == 2


def errors_of(content: bytes, folder: Path) -> list[str]:
    """What keeps Excel from opening a workbook without repairing it."""
    path = folder / "checked.xlsx"
    path.write_bytes(content)
    found = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365).validate(path)
    return [str(error) for error in found.errors]


@pytest.mark.parametrize(("paid", "is_text"), [("99999999999.99", False), ("100000000000", True)])
def test_amounts_of_which_a_cent_may_be_lost_are_text(paid: str, is_text: bool) -> None:
    line = line_of(price="1.00", difference=f"{Decimal(paid) - 1}")
    book = opened(build_report(audit_of([line]), MADE), values=False)
    [row] = rows_of(book["Overpaid"])
    assert isinstance(row["Paid"], str) is is_text
    assert isinstance(row["Overpaid"], str) is not is_text  # a formula, or the figure alone
    total = totals_of(book["Overpaid"])["Paid"]
    assert total == ("100,000,000,000.00" if is_text else "=ROUND(SUM(Overpaid[Paid]),2)")
    said = "Amounts on the sheet Overpaid are too large for sums of a spreadsheet."
    assert (said in sentences(book)) is is_text


def test_sums_of_which_a_cent_may_be_lost_are_text() -> None:
    half = LARGEST / 2
    lines = [line_of(number, f"{half}", "0.01") for number in (2, 3)]
    book = opened(build_report(audit_of(lines), MADE), values=False)
    assert totals_of(book["Overpaid"])["Paid"] == "100,000,000,000.02"
    assert [row["Paid"] for row in rows_of(book["Overpaid"])] == [50000000000.01] * 2
    [service] = rows_of(book["By service"])
    assert (service["Paid"], service["Overpaid"]) == ("100,000,000,000.02", 0.02)


@pytest.mark.parametrize(("groups", "bars"), [(1, 0), (2, 2), (6, 6), (8, 6)])
def test_the_chart_shows_the_largest_groups_with_their_amounts(groups: int, bars: int) -> None:
    lines = [
        line_of(number, difference=f"{number}.50", charged_as=f"Case {number} {'long ' * 20}")
        for number in range(2, groups + 2)
    ]
    same_month = [with_groups(replace(line, purchased=date(2013, 12, 1))) for line in lines]
    content = build_report(audit_of(same_month), MADE)
    parts = read_parts(content)
    assert ("xl/charts/chart1.xml" in parts) is (bars > 0)
    if not bars:
        return
    chart = fromstring(parts["xl/charts/chart1.xml"])
    labels, lengths = (
        [point.findtext(f"{CHART}v") for cache in chart.iter(f"{CHART}{kind}") for point in cache]
        for kind in ("strCache", "numCache")
    )
    ordered = [f"{number}.50" for number in range(groups + 1, 1, -1)][:bars]
    assert [Decimal(length) for length in lengths if length] == [Decimal(each) for each in ordered]
    shown = [label for label in labels if label]
    assert [label[:6] for label in shown] == [f"Case {groups + 1 - n}" for n in range(bars)]
    assert all(len(label) < 50 and label.endswith(" ...") for label in shown)
    title = "".join(chart.itertext())
    assert "Overpaid, by what was charged instead" in title
    assert ("the 6 largest of 8" in title) is (groups > bars)
    points = opened(content, values=False)["Behind the sheets"]
    assert points.sheet_state == "hidden"
    drawn = [opened(content)["Behind the sheets"][f"B{row}"].value for row in range(5, 5 + bars)]
    assert drawn == list(map(float, ordered))
    assert str(points["B5"].value).startswith("=ROUND(SUMIFS(Overpaid[Overpaid]")
    assert b'descr="Bar chart of the amount overpaid' in parts["xl/drawings/drawing1.xml"]


def test_every_sheet_is_printed_and_filtered_like_our_others() -> None:
    audit = any_audit(Random(1), 7)
    book = opened(build_report(audit, MADE), values=False)
    lists = [kind.name for kind in LISTS]
    totals = [NAMES[each.by] for each in audit.breakdowns]
    assert book.sheetnames == ["Summary", *lists, *totals, "Behind the sheets"]
    for name in (*lists, *totals):
        sheet = book[name]
        [table] = sheet.tables.values()
        assert table.autoFilter.ref == table.ref
        assert sheet.print_title_rows == "$5:$5"
        assert sheet.freeze_panes == ("B6" if name in lists else "C6")
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    for sheet in book:
        if sheet.sheet_state == "visible":
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert "&P" in sheet.oddFooter.right.text
    setup = book["Summary"].page_setup
    assert (setup.orientation, setup.fitToWidth, setup.fitToHeight) == ("portrait", 1, 1)
    days = [cell for cell in book["Overpaid"][FIRST_ROW] if cell.is_date]
    assert [cell.number_format for cell in days] == ["yyyy-mm-dd"]


def test_columns_are_left_out_that_have_nothing_in_them() -> None:
    book = opened(build_report(audit_of([line_of(difference="1")]), MADE))
    shown = [cell.value for cell in book["Overpaid"][TITLE_ROW]]
    assert not {"File", "Vendor", "Bought before", "Charged as", "Credited"} & set(shown)
    full = line_of(file="a.csv", vendor="A", before=Decimal(5), charged_as="tax", reason="why")
    shown = [cell.value for cell in opened(build_report(audit_of([full]), MADE))["Overpaid"][5]]
    assert shown[:15] == [
        *("Line", "File", "Reference", "Vendor", "Purchase date", "Service", "Quantity"),
        *("Bought before", "Paid", "Contract price", "Overpaid", "Charged as", "Source"),
        *("Reason", "Number of charged as"),
    ]


@pytest.mark.host
def test_the_summary_is_one_page_and_what_formulas_need_is_not_printed(tmp_path: Path) -> None:
    need("soffice", "pdftotext")
    path = tmp_path / "report.xlsx"
    path.write_bytes(build_report(any_audit(Random(1), 7), MADE))
    pages = pages_as_text(convert(path, "pdf"))
    assert [" Summary " in page for page in pages].count(True) == 1
    assert "What could not be compared" in pages[0]
    assert not any("Number of" in page for page in pages)


def test_two_reports_on_the_same_day_are_the_same_bytes() -> None:
    audit = some_audit()
    assert build_report(audit, MADE) == build_report(audit, MADE)
    assert build_report(audit, MADE) != build_report(audit, date(2026, 11, 23))


@pytest.mark.parametrize("most_listed", [3, 1])
def test_a_report_is_valid_by_the_standard(most_listed: int, tmp_path: Path) -> None:
    audit = any_audit(Random(2), 8, most_listed=most_listed)
    assert errors_of(build_report(audit, MADE), tmp_path) == []

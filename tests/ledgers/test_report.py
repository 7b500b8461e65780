"""The report on a ledger: its formulas give the contract price, and nothing is left out unsaid."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from defusedxml.ElementTree import fromstring
from openxml_audit import FileFormat, OpenXmlValidator

from tests.support.made_up_overcharges import CONTRACT, MADE, any_overcharge, found_in, overcharge
from tests.support.office import convert, need, without_values
from xlfuncs.ledgers.audit import Overcharge, Overcharges, Unchecked
from xlfuncs.ledgers.report import build_report
from xlfuncs.ledgers.report_tables import FIRST_ROW, has_figures
from xlfuncs.pricing.contract import Billed
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.xlsx.package import read_parts

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
SUMMED = ("Lines", "Paid", "Contract price", "Overpaid")
TOO_LONG = 123_456_789_012_345


def opened(content: bytes, *, values: bool = True) -> Any:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


def worked_out(content: bytes, folder: Path) -> Any:
    """The workbook as LibreOffice works it out, with no value to copy from."""
    need("soffice")
    path = folder / "report.xlsx"
    path.write_bytes(without_values(content))
    assert not any(b"</f><v>" in part for part in read_parts(path.read_bytes()).values())
    return opened(convert(path, "xlsx").read_bytes())


def table(book: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of the table on the sheet Summary by title, and its total."""
    rows = [[cell.value for cell in row] for row in book["Summary"].iter_rows()]
    start = next(n for n, row in enumerate(rows) if row[:2] == ["Group", "Service"])
    named = [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]
    assert named[-1]["Group"] == "All"
    return named[:-1], named[-1]


def facts(book: Any) -> dict[str, Any]:
    """What is beside its title above the table; of two parties the last."""
    return {row[0].value: row[2].value for row in book["Summary"]["A4:C16"] if row[0].value}


def sentences(book: Any) -> list[str]:
    return [cell.value for cell in book["Summary"]["A"] if isinstance(cell.value, str)]


def listed(book: Any) -> list[dict[str, Any]]:
    titles, *rows = book["Overcharges"].iter_rows(min_row=FIRST_ROW - 1, values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows]


def exact(cell: Any) -> Decimal:
    """A figure as a spreadsheet shows it, or a text as it is."""
    return Decimal(cell.replace(",", "") if isinstance(cell, str) else repr(cell))


def totals(lines: list[Overcharge]) -> list[Decimal]:
    paid = sum((each.paid for each in lines), Decimal(0))
    price = sum((each.price for each in lines), Decimal(0))
    return [Decimal(len(lines)), paid, price, paid - price]


def check(book: Any, lines: list[Overcharge], found: Overcharges) -> None:
    """Every figure is to the cent what the lines come to."""
    for row, line in zip(listed(book), found.listed, strict=True):
        assert (row["Line"], row["Purchase date"].date()) == (line.line, line.purchased)
        shown = [exact(row[title]) for title in ("Quantity", "Counted", *SUMMED[1:])]
        assert shown == [line.quantity, line.counted, line.paid, line.price, line.paid - line.price]
    rows, total = table(book)
    for row, each in zip(rows, found.sums, strict=True):
        of = [line for line in lines if line.group == each.group]
        assert [exact(row[title]) for title in SUMMED] == totals(of)
        share = float(totals(of)[3]) / float(totals(lines)[3])
        assert row["Share"] == pytest.approx(share, rel=1e-14)
    assert [exact(total[title]) for title in SUMMED] == totals(lines)
    said = facts(book)
    assert exact(said["Lines overcharged"]) == len(lines)
    assert exact(said["Total overpaid"]) == totals(lines)[3]


@pytest.mark.host
@pytest.mark.parametrize(
    ("largest", "digits", "least_figures", "least_texts"),
    [(10**6, 9, 490, 0), (10**10, 10, 480, 0), (10**16, 15, 100, 50)],
    ids=["small", "large", "beyond a spreadsheet"],
)
def test_formulas_recalculated_give_every_amount_to_the_cent(
    largest: int, digits: int, least_figures: int, least_texts: int, tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    drawn = (any_overcharge(random, number, digits) for number in count(2))
    lines = list(islice((each for each in drawn if each.paid < largest), 600))
    found = found_in(lines, 500)
    content = build_report(found, MADE)
    check(opened(content), lines, found)
    check(worked_out(content, tmp_path), lines, found)
    kinds = Counter(isinstance(row["Contract price"], str) for row in listed(opened(content)))
    assert kinds[False] >= least_figures
    assert kinds[True] >= least_texts
    assert kinds[True] == sum(not has_figures(line) for line in found.listed)


def test_formulas_refer_to_the_cells_of_their_line_and_to_the_number_of_their_group() -> None:
    book = opened(build_report(found_in([overcharge()]), MADE), values=False)
    [row] = listed(book)
    this = "Overcharges[[#This Row],[{}]]".format
    assert row["Contract price"] == 275
    assert row["Overpaid"] == f"=ROUND({this('Paid')}-{this('Contract price')},2)"
    [group], _ = table(book)
    chosen = re.escape("Overcharges[Group],$A") + r"\d+" + re.escape(',Overcharges[Overpaid],">0"')
    assert re.fullmatch(rf"=COUNTIFS\({chosen}\)", group["Lines"])
    paid = rf"=ROUND\(SUMIFS\(Overcharges\[Paid\],{chosen}\),2\)"
    assert re.fullmatch(paid, group["Paid"])


@pytest.mark.host
def test_a_line_put_right_no_longer_counts(tmp_path: Path) -> None:
    lines = [overcharge(2, overpaid="5"), overcharge(3, overpaid="3", source="Amendment 1")]
    lines += [overcharge(4, overpaid="2")]
    book = opened(build_report(found_in(lines), MADE), values=False)
    row = next(n for n, each in enumerate(listed(book), FIRST_ROW) if each["Line"] == 2)
    paid = next(cell for cell in book["Overcharges"][row] if cell.value == 280)
    paid.value = 270  # 5.00 less than the contract price
    path = tmp_path / "edited.xlsx"
    book.save(path)
    rows, total = table(worked_out(path.read_bytes(), tmp_path))
    assert [[row[title] for title in SUMMED] for row in rows] == [
        [1, 277, 275, 2],
        [1, 278, 275, 3],
    ]
    assert [total[title] for title in SUMMED] == [2, 555, 550, 5]


def test_what_is_not_listed_stands_beside_the_sums_as_the_rest() -> None:
    lines = [overcharge(2, overpaid="9"), overcharge(3, overpaid="8", source="Amendment 1")]
    lines += [overcharge(4, overpaid="7"), overcharge(5, overpaid="6")]
    content = build_report(found_in(lines, 2), MADE)
    rests = [f"Rest: {title.lower()}" for title in SUMMED]
    rows, total = table(opened(content))
    assert [[row[rest] for rest in rests] for row in rows] == [[2, 563, 550, 13], [0, 0, 0, 0]]
    assert [[row[title] for title in SUMMED] for row in rows] == [
        [3, 847, 825, 22],
        [1, 283, 275, 8],
    ]
    assert [total[title] for title in (*SUMMED, *rests)] == [4, 1130, 1100, 30, 2, 563, 550, 13]
    formulas, _ = table(opened(content, values=False))
    assert re.fullmatch(r"=ROUND\(SUMIFS\(.*\)\+K\d+,2\)", formulas[0]["Paid"])
    assert not any(str(row[rest]).startswith("=") for row in formulas for rest in rests)
    said = sentences(opened(content))
    assert "Lines not listed: 2; the sheet Overcharges has the 2 largest." in said
    assert any(each.startswith("Each sum is calculated from the sheet") for each in said)


def test_where_every_line_is_listed_there_is_no_rest() -> None:
    book = opened(build_report(found_in([overcharge(), overcharge(3)]), MADE))
    assert not [title for title in table(book)[1] if title and title.startswith("Rest")]
    assert not [each for each in sentences(book) if "not listed" in each]


def test_what_was_compared_is_said_above() -> None:
    said = facts(opened(build_report(found_in([overcharge()]), MADE)))
    assert list(said.items())[:9] == [
        ("Contract", "Scanning for the State"),
        ("Party", "The State"),
        ("Documents as known on", "any date: all on file"),
        ("Ledger", "ledger.csv"),
        ("Report made on", "2026-11-22"),
        ("Lines of the ledger", 10_000_000),
        ("Lines priced", 9_000_000),
        ("Lines priced, with an amount paid", 8_000_000),
        ("Lines overcharged", 1),
    ]
    unchecked = (
        Unchecked(Outcome.NOT_DETERMINABLE, 1, Decimal("275000.00")),
        Unchecked(Outcome.BAD_INPUT, 1200, Decimal("0.5")),
    )
    found = replace(found_in([overcharge()]), unchecked=unchecked)
    also = facts(opened(build_report(found, MADE)))
    assert also["Not compared: not determinable"] == "1 line; 275,000.00 was paid"
    assert also["Not compared: bad input"] == "1,200 lines; 0.50 was paid"
    known = replace(found_in([overcharge()]), known_on=MADE)
    assert facts(opened(build_report(known, MADE)))["Documents as known on"] == "2026-11-22"
    stood = facts(opened(build_report(replace(found_in([overcharge()]), through=2), MADE)))
    assert stood["Documents as known on"] == "any date"
    assert stood["Documents through"] == "number 2"


def test_what_prices_are_for_is_said_above() -> None:
    found = found_in([overcharge()])
    services = tuple(each._replace(billed=Billed.MONTH) for each in found.contract.services)
    billed = replace(found, contract=found.contract._replace(services=services))
    assert facts(opened(build_report(billed, MADE)))["Billing period"].endswith(": per month")


@pytest.mark.parametrize(
    ("compared", "sentence"),
    [
        (1234, "No overcharges: of 1,234 lines compared, none was paid above the contract price."),
        (0, "Nothing was compared: no line has both a contract price and an amount paid."),
    ],
)
def test_a_ledger_without_overcharges_has_a_sentence_and_no_chart(
    compared: int, sentence: str, tmp_path: Path
) -> None:
    content = build_report(replace(found_in([]), compared=compared), MADE)
    book = opened(content)
    assert book.sheetnames == ["Summary"]
    assert sentences(book)[-1] == sentence
    assert not [part for part in read_parts(content) if "chart" in part]
    assert errors_of(content, tmp_path) == []


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
    lines = [
        replace(
            overcharge(number, overpaid=f"{number}", service=text, source=text, reason=text),
            named=text,
        )
        for number, text in enumerate(HOSTILE, 2)
    ]
    contract = CONTRACT._replace(name="=2")
    found = replace(found_in(lines), ledger="=HYPERLINK(1)", contract=contract)
    content = build_report(found, MADE)
    assert errors_of(content, tmp_path) == []
    check(worked_out(content, tmp_path), lines, found)
    book = opened(content, values=False)
    cells = [book["Summary"]["C4"], book["Summary"]["C8"]]
    for sheet, columns, above in (("Summary", "BCD", 15), ("Overcharges", "BDMN", FIRST_ROW - 1)):
        for column in columns:
            cells += [cell for cell in book[sheet][column][above:] if cell.value]
    assert len(cells) > 7 * (len(HOSTILE) - 2)
    assert {cell.data_type for cell in cells} == {"s"}
    assert max(len(cell.value) for cell in cells) <= 32_767
    shown = {row["Reason"] for row in listed(book)}
    assert {"=1+1", "#N/A", "_x0041_", "x" * 300 + "one", "x" * 300 + "two"} <= shown
    ending = " ... (cut off here; the priced ledger has the full text)"
    assert sum(text.endswith(ending) for text in shown) == 2


def errors_of(content: bytes, folder: Path) -> list[str]:
    """What keeps Excel from opening a workbook without repairing it."""
    path = folder / "checked.xlsx"
    path.write_bytes(content)
    found = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365).validate(path)
    return [str(error) for error in found.errors]


@pytest.mark.parametrize(
    "line",
    [
        overcharge(counted=f"{TOO_LONG}", rate="1", overpaid="0.67"),
        overcharge(counted="99999999999", rate="1"),
    ],
)
def test_amounts_of_which_a_cent_may_be_lost_stand_as_text(line: Overcharge) -> None:
    lines = [line, overcharge(3, overpaid="0.01")]
    content = build_report(found_in(lines), MADE)
    check(opened(content), lines, found_in(lines))
    as_text, as_figures = listed(opened(content, values=False))
    amounts = ("Quantity", "Counted", "Fixed", "Rate", "Above", *SUMMED[1:])
    assert {type(as_text[title]) for title in amounts} == {str}
    assert as_text["Contract price"] == f"{line.price:,.2f}"
    assert as_figures["Overpaid"].startswith("=ROUND(")
    said = "Lines listed as text: 1; at 100,000,000,000.00 or more, a spreadsheet may lose a cent."
    assert said in sentences(opened(content))
    assert not [each for each in sentences(opened(content)) if each.startswith("Lines not listed")]


@pytest.mark.host
@pytest.mark.parametrize(
    "line",
    [
        overcharge(counted="99999999999", rate="1", overpaid="0.01"),
        overcharge(counted="206.45", rate="533.3", above="206"),
        overcharge(counted="3", rate="0.005", overpaid="0.01"),
    ],
)
def test_smaller_amounts_are_subtracted_to_the_cent(line: Overcharge, tmp_path: Path) -> None:
    content = build_report(found_in([line]), MADE)
    [row] = listed(opened(content, values=False))
    assert str(row["Overpaid"]).startswith("=ROUND(")
    check(worked_out(content, tmp_path), [line], found_in([line]))


@pytest.mark.parametrize("overpaid", ["0.99", "1.00"])
def test_sums_of_which_a_cent_may_be_lost_stand_as_text(overpaid: str) -> None:
    lines = [overcharge(counted="99999999999", rate="1", overpaid=overpaid)]
    content = build_report(found_in(lines), MADE)
    check(opened(content), lines, found_in(lines))
    _, total = table(opened(content, values=False))
    texts = overpaid == "1.00"
    assert total["Paid"].startswith("100,000,000,000.00" if texts else "=ROUND(")
    said = [each for each in sentences(opened(content)) if each.startswith("These sums are text")]
    assert bool(said) is texts


def made(lines: list[Overcharge]) -> bytes:
    return build_report(found_in(lines), MADE)


@pytest.mark.parametrize(("groups", "bars"), [(1, 1), (10, 10), (12, 10)])
def test_the_chart_shows_the_largest_groups_with_their_amounts(groups: int, bars: int) -> None:
    lines = [
        overcharge(number, overpaid=f"{number}.50", source=f"Amendment {number}, {'long ' * 20}")
        for number in range(2, groups + 2)
    ]
    content = made(lines)
    parts = read_parts(content)
    chart = fromstring(parts["xl/charts/chart1.xml"])
    labels, lengths = (
        [point.findtext(f"{CHART}v") for cache in chart.iter(f"{CHART}{kind}") for point in cache]
        for kind in ("strCache", "numCache")
    )
    ordered = [f"{number}.50" for number in range(groups + 1, 1, -1)][:bars]
    assert [Decimal(length) for length in lengths if length] == [Decimal(each) for each in ordered]
    named = [f"{n}. Scans: Amendment {groups + 2 - n}, long" for n in range(1, bars + 1)]
    shown = [label for label in labels if label]
    assert [label[: len(start)] for label, start in zip(shown, named, strict=True)] == named
    assert all(len(label) < 50 and label.endswith(" ...") for label in shown)
    title = "".join(chart.itertext())
    assert ("the 10 largest of 12" in title) is (groups > bars)
    points = opened(content, values=False)["Behind the sheets"]
    rows, _ = table(opened(content))
    drawn = [points[f"B{row}"].value for row in range(5, 5 + bars)]
    cells = [opened(content)["Summary"][cell.removeprefix("=Summary!")].value for cell in drawn]
    assert cells == [row["Overpaid"] for row in rows][:bars]
    assert b'descr="Bar chart of the amount overpaid' in parts["xl/drawings/drawing1.xml"]


def test_the_list_is_printed_and_filtered_like_the_other_sheets() -> None:
    book = opened(made([overcharge(number) for number in range(2, 5)]), values=False)
    sheet = book["Overcharges"]
    assert sheet.tables["Overcharges"].autoFilter.ref == "A4:O7"
    assert sheet.freeze_panes == "B5"
    assert sheet.print_title_rows == "$4:$4"
    for each in (sheet, book["Summary"]):
        assert each.sheet_properties.pageSetUpPr.fitToPage
        assert (each.page_setup.fitToWidth, each.page_setup.fitToHeight) == (1, 0)
    assert sheet["C5"].number_format == "yyyy-mm-dd"
    assert book["Behind the sheets"].sheet_state == "hidden"


def test_two_reports_on_the_same_day_are_the_same_bytes() -> None:
    found = found_in([overcharge(), overcharge(3)])
    assert build_report(found, MADE) == build_report(found, MADE)
    assert build_report(found, MADE) != build_report(found, date(2026, 11, 23))


@pytest.mark.parametrize("most_listed", [3, 1])
def test_a_report_is_valid_by_the_standard(most_listed: int, tmp_path: Path) -> None:
    lines = [overcharge(number, reason=f"{number % 2}") for number in range(2, 5)]
    assert errors_of(build_report(found_in(lines, most_listed), MADE), tmp_path) == []

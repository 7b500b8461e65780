"""A contract of thirty printed rows, typed as printed: no figure is in the file but in no document.

The document is made up after tariffs of ports and utilities; the answers were worked out by hand.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.places import DATA
from xlfuncs.loader import load_reading
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.lint import check
from xlfuncs.sheets.row_checks import Severity

PRINTED = DATA / "printed_document"
FILE, DOCUMENT = PRINTED / "port_services.toml", PRINTED / "port_services.md"

WHOLE_ROW = {Decimal(0), Decimal(1), Decimal("0.5"), Decimal("8.5"), Decimal(100)}
"""Quantities that begin a printed row ("up to 50", "by the half hour", "each 100"), not amounts."""

MONTHS = ("January", "February", "March", "April", "May", "June", "July")


def figures(value: Any) -> Iterator[Decimal | date]:
    """All numbers and days of a file, but for those in texts and the numbers of documents."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key != "number":
                yield from figures(each)
    elif isinstance(value, list):
        for each in value:
            yield from figures(each)
    elif isinstance(value, (int, Decimal)):
        yield Decimal(value)
    elif isinstance(value, date):
        yield value


def test_no_figure_of_the_file_is_in_no_document() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    printed = {Decimal(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
    over = {figure + 1 for figure in printed}  # "over 50 metres" begins with 51
    file = tomllib.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    for figure in figures(file):
        if isinstance(figure, date):
            assert f"{figure.day} {MONTHS[figure.month - 1]} {figure.year}" in text
        else:
            assert figure in printed | over | WHOLE_ROW, figure
    assert len(file["agreement"]["tiers"]) == 30


SIGNED, RAISED, TWICE, AMENDED = (
    date(2023, 5, 1),
    date(2024, 3, 1),
    date(2025, 3, 1),
    date(2024, 7, 1),
)

CASES = [
    # 2.60 a metre; then 2.68 (2.678); then 2.77 (2.68 x 1.035 = 2.7738)
    ("Berth", 60, SIGNED, "156.00"),
    ("Berth", 60, RAISED, "160.80"),
    ("Berth", 60, TWICE, "166.20"),
    # 51 x 2.60 = 132.60 is less than the minimum, which rises to 144.20, too
    ("Berth", 51, SIGNED, "140.00"),
    ("Berth", 51, RAISED, "144.20"),
    # 400 x 2.35 = 940.00 is more than the maximum, which rises to 927.00
    ("Berth", 400, SIGNED, "900.00"),
    ("Berth", 400, RAISED, "927.00"),
    ("Berth", 380, SIGNED, "893.00"),
    # 200 x 1.20 = 240.00 is less than 250.00; 1,500: 1,200.00 + 500 x 0.95
    ("Passengers", 200, SIGNED, "250.00"),
    ("Passengers", 1500, SIGNED, "1675.00"),
    # 45.00 + 180 x 1.85 + 50 x 1.40; amended: 46.35 + 180 x 1.91 + 50 x 1.30
    ("Fresh water", 250, SIGNED, "448.00"),
    ("Fresh water", 250, AMENDED, "455.15"),
    # 47.97 + 180 x 1.98 + 50 x 1.35 (1.3455)
    ("Fresh water", 250, TWICE, "471.87"),
    ("Fresh water", 0, SIGNED, "45.00"),
    # 32.50 for each 100
    ("Shore power", 1000, SIGNED, "325.00"),
    ("Shore power", 150, SIGNED, "60.00"),
    ("Shore power", 20000, SIGNED, "5960.00"),
    # 35.00 + 2 x 3.10; 35.00 + 90 x 3.10 = 314.00 less 5 percent
    ("Waste", 12, SIGNED, "41.20"),
    ("Waste", 100, SIGNED, "298.30"),
    # 1.2 hours are 1.5; 2.5 x 85.00; 40 x 78.00 less 10 percent
    ("Crane", "1.2", SIGNED, "170.00"),
    ("Crane", "2.1", SIGNED, "212.50"),
    ("Crane", 40, SIGNED, "2808.00"),
    # 410.00 + 1,440.00 + 100 x 3.20
    ("Storage", 600, SIGNED, "2170.00"),
    ("Containers", 200, SIGNED, "8633.00"),
    ("Mooring crew", 9, SIGNED, "1200.00"),
    ("Line handling", 1, SIGNED, "190.00"),
    ("Gangway", 7, SIGNED, "79.00"),
    ("Customs attendance", 1, TWICE, "138.59"),
    ("Office", 1, TWICE, "5117.04"),
    ("Pilot's launch", 1, SIGNED, "no price"),
    ("Berth", 60, date(2028, 2, 29), "no price"),
]


@pytest.mark.parametrize(("service", "quantity", "day", "amount"), CASES)
def test_it_answers_as_the_document_does(
    service: str, quantity: int | str, day: date, amount: str
) -> None:
    book = PriceBook(load_reading(FILE).contract)
    answer = book.answer(Question(Decimal(quantity), day, service))
    assert (answer.outcome.value if answer.price is None else str(answer.price)) == amount


def test_nothing_is_wrong_with_it() -> None:
    assert all(each.severity is Severity.NOTE for each in check(load_reading(FILE)))

"""The charts: each line a stretch of one price, nothing drawn where nothing is on file."""

import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from defusedxml.ElementTree import fromstring

from tests.support.contracts_in_code import row
from tests.support.places import DATA
from tests.support.stored_values import calculated_otherwise
from tests.support.workbook_edits import BUILT, built, shipped_workbook
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract, Service
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.schedule_timeline import timeline
from xlfuncs.sheets.cells import to_serial
from xlfuncs.sheets.draft import InputCell, build_draft
from xlfuncs.sheets.schema import POINTS
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.charts import has_several_quantities
from xlfuncs.xlsx.package import read_parts

CONTRACTS = DATA / "contracts"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
Points = list[tuple[float | None, float | str | None]]


def chart_of(parts: dict[str, bytes], number: int) -> ElementTree.Element:
    return fromstring(parts[f"xl/charts/chart{number}.xml"])


def points_of(chart: ElementTree.Element) -> Points:
    """Across and price of each point of the first series, None where the cell is blank."""
    return points_of_series(next(chart.iter(f"{CHART}ser")))


def points_of_series(series: ElementTree.Element) -> Points:
    columns = []
    for tag in ("xVal", "yVal"):
        cache = next(series.find(f"{CHART}{tag}").iter(f"{CHART}numCache"))
        found = {int(p.get("idx")): number(p.find(f"{CHART}v")) for p in cache.iter(f"{CHART}pt")}
        count = int(cache.find(f"{CHART}ptCount").get("val"))
        columns.append([found.get(index) for index in range(count)])
    return list(zip(*columns, strict=True))


def number(value: ElementTree.Element) -> float | str:
    return value.text if value.text == "#N/A" else float(value.text)


def day(text: str) -> float:
    return to_serial(date.fromisoformat(text), False)


def test_the_window_of_the_footnote_is_a_line_of_its_own() -> None:
    points = points_of(chart_of(read_parts(shipped_workbook()), 1))
    assert points[:9] == [
        (day("2013-11-15"), "#N/A"),
        (day("2013-11-30"), "#N/A"),
        (None, None),
        (day("2013-12-01"), 255000),
        (day("2013-12-31"), 255000),
        (None, None),
        (day("2014-01-01"), 279995),
        (day("2014-01-31"), 279995),
        (None, None),
    ]
    assert {price for _, price in points[9:]} == {"#N/A", None}


def test_blank_cells_are_gaps_and_points_on_the_hidden_sheet_are_drawn() -> None:
    chart = chart_of(read_parts(shipped_workbook()), 1)
    assert next(chart.iter(f"{CHART}dispBlanksAs")).get("val") == "gap"
    assert next(chart.iter(f"{CHART}plotVisOnly")).get("val") == "0"
    titles = [element.text for element in chart.iter(f"{CHART}f") if "Price list" in element.text]
    assert titles == ["'Price list'!$A$28"]


def test_each_chart_has_a_text_for_those_who_cannot_see_it() -> None:
    drawing = read_parts(shipped_workbook())["xl/drawings/drawing1.xml"].decode()
    [(name, text)] = re.findall(r'name="([^"]+)" descr="([^"]+)"', drawing)
    assert name == "Price by purchase date"
    assert "Dates without a price have no line" in text


def test_a_contract_of_one_quantity_has_one_chart() -> None:
    assert not has_several_quantities(load_reading(CONTRACTS / "wynn_las_vegas.toml").contract)
    assert "xl/charts/chart2.xml" not in read_parts(shipped_workbook())


@pytest.mark.parametrize("name", ["snotarator", "galaxy_telnet", "florida_kpmg"])
def test_prices_are_drawn_against_quantities_where_there_are_several(name: str) -> None:
    contract = load_reading(CONTRACTS / f"{name}.toml").contract
    assert has_several_quantities(contract)
    parts = read_parts(built(contract))
    drawing = parts["xl/drawings/drawing1.xml"].decode()
    assert len(re.findall('descr="Line chart', drawing)) == 2
    points = points_of(chart_of(parts, 2))
    assert any(price not in ("#N/A", None) for _, price in points)


def test_unit_prices_are_steps_labelled_with_that_of_the_first_quantity() -> None:
    parts = read_parts(built(load_reading(CONTRACTS / "snotarator.toml").contract))
    points = points_of(chart_of(parts, 2))
    assert points[0] == (1000, 4.5)
    assert points[4] == (4999, 4.5)
    assert points[6:11:4] == [(5000, "#N/A"), (5000, "#N/A")]
    assert points[12:17:4] == [(5001, 4.15), (10000, 4.15)]
    labels = list(chart_of(parts, 2).iter(f"{CHART}ser"))[1].find(f"{CHART}yVal")
    values = [number(element) for element in labels.iter(f"{CHART}v")]
    assert values[:3] == [4.5, "#N/A", 4.15]
    assert values[3] == pytest.approx(3.95)


def test_a_fixed_price_falls_by_the_unit_and_is_drawn_close_where_it_falls_steeply() -> None:
    service, package = Service("Seats", "seats"), row(0, 1, 10_000, "package", 500)
    contract = Contract("", "ACME", (service,), (package._replace(service="Seats"),))
    parts = read_parts(built(contract))
    assert points_of(chart_of(parts, 2))[:6] == [
        (1, 500), (10, 50), (100, 5), (1000, 0.5), (10_000, 0.05), (None, None)
    ]  # fmt: skip
    [logarithmic] = chart_of(parts, 2).iter(f"{CHART}logBase")
    assert logarithmic.get("val") == "10"


@pytest.mark.parametrize(
    ("step", "last", "first_line", "next_line"),
    [
        (1, 0, [(1, "#N/A"), (1, "#N/A")], [(1, 400), (8, 50)]),
        ("0.25", "0.5", [(0.5, 200), (0.5, 200)], [(0.75, 400 / 0.75), (8, 50)]),
        (1, 1, [(1, 100), (1, 100)], [(2, 200), (8, 50)]),
        (1, 4, [(1, 100), (4, 25)], [(5, 80), (8, 50)]),
    ],
)
def test_a_line_from_nothing_stays_within_its_range(
    step: int | str, last: int | str, first_line: Points, next_line: Points
) -> None:
    service = Service("Seats", "seats", step=Decimal(str(step)))
    above = Decimal(str(last)) + service.step
    rows = (row(0, 0, last, "package", 100), row(0, above, 8, "package", 400))
    contract = Contract("", "ACME", (service,), tuple(r._replace(service="Seats") for r in rows))
    content = build_workbook(build_draft(contract), BUILT, WorkbookKind.LAMBDAS)
    points = points_of(chart_of(read_parts(content), 2))
    assert [points[0], points[4]] == first_line
    assert [points[6], points[10]] == [(x, pytest.approx(y)) for x, y in next_line]
    assert [each for each in calculated_otherwise(content) if each.sheet == POINTS] == []


def test_what_is_chosen_is_marked_in_both_charts() -> None:
    parts = read_parts(built(load_reading(CONTRACTS / "snotarator.toml").contract))
    for chart, across, price in ((1, day("2013-08-01"), 4500), (2, 1000, 4.5)):
        *_, mark = chart_of(parts, chart).iter(f"{CHART}ser")
        assert points_of_series(mark) == [(across, 0), (across, price)]


def test_a_chosen_day_without_a_price_is_a_point_on_the_axis() -> None:
    contract = load_reading(SHIPPED).contract
    draft = build_draft(contract)
    draft.chosen["purchased"] = InputCell(date(2013, 11, 20))
    parts = read_parts(build_workbook(draft, BUILT, WorkbookKind.LAMBDAS))
    *_, mark = chart_of(parts, 1).iter(f"{CHART}ser")
    assert points_of_series(mark) == [(day("2013-11-20"), 0), (day("2013-11-20"), 0)]


@pytest.mark.parametrize("name", ["wynn_las_vegas", "galaxy_telnet"])
def test_the_lines_by_day_are_the_timeline(name: str) -> None:
    contract = load_reading(CONTRACTS / f"{name}.toml").contract
    chosen = build_draft(contract).chosen
    service = chosen["service"].value if "service" in chosen else None
    quantity = Decimal(str(chosen["quantity"].value))
    stretches = timeline(PriceBook(contract), quantity, service)
    points = points_of(chart_of(read_parts(built(contract)), 1))
    prices = [price for _, price in points[::3]][: len(stretches)]
    expected = (stretch.answer.price for stretch in stretches)
    assert prices == ["#N/A" if price is None else float(price) for price in expected]

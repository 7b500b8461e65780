"""The task pane as a person uses it, in Chromium, with recorded views in place of Python."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.addin_icons import SIZES, path_of, render
from tests.support.office import need_npm
from tests.support.office_addin.pane_session import BUILD, FOLDER, JSON, open_pane, recorded_views

TABS = ("Price", "Price list", "Over time", "Findings")
FORMULA = "=QUALYS.PRICE(100000, DATE(2013,12,20))"
LICENCES: JSON = {"name": "Licences", "unit": "seats", "adds_up": True}
SUPPORT: JSON = {"name": "Support", "unit": "hours", "adds_up": False}
MARKUP = '<b>bold</b><img src=x onerror="x()"><script>x()</script>'


@pytest.fixture
def pane(browser: Browser) -> Iterator[Page]:
    """The pane in Excel, with the first answer shown."""
    with open_pane(browser) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        yield pane


def result(pane: Page) -> Locator:
    return pane.locator("#result")


def tab(pane: Page, name: str) -> Locator:
    return pane.get_by_role("tab", name=re.compile(rf"^{name}( \d+)?$"))


def field(pane: Page, label: str) -> Locator:
    """The field with a label on the open tab."""
    return pane.get_by_role("tabpanel").get_by_label(label)


def button(pane: Page, name: str) -> Locator:
    return pane.get_by_role("button", name=name, exact=True)


def cells(pane: Page) -> list[list[str]]:
    """The table on the open tab, row by row."""
    rows = pane.get_by_role("tabpanel").locator("tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def last_asked(pane: Page, view: str) -> JSON:
    """What was asked last for a view."""
    requests: list[tuple[str, JSON]] = pane.evaluate("asked")
    return [request for name, request in requests if name == view][-1]


def several_services() -> JSON:
    """The views of a contract with two services, which answers whatever is asked."""
    views = recorded_views()
    contract = views["contract"][0]["shows"]
    contract["services"] = [LICENCES, SUPPORT]
    contract["first"]["service"] = "Support"
    views["answer"] = [{**views["answer"][0], "when": {}}]
    rows = views["price list"][0]["shows"]["rows"]
    shows = {**views["price list"][0]["shows"], "rows": two_services(rows)}
    views["price list"] = [{"when": {}, "shows": shows}]
    views["timeline"] = [{**views["timeline"][0], "when": {}}]
    return views


def two_services(rows: list[JSON]) -> list[JSON]:
    return [
        {**row, "service": service["name"], "billed": "per month"}
        for service in (LICENCES, SUPPORT)
        for row in rows
    ]


# The start.


def test_the_box_is_there_while_python_starts_and_keeps_what_is_typed(browser: Browser) -> None:
    with open_pane(browser, told={"waits": True}) as pane:
        expect(pane.get_by_role("status").filter(has_text="Starting ...")).to_be_visible()
        expect(pane.get_by_role("heading", name=BUILD["contract"])).to_be_visible()
        field(pane, "Quantity").fill("50")
        field(pane, "Purchased").fill("2012-12-20")
        pane.evaluate("finishStart()")
        expect(result(pane)).to_have_text("no price")
        expect(field(pane, "Quantity")).to_have_value("50")
        expect(pane.get_by_text("Starting ...")).to_be_hidden()


def test_a_failed_start_is_a_sentence_and_can_be_tried_again(browser: Browser) -> None:
    with open_pane(browser, told={"fails": "Python: no connection; try again"}) as pane:
        alert = pane.get_by_role("alert")
        expect(alert).to_contain_text("Python: no connection; try again")
        expect(pane.get_by_text("Starting ...")).to_be_hidden()
        with pane.expect_navigation():
            alert.get_by_role("button", name="Try again").click()
        expect(alert).to_contain_text("no connection")


def test_the_documents_and_the_build_are_told_under_about(pane: Page) -> None:
    about = pane.get_by_role("group").filter(has_text="About these prices")
    expect(about.get_by_role("table")).to_be_hidden()
    about.get_by_text("About these prices").press("Enter")
    rows = about.locator("tbody tr")
    assert rows.nth(0).locator("th, td").all_inner_texts() == [
        "",
        "Service Attachment 1",
        "2013-11-15\u00a0*",
    ]
    assert rows.nth(1).locator("th, td").all_inner_texts()[:2] == ["1", "Amendment 1"]
    expect(about).to_contain_text("* This date is assumed")
    for text in (BUILD["built"], BUILD["id"], f"Pyodide {BUILD['pyodide']['version']}"):
        expect(about.get_by_text(text, exact=True)).to_be_visible()
    assert pane.locator("a").count() == 0


# A question and its answer.


def test_a_price_comes_with_its_reasons_the_words_of_the_document_and_its_formula(
    pane: Page,
) -> None:
    expect(pane.locator("#result strong")).to_have_text("255,000.00")
    expect(result(pane)).to_contain_text("USD (billing period not on file)")
    expect(result(pane)).to_have_attribute("aria-live", "polite")
    labels = pane.locator("#lines dt").all_inner_texts()
    assert labels == ["Asked", "Because", "In place of", "Saving", "Assumed", "Open"]
    because = pane.locator("#lines div").filter(has_text="Because").get_by_role("definition")
    expect(because).to_contain_text("Amendment 1, 1.A, footnote * (package price for 100,000 IPs")
    words = pane.get_by_role("region", name="Words of the document")
    expect(words.locator("figcaption")).to_have_text("Amendment 1, 1.A, footnote *")
    expect(words.locator("blockquote")).to_contain_text("shall be reduced to $255,000.00.")
    expect(pane.get_by_role("code")).to_have_text(FORMULA)
    expect(field(pane, "Quantity IPs")).to_be_visible()


def test_a_source_that_is_not_quoted_is_only_cited_as_the_reason(browser: Browser) -> None:
    views = recorded_views()
    views["answer"][0]["shows"]["sources"][0]["words"] = ""
    with open_pane(browser, views) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        expect(pane.get_by_text("Words of the document")).to_be_hidden()


@pytest.mark.parametrize(
    ("quantity", "day", "outcome", "reason"),
    [
        ("50", "2013-12-20", "not determinable", "1 to 99,999 IPs) is not on file"),
        ("50", "2012-12-20", "no price", "applies from 2013-11-15"),
        ("many", "2013-12-20", "bad input", "quantity is 'many'; expected digits"),
        ("", "2013-12-20", "", "Fill in the fields above."),
    ],
)
def test_without_a_price_the_reason_is_shown(
    pane: Page, quantity: str, day: str, outcome: str, reason: str
) -> None:
    field(pane, "Quantity").fill(quantity)
    field(pane, "Purchased").fill(day)
    expect(pane.get_by_role("tabpanel").get_by_text(reason).last).to_be_visible()
    expect(pane.locator("#outcome")).to_have_text(outcome)
    expect(pane.locator("#amount")).to_be_hidden()


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(browser: Browser) -> None:
    views = recorded_views()
    late = next(each for each in views["answer"] if each["when"]["purchased"] == "2014-01-01")
    late["takes"] = 700
    with open_pane(browser, views) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        day = field(pane, "Purchased")
        day.fill("2014-01-01")
        day.press("Enter")
        day.fill("2012-12-20")
        day.press("Enter")
        expect(result(pane)).to_have_text("no price")
        pane.wait_for_timeout(800)
        expect(result(pane)).to_have_text("no price")


def test_enter_asks_at_once_and_typing_after_a_pause(browser: Browser) -> None:
    with open_pane(browser) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        pane.clock.install()
        day = field(pane, "Purchased")
        day.fill("2014-01-01")
        assert last_asked(pane, "answer")["purchased"] == "2013-12-20"
        pane.clock.run_for(1000)
        expect(result(pane)).to_contain_text("279,995.00")
        day.fill("2012-12-20")
        day.press("Enter")
        assert last_asked(pane, "answer")["purchased"] == "2012-12-20"


def test_a_view_that_fails_says_so_in_its_place(browser: Browser) -> None:
    views = recorded_views()
    views["answer"][1]["fails"] = "Python: out of memory; close other workbooks and reload"
    with open_pane(browser, views) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        field(pane, "Purchased").fill("2014-01-01")
        expect(result(pane)).to_have_text(views["answer"][1]["fails"])
        field(pane, "Purchased").fill("2013-12-20")
        expect(result(pane)).to_contain_text("255,000.00")


def test_a_service_that_is_not_chosen_yet_is_no_error(browser: Browser) -> None:
    with open_pane(browser, several_services()) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        field(pane, "Service").select_option("")
        expect(pane.get_by_text("Fill in the fields above.").first).to_be_visible()
        expect(pane.locator("#outcome")).to_have_text("")


def test_services_are_chosen_and_what_adds_up_asks_for_what_was_bought_before(
    browser: Browser,
) -> None:
    with open_pane(browser, several_services()) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        expect(field(pane, "Bought before")).to_be_hidden()
        field(pane, "Service").select_option("Licences")
        field(pane, "Bought before").fill("1,200")
        expect(field(pane, "Quantity seats")).to_be_visible()
        tab(pane, "Over time").click()
        expect(field(pane, "Service")).to_have_value("Licences")
        tab(pane, "Price").click()
        assert last_asked(pane, "answer") == {
            "quantity": "100,000",
            "purchased": "2013-12-20",
            "service": "Licences",
            "known_on": "",
            "bought_before": "1,200",
        }
        field(pane, "Service").select_option("Support")
        expect(field(pane, "Bought before")).to_be_hidden()
        assert last_asked(pane, "answer")["bought_before"] == ""


def test_one_service_is_not_asked_for(pane: Page) -> None:
    expect(field(pane, "Service")).to_be_hidden()
    assert last_asked(pane, "answer")["service"] == ""


def test_known_on_is_folded_away_and_the_same_on_all_tabs(browser: Browser) -> None:
    with open_pane(browser, several_services()) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        fold = pane.get_by_role("tabpanel").get_by_text("Known on")
        fold.press("Enter")
        field(pane, "Count only documents signed on or before").fill("2013-12-15")
        fold.press("Enter")
        expect(fold).to_have_text("Known on 2013-12-15")
        tab(pane, "Price list").click()
        expect(pane.get_by_role("tabpanel").locator("summary")).to_have_text("Known on 2013-12-15")
        tab(pane, "Over time").click()
        expect(pane.get_by_role("img")).to_be_visible()
        for view in ("answer", "price list", "timeline"):
            assert last_asked(pane, view)["known_on"] == "2013-12-15", view


# The formula.


def test_a_formula_is_inserted_into_the_active_cell_by_keyboard(pane: Page) -> None:
    field(pane, "Quantity").focus()
    for _ in range(3):  # purchased, known on, insert
        pane.keyboard.press("Tab")
    expect(button(pane, "Insert into the selected cell")).to_be_focused()
    pane.keyboard.press("Enter")
    expect(pane.get_by_role("status").filter(has_text="Inserted")).to_have_text(
        "Inserted into Sheet1!B2."
    )
    assert pane.evaluate("workbook.holds") == FORMULA


def test_a_cell_that_holds_something_is_replaced_only_when_agreed(pane: Page) -> None:
    pane.evaluate("workbook.holds = '=SUM(A1:A3)'")
    button(pane, "Insert into the selected cell").press("Enter")
    question = pane.get_by_role("group", name="Sheet1!B2 holds =SUM(A1:A3). Replace it?")
    expect(question).to_be_visible()
    expect(button(pane, "Cancel")).to_be_focused()
    pane.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(pane.get_by_text("Nothing was inserted.")).to_be_visible()
    expect(button(pane, "Insert into the selected cell")).to_be_focused()
    assert pane.evaluate("workbook.holds") == "=SUM(A1:A3)"

    pane.keyboard.press("Enter")
    expect(button(pane, "Cancel")).to_be_focused()
    pane.keyboard.press("Shift+Tab")
    pane.keyboard.press("Enter")
    expect(pane.get_by_text("Inserted into Sheet1!B2.")).to_be_visible()
    expect(button(pane, "Insert into the selected cell")).to_be_focused()
    assert pane.evaluate("workbook.holds") == FORMULA


@pytest.mark.parametrize(
    ("change", "question"),
    [
        ({"address": "Sheet1!C7"}, "Sheet1!C7 holds 1234. Replace it?"),
        ({"holds": "Total"}, "Sheet1!B2 holds Total. Replace it?"),
    ],
)
def test_what_was_agreed_counts_for_the_cell_as_it_was_shown(
    pane: Page, change: JSON, question: str
) -> None:
    pane.evaluate("workbook.holds = '1234'")
    button(pane, "Insert into the selected cell").click()
    expect(pane.get_by_text("Sheet1!B2 holds 1234. Replace it?")).to_be_visible()
    pane.evaluate(f"Object.assign(workbook, {json.dumps(change)})")
    button(pane, "Replace").click()
    expect(pane.get_by_text(question)).to_be_visible()
    assert pane.evaluate("workbook.holds") == change.get("holds", "1234")


def test_another_question_withdraws_what_was_asked_about_the_cell(pane: Page) -> None:
    pane.evaluate("workbook.holds = 'x'.repeat(9000)")
    button(pane, "Insert into the selected cell").click()
    expect(button(pane, "Replace")).to_be_visible()
    assert len(pane.locator("#replace-question").inner_text()) < 300
    field(pane, "Purchased").fill("2014-01-01")
    expect(pane.get_by_role("code")).to_have_text("=QUALYS.PRICE(100000, DATE(2014,1,1))")
    expect(button(pane, "Replace")).to_be_hidden()


def test_excel_that_refuses_is_quoted(pane: Page) -> None:
    pane.evaluate("workbook.refuses = 'The sheet is protected.'")
    button(pane, "Insert into the selected cell").click()
    expect(
        pane.get_by_text("Excel: The sheet is protected; try again, or choose another cell")
    ).to_be_visible()


def test_outside_excel_all_works_but_inserting(browser: Browser) -> None:
    with open_pane(browser, in_excel=False) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        expect(button(pane, "Insert into the selected cell")).to_be_disabled()
        expect(pane.get_by_text("Inserting works when this page is open in Excel.")).to_be_visible()
        button(pane, "Copy").click()
        expect(pane.get_by_text("Copied.")).to_be_visible()
        assert pane.evaluate("navigator.clipboard.readText()") == FORMULA


@pytest.mark.parametrize(
    ("old_way", "said"),
    [(True, "Copied."), (False, "The formula is selected; press Ctrl+C to copy it.")],
)
def test_where_the_clipboard_is_closed_to_the_page_the_formula_is_still_copied(
    pane: Page, old_way: bool, said: str
) -> None:
    pane.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    if not old_way:
        pane.evaluate("void (document.execCommand = () => false)")
    button(pane, "Copy").click()
    expect(pane.get_by_text(said)).to_be_visible()
    assert pane.evaluate("String(getSelection())").strip() == FORMULA


# The price list of a day.


def test_the_price_list_of_a_day_is_a_table_with_sources(pane: Page) -> None:
    tab(pane, "Price list").click()
    expect(field(pane, "Purchased")).to_have_value("2013-12-20")
    field(pane, "Purchased").fill("2014-01-01")
    caption = "Prices of purchases on 2014-01-01, in USD"
    table = pane.get_by_role("table", name=caption)
    expect(table).to_be_visible()
    expect(table.get_by_role("columnheader")).to_have_text(["Quantity", "Price", "Source"])
    missing = ["not determinable", "Service Attachment 1, page 9, Table (a.)"]
    assert cells(pane) == [
        ["Enterprise Vulnerability Management billing period not on file"],
        ["1 to 99,999 IPs", *missing],
        ["100,000 IPs", "279,995.00", "Amendment 1, 1.A"],
        ["100,001 or more IPs", *missing],
    ]
    expect(table.get_by_role("rowheader", name="100,000 IPs")).to_be_visible()
    expect(pane.get_by_text("assumed: date signed of Service Attachment 1")).to_be_visible()
    field(pane, "Purchased").fill("2012-12-20")
    expect(pane.get_by_text("no price: nothing is priced on 2012-12-20")).to_be_visible()
    expect(table).to_be_hidden()
    tab(pane, "Price").click()
    expect(field(pane, "Purchased")).to_have_value("2012-12-20")


def test_the_price_list_shows_all_services_or_one(browser: Browser) -> None:
    with open_pane(browser, several_services()) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        tab(pane, "Price list").click()
        expect(pane.get_by_role("table")).to_be_visible()
        expect(field(pane, "Service")).to_have_value("")
        groups = [row for row in cells(pane) if len(row) == 1]
        assert groups == [["Licences per month"], ["Support per month"]]
        field(pane, "Service").select_option("Licences")
        assert last_asked(pane, "price list")["service"] == "Licences"
        tab(pane, "Price").click()
        expect(field(pane, "Service")).to_have_value("Support")


# Prices over time.


def test_prices_over_time_are_a_chart_and_a_table(pane: Page) -> None:
    tab(pane, "Over time").click()
    chart = pane.get_by_role("img")
    expect(chart).to_have_attribute(
        "aria-label",
        "Price in USD by day of purchase: 3 periods; from 255,000.00 to 279,995.00; "
        "1 period without a price; on 2013-12-20: 255,000.00.",
    )
    shown = chart.locator("text").all_text_contents()
    assert {"not determinable", "255,000.00", "279,995.00", "2013-12-20"} <= set(shown)
    assert chart.locator(".gap").count() == 1
    assert cells(pane) == [
        [
            "2013-11-15 to 2013-11-30",
            "not determinable",
            "Service Attachment 1, page 9, Table (a.), last row",
        ],
        ["2013-12-01 to 2013-12-31", "255,000.00", "Amendment 1, 1.A, footnote *"],
        ["from 2014-01-01", "279,995.00", "Amendment 1, 1.A"],
    ]
    asked = pane.get_by_role("tabpanel").locator("[aria-current=date]")
    expect(asked).to_contain_text("2013-12-01 to 2013-12-31")
    field(pane, "Quantity").fill("many")
    expect(chart).to_be_hidden()
    expect(pane.get_by_text("quantity is 'many'")).to_be_visible()


def test_a_period_is_chosen_by_keyboard_or_by_a_click_on_the_chart(pane: Page) -> None:
    tab(pane, "Over time").click()
    button(pane, "from 2014-01-01").press("Enter")
    expect(tab(pane, "Price")).to_have_attribute("aria-selected", "true")
    expect(field(pane, "Purchased")).to_be_focused()
    expect(field(pane, "Purchased")).to_have_value("2014-01-01")
    expect(result(pane)).to_contain_text("279,995.00")
    tab(pane, "Over time").click()
    pane.get_by_role("img").locator(".target").nth(1).click()
    expect(field(pane, "Purchased")).to_have_value("2013-12-01")
    expect(result(pane)).to_contain_text("255,000.00")


def periods(*steps: tuple[str, str, float | None]) -> list[JSON]:
    """Periods from days and amounts."""
    return [
        {
            "since": since,
            "until": until,
            "days": f"{since} to {until}",
            "price": "" if amount is None else f"{amount:,.2f}",
            "amount": amount,
            "outcome": "price" if amount is not None else "not determinable",
            "source": "Amendment 1",
        }
        for since, until, amount in steps
    ]


YEARS = [(f"20{year}-01-01", f"20{year}-12-31", 1000.0 + year) for year in range(10, 40)]
SHAPES: dict[str, list[JSON]] = {
    "always one price": periods(("", "", 12.5)),
    "free of charge": periods(("2020-01-01", "", 0.0)),
    "never a price": periods(("", "2019-12-31", None), ("2020-01-01", "", None)),
    "one day": periods(("2020-02-29", "2020-02-29", 7.0)),
    "thirty years": periods(*YEARS),
    "a day among years": periods(
        ("2000-01-01", "2019-12-31", 1.0),
        ("2020-01-01", "2020-01-01", None),
        ("2020-01-02", "", 2e12),
    ),
    "close together": periods(("2020-01-01", "2020-06-30", 5e7), ("2020-07-01", "", 5e7 + 9)),
    "cents apart": periods(("2020-01-01", "2020-06-30", 0.01), ("2020-07-01", "", 0.02)),
}
OVERLAPS = """async ([address, periods, asked, width]) => {
  const { drawChart } = await import(address);
  const svg = drawChart({ periods, currency: "USD", asked }, width, () => {});
  document.body.append(svg);
  const whole = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")];
  const boxes = texts.map((text) => text.getBoundingClientRect());
  const within = boxes.filter((box) => box.left < whole.left - 1 || box.right > whole.right + 1);
  const pairs = boxes.flatMap((one, at) => boxes.slice(at + 1).map((other) => [one, other]));
  const overlaps = pairs.filter(([one, other]) => (
    one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 3 && other.top < one.bottom - 3
  ));
  const drawn = svg.outerHTML;
  const gaps = [...svg.querySelectorAll(".gap")].map((gap) => gap.getBoundingClientRect().width);
  svg.remove();
  const labels = texts.map((text) => text.textContent);
  const amounts = texts.filter((text) => text.getAttribute("text-anchor") === "end");
  const onAxis = amounts.map((text) => text.textContent);
  return { labels, onAxis, gaps, drawn, wrong: within.length + overlaps.length };
}"""
"""A chart drawn beside the pane: its labels, and how many leave it or are on top of another."""


def drawn_chart(pane: Page, *arguments: Any) -> JSON:
    found: JSON = pane.evaluate(OVERLAPS, [f"{FOLDER}chart.js", *arguments])
    return found


def test_labels_of_a_chart_are_apart_whatever_the_periods(pane: Page) -> None:
    for name, shape in SHAPES.items():
        for width in (288, 418):
            for asked in ("", "2020-01-01", "2031-05-05"):
                chart = drawn_chart(pane, shape, asked, width)
                case = f"{name}, {width}, {asked}: {chart['labels']}"
                assert chart["wrong"] == 0, case
                assert "NaN" not in chart["drawn"], case
                assert len(set(chart["onAxis"])) == len(chart["onAxis"]), case
                assert min(chart["gaps"], default=3) >= 3, case
                assert (asked in chart["labels"]) == bool(asked), case
                ends = {shape[0]["since"], shape[-1]["until"]} - {""}
                assert ends <= set(chart["labels"]), case


def test_amounts_on_the_axis_of_a_chart_are_round(pane: Page) -> None:
    on_axis = {name: drawn_chart(pane, shape, "", 360)["onAxis"] for name, shape in SHAPES.items()}
    assert on_axis == {
        "always one price": ["5", "10", "15", "20"],
        "free of charge": ["0.00", "0.50"],
        "never a price": [],
        "one day": ["0", "5", "10", "15"],
        "thirty years": ["1,010", "1,020", "1,030", "1,040"],
        "a day among years": ["0", "1T", "2T"],
        "close together": ["50,000,000", "50,000,005", "50,000,010"],
        "cents apart": ["0.010", "0.015", "0.020"],
    }


def test_the_days_of_a_chart_do_not_depend_on_today(pane: Page) -> None:
    chart = drawn_chart(pane, SHAPES["thirty years"], "", 360)
    pane.clock.set_fixed_time("2050-06-01")
    assert drawn_chart(pane, SHAPES["thirty years"], "", 360) == chart


# Findings.


def test_findings_are_counted_and_listed_by_severity(browser: Browser) -> None:
    views = recorded_views()
    rows = views["findings"][0]["shows"]["rows"]
    rows.append({"severity": "error", "where": "Tiers!C9", "found": "no date", "to_do": "type one"})
    with open_pane(browser, views) as pane:
        expect(tab(pane, "Findings")).to_have_text(f"Findings {len(rows)}")
        tab(pane, "Findings").click()
        headings = pane.get_by_role("tabpanel").get_by_role("heading").all_inner_texts()
        assert headings == ["Errors 1", "Warnings 1", f"Notes {len(rows) - 2}"]
        first = pane.get_by_role("tabpanel").get_by_role("listitem").first
        expect(first).to_have_text("Tiers!C9no dateWhat to do: type one")


def test_a_closed_pane_takes_newer_prices_by_itself(browser: Browser) -> None:
    with open_pane(browser, has_own_clock=True) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        pane.evaluate("""() => {
          globalThis.isOld = true;
          told.newer = { built: "2026-12-05" };
          Object.defineProperty(document, "visibilityState", { value: "hidden" });
        }""")
        pane.clock.run_for(16 * 60 * 1000)
        expect(result(pane)).to_contain_text("255,000.00")
        assert pane.evaluate("globalThis.isOld") is None


def test_without_findings_nothing_is_counted(browser: Browser) -> None:
    views = recorded_views()
    views["findings"][0]["shows"]["rows"] = []
    with open_pane(browser, views) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        expect(tab(pane, "Findings")).to_have_text(re.compile(r"^Findings\s*$"))
        tab(pane, "Findings").click()
        expect(pane.get_by_text("No findings.")).to_be_visible()


# The page.


def test_tabs_are_walked_with_the_keys_of_tabs(pane: Page) -> None:
    tab(pane, "Price").focus()
    for key, name in (
        ("ArrowRight", "Price list"),
        ("End", "Findings"),
        ("ArrowRight", "Price"),
        ("ArrowLeft", "Findings"),
        ("ArrowLeft", "Over time"),
        ("Home", "Price"),
    ):
        pane.keyboard.press(key)
        expect(tab(pane, name)).to_be_focused()
        expect(pane.get_by_role("tab", selected=True)).to_have_text(re.compile(f"^{name}"))
        expect(pane.get_by_role("tabpanel", name=name)).to_be_visible()
        assert pane.get_by_role("tabpanel").count() == 1
    pane.keyboard.press("Tab")
    expect(field(pane, "Quantity")).to_be_focused()


def test_a_newer_build_is_offered_whenever_it_is_found(browser: Browser) -> None:
    newer = {"built": "2026-12-05"}
    sentence = "Newer prices, built on 2026-12-05, are ready."
    with open_pane(browser, told={"newer": newer}) as pane:
        expect(pane.get_by_text(sentence)).to_be_visible()
        with pane.expect_navigation():
            button(pane, "Reload").click()
    with open_pane(browser) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        expect(pane.get_by_text(sentence)).to_be_hidden()
        pane.evaluate(f"told.newer = {json.dumps(newer)}")
        pane.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(pane.get_by_text(sentence)).to_be_visible()


def test_a_newer_build_is_looked_for_every_quarter_of_an_hour(browser: Browser) -> None:
    with open_pane(browser, has_own_clock=True) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        pane.evaluate("told.newer = { built: '2026-12-05' }")
        pane.clock.run_for(14 * 60_000)
        expect(pane.get_by_text("Newer prices")).to_be_hidden()
        pane.clock.run_for(60_000)
        expect(pane.get_by_text("Newer prices")).to_be_visible()


def with_markup(value: Any) -> Any:
    """The same views with markup in every text that is shown as it is."""
    if isinstance(value, dict):
        exact = {"when", "outcome", "severity", "since", "until", "asked", "first"}
        return {key: each if key in exact else with_markup(each) for key, each in value.items()}
    if isinstance(value, list):
        return [with_markup(each) for each in value]
    return f"{value}{MARKUP}" if isinstance(value, str) and value else value


def test_markup_in_a_contract_is_shown_as_text(browser: Browser) -> None:
    with open_pane(browser, with_markup(recorded_views()), width=320) as pane:
        expect(pane.get_by_role("heading", level=1)).to_contain_text(MARKUP)
        for name in TABS:
            tab(pane, name).click()
            expect(pane.get_by_role("tabpanel")).to_contain_text(MARKUP)
            assert pane.evaluate("document.documentElement.scrollWidth") == 320, name
        assert pane.locator("main b, main img, main script").count() == 1  # of the page itself


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_each_tab_is_accessible_and_as_narrow_as_the_pane(browser: Browser, is_dark: bool) -> None:
    axe = need_npm("axe-core/axe.min.js").read_text(encoding="utf-8")
    with open_pane(browser, several_services(), is_dark=is_dark, width=320) as pane:
        pane.evaluate(axe)
        expect(result(pane)).to_contain_text("255,000.00")
        pane.evaluate("workbook.holds = '1'")
        button(pane, "Insert into the selected cell").click()
        pane.get_by_text("About these prices").click()
        grounds = set()
        for name in TABS:
            tab(pane, name).click()
            expect(pane.get_by_role("tabpanel", name=name)).to_be_visible()
            found = pane.evaluate("axe.run()")
            assert [(each["id"], each["nodes"]) for each in found["violations"]] == [], name
            assert pane.evaluate("document.documentElement.scrollWidth") == 320, name
            grounds.add(pane.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert grounds == {"rgb(29, 31, 29)" if is_dark else "rgb(255, 255, 255)"}


def test_what_is_typed_leaves_no_trace_outside_the_page(pane: Page) -> None:
    field(pane, "Quantity").fill("50")
    expect(pane.locator("#outcome")).to_have_text("not determinable")
    assert pane.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


# Excel.


def call_excel(pane: Page, call: str) -> Any:
    """What a function of excel.js comes to, an error as its message."""
    return pane.evaluate(
        f"import('{FOLDER}excel.js').then((excel) => excel.{call}).catch((error) => error.message)"
    )


@pytest.mark.parametrize(
    ("serial", "found"),
    [
        (36526, "1900"),
        (35064, "1904"),
        (0, "Excel: DATE(2000,1,1) is 0; expected the number of a day"),
    ],
)
def test_the_date_system_is_that_of_the_workbook(pane: Page, serial: int, found: str) -> None:
    pane.evaluate(f"workbook.firstDayOf2000 = {serial}")
    assert call_excel(pane, "dateSystem()") == found


def test_excel_is_asked_again_while_a_cell_is_edited_but_not_forever(browser: Browser) -> None:
    with open_pane(browser, has_own_clock=True) as pane:
        expect(result(pane)).to_contain_text("255,000.00")
        for times, found in (
            (5, "1900"),
            (6, "Excel: a cell is being edited; press Enter or Esc in that cell and try again"),
        ):
            pane.evaluate(f"workbook.editedFor = {times}")
            pane.evaluate(
                f"import('{FOLDER}excel.js').then((excel) => excel.dateSystem())"
                ".catch((error) => error.message).then((found) => { globalThis.found = found; })"
                " && null"
            )
            asked = pane.evaluate("Date.now()")
            while pane.evaluate("globalThis.found === undefined"):
                pane.clock.run_for(100)
                assert pane.evaluate("Date.now()") - asked < 20_000
            assert pane.evaluate("globalThis.found") == found
            assert 6_000 < pane.evaluate("Date.now()") - asked < 9_000
            pane.evaluate("delete globalThis.found")


@pytest.mark.parametrize(("noted", "has_called"), [("'old'", "false"), ("null", "true")])
def test_a_workbook_that_another_build_may_have_answered_is_recalculated_once(
    pane: Page, noted: str, has_called: str
) -> None:
    pane.evaluate(f"workbook.settings['xlfuncs.build'] = {noted}")
    for _ in range(2):
        call_excel(pane, f"followBuild('new', {has_called})")
    assert pane.evaluate("[workbook.calculations, workbook.saved]") == [
        1,
        [{"xlfuncs.build": "new"}],
    ]


def test_a_workbook_that_never_called_a_function_is_left_alone(pane: Page) -> None:
    call_excel(pane, "followBuild('new', false)")
    assert pane.evaluate("[workbook.calculations, workbook.saved]") == [0, []]


def test_cells_that_were_not_calculated_are_said_to_be_of_an_earlier_build(pane: Page) -> None:
    said = pane.get_by_text("Cells may show prices of an earlier build")
    expect(said).to_be_hidden()
    pane.evaluate("reportBehind('Excel: a cell is being edited')")
    expect(said).to_have_text(
        "Cells may show prices of an earlier build: press Ctrl+Alt+F9 (on a Mac Cmd+Option+F9). "
        "Excel: a cell is being edited"
    )


def test_the_addin_is_told_once_to_start_with_the_workbook(pane: Page) -> None:
    for _ in range(2):
        call_excel(pane, "startWithWorkbook()")
    assert pane.evaluate("workbook.startup") == ["Load"]


def test_outside_excel_nothing_is_asked_of_it(browser: Browser) -> None:
    with open_pane(browser, in_excel=False) as pane:
        assert call_excel(pane, "dateSystem()") == "1900"
        for call in ("followBuild('new', true)", "startWithWorkbook()"):
            assert call_excel(pane, call) is None, call


# The icons.


@pytest.mark.parametrize("size", SIZES)
def test_icons_are_as_drawn(browser: Browser, size: int) -> None:
    with Image.open(path_of(size)) as icon, Image.open(BytesIO(render(browser, size))) as drawn:
        assert icon.size == drawn.size == (size, size)
        assert icon.mode == "RGBA"
        assert icon.getpixel((0, 0)) == (0, 0, 0, 0)
        assert icon.getchannel("A").getextrema() == (0, 255)
        apart = ImageChops.difference(icon, drawn.convert("RGBA"))
        assert max(apart.tobytes()) < 48  # edges differ by version

"""Rises as dated rows, and dated rows folded back into the rows that are printed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.random_contract_files import random_increases, randoms
from xlfuncs.pricing.contract import (
    Assumption,
    Charge,
    Contract,
    Increase,
    Row,
    Service,
)
from xlfuncs.pricing.dated_rows import (
    dated_rows,
    find_figure_without_cents,
    fold_rows,
    format_increase,
    parse_increase,
    raise_row,
    rows_not_held,
)

SERVICE = Service("Scanning", "IPs")
START, FIRST, SECOND = date(2024, 7, 1), date(2025, 7, 1), date(2026, 7, 1)
THREE = (Increase(FIRST, Decimal(3)), Increase(SECOND, Decimal(3)))


def row(unit_price: str = "4.28", **stated: Any) -> Row:
    """A price of each unit that rises by 3 percent a year."""
    usual: dict[str, Any] = {"signed": START, "effective": START, "increases": THREE}
    return Row(
        stated.pop("document", 1),
        "Amendment 1",
        SERVICE.name,
        Decimal(1),
        None,
        stated.pop("charge", Charge.PER_UNIT),
        unit_price=Decimal(unit_price),
        **{**usual, **stated},
    )


def unit_prices(printed: Row) -> list[str]:
    return [str(each.unit_price) for each in raise_row(printed)]


def folded(rows: list[Row]) -> list[Row]:
    return [*fold_rows(rows, [SERVICE]).rows]


def test_each_rise_is_of_the_figure_then_in_force_as_it_was_rounded() -> None:
    assert unit_prices(row("4.28")) == ["4.28", "4.41", "4.54"]  # 4.4084, and 4.41 x 1.03
    assert unit_prices(row("4.280")) == ["4.280", "4.408", "4.540"]
    assert unit_prices(row("4.28", rounded=0)) == ["4.28", "4", "4"]
    assert unit_prices(row("0.5", rounded=1)) == ["0.5", "0.5", "0.5"]


def test_the_day_before_a_rise_has_the_former_figure() -> None:
    ends = date(2027, 6, 30)
    found = [(each.effective, each.ends) for each in raise_row(row(ends=ends))]
    assert found == [
        (START, date(2025, 6, 30)),
        (FIRST, date(2026, 6, 30)),
        (SECOND, ends),
    ]


def test_a_rise_raises_price_unit_price_minimum_and_maximum_and_no_percent() -> None:
    printed = row(
        "1.00",
        charge=Charge.ADDITIONAL,
        price=Decimal("100.00"),
        minimum=Decimal("50.00"),
        maximum=Decimal("1000.00"),
        increases=THREE[:1],
        rounded=4,
    )
    _, raised = raise_row(printed)
    assert (raised.price, raised.unit_price) == (Decimal("103.00"), Decimal("1.0300"))
    assert (raised.minimum, raised.maximum) == (Decimal("51.50"), Decimal("1030.00"))
    discount = row(charge=Charge.DISCOUNT, percent=Decimal(5), minimum=Decimal("10.00"))
    assert [each.percent for each in raise_row(discount)] == [Decimal(5)] * 3


def test_the_change_of_an_index_counts_between_its_floor_and_its_cap() -> None:
    for change, percent in (("4.2", "3"), ("-1", "1"), ("2.5", "2.5")):
        increase = Increase(FIRST, None, Decimal(change), Decimal(1), Decimal(3))
        assert increase.percent_raised == Decimal(percent)
    assert (
        format_increase(Increase(FIRST, None, Decimal("-1"), Decimal(1)))
        == "index -1 percent, at least 1, so 1 percent from 2025-07-01"
    )


def test_from_a_percent_that_is_not_on_file_nothing_is() -> None:
    rises = (Increase(FIRST), Increase(SECOND, Decimal(3)))
    assumed = (Assumption(("unit_price",), "from an invoice"), Assumption(("increase",), "a call"))
    first, *others = raise_row(row(increases=rises, per=100, assumed=assumed))
    assert (first.charge, first.assumed) == (Charge.PER_UNIT, assumed[:1])
    assert [each.charge for each in others] == [Charge.NOT_ON_FILE] * 2
    assert [each.unit_price for each in others] == [None, None]
    assert [each.assumed for each in others] == [assumed[1:]] * 2
    assert [each.increase for each in others] == [
        "percent not on file from 2025-07-01",
        "3 percent from 2026-07-01",
    ]
    assert [each.charge for each in folded([first, *others])] == [Charge.PER_UNIT]


@pytest.mark.parametrize(
    "stated",
    [
        {"effective": None},
        {"effective": None, "not_on_file": ("effective",)},
        {"effective": None, "signed": None},
        {"effective": None, "document": 0, "not_on_file": ("effective",)},
    ],
)
def test_a_row_that_is_in_force_from_no_known_day_stays_one(stated: dict[str, Any]) -> None:
    [only] = raise_row(row(**stated))
    assert only.increase == "3 percent from 2025-07-01; 3 percent from 2026-07-01"
    assert folded([only]) == [row(**stated)]


def test_an_undated_agreement_is_in_force_from_the_beginning() -> None:
    printed = row(document=0, signed=None, effective=None)
    assert [each.effective for each in raise_row(printed)] == [None, FIRST, SECOND]


def test_an_end_that_is_not_on_file_is_that_of_the_last_row() -> None:
    printed = row(not_on_file=("ends",), assumed=(Assumption(("ends",), "a letter"),))
    rows = raise_row(printed)
    assert [each.stated("ends") for each in rows[-2:]] == [date(2026, 6, 30), "not on file"]
    assert [len(each.assumed) for each in rows] == [0, 0, 1]
    assert folded(rows) == [printed]


def test_dated_rows_fold_in_whatever_order_people_sort_them() -> None:
    several = [
        row("4.28", clause="1"),
        row("40.00", clause="2", rounded=0),
        row("5.00", clause="1", charge=Charge.GRADUATED, minimum=Decimal("10.00")),
        row("1.00", increases=()),
    ]
    dated = [each for printed in several for each in raise_row(printed)]
    assert len(dated) == 10
    assert sorted(map(repr, folded(dated[::-1]))) == sorted(map(repr, several))


@pytest.mark.parametrize(
    "changed",
    [
        {"unit_price": Decimal("4.39")},
        {"effective": date(2025, 7, 2)},
        {"note": "see the letter"},
        {"increase": "by the letter of May"},
    ],
)
def test_rows_that_somebody_changed_stay_as_they_are(changed: dict[str, Any]) -> None:
    first, second, third = raise_row(row())
    rows = [first, second._replace(**changed), third]
    assert folded(rows) == rows


def test_rows_beyond_the_cents_fold_with_the_decimals_that_they_are_rounded_to() -> None:
    """A cell holds 0.05 where 0.0500 is printed."""
    first, second, third = raise_row(row("0.0500"))
    [printed] = folded([first._replace(unit_price=Decimal("0.05")), second, third])
    assert (printed.unit_price, printed.rounded) == (Decimal("0.05"), 4)


def test_whether_it_matters_that_a_figure_is_printed_without_cents() -> None:
    assert find_figure_without_cents(row("40")) == 40  # 41 or 41.20
    assert find_figure_without_cents(row("40.00")) is None
    assert find_figure_without_cents(row("40", rounded=0)) is None
    assert find_figure_without_cents(row("100", increases=THREE[:1])) is None  # 103 or 103.00
    assert find_figure_without_cents(row("40", increases=(Increase(FIRST),))) is None
    assert find_figure_without_cents(row("40", effective=None)) is None


def test_a_figure_beyond_all_bounds_rises_no_further() -> None:
    rises = tuple(Increase(date(2025, 1, day), Decimal(10**14)) for day in range(1, 29))
    assert raise_row(row("999999999999.99", increases=rises))[-1].unit_price == Decimal(10**15)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "3 percent",
        "3 percent from July",
        "3 percent from 2025-02-30",
        "03 percent from 2025-07-01",
        "3 percent from 2025-07-01;4 percent from 2026-07-01",
        "index 4 percent, at most 3, so 4 percent from 2025-07-01",
    ],
)
def test_other_words_are_no_rises(words: str) -> None:
    assert parse_increase(words) == ()


@given(randoms)
def test_rises_go_to_words_and_back(random: Any) -> None:
    increases = random_increases(random)
    words = "; ".join(map(format_increase, increases))
    assert [each.percent_raised for each in parse_increase(words)] == [
        each.percent_raised for each in increases
    ]
    assert "; ".join(map(format_increase, parse_increase(words))) == words


@given(randoms, st.sampled_from(["4.28", "0.050", "40.00", "7"]), st.sampled_from([None, 0, 2, 6]))
def test_whatever_rises_folds_into_the_same_dated_rows(
    random: Any, unit_price: str, rounded: int | None
) -> None:
    before = date(2020, 1, 1)
    printed = row(unit_price, effective=before, increases=random_increases(random), rounded=rounded)
    [again] = folded(raise_row(printed))
    assert raise_row(again) == raise_row(printed)


MISSING = Contract("", "ACME", (SERVICE, Service("Support")), (row(increases=()),), not_held=(4,))


def test_a_missing_document_is_a_row_of_each_service_and_folds_into_its_number() -> None:
    rows = dated_rows(MISSING)
    assert [(each.document, each.service) for each in rows[1:]] == [(4, "Scanning"), (4, "Support")]
    assert rows[1].place.cell("charge") == "contract.not_held"
    support = rows[0]._replace(service="Support")
    assert fold_rows((support, *rows), MISSING.services) == ((support, *MISSING.rows), (4,))
    assert fold_rows(rows, MISSING.services).not_held == ()  # Support would have no row


@pytest.mark.parametrize(
    "changed",
    [{"title": "Exhibit 4"}, {"signed": START, "not_on_file": ("effective",)}, {"note": "asked"}],
)
def test_a_row_that_says_more_than_that_a_document_is_missing_stays(
    changed: dict[str, Any],
) -> None:
    first, second = rows_not_held(MISSING, 4)
    rows = (first._replace(**changed), second)
    assert fold_rows(rows, MISSING.services) == (rows, ())
    assert fold_rows((first,), MISSING.services) == ((first,), ())
    assert fold_rows((first, second, second), MISSING.services).not_held == ()

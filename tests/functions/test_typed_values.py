"""Quantities and days as people type them: read where they mean one thing, refused elsewhere."""

import calendar
import locale
import shlex
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.cli_runner import Run
from xlfuncs.functions.registry import parse_typed_day, parse_typed_quantity
from xlfuncs.pricing.outcomes import BadInput

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("100000", "100000"),
        ("100,000", "100000"),
        ("1,234,567", "1234567"),
        ("1,234.5", "1234.5"),
        ("100 000", "100000"),
        ("100\u00a0000", "100000"),
        ("1\u202f234\u202f567.25", "1234567.25"),
        ("0.5", "0.5"),
        ("1.234", "1.234"),
        ("2.125", "2.125"),
        ("100.5", "100.5"),
        ("100.00", "100.00"),
        ("100.0000", "100.0000"),
        ("0.000", "0"),
        ("1,000.000", "1000"),
        ("-1,000", "-1000"),
    ],
)
def test_thousands_may_be_separated(typed: str, meant: str) -> None:
    assert parse_typed_quantity(typed) == Decimal(meant)


@pytest.mark.parametrize(
    ("typed", "way_out"),
    [
        ("100.000,5", "type 100000.5"),
        ("1.234.567", "type 1234567"),
        ("100.000", "which may mean 100 or 100,000; type 100 or 100000"),
        ("1.000", "which may mean 1 or 1,000; type 1 or 1000"),
        (" 1000.000", "which may mean 1,000 or 1,000,000; type 1000 or 1000000"),
        ("1,23", "type 1.23 or 123"),
        ("0,123", "type 0.123 or 123"),
        ("1234,567", "type 1234.567 or 1234567"),
        ("10,00,000", "type 1000000"),
        ("1,23.5", "type 123.5"),
        ("1 234,567", "expected digits"),
        ("1,234 567", "expected digits"),
        ("100k", "expected digits"),
        ("1'000", "expected digits"),
        ("1,000 IPs", "expected digits"),
        ("1,\u0661\u0662\u0663", "expected digits"),
        ("", "expected digits"),
    ],
)
def test_a_quantity_that_can_be_read_in_two_ways_is_refused(typed: str, way_out: str) -> None:
    with pytest.raises(BadInput, match=r"^quantity is ") as refusal:
        parse_typed_quantity(typed)
    assert way_out in str(refusal.value)


@given(st.integers(0, 10**15 - 1))
def test_every_number_is_read_with_and_without_its_commas(number: int) -> None:
    for typed in (f"{number}", f"{number:,}", f"{number:,}".replace(",", " ")):
        assert parse_typed_quantity(typed) == number


@given(DAYS)
def test_every_day_is_read_with_its_month_in_words(day: date) -> None:
    month, short = calendar.month_name[day.month], calendar.month_abbr[day.month]
    for typed in (
        f"{day}",
        f"{short} {day.day}, {day.year}",
        f"{short}. {day.day} {day.year}",
        f"{month.upper()}  {day.day},{day.year}",
        f"{day.day} {month} {day.year}",
        f"{day.day:02}-{short.lower()}-{day.year}",
    ):
        assert parse_typed_day("date", typed) == day


@given(DAYS, st.sampled_from("/.-"))
def test_no_day_in_numbers_alone_is_read_but_iso_text(day: date, sign: str) -> None:
    year, month, number = day.year, day.month, day.day
    for typed in (
        sign.join(map(str, (month, number, year))),
        sign.join(map(str, (number, month, year))),
        sign.join(map(str, (month, number, year % 100))),
        f"{year}{month:02}{number:02}",
    ):
        with pytest.raises(BadInput, match=r"^date is ") as refusal:
            parse_typed_day("date", typed)
        if typed.count(sign) != 2 or typed.endswith(str(year)):
            assert f"{day}" in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "way_out"),
    [
        ("12/20/2013", "'12/20/2013'; write the year first: 2013-12-20"),
        ("20.12.2013", "'20.12.2013'; write the year first: 2013-12-20"),
        ("05/06/2013", "first; type 2013-05-06 or 2013-06-05"),
        ("05/05/2013", "'05/05/2013'; write the year first: 2013-05-05"),
        ("2014-1-5", "type 2014-01-05"),
        ("2014/01/05", "type 2014-01-05"),
        ("20131220", "type 2013-12-20"),
        ("2013-02-30", "a day that does not exist"),
        ("Feb 29, 2013", "a day that does not exist"),
        ("12/20/13", "type a four-digit year first"),
        ("20-Dec-13", "type the year with four digits"),
        ("Dec 20, 13", "type the year with four digits"),
        ("13/13/2013", "expected a date such as 2013-12-20"),
        ("Dezember 20, 2013", "expected a date such as 2013-12-20"),
        ("Decem 20, 2013", "expected a date such as 2013-12-20"),
        ("Dec 2013", "expected a date such as 2013-12-20"),
        ("20-12/2013", "expected a date such as 2013-12-20"),
        ("tomorrow", "expected a date such as 2013-12-20"),
        ("2013", "a year is not a date"),
        ("1 January 1899", "on or after 1900-03-01"),
    ],
)
def test_a_day_that_can_be_read_in_two_ways_is_refused(typed: str, way_out: str) -> None:
    with pytest.raises(BadInput, match=r"^date is ") as refusal:
        parse_typed_day("date", typed)
    assert way_out in str(refusal.value)


def test_months_are_read_in_english_whatever_the_language_of_the_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = locale.setlocale(locale.LC_TIME)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C"):
        try:
            locale.setlocale(locale.LC_TIME, name)
        except locale.Error:
            continue
        assert parse_typed_day("date", "20 May 2013") == date(2013, 5, 20)
        assert parse_typed_day("date", "Dec 20, 2013") == date(2013, 12, 20)
    locale.setlocale(locale.LC_TIME, before)


def test_a_question_is_asked_as_it_is_said(run: Run) -> None:
    plain = run("price", "100000", "2013-12-20", "--known-on", "2013-12-31")
    said = run("price", "100,000", "20 Dec 2013", "--known-on", "December 31st, 2013")
    assert (said.status, said.out, said.err) == (0, "255000.00\n", "")
    assert said.out == plain.out


def test_all_that_is_wrong_is_said_at_once(run: Run) -> None:
    wrong = ("12,5o", "12/20/2013", "--service", "Gardening", "--known-on", "x", "--through", "y")
    ran = run("price", *wrong)
    assert (ran.status, ran.out) == (2, "")
    began = [line.partition(" is ")[0] for line in ran.err.splitlines()]
    words = ("quantity", "date", "--known-on", "--through", "service")
    assert began == [f"xlfuncs: {word}" for word in words]
    parts = run("price", "0.5", "12/20/2013")
    assert "expected a whole number of IPs" in parts.err
    assert "write the year first: 2013-12-20" in parts.err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("price 2013-12-20 100000", "price 100000 2013-12-20"),
        ("explain 'Dec 20, 2013' 100,000", "explain 100000 2013-12-20"),
        (
            "price 2013-12-20 100000 -c shipped --through 1 --known-on 2013-12-31",
            "price 100000 2013-12-20 --contract shipped --known-on 2013-12-31 --through 1",
        ),
    ],
)
def test_a_quantity_and_a_date_that_are_swapped_are_put_in_order(
    typed: str, meant: str, run: Run
) -> None:
    ran = run(*shlex.split(typed))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"xlfuncs: QUANTITY and DATE look swapped; type: xlfuncs {meant}\n"
    assert run(*meant.split()).status == 0


@pytest.mark.parametrize("typed", ["12/20/2013 100000", "2013-12-20 100k", "many 100000"])
def test_what_cannot_be_put_in_order_is_refused_for_what_it_is(typed: str, run: Run) -> None:
    ran = run("price", *typed.split())
    began = [line.partition(" is ")[0] for line in ran.err.splitlines()]
    assert (ran.status, began) == (2, ["xlfuncs: quantity", "xlfuncs: date"])

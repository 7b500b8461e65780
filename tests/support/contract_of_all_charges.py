"""One contract with every charge and every way to have no price, and lines of a ledger about it.

Prices and refusals are written by hand from the rows, line by line.
"""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tests.support.contracts_in_code import row
from xlfuncs.pricing.contract import Contract, Increase, PartUnits, Row, Service

QUOTED = 'O\'Brien \\ "Söhne" ${x}\\n'
"""A name that engines may read in other ways than it is written."""

TITLE = "Schedule 'A' \\ ${x}\nB"
SOURCE = f"{TITLE}, \\n'"

SERVICES = (
    Service("Scanning", "IPs"),
    Service("Storage", "TB", Decimal("0.25"), PartUnits.UP),
    Service("Blocks", "", Decimal(25)),
    Service("Hours", "hours", Decimal("0.5"), PartUnits.NOT_SAID),
    Service("Days", "days", Decimal(1), PartUnits.NEAREST),
    Service("Weeks", "weeks", Decimal(1), PartUnits.DOWN),
    Service("Drops", "litres", Decimal("0.000001")),
    Service("Seats", "seats"),
    Service("Water", "cubic feet"),
    Service("Coal", "tons"),
    Service("Gas", "therms"),
    Service("Bonus", "points"),
    Service(QUOTED),
    Service("Calls", "calls", Decimal(1), PartUnits.NOT_SAID),
    Service("Messages", "messages"),
)


def of(service: str, *stated: Any, **fields: Any) -> Row:
    return row(*stated)._replace(service=service, **fields)


SEATS_BOUNDS = {"minimum": Decimal("25.71"), "maximum": Decimal("100.00")}
RISE = (Increase(date(2020, 7, 1), Decimal(3)),)
SECOND_LETTER = {
    "replaces": 3,
    "effective": date(2020, 3, 1),
    "purchased_from": date(2020, 10, 1),
    "purchased_through": date(2020, 12, 31),
}
NO_DAYS = {"signed": None, "effective": None, "not_on_file": ("signed", "effective")}

CONTRACT = Contract(
    "It's\n*/ -- every charge",
    "ALL",
    SERVICES,
    (
        of("Scanning", 0, 1, 10, "package", "100.00"),
        of("Scanning", 0, 11, 20, "per unit", "2.505"),
        of("Scanning", 1, 11, 20, "discount", 10, purchased_from=date(2020, 7, 1)),
        of("Scanning", 0, 21, 30, "additional", "60", "1.335"),
        of("Scanning", 0, 31, 40, "withdrawn", clause="4"),
        of("Scanning", 0, 41, 50, "not on file", clause="5"),
        of("Scanning", 0, 61, 70, "package", 500, clause="6"),
        of("Scanning", 0, 61, 70, "package", 500, clause="7"),
        of("Scanning", 0, 71, "or more", "per unit", 300),
        of("Storage", 0, "0.25", 10, "graduated", "0.5"),
        of("Storage", 0, "10.25", 20, "graduated", "0.333333"),
        of("Storage", 0, "30.25", "or more", "graduated", "0.1"),
        of("Blocks", 0, 25, "or more", "per unit", 1, purchased_through=date(2020, 3, 31)),
        of("Blocks", 0, 25, "or more", "per unit", 2, purchased_from=date(2020, 5, 1)),
        of("Hours", 0, 0, "or more", "per unit", "0.000001"),
        of("Days", 0, 0, "or more", "per unit", "123456789.123456"),
        of("Days", 1, 0, "or more", "discount", "0.000001", purchased_from=date(2020, 7, 1)),
        of("Weeks", 0, 0, "or more", "package", "0.00"),
        of("Drops", 0, 0, "or more", "per unit", "100.000001"),
        of("Drops", 1, 0, "or more", "discount", "0.000001"),
        of("Seats", 0, 0, "or more", "per unit", "4.28", per=1000, **SEATS_BOUNDS),
        of("Seats", 1, 0, "or more", "standing discount", 10, purchased_from=date(2020, 7, 1)),
        of("Seats", 2, 0, "or more", "per unit", "5", per=1000, effective=date(2020, 8, 1)),
        of("Water", 0, 0, 600, "package", "25.71", increases=RISE),
        of("Water", 0, 601, 3000, "graduated", "0.0428", increases=RISE),
        of("Coal", 0, 1, "or more", "per unit", "27.31"),
        of("Coal", 3, 1, "or more", "per unit", "39"),
        of("Coal", 4, 1, "or more", "per unit", "41.56", **SECOND_LETTER),
        of("Gas", 0, 1, "or more", "per unit", "2"),
        of("Gas", 5, 100, "or more", "per unit", "1.9", **NO_DAYS),
        of("Bonus", 0, 1, 10, "package", 5),
        of("Bonus", 1, 11, 20, "discount", 10),
        of(QUOTED, 0, 1, 1, "package", "7.77", title=TITLE, clause="\\n'"),
        of("Calls", 0, 1, 10, "package", "7.00"),
        of("Calls", 0, 11, 20, "package", "8.00"),
        of("Messages", 0, 0, "or more", "per unit", "0.50", per=1_000_000),
    ),
)


class Case(NamedTuple):
    """A line, and what is said of it: the answer, the price or none, words of the reason."""

    quantity: str | None
    day: str | None
    service: str | None
    paid: str | None
    answer: str
    price: str | None = None
    difference: str | None = None
    words: str | None = None


BAD, NONE, UNKNOWN = "bad input", "no price", "not determinable"
DAY = "2020-06-15"

CASES = {
    "a package": Case("10", DAY, "Scanning", "100", "price", "100.00", "0.00"),
    "a half cent goes up": Case("11", DAY, "Scanning", "27.55", "price", "27.56", "-0.01"),
    "a discount from its day": Case("20", "2020-07-01", "Scanning", None, "price", "45.09"),
    "no discount before": Case("20", "2020-06-30", "Scanning", None, "price", "50.10"),
    "units above": Case("25", DAY, "Scanning", "66", "price", "65.34", "0.66"),
    "a withdrawn row": Case("35", DAY, "Scanning", "1", NONE, words="Agreement, 4"),
    "not on file": Case("45", DAY, "Scanning", None, UNKNOWN, words="is not on file"),
    "between quantities": Case("55", DAY, "Scanning", None, UNKNOWN, words=", between"),
    "rows that are level": Case("65", DAY, "Scanning", None, UNKNOWN, words="Agreement, 7"),
    "below the smallest": Case("0", DAY, "Scanning", None, NONE, words="the smallest"),
    "before the agreement": Case("5", "2019-12-31", "Scanning", None, NONE, words="2020-01-01"),
    "the largest price": Case(
        "3333333333333", DAY, "Scanning", None, "price", "999999999999900.00"
    ),
    "a price too large": Case(
        "3333333333334", DAY, "Scanning", None, BAD, words="1,000,000,000,000,000 or more"
    ),
    "slabs, rounded up to a step": Case("12.1", DAY, "Storage", "6", "price", "5.75", "0.25"),
    "above a missing slab": Case("31", DAY, "Storage", None, UNKNOWN, words="20.25"),
    "whole blocks": Case("50", "2020-03-31", "Blocks", None, "price", "50.00"),
    "part of a block": Case(
        "30", "2020-03-31", "Blocks", None, BAD, words="is '30'; expected a multiple of 25 units"
    ),
    "between days": Case("50", "2020-04-15", "Blocks", None, UNKNOWN, words="through 2020-03-31"),
    "halves of hours": Case("1.5", DAY, "Hours", None, "price", "0.00"),
    "many of them": Case("999999999.5", DAY, "Hours", None, "price", "1000.00"),
    # at 0.000001 an hour, the first cent is that of 5,000 hours
    "part of half an hour that is no matter": Case("1.3", DAY, "Hours", None, "price", "0.00"),
    "part of half an hour": Case("4999.7", DAY, "Hours", None, UNKNOWN, words="part units count"),
    "part of a call that is no matter": Case("3.5", DAY, "Calls", "7", "price", "7.00", "0.00"),
    "part of a call": Case("10.5", DAY, "Calls", None, UNKNOWN, words="part units count"),
    "part of a call between none": Case("21.5", DAY, "Calls", None, NONE, words="largest"),
    "part of a call beside a price": Case("20.000001", DAY, "Calls", None, UNKNOWN),
    "part of a call back": Case("-10.5", DAY, "Calls", None, UNKNOWN, words="part units count"),
    "part of a call without a day": Case("3.5", "then", "Calls", None, BAD, words="'then'"),
    "messages by the million": Case("1500001", DAY, "Messages", None, "price", "0.75"),
    "half a cent of messages": Case("10000", DAY, "Messages", None, "price", "0.01"),
    "not half a cent of messages": Case("9999", DAY, "Messages", None, "price", "0.00"),
    "to the nearest day": Case("2.5", DAY, "Days", None, "price", "370370367.37"),
    "down to it": Case("2.499999", DAY, "Days", None, "price", "246913578.25"),
    "a price of fifteen digits": Case(
        "8099999", "2020-07-01", "Days", None, "price", "999999858443205.79"
    ),
    # 100.000001 x 0.00005 x 0.99999999 = 0.0049999999999999995, which Spark takes for half a cent
    "almost half a cent": Case("0.00005", DAY, "Drops", None, "price", "0.00"),
    "weeks cut off": Case("3.9", DAY, "Weeks", "0", "price", "0.00", "0.00"),
    "the least that a row gives": Case("1000", DAY, "Seats", "25", "price", "25.71", "-0.71"),
    "for each thousand": Case("10000", DAY, "Seats", None, "price", "42.80"),
    "the most": Case("30000", DAY, "Seats", None, "price", "100.00"),
    "the least, less a discount": Case("1000", "2020-07-01", "Seats", None, "price", "23.14"),
    "a discount that stands": Case("10000", "2020-08-01", "Seats", None, "price", "45.00"),
    "a first block and a unit": Case("601", DAY, "Water", None, "price", "25.75"),
    "a first block and all units": Case("3000", DAY, "Water", None, "price", "128.43"),
    "both raised and rounded": Case("3000", "2020-07-01", "Water", None, "price", "132.32"),
    "a letter": Case("10", "2020-02-01", "Coal", None, "price", "390.00"),
    "a letter replaced": Case("10", DAY, "Coal", None, "price", "273.10"),
    "the letter that replaces it": Case("10", "2020-10-01", "Coal", None, "price", "415.60"),
    "below an amendment without days": Case("99", DAY, "Gas", None, "price", "198.00"),
    "an amendment without days": Case("100", DAY, "Gas", None, UNKNOWN, words="Amendment 5"),
    "nothing to take a discount off": Case(
        "15", DAY, "Bonus", None, UNKNOWN, words="no price to take it off"
    ),
    "a name with quotes": Case("1", DAY, QUOTED, None, "price", "7.77"),
    "a name in capitals": Case("1", DAY, QUOTED.upper(), None, "price", "7.77"),
    "a name with hard spaces": Case(
        "10", DAY, f"\u00a0 scanning{chr(9)}", None, "price", "100.00"
    ),
    "spaces around figures": Case(" 10\u00a0", f"{DAY}\n", "Scanning", "\t99 ", "price", "100.00",
                                  "-1.00"),
    "zeros around them": Case("0010.0000000", DAY, "Scanning", "099.990", "price", "100.00",
                              "-0.01"),
    "a time of day": Case("10", f"{DAY}T23:59:59.999", "Scanning", None, "price", "100.00"),
    "the last day there is": Case("10", "9999-12-31", "Scanning", None, "price", "100.00"),
    "the first certain day": Case("10", "1900-03-01", "Scanning", None, NONE),
    "a blank quantity": Case(None, DAY, "Scanning", None, BAD, words="quantity is blank"),
    "spaces as quantity": Case("\u00a0 ", DAY, "Scanning", None, BAD, words="quantity is blank"),
    "no number": Case("ten", DAY, "Scanning", None, BAD, words="is 'ten'; expected digits"),
    "a number with letters": Case("1e1", DAY, "Scanning", None, BAD, words="'1e1'"),
    "no number at all": Case("NaN", DAY, "Scanning", None, BAD, words="'NaN'"),
    "a sign before": Case("+10", DAY, "Scanning", None, BAD, words="'+10'"),
    "a line that ends otherwise": Case("10\u2028", DAY, "Scanning", None, BAD, words="expected"),
    "other digits": Case("\u0661\u0660", DAY, "Scanning", None, BAD, words="expected digits"),
    "units given back": Case("-10", DAY, "Scanning", None, "price", "100.00"),
    "units given back for less": Case("-10", DAY, "Scanning", "-99", "price", "100.00", "1.00"),
    "units given back and paid for": Case("-10", DAY, "Scanning", "100", BAD,
                                          words="quantity is '-10'; expected a negative amount"),
    "a part given back": Case("-0.5", DAY, "Scanning", None, BAD, words="a whole number of IPs"),
    "part of a unit": Case("0.5", DAY, "Scanning", None, BAD, words="a whole number of IPs"),
    "seven decimals": Case("1.2345678", DAY, "Storage", None, BAD, words="6 of them decimals"),
    "sixteen digits": Case("9" * 16, DAY, "Storage", None, BAD, words="at most 15 digits"),
    "a blank day": Case("10", None, "Scanning", None, BAD, words="purchase date is blank"),
    "no day": Case("10", "2020-02-30", "Scanning", None, BAD, words="'2020-02-30'; expected"),
    "another order": Case("10", "15/06/2020", "Scanning", None, BAD, words="'15/06/2020'"),
    "a short day": Case("10", "2020-6-5", "Scanning", None, BAD, words="'2020-6-5'"),
    "a year alone": Case("10", "2020", "Scanning", None, BAD, words="'2020'"),
    "a day before the certain ones": Case("10", "1900-02-28", "Scanning", None, BAD,
                                          words="on or after 1900-03-01"),
    "a time with a zone": Case("10", f"{DAY} 10:00:00Z", "Scanning", None, BAD, words="expected"),
    "no service": Case("10", DAY, None, None, BAD, words="no service is given"),
    "spaces as service": Case("10", DAY, " ", None, BAD, words=f"'Bonus' or {QUOTED!r}"),
    "an unknown service": Case(
        "10", DAY, "Gardening", None, BAD, words="service is 'Gardening'; expected 'Scanning' or '"
    ),
    "no amount": Case("10", DAY, "Scanning", "$5", "price", "100.00", words="amount paid is '$5'"),
    "no amount and no price": Case("x", DAY, "Scanning", "free", BAD, words="; amount paid is"),
    "half a cent paid": Case("10", DAY, "Scanning", "99.995", "price", "100.00", "0.00"),
    "many decimals paid": Case("10", DAY, "Scanning", f"99.{'0' * 60}", "price", "100.00",
                               "-1.00"),
    "paid back": Case("10", DAY, "Scanning", "-100.00", "price", "100.00", "0.00"),
}  # fmt: skip

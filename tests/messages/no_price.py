"""Why there is no price."""

from tests.messages.base import FILE, PRICE, more, said
from tests.messages.entry import Entry, Given, Group

SECOND_SERVICE = """\
[[services]]
name = "Support"
unit = "hours"

[[amendments.rows]]
clause = "3"
service = "Support"
quantity_from = 1
quantity_to = "or more"
charge = "per unit"
unit_price = 80
"""


def asked(title: str, question: str, *given: Given) -> Entry:
    return Entry(title, f"xlfuncs price {question} --contract {FILE}", given)


def row(*lines: str) -> Given:
    """One more row of Amendment 1."""
    return more("\n".join(["[[amendments.rows]]", 'clause = "3"', *lines]))


PER_UNIT = 'charge = "per unit"'
NO_PRICE = Group(
    "Why there is no price",
    "What the contract does not say has no price. There is none to be had (*no price*), or it "
    "cannot be told (*not determinable*).",
    (
        asked("Below the smallest quantity", "0 2020-03-01"),
        asked(
            "Above the largest quantity",
            "600 2020-03-01",
            said('quantity_to = "or more"', "quantity_to = 500"),
        ),
        asked("Before the contract begins", "100 2019-12-31"),
        Entry(
            "After it ends",
            "xlfuncs price 100 2023-01-01 --contract contract.toml",
            (said("dated = 2020-01-01", "dated = 2020-01-01\nends = 2022-12-31"),),
        ),
        asked("A service that the contract does not have", '100 2020-03-01 --service "Gardening"'),
        Entry(
            "An amendment withdraws it",
            PRICE,
            (
                said('charge = "package"', 'charge = "withdrawn"'),
                said("price = 995.00", 'source = "deleted"'),
            ),
        ),
        asked(
            "The agreement offers none",
            "50 2020-03-01",
            said(PER_UNIT, 'charge = "withdrawn"'),
            said("unit_price = 10.00", 'source = "custom quote"'),
        ),
        Entry(
            "A figure is not on file",
            PRICE,
            (
                said('charge = "package"', 'charge = "not on file"'),
                said("price = 995.00", 'note = "schedule B is missing"'),
            ),
        ),
        Entry("A row without its figure", PRICE, (said("price = 995.00", ""),)),
        Entry(
            "An amendment without the day it takes effect",
            PRICE,
            (said("effective = 2020-02-01", ""),),
        ),
        Entry(
            "An amendment without the day of signing, asked what was known",
            f"{PRICE} --known-on 2020-02-15",
            (said("signed = 2020-02-01", ""),),
        ),
        Entry(
            "Two rows that nothing ranks",
            PRICE,
            (row("quantity_from = 100", 'charge = "package"', "price = 990.00"),),
        ),
        asked(
            "Between two quantities",
            "60 2020-03-01",
            said('quantity_to = "or more"', "quantity_to = 50"),
        ),
        asked(
            "Between two days",
            "100 2020-03-15",
            said('charge = "per unit"', 'charge = "per unit"\nends = 2020-02-29'),
            said("effective = 2020-02-01", "effective = 2020-06-01"),
        ),
        asked(
            "Part of a step, where nothing is said of it",
            "1.5 2020-03-01",
            said('unit = "IPs"', 'unit = "hours"\npart_units = "not said"'),
        ),
        asked(
            "A quantity that was rounded",
            "600.5 2020-03-01",
            said('unit = "IPs"', 'unit = "hours"\npart_units = "up"'),
            said('quantity_to = "or more"', "quantity_to = 500"),
        ),
        asked(
            "Slabs that are added up, and one is withdrawn",
            "200 2020-03-01",
            said(PER_UNIT, 'charge = "graduated"'),
            said('charge = "package"', 'charge = "withdrawn"'),
            said("price = 995.00", ""),
        ),
        asked(
            "Slabs that are added up, and one is not on file",
            "200 2020-03-01",
            said(PER_UNIT, 'charge = "graduated"'),
            said('charge = "package"', 'charge = "not on file"'),
            said("price = 995.00", ""),
        ),
        asked(
            "Slabs that are added up, and one is there twice",
            "200 2020-03-01",
            said(PER_UNIT, 'charge = "graduated"'),
            said('charge = "package"', 'charge = "graduated"'),
            said("price = 995.00", "unit_price = 9"),
            row("quantity_from = 100", 'charge = "graduated"', "unit_price = 8"),
        ),
        asked(
            "Slabs that are added up, and one is missing",
            "200 2020-03-01",
            said("quantity_from = 1\n", "quantity_from = 10\n"),
            said(PER_UNIT, 'charge = "graduated"'),
        ),
        Entry(
            "A price table of a day without prices",
            f"xlfuncs schedule 2019-12-31 --contract {FILE}",
        ),
        Entry(
            "A price table of a service that the contract does not have",
            f'xlfuncs schedule 2020-03-01 --service "Gardening" --contract {FILE}',
        ),
    ),
)

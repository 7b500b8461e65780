"""What whoever calls the package from Python may be told."""

from datetime import date
from decimal import Decimal

from tests.messages.base import BUILT, CONTRACT
from tests.messages.entry import Entry, Group, Here
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.draft import build_draft, build_row
from xlfuncs.xlsx.builder import build_workbook


def contract() -> object:
    return read_toml(CONTRACT.encode()).contract


def asked(here: Here) -> str:
    try:
        PriceBook(contract()).price(Question(Decimal(10) ** 15, date(2020, 3, 1)))
    except ValueError as refusal:
        return str(refusal)
    return ""


def built(here: Here) -> str:
    draft = build_draft(contract())
    try:
        build_workbook(draft._replace(tiers=[build_row(["clause"], ["1"])]), BUILT)
    except ValueError as refusal:
        return str(refusal)
    return ""


FROM_PYTHON = Group(
    "From Python",
    "Programs that call the package read numbers and files themselves, and are told in a "
    "`ValueError` what they should have found out before.",
    (
        Entry(
            "A quantity of too many digits",
            "PriceBook(contract).price(Question(Decimal(10) ** 15, date(2020, 3, 1)))",
            run=asked,
        ),
        Entry(
            "A draft that is no contract",
            "build(draft._replace(tiers=[line_of(['clause'], ['1'])]), date(2020, 3, 1))",
            run=built,
        ),
    ),
)

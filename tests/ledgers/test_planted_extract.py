"""What was charged instead and credits in an extract with planted errors, by the core alone."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tests.support.planted_extract import Extract, load_contract
from xlfuncs.ledgers.charged_as import ChargedLine, TaxRates, explain_charges
from xlfuncs.ledgers.credits import LedgerLine, pair_credits
from xlfuncs.ledgers.other_prices import ChargeKind
from xlfuncs.pricing.price_book import PriceBook, Question


class Record(NamedTuple):
    """A line of the extract as it is read; `line` is where it begins in the file."""

    number: int
    line: int
    cells: dict[str, str]

    @property
    def created(self) -> date:
        return datetime.strptime(self.cells["Creation Date"], "%m/%d/%Y").date()

    @property
    def purchased(self) -> date:
        cell = self.cells["Purchase Date"]
        return datetime.strptime(cell, "%m/%d/%Y").date() if cell else self.created

    @property
    def quantity(self) -> Decimal:
        return Decimal(self.cells["Quantity"])

    @property
    def paid(self) -> Decimal:
        figure = self.cells["Total Price"]
        paid = Decimal(figure.strip("()").replace("$", "").replace(",", ""))
        return -paid if figure.startswith("(") else paid

    @property
    def is_credit(self) -> bool:
        return self.quantity < 0 or self.paid < 0

    @property
    def question(self) -> Question:
        return Question(self.quantity, self.purchased, self.cells["Item Name"])


def read(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        titles = next(reader)
        line = reader.line_num + 1
        for number, cells in enumerate(reader):
            yield Record(number, line, dict(zip(titles, cells, strict=True)))
            line = reader.line_num + 1


def charged(book: PriceBook, record: Record) -> ChargedLine:
    quantity, purchased, item, *_ = record.question
    price = book.price(record.question) or Decimal(0)
    paid, vendor = record.paid, record.cells["Supplier Name"]
    return ChargedLine(record.number, book, item, quantity, purchased, paid, price,
                       record.created, vendor)  # fmt: skip


def in_ledger(record: Record) -> LedgerLine:
    cells = record.cells
    return LedgerLine(
        record.line,
        cells["Purchase Order Number"],
        cells["Item Name"],
        record.quantity,
        record.paid,
        record.purchased,
        cells["Supplier Name"],
    )


def test_each_planted_charge_is_named_and_no_other(
    tmp_path: Path, extract_lines: int, seed: int
) -> None:
    contract, extract = load_contract(), tmp_path / "extract.csv"
    planted = Extract(contract, seed).write(extract, extract_lines)
    credits = [each for each in read(extract) if each.is_credit]
    purchases = (in_ledger(each) for each in read(extract) if not each.is_credit)
    pairs = pair_credits(map(in_ledger, credits), purchases)
    assert {each.number: pairs.get(each.line, ()) for each in credits} == planted.credits
    book = PriceBook(contract)
    lines = (
        charged(book, each)
        for each in read(extract)
        if not each.is_credit and each.number not in planted.unpriced
    )
    wrong = [each for each in lines if each.paid != each.price]
    assert {each.line: each.paid - each.price for each in wrong} == planted.differences
    found = dict(explain_charges(wrong, TaxRates(wrong)))
    assert {
        number: frozenset(each.label for each in explanations)
        for number, explanations in found.items()
    } == planted.charges
    kinds = {each.kind for explanations in found.values() for each in explanations}
    assert kinds == set(ChargeKind) - {ChargeKind.BY_ITSELF, ChargeKind.OF_DRAFT}

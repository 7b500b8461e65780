"""Contracts of the field, with questions whose answers were worked out by hand."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tests.support.places import DATA

NO_PRICE, NOT_DETERMINABLE = "no price", "not determinable"
CONTRACTS = sorted((DATA / "contracts_as_printed").glob("*.toml"))


class FieldCase(NamedTuple):
    """A question about a contract, and its answer: a price, or which kind of none.

    `explained` are words of the explanation, `found` those of one finding of `check`.
    """

    path: Path
    quantity: Decimal
    purchased: date
    known_on: date | None
    answer: str
    explained: list[str]
    found: list[str]

    @property
    def is_priced(self) -> bool:
        return self.answer not in {NO_PRICE, NOT_DETERMINABLE}

    def __str__(self) -> str:
        known = f", known on {self.known_on}" if self.known_on else ""
        return f"{self.path.stem}: {self.quantity} on {self.purchased}{known}"


def _read() -> list[FieldCase]:
    with (DATA / "contracts_as_printed.csv").open(encoding="utf-8", newline="") as file:
        return [
            FieldCase(
                DATA / "contracts_as_printed" / f"{line['Contract']}.toml",
                Decimal(line["Quantity"]),
                date.fromisoformat(line["Purchased"]),
                date.fromisoformat(line["Known on"]) if line["Known on"] else None,
                line["Answer"],
                _words(line["Explanation"]),
                _words(line["Check"]),
            )
            for line in csv.DictReader(file)
        ]


def _words(cell: str) -> list[str]:
    return [words for words in cell.split(" | ") if words]


CASES = _read()

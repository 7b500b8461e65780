"""Ledgers as files, and what `batch` makes of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from random import Random

from tests.support.random_ledgers import Line
from tests.support.small_contract import AGREEMENT

OWN = ["Invoice", "Quantity", "Purchased", "Service", "Paid", "Memo"]
ADDED = ["Price", "Unit price", "Source", "Outcome", "Reason", "Difference", "Charged as"]

CONTRACT = AGREEMENT.replace('"or more"', "1000")
"""Prices 1 to 1,000 units at 10.00 each."""


def written(lines: Iterable[Sequence[str | None]], random: Random | None = None) -> str:
    """Lines as .csv; at random, cells are in quotes that need none."""
    text = StringIO(newline="")
    for line in lines:
        quoting = csv.QUOTE_MINIMAL
        if random is not None and random.random() < 0.3:
            quoting = csv.QUOTE_ALL
        csv.writer(text, quoting=quoting, lineterminator="\n").writerow(line)
    return text.getvalue()


def read(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=delimiter))


def ledger_of(lines: Sequence[Line], random: Random) -> list[list[str]]:
    """Random lines with what else is in a ledger."""
    memos = ["order 7", "", 'two "inch"', "one; two, three", "two\nlines", "Grüße"]
    return [
        [f"R-{number}", *(cell or "" for cell in line), random.choice(memos)]
        for number, line in enumerate(lines)
    ]


def write_contract(folder: Path, text: str = CONTRACT) -> Path:
    path = folder / "contract.toml"
    path.write_text(text, encoding="utf-8")
    return path

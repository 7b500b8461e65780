"""What is said of ledgers."""

from collections.abc import Sequence
from datetime import date

from messages.base import CONTRACT
from messages.entry import Entry, Group, Here
from xlfuncs.files.contracts.toml import read_toml
from xlfuncs.ledgers.columns import columns_of
from xlfuncs.pricing.flat import flat_lines
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.pricebook import PriceBook


def remarks(here: Here) -> str:
    contract = read_toml(CONTRACT.encode()).contract
    assert contract is not None
    lines = flat_lines(PriceBook(contract), date(2019, 1, 1).toordinal())
    return "\n".join(dict.fromkeys(line.answer.remark for line in lines if line.answer.remark))


def columns(title: str, titles: Sequence[str], **named: str) -> Entry:
    def asked(here: Here) -> str:
        try:
            columns_of(titles, named)
        except BadInput as refusal:
            return str(refusal)
        return ""

    return Entry(title, f"columns_of({titles!r}, {named!r})", run=asked)


LEDGERS = Group(
    "Ledgers",
    "Each line of a ledger has a remark beside its price, in the same words for every quantity and "
    "day that is answered alike.",
    (
        Entry("The remarks of a contract", "flat_lines(PriceBook(contract), ...)", run=remarks),
        columns("A column that is not there", ["Quantity", "When"]),
        columns("A column that stands there twice", ["Quantity", "QUANTITY", "Date"]),
        columns("A named column that is not there", ["Quantity", "When"], purchased="Day"),
    ),
)

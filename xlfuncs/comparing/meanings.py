"""What prices mean in one contract and in another: the currency, and what services are counted in.

None of this changes a figure in a cell, and all of it changes what is paid or bought for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xlfuncs.pricing.contract import Contract


class Meaning(NamedTuple):
    """Something that every price is read with, blank where a contract does not say."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        before, after = (text or "not said" for text in self[1:])
        return f"{self.what}: {before} before, {after} after"


def meanings(before: Contract, after: Contract) -> Iterator[Meaning]:
    """What is said otherwise.

    >>> one = Contract("", "", (), (), currency="USD")
    >>> [str(meaning) for meaning in meanings(one, one._replace(currency="EUR"))]
    ['currency: USD before, EUR after']
    """
    if before.currency != after.currency:
        yield Meaning("currency", before.currency, after.currency)
    units = {service.key: service.unit for service in before.services}
    for service in after.services:
        unit = units.get(service.key, service.unit)
        if unit != service.unit:
            yield Meaning(f"unit of {service.name!r}", unit, service.unit)

"""Names of services in a ledger, in SQL, compared by the rule for names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.pricing.contract import Service
from xlfuncs.pricing.names import COUNTED_AS, SPACES


def _runs(codes: Sequence[int]) -> Iterator[str]:
    """Characters as a pattern of every engine spells them, those that follow each other as one."""
    first = last = codes[0]
    for code in (*codes[1:], -1):
        if code == last + 1:
            last = code
            continue
        yield f"\\x{{{first:x}}}" + (f"-\\x{{{last:x}}}" if last > first else "")
        first = last = code


_SPACES = f"[{''.join(_runs(sorted(map(ord, SPACES))))}]"
"""A character that counts as a space."""


def service(column: str | None, services: Sequence[Service]) -> str:
    """The number of a service from 1 on, 0 for one that the contract does not have.

    Null where none is named though there are several.
    """
    alone = "1" if len(services) == 1 else "CAST(NULL AS INTEGER)"
    if column is None:
        return alone
    exact = " ".join(
        f"WHEN {column} = {literal(each.name)} THEN {number}"
        for number, each in enumerate(services, start=1)
    )
    # the place in a list, so that an engine calculates the key once; the last one is no name
    keys = ", ".join(literal(key) for key in (*(each.key for each in services), ""))
    place = f"COALESCE(ARRAY_POSITION([{keys}], {service_key(column, services)}), 0)"
    last = len(services) + 1
    named = f"LEAST({place}, 1)" if last == 2 else f"NULLIF({place}, {last})"
    return f"CASE {exact} WHEN {column} IS NULL THEN {alone} ELSE CAST({named} AS INTEGER) END"


def service_key(column: str, services: Sequence[Service]) -> str:
    """The name as it is compared, as far as it can be that of one of these services.

    The engine is given only letters that count as one of theirs, each with what it counts as; so
    its own idea of small letters does not matter, except for English ones.
    """
    spaced = f"TRIM(REGEXP_REPLACE({column}, '{_SPACES}+', ' ', 'g'), ' ')"
    letters = {ord(letter) for each in services for letter in each.key}
    counted = {code: form for code, form in COUNTED_AS.items() if form in letters}
    others, forms = ("".join(map(chr, codes)) for codes in (counted, counted.values()))
    translated = f"TRANSLATE({spaced}, {literal(others)}, {literal(forms)})" if counted else spaced
    # engines agree about English without surplus spaces, so their own quick way will do
    odd = f"REGEXP_MATCHES({column}, '^ | $|  |[^ -~]')"
    return f"CASE WHEN {odd} THEN {translated} ELSE LOWER({column}) END"

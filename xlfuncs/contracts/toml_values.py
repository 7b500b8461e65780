"""Write values as a contract file has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from xlfuncs.pricing.contract import Assumption
from xlfuncs.pricing.wording import money
from xlfuncs.pricing.wording import number as in_words
from xlfuncs.sheets.draft import assumption_text

LONGEST_LINE = 100
"""A list that makes a longer line has a line for each item."""

MONEY = ("price", "unit_price")
"""Keys whose values have two decimals, or more."""

ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def value_text(key: str, value: Any) -> str:
    """The value of a key, a text of several lines as it is best read.

    >>> value_text("price", Decimal(279995)), value_text("percent", Decimal("15.00"))
    ('279995.00', '15')
    """
    if isinstance(value, (list, tuple)) and not _assumptions(value):
        return list_text(key, value)
    if isinstance(value, str) or _assumptions(value):
        plain = plain_of(value)
        return lines_text(plain) if "\n" in plain else text_text(plain)
    return flat_text(key, value)


def flat_text(key: str, value: Any) -> str:
    """The value of a key on one line.

    >>> flat_text("rows", [{"clause": "1", "purchased_from": date(2024, 7, 1)}])
    '[{clause = "1", purchased_from = 2024-07-01}]'
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name} = {flat_text(name, v)}' for name, v in value.items())}}}"
    if isinstance(value, str) or _assumptions(value):
        return text_text(plain_of(value))
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(flat_text(key, each) for each in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return money(value).replace(",", "") if key in MONEY else number_text(value)
    return str(value)


def number_text(number: Decimal) -> str:
    """A number without surplus zeros.

    >>> number_text(Decimal("100000.00")), number_text(Decimal("2.50"))
    ('100000', '2.5')
    """
    return in_words(number).replace(",", "")


def plain_of(value: Any) -> str:
    """A text, or assumptions one a line."""
    if isinstance(value, tuple):
        return "\n".join(map(assumption_text, value))
    return str(value.value if isinstance(value, Enum) else value)


def _assumptions(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Assumption)


def list_text(key: str, texts: Sequence[Any]) -> str:
    """A list on one line, or with a line for each item where that would be too long."""
    flat = flat_text(key, texts)
    if len(f"{key} = {flat}") <= LONGEST_LINE:
        return flat
    items = "".join(f"    {flat_text(key, each)},\n" for each in texts)
    return f"[\n{items}]"


def text_text(text: str) -> str:
    r"""A text on one line, between the quotes that need no escapes where there are such.

    >>> print(text_text('the "list"'), text_text("it's"), text_text('its "bird\'s eye"'))
    'the "list"' "it's" "its \"bird's eye\""
    """
    if re.search(r'["\\]', text) and not re.search(r"['\n\t]", text):
        return f"'{text}'"
    return '"' + "".join(ESCAPED.get(character, character) for character in text) + '"'


def lines_text(text: str) -> str:
    r"""A text of several lines.

    >>> print(lines_text('100 | $2 | \\\n200 | "3"'))
    '''
    100 | $2 | \
    200 | "3"'''
    """
    if ("\\" in text or '"""' in text or text.endswith('"')) and "'" not in text:
        return f"'''\n{text}'''"
    escaped = re.sub(r'"(?="")|"\Z', r"\"", text.replace("\\", "\\\\"))
    return f'"""\n{escaped}"""'

"""Reading a contract file."""

from __future__ import annotations

import tomllib
from decimal import Decimal

from xlfuncs.files.contracts.bounds import refuse_beyond_bounds
from xlfuncs.files.contracts.contract_file import read_contract_table
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.reading import Reading

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What some editors of Windows put before UTF-8 text."""


def read_toml(content: bytes) -> Reading:
    """The contract in the text of a file. Raises Unreadable."""
    try:
        text = content.removeprefix(BYTE_ORDER_MARK).decode()
        refuse_beyond_bounds(text)
        table = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8 text; save it as UTF-8") from None
    except ValueError as error:
        from xlfuncs.files.contracts.slips import slip_in  # noqa: PLC0415 - seldom

        raise Unreadable(slip_in(text, error)) from None
    return read_contract_table(table)

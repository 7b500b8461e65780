"""Reading a contract file."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal

from xlfuncs.files.contracts.contract_file import read_contract_table
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.reading import Reading

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What some editors of Windows put before UTF-8 text."""


DEEPEST = 30
"""Parts that a key may have; one of many thousands costs the parser more memory than there is."""


def read_toml(content: bytes) -> Reading:
    """The contract in the text of a file. Raises Unreadable."""
    try:
        text = content.removeprefix(BYTE_ORDER_MARK).decode()
        if any(line.count(".") >= DEEPEST and _has_deep_key(line) for line in text.splitlines()):
            raise Unreadable("a key of more parts than any contract has; correct it")
        table = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8 text; save it as UTF-8") from None
    except RecursionError:
        raise Unreadable("brackets within brackets without end; correct it") from None
    except ArithmeticError as error:
        raise Unreadable(f"not valid TOML: {error}") from None
    except ValueError as error:
        from xlfuncs.files.contracts.slips import slip_in  # noqa: PLC0415 - seldom

        raise Unreadable(slip_in(text, error)) from None
    return read_contract_table(table)


def _has_deep_key(line: str) -> bool:
    part = r"(?:(?<![\w-])[\w-]+|'[^']*'|\"[^\"]*\")[ \t]*\.[ \t]*"
    return re.search(f"(?:{part}){{{DEEPEST}}}", line) is not None

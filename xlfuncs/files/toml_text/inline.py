"""What stands within one statement of a contract file, edited: values, lists, tables in braces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from xlfuncs.files.toml_text.statements import (
    Kind,
    Location,
    Statement,
    comments_of,
    statements_of,
)
from xlfuncs.files.toml_text.values import flat_text, list_text, value_text
from xlfuncs.tables.cells import text_of

MOST_COMPARED = 250_000
"""Pairs of texts of two lists that are compared; a longer list is written again as a whole."""


class NotEditable(Exception):
    """The file says a thing in a way in which it cannot be changed."""


def holds(statement: Statement, path: Location) -> bool:
    """Whether a statement says something of a key or table."""
    found: Any = statement.parsed if statement.kind is Kind.KEY else {}
    for part in path:
        if isinstance(found, dict) and part in found:
            found = found[str(part)]
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
        else:
            return False
    return True


def edited(statement: Statement, path: Location, change: Callable[[Any], None]) -> list[Statement]:
    """A statement after a change of the table or list to which the path leads.

    A comment of which the change left nothing stands above. Raises NotEditable.
    """
    try:
        document = tomlkit.parse(statement.text)
        found: Any = document
        for part in path:
            found = found[part]
        change(found)
        text = document.as_string()
    except (TOMLKitError, LookupError, TypeError, ValueError):
        raise NotEditable from None
    new = list(statements_of(text))
    lost = comments_of(statement.text) - comments_of(text)
    return [Statement(f"{statement.indent}{each}\n", (each,)) for each in lost.elements()] + new


def put_in(table: Any, key: str, value: Any) -> None:
    """Has a table say something else of a key, None to say nothing."""
    if value is None:
        del table[key]
    elif isinstance(value, tuple) and isinstance(table.get(key), list):
        _put_texts(table, key, value)
    elif isinstance(table, tomlkit.TOMLDocument):
        table[key] = tomlkit.value(value_text(key, value))
    else:
        table[key] = tomlkit.value(flat_text(key, value))


def _put_texts(table: Any, key: str, texts: tuple[str, ...]) -> None:
    """Has a list hold other texts; one with a line for each keeps the lines that stay."""
    found = table[key]
    if "\n" not in found.as_string() or len(found) * len(texts) > MOST_COMPARED:
        table[key] = tomlkit.value(list_text(key, texts))
        return
    before = [text_of(str(each)) for each in found]
    matcher = SequenceMatcher(None, before, texts, autojunk=False)
    for tag, start, end, new_start, new_end in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        replaced = min(end - start, new_end - new_start)
        for number in range(replaced):
            found[start + number] = tomlkit.value(flat_text(key, texts[new_start + number]))
        for number in reversed(range(start + replaced, end)):
            del found[number]
        for number in range(replaced, new_end - new_start):
            text = flat_text(key, texts[new_start + number])
            found.insert(start + number, tomlkit.value(text))


def take_out(tables: Any, number: Any) -> None:
    """Takes a table out of a list."""
    del tables[number]


def insert_in(tables: Any, number: int, table: Mapping[str, Any]) -> None:
    """Puts a new table into a list."""
    tables.insert(number, tomlkit.value(flat_text("", table)))

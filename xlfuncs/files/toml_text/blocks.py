"""The blocks of a contract file: each header with what follows it, up to the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import dropwhile, takewhile
from typing import Any

from xlfuncs.files.toml_text.statements import (
    Kind,
    Location,
    Locations,
    Statement,
    statements_of,
)
from xlfuncs.files.toml_text.values import value_text


class Block:
    """A header, the keys of its table, and the blank lines and comments up to the next header."""

    def __init__(self, location: Location, statements: Iterable[Statement] = ()) -> None:
        self.location = location
        self.statements = list(statements)
        self.is_last = False
        self.is_removed = False
        self._leader = self
        self._followers: list[Block] = []

    def put_behind(self, block: Block) -> None:
        """Has this new block written behind another one, and behind those already put there."""
        self._leader = block._leader
        self._leader._followers.append(self)

    def write(self, lines: list[str]) -> None:
        """Adds the lines of the block and those put behind it; of one removed, its comments."""
        own, rest = self._own_and_rest()
        if self.is_removed:
            own = [comment for each in own for comment in each.only_comments()]
            if not own and not self._followers and lines and not lines[-1].strip():
                rest = list(dropwhile(lambda each: each.kind is Kind.BLANK, rest))
        lines += [each.text for each in own]
        for block in self._followers:
            _end_with_blank(lines)
            lines += [each.text for each in block.statements]
        if self._followers and rest and rest[0].kind is not Kind.BLANK:
            _end_with_blank(lines)
        lines += [each.text for each in rest]

    def _own_and_rest(self) -> tuple[list[Statement], list[Statement]]:
        """What belongs to the table, and what stands between it and the next header.

        A comment without a blank line above is about the table, unless the next header follows
        it just so.
        """
        stated = [at for at, each in enumerate(self.statements) if not each.is_beside]
        end = stated[-1] + 1 if stated else 0
        rest = self.statements[end:]
        close = len(list(takewhile(lambda each: each.kind is Kind.COMMENT, rest)))
        if close < len(rest) or self.is_last:
            end += close
        return self.statements[:end], self.statements[end:]


def _end_with_blank(lines: list[str]) -> None:
    if lines and lines[-1].strip():
        lines.append("\n")


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text that is valid TOML; the first one has no header."""
    locations = Locations()
    blocks = [Block(())]
    for statement in statements_of(text):
        if statement.kind is Kind.HEADER:
            blocks.append(Block(locations.of(statement)))
        blocks[-1].statements.append(statement)
    blocks[-1].is_last = True
    return blocks


def new_blocks(location: Location, table: Mapping[str, Any]) -> list[Block]:
    """The blocks of a new table: of the table itself, and of the tables in its lists."""
    header = ".".join(part for part in location if isinstance(part, str))
    header = f"[[{header}]]" if isinstance(location[-1], int) else f"[{header}]"
    flat = {key: value for key, value in table.items() if not is_tables(value)}
    keys = (Statement(f"{key} = {value_text(key, value)}\n") for key, value in flat.items())
    blocks = [Block(location, [Statement(f"{header}\n"), *keys])]
    for key, value in table.items():
        for number, each in enumerate(value if is_tables(value) else ()):
            blocks += new_blocks((*location, key, number), each)
    return blocks


def text_of_blocks(blocks: Iterable[Block], blank_at_end: bool) -> str:
    """The text of blocks; a blank line that one removed leaves at the end goes too."""
    lines: list[str] = []
    for block in blocks:
        block.write(lines)
    while not blank_at_end and lines and not lines[-1].strip():
        lines.pop()
    ended = (each if each.endswith("\n") else f"{each}\n" for each in lines[:-1])
    return "".join([*ended, *lines[-1:]])


def is_tables(value: Any) -> bool:
    """Whether a value is a list of tables."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)

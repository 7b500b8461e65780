"""The text of a contract file, edited: what is not touched stays as it is, and every comment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from xlfuncs.files.toml_text.blocks import Block, blocks_of, new_blocks, text_of_blocks
from xlfuncs.files.toml_text.inline import NotEditable, edited, holds, insert_in, put_in, take_out
from xlfuncs.files.toml_text.statements import Kind, Location, Statement
from xlfuncs.files.toml_text.values import value_text

TOP = ("contract", "services", "agreement", "amendments", "purchases")
"""The parts of a file, in the order in which a new one stands."""

MOST_EDITED = 1_000_000
"""Characters of statements that are edited from within, each as often as it is: some seconds of
work. A list of hundreds of rows in one statement would be read again for each of them."""


class ContractText:
    """The text of a file that is valid TOML, to be edited by the places of its tables.

    A table keeps its place as long as it is edited, whatever is put before it or taken away.
    """

    def __init__(self, text: str) -> None:
        self._blocks = blocks_of(text)
        self._by_location: dict[Location, Block] = {}
        self._within: dict[Location, list[Block]] = {}
        for block in self._blocks:
            self._note(block, 1)
        self._in_lists: dict[Location, list[int]] = {}
        self._left = MOST_EDITED
        self._ends_blank = re.search(r"\n[ \t\r]*\n[ \t\r]*\Z", text) is not None
        self._is_windows = "\r\n" in text and "\n" not in text.replace("\r\n", "")

    @property
    def text(self) -> str:
        """The text as it is now, with the ends of lines that it always had."""
        text = text_of_blocks(self._blocks, self._ends_blank)
        return re.sub(r"(?<!\r)\n", "\r\n", text) if self._is_windows else text

    def set(self, location: Location, key: str, value: Any, order: Sequence[str]) -> None:
        """Has a table say something else of a key, None to say nothing.

        A key that it does not have yet goes where it belongs in the order. Raises NotEditable.
        """
        block, path = self._find(location)
        at = _index_of(block, (*path, key))
        if at is None and path:
            at = _index_of(block, path)
        if at is None and path:
            raise NotEditable
        if at is None:
            _add_key(block, key, value, order)
        else:
            self._edit_at(block, at, path, lambda table: put_in(table, key, value))

    def remove(self, location: Location) -> None:
        """Takes a table of a list away, with the tables in it. Raises NotEditable."""
        if location in self._by_location:
            for each in self._within[location]:
                each.is_removed = True
            return
        *array, number = location
        block, path = self._find(location)
        self._edit(block, path[:-1], lambda tables: take_out(tables, path[-1]))
        self._numbers(tuple(array)).remove(int(number))

    def insert(self, location: Location, table: Mapping[str, Any], after: Location | None) -> None:
        """Puts a new table into a list, behind another one, or at its begin. Raises NotEditable.

        Its place is to be one that no table has or had.
        """
        *array, number = location
        *above, key = array
        block, path = self._find(tuple(array))
        if _index_of(block, path) is not None and path:
            numbers = self._numbers(tuple(array))
            at = 0 if after is None else numbers.index(int(after[-1])) + 1
            self._edit(block, path, lambda tables: insert_in(tables, at, table))
            numbers.insert(at, int(number))
        elif above and after is None and tuple(above) not in self._by_location:
            self.set(tuple(above), str(key), [table], ())
        else:
            leader = self._leader(location, after)
            for new in new_blocks(location, table):
                new.put_behind(leader)
                self._note(new, len(location))

    def _note(self, block: Block, shortest: int) -> None:
        """Remembers a block as one of the tables that it is part of."""
        self._by_location[block.location] = block
        for length in range(shortest, len(block.location) + 1):
            self._within.setdefault(block.location[:length], []).append(block)

    def _edit(self, block: Block, path: Location, change: Any) -> None:
        at = _index_of(block, path)
        if at is None:
            raise NotEditable
        self._edit_at(block, at, path, change)

    def _edit_at(self, block: Block, at: int, path: Location, change: Any) -> None:
        """Edits within a statement, as long as all such edits together do not take minutes."""
        statement = block.statements[at]
        self._left -= len(statement.text)
        if self._left < 0:
            raise NotEditable
        block.statements[at : at + 1] = edited(statement, path, change)

    def _find(self, location: Location) -> tuple[Block, Location]:
        """The block in which a table stands, and the way to it within that block."""
        for length in range(len(location), -1, -1):
            if location[:length] in self._by_location:
                way = location[:length]
                inside = []
                for part in location[length:]:
                    number = isinstance(part, int) and self._numbers(way).index(part)
                    inside.append(number if isinstance(part, int) else part)
                    way = (*way, part)
                return self._by_location[location[:length]], tuple(inside)
        raise NotEditable

    def _numbers(self, array: Location) -> list[int]:
        """The tables of a list that stands in a line, in their order now."""
        if array not in self._in_lists:
            block, path = self._find(array)
            found: Any = [each.parsed for each in block.statements if holds(each, path)][-1]
            for part in path:
                found = found[part]
            self._in_lists[array] = list(range(len(found)))
        return self._in_lists[array]

    def _leader(self, location: Location, after: Location | None) -> Block:
        """The block behind which a new table of a list belongs."""
        *above, key, _ = location
        if after is not None:
            return self._within[after][-1]
        if above:
            return self._by_location[tuple(above)]
        if (key, 0) in self._by_location:
            return self._blocks[self._blocks.index(self._by_location[key, 0]) - 1]
        parts = [(part,) for part in TOP[: TOP.index(str(key))] if (part,) in self._within]
        behind = (self._within[part][-1] for part in parts)
        return max(behind, key=self._blocks.index, default=self._blocks[0])


def _index_of(block: Block, path: Location) -> int | None:
    """The last statement of a block that says something of a key, or of a table."""
    found = [at for at, each in enumerate(block.statements) if holds(each, path)]
    return found[-1] if found else None


def _add_key(block: Block, key: str, value: Any, order: Sequence[str]) -> None:
    """Adds a key behind those that come before it in the order."""
    if value is None:
        return
    before = set(order[: order.index(key)])
    at, indent = 0, ""
    for number, statement in enumerate(block.statements):
        if statement.kind is Kind.HEADER or (
            statement.kind is Kind.KEY and statement.keys[0] in before
        ):
            at = number + 1
            indent = statement.indent
    block.statements.insert(at, Statement(f"{indent}{key} = {value_text(key, value)}\n"))

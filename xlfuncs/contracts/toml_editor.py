"""Edit the text of a TOML file: what is not touched stays byte for byte, and every comment."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache
from itertools import dropwhile, takewhile
from typing import Any

from xlfuncs.contracts.serialize import (
    Location,
    format_inline,
    format_list,
    format_tables,
    format_value,
)
from xlfuncs.errors import OutputError
from xlfuncs.sheets.cells import parse_text

# Statements: the lines of a file as headers, keys and comments.

TOKEN = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}'
    r"|'''(?:[^']++|'(?!''))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)
"""What shows where a statement of valid TOML ends: texts, comments, brackets, ends of lines.

The quantifiers are possessive: with backtracking, a text of some megabytes takes hundreds of them.
"""

PLAIN_KEY = re.compile(r"[ \t]*([\w-]+)[ \t]*=", re.ASCII)
PLAIN_HEADER = re.compile(r"[ \t]*\[\[?((?:[\w-]+\.)*+[\w-]+)\]", re.ASCII)
"""What most keys and headers look like, so that few of them have to be parsed."""

DEEPER = {"[": 1, "{": 1, "]": -1, "}": -1}


class Kind(Enum):
    BLANK = "blank"
    COMMENT = "comment"
    HEADER = "header"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Statement:
    """One line, or several where a value goes on, with the end of the line; and its comments."""

    text: str
    comments: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        first = self.text.lstrip()[:1]
        return {"": Kind.BLANK, "#": Kind.COMMENT, "[": Kind.HEADER}.get(first, Kind.KEY)

    @property
    def is_silent(self) -> bool:
        """Whether it is a blank line or a comment, which states nothing."""
        return self.kind in {Kind.BLANK, Kind.COMMENT}

    @property
    def indent(self) -> str:
        return self.text[: len(self.text) - len(self.text.lstrip())]

    @property
    def parsed(self) -> dict[str, Any]:
        """The statement parsed by itself; not to be changed."""
        return _parsed(self.text)

    @property
    def keys(self) -> list[str]:
        """The keys of its table that it states, by the first part of each."""
        plain = PLAIN_KEY.match(self.text)
        return [plain[1]] if plain else list(self.parsed)

    @property
    def path(self) -> list[str]:
        """The keys in a header."""
        plain = PLAIN_HEADER.match(self.text)
        if plain:
            return plain[1].split(".")
        keys: list[str] = []
        found: Any = self.parsed
        while found and isinstance(found, dict):
            [(key, found)] = found.items()
            keys.append(key)
        return keys

    @property
    def is_in_list(self) -> bool:
        """Whether a header begins a table of a list."""
        return self.text.lstrip().startswith("[[")

    def comment_lines(self) -> list[Statement]:
        """What is left when it is removed: each of its comments on a line of its own."""
        return [self] if self.is_silent else self.indented(self.comments)

    def indented(self, comments: Iterable[str]) -> list[Statement]:
        """Comments on lines of their own, indented like the statement."""
        return [Statement(f"{self.indent}{each}\n", (each,)) for each in comments]


@lru_cache(maxsize=256)
def _parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def split_statements(text: str) -> Iterator[Statement]:
    """The statements of a text that is valid TOML."""
    begin, depth = 0, 0
    comments: list[str] = []
    for token in TOKEN.finditer(text):
        found = token[0]
        if found[0] == "#":
            comments.append(found.rstrip())
        depth += DEEPER.get(found, 0)
        if found == "\n" and depth == 0:
            yield Statement(text[begin : token.end()], tuple(comments))
            begin, comments = token.end(), []
    if begin < len(text):
        yield Statement(text[begin:], tuple(comments))


def count_comments(text: str) -> Counter[str]:
    """How often each comment is in a text that is valid TOML."""
    return Counter(each for statement in split_statements(text) for each in statement.comments)


class Locations:
    """Where the header of each table leads, in the order of the headers."""

    def __init__(self) -> None:
        self._counts: dict[Location, int] = {}

    def locate(self, header: Statement) -> Location:
        """The table that begins with the next header of the file."""
        location: Location = ()
        keys = header.path
        for number, key in enumerate(keys, 1):
            location = (*location, key)
            if header.is_in_list and number == len(keys):
                self._counts[location] = self._counts.get(location, -1) + 1
            if location in self._counts:
                location = (*location, self._counts[location])
        return location


# Blocks: each header with what follows it, up to the next one.


class Block:
    """A header, the keys of its table, and the blank lines and comments up to the next header."""

    def __init__(self, location: Location, statements: Iterable[Statement] = ()) -> None:
        self.location = location
        self.statements = list(statements)
        self.is_last = False
        self.is_removed = False
        self._leader = self
        self._followers: list[Block] = []

    def follow(self, block: Block) -> None:
        """Write this new block after another one, and after those that follow it already."""
        self._leader = block._leader
        self._leader._followers.append(self)

    def write(self, lines: list[str]) -> None:
        """Add the lines of the block and of those that follow it; of one removed, its comments."""
        own, rest = self._own_and_rest()
        if self.is_removed:
            own = [comment for each in own for comment in each.comment_lines()]
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
        """What belongs to the table, and what is between it and the next header.

        A comment without a blank line above is about the table, unless the next header follows
        it without one too.
        """
        stated = [at for at, each in enumerate(self.statements) if not each.is_silent]
        end = stated[-1] + 1 if stated else 0
        rest = self.statements[end:]
        close = len(list(takewhile(lambda each: each.kind is Kind.COMMENT, rest)))
        if close < len(rest) or self.is_last:
            end += close
        return self.statements[:end], self.statements[end:]


def _end_with_blank(lines: list[str]) -> None:
    if lines and lines[-1].strip():
        lines.append("\n")


def split_blocks(text: str) -> list[Block]:
    """The blocks of a text that is valid TOML; the first one has no header."""
    locations = Locations()
    blocks = [Block(())]
    for statement in split_statements(text):
        if statement.kind is Kind.HEADER:
            blocks.append(Block(locations.locate(statement)))
        blocks[-1].statements.append(statement)
    blocks[-1].is_last = True
    return blocks


def build_blocks(location: Location, table: Mapping[str, Any]) -> list[Block]:
    """The blocks of a new table: of the table itself, and of the tables in its lists."""
    tables = format_tables(location, table)
    return [Block(at, split_statements(text)) for at, text in tables]


def join_blocks(blocks: Iterable[Block], blank_at_end: bool) -> str:
    """The text of blocks; a blank line that one removed leaves at the end goes too."""
    lines: list[str] = []
    for block in blocks:
        block.write(lines)
    while not blank_at_end and lines and not lines[-1].strip():
        lines.pop()
    ended = (each if each.endswith("\n") else f"{each}\n" for each in lines[:-1])
    return "".join([*ended, *lines[-1:]])


# Edits within one statement: values, lists, tables in braces.

MOST_COMPARED = 250_000
"""Pairs of texts of two lists that are compared; longer lists are written as a whole."""


class NotEditable(OutputError):
    """The file is written in a way in which it cannot be edited without damage."""


def states(statement: Statement, path: Location) -> bool:
    """Whether a statement states a key or something in a table."""
    found: Any = statement.parsed if statement.kind is Kind.KEY else {}
    for part in path:
        if isinstance(found, dict) and part in found:
            found = found[str(part)]
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
        else:
            return False
    return True


Edit = Callable[[Any], None]
"""A change of a table or list of tomlkit's, in place."""


def edit_statement(statement: Statement, path: Location, edit: Edit) -> list[Statement]:
    """Edit the table or list to which the path leads, in one statement.

    A comment that is lost by it is put above. Raises NotEditable.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(statement.text)
        found: Any = document
        for part in path:
            found = found[part]
        edit(found)
        text = document.as_string()
    except (TOMLKitError, LookupError, TypeError, ValueError):
        raise NotEditable from None
    lost = count_comments(statement.text) - count_comments(text)
    return [*statement.indented(lost.elements()), *split_statements(text)]


def set_value(table: Any, key: str, value: Any) -> None:
    """Set a key of a table, or delete it where the value is None."""
    import tomlkit

    if value is None:
        del table[key]
    elif isinstance(value, tuple) and isinstance(table.get(key), list):
        _set_texts(table, key, value)
    else:
        text_of_value = format_value if isinstance(table, tomlkit.TOMLDocument) else format_inline
        table[key] = tomlkit.value(text_of_value(key, value))


def _set_texts(table: Any, key: str, texts: tuple[str, ...]) -> None:
    """Set a list of texts; one with a line for each keeps the lines that do not change."""
    import tomlkit

    found = table[key]
    if "\n" not in found.as_string() or len(found) * len(texts) > MOST_COMPARED:
        table[key] = tomlkit.value(format_list(key, texts))
        return
    before = [parse_text(str(each)) for each in found]
    matcher = SequenceMatcher(None, before, texts, autojunk=False)
    for tag, start, end, new_start, new_end in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        replaced = min(end - start, new_end - new_start)
        for number in range(replaced):
            found[start + number] = tomlkit.value(format_inline(key, texts[new_start + number]))
        for number in reversed(range(start + replaced, end)):
            del found[number]
        for number in range(replaced, new_end - new_start):
            text = format_inline(key, texts[new_start + number])
            found.insert(start + number, tomlkit.value(text))


# The whole file.

TOP = ("contract", "services", "agreement", "amendments", "purchases")
"""The parts of a file, in the order in which a new file has them."""

MOST_EDITED = 1_000_000
"""Characters of all statements edited from within, each counted as often as it is edited.

That takes some seconds; a list of hundreds of rows in one statement is parsed for each edit.
"""


class ContractText:
    """The text of a file that is valid TOML, edited by the locations of its tables.

    A table keeps its location throughout, whatever is inserted before it or removed.
    """

    def __init__(self, text: str) -> None:
        self._blocks = split_blocks(text)
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
        text = join_blocks(self._blocks, self._ends_blank)
        return re.sub(r"(?<!\r)\n", "\r\n", text) if self._is_windows else text

    def set(self, location: Location, key: str, value: Any, order: Sequence[str]) -> None:
        """Set a key of a table, or delete it where the value is None.

        A new key goes where it belongs in the order. Raises NotEditable.
        """
        block, path = self._find(location)
        at = _find_statement(block, (*path, key))
        for each in self._within.get((*location, key), ()):  # a value in tables of their own
            each.is_removed = True
        if at is None and path:
            at = _find_statement(block, path)
        if at is None and path:
            raise NotEditable
        if at is None:
            _add_key(block, key, value, order)
        else:
            self._edit_at(block, at, path, lambda table: set_value(table, key, value))

    def remove(self, location: Location) -> None:
        """Remove a table of a list, with the tables in it. Raises NotEditable."""
        if location in self._by_location:
            for each in self._within[location]:
                each.is_removed = True
            return
        *array, number = location
        block, path = self._find(location)
        self._edit(block, path[:-1], lambda tables: tables.pop(path[-1]))
        self._numbers(tuple(array)).remove(int(number))

    def insert(self, location: Location, table: Mapping[str, Any], after: Location | None) -> None:
        """Insert a new table into a list, after another one or at the start. Raises NotEditable.

        Its location has to be one that no table has or had.
        """
        import tomlkit

        *array, number = location
        *above, key = array
        block, path = self._find(tuple(array))
        if _find_statement(block, path) is not None and path:
            numbers = self._numbers(tuple(array))
            at = 0 if after is None else numbers.index(int(after[-1])) + 1
            value = tomlkit.value(format_inline("", table))
            self._edit(block, path, lambda tables: tables.insert(at, value))
            numbers.insert(at, int(number))
        elif above and after is None and tuple(above) not in self._by_location:
            self.set(tuple(above), str(key), [table], ())
        else:
            leader = self._leader(location, after)
            for new in build_blocks(location, table):
                new.follow(leader)
                self._note(new, len(location))

    def _note(self, block: Block, shortest: int) -> None:
        """Register a block with each of the tables that it is part of."""
        self._by_location[block.location] = block
        for length in range(shortest, len(block.location) + 1):
            self._within.setdefault(block.location[:length], []).append(block)

    def _edit(self, block: Block, path: Location, edit: Edit) -> None:
        at = _find_statement(block, path)
        if at is None:
            raise NotEditable
        self._edit_at(block, at, path, edit)

    def _edit_at(self, block: Block, at: int, path: Location, edit: Edit) -> None:
        """Edit within a statement, unless all such edits together would take minutes."""
        statement = block.statements[at]
        self._left -= len(statement.text)
        if self._left < 0:
            raise NotEditable
        block.statements[at : at + 1] = edit_statement(statement, path, edit)

    def _find(self, location: Location) -> tuple[Block, Location]:
        """The block with a table, and the way to the table within that block."""
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
        """The tables of a list in one statement, by their numbers, in their present order."""
        if array not in self._in_lists:
            block, path = self._find(array)
            found: Any = [each.parsed for each in block.statements if states(each, path)][-1]
            for part in path:
                found = found[part]
            self._in_lists[array] = list(range(len(found)))
        return self._in_lists[array]

    def _leader(self, location: Location, after: Location | None) -> Block:
        """The block after which a new table of a list belongs."""
        *above, key, _ = location
        if after is not None:
            return self._within[after][-1]
        if above:
            return self._by_location[tuple(above)]
        if (key, 0) in self._by_location:
            return self._blocks[self._blocks.index(self._by_location[key, 0]) - 1]
        parts = [(part,) for part in TOP[: TOP.index(str(key))] if (part,) in self._within]
        above_it = (self._within[part][-1] for part in parts)
        return max(above_it, key=self._blocks.index, default=self._blocks[0])


def _find_statement(block: Block, path: Location) -> int | None:
    """The last statement of a block that states a key, or something in a table."""
    found = [at for at, each in enumerate(block.statements) if states(each, path)]
    return found[-1] if found else None


def _add_key(block: Block, key: str, value: Any, order: Sequence[str]) -> None:
    """Add a key after those that come before it in the order."""
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
    block.statements.insert(at, Statement(f"{indent}{key} = {format_value(key, value)}\n"))


# The lines of a file, for messages.

PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Lines:
    """The lines of a text that is valid TOML, by the places that messages name."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Location, int] = {}
        locations, number = Locations(), 1
        table: Location = ()
        for statement in split_statements(text):
            if statement.kind is Kind.HEADER:
                table = locations.locate(statement)
                self._lines.setdefault(table, number)
            elif statement.kind is Kind.KEY:
                for key in statement.keys:
                    self._lines.setdefault((*table, key), number)
            number += statement.text.count("\n")

    def find(self, place: str) -> int | None:
        """The line of a key, counted from 1; that of its table where the key is not there.

        >>> Lines('[agreement]\\ntitle = "A"\\n[[agreement.tiers]]\\ncharge = "x"').find(
        ...     "agreement.tiers[1].charge")
        4
        """
        found = PART.findall(place)
        location: Location = tuple(int(number) - 1 if number else key for key, number in found)
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines.get(location)

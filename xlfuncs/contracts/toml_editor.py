"""Edit the text of a TOML file: what is not touched stays byte for byte, and every comment."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache
from itertools import dropwhile, takewhile
from typing import Any, NamedTuple

import tomlkit
from tomlkit.exceptions import TOMLKitError

from xlfuncs.contracts.toml_values import flat_text, list_text, value_text
from xlfuncs.errors import OutputError
from xlfuncs.sheets.cells import text_of

# The text of a TOML file, edited: what is not touched stays byte for byte, and every comment.
#
# `statements` takes a text apart into headers, keys and comments, `blocks` puts a header and its
# keys together, `inline` has tomlkit edit a single statement, and `editing` is the whole file.


# The text of a contract file, taken apart line by line: headers, keys, comments.

Location = tuple[str | int, ...]
"""The way to a table, such as `("amendments", 0, "rows", 1)`."""

TOKEN = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}'
    r"|'''(?:[^']++|'(?!''))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)
"""What tells where a statement of valid TOML ends: texts, comments, brackets, ends of lines.

A text is passed over without a way back, or one of some megabytes would take hundreds of them.
"""

PLAIN_KEY = re.compile(r"[ \t]*([\w-]+)[ \t]*=", re.ASCII)
PLAIN_HEADER = re.compile(r"[ \t]*\[\[?((?:[\w-]+\.)*+[\w-]+)\]", re.ASCII)
"""What most statements are, which nothing has to parse."""

DEEPER = {"[": 1, "{": 1, "]": -1, "}": -1}


class Kind(Enum):
    """What a statement is."""

    BLANK = "blank"
    COMMENT = "comment"
    HEADER = "header"
    KEY = "key"


class Statement(NamedTuple):
    """One line, or several where a value goes on; with the end of its line."""

    text: str
    comments: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        first = self.text.lstrip()[:1]
        return {"": Kind.BLANK, "#": Kind.COMMENT, "[": Kind.HEADER}.get(first, Kind.KEY)

    @property
    def is_beside(self) -> bool:
        """Whether nothing is stated: a blank line or a comment."""
        return self.kind in {Kind.BLANK, Kind.COMMENT}

    @property
    def indent(self) -> str:
        return self.text[: len(self.text) - len(self.text.lstrip())]

    @property
    def parsed(self) -> dict[str, Any]:
        """The tables that a header or a key alone would make; not to be changed."""
        return _parsed(self.text)

    @property
    def keys(self) -> list[str]:
        """The keys of its table that a key says something of, by the first part of each."""
        plain = PLAIN_KEY.match(self.text)
        return [plain[1]] if plain else list(self.parsed)

    @property
    def path(self) -> tuple[list[str], bool]:
        """The keys that a header names, and whether the last one is a list of tables."""
        plain = PLAIN_HEADER.match(self.text)
        if plain:
            return plain[1].split("."), self.text.lstrip().startswith("[[")
        keys: list[str] = []
        found: Any = self.parsed
        while found and isinstance(found, dict):
            [(key, found)] = found.items()
            keys.append(key)
        return keys, isinstance(found, list)

    def only_comments(self) -> list[Statement]:
        """The statement without what it states, each of its comments on a line of its own."""
        if self.is_beside:
            return [self]
        return [Statement(f"{self.indent}{each}\n", (each,)) for each in self.comments]


@lru_cache(maxsize=256)
def _parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def statements_of(text: str) -> Iterator[Statement]:
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


def comments_of(text: str) -> Counter[str]:
    """The comments of a text that is valid TOML, and how often each stands there."""
    return Counter(each for statement in statements_of(text) for each in statement.comments)


class Locations:
    """Where the header of each table leads, in the order of the headers."""

    def __init__(self) -> None:
        self._counts: dict[Location, int] = {}

    def of(self, header: Statement) -> Location:
        """The table that begins with the next header of the file."""
        location: Location = ()
        keys, in_list = header.path
        for number, key in enumerate(keys, 1):
            location = (*location, key)
            if in_list and number == len(keys):
                self._counts[location] = self._counts.get(location, -1) + 1
            if location in self._counts:
                location = (*location, self._counts[location])
        return location


# The blocks of a contract file: each header with what follows it, up to the next one.


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


# What stands within one statement of a contract file, edited: values, lists, tables in braces.

MOST_COMPARED = 250_000
"""Pairs of texts of two lists that are compared; a longer list is written again as a whole."""


class NotEditable(OutputError):
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


# The text of a contract file, edited: what is not touched stays as it is, and every comment.

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


# The line of a contract file on which something stands that a message is about.

PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Lines:
    """The lines of a text that is valid TOML, by the places that messages name."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Location, int] = {}
        locations, number = Locations(), 1
        table: Location = ()
        for statement in statements_of(text):
            if statement.kind is Kind.HEADER:
                table = locations.of(statement)
                self._lines.setdefault(table, number)
            elif statement.kind is Kind.KEY:
                for key in statement.keys:
                    self._lines.setdefault((*table, key), number)
            number += statement.text.count("\n")

    def of(self, place: str) -> int | None:
        """The line of a key, counted from 1; of its table where the key does not stand there.

        >>> Lines('[agreement]\\ntitle = "A"\\n[[agreement.tiers]]\\ncharge = "x"').of(
        ...     "agreement.tiers[1].charge")
        4
        """
        found = PART.findall(place)
        location: Location = tuple(int(number) - 1 if number else key for key, number in found)
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines.get(location)

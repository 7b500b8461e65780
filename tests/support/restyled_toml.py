"""The same contract file, written in other ways: as people may, and as TOML lets them."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from xlfuncs.contracts.serialize import format_inline, is_tables
from xlfuncs.contracts.toml_editor import Block, build_blocks
from xlfuncs.pricing.contract import RAISED

Table = dict[str, Any]


def restyled(random: Random, file: str) -> str:
    """A file that says more than it needs to, in another order, a document in two parts."""
    table = tomllib.loads(file, parse_float=Decimal)
    for service in table["services"]:
        _say(random, service, "step", 1)
        _say(random, service, "part_units", "none")
    only = table["services"][0]["name"] if len(table["services"]) == 1 else None
    _say_more(random, table["agreement"], table["agreement"].get("tiers", ()), "dated", only)
    amendments: list[Table] = []
    for amendment in table.get("amendments", ()):
        rows = amendment["rows"]
        _say_more(random, amendment, rows, "signed", only)
        cut = random.randint(1, len(rows))
        amendments += [
            _without_needless(amendment, part) for part in (rows[:cut], rows[cut:]) if part
        ]
        if random.random() > 0.8:
            amendments.append({"number": 77, "title": "It changes no price"})
    if amendments:
        table["amendments"] = amendments
    return _written(random, table)


def _without_needless(amendment: Table, rows: list[Table]) -> Table:
    """The document with some of its rows, and with rises only where one of them has figures."""
    part = {**amendment, "rows": rows}
    if not any(set(row) & {*RAISED} and "increase" not in row for row in rows):
        part.pop("increases", None)
    return part


def _say_more(random: Random, document: Table, rows: Any, signed: str, only: str | None) -> None:
    for row in rows:
        _say(random, row, "quantity_to", row["quantity_from"])
        _say(random, row, "service", only and only.upper())
        for field, key in (("title", "title"), ("ends", "ends"), ("signed", signed)):
            if field.capitalize() not in str(document.get("assumed", "")):
                _say(random, row, field, document.get(key))


def _say(random: Random, table: Table, key: str, value: Any) -> None:
    if value is not None and random.random() > 0.6:
        table.setdefault(key, value)


def _written(random: Random, table: Table) -> str:
    """The parts in any order, now and then the purchases between an amendment and its rows."""
    parts = {key: list(_blocks(key, value)) for key, value in table.items()}
    amended = parts.get("amendments", [])
    rows = [at for at, block in enumerate(amended) if len(block.location) > 2]
    if rows and random.random() > 0.6:
        at = random.choice(rows)
        amended[at:at] = parts.pop("purchases", [])
    names = random.sample(list(parts), len(parts))
    blocks = [block for name in names for block in parts[name]]
    return "\n".join("".join(each.text for each in block.statements) for block in blocks)


def _blocks(key: str, value: Any) -> Iterator[Block]:
    if isinstance(value, dict):
        yield from build_blocks((key,), value)
    else:
        for number, each in enumerate(value):
            yield from build_blocks((key, number), each)


def in_lines(random: Random, file: str) -> str:
    """A file with lists of tables in brackets, tables in braces, or keys with dots."""
    above, below = [], []
    for key, value in tomllib.loads(file, parse_float=Decimal).items():
        way = random.choice(["braces", "dots", "headers"])
        if isinstance(value, list) and way != "headers":
            above.append(f"{key} = {_in_brackets(random, value)}")
        elif isinstance(value, list):
            below += [line for each in value for line in (f"[[{key}]]", *_keys(random, each))]
        elif way == "braces":
            above.append(f"{key} = {format_inline(key, value)} # in braces")
        elif way == "dots" and value:
            above += [f"{key}.{line} # with a dot" for line in _keys(random, value, lines=False)]
        else:
            below += [f"[{key}]", *_keys(random, value)]
    return "\n".join([*above, *below, ""])


def _keys(random: Random, table: Table, *, lines: bool = True) -> Iterator[str]:
    for key, value in table.items():
        in_brackets = lines and is_tables(value)
        yield f"{key} = {_in_brackets(random, value) if in_brackets else format_inline(key, value)}"


def _in_brackets(random: Random, tables: list[Table]) -> str:
    if random.random() > 0.5:
        return format_inline("", tables)
    items = (f"    {format_inline('', each)}, # item {at}\n" for at, each in enumerate(tables))
    return f"[\n{''.join(items)}]"

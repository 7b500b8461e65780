"""What engines do not have in common, where sqlglot does not know it or cannot know it."""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlglot import exp, parse_one


class Dialect(NamedTuple):
    """An engine's SQL.

    Its name for sqlglot; a row as one value; the letters that no text holds as they are, since a
    setting of the engine may decide what they mean, or a person could not see them.
    """

    name: str
    row: str
    spelled: str


_CONTROLS = r"[\x00-\x1f\x7f\x85]"
DUCKDB = Dialect("duckdb", "STRUCT_PACK(*COLUMNS({}.*))", _CONTROLS)
SPARK = Dialect("spark", "STRUCT({}.*)", rf"{_CONTROLS}|['\\]|\$(?={{)")
DIALECTS = {"duckdb": DUCKDB, "spark": SPARK, "databricks": SPARK}
"""By what is typed; Databricks understands Spark's SQL, so it is given what was tried there."""

OURS = "xlfuncs_"

SOURCE = DUCKDB
"""The dialect in which statements are put together."""


def quoted(name: str, dialect: Dialect) -> str:
    """The name of a table or a column, whatever it is made of."""
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect.name)


def text(words: str, dialect: Dialect) -> exp.Expression:
    """A text, with letters that are spelled as their numbers."""
    parts = re.split(f"({dialect.spelled})", words)  # every other one is a letter to be spelled
    found = [(_letter if n % 2 else _plain)(part) for n, part in enumerate(parts) if part]
    if len(found) == 1:
        return found[0]
    return exp.Anonymous(this="CONCAT", expressions=found) if found else _plain("")


def _letter(letter: str) -> exp.Expression:
    return exp.Anonymous(this="CHR", expressions=[exp.Literal.number(ord(letter))])


def _plain(words: str) -> exp.Expression:
    return exp.Literal.string(words)


def step(name: str) -> str:
    """A step of the statement, by a name that no table of a user has.

    >>> step("asked"), step("xlfuncs_table")
    ('xlfuncs_asked', 'xlfuncs_table')
    """
    return f"{OURS}{name.removeprefix(OURS)}"


def translated(query: str, dialect: Dialect) -> str:
    """A query in an engine's own words, its steps by their names there."""

    def spelled(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Literal) and node.is_string:
            return text(node.name, dialect)
        if isinstance(node, exp.Chr):  # so that it is written like any other function
            return exp.Anonymous(this="CHR", expressions=node.expressions)
        if isinstance(node, exp.Table | exp.TableAlias) and not node.this.args.get("quoted"):
            node.set("this", exp.to_identifier(step(node.name)))
        return node

    tree = parse_one(query, dialect=SOURCE.name).transform(spelled)
    return tree.sql(dialect=dialect.name, pretty=True)

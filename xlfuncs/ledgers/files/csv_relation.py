"""A .csv file as a relation, which the database reads by itself."""

from __future__ import annotations

from glob import escape
from pathlib import Path

from xlfuncs.ledgers.statements.reading import literal

LONGEST_LINE = 2**23
"""Bytes that a line may have."""

LONGEST = LONGEST_LINE // 4
"""Characters that a line may have; one may take four bytes."""

LONGEST_AT_ONCE = 2**21
"""The same in a file that there is another way to read."""

AT_ONCE = 2**23
"""Bytes that a thread reads at a time: with more, the last one would keep the others waiting."""


def csv_relation(
    path: Path, count: int, delimiter: str = ",", also: tuple[str, ...] = (), *, titled: bool
) -> str:
    """Columns `also`, then c1, c2 and so on up to the count, all of them text."""
    names = [*also, *(f"c{number}" for number in range(1, count + 1))]
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in names)
    file = literal(escape(str(path.absolute())))
    longest = LONGEST_AT_ONCE if titled else LONGEST_LINE
    return (
        f"read_csv({file}, columns = {{{columns}}}, auto_detect = false, "
        f"header = {titled}, delim = {literal(delimiter)}, quote = '\"', escape = '\"', "
        f"nullstr = '', allow_quoted_nulls = {not titled}, hive_partitioning = false, "
        f"max_line_size = {longest}, buffer_size = {AT_ONCE})"
    )

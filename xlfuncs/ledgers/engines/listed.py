"""The price list as rows of values within a statement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlglot import exp

from xlfuncs.ledgers.engines.dialects import Dialect, text
from xlfuncs.ledgers.kinds import FIGURES, digits_of, kinds_of, placed_kinds_of
from xlfuncs.ledgers.price_list import Place, PriceLine, PriceTable
from xlfuncs.pricing.quantities import MOST_DECIMALS


def listed(table: PriceTable, dialect: Dialect) -> str:
    """A query that answers the price list, its columns in their types."""
    decimals = {field: digits_of(table, field)[1] for field in FIGURES}
    parts = dict.fromkeys(
        ("quantity_from", "quantity_through"), 0 if table.whole else MOST_DECIMALS
    )
    kinds = kinds_of(table) if table.plain else placed_kinds_of(table)
    if table.plain:
        rows = [_row(line, decimals, dialect) for line in table.lines]
    else:
        rows = [
            f"{_row(place, parts, dialect)}, {_row(line, decimals, dialect)}"
            for place, line in table.placed()
        ]
    written = ",\n  ".join(f"({row})" for row in rows)
    columns = cast_columns(kinds, dialect)
    return f"SELECT\n  {columns}\nFROM (VALUES\n  {written}\n) AS listed ({', '.join(kinds)})"


def cast_columns(kinds: dict[str, str], dialect: Dialect) -> str:
    """Columns in their types."""
    return ",\n  ".join(
        f"CAST({name} AS {exp.DataType.build(kind).sql(dialect=dialect.name)}) AS {name}"
        for name, kind in kinds.items()
    )


def _row(line: PriceLine | Place, decimals: dict[str, int], dialect: Dialect) -> str:
    cells = line._asdict().items()
    return ", ".join(_cell(cell, decimals.get(name, 0), dialect) for name, cell in cells)


def _cell(cell: object, decimals: int, dialect: Dialect) -> str:
    """A cell; figures with all decimals of their column, so that no wider type is sought."""
    if isinstance(cell, date):
        return f"DATE '{cell}'"
    if isinstance(cell, Decimal):
        return f"{cell:.{decimals}f}"
    if isinstance(cell, str) and cell:
        return text(cell, dialect).sql(dialect=dialect.name)
    return str(cell) if isinstance(cell, int) else "NULL"

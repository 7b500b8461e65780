"""The price list as rows of values within a statement."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from xlfuncs.ledgers.engines.dialects import Dialect, text
from xlfuncs.ledgers.kinds import FIGURES, digits_of, kinds_of
from xlfuncs.ledgers.price_list import PriceLine, PriceTable


def listed(table: PriceTable, dialect: Dialect) -> str:
    """A query that answers the price list, its columns in their types."""
    decimals = {field: digits_of(table, field)[1] for field in FIGURES}
    columns = ",\n  ".join(
        f"CAST({name} AS {exp.DataType.build(kind).sql(dialect=dialect.name)}) AS {name}"
        for name, kind in kinds_of(table).items()
    )
    rows = ",\n  ".join(_row(line, decimals, dialect) for line in table.lines)
    names = ", ".join(PriceLine._fields)
    return f"SELECT\n  {columns}\nFROM (VALUES\n  {rows}\n) AS listed ({names})"


def _row(line: PriceLine, decimals: dict[str, int], dialect: Dialect) -> str:
    written = (_cell(cell, decimals.get(name, 0), dialect) for name, cell in line._asdict().items())
    return f"({', '.join(written)})"


def _cell(cell: object, decimals: int, dialect: Dialect) -> str:
    """A cell; figures with all decimals of their column, so that no wider type is sought."""
    if isinstance(cell, Decimal):
        return f"{cell:.{decimals}f}"
    if isinstance(cell, str) and cell:
        return text(cell, dialect).sql(dialect=dialect.name)
    return str(cell) if isinstance(cell, int) else "NULL"

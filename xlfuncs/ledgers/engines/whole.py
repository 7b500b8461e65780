"""The whole statement: the user's table, the price list, the questions, the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent

from xlfuncs.ledgers.columns import Columns
from xlfuncs.ledgers.engines import cells
from xlfuncs.ledgers.engines.dialects import DIALECTS, SOURCE, Dialect, quoted, step, translated
from xlfuncs.ledgers.engines.listed import listed
from xlfuncs.ledgers.engines.loaded import loaded, unlike
from xlfuncs.ledgers.engines.source import Source
from xlfuncs.ledgers.ledger import Ledger
from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.ledgers.statements import reading
from xlfuncs.ledgers.statements.services import service_key
from xlfuncs.ledgers.statements.statement import PRICE_LIST, priced, remarked
from xlfuncs.pricing.contract import Service

BOUGHT = "bought"
"""A line of the user's table in one piece, so that no name in it is taken for one of ours."""

TABLE, LINES, ROW = step("table"), step("lines"), step("row")


def statement(
    table: PriceTable,
    source: Source,
    engine: str,
    made_by: str,
    price_list: tuple[str, ...] | None = None,
) -> str:
    """One query that prices every line of a table.

    It needs nothing but that table, or besides it the one by the name of `price_list`.
    """
    dialect = DIALECTS[engine]
    if price_list:
        table = table._replace(plain=False)
    service = None if source.service is None else 2
    paid = None if source.paid is None else 3
    ledger = Ledger("written", Columns(0, 1, service, paid), source.style, typed=True)
    further = [unlike(price_list)] if price_list else []
    query = f"{priced(ledger, table, further=further)} {_told(source, ledger)}"
    trimmed = {f"trimmed{n}": reading.text(f"t{n}") for n in _numbers(source)}
    query = _shortened(query, trimmed)
    written = _written(source, table.contract.services)
    query = _shortened(query, written)
    parts = [
        (LINES, _lines(source, dialect)),
        ("trimmed", translated(_further(trimmed, LINES), dialect)),
        ("written", translated(_further(written, "trimmed"), dialect)),
        (PRICE_LIST, loaded(table, price_list, dialect) if price_list else listed(table, dialect)),
    ]
    before = "".join(f"{step(name)} AS (\n{indent(part, '  ')}\n), " for name, part in parts)
    head = "".join(f"-- {line}\n" for line in _head(table, engine, made_by))
    return f"{head}WITH {before}{translated(query, dialect).removeprefix('WITH ')}\n"


def _head(table: PriceTable, engine: str, made_by: str) -> Iterator[str]:
    known = f" as known on {table.known_on}" if table.known_on else ""
    yield f"{' '.join(table.contract.name.split())}: contract prices{known}"
    yield f"for {engine}, made by {made_by}"


def _numbers(source: Source) -> list[int]:
    """The numbers of the cells that are read without the spaces around them."""
    return [1, 2] if source.paid is None else [1, 2, 4]


def _lines(source: Source, dialect: Dialect) -> str:
    """The user's table, and the cells that are read as texts."""
    texts = [
        cells.number(_column(source.quantity), source.style),
        cells.day(_column(source.purchased), source.style),
        None if source.service is None else cells.as_text(_column(source.service)),
        None if source.paid is None else cells.number(_column(source.paid), source.style),
    ]
    columns = [f"{text} AS t{n}" for n, text in enumerate(texts, start=1) if text is not None]
    named = ".".join(quoted(part, SOURCE) for part in source.table)
    query = f"SELECT {ROW} AS {BOUGHT}, {', '.join(columns)} FROM {named} AS {TABLE}"
    return translated(query, dialect).replace(ROW, dialect.row.format(TABLE), 1)


def _column(name: str) -> str:
    return f"{TABLE}.{quoted(name, SOURCE)}"


def _written(source: Source, services: Sequence[Service]) -> dict[str, str]:
    """Readings of cells that the statement needs more than once."""
    style = source.style
    found = {"iso2": reading.iso_text("trimmed2", style.dates)}
    if style != style.plain:
        asked = [1, 4] if source.paid is not None else [1]
        found |= {f"number{n}": reading.pointed(f"trimmed{n}", style) for n in asked}
    if source.service is not None:
        found["named3"] = service_key("t3", services)
    return found


def _shortened(query: str, named: dict[str, str]) -> str:
    """The query with readings by their names, for people to read and to be worked out once."""
    for name, expression in named.items():
        query = query.replace(expression, name)
    return query


def _further(columns: dict[str, str], relation: str) -> str:
    told = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    return f"SELECT *, {told} FROM {relation}"


def _told(source: Source, ledger: Ledger) -> str:
    """All columns of the user's table, and what is added to them."""
    told = {
        "price": "price",
        "unit_price": "unit_price",
        "source": "source",
        "answer": "kind",
        "reason": remarked(ledger),
    }
    if source.paid is not None:
        told["difference"] = "paid - price"
    added = (f"{what} AS {quoted(f'{source.prefix}{name}', SOURCE)}" for name, what in told.items())
    return f"SELECT {BOUGHT}.*, {', '.join(added)} FROM answered"

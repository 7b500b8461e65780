"""A ledger over a contract of many services, beside a join by inequalities and pandas."""

from __future__ import annotations

import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import TYPE_CHECKING

from rich.table import Table
from sqlglot import exp

from tests.support.large_contracts import FIRST, many_services
from xlfuncs.ledgers.columns import Columns, Style
from xlfuncs.ledgers.database import connect, look_up
from xlfuncs.ledgers.expressions import select, with_steps
from xlfuncs.ledgers.ledger import ANSWERED, Source
from xlfuncs.ledgers.price_table import PriceTable, build_price_table
from xlfuncs.ledgers.query import select_answers

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

ROWS = WINDOWS = 100
LEDGER = """
CREATE TABLE ledger AS SELECT
  i AS line,
  CAST(CAST(hash(i + 3) % 1100 AS BIGINT) AS VARCHAR) AS c1,
  CAST(DATE '{first}' + CAST(hash(i + 7) % 4000 AS INTEGER) AS VARCHAR) AS c2,
  'Service ' || (1 + hash(i) % {services}) AS c3
FROM RANGE({lines}) AS numbers (i)
"""
BY_INEQUALITIES = """
CREATE TABLE by_inequalities AS SELECT line, ROUND(rate * CAST(c1 AS BIGINT), 2) AS price
FROM ledger LEFT JOIN flat ON c3 = service
  AND CAST(c2 AS DATE) BETWEEN since AND until AND CAST(c1 AS BIGINT) BETWEEN first AND last
"""

ALIKE = """
SELECT COUNT(*) FROM priced AS a JOIN {other} AS b USING (line)
WHERE a.price IS NOT DISTINCT FROM CAST(b.price AS DECIMAL(18, 2))
"""


def ledger_of_many_services(services: int, lines: int) -> Table:
    """Seconds of each step; the prices are compared line by line."""
    title = f"{services:,} services x {ROWS} rows x {WINDOWS} windows, {lines:,} lines"
    table = Table(title, "s", "MiB at the highest")

    def timed(what: str, action: Callable[[], object]) -> object:
        start = perf_counter()
        found = action()
        used = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        table.add_row(what, f"{perf_counter() - start:.2f}", f"{used:,.0f}")
        return found

    contract = many_services(services, ROWS, WINDOWS)
    prices = timed("xlfuncs: the price list", lambda: build_price_table(contract))
    assert isinstance(prices, PriceTable)
    with tempfile.TemporaryDirectory() as folder:
        database = timed("in the database", lambda: connect(prices, Path(folder)))
        database.execute(LEDGER.format(first=FIRST, services=services, lines=lines))  # type: ignore[attr-defined]
        query = _query(prices)
        timed("the plan", lambda: database.execute(f"EXPLAIN {query}"))  # type: ignore[attr-defined]
        timed("every line priced", lambda: database.execute(f"CREATE TABLE priced AS {query}"))  # type: ignore[attr-defined]
        _compare_with_others(database, prices, timed)  # type: ignore[arg-type]
    return table


def _query(table: PriceTable) -> str:
    ledger = exp.to_table("ledger")
    source = Source(list("qds"), ledger, ledger)
    of_cells = source.ledger(Columns(0, 1, 2), Style(), table.all_services)
    names = ("line", "price", "unit_price", "source", "kind", "reason")
    columns = map(exp.column, names)
    steps = select_answers(of_cells, table, look_up(table))
    return with_steps(select(*columns, of=ANSWERED), steps).sql("duckdb")


def _compare_with_others(
    database: DuckDBPyConnection, table: PriceTable, timed: Callable[..., object]
) -> None:
    """Time what gives the prices alone, and fail where one of them is another."""
    import pandas as pd

    names = ["service", "since", "until", "first", "last", "rate"]
    flat = pd.DataFrame(_list_lines(table), columns=names)  # noqa: F841 - the database finds it
    database.execute("CREATE TABLE flat AS FROM flat")
    timed("DuckDB, a join by inequalities", lambda: database.execute(BY_INEQUALITIES))
    by_tier = pd.DataFrame(_list_by_tier(table), columns=["service", "tier", "day", "rate"])
    ledger = database.execute("SELECT line, c1, c2, c3 FROM ledger").df()
    by_pandas = timed("pandas, merge_asof twice", lambda: _ask_pandas(ledger, by_tier))
    assert len(by_pandas) == len(ledger)  # type: ignore[arg-type]
    for other in ("by_inequalities", "by_pandas"):
        alike = database.execute(ALIKE.format(other=other)).fetchall()
        assert alike == [(len(ledger),)], other


def _list_lines(table: PriceTable) -> Iterator[tuple[object, ...]]:
    for search in table.searches:
        for each in search.root.lines:
            days = date.fromordinal(each.since), date.fromordinal(each.until)
            rate = table.lines[each.number - 1].rate or None
            yield search.service.name, *days, each.first, each.last, rate


def _list_by_tier(table: PriceTable) -> Iterator[tuple[object, ...]]:
    """Every line once for each quantity in it at which any line of its service begins."""
    for search in table.searches:
        tiers = sorted({each.first for each in search.root.lines})
        for each in search.root.lines:
            rate = float(table.lines[each.number - 1].rate) or None
            for tier in tiers[bisect_left(tiers, each.first) : bisect_right(tiers, each.last)]:
                yield search.service.name, tier, each.since, rate


def _ask_pandas(ledger: pd.DataFrame, by_tier: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    first = date(1970, 1, 1).toordinal()
    asked = pd.DataFrame(
        {
            "line": ledger["line"],
            "quantity": ledger["c1"].astype("int64"),
            "day": pd.to_datetime(ledger["c2"]).to_numpy("datetime64[D]").astype("int64") + first,
            "service": ledger["c3"],
        }
    )
    tiers = by_tier[["service", "tier"]].drop_duplicates().sort_values("tier")
    at = pd.merge_asof(
        asked.sort_values("quantity"), tiers, left_on="quantity", right_on="tier", by="service"
    )
    days = by_tier.sort_values("day")
    found = pd.merge_asof(at.sort_values("day"), days, on="day", by=["service", "tier"])
    return found.assign(price=(found["rate"] * found["quantity"]).round(2))[["line", "price"]]

"""The Ohio ledger by Polars: two `join_asof`, one for the day and one for the quantity.

    python tests/bench/ledger_by_polars.py LEDGER PRICE_LIST OUT

The price list has a line for each range of days and quantities, with what is to be written.
"""

import sys

import polars as pl

ANSWERS = ["Price", "Unit price", "Billed", "Source", "Outcome", "Reason", "Difference"]
MONEY = pl.Decimal(18, 2)


def main(ledger: str, price_list: str, out: str) -> None:
    types = {"Invoice": pl.String, "Memo": pl.String, "Purchased": pl.Date, "Paid": MONEY}
    lines = pl.scan_csv(ledger, schema_overrides=types)
    own = lines.collect_schema().names()
    types = {"Since": pl.Date, "Price": MONEY, "Unit price": MONEY}
    rows = pl.scan_csv(price_list, schema_overrides=types)
    days = rows.select("Since").unique().sort("Since")
    banded = (
        lines.with_row_index("Place")
        .sort("Purchased")
        .join_asof(days, left_on="Purchased", right_on="Since", coalesce=False)
    )
    found = (
        banded.sort("Quantity")
        .join_asof(rows.sort("First"), left_on="Quantity", right_on="First", by="Since")
        .sort("Place")
        .with_columns((pl.col("Paid") - pl.col("Price")).alias("Difference"))
    )
    found.select([*own, *ANSWERS]).sink_csv(out)


if __name__ == "__main__":
    main(*sys.argv[1:])

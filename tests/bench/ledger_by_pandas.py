"""The Ohio ledger by pandas: two `merge_asof`, one for the day and one for the quantity.

    python tests/bench/ledger_by_pandas.py LEDGER PRICE_LIST OUT

The price list has a line for each range of days and quantities, with what is to be written.
"""

import sys

import pandas as pd

ANSWERS = ["Price", "Unit price", "Billed", "Source", "Outcome", "Reason", "Difference"]


def main(ledger: str, price_list: str, out: str) -> None:
    lines = pd.read_csv(
        ledger, dtype={"Invoice": str, "Service": str, "Memo": str}, parse_dates=["Purchased"]
    )
    rows = pd.read_csv(price_list, parse_dates=["Since"])
    days = rows[["Since"]].drop_duplicates().sort_values("Since").reset_index(drop=True)
    lines["Place"] = range(len(lines))
    banded = pd.merge_asof(
        lines.sort_values("Purchased", kind="stable"), days, left_on="Purchased", right_on="Since"
    )
    found = pd.merge_asof(
        banded.sort_values("Quantity", kind="stable"),
        rows.sort_values("First"),
        left_on="Quantity",
        right_on="First",
        by="Since",
    ).sort_values("Place")
    found["Difference"] = (found["Paid"] - found["Price"]).round(2)
    for amount in ("Paid", "Price", "Unit price", "Difference"):
        known = found[amount].notna()
        found[amount] = found[amount].where(known, "").astype(object)
        found.loc[known, amount] = found.loc[known, amount].map("{:.2f}".format)
    own = [title for title in lines.columns if title != "Place"]
    found[own + ANSWERS].to_csv(out, index=False, date_format="%Y-%m-%d")


if __name__ == "__main__":
    main(*sys.argv[1:])

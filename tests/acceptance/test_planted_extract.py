"""An extract with planted errors: all of them are found, each as what it was, and no others."""

from pathlib import Path

import duckdb

from tests.support.cli_runner import Run
from tests.support.planted_extract import CONTRACT, Extract, load_contract
from xlfuncs.ledgers.credits import describe_credit


def test_each_planted_charge_is_named_and_no_other(
    tmp_path: Path, run: Run, extract_lines: int, seed: int
) -> None:
    extract, priced = tmp_path / "extract.csv", tmp_path / "priced.parquet"
    planted = Extract(load_contract(), seed).write(extract, extract_lines)
    ran = run(
        *("batch", extract, "-c", CONTRACT, "-o", priced, "--dates", "mdy"),
        *("--purchased", "Purchase Date", "Creation Date", "--quantity", "Quantity"),
        *("--paid", "Total Price", "--service", "Item Name"),
        *("--reference", "Purchase Order Number", "--vendor", "Supplier Name"),
    )
    assert ran.status == 0, ran.err
    found = duckdb.sql(
        f"""SELECT "Outcome", "Difference", "Charged as" FROM '{priced}'"""  # noqa: S608
    ).fetchall()
    assert len(found) == planted.records >= extract_lines
    said = [charged_as or "" for _, _, charged_as in found]
    outcomes = {record for record, (outcome, *_) in enumerate(found) if outcome != "price"}
    assert outcomes == planted.unpriced
    assert {record: label for record, label in enumerate(said) if label.startswith("credit")} == {
        record: describe_credit([*map(str, lines)]) for record, lines in planted.credits.items()
    }
    differences = {
        record: difference
        for record, (_, difference, _) in enumerate(found)
        if difference and record not in planted.credits
    }
    assert differences == planted.differences
    assert {
        record: frozenset(filter(None, said[record].split(" or "))) for record in differences
    } == planted.charges
    assert all(
        label == "" or record in planted.credits or record in planted.charges
        for record, label in enumerate(said)
    )

"""Cells of any type as the texts that are read, in SQL."""

from __future__ import annotations

from xlfuncs.ledgers.style import Dates, Style

MOST_DECIMALS_READ = "DECIMAL(38, 6)"
DAYS = ("date", "timestamp", "timestamp_ntz", "timestamp_s", "timestamp_ms", "timestamp_ns")
"""Types of days and of times without a zone, in all engines; Spark's `timestamp` is shown, and
read, as the session shows it."""


def as_text(column: str) -> str:
    return f"CAST({column} AS VARCHAR)"


def number(column: str, style: Style) -> str:
    """A number as digits, also where the engine would show it with an exponent.

    Only where the digits are the whole number: what has more decimals stays as it is shown, and is
    refused.
    """
    shown = as_text(column)
    kind = _kind(column)
    digits = f"TRY_CAST({shown} AS {MOST_DECIMALS_READ})"
    whole = f"TRY_CAST({digits} AS DOUBLE) = TRY_CAST({shown} AS DOUBLE)"
    of_parts = f"({kind} IN ('double', 'float') OR {kind} LIKE 'decimal%')"
    written = (
        f"CASE WHEN {of_parts} AND LOWER({shown}) LIKE '%e%' AND {whole} "
        f"THEN CAST({digits} AS VARCHAR) ELSE {shown} END"
    )
    if style.decimal == ".":
        return written
    return f"CASE WHEN {of_parts} THEN REPLACE({written}, '.', '{style.decimal}') ELSE {shown} END"


def day(column: str, style: Style) -> str:
    """A day as the ledger is said to write it, where it is no text."""
    shown = as_text(column)
    if style.dates is Dates.ISO:
        return shown
    year, month, day_of_month = (
        f"SUBSTRING({shown}, {first}, {count})" for first, count in ((1, 4), (6, 2), (9, 2))
    )
    order = (month, day_of_month) if style.dates is Dates.MDY else (day_of_month, month)
    kinds = ", ".join(f"'{kind}'" for kind in DAYS)
    written = " || '/' || ".join([*order, year])
    return f"CASE WHEN {_kind(column)} IN ({kinds}) THEN {written} ELSE {shown} END"


def _kind(column: str) -> str:
    return f"LOWER(TYPEOF({column}))"

"""The kinds of files that ledgers are in, by the ends of their names."""

from __future__ import annotations

from pathlib import Path

from xlfuncs.pricing.outcomes import BadInput

TEXTS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
"""How names of files of text end, and what separates their columns unless the user says so."""

COMPRESSED = (".gz", ".zst")
"""How names of compressed files end, behind the end of what is in them."""

OTHER_WORKBOOKS = (".xls", ".xlsb", ".ods")
"""How names of workbooks end that another library reads than .xlsx is measured for."""

KINDS = (
    *TEXTS,
    *(f"{text}{packed}" for packed in COMPRESSED for text in TEXTS),
    *(".xlsx", *OTHER_WORKBOOKS, ".parquet"),
)
"""How the names of ledgers end."""


def find_kind(path: Path) -> str:
    """How a file's name ends; that of a compressed one with the end of what is in it.

    >>> find_kind(Path("2024.01.CSV.gz")), find_kind(Path("2024.xlsx"))
    ('.csv.gz', '.xlsx')
    """
    packed = path.suffix.lower()
    return f"{Path(path.stem).suffix.lower()}{packed}" if packed in COMPRESSED else packed


class Unreadable(BadInput):
    """What is wrong with one of several files; the text begins with its name."""

"""The command `build`."""

from __future__ import annotations

import sys
from argparse import Namespace
from itertools import islice
from pathlib import Path

from workbooks.build import build as content_of
from workbooks.purchases import EXAMPLE, PURCHASES
from xlfuncs.cli.contracts import contract_of
from xlfuncs.cli.refusals import ANSWERED, Refused
from xlfuncs.files.replacing import replace_file
from xlfuncs.files.workbook import stored_formulas


def build(chosen: Namespace) -> int:
    """Writes the workbook and prints the first formulas that stand in it, with their values."""
    contract = contract_of(chosen.contract)
    if not contract.prefix:
        raise Refused(f"{chosen.contract}: no function prefix; expected one on the sheet Contract")
    target = Path(chosen.output or f"{Path(chosen.contract).stem}.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise Refused(f"{target}: expected a name that ends in .xlsx")
    content = content_of(contract)
    try:
        _write(target, content, chosen)
    except OSError as error:
        raise Refused(f"{target}: {error.strerror or error}; nothing was written") from None
    print(f"{target}: written")
    if Path(chosen.contract).suffix.lower() != ".toml":
        print("without purchases: those of a workbook are not read back", file=sys.stderr)
    for where, formula, value in islice(stored_formulas(content, PURCHASES), len(EXAMPLE)):
        print(f"{where}  {formula}")
        print(f"  {value}")
    return ANSWERED


def _write(target: Path, content: bytes, chosen: Namespace) -> None:
    """Writes the file, unless that would lose another one. Raises OSError."""
    if target.exists():
        if not target.is_file():
            raise Refused(f"{target}: there is something that is no file; nothing was written")
        if target.samefile(chosen.contract):
            raise Refused(
                f"{target}: is the workbook to build from; nothing was written. Use -o FILE"
            )
        if not chosen.force and target.read_bytes() != content:
            raise Refused(
                f"{target}: holds another build, or somebody's edits; nothing was written. "
                f"Use -o FILE for another file, or --force to replace it"
            )
    replace_file(target.resolve(), content)

"""The command `init`."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path

from xlfuncs.cli.targets import NOT_WRITTEN, put, refuse_no_file
from xlfuncs.contracts.template import prefix_of, started
from xlfuncs.errors import ANSWERED, Refused, typed
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import harmless_line, text_of
from xlfuncs.sheets.reader import PREFIX_EXPECTED, is_prefix


def init(chosen: Namespace) -> int:
    """Writes a contract file to be filled in, and says how to go on."""
    vendor = _vendor(chosen.vendor)
    prefix = prefix_of(vendor) if chosen.prefix is None else chosen.prefix.upper()
    if not prefix and chosen.prefix is None:
        raise Refused(
            f"no word of {vendor!r} begins with a letter from A to Z, as the functions' names do; "
            f"{NOT_WRITTEN}. Say --prefix NAME: {PREFIX_EXPECTED}"
        )
    if not is_prefix(prefix):
        raise Refused(f"--prefix is {prefix!r}; expected {PREFIX_EXPECTED}; {NOT_WRITTEN}")
    target = Path(chosen.output or f"{prefix.lower()}.toml")
    if target.suffix.lower() != ".toml":
        raise Refused(f"{target}: expected a name that ends in .toml; {NOT_WRITTEN}")
    refuse_no_file(target)
    if target.exists():
        another = "Use -o FILE for another file, and --prefix NAME if it is of another vendor"
        raise Refused(f"{target}: is there already; {NOT_WRITTEN}. {another}")
    shown = harmless_line(typed(target))
    content = started(vendor, prefix, shown, date.today()).encode()
    print(f"{target}: {put(target, content, None)}; it prices nothing until you fill it in")
    print(f"1. open it in an editor and put in what the documents of {vendor} say")
    print(f"2. xlfuncs check {shown}    says what is missing or wrong")
    print(f"3. xlfuncs build {shown}    writes a workbook with {prefix}_PRICE and the rest")
    return ANSWERED


def _vendor(text: str) -> str:
    try:
        vendor = " ".join(text_of(text).split())
    except BadInput as refusal:
        raise Refused(f"VENDOR {refusal}; {NOT_WRITTEN}") from None
    if not vendor:
        raise Refused(
            f"VENDOR is blank; expected whose contract it is, such as ACME; {NOT_WRITTEN}"
        )
    return vendor

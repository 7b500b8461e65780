"""The command `init`: the contract file or the workbook of another vendor, from a template."""

from __future__ import annotations

import json
import re
import unicodedata
from argparse import ArgumentParser, Namespace
from datetime import date
from importlib.resources import files
from pathlib import Path

from xlfuncs.errors import ANSWERED, InputError, OutputError, format_argument
from xlfuncs.output_files import NOT_WRITTEN, check_target, write_target
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import escape_line, parse_text
from xlfuncs.sheets.parsers import LONGEST_PREFIX, PREFIX_EXPECTED, is_prefix
from xlfuncs.sheets.schema import AMENDMENTS, PURCHASES, TIERS

KINDS = (".toml", ".xlsx", ".xlsm")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the vendor, and how to name the functions and the file."""
    parser.add_argument("vendor", metavar="VENDOR", help="the vendor's name, such as ACME")
    parser.add_argument(
        "--prefix",
        metavar="NAME",
        help="the prefix of the function names, such as ACME; default: the vendor's first word",
    )
    parser.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="the file to write: a contract file (.toml), or a workbook to fill in with Excel "
        "(.xlsx, .xlsm); default: a contract file named after the prefix",
    )


def run(arguments: Namespace) -> int:
    """Write a contract file to be filled in, and say how to go on."""
    vendor = _vendor(arguments.vendor)
    prefix = derive_prefix(vendor) if arguments.prefix is None else arguments.prefix.upper()
    if not prefix and arguments.prefix is None:
        raise InputError(
            f"no word of {vendor!r} begins with a letter from A to Z, as function names must; "
            f"{NOT_WRITTEN}. Use --prefix NAME: {PREFIX_EXPECTED}"
        )
    if not is_prefix(prefix):
        raise InputError(f"--prefix is {prefix!r}; expected {PREFIX_EXPECTED}; {NOT_WRITTEN}")
    target = Path(arguments.output or f"{prefix.lower()}.toml")
    check_target(target, KINDS)
    if target.exists():
        another = "Use -o FILE for another file, and --prefix NAME if it is for another vendor"
        raise OutputError(f"{target}: already exists; {NOT_WRITTEN}. {another}")
    kind = target.suffix.lower()
    shown = escape_line(format_argument(target))
    text = fill_template(vendor, prefix, shown, date.today())
    content = text.encode() if kind == ".toml" else _build_workbook(text, target)
    written = write_target(target, content, None)
    print(f"{target}: {written}; it prices nothing until you fill it in")
    if kind == ".toml":
        other = escape_line(format_argument(target.with_suffix(".xlsx")))
        named = f" --prefix {prefix}" if arguments.prefix else ""
        print(f"1. open it in an editor and enter what the documents of {vendor} say")
        print(f"2. xlfuncs check {shown}    says what is missing or wrong")
        print(
            f"3. xlfuncs build {shown}    writes a workbook with {prefix}_PRICE and the other "
            f"functions"
        )
        print("Or fill in a workbook in Excel instead:")
        print(f"   xlfuncs init {format_argument(arguments.vendor)}{named} -o {other}")
    else:
        other = escape_line(format_argument(target.with_suffix(".toml")))
        print(
            f"1. open it in Excel; type the agreement's price table on the sheet {TIERS}, over the"
        )
        print(f"   sample row there, and the amendments on the sheet {AMENDMENTS}; save it")
        print(f"2. xlfuncs check {shown}    says what is missing or wrong")
        print(
            f"3. on the sheet {PURCHASES}, type a quantity and a purchase date; the price is "
            f"beside them"
        )
        print(f"4. xlfuncs import {shown} -o {other}    saves it all in a contract file")
    return ANSWERED


def _build_workbook(text: str, target: Path) -> bytes:
    """Build the workbook of a new contract file, without its example purchase."""
    from xlfuncs.api import LoadedContract, contract_in
    from xlfuncs.contracts.toml_reader import read_toml
    from xlfuncs.sheets.draft import build_draft

    contract = contract_in(target, read_toml(text.encode()))
    # a note would stay beside the price that is typed over the row
    rows = tuple(row._replace(note="") for row in contract.rows)
    contract = contract._replace(rows=rows, purchases=())
    return LoadedContract(target, contract, build_draft(contract)).build(target.suffix.lower())


def _vendor(text: str) -> str:
    try:
        vendor = " ".join(parse_text(text).split())
    except BadInput as refusal:
        raise InputError(f"VENDOR {refusal}; {NOT_WRITTEN}") from None
    if not vendor:
        raise InputError(f"VENDOR is blank; expected a vendor name, such as ACME; {NOT_WRITTEN}")
    return vendor


# The template of a contract file: it prices nothing yet, and its comments show how to go on.

PLACES = ("title", "name", "prefix", "file", "today")
"""The placeholders of the template."""


def fill_template(vendor: str, prefix: str, file: str, today: date) -> str:
    """The text of a contract file for a vendor; `file` is its name, `today` its example purchase.

    It can be read and built as it is. Its examples are rows in comments.
    """
    text = files("xlfuncs.contracts").joinpath("start.toml").read_text(encoding="utf-8")
    name = json.dumps(vendor, ensure_ascii=False)[1:-1]  # quoted as TOML quotes it
    values = dict(zip(PLACES, (vendor, name, prefix, file, today.isoformat()), strict=True))
    return re.sub(rf"{{({'|'.join(PLACES)})}}", lambda place: values[place[1]], text)


def derive_prefix(vendor: str) -> str:
    """The vendor's first word as a prefix of functions; blank where none begins with a letter.

    >>> derive_prefix("Acme Hosting, Inc."), derive_prefix("Électricité 2"), derive_prefix("3M")
    ('ACME', 'ELECTRICITE', '')
    """
    for word in vendor.split():
        plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
        letters = "".join(filter(str.isalnum, plain)).upper()
        if letters and letters[0].isalpha():
            return letters[:LONGEST_PREFIX]
    return ""

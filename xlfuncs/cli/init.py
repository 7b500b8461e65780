"""The command `init`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

from xlfuncs.contracts.template import derive_prefix, fill_template
from xlfuncs.errors import ANSWERED, InputError, OutputError, format_argument
from xlfuncs.output_files import NOT_WRITTEN, check_target, write_target
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import escape_line, parse_text
from xlfuncs.sheets.records import PREFIX_EXPECTED, is_prefix


def add_arguments(parser: ArgumentParser) -> None:
    """Add the vendor, and how to name the functions and the file."""
    parser.add_argument("vendor", metavar="VENDOR", help="whose contract it is, such as ACME")
    parser.add_argument(
        "--prefix",
        metavar="NAME",
        help="how the functions' names begin, such as ACME; default: the vendor's first word",
    )
    parser.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="the file to write (.toml); default: the prefix in small letters",
    )


def run(arguments: Namespace) -> int:
    """Write a contract file to be filled in, and say how to go on."""
    vendor = _vendor(arguments.vendor)
    prefix = derive_prefix(vendor) if arguments.prefix is None else arguments.prefix.upper()
    if not prefix and arguments.prefix is None:
        raise InputError(
            f"no word of {vendor!r} begins with a letter from A to Z, as the functions' names do; "
            f"{NOT_WRITTEN}. Say --prefix NAME: {PREFIX_EXPECTED}"
        )
    if not is_prefix(prefix):
        raise InputError(f"--prefix is {prefix!r}; expected {PREFIX_EXPECTED}; {NOT_WRITTEN}")
    target = Path(arguments.output or f"{prefix.lower()}.toml")
    check_target(target, (".toml",))
    if target.exists():
        another = "Use -o FILE for another file, and --prefix NAME if it is of another vendor"
        raise OutputError(f"{target}: is there already; {NOT_WRITTEN}. {another}")
    shown = escape_line(format_argument(target))
    content = fill_template(vendor, prefix, shown, date.today()).encode()
    print(
        f"{target}: {write_target(target, content, None)}; it prices nothing until you fill it in"
    )
    print(f"1. open it in an editor and put in what the documents of {vendor} say")
    print(f"2. xlfuncs check {shown}    says what is missing or wrong")
    print(f"3. xlfuncs build {shown}    writes a workbook with {prefix}_PRICE and the rest")
    return ANSWERED


def _vendor(text: str) -> str:
    try:
        vendor = " ".join(parse_text(text).split())
    except BadInput as refusal:
        raise InputError(f"VENDOR {refusal}; {NOT_WRITTEN}") from None
    if not vendor:
        raise InputError(
            f"VENDOR is blank; expected whose contract it is, such as ACME; {NOT_WRITTEN}"
        )
    return vendor

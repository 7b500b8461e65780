"""The command `init`: the contract file of another vendor, from a template."""

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

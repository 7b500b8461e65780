"""Arguments that several commands have: a contract, a question, JSON; and their values."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from datetime import date
from decimal import Decimal

from xlfuncs.api import LoadedContract, load
from xlfuncs.functions.registry import (
    KNOWN_ON,
    PURCHASED,
    QUANTITY,
    parse_day_argument,
    parse_quantity_argument,
)
from xlfuncs.loader import SHIPPED
from xlfuncs.pricing.contract import MOST_DIGITS, Contract
from xlfuncs.pricing.outcomes import BadInput

CONTRACT_HELP = (
    "a contract file (.toml) or a workbook (.xlsx, .xlsm, .xlam); default: the shipped contract"
)

THROUGH = "--through"
THROUGH_HELP = "Answers as the contract stood through the document of this number."


def add_quantity(parser: ArgumentParser) -> None:
    parser.add_argument("quantity", metavar="QUANTITY", help=QUANTITY.help)


def add_purchased(parser: ArgumentParser) -> None:
    parser.add_argument("purchased", metavar="DATE", help=PURCHASED.help)


def add_question_options(parser: ArgumentParser, service_help: str) -> None:
    """Add the options of all commands that ask a contract."""
    parser.add_argument("--service", metavar="NAME", help=service_help)
    add_documents_that_count(parser)
    add_json(parser)
    add_contract(parser)


def add_documents_that_count(parser: ArgumentParser) -> None:
    """Add the day by which documents were signed, and the number through which they count."""
    parser.add_argument("--known-on", metavar="DATE", help=KNOWN_ON.help)
    parser.add_argument(THROUGH, metavar="NUMBER", help=THROUGH_HELP)


def add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the whole answer as JSON")


def add_contract(parser: ArgumentParser) -> None:
    parser.add_argument("-c", "--contract", metavar="FILE", default=SHIPPED, help=CONTRACT_HELP)


def add_contract_or_option(parser: ArgumentParser) -> None:
    """Add the contract, named with the option or alone, where nothing else is asked for."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("contract", metavar="FILE", nargs="?", default=SUPPRESS, help=CONTRACT_HELP)
    either.add_argument(
        "-c", "--contract", metavar="FILE", default=SHIPPED, help="the same, as an option"
    )


def add_soffice(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--soffice", metavar="FILE", help="LibreOffice's program; default: the one that is found"
    )


def load_asked(arguments: Namespace) -> LoadedContract:
    """Load the contract to ask, as it stood through the document given with --through.

    Raises FileFormatError and InputError.
    """
    loaded = load(arguments.contract)
    if arguments.through is None:
        return loaded
    return loaded.through(parse_through(arguments.through, loaded.contract))


def load_contract(path: str) -> Contract:
    """Load the contract to price from. Raises FileFormatError and InputError."""
    return load(path).contract


def parse_quantity(text: str) -> Decimal:
    """Parse digits with a decimal point, and nothing that one reader takes for another number.

    Raises BadInput.

    >>> parse_quantity("2.5")
    Decimal('2.5')
    """
    whole, point, part = text.removeprefix("-").partition(".")
    if not (text.isascii() and whole.isdigit() and (part.isdigit() or not point)):
        raise BadInput(f"quantity is {text!r}; expected digits such as 100000 or 2.5")
    return parse_quantity_argument(Decimal(text))


def parse_day(name: str, text: str) -> date:
    """Parse the day of an argument. Raises BadInput, which names the argument."""
    return parse_day_argument(name, text, date1904=False)


def parse_known_on(known_on: str | None) -> date | None:
    """Parse the day given with --known-on. Raises BadInput."""
    return None if known_on is None else parse_day("--known-on", known_on)


def parse_through(text: str, contract: Contract) -> int:
    """Parse a number given with --through; remark on one that no document has. Raises BadInput."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise BadInput(f"{THROUGH} is {text!r}; expected the number of a document, such as 2")
    remark = _remark_on(int(text), contract)
    if remark:
        from xlfuncs.cli.output import print_remarks

        print_remarks([remark])
    return int(text)


def _remark_on(number: int, contract: Contract) -> str:
    """What there is to say of a number that no document of a contract has, blank of others."""
    numbers = {0, *contract.not_held, *(row.document for row in contract.rows)}
    if number in numbers:
        return ""
    before = [each for each in numbers if each < number]
    counting = "all count" if len(before) == len(numbers) else "those before it count"
    last = f"the last of which is document {max(before)}"
    return f"the contract has no document {number}; {counting}, {last}"

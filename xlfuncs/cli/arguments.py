"""Arguments that several commands have: a contract, a question, JSON; and their values."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from xlfuncs.api import LoadedContract
from xlfuncs.cli.contracts import SHIPPED_WORD, load_named
from xlfuncs.errors import format_argument
from xlfuncs.functions.registry import parse_typed_day, parse_typed_quantity
from xlfuncs.pricing.contract import MOST_DIGITS, Contract, count_steps
from xlfuncs.pricing.outcomes import BadInput

CONTRACT_HELP = (
    "the contract: a contract file (.toml) or a workbook (.xlsx, .xlsm, .xlam); default: "
    f"{SHIPPED_WORD}, the contract that comes with xlfuncs"
)
REQUIRED_CONTRACT_HELP = (
    "the contract, always needed here: a contract file (.toml), a workbook (.xlsx, .xlsm, .xlam), "
    f"or {SHIPPED_WORD} for the contract that comes with xlfuncs"
)
FIRST_CONTRACT_HELP = "the contract, in place of -c FILE"
QUANTITY_HELP = "the number of units, such as 100000 or 100,000"
DATE_HELP = 'the purchase date: 2013-12-20, or in quotes "Dec 20, 2013"'
SERVICE_HELP = "the service; needed where the contract has several"
ALL_SERVICES_HELP = "one service; default: all of them"
BEFORE_HELP = "the quantity bought before in the period in which purchases add up; 0 if none"
KNOWN_ON_HELP = "as known on this date: ignore documents signed later"

BEFORE = "--before"
THROUGH = "--through"
THROUGH_HELP = "count documents through NUMBER: ignore later ones"


def add_first_contract(parser: ArgumentParser) -> None:
    """Add the contract as the first word, which `commands` has made an option before it parses."""
    parser.add_argument("first", metavar="FILE", nargs="?", help=FIRST_CONTRACT_HELP)


def add_quantity(parser: ArgumentParser) -> None:
    parser.add_argument("quantity", metavar="QUANTITY", help=QUANTITY_HELP)


def add_purchased(parser: ArgumentParser) -> None:
    parser.add_argument("purchased", metavar="DATE", help=DATE_HELP)


def add_question_options(parser: ArgumentParser, service_help: str) -> None:
    """Add the options of all commands that ask a contract."""
    parser.add_argument("--service", metavar="NAME", type=only_once(), help=service_help)
    add_documents_that_count(parser)
    add_json(parser)
    add_contract(parser)


def add_documents_that_count(parser: ArgumentParser) -> None:
    """Add the day by which documents were signed, and the number through which they count."""
    parser.add_argument("--known-on", metavar="DATE", type=only_once(), help=KNOWN_ON_HELP)
    parser.add_argument(THROUGH, metavar="NUMBER", type=only_once(), help=THROUGH_HELP)


def add_bought_before(parser: ArgumentParser) -> None:
    """Add the quantity bought before; `before` itself is the earlier contract of a diff."""
    parser.add_argument(
        BEFORE, dest="bought_before", metavar="QUANTITY", type=only_once(), help=BEFORE_HELP
    )


def add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the full answer as JSON")


def add_contract(parser: ArgumentParser, text: str = CONTRACT_HELP) -> None:
    parser.add_argument("-c", "--contract", metavar="FILE", type=only_once(), help=text)


def add_contracts(parser: ArgumentParser, text: str) -> None:
    parser.add_argument("-c", "--contract", metavar="FILE", action="append", help=text)


def add_contract_or_option(parser: ArgumentParser) -> None:
    """Add the contract, named with the option or alone, where nothing else is asked for."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("contract", metavar="FILE", nargs="?", default=SUPPRESS, help=CONTRACT_HELP)
    either.add_argument(
        "-c", "--contract", metavar="FILE", type=only_once(), help="the contract, as an option"
    )


def only_once() -> Callable[[str], str]:
    """Return a type for an option of which argparse would take the last, if it is given twice."""
    given: list[str] = []

    def take(text: str) -> str:
        given.append(text)
        if len(given) > 1:
            raise ArgumentTypeError(f"{given[0]!r} and {text!r} are both given; expected only one")
        return text

    return take


def add_soffice(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--soffice",
        metavar="FILE",
        help="the LibreOffice program; default: the one found on this computer",
    )


# Questions.


class BadArguments(BadInput):
    """Everything that is wrong with what was typed, each in a message of its own."""

    def __init__(self, refusals: Sequence[BadInput]) -> None:
        self.refusals = refusals
        super().__init__("; ".join(map(str, refusals)))

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(map(str, self.refusals))


class Asked(NamedTuple):
    """A question and the contract that is asked; 0 or no day where a command asks without one."""

    loaded: LoadedContract
    quantity: Decimal
    purchased: date
    service: str | None
    known_on: date | None
    bought_before: Decimal | None


_Parsed = TypeVar("_Parsed")


def parse_asked(arguments: Namespace, *, all_services: bool = False) -> Asked:
    """Parse a question to a contract, as it stood through the document given with --through.

    With `all_services`, no service means all of them and not the only one. Raises FileFormatError
    and InputError for the contract, and BadArguments for all that is wrong with the question.
    """
    loaded = load_named(arguments.contract)
    refusals: list[BadInput] = []

    def parse(name: str, parser: Callable[[str], _Parsed], missing: _Parsed) -> _Parsed:
        text = getattr(arguments, name, None)
        try:
            return missing if text is None else parser(text)
        except BadInput as refusal:
            refusals.append(refusal)
            return missing

    quantity = parse("quantity", parse_typed_quantity, Decimal(0))
    purchased = parse("purchased", lambda text: parse_typed_day("date", text), date.max)
    if len(refusals) == 2 and (swapped := _find_swapped(arguments)):
        refusals[:] = [swapped]
    known_on = parse("known_on", parse_known_on, None)
    through = parse("through", parse_document_number, None)
    before = parse("bought_before", lambda text: parse_typed_quantity(text, BEFORE), None)
    service = arguments.service
    try:
        if service is not None or not all_services:
            count_steps(quantity, loaded.price_book.find_service(service))
    except BadInput as refusal:
        refusals.append(refusal)
    if refusals:
        raise refusals[0] if len(refusals) == 1 else BadArguments(refusals)
    if through is not None:
        remark_on_document(through, loaded.contract)
        loaded = loaded.through(through)
    return Asked(loaded, quantity, purchased, service, known_on, before)


def _find_swapped(arguments: Namespace) -> BadInput | None:
    """What to type where the quantity reads as a date, and the date as a quantity."""
    try:
        day = parse_typed_day("date", arguments.quantity)
        quantity = parse_typed_quantity(arguments.purchased)
    except BadInput:
        return None
    typed = ["xlfuncs", arguments.command, f"{quantity:f}", str(day)]
    for name in ("contract", "service", "known_on", "through", "bought_before"):
        value = getattr(arguments, name)
        if value is not None:
            option = BEFORE if name == "bought_before" else f"--{name.replace('_', '-')}"
            typed += [option, format_argument(value)]
    return BadInput(f"QUANTITY and DATE look swapped; type: {' '.join(typed)}")


def parse_known_on(known_on: str | None) -> date | None:
    """Parse the day given with --known-on. Raises BadInput."""
    return None if known_on is None else parse_typed_day("--known-on", known_on)


def parse_through(text: str, contract: Contract) -> int:
    """Parse a number given with --through; remark on one that no document has. Raises BadInput."""
    number = parse_document_number(text)
    remark_on_document(number, contract)
    return number


def parse_document_number(text: str) -> int:
    """Parse the number of a document. Raises BadInput."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise BadInput(f"{THROUGH} is {text!r}; expected a document number, such as 2")
    return int(text)


def remark_on_document(number: int, contract: Contract) -> None:
    """Remark on a number that no document of a contract has."""
    numbers = {0, *contract.not_held, *(row.document for row in contract.rows)}
    if number in numbers:
        return
    from xlfuncs.cli.output import print_remarks

    before = [each for each in numbers if each < number]
    counting = "all documents count" if len(before) == len(numbers) else "earlier documents count"
    last = f"the last one being document {max(before)}"
    print_remarks([f"the contract has no document {number}; {counting}, {last}"])

"""Arguments of each command."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser

from xlfuncs.functions.registry import KNOWN_ON, ONE_SERVICE, PURCHASED, QUANTITY, SERVICE
from xlfuncs.loader import SHIPPED

CONTRACT_HELP = (
    "a contract file (.toml) or a workbook (.xlsx, .xlsm, .xlam); default: the shipped contract"
)


def of_question(command: ArgumentParser) -> None:
    """What `price` and `explain` are asked."""
    command.add_argument("quantity", metavar="QUANTITY", help=QUANTITY.help)
    command.add_argument("purchased", metavar="DATE", help=PURCHASED.help)
    _asking(command, SERVICE.help)


def of_schedule(command: ArgumentParser) -> None:
    """What `schedule` is asked."""
    command.add_argument("purchased", metavar="DATE", help=PURCHASED.help)
    _asking(command, ONE_SERVICE.help)


def of_timeline(command: ArgumentParser) -> None:
    """What `timeline` is asked."""
    command.add_argument("quantity", metavar="QUANTITY", help=QUANTITY.help)
    _asking(command, SERVICE.help)


def of_start(command: ArgumentParser) -> None:
    """What `init` needs to know."""
    command.add_argument("vendor", metavar="VENDOR", help="whose contract it is, such as ACME")
    command.add_argument(
        "--prefix",
        metavar="NAME",
        help="how the functions' names begin, such as ACME; default: the vendor's first word",
    )
    command.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="the file to write (.toml); default: the prefix in small letters",
    )


def of_check(command: ArgumentParser) -> None:
    """What `check` looks at."""
    _as_json(command)
    _contract_as_it_is(command)


def of_comparison(command: ArgumentParser) -> None:
    """What `diff` compares."""
    command.add_argument("before", metavar="A", help="a contract file or a workbook")
    command.add_argument("after", metavar="B", nargs="?", help="another, or a later state of it")
    command.add_argument(
        "--known-on",
        metavar="DATE",
        help="compare what the documents signed by this day would have answered; with A alone: "
        "what documents signed since then have changed",
    )
    _as_json(command)


def of_import(command: ArgumentParser) -> None:
    """What `import` reads and writes."""
    command.add_argument("book", metavar="BOOK", help="the workbook (.xlsx, .xlsm, .xlam)")
    command.add_argument(
        "-o",
        dest="output",
        metavar="CONTRACT",
        help="the contract file (.toml); one that there is keeps its comments, and what it held "
        "is kept as CONTRACT.bak; default: NAME.toml",
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; list what would change"
    )


def of_build(command: ArgumentParser) -> None:
    """What `build` writes, and what it does with a file that is there."""
    command.add_argument(
        "-o",
        dest="output",
        metavar="BOOK",
        help="the file to write: a workbook that answers in Excel 365 (.xlsx), one with macros, "
        "that answers in Excel on Windows (.xlsm), the same as an add-in (.xlam), or an extension "
        "of LibreOffice (.oxt); default: NAME.xlsx",
    )
    command.add_argument(
        "--without-functions",
        action="store_true",
        help="a .xlsx for LibreOffice with the extension, or for Excel with the add-in",
    )
    command.add_argument(
        "--keep",
        action="store_true",
        help="build around the rows that stand in the file: purchases, tiers, amendments",
    )
    command.add_argument(
        "--check",
        action="store_true",
        help="write nothing; list where the workbook is not what a build would write",
    )
    command.add_argument(
        "--force",
        action="store_true",
        help="replace a file that somebody edited; what it held is kept as BOOK.bak",
    )
    _contract_as_it_is(command)


def of_doctor(command: ArgumentParser) -> None:
    """What `doctor` looks at."""
    command.add_argument(
        "book", metavar="BOOK", nargs="?", help="a workbook whose functions do not answer"
    )
    command.add_argument(
        "--fix",
        action="store_true",
        help="have Excel on Windows start this Python: enter it into xlwings' settings",
    )


def of_installation(command: ArgumentParser) -> None:
    """What `calc install` installs, and for whom."""
    command.add_argument(
        "--all-users", action="store_true", help="for all users of this computer, not for you alone"
    )
    _in_libreoffice(command)
    of_contract(command)


def of_recalculation(command: ArgumentParser) -> None:
    """What `calc recalc` works out."""
    command.add_argument("book", metavar="BOOK", help="the workbook (.xlsx, .xlsm)")
    command.add_argument(
        "-o",
        dest="output",
        metavar="OUT",
        help="the workbook to write (.xlsx, .ods); default: BOOK, unless you say --pdf",
    )
    command.add_argument("--pdf", metavar="OUT", help="print it into this file (.pdf)")
    _in_libreoffice(command)


def _asking(command: ArgumentParser, about_service: str) -> None:
    """What every question may say besides."""
    command.add_argument("--service", metavar="NAME", help=about_service)
    command.add_argument("--known-on", metavar="DATE", help=KNOWN_ON.help)
    _as_json(command)
    of_contract(command)


def _as_json(command: ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="the whole answer as JSON")


def _in_libreoffice(command: ArgumentParser) -> None:
    command.add_argument(
        "--soffice", metavar="FILE", help="LibreOffice's program; default: the one that is found"
    )


def of_contract(command: ArgumentParser) -> None:
    command.add_argument("-c", "--contract", metavar="FILE", default=SHIPPED, help=CONTRACT_HELP)


def _contract_as_it_is(command: ArgumentParser) -> None:
    """The contract, named with the option or alone: nothing else is asked for."""
    either = command.add_mutually_exclusive_group()
    either.add_argument("contract", metavar="FILE", nargs="?", default=SUPPRESS, help=CONTRACT_HELP)
    either.add_argument(
        "-c", "--contract", metavar="FILE", default=SHIPPED, help="the same, as an option"
    )

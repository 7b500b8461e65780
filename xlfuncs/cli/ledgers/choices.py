"""What the user chose of a ledger, and how it is to be read."""

from __future__ import annotations

import codecs
import sys
from argparse import Namespace
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from xlfuncs.cli.ledgers.outputs import WRITTEN
from xlfuncs.cli.ledgers.style import style_of
from xlfuncs.cli.refusals import Refused
from xlfuncs.cli.writing import NOT_WRITTEN, refuse_no_file
from xlfuncs.ledgers.columns import TITLES
from xlfuncs.ledgers.files.opening import KINDS
from xlfuncs.ledgers.files.source import Form

INSTALLED_SO = "in the folder of this package, type: .venv/bin/pip install '.[ledger]'"
LIBRARIES = ("duckdb", "python_calamine")
UTF_8 = "utf-8"
SIGNS = {"tab": "\t", "\\t": "\t"}


class Choices(NamedTuple):
    """The files to read and to write, and the form of the first."""

    ledger: Path
    output: Path | None
    report: Path | None
    form: Form

    @property
    def passing(self) -> bool:
        """Whether the priced ledger goes to the screen or a pipe."""
        return self.output is None and self.report is None


def choices_of(chosen: Namespace) -> Choices:
    """What was typed. Raises Refused for what cannot be meant."""
    _refuse_missing_libraries()
    ledger = _ledger(chosen.ledger)
    if chosen.output is None and chosen.report is None and sys.stdout is None:
        raise Refused(f"the output is closed; {NOT_WRITTEN}. Use -o FILE")
    read = {"ledger": ledger, "contract": Path(chosen.contract)}
    output = output_file(chosen.output, WRITTEN, read)
    report = output_file(chosen.report, (".xlsx",), read)
    if output and report and output.resolve() == report.resolve():
        raise Refused(f"{report}: is named twice, for the ledger and its report; {NOT_WRITTEN}")
    return Choices(ledger, output, report, _form(chosen))


def _refuse_missing_libraries() -> None:
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        raise Refused(f"ledgers need {names}, not installed here; {INSTALLED_SO}")


def _ledger(name: str) -> Path:
    """The file to read. Raises Refused for one that is no ledger."""
    path = _path(name)
    if path.suffix.lower() not in KINDS:
        raise Refused(f"{path}: expected a ledger ({', '.join(KINDS)})")
    try:
        regular = S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise Refused(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if not regular:
        raise Refused(f"{path}: no file that could be read to its end")
    return path


def _path(name: str) -> Path:
    """A file by its name. Raises Refused for one that the database cannot be told."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise Refused(f"{name!a}: a name that is no UTF-8 text; give the file another") from None
    return Path(name)


def output_file(name: str | None, kinds: tuple[str, ...], read: Mapping[str, Path]) -> Path | None:
    """A file to write. Raises Refused for another kind of file, and for one that is read."""
    if name is None:
        return None
    path = _path(name)
    if path.suffix.lower() not in kinds:
        raise Refused(f"{path}: expected a name that ends in {', '.join(kinds)}; {NOT_WRITTEN}")
    refuse_no_file(path)
    if not path.resolve().parent.is_dir():  # before one of two files is written
        raise Refused(f"{path}: there is no such folder; {NOT_WRITTEN}")
    for what, file in read.items():
        if path.exists() and file.exists() and path.samefile(file):
            raise Refused(f"{path}: is the {what} itself; {NOT_WRITTEN}. Use another name")
    return path


def _form(chosen: Namespace) -> Form:
    """How the file is to be read. Raises Refused for a sign or an encoding that is none."""
    sign = SIGNS.get(chosen.delimiter.lower(), chosen.delimiter)
    if len(sign) != 1 or not sign.isascii() or sign.isalnum() or sign in "\"'\r\n-.":
        raise Refused(f"--delimiter is {chosen.delimiter!r}; expected one sign such as ';', or tab")
    style = style_of(chosen)
    if style.decimal == sign and Path(chosen.ledger).suffix.lower() == ".csv":
        raise Refused("--decimal-comma: the comma stands between the cells; say --delimiter ';'")
    try:
        encoding = chosen.encoding and codecs.lookup(chosen.encoding).name
        "".encode(encoding or UTF_8)  # some are for bytes, not for letters
    except LookupError:
        raise Refused(f"--encoding is {chosen.encoding!r}; expected one such as cp1252") from None
    named = {field: getattr(chosen, field) for field in TITLES}
    return Form(style, named, sign, None if encoding == UTF_8 else encoding, chosen.sheet)

"""The modules of the macro workbook: xlwings' own as they are installed, and ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from workbooks.macros.functions import functions_module

OURS = ("answers.bas", "python.bas", "sheets.bas", "changes.bas")
HANDLERS = "this_workbook.cls"
DOCUMENT = "ThisWorkbook"
"""The module that every workbook has, for what happens to it."""

FROM_XLWINGS = {"xlwings": "xlwings.bas", "Dictionary": "addin/Dictionary.cls"}


class NoMacros(Exception):
    """xlwings' macros cannot be had; the text says what to do."""


class Module(NamedTuple):
    """A module's name and text; a class, or a module of procedures."""

    name: str
    text: str
    is_class: bool = False


def modules_for(prefix: str) -> Sequence[Module]:
    """The modules for a contract's prefix, in the order in which a reader wants them."""
    return list(_modules(prefix))


def _modules(prefix: str) -> Iterator[Module]:
    yield Module(DOCUMENT, _our(HANDLERS), is_class=True)
    yield Module("PriceFunctions", functions_module(prefix))
    for name in OURS:
        text = _our(name)
        yield Module(text.split('"')[1], text)
    for name, path in FROM_XLWINGS.items():
        yield Module(name, _installed(path), is_class=path.endswith(".cls"))


def _our(name: str) -> str:
    return (files("workbooks.macros") / name).read_text(encoding="ascii")


def _installed(path: str) -> str:
    """A file of the installed xlwings, which is not imported for that. Raises NoMacros."""
    found = find_spec("xlwings")
    file = Path((found and found.origin) or "xlwings").parent / path
    try:
        return file.read_text(encoding="cp1252")
    except OSError:
        raise NoMacros(
            f"xlwings: has no file {path} where it is installed; "
            f"pip install --force-reinstall xlwings, in a folder of its own"
        ) from None

"""Macro workbooks and add-ins: the parts of a workbook, with a VBA project among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pyopenvba import ExcelFile
from pyopenvba.vba import VBAModuleKind

from workbooks.macros.conforming import conforming
from workbooks.macros.modules import DOCUMENT, Module
from workbooks.package import packed
from xlfuncs.files.books.macros import PROJECT
from xlfuncs.files.books.packages import ADD_IN, CONTENT_TYPES, MACROS, PLAIN, parts_of


def with_macros(
    parts: Mapping[str, bytes], modules: Iterable[Module], add_in: bool
) -> dict[str, bytes]:
    """The parts of a workbook with macros; as an add-in, if wanted."""
    done = _with_project(_as(MACROS, parts), modules)
    done[PROJECT] = conforming(done[PROJECT])
    return _as(ADD_IN, done) if add_in else done


def _as(kind: bytes, parts: Mapping[str, bytes]) -> dict[str, bytes]:
    types = parts[CONTENT_TYPES].replace(PLAIN, kind).replace(MACROS, kind)
    return {**parts, CONTENT_TYPES: types}


def _with_project(parts: Mapping[str, bytes], modules: Iterable[Module]) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsm"  # pyOpenVBA works on files
        path.write_bytes(packed(parts))
        with ExcelFile(path) as book:
            project = book.add_vba_project()
            for name, text, is_class in modules:
                kind = VBAModuleKind.other if is_class else VBAModuleKind.standard
                if name == DOCUMENT:
                    book.set_module(name, _lines(text))
                else:
                    project.add_module(name, _lines(text), kind=kind)
            book.save()
        return parts_of(path.read_bytes())


def _lines(text: str) -> str:
    """A text with the ends of lines that VBA has."""
    return "\r\n".join(text.splitlines()) + "\r\n"

"""The VBA project of a macro workbook: built of xlwings' modules and ours, and read."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet
from pyopenvba import ExcelFile
from pyopenvba.cfb import CFB
from pyopenvba.vba import (
    VBAModuleKind,
    _parse_dir_stream,
    compress,
    decompress,
    encoding_for_codepage,
)

from xlfuncs.errors import FileFormatError, HostError, format_size
from xlfuncs.functions.registry import FUNCTIONS, Argument, Function
from xlfuncs.sheets.cells import count_characters
from xlfuncs.sheets.schema import AMENDMENTS, CONTRACT, SETTINGS, TIERS
from xlfuncs.xlsx.cell_values import SheetCell
from xlfuncs.xlsx.package import (
    ADD_IN,
    CONTENT_TYPES,
    MACROS,
    PLAIN,
    WORKBOOK_PART,
    Package,
    find_main_part,
    find_only_related,
    find_related,
    read_parts,
    refuse_damage,
)
from xlfuncs.xlsx.package_writer import pack_parts
from xlfuncs.xlsx.reader import open_workbook

PROJECT, PROJECT_KIND = "xl/vbaProject.bin", "vbaProject"
"""The part in which Excel keeps macros, and the kind of the relationship to it."""

STORAGE, CATALOG = "VBA", "dir"
"""The storage with the modules, and the stream with the list of them."""

# A VBA project as the standard asks for it ([MS-OVBA]), out of what pyOpenVBA writes.
#
# That leaves some of what Excel itself compiles, for a version of Excel and from other texts than
# the modules have now. Excel compiles what is not there; what is there would have to be right.

NOTHING_COMPILED = bytes.fromhex("cc61ffff000000")
"""The stream of a project without compiled parts (2.3.4.1)."""

PROJECT_COOKIE, MODULE_COOKIE = 0x0013, 0x002C
VERSION, STREAM_NAME, TEXT_OFFSET, END = 0x0009, 0x001A, 0x0031, 0x0010


def remove_compiled(project: bytes) -> bytes:
    """Take the compiled parts out of a project; the same project always gives the same bytes."""
    container = CFB.from_bytes(project)
    catalog = bytearray(decompress(container.get_stream_in_storage(STORAGE, CATALOG)))
    stream = ""
    for record, place, size in _records(bytes(catalog)):
        content = bytes(catalog[place : place + size])
        if record in {PROJECT_COOKIE, MODULE_COOKIE}:
            catalog[place : place + size] = b"\xff\xff"
        elif record == STREAM_NAME:
            stream = content.decode("cp1252")
        elif record == TEXT_OFFSET:
            [before_text] = struct.unpack("<I", content)
            text = container.get_stream_in_storage(STORAGE, stream)[before_text:]
            container.write_stream_in_storage(STORAGE, stream, text)
            catalog[place : place + size] = bytes(4)
        elif record == END:
            del catalog[place:]
    container.write_stream_in_storage(STORAGE, CATALOG, compress(bytes(catalog)))
    container.write_stream_in_storage(STORAGE, "_VBA_PROJECT", NOTHING_COMPILED)
    without: bytes = container.to_bytes()
    return without


def _records(catalog: bytes) -> Iterator[tuple[int, int, int]]:
    """The records of the catalog of modules: kind, place of the content, and its size."""
    place = 0
    while place < len(catalog):
        record, size = struct.unpack_from("<HI", catalog, place)
        if record == VERSION:
            size = 6  # whatever its header says (2.3.4.2.1.11)
        yield record, place + 6, size
        if record == END:
            return
        place += 6 + size


# The settings of xlwings: a hidden sheet with the name that xlwings looks for.

XLWINGS_SETTINGS = {
    # Python looks for modules where it is installed, never in the folder of a workbook, which may
    # be somebody's downloads, and which on SharePoint is none.
    "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    # What "Import Functions" on xlwings' ribbon imports: a package that has no functions to be
    # imported, because those of this workbook are there already.
    "UDF MODULES": "xlfuncs",
}
"""Nothing about where Python is: that is different on every computer."""


def add_settings(workbook: Workbook) -> Worksheet:
    """Add the hidden sheet."""
    sheet: Worksheet = workbook.create_sheet(SETTINGS)
    for line in XLWINGS_SETTINGS.items():
        sheet.append(line)
    sheet.sheet_state = "hidden"
    return sheet


# The module of the macro workbook with its functions, from their declaration.

ARGUMENTS = tuple(dict.fromkeys(each for function in FUNCTIONS for each in function.arguments))

MODULE = """\
Attribute VB_Name = "PriceFunctions"
'The price functions of this workbook: what they are called, and what their arguments mean.
Option Explicit

Public Const FUNCTION_PREFIX As String = {prefix}
{constants}
{functions}
Public Sub Describe(ByVal host As Application)
    'Tells Excel's function wizard what functions and arguments mean.
    Dim saved As Boolean
    saved = ThisWorkbook.Saved
    On Error Resume Next  'an add-in, whose sheets are hidden, cannot be described
{descriptions}
    ThisWorkbook.Saved = saved
End Sub
"""
FUNCTION = """
Public Function {name}({parameters}) As Variant
Attribute {name}.VB_Description = {help}
    {name} = PriceAnswers.Answer({called}, Array({arguments}){in_words})
End Function
"""


def format_functions_module(prefix: str) -> str:
    """Write the module for a contract's prefix."""
    return MODULE.format(
        prefix=format_text(f"{prefix}_"),
        constants="".join(
            f"\nPrivate Const {_constant_of(each)} As String = {format_text(each.help)}"
            for each in ARGUMENTS
        ),
        functions="".join(_format_function(prefix, each) for each in FUNCTIONS),
        descriptions="\n".join(_format_description(prefix, each) for each in FUNCTIONS),
    )


def _format_function(prefix: str, function: Function) -> str:
    return FUNCTION.format(
        name=f"{prefix}_{function.name}",
        parameters=", ".join(
            f"Optional {each.name}" if each.optional else each.name for each in function.arguments
        ),
        help=format_text(function.help),
        called=format_text(function.name),
        arguments=", ".join(each.name for each in function.arguments),
        in_words=", True" if function.in_words else "",
    )


def _format_description(prefix: str, function: Function) -> str:
    macro, category = format_text(f"{prefix}_{function.name}"), format_text(prefix)
    description = (
        f"    host.MacroOptions Macro:={macro}, Category:={category}, _\n"
        f"        Description:={format_text(function.help)}"
    )
    if not function.arguments:
        return description
    names = ", ".join(map(_constant_of, function.arguments))
    return f"{description}, _\n        ArgumentDescriptions:=Array({names})"


def _constant_of(argument: Argument) -> str:
    """The constant with an argument's help; two that share a name are distinguished by a number."""
    same = [each for each in ARGUMENTS if each.name == argument.name]
    number = same.index(argument) + 1
    return f"ABOUT_{argument.name.upper()}{number if number > 1 else ''}"


def format_text(text: str) -> str:
    """Write a text as VBA does.

    >>> print(format_text('a "b" c'))
    "a ""b"" c"
    """
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


# The modules of the macro workbook: xlwings' own as they are installed, and ours.

OURS = {
    "PriceAnswers": "answers.bas",
    "PricePython": "python.bas",
    "PriceSheets": "sheets.bas",
    "PriceChanges": "changes.bas",
}
DOCUMENT = "ThisWorkbook"
"""The module that every workbook has, for what happens to it."""

FROM_XLWINGS = {"xlwings": "xlwings.bas", "Dictionary": "addin/Dictionary.cls"}


class NoMacros(HostError):
    """xlwings' macros cannot be had; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module's name and text; a class, or a module of procedures."""

    name: str
    text: str
    is_class: bool = False


def list_modules(prefix: str) -> list[Module]:
    """The modules for a contract's prefix, in the order in which a reader wants them."""
    return [
        Module(DOCUMENT, _read_our("this_workbook.cls"), is_class=True),
        Module("PriceFunctions", format_functions_module(prefix)),
        *(Module(name, _read_our(file)) for name, file in OURS.items()),
        *(
            Module(name, _read_installed(path), is_class=path.endswith(".cls"))
            for name, path in FROM_XLWINGS.items()
        ),
    ]


def _read_our(name: str) -> str:
    return (files("xlfuncs.xlsx.vba") / name).read_text(encoding="ascii")


def _read_installed(path: str) -> str:
    """Read a file of the installed xlwings, without importing it. Raises NoMacros."""
    found = find_spec("xlwings")
    file = Path((found and found.origin) or "xlwings").parent / path
    try:
        return file.read_text(encoding="cp1252")
    except OSError:
        raise NoMacros(
            f"xlwings: the installed package has no file {path}; "
            f"pip install --force-reinstall xlwings, in a folder of its own"
        ) from None


def add_macros(
    parts: Mapping[str, bytes], modules: Iterable[Module], add_in: bool
) -> dict[str, bytes]:
    """Add macros to the parts of a workbook; as an add-in, if wanted."""
    types = parts[CONTENT_TYPES].replace(PLAIN, MACROS)
    done = _add_project({**parts, CONTENT_TYPES: types}, modules)
    done[PROJECT] = remove_compiled(done[PROJECT])
    if add_in:
        done[CONTENT_TYPES] = done[CONTENT_TYPES].replace(MACROS, ADD_IN)
    return done


def _add_project(parts: Mapping[str, bytes], modules: Iterable[Module]) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsm"  # pyOpenVBA works on files
        path.write_bytes(pack_parts(parts))
        with ExcelFile(path) as file:
            project = file.add_vba_project()
            for module in modules:
                text = "\r\n".join(module.text.splitlines()) + "\r\n"  # as VBA ends lines
                kind = VBAModuleKind.other if module.is_class else VBAModuleKind.standard
                if module.name == DOCUMENT:
                    file.set_module(module.name, text)
                else:
                    project.add_module(module.name, text, kind=kind)
            file.save()
        return read_parts(path.read_bytes())


# The note in a macro workbook of which sheets its stored prices come from.
#
# The macros calculate it in the same way when they open the workbook (`sheets.bas`). Where the two
# should differ, prices are calculated again, which costs time and nothing else.

NAME = "xlfuncs_priced_from"
UNKNOWN = "not known yet"

MULTIPLIERS = ((65599, 2**31 - 1), (69069, 2**31 - 19))
"""The factors and primes of the note."""


def add_note(workbook: Workbook) -> None:
    """Add the hidden name that holds the note, with a text in its place."""
    workbook.defined_names[NAME] = DefinedName(NAME, attr_text=f'"{UNKNOWN}"', hidden=True)


def fill_note(parts: Mapping[str, bytes], content: bytes) -> dict[str, bytes]:
    """Put the note in its place; `content` is the workbook as a file."""
    note = fingerprint(_format_sheets(content)).encode()
    return {**parts, WORKBOOK_PART: parts[WORKBOOK_PART].replace(UNKNOWN.encode(), note)}


def fingerprint(text: str) -> str:
    """Two remainders of a text that is taken as a number, in doubles as VBA has them.

    >>> fingerprint("A"), fingerprint("Tiers")
    ('65-65', '930658385-1170323788')
    """
    units = text.encode("utf-16-le", "surrogatepass")
    remainders = []
    for factor, prime in MULTIPLIERS:
        remainder = 0.0
        for [code] in struct.iter_unpack("<H", units):
            number = remainder * factor + code
            remainder = number - math.floor(number / prime) * prime
        remainders.append(f"{remainder:.0f}")
    return "-".join(remainders)


def _format_sheets(content: bytes) -> str:
    """Write the sheets as one text; with another date system it would begin with another."""
    opened = open_workbook(content)
    lines = ["1904:0"]
    for title in (TIERS, AMENDMENTS, CONTRACT):
        lines += [title, *_cells(opened.sheets[title].rows)]
    return "\n".join(lines)


def _cells(rows: Iterable[Iterable[SheetCell]]) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1):
            if cell.value is not None:
                yield f"{number},{column}={_format_exactly(cell)}"


def _format_exactly(cell: SheetCell) -> str:
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        digits = _format_number(float(value))
        number_format = "".join(cell.number_format.split('"')[::2])  # without texts in quotes
        has_days = not set(number_format.lower()).isdisjoint("ymdhs")
        kind = "%" * ("%" in number_format) + "d" * has_days
        return digits + _format_number(float(value) - float(digits)) + kind
    text = str(value)
    return f"{count_characters(text)}'{text}"


def _format_number(number: float) -> str:
    """A number as `Digits` of the macros shows it, with the 15 digits that VBA has.

    >>> _format_number(2.75), _format_number(-0.5)
    (' 2.75', '-0.5')
    """
    return f"{'-' if number < 0 else ' '}{abs(number):.15G}"


# The macros of a workbook, each module as a text that can be compared.

NOT_SHOWN = r"(?im)^[^\S\n]*(?:attribute .*|option classmodule[^\S\n]*)$"
"""Lines that Excel's editor does not show, or that LibreOffice adds."""

QUOTED = r'("[^"\n]*")'
LARGEST, LONGEST, LONGEST_CATALOG = 16 * 2**20, 16 * 2**20, 2 * 2**20
"""Bytes of the part, of what its modules unpack to, and of the list of modules; what lies beyond
is no workbook but an attack on the memory."""

MOST_ENTRIES, MOST_MODULES = 4_000, 1_000
"""Entries of the directory in the part, and modules."""

SECTOR, IN_SECTOR = 512, 128
"""Bytes of a sector, and references that it holds."""

NO_SECTOR = 0xFFFFFFFA
"""The references from here on lead to no sector."""

STREAM, ROOT = 2, 5
"""The kinds of entries that have sectors."""


def find_project(package: Package) -> str | None:
    """The part with the macros of a workbook, None where there is none. Raises FileFormatError.

    Programs that drop the macros may leave a reference to them.
    """
    main = find_main_part(package)
    if not any(each.target in package for each in find_related(package, main, PROJECT_KIND)):
        return None
    return find_only_related(package, main, PROJECT_KIND)


def read_macros(package: Package) -> dict[str, str]:
    """Read the modules with something in them, and the forms, by name. Raises FileFormatError."""
    with refuse_damage():
        part = find_project(package)
        return {} if part is None else _read_project(package[part])


def _read_project(project: bytes) -> dict[str, str]:
    _refuse_large(project)
    container = CFB.from_bytes(project)
    _refuse_tangle(container)
    texts = dict(_read_modules(container))
    forms = {name for name in container.list_storages() if name != STORAGE}
    named = {**dict.fromkeys(forms, ""), **texts}
    return {name: text for name, text in named.items() if text or name in forms}


def _read_modules(container: CFB) -> Iterator[tuple[str, str]]:
    """The modules by name, each measured before it is unpacked. Raises FileFormatError."""
    packed = container.get_stream_in_storage(STORAGE, CATALOG)
    _refuse_bomb(_unpacked_size(packed), LONGEST_CATALOG)
    catalog, modules = _parse_dir_stream(decompress(packed))
    if len(modules) > MOST_MODULES:
        raise FileFormatError(f"has {len(modules):,} modules of macros; expected fewer")
    encoding, size = encoding_for_codepage(catalog.code_page), 0
    for module in modules:
        stream = container.get_stream_in_storage(STORAGE, module.stream_name or module.name)
        packed = stream[module.text_offset :]
        size += _unpacked_size(packed)
        _refuse_bomb(size, LONGEST)
        yield module.name, normalize_module(decompress(packed).decode(encoding, "replace"))


def _unpacked_size(packed: bytes) -> int:
    """The bytes that a packed text may unpack to: 4,096 for each of its pieces, at most."""
    place, pieces = 1, 0
    while place + 2 <= len(packed):
        [head] = struct.unpack_from("<H", packed, place)
        place += (head & 0x0FFF) + 3
        pieces += 1
    return pieces * 4096


def _refuse_bomb(size: int, largest: int) -> None:
    """Raises FileFormatError for what would unpack to too much, before it does."""
    if size > largest:
        raise FileFormatError(
            f"its macros unpack to more than {format_size(largest)}; expected less"
        )


def _refuse_large(project: bytes) -> None:
    """Raise FileFormatError for a part too large, or that lists more sectors than it has."""
    if len(project) > LARGEST:
        expected = f"expected at most {format_size(LARGEST)}"
        raise FileFormatError(f"its macros have {format_size(len(project))}; {expected}")
    if len(project) >= SECTOR:
        [extra] = struct.unpack_from("<I", project, 72)  # the sectors that list others
        if extra > 1 + len(project) // (SECTOR * IN_SECTOR * (IN_SECTOR - 1)):
            raise FileFormatError("its macros list more sectors than they have; expected fewer")


def _refuse_tangle(container: CFB) -> None:
    """Raise FileFormatError where streams share sectors: a few bytes would be read for long."""
    entries = container._directory
    if len(entries) > MOST_ENTRIES:
        raise FileFormatError(f"its macros have {len(entries):,} entries; expected fewer")
    small, cutoff = container._minifat, container.mini_stream_cutoff
    for following, has_small in ((container._fat, False), (small, True)):
        led_to = [sector for sector in following if sector < NO_SECTOR]
        led_to += [
            entry.start_sector
            for entry in entries
            if entry.size and entry.start_sector < NO_SECTOR and entry.obj_type in (STREAM, ROOT)
            if (entry.size < cutoff and entry.obj_type != ROOT) == has_small
        ]
        if len(set(led_to)) < len(led_to):
            raise FileFormatError("its macros share sectors; expected each to belong to one module")


def normalize_module(text: str) -> str:
    """A module's text as it is compared: Excel changes letter case and spaces on saving.

    >>> normalize_module('Attribute VB_Name = "A"\\nSay  "Good day"')
    'say"Good day"'
    """
    text = re.sub(r"(?s)\A\s*VERSION .*?^END\s*$", "", text, flags=re.MULTILINE)
    pieces = re.split(QUOTED, re.sub(NOT_SHOWN, "", text))
    pieces[::2] = (re.sub(r"\s", "", piece).casefold() for piece in pieces[::2])
    return "".join(pieces)

"""Open XML packages: which kind of file one is, its parts within bounds, and their relations."""

from __future__ import annotations

import posixpath
import re
import warnings
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from xlfuncs.errors import FileFormatError, format_size
from xlfuncs.xlsx.xml_stream import (
    RESAVE,
    Elements,
    local_name,
    name_part,
    parse_texts,
    parse_tree,
    refuse_strict,
)

# What a file is by its content, whatever its name says.

FileFormat = Enum(
    "FileFormat",
    "EMPTY TEXT WEB_PAGE XML XML_SPREADSHEET PDF PARQUET COMPRESSED ZIP OPEN_XML OPEN_DOCUMENT "
    "XLSB WORD POWERPOINT NUMBERS XLS ENCRYPTED COMPOUND OTHER",
)
"""The formats of files that people take for a workbook or a ledger.

XLS is the format of Excel 97-2003; COMPOUND is that too, or a file locked with a password.
"""

BEGINNINGS = (
    (rb"PAR1", FileFormat.PARQUET),
    (rb"%PDF", FileFormat.PDF),
    (rb"\x1f\x8b|BZh|7z\xbc\xaf|Rar!|\xfd7zXZ|\x28\xb5\x2f\xfd", FileFormat.COMPRESSED),
    (
        rb"(?is)\s*<\?xml\b.*urn:schemas-microsoft-com:office:spreadsheet",
        FileFormat.XML_SPREADSHEET,
    ),
    (
        rb"(?is)\s*(<\?xml[^>]*>\s*)?(<!--.*-->\s*)?"
        rb"<(!doctype\s+html|html|head|body|table|meta)\b",
        FileFormat.WEB_PAGE,
    ),
    (rb"(?is)\s*<\?xml\b.*?<html\b", FileFormat.WEB_PAGE),
    (rb"\s*<\?xml\b", FileFormat.XML),
)
WITHIN_COMPOUND = {
    "EncryptedPackage": FileFormat.ENCRYPTED,
    "Workbook\0": FileFormat.XLS,
    "Book\0": FileFormat.XLS,
}
"""Names of streams by which compound files are distinguished, the first before the others."""

STATED_FORMAT = "mimetype"
"""The part in which a package of LibreOffice says what it is."""

CONTENT_TYPES = "[Content_Types].xml"
WORKBOOK_PART = "xl/workbook.xml"
STRINGS_PART, STYLES_PART = "xl/sharedStrings.xml", "xl/styles.xml"
"""The names that programs give to the parts of a workbook."""

PACKAGE_PARTS = (
    ("xl/workbook.bin", FileFormat.XLSB),
    ("word/document.xml", FileFormat.WORD),
    ("ppt/presentation.xml", FileFormat.POWERPOINT),
    ("Index/Document.iwa", FileFormat.NUMBERS),
    ("Index.zip", FileFormat.NUMBERS),
    (STATED_FORMAT, FileFormat.OPEN_DOCUMENT),
    ("content.xml", FileFormat.OPEN_DOCUMENT),
    (CONTENT_TYPES, FileFormat.OPEN_XML),
)
"""Parts by which packages are distinguished, in the order in which they are looked for."""


def detect_format(file: BinaryIO) -> FileFormat:
    """What a file is, by its beginning; of a package only that it is a ZIP.

    >>> detect_format(BytesIO(b"Quantity;Price")), detect_format(BytesIO(b"%PDF-1.7"))
    (<FileFormat.TEXT: 2>, <FileFormat.PDF: 6>)
    """
    beginning = file.read(4096)
    if not beginning:
        return FileFormat.EMPTY
    if beginning.startswith(b"PK\x03\x04"):
        return FileFormat.ZIP
    if beginning.startswith(bytes.fromhex("d0cf11e0a1b11ae1")):
        return _compound_format(file, beginning)
    for pattern, found in BEGINNINGS:
        if re.match(pattern, beginning.removeprefix(BOM_UTF8)):
            return found
    is_unicode = beginning.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    has_controls = re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", beginning)
    return FileFormat.TEXT if is_unicode or not has_controls else FileFormat.OTHER


def _compound_format(file: BinaryIO, chunk: bytes) -> FileFormat:
    names = {name.encode("utf-16-le"): each for name, each in WITHIN_COMPOUND.items()}
    overlap, found = max(map(len, names)), {FileFormat.COMPOUND}
    last = b""
    while chunk:
        found |= {each for name, each in names.items() if name in last + chunk}
        last, chunk = chunk[-overlap:], file.read(2**20)
    return next(each for each in (*names.values(), FileFormat.COMPOUND) if each in found)


def package_format(names: Iterable[str]) -> FileFormat:
    """What a package is, by the names of its parts."""
    keys = {part_key(name) for name in names}
    return next((each for name, each in PACKAGE_PARTS if part_key(name) in keys), FileFormat.ZIP)


SAVE_AS = "open it in Excel and use Save As, Excel Workbook (.xlsx)"
NO_WORKBOOK = f"damaged, or not an .xlsx workbook; {RESAVE}"
TEXT = f"is text, such as CSV, not a workbook; {SAVE_AS}"
NO_WORKBOOKS = {
    FileFormat.EMPTY: "is empty; expected a workbook",
    FileFormat.TEXT: TEXT,
    FileFormat.XML: TEXT,
    FileFormat.XML_SPREADSHEET: f"is an XML spreadsheet of 2003, not a workbook; {SAVE_AS}",
    FileFormat.WEB_PAGE: f"is a web page, not a workbook; {SAVE_AS}",
    FileFormat.PDF: f"is a PDF document, not a workbook; {SAVE_AS}",
    FileFormat.XLSB: f"is a binary workbook (.xlsb); {SAVE_AS}",
    FileFormat.WORD: f"is a Word document; {SAVE_AS}",
    FileFormat.POWERPOINT: f"is a PowerPoint presentation; {SAVE_AS}",
    FileFormat.NUMBERS: f"is a Numbers spreadsheet; {SAVE_AS}",
    FileFormat.XLS: f"is a workbook of Excel 97-2003 (.xls); {SAVE_AS}",
    FileFormat.COMPOUND: (
        f"is a file of Excel 97-2003 (.xls), or one locked with a password; {SAVE_AS}"
    ),
    FileFormat.ENCRYPTED: (
        "is locked with a password; open it in Excel, remove the password "
        "(File, Info, Protect Workbook, Encrypt with Password) and save it again"
    ),
}
"""What is said of files that are no workbook of this kind."""


# The parts of a package, unpacked within bounds that are counted and not believed.

MOST_PARTS = 5_000
MOST_ELEMENTS = 1_500_000
"""Elements of all parts besides sheets and texts; a chart of 100,000 points has 400,000."""

LARGEST = 512 * 2**20
"""Bytes a workbook may unpack to; what lies beyond is no contract but an attack on the memory."""

LARGEST_PART = 8 * 2**20
"""Bytes of a part that is kept whole, such as styles; sheets and texts have limits of their own."""

CHUNK = 2**18
"""Bytes that are unpacked at a time."""

DAMAGED = f"damaged, or not a workbook ({{reason}}); {RESAVE}"


@dataclass(frozen=True, slots=True)
class PackageRules:
    """The bounds of a package, and the sentences that refuse it, in braces what varies.

    `checks_all` tells whether a part that nobody reads may be locked or packed in a strange way.
    """

    most_parts: int = MOST_PARTS
    checks_all: bool = True
    chunk: int = CHUNK
    remedy: str = RESAVE
    many_parts: str = "has more than {bound:,} parts; expected fewer"
    repeated_part: str = f"has its part {{part}} twice; {RESAVE}"
    locked: str = f"its part {{part}} is locked with a password; {RESAVE}"
    packing: str = f"its part {{part}} is compressed in a way that Excel never uses; {RESAVE}"
    large_part: str = "its part {part} unpacks to {size}; expected at most {bound}"
    damaged: str = DAMAGED
    repeated_relation: str = (
        f"its part {{part}} has the relationship {{identity!r}} twice; {RESAVE}"
    )


WORKBOOK_RULES = PackageRules()


class Package(Mapping[str, bytes]):
    """The parts of a file, each unpacked when it is read. Raises FileFormatError.

    Names are compared as Excel does: letter case and the kind of slash do not count. With a
    `budget`, all that is read must not exceed so many bytes together.
    """

    def __init__(
        self, archive: ZipFile, rules: PackageRules = WORKBOOK_RULES, budget: int | None = None
    ) -> None:
        self.rules = rules
        self.elements = Elements(MOST_ELEMENTS)
        self._archive = archive
        self._members: dict[str, ZipInfo] = {}
        self._trees: dict[str, Element] = {}
        self._budget, self._read = budget, 0
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > rules.most_parts:
            raise FileFormatError(
                rules.many_parts.format(found=len(members), bound=rules.most_parts)
            )
        for member in members:
            if self._members.setdefault(part_key(member.filename), member) is not member:
                raise FileFormatError(rules.repeated_part.format(part=member.filename))
            if rules.checks_all:
                self._refuse_unreadable(member)

    def chunks(self, name: str, largest: int | None = None) -> Iterator[bytes]:
        """A part in chunks. Raises KeyError, and FileFormatError once it is larger than that."""
        member = self._members[part_key(name)]
        self._refuse_unreadable(member)
        self._refuse_large(member, member.file_size, largest)
        read = 0
        with refuse_damage(self.rules.damaged):
            part = self._archive.open(member)
        with part:
            while True:
                with refuse_damage(self.rules.damaged):
                    chunk = part.read(self.rules.chunk)
                if not chunk:
                    return
                read += len(chunk)
                self._read += len(chunk)
                self._refuse_large(member, read, largest)
                self._refuse_large(member, self._read, self._budget)
                yield chunk

    def tree(self, name: str) -> Element:
        """A part as a tree, which is parsed once. Raises KeyError and FileFormatError."""
        key = part_key(name)
        if key not in self._trees:
            with name_part(f"its part {name}"):
                self._trees[key] = parse_tree(self.chunks(name, LARGEST_PART), self.elements)
        return self._trees[key]

    def texts(self, name: str, element: str | None = None) -> Iterator[str]:
        """Yield the texts of a part's elements of a local name, or of all.

        Raises KeyError and FileFormatError.
        """
        with name_part(f"its part {name}"):
            yield from parse_texts(self.chunks(name, LARGEST), self.elements, element)

    def _refuse_unreadable(self, member: ZipInfo) -> None:
        is_encrypted = member.flag_bits & 1
        if is_encrypted:
            raise FileFormatError(self.rules.locked.format(part=member.filename))
        if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise FileFormatError(self.rules.packing.format(part=member.filename))

    def _refuse_large(self, member: ZipInfo, size: int, bound: int | None) -> None:
        if bound is not None and size > bound:
            sizes = {"size": format_size(size), "bound": f"{bound // 2**20:,} MiB"}
            raise FileFormatError(self.rules.large_part.format(part=member.filename, **sizes))

    def __getitem__(self, name: str) -> bytes:
        return b"".join(self.chunks(name, LARGEST))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and part_key(name) in self._members

    def __iter__(self) -> Iterator[str]:
        return (member.filename for member in self._members.values())

    def __len__(self) -> int:
        return len(self._members)


def part_key(name: str) -> str:
    """A name of a part as it is compared.

    >>> part_key("XL\\\\Worksheets/./sheet%31.xml")
    'xl/worksheets/sheet1.xml'
    """
    path = unquote(name).replace("\\", "/").casefold()
    return posixpath.normpath(f"/{path}").lstrip("/")


@lru_cache(maxsize=2)
def open_package(content: bytes) -> Package:
    """The package of a workbook's content; the last two stay open. Raises FileFormatError."""
    with refuse_damage():
        try:
            archive = ZipFile(BytesIO(content))
        except (BadZipFile, OSError, ValueError, NotImplementedError):
            found = detect_format(BytesIO(content))
            raise FileFormatError(NO_WORKBOOKS.get(found, NO_WORKBOOK)) from None
        package = Package(archive)
        size = sum(member.file_size for member in archive.infolist())
        if size > LARGEST:
            expected = format_size(LARGEST)
            raise FileFormatError(f"unpacks to {format_size(size)}; expected at most {expected}")
        _refuse_other_format(package)
        return package


def _refuse_other_format(package: Package) -> None:
    found = package_format(package)
    if found in NO_WORKBOOKS:
        raise FileFormatError(NO_WORKBOOKS[found])
    if STATED_FORMAT in package:
        stated = b"".join(package.chunks(STATED_FORMAT, largest=200))
        if b"opendocument.spreadsheet" in stated:
            raise FileFormatError(f"is an OpenDocument spreadsheet (.ods); {SAVE_AS}")
        if stated:
            told = stated.decode("ascii", "replace")
            raise FileFormatError(f"is not a workbook, but {told!r}; {SAVE_AS}")


def read_parts(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook, all unpacked. Raises FileFormatError."""
    with refuse_damage():
        return dict(open_package(content))


@contextmanager
def refuse_damage(sentence: str = DAMAGED) -> Iterator[None]:
    """Raise FileFormatError with one sentence for whatever a damaged part makes a library raise."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read here
            yield
    except (FileFormatError, OSError):
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise FileFormatError(sentence.format(reason=reason)) from None


# How the parts of a package are related, and what each is said to be.

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
ID = f"{{{OFFICE}}}id"
"""The attribute by which an element names a relationship."""

PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADD_IN = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
"""What a package is, in the list of its parts."""

KINDS = {
    PLAIN.decode(): "a plain workbook",
    MACROS.decode(): "a workbook with macros",
    ADD_IN.decode(): "an add-in",
}
TEMPLATES = tuple(kind.decode().replace("sheet.", "template.") for kind in (PLAIN, MACROS))
OF_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
"""How the kinds of a workbook's own parts begin."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship: its id and type, the part it leads to (blank outside), and how it says so."""

    identity: str
    type: str
    target: str
    stated_target: str

    @property
    def kind(self) -> str:
        """The last word of the type, such as `worksheet`."""
        return self.type.rpartition("/")[2]


def relations_path(part: str) -> str:
    """The part that lists the relationships of a part, of the whole package where that is blank.

    >>> relations_path("xl/workbook.xml"), relations_path("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def parse_relations(
    part: str, stated: Iterable[Mapping[str, str]], rules: PackageRules = WORKBOOK_RULES
) -> list[Relation]:
    """The relationships of a part from the attributes of each.

    Raises FileFormatError for one twice.
    """
    found: dict[str, Relation] = {}
    for each in stated:
        identity, target = each.get("Id", ""), each.get("Target", "")
        if identity in found:
            names = {"part": relations_path(part), "beginning": identity[:20]}
            raise FileFormatError(rules.repeated_relation.format(identity=identity, **names))
        place = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target))
        if each.get("TargetMode", "").casefold() == "external":
            place = ""
        found[identity] = Relation(identity, each.get("Type", ""), place.lstrip("/"), target)
    return list(found.values())


def read_relations(package: Package, part: str) -> list[Relation]:
    """The relationships of a part of a workbook. Raises FileFormatError."""
    path = relations_path(part)
    if path not in package:
        return []
    stated = [each.attrib for each in package.tree(path)]
    for each in stated:
        refuse_strict(each.get("Type", ""))
    return parse_relations(part, stated)


def find_related(package: Package, part: str, kind: str) -> list[Relation]:
    """The relationships of one kind that programs write. Raises FileFormatError."""
    types = {f"{OFFICE}/{kind}", f"{MICROSOFT}/{kind}"}
    return [each for each in read_relations(package, part) if each.type in types]


def find_only(
    related: Sequence[Relation], kind: str, rules: PackageRules = WORKBOOK_RULES
) -> str | None:
    """The part that relationships of a kind lead to.

    Raises FileFormatError where there are several.
    """
    if len(related) > 1:
        raise FileFormatError(f"has {len(related)} parts of the kind {kind!r}; {rules.remedy}")
    return related[0].target if related else None


def find_only_related(package: Package, part: str, kind: str) -> str | None:
    """The part of a kind of which there is one at most. Raises FileFormatError."""
    found = find_only(find_related(package, part, kind), kind)
    if found is not None and found not in package:
        raise FileFormatError(f"is missing its part {found or kind}; {RESAVE}")
    return found


def find_main_part(package: Package) -> str:
    """The part with the list of sheets. Raises FileFormatError."""
    part = find_only_related(package, "", "officeDocument")
    if part is None:
        raise FileFormatError(f"damaged, or not a workbook (it has no list of sheets); {RESAVE}")
    ContentTypes(package).refuse_other(part, *KINDS, *TEMPLATES)
    return part


def workbook_kind(package: Package) -> str:
    """What Excel takes a workbook for, whatever its name. Raises FileFormatError."""
    kind = ContentTypes(package).find(find_main_part(package))
    return KINDS.get(kind, "another kind of workbook")


def content_type(kind: str) -> str:
    """What the list of parts says of a workbook's own part, such as `worksheet`."""
    return f"{OF_SHEETS}.{kind}+xml"


class ContentTypes:
    """What the list of parts says of each. Raises FileFormatError."""

    def __init__(self, package: Package) -> None:
        self._by_extension: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        if CONTENT_TYPES not in package:
            raise FileFormatError(f"damaged, or not a workbook (it has no list of parts); {RESAVE}")
        for each in package.tree(CONTENT_TYPES):
            if local_name(each.tag) == "Default":
                known, key = self._by_extension, each.get("Extension", "").casefold()
            else:
                known, key = self._by_name, part_key(each.get("PartName", ""))
            kind = each.get("ContentType", "")
            if known.setdefault(key, kind) != kind:
                raise FileFormatError(f"lists its part {key} as two kinds; {RESAVE}")

    def find(self, part: str) -> str:
        """The kind of a part, blank where it is not listed."""
        extension = posixpath.splitext(part)[1][1:].casefold()
        return self._by_name.get(part_key(part), self._by_extension.get(extension, ""))

    def refuse_other(self, part: str, *expected: str) -> None:
        """Raises FileFormatError where the list says that a part is something else."""
        found = self.find(part)
        if found not in expected:
            said = f"as {found!r}, which workbooks do not use" if found else "nowhere"
            raise FileFormatError(f"its part {part} is listed {said}; {RESAVE}")

"""Open XML packages: parts unpacked within bounds, and how they refer to each other."""

from __future__ import annotations

import posixpath
import re
import warnings
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from xlfuncs.errors import Unreadable, mebibytes
from xlfuncs.xlsx.xml_stream import RESAVE, Elements, local, naming, refuse_strict, texts, tree

# Files with a workbook's name that are something else, told by what they are.

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a file of older Excel begins, and one that Excel has locked."""

SAVE_AS = "open it in Excel and use Save As, Excel Workbook (.xlsx)"
UNLOCK = (
    "is locked with a password; open it in Excel, remove the password "
    "(File, Info, Protect Workbook, Encrypt with Password) and save it again"
)
BEGINNING = 4096
"""Bytes at which a text is told from what is none."""

MARKS = (
    (rb"\s*<\?xml\b.*urn:schemas-microsoft-com:office:spreadsheet", "an XML spreadsheet of 2003"),
    (rb"\s*(<\?xml[^>]*>\s*)?(<!--.*-->\s*)?<(!doctype html|html|head|table|meta)\b", "a web page"),
    (rb"%PDF-", "a PDF document"),
)
OTHERS = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("Index/Document.iwa", "a Numbers spreadsheet"),
    ("Index.zip", "a Numbers spreadsheet"),
)
"""Parts by which other packages are told."""

STATED, LONGEST_STATED = "mimetype", 200
"""The part in which a package of LibreOffice says what it is, and the bytes that this may take."""


def look_of(content: bytes) -> str:
    """What a file is that is no package, and what to do.

    >>> look_of(b"Quantity;Price").partition(";")[0]
    'is a text, such as CSV, and no workbook'
    """
    if not content:
        return "is empty; expected a workbook"
    if content.startswith(COMPOUND):
        return _compound(content)
    beginning = content[:BEGINNING].removeprefix(b"\xef\xbb\xbf")
    for pattern, what in MARKS:
        if re.match(pattern, beginning, re.IGNORECASE | re.DOTALL):
            return f"is {what} and no workbook; {SAVE_AS}"
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if wide or not re.search(rb"[\x00-\x08\x0e-\x1f]", beginning):
        return f"is a text, such as CSV, and no workbook; {SAVE_AS}"
    return f"damaged, or no .xlsx workbook; {RESAVE}"


def _compound(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return UNLOCK
    if any(name.encode("utf-16-le") in content for name in ("Workbook\0", "Book\0")):
        return f"is a workbook of Excel 97-2003 (.xls); {SAVE_AS}"
    return f"is a file of Excel 97-2003 (.xls), or one locked with a password; {SAVE_AS}"


def refuse_lookalike(names: Container[str], stated: bytes) -> None:
    """Raises Unreadable for a package that is no workbook of this kind.

    `stated` is what the package of another program says of itself, blank where it says nothing.
    """
    for name, what in OTHERS:
        if name in names:
            raise Unreadable(f"is {what}; {SAVE_AS}")
    if b"opendocument.spreadsheet" in stated:
        raise Unreadable(f"is an OpenDocument spreadsheet (.ods); {SAVE_AS}")
    if stated:
        raise Unreadable(f"is no workbook, but {stated.decode('ascii', 'replace')!r}; {SAVE_AS}")


# A workbook's file as what it is: a package of parts, unpacked within bounds.

LARGEST = 512 * 2**20
"""Bytes a workbook may unpack to; what lies beyond is no contract but an attack on the memory."""

LARGEST_PART = 8 * 2**20
"""Bytes of a part that is kept whole, such as styles; sheets and texts have limits of their own."""

MOST_PARTS = 5_000
MOST_ELEMENTS = 1_500_000
"""Elements of all parts besides sheets and texts; a chart of 100,000 points has 400,000."""

CHUNK = 2**18
"""Bytes that are unpacked at a time."""

IS_ENCRYPTED = 1
CONTENT_TYPES = "[Content_Types].xml"
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADD_IN = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
"""What a package is, in the list of its parts."""

Parts = Mapping[str, bytes]
"""The parts of a workbook by their names."""


class Package(Mapping[str, bytes]):
    """The parts of a file, each unpacked when it is asked for. Raises Unreadable.

    Names are compared as Excel does: letter case and the kind of slash do not count.
    """

    def __init__(self, content: bytes) -> None:
        self._archive = _opened(content)
        self._members: dict[str, ZipInfo] = {}
        self._trees: dict[str, Element] = {}
        self.elements = Elements(MOST_ELEMENTS)
        for member in self._archive.infolist():
            if not member.is_dir():
                self._add(member)
        size = sum(member.file_size for member in self._members.values())
        if size > LARGEST:
            expected = f"expected at most {mebibytes(LARGEST)}"
            raise Unreadable(f"unpacks to {mebibytes(size)}; {expected}")
        stated = self.chunks(STATED, LONGEST_STATED) if STATED in self else ()
        refuse_lookalike(self, b"".join(stated))

    def _add(self, member: ZipInfo) -> None:
        name, key = member.filename, key_of(member.filename)
        if key in self._members:
            raise Unreadable(f"has its part {name} twice; {RESAVE}")
        if member.flag_bits & IS_ENCRYPTED:
            raise Unreadable(f"its part {name} is locked with a password; {RESAVE}")
        if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise Unreadable(f"its part {name} is packed in a way that Excel never does; {RESAVE}")
        if len(self._members) >= MOST_PARTS:
            raise Unreadable(f"has more than {MOST_PARTS:,} parts; expected fewer")
        self._members[key] = member

    def chunks(self, name: str, largest: int) -> Iterator[bytes]:
        """A part piece by piece. Raises KeyError, and Unreadable once it is larger than that."""
        member = self._members[key_of(name)]
        read = 0
        if member.file_size <= largest:
            for chunk in _unpacked(self._archive, member):
                read += len(chunk)
                yield chunk
                if read > largest:
                    break
        if max(read, member.file_size) > largest:
            size, expected = mebibytes(max(read, member.file_size)), mebibytes(largest)
            raise Unreadable(f"its part {name} unpacks to {size}; expected at most {expected}")

    def tree(self, name: str) -> Element:
        """A part as a tree, which is parsed once. Raises KeyError and Unreadable."""
        key = key_of(name)
        if key not in self._trees:
            with naming(f"its part {name}"):
                self._trees[key] = tree(self.chunks(name, LARGEST_PART), self.elements)
        return self._trees[key]

    def __getitem__(self, name: str) -> bytes:
        return b"".join(self.chunks(name, LARGEST))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and key_of(name) in self._members

    def __iter__(self) -> Iterator[str]:
        return (member.filename for member in self._members.values())

    def __len__(self) -> int:
        return len(self._members)


def key_of(name: str) -> str:
    """A name of a part as it is compared.

    >>> key_of("XL\\\\Worksheets/./sheet%31.xml")
    'xl/worksheets/sheet1.xml'
    """
    path = unquote(name).replace("\\", "/").casefold()
    return posixpath.normpath(f"/{path}").lstrip("/")


def _opened(content: bytes) -> ZipFile:
    try:
        return ZipFile(BytesIO(content))
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(look_of(content)) from None


def _unpacked(archive: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    with in_one_sentence():
        part = archive.open(member)
    with part:
        while True:
            with in_one_sentence():
                chunk = part.read(CHUNK)
            if not chunk:
                break
            yield chunk


@lru_cache(maxsize=2)
def package_of(content: bytes) -> Package:
    """The package of a file's content; the last two stay open. Raises Unreadable."""
    with in_one_sentence():
        return Package(content)


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook, all unpacked. Raises Unreadable."""
    with in_one_sentence():
        return dict(package_of(content))


def chunks_of(parts: Parts, name: str) -> Iterator[bytes]:
    """A part piece by piece. Raises KeyError and Unreadable."""
    return parts.chunks(name, LARGEST) if isinstance(parts, Package) else iter([parts[name]])


def tree_of(parts: Parts, name: str) -> Element:
    """A part as a tree. Raises KeyError and Unreadable."""
    if isinstance(parts, Package):
        return parts.tree(name)
    with naming(f"its part {name}"):
        return tree([parts[name]], Elements(MOST_ELEMENTS))


def texts_of(parts: Parts, name: str, element: str | None = None) -> Iterator[str]:
    """The texts of a part's elements of a local name, or of all. Raises KeyError, Unreadable."""
    elements = parts.elements if isinstance(parts, Package) else Elements(MOST_ELEMENTS)
    with naming(f"its part {name}"):
        yield from texts(chunks_of(parts, name), elements, element)


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Whatever a damaged part makes a library raise becomes Unreadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read here
            yield
    except Unreadable:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise Unreadable(f"damaged, or no workbook ({reason}); {RESAVE}") from None


# How the parts of a workbook refer to each other, and what each is said to be.

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
ID = f"{{{OFFICE}}}id"
"""The attribute by which an element names a relationship."""

KINDS = {
    PLAIN.decode(): "a plain workbook",
    MACROS.decode(): "a workbook with macros",
    ADD_IN.decode(): "an add-in",
}
TEMPLATES = tuple(kind.decode().replace("sheet.", "template.") for kind in (PLAIN, MACROS))
OF_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
"""How the kinds of a workbook's own parts begin."""


class Relation(NamedTuple):
    """A relationship: what it is of, by its name, and the part it leads to; blank outside."""

    identity: str
    type: str
    target: str

    @property
    def kind(self) -> str:
        """The last word of the type, such as `worksheet`."""
        return self.type.rpartition("/")[2]


def relations_of(parts: Parts, part: str) -> list[Relation]:
    """The relationships of a part, of the whole package where that is blank. Raises Unreadable."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in parts:
        return []
    found: dict[str, Relation] = {}
    for each in tree_of(parts, path):
        identity, kind = each.get("Id", ""), each.get("Type", "")
        refuse_strict(kind)
        if identity in found:
            raise Unreadable(f"its part {path} has the relationship {identity!r} twice; {RESAVE}")
        outside = each.get("TargetMode", "").casefold() == "external"
        target = "" if outside else posixpath.join("/", folder, each.get("Target", ""))
        found[identity] = Relation(
            identity, kind, target and posixpath.normpath(target).lstrip("/")
        )
    return list(found.values())


def related(parts: Parts, part: str, kind: str) -> Iterator[Relation]:
    """The relationships of one kind that programs write. Raises Unreadable."""
    types = {f"{OFFICE}/{kind}", f"{MICROSOFT}/{kind}"}
    return (each for each in relations_of(parts, part) if each.type in types)


def only_related(parts: Parts, part: str, kind: str) -> str | None:
    """The part of a kind of which there is one at most. Raises Unreadable."""
    found = [each.target for each in related(parts, part, kind)]
    if len(found) > 1:
        raise Unreadable(f"has {len(found)} parts of the kind {kind!r}; {RESAVE}")
    if found and found[0] not in parts:
        raise Unreadable(f"lacks its part {found[0] or kind}; {RESAVE}")
    return found[0] if found else None


def main_part(parts: Parts) -> str:
    """The part with the list of sheets. Raises Unreadable."""
    part = only_related(parts, "", "officeDocument")
    if part is None:
        raise Unreadable(f"damaged, or no workbook (it has no list of sheets); {RESAVE}")
    Types(parts).refuse_other(part, *KINDS, *TEMPLATES)
    return part


def kind_of(parts: Parts) -> str:
    """What Excel takes a workbook for, whatever its name. Raises Unreadable."""
    return KINDS.get(Types(parts).of(main_part(parts)), "another kind of workbook")


class Types:
    """What the list of parts says of each. Raises Unreadable."""

    def __init__(self, parts: Parts) -> None:
        self._by_extension: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        if CONTENT_TYPES not in parts:
            raise Unreadable(f"damaged, or no workbook (it has no list of parts); {RESAVE}")
        for each in tree_of(parts, CONTENT_TYPES):
            if local(each.tag) == "Default":
                known, key = self._by_extension, each.get("Extension", "").casefold()
            else:
                known, key = self._by_name, key_of(each.get("PartName", ""))
            kind = each.get("ContentType", "")
            if known.setdefault(key, kind) != kind:
                raise Unreadable(f"lists its part {key} as two kinds; {RESAVE}")

    def of(self, part: str) -> str:
        """The kind of a part, blank where it is not listed."""
        extension = posixpath.splitext(part)[1][1:].casefold()
        return self._by_name.get(key_of(part), self._by_extension.get(extension, ""))

    def refuse_other(self, part: str, *expected: str) -> None:
        """Raises Unreadable where the list says that a part is something else."""
        found = self.of(part)
        if found not in expected:
            said = f"as {found!r}, as no workbook has it" if found else "nowhere"
            raise Unreadable(f"its part {part} is listed {said}; {RESAVE}")

"""A workbook's file as what it is: a package of parts, unpacked within bounds."""

from __future__ import annotations

import posixpath
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from xlfuncs.files.books.lookalikes import LONGEST_STATED, STATED, look_of, refuse_lookalike
from xlfuncs.files.books.xml_parts import RESAVE, Elements, naming, texts, tree
from xlfuncs.files.sizes import mebibytes
from xlfuncs.files.unreadable import Unreadable

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

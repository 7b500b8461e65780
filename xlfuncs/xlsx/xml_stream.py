"""Parse XML within bounds, as a stream or as a tree, and never with a document type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from xlfuncs.errors import FileFormatError, format_size

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""The namespace of a workbook's own elements."""

STRICT = "http://purl.oclc.org/ooxml/"
"""How the namespaces begin of the other form of workbooks, which few programs read."""

TRUTHS = {"1": True, "true": True, "0": False, "false": False}
"""How XML spells TRUE and FALSE."""

RESAVE = "open the workbook in Excel and save it again"
DEEPEST = 256
"""Levels of elements within elements; programs write some twenty."""

LONGEST_TAG = 2**20
"""Bytes of one tag or comment; expat begins it again with each chunk that does not end it."""


class OutOfBounds(Exception):
    """What an element has that no program writes; the text says what, not where."""


class LongTag(OutOfBounds):
    """A tag or comment of more than LONGEST_TAG bytes."""


class DocumentType(OutOfBounds):
    """A document type, in which entities may be defined that unpack to any size."""


@contextmanager
def name_part(where: str) -> Iterator[None]:
    """Raise FileFormatError with the name of a part for what is wrong with its XML."""
    try:
        yield
    except OutOfBounds as error:
        raise FileFormatError(f"{where} {error}; {RESAVE}") from None
    except ExpatError as error:
        raise FileFormatError(f"{where} is damaged ({error}); {RESAVE}") from None


Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]
Text = Callable[[str], Any]


def make_parser(
    start: Start | None,
    end: End | None = None,
    text: Text | None = None,
    *,
    namespaces: bool = True,
) -> XMLParserType:
    """A parser that hands elements over by names such as `http://...}row`.

    Without `namespaces`, which takes less time, names are as they are written: `row`, `x:row`.
    """
    parser = ParserCreate(namespace_separator="}" if namespaces else None)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    return parser


def parse(parser: XMLParserType, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Parse a part, and yield each chunk once it is parsed, at the end an empty one.

    Raises OutOfBounds and ExpatError.
    """
    read = 0
    for chunk in chunks:
        parser.Parse(chunk, False)
        read += len(chunk)
        if read - parser.CurrentByteIndex > LONGEST_TAG + len(chunk):
            raise LongTag(f"has a tag of more than {format_size(LONGEST_TAG)}")
        yield chunk
    parser.Parse(b"", True)
    yield b""


class Elements:
    """The elements that a package may still have: one count for all of its parts but the sheets."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.left = most

    def take(self) -> None:
        """Count one. Raises OutOfBounds where there are too many."""
        self.left -= 1
        if self.left < 0:
            raise OutOfBounds(f"is one of parts with more than {self.most:,} elements")


def parse_tree(chunks: Iterable[bytes], elements: Elements) -> Element:
    """Parse a part as a tree, whose names are such as `{http://...}row`.

    Raises OutOfBounds and ExpatError.
    """
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth = next_depth(depth)
        elements.take()
        builder.start(_braced(name), {_braced(key): each for key, each in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_braced(name))

    for _ in parse(make_parser(start, end, builder.data), chunks):
        pass
    return builder.close()


def parse_texts(
    chunks: Iterable[bytes], elements: Elements, name: str | None = None
) -> Iterator[str]:
    """Yield the texts of the elements of a local name, or of all, and keep none.

    Raises OutOfBounds and ExpatError.
    """
    depth = 0
    pieces: list[str] = []
    found: list[str] = []

    def start(_: str, __: dict[str, str]) -> None:
        nonlocal depth
        depth = next_depth(depth)
        elements.take()
        pieces.clear()

    def end(ended: str) -> None:
        nonlocal depth
        depth -= 1
        if pieces and (name is None or local_name(ended) == name):
            found.append("".join(pieces))
        pieces.clear()

    for _ in parse(make_parser(start, end, pieces.append), chunks):
        yield from found
        found.clear()


def next_depth(depth: int) -> int:
    """The depth of the elements within those of a depth. Raises OutOfBounds below the deepest."""
    if depth >= DEEPEST:
        raise OutOfBounds(f"has elements more than {DEEPEST} deep")
    return depth + 1


def local_name(name: str) -> str:
    """The name of an element without its namespace or prefix.

    >>> local_name("{http://example.org}row"), local_name("http://example.org}row")
    ('row', 'row')
    >>> local_name("x:row"), local_name("row")
    ('row', 'row')
    """
    return name.rpartition("}")[2].rpartition(":")[2]


def refuse_strict(name: str) -> None:
    """Raise FileFormatError for an element or relationship of a Strict Open XML workbook."""
    if name.lstrip("{").startswith(STRICT):
        raise FileFormatError(
            "is a Strict Open XML workbook; open it in Excel and use Save As, "
            "Excel Workbook (.xlsx), not Strict"
        )


def _braced(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _refuse_doctype(*_: object) -> None:
    raise DocumentType("states a document type, which workbooks do not")

"""Parse XML within bounds, as a stream or as a tree, and never with a document type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from xlfuncs.errors import Unreadable, mebibytes

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""The namespace of a workbook's own elements."""

STRICT = "http://purl.oclc.org/ooxml/"
"""How the namespaces begin of the other form of workbooks, which few programs read."""

TRUTHS = {"1": True, "true": True, "0": False, "false": False}
"""How XML says whether something is the case."""

RESAVE = "open the workbook in Excel and save it again"
DEEPEST = 256
"""Levels of elements within elements; programs write some twenty."""

LONGEST_TAG = 2**20
"""Bytes of one tag or comment; expat begins it again with each chunk that does not end it."""


class OutOfBounds(Exception):
    """What an element has that no program writes; the text says what, not where."""


@contextmanager
def naming(where: str) -> Iterator[None]:
    """What is wrong with the XML of a part becomes Unreadable, with the name of the part."""
    try:
        yield
    except OutOfBounds as beyond:
        raise Unreadable(f"{where} {beyond}; {RESAVE}") from None
    except ExpatError as error:
        raise Unreadable(f"{where} is damaged ({error}); {RESAVE}") from None


Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]
Text = Callable[[str], Any]


def parser_of(start: Start, end: End, text: Text | None) -> XMLParserType:
    """A parser that hands elements over by names such as `http://...}row`."""
    parser = ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    return parser


def parse(parser: XMLParserType, chunks: Iterable[bytes]) -> Iterator[None]:
    """Parses a part chunk by chunk, and pauses after each. Raises OutOfBounds and ExpatError."""
    read = 0
    for chunk in chunks:
        parser.Parse(chunk, False)
        read += len(chunk)
        if read - parser.CurrentByteIndex > LONGEST_TAG + len(chunk):
            raise OutOfBounds(f"has a tag of more than {mebibytes(LONGEST_TAG)}")
        yield
    parser.Parse(b"", True)
    yield


class Elements:
    """The elements that a package may still have; one count for all of its parts but the sheets."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.left = most

    def take(self) -> None:
        """Counts one. Raises OutOfBounds where there are too many."""
        self.left -= 1
        if self.left < 0:
            raise OutOfBounds(f"is one of parts with more than {self.most:,} elements")


def tree(chunks: Iterable[bytes], elements: Elements) -> Element:
    """A part as a tree, whose names are such as `{http://...}row`.

    Raises OutOfBounds and ExpatError.
    """
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth = deeper(depth)
        elements.take()
        builder.start(_braced(name), {_braced(key): each for key, each in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_braced(name))

    for _ in parse(parser_of(start, end, builder.data), chunks):
        pass
    return builder.close()


def texts(chunks: Iterable[bytes], elements: Elements, name: str | None = None) -> Iterator[str]:
    """The texts of the elements of a local name, or of all, as far as they are asked for.

    A part with millions of elements is read so without keeping them. Raises OutOfBounds and
    ExpatError.
    """
    depth = 0
    pieces: list[str] = []
    found: list[str] = []

    def start(_: str, __: dict[str, str]) -> None:
        nonlocal depth
        depth = deeper(depth)
        elements.take()
        pieces.clear()

    def end(ended: str) -> None:
        nonlocal depth
        depth -= 1
        if pieces and (name is None or local(ended) == name):
            found.append("".join(pieces))
        pieces.clear()

    for _ in parse(parser_of(start, end, pieces.append), chunks):
        yield from found
        found.clear()


def deeper(depth: int) -> int:
    """The next level of elements. Raises OutOfBounds below the deepest."""
    if depth >= DEEPEST:
        raise OutOfBounds(f"has elements more than {DEEPEST} deep")
    return depth + 1


def local(name: str) -> str:
    """The name of an element without its namespace.

    >>> local("{http://example.org}row"), local("http://example.org}row"), local("row")
    ('row', 'row', 'row')
    """
    return name.rpartition("}")[2]


def is_strict(name: str) -> bool:
    """Whether an element is one of a Strict Open XML workbook."""
    return name.lstrip("{").startswith(STRICT)


def refuse_strict(name: str) -> None:
    """Raises Unreadable for an element, or kind of relationship, of a Strict Open XML workbook."""
    if is_strict(name):
        raise Unreadable(
            "is a Strict Open XML workbook; open it in Excel and use Save As, "
            "Excel Workbook (.xlsx), not Strict"
        )


def _braced(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _refuse_doctype(*_: object) -> None:
    raise OutOfBounds("states a document type, as no workbook does")

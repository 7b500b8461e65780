"""What belongs to a workbook and lies outside it, such as a picture on a server."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, tostring
from zipfile import ZIP_DEFLATED, ZipFile

from xlfuncs.files.books.packages import in_one_sentence, parts_of, tree_of

RELATIONS = ".rels"
"""How the parts end that say what belongs to a part, and where that is."""

NOT_FETCHED = {"hyperlink", "externalLinkPath", "xlPathMissing"}
"""What may lie outside: a link is for people to follow, and of other workbooks the values count
that are stored in this one.
"""

FASTEST = 1


def without_outside(content: bytes) -> tuple[bytes, list[str]]:
    """A workbook without what would be fetched from outside it, and where that was.

    A program that draws a linked picture asks whichever server the workbook names, or reads a file
    of the computer into what it saves. The package is packed again in any case, so that the program
    finds the parts that were looked at, and no others of the same names. Raises Unreadable.
    """
    parts = parts_of(content)
    found: list[str] = []
    with in_one_sentence():
        for name in parts:
            if name.casefold().endswith(RELATIONS):
                root = tree_of(parts, name)
                fetched = list(_fetched(root))
                found += (relation.get("Target", "") for relation in fetched)
                for relation in fetched:
                    root.remove(relation)
                if fetched:
                    parts[name] = tostring(root, encoding="UTF-8", xml_declaration=True)
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=FASTEST) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue(), list(dict.fromkeys(found))


def _fetched(root: Element) -> Iterator[Element]:
    for relation in root:
        outside = relation.get("TargetMode", "").casefold() == "external"
        if outside and relation.get("Type", "").rpartition("/")[2] not in NOT_FETCHED:
            yield relation

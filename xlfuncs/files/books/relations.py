"""How the parts of a workbook refer to each other, and what each is said to be."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from xlfuncs.files.books.packages import (
    ADD_IN,
    CONTENT_TYPES,
    MACROS,
    PLAIN,
    Parts,
    key_of,
    tree_of,
)
from xlfuncs.files.books.xml_parts import RESAVE, local, refuse_strict
from xlfuncs.files.unreadable import Unreadable

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

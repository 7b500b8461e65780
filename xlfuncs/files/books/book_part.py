"""The list of a workbook's sheets, and where each is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xlfuncs.files.books.packages import Parts, key_of, tree_of
from xlfuncs.files.books.relations import (
    ID,
    MICROSOFT,
    OF_SHEETS,
    OFFICE,
    Relation,
    Types,
    main_part,
    only_related,
    relations_of,
)
from xlfuncs.files.books.xml_parts import MAIN, RESAVE, TRUTHS, refuse_strict
from xlfuncs.files.unreadable import Unreadable

MOST_SHEETS = 2_000
WITH_CELLS = f"{OFFICE}/worksheet"
OTHERS = {
    *(f"{OFFICE}/{kind}" for kind in ("chartsheet", "dialogsheet")),
    *(f"{MICROSOFT}/{kind}" for kind in ("xlMacrosheet", "xlIntlMacrosheet")),
}
"""What a sheet may be, by its relationship."""


class BookPart(NamedTuple):
    """The part with the list of sheets: its name, and the part of each sheet by its title.

    `cells` are the titles of the sheets that have cells, and are no charts.
    """

    name: str
    sheets: dict[str, str]
    cells: list[str]
    date1904: bool
    strings: str | None
    styles: str | None


def book_part(parts: Parts) -> BookPart:
    """The list of sheets of a workbook. Raises Unreadable."""
    name = main_part(parts)
    root = tree_of(parts, name)
    refuse_strict(root.tag)
    listed = _listed(root)
    relations = {each.identity: each for each in relations_of(parts, name)}
    types = Types(parts)
    sheets = []
    cells = []
    for title, identity in listed:
        relation = _relation_of(title, relations.get(identity), parts)
        part = relation.target
        if relation.type == WITH_CELLS:
            types.refuse_other(part, f"{OF_SHEETS}.worksheet+xml")
            cells.append(title)
        sheets.append((title, part))
    _refuse_doubles("sheets of the name", (title.casefold() for title, _ in sheets))
    _refuse_doubles("sheets in the part", (key_of(part) for _, part in sheets))
    strings, styles = (only_related(parts, name, kind) for kind in ("sharedStrings", "styles"))
    for beside, kind in ((strings, "sharedStrings"), (styles, "styles")):
        if beside:
            types.refuse_other(beside, f"{OF_SHEETS}.{kind}+xml")
    return BookPart(name, dict(sheets), cells, _date1904(root), strings, styles)


def _listed(root: Element) -> list[tuple[str, str]]:
    """The titles of the sheets, each with its relationship. Raises Unreadable."""
    sheets = list(root.iter(f"{{{MAIN}}}sheet"))
    lists = root.findall(f"{{{MAIN}}}sheets")
    if len(lists) != 1 or list(lists[0]) != sheets:
        raise Unreadable(f"damaged, or no workbook (its list of sheets is unclear); {RESAVE}")
    if len(sheets) > MOST_SHEETS:
        raise Unreadable(f"has {len(sheets):,} sheets; expected at most {MOST_SHEETS:,}")
    return [(each.get("name", ""), each.get(ID, "")) for each in sheets]


def _relation_of(title: str, relation: Relation | None, parts: Parts) -> Relation:
    if relation is None or relation.target not in parts:
        raise Unreadable(
            f"sheet {title!r} is not in the file"
            + (f" (it would be in {relation.target})" if relation and relation.target else "")
            + f"; {RESAVE}"
        )
    if relation.type not in {WITH_CELLS, *OTHERS}:
        kind = relation.type[:80]
        raise Unreadable(
            f"sheet {title!r} is of the kind {kind!r}, of which there is none; {RESAVE}"
        )
    return relation


def _refuse_doubles(what: str, names: Iterable[str]) -> None:
    double, times = next(iter(Counter(names).most_common(1)), ("", 0))
    if times > 1:
        raise Unreadable(f"has {times} {what} {double!r}; {RESAVE}")


def _date1904(root: Element) -> bool:
    """Whether days are counted from 1904. Raises Unreadable."""
    stated = [each.get("date1904", "0") for each in root.iter(f"{{{MAIN}}}workbookPr")]
    if len(stated) > 1 or any(each.strip() not in TRUTHS for each in stated):
        raise Unreadable(f"does not say clearly from when it counts days ({stated}); {RESAVE}")
    return bool(stated) and TRUTHS[stated[0].strip()]

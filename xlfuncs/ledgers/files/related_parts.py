"""Which part of a workbook is which: by what its parts say of each other, not by their names."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import join, normpath
from typing import NamedTuple

from xlfuncs.ledgers.files.xml_pieces import AGAIN
from xlfuncs.pricing.kinds import BadInput


class Sheet(NamedTuple):
    """The name of a sheet, the relation to its part, and whether people see it."""

    name: str
    relation: str
    visible: bool


class Relations:
    """What a part refers to: targets by the names of the relations and by the kinds of parts."""

    def __init__(self, folder: str) -> None:
        self.targets: dict[str, str] = {}
        self._kinds: dict[str, list[str]] = {}
        self._folder = folder

    def note(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in a tag. Raises BadInput for a relation that is there twice."""
        if name.rpartition(":")[2] != "Relationship":
            return
        identity, target = attributes.get("Id", ""), attributes.get("Target", "")
        if identity in self.targets:
            raise BadInput(f"has the relation {identity[:20]!r} twice; {AGAIN}")
        self.targets[identity] = target
        kind = attributes.get("Type", "").rpartition("/")[2]
        self._kinds.setdefault(kind, []).append(target)

    def part(self, kind: str) -> str | None:
        """The part of a kind, None where there is none. Raises BadInput where there are several."""
        found = self._kinds.get(kind, [])
        if len(found) > 1:
            raise BadInput(f"has {len(found)} parts of the kind {kind!r}; {AGAIN}")
        return self.place(found[0]) if found else None

    def place(self, target: str) -> str:
        """The name of the part that a target leads to."""
        return (
            target.lstrip("/") if target.startswith("/") else normpath(join(self._folder, target))
        )


class Sheets:
    """The list of sheets of a workbook, of which nothing is outside or there twice.

    `date1904` tells whether the workbook counts its days from 1904 on.
    """

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.date1904 = False
        self._lists = 0
        self._inside = False

    def note(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in the beginning of a tag. Raises BadInput for a list that is not understood."""
        name = name.rpartition(":")[2]
        if name == "sheets":
            self._lists += 1
            self._inside = True
        elif name == "sheet":
            related = (value for key, value in attributes.items() if key.endswith(":id"))
            visible = attributes.get("state", "visible") == "visible"
            self.sheets.append(Sheet(attributes.get("name", ""), next(related, ""), visible))
        elif name == "workbookPr":
            self.date1904 = attributes.get("date1904") in {"1", "true"}
        strange = name == "sheet" and not self._inside
        if self._lists > 1 or strange or (self._inside and name not in {"sheets", "sheet"}):
            raise BadInput(f"its list of sheets is not understood; {AGAIN}")

    def end(self, name: str) -> None:
        """Take in the end of a tag."""
        if name.rpartition(":")[2] == "sheets":
            self._inside = False

    def position(self, chosen: str | None) -> int:
        """The place of the sheet that is named, or of the first that people see.

        Raises BadInput.
        """
        sheets = self.sheets
        names = [sheet.name for sheet in sheets]
        if not names:
            raise BadInput(f"has no sheets; {AGAIN}")
        if chosen is None:
            return next((place for place, sheet in enumerate(sheets) if sheet.visible), 0)
        if chosen not in names:
            has = ", ".join(map(repr, names))
            raise BadInput(f"has no sheet {chosen!r}, which --sheet names; it has {has}")
        return names.index(chosen)

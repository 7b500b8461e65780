"""What a new build would lose of a workbook that somebody edited."""

from __future__ import annotations

from collections.abc import Iterator

from xlfuncs.files.books.kept import draft_of_workbook, lost_between
from xlfuncs.files.books.objects import objects_of
from xlfuncs.files.books.opened import Opened, open_workbook
from xlfuncs.files.books.packages import in_one_sentence, parts_of
from xlfuncs.files.books.stamps import stamp_of
from xlfuncs.files.books.surroundings import Surroundings, digest_of, surroundings_of


def lost_in_rebuild(found: bytes, rebuilt: bytes) -> list[str]:
    """Each thing of the workbook found that is not, or not alike, in the one built around its rows.

    Raises Unreadable.
    """
    with in_one_sentence():
        return list(_lost(found, rebuilt))


def _lost(found: bytes, rebuilt: bytes) -> Iterator[str]:
    before, after = open_workbook(found), open_workbook(rebuilt)
    yield from lost_between(draft_of_workbook(before), draft_of_workbook(after))
    parts = parts_of(found)
    surroundings = _surroundings(before, parts, after.titles)
    stamp = stamp_of(parts)
    if stamp is None or stamp.surroundings != digest_of(surroundings):
        new = _surroundings(after, parts_of(rebuilt), after.titles)
        for place, text in surroundings.items():
            if new.get(place) != text:
                yield f"{place}, which holds {text[:LONGEST_SHOWN]!r}" if text else place


LONGEST_SHOWN = 60


def _surroundings(opened: Opened, parts: dict[str, bytes], made: list[str]) -> Surroundings:
    rows = {title: sheet.asked for title, sheet in opened.sheets.items()}
    return surroundings_of(rows, made, objects_of(parts))

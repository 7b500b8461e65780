"""The kinds of workbooks."""

from __future__ import annotations

from enum import StrEnum

from workbooks.sheets.guide import WITH_MACROS, WITH_NAMES, WITHOUT_MACROS


class Kind(StrEnum):
    """The kinds of workbooks, by what answers in them; most by how their names end."""

    BARE = ".xlsx without functions"
    NAMES = ".xlsx"
    MACROS = ".xlsm"
    ADD_IN = ".xlam"


HAVING_MACROS = (Kind.MACROS, Kind.ADD_IN)
ANSWERING = {
    Kind.BARE: WITHOUT_MACROS,
    Kind.NAMES: WITH_NAMES,
    **dict.fromkeys(HAVING_MACROS, WITH_MACROS),
}
"""What the sheet Guide says of what answers."""

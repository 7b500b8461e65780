"""The styles, few and calm; what they tell is always told by text or by a border too."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

from xlfuncs.tables.schema import Column

INK = "1F2A37"
MUTED = "5B6775"
RULE = "A9B4C0"
HEADING_FILL = "E4EAF0"
ENTERED_FILL = "FFF8DF"

TITLE = "Contract title"
NOTE = "Contract note"
HINT = "Contract hint"
LABEL = "Contract label"
SECTION = "Contract section"
HEADING = "Contract heading"
ENTERED = "Contract entered"
CHOSEN = "Contract chosen"
WORKED_OUT = "Contract worked out"
TEXT = "Contract text"
HEADING_OF_WORDS = "Contract heading of words"
ENTERED_WORDS = "Contract entered words"
WORKED_OUT_WORDS = "Contract worked out words"
POINT = "Contract chart point"

WORDS = {HEADING: HEADING_OF_WORDS, ENTERED: ENTERED_WORDS, WORKED_OUT: WORKED_OUT_WORDS}
"""The style of a column of words, for each one of a column of figures."""

DAY = "yyyy-mm-dd"
MONEY = "#,##0.00"
UNIT_PRICE = "#,##0.00####"
QUANTITY = "#,##0"
PART_QUANTITY = "#,##0.######"
PLAIN = "General"
TYPED = "@"
"""For clauses and order numbers: Excel makes no date of 1.2 there, and no number of 00123."""

FORMATS = {
    "day": DAY,
    "money": MONEY,
    "figure": QUANTITY,
    "upper end": QUANTITY,
    "text": TYPED,
    "assumed": TYPED,
}
"""Number formats by the kind of a column; all of them in the one spelling that files have, which
each Excel shows in the way of its own country."""


WORDY = ("text", "charge", "part units", "assumed", "item")
"""The kinds of columns that hold words."""


def style_of(column: Column, style: str) -> str:
    """The style of a column's cells, figures to the right and words to the left."""
    return WORDS[style] if column.kind in WORDY else style


def _font(size: int, color: str = INK, bold: bool = False) -> Font:
    return Font(name="Calibri", size=size, bold=bold, color=color)


def format_of(column: Column) -> str:
    """The number format of a column that people fill in."""
    return UNIT_PRICE if column.field == "unit_price" else FORMATS.get(column.kind, PLAIN)


_THIN = Side("thin", color=RULE)
_MEDIUM = Side("medium", color=INK)
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FIGURES = Alignment("right", "top")
_WORDS = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
_ONE_LINE = Alignment(vertical="top")

LOOKS: dict[str, dict[str, object]] = {
    TITLE: {"font": _font(16, bold=True), "alignment": _ONE_LINE},
    NOTE: {"font": _font(10, MUTED), "alignment": _ONE_LINE},
    HINT: {"font": _font(10, MUTED), "alignment": Alignment("left", "top", indent=1)},
    LABEL: {"font": _font(11), "alignment": _ONE_LINE},
    SECTION: {"font": _font(12, bold=True), "alignment": _ONE_LINE},
    HEADING: {
        "font": _font(11, bold=True),
        "fill": PatternFill("solid", fgColor=HEADING_FILL),
        "border": Border(top=_THIN, bottom=_MEDIUM),
        "alignment": Alignment("right", "bottom", wrap_text=True),
    },
    ENTERED: {
        "font": _font(11),
        "fill": PatternFill("solid", fgColor=ENTERED_FILL),
        "border": _BOX,
        "protection": Protection(locked=False),
        "alignment": _FIGURES,
    },
    WORKED_OUT: {"font": _font(11), "border": Border(bottom=_THIN), "alignment": _FIGURES},
    TEXT: {"font": _font(11), "alignment": _WORDS},
    POINT: {"font": _font(8, MUTED), "alignment": _ONE_LINE},
}
LOOKS |= {
    HEADING_OF_WORDS: {
        **LOOKS[HEADING],
        "alignment": Alignment("left", "bottom", wrap_text=True, indent=1),
    },
    ENTERED_WORDS: {**LOOKS[ENTERED], "alignment": _WORDS},
    CHOSEN: {**LOOKS[ENTERED], "alignment": Alignment(vertical="top")},
    WORKED_OUT_WORDS: {**LOOKS[WORKED_OUT], "alignment": _WORDS},
}


def add_styles(book: Workbook) -> None:
    """Makes the styles known to a workbook; people can restyle it by changing them there."""
    for name, look in LOOKS.items():
        book.add_named_style(NamedStyle(name=name, **look))  # type: ignore[arg-type]

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
LABEL = "Contract label"
SECTION = "Contract section"
HEADING = "Contract heading"
ENTERED = "Contract entered"
WORKED_OUT = "Contract worked out"
TEXT = "Contract text"
POINT = "Contract chart point"

DAY = "yyyy-mm-dd"
MONEY = "#,##0.00"
UNIT_PRICE = "#,##0.00####"
QUANTITY = "#,##0"
PART_QUANTITY = "#,##0.######"
PLAIN = "General"

FORMATS = {"day": DAY, "money": MONEY, "figure": QUANTITY, "upper end": QUANTITY}
"""Number formats by the kind of a column; all of them in the one spelling that files have, which
each Excel shows in the way of its own country."""


def format_of(column: Column) -> str:
    """The number format of a column that people fill in."""
    return UNIT_PRICE if column.field == "unit_price" else FORMATS.get(column.kind, PLAIN)


_THIN = Side("thin", color=RULE)
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TOP = Alignment(vertical="top", wrap_text=True)
_UNWRAPPED = Alignment(vertical="top")


def add_styles(book: Workbook) -> None:
    """Makes the styles known to a workbook; people can restyle it by changing them there."""
    for style in (
        _style(TITLE, Font(name="Calibri", size=16, bold=True, color=INK), alignment=_UNWRAPPED),
        _style(NOTE, Font(name="Calibri", size=10, color=MUTED), alignment=_UNWRAPPED),
        _style(LABEL, Font(name="Calibri", size=11, color=INK), alignment=_UNWRAPPED),
        _style(SECTION, Font(name="Calibri", size=12, bold=True, color=INK), alignment=_UNWRAPPED),
        _style(
            HEADING,
            Font(name="Calibri", size=11, bold=True, color=INK),
            fill=PatternFill("solid", fgColor=HEADING_FILL),
            border=Border(top=_THIN, bottom=Side("medium", color=INK)),
            alignment=Alignment(vertical="bottom", wrap_text=True),
        ),
        _style(
            ENTERED,
            Font(name="Calibri", size=11, color=INK),
            fill=PatternFill("solid", fgColor=ENTERED_FILL),
            border=_BOX,
            protection=Protection(locked=False),
        ),
        _style(WORKED_OUT, Font(name="Calibri", size=11, color=INK), border=Border(bottom=_THIN)),
        _style(TEXT, Font(name="Calibri", size=11, color=INK)),
        _style(POINT, Font(name="Calibri", size=8, color=MUTED), alignment=_UNWRAPPED),
    ):
        book.add_named_style(style)


def _style(name: str, font: Font, alignment: Alignment = _TOP, **look: object) -> NamedStyle:
    return NamedStyle(name=name, font=font, alignment=alignment, **look)  # type: ignore[arg-type]

"""The charts of the sheet Price list, each above the block that it draws."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.formulas import Formulas
from workbooks.look.cells import write_cell, write_top
from workbooks.look.styles import DAY, NOTE, QUANTITY
from workbooks.sheets.blocks import Written
from workbooks.sheets.lines import Days, days_of, lines_of_days, lines_of_quantities
from workbooks.sheets.points import Ends, write_cells, write_points, write_service_names
from workbooks.sheets.price_list import (
    CHART_ROW,
    SCHEDULE,
    TIMELINE,
    PriceList,
    Titled,
    has_several_quantities,
)
from workbooks.sheets.scatter import Picture, price_chart
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.schema import POINTS

BY_DAY, BY_QUANTITY = "Price by day of purchase", "Price by quantity"
DESCRIPTIONS = {
    BY_DAY: "Line chart of the price of one quantity against the day of purchase. Days without a "
    "price have no line. The table below has the same days and prices as text.",
    BY_QUANTITY: "Line chart of the price against the quantity on the chosen day. Quantities "
    "without a price have no line. The table below has the same as text.",
}
"""What a reader who cannot see a chart is told."""

MOST_LABELS = 6
"""Lines beyond which the amounts would hide each other."""


def draw_charts(
    sheet: Worksheet,
    points: Worksheet,
    contract: Contract,
    price_list: PriceList,
    formulas: Formulas,
) -> dict[str, Cell]:
    """Puts the charts above the blocks; answers the values of the formulas of their points."""
    currency = f" ({contract.currency})" if contract.currency else ""
    price = f"Price{currency}"
    write_top(points, POINTS, "What the charts on the sheet Price list draw, and the services.")
    write_service_names(points, contract)
    by_day = Picture(TIMELINE.column, price_list.title, "Day of purchase", price, DAY, "A")
    first, margin = days_of(price_list)
    helpers = {"First day": (first, DAY), "Days that an open line goes on": (margin, QUANTITY)}
    values, cells = write_cells(points, helpers)
    lines = lines_of_days(price_list, Days(*cells))
    values |= _draw(sheet, points, by_day, lines, price_list.timeline)
    if has_several_quantities(contract):
        title = Titled(f"{SCHEDULE.column}{CHART_ROW - 1}", f"{BY_QUANTITY} on the chosen day")
        write_cell(sheet, title.cell, title.text, NOTE)
        picture = Picture(SCHEDULE.column, title, "Quantity", price, QUANTITY, "E")
        lines = lines_of_quantities(price_list, formulas)
        values |= _draw(sheet, points, picture, lines, price_list.schedule)
    return values


def _draw(
    sheet: Worksheet, points: Worksheet, picture: Picture, lines: list[Ends], written: Written
) -> dict[str, Cell]:
    values, drawn = write_points(points, picture.points, picture.number_format, lines)
    labelled = len(written.lines) <= MOST_LABELS
    sheet.add_chart(price_chart(picture, drawn, labelled), f"{picture.column}{CHART_ROW}")
    return values

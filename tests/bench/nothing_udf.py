"""A function for xlwings that does nothing with the arguments of PRICE; for a Windows Python."""

import xlwings as xw


@xw.func
def do_nothing(quantity, purchased, service=None, known_on=None):
    """The first argument; a column, which xlwings hands over flat, as a column again."""
    return [[cell] for cell in quantity] if isinstance(quantity, list) else quantity

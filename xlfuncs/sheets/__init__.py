"""The sheets of a workbook: their schema, and the way from cells to a contract and back.

It sees rows of cells, not files, so that every host can hand its own over. Standard library only,
and the syntax of Python 3.9: LibreOffice's own Python can import it.
"""

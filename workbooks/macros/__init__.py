"""The macros of a workbook for Excel on Windows."""

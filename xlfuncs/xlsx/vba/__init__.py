"""Macros of a workbook for Excel on Windows."""

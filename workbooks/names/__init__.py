"""The functions as names of a workbook, for Excel without macros and without Python."""

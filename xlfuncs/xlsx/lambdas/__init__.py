"""The functions as LAMBDA names of a workbook, for Excel without macros and without Python."""

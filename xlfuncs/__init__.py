"""Contract prices as spreadsheet functions, on the command line, and in Python."""

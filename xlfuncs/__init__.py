"""Contract prices as spreadsheet functions, and on the command line."""

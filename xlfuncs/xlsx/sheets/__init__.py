"""The sheets of a built workbook, a module for each."""

"""Workbooks: read as contracts, kept to the cell, told apart from what a build would give."""

"""Worksheet functions: cells in, cells out, the same for every host."""

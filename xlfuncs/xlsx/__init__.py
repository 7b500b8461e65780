"""Workbooks: built, read, compared, and rebuilt without losing what people entered."""

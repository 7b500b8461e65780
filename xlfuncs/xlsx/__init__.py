"""Workbooks: built, read, compared, and rebuilt without losing what people entered."""

import os

os.environ.setdefault("OPENPYXL_LXML", "False")  # or the bytes would depend on what is installed

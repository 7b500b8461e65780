"""Contracts and the workbooks built from them."""

import os

os.environ.setdefault("OPENPYXL_LXML", "False")  # or the bytes would depend on what is installed

SHIPPED = os.path.join(os.path.dirname(__file__), "qualys_ohio.toml")
"""The contract that comes with the package."""

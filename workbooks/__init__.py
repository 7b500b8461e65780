"""Contracts and the workbooks built from them."""

import os

SHIPPED = os.path.join(os.path.dirname(__file__), "qualys_ohio.toml")
"""The contract that comes with the package."""

"""Contracts and the workbooks built from them."""

from pathlib import Path

SHIPPED = Path(__file__).with_name("qualys_ohio.toml")
"""The contract that comes with the package."""

"""The modules of this package that a host carries along, where it is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

CORE = ("errors.py", "pricing", "sheets", "functions", "hosts/__init__.py")
"""Modules and rooms that price; they import nothing but the standard library."""


def read_modules(carried: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each module to carry: its path in the package and its text; `__init__.py` is empty."""
    top = Path(str(files("xlfuncs")))
    yield "__init__.py", ""
    for each in carried:
        place = top / each
        for path in sorted(place.glob("**/*.py")) if place.is_dir() else [place]:
            yield path.relative_to(top).as_posix(), path.read_text(encoding="utf-8")

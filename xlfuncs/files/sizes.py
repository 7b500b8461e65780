"""Sizes of files as messages tell them."""

from __future__ import annotations


def mebibytes(size: int) -> str:
    """A number of bytes, rounded up: what is too large never seems as large as it may be.

    >>> mebibytes(4 * 2**20), mebibytes(4 * 2**20 + 1)
    ('4 MiB', '5 MiB')
    """
    return f"{-(-size // 2**20):,} MiB"

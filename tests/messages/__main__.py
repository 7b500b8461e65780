"""Writes the catalogue of messages anew, and says which messages have no entry.

    python -m tests.messages [FILE]

Look at what changed in it before you commit it.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent

from tests.messages.sites import watch

REACHED = watch()  # before what is watched is imported


# isort: split
from tests.messages.catalogue import GROUPS
from tests.messages.completeness import missing
from tests.messages.page import page_of, tried

PAGE = HERE.parent / "MESSAGES.md"


def write(target: Path = PAGE) -> int:
    page = page_of(tried(GROUPS))
    target.write_text(page, encoding="utf-8", newline="\n")
    sentences = missing(REACHED, page)
    print("\n".join(sentences) or f"{target}: written")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(write(*map(Path, sys.argv[1:])))

"""The template of a contract file: it prices nothing yet, and its comments show how to go on."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date
from importlib.resources import files

from xlfuncs.sheets.records import LONGEST_PREFIX

PLACES = ("title", "name", "prefix", "file", "today")
"""The placeholders of the template."""


def fill_template(vendor: str, prefix: str, file: str, today: date) -> str:
    """The text of a contract file for a vendor; `file` is its name, `today` its example purchase.

    It can be read and built as it is. Its examples are rows in comments.
    """
    text = files("xlfuncs.contracts").joinpath("start.toml").read_text(encoding="utf-8")
    name = json.dumps(vendor, ensure_ascii=False)[1:-1]  # quoted as TOML quotes it
    values = dict(zip(PLACES, (vendor, name, prefix, file, today.isoformat()), strict=True))
    return re.sub(rf"{{({'|'.join(PLACES)})}}", lambda place: values[place[1]], text)


def derive_prefix(vendor: str) -> str:
    """The vendor's first word as a prefix of functions; blank where none begins with a letter.

    >>> derive_prefix("Acme Hosting, Inc."), derive_prefix("Électricité 2"), derive_prefix("3M")
    ('ACME', 'ELECTRICITE', '')
    """
    for word in vendor.split():
        plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
        letters = "".join(filter(str.isalnum, plain)).upper()
        if letters and letters[0].isalpha():
            return letters[:LONGEST_PREFIX]
    return ""

"""The manifest of an add-in: what an administrator hands to Microsoft 365, and Excel reads first.

It is the add-in only XML manifest, since the unified one has no custom functions.
"""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from string import Template
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from xlfuncs.errors import InputError
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import escape_line, shorten

LONGEST_NAME, LONGEST_DESCRIPTION = 125, 250
"""Characters that Office takes."""

LONGEST_URL = 1_900
"""Characters of the folder's address, which the name of a file is added to."""

NOT_IN_A_URL = re.compile(r'[^!-~]|[ "<>\\^`{|}]')
VERSION = re.compile(rb"<Version>[^<]*</Version>")

EXAMPLE = "https://prices.example.org/acme"
EXPECTED = f"expected the address of the folder, such as {EXAMPLE}"


def check_url(url: str) -> str:
    """Return the address of the folder without a slash at its end. Raises InputError.

    >>> check_url("https://prices.example.org/acme/")
    'https://prices.example.org/acme'
    >>> check_url("HTTPS://Prices.example.org/Acme")
    'https://prices.example.org/Acme'
    >>> check_url("http://prices.example.org")
    Traceback (most recent call last):
    xlfuncs.errors.InputError: --url is 'http://prices.example.org'; expected the address of the \
folder, such as https://prices.example.org/acme; Office loads add-ins over https only
    """
    found = f"--url is {shorten(repr(url), 80)}; {EXPECTED}"
    try:
        parts = urlsplit(url)
        is_https = bool(parts.scheme == "https" and parts.hostname and parts.port != 0)
    except ValueError:
        is_https = False
    if not is_https:
        raise InputError(f"{found}; Office loads add-ins over https only")
    if "?" in url or "#" in url or "@" in parts.netloc:
        raise InputError(f"{found}, without a user, a query or a fragment")
    if {".", ".."} & set(parts.path.split("/")):
        raise InputError(f"{found}, without . and .. between its slashes")
    if NOT_IN_A_URL.search(url):
        raise InputError(f"{found}, with other characters written as in %20")
    if len(url) > LONGEST_URL:
        raise InputError(f"--url has {len(url):,} characters; expected at most {LONGEST_URL:,}")
    return f"https://{parts.netloc.lower()}{parts.path}".rstrip("/")


def format_manifest(contract: Contract, url: str, built: date) -> bytes:
    """Write the manifest; its version is the day of the build.

    Office knows an add-in by its id, which is the same for the same prefix at the same address.
    """
    parts = urlsplit(url)
    name = escape_line(contract.name) or "the contract"
    values = {
        "guid": str(uuid5(NAMESPACE_URL, f"{url}#{contract.prefix}")),
        "version": f"{built.year}.{built.month}.{built.day}.0",
        "title": shorten(_format_title(contract.prefix, name), LONGEST_NAME),
        "description": shorten(f"Prices of {name}, with their clauses.", LONGEST_DESCRIPTION),
        "prefix": contract.prefix,
        "url": url,
        "origin": f"{parts.scheme}://{parts.netloc}",
    }
    escaped = {key: escape(text, {'"': "&quot;"}) for key, text in values.items()}
    template = files("xlfuncs.addin").joinpath("manifest.xml").read_text(encoding="utf-8")
    return Template(template).substitute(escaped).encode()


def _format_title(prefix: str, name: str) -> str:
    return name if name.casefold() == prefix.casefold() else f"{prefix}: {name}"


def is_same_but_for_the_day(manifest: bytes, other: bytes) -> bool:
    """Whether two manifests differ at most in their version, so that none has to be handed out."""
    return VERSION.sub(b"", manifest) == VERSION.sub(b"", other)

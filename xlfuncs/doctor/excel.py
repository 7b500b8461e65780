"""Excel: where it is, whether it runs macros, and whether it trusts a workbook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from xlfuncs.doctor.findings import Finding, do, note, ok
from xlfuncs.doctor.windows import (
    MACHINE,
    USER,
    Key,
    bits_of,
    expanded,
    is_marked,
    names_below,
    values_in,
)

PROGRAM = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
POLICY = Key(USER, r"Software\Policies\Microsoft\office\16.0\excel\security")
CHOSEN = Key(USER, r"Software\Microsoft\Office\16.0\Excel\Security")
LOCATIONS = "Trusted Locations"
"""What an administrator has set, which prevails, and what the user has chosen."""

ALL, SIGNED, NONE = 1, 3, 4
"""Values of VBAWarnings; by default, 2, Excel asks."""

TRUST_CENTER = "File, Options, Trust Center, Trust Center Settings, Macro Settings"
ASK = "Disable VBA macros with notification"


class Excel(NamedTuple):
    """The program, None where it was not found, and its 32 or 64 bits, None if not known."""

    program: Path | None
    bits: int | None

    @property
    def finding(self) -> Finding:
        if self.program is None:
            return note("Excel", "was not found here; the functions need Excel on Windows")
        if self.bits is None:
            return note("Excel", f"{self.program} is no program that could be read")
        return ok("Excel", f"{self.bits} bit: {self.program}")


def find_excel() -> Excel:
    """Excel, from where Windows keeps the places of programs."""
    for of in (MACHINE, USER):
        stated = values_in(Key(of, PROGRAM)).get("")
        if isinstance(stated, str) and stated:
            program = Path(expanded(stated).strip('"'))
            return Excel(program, bits_of(program))
    return Excel(None, None)


def macro_findings(book: Path | None, signed: bool = False) -> list[Finding]:
    """Whether Excel runs macros, those of a workbook, which may be signed."""
    trusted = book and trusted_folder(book)
    if book and trusted:
        return [ok(book, f"lies in {trusted}, which Excel trusts: its macros run unasked")]
    return [_setting(signed), *(_of_book(book) if book else _of_internet())]


def _setting(signed: bool) -> Finding:
    """What Excel does with macros that it does not trust."""
    prevails, chosen = (values_in(key).get("vbawarnings") for key in (POLICY, CHOSEN))
    way_out = f"choose {ASK!r} there ({TRUST_CENTER})"
    if prevails is not None:
        way_out = "your administrator has set that; ask for a trusted location for the workbook"
    found = chosen if prevails is None else prevails
    if found == NONE:
        return do("macros", f"Excel runs none, and does not say so; {way_out}")
    if found == SIGNED and signed:
        return note("macros", "Excel runs signed ones, as these are, if it trusts who signed")
    if found == SIGNED:
        return do("macros", f"Excel runs signed ones only, and these are not signed; {way_out}")
    if found == ALL:
        return ok("macros", "Excel runs them unasked, from wherever they come")
    return note("macros", "Excel asks once for each workbook: press 'Enable Content'")


def _of_book(book: Path) -> Iterator[Finding]:
    if is_marked(book):
        unblock = "right-click the file, Properties, Unblock; then open it again"
        yield do(book, f"came by mail or from the internet, so Excel blocks its macros; {unblock}")


def _of_internet() -> Iterator[Finding]:
    name = "blockcontentexecutionfrominternet"
    if 1 in (values_in(POLICY).get(name), values_in(CHOSEN).get(name)):
        what = "those of workbooks that came by mail or from the internet are blocked"
        yield note("macros", f"{what}: right-click the file, Properties, Unblock")


def trusted_folder(book: Path) -> Path | None:
    """The trusted location in which a workbook lies, None where it lies in none.

    On another computer (a path that begins with two backslashes) only if such ones are allowed.
    """
    keys = (POLICY.below(LOCATIONS), CHOSEN.below(LOCATIONS))
    if any(values_in(key).get("alllocationsdisabled") == 1 for key in keys):
        return None
    locations = (location for key in keys for location in _locations(key))
    return next((folder for folder, below in locations if _lies_in(book, folder, below)), None)


def _locations(key: Key) -> Iterator[tuple[Path, bool]]:
    """Trusted locations, and whether what lies below them is trusted too."""
    far_away = values_in(key).get("allownetworklocations") == 1
    for name in names_below(key):
        stated = values_in(key.below(name))
        folder = Path(expanded(str(stated.get("path") or "")))
        if folder.is_absolute() and (far_away or not _compared(folder).startswith("\\\\")):
            yield folder, stated.get("allowsubfolders") == 1


def _lies_in(book: Path, folder: Path, below: bool) -> bool:
    found, wanted = _compared(book.absolute().parent), _compared(folder)
    return found == wanted or (below and found.startswith(wanted))


def _compared(folder: Path) -> str:
    """A folder in one spelling, with a backslash at its end."""
    return os.path.join(os.path.normcase(os.path.realpath(folder)), "")

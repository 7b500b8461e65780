"""Check Excel: where it is, whether it runs macros, and whether it trusts a workbook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xlfuncs.doctor import Finding, do, note, ok
from xlfuncs.doctor.windows import (
    MACHINE,
    USER,
    Key,
    expand_variables,
    is_from_internet,
    read_bits,
    read_subkeys,
    read_values,
)

PROGRAM = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
POLICY = Key(USER, r"Software\Policies\Microsoft\office\16.0\excel\security")
"""What an administrator has set, which prevails."""

CHOSEN = Key(USER, r"Software\Microsoft\Office\16.0\Excel\Security")
"""What the user has chosen."""

LOCATIONS = "Trusted Locations"

ALL, SIGNED, NONE = 1, 3, 4
"""Values of VBAWarnings; by default, 2, Excel asks."""


@dataclass(frozen=True, slots=True)
class Excel:
    """The program, None where it was not found, and its 32 or 64 bits, None if not known."""

    program: Path | None
    bits: int | None


def find_excel() -> Excel:
    """Find Excel where Windows registers programs."""
    for root in (MACHINE, USER):
        stated = read_values(Key(root, PROGRAM)).get("")
        if isinstance(stated, str) and stated:
            program = Path(expand_variables(stated).strip('"'))
            return Excel(program, read_bits(program))
    return Excel(None, None)


def check_excel(excel: Excel) -> Finding:
    """Check whether Excel was found."""
    if excel.program is None:
        return note("Excel", "was not found here; the functions need Excel on Windows")
    if excel.bits is None:
        return note("Excel", f"{excel.program} could not be read as a program")
    return ok("Excel", f"{excel.bits} bit: {excel.program}")


def check_macro_settings(book: Path | None, is_signed: bool = False) -> Iterator[Finding]:
    """Check whether Excel runs macros: those of a workbook, or without one any."""
    trusted = book and find_trusted_folder(book)
    if book and trusted:
        yield ok(book, f"is in {trusted}, which Excel trusts: its macros run without asking")
        return
    yield _check_warnings(is_signed)
    if book is None:
        name = "blockcontentexecutionfrominternet"
        if 1 in (read_values(POLICY).get(name), read_values(CHOSEN).get(name)):
            what = "blocked in workbooks that came by email or from the internet"
            yield note("macros", f"{what}: right-click the file, Properties, Unblock")
    elif is_from_internet(book):
        unblock = "right-click the file, Properties, Unblock; then open it again"
        yield do(book, f"came by email or from the internet, so Excel blocks its macros; {unblock}")


def _check_warnings(is_signed: bool) -> Finding:
    """What Excel does with macros that it does not trust."""
    prevailing, chosen = (read_values(key).get("vbawarnings") for key in (POLICY, CHOSEN))
    remedy = (
        "choose 'Disable VBA macros with notification' in Excel (File, Options, Trust Center, "
        "Trust Center Settings, Macro Settings)"
    )
    if prevailing is not None:
        remedy = "your administrator set this; ask for a trusted location for the workbook"
    setting = chosen if prevailing is None else prevailing
    if setting == NONE:
        return do("macros", f"Excel blocks them without saying so; {remedy}")
    if setting == SIGNED and is_signed:
        return note("macros", "these are signed; Excel runs them if it trusts the signer")
    if setting == SIGNED:
        return do("macros", f"Excel runs only signed macros, and these are not signed; {remedy}")
    if setting == ALL:
        return ok("macros", "Excel runs them without asking, whatever their source")
    return note("macros", "Excel asks once for each workbook: press 'Enable Content'")


def find_trusted_folder(book: Path) -> Path | None:
    """Find the trusted location that a workbook is in, None where it is in none.

    Locations on another computer (paths that begin with two backslashes) count only if allowed.
    """
    keys = (POLICY.below(LOCATIONS), CHOSEN.below(LOCATIONS))
    if any(read_values(key).get("alllocationsdisabled") == 1 for key in keys):
        return None
    holder = _normalize(book.absolute().parent)
    for key in keys:
        network_allowed = read_values(key).get("allownetworklocations") == 1
        for name in read_subkeys(key):
            stated = read_values(key.below(name))
            folder = Path(expand_variables(str(stated.get("path") or "")))
            if not folder.is_absolute():
                continue
            location = _normalize(folder)
            if location.startswith("\\\\") and not network_allowed:
                continue
            with_subfolders = stated.get("allowsubfolders") == 1
            if holder == location or (with_subfolders and holder.startswith(location)):
                return folder
    return None


def _normalize(folder: Path) -> str:
    """A folder in one spelling, with a backslash at its end."""
    return os.path.join(os.path.normcase(os.path.realpath(folder)), "")

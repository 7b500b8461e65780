"""Giving LibreOffice an extension, for good."""

from __future__ import annotations

import subprocess
from pathlib import Path

from xlfuncs.libreoffice.found import Office, is_root
from xlfuncs.libreoffice.running import Failed, run

INSTALL_SECONDS = 120


def install(office: Office, extension: Path, for_all: bool = False) -> None:
    """Installs an extension (.oxt) for the user, or for all users; an older one is replaced.

    Raises Failed, with what to do instead.
    """
    if is_root() and not for_all:
        raise Failed(
            "LibreOffice installs no extension for root alone; run this as the user who will work "
            "with it, or say --all-users"
        )
    command: list[str | Path] = [office.beside("unopkg"), "add", "--force", "--suppress-license"]
    try:
        ran = run([*command, *(["--shared"] if for_all else []), extension], INSTALL_SECONDS)
        said = " ".join((ran.err or ran.out).split())
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(_by_hand(str(error))) from None
    if ran.status != 0:
        raise Failed(_by_hand(said))


def _by_hand(said: str) -> str:
    return (
        f"LibreOffice did not install the extension ({said[-300:]}). Close LibreOffice and try "
        f"again; or write it with xlfuncs build -o NAME.oxt and open that file in LibreOffice"
    )

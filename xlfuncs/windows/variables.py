"""Variables such as %USERPROFILE%, and the path on which programs are found."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from xlfuncs.windows.registry import MACHINE, USER, Key, values_in

PATHS = (
    Key(MACHINE, r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"),
    Key(USER, "Environment"),
)
"""Where Windows keeps the path that Excel is started with, the computer's before the user's."""


def expanded(text: str, variables: Mapping[str, str] = os.environ) -> str:
    """A text with the variables in it; a name that nothing is known of stays as it stands.

    >>> expanded(r"%HOME_OF_ANN%\\py %NONE% 5%", {"HOME_OF_ANN": r"C:\\Users\\ann"})
    'C:\\\\Users\\\\ann\\\\py %NONE% 5%'
    """
    return re.sub("%([^%]+)%", lambda found: variables.get(found[1], found[0]), text)


def excels_path() -> list[Path]:
    """The folders in which Excel finds programs.

    A terminal may have more of them: an environment that is activated there is none in Excel. An
    entry that is no whole path is left out: it would mean a folder seen from the current one, where
    whatever was downloaded may lie.
    """
    texts = (str(values_in(key).get("path", "")) for key in PATHS)
    entries = (each.strip().strip('"') for text in texts for each in text.split(";"))
    folders = (Path(expanded(entry)) for entry in entries)
    return [folder for folder in folders if folder.is_absolute()]


def found_on(path: list[Path], name: str) -> Path | None:
    """The first file of a name in some folders."""
    return next((folder / name for folder in path if (folder / name).is_file()), None)

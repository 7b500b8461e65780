"""The extension that brings a contract's functions to LibreOffice Calc, as a file's content.

Everything that names a function in it (type library, configuration, help) is written from the
functions' declaration. The code goes along under a name made from its own bytes, so that the
extensions of two vendors run side by side in one LibreOffice, also when they were built by
different versions of this package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from workbooks.extension_parts import (
    calculation,
    components,
    configuration,
    description,
    interface,
    manifest,
)
from workbooks.package import packed

CARRIED = (
    *("__init__.py", "calc.py"),
    *("pricing", "tables", "checks", "functions", "calc_documents"),
)
"""The modules and rooms of the package that LibreOffice's own Python imports."""

IMPORT = re.compile(r"^(\s*(?:from|import)) xlfuncs\b", re.MULTILINE)
COMPONENT = '''\
"""The functions {prefix}_... of LibreOffice Calc."""

from {package}.calc import component

g_ImplementationHelper = component("{prefix}")
'''


def build_extension(prefix: str, contract: str = "") -> bytes:
    """The extension (.oxt) with the functions under a prefix; `contract` is the name it shows.

    The same arguments and package always give the same bytes. It holds no price: those are on the
    sheets of the workbook that calls.
    """
    modules = dict(_modules())
    package = f"xlfuncs_{_digest(modules)}"
    parts = {
        "META-INF/manifest.xml": manifest(),
        "description.xml": description(prefix, contract, version("xlfuncs")),
        "functions.idl": interface(prefix),
        "functions.components": components(prefix),
        "functions.py": COMPONENT.format(prefix=prefix, package=package),
        "CalcAddIns.xcu": configuration(prefix),
        "Calc.xcu": calculation(),
    }
    for name, text in modules.items():
        parts[f"pythonpath/{package}/{name}"] = IMPORT.sub(rf"\1 {package}", text)
    return packed({name: text.encode() for name, text in parts.items()})


def was_built(content: bytes) -> bool:
    """Whether a file is such an extension, of this package in any version."""
    try:
        names = ZipFile(BytesIO(content)).namelist()
    except BadZipFile:
        return False
    return any(name.startswith("pythonpath/xlfuncs_") for name in names)


def _modules() -> Iterator[tuple[str, str]]:
    """The text of each module to carry, by its path within the package."""
    top = Path(str(files("xlfuncs")))
    for carried in CARRIED:
        place = top / carried
        for path in sorted(place.glob("**/*.py")) if place.is_dir() else [place]:
            yield path.relative_to(top).as_posix(), path.read_text(encoding="utf-8")


def _digest(modules: dict[str, str]) -> str:
    return sha256(repr(sorted(modules.items())).encode()).hexdigest()[:12]

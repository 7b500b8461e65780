"""Having LibreOffice open a workbook, work it out anew, and save it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from xlfuncs.libreoffice.found import Office
from xlfuncs.libreoffice.running import Failed, run

CONVERSION_SECONDS = 600
"""How long LibreOffice may take over a workbook."""

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "pdf": "calc_pdf_Export"}
"""The kinds of files that LibreOffice is asked for, and what it calls them."""

DONE = "done"
SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
</oor:items>
"""
"""LibreOffice's settings: recalculate a workbook when it opens it, update no link to another file,
fetch nothing that the workbook names, run no macro of it.

`DisableActiveContent` is not among them: it would take the charts away.
"""

READ_AS = FILTERS["xlsx"]
"""Whatever else a file may be: LibreOffice itself would take it for what it looks like inside."""


def converted(
    office: Office, content: bytes, kinds: Sequence[str], extensions: Mapping[str, bytes]
) -> dict[str, bytes]:
    """A workbook (.xlsx) recalculated, as each of the kinds: `xlsx`, `ods`, `pdf`.

    LibreOffice runs with a profile of its own, with these extensions and without those of the
    user, and also while the user's own LibreOffice is open. The workbook is not trusted, but
    linked pictures, which LibreOffice would fetch, have to be taken out before (`without_outside`).
    Raises Failed.
    """
    scratch = tempfile.TemporaryDirectory(prefix="xlfuncs-", ignore_cleanup_errors=True)
    with scratch as name:
        folder = Path(name)
        book = folder / "book.xlsx"
        book.write_bytes(content)
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
        for prefix, extension in extensions.items():
            ZipFile(BytesIO(extension)).extractall(folder / "extensions" / prefix)
        return {kind: _convert(office, folder, book, kind) for kind in kinds}


def _convert(office: Office, folder: Path, book: Path, kind: str) -> bytes:
    # in the folder of the workbook, so that links relative to it stay what they are
    target = book.with_suffix(f".{DONE}.{kind}")
    command: list[str | Path] = [
        office.program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        f"-env:BUNDLED_EXTENSIONS={(folder / 'extensions').as_uri()}",
        *(
            "--headless",
            "--norestore",
            f"--infilter={READ_AS}",
            "--convert-to",
            f"{DONE}.{kind}:{FILTERS[kind]}",
        ),
        *("--outdir", folder, book),
    ]
    try:
        ran = run(command, CONVERSION_SECONDS, folder)
    except subprocess.TimeoutExpired:
        raise Failed(f"LibreOffice did not finish within {CONVERSION_SECONDS} seconds") from None
    except OSError as error:
        raise Failed(f"{office.program}: could not be run ({error})") from None
    try:
        return target.read_bytes()
    except FileNotFoundError:
        said = " ".join((ran.err or ran.out).split())[-200:] or f"exit status {ran.status}"
        raise Failed(f"LibreOffice did not save it as {kind}: {said}") from None

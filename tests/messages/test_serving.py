"""What `addin serve` says, and what `doctor` says of the folder of an add-in."""

import errno
import sys
from typing import Any
from unittest.mock import patch

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    LOCKED,
    UNREADABLE,
    Case,
    Given,
    Here,
    each,
    folder,
    message_of,
    pipe,
    refusing,
    set_to,
    there,
    without,
)
from tests.support.addin_folder import LOCALHOST, write_addin
from xlfuncs.addin import server
from xlfuncs.addin.certificate import keep_certificate

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="how it is trusted differs")

SERVE = "xlfuncs addin serve acme.addin"
DOCTOR = "xlfuncs doctor acme.addin"
ELSEWHERE = "https://prices.example.org/acme"
OWN = f"{SERVE} --certificate own.crt --key own.key"


def built(url: str = LOCALHOST, *, has_pyodide: bool = True) -> Given:
    """An add-in that is there, and no certificate."""
    return lambda here: write_addin(here.folder / "acme.addin", url, has_pyodide=has_pyodide)


def certified(here: Here) -> None:
    keep_certificate()


def in_file(name: str, old: str, new: str) -> Given:
    """A file of the add-in in which a text has been replaced wherever it is."""

    def edit(here: Here) -> None:
        path = here.folder / "acme.addin" / name
        here.write(str(path), path.read_text(encoding="utf-8").replace(old, new))

    return edit


def without_cryptography(here: Here) -> None:
    here.enter(patch.dict(sys.modules, {"cryptography": None}))


class Listening:
    """A port that is taken, and on which nobody asks."""

    server_address = ("127.0.0.1", 3000)

    def __init__(self, *given: Any) -> None: ...

    def __enter__(self) -> "Listening":
        return self

    def __exit__(self, *raised: object) -> None: ...


def ctrl_c(*given: Any) -> None:
    raise KeyboardInterrupt


STOPPED = (set_to(server, "_Listener", Listening), set_to(server.Server, "run", ctrl_c))
"""Nobody asks, and Ctrl+C is pressed."""


def taken(code: int) -> Given:
    return refusing(server, "_Listener", code)


def own(here: Here) -> None:
    """A certificate of one's own, and the key of another."""
    for name in ("own.crt", "other.crt"):
        kept = keep_certificate()
        kept.certificate.rename(here.folder / name)
        kept.key.rename(here.folder / name.replace(".crt", ".key"))


SERVING = (
    Case("It is served", SERVE, built(), certified, *STOPPED),
    Case("It is served with a new certificate", SERVE, built(), *STOPPED),
    Case("It is served with a certificate of one's own", OWN, built(), own, *STOPPED),
    Case("No add-in here", "xlfuncs addin serve"),
    Case(
        "Many add-ins here",
        "xlfuncs addin serve",
        *map(folder, ("a.addin", "b.addin", "c.addin", "d.addin", "two words.addin")),
    ),
    Case("No such folder", SERVE),
    Case("A file in place of the folder", SERVE, there("acme.addin", "")),
    Case("No name", 'xlfuncs addin serve ""'),
    Case("No name of a certificate", f'{SERVE} --certificate ""'),
    Case("A folder that is no add-in", SERVE, folder("acme.addin")),
    Case(
        "A manifest that is none",
        SERVE,
        built(),
        there("acme.addin/manifest.xml", "<OfficeApp/>"),
    ),
    Case("Built for a server", SERVE, built(ELSEWHERE)),
    Case("Built for another port", SERVE, built("https://localhost:3001")),
    Case("No port", f"{SERVE} --port 70000"),
    Case("A port in use", SERVE, built(), certified, taken(errno.EADDRINUSE)),
    Case("The last port in use", f"{SERVE} --port 65535", built("https://localhost:65535"),
         certified, taken(errno.EADDRINUSE)),
    Case("A port for administrators", SERVE, built(), certified, taken(errno.EACCES)),
    Case("A port that fails otherwise", SERVE, built(), certified, taken(errno.ENOSPC)),
    Case("A certificate without a key", f"{SERVE} --certificate own.crt", built()),
    Case("A key without a certificate", f"{SERVE} --key own.key", built()),
    Case("No such certificate", OWN, built()),
    Case("No such key", OWN, built(), there("own.crt", "")),
    Case("The key of another certificate", f"{SERVE} --certificate own.crt --key other.key",
         built(), own),
    Case("No certificate in the file", OWN, built(), there("own.crt", ""), there("own.key", "")),
    Case("No library for certificates", SERVE, built(), without_cryptography),
    Case("Nowhere to keep a certificate", SERVE, built(), there("xlfuncs", "")),
    Case("A certificate that cannot be written", SERVE, built(), LOCKED),
)  # fmt: skip


OTHER_FILES = ("notes.txt", "old/engine.js", "a\nb.js", "c.js")

CHECKING = (
    Case("An add-in that is to be fixed", f"{DOCTOR} --fix", built()),
    Case("All is as it was built", DOCTOR, built(), certified),
    Case("Pyodide comes from its server", DOCTOR, built(has_pyodide=False), certified),
    Case("For a server", DOCTOR, built(ELSEWHERE)),
    Case("No such add-in", DOCTOR),
    Case("A file in place of an add-in", DOCTOR, there("acme.addin", "")),
    Case("A folder that was not built", DOCTOR, folder("acme.addin")),
    Case("A build.json that is a pipe", DOCTOR, built(), pipe("acme.addin/build.json")),
    Case("A build.json that is none", DOCTOR, built(), there("acme.addin/build.json", "{}")),
    Case(
        "A build.json that is too large",
        DOCTOR,
        built(),
        there("acme.addin/build.json", b" " * 1_100_000),
    ),
    Case("Sums that are none", DOCTOR, built(), there("acme.addin/SHA256SUMS", "sums")),
    Case("A file is missing", DOCTOR, built(), certified, without("acme.addin/core.zip")),
    Case("A file was changed", DOCTOR, built(), certified, there("acme.addin/chart.js", "")),
    Case(
        "Files came in later",
        DOCTOR,
        built(),
        certified,
        *(there(f"acme.addin/{name}", "") for name in OTHER_FILES),
    ),
    Case("Files that cannot be read", DOCTOR, built(), certified, UNREADABLE),
    Case("A manifest that is not XML", DOCTOR, built(), there("acme.addin/manifest.xml", "")),
    Case(
        "A manifest of something else",
        DOCTOR,
        built(),
        there("acme.addin/manifest.xml", "<OfficeApp/>"),
    ),
    Case(
        "A manifest for another address",
        DOCTOR,
        built(),
        certified,
        in_file("manifest.xml", LOCALHOST, ELSEWHERE),
    ),
    Case(
        "A manifest for no address",
        DOCTOR,
        built(),
        certified,
        in_file("manifest.xml", LOCALHOST, ""),
    ),
    Case("Without https", DOCTOR, built(), in_file("build.json", LOCALHOST, "http://localhost")),
    Case("No certificate yet", DOCTOR, built()),
    Case(
        "A certificate that is damaged",
        DOCTOR,
        built(),
        certified,
        there("xlfuncs/localhost.key", ""),
    ),
    Case("No library to read certificates", DOCTOR, built(), without_cryptography),
)


@each([*SERVING, *CHECKING])
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot

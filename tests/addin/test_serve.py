"""`xlfuncs addin serve` as a program: what it prints, how it ends, what it refuses."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.addin_folder import addin_files, write_addin
from tests.support.cli_runner import PROGRAM, Run
from xlfuncs.addin.certificate import keep_certificate

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ended by signals")


INTERRUPTIBLE = [
    *PROGRAM[:2],
    f"import signal; signal.pthread_sigmask(signal.SIG_UNBLOCK, {{signal.SIGINT}}); "
    f"signal.signal(signal.SIGINT, signal.default_int_handler); {PROGRAM[2]}",
]
"""The program on which Ctrl+C acts, whatever the process that runs the tests has made of it."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "xlfuncs"


@contextmanager
def serving(port: int, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The program, and the lines that it has printed when it can be asked."""
    command = [*INTERRUPTIBLE, "addin", "serve", "--port", str(port), *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            lines = []
            for line in process.stdout:
                lines.append(line.rstrip())
                if line.startswith("Press Ctrl+C"):
                    break
            yield process, lines
        finally:
            process.kill()


def ask(port: int, certificate: Path, name: str) -> bytes:
    context = ssl.create_default_context(cafile=str(certificate))
    connection = http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
    try:
        connection.request("GET", f"/{name}")
        return connection.getresponse().read()
    finally:
        connection.close()


def test_it_serves_the_only_add_in_here_until_ctrl_c(data: Path) -> None:
    port = free_port()
    url = f"https://localhost:{port}"
    write_addin(Path("acme.addin"), url)
    with serving(port) as (process, lines):
        certificate = data / "localhost.crt"
        assert lines[1:3] == ["Built: 2026-11-30", f"Address: {url}/taskpane.html"]
        assert lines[0].endswith("(acme.addin)")
        assert lines[3].startswith(f"Certificate: {certificate} (new); to trust it")
        assert lines[4].endswith(f"Upload My Add-in: {Path('acme.addin/manifest.xml').absolute()}")
        assert ask(port, certificate, "engine.js") == addin_files(url)["engine.js"]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (0, "", "")
    with serving(port) as (process, lines):  # the port is free again, the certificate the same
        assert lines[3].startswith(f"Certificate: {certificate}; to trust it")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 128 + signal.SIGTERM


def test_a_connection_that_stays_open_does_not_keep_it_from_ending(data: Path) -> None:
    port = free_port()
    write_addin(Path("acme.addin"), f"https://localhost:{port}")
    with serving(port) as (process, _), socket.create_connection(("127.0.0.1", port)):
        ask(port, data / "localhost.crt", "build.json")  # so the one before it was accepted, too
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20)[1] == ""
        assert process.returncode == 0


def test_a_program_that_does_not_trust_the_certificate_is_mentioned_once(data: Path) -> None:
    port = free_port()
    write_addin(Path("acme.addin"), f"https://localhost:{port}")
    with serving(port) as (process, _):
        other = ssl.create_default_context()
        for _ in range(2):
            with (
                socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
                pytest.raises(ssl.SSLCertVerificationError),
            ):
                other.wrap_socket(plain, server_hostname="localhost")
        assert process.stderr
        assert process.stderr.readline() == (
            "xlfuncs: a program does not trust the certificate; have it trust the file named "
            "above\n"
        )
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20)[1] == ""


def test_a_certificate_of_ones_own_is_used(data: Path, tmp_path: Path) -> None:
    kept = keep_certificate()
    for path in kept[:2]:
        path.rename(tmp_path / path.name)
    port = free_port()
    write_addin(Path("acme.addin"), f"https://localhost:{port}")
    own = ("--certificate", "localhost.crt", "--key", "localhost.key")
    with serving(port, *own) as (_, lines):
        assert lines[3] == "Certificate: localhost.crt"
        assert ask(port, tmp_path / "localhost.crt", "chart.js") == addin_files()["chart.js"]
    assert list(data.iterdir()) == []


def test_a_key_with_a_password_is_refused_without_a_question(data: Path, run: Run) -> None:
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    kept = keep_certificate()
    key = load_pem_private_key(kept.key.read_bytes(), None)
    secret = BestAvailableEncryption(b"secret")
    Path("own.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret))
    folder = write_addin(Path("acme.addin"))
    own = ("--certificate", kept.certificate, "--key", "own.key")
    ran = run("addin", "serve", folder, *own)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(
        f"xlfuncs: {kept.certificate}: is no certificate to which own.key is the key;"
    )


def test_where_an_earlier_add_in_is_named_it_alone_is_checked(data: Path, run: Run) -> None:
    """Nothing is made, and no port is taken, for a folder that cannot be served."""
    folder = write_addin(Path("acme.addin"), "https://prices.example.org/acme")
    ran = run("addin", "serve", folder)
    assert ran.status == 2
    assert "or serve it" not in ran.err
    assert not data.exists()
    assert os.listdir() == ["acme.addin"]

"""The certificate of localhost: what it is good for, how it is kept, when it is made again."""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from xlfuncs.addin import certificate
from xlfuncs.addin.certificate import (
    KeptCertificate,
    check_certificate,
    find_problem,
    find_user_folder,
    keep_certificate,
)
from xlfuncs.errors import HostError, OutputError


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptCertificate:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return keep_certificate()


def extension(found: x509.Certificate, kind: type) -> x509.Extension:
    return found.extensions.get_extension_for_class(kind)


def test_it_is_for_localhost_alone_and_signs_no_other(kept: KeptCertificate) -> None:
    found = x509.load_pem_x509_certificate(kept.certificate.read_bytes())
    assert found.subject.rfc4514_string() == "CN=xlfuncs localhost"
    names = extension(found, x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert list(map(str, names.get_values_for_type(x509.IPAddress))) == ["127.0.0.1", "::1"]
    assert extension(found, x509.BasicConstraints).value.ca is False
    usage = extension(found, x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_cert_sign) == (True, False)
    [purpose] = extension(found, x509.ExtendedKeyUsage).value
    assert purpose == x509.oid.ExtendedKeyUsageOID.SERVER_AUTH
    valid = found.not_valid_after_utc - found.not_valid_before_utc
    assert timedelta(days=390) < valid < timedelta(days=397)
    key = found.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"


@pytest.mark.skipif(os.name != "posix", reason="who may read a file is said otherwise there")
def test_nobody_else_can_read_the_key_while_it_is_written(
    kept: KeptCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[tuple[str, int]] = set()
    sync = os.fsync

    def look(number: int) -> None:
        for path in kept.key.parent.iterdir():
            seen.add((path.suffix, path.stat().st_mode & 0o777))
        sync(number)

    for path in (kept.key, kept.certificate):
        path.unlink()
    monkeypatch.setattr("os.fsync", look)
    mask = os.umask(0)
    try:
        keep_certificate()
    finally:
        os.umask(mask)
    assert {kind for kind, _ in seen} >= {".key", ".part"}
    assert {mode for _, mode in seen} == {0o600}
    assert kept.key.parent.stat().st_mode & 0o777 == 0o700


def test_it_is_made_once(kept: KeptCertificate) -> None:
    assert kept.is_new
    before = [path.read_bytes() for path in kept[:2]]
    assert keep_certificate() == kept._replace(is_new=False)
    assert [path.read_bytes() for path in kept[:2]] == before
    assert check_certificate() == (kept.certificate, "")
    assert sorted(path.name for path in kept.key.parent.iterdir()) == [
        "localhost.crt",
        "localhost.key",
    ]


def with_password(kept: KeptCertificate) -> None:
    key = load_pem_private_key(kept.key.read_bytes(), None)
    secret = BestAvailableEncryption(b"secret")
    kept.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret))


def of_another(kept: KeptCertificate) -> None:
    key = kept.key.read_bytes()
    kept.key.unlink()
    keep_certificate()
    kept.key.write_bytes(key)


DAMAGES: dict[str, Callable[[KeptCertificate], object]] = {
    "is not there": lambda kept: kept.certificate.unlink(),
    "is damaged": lambda kept: kept.certificate.write_bytes(kept.certificate.read_bytes()[:300]),
    "is damaged, the key": lambda kept: kept.key.write_bytes(b""),
    "is damaged, a password": with_password,
    "does not belong to its key": of_another,
    "has a key that others can read": lambda kept: kept.key.chmod(0o644),
}


@pytest.mark.parametrize("problem", DAMAGES)
def test_it_is_made_again_where_it_is_of_no_use(kept: KeptCertificate, problem: str) -> None:
    before = kept.key.read_bytes()
    DAMAGES[problem](kept)
    assert check_certificate()[1] == problem.partition(",")[0]
    assert keep_certificate().is_new
    assert find_problem(kept) == ""
    assert kept.key.read_bytes() != before
    assert kept.key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("days", "allowance", "problem"),
    [(13, 0, "is valid until"), (1, 2, "is valid until"), (397, 1, "")],
)
def test_it_is_made_again_before_it_expires(
    kept: KeptCertificate, monkeypatch: pytest.MonkeyPatch, days: int, allowance: int, problem: str
) -> None:
    kept.key.unlink()
    with monkeypatch.context() as patched:
        patched.setattr(certificate, "DAYS", days)
        patched.setattr(certificate, "ALLOWANCE", timedelta(days=allowance))
        keep_certificate()
    assert check_certificate()[1].startswith(problem)
    assert keep_certificate().is_new is bool(problem)


def test_it_is_made_again_where_it_is_for_another_computer_or_day(
    kept: KeptCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value, problem in (
        ("LOCALHOST", "example.org", "is not for this computer"),
        ("ALLOWANCE", timedelta(days=-2), "is not valid before"),
    ):
        kept.key.unlink()
        with monkeypatch.context() as patched:
            patched.setattr(certificate, name, value)
            keep_certificate()
        assert check_certificate()[1].startswith(problem)
        assert keep_certificate().is_new


def test_where_it_cannot_be_kept_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("a file")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with pytest.raises(
        OutputError, match=r"localhost\.key: cannot be written \(the folder does not exist\)"
    ):
        keep_certificate()


def test_without_the_library_that_makes_it_the_command_is_said(
    kept: KeptCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(HostError, match=r"pip install '\.\[addin\]'"):
        keep_certificate()


def test_each_system_has_its_own_place_for_it() -> None:
    home = Path.home()
    assert find_user_folder("win32", {"LOCALAPPDATA": "local"}) == Path("local/xlfuncs")
    assert find_user_folder("win32", {}) == home / "AppData/Local/xlfuncs"
    assert find_user_folder("darwin", {}) == home / "Library/Application Support/xlfuncs"
    assert find_user_folder("linux", {}) == home / ".local/share/xlfuncs"
    assert find_user_folder("linux", {"XDG_DATA_HOME": "data"}) == home / ".local/share/xlfuncs"

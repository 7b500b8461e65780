"""The certificate with which an add-in is served from this computer: made, kept and checked.

It is for localhost alone and signs no other certificate, so that whoever trusts it trusts nothing
but this computer. It is kept in the user's own folder; only the user can read the key.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.errors import HostError, OutputError, format_quoted
from xlfuncs.output_files import explain_failure, read_target, remove_on_failure, replace_target

if TYPE_CHECKING:
    from cryptography import x509

CERTIFICATE, KEY = "localhost.crt", "localhost.key"
TITLE = "xlfuncs localhost"
"""How systems list it among those that a user trusts, where others may be for localhost, too."""

LOCALHOST, PORT = "localhost", 3000
"""Where an add-in is served from this computer, unless another port is named."""

ADDRESSES = ("127.0.0.1", "::1")

DAYS = 397
"""How long it is valid; browsers refuse those that are valid for longer."""

DAYS_BEFORE = 14
"""It is made again when it expires in fewer days."""

ALLOWANCE = timedelta(hours=1)
"""It is valid a little earlier than it was made: clocks differ."""

NSS = (".pki/nssdb", ".local/share/pki/nssdb")
"""Where browsers on Linux keep what they trust, by their version."""

REMEDY = "use a certificate of your own (--certificate FILE --key FILE)"
INSTALL = "in the folder of this package, type: .venv/bin/pip install '.[addin]'"


class KeptCertificate(NamedTuple):
    """The files of a certificate and its key, and whether they have just been made."""

    certificate: Path
    key: Path
    is_new: bool = False


def find_user_folder(
    platform: str = sys.platform, environment: Mapping[str, str] = os.environ
) -> Path:
    """The user's own folder for what this package keeps, which need not exist.

    >>> find_user_folder("linux", {"XDG_DATA_HOME": "/home/ann/data"}).as_posix()
    '/home/ann/data/xlfuncs'
    """
    home = Path.home()
    if platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(environment.get("XDG_DATA_HOME") or "")
        if not base.is_absolute():  # the standard says to ignore it then
            base = home / ".local" / "share"
    return base / "xlfuncs"


def keep_certificate() -> KeptCertificate:
    """Find the certificate and its key; make them where they are not there or are of no use.

    Raises HostError where the library that makes them is not installed, and OutputError.
    """
    folder = find_user_folder()
    kept = KeptCertificate(folder / CERTIFICATE, folder / KEY)
    if not find_problem(kept):
        return kept
    certificate, key = _make()
    _write(kept.key, key)
    _write(kept.certificate, certificate)
    return kept._replace(is_new=True)


def check_certificate() -> tuple[Path, str]:
    """The file of the kept certificate, and why a new one has to be made; blank where none has.

    Raises HostError where the library that reads it is not installed.
    """
    folder = find_user_folder()
    kept = KeptCertificate(folder / CERTIFICATE, folder / KEY)
    return kept.certificate, find_problem(kept)


def find_problem(kept: KeptCertificate) -> str:
    """Why a certificate and its key are of no use; blank where they are.

    Raises HostError where the library that reads them is not installed.
    """
    _require_library()
    try:
        certificate = _load(kept)
    except _Useless as error:
        return str(error)
    now = datetime.now(UTC)
    if certificate.not_valid_before_utc > now:
        return f"is not valid before {certificate.not_valid_before_utc.date()}"
    if certificate.not_valid_after_utc < now + timedelta(days=DAYS_BEFORE):
        return f"is valid until {certificate.not_valid_after_utc.date()} only"
    return ""


def describe_trust(certificate: Path, platform: str = sys.platform) -> str:
    """Say in a sentence how to have this system trust a certificate.

    >>> describe_trust(Path("localhost.crt"), "win32")
    'to trust it, type certutil -user -addstore Root "localhost.crt"'
    """
    file = format_quoted(certificate)
    if platform == "win32":
        return f"to trust it, type certutil -user -addstore Root {file}"
    if platform == "darwin":
        keychain = "~/Library/Keychains/login.keychain-db"
        return f"to trust it, type security add-trusted-cert -p ssl -k {keychain} {file}"
    kept = next((each for each in NSS if (Path.home() / each).is_dir()), NSS[0])
    return (
        f"to trust it in Chromium, Chrome and Edge, type certutil -d sql:$HOME/{kept} -A "
        f"-t P,, -n xlfuncs -i {file} (certutil is in libnss3-tools or nss-tools); Firefox asks "
        f"when it opens the address"
    )


# These need the library cryptography, which only `addin serve` uses.


class _Useless(Exception):
    """Why a certificate and its key are of no use, whatever the day is."""


def _require_library() -> None:
    try:
        import cryptography  # noqa: F401 - whether it can be imported
    except ImportError:
        raise HostError(
            f"the certificate of {LOCALHOST} is made by cryptography, which is not installed; "
            f"{INSTALL}, or {REMEDY}"
        ) from None


def _load(kept: KeptCertificate) -> x509.Certificate:
    """Load a certificate that belongs to its key. Raises _Useless."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        certificate_bytes, key_bytes = kept.certificate.read_bytes(), kept.key.read_bytes()
        others_may = os.name == "posix" and kept.key.stat().st_mode & 0o077
    except FileNotFoundError:
        raise _Useless("is not there") from None
    except OSError as error:
        raise _Useless(f"cannot be read ({error.strerror or error})") from None
    try:
        certificate = x509.load_pem_x509_certificate(certificate_bytes)
        key = load_pem_private_key(key_bytes, None)
        stated = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, x509.ExtensionNotFound):  # TypeError: the key has a password
        raise _Useless("is damaged") from None
    names = stated.get_values_for_type(x509.DNSName)
    addresses = map(str, stated.get_values_for_type(x509.IPAddress))
    if certificate.public_key() != key.public_key():
        raise _Useless("does not belong to its key")
    if {*names, *addresses} != {LOCALHOST, *ADDRESSES}:
        raise _Useless("is not for this computer")
    if others_may:
        raise _Useless("has a key that others can read")
    return certificate


def _make() -> tuple[bytes, bytes]:
    """Make a certificate and its key, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, TITLE)])
    start = datetime.now(UTC) - ALLOWANCE
    names = [x509.DNSName(LOCALHOST), *(x509.IPAddress(ip_address(each)) for each in ADDRESSES)]
    usage = dict.fromkeys(
        (
            *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=DAYS, seconds=-1))  # which still counts
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return built.public_bytes(Encoding.PEM), private


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, from its creation on.

    A new file gets the permissions of the one whose place it takes, so there is one before. Raises
    OutputError.
    """
    with remove_on_failure() as made:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                made.append(path)
            path.chmod(0o600)
        except OSError as error:
            raise OutputError(
                f"{path}: cannot be written ({explain_failure(error)}); {REMEDY}"
            ) from None
        replace_target(path, content, read_target(path), built_before=True)

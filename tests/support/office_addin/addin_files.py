"""An add-in as its manifest states it, and its files, from a folder or from a server."""

import json
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, build_opener
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MANIFEST = "manifest.xml"
OFFICE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
OVERRIDES = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
BASIC = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"

ID = re.compile(r"[A-Za-z][A-Za-z0-9._]{2,}")
NAME = re.compile(r"[^\W\d_][\w.]{2,}")
NOT_PLAYED = {"stream", "cancelable", "volatile"}
SECONDS = 30
"""How long a server may take for one file."""

THIS_COMPUTER = {"localhost", "127.0.0.1", "::1"}

Read = Callable[[str], bytes]
"""The content of a file of the add-in, by its path from the folder of its page."""


class AddInError(Exception):
    """Why an add-in cannot be played, for the person who wants to."""


@dataclass(frozen=True, slots=True)
class AddIn:
    """What Excel takes from a manifest, and how the files are read."""

    name: str
    namespace: str
    page: str
    metadata: dict[str, Any]
    read: Read


def open_addin(source: str) -> AddIn:
    """Open an add-in: the address of its manifest, its folder, or the path of its manifest.

    >>> open_addin("no_such_folder")
    Traceback (most recent call last):
        ...
    tests.support.office_addin.addin_files.AddInError: no_such_folder/manifest.xml: not there; \
name the folder of an add-in or the address of its manifest.
    """
    if source.startswith(("http://", "https://")):
        manifest = parse_manifest(source, fetch(source))
        base = urljoin(manifest["page"], ".")
        return _describe(source, manifest, lambda path: fetch(urljoin(base, path)))
    path = Path(source)
    if path.suffix != ".xml":
        path /= MANIFEST
    if not path.is_file():
        raise AddInError(
            f"{path}: not there; name the folder of an add-in or the address of its manifest."
        )
    manifest = parse_manifest(str(path), path.read_bytes())
    return _describe(str(path), manifest, lambda name: read_within(path.parent, name))


def parse_manifest(where: str, content: bytes) -> dict[str, str]:
    """Parse the names and addresses of an add-in's custom functions."""
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException) as error:
        raise AddInError(f"{where}: no XML ({error}); name the add-in's manifest.xml.") from error
    functions = root.find(f".//{OVERRIDES}ExtensionPoint[@{XSI_TYPE}='CustomFunctions']")
    name = root.find(f"{OFFICE}DisplayName")
    if functions is None or name is None:
        raise AddInError(
            f"{where}: not the manifest of custom functions; name the manifest.xml of an add-in "
            "with an ExtensionPoint CustomFunctions."
        )
    resources = {
        each.get("id", ""): each.get("DefaultValue", "")
        for tag in ("Url", "String")
        for each in root.iter(f"{BASIC}{tag}")
    }
    manifest = {"name": name.get("DefaultValue", "")}
    for key, path in PLACES.items():
        manifest[key] = _resource(where, functions, path, resources)
    _check_shared_runtime(where, root, resources, manifest["page"])
    return manifest


XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
PLACES = {
    "script": f"{OVERRIDES}Script/{OVERRIDES}SourceLocation",
    "page": f"{OVERRIDES}Page/{OVERRIDES}SourceLocation",
    "metadata": f"{OVERRIDES}Metadata/{OVERRIDES}SourceLocation",
    "namespace": f"{OVERRIDES}Namespace",
}


def _resource(where: str, functions: Element, path: str, resources: dict[str, str]) -> str:
    element = functions.find(path)
    value = "" if element is None else resources.get(element.get("resid", ""), "")
    if not value:
        shown = path.replace(OVERRIDES, "")
        raise AddInError(f"{where}: {shown} has no value; give it the id of one in Resources.")
    return value


def _check_shared_runtime(where: str, root: Element, resources: dict[str, str], page: str) -> None:
    runtimes = root.iter(f"{OVERRIDES}Runtime")
    shared = [resources.get(each.get("resid", "")) for each in runtimes]
    if page not in shared:
        raise AddInError(
            f"{where}: the functions have no shared runtime, and this page plays no other; name "
            f"their page in Runtimes/Runtime: {page}"
        )


def _describe(where: str, manifest: dict[str, str], read: Read) -> AddIn:
    base = urljoin(manifest["page"], ".")
    for key in ("script", "metadata"):
        if not manifest[key].startswith(base):
            raise AddInError(
                f"{where}: {manifest[key]} is not in the folder of the page, {base}; put it there."
            )
    metadata = manifest["metadata"].removeprefix(base)
    page = manifest["page"].removeprefix(base)
    read(urlsplit(page).path)  # so that a missing page is named before a browser is opened
    return AddIn(
        name=manifest["name"],
        namespace=manifest["namespace"],
        page=page,
        metadata=check_metadata(metadata, read(urlsplit(metadata).path)),
        read=read,
    )


def check_metadata(where: str, content: bytes) -> dict[str, Any]:
    """Check the metadata of functions as Excel does, and that this page can play them.

    >>> check_metadata("functions.json", b'{"functions": [{"id": "A B"}]}')
    Traceback (most recent call last):
        ...
    tests.support.office_addin.addin_files.AddInError: functions.json: functions[0]: \
the id "A B"; begin with a letter, then letters, digits, "." and "_".
    """
    try:
        metadata = json.loads(content)
        functions = list(metadata["functions"])
    except (ValueError, KeyError, TypeError) as error:
        raise AddInError(f"{where}: no list of functions ({error}); build it again.") from error
    for number, function in enumerate(functions):
        fault = find_fault(function)
        if fault:
            raise AddInError(f"{where}: functions[{number}]: {fault}")
    return dict(metadata)


def find_fault(function: dict[str, Any]) -> str:
    """Find what keeps a function from being played; empty where nothing does."""
    for key, pattern in (("id", ID), ("name", NAME)):
        found = str(function.get(key, ""))
        if pattern.fullmatch(found) is None:
            return f'the {key} "{found}"; begin with a letter, then letters, digits, "." and "_".'
    if not isinstance(function.get("result"), dict):
        return f"{function['name']}: no result; say whether it is scalar or matrix."
    if not isinstance(function.get("parameters"), list):
        return f"{function['name']}: no list of parameters; give one, which may be empty."
    options = NOT_PLAYED.intersection(key for key, on in function.get("options", {}).items() if on)
    if options:
        return f"{function['name']}: {', '.join(sorted(options))}: not played here; leave it out."
    for parameter in function["parameters"]:
        if parameter.get("type", "any") != "any" or parameter.get("repeating"):
            return (
                f"{function['name']}: {parameter.get('name')}: not played here; give it the type "
                "any, and do not repeat it."
            )
    return ""


def read_within(folder: Path, name: str) -> bytes:
    """Read a file of a folder; no path leads out of it."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise AddInError(f"{name}: not in {folder}; build the add-in again.")
    return path.read_bytes()


def fetch(address: str) -> bytes:
    """Fetch a file; only this computer may show a certificate that nobody vouches for."""
    try:
        with _opener(address).open(address, timeout=SECONDS) as answer:
            content: bytes = answer.read()
            return content
    except HTTPError as error:
        with error:
            raise AddInError(f"{address}: {error.code} {error.reason}; is it served?") from error
    except OSError as error:
        reason = getattr(error, "reason", error)
        advice = "start the server, or name the add-in's folder."
        if isinstance(reason, ssl.SSLCertVerificationError):
            advice = "a certificate that this computer does not trust is accepted from localhost."
        raise AddInError(f"{address}: {reason}; {advice}") from error


def _opener(address: str) -> OpenerDirector:
    if urlsplit(address).hostname not in THIS_COMPUTER:
        return build_opener()
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return build_opener(ProxyHandler({}), HTTPSHandler(context=context))

"""Build the extension that brings a contract's functions to LibreOffice Calc."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement
from zipfile import BadZipFile, ZipFile

from xlfuncs.functions.registry import FUNCTIONS, Function
from xlfuncs.hosts.calc import (
    MODULE,
    identifier_of,
    implementation_of,
    interface_of,
    method_of,
    parameter_of,
    service_of,
)
from xlfuncs.hosts.carried_code import CORE, read_modules
from xlfuncs.hosts.libreoffice import OLDEST
from xlfuncs.xlsx.package_writer import XML, pack_parts, serialize_xml

# The parts of the extension that tell LibreOffice which functions there are.

OOR = "http://openoffice.org/2001/registry"
MANIFEST = "http://openoffice.org/2001/manifest"
DESCRIPTION = "http://openoffice.org/extensions/description/2006"
LIBREOFFICE = "http://libreoffice.org/extensions/description/2011"
COMPONENTS = "http://openoffice.org/2010/uno-components"
KIND = "application/vnd.sun.star"
LISTED = {
    "functions.idl": f"{KIND}.uno-typelibrary;type=RDB",
    "functions.components": f"{KIND}.uno-components",
    "CalcAddIns.xcu": f"{KIND}.configuration-data",
    "Calc.xcu": f"{KIND}.configuration-data",
}
"""The parts that LibreOffice has to register, with what each is."""


def format_manifest() -> bytes:
    """Write the list of parts."""
    root = Element(f"{{{MANIFEST}}}manifest")
    for name, kind in LISTED.items():
        names = {f"{{{MANIFEST}}}media-type": kind, f"{{{MANIFEST}}}full-path": name}
        SubElement(root, f"{{{MANIFEST}}}file-entry", names)
    return serialize_xml(root, {MANIFEST: "manifest"})


def format_description(prefix: str, contract: str, version: str) -> bytes:
    """Write what the Extension Manager shows, and the oldest LibreOffice that is supported."""
    root = Element(f"{{{DESCRIPTION}}}description")
    SubElement(root, f"{{{DESCRIPTION}}}identifier", {"value": identifier_of(prefix)})
    SubElement(root, f"{{{DESCRIPTION}}}version", {"value": version})
    shown = SubElement(root, f"{{{DESCRIPTION}}}display-name")
    name = SubElement(shown, f"{{{DESCRIPTION}}}name", {"lang": "en"})
    name.text = f"{prefix} functions" + (f": {contract}" if contract else "")
    needs = SubElement(root, f"{{{DESCRIPTION}}}dependencies")
    number = ".".join(map(str, OLDEST))
    oldest = {"value": number, f"{{{DESCRIPTION}}}name": f"LibreOffice {number}"}
    SubElement(needs, f"{{{LIBREOFFICE}}}LibreOffice-minimal-version", oldest)
    return serialize_xml(root, {DESCRIPTION: "d", LIBREOFFICE: "l"})


def format_interface(prefix: str) -> str:
    """Write the type library, in LibreOffice's interface language: a method for each function."""
    methods = "\n".join(f"    {_signature(function)};" for function in FUNCTIONS)
    modules = MODULE.split(".")
    opened = " ".join(f"module {module} {{" for module in modules)
    inherited = "com::sun::star::uno::XInterface"
    return (
        f"{opened}\ninterface {interface_of(prefix)} : {inherited} {{\n{methods}\n}};\n"
        f"{' '.join('};' for _ in modules)}\n"
    )


def _signature(function: Function) -> str:
    # numbers, texts and ranges are any cells, and so is nothing where an argument is left out
    cells = [f"[in] any {parameter_of(argument)}" for argument in function.arguments]
    handed = ", ".join(["[in] com::sun::star::beans::XPropertySet document", *cells])
    return f"sequence< sequence<any> > {method_of(function)}({handed})"


def format_components(prefix: str) -> bytes:
    """Write which file implements the functions."""
    root = Element(f"{{{COMPONENTS}}}components")
    loader = {"loader": "com.sun.star.loader.Python", "uri": "functions.py"}
    component = SubElement(root, f"{{{COMPONENTS}}}component", loader)
    name = {"name": implementation_of(prefix)}
    implementation = SubElement(component, f"{{{COMPONENTS}}}implementation", name)
    SubElement(implementation, f"{{{COMPONENTS}}}service", {"name": service_of(prefix)})
    return serialize_xml(root, {COMPONENTS: ""})


def format_configuration(prefix: str) -> bytes:
    """Write the names and the help of functions and arguments, as Calc shows them."""
    root = _configuration("CalcAddIns")
    service = _node(_node(root, "AddInInfo"), service_of(prefix), new=True)
    functions = _node(service, "AddInFunctions")
    for function in FUNCTIONS:
        name = f"{prefix}_{function.name}"
        node = _node(functions, method_of(function), new=True)
        _properties(node, {"DisplayName": name, "Description": function.help})
        _properties(node, {"CompatibilityName": name})
        SubElement(_property(node, "Category"), "value").text = "Add-In"
        parameters = _node(node, "Parameters")
        for argument in function.arguments:
            shown = _node(parameters, parameter_of(argument), new=True)
            _properties(shown, {"DisplayName": argument.name, "Description": argument.help})
    return serialize_xml(root, {OOR: "oor"})


def format_calculation() -> bytes:
    """Write LibreOffice's setting to recalculate a workbook, always, when it opens it.

    Its values may be older than its sheets.
    """
    root = _configuration("Calc")
    load = _node(_node(root, "Formula"), "Load")
    for name in ("OOXMLRecalcMode", "ODFRecalcMode"):
        SubElement(_property(load, name), "value").text = "0"
    return serialize_xml(root, {OOR: "oor"})


def _configuration(name: str) -> Element:
    package = {f"{{{OOR}}}name": name, f"{{{OOR}}}package": "org.openoffice.Office"}
    return Element(f"{{{OOR}}}component-data", package)


def _node(parent: Element, name: str, new: bool = False) -> Element:
    names = {f"{{{OOR}}}name": name, **({f"{{{OOR}}}op": "replace"} if new else {})}
    return SubElement(parent, "node", names)


def _property(parent: Element, name: str) -> Element:
    return SubElement(parent, "prop", {f"{{{OOR}}}name": name})


def _properties(parent: Element, texts: Mapping[str, str]) -> None:
    """Add properties that may be translated, in the one language there is."""
    for name, text in texts.items():
        SubElement(_property(parent, name), "value", {f"{{{XML}}}lang": "en-US"}).text = text


# The extension that brings a contract's functions to LibreOffice Calc, as a file's content.
#
# Everything that names a function in it (type library, configuration, help) is written from the
# functions' declaration. The code goes along under a name made from its own bytes, so that the
# extensions of two vendors run side by side in one LibreOffice, also when they were built by
# different versions of this package.

CARRIED = (*CORE, "hosts/calc.py", "hosts/calc_document.py")
"""The modules and rooms of the package that LibreOffice's own Python imports."""

IMPORT = re.compile(r"^(\s*(?:from|import)) xlfuncs\b", re.MULTILINE)
COMPONENT = '''\
"""The functions {prefix}_... of LibreOffice Calc."""

from {package}.hosts.calc import component

g_ImplementationHelper = component("{prefix}")
'''


def build_extension(prefix: str, contract: str = "") -> bytes:
    """Build the extension (.oxt) with a prefix's functions; `contract` is the name it shows.

    The same arguments and package always give the same bytes. It holds no price: those are on the
    sheets of the workbook that calls.
    """
    modules = dict(read_modules(CARRIED))
    package = f"xlfuncs_{_digest(modules)}"
    parts = {
        "META-INF/manifest.xml": format_manifest(),
        "description.xml": format_description(prefix, contract, version("xlfuncs")),
        "functions.idl": format_interface(prefix).encode(),
        "functions.components": format_components(prefix),
        "functions.py": COMPONENT.format(prefix=prefix, package=package).encode(),
        "CalcAddIns.xcu": format_configuration(prefix),
        "Calc.xcu": format_calculation(),
    }
    for name, text in modules.items():
        parts[f"pythonpath/{package}/{name}"] = IMPORT.sub(rf"\1 {package}", text).encode()
    return pack_parts(parts)


def is_extension(content: bytes) -> bool:
    """Whether a file is such an extension, of this package in any version."""
    try:
        names = ZipFile(BytesIO(content)).namelist()
    except BadZipFile:
        return False
    return any(name.startswith("pythonpath/xlfuncs_") for name in names)


def _digest(modules: dict[str, str]) -> str:
    return sha256(repr(sorted(modules.items())).encode()).hexdigest()[:12]

"""The parts of the extension that tell LibreOffice which functions there are."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from xlfuncs.functions.declared import FUNCTIONS, Function
from xlfuncs.functions.uno_names import (
    MODULE,
    identifier_of,
    implementation_of,
    interface_of,
    method_of,
    parameter_of,
    service_of,
)
from xlfuncs.libreoffice.found import OLDEST

OOR = "http://openoffice.org/2001/registry"
XML = "http://www.w3.org/XML/1998/namespace"
MANIFEST = "http://openoffice.org/2001/manifest"
DESCRIPTION = "http://openoffice.org/extensions/description/2006"
LIBREOFFICE = "http://libreoffice.org/extensions/description/2011"
COMPONENTS = "http://openoffice.org/2010/uno-components"
LANGUAGE = "en-US"
CATEGORY = "Add-In"
ALWAYS = "0"
"""Calculate a workbook anew when it is opened: what it shows may be older than its sheets."""

KIND = "application/vnd.sun.star"
LISTED = {
    "functions.idl": f"{KIND}.uno-typelibrary;type=RDB",
    "functions.components": f"{KIND}.uno-components",
    "CalcAddIns.xcu": f"{KIND}.configuration-data",
    "Calc.xcu": f"{KIND}.configuration-data",
}
"""The parts that LibreOffice has to register, with what each is."""

ANY_CELLS = "[in] any"
"""Numbers, texts and ranges, or nothing where an argument is left out."""


def manifest() -> str:
    """The list of parts."""
    root = Element(f"{{{MANIFEST}}}manifest")
    for name, kind in LISTED.items():
        names = {f"{{{MANIFEST}}}media-type": kind, f"{{{MANIFEST}}}full-path": name}
        SubElement(root, f"{{{MANIFEST}}}file-entry", names)
    return _text(root, {"manifest": MANIFEST})


def description(prefix: str, contract: str, version: str) -> str:
    """The extension as the Extension Manager shows it, and the oldest LibreOffice that it takes."""
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
    return _text(root, {"d": DESCRIPTION, "l": LIBREOFFICE})


def interface(prefix: str) -> str:
    """The type library, in LibreOffice's interface language: a method for each function."""
    methods = "\n".join(f"    {_signature(function)};" for function in FUNCTIONS)
    modules = MODULE.split(".")
    opened = " ".join(f"module {module} {{" for module in modules)
    inherited = "com::sun::star::uno::XInterface"
    return (
        f"{opened}\ninterface {interface_of(prefix)} : {inherited} {{\n{methods}\n}};\n"
        f"{' '.join('};' for _ in modules)}\n"
    )


def _signature(function: Function) -> str:
    cells = [f"{ANY_CELLS} {parameter_of(argument)}" for argument in function.arguments]
    handed = ", ".join(["[in] com::sun::star::beans::XPropertySet document", *cells])
    return f"sequence< sequence<any> > {method_of(function)}({handed})"


def components(prefix: str) -> str:
    """Which file answers for the functions."""
    root = Element(f"{{{COMPONENTS}}}components")
    loader = {"loader": "com.sun.star.loader.Python", "uri": "functions.py"}
    component = SubElement(root, f"{{{COMPONENTS}}}component", loader)
    name = {"name": implementation_of(prefix)}
    implementation = SubElement(component, f"{{{COMPONENTS}}}implementation", name)
    SubElement(implementation, f"{{{COMPONENTS}}}service", {"name": service_of(prefix)})
    return _text(root, {"": COMPONENTS})


def configuration(prefix: str) -> str:
    """The names and the help of functions and arguments, as Calc shows them."""
    root = _configuration("CalcAddIns")
    service = _node(_node(root, "AddInInfo"), service_of(prefix), new=True)
    functions = _node(service, "AddInFunctions")
    for function in FUNCTIONS:
        name = f"{prefix}_{function.name}"
        node = _node(functions, method_of(function), new=True)
        _properties(node, {"DisplayName": name, "Description": function.help})
        _properties(node, {"CompatibilityName": name})
        SubElement(_property(node, "Category"), "value").text = CATEGORY
        parameters = _node(node, "Parameters")
        for argument in function.arguments:
            shown = _node(parameters, parameter_of(argument), new=True)
            _properties(shown, {"DisplayName": argument.name, "Description": argument.help})
    return _text(root, {"oor": OOR})


def calculation() -> str:
    """LibreOffice's setting to work a workbook out anew when it opens it."""
    root = _configuration("Calc")
    load = _node(_node(root, "Formula"), "Load")
    for name in ("OOXMLRecalcMode", "ODFRecalcMode"):
        SubElement(_property(load, name), "value").text = ALWAYS
    return _text(root, {"oor": OOR})


def _configuration(name: str) -> Element:
    package = {f"{{{OOR}}}name": name, f"{{{OOR}}}package": "org.openoffice.Office"}
    return Element(f"{{{OOR}}}component-data", package)


def _node(parent: Element, name: str, new: bool = False) -> Element:
    names = {f"{{{OOR}}}name": name, **({f"{{{OOR}}}op": "replace"} if new else {})}
    return SubElement(parent, "node", names)


def _property(parent: Element, name: str) -> Element:
    return SubElement(parent, "prop", {f"{{{OOR}}}name": name})


def _properties(parent: Element, texts: Mapping[str, str]) -> None:
    """Properties that may be translated, in the one language there is."""
    for name, text in texts.items():
        SubElement(_property(parent, name), "value", {f"{{{XML}}}lang": LANGUAGE}).text = text


def _text(root: Element, prefixes: Mapping[str, str]) -> str:
    for prefix, namespace in prefixes.items():
        register_namespace(prefix, namespace)
    return tostring(root, encoding="unicode", xml_declaration=False)

"""Names by which LibreOffice knows a contract's functions."""

from __future__ import annotations

from xlfuncs.functions.registry import Argument, Function

MODULE = "org.xlfuncs"


def interface_of(prefix: str) -> str:
    """The interface of the functions with a prefix, within the module.

    >>> interface_of("QUALYS")
    'XQualysFunctions'
    """
    return f"X{_capitalized(prefix)}Functions"


def service_of(prefix: str) -> str:
    """The service by which LibreOffice creates the functions.

    >>> service_of("QUALYS")
    'org.xlfuncs.QualysFunctions'
    """
    return f"{MODULE}.{_capitalized(prefix)}Functions"


def implementation_of(prefix: str) -> str:
    """The implementation of that service."""
    return f"{service_of(prefix)}InPython"


def identifier_of(prefix: str) -> str:
    """The extension as LibreOffice's Extension Manager knows it.

    >>> identifier_of("QUALYS")
    'org.xlfuncs.qualys'
    """
    return f"{MODULE}.{prefix.lower()}"


def method_of(function: Function) -> str:
    """The function as a method of the interface: `answerUnitPrice`."""
    return f"answer{_capitalized(function.name)}"


def parameter_of(argument: Argument) -> str:
    """An argument as a parameter of the method: `knownOnCells`."""
    name = _capitalized(argument.name)
    return f"{name[0].lower()}{name[1:]}Cells"


def _capitalized(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))

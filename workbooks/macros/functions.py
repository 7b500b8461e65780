"""The module of the macro workbook in which its functions stand, from their declaration."""

from __future__ import annotations

from xlfuncs.functions.declared import FUNCTIONS, Argument, Function

ARGUED = tuple(dict.fromkeys(each for function in FUNCTIONS for each in function.arguments))

HEAD = """\
Attribute VB_Name = "PriceFunctions"
'The price functions of this workbook: what they are called, and what their arguments mean.
Option Explicit

Public Const FUNCTION_PREFIX As String = {prefix}
"""
FUNCTION = """
Public Function {name}({parameters}) As Variant
Attribute {name}.VB_Description = {help}
    {name} = PriceAnswers.Answer({called}, Array({arguments}){in_words})
End Function
"""
ABOUT = """
Private Const {name} As String = {help}"""
DESCRIBE = """
Public Sub Describe(ByVal host As Application)
    'Tells Excel's function wizard what functions and arguments mean.
    Dim saved As Boolean
    saved = ThisWorkbook.Saved
    On Error Resume Next  'an add-in, whose sheets are hidden, cannot be described
{described}
    ThisWorkbook.Saved = saved
End Sub
"""
DESCRIBED = """\
    host.MacroOptions Macro:={macro}, Category:={category}, _
        Description:={help}{arguments}"""
ARGUMENTS = """, _
        ArgumentDescriptions:=Array({names})"""


def functions_module(prefix: str) -> str:
    """The module's text for a contract's prefix."""
    about = "".join(ABOUT.format(name=_about(each), help=text_of(each.help)) for each in ARGUED)
    functions = "".join(_function(prefix, function) for function in FUNCTIONS)
    described = "\n".join(_described(prefix, function) for function in FUNCTIONS)
    head = HEAD.format(prefix=text_of(f"{prefix}_"))
    return head + about + "\n" + functions + DESCRIBE.format(described=described)


def _function(prefix: str, function: Function) -> str:
    parameters = (
        f"Optional {each.name}" if each.optional else each.name for each in function.arguments
    )
    return FUNCTION.format(
        name=f"{prefix}_{function.name}",
        parameters=", ".join(parameters),
        help=text_of(function.help),
        called=text_of(function.name),
        arguments=", ".join(each.name for each in function.arguments),
        in_words=", True" if function.in_words else "",
    )


def _described(prefix: str, function: Function) -> str:
    names = ", ".join(map(_about, function.arguments))
    return DESCRIBED.format(
        macro=text_of(f"{prefix}_{function.name}"),
        category=text_of(prefix),
        help=text_of(function.help),
        arguments=ARGUMENTS.format(names=names) if names else "",
    )


def _about(argument: Argument) -> str:
    """The constant with an argument's help; two that share a name are told apart by a number."""
    same = [each for each in ARGUED if each.name == argument.name]
    number = same.index(argument) + 1
    return f"ABOUT_{argument.name.upper()}{number if number > 1 else ''}"


def text_of(text: str) -> str:
    """A text as VBA writes it.

    >>> print(text_of('a "b" c'))
    "a ""b"" c"
    """
    doubled = text.replace('"', '""')
    return f'"{doubled}"'

"""What tells Excel which functions there are: their metadata, and the annotated script."""

from __future__ import annotations

import json
from typing import Any

from xlfuncs.functions.registry import FUNCTIONS, Argument, Function

CELLS = {"type": "any", "dimensionality": "matrix"}
"""Every argument is a range of cells of any kind, errors among them."""

RESULT = {"dimensionality": "matrix"}
"""So is every result, of which any kind is what Excel expects if nothing is said."""

SCRIPT_START = """\
// The functions of the add-in. Python answers them; engine.js hands them over. In a plain browser,
// where there are no cells, there is nothing to associate them with.
import { answer } from "./engine.js";
"""


def format_metadata() -> str:
    """Write functions.json, as Microsoft's custom-functions-metadata makes it of the script.

    It cannot make `allowErrorForDataTypeAny`, by which errors in cells reach a function.
    """
    metadata = {
        "allowCustomDataForDataTypeAny": True,
        "allowErrorForDataTypeAny": True,
        "functions": [_describe(function) for function in FUNCTIONS],
    }
    return f"{json.dumps(metadata, indent=4)}\n"


def _describe(function: Function) -> dict[str, Any]:
    return {
        "description": function.help,
        "id": function.name,
        "name": function.name,
        "parameters": [_describe_argument(each) for each in function.arguments],
        "result": RESULT,
    }


def _describe_argument(argument: Argument) -> dict[str, Any]:
    optional = {"optional": True} if argument.optional else {}
    return {"description": argument.help, "name": argument.name, **CELLS, **optional}


def format_script() -> str:
    """Write functions.js: each function with its annotations, associated with its id."""
    return "\n".join([SCRIPT_START, *map(_format_function, FUNCTIONS)])


def _format_function(function: Function) -> str:
    names = ", ".join(each.name for each in function.arguments)
    script_name = function.name.lower()
    parameters = "".join(
        f" * @param {{any[][]}} {f'[{each.name}]' if each.optional else each.name} {each.help}\n"
        for each in function.arguments
    )
    return f"""\
/**
 * {function.help}
 * @customfunction {function.name} {function.name}
{parameters} * @returns {{any[][]}} The answers, a true error where there is none.
 */
function {script_name}({names}) {{
  return answer("{function.name}", [{names}]);
}}
globalThis.CustomFunctions?.associate("{function.name}", {script_name});
"""

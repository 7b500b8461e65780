"""xlwings' real registration of the functions, on a system without Windows.

pywin32 is what cannot be had here, so its modules are stand-ins; everything of xlwings' own is
real: the decorators, the VBA wrapper that it generates, and the conversion of arguments and
results in its `call_udf`. Run as a program of its own, because stand-ins stay in `sys.modules`.

    python registration.py wrapper          prints the generated VBA
    python registration.py call             reads calls as JSON lines, prints the answers likewise
"""

import io
import json
import sys
import types
from typing import Any

PYWIN32 = ("pythoncom", "pywintypes", "win32com", "win32com.client")


class Standin(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = type(name, (Exception,), {}) if "error" in name else lambda *_, **__: None
        setattr(self, name, value)
        return value


def real_udfs() -> types.ModuleType:
    for name in PYWIN32:
        sys.modules[name] = Standin(name)
    import xlwings

    for name in ("_xlwindows", "com_server"):
        module = sys.modules[f"xlwings.{name}"] = Standin(f"xlwings.{name}")
        setattr(xlwings, name, module)
    import xlwings.udfs

    xlwings.func, xlwings.arg, xlwings.ret = (
        xlwings.udfs.xlfunc,
        xlwings.udfs.xlarg,
        xlwings.udfs.xlret,
    )
    return xlwings.udfs


def main(command: str) -> None:
    udfs = real_udfs()
    import xlfuncs.excel

    if command == "wrapper":
        text = io.StringIO()
        udfs.generate_vba_wrapper(
            "xlfuncs.excel", xlfuncs.excel, text, types.SimpleNamespace(Name="book.xlsm")
        )
        print(text.getvalue())
        for name, udf in sorted(vars(xlfuncs.excel).items()):
            if hasattr(udf, "__xlfunc__"):
                print("'", name, json.dumps(described(udf.__xlfunc__)))
    else:
        for line in sys.stdin:
            name, arguments = json.loads(line)
            print(json.dumps(udfs.call_udf("xlfuncs.excel", name, tuple(arguments))))


def described(registered: dict[str, Any]) -> dict[str, Any]:
    """What xlwings passes to Excel's function wizard."""
    visible = [argument for argument in registered["args"] if not argument["vba"]]
    return {
        "help": registered["ret"]["doc"],
        "category": registered["category"],
        "arguments": {argument["name"]: argument["doc"] for argument in visible},
    }


if __name__ == "__main__":
    main(sys.argv[1])

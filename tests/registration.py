"""xlwings' real registration of the functions, on a system without Windows.

pywin32 is what cannot be had here, so its modules are stand-ins; everything of xlwings' own is
real: the decorators, the VBA wrapper that it generates, and the conversion of arguments and
results in its `call_udf`. Run as a program of its own, because stand-ins stay in `sys.modules`.

    python registration.py wrapper          prints the generated VBA
    python registration.py call             reads calls as JSON lines, prints the answers likewise
"""

import ctypes
import io
import json
import sys
import types
from typing import Any

PYWIN32 = (
    "pythoncom",
    "pywintypes",
    "win32api",
    "win32com",
    "win32com.client",
    "win32con",
    "win32gui",
    "win32process",
    "win32timezone",
)


class Standin(types.ModuleType):
    """Has every name: classes where a capital or "error" says so, stand-ins to call elsewhere."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        is_class = name[0].isupper() or "error" in name
        value = type(name, (Exception,), {}) if is_class else Standin(name)
        setattr(self, name, value)
        return value

    def __call__(self, *_: object, **__: object) -> Any:
        return Standin("result")


def real_udfs() -> types.ModuleType:
    """xlwings as it is on Windows, around stand-ins for pywin32 and the Windows libraries."""
    for name in PYWIN32:
        sys.modules[name] = Standin(name)
    for name in ("windll", "oledll", "PyDLL"):
        setattr(ctypes, name, Standin(name))
    sys.modules["pythoncom"].__file__ = ""
    import xlwings

    sys.modules["xlwings.com_server"] = Standin("xlwings.com_server")
    from xlwings import _xlwindows, udfs
    from xlwings.main import Engine

    xlwings._xlwindows = _xlwindows
    xlwings.engines.add(Engine(impl=_xlwindows.engine))
    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    return udfs


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

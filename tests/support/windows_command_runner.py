"""A terminal on Windows, in which commands of this package are typed.

Run by a Windows Python. Reads JSON lines, `[registry, arguments]`, and prints for each what the
command left, `[status, out, err]`. What it enters into the registry it removes again.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import winreg
from collections.abc import Iterator

import win32gui

sys.dont_write_bytecode = False  # what is compiled now, the programs of the commands find

from xlfuncs.cli import main  # noqa: E402


@contextlib.contextmanager
def entered(registry: list[list[str | int]]) -> Iterator[None]:
    """Values in the registry, each as whose, key, name and value."""
    before = []
    for root, path, name, value in registry:
        key = winreg.CreateKey(getattr(winreg, root), path)
        try:
            before.append((key, name, *winreg.QueryValueEx(key, name)))
        except FileNotFoundError:
            before.append((key, name, None, None))
        kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
        winreg.SetValueEx(key, name, 0, kind, value)
    try:
        yield
    finally:
        for key, name, value, kind in reversed(before):
            if kind is None:
                winreg.DeleteValue(key, name)
            else:
                winreg.SetValueEx(key, name, 0, kind, value)
            key.Close()


def typed(registry: list[list[str | int]], arguments: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with entered(registry), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(arguments)
        except SystemExit as exit_:
            status = exit_.code
    return status, out.getvalue(), err.getvalue()


# Wine starts a program for its desktop with the first one that needs it, and what that program
# inherits it keeps open: here nobody waits for its end, unlike in a command.
win32gui.GetDesktopWindow()
for line in sys.stdin:
    print(json.dumps(typed(*json.loads(line))), flush=True)

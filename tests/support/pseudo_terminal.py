"""Commands typed into a terminal of a certain width, as Linux and macOS have them."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
import traceback
from pathlib import Path
from typing import NoReturn

from xlfuncs.cli import main

BOLD = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(columns: int, *arguments: str | Path) -> list[str]:
    """The lines that a command shows on a terminal so wide, without what makes them bold.

    It runs in a copy of this process, which has imported what it needs.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    child = os.fork()
    if not child:
        _run(theirs, [str(argument) for argument in arguments])
    os.close(theirs)
    shown = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # how a terminal ends on Linux
            break
        if not read:
            break
        shown += read
    os.close(ours)
    os.waitpid(child, 0)
    assert b"Traceback" not in shown
    return BOLD.sub("", shown.decode()).replace("\r\n", "\n").splitlines()


def _run(terminal: int, arguments: list[str]) -> NoReturn:
    """Run a command whose input and output are a terminal, and end this process."""
    for stream in (0, 1, 2):
        os.dup2(terminal, stream)
    os.close(terminal)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
    os.environ["TERM"] = "xterm"
    try:
        main(arguments)
    except SystemExit:
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

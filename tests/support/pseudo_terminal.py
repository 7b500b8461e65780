"""Commands typed into a terminal of a certain width, as Linux and macOS have them."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

from tests.support.cli_runner import PROGRAM

BOLD = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(columns: int, *arguments: str | Path) -> list[str]:
    """The lines that a command shows on a terminal so wide, without what makes them bold."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "LINES"}}
    with subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**environment, "TERM": "xterm"},
    ):
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
    assert b"Traceback" not in shown
    return BOLD.sub("", shown.decode()).replace("\r\n", "\n").splitlines()

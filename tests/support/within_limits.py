"""Commands of xlfuncs, each in a process of its own that has so much time and memory and no more.

As a program it reads the commands from its input and forks for each, so that what all of them
import is imported once.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SECONDS = 10
"""Of the processor; on a computer that does nothing else, half of it is enough."""

MEGABYTES = 500
LONGEST = 20_000
"""Characters kept of what a command prints."""


class Ran(NamedTuple):
    """What a command ended with: below nought the signal that ended it."""

    status: int
    text: str
    seconds: float
    megabytes: int


def run_each(commands: Sequence[Sequence[str]]) -> list[Ran]:
    """Runs commands of xlfuncs one after another, each within the limits."""
    ran = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=True,
    )
    return [Ran(*each) for each in json.loads(ran.stdout)]


def _forked(arguments: Sequence[str], folder: Path) -> Ran:
    said = folder / "said"
    process = os.fork()
    if not process:
        _limited(arguments, said)
    _, status, used = os.wait4(process, 0)
    text = said.read_text(encoding="utf-8", errors="replace")[:LONGEST]
    seconds = round(used.ru_utime + used.ru_stime, 1)
    return Ran(os.waitstatus_to_exitcode(status), text, seconds, used.ru_maxrss // 1024)


def _limited(arguments: Sequence[str], said: Path) -> None:
    """Runs a command and ends the process."""
    import resource
    import traceback

    from xlfuncs.cli import main

    output = os.open(said, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    status = 99
    try:
        status = main(list(arguments))
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _main() -> None:

    commands = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        json.dump([_forked(each, Path(folder)) for each in commands], sys.stdout)


if __name__ == "__main__":
    _main()

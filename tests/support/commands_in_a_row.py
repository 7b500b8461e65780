"""A program that runs the commands of its standard input, each with what it took.

One process for many commands: a line of JSON in, the words of a command, and one out.
"""

import json
import resource
import sys
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from xlfuncs.cli import main

LONGEST = 60
"""Seconds of the processor after which a command is ended, and this program with it."""


def ran(words: list[str]) -> dict[str, object]:
    """What a command left: status, messages, CPU seconds, and the most memory up to now (MiB)."""
    out, err = StringIO(), StringIO()
    began = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(began) + LONGEST, resource.RLIM_INFINITY))
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status: object = main(words)
    except SystemExit as end:
        status = end.code
    except BaseException:
        status = traceback.format_exc()
    took = time.process_time() - began
    return {"status": status, "said": err.getvalue(), "seconds": took, "memory": most_memory()}


def most_memory() -> int:
    """The most memory that this program has had (MiB), and not the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    [line] = [each for each in status.splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for line in sys.stdin:
        print(json.dumps(ran(json.loads(line))), flush=True)

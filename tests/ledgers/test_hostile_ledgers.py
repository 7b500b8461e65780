"""Ledgers made to exhaust the computer: each is read or refused, soon and in little memory."""

import os
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import pytest

from tests.support.csv_ledgers import write_contract
from tests.support.hostile_ledgers import HOSTILE

pytestmark = pytest.mark.host

resource: Any = pytest.importorskip("resource", reason="needs the limits of Linux or macOS")

SECONDS = 5
"""Of one processor, for a ledger of up to 10 MB; more where much else runs on a computer."""

MOST_SECONDS = 3 * SECONDS
MOST_MEMORY = 500 * 2**20
ADDRESSES = 4 * 2**30
"""Bytes of addresses, of which threads take many that they never use."""

PROGRAM = """
import sys
from xlfuncs.cli import main
status = main(sys.argv[2:])
[line] = [each for each in open("/proc/self/status") if each.startswith("VmHWM")]
open(sys.argv[1], "w").write(line.split()[1])
sys.exit(status)
"""
"""A command that leaves the most memory it had, which is not that of the program that starts it."""


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other ways")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_ledger_is_read_or_refused_within_bounds(name: str, tmp_path: Path) -> None:
    write, words = HOSTILE[name]
    ledger = tmp_path / name
    write(ledger)
    assert ledger.stat().st_size <= 10_485_760
    typed = [
        "batch",
        str(ledger),
        "-c",
        str(write_contract(tmp_path)),
        "-o",
        str(tmp_path / "o.csv"),
    ]
    memory = tmp_path / "memory"
    command = [sys.executable, "-c", PROGRAM, str(memory), *typed]
    with Popen(command, stdout=DEVNULL, stderr=PIPE, preexec_fn=_limited) as child:  # noqa: PLW1509
        assert child.stderr is not None
        err = child.stderr.read().decode()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == (2 if words else 0), err
    assert "Traceback" not in err
    if words:
        assert words in err
        assert err.endswith("; nothing was written\n")
        assert len(err) < 4000
    assert used.ru_utime + used.ru_stime < MOST_SECONDS
    assert int(memory.read_text()) * 1024 < MOST_MEMORY

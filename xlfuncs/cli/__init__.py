"""The command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper

from xlfuncs.cli.arguments import parser
from xlfuncs.cli.refusals import BAD_USAGE, INTERRUPTED, Refused
from xlfuncs.pricing.kinds import BadInput, Kind
from xlfuncs.tables.harmless import harmless


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; answers 0 with an answer, 1 without a price or with errors found, 2 for
    bad usage, bad input or an unreadable file.
    """
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # there may be none, or one of a test
            stream.reconfigure(errors="replace")
    chosen = parser().parse_args(arguments)
    try:
        module = import_module(f"xlfuncs.cli.{chosen.module}")
        status: int = getattr(module, chosen.command)(chosen)
        if sys.stdout:
            sys.stdout.flush()
    except (BadInput, Refused) as refusal:
        if chosen.json and isinstance(refusal, BadInput):
            from xlfuncs.cli.jsons import print_json  # noqa: PLC0415 - seldom

            print_json({"kind": Kind.BAD_INPUT, "reason": str(refusal)})
        _say(f"xlfuncs: {refusal}")
        return BAD_USAGE
    except OSError as error:
        return _unwritten(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _unwritten(error: OSError) -> int:
    """Ends a command whose answer nobody can take, a full disk or a reader who has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes at its end
    if not isinstance(error, BrokenPipeError):
        _say(f"xlfuncs: the answer cannot be written: {error.strerror}")
    return BAD_USAGE


def _say(text: str) -> None:
    with suppress(OSError):  # there is nobody left to be told
        print(harmless(text), file=sys.stderr, flush=True)

"""The command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from xlfuncs.cli.arguments import parser
from xlfuncs.cli.refusals import BAD_USAGE, Refused
from xlfuncs.pricing.kinds import BadInput, Kind


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; answers 0 with an answer, 1 without a price or with errors found, 2 for
    bad usage, bad input or an unreadable file.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    chosen = parser().parse_args(arguments)
    try:
        module = import_module(f"xlfuncs.cli.{chosen.module}")
        status: int = getattr(module, chosen.command)(chosen)
        sys.stdout.flush()
    except BadInput as refusal:
        if chosen.json:
            from xlfuncs.cli.jsons import print_json  # noqa: PLC0415 - seldom

            print_json({"kind": Kind.BAD_INPUT, "reason": str(refusal)})
        print(f"xlfuncs: {refusal}", file=sys.stderr)
        return BAD_USAGE
    except Refused as refusal:
        print(f"xlfuncs: {refusal}", file=sys.stderr)
        return BAD_USAGE
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the answer has gone: nothing is left to be said
        return BAD_USAGE
    except KeyboardInterrupt:
        return 130
    return status

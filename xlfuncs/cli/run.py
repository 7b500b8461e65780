"""Run one command to its end."""

from __future__ import annotations

import errno
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

from xlfuncs.cli.commands import ASKING, COMMANDS, parser
from xlfuncs.cli.output import Untaken, flush, give_up, guarded, open_closed
from xlfuncs.errors import BAD_USAGE, Refused
from xlfuncs.interruptions import ended_by, watched
from xlfuncs.output_files import ROOM, why_not
from xlfuncs.pricing.outcomes import BadInput, Kind
from xlfuncs.sheets.cells import harmless_line

FILES = (
    *("contract", "before", "after", "book", "ledger", "soffice"),
    *("output", "report", "price_list", "pdf"),
)
"""Arguments that name files."""


def run(arguments: list[str] | None) -> int:
    """Run a command; return its exit status. Raises SystemExit for what argparse refuses."""
    if arguments is None:
        open_closed()
    with watched(to_the_end=arguments is None), guarded(), _said_once(arguments is None):
        try:
            return _status(arguments)
        except KeyboardInterrupt:
            return _ended()
        except BaseException:
            if ended_by():  # libraries have their own words for it
                return _ended()
            raise
        finally:
            give_up()


def _ended() -> int:
    return 128 + (ended_by() or signal.SIGINT)


def _status(arguments: list[str] | None) -> int:
    chosen = Namespace(json=False)
    try:
        return _answered(arguments, chosen)
    except (BadInput, Refused) as refusal:
        if ended_by():
            return _ended()
        if chosen.json and isinstance(refusal, BadInput):
            from xlfuncs.cli.json_output import print_json

            print_json({"kind": Kind.BAD_INPUT, "reason": str(refusal)})
        _say(f"xlfuncs: {refusal}")
        return BAD_USAGE
    except OSError as error:
        return _unwritten(error)


def _answered(arguments: list[str] | None, chosen: Namespace) -> int:
    """Raises OSError where what is printed cannot be taken."""
    try:
        parser().parse_args(arguments, chosen)
        status = _ran(chosen)
    except SystemExit:  # argparse has printed help or what is wrong
        flush()
        raise
    flush()
    return status


def _ran(chosen: Namespace) -> int:
    if getattr(chosen, "output", None) == "":
        raise Refused("-o is blank; expected the name of a file to write; nothing was written")
    for name in (getattr(chosen, each, None) for each in FILES):
        if name and "\n" in name:
            raise Refused(f"{harmless_line(name)}: a name with a line break; give the file another")
    module = import_module(f"xlfuncs.cli.{chosen.module}")
    with _own_folder(chosen):
        status: int = getattr(module, chosen.command)(chosen)
    return status


@contextmanager
def _own_folder(chosen: Namespace) -> Iterator[None]:
    """A folder for temporary files, unless the command writes none. Raises OSError."""
    if COMMANDS[chosen.name].topic == ASKING:
        yield
        return
    from xlfuncs.temporary_files import scratch_folder

    with scratch_folder():
        yield


def _unwritten(error: OSError) -> int:
    """End a command whose answer or temporary files cannot be written."""
    from tempfile import gettempdir

    give_up()
    if ended_by():
        return _ended()
    if error.errno in ROOM and not isinstance(error, Untaken):
        _say(
            f"xlfuncs: there is no room for temporary files in {gettempdir()}: {why_not(error)}; "
            f"set TMPDIR to another folder"
        )
    elif error.errno != errno.EPIPE:
        _say(f"xlfuncs: the answer cannot be written: {error.strerror or error}")
    return BAD_USAGE


@contextmanager
def _said_once(to_the_end: bool) -> Iterator[None]:
    """Keep libraries from telling once more of a disk that is full, when they close their files."""
    hook = sys.unraisablehook

    def dropped(found: sys.UnraisableHookArgs) -> None:
        if getattr(found.exc_value, "errno", None) not in ROOM:
            hook(found)

    sys.unraisablehook = dropped
    try:
        yield
    finally:
        if not to_the_end:
            sys.unraisablehook = hook


def _say(text: str) -> None:
    with suppress(OSError):  # no one is left to read it
        print(text, file=sys.stderr, flush=True)

"""Run one command to its end; its exit code says what ended it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from xlfuncs.cli.commands import parse, refuse_line_break
from xlfuncs.cli.streams import (
    PrintFailed,
    discard_unwritable_output,
    flush_streams,
    guard_streams,
    open_closed_streams,
)
from xlfuncs.errors import BAD_USAGE, InputError, XlfuncsError
from xlfuncs.interruptions import ending_signal, watch_signals
from xlfuncs.pricing.outcomes import BadInput, Outcome

READ = {
    "contract": "the name of the contract",
    "before": "the name of contract A",
    "after": "the name of contract B",
    "book": "the name of the workbook",
    "ledger": "the name of a ledger",
    "soffice": "--soffice",
    "folder": "the name of the folder",
    "certificate": "--certificate",
    "key": "--key",
}
"""Arguments that name files to read, and what they are called."""

WRITTEN = {"output": "-o", "report": "--report", "price_list": "--price-list", "pdf": "--pdf"}
"""The same of files to write."""


def run(typed: list[str] | None) -> int:
    """Run a command; return its exit code. Raises SystemExit for what argparse refuses."""
    is_program = typed is None
    if is_program:
        open_closed_streams()
        # lxml tells openpyxl of a full disk in errors of its own
        os.environ.setdefault("OPENPYXL_LXML", "False")
    with (
        watch_signals(to_the_end=is_program),
        guard_streams(),
        _ignore_repeated_disk_errors(is_program),
    ):
        try:
            return _exit_code(sys.argv[1:] if typed is None else typed)
        except KeyboardInterrupt:
            return _interrupted()
        except BaseException:
            if ending_signal():  # libraries have their own words for it
                return _interrupted()
            raise
        finally:
            discard_unwritable_output()


def _interrupted() -> int:
    return 128 + (ending_signal() or signal.SIGINT)


def _exit_code(typed: list[str]) -> int:
    try:
        try:
            code = _run_command(typed)
        except SystemExit:  # argparse has printed help or what is wrong
            flush_streams()
            raise
        flush_streams()
        return code
    except XlfuncsError as error:
        if ending_signal():
            return _interrupted()
        for message in error.messages:
            _print_error(f"xlfuncs: {message}")
    except OSError as error:
        discard_unwritable_output()
        if ending_signal():
            return _interrupted()
        if reason := _why_unwritten(error):
            _print_error(f"xlfuncs: {reason}")
    return BAD_USAGE


def _run_command(typed: list[str]) -> int:
    """Raises OSError where an answer or a temporary file cannot be written."""
    command, arguments = parse(typed)
    _check_names(arguments)
    module = command.import_module()
    if not gc.isenabled():  # `main` has disabled it while modules are imported
        gc.freeze()
        gc.enable()
    try:
        if not command.writes_temporary_files:
            return int(module.run(arguments))
        from xlfuncs.temporary_files import scratch_folder

        with scratch_folder():
            return int(module.run(arguments))
    except BadInput as refusal:
        if getattr(arguments, "json", False) and not ending_signal():
            from xlfuncs.cli.json_output import print_json

            print_json({"kind": Outcome.BAD_INPUT, "reason": str(refusal)})
        raise


def _check_names(arguments: Namespace) -> None:
    """Raises InputError for a name that no file can have, and for one that a shell left blank."""
    for argument, called in (READ | WRITTEN).items():
        named = getattr(arguments, argument, None)
        for name in named if isinstance(named, list) else [named]:
            if name == "" and argument in READ:
                kind = "a folder" if argument == "folder" else "a file"
                raise InputError(f"{called} is blank; expected {kind}")
            if name == "":
                written = "expected the name of a file to write; nothing was written"
                raise InputError(f"{called} is blank; {written}")
            refuse_line_break(name or "")


def _why_unwritten(error: OSError) -> str:
    """Why an answer or temporary files cannot be written; blank where nobody is left to read it."""
    from errno import EPIPE
    from tempfile import gettempdir

    from xlfuncs.output_files import ROOM, explain_failure

    if error.errno in ROOM and not isinstance(error, PrintFailed):
        return (
            f"temporary files cannot be written in {gettempdir()}: {explain_failure(error)}; "
            f"set TMPDIR to another folder"
        )
    if error.errno == EPIPE:
        return ""
    return f"the answer cannot be written: {error.strerror or error}"


@contextmanager
def _ignore_repeated_disk_errors(is_program: bool) -> Iterator[None]:
    """Print nothing of a full disk when libraries find it again as they close their files."""
    hook = sys.unraisablehook

    def print_others(found: sys.UnraisableHookArgs) -> None:
        from xlfuncs.output_files import ROOM

        if getattr(found.exc_value, "errno", None) not in ROOM:
            hook(found)

    sys.unraisablehook = print_others
    try:
        yield
    finally:
        if not is_program:
            sys.unraisablehook = hook


def _print_error(text: str) -> None:
    with suppress(OSError):  # no one is left to read it
        print(text, file=sys.stderr, flush=True)

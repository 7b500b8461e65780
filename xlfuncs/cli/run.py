"""Run one command to its end: its standard streams, and the exit code of what ended it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from io import TextIOWrapper
from typing import Any, BinaryIO, TextIO, cast

from xlfuncs.cli.commands import ASKING, parse
from xlfuncs.errors import BAD_USAGE, InputError, XlfuncsError
from xlfuncs.interruptions import ending_signal, watch_signals
from xlfuncs.pricing.outcomes import BadInput, Outcome
from xlfuncs.sheets.cells import escape_line, escape_unseen

FILES = (
    *("contract", "before", "after", "book", "ledger", "soffice"),
    *("output", "report", "price_list", "pdf"),
)
"""Arguments that name files."""


def run(typed: list[str] | None) -> int:
    """Run a command; return its exit code. Raises SystemExit for what argparse refuses."""
    is_program = typed is None
    if is_program:
        open_closed()
        # lxml tells openpyxl of a full disk in errors of its own
        os.environ.setdefault("OPENPYXL_LXML", "False")
    with watch_signals(to_the_end=is_program), guard_streams(), _one_complaint(is_program):
        try:
            return _exit_code(sys.argv[1:] if typed is None else typed)
        except KeyboardInterrupt:
            return _interrupted()
        except BaseException:
            if ending_signal():  # libraries have their own words for it
                return _interrupted()
            raise
        finally:
            give_up()


def _interrupted() -> int:
    return 128 + (ending_signal() or signal.SIGINT)


def _exit_code(typed: list[str]) -> int:
    try:
        try:
            code = _run_command(typed)
        except SystemExit:  # argparse has printed help or what is wrong
            flush()
            raise
        flush()
        return code
    except XlfuncsError as error:
        if ending_signal():
            return _interrupted()
        _print_error(f"xlfuncs: {error}")
    except OSError as error:
        give_up()
        if ending_signal():
            return _interrupted()
        if reason := _why_unwritten(error):
            _print_error(f"xlfuncs: {reason}")
    return BAD_USAGE


def _run_command(typed: list[str]) -> int:
    """Raises OSError where an answer or a temporary file cannot be written."""
    command, arguments = parse(typed)
    if getattr(arguments, "output", None) == "":
        raise InputError("-o is blank; expected the name of a file to write; nothing was written")
    for name in (getattr(arguments, each, None) for each in FILES):
        if name and "\n" in name:
            shown = escape_line(name)
            raise InputError(f"{shown}: a name with a line break; give the file another")
    module = import_module(f"xlfuncs.cli.{command.module}")
    if not gc.isenabled():  # `main` has disabled it while modules are imported
        gc.freeze()
        gc.enable()
    try:
        if command.topic == ASKING:  # which writes no temporary files
            return int(module.run(arguments))
        from xlfuncs.temporary_files import scratch_folder

        with scratch_folder():
            return int(module.run(arguments))
    except BadInput as refusal:
        if getattr(arguments, "json", False) and not ending_signal():
            from xlfuncs.cli.json_output import print_json

            print_json({"kind": Outcome.BAD_INPUT, "reason": str(refusal)})
        raise


def _why_unwritten(error: OSError) -> str:
    """Why an answer or temporary files cannot be written; blank where nobody is left to read it."""
    from errno import EPIPE
    from tempfile import gettempdir

    from xlfuncs.output_files import ROOM, explain_failure

    if error.errno in ROOM and not isinstance(error, Untaken):
        return (
            f"there is no room for temporary files in {gettempdir()}: {explain_failure(error)}; "
            f"set TMPDIR to another folder"
        )
    if error.errno == EPIPE:
        return ""
    return f"the answer cannot be written: {error.strerror or error}"


@contextmanager
def _one_complaint(is_program: bool) -> Iterator[None]:
    """Keep libraries from complaining again of a full disk, when they close their files."""
    hook = sys.unraisablehook

    def complain(found: sys.UnraisableHookArgs) -> None:
        from xlfuncs.output_files import ROOM

        if getattr(found.exc_value, "errno", None) not in ROOM:
            hook(found)

    sys.unraisablehook = complain
    try:
        yield
    finally:
        if not is_program:
            sys.unraisablehook = hook


def _print_error(text: str) -> None:
    with suppress(OSError):  # no one is left to read it
        print(text, file=sys.stderr, flush=True)


# Standard streams: nothing that is printed acts on a terminal, and none of them has to be open.


class Untaken(OSError):
    """What is printed cannot be taken: a full disk, or a reader who has gone."""


class Guarded:
    """A stream whose text cannot act on a terminal, whatever names are in it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._untaken: Untaken | None = None

    def write(self, text: str) -> int:
        with self._taking():
            self.stream.write(escape_unseen(text))
        return len(text)

    def write_as_it_is(self, text: str) -> None:
        with self._taking():
            self.stream.write(text)

    def write_bytes(self, source: BinaryIO) -> None:
        from shutil import copyfileobj

        with self._taking():
            copyfileobj(source, self.stream.buffer)

    def flush(self) -> None:
        with self._taking():
            self.stream.flush()
        if self._untaken:  # and whoever printed has not minded
            raise self._untaken

    @contextmanager
    def _taking(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._untaken = Untaken(error.errno, error.strerror)
            raise self._untaken from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def guard_streams() -> Iterator[None]:
    """Guard what is printed; a letter that the stream cannot write does not end the program."""
    before = sys.stdout, sys.stderr
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # there may be none, or one of a test
            stream.reconfigure(errors="replace")
    if sys.stdout:
        sys.stdout = cast("TextIO", Guarded(sys.stdout))
    sys.stderr = cast("TextIO", Guarded(sys.stderr))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def open_closed() -> None:
    """Let the numbers of closed standard streams lead nowhere.

    The first files to be opened would get these numbers otherwise, and be written into by whatever
    prints.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free


def flush() -> None:
    """Raises OSError where what was printed cannot be taken."""
    for stream in (sys.stdout, sys.stderr):
        if stream:
            stream.flush()


def give_up() -> None:
    """Let what cannot be taken lead nowhere, since Python writes it once more at its end."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):  # it is no file of the system
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

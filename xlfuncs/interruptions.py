"""Signals that end a run: Ctrl-C, a closed terminal, a request to end."""

from __future__ import annotations

import signal
import sys
import time
from _thread import get_ident, start_new_thread  # `threading` takes its time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import TypeVar

ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that end a program; no system has all of them."""

PATIENCE = 10.0
"""Seconds in which what is under way is tidied up, whatever further signals come."""

AGAIN = 0.02
"""Seconds after which a signal is raised again that came where nothing can be raised."""

Function = TypeVar("Function", bound=Callable[..., object])

_UNDISTURBED: set[CodeType] = set()


class _Run:
    """The signal that ended this run, if any did, and where it came."""

    number = 0
    thread = 0
    last = 0.0
    start: FrameType | None = None


_RUN = _Run()


def ending_signal() -> int:
    """The number of the signal that ended the run; 0 where none did."""
    return _RUN.number


@contextmanager
def watch_signals(*, to_the_end: bool) -> Iterator[None]:
    """Raises KeyboardInterrupt at any of the signals, with `ending_signal` telling which it was.

    A signal that is ignored, as by nohup, stays so. Where a program is at its end, further signals
    are ignored `to_the_end`; elsewhere they mean afterwards what they meant before.
    """
    vars(_RUN).clear()  # a process may run several commands, one after the other
    _RUN.start = sys._getframe(2)  # beyond this function and its context manager
    before = _handlers()
    hook = sys.unraisablehook
    try:
        for number in before:
            signal.signal(number, _end)
        sys.unraisablehook = _again(hook)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if to_the_end else handler)
        _RUN.start = None
        if not to_the_end:
            sys.unraisablehook = hook


def undisturbed(function: Function) -> Function:
    """Decorate a function whose steps belong together: what ends the run waits for the last.

    What a generator yields to is none of its steps. So one that makes something, yields and removes
    it again has it removed wherever a signal falls, and what is done with it meanwhile can be
    interrupted: it has to be below `contextmanager`, whose own steps are none of these.
    """
    _UNDISTURBED.add(function.__code__)
    return function


def _handlers() -> dict[signal.Signals, signal.Handlers | Callable[..., object] | int | None]:
    """The signals to be watched, and what they mean so far."""
    # where nobody has imported it, there is but one thread
    threading = sys.modules.get("threading")
    if threading and threading.current_thread() is not threading.main_thread():
        return {}  # Python hands signals to the main thread alone
    numbers = [getattr(signal, name) for name in ENDINGS if hasattr(signal, name)]
    found = {number: signal.getsignal(number) for number in numbers}
    return {number: each for number, each in found.items() if each not in {signal.SIG_IGN, None}}


def _end(number: int, frame: FrameType | None) -> None:
    now = time.monotonic()
    if _RUN.number and now - _RUN.last < PATIENCE:
        return
    _RUN.number = _RUN.number or number
    _RUN.thread = get_ident()  # the main one, to which Python hands signals
    if _has_to_wait(frame):
        _raise_again()
        return
    _RUN.last = now
    raise KeyboardInterrupt


def _has_to_wait(frame: FrameType | None) -> bool:
    """Whether the run is where nothing may be raised: in what is undisturbed, or in an import.

    Libraries in C end the whole process where an import is disturbed. The run itself may be part of
    one.
    """
    while frame and frame is not _RUN.start:
        if (
            frame.f_code in _UNDISTURBED
            or frame.f_globals.get("__name__") == "importlib._bootstrap"
        ):
            return True
        frame = frame.f_back
    return False


def _raise_again() -> None:
    """Raise the signal once more, a moment later."""
    _RUN.last = -PATIENCE
    start_new_thread(_raise_in_main_thread, ())


def _raise_in_main_thread() -> None:
    time.sleep(AGAIN)
    if not _RUN.number:  # another run has begun
        return
    if sys.platform == "win32":
        signal.raise_signal(_RUN.number)
    else:  # where one of another thread would not cut a wait short
        signal.pthread_kill(_RUN.thread, _RUN.number)


def _again(hook: Callable[..., object]) -> Callable[..., object]:
    """What Python calls where it drops an exception, such as at the end of an object's life."""

    def dropped(found: sys.UnraisableHookArgs) -> None:
        if not _RUN.number:
            hook(found)
        elif isinstance(found.exc_value, KeyboardInterrupt):
            _raise_again()

    return dropped

"""How far a long piece of work is, for somebody who waits at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from xlfuncs.cli.sentences import is_terminal
from xlfuncs.cli.streams import unguarded

EVERY = 0.2
"""Seconds between one look and the next."""


@contextmanager
def working(what: str, percent: Callable[[], float]) -> Iterator[None]:
    """Shows a bar on a terminal as long as the work goes on, and nothing elsewhere.

    `percent` tells how much is done, less than 0 where nobody knows.
    """
    if not is_terminal(sys.stderr):
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - takes its time
    from rich.progress import Progress  # noqa: PLC0415 - likewise

    done = Event()
    # it moves the cursor itself, and what is printed meanwhile goes the usual way
    console = Console(file=unguarded(sys.stderr))
    with Progress(
        console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        task = progress.add_task(what, total=None)

        def look() -> None:
            while not done.wait(EVERY):
                done_now = percent()
                total = None if done_now < 0 else 100
                progress.update(task, total=total, completed=max(0, done_now))

        watcher = Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

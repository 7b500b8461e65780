"""A host for the whole suite, and another one in place of one that has died."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Host(Protocol):
    """A program that tests talk to."""

    def is_alive(self) -> bool:
        """Whether it would still answer."""

    def end(self) -> None:
        """End it and all that it started, also where it has died."""


H = TypeVar("H", bound=Host)


class Restarting(Generic[H]):
    """Starts a host when it is first needed, and again when it has died since.

    So a host that dies fails the test in which it dies, and no other. `clear` removes what a dead
    one left behind.
    """

    def __init__(self, start: Callable[[], H], clear: Callable[[], None] = lambda: None) -> None:
        self._start = start
        self._clear = clear
        self._host: H | None = None

    def get(self) -> H:
        """The host that runs."""
        if self._host is not None and not self._host.is_alive():
            self.end()
            self._clear()
        if self._host is None:
            self._host = self._start()
        return self._host

    def end(self) -> None:
        """End the host, if there is one."""
        host, self._host = self._host, None
        if host is not None:
            host.end()

"""An entry of the catalogue: what is typed, where and on what, and how that is told."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch


class Here:
    """The folder in which an entry is tried, and what is otherwise than usual meanwhile."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def change(self, name: str, old: str, new: str) -> None:
        """Another text in place of one that stands once in a file."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (text.count(old), old)
        self.write(name, text.replace(old, new))

    def put(self, target: Any, name: str, value: Any) -> None:
        """Another value of an attribute, as long as the entry is tried."""
        self._stack.enter_context(patch.object(target, name, value))


class Given(NamedTuple):
    """What has to be so for a message to come: in words, and done."""

    text: str
    act: Callable[[Here], object] = lambda here: None


class Entry(NamedTuple):
    """What provokes a message.

    `typed` is a command, or else shown only, and `run` answers the message. Of what a command says,
    the lines that match `shown` are told.
    """

    title: str
    typed: str = ""
    given: tuple[Given, ...] = ()
    shown: str = ""
    run: Callable[[Here], str] | None = None


class Group(NamedTuple):
    """Entries of one kind; most of them type the same `command`, which is told once."""

    title: str
    words: str
    entries: tuple[Entry, ...]
    command: str = ""

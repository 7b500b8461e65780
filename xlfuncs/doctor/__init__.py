"""Find what keeps the functions of a workbook from working on this computer.

README.md says what is checked, and what is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """Whether something is to be done."""

    OK = "ok"
    DO = "do"
    NOTE = "note"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: where, and what was found there, with what to do about it.

    >>> print(Finding(State.DO, "Excel", "is not there; install it"))
    do    Excel: is not there; install it
    """

    state: State
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.state.value:<5} {self.where}: {self.text}"


def ok(where: object, text: str) -> Finding:
    return Finding(State.OK, str(where), text)


def do(where: object, text: str) -> Finding:
    return Finding(State.DO, str(where), text)


def note(where: object, text: str) -> Finding:
    return Finding(State.NOTE, str(where), text)


def done(where: object, text: str) -> Finding:
    return Finding(State.DONE, str(where), text)

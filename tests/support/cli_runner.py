"""Commands typed within the tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from xlfuncs.cli import main

PROGRAM = [sys.executable, "-c", "from xlfuncs.cli import main; import sys; sys.exit(main())"]


class Ran:
    """What a command left behind."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> None:
        try:
            self.status = main([str(argument) for argument in arguments])
        except SystemExit as exit_:
            self.status = exit_.code
        self.out, self.err = capsys.readouterr()
        assert "Traceback" not in self.out + self.err


Run = Callable[..., Ran]
"""Runs a command of such words."""

"""The core of an add-in in Node: the Python that runs in the page, without a browser."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DRIVER = Path(__file__).with_name("answer_in_node.mjs")
SECONDS = 30
"""How long it may take to end."""


class CoreInNode:
    """A Node with Pyodide and the core of one add-in; end it after use, or use it with `with`."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(DRIVER), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> "CoreInNode":
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.communicate(timeout=SECONDS)  # it ends with its input

    def ask(
        self, contract: str, calls: Sequence[tuple[str, str]], date1904: bool = False
    ) -> list[Any]:
        """Ask functions of a contract, each by name and arguments as JSON; return the matrices."""
        question = {"contract": contract, "calls": list(calls), "date1904": date1904}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(question)}\n")
        self._process.stdin.flush()
        answers = json.loads(self._process.stdout.readline())
        assert isinstance(answers, list), answers["error"]
        return answers

"""The gates: lint, format and strict types, with the settings of `pyproject.toml`."""

import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "gate", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join
)
def test_a_gate_passes(gate: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", *gate], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr

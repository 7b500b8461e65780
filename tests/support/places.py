"""Where things are."""

from pathlib import Path

TOP = Path(__file__).parents[2]
DATA = TOP / "tests" / "data"
SUPPORT = TOP / "tests" / "support"
CONTRACTS = sorted((DATA / "contracts").glob("*.toml"))
"""Real public contracts, as contract files."""

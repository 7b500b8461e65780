"""Build every workbook of this folder from its contract file, as `xlfuncs build` does."""

import sys
from pathlib import Path

from xlfuncs.cli import main

if __name__ == "__main__":
    for contract in sorted(Path(__file__).parent.glob("*.toml")):
        status = main(["build", str(contract), "-o", str(contract.with_suffix(".xlsx"))])
        if status:
            sys.exit(status)

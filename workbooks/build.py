"""Build every workbook of this folder from its contract file, with the code that is installed.

A workbook that is there keeps the day of its build: nothing changes but what the contract or the
code changed.
"""

import sys
from datetime import date
from pathlib import Path

from xlfuncs.loader import load_draft
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook, read_build_day

if __name__ == "__main__":
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        target = path.with_suffix(WorkbookKind.LAMBDAS)
        reading, draft = load_draft(str(path))
        if draft is None or reading.problems:
            sys.exit("\n".join(f"{path}: {problem}" for problem in reading.problems))
        day = read_build_day(target.read_bytes()) if target.exists() else None
        target.write_bytes(build_workbook(draft, day or date.today(), WorkbookKind.LAMBDAS))
        print(target)

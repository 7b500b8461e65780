"""Build every workbook of this folder from its contract file, with the code that is installed.

The workbook that checks itself has its contract file in the package. A workbook that is there
keeps the day of its build: nothing changes but what the contract or the code changed.
"""

import sys
from datetime import date
from pathlib import Path

from xlfuncs.loader import load_draft
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook, read_build_day
from xlfuncs.xlsx.self_check import CONTRACT_FILE

if __name__ == "__main__":
    folder = Path(__file__).parent
    for path in [*sorted(folder.glob("*.toml")), CONTRACT_FILE]:
        target = folder / f"{path.stem}{WorkbookKind.LAMBDAS}"
        self_check = path == CONTRACT_FILE
        reading, draft = load_draft(str(path))
        if draft is None or reading.problems:
            sys.exit("\n".join(f"{path}: {problem}" for problem in reading.problems))
        day = read_build_day(target.read_bytes()) if target.exists() else None
        built = day or date.today()
        kind = WorkbookKind.LAMBDAS
        target.write_bytes(build_workbook(draft, built, kind, self_check=self_check))
        print(target)

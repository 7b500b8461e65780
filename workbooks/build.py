"""Build every workbook of this folder from its contract file: `python workbooks/build.py`.

A workbook that is there keeps the day of its build: nothing changes but what the contract or the
code changed.
"""

import sys
from datetime import date
from pathlib import Path

from xlfuncs.loader import load_draft
from xlfuncs.xlsx.builder import Kind, build
from xlfuncs.xlsx.generated_content import built_on

if __name__ == "__main__":
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        target = path.with_suffix(Kind.NAMES)
        reading, draft = load_draft(str(path))
        if draft is None or reading.problems:
            sys.exit("\n".join(f"{path}: {problem}" for problem in reading.problems))
        day = built_on(target.read_bytes()) if target.exists() else None
        target.write_bytes(build(draft, day or date.today(), Kind.NAMES))
        print(target)

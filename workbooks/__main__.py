"""`python -m workbooks`, the same as `xlfuncs build`."""

import sys

from xlfuncs.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["build"]
    sys.exit(main())

"""`python -m workbooks`, the same as `xlfuncs build`."""

import sys

from xlfuncs.cli import main

if __name__ == "__main__":
    sys.exit(main(["build", *sys.argv[1:]]))

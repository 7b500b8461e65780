"""`python -m xlfuncs`, the same as `xlfuncs`."""

import sys

from xlfuncs.cli import main

if __name__ == "__main__":
    sys.exit(main())

"""Where the npm packages of the tests are, and how they are installed."""

from pathlib import Path

NODE_MODULES = Path(__file__).parent / "node_modules"
INSTALL = "npm ci --ignore-scripts --prefix tests/support/office_addin"
RUNTIME = "@microsoft/office-js/dist/custom-functions-runtime.js"
"""Microsoft's runtime of custom functions."""

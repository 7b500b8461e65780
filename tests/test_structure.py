"""The house: arrows from left to right, one owner for each host library, old Python where asked."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
FILES = sorted([*TOP.glob("xlfuncs/**/*.py"), *TOP.glob("workbooks/**/*.py")])

ARROWS = {
    "workbooks.__main__": {"xlfuncs.cli"},
    "xlfuncs.cli": {
        "workbooks",
        "xlfuncs.comparing",
        "xlfuncs.doctor",
        "xlfuncs.ledgers",
        "xlfuncs.ledgers.overcharges",
        "xlfuncs.libreoffice",
        "xlfuncs.files",
        "xlfuncs.functions",
        "xlfuncs.checks",
        "xlfuncs.tables",
        "xlfuncs.pricing",
    },
    "workbooks": {
        # what a ledger shows, as values: a report is written from it without any database
        "xlfuncs.ledgers.overcharges",
        "xlfuncs.libreoffice",
        "xlfuncs.files",
        "xlfuncs.functions",
        "xlfuncs.checks",
        "xlfuncs.tables",
        "xlfuncs.pricing",
    },
    "xlfuncs.excel": {"xlfuncs.files", "xlfuncs.functions", "xlfuncs.tables"},
    "xlfuncs.calc": {"xlfuncs.calc_documents", "xlfuncs.functions", "xlfuncs.tables"},
    "xlfuncs.calc_documents": {"xlfuncs.functions", "xlfuncs.tables"},
    "xlfuncs.doctor": {
        "xlfuncs.windows",
        "xlfuncs.libreoffice",
        "xlfuncs.files",
        "xlfuncs.tables",
    },
    "xlfuncs.windows": set(),
    "xlfuncs.libreoffice": set(),
    "xlfuncs.files": {"xlfuncs.tables", "xlfuncs.pricing"},
    "xlfuncs.functions": {"xlfuncs.checks", "xlfuncs.tables", "xlfuncs.pricing"},
    "xlfuncs.comparing": {"xlfuncs.pricing"},
    "xlfuncs.ledgers": {"xlfuncs.ledgers.overcharges", "xlfuncs.tables", "xlfuncs.pricing"},
    "xlfuncs.ledgers.overcharges": {"xlfuncs.pricing"},
    "xlfuncs.checks": {"xlfuncs.tables", "xlfuncs.pricing"},
    "xlfuncs.tables": {"xlfuncs.pricing"},
    "xlfuncs.pricing": set(),
}
"""What each part may import, besides itself."""

STANDARD_LIBRARY_ONLY = (
    "xlfuncs.pricing",
    "xlfuncs.tables",
    "xlfuncs.checks",
    "xlfuncs.functions",
    "xlfuncs.calc_documents",
    "xlfuncs.calc",
)
"""What LibreOffice's own Python imports, which has `uno` besides."""

OWNERS = {
    "xlwings": {"xlfuncs.excel"},
    "uno": {"xlfuncs.calc", "xlfuncs.calc_documents"},
    "unohelper": {"xlfuncs.calc", "xlfuncs.calc_documents"},
    "com": {"xlfuncs.calc_documents"},
    "winreg": {"xlfuncs.windows"},
    "subprocess": {"xlfuncs.libreoffice", "xlfuncs.doctor"},
    "openpyxl": {"xlfuncs.files", "workbooks"},
    "defusedxml": {"workbooks"},
    "tomllib": {"xlfuncs.files"},
    "tomlkit": {"xlfuncs.files"},
    "pyopenvba": {"xlfuncs.files", "workbooks"},
    "python_calamine": {"xlfuncs.ledgers"},
    "rich": {"xlfuncs.cli"},
    "duckdb": {"xlfuncs.ledgers"},
    "sqlglot": {"xlfuncs.ledgers"},
    "argparse": {"xlfuncs.cli"},
}


def module_of(path: Path) -> str:
    parts = path.relative_to(TOP).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(module: str) -> str:
    """The part of the house that a module belongs to, the package itself where it is in none."""
    parts = [part for part in ARROWS if f"{module}.".startswith(f"{part}.")]
    return max(parts, key=len, default=module)


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by the full name"
            yield node.module or ""


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_go_from_left_to_right(path: Path) -> None:
    part = part_of(module_of(path))
    for imported in imports_of(path):
        if imported.split(".")[0] in {"xlfuncs", "workbooks"}:
            assert part_of(imported) in ARROWS.get(part, set()) | {part}, imported
        elif imported.split(".")[0] in OWNERS:
            assert part in OWNERS[imported.split(".")[0]], imported
        elif part in STANDARD_LIBRARY_ONLY:
            assert imported.split(".")[0] in sys.stdlib_module_names, imported


@pytest.mark.parametrize(
    "path", [path for path in FILES if part_of(module_of(path)) in STANDARD_LIBRARY_ONLY], ids=str
)
def test_what_libreoffice_imports_keeps_to_the_syntax_of_python_3_9(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_files_are_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    assert ast.get_docstring(ast.parse(text))


def test_nothing_else_stands_at_the_top() -> None:
    fixed = {"pyproject.toml", "README.md", "xlfuncs", "workbooks", "tests", "LICENSE"}
    found = {path.name for path in TOP.iterdir() if path.suffix != ".xlsx" and path.name[0] != "."}
    assert found - {"dist", "build"} <= fixed

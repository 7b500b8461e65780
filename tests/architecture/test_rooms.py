"""The house: arrows from left to right, one owner for each host library, old Python where asked."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from tests.support.places import TOP

FILES = sorted(TOP.glob("xlfuncs/**/*.py"))
ROW = re.compile(r"^\| `(\w+)` \| *((?:`\w+` )*)\|$", re.MULTILINE)
ARROWS = {
    f"xlfuncs.{room}": {f"xlfuncs.{name}" for name in re.findall(r"\w+", names)}
    for room, names in ROW.findall((TOP / "xlfuncs" / "README.md").read_text(encoding="utf-8"))
}
"""What each room may import, besides itself."""

STANDARD_LIBRARY_ONLY = (
    "xlfuncs.errors",
    "xlfuncs.pricing",
    "xlfuncs.sheets",
    "xlfuncs.functions",
    "xlfuncs.hosts.calc",
    "xlfuncs.hosts.office",
)
"""What LibreOffice's own Python imports, which has `uno` besides, and Python in a web page."""

OWNERS = {
    "xlwings": {"xlfuncs.hosts.excel"},
    "uno": {"xlfuncs.hosts.calc"},
    "unohelper": {"xlfuncs.hosts.calc"},
    "com": {"xlfuncs.hosts.calc"},
    "winreg": {"xlfuncs.doctor.windows"},
    "subprocess": {
        "xlfuncs.hosts.libreoffice",
        "xlfuncs.doctor.interpreter",
        "xlfuncs.ledgers.other_workbooks",
    },
    "openpyxl": {"xlfuncs.xlsx", "xlfuncs.ledgers"},
    "defusedxml": {"xlfuncs.xlsx", "xlfuncs.addin.checks"},
    "cryptography": {"xlfuncs.addin.certificate"},
    "tomllib": {"xlfuncs.contracts"},
    "tomlkit": {"xlfuncs.contracts"},
    "pyopenvba": {"xlfuncs.xlsx.vba", "xlfuncs.ledgers.cell_errors"},
    "python_calamine": {"xlfuncs.ledgers"},
    "rich": {"xlfuncs.cli"},
    "duckdb": {"xlfuncs.ledgers"},
    "sqlglot": {"xlfuncs.ledgers"},
    "argparse": {"xlfuncs.cli"},
}
"""Where a library may be imported: in modules whose names begin so."""


def module_of(path: Path) -> str:
    parts = path.relative_to(TOP).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """The room that a module belongs to."""
    return ".".join(module.split(".")[:2]) if "." in module else f"{module}.__init__"


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by the full name"
            yield node.module or ""


def may_import(module: str, imported: str) -> bool:
    top = imported.split(".", maxsplit=1)[0]
    if top == "xlfuncs":
        return room_of(imported) in ARROWS.get(room_of(module), set()) | {room_of(module)}
    if top in OWNERS:
        return module.startswith(tuple(OWNERS[top]))
    return top in sys.stdlib_module_names or not module.startswith(STANDARD_LIBRARY_ONLY)


def test_imports_follow_the_arrows() -> None:
    found = [(module_of(path), imported) for path in FILES for imported in imports_of(path)]
    assert [each for each in found if not may_import(*each)] == []


def test_arrows_go_one_way() -> None:
    """Each room of the table imports only rooms further down."""
    assert list(TopologicalSorter(ARROWS).static_order())


def test_what_libreoffice_imports_keeps_to_the_syntax_of_python_3_9() -> None:
    for path in FILES:
        if module_of(path).startswith(STANDARD_LIBRARY_ONLY):
            ast.parse(path.read_text(encoding="utf-8"), path, feature_version=(3, 9))


def test_files_say_what_they_are() -> None:
    for path in FILES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_nothing_else_stands_at_the_top() -> None:
    fixed = {"pyproject.toml", "README.md", "xlfuncs", "workbooks", "tests", "LICENSE"}
    found = {path.name for path in TOP.iterdir() if path.suffix != ".xlsx" and path.name[0] != "."}
    assert found - {"dist", "build"} <= fixed


NETWORK = {
    *("asyncio", "ftplib", "http", "imaplib", "smtplib", "socket", "socketserver", "ssl"),
    *("urllib", "xmlrpc"),
}
HARMLESS = {"urllib.parse"}
"""What of them opens no connection."""

LISTENING = {
    f"xlfuncs.addin.server: {name}"
    for name in ("http", "http.server", "socket", "socketserver", "ssl")
}
"""What `xlfuncs addin serve` is made of, which answers programs of the same computer alone."""


def test_no_module_can_open_a_connection() -> None:
    """The page for administrators says so."""
    found = {
        f"{module_of(path)}: {imported}"
        for path in FILES
        for imported in imports_of(path)
        if imported.split(".", maxsplit=1)[0] in NETWORK and imported not in HARMLESS
    }
    assert found == LISTENING


def test_the_module_that_listens_connects_to_nothing() -> None:
    """Of the names that open a connection with what it imports, it has none."""
    source = (TOP / "xlfuncs" / "addin" / "server.py").read_text(encoding="utf-8")
    named = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(ast.parse(source))}
    assert named.isdisjoint({"connect", "connect_ex", "create_connection", "getaddrinfo"})
    assert "server_bind" in named

"""The places in the source that make a message, and which of them have been reached.

A module that is imported after `watch` was called tells when such a place is reached: each text of
a message, or the whole call where it has no words of its own, is wrapped in a call of `REACHED`.
"""

import ast
import builtins
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

TOP = Path(__file__).parents[2]
PACKAGES = ("xlfuncs", "workbooks")

MAKERS = {
    *("BadInput", "Refused", "Unreadable", "Problem", "Failed", "NotFound", "NoMacros", "NotFixed"),
    *("ValueError", "Finding", "Doubt", "do", "note", "done", "print", "_say"),
}
METHODS = {"problem", "error"}
"""What is called with a message."""

SAYING = (
    *(
        "xlfuncs/checks/",
        "xlfuncs/cli/",
        "xlfuncs/comparing/",
        "xlfuncs/doctor/",
        "xlfuncs/files/",
        "xlfuncs/functions/",
    ),
    *("xlfuncs/libreoffice/", "xlfuncs/tables/", "xlfuncs/pricing/reasons.py"),
    *("workbooks/names/limits.py", "workbooks/names/sentences.py"),
)
"""Where texts are parts of messages also if they are only answered, yielded or given a name."""

REACHED = "_reached_"
HOLE = "{}"


class Site(NamedTuple):
    """A place by what it says, for lines move; `text` has a hole for each value put in."""

    file: str
    function: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.function}: {self.text!r}"


class Marker(ast.NodeTransformer):
    """Wraps what makes messages, and lists it."""

    def __init__(self, file: str) -> None:
        self.sites: list[Site] = []
        self._file = file
        self._says = file.startswith(SAYING)
        self._functions: list[str] = []
        self._within = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._functions.append(node.name)
        node.body = [self.visit(each) for each in node.body]
        self._functions.pop()
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name, method = (getattr(node.func, each, None) for each in ("id", "attr"))
        makes = node.args and (name in MAKERS or method in METHODS)
        if not self._functions or not makes:
            return self.generic_visit(node)
        before, outer = len(self.sites), self._within
        self._within = True
        self.generic_visit(node)
        self._within = outer
        return node if len(self.sites) > before else self._marked(node, ast.unparse(node))

    def visit_Return(self, node: ast.Return) -> ast.AST:
        return self._saying(node)

    visit_Yield = visit_Assign = visit_AugAssign = visit_YieldFrom = visit_Return  # noqa: N815

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return self._text(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return self._text(node) if isinstance(node.value, str) else node

    def _saying(self, node: Any) -> ast.AST:
        if node.value is None or not self._says or not self._functions:
            return self.generic_visit(node)
        node.value = self._part(node.value)
        return node

    def _part(self, node: Any) -> Any:
        """A value that is a text, or the texts among which it chooses or of which it consists."""
        if isinstance(node, ast.JoinedStr | ast.Constant):
            outer, self._within = self._within, True
            node = self.visit(node)
            self._within = outer
        elif isinstance(node, ast.IfExp):
            node.body, node.orelse = self._part(node.body), self._part(node.orelse)
        elif isinstance(node, ast.Tuple | ast.List):
            node.elts = [self._part(each) for each in node.elts]
        elif isinstance(node, ast.GeneratorExp | ast.ListComp):
            node.elt = self._part(node.elt)
        elif isinstance(node, ast.BinOp):
            node.left, node.right = self._part(node.left), self._part(node.right)
        else:
            node = self.visit(node)
        return node

    def _text(self, node: ast.JoinedStr | ast.Constant) -> ast.AST:
        text = text_of(node)
        return self._marked(node, text) if self._within and has_words(text) else node

    def _marked(self, node: Any, text: str) -> ast.AST:
        known = sum(
            re.sub(r" \(\d+\)$", "", site.text) == text and site.function == self._functions[-1]
            for site in self.sites
        )
        text += f" ({known + 1})" if known else ""
        site = Site(self._file, self._functions[-1], text)
        self.sites.append(site)
        told = [ast.Constant(tuple(site)), node]
        return ast.copy_location(ast.Call(ast.Name(REACHED, ast.Load()), told, []), node)


def text_of(node: ast.JoinedStr | ast.Constant) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(each.value if isinstance(each, ast.Constant) else HOLE for each in parts)


def has_words(text: str) -> bool:
    return re.search(r"[A-Za-z]{2}", text) is not None and " " in text.strip()


def marked(path: Path) -> tuple[ast.Module, list[Site]]:
    """A module with its places wrapped, and those places."""
    marker = Marker(path.relative_to(TOP).as_posix())
    tree = marker.visit(ast.parse(path.read_text(encoding="utf-8")))
    return ast.fix_missing_locations(tree), marker.sites


def sites() -> list[Site]:
    """All places in the source."""
    paths = (path for package in PACKAGES for path in sorted((TOP / package).rglob("*.py")))
    return [site for path in paths for site in marked(path)[1]]


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> Any:
        return compile(marked(Path(self.path))[0], self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.origin and spec.origin.endswith(".py"):
            spec.loader = _Loader(fullname, spec.origin)
        return spec


def watch() -> set[Site]:
    """Has the packages tell what is reached from now on; answers where that is noted."""
    reached: set[Site] = set()

    def note(site: tuple[str, str, str], made: Any) -> Any:
        reached.add(Site(*site))
        return made

    setattr(builtins, REACHED, note)
    assert not {name.partition(".")[0] for name in sys.modules} & set(PACKAGES)
    sys.meta_path.insert(0, _Finder())
    return reached


def stated() -> Iterator[Site]:
    """Texts of messages that stand in tables of texts and in macros: those are looked for."""
    for path in sorted((TOP / "xlfuncs" / "files").rglob("*.py")):
        file = path.relative_to(TOP).as_posix()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
                for each in node.value.values:
                    if isinstance(each, ast.Constant) and has_words(str(each.value)):
                        yield Site(file, ast.unparse(node.targets[0]), each.value)
    for path in sorted((TOP / "workbooks" / "macros").glob("*.bas")):
        for line in path.read_text(encoding="ascii").splitlines():
            for text in re.findall(r'"([^"]*)"', line.partition("'")[0]):
                if len(text.split()) > 2:
                    yield Site(path.relative_to(TOP).as_posix(), "", text)

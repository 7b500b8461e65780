"""The texts of a module that are messages or parts of them, each wrapped in a call."""

import ast
import re
from typing import Any, NamedTuple

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
    *("xlfuncs/xlsx/lambdas/limits.py", "xlfuncs/xlsx/lambdas/stored_answers.py"),
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

    visit_Yield = visit_Assign = visit_AugAssign = visit_YieldFrom = visit_Return

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

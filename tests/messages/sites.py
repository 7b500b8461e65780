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
from typing import Any

from tests.messages.marking import REACHED, Marker, Site, has_words

TOP = Path(__file__).parents[2]
PACKAGES = ("xlfuncs",)


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
    for path in sorted((TOP / "xlfuncs" / "xlsx" / "vba").glob("*.bas")):
        for line in path.read_text(encoding="ascii").splitlines():
            for text in re.findall(r'"([^"]*)"', line.partition("'")[0]):
                if len(text.split()) > 2:
                    yield Site(path.relative_to(TOP).as_posix(), "", text)

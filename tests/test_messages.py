"""The catalogue of messages is what would be written now, and no message is missing in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.messages.exemptions import EXEMPT
from tests.messages.marking import Site
from tests.messages.sites import TOP, marked

HERE = Path(__file__).parent
PAGE = HERE / "MESSAGES.md"
RUN_IT = "run python -m tests.messages, and review what changed"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are scripts here")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The page as it is written now, and what is said of messages without an entry."""
    page = tmp_path_factory.mktemp("messages") / "MESSAGES.md"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.messages", page],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    return page.read_text(encoding="utf-8"), ran.stdout if ran.returncode else ""


def test_the_page_is_what_would_be_written(written: tuple[str, str]) -> None:
    found, expected = PAGE.read_text(encoding="utf-8").split("\n### "), written[0].split("\n### ")
    for entry, anew in zip(found, expected, strict=False):
        assert entry == anew, RUN_IT
    assert len(found) == len(expected), RUN_IT


def test_every_message_of_the_source_has_an_entry(written: tuple[str, str]) -> None:
    assert written[1] == ""


def test_the_tests_that_exemptions_name_are_there() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.rglob("test_*.py"))
    for why, test in EXEMPT.values():
        assert why
        assert not test or f"def {test}(" in tests


def test_a_message_is_found_wherever_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.messages.sites.TOP", tmp_path)
    path = tmp_path / "xlfuncs" / "cli" / "new.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "def new(one):\n"
        '    """No message."""\n'
        '    text = f"{one} is {two}" if one else "nothing is there"\n'
        "    raise Refused(text)\n",
        encoding="utf-8",
    )
    _, found = marked(path)
    assert found == [
        Site("xlfuncs/cli/new.py", "new", text)
        for text in ("{} is {}", "nothing is there", "Refused(text)")
    ]

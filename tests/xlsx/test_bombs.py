"""Whatever a workbook says of its size, it is read or refused in little time and memory."""

import sys

import pytest

from tests.support.bombs import WITH_MACROS, WORKBOOKS, write_workbooks
from tests.support.within_limits import Ran, run_each

pytestmark = [
    pytest.mark.host,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits"),
]

COMMANDS = {
    "import": ("import", "{workbook}", "-o", "{workbook}.toml"),
    "keep": ("build", "--keep", "-o", "{workbook}"),
    "doctor": ("doctor", "{workbook}"),
}
"""Those that read the most of a workbook: all rows, whatever is beside them, and the macros."""

CASES = [
    *((name, command) for name in WORKBOOKS for command in ("import", "keep")),
    *((name, command) for name in WITH_MACROS for command in ("doctor", "keep")),
]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Ran]:
    """How each command ended, by its name and that of the workbook."""
    workbooks = write_workbooks(tmp_path_factory.mktemp("bombs"))
    assert all(path.stat().st_size < 10 * 2**20 for path in workbooks.values())
    words = {
        (name, command): [part.format(workbook=workbooks[name]) for part in COMMANDS[command]]
        for name, command in CASES
    }
    return dict(zip(words, run_each(list(words.values())), strict=True))


@pytest.mark.parametrize(("name", "command"), CASES)
def test_a_workbook_takes_neither_the_time_nor_the_memory_of_a_computer(
    ran: dict[tuple[str, str], Ran], name: str, command: str
) -> None:
    ended = ran[name, command]
    assert ended.status in {0, 1, 2}, ended
    assert "Traceback" not in ended.text


@pytest.mark.parametrize("name", WITH_MACROS)
def test_macros_are_measured_before_they_are_unpacked(
    ran: dict[tuple[str, str], Ran], name: str
) -> None:
    refused = ran[name, "doctor"].status == 2
    assert refused == (name != "blank lines")

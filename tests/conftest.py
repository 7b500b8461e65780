"""Options of the suite, and the hosts and folders that many tests share."""

import gc
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.support.addin_folder import BUILT, write_files
from tests.support.build_folder import BuildFolder
from tests.support.calc_session import Calc
from tests.support.cli_runner import Ran, Run
from tests.support.import_folder import ImportFolder
from tests.support.office import (
    need,
    need_calc,
    need_library,
    need_npm,
    need_wine,
    processes_with,
)
from tests.support.office_addin.core_in_node import CoreInNode
from tests.support.office_addin.npm import RUNTIME
from tests.support.restarting import Restarting
from tests.support.sql_engines import Spark
from tests.support.windows_computer import Terminal
from tests.support.wine import Windows
from tests.support.workbook_edits import build_once
from tests.support.xlwings_session import Macros
from xlfuncs import load
from xlfuncs.addin.pyodide import read_pyodide

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.office_addin.played_excel import Play

collect_ignore = [
    "bench/ledger_by_pandas.py",
    "bench/ledger_by_polars.py",
    *(["messages"] if sys.platform == "win32" else []),  # programs are scripts there
    "support/libreoffice_driver.py",
    "support/commands_in_a_row.py",
    "data",
    "support/com_by_ctypes.py",
    "support/xlwings_caller.py",
    "support/windows_command_runner.py",
]
"""Programs that tests start, some of them in LibreOffice's own Python or a Windows Python."""


HOST_TESTS = Path(__file__).parent / "hosts"

CONTRACTS_A_BOOK = 20
"""To a workbook and back takes as long as so many contracts to files and back."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, default=1, help="seed of all that is random")
    parser.addoption(
        "--questions", type=int, default=15_000, help="random questions put to core and oracle"
    )
    parser.addoption(
        "--calc-questions", type=int, default=1_000, help="random questions put to LibreOffice"
    )
    parser.addoption("--com-questions", type=int, default=1_000, help="random questions put by COM")
    parser.addoption(
        "--names-questions", type=int, default=3_000, help="random questions put to LAMBDA names"
    )
    parser.addoption(
        "--office-questions", type=int, default=2_000, help="random questions put to an add-in"
    )
    parser.addoption(
        "--node-questions", type=int, default=10_000, help="random questions put to Pyodide in Node"
    )
    parser.addoption(
        "--stored-books", type=int, default=12, help="workbooks whose stored values are calculated"
    )
    parser.addoption(
        "--live-contracts", type=int, default=30, help="contracts that formulas check as well"
    )
    parser.addoption("--ledger-contracts", type=int, default=5, help="contracts of random ledgers")
    parser.addoption("--ledger-lines", type=int, default=100, help="lines of each random ledger")
    parser.addoption(
        "--extract-lines", type=int, default=20_000, help="lines of an extract with planted errors"
    )
    parser.addoption(
        "--contracts", type=int, default=40, help="random contracts that go to files and back"
    )
    parser.addoption(
        "--purchases", type=int, default=1_000, help="random purchases in one workbook"
    )
    parser.addoption("--mutations", type=int, default=300, help="damaged files that are read")
    parser.addoption(
        "--kills", type=int, default=100, help="builds that are killed while they write"
    )


@pytest.hookimpl(tryfirst=True)  # before Hypothesis looks at its seed
def pytest_configure(config: pytest.Config) -> None:
    """The same cases in each run, and no others unless somebody asks for another seed.

    Why a failure fails and which others there are takes Hypothesis longer than it is worth where
    each case goes to another program.
    """
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(config.getoption("--seed"))
    settings.register_profile(
        "suite",
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow],  # where others use the computer, too
    )
    settings.load_profile("suite")


HOSTS = {"browser", "running_calc", "running_node", "running_spark", "windows"}
"""Fixtures that start another program."""

OF_HOSTS = re.compile("calc recalc|spark")
"""Parameters with which tests start one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests of hosts by folder, fixtures or parameters; those of Wine come last.

    As long as Wine runs it takes its share of the computer.
    """
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "params", {}).values()
        if (
            HOST_TESTS in item.path.parents
            or HOSTS.intersection(getattr(item, "fixturenames", ()))
            or any(OF_HOSTS.match(each) for each in parameters if isinstance(each, str))
        ):
            item.add_marker(pytest.mark.host)
    items.sort(key=lambda item: "windows" in getattr(item, "fixturenames", ()))


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--kills")


@pytest.fixture
def mutations(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--mutations")


@pytest.fixture
def contracts(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--contracts")


@pytest.fixture
def books(contracts: int) -> int:
    """How many of the contracts go to workbooks, too."""
    return max(1, contracts // CONTRACTS_A_BOOK)


@pytest.fixture
def many_purchases(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--purchases")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--seed")


@pytest.fixture
def questions(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--questions")


@pytest.fixture
def calc_questions(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--calc-questions")


@pytest.fixture
def com_questions(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--com-questions")


@pytest.fixture
def names_questions(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--names-questions")


@pytest.fixture
def office_questions(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--office-questions")


@pytest.fixture
def node_questions(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--node-questions")


@pytest.fixture
def ledger_contracts(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--ledger-contracts")


@pytest.fixture
def ledger_lines(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--ledger-lines")


@pytest.fixture
def extract_lines(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--extract-lines")


@pytest.fixture
def stored_books(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--stored-books")


@pytest.fixture
def live_contracts(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--live-contracts")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return partial(Ran, capsys)


@pytest.fixture
def kept_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands build no workbook a second time, in tests of something else than what is built."""
    monkeypatch.setattr("xlfuncs.xlsx.builder.build_workbook", build_once)


@pytest.fixture
def build_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kept_builds: None
) -> BuildFolder:
    return BuildFolder(tmp_path, capsys)


@pytest.fixture
def imports(tmp_path: Path, run: Run, kept_builds: None) -> ImportFolder:
    return ImportFolder(tmp_path, run)


@pytest.fixture(scope="session")
def calc_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calc")


@pytest.fixture(scope="session")
def running_calc(calc_folder: Path) -> Iterator[Restarting[Calc]]:
    """One LibreOffice for the whole suite; the functions of two vendors are installed."""
    need_calc()
    profiles = count()
    running = Restarting(lambda: Calc(calc_folder / str(next(profiles)), ("QUALYS", "ACME")))
    yield running
    running.end()
    assert processes_with(str(calc_folder)) == []


@pytest.fixture
def calc(running_calc: Restarting[Calc], tmp_path: Path) -> Iterator[Calc]:
    """LibreOffice with no workbook open, neither before the test nor after it."""
    calc = running_calc.get()
    yield calc
    assert calc.is_alive(), "LibreOffice has died"
    calc.close_all()
    assert list(tmp_path.glob(".~lock*")) == []


@pytest.fixture(scope="session")
def shipped_addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Office add-in of the shipped contract, with its own copy of Pyodide."""
    pyodide = need_npm("pyodide")
    url = "https://prices.example.org/qualys"
    files = load().build_addin(url, built=BUILT, pyodide=read_pyodide(pyodide))
    return write_files(tmp_path_factory.mktemp("office") / "qualys.addin", files)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium for the whole suite: no process can drive two."""
    from tests.support.chromium import open_chromium

    with open_chromium() as browser:
        yield browser


@pytest.fixture
def play_excel(browser: "Browser") -> "Iterator[Play]":
    """Open the page that plays Excel to an add-in; what goes wrong there fails the test."""
    need_npm(RUNTIME)
    from tests.support.office_addin.played_excel import PlayedExcel, played

    opened: list[PlayedExcel] = []
    with ExitStack() as stack:

        def play(folder: Path) -> PlayedExcel:
            opened.append(stack.enter_context(played(browser, folder)))
            return opened[-1]

        yield play
    assert [fault for excel in opened for fault in excel.faults] == []
    assert [address for excel in opened for address in excel.refused] == []


@pytest.fixture(scope="session")
def running_node(shipped_addin: Path) -> Iterator[Restarting[CoreInNode]]:
    """One Node with the core of an add-in for the whole suite."""
    need("node")
    running = Restarting(lambda: CoreInNode(shipped_addin))
    yield running
    running.end()


@pytest.fixture
def core_in_node(running_node: Restarting[CoreInNode]) -> CoreInNode:
    return running_node.get()


@pytest.fixture(scope="session")
def running_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restarting[Spark]]:
    """One Spark for the whole suite."""
    need("java")
    need_library("pyspark")
    running = Restarting(lambda: Spark(tmp_path_factory.mktemp("spark")))
    yield running
    running.end()


@pytest.fixture
def spark(running_spark: Restarting[Spark]) -> Spark:
    return running_spark.get()


@pytest.fixture(scope="session")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """A Wine of its own with a Windows Python; one for the whole suite."""
    need_wine()
    windows = Windows(tmp_path_factory.mktemp("windows"))
    yield windows
    windows.end()
    assert windows.programs() == {}


@pytest.fixture(scope="session")
def running_macros(windows: Windows) -> Iterator[Restarting[Macros]]:
    """The macros of a workbook; once for the whole suite."""
    running = Restarting(lambda: Macros(windows), windows.end_programs)
    yield running
    running.end()


@pytest.fixture
def macros(running_macros: Restarting[Macros]) -> Macros:
    return running_macros.get()


@pytest.fixture(scope="session")
def running_terminal(
    windows: Windows, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Restarting[Terminal]]:
    """One terminal for the whole suite."""
    running = Restarting(
        lambda: Terminal(windows, tmp_path_factory.mktemp("zoe")), windows.end_programs
    )
    yield running
    running.end()


@pytest.fixture
def terminal(running_terminal: Restarting[Terminal]) -> Iterator[Terminal]:
    """A terminal on a computer on which nothing is to be done."""
    terminal = running_terminal.get()
    terminal.tidy()
    yield terminal
    terminal.leave()


def pytest_collection_finish() -> None:
    """What has been imported and collected stays; looking through it again and again takes time."""
    gc.collect()
    gc.freeze()

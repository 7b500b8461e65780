"""An Office add-in in Chromium: its start, calls and size, beside what does nothing."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from shutil import which
from statistics import median
from threading import Event, Thread
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright
from rich.table import Table

from tests.support.addin_folder import LOCALHOST, write_files
from tests.support.chromium import QUIET, open_chromium
from tests.support.office_addin.npm import NODE_MODULES
from tests.support.office_addin.played_excel import PlayedExcel, played
from xlfuncs import load
from xlfuncs.addin.certificate import keep_certificate
from xlfuncs.addin.pyodide import read_pyodide
from xlfuncs.addin.server import open_server

ROWS = 10_000
SINGLE_CALLS = 1_000
LARGEST, LONGEST_WAIT, LONGEST_CALL = 7, 3, 100
"""What is aimed at: megabytes compressed, seconds until ready, and milliseconds of a range more
than a function takes that does nothing: Microsoft's runtime collects answers for 200 ms."""

NOTHING = "CustomFunctions.associate('NOTHING', (quantities) => quantities)"
EMPTY_PAGE = "<!doctype html><meta charset='utf-8'><title>Nothing</title>"
READY = """async () => {
  const { ready } = await import(new URL("engine.js", location.href));
  await ready;
  return performance.now();
}"""
TIMED = """async ([calls, runs]) => {
  const taken = [];
  for (let run = 0; run <= runs; run += 1) {
    const start = performance.now();
    await play.askAll(calls);
    taken.push(performance.now() - start);
  }
  return taken.slice(1);
}"""

Call = tuple[str, list[Any]]


def in_the_page(runs: int) -> Table:
    """Time to ready, calls and size, each with what is aimed at."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "shipped.addin"
        pyodide = read_pyodide(NODE_MODULES / "pyodide")
        files = load().build_addin(LOCALHOST, built=date(2026, 11, 30), pyodide=pyodide)
        write_files(folder, files)
        (folder / "nothing.html").write_text(EMPTY_PAGE, encoding="utf-8")
        table = Table("Office add-in", "does nothing", "add-in", "ratio", "aim")
        with served(folder) as address:
            add_starts(table, address, Path(name) / "profile", runs)
        add_calls(table, folder, runs)
    packed = sum(len(gzip.compress(content, 9)) for content in files.values()) / 1e6
    size = sum(map(len, files.values())) / 1e6
    table.add_row("size, MB", "", f"{size:.1f}", "", "")
    table.add_row("size compressed, MB", "", f"{packed:.2f}", "", str(LARGEST))
    return table


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder while `xlfuncs addin serve` would serve it."""
    own, stopped = keep_certificate(), Event()
    with open_server(folder, 0, own.certificate, own.key, lambda said: None) as server:
        thread = Thread(target=server.run, args=[stopped.is_set])
        thread.start()
        try:
            yield f"https://localhost:{server.port}"
        finally:
            stopped.set()
            thread.join()


def add_starts(table: Table, address: str, profile: Path, runs: int) -> None:
    """Add the first start, and those after it with what the browser has kept."""
    with sync_playwright() as running:
        context = running.chromium.launch_persistent_context(
            profile, executable_path=which("chromium"), args=QUIET, ignore_https_errors=True
        )
        starts = [(start_nothing(context, address), start(context, address))]
        starts += [(start_nothing(context, address), start(context, address)) for _ in range(runs)]
        context.close()
    [first, *later] = starts
    add_row(table, "first start, s", [first], "", 1)
    add_row(table, "start from a warm cache, s", later, str(LONGEST_WAIT), 1)


def start_nothing(context: BrowserContext, address: str) -> float:
    page = context.new_page()
    page.goto(f"{address}/nothing.html")
    taken: float = page.evaluate("performance.now()")
    page.close()
    return taken / 1e3


def start(context: BrowserContext, address: str) -> float:
    """Seconds from asking for the page until Python answers in it."""
    page = context.new_page()
    page.route("https://appsforoffice.microsoft.com/**", lambda route: route.fulfill(body=""))
    page.goto(f"{address}/taskpane.html")
    taken: float = page.evaluate(READY)
    page.close()
    return taken / 1e3


def add_calls(table: Table, folder: Path, runs: int) -> None:
    """Add calls by Microsoft's runtime: one, many at once, and a range in one."""
    quantities = [[1.0 * (row % 3 and 100_000)] for row in range(ROWS)]
    days = [[41_590.0 + row % 400] for row in range(ROWS)]
    one: list[Any] = [[quantities[1]], [days[1]], None, None, None]
    many: list[Any] = [quantities, days, None, None, None]
    with open_chromium() as browser, played(browser, folder) as excel:
        excel.pane.evaluate(NOTHING)
        for title, arguments, times, aim in (
            ("one call, ms", one, 1, ""),
            (f"{SINGLE_CALLS:,} calls at once, ms", one, SINGLE_CALLS, ""),
            (f"{ROWS:,} prices in one call, ms", many, 1, f"{LONGEST_CALL} more"),
        ):
            taken = [
                timed(excel, [(name, arguments)] * times, runs) for name in ("NOTHING", "PRICE")
            ]
            add_row(table, title, list(zip(*taken, strict=True)), aim, 0)


def timed(excel: PlayedExcel, calls: list[Call], runs: int) -> list[float]:
    found: list[float] = excel.page.evaluate(TIMED, [calls, runs])
    return found


def add_row(
    table: Table, title: str, pairs: list[tuple[float, float]], aim: str, decimals: int
) -> None:
    """Add the medians of what does nothing and of the add-in, and the median of their ratios."""
    nothing, own = (median(each) for each in zip(*pairs, strict=True))
    ratio = median(second / first for first, second in pairs)
    table.add_row(title, f"{nothing:.{decimals}f}", f"{own:.{decimals}f}", f"{ratio:.1f}", aim)

"""The page that plays Excel, in a headless Chromium: what is typed, asked and shown there."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Frame, Page, Route

from tests.support.office_addin.addin_files import open_addin
from tests.support.office_addin.play import serve

TELEMETRY = "Framing 'https://telemetryservice.firstpartyapps.oaspapps.com/' violates"
"""Where no Excel of today is found, Microsoft's runtime loads a script for Excel 2013, which would
frame its telemetry after three seconds; the page's content security policy refuses that."""

OPEN_CONTRACT = """async (text) => {
  const engine = await import(new URL("engine.js", document.baseURI));
  await engine.ready;
  engine.openContract(text);
}"""

Value = float | str | bool | None
Json = Any
"""An argument as a function of an add-in receives it: None where it is left out, else a list of
rows. An error in it is {"type": "Error", "errorType": "NotAvailable", ...}."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function of an add-in returned: a value, or the number of its failure."""

    ok: bool
    value: Json
    code: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell: the text it shows, its value, what was typed, and why the value is what it is."""

    shown: str
    value: Value | dict[str, str]
    text: str
    note: str


@dataclass
class PlayedExcel:
    """A workbook in Excel, as far as it is played, with one add-in."""

    page: Page
    address: str
    allowed: tuple[str, ...] = ()
    """How the addresses of other servers begin that the add-in may ask, which the test answers."""
    faults: list[str] = field(default_factory=list)
    """Errors of the page and of its console."""
    refused: list[str] = field(default_factory=list)
    """Addresses beyond the server that the page or the add-in asked for; none was let through."""

    def open(self) -> None:
        """Open the page, and wait until the add-in can be called."""
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._listen)
        self.page.route(self._is_beyond, self._refuse)
        self.page.goto(self.address)
        self.page.locator("td").first.wait_for()  # the script of the page has run
        self.page.evaluate("play.ready()")

    def _listen(self, line: ConsoleMessage) -> None:
        if line.type == "error" and not line.text.startswith(TELEMETRY):
            self.faults.append(line.text)

    def _is_beyond(self, url: str) -> bool:
        return not url.startswith((self.address, *self.allowed))

    def _refuse(self, route: Route) -> None:
        self.refused.append(route.request.url)
        route.abort()

    @property
    def pane(self) -> Frame:
        """The task pane of the add-in."""
        frame = self.page.locator("#pane").element_handle().content_frame()
        assert frame is not None
        return frame

    def expect_fault(self, pattern: str) -> None:
        """Take the faults that match from the list; there has to be one."""
        matching = [fault for fault in self.faults if re.search(pattern, fault)]
        assert matching, f"no fault matches {pattern!r}: {self.faults}"
        self.faults[:] = [fault for fault in self.faults if fault not in matching]

    def ask(self, name: str, *arguments: Json) -> Answer:
        """Ask a function by its id, by Microsoft's runtime, without a cell."""
        return self.ask_all([(name, arguments)])[0]

    def ask_all(self, questions: Sequence[tuple[str, Sequence[Json]]]) -> list[Answer]:
        """Ask many functions at once, in one message."""
        given = [[name, list(arguments)] for name, arguments in questions]
        answers = self.page.evaluate("questions => play.askAll(questions)", given)
        return [Answer(**answer) for answer in answers]

    def open_contract(self, text: str) -> None:
        """Have an add-in of xlfuncs answer from another contract, the text of a contract.json."""
        self.pane.evaluate(OPEN_CONTRACT, text)

    def ask_contract(self, contract: str, calls: Sequence[tuple[str, str]]) -> list[Json]:
        """Ask functions of a contract, each by name and arguments as JSON; return the matrices."""
        self.open_contract(contract)
        answers = self.ask_all([(name, json.loads(given)) for name, given in calls])
        assert all(answer.ok for answer in answers), answers
        return [answer.value for answer in answers]

    def type(self, address: str, text: str) -> None:
        """Type into a cell, without waiting for what is calculated."""
        self.page.evaluate("([address, text]) => play.type(address, text)", [address, text])

    def settle(self) -> None:
        """Wait until no cell is busy."""
        self.page.evaluate("play.settled()")

    def cell(self, address: str) -> Shown:
        """Read a cell after all has been calculated."""
        self.settle()
        return self.cell_now(address)

    def cell_now(self, address: str) -> Shown:
        return Shown(**self.page.evaluate("address => play.cell(address)", address))

    def shown(self, *addresses: str) -> list[str]:
        """What cells show after all has been calculated."""
        return [self.cell(address).shown for address in addresses]

    def select(self, address: str) -> None:
        self.page.evaluate("address => play.select(address)", address)

    @property
    def calls(self) -> int:
        """How often functions of the add-in were called."""
        return int(self.page.evaluate("play.calls"))

    @property
    def calculations(self) -> int:
        """How often everything was calculated, at the add-in's wish or by the button."""
        return int(self.page.evaluate("play.calculations"))

    @property
    def settings(self) -> dict[str, Json]:
        """What add-ins have saved in the workbook."""
        return dict(self.page.evaluate("play.settings"))

    @property
    def startup_behavior(self) -> str:
        """Whether the workbook loads the add-in when it is opened: `None` or `Load`."""
        return str(self.page.evaluate("play.startupBehavior"))

    def set_date_system(self, system: Literal[1900, 1904]) -> None:
        self.page.evaluate("isOn => play.setDate1904(isOn)", system == 1904)

    def set_blanks_as_zero(self, is_on: bool) -> None:
        """Hand blank cells over as 0, as older desktop builds of Excel do."""
        self.page.evaluate("isOn => play.setBlanksAsZero(isOn)", is_on)

    def calculate_all(self) -> None:
        self.page.evaluate("play.calculateAll()")

    def reload_addin(self) -> None:
        """Load the add-in's page again beside the same workbook."""
        self.page.evaluate("play.reload()")


Play = Callable[[Path], PlayedExcel]
"""Opens the page that plays Excel to the add-in of a folder."""


@contextmanager
def served(folder: Path | str) -> Iterator[str]:
    """The address of the page that plays Excel to an add-in, while it is served."""
    server: ThreadingHTTPServer
    with serve(open_addin(str(folder)), port=0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def played(browser: Browser, folder: Path | str) -> Iterator[PlayedExcel]:
    """A new workbook in the page that plays Excel, with the add-in of a folder."""
    with served(folder) as address, browser.new_context(locale="en-US") as context:
        excel = PlayedExcel(context.new_page(), address)
        excel.open()
        yield excel

"""The Python API: load a contract, ask prices, explain, list, compare, check and build."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.errors import FileFormatError, InputError, OutputError, format_argument
from xlfuncs.functions.registry import (
    parse_bought_before_argument,
    parse_day_argument,
    parse_quantity_argument,
    parse_service_argument,
)
from xlfuncs.loader import (
    SHIPPED,
    FilePath,
    kind_of,
    load_bytes,
    load_draft,
    load_input,
    load_reading,
)
from xlfuncs.pricing.price_book import PriceBook, Question

if TYPE_CHECKING:
    from xlfuncs.pricing.contract import Contract
    from xlfuncs.pricing.diff import Change, Meaning
    from xlfuncs.pricing.price_book import Answer
    from xlfuncs.pricing.schedule_timeline import ScheduleLine, TimelinePeriod
    from xlfuncs.sheets.draft import Draft
    from xlfuncs.sheets.parsers import Problem, Reading
    from xlfuncs.sheets.row_checks import Finding

Quantity = int | float | Decimal
Day = date | str
"""A day, or its ISO text, such as 2013-12-20."""

EXTENSION = ".oxt"
MOST_SHOWN = 20
"""Problems of a file that an error lists; `check` finds all of them."""


class Differences(NamedTuple):
    """Where two contracts give different answers, and what else they state differently."""

    changes: list[Change]
    meanings: list[Meaning]

    def __bool__(self) -> bool:
        return bool(self.changes or self.meanings)


class NotCountable(OutputError):
    """A workbook whose formulas could price nothing; `lines` say why."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        super().__init__(f"{'; '.join(lines)}; a workbook with macros (.xlsm) can price these")


class LoadedContract:
    """A contract loaded from a contract file or a workbook.

    `contract` is what it states, `price_book` what it compiles to when it is asked. A quantity is a
    number of units; a day is a date or its ISO text; `service` may be left out where there is only
    one; with `known_on`, answers are those that the documents signed by that day would have given;
    `before` is what was bought before, where purchases add up.
    With `last_document`, documents of higher numbers do not count; `through` returns such a one.
    Every method raises InputError for a question that cannot be asked, and so for a service that
    the contract does not have.
    """

    __slots__ = ("_draft", "contract", "last_document", "path", "price_book")

    def __init__(
        self,
        path: FilePath,
        contract: Contract,
        draft: Draft | None = None,
        last_document: int | None = None,
    ) -> None:
        self.path = path
        self.contract = contract
        self.last_document = last_document
        self.price_book = PriceBook(contract, through=last_document)
        self._draft = draft

    @property
    def draft(self) -> Draft:
        """What a workbook is built from: the contract, and what people entered beside it."""
        if self._draft is None:
            from xlfuncs.sheets.draft import build_draft

            self._draft = load_draft(self.path)[1] or build_draft(self.contract)
        return self._draft

    @draft.setter
    def draft(self, draft: Draft) -> None:
        self._draft = draft

    def through(self, document: int) -> LoadedContract:
        """Return the contract as it stood through a document: later numbers are not there.

        0 is the agreement; from the number of the last document on, all of them count.

        >>> contract = load()
        >>> [contract.through(number).price(100_000, "2014-01-01") for number in (0, 1)]
        [None, Decimal('279995.00')]
        >>> bool(contract.through(0).diff(contract))  # what later documents have changed
        True
        """
        if not isinstance(document, int) or isinstance(document, bool) or document < 0:
            found = f"document is {document!r}"
            raise InputError(f"{found}; expected a document number, such as 2")
        return LoadedContract(self.path, self.contract, self._draft, document)

    def price(
        self,
        quantity: Quantity,
        purchased: Day,
        service: str | None = None,
        known_on: Day | None = None,
        before: Quantity | None = None,
    ) -> Decimal | None:
        """Return the price of a quantity bought on a day, None where the contract has none.

        >>> contract = load()
        >>> contract.price(100_000, "2013-12-31"), contract.price(100_000, "2014-01-01")
        (Decimal('255000.00'), Decimal('279995.00'))
        >>> contract.price(99_999, "2013-12-31") is None
        True
        """
        return self.price_book.price(_question(quantity, purchased, service, known_on, before))

    def answer(
        self,
        quantity: Quantity,
        purchased: Day,
        service: str | None = None,
        known_on: Day | None = None,
        before: Quantity | None = None,
    ) -> Answer:
        """Return the whole answer: price, outcome, the rows that decided, what is assumed.

        >>> answer = load().answer(100_000, "2013-12-20")
        >>> [row.clause for row in answer.decided], [row.clause for row in answer.displaced]
        (['1.A, footnote *'], ['1.A', 'page 9, Table (a.), last row'])
        """
        return self.price_book.answer(_question(quantity, purchased, service, known_on, before))

    def explain(
        self,
        quantity: Quantity,
        purchased: Day,
        service: str | None = None,
        known_on: Day | None = None,
        before: Quantity | None = None,
    ) -> str:
        """Explain in labelled lines what decided, or why there is no price.

        >>> print(load().explain(100_000, "2014-01-01"))  # doctest: +ELLIPSIS
        Asked: 100,000 IPs of Enterprise Vulnerability Management, purchased on 2014-01-01
        Price: 279,995.00 USD (billing period not on file)
        Because: Amendment 1, 1.A (package price for 100,000 IPs)
        ...
        """
        from xlfuncs.pricing.explain import explain_in_lines

        answer = self.answer(quantity, purchased, service, known_on, before)
        lines = explain_in_lines(self.price_book, answer)
        return "\n".join(f"{line.label}: {line.text}" for line in lines)

    def schedule(
        self, purchased: Day, service: str | None = None, known_on: Day | None = None
    ) -> list[ScheduleLine]:
        """List the price table in force on a day: ranges of quantities, each with its price.

        Where purchases add up, each price is for a quantity with nothing bought before.

        >>> [(str(line.first), str(line.last)) for line in load().schedule("2014-01-01")]
        [('1', '99999'), ('100000', '100000'), ('100001', 'None')]
        """
        from xlfuncs.pricing.schedule_timeline import schedule

        day = _day("purchased", purchased)
        return schedule(self.price_book, day, _service(service), _known(known_on))

    def timeline(
        self, quantity: Quantity, service: str | None = None, known_on: Day | None = None
    ) -> list[TimelinePeriod]:
        """List what a quantity costs through all days of purchase.

        Where purchases add up, it is bought with nothing before it.

        >>> [(str(period.since), str(period.answer.price)) for period in load().timeline(100_000)]
        [('2013-11-15', 'None'), ('2013-12-01', '255000.00'), ('2014-01-01', '279995.00')]
        """
        from xlfuncs.pricing.schedule_timeline import timeline

        counted = parse_quantity_argument(quantity)
        return timeline(self.price_book, counted, _service(service), _known(known_on))

    def diff(self, later: LoadedContract | None = None, known_on: Day | None = None) -> Differences:
        """Find where another contract gives different answers; falsy where none differs.

        Without another one, find what documents signed after `known_on` have changed.

        >>> contract = load()
        >>> bool(contract.diff(contract))
        False
        >>> changed = contract.diff(known_on="2013-11-30").changes
        >>> [change.since.isoformat() for change in changed]
        ['2013-12-01', '2014-01-01']
        """
        from xlfuncs.pricing.diff import find_changes, find_meanings

        known = _known(known_on)
        if not isinstance(later, LoadedContract | None):
            raise InputError(f"later is {later!r}; expected a contract from xlfuncs.load")
        if later is None and known is None:
            raise InputError(
                f"{self.path}: expected another contract, or known_on to compare what was known"
            )
        days = (known, None if later is None else known)
        later = later or self
        return Differences(
            find_changes(self.price_book, later.price_book, days),
            list(find_meanings(self.contract, later.contract)),
        )

    def build(
        self,
        kind: str = ".xlsx",
        *,
        functions: bool = True,
        built: Day | None = None,
        self_check: bool = False,
    ) -> bytes:
        """Build the content of a workbook (.xlsx, .xlsm, .xlam) or LibreOffice's extension (.oxt).

        A .xlsx has the functions as LAMBDA names, unless it is to be without `functions`. `built`
        is the day that the workbook names as its own, by default today; the same contract and day
        always give the same bytes. With `self_check`, a .xlsx begins with a sheet that
        compares its functions with what they should return. Raises InputError for another kind, for
        a contract without a prefix for its functions and for one `through` a document, NotCountable
        where LAMBDA names could price nothing, and HostError where xlwings' macros are missing.

        >>> load().build(".oxt")[:2]
        b'PK'
        """
        check_prefix(self.path, self.contract)
        self._check_all_documents()
        if kind == EXTENSION:
            from xlfuncs.hosts.extension import build_extension

            return build_extension(self.contract.prefix, self.contract.name)
        from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
        from xlfuncs.xlsx.lambdas.calculation_limits import find_long_sheets, find_uncountable_rows

        if kind not in (WorkbookKind.LAMBDAS, WorkbookKind.MACROS, WorkbookKind.ADD_IN):
            raise InputError(f"kind is {kind!r}; expected .xlsx, .xlsm, .xlam or .oxt")
        if kind == WorkbookKind.LAMBDAS and functions:
            uncounted = (
                f"{each} for formulas to count" for each in find_uncountable_rows(self.contract)
            )
            if lines := [*find_long_sheets(self.draft), *uncounted]:
                raise NotCountable(lines)
        made = WorkbookKind(kind) if functions else WorkbookKind.BARE
        day = date.today() if built is None else _day("built", built)
        if self_check and made != WorkbookKind.LAMBDAS:
            found = f"kind is {kind!r}" if functions else "it has no functions"
            raise InputError(f"{found}; expected a .xlsx with functions for a self-check")
        return build_workbook(self.draft, day, made, self_check=self_check)

    def build_addin(
        self,
        url: str,
        *,
        built: Day | None = None,
        pyodide: Mapping[str, bytes] | None = None,
        manifest_before: bytes | None = None,
    ) -> dict[str, bytes]:
        """Build the files of an Office add-in, by their names in its folder.

        `url` is the address of that folder on a web server; `pyodide` are the files of the Python
        that runs in the page (`xlfuncs.addin.pyodide.read_pyodide`), without which the page loads
        them from their public server. `manifest_before` is the manifest of an earlier build, which
        stays as it is where nothing but the day has changed. Raises InputError like `build`, and
        for an address that Office would not load.

        >>> "manifest.xml" in load().build_addin("https://prices.example.org/acme")
        True
        """
        check_prefix(self.path, self.contract)
        self._check_all_documents()
        from xlfuncs.addin.folder import build_folder

        day = date.today() if built is None else _day("built", built)
        return build_folder(
            self.contract,
            self.draft,
            url,
            day,
            pyodide=pyodide,
            manifest_before=manifest_before,
        )

    def _check_all_documents(self) -> None:
        """Raises InputError for a contract that stops at a document."""
        if self.last_document is not None:
            raise InputError(
                f"{self.path}: a workbook has all documents; build it without `through`"
            )


def load(path: FilePath = SHIPPED) -> LoadedContract:
    """Load a contract file (.toml) or a workbook (.xlsx, .xlsm, .xlam); default: the shipped one.

    Raises FileFormatError for a file that cannot be read, and InputError for one that states what
    no price can be calculated from, naming every problem.

    >>> load().contract.currency
    'USD'
    """
    return LoadedContract(path, contract_in(path, load_reading(path)))


def load_with_draft(path: FilePath) -> LoadedContract:
    """Load a contract together with what people entered beside it; raises like `load`."""
    reading, draft = load_draft(path)
    return LoadedContract(path, contract_in(path, reading), draft)


def check(path: FilePath = SHIPPED) -> list[Finding]:
    """Find what is wrong, doubtful or assumed in a contract file or a workbook.

    Raises FileFormatError where the file cannot be read at all.

    >>> sorted({finding.severity.value for finding in check()}, reverse=True)
    ['warning', 'note']
    """
    return check_naming(path)[1]


def check_naming(path: FilePath) -> tuple[str, list[Finding]]:
    """Find what is wrong or doubtful, and the contract's name, blank where it cannot be read.

    Raises FileFormatError where the file cannot be read at all.
    """
    from xlfuncs.sheets.lint import check as find

    if kind_of(path) == ".toml":
        reading = load_reading(path)
        return _name(reading), find(reading)
    entered = load_input(path)
    if entered.reading.contract is not None:
        return _name(entered.reading), find(entered.reading, entered.cells.purchases)
    return "", find(load_reading(path), unread=entered.reading.problems)


def _name(reading: Reading) -> str:
    return "" if reading.contract is None else reading.contract.name


def check_prefix(path: FilePath, contract: Contract) -> Contract:
    """Return the contract. Raises InputError where it has no prefix for its functions."""
    if not contract.prefix:
        raise InputError(f"{path}: no function prefix; expected one on the sheet Contract")
    return contract


def contract_in(path: FilePath, reading: Reading) -> Contract:
    """Return the contract of a reading. Raises InputError, naming every problem that it has."""
    if reading.contract is not None:
        return reading.contract
    lines = format_problems(path, reading.problems[:MOST_SHOWN])
    more = len(reading.problems) - MOST_SHOWN
    if more > 0:
        lines.append(
            f"and {more} more: xlfuncs check --contract {format_argument(os.fspath(path))}"
        )
    raise InputError("\n".join([f"{path} cannot be priced", *lines]))


def format_problems(path: FilePath, problems: Iterable[Problem]) -> list[str]:
    """Format problems of a file, each with the file and, where it has lines, its line."""
    line_of = find_lines(path)
    lines = []
    for problem in problems:
        line = line_of(problem.where)
        lines.append(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")
    return lines


def find_lines(path: FilePath) -> Callable[[str], int | None]:
    """Return a function that finds the line of a place in a contract file; None of one on a sheet.

    >>> find_lines(SHIPPED)("agreement.title") is None, find_lines("a.xlsx")("Tiers!C7") is None
    (False, True)
    """
    if os.fspath(path).lower().endswith(".toml"):
        from xlfuncs.contracts.toml_editor import Lines

        with suppress(FileFormatError, ValueError):  # somebody has changed it meanwhile
            return Lines(load_bytes(path).decode("utf-8-sig")).find
    return lambda place: None


def _question(
    quantity: Quantity,
    purchased: Day,
    service: str | None,
    known_on: Day | None,
    before: Quantity | None,
) -> Question:
    return Question(
        parse_quantity_argument(quantity),
        _day("purchased", purchased),
        _service(service),
        _known(known_on),
        parse_bought_before_argument(before),
    )


def _service(name: str | None) -> str | None:
    """Return the name. Blank text is a name that no service has; only None leaves it out."""
    return name if isinstance(name, str) else parse_service_argument(name)


def _day(name: str, day: Day) -> date:
    return parse_day_argument(name, day, date1904=False)


def _known(known_on: Day | None) -> date | None:
    return None if known_on is None else _day("known_on", known_on)

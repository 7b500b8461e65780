"""Tables of a contract file, taken apart key by key so that what is left over is unknown."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import LONGEST_SHOWN, is_blank, shown, text_of
from xlfuncs.tables.harmless import harmless
from xlfuncs.tables.reading import MOST_PROBLEMS
from xlfuncs.tables.records import Problem
from xlfuncs.tables.years import year_in

Table = dict[str, Any]

EXPECTED: dict[type, str] = {str: "text in quotes", list: "a list in [ ]", dict: "a table"}

NOT_AS_A_DATE = {str: ", without quotes", datetime: ", without a time of day"}


class Keys:
    """One table and its path; problems with its keys are collected, not raised."""

    def __init__(self, table: Table, path: str, problems: list[Problem]) -> None:
        self._left = dict(table)
        self._known: list[str] = []
        self._problems = problems
        self.path = path

    def where(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def problem(self, key: str, text: str) -> None:
        self._problems.append(Problem(self.where(key), text))

    def take(self, key: str) -> Any:
        """The value of a key, None where it is missing."""
        self._known.append(key)
        return self._left.pop(key, None)

    def day(self, key: str, required: bool = False) -> date | None:
        """The value of a key that has to be a TOML date; None where it is missing, blank or none.

        A cell may hold a day as a number or a text, but a file can say plainly which day is meant.
        """
        value = self.take(key)
        if type(value) is date:
            return value
        if is_blank(value) and not required:
            return None
        year = year_in(value, value if isinstance(value, (int, Decimal)) else None)
        expected = f"expected a date such as 2013-12-20{NOT_AS_A_DATE.get(type(value), '')}"
        self.problem(key, f"is {shown(value)}{year}; {expected}")
        return None

    def take_kind(self, key: str, kind: type, default: Any, required: bool = False) -> Any:
        """The value of a key that has to be text, a list or a table."""
        value = self.take(key)
        if value is None:
            if required:
                self.problem(key, f"is missing; expected {EXPECTED[kind]}")
            return default
        if not isinstance(value, kind):
            self.problem(key, f"is {shown(value)}; expected {EXPECTED[kind]}")
            return default
        return value

    def text(self, key: str, required: bool = False) -> str:
        return self._clean(key, self.take_kind(key, str, "", required))

    def _clean(self, key: str, text: str) -> str:
        try:
            return text_of(text)
        except BadInput as refusal:
            self.problem(key, str(refusal))
            return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        texts = []
        for number, text in enumerate(self.take_kind(key, list, []), 1):
            where = f"{key}[{number}]"
            if isinstance(text, str) and not is_blank(text):
                texts.append(self._clean(where, text))
            else:
                self.problem(where, f"is {shown(text)}; expected {EXPECTED[str]}")
        return tuple(texts)

    def table(self, key: str, required: bool = False) -> Keys:
        found = self.take_kind(key, dict, {}, required)
        return Keys(found, self.where(key), self._problems)

    def tables(self, key: str) -> list[Keys]:
        """A list of tables, the first one having the number 1."""
        tables = []
        for number, table in enumerate(self.take_kind(key, list, []), 1):
            where = f"{self.where(key)}[{number}]"
            if isinstance(table, dict):
                tables.append(Keys(table, where, self._problems))
            else:
                self._problems.append(Problem(where, f"is {shown(table)}; expected a table"))
        return tables

    def done(self) -> None:
        """Complains about every key that nobody took."""
        known = list(dict.fromkeys(self._known))
        expected = f"expected one of: {', '.join(known)}"
        for key in self._left:
            named = len(self._problems) < MOST_PROBLEMS  # later ones are not shown
            perhaps = _closest(key, known) if named else ""
            self.problem(_told(key), f"is an unknown key{perhaps}; {expected}")


def _told(key: str) -> str:
    """An unknown key as a message names it."""
    told = harmless(key)
    return told if len(told) <= LONGEST_SHOWN else f"{told[: LONGEST_SHOWN - 3]}..."


def _closest(key: str, known: list[str]) -> str:
    """The key that may have been meant."""
    from difflib import get_close_matches  # noqa: PLC0415 - seldom

    close = get_close_matches(key.lower(), known, 1)
    return f", perhaps {close[0]}" if close else ""

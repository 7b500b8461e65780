"""The services of a contract file, and which of them its rows price."""

from __future__ import annotations

from itertools import islice
from typing import Any

from xlfuncs.files.contracts.keys import Keys
from xlfuncs.pricing.contract import service_key
from xlfuncs.tables.cells import Cell, is_blank, shown
from xlfuncs.tables.schema import SERVICE_FIELDS

MOST_NAMED = 20
"""Services that a message names."""


class Services:
    """The tables `[[services]]` by the key of their names."""

    def __init__(self, top: Keys) -> None:
        self._tables: dict[str, tuple[Keys, dict[str, Any]]] = {}
        self._priced: set[str] = set()
        for keys in top.tables("services"):
            cells = {"service": keys.text("name", required=True)}
            cells |= {field: keys.take(field) for field in SERVICE_FIELDS}
            keys.done()
            key = service_key(cells["service"])
            if key in self._tables:
                keys.problem(
                    "name", f"is {shown(cells['service'])} a second time; expected it once"
                )
            self._tables[key] = (keys, cells)

    @property
    def names(self) -> list[str]:
        """The names as the tables state them."""
        return [cells["service"] for _, cells in self._tables.values()]

    def cells_for(self, row: Keys) -> tuple[dict[str, Any], dict[str, str]]:
        """The cells that the row's service gives it, and where those are.

        The service is spelled as in the row, if it is named there.
        """
        name = row.take("service")
        if not self.expect(row, name):
            return {"service": "(unknown)"}, {}
        key = next(iter(self._tables)) if is_blank(name) else service_key(name)
        keys, cells = self._tables[key]
        self._priced.add(key)
        if not is_blank(name):
            cells = {**cells, "service": name}
        return cells, {field: keys.where(field) for field in SERVICE_FIELDS}

    def expect(self, keys: Keys, name: Cell) -> bool:
        """Whether a name is that of a service; it may be left out where there is only one."""
        if is_blank(name):
            known = len(self._tables) == 1
        else:
            known = isinstance(name, str) and service_key(name) in self._tables
        if not known:
            first = islice(self._tables.values(), MOST_NAMED)
            names = ", ".join(shown(cells["service"]) for _, cells in first)
            if len(self._tables) > MOST_NAMED:
                names = f"{names} and {len(self._tables) - MOST_NAMED:,} more"
            found = "is missing" if is_blank(name) else f"is {shown(name)}"
            keys.problem("service", f"{found}; expected one of the services {names or '(none)'}")
        return known

    def complain_of_unpriced(self) -> None:
        """A service without rows would not be on any sheet."""
        for key, (keys, cells) in self._tables.items():
            if key not in self._priced:
                found = f"is {shown(cells['service'])}, which no row prices"
                expected = "expected a row, such as one charged 'withdrawn' or 'not on file'"
                keys.problem("name", f"{found}; {expected}")

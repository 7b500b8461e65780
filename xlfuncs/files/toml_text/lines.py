"""The line of a contract file on which something stands that a message is about."""

from __future__ import annotations

import re

from xlfuncs.files.toml_text.statements import Kind, Location, Locations, statements_of

PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Lines:
    """The lines of a text that is valid TOML, by the places that messages name."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Location, int] = {}
        locations, number = Locations(), 1
        table: Location = ()
        for statement in statements_of(text):
            if statement.kind is Kind.HEADER:
                table = locations.of(statement)
                self._lines.setdefault(table, number)
            elif statement.kind is Kind.KEY:
                for key in statement.keys:
                    self._lines.setdefault((*table, key), number)
            number += statement.text.count("\n")

    def of(self, place: str) -> int | None:
        """The line of a key, counted from 1; of its table where the key does not stand there.

        >>> Lines('[agreement]\\ntitle = "A"\\n[[agreement.tiers]]\\ncharge = "x"').of(
        ...     "agreement.tiers[1].charge")
        4
        """
        found = PART.findall(place)
        location: Location = tuple(int(number) - 1 if number else key for key, number in found)
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines.get(location)

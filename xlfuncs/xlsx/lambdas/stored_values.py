"""Values stored with the formulas of the sheet Rows on the day of the build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.contract import Charge, Contract, service_key
from xlfuncs.sheets.cells import Cell, is_blank, serial_of
from xlfuncs.sheets.draft import BLANK, Draft, Line
from xlfuncs.sheets.schema import AMENDMENTS, COLUMNS, TIERS
from xlfuncs.xlsx.lambdas.limits import (
    ALWAYS,
    CHARGES,
    LEAST_DECIMALS,
    PART_UNITS,
    Counted,
    counted_of,
    figures_of,
    ladder_of,
    ladder_totals,
    ladders_of,
    rivals_of,
    scales_of,
)

Values = dict[str, list[Cell]]
"""Cells by the title of their column."""

FEES = [CHARGES.index(charge) + 1 for charge in (Charge.ADDITIONAL, Charge.NOT_ON_FILE)]
WRONG = ("Wrong cell", "Wrong row", "Wrong for the service")
NOTHING: dict[str, Cell] = {
    "Ladder from": 0,
    "Slab total": 0,
    "Ladder total": 0,
    "Filled": 0,
    "Service key": "",
    "Service number": 0,
    "First": 0,
    "Last": 0,
    "Since": 0,
    "Until": ALWAYS,
    "Charge number": 0,
    "Known charge number": 7,
    "Known from": 0,
    "Windowed": 0,
    "Weight": 0,
    "Known weight": 0,
    "Weight without windows": 0,
    "Known weight without windows": 0,
    "Rivals": 0,
    "Decimals": LEAST_DECIMALS,
    "Total": 0,
    "Rate": 0,
    "Left": 0,
    "Citation": "",
    "Part units number": "",
}
"""What a row with nothing in it is worth."""


def values_of(draft: Draft, contract: Contract, title_row: int) -> dict[str, Values]:
    """The values of each column, by block and title.

    `title_row` is the row of the titles on the sheets Tiers and Amendments.
    """
    scales = list(scales_of(contract).values())
    rows = list(_rows(draft, contract, scales, title_row))
    found: Values = {
        "Titles of Tiers": [0],
        "Titles of Amendments": [0],
        "Problems": [0],
        "The first": [""],
    }
    return {
        "Found": found,
        "Rows": {title: [row[title] for row in rows] for title in rows[0]},
        "Services": {**_services(contract, scales), "At nothing": _at_nothing(rows, contract)},
    }


def counted_in(draft: Draft, contract: Contract) -> list[Counted | None]:
    """The rows of the sheets as they count, None for one in which nothing stands."""
    stated = iter(contract.rows)
    lines = [*(draft.tiers or [{}]), *(draft.amendments or [{}])]
    rows = [next(stated) if _is_filled(line) else None for line in lines]
    numbers = {service.key: number for number, service in enumerate(contract.services, 1)}
    return [
        None if row is None else counted_of(row, contract.services, numbers, nth)
        for nth, row in enumerate(rows, 1)
    ]


def _rows(
    draft: Draft, contract: Contract, scales: Sequence[int], title_row: int
) -> Iterator[dict[str, Cell]]:
    lines = [
        (sheet, title_row + number, line)
        for sheet, table in ((TIERS, draft.tiers), (AMENDMENTS, draft.amendments))
        for number, line in enumerate(table or [{}], 1)
    ]
    counted = counted_in(draft, contract)
    filled = [each for each in counted if each]
    rivals = rivals_of(filled)
    ladders = ladders_of(filled, rivals)
    totals = ladder_totals(ladders, contract, scales)
    for (sheet, place, line), counts in zip(lines, counted, strict=True):
        worked_out = dict(NOTHING)
        if counts is not None:
            worked_out |= _weighed(counts, counts.number in rivals)
            worked_out |= figures_of(counts, contract, scales)
            worked_out |= ladder_of(counts, ladders, totals, contract, scales)
        yield {
            "Sheet": sheet,
            "Row": place,
            **{column.title: _stated(line, column.field) for column in COLUMNS},
            **dict.fromkeys(WRONG, ""),
            **worked_out,
            "Part units number": _part_units(line),
        }


def _weighed(counts: Counted, has_rivals: bool) -> dict[str, Cell]:
    weight, known_weight = (
        counts.weight(charge) for charge in (counts.charge, counts.known_charge)
    )
    always = 0 if counts.row.windowed else 1
    return {
        "Filled": 1,
        "Service key": service_key(counts.row.service),
        "Service number": counts.service,
        "First": counts.first,
        "Last": counts.last,
        "Since": counts.since,
        "Until": counts.until,
        "Charge number": counts.charge,
        "Known charge number": counts.known_charge,
        "Known from": _serial(counts.row.signed) or 0,
        "Windowed": 1 - always,
        "Weight": weight,
        "Known weight": known_weight,
        "Weight without windows": weight * always,
        "Known weight without windows": known_weight * always,
        "Rivals": int(has_rivals),
    }


def _services(contract: Contract, scales: Sequence[int]) -> Values:
    services = contract.services
    return {
        "Key": [service.key for service in services],
        "Name": [service.name for service in services],
        "Unit": [service.unit for service in services],
        "Step": [float(service.step) for service in services],
        "Part units": [PART_UNITS.index(service.part_units) + 1 for service in services],
        "Scale": list(scales),
    }


def _at_nothing(rows: Sequence[Mapping[str, Cell]], contract: Contract) -> list[Cell]:
    """How many rows of each service may say something of quantity 0."""
    saying = [
        row["Service number"] for row in rows if row["First"] == 0 and row["Charge number"] in FEES
    ]
    return [saying.count(number) for number, _ in enumerate(contract.services, 1)]


def _is_filled(line: Line) -> bool:
    return any(not is_blank(entered.read) for entered in line.values())


def _stated(line: Line, field: str) -> Cell:
    """A cell as it stands there; blank ones as empty text."""
    value = line.get(field, BLANK).value
    if isinstance(value, date):
        return _serial(value)
    if isinstance(value, Decimal):
        return float(value)
    return "" if is_blank(value) else value


def _part_units(line: Line) -> Cell:
    said = _stated(line, "part_units")
    words = [each.value for each in PART_UNITS]
    return words.index(" ".join(said.split()).lower()) + 1 if said else ""


def _serial(day: date | None) -> float | None:
    return None if day is None else serial_of(day, date1904=False)

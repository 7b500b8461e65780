"""The column Bought before of the sheet Purchases: what its table says was bought in the period.

A formula of Excel's oldest functions adds it up, for every host, where a service of the contract
counts purchases of a period together. How it counts them is on the hidden sheet, a row for each
service, by formulas, too: it follows what is typed on Tiers and Amendments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import MOST_DECIMALS, Contract, Counted
from xlfuncs.pricing.counting import find_period
from xlfuncs.pricing.dated_rows import dated_rows
from xlfuncs.pricing.precedence import DocumentsInForce
from xlfuncs.pricing.spans import Span
from xlfuncs.sheets.cells import NOT_AVAILABLE, YEARS, Cell, to_serial
from xlfuncs.sheets.draft import BLANK, InputRow
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    BOUGHT_BEFORE,
    POINTS,
    PURCHASES,
    QUESTION_FIELDS,
    TIERS,
    format_title,
)
from xlfuncs.xlsx.formulas import Formula, write_formula
from xlfuncs.xlsx.sheets.contract import FIRST_POINT_ROW, SERVICES, service_names_of
from xlfuncs.xlsx.styles import NOTE, POINT, write_cell

PERIODS = (
    Counted.MONTH,
    Counted.QUARTER,
    Counted.YEAR,
    Counted.CONTRACT_YEAR,
    Counted.TERM,
)
"""By what purchases add up, in the order of their numbers on the hidden sheet, from 1."""

NUMBERS = {counted: number for number, counted in enumerate(PERIODS, 1)}

AGREED, COUNTED, ENTERED, READABLE, UNREADABLE = "OPQRS"
"""The columns of the hidden sheet: the agreement's date (a single cell), and of each service by
what its purchases add up, its purchases, those that can be added up, and how many cannot be."""

WHOLE = Decimal("0.000001")
"""As near as a quantity has to be to whole steps of its service."""

NOT_KNOWN = (
    "not determinable: what was bought before is not known; correct each purchase in this table "
    "whose quantity, date or service cannot be read, or that is part of a unit"
)
"""The explanation of a price that what was bought before keeps back."""


def adds_up_by_period(contract: Contract) -> bool:
    """Whether purchases of a service add up by a period, so that Purchases has the column."""
    return any(service.counted in PERIODS for service in contract.services)


def pass_on(place: str) -> str:
    """A cell as a range of one, for a 0 that arrives alone in LibreOffice counts as blank.

    >>> pass_on("B8")
    'B8:B8'
    """
    return f"{place}:{place}"


def in_this_row(title: str) -> str:
    """The cell of a column of Purchases in the same row."""
    return f"{PURCHASES}[[#This Row],[{title}]]"


BEFORE_IN_THIS_ROW = pass_on(in_this_row(BOUGHT_BEFORE.title))
"""The quantity bought before, as a range of one."""

NO_ARGUMENT = '""'
"""In the place of an argument that is left out before others."""


def format_reason(explanation: str) -> str:
    """Write why nothing is priced before the explanation that a function gives."""
    error = f"ISERROR({in_this_row(BOUGHT_BEFORE.title)})"
    return f'IF({error},"{NOT_KNOWN}",{explanation})'


QUANTITY, DAY, SERVICE = (format_title(field) for field in QUESTION_FIELDS)


def format_bought_before(contract: Contract) -> str:
    """Write the formula of the column.

    It is blank where purchases do not add up and where its own row cannot be read, and `#N/A` where
    another purchase of the service cannot be.
    """
    day = in_this_row(DAY)
    counted, unreadable = (_of_the_service(contract, letter) for letter in (COUNTED, UNREADABLE))
    begins = _format_first_day(day, counted)
    all_days, all_quantities = (f"{PURCHASES}[{title}]" for title in (DAY, QUANTITY))
    same = ""
    if len(contract.services) > 1:
        same = f"EXACT({PURCHASES}[{SERVICE}],{in_this_row(SERVICE)})*"
    above = f"({all_days}<INT({day})+1)*(ROW({all_quantities})<ROW())"
    earlier = f"(({all_days}<INT({day}))+{above}>0)"
    bought = f"ROUND(SUMPRODUCT({same}({all_days}>={begins})*{earlier},{all_quantities}),6)"
    is_read = f"ISNUMBER({in_this_row(QUANTITY)})*ISNUMBER({day})"
    return f'IF({is_read}=0,"",IF({counted}=0,"",IF({unreadable}>0,NA(),{bought})))'


def _format_first_day(day: str, counted: str) -> str:
    """The first day of the period of a day; that of a leap day's anniversary is 1 March."""
    agreed = _hidden(AGREED)
    of_month = f"DATE(YEAR({day}),MONTH({day}),DAY({agreed}))"
    months = f"12*INT((MONTH({day})-MONTH({agreed})-({day}<{of_month}))/12)"
    of_contract = f"DATE(YEAR({day}),MONTH({agreed})+{months},DAY({agreed}))"
    length = f"CHOOSE({counted},1,3,12)"
    of_calendar = f"DATE(YEAR({day}),1+{length}*INT((MONTH({day})-1)/{length}),1)"
    by_contract_year, by_term = NUMBERS[Counted.CONTRACT_YEAR], NUMBERS[Counted.TERM]
    return f"IF({counted}={by_term},0,IF({counted}={by_contract_year},{of_contract},{of_calendar}))"


def _of_the_service(contract: Contract, letter: str) -> str:
    """What the hidden sheet says of the service in this row."""
    if len(contract.services) == 1:
        return _hidden(letter)
    named = f"EXACT({service_names_of(contract)},{in_this_row(SERVICE)})"
    return f"SUMPRODUCT({named}*{_hidden_column(contract, letter)})"


def _hidden(letter: str, row: int = FIRST_POINT_ROW) -> str:
    return f"'{POINTS}'!${letter}${row}"


def _hidden_column(contract: Contract, letter: str) -> str:
    last_row = FIRST_POINT_ROW + len(contract.services) - 1
    return f"{_hidden(letter)}:${letter}${last_row}"


# The hidden sheet: by what the purchases of each service add up, and whether they can be.


def write_how_purchases_add_up(
    sheet: Worksheet, contract: Contract, lines: Sequence[InputRow]
) -> dict[str, Cell]:
    """Write a row for each service. Returns the values of the formulas by their cells."""
    titles = ("Agreement's date", "Adds up by", "Purchases", "Readable", "Unreadable")
    for letter, title in zip((AGREED, COUNTED, ENTERED, READABLE, UNREADABLE), titles, strict=True):
        write_cell(sheet, f"{letter}{FIRST_POINT_ROW - 1}", title, NOTE)
    purchases = AddedUp(contract, lines)
    values: dict[str, Cell] = {}

    def write(letter: str, row: int, text: str, value: Cell) -> None:
        values.update(write_formula(sheet, f"{letter}{row}", Formula(text, value), POINT))

    write(AGREED, FIRST_POINT_ROW, _format_agreed(), purchases.agreed)
    quantities, days = (f"{PURCHASES}[{title}]" for title in (QUANTITY, DAY))
    is_entered = f'(({quantities}<>"")+({days}<>"")>0)'
    everything = f"SUMPRODUCT(--{is_entered})-SUM({_hidden_column(contract, ENTERED)})"
    for number, service in enumerate(contract.services):
        row = FIRST_POINT_ROW + number
        mine = f"{is_entered}*{_is_of(contract, f'{PURCHASES}[{SERVICE}]', row)}"
        steps = f"{quantities}/{service.step.normalize():f}"
        is_read = (
            f"ISNUMBER({quantities})*ISNUMBER({days})*({quantities}>=0)*({days}>={YEARS.stop})"
            f"*({days}<{FIRST_AFTER})*(ABS({steps}-ROUND({steps},0))<{WHOLE})"
        )
        write(COUNTED, row, _format_counted(contract, row), purchases.counted(number))
        write(ENTERED, row, f"SUMPRODUCT({mine})", purchases.entered(number))
        write(READABLE, row, f"IFERROR(SUMPRODUCT({mine}*{is_read}),0)", purchases.readable(number))
        unreadable = f"{everything}+{ENTERED}{row}-{READABLE}{row}"
        write(UNREADABLE, row, f"IFERROR({unreadable},1)", purchases.unreadable(number))
    return values


def _is_of(contract: Contract, services: str, row: int) -> str:
    """Which of these cells name the service of a row; of the only one, those that are blank, too.

    Names have to be spelled as they are on the list, for what Excel takes for one the core may not.
    """
    named = f"EXACT({services},{_hidden(SERVICES, row)})"
    return f'(({services}="")+{named}>0)' if len(contract.services) == 1 else named


def _format_agreed() -> str:
    """The agreement's date, 0 where a tier has none."""
    dated, titled = f"{TIERS}[{format_title('signed')}]", f"{TIERS}[{format_title('title')}]"
    all_dated = f'COUNT({dated})=SUMPRODUCT(--({titled}<>""))'
    return f"IFERROR(IF({all_dated},INT(MIN({dated})),0),0)"


def _format_counted(contract: Contract, row: int) -> str:
    """By what the purchases of a service add up, as a number; 0 where it is nothing that is known.

    A contract year needs the agreement's date.
    """
    words = ",".join(f'"{counted.value}"' for counted in PERIODS)
    numbers = ",".join(map(str, NUMBERS.values()))
    stated = []
    for sheet in (TIERS, AMENDMENTS):
        named = f"(TRIM({sheet}[{SERVICE}])={_hidden(SERVICES, row)})"
        if len(contract.services) == 1:
            named = f'(({sheet}[{SERVICE}]="")+{named}>0)'
        says = f"({sheet}[{format_title('counted')}]={{{words}}})*{{{numbers}}}"
        stated.append(f"SUMPRODUCT(MAX({named}*{says}))")
    found, by_contract_year = f"MAX({','.join(stated)})", NUMBERS[Counted.CONTRACT_YEAR]
    undated = f"AND({_hidden(AGREED)}=0,{found}={by_contract_year})"
    return f"IFERROR(IF({undated},0,{found}),0)"


# What those formulas come to, for the values that are stored with them.


@dataclass(frozen=True, slots=True)
class _Line:
    """A purchase as formulas see it: the day and the quantity are None where they cannot be read.

    `number` is that of its service on the hidden sheet, None where that is not one of them.
    """

    is_entered: bool
    number: int | None
    quantity: Decimal | None
    day: int | None


class AddedUp:
    """The purchases of a table, added up as the formulas do."""

    def __init__(self, contract: Contract, lines: Sequence[InputRow]) -> None:
        self._services = contract.services
        self._agreed = DocumentsInForce(dated_rows(contract)).agreement_date
        self._lines = [self._read(line) for line in lines]

    @property
    def agreed(self) -> Cell:
        """The agreement's date as a number, 0 where it is not on file."""
        return 0 if self._agreed is None else to_serial(self._agreed, date1904=False)

    def counted(self, number: int) -> int:
        """By what the purchases of a service add up, as a number; 0 where it is not known."""
        counted = self._services[number].counted
        is_undated = counted is Counted.CONTRACT_YEAR and self._agreed is None
        return 0 if is_undated else NUMBERS.get(counted, 0)

    def entered(self, number: int) -> int:
        """The purchases of a service."""
        return sum(line.is_entered and line.number == number for line in self._lines)

    def readable(self, number: int) -> int:
        """Those of them that can be added up."""
        mine = [line for line in self._lines if line.is_entered and line.number == number]
        return sum(self._is_whole(line, number) for line in mine)

    def unreadable(self, number: int) -> int:
        """The purchases that cannot be added up, and may be of the service."""
        unknown = sum(line.is_entered and line.number is None for line in self._lines)
        return unknown + self.entered(number) - self.readable(number)

    def list_bought_before(self) -> list[Cell]:
        """What was bought before each purchase in its period, as the column has it."""
        unreadable = [self.unreadable(number) for number in range(len(self._services))]
        found: list[Cell] = [""] * len(self._lines)
        totals: dict[tuple[int, Span | None], Decimal] = {}
        by_day = sorted(enumerate(self._lines), key=lambda each: each[1].day or 0)
        for place, line in by_day:
            if line.number is None or line.quantity is None or line.day is None:
                continue
            if not self.counted(line.number):
                continue
            if unreadable[line.number]:
                found[place] = NOT_AVAILABLE
                continue
            day = date.fromordinal(line.day)
            period = line.number, find_period(self._services[line.number], day, self._agreed)
            before = totals.get(period, Decimal(0))
            found[place] = float(round(before, MOST_DECIMALS))
            totals[period] = before + line.quantity
        return found

    def _read(self, line: InputRow) -> _Line:
        quantity, day, service = (line.get(field, BLANK).value for field in QUESTION_FIELDS)
        names = [each.name for each in self._services]
        number = names.index(service) if service in names else None
        if len(names) == 1 and service in (None, ""):
            number = 0
        is_entered = any(cell not in (None, "") for cell in (quantity, day))
        return _Line(is_entered, number, _read_quantity(quantity), _read_ordinal(day))

    def _is_whole(self, line: _Line, number: int) -> bool:
        if line.quantity is None or line.day is None or line.quantity < 0:
            return False
        steps = line.quantity / self._services[number].step
        is_day = YEARS.stop <= line.day - BEFORE_DAYS < FIRST_AFTER
        return is_day and abs(steps - round(steps)) < WHOLE


BEFORE_DAYS = date(1899, 12, 30).toordinal()
FIRST_AFTER = 2_958_466
"""The first number that is no day to a spreadsheet."""


def _read_quantity(cell: Cell) -> Decimal | None:
    is_number = isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool)
    return Decimal(str(cell)) if is_number else None


def _read_ordinal(cell: Cell) -> int | None:
    """The day in a cell that a spreadsheet takes for a number, without its time."""
    if isinstance(cell, date):
        return cell.toordinal()
    number = _read_quantity(cell)
    return None if number is None else int(number // 1) + BEFORE_DAYS

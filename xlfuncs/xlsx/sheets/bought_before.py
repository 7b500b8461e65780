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

AGREED, COUNTED, ENTERED, READABLE, UNREADABLE, LISTED = "OPQRST"
"""The columns of the hidden sheet: the agreement's date (a single cell), and of each service by
what its purchases add up, its purchases, those that can be added up, how many cannot be, and how
many have its name in the very letters of the list."""

WHOLE = Decimal("0.000001")
"""As near as a quantity has to be to whole steps of its service."""

NOT_KNOWN = (
    "not determinable: what was bought before is not known; correct each purchase in this table "
    "whose quantity or date cannot be read, whose service is not spelled as on Tiers, or that is "
    "part of a unit"
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


def pass_error_on(call: str) -> str:
    """Write that an error in the column is the answer of another column, too.

    LibreOffice calls no function for a range that holds one, and shows #VALUE!.
    """
    before = in_this_row(BOUGHT_BEFORE.title)
    return f"IF(ISERROR({before}),{before},{call})"


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
    above = f"({all_days}<INT({day})+1)*(ROW({all_quantities})<ROW())"
    earlier = f"(({all_days}<INT({day}))+{above}>0)"

    def add_up(same: str) -> str:
        those = f"{same}({all_days}>={begins})*{earlier}"
        return f"ROUND(SUMPRODUCT({those},{all_quantities}),6)"

    bought = add_up("")
    if len(contract.services) > 1:
        services, mine = f"{PURCHASES}[{SERVICE}]", in_this_row(SERVICE)
        write_key = _lower if _is_plain(contract) else _tidy
        as_listed = add_up(f"EXACT({services},{mine})*")  # in half the time
        as_typed = add_up(f"EXACT({write_key(services)},{write_key(mine)})*")
        entered, listed = (_hidden_column(contract, letter) for letter in (ENTERED, LISTED))
        bought = f"IF(SUM({listed})=SUM({entered}),{as_listed},{as_typed})"
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
    write_key = _lower if _is_plain(contract) else _tidy
    named = f"EXACT({write_key(service_names_of(contract))},{write_key(in_this_row(SERVICE))})"
    return f"SUMPRODUCT({named}*{_hidden_column(contract, letter)})"


# Names of services. Letter case and surplus spaces make no other name (rule 6), but hosts differ in
# what they take for a small letter, and so do languages. Where all names are in plain letters, no
# host takes one for another: the two letters that Turkish has beside "i" are refused. Otherwise
# names need the letter case of the list. A name that the functions read and the column does not
# makes the column #N/A, and never a wrong sum.

NO_BREAK = "\u00a0"
DOTTED, DOTLESS = "\u0130", "\u0131"


def _is_plain(contract: Contract) -> bool:
    return all(service.name.isascii() for service in contract.services)


def _tidy(cells: str) -> str:
    """Names without surplus spaces."""
    return f'TRIM(SUBSTITUTE({cells},"{NO_BREAK}"," "))'


def _lower(cells: str) -> str:
    return f"LOWER({_tidy(cells)})"


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
    titles = {
        AGREED: "Agreement's date",
        COUNTED: "Adds up by",
        ENTERED: "Purchases",
        READABLE: "Readable",
        UNREADABLE: "Unreadable",
        LISTED: "As listed",
    }
    for letter, title in titles.items():
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
        listed = f"{is_entered}*EXACT({PURCHASES}[{SERVICE}],{_hidden(SERVICES, row)})"
        write(LISTED, row, f"SUMPRODUCT({listed})", purchases.listed(number))
    return values


def _is_of(contract: Contract, services: str, row: int) -> str:
    """Which of these cells name the service of a row; of the only one, those that are blank, too.

    A name that is none for the core is none here.
    """
    name = _hidden(SERVICES, row)
    named = f"EXACT({_tidy(services)},{_tidy(name)})"
    if _is_plain(contract):
        letters = (f'ISERROR(FIND("{letter}",{services}))' for letter in (DOTTED, DOTLESS))
        named = "*".join([f"EXACT({_lower(services)},{_lower(name)})", *letters])
    named = f"ISTEXT({services})*{named}"  # a number is no name, however it looks
    if len(contract.services) > 1:
        return named
    return f'(({_tidy(services)}="")+{named}>0)'


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
    service: Cell
    number: int | None
    quantity: Decimal | None
    day: int | None


class AddedUp:
    """The purchases of a table, added up as the formulas do."""

    def __init__(self, contract: Contract, lines: Sequence[InputRow]) -> None:
        self._services = contract.services
        self._is_plain = _is_plain(contract)
        self._numbers = {
            self._key(each.name): number for number, each in enumerate(contract.services)
        }
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

    def listed(self, number: int) -> int:
        """Those with the name of the service as the list has it."""
        name = self._services[number].name
        return sum(line.is_entered and line.service == name for line in self._lines)

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
            number = 0 if len(self._services) == 1 else line.number
            if number is None or line.quantity is None or line.day is None:
                continue
            if not self.counted(number):
                continue
            if unreadable[number]:
                found[place] = NOT_AVAILABLE
                continue
            day = date.fromordinal(line.day)
            period = number, find_period(self._services[number], day, self._agreed)
            before = totals.get(period, Decimal(0))
            found[place] = float(round(before, MOST_DECIMALS))
            totals[period] = before + line.quantity
        return found

    def _read(self, line: InputRow) -> _Line:
        quantity, day, service = (line.get(field, BLANK).value for field in QUESTION_FIELDS)
        key = self._key(service)
        number = self._numbers.get(key) if isinstance(service, str) else None
        if len(self._services) == 1 and not key:
            number = 0
        is_entered = any(cell not in (None, "") for cell in (quantity, day))
        return _Line(is_entered, service, number, _read_quantity(quantity), _read_ordinal(day))

    def _key(self, service: Cell) -> str:
        """A name as formulas compare it."""
        name = "" if service is None else str(service).replace(NO_BREAK, " ")
        tidy = " ".join(filter(None, name.split(" ")))
        is_lower = self._is_plain and DOTTED not in tidy and DOTLESS not in tidy
        return tidy.lower() if is_lower else tidy

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

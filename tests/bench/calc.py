"""Ten thousand prices in Calc, beside a function that does nothing and native formulas."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median

from rich.table import Table

from tests.support.calc_session import Calc
from tests.support.workbook_edits import sheets_of
from xlfuncs.pricing.contract import Charge, Contract, Row, Service
from xlfuncs.sheets.schema import AMENDMENTS, TIERS, column_letter

ROWS = 10_000
RANGES, DOCUMENTS, WIDTH = 10, 6, 1000
FIRST_DAY = date(2020, 1, 1)
EPOCH = date(1899, 12, 30)
APART = 100
"""Days between an amendment and the next."""

HERE = "Here"
ONE_CELL_EACH, ONE_ARRAY = "one cell each", "one array formula"
NOTHING, LOOKED_UP, SUMMED = "a function that does nothing", "INDEX/MATCH", "SUMIFS/MAXIFS"


def amended_contract() -> Contract:
    """A price table of ten ranges, restated by each of five amendments."""
    random = Random(1)
    rows = [
        Row(
            document=document,
            title=f"Document {document}",
            service="Scanning",
            quantity_from=Decimal(WIDTH * number + 1),
            quantity_to=Decimal(WIDTH * (number + 1)),
            charge=Charge.PER_UNIT,
            unit_price=Decimal(random.randint(100, 10_000)).scaleb(-2),
            signed=FIRST_DAY + timedelta(APART * document),
            effective=FIRST_DAY + timedelta(APART * document),
        )
        for document in range(DOCUMENTS)
        for number in range(RANGES)
    ]
    return Contract("Bench", "QUALYS", (Service("Scanning", "IPs"),), tuple(rows))


def serial(day: date) -> float:
    return float((day - EPOCH).days)


class Bench:
    """A document with the contract's sheets, ten thousand questions, and a column of formulas."""

    def __init__(self, calc: Calc, contract: Contract, formulas: Callable[[Bench], None]) -> None:
        self.calc, self.book = calc, calc.open()
        for name, grid in zip((TIERS, AMENDMENTS), sheets_of(contract), strict=False):
            calc.insert_sheet(self.book, name)
            cells = [[plain(cell) for cell in row] for row in grid]
            calc.fill(self.book, name, f"A1:{column_letter(len(cells[0]) - 1)}{len(cells)}", cells)
        calc.insert_sheet(self.book, HERE)
        random = Random(2)
        days = APART * (DOCUMENTS + 1)
        first = serial(FIRST_DAY)
        asked = [
            [random.randint(1, WIDTH * RANGES), first + random.randrange(days)] for _ in range(ROWS)
        ]
        calc.fill(self.book, HERE, f"A1:B{ROWS}", asked)
        self._prepare(contract)
        formulas(self)

    def _prepare(self, contract: Contract) -> None:
        """What a person prepares for INDEX/MATCH: a row for each range, a column a document."""
        rates = {(row.document, row.quantity_from): float(row.unit_price) for row in contract.rows}
        firsts = sorted({row.quantity_from for row in contract.rows})
        begins = [serial(FIRST_DAY + timedelta(APART * each)) for each in range(DOCUMENTS)]
        table: list[list[object]] = [["", *begins]]
        table += [
            [float(first), *(rates[each, first] for each in range(DOCUMENTS))] for first in firsts
        ]
        self.calc.fill(self.book, HERE, f"F1:{column_letter(5 + DOCUMENTS)}{RANGES + 1}", table)

    def one_each(self, formula: str) -> None:
        rows = [[formula.format(row=row)] for row in range(1, ROWS + 1)]
        self.calc.type_all(self.book, HERE, f"C1:C{ROWS}", rows)

    def array(self, formula: str) -> None:
        self.calc.array(self.book, HERE, f"C1:C{ROWS}", formula)

    def answers(self) -> list[float]:
        return [row[0] for row in self.calc.values(self.book, HERE, f"C1:C{ROWS}")]


def plain(cell: object) -> object:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return serial(cell) if isinstance(cell, date) else float(str(cell))


def looked_up() -> str:
    """In the table prepared for it, whose first row has the days and first column the ranges."""
    last = column_letter(5 + DOCUMENTS)
    firsts, begins = f"$F$2:$F${RANGES + 1}", f"$G$1:${last}$1"
    rates = f"$G$2:${last}${RANGES + 1}"
    rate = f"INDEX({rates};MATCH(A{{row}};{firsts};1);MATCH(B{{row}};{begins};1))"
    return f"=ROUND(A{{row}}*{rate};2)"


def summed(contract: Contract) -> str:
    """Over the sheets as they are: the newest document in force, and in that the row that fits."""
    sheets = sheets_of(contract)
    letters = {title: column_letter(index) for index, title in enumerate(sheets.tiers[0])}

    def column(sheet: str, title: str) -> str:
        rows = len(sheets.tiers if sheet == TIERS else sheets.amendments)
        return f"${sheet}.${letters[title]}$2:${letters[title]}${rows}"

    def fitting(sheet: str) -> str:
        first, last = column(sheet, "Quantity from"), column(sheet, "Quantity to")
        return f'{first};"<="&A{{row}};{last};">="&A{{row}}'

    document, rate = column(AMENDMENTS, "Amendment no."), "Unit price"
    in_force = f'{fitting(AMENDMENTS)};{column(AMENDMENTS, "Effective date")};"<="&B{{row}}'
    newest = f"MAXIFS({document};{in_force})"
    amended = f"SUMIFS({column(AMENDMENTS, rate)};{fitting(AMENDMENTS)};{document};{newest})"
    agreed = f"SUMIFS({column(TIERS, rate)};{fitting(TIERS)})"
    return f"=ROUND(A{{row}}*IF({newest}=0;{agreed};{amended});2)"


def in_calc(runs: int) -> Table:
    """Microseconds a row, all in one LibreOffice and turn by turn."""
    contract = amended_contract()
    ways: dict[str, Callable[[Bench], None]] = {
        NOTHING: lambda bench: bench.one_each("=DO_NOTHING(A{row};B{row})"),
        ONE_CELL_EACH: lambda bench: bench.one_each("=QUALYS_PRICE(A{row};B{row})"),
        ONE_ARRAY: lambda bench: bench.array(f"=QUALYS_PRICE(A1:A{ROWS};B1:B{ROWS})"),
        LOOKED_UP: lambda bench: bench.one_each(looked_up()),
        SUMMED: lambda bench: bench.one_each(summed(contract)),
    }
    with tempfile.TemporaryDirectory() as folder:
        calc = Calc(Path(folder))
        try:
            benches = {way: Bench(calc, contract, formulas) for way, formulas in ways.items()}
            priced = {way: bench.answers() for way, bench in benches.items() if way != NOTHING}
            assert all(answers == priced[ONE_ARRAY] for answers in priced.values())
            seconds: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(runs):
                for way, bench in benches.items():
                    seconds[way] += calc.seconds_to_calculate(bench.book, 1)
        finally:
            calc.end()
    return _table(seconds)


def _table(seconds: dict[str, list[float]]) -> Table:
    table = Table(
        f"{ROWS:,} prices in LibreOffice Calc", "us a row", "x does nothing", "x INDEX/MATCH"
    )
    for way, taken in seconds.items():
        ratios = [
            median(one / other for one, other in zip(taken, seconds[each], strict=True))
            for each in (NOTHING, LOOKED_UP)
        ]
        micro = median(taken) / ROWS * 1e6
        table.add_row(way, f"{micro:.2f}", *(f"{ratio:.2f}" for ratio in ratios))
    return table

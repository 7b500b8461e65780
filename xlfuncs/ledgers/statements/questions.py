"""The questions in a ledger, in SQL: each line with what it asks for, or with what is wrong."""

from __future__ import annotations

from xlfuncs.ledgers.ledger import Ledger
from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.ledgers.statements import reading, services
from xlfuncs.ledgers.statements.counting import counted, part
from xlfuncs.ledgers.style import Style
from xlfuncs.pricing.quantities import MOST_DECIMALS, MOST_DIGITS
from xlfuncs.tables.cells import FIRST_CERTAIN_DAY
from xlfuncs.tables.years import NO_DAY, YEARS

UNTOLD = (
    f", which a spreadsheet cannot tell from a year between {YEARS[0]} and {YEARS[-1]}; expected a "
    "later or earlier day"
)
"""What is said of a day of 1905."""

LONGEST_SHOWN = 60
"""Characters of a cell that a message repeats."""


def questions(ledger: Ledger, table: PriceTable) -> str:
    """The cells read, the quantity as counted, and the number of the part of the price list.

    It is `cell`, that of the only line there, where the price list is plain, or else `part`.

    `unmeasured` and `undated` tell what is wrong with a quantity and a day; `unpaid` what is wrong
    with an amount paid, which keeps nobody from working out the price.
    """
    style, columns = ledger.style, ledger.columns
    quantity, day = ledger.text(columns.quantity), ledger.text(columns.purchased)
    service = None if columns.service is None else ledger.text(columns.service)
    paid = "CAST(NULL AS DECIMAL(18, 2))"
    unpaid = "CAST(NULL AS VARCHAR)"
    sound = " AND broken IS NULL" if ledger.inspected else ""
    if columns.paid is not None:
        amount = ledger.text(columns.paid)
        paid = reading.amount(amount, style)
        if ledger.inspected:
            paid = f"CASE WHEN broken IS NULL THEN {paid} END"
        unpaid = f"CASE WHEN paid IS NULL{sound} THEN {_unpaid(amount, style)} END"
    whole = table.whole
    number = "cell" if table.plain else "part"
    return f"""typed AS (
  SELECT *,
    {reading.quantity(quantity, style, whole=whole)} AS quantity,
    {reading.day(day, style)} AS day,
    {services.service(service, table.contract.services)} AS service,
    {paid} AS paid
  FROM {ledger.relation}
), measured AS (
  SELECT *, {counted(table)} AS counted FROM typed
), asked AS (
  SELECT *,
    COALESCE({part(table, sound)}, 0) AS {number},
    CASE WHEN quantity IS NULL THEN {_misread(quantity, style)} END AS unmeasured,
    CASE WHEN day IS NULL THEN {_undated(day, style)} END AS undated,
    {unpaid} AS unpaid
  FROM measured
)"""


def _misread(column: str, style: Style) -> str:
    """What is wrong with a quantity, null where nothing is but that it has a part."""
    example = f"100000 or 2{style.decimal}5"
    return (
        f"CASE WHEN {_blank(column)} THEN 'quantity is blank; expected digits such as {example}' "
        f"WHEN {reading.is_figure(column, style)} THEN NULL "
        f"WHEN {reading.is_number(column, style)} THEN 'quantity is ' || {shown(column)} "
        f"|| '; expected at most {MOST_DIGITS} digits, {MOST_DECIMALS} of them decimals' "
        f"ELSE 'quantity is ' || {shown(column)} || '; expected digits such as {example}' END"
    )


def _undated(column: str, style: Style) -> str:
    expected = f"expected a date such as {style.dates.example}, from {FIRST_CERTAIN_DAY} on"
    return (
        f"CASE WHEN {_blank(column)} THEN 'day of purchase is blank; {expected}' "
        f"WHEN {_is_year(column)} "
        f"THEN 'day of purchase is ' || {shown(column)} || '{NO_DAY}; {expected}' "
        f"WHEN {_is_shown_for_a_year(column)} "
        f"THEN 'day of purchase is ' || {shown(column)} || '{UNTOLD}' "
        f"ELSE 'day of purchase is ' || {shown(column)} || '; {expected}' END"
    )


def _is_year(column: str) -> str:
    centuries = "|".join(str(year // 100) for year in YEARS[::100])
    return reading.matches(reading.text(column), f"({centuries})[0-9]{{2}}([.]0+)?")


def _is_shown_for_a_year(column: str) -> str:
    """Whether a cell is a day that a spreadsheet shows for a year."""
    written = reading.text(column)
    return f"TRY_CAST(SUBSTRING({written}, 1, 10) AS DATE) {reading.IN_A_YEARS_PLACE}"


def _unpaid(column: str, style: Style) -> str:
    return (
        f"CASE WHEN {_blank(column)} THEN NULL ELSE 'amount paid is ' || {shown(column)} "
        f"|| '; expected an amount such as 255000{style.decimal}00' END"
    )


def _blank(column: str) -> str:
    return f"{column} IS NULL OR {reading.text(column)} = ''"


def shown(column: str) -> str:
    """The beginning of a cell, in quotes."""
    return f"'''' || SUBSTRING({column}, 1, {LONGEST_SHOWN}) || ''''"

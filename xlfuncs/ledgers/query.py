"""The SQL statement that prices a ledger: questions, one look-up in the price list, answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from xlfuncs.ledgers import expressions
from xlfuncs.ledgers.columns import Style
from xlfuncs.ledgers.expressions import counted, literal, part, price
from xlfuncs.ledgers.price_table import PriceTable
from xlfuncs.ledgers.relations import Ledger
from xlfuncs.pricing.contract import MOST_DECIMALS, MOST_DIGITS, PartUnits, Service, multiple
from xlfuncs.pricing.outcomes import Cause, Kind
from xlfuncs.pricing.wording import number
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, NO_DAY, YEARS

# The questions in a ledger, in SQL: each line with what it asks for, or with what is wrong.

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
        paid = expressions.amount(amount, style)
        if ledger.inspected:
            paid = f"CASE WHEN broken IS NULL THEN {paid} END"
        unpaid = f"CASE WHEN paid IS NULL{sound} THEN {_unpaid(amount, style)} END"
    whole = table.whole
    number = "cell" if table.plain else "part"
    return f"""typed AS (
  SELECT *,
    {expressions.quantity(quantity, style, whole=whole)} AS quantity,
    {expressions.day(day, style)} AS day,
    {expressions.service(service, table.contract.services)} AS service,
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
        f"WHEN {expressions.is_figure(column, style)} THEN NULL "
        f"WHEN {expressions.is_number(column, style)} THEN 'quantity is ' || {shown(column)} "
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
    return expressions.matches(expressions.text(column), f"({centuries})[0-9]{{2}}([.]0+)?")


def _is_shown_for_a_year(column: str) -> str:
    """Whether a cell is a day that a spreadsheet shows for a year."""
    written = expressions.text(column)
    return f"TRY_CAST(SUBSTRING({written}, 1, 10) AS DATE) {expressions.IN_A_YEARS_PLACE}"


def _unpaid(column: str, style: Style) -> str:
    return (
        f"CASE WHEN {_blank(column)} THEN NULL ELSE 'amount paid is ' || {shown(column)} "
        f"|| '; expected an amount such as 255000{style.decimal}00' END"
    )


def _blank(column: str) -> str:
    return f"{column} IS NULL OR {expressions.text(column)} = ''"


def shown(column: str) -> str:
    """The beginning of a cell, in quotes."""
    return f"'''' || SUBSTRING({column}, 1, {LONGEST_SHOWN}) || ''''"


# Lines of a ledger that are not looked up, in SQL: when, and what is said.


class Refusal(NamedTuple):
    """When a line is not looked up, and in what words."""

    when: str
    kind: Kind
    cause: str
    words: str


def refusals(ledger: Ledger, table: PriceTable) -> list[Refusal]:
    """Why a line is not looked up, in the order in which it is said."""
    services = table.contract.services
    offered = " or ".join(repr(each.name) for each in services)
    known = " and ".join(repr(each.name) for each in services)
    end = f"; as known on {table.known_on}." if table.known_on else "."
    quantity = ledger.text(ledger.columns.quantity)
    found = f"'quantity is ' || {shown(quantity)} || "
    bad = Kind.BAD_INPUT
    broken = Refusal("broken IS NOT NULL", bad, "the line is broken", "broken")
    refused = [
        Refusal("unmeasured IS NOT NULL", bad, "the quantity cannot be read", "unmeasured"),
        Refusal("undated IS NOT NULL", bad, "the day cannot be read", "undated"),
        Refusal(
            "service IS NULL",
            bad,
            "no service is given",
            literal(f"no service is given; expected {offered}"),
        ),
        Refusal(
            "service = 0",
            *Cause.UNKNOWN_SERVICE.value,
            literal(f"the contract has no such service; its services are {known}{end}"),
        ),
        Refusal(
            f"quantity < 0 OR (quantity IS NULL AND {expressions.text(quantity)} LIKE '-%')",
            bad,
            "the quantity is negative",
            f"{found}'; expected 0 or more'",
        ),
    ]
    refused += [_of_part(each, place, found, end) for place, each in enumerate(services, start=1)]
    return [broken, *refused] if ledger.inspected else refused


def _of_part(service: Service, place: int, found: str, end: str) -> Refusal:
    """The refusal of part of a step, where the contract does not say how to count it."""
    when = f"counted IS NULL AND service = {place}"
    if service.part_units is PartUnits.NOT_SAID:
        words = (
            f"these units are no whole number of steps of {number(service.step)}, and the "
            f"contract does not say how part units count{end}"
        )
        return Refusal(when, *Cause.PART_UNITS.value, literal(words))
    words = f"{found}{literal(f'; expected {multiple(service)}')}"
    return Refusal(when, Kind.BAD_INPUT, "the quantity is part of a unit", words)


# The statement that prices a ledger: the questions, one look-up in the price list, the answers.

PRICE_LIST = "price_list"

BY_CELL = f"asked LEFT JOIN {PRICE_LIST} USING (cell)"
BY_PLACE = (
    f"asked LEFT JOIN {PRICE_LIST} ON part = in_part AND day BETWEEN day_from AND day_through "
    "AND counted BETWEEN quantity_from AND quantity_through"
)

FOUND = "price IS NOT NULL OR (cell > 0 AND fixed IS NULL)"
"""Whether the price list says what there is to say: a calculated price, or why there is none.

Some engines give null, without a word, for what has more digits than they can hold.
"""

_UNCARRIED = Refusal(
    "cell > 0",
    Kind.BAD_INPUT,
    "the price has too many digits",
    literal("the price has more digits than the database holds; ask for it by itself"),
)


def joined(table: PriceTable) -> str:
    """The questions with what the price list says of them, as any database can do it."""
    return BY_CELL if table.plain else BY_PLACE


def priced(
    ledger: Ledger,
    table: PriceTable,
    looked_up: str | None = None,
    further: Iterable[Refusal] = (),
) -> str:
    """The ledger, `answered`: price, unit_price, source, kind, reason, and `because`, the cause.

    `further` are refusals where nothing else is wrong and nothing is found.
    """
    refused = [*refusals(ledger, table), _UNCARRIED, *further]
    return f"""WITH {questions(ledger, table)}, summed AS (
  SELECT *, {price(table)} AS price FROM {looked_up or joined(table)}
), answered AS (
  SELECT *,
    {_chosen("answer", ((each.when, literal(each.kind)) for each in refused))} AS kind,
    {_chosen("remark", ((each.when, each.words) for each in refused))} AS reason,
    {_chosen("cause", ((each.when, literal(each.cause)) for each in refused))} AS because
  FROM summed
)"""


def _chosen(found: str, cases: Iterable[tuple[str, str]]) -> str:
    """What was found in the price list, which nearly always something was, or what is said else."""
    refused = " ".join(f"WHEN {when} THEN {then}" for when, then in cases)
    return f"CASE WHEN {FOUND} THEN {found} {refused} END"


def remarked(ledger: Ledger) -> str:
    """What is said of a line of `answered`, with its number where something is wrong with it."""
    line = "'line ' || line || ': ' || " if ledger.numbered else ""
    bad = f"{line}reason || COALESCE('; ' || unpaid, '')"
    told = f"{line}unpaid || COALESCE('; ' || NULLIF(reason, ''), '')"
    return (
        f"CASE WHEN kind = {literal(Kind.BAD_INPUT)} THEN {bad} "
        f"WHEN unpaid IS NOT NULL THEN {told} ELSE reason END"
    )

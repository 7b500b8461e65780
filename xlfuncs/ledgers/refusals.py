"""Why a line of a ledger is not priced, in words that say what was found and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from xlfuncs.ledgers import cell_texts
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.bought_before import (
    BEFORE,
    IN_ORDER,
    PRICE_BEFORE,
    UNCERTAIN,
    UNORDERED,
    has_periods,
)
from xlfuncs.ledgers.cell_texts import CellText
from xlfuncs.ledgers.columns import LineKind, Style
from xlfuncs.ledgers.ledger import (
    BROKEN,
    CONTRADICTORY,
    CREDIT,
    DAY,
    OTHER_LINE,
    PAID,
    QUANTITY,
    SERVICE,
    SUMMED,
    UNDECIDED,
    Ledger,
)
from xlfuncs.ledgers.price_table import REFUSED, TOO_LONG, PriceTable
from xlfuncs.pricing.contract import (
    MOST_DECIMALS,
    MOST_DIGITS,
    PartUnits,
    Service,
    format_multiple,
)
from xlfuncs.pricing.counting import Arithmetic
from xlfuncs.pricing.outcomes import Cause, Outcome
from xlfuncs.pricing.price_book import describe_unknown_service
from xlfuncs.pricing.wording import describe_part_units
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, LONGEST_SHOWN, NO_DAY, YEARS

# What is wrong with cells.


def check_cells(ledger: Ledger, table: PriceTable) -> exp.Select:
    """The step that says what is wrong with cells.

    `unmeasured` and `undated` tell what is wrong with a quantity and a day; `unpaid` what is wrong
    with an amount paid, which does not keep the price from being calculated.
    """
    unpaid: exp.Expr = sql.cast(sql.NULL, "VARCHAR")
    if ledger.paid is not None:
        is_unread = exp.and_(sql.is_null(PAID), *is_sound(ledger))
        why = _explain_paid(ledger.paid, ledger.style, table.currency)
        unpaid = sql.case((is_unread, why))
    return sql.select(
        sql.STAR,
        of=SUMMED,
        unmeasured=sql.case((sql.is_null(QUANTITY), _explain_quantity(ledger, table.all_services))),
        undated=sql.case((sql.is_null(DAY), _explain_day(ledger.purchased, ledger.style))),
        unpaid=unpaid,
    )


def is_sound(ledger: Ledger) -> list[exp.Expr]:
    """The condition that a line is not broken, where lines are inspected for that."""
    return [sql.is_null(BROKEN)] if ledger.inspected else []


def _show(what: str, cell: CellText, rest: str) -> exp.Expr:
    """A message with the beginning of a cell, in quotes."""
    return sql.concat(f"{what} is '", sql.call("SUBSTRING", cell.raw, 1, LONGEST_SHOWN), f"'{rest}")


def _explain_quantity(ledger: Ledger, services: Sequence[Service]) -> exp.Expr:
    """What is wrong with a quantity, null where nothing is but that it has a part."""
    cell, style = ledger.quantity, ledger.style
    digits = f"; expected digits such as 100000 or 2{style.decimal}5"
    fewer = f"; expected at most {MOST_DIGITS} digits, {MOST_DECIMALS} of them decimals"
    units = sorted({each.unit for each in services if each.unit})
    with_unit = digits
    if units:
        unit = f" {units[0]!r}" if len(units) == 1 else ""
        with_unit = f"{digits}, alone or with the unit{unit} behind them"
    return sql.case(
        (cell.is_blank, f"quantity is blank{digits}"),
        (sql.matches(cell.plain, cell_texts.FIGURE), sql.NULL),
        (sql.matches(cell.plain, cell_texts.NUMBER), _show("quantity", cell, fewer)),
        (cell_texts.may_be_thousands(cell, style), _show("quantity", cell, _separated(style))),
        (cell_texts.has_words(cell), _show("quantity", cell, with_unit)),
        default=_show("quantity", cell, digits),
    )


def _separated(style: Style) -> str:
    return f"; if {style.separator!r} separates thousands there, use --thousands"


def _explain_day(cell: CellText, style: Style) -> exp.Expr:
    what = "purchase date"
    expected = f"; expected a date such as {style.dates.example}, on or after {FIRST_CERTAIN_DAY}"
    centuries = "|".join(str(year // 100) for year in YEARS[::100])
    is_year = sql.matches(cell.trimmed, f"({centuries})[0-9]{{2}}([.]0+)?")
    shown_for_a_year = (
        f", which a spreadsheet cannot tell from a year between {YEARS[0]} and {YEARS[-1]}; "
        "expected a later or earlier date"
    )
    four_digits = "; write the year with four digits"
    day = sql.try_cast(cell.plain, "DATE")
    return sql.case(
        (cell.is_blank, f"{what} is blank{expected}"),
        (is_year, _show(what, cell, f"{NO_DAY}{expected}")),
        (cell_texts.is_shown_for_a_year(day), _show(what, cell, shown_for_a_year)),
        (cell_texts.has_short_year(cell), _show(what, cell, four_digits)),
        default=_show(what, cell, expected),
    )


def _explain_paid(cell: CellText, style: Style, currency: str) -> exp.Expr:
    what = "amount paid"
    expected = f"; expected an amount such as 255000{style.decimal}00"
    money = (
        f"{expected}, in {currency}"
        if currency
        else f"{expected}; enter the currency in the contract, which states none"
    )
    return sql.case(
        (cell.is_blank, sql.NULL),
        (cell_texts.may_be_thousands(cell, style), _show(what, cell, _separated(style))),
        (cell_texts.has_currency(cell), _show(what, cell, money)),
        default=_show(what, cell, expected),
    )


# Lines of a ledger that are not looked up: when, and what is said.


@dataclass(frozen=True, slots=True)
class Refusal:
    """When a line is not looked up, why, and in what words."""

    when: exp.Expr
    cause: str
    words: sql.Operand
    kind: Outcome | LineKind = Outcome.BAD_INPUT


def list_refusals(ledger: Ledger, table: PriceTable) -> list[Refusal]:
    """Why a line is not looked up, in the order in which it is said."""
    unnamed, expected = _describe_services(ledger, table)
    end = "".join(f"; {each}" for each in table.as_known) + "."
    quantity, service = ledger.quantity, ledger.service
    unmeasured, undated = exp.column("unmeasured"), exp.column("undated")
    refused = [
        Refusal(sql.is_not_null(unmeasured), "the quantity cannot be read", unmeasured),
        Refusal(sql.is_not_null(undated), "the date cannot be read", undated),
        Refusal(sql.is_null(SERVICE), "no service is given", unnamed),
        *(
            Refusal(
                SERVICE.eq(0),
                "the contract has no such service",
                sql.concat(_show("service", cell, ""), expected),
            )
            for cell in filter(None, [service])
        ),
        Refusal(
            CONTRADICTORY,
            "the quantity is negative and the amount is not",
            _show("quantity", quantity, "; expected a negative amount paid for it, as of a credit"),
        ),
        *_refuse_parts(table.all_services, quantity, end),
        *(_refuse_after(ledger, table) if has_periods(table) else ()),
    ]
    refused = [
        *(
            Refusal(OTHER_LINE.eq(each.kind.value), each.words, each.words, each.kind)
            for each in ledger.not_purchases
        ),
        *_refuse_contract(ledger, table),
        *refused,
    ]
    if ledger.inspected:
        refused.insert(0, Refusal(sql.is_not_null(BROKEN), "the line is broken", BROKEN))
    return refused


MOST_NAMED = 20
"""Contracts that a message names."""


def _refuse_contract(ledger: Ledger, table: PriceTable) -> Iterator[Refusal]:
    """The refusal of a line that is about none of several contracts."""
    if ledger.contract_cell is None:
        return
    contract = exp.column("contract")
    expected = " or ".join(repr(names[0]) for names in table.contract_names[:MOST_NAMED])
    more = len(table.contracts) - MOST_NAMED
    if more > 0:
        expected += f" or one of {more} others"
    unnamed, none = "no contract is given", "none of the contracts has this name"
    words = f"{unnamed}; expected {expected}"
    yield Refusal(sql.is_null(contract), unnamed, words, LineKind.NO_CONTRACT)
    cell, shared = ledger.contract_cell, table.shared_names
    if shared:
        several = "several of the contracts have this name"
        is_shared = cell_texts.key_sql(cell.raw, shared).isin(*shared)
        found = _show("contract", cell, f", and {several}; expected {expected}")
        yield Refusal(exp.and_(contract.eq(0), is_shared), several, found, LineKind.NO_CONTRACT)
    found = _show("contract", cell, f"; expected {expected}")
    yield Refusal(contract.eq(0), none, found, LineKind.NO_CONTRACT)


UNKNOWN_BEFORE = "what was bought before is not known"


def _refuse_after(ledger: Ledger, table: PriceTable) -> Iterator[Refusal]:
    """The refusals of a line whose purchase adds up with others."""
    known = "".join(f"; {each}" for each in table.as_known)
    adds_up, unknown = exp.column("adds_up_here"), Outcome.NOT_DETERMINABLE
    yield Refusal(
        exp.and_(adds_up, CREDIT),
        "a credit of what adds up",
        f"a credit has the price of the purchase that it undoes{known}.",
        unknown,
    )
    if table.has_unsaid_parts:
        cause = Cause.PART_UNITS
        part = exp.and_(adds_up, sql.is_not_null(sql.NEXT_COUNT))
        yield Refusal(part, cause.text, f"{cause.text}{known}.", unknown)
    words = sql.concat(UNCERTAIN, f"{known}.")
    yield Refusal(sql.is_not_null(UNCERTAIN), UNKNOWN_BEFORE, words, unknown)
    if not ledger.numbered:
        order = "the order of that day's purchases decides"
        unsaid = "no column says it"
        if ledger.order:
            unsaid = "the column for it is blank or the same on several of them"
        when = exp.and_(IN_ORDER, UNORDERED)
        yield Refusal(when, order, f"{order}, and {unsaid}{known}.", unknown)
    arithmetic = exp.column("adds_up")
    is_graduated = arithmetic.eq(Arithmetic.GRADUATED.value)
    for cause, when in (
        (Cause.NOT_FOR_FURTHER, arithmetic.eq(Arithmetic.OTHER.value)),
        (Cause.BEFORE_NOT_PRICED, exp.and_(is_graduated, sql.is_null(PRICE_BEFORE))),
        (Cause.BEFORE_COSTS_MORE, exp.and_(is_graduated, sql.is_not_null(PRICE_BEFORE))),
    ):
        text = sql.concat(sql.format_count(BEFORE, table), f" bought before: {cause.text}{known}.")
        yield Refusal(exp.and_(BEFORE > 0, when), cause.text, text, unknown)


def _describe_services(ledger: Ledger, table: PriceTable) -> tuple[exp.Expr, exp.Expr]:
    """What is said where no service is named, and the services that are expected for another one.

    They are those of the contract of a line.
    """
    unnamed = [
        describe_unknown_service(None, [service.name for service in contract.services])
        for contract in table.contracts
    ]
    expected = [f"; {said.partition('; ')[2]}" for said in unnamed]
    if len(table.contracts) == 1:
        return sql.convert(unnamed[0]), sql.convert(expected[0])
    said, after = (list(map(sql.convert, each)) for each in (unnamed, expected))
    contract = ledger.contract or sql.NULL
    return sql.place_in(said, contract), sql.place_in(after, contract)


def _refuse_parts(services: Sequence[Service], quantity: CellText, end: str) -> Iterator[Refusal]:
    """The refusals of part of a step, where it is not counted and where nothing says how."""

    def is_unsaid(service: Service) -> bool:
        return service.part_units is PartUnits.NOT_SAID

    def find_multiple(service: Service) -> sql.Operand:
        return sql.NULL if is_unsaid(service) else format_multiple(service)

    def find_words(service: Service) -> sql.Operand:
        described = describe_part_units("these units", service.step)
        return f"{described}{end}" if is_unsaid(service) else sql.NULL

    if not all(map(is_unsaid, services)):
        multiple = sql.of_services_alike(services, find_multiple, find_multiple)
        found = sql.concat(_show("quantity", quantity, "; expected "), multiple)
        when = exp.and_(sql.is_null(sql.COUNT), SERVICE > 0)
        yield Refusal(when, "the quantity is part of a unit", found)
    if any(map(is_unsaid, services)):
        words = sql.of_services_alike(services, find_words, find_words)
        yield Refusal(UNDECIDED, Cause.PART_UNITS.text, words, Cause.PART_UNITS.outcome)


TOO_MANY_DIGITS = Refusal(
    exp.column("cell") > 0,
    REFUSED[TOO_LONG],
    TOO_LONG,
)

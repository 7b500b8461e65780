"""The query that prices a ledger: questions, one look-up in the price list, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from xlfuncs.ledgers import bought_before, cell_texts
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.bought_before import (
    BEFORE,
    DAY_BEGIN,
    DAY_BEGINS,
    DAY_END,
    DAY_ENDS,
    EARLIER,
    IN_ORDER,
    LINE,
    LINES_OF_DAY,
    PRICE_BEFORE,
    TOTAL,
    UNCERTAIN,
    UNORDERED,
    calculate_price_after,
    calculate_price_before,
    describe_before,
    has_periods,
    is_in_order,
)
from xlfuncs.ledgers.cell_texts import CellText
from xlfuncs.ledgers.columns import Columns, LineKind, Style
from xlfuncs.ledgers.price_table import PLACE_COLUMNS, REFUSED, TOO_LONG, PriceTable
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

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A ledger as a relation of a database.

FILE_AT = "file_at"
"""The column that says from which of several files a line is."""

Rows = Callable[[], Iterator[Sequence[object]]]
"""Reads the cells of a ledger line by line."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Lines of a relation with the texts in it that say what was bought, and how they do so.

    A `numbered` one has a column `line`, the number of the line; an `inspected` one has a column
    `broken`, with what is wrong with a line as such. `not_purchases` tell of lines of a file that
    are none, and `other_days` of days that are not from the first column of days. `contract` is the
    number of that of a line, where there are several. Lines of one day are bought in their `order`;
    without one nothing tells.
    """

    relation: exp.Expr
    quantity: CellText
    purchased: CellText
    service: CellText | None = None
    paid: CellText | None = None
    style: Style = Style()  # noqa: RUF009 - a value
    numbered: bool = False
    inspected: bool = False
    file: exp.Expr | None = None
    not_purchases: Sequence[NotPurchase] = ()
    other_days: Sequence[OtherDay] = ()
    contract: exp.Expr | None = None
    contract_cell: CellText | None = None
    order: Sequence[exp.Expr] = ()


@dataclass(frozen=True, slots=True)
class NotPurchase:
    """When a line is no purchase, if it cannot be priced, and what it is in its place."""

    when: exp.Expr
    kind: LineKind
    words: str


@dataclass(frozen=True, slots=True)
class OtherDay:
    """When the day of a line is from another column than the first, and the title of that one."""

    when: exp.Expr
    title: str


@dataclass(frozen=True, slots=True)
class Source:
    """The titles of a file and the relation with its lines.

    Cells are columns c1, c2 and so on; where they have `types` of their own, their texts are in t1,
    t2 and so on. `first_line` is the number of the first line, where they are numbered without a
    gap; otherwise the relation has a column `line`. `lines` tells how many there have to be, where
    the database may skip some without a word.
    `marked` tells of a file that begins with the mark of a Unicode text, which Excel looks for.
    `rows` reads the cells as a workbook holds them. `notes` tell what was not read of it.

    Of several `files` the first column has the name, and the column FILE_AT the place of each
    line's; their `columns` are known.
    """

    titles: list[str]
    relation: exp.Expr
    first_line: int | None = None
    types: Sequence[str] = ()
    inspected: bool = False
    lines: int | None = None
    marked: bool = False
    rows: Rows | None = None
    notes: Sequence[str] = ()
    files: Sequence[str] = ()
    columns: Columns | None = None

    def value(self, position: int) -> exp.Column:
        """The cell in the column at a position, from 0."""
        return exp.column(f"c{position + 1}")

    def text(self, position: int) -> exp.Column:
        """The text of that cell."""
        return exp.column(f"t{position + 1}") if self.types else self.value(position)

    def number_lines(self) -> exp.Expr:
        """The relation with the number of each line, which may cost time."""
        if self.first_line is None:
            return self.relation
        row = exp.Window(this=exp.RowNumber(), over="OVER")
        line = row + (self.first_line - 1)
        return sql.select(sql.STAR, of=self.relation, line=line).subquery(copy=False)

    def ledger(
        self, columns: Columns, style: Style, table: PriceTable, *, numbered: bool = False
    ) -> Ledger:
        """What the query is made for."""
        service = contract = contract_cell = None
        if columns.service is not None:
            service = cell_texts.name_cell(self.text(columns.service), table.all_services)
        if columns.contract is not None and (table.names_contracts or len(table.contracts) > 1):
            text = self.text(columns.contract)
            contract_cell = CellText(text, text, text)
            contract = cell_texts.find_contract(text, table.contract_names)
        number = cell_texts.find_service(service, table.services, contract)
        days = list(map(self.text, columns.purchased))
        purchased = cell_texts.day_cell(days, style)
        paid = None
        if columns.paid is not None:
            paid = cell_texts.amount_cell(self.text(columns.paid), style, table.currency)
        return Ledger(
            self.number_lines() if numbered else self.relation,
            cell_texts.quantity_cell(
                self.text(columns.quantity), style, table.all_services, number
            ),
            purchased,
            service,
            paid,
            style,
            numbered,
            self.inspected,
            self.text(0) if self.files else None,
            self._list_not_purchases(purchased),
            list_other_days(days, [self.titles[place] for place in columns.purchased]),
            contract,
            contract_cell,
            self._list_order() if numbered else (),
        )

    def _list_order(self) -> list[exp.Expr]:
        """The columns in whose order the lines are in the ledger."""
        line = exp.column("line")
        return [exp.column(FILE_AT), line] if self.files else [line]

    def _list_not_purchases(self, purchased: CellText) -> list[NotPurchase]:
        own = range(1 if self.files else 0, len(self.titles))
        texts = list(map(self.text, own))
        says_total: exp.Expr = SAYS_TOTAL if self.files else cell_texts.is_total(texts)
        is_total = exp.and_(purchased.is_blank, says_total)
        return [
            NotPurchase(cell_texts.is_all_blank(texts), LineKind.BLANK, "the line is blank"),
            NotPurchase(is_total, LineKind.TOTAL, "a total, which is not a purchase"),
        ]


def list_other_days(days: Sequence[exp.Expr], titles: Sequence[str]) -> list[OtherDay]:
    """When each column of days but the first is the one that counts."""
    blank = [exp.or_(sql.is_null(day), cell_texts.trim(day).eq("")) for day in days]
    return [
        OtherDay(
            exp.and_(*blank[:place], exp.Not(this=exp.Paren(this=blank[place]))), titles[place]
        )
        for place in range(1, len(days))
    ]


# The questions in a ledger: each line with what it asks for, or with what is wrong.

STEP = "xlfuncs_{}"
"""A step of the query, by a name that no table of a user has."""

PRICE_LIST, PLACES = map(STEP.format, ("price_list", "places"))
TYPED, SIGNED, MEASURED, BOUGHT, IN_PERIOD, ADDED = map(
    STEP.format, ("typed", "signed", "measured", "bought", "in_period", "added")
)
PLACED, COMPARED, ASKED, SUMMED, CHECKED, ANSWERED = map(
    STEP.format, ("placed", "compared", "asked", "summed", "checked", "answered")
)

_QUANTITY, _DAY, _SERVICE, _PAID, _BROKEN, _UNDECIDED = map(
    exp.column, ("quantity", "day", "service", "paid", "broken", "undecided")
)
_PART = exp.column("part")
_STATED = exp.column("stated")
"""The quantity with its sign, which is negative on a credit."""

SAYS_TOTAL = exp.column("says_total")
"""Whether the first cell of a line of one of several files, in the order of that file, says so."""

OTHER_LINE = exp.column("other_line")
"""What a line of a file is that is no purchase."""

CREDIT = exp.column("credit")
"""Whether a line gives money or units back."""

GIVEN_OR_PAID = sql.call("COALESCE", sql.call("NULLIF", _PAID, 0), _STATED)
"""What is below zero where money or units are given back; the amount counts first."""

CONTRADICTORY = exp.and_(_STATED < 0, _PAID > 0)
"""Whether units are given back and money is paid for them."""


def select_questions(
    ledger: Ledger, table: PriceTable, compared: exp.Select | None
) -> dict[str, exp.Select]:
    """The steps that read cells, count quantities and find the part of the price list.

    The quantity of a credit is counted without its sign.

    Where the price list is plain the part is `cell`, the number of a line; else it is `part`, from
    which places lead to the line.
    A part of a step that the contract does not say how to count is looked up as the step below
    where the step above is `compared` and costs the same, and nowhere where it is `undecided`.
    """
    style = ledger.style
    sound = _is_sound(ledger)
    paid: exp.Expr = sql.cast(sql.NULL, sql.MONEY)
    if ledger.paid is not None:
        paid = cell_texts.read_amount(ledger.paid, style)
        if sound:
            paid = sql.case((sound[0], paid))
        contradictory = sql.call("COALESCE", CONTRADICTORY, exp.false())
        sound = [*sound, exp.Not(this=contradictory)]
    adds_up = has_periods(table)
    counted = TOTAL if adds_up else sql.COUNT
    part = sql.call("COALESCE", sql.find_part(table, sound, counted), 0)
    measured = sql.select(sql.STAR, of=SIGNED, counted=sql.count_steps(table))
    comparing: dict[str, exp.Select] = {}
    if compared is not None:
        above = sql.call("COALESCE", sql.find_part(table, sound, sql.NEXT_COUNT), 0)
        measured.select(sql.alias(sql.count_next_step(table), sql.NEXT_COUNT.name), copy=False)
        comparing = {
            PLACED: sql.select(
                sql.STAR, of=ADDED if adds_up else MEASURED, in_step=part, in_next_step=above
            ),
            COMPARED: compared,
        }
        part = sql.case((_UNDECIDED, 0), default=exp.column("in_step"))
    before = ADDED if adds_up else MEASURED
    return {
        TYPED: sql.select(
            sql.STAR,
            of=ledger.relation,
            stated=cell_texts.read_quantity(ledger.quantity, whole=table.whole),
            day=cell_texts.read_day(ledger.purchased, style.dates),
            service=cell_texts.find_service(ledger.service, table.services, ledger.contract),
            paid=paid,
            contract=ledger.contract or sql.convert(1),
        ),
        SIGNED: sql.select(
            sql.STAR,
            of=TYPED,
            quantity=sql.call("ABS", _STATED),
            credit=sql.call("COALESCE", GIVEN_OR_PAID < 0, exp.false()),
            other_line=_find_other_line(ledger),
        ),
        MEASURED: measured,
        **(_add_up(ledger, table, sound) if adds_up else {}),
        **comparing,
        ASKED: sql.select(
            sql.STAR,
            sql.alias(part, "cell" if table.plain else "part"),
            of=COMPARED if comparing else before,
        ),
    }


def _add_up(ledger: Ledger, table: PriceTable, sound: Sequence[exp.Expr]) -> dict[str, exp.Select]:
    """The steps that add up what was bought before each line."""
    read = filter(None, (ledger.quantity, ledger.purchased, ledger.service, ledger.paid))
    says_nothing = exp.and_(*(exp.Paren(this=cell.is_blank) for cell in read))
    return {
        BOUGHT: bought_before.select_purchases(MEASURED, table, sound, says_nothing),
        IN_PERIOD: bought_before.select_sums(BOUGHT, ledger.order, is_numbered=ledger.numbered),
        ADDED: bought_before.select_totals(IN_PERIOD, table),
    }


def _find_other_line(ledger: Ledger) -> exp.Expr:
    """What a line is that is no purchase, null for a purchase; only lines without a day may be."""
    kinds = [(each.when, each.kind.value) for each in ledger.not_purchases]
    if not kinds:
        return sql.cast(sql.NULL, "VARCHAR")
    return sql.case((sql.is_null(_DAY), sql.case(*kinds)))


def check_cells(ledger: Ledger, table: PriceTable) -> exp.Select:
    """The step that says what is wrong with cells.

    `unmeasured` and `undated` tell what is wrong with a quantity and a day; `unpaid` what is wrong
    with an amount paid, which does not keep the price from being calculated.
    """
    unpaid: exp.Expr = sql.cast(sql.NULL, "VARCHAR")
    if ledger.paid is not None:
        is_unread = exp.and_(sql.is_null(_PAID), *_is_sound(ledger))
        why = _explain_paid(ledger.paid, ledger.style, table.currency)
        unpaid = sql.case((is_unread, why))
    return sql.select(
        sql.STAR,
        of=SUMMED,
        unmeasured=sql.case(
            (sql.is_null(_QUANTITY), _explain_quantity(ledger, table.all_services))
        ),
        undated=sql.case((sql.is_null(_DAY), _explain_day(ledger.purchased, ledger.style))),
        unpaid=unpaid,
    )


def _is_sound(ledger: Ledger) -> list[exp.Expr]:
    """The condition that a line is not broken, where lines are inspected for that."""
    return [sql.is_null(_BROKEN)] if ledger.inspected else []


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
        Refusal(sql.is_null(_SERVICE), "no service is given", unnamed),
        *(
            Refusal(
                _SERVICE.eq(0),
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
        refused.insert(0, Refusal(sql.is_not_null(_BROKEN), "the line is broken", _BROKEN))
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
    if has_unsaid_parts(table):
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
    """The refusals of part of a step, where it is not counted and where nobody says how."""

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
        when = exp.and_(sql.is_null(sql.COUNT), _SERVICE > 0)
        yield Refusal(when, "the quantity is part of a unit", found)
    if any(map(is_unsaid, services)):
        words = sql.of_services_alike(services, find_words, find_words)
        yield Refusal(_UNDECIDED, Cause.PART_UNITS.text, words, Cause.PART_UNITS.outcome)


# The whole query: the questions, one look-up in the price list, the answers.

_CELL, _PRICE, _FIXED = map(exp.column, ("cell", "price", "fixed"))

FOUND = exp.or_(sql.is_not_null(_PRICE), exp.and_(_CELL > 0, sql.is_null(_FIXED)))
"""Whether the price list says what there is to say: a calculated price, or why there is none.

Some engines give null, without a word, for what has more digits than they can hold.
"""

TOO_MANY_DIGITS = Refusal(
    _CELL > 0,
    REFUSED[TOO_LONG],
    TOO_LONG,
)


@dataclass(frozen=True, slots=True)
class LookUps:
    """How a database looks lines up in the price list.

    `found` are the questions with what the price list says of them. `compared` tells of those with
    part of a step whether they are `undecided`: the steps below and above differ. It is None where
    the contract says of every service how parts of a step count.
    """

    found: exp.Select
    compared: exp.Select | None


STEP_BELOW, STEP_ABOVE = "step_below", "step_above"
"""The lines of the price list for the whole steps beside part of one."""


def has_unsaid_parts(table: PriceTable) -> bool:
    """Whether a contract leaves open how parts of a step count."""
    return any(each.part_units is PartUnits.NOT_SAID for each in table.all_services)


def is_undecided(table: PriceTable) -> exp.Expr:
    """Whether the steps beside part of one differ in what they cost, to the cent."""
    below = sql.calculate_price(table, sql.COUNT, STEP_BELOW)
    above = sql.calculate_price(table, sql.NEXT_COUNT, STEP_ABOVE)
    answers = [exp.column("answer", table=name) for name in (STEP_BELOW, STEP_ABOVE)]
    alike = exp.or_(
        below.eq(above),
        *(
            exp.and_(*(answer.eq(kind.value) for answer in answers))
            for kind in (Outcome.NO_PRICE, Outcome.BAD_INPUT)
        ),
    )
    differ = exp.Not(this=sql.call("COALESCE", exp.Paren(this=alike), exp.false()))
    return exp.and_(sql.is_not_null(sql.NEXT_COUNT), differ)


def join_price_list(table: PriceTable) -> LookUps:
    """Look lines up as any database can do it."""
    own = exp.column(sql.STAR, table=ASKED)
    if table.plain:
        others = [name for name in sql.column_types(table) if name != "cell"]
        found = sql.select(own, *(exp.column(name, table=LINE) for name in others), of=ASKED)
        join_line(found, table, exp.column("cell", table=ASKED), sql.COUNT, LINE)
    else:
        found = sql.select(own, exp.column(sql.STAR, table=LINE), of=ASKED)
        if has_periods(table):
            _join_totals(found, table)
        else:
            join_line(found, table, _PART, sql.COUNT, LINE)
    return LookUps(found, _join_steps(table) if has_unsaid_parts(table) else None)


def _join_totals(query: exp.Select, table: PriceTable) -> None:
    """Join the lines of the price list for what was bought before and in all.

    Also whether the order of the lines of a day decides.
    """
    join_line(query, table, _PART, TOTAL, LINE)
    join_line(query, table, sql.case((BEFORE > 0, _PART)), BEFORE, EARLIER)
    several = sql.case((exp.and_(sql.is_not_null(BEFORE), LINES_OF_DAY > 1), _PART))
    steps = [sql.decimal_literal(each.step.normalize()) for each in table.all_services]
    _join_places(query, table, several, DAY_BEGIN + sql.of_service(steps), DAY_BEGINS)
    _join_places(query, table, several, DAY_END, DAY_ENDS)
    query.select(
        sql.alias(is_in_order(table), IN_ORDER.name),
        sql.alias(calculate_price_before(table), PRICE_BEFORE.name),
        copy=False,
    )


def join_line(
    query: exp.Select, table: PriceTable, part: exp.Expr, counted: exp.Expr, line: str
) -> None:
    """Join, by the name of `line`, the line of the price list to which a part and a count lead.

    In a plain list the part is the number of the line.
    """
    cell = exp.column("cell", table=line)
    if table.plain:
        # Spark writes out what a part is made of for =, and that grows with each step before it
        is_same: exp.Expr = exp.NullSafeEQ(this=part, expression=cell)
    else:
        is_same = _join_places(query, table, part, counted, line).eq(cell)
    _join(query, PRICE_LIST, line, is_same)


def _join_places(
    query: exp.Select, table: PriceTable, part: exp.Expr, counted: exp.Expr, line: str
) -> exp.Expr:
    """Join the places that lead from a part to a line, and return the number of that line.

    Their names begin with that of the line.
    """
    for stage in range(1, table.stages + 1):
        place = f"{line}_{stage}"
        at = {name: exp.column(name, table=place) for name in PLACE_COLUMNS}
        leads_here = exp.and_(
            at["stage"].eq(stage),
            part.eq(at["in_part"]),
            _DAY.between(at["day_from"], at["day_through"]),
            counted.between(at["quantity_from"], at["quantity_through"]),
        )
        _join(query, PLACES, place, leads_here)
        part = at["cell"]
    return part


def _join(query: exp.Select, relation: str, name: str, on: exp.Expr) -> None:
    named = exp.alias_(exp.to_table(relation), name, table=True)
    query.join(named, on=on, join_type="left", copy=False)


def _join_steps(table: PriceTable) -> exp.Select:
    """The questions, each joined with the steps below and above part of one."""
    every = exp.column(sql.STAR, table=PLACED)
    compared = sql.select(every, of=PLACED, undecided=is_undecided(table))
    for part, counted, line in (
        ("in_step", sql.COUNT, STEP_BELOW),
        ("in_next_step", sql.NEXT_COUNT, STEP_ABOVE),
    ):
        # most lines have no part of a step and are not compared
        in_part = sql.case((sql.is_not_null(sql.NEXT_COUNT), exp.column(part)))
        join_line(compared, table, in_part, counted, line)
    return compared


def select_answers(
    ledger: Ledger,
    table: PriceTable,
    look_ups: LookUps | None = None,
    further: Iterable[Refusal] = (),
) -> dict[str, exp.Select]:
    """The steps of the query by name; the last one is ANSWERED.

    It has price, unit_price, source, kind, reason, and `because`, the cause. `further` are refusals
    where nothing else is wrong and nothing is found.
    """
    refusals = [*list_refusals(ledger, table), TOO_MANY_DIGITS, *further]

    look_ups = look_ups or join_price_list(table)
    price: exp.Expr = sql.calculate_price(table)
    is_found: exp.Expr = FOUND
    remark: exp.Expr = exp.column("remark")
    if has_periods(table):
        price = calculate_price_after(table, calculate_price_before(table))
        if not ledger.numbered:
            is_told = exp.not_(exp.and_(is_in_order(table), UNORDERED))
            price = sql.case((is_told, price))
            is_found = exp.and_(FOUND, exp.not_(exp.and_(IN_ORDER, UNORDERED)))
        remark = _join_words(describe_before(table), remark)

    def choose(found: exp.Expr, otherwise: Callable[[Refusal], sql.Operand]) -> exp.Case:
        """What the price list has, which nearly always it does, or what is said else."""
        refused = ((each.when, otherwise(each)) for each in refusals)
        return sql.case((is_found, found), *refused)

    return {
        **select_questions(ledger, table, look_ups.compared),
        SUMMED: look_ups.found.select(sql.alias(price, "price"), copy=False),
        CHECKED: check_cells(ledger, table),
        ANSWERED: sql.select(
            sql.STAR,
            of=CHECKED,
            kind=choose(exp.column("answer"), lambda refusal: refusal.kind.value),
            reason=choose(remark, lambda refusal: refusal.words),
            because=choose(exp.column("cause"), lambda refusal: refusal.cause),
        ),
    }


def _join_words(first: exp.Expr, second: exp.Expr) -> exp.Expr:
    """Two texts, of which either may be blank or null, with a semicolon between them."""
    filled = sql.call("COALESCE", second, "")
    between = sql.case((exp.and_(first.neq(""), filled.neq("")), "; "), default="")
    return sql.call("NULLIF", sql.concat(first, between, filled), "")


def unit_price() -> exp.Expr:
    """The unit price of a line that has a price."""
    return sql.case((sql.is_not_null(_PRICE), exp.column("unit_price")))


def difference() -> exp.Expr:
    """What was paid more than the price; of a credit, what was credited less."""
    price = exp.column("price")
    return sql.case((CREDIT, _PAID + price), default=_PAID - price)


def format_remark(ledger: Ledger, *, with_line: bool = True) -> exp.Expr:
    """What is said of a line of ANSWERED, with its number where something is wrong with it."""
    unpaid, kind = map(exp.column, ("unpaid", "kind"))
    reason: exp.Expr = exp.column("reason")
    line: list[sql.Operand] = []
    if ledger.numbered and with_line:
        line = ["line ", exp.column("line"), ": "]
    if ledger.file is not None and line:
        line = [ledger.file, " ", *line]
    if ledger.other_days:
        also_reason = sql.call("COALESCE", sql.concat("; ", sql.call("NULLIF", reason, "")), "")
        from_other = (
            (each.when, sql.concat(f"purchase date from {each.title!r}", also_reason))
            for each in ledger.other_days
        )
        reason = sql.case(*from_other, default=reason)
    also_unpaid = sql.call("COALESCE", sql.concat("; ", unpaid), "")
    also_reason = sql.call("COALESCE", sql.concat("; ", sql.call("NULLIF", reason, "")), "")
    return sql.case(
        (
            kind.isin(Outcome.BAD_INPUT.value, LineKind.NO_CONTRACT),
            sql.concat(*line, reason, also_unpaid),
        ),
        (sql.is_not_null(unpaid), sql.concat(*line, unpaid, also_reason)),
        default=reason,
    )


# Trees as statements that DuckDB runs.


def execute(database: DuckDBPyConnection, statement: exp.Expr) -> DuckDBPyConnection:
    """Run a statement. Raises duckdb.Error."""
    return database.execute(statement.sql(dialect="duckdb"))


def copy_file(
    what: exp.Expr, file: str, kind: str, *, to_file: bool, **options: exp.Expr | str | bool
) -> exp.Copy:
    """The statement that copies a query to a file of a kind, or such a file to a table."""
    named = {"format": exp.var(kind), **options}
    return exp.Copy(
        this=what,
        kind=not to_file,
        files=[sql.convert(file)],
        params=[
            exp.CopyParameter(this=exp.var(name), expression=sql.convert(value))
            for name, value in named.items()
        ],
    )


def with_steps(query: exp.Select, steps: dict[str, exp.Select]) -> exp.Select:
    """The query with the steps that it selects from."""
    for name, step in steps.items():
        query.with_(name, as_=step, copy=False)
    return query

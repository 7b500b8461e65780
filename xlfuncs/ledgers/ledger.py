"""A ledger as a relation of a database, and the columns that the query of its prices gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from xlfuncs.ledgers import cell_texts
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.cell_texts import CellText
from xlfuncs.ledgers.columns import Columns, LineKind, Style
from xlfuncs.ledgers.price_table import PriceTable

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

    @property
    def names_lines(self) -> bool:
        """Whether the number of a line tells which one it is: not where there are several files."""
        return self.numbered and len(self.order) == 1


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


# The steps of the query, and the columns that they add.

STEP = "xlfuncs_{}"
"""A step of the query, by a name that no table of a user has."""

PRICE_LIST, PLACES = map(STEP.format, ("price_list", "places"))
TYPED, SIGNED, MEASURED, BOUGHT, IN_PERIOD, ADDED = map(
    STEP.format, ("typed", "signed", "measured", "bought", "in_period", "added")
)
PLACED, COMPARED, ASKED, SUMMED, CHECKED, ANSWERED = map(
    STEP.format, ("placed", "compared", "asked", "summed", "checked", "answered")
)

QUANTITY, DAY, SERVICE, PAID, BROKEN, UNDECIDED = map(
    exp.column, ("quantity", "day", "service", "paid", "broken", "undecided")
)
PART = exp.column("part")
STATED = exp.column("stated")
"""The quantity with its sign, which is negative on a credit."""

SAYS_TOTAL = exp.column("says_total")
"""Whether the first cell of a line of one of several files, in the order of that file, says so."""

OTHER_LINE = exp.column("other_line")
"""What a line of a file is that is no purchase."""

CREDIT = exp.column("credit")
"""Whether a line gives money or units back."""

GIVEN_OR_PAID = sql.call("COALESCE", sql.call("NULLIF", PAID, 0), STATED)
"""What is below zero where money or units are given back; the amount counts first."""

CONTRADICTORY = exp.and_(STATED < 0, PAID > 0)
"""Whether units are given back and money is paid for them."""

"""Export the query that prices a ledger, as the SQL of the engine that has it: DuckDB or Spark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlglot import exp
from sqlglot.dialects import DuckDB, Spark
from sqlglot.generator import Generator

from xlfuncs.ledgers import cell_texts
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.bought_before import BEFORE, has_periods
from xlfuncs.ledgers.cell_texts import CellText
from xlfuncs.ledgers.columns import Style
from xlfuncs.ledgers.database import connect
from xlfuncs.ledgers.expressions import copy_file, execute, with_steps
from xlfuncs.ledgers.ledger import ANSWERED, PLACES, PRICE_LIST, STEP, Ledger, list_other_days
from xlfuncs.ledgers.price_table import PriceTable
from xlfuncs.ledgers.query import difference, format_remark, select_answers, unit_price
from xlfuncs.ledgers.refusals import Refusal
from xlfuncs.pricing.contract import MOST_DECIMALS
from xlfuncs.pricing.outcomes import BadInput

# What engines do not have in common, where sqlglot does not know it or cannot know it.

_CONTROLS = r"[\x00-\x1f\x7f\x85]"


class Printer(Generator):
    """Prints a tree for people to read: each line of the price list on a line.

    Letters that are `spelled` are not in a text as they are: a setting of the engine may decide
    what they mean, or a person could not see them.
    """

    spelled = _CONTROLS

    def tuple_sql(self, expression: exp.Tuple) -> str:
        return f"({self.expressions(expression, flat=True)})"

    def literal_sql(self, expression: exp.Literal) -> str:
        if not expression.is_string or not re.search(self.spelled, expression.name):
            return super().literal_sql(expression)
        parts = re.split(f"({self.spelled})", expression.name)  # every other one is a letter
        found = [
            sql.call_by_name("CHR", ord(part)) if place % 2 else sql.convert(part)
            for place, part in enumerate(parts)
            if part
        ]
        return self.sql(found[0] if len(found) == 1 else sql.call_by_name("CONCAT", *found))


class DuckDBPrinter(Printer, DuckDB.Generator):  # type: ignore[misc] # it has no type
    """Prints the SQL of DuckDB."""

    name = "duckdb"

    @staticmethod
    def row(table: str) -> exp.Expr:
        """A row of a table as one value."""
        every = exp.Columns(this=exp.column(sql.STAR, table=table), unpack=True)
        return sql.call_by_name("STRUCT_PACK", every)


class SparkPrinter(Printer, Spark.Generator):  # type: ignore[misc] # it has no type
    """Prints the SQL of Spark; Databricks understands it, so it is given what was tried there."""

    name = "spark"
    spelled = rf"{_CONTROLS}|['\\]|\$(?={{)"

    def anonymous_sql(self, expression: exp.Anonymous) -> str:
        """A call by its name; a letter by its number in another way, since 256 is Spark's last."""
        if expression.name == "CHR" and (code := int(expression.expressions[0].name)) > 255:
            letter = chr(code).encode().hex().upper()
            return f"DECODE(UNHEX('{letter}'), 'UTF-8')"
        return str(super().anonymous_sql(expression))

    @staticmethod
    def row(table: str) -> exp.Expr:
        """A row of a table as one value."""
        return sql.call_by_name("STRUCT", exp.column(sql.STAR, table=table))


DIALECTS: dict[str, type[DuckDBPrinter] | type[SparkPrinter]] = {
    "duckdb": DuckDBPrinter,
    "spark": SparkPrinter,
    "databricks": SparkPrinter,
}
"""By the name that is typed."""


# Cells of any type as the texts that are read.

MOST_DECIMALS_READ = "DECIMAL(38, 6)"


def format_number(column: exp.Expr, style: Style) -> exp.Expr:
    """A number as digits, also where the engine would show it with an exponent.

    Only where the digits are the whole number: what has more decimals stays as it is shown, and is
    refused.
    """
    shown = sql.cast(column, "VARCHAR")
    kind = _type_name(column)
    has_parts = exp.or_(kind.isin("double", "float"), kind.like("decimal%"))
    digits = sql.try_cast(shown, MOST_DECIMALS_READ)
    is_whole = sql.try_cast(digits, "DOUBLE").eq(sql.try_cast(shown, "DOUBLE"))
    is_long = exp.and_(has_parts, sql.call("LOWER", shown).like("%e%"), is_whole)
    number = sql.case((is_long, sql.cast(digits, "VARCHAR")), default=shown)
    if style.decimal == ".":
        return number
    return sql.case((has_parts, sql.replace(number, ".", style.decimal)), default=shown)


def _type_name(column: exp.Expr) -> exp.Expr:
    return sql.call("LOWER", sql.call("TYPEOF", column))


# The price list as rows of values within a statement.


def list_prices(table: PriceTable) -> dict[str, exp.Select]:
    """The queries that give the price list, and the places in it unless it is plain."""
    decimals = {field: sql.type_of(table, field).decimals for field in table.figures}
    listed = {PRICE_LIST: _list_rows(sql.column_types(table), decimals, table.line_rows())}
    if not table.plain:
        parts = dict.fromkeys(QUANTITIES, 0 if table.whole else MOST_DECIMALS)
        listed[PLACES] = _list_rows(sql.place_types(table), parts, table.place_rows())
    return listed


QUANTITIES = ("quantity_from", "quantity_through")


def _list_rows(
    types: Mapping[str, str], decimals: Mapping[str, int], rows: Iterable[Sequence[object]]
) -> exp.Select:
    """A query that gives these rows, its columns in their types."""
    tuples = [
        exp.Tuple(
            expressions=[
                _convert_cell(cell, decimals.get(name, 0))
                for name, cell in zip(types, row, strict=True)
            ]
        )
        for row in rows
    ]
    listed = exp.TableAlias(
        this=exp.to_identifier(STEP.format("listed")), columns=list(map(exp.to_identifier, types))
    )
    return sql.select(of=exp.Values(expressions=tuples, alias=listed), **_cast_columns(types))


def _cast_columns(types: Mapping[str, str]) -> dict[str, exp.Expr]:
    return {name: sql.cast(exp.column(name), kind) for name, kind in types.items()}


def _convert_cell(cell: object, decimals: int) -> exp.Expr:
    """A cell; figures with all decimals of their column, so that no wider type is sought."""
    if isinstance(cell, date):
        return sql.day_literal(cell)
    if isinstance(cell, Decimal):
        return exp.Literal.number(f"{cell:.{decimals}f}")
    return (
        sql.convert(cell)
        if isinstance(cell, int) or (isinstance(cell, str) and cell)
        else exp.Null()
    )


# The price list as a table that is loaded beside the ledger, for contracts of many rows.


def load_prices(table: PriceTable, name: tuple[str, ...]) -> dict[str, exp.Select]:
    """The queries that give the price list, and the places in it, from a table of the user.

    A file that was loaded twice counts once, or each line of the ledger would be there twice.
    """
    is_place = sql.is_not_null(exp.column("stage"))
    kinds = {
        PRICE_LIST: (sql.column_types(table), exp.Not(this=is_place)),
        PLACES: (sql.place_types(table), is_place),
    }
    is_this = exp.column("edition").eq(table.edition)
    return {
        step: sql.select(of=_table(name), **_cast_columns(types))
        .distinct(copy=False)
        .where(exp.and_(is_this, kind), copy=False)
        for step, (types, kind) in kinds.items()
    }


def refuse_another_list(name: tuple[str, ...]) -> Refusal:
    """What is said of a line that a table of another contract, or of another day, does not have."""
    words = (
        f"the table {'.'.join(name)} does not hold the price list that this statement was printed "
        f"with; load that file again"
    )
    when = sql.is_null(exp.column("cell"))
    return Refusal(when, "the price list is another one", words)


def write_price_list(table: PriceTable, file: Path, folder: Path) -> None:
    """Write the lines and the places as one .parquet; the folder has room for a copy.

    Raises duckdb.Error.
    """
    types = sql.place_types(table) | sql.column_types(table)
    edition = sql.alias(sql.convert(table.edition), "edition")
    with connect(replace(table, plain=False), folder) as database:
        rows = [
            sql.select(edition, of=relation).select(
                *(
                    sql.alias(sql.cast(exp.column(name) if name in known else sql.NULL, kind), name)
                    for name, kind in types.items()
                ),
                copy=False,
            )
            for relation, known in (
                (PLACES, sql.place_types(table)),
                (PRICE_LIST, sql.column_types(table)),
            )
        ]
        every = exp.union(*rows, distinct=False, copy=False)
        in_order = sql.select(sql.STAR, of=every.subquery(copy=False))
        in_order.order_by(*map(exp.column, ("stage", "in_part", "cell")), copy=False)
        execute(
            database, copy_file(in_order.subquery(copy=False), str(file), "parquet", to_file=True)
        )


# The ledger's table, as its user names it.

_PART = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^."`]+)')


@dataclass(frozen=True, slots=True)
class UserTable:
    """The table, the names of its columns, how they are written, and how added ones begin."""

    name: tuple[str, ...]
    quantity: str
    purchased: tuple[str, ...]
    service: str | None = None
    paid: str | None = None
    style: Style = Style()  # noqa: RUF009 - a value
    prefix: str = "contract_"
    order: str | None = None
    """The column in whose order lines of one day were bought, where purchases add up."""


def parse_table_name(name: str, option: str = "--table") -> tuple[str, ...]:
    """Parse a table's name, which an option gives, into its parts. Raises BadInput.

    >>> parse_table_name("main.sales.ledger"), parse_table_name('"ledger 1.parquet"')
    (('main', 'sales', 'ledger'), ('ledger 1.parquet',))
    """
    parts: list[str] = []
    place = 0
    while found := _PART.match(name, place):
        inner, ticked, plain = found.groups()
        parts.append(
            inner.replace('""', '"') if inner else ticked.replace("``", "`") if ticked else plain
        )
        place = found.end() + 1
        if place > len(name):
            return tuple(parts)
        if name[place - 1] != ".":
            break
    raise BadInput(
        f"{option} is {name!r}; expected a name such as ledger or catalog.schema.ledger; put "
        f'"..." around a part with dots or quotes'
    )


# The whole statement: the user's table, the price list, the questions, the answers.

BOUGHT = "bought"
"""A line of the user's table in one piece, so that no name in it is taken for one of ours."""

ORDER = exp.column("t5")
"""The column of the user in whose order lines of one day were bought."""

TABLE, LINES, TRIMMED, WRITTEN = map(STEP.format, ("table", "lines", "trimmed", "written"))


def format_statement(
    table: PriceTable,
    user_table: UserTable,
    engine: str,
    made_by: str,
    price_list: tuple[str, ...] | None = None,
) -> str:
    """Format one query that prices every line of a table.

    It needs nothing but that table, or besides it the one by the name of `price_list`.
    """
    printer = DIALECTS[engine]
    if price_list:
        table = replace(table, plain=False)
    trimmed, written = _read_cells(user_table, table)
    ledger = _make_ledger(user_table)
    further = [refuse_another_list(price_list)] if price_list else []
    steps = {
        LINES: _select_lines(user_table, printer.row(TABLE)),
        TRIMMED: sql.select(sql.STAR, of=LINES, **trimmed),
        WRITTEN: sql.select(sql.STAR, of=TRIMMED, **written),
        **(load_prices(table, price_list) if price_list else list_prices(table)),
        **select_answers(ledger, table, further=further),
    }
    query = with_steps(_select_all(user_table, ledger, table), steps)
    name = " ".join(table.contract.name.split())
    title = ", ".join([f"{name}: contract prices", *table.as_known])
    head = f"-- {title}\n-- for {engine}, made by {made_by}\n"
    return f"{head}{printer(pretty=True, dialect=printer.name).generate(query)}\n"


def _table(name: Sequence[str]) -> exp.Table:
    """A table of the user, by a name that may have parts."""
    parts = [exp.to_identifier(part, quoted=True) for part in name]
    return exp.Table(this=exp.Dot.build(parts) if len(parts) > 1 else parts[0])


def _select_lines(user_table: UserTable, row: exp.Expr) -> exp.Select:
    """The user's table, and the cells that are read as texts."""
    style = user_table.style

    def column(name: str) -> exp.Expr:
        return exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(TABLE))

    texts = {"t1": format_number(column(user_table.quantity), style)}
    for name, day in zip(_day_texts(user_table), user_table.purchased, strict=True):
        texts[name] = sql.cast(column(day), "VARCHAR")
    if user_table.service is not None:
        texts["t3"] = sql.cast(column(user_table.service), "VARCHAR")
    if user_table.paid is not None:
        texts["t4"] = format_number(column(user_table.paid), style)
    if user_table.order is not None:
        texts[ORDER.name] = column(user_table.order)
    lines = exp.alias_(_table(user_table.name), TABLE, table=True)
    return sql.select(of=lines, **{BOUGHT: row}, **texts)


def _day_texts(user_table: UserTable) -> list[str]:
    """The names of the texts of days, one for each column of them."""
    return [f"t2_{number}" for number in range(1, len(user_table.purchased) + 1)]


def _read_cells(
    user_table: UserTable, table: PriceTable
) -> tuple[dict[str, exp.Expr], dict[str, exp.Expr]]:
    """Readings that the query needs more than once, by names: texts trimmed, and those as read."""
    style, services = user_table.style, table.all_services
    days = list(map(exp.column, _day_texts(user_table)))
    trimmed = {
        "trimmed1": cell_texts.trim(exp.column("t1")),
        "trimmed2": cell_texts.trim(cell_texts.first_filled(days)),
    }
    written = {"iso2": cell_texts.iso_text(exp.column("trimmed2"), style.dates)}
    if user_table.service is not None:
        trimmed["named3"] = cell_texts.name_key_sql(exp.column("t3"), services)
    if user_table.paid is not None:
        trimmed["trimmed4"] = cell_texts.trim(exp.column("t4"))
        written["number4"] = cell_texts.plain_amount(exp.column("trimmed4"), style, table.currency)
    number = cell_texts.find_service(_service_cell(user_table), table.services)
    written["number1"] = cell_texts.plain_quantity(exp.column("trimmed1"), style, services, number)
    return trimmed, written


def _service_cell(user_table: UserTable) -> CellText | None:
    if user_table.service is None:
        return None
    return CellText(*map(exp.column, ("t3", "t3", "named3")))


def _make_ledger(user_table: UserTable) -> Ledger:
    """The ledger that is read from the columns with these readings."""
    names = _day_texts(user_table)
    days = list(map(exp.column, names))
    day = names[0] if len(names) == 1 else "trimmed2"
    paid = None
    if user_table.paid is not None:
        paid = CellText(*map(exp.column, ("t4", "trimmed4", "number4")))
    return Ledger(
        exp.to_table(WRITTEN),
        CellText(*map(exp.column, ("t1", "trimmed1", "number1"))),
        CellText(*map(exp.column, (day, "trimmed2", "iso2"))),
        _service_cell(user_table),
        paid,
        user_table.style,
        other_days=list_other_days(days, user_table.purchased),
        order=[ORDER] if user_table.order is not None else (),
    )


def _select_all(user_table: UserTable, ledger: Ledger, table: PriceTable) -> exp.Select:
    """All columns of the user's table, and what is added to them."""
    price = exp.column("price")
    billed = sql.find_billed(table.all_services)
    added = {
        **({"bought_before": BEFORE} if has_periods(table) else {}),
        "price": price,
        "unit_price": unit_price(),
        **({} if billed is None else {"billed": billed}),
        "source": exp.column("source"),
        "answer": exp.column("kind"),
        "reason": format_remark(ledger),
    }
    if user_table.paid is not None:
        added["difference"] = difference()
    columns = (
        sql.alias(value, f"{user_table.prefix}{name}", quoted=True) for name, value in added.items()
    )
    return sql.select(exp.column(sql.STAR, table=BOUGHT), *columns, of=ANSWERED)

"""The command `sql`."""

from __future__ import annotations

import sys
from argparse import Namespace
from importlib.metadata import version
from importlib.util import find_spec

from xlfuncs.cli.contracts import contract_of
from xlfuncs.cli.ledgers.choices import INSTALLED_SO
from xlfuncs.cli.ledgers.price_lists import (
    price_list_file,
    refuse_long,
    write_price_list_file,
)
from xlfuncs.cli.ledgers.style import style_of
from xlfuncs.cli.questions import optional_day
from xlfuncs.cli.refusals import ANSWERED, Refused
from xlfuncs.cli.streams import print_as_it_is
from xlfuncs.ledgers.price_list import price_table
from xlfuncs.pricing.contract import Contract


def sql(chosen: Namespace) -> int:
    """Prints the statement that prices a table."""
    if find_spec("sqlglot") is None:
        raise Refused(f"SQL is written by sqlglot, not installed here; {INSTALLED_SO}")
    contract, known_on = contract_of(chosen.contract), optional_day(chosen.known_on)
    _refuse_unnamed(contract, chosen.service)

    from xlfuncs.ledgers.engines.dialects import DIALECTS  # noqa: PLC0415 - needs sqlglot
    from xlfuncs.ledgers.engines.source import Source, table_of  # noqa: PLC0415 - as above
    from xlfuncs.ledgers.engines.whole import statement  # noqa: PLC0415 - as above

    if chosen.dialect not in DIALECTS:
        offered = ", ".join(DIALECTS)
        raise Refused(f"--dialect is {chosen.dialect!r}; expected one of {offered}")
    source = Source(
        table_of(chosen.table),
        chosen.quantity,
        chosen.purchased,
        chosen.service,
        chosen.paid,
        style_of(chosen),
        chosen.prefix,
    )
    file = price_list_file(chosen)
    price_list: tuple[str, ...] | None = (file.stem,) if file else None
    if chosen.price_list_table is not None:
        price_list = table_of(chosen.price_list_table, "--price-list-table")
    table = price_table(contract, known_on)
    if file is None:
        refuse_long(table)
    made_by = f"xlfuncs {version('xlfuncs')}"
    text = statement(table, source, chosen.dialect, made_by, price_list)
    _refuse_letters(text)
    if file:
        write_price_list_file(table, file)
    print_as_it_is(text)
    return ANSWERED


def _refuse_unnamed(contract: Contract, service: str | None) -> None:
    if service is None and len(contract.services) > 1:
        offered = ", ".join(repr(each.name) for each in contract.services)
        raise Refused(
            f"the contract has several services, {offered}; name the column that says which with "
            f"--service"
        )


def _refuse_letters(text: str) -> None:
    """Raises Refused where what is printed would not be the statement."""
    if sys.stdout is None:
        raise Refused("the output is closed, and nothing was written; say where it goes: > FILE")
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        raise Refused(
            f"the statement has {error.object[error.start]!a}, which cannot be written in "
            f"{encoding}; set PYTHONIOENCODING=utf-8"
        ) from None

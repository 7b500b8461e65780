"""What is said of ledgers."""

import errno
import gzip
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from backports import zstd
from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    FILE,
    FULL,
    LOCKED,
    TWO_SERVICES,
    Case,
    Given,
    Here,
    each,
    folder,
    instead,
    main_alone,
    message_of,
    refusing,
    said,
    set_to,
    there,
)
from tests.support.full_disk import with_room_for
from tests.support.hostile_ledgers import (
    CELL,
    ERRORS,
    FILLED,
    HOSTILE,
    TEXTS,
    Write,
    compressed,
    document,
    parquet,
    part,
    records,
    repeated,
    workbook,
)
from tests.support.other_workbooks import ods_row, record, write_ods
from tests.support.small_contract import CONTRACT
from xlfuncs.cli import batch
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.ledgers import batch as priced_batch
from xlfuncs.ledgers import (
    compressed_source,
    other_workbooks,
    parquet_source,
    price_table,
    priced_workbook,
    workbook_source,
)
from xlfuncs.pricing.flattened import flatten
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import PriceBook

LEDGER = "ledger.csv"
BATCH = f"xlfuncs batch {LEDGER} -o priced.csv --contract {FILE}"
GOOD = "Quantity,Date,Paid\n100,2020-03-01,995.00\n"


def remarks(here: Here) -> str:
    contract = read_toml(CONTRACT.encode()).contract
    assert contract is not None
    lines = flatten(PriceBook(contract), date(2019, 1, 1).toordinal())
    return "\n".join(dict.fromkeys(line.remark for line in lines if line.remark))


def two_currencies(here: Here) -> str:
    contract = read_toml(CONTRACT.encode()).contract
    assert contract is not None
    others = [contract._replace(name="Other", currency=currency) for currency in ("EUR", "")]
    with pytest.raises(BadInput) as refused:
        price_table.build_price_table([contract, *others])
    return str(refused.value)


FEW_CELLS = set_to(workbook_source, "FEW_CELLS", 100)
OTHER_CELLS = set_to(other_workbooks, "FEW_CELLS", 100)
SMALL_PAGES = set_to(parquet_source, "PAGE", 2**21)
FIELDS = ", ".join(f"'f{number}': 1" for number in range(90))

SMALLER: dict[str, tuple[Write, *tuple[Given, ...]]] = {
    "cells.xlsx": (workbook(f"<row>{CELL * 120}</row>"), FEW_CELLS),
    "rows.xlsx": (workbook(f"<row>{CELL}</row>" * 200), set_to(workbook_source, "FEW_ROWS", 10)),
    "tags.xlsx": (workbook(f"<row>{'<x/>' * 1_000}</row>"), FEW_CELLS),
    "texts.xlsx": (part(TEXTS, "sst", "<si><t>x</t></si>", 200), FEW_CELLS),
    "columns.ods": (
        document(repeated(100, 100, FILLED)),
        FEW_CELLS,
        OTHER_CELLS,
    ),
    "rows.ods": (document(repeated(100, 1, FILLED)), set_to(other_workbooks, "FEW_ROWS", 10)),
    "records.xlsb": (records(record(1) * 100_000), OTHER_CELLS),
    "errors.xlsb": (records(ERRORS * 30), OTHER_CELLS),
    "tags.ods": (document("<a/>" * 1_000), OTHER_CELLS),
    "spaces.ods": (document(" " * 100_000), set_to(other_workbooks, "UNPACKED", 0)),
    "bomb.csv.gz": (
        compressed(gzip.compress, b"10,2020-06-01\n", 1_000),
        set_to(compressed_source, "FEW_BYTES", 100),
    ),
    "bomb.csv.zst": (
        compressed(zstd.compress, b"10,2020-06-01\n", 1_000),
        set_to(compressed_source, "FEW_BYTES", 100),
    ),
    "same_rows.parquet": (parquet("", 20_000), set_to(parquet_source, "FEW_ROWS", 1_000)),
    "values.parquet": (
        parquet(", range(100) AS v", 500),
        set_to(parquet_source, "FEW_VALUES", 10_000),
    ),
    "bytes.parquet": (parquet(", repeat('x', 1000) || i AS memo", 20_000, 2048), SMALL_PAGES),
    "texts.parquet": (parquet(", repeat('x', 10000) AS memo", 2_000), SMALL_PAGES),
    "nested.parquet": (
        parquet(f", {{{FIELDS}}} AS s"),
        set_to(parquet_source, "MOST_COLUMNS", 20),
        set_to(parquet_source, "MOST_ELEMENTS", 80),
    ),
}
"""Ledgers that would take seconds to read, as small ones beyond a bound that is smaller, too.

The bounds themselves are tested in `tests/ledgers/test_hostile_ledgers.py`.
"""


def hostile(name: str) -> Case:
    write, *given = SMALLER.get(name, HOSTILE[name][:1])
    title = f"A ledger that is not as it should be, `{name}`"
    typed = f"xlfuncs batch {name} -o priced.csv --contract {FILE}"
    return Case(title, typed, lambda here: write(here.folder / name), *given)


def ledger(text: str, name: str = LEDGER, encoding: str = "utf-8") -> Given:
    """A file with these lines."""
    return lambda here: here.write(name, text.encode(encoding))


def asked(title: str, text: str, *options: str, shown: str = "") -> Case:
    """A ledger that holds this text."""
    return Case(title, " ".join([BATCH, *options]), ledger(text), shown=shown)


def sheet(here: Here) -> None:
    openpyxl.Workbook().save(here.folder / "ledger.xlsx")


def meanwhile(name: str, content: str, module: Any = batch, doing: str = "write_priced") -> Given:
    """Somebody saves a file while the command does something."""

    def act(here: Here) -> None:
        work = getattr(module, doing)

        def saving(*given: Any) -> None:
            work(*given)
            here.write(name, content)

        here.put(module, doing, saving)

    return act


def full_at_the_second(here: Here) -> None:
    """A disk that has room for one file, and not for another one."""
    here.put(os, "fsync", with_room_for(1))


ANSWERED = asked(
    "What a ledger comes to",
    "Quantity,Date,Paid,Service\n100,2020-03-01,1000.00,\n1,2020-03-01,free,\n0,2020-03-01,7,\n"
    "x,2020-03-01,1,\n-1,2020-03-01,1,\n1.5,2020-03-01,1,\n1,1/3/2020,1,\n,,,\n1,2020-03-01,1,Cars\n"
    "1,2020-03-01,1\n",
)

OTHER = CONTRACT.replace('"Example"', '"Other"').replace('"ACME"', '"OTHER"')
TWO = f"xlfuncs batch {LEDGER} -o priced.csv --contract {FILE} --contract other.toml"
BY_CONTRACT = "Quantity,Date,Contract\n1,2020-03-01,ACME\n1,2020-03-01,Zeta\n1,2020-03-01,\n"


def of_two(title: str, text: str, *options: str, other: str = OTHER, shown: str = "") -> Case:
    """A ledger of two contracts."""
    typed = " ".join([TWO, *options])
    return Case(title, typed, ledger(text), ledger(other, "other.toml"), shown=shown)


ADDING_UP = said('unit = "IPs"', 'unit = "IPs"\ncounted = "year"')

CASES = (
    Case("The remarks of a contract", "flatten(PriceBook(contract), ...)", run=remarks),
    ANSWERED,
    asked(
        "A ledger as the contract stood through a document, which is none of its own",
        "Quantity,Date,Service\n100,2020-03-01,\n100,2020-03-01,Scaning\n",
        "--through 9",
    ),
    asked("Many faulty lines", "Quantity,Date\n" + "x,2020-03-01\n" * 22, shown="lines|more"),
    asked("A column that is not there", "Quantity,When\n"),
    asked("Two columns that may be meant", "Quantity,Date,Amount,Total\n"),
    asked("Two columns that are not there", "How many,When\n"),
    asked("Another sign between the cells", "Quantity;Date\n1;2020-03-01\n"),
    asked("Lines above the titles", "Purchases of 2020,,\nQuantity,Date,Paid\n"),
    asked("Decimals that may be thousands", GOOD.replace("995.00", "1.250"), shown="note"),
    asked(
        "The same with decimal commas",
        "Quantity;Date;Paid\n100;2020-03-01;1,250\n",
        "--delimiter ';' --decimal-comma",
        shown="note",
    ),
    Case(
        "A currency that the contract does not state",
        BATCH,
        ledger("Quantity,Date,Paid\n1,2020-03-01,$10.00\n1,2020-03-01,10.00\n"),
        shown="line|note|amount",
    ),
    Case(
        "Another currency than that of the contract",
        BATCH,
        instead(CONTRACT.replace('prefix = "ACME"', 'prefix = "ACME"\ncurrency = "USD"')),
        ledger(
            'Quantity,Date,Paid\n1,2020-03-01,€10\n1,2020-03-01,"$1,200"\n'
            "1 box,2020-03-01,$1\n1 IP,3/1/20,$1\n"
        ),
        shown="line|note|amount",
    ),
    asked(
        "A day that is blank, and is in another column",
        "Quantity,Bought,Entered\n1,,2020-03-01\n1,2020-03-01,\n",
        "--purchased Bought Entered",
        shown="note",
    ),
    asked(
        "Days that another option would read",
        "Quantity,Date,Paid\n1,1/3/2020,1\n1,31/3/2020,1\n1,soon,1\n1,2020-03-01,\n",
        shown="note",
    ),
    asked(
        "Numbers that another option would read",
        'Quantity,Date,Paid\n1,2020-03-01,"10,50"\n1,2020-03-01,"1,200"\n1,2020-03-01,7.5\n',
        shown="note",
    ),
    asked(
        "The same without an option",
        "Quantity;Date;Paid\n1;2020-03-01;10.50\n1;2020-03-01;10,25\n",
        "--delimiter ';' --decimal-comma",
        shown="note",
    ),
    asked(
        "A total, a blank line, and what is above the titles",
        "Purchases of 2020\n\nQuantity,Date,Paid\n1,2020-03-01,10\n,,\nTotal,,10\n",
    ),
    asked("Titles on a line that there is not", GOOD, "--titles 9"),
    asked("Titles on a line that is blank", f"\n{GOOD}", "--titles 1"),
    asked("Titles on no line", GOOD, "--titles x"),
    asked("Two lines of titles", f"Summary\nQty,Date\n{GOOD}"),
    asked("Lines above what are no titles", "Purchases\nWhat,When\n1,2020-03-01\n"),
    Case(
        "A line of titles in a .parquet",
        f"xlfuncs batch l.parquet --titles 2 -o priced.csv --contract {FILE}",
        lambda here: parquet("")(here.folder / "l.parquet"),
    ),
    Case(
        "Several ledgers",
        f"xlfuncs batch {LEDGER} other.csv -o priced.csv --contract {FILE}",
        ledger(GOOD),
        ledger("See below\nDate,Qty\n2020-03-01,x\n", "other.csv"),
    ),
    Case(
        "Several ledgers, one of which has no titles",
        f"xlfuncs batch {LEDGER} other.csv -o priced.csv --contract {FILE}",
        ledger(GOOD),
        ledger("When,Qty\n2020-03-01,1\n", "other.csv"),
    ),
    Case(
        "Several ledgers, and a column of days that none of them has",
        f"xlfuncs batch {LEDGER} other.csv -o priced.csv --contract {FILE} "
        "--purchased Date Entered",
        ledger(GOOD),
        ledger(GOOD, "other.csv"),
    ),
    Case(
        "A ledger that is named twice",
        f"xlfuncs batch {LEDGER} {LEDGER} -o priced.csv --contract {FILE}",
        ledger(GOOD),
    ),
    Case(
        "More ledgers than are read as one",
        f"xlfuncs batch {LEDGER} other.csv -o priced.csv --contract {FILE}",
        ledger(GOOD),
        ledger(GOOD, "other.csv"),
        set_to(batch, "MOST_FILES", 1),
    ),
    Case(
        "Several ledgers that need not have the same delimiter",
        f"xlfuncs batch {LEDGER} other.tsv -o priced.csv --contract {FILE}",
        ledger(GOOD),
        ledger(GOOD, "other.tsv"),
    ),
    Case(
        "One of several ledgers as the output",
        f"xlfuncs batch {LEDGER} other.csv -o other.csv --contract {FILE}",
        ledger(GOOD),
        ledger(GOOD, "other.csv"),
    ),
    Case(
        "A folder of ledgers, and of other files",
        f"xlfuncs batch year -o priced.csv --contract {FILE}",
        ledger(GOOD, "year/a.csv"),
        ledger(GOOD, "year/notes.doc"),
        shown="note|lines",
    ),
    Case(
        "A folder with a ledger that was priced, too",
        f"xlfuncs batch year -o priced.csv --contract {FILE}",
        ledger(GOOD, "year/a.csv"),
        ledger("Qty,Date,Price,Unit price,Source,Outcome,Reason\n", "year/priced.csv"),
    ),
    Case(
        "A sheet of an .ods that is not there",
        f"xlfuncs batch l.ods --sheet Orders -o priced.csv --contract {FILE}",
        lambda here: write_ods(here.folder / "l.ods", ""),
    ),
    Case(
        "An .ods of which the end is missing",
        f"xlfuncs batch l.ods -o priced.csv --contract {FILE}",
        lambda here: here.write("l.ods", b"PK\x03\x04" + bytes(100)),
    ),
    Case(
        "Cells with errors in an .ods",
        f"xlfuncs batch l.ods -o priced.csv --contract {FILE}",
        lambda here: write_ods(
            here.folder / "l.ods",
            ods_row(["Quantity", "Date"])
            + '<table:table-row xmlns:calcext="calcext"><table:table-cell '
            'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
            '<table:table-cell table:formula="of:=TODAY()"/></table:table-row>',
        ),
        shown="line",
    ),
    Case(
        "A library for .zst that is not installed",
        f"xlfuncs batch l.csv.zst -o priced.csv --contract {FILE}",
        ledger("", "l.csv.zst"),
        set_to(compressed_source, "ZSTD", "no_such_library"),
    ),
    of_two("A ledger of two contracts", BY_CONTRACT),
    of_two("Two contracts, and no column that tells which", GOOD),
    of_two("Two contracts with no name of their own", BY_CONTRACT, other=CONTRACT),
    of_two("A name that two contracts have", "Quantity,Date,Contract\n1,2020-03-01,Agreement\n"),
    of_two(
        "Two contracts of different currencies",
        BY_CONTRACT,
        other=OTHER.replace("prefix", 'currency = "EUR"\nprefix'),
    ),
    of_two("Documents through a number of two contracts", BY_CONTRACT, "--through 1"),
    of_two("A contract that is named twice", BY_CONTRACT, f"--contract {FILE}"),
    of_two("Two contracts, and one more that is not there", BY_CONTRACT, "--contract no.toml"),
    Case(
        "A folder of contracts that has none",
        f"xlfuncs batch {LEDGER} -o priced.csv --contract contracts",
        ledger(GOOD),
        folder("contracts"),
    ),
    Case(
        "A folder of contracts that may not be listed",
        f"xlfuncs batch {LEDGER} -o priced.csv --contract contracts",
        ledger(GOOD),
        folder("contracts"),
        refusing(os, "listdir", errno.EACCES),
    ),
    Case(
        "A folder of contracts with a pipe in place of one",
        f"xlfuncs batch {LEDGER} -o priced.csv --contract contracts",
        ledger(GOOD),
        folder("contracts"),
        lambda here: os.mkfifo(here.folder / "contracts" / "a.toml"),
    ),
    asked("A column to write that is not there", GOOD, "--columns price,cost"),
    asked("A column to write that is there twice", "Qty,Date,A,a\n", "--columns a"),
    asked("No column to write", GOOD, "--columns ,"),
    asked("A difference from amounts that there are not", "Qty,Date\n", "--columns difference"),
    asked("What was bought before, where nothing adds up", GOOD, "--columns 'bought before'"),
    asked("What prices are for, where nothing says it", GOOD, "--columns billed"),
    asked(
        "Credits",
        "PO,Quantity,Date,Paid\nA,10,2020-03-01,120\nA,-10,2020-03-02,-120\n"
        "B,-10,2020-03-02,\n-1,-10,2020-03-02,100\n",
    ),
    asked("Credits without amounts", "Quantity,Date\n10,2020-03-01\n-10,2020-03-02\n"),
    Case(
        "Purchases that add up",
        BATCH,
        ADDING_UP,
        ledger(
            "Quantity,Date,Paid\n99,2020-01-31,990\n-1,2020-01-31,-10\n1,2020-02-01,10\n"
            "x,2021-01-01,1\n5,2022-03-01,50\n"
        ),
    ),
    asked("A column that is there twice", "Quantity,QUANTITY,Date\n"),
    asked("A named column that is not there", "Quantity,When\n", "--purchased Day"),
    asked("A column that is named for two things", "Quantity,Date\n", "--paid Quantity"),
    Case("Several services, and no column that tells which", BATCH, *TWO_SERVICES, ledger(GOOD)),
    Case("Too many columns", BATCH, ledger(",".join(map(str, range(2001))))),
    *(hostile(name) for name, (_, words) in HOSTILE.items() if words),
    Case(
        "No room for the copy of a ledger",
        BATCH,
        ledger(GOOD),
        refusing(Path, "open", errno.ENOSPC),
    ),
    Case(
        "An output that is closed",
        f"xlfuncs batch ledger.csv --contract {FILE}",
        ledger(GOOD),
        run=lambda here: main_alone(["batch", LEDGER, "--contract", FILE], here, None),
    ),
    Case("No contract is named", "xlfuncs batch ledger.csv -o priced.csv", ledger(GOOD)),
    Case(
        "No contract is named, and there is none",
        "xlfuncs batch ledger.csv -o priced.csv",
        ledger(GOOD),
        instead(""),
    ),
    asked("A ledger without titles", "\n\n"),
    asked("A line of titles that is broken", 'Quantity,"Date\n1,2\n'),
    Case(
        "Another encoding",
        BATCH,
        ledger("Quantity,Date,City\n1,2020-03-01,Köln\n", encoding="cp1252"),
    ),
    asked("An encoding that it is not", GOOD + "é", "--encoding ascii"),
    asked("An encoding that there is not", GOOD, "--encoding windoof"),
    asked("A delimiter that is none", GOOD, "--delimiter ab"),
    asked("A delimiter that is blank", GOOD, "--delimiter ''"),
    asked("An encoding that is blank", GOOD, "--encoding ''"),
    Case(
        "A ledger whose name is blank",
        f"xlfuncs batch '' -o priced.csv --contract {FILE}",
        ledger(GOOD),
    ),
    Case(
        "A contract whose name is blank",
        f"xlfuncs batch {LEDGER} -o priced.csv --contract ''",
        ledger(GOOD),
    ),
    asked("A report whose name is blank", GOOD, "--report ''"),
    asked("Two meanings of a comma", GOOD, "--decimal-comma"),
    Case(
        "A price list of too many lines",
        BATCH,
        ledger(GOOD),
        lambda here: here.put(price_table, "MOST_LINES", 2),
    ),
    Case("Contracts of several currencies", "build_price_table(contracts)", run=two_currencies),
    Case("A ledger of another kind", f"xlfuncs batch {FILE} --contract {FILE}"),
    Case("A ledger that is not there", BATCH),
    Case(
        "One name for two files",
        f"{BATCH.replace('priced.csv', 'priced.xlsx')} --report priced.xlsx",
        ledger(GOOD),
    ),
    asked("A report of what was paid, where nothing says so", "Qty,Date\n", "--report r.xlsx"),
    asked("A ledger and its report", GOOD.replace("995", "999"), "--report r.xlsx"),
    Case(
        "A ledger that may not be read", BATCH, ledger(GOOD), refusing(Path, "open", errno.EACCES)
    ),
    Case("A folder", BATCH, folder(LEDGER)),
    Case("A pipe in place of a ledger", BATCH, lambda here: os.mkfifo(here.folder / LEDGER)),
    Case("An output of another kind", BATCH.replace("priced.csv", "priced.txt"), ledger(GOOD)),
    Case(
        "An output in a folder that is not there",
        BATCH.replace("priced.csv", "no/priced.csv"),
        ledger(GOOD),
    ),
    Case("The ledger as its own output", BATCH.replace("priced.csv", LEDGER), ledger(GOOD)),
    Case(
        "A workbook that is none",
        f"xlfuncs batch ledger.xlsx -o priced.csv --contract {FILE}",
        ledger(GOOD, "ledger.xlsx"),
    ),
    Case(
        "A sheet that is not there",
        f"xlfuncs batch ledger.xlsx --sheet Purchases -o priced.csv --contract {FILE}",
        sheet,
    ),
    Case("A blank sheet", f"xlfuncs batch ledger.xlsx -o priced.csv --contract {FILE}", sheet),
    Case(
        "A .parquet that is none",
        f"xlfuncs batch ledger.parquet -o priced.csv --contract {FILE}",
        ledger(GOOD, "ledger.parquet"),
    ),
    Case(
        "A ledger that is changed meanwhile",
        BATCH,
        ledger(GOOD),
        meanwhile(LEDGER, GOOD * 2, priced_batch, "read_and_price"),
    ),
    Case(
        "An output that is changed meanwhile",
        BATCH,
        ledger(GOOD),
        there("priced.csv", ""),
        meanwhile("priced.csv", "mine"),
    ),
    Case(
        "A report that is changed meanwhile",
        f"{BATCH} --report r.xlsx",
        ledger(GOOD),
        meanwhile("r.xlsx", "mine"),
    ),
    Case(
        "No room for the report",
        f"{BATCH} --report r.xlsx",
        ledger(GOOD),
        there("r.xlsx", "old"),
        full_at_the_second,
    ),
    Case(
        "A report that cannot be replaced when the ledger has been written",
        f"{BATCH} --report r.xlsx",
        ledger(GOOD),
        there("r.xlsx", "old"),
        refusing(os, "replace", errno.EACCES),
    ),
    Case("A disk that is full", BATCH, ledger(GOOD), FULL),
    Case("A folder that is read-only", BATCH, ledger(GOOD), LOCKED),
    Case(
        "More lines than a sheet has room for",
        BATCH.replace("priced.csv", "priced.xlsx"),
        ledger(GOOD),
        set_to(priced_workbook, "MOST_ROWS", 0),
    ),
    Case(
        "A line without end", BATCH, ledger(f'Quantity,Date,Memo\n1,2020-03-01,"{"x" * 2**23}\n"\n')
    ),
    Case(
        "A name that is not UTF-8 text",
        f"xlfuncs batch ledger?.csv --contract {FILE}, where ? is the byte FF",
        run=lambda here: main_alone(
            ["batch", "ledger\udcff.csv", "--contract", FILE], here, sys.stdout
        ),
    ),
    Case(
        "A text that no cell can hold",
        BATCH.replace("priced.csv", "priced.xlsx"),
        ledger(f"Quantity,Date,Memo\n1,2020-03-01,{'x' * 32_768}\n"),
    ),
    Case(
        "Libraries that are not installed",
        BATCH,
        ledger(GOOD),
        set_to(batch, "LIBRARIES", ("duckdb", "no_such_library")),
    ),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot

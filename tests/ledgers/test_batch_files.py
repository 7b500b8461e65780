"""Files of `batch`: the same answers from and in each kind, replaced whole or not at all."""

import csv
import os
import signal
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.cli.test_replacing import FORKS, in_child
from tests.support.cli_runner import Run
from tests.support.csv_ledgers import ADDED, CONTRACT, read, write_contract
from tests.support.full_disk import with_room_for
from xlfuncs.cli import main
from xlfuncs.ledgers import priced_workbook

TITLES = ["Qty", "Date", "Paid", "Memo"]
LINES: list[list[object]] = [
    [10, date(2020, 6, 1), Decimal("120.50"), "=1+1"],
    [2.5, date(2020, 6, 1), 1, None],
    [1000, datetime(2020, 6, 1, 14, 30), Decimal("10000"), "two\nlines"],
    [None, None, None, None],
    ["10", "2020-06-01", "100", "text"],
]
ANSWERS = [
    ("price", Decimal("100.00"), Decimal("20.50")),
    ("bad input", None, None),
    ("price", Decimal("10000.00"), Decimal("0.00")),
    ("blank line", None, None),
    ("price", Decimal("100.00"), Decimal("0.00")),
]


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    return write_contract(tmp_path)


def workbook(path: Path, rows: list[list[object]], *, mac: bool = False) -> Path:
    """The rows on the second sheet of a workbook, below a blank one."""
    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = "no ledger"
    sheet = book.create_sheet("Ledger")
    for number, row in enumerate(rows, start=2):
        for column, cell in enumerate(row, start=1):
            sheet.cell(number, column, cell)
            if isinstance(cell, str):
                sheet.cell(number, column).data_type = "s"
    book.save(path)
    return path


def cells(path: Path) -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]


@pytest.mark.parametrize("mac", [False, True])
def test_a_sheet_is_read_and_written_with_its_cells(
    mac: bool, tmp_path: Path, contract: Path, run: Run
) -> None:
    ledger = workbook(tmp_path / "ledger.xlsx", [TITLES, *LINES], mac=mac)
    out = tmp_path / "out.xlsx"
    ran = run("batch", ledger, "--sheet", "Ledger", "-c", contract, "-o", out)
    assert ran.status == 0, ran.err
    titles, *lines = cells(out)
    assert titles == TITLES + ADDED
    for own, answer, line in zip(LINES, ANSWERS, lines, strict=True):
        found = [cell.date() if isinstance(cell, datetime) else cell for cell in line[:4]]
        day = own[1].date() if isinstance(own[1], datetime) else own[1]
        assert found == [own[0], day, own[2], own[3]]
        amounts = [None if amount is None else float(amount) for amount in answer[1:]]
        assert (line[7], line[4], line[9]) == (answer[0], *amounts)
    assert tuple(lines[3][7:9]) == ("blank line", "the line is blank")


def test_a_sheet_as_csv_says_the_same(tmp_path: Path, contract: Path, run: Run) -> None:
    ledger = workbook(tmp_path / "ledger.xlsx", [TITLES, *LINES])
    ran = run("batch", ledger, "--sheet", "Ledger", "-c", contract, "--dates", "mdy")
    found = read(ran.out)
    assert [line["Date"] for line in found[:3]] == [
        "06/01/2020",
        "06/01/2020",
        "06/01/2020 14:30:00",
    ]
    assert [line["Price"] for line in found] == ["100.00", "", "10000.00", "", "100.00"]
    assert found[0]["Memo"] == "'=1+1"
    assert [line["Qty"] for line in found] == ["10", "2.5", "1000", "", "10"]


def parquet(path: Path, select: str) -> Path:
    duckdb.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


PARQUET = (
    "SELECT * FROM (VALUES (10, DATE '2020-06-01', 120.50::DECIMAL(9, 2), '=1+1'), "
    "(1000, DATE '2020-06-01', 10000::DECIMAL(9, 2), NULL), "
    "(NULL, NULL, NULL, NULL)) AS t (Qty, Date, Paid, Memo)"
)


@pytest.mark.parametrize("dates", ["iso", "mdy"])
def test_typed_columns_are_read_whatever_style_is_said(
    dates: str, tmp_path: Path, contract: Path, run: Run
) -> None:
    ledger = parquet(tmp_path / "ledger[1].parquet", PARQUET)
    parquet(tmp_path / "ledger1.parquet", "SELECT 1 AS Qty")
    out = tmp_path / "out.parquet"
    options = ["--dates", dates, "--decimal-comma", "-c", contract]
    assert run("batch", ledger, "-o", out, *options).status == 0
    found = duckdb.read_parquet(str(out))
    assert found.columns == TITLES + ADDED
    assert [str(kind) for kind in found.types[:4]] == ["INTEGER", "DATE", "DECIMAL(9,2)", "VARCHAR"]
    lines = found.fetchall()
    assert lines[0][:4] == (10, date(2020, 6, 1), Decimal("120.50"), "=1+1")
    assert [line[4] for line in lines] == [Decimal("100.00"), Decimal("10000.00"), None]
    assert [line[9] for line in lines] == [Decimal("20.50"), Decimal("0.00"), None]
    assert lines[2][7:9] == ("blank line", "the line is blank")


@pytest.mark.parametrize(
    ("kind", "value", "price"),
    [
        ("DOUBLE", "10.0", "100.00"),
        ("TIMESTAMP", "TIMESTAMP '2020-06-01 23:59:59'", "100.00"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ '2020-06-01 00:00:00+00'", ""),
    ],
)
def test_types_that_are_no_plain_numbers_or_days(
    kind: str, value: str, price: str, tmp_path: Path, contract: Path, run: Run
) -> None:
    day = value if kind.startswith("TIME") else "DATE '2020-06-01'"
    quantity = "10" if kind.startswith("TIME") else f"{value}::{kind}"
    ledger = parquet(tmp_path / "l.parquet", f"SELECT {quantity} AS Qty, {day} AS Date")
    [line] = read(run("batch", ledger, "-c", contract).out)
    assert line["Price"] == price


def test_what_no_cell_holds_is_text_in_a_sheet(tmp_path: Path, contract: Path, run: Run) -> None:
    select = (
        "SELECT 10 AS Qty, DATE '2020-06-01' AS Date, 1234567890123456789 AS big, "
        "'NaN'::DOUBLE AS nan, 0.5::DOUBLE AS half, DATE 'infinity' AS never, "
        "DATE '1850-01-01' AS early, TIMESTAMPTZ '2020-06-01 10:00:00+00' AS zoned, "
        "[1, 2] AS some, TIMESTAMP '2020-06-01 10:00:00.25' AS moment, TRUE AS so, "
        "NULL::INTEGER AS nothing"
    )
    out = tmp_path / "out.xlsx"
    ledger = parquet(tmp_path / "l.parquet", select)
    assert run("batch", ledger, "-c", contract, "-o", out).status == 0
    [_, line] = cells(out)
    assert line[:3] == [10, datetime(2020, 6, 1), "1234567890123456789"]
    assert line[3:7] == ["nan", 0.5, "infinity", "1850-01-01"]
    assert line[7].startswith("2020-06-01")
    assert line[8:12] == ["[1, 2]", datetime(2020, 6, 1, 10, 0, 0, 250_000), True, None]


def test_the_time_of_a_moment_is_kept_whole(tmp_path: Path, contract: Path, run: Run) -> None:
    select = "SELECT 10 AS Qty, TIMESTAMP_NS '2020-06-01 10:00:00.123456789' AS Date"
    ledger = parquet(tmp_path / "l.parquet", select)
    [line] = read(run("batch", ledger, "-c", contract).out)
    assert (line["Date"], line["Price"]) == ("2020-06-01 10:00:00.123456789", "100.00")


def test_a_csv_as_a_sheet_has_numbers_and_days_where_they_were_read(
    tmp_path: Path, contract: Path, run: Run
) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("Qty,Date,Paid,Memo\n10,2020-06-01,100.005,0012\nx,y,z,=1\n")
    out = tmp_path / "out.xlsx"
    assert run("batch", ledger, "-c", contract, "-o", out).status == 0
    [_, good, bad] = cells(out)
    assert good[:4] == [10, datetime(2020, 6, 1), 100.005, "0012"]
    assert bad[:4] == ["x", "y", "z", "=1"]


def test_a_priced_sheet_is_laid_out_like_our_others(
    tmp_path: Path, contract: Path, run: Run
) -> None:
    lines = [[*line[:3], "m" * 99] for line in LINES if line[0] is not None]
    ledger = workbook(tmp_path / "ledger.xlsx", [TITLES, *lines])
    out = tmp_path / "out.xlsx"
    assert run("batch", ledger, "--sheet", "Ledger", "-c", contract, "-o", out).status == 0
    sheet = openpyxl.load_workbook(out).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:K{len(lines) + 1}")
    fills = [cell.fill.fgColor.rgb for cell in sheet[1]]
    assert len({*fills[:4]}) == len({*fills[4:]}) == 1
    assert fills[0] != fills[4], "what was added is told from what the ledger had"
    places = {cell.value: cell.column_letter for cell in sheet[1]}
    formats = {title: sheet[f"{letter}2"].number_format for title, letter in places.items()}
    assert formats["Price"] == formats["Difference"] == "#,##0.00"
    assert (formats["Unit price"], formats["Date"]) == ("#,##0.00####", "yyyy-mm-dd")
    assert sheet[f"{places['Date']}4"].number_format == "yyyy-mm-dd h:mm:ss"
    assert sheet[f"{places['Reason']}3"].alignment.wrap_text
    widths = {title: sheet.column_dimensions[letter].width for title, letter in places.items()}
    assert (widths["Qty"], widths["Memo"], widths["Reason"]) == (10, 42, 50)
    assert widths["Date"] == len("2020-06-01 14:30:00") + 2
    assert sheet.print_title_rows == "$1:$1"
    setup = sheet.page_setup
    assert (setup.orientation, setup.fitToWidth, setup.fitToHeight) == ("landscape", 1, 0)


def test_a_wide_ledger_is_printed_on_several_pages_beside_each_other(
    tmp_path: Path, contract: Path, run: Run
) -> None:
    ledger, out = tmp_path / "ledger.csv", tmp_path / "out.xlsx"
    more = [f"Note {number}" for number in range(12)]
    cells = ["10", "2020-06-01", *("n" * 40 for _ in more)]
    ledger.write_text(f"{','.join(['Qty', 'Date', *more])}\n{','.join(cells)}\n")
    assert run("batch", ledger, "-c", contract, "-o", out).status == 0
    assert openpyxl.load_workbook(out).active.page_setup.fitToWidth == 3


def test_a_sheet_has_room_for_so_many_lines(
    tmp_path: Path, contract: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(priced_workbook, "MOST_ROWS", 2)
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("Qty,Date\n" + "10,2020-06-01\n" * 3)
    ran = run("batch", ledger, "-c", contract, "-o", tmp_path / "out.xlsx")
    assert ran.status == 2
    assert "a sheet can hold 2 lines, and there are 3; nothing was written" in ran.err
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("kind", [".csv", ".parquet"])
@pytest.mark.parametrize("broken", [False, True])
def test_many_lines_stay_in_their_order(
    kind: str, broken: bool, tmp_path: Path, contract: Path, run: Run
) -> None:
    count = 125_000  # which several threads share, 122,880 at a time
    lines = [f"{number},{number % 1500},2020-06-01,{number},=memo" for number in range(count)]
    if broken:
        lines[count // 2] += ",more"
    ledger, out = tmp_path / "ledger.csv", tmp_path / f"out{kind}"
    ledger.write_text("\n".join(["Invoice,Qty,Date,Paid,Memo", *lines]))
    assert run("batch", ledger, "-c", contract, "-o", out).status == 0
    relation = duckdb.read_csv(str(out)) if kind == ".csv" else duckdb.read_parquet(str(out))
    assert [int(invoice) for (invoice,) in relation.project("Invoice").fetchall()] == [
        *range(count)
    ]


def test_what_the_file_held_is_kept_beside_it(tmp_path: Path, contract: Path, run: Run) -> None:
    ledger, out = tmp_path / "ledger.csv", tmp_path / "out.csv"
    ledger.write_text("Qty,Date\n10,2020-06-01\n")
    out.write_text("mine")
    ran = run("batch", ledger, "-c", contract, "-o", out)
    assert ran.out == f"{out}: written; the previous version is out.csv.bak\n"
    assert (tmp_path / "out.csv.bak").read_text() == "mine"
    again = run("batch", ledger, "-c", contract, "-o", out)
    assert again.out == f"{out}: written\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "contract.toml",
        "ledger.csv",
        "out.csv",
        "out.csv.bak",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-o", "book.xlsx"), "book.xlsx: is the contract itself"),
        (("-o", "ledger.csv"), "ledger.csv: is the ledger itself"),
        (
            ("-o", "priced.csv", "--report", "no/report.xlsx"),
            "report.xlsx: the folder does not exist",
        ),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is(
    options: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    run("build", write_contract(tmp_path), "-o", "book.xlsx")
    Path("ledger.csv").write_text("Qty,Date\n1,2020-06-01\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    ran = run("batch", "ledger.csv", "-c", "book.xlsx", *options)
    assert ran.status == 2
    assert f"{said}; nothing was written" in ran.err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_ledger_and_its_report_are_written_both_or_not_at_all(
    tmp_path: Path, contract: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk that has no room for the second of them, then on one that has."""
    ledger, priced, report = (tmp_path / name for name in ("l.csv", "priced.csv", "r.xlsx"))
    ledger.write_text("Qty,Date,Paid\n10,2020-06-01,120.00\n")
    priced.write_text("old")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    asked = ("batch", ledger, "-c", contract, "-o", priced, "--report", report)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", with_room_for(1))
        ran = run(*asked)
    said = f"xlfuncs: {report}: the disk is full; nothing was written. Use a folder on another disk"
    assert (ran.status, ran.out, ran.err) == (2, "", f"{said}\n")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    ran = run(*asked)
    assert ran.out.splitlines() == [
        f"{priced}: written; the previous version is priced.csv.bak",
        f"{report}: written",
    ]
    assert read(priced.read_text())[0]["Price"] == "100.00"
    assert report.read_bytes().startswith(b"PK")


def test_a_ledger_that_changes_meanwhile_is_not_priced(
    tmp_path: Path, contract: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, out = tmp_path / "ledger.csv", tmp_path / "out.csv"
    ledger.write_text("Qty,Date\n10,2020-06-01\n")
    out.write_text("mine")
    from xlfuncs.ledgers import batch

    read_and_price = batch.read_and_price

    def meanwhile(*given: object) -> None:
        read_and_price(*given)
        ledger.write_text("Qty,Date\n10,2020-06-01\n20,2020-06-01\n")

    monkeypatch.setattr(batch, "read_and_price", meanwhile)
    ran = run("batch", ledger, "-c", contract, "-o", out)
    assert ran.status == 2
    assert ran.err == f"xlfuncs: {ledger}: was changed while it was read; nothing was written\n"
    assert out.read_text() == "mine"


MIDNIGHT = 43_984
"""The number of 2 June 2020 at 0:00."""


@pytest.mark.parametrize("mac", [False, True])
def test_a_moment_before_midnight_is_of_the_day_that_it_ends(
    mac: bool, tmp_path: Path, run: Run
) -> None:
    contract = write_contract(tmp_path, CONTRACT.replace("= 10.00", "= 10.00\n" + UNTIL_THE_FIRST))
    day = MIDNIGHT - 1462 * mac
    moments = [day - 1e-11, day - 5e-9, day - 0.25, day - 1, day, day + 1e-11]
    ledger = workbook(tmp_path / "l.xlsx", [["Qty", "Date"], *([10, each] for each in moments)])
    book = openpyxl.load_workbook(ledger)
    if mac:
        book.epoch = CALENDAR_MAC_1904
    for [cell] in book["Ledger"]["B3:B8"]:
        cell.number_format = "yyyy-mm-dd"
    book.save(ledger)
    ran = run("batch", ledger, "--sheet", "Ledger", "-c", contract)
    assert [line["Price"] for line in read(ran.out)] == ["100.00"] * 4 + [""] * 2


UNTIL_THE_FIRST = "purchased_through = 2020-06-01"


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        ("TIMESTAMP_NS", "23:59:59.999999999"),
        ("TIMESTAMP", "23:59:59.999999"),
        ("TIMESTAMP_MS", "23:59:59.999"),
        ("VARCHAR", "23:59:59.9999999999"),
    ],
)
def test_fractions_of_seconds_before_midnight_are_of_the_day(
    kind: str, moment: str, tmp_path: Path, run: Run
) -> None:
    contract = write_contract(tmp_path, CONTRACT.replace("= 10.00", "= 10.00\n" + UNTIL_THE_FIRST))
    select = f"SELECT 10 AS Qty, '2020-06-01 {moment}'::{kind} AS Date"
    parquet(tmp_path / "l.parquet", select)
    (tmp_path / "l.csv").write_text(f"Qty,Date\n10,2020-06-01 {moment}\n")
    for name in ("l.parquet", "l.csv"):
        [line] = read(run("batch", tmp_path / name, "-c", contract).out)
        assert line["Price"] == "100.00"


@pytest.mark.parametrize(
    ("titles", "options"),
    [
        (["Qty", "Date", "qty "], []),
        (["Qty", "Date", "Qty"], []),
        (["N", "Date", "n"], ["--quantity", "N"]),
    ],
)
def test_of_two_columns_that_may_be_meant_none_is_chosen(
    titles: list[str], options: list[str], tmp_path: Path, contract: Path, run: Run
) -> None:
    for path in with_titles(tmp_path, titles):
        ran = run("batch", path, "-c", contract, *options)
        assert ran.status == 2
        said = f"2 columns are titled {titles[0]!r} and {titles[2]!r}, and any of them may be"
        assert said in ran.err


def test_a_column_that_is_not_needed_may_be_there_twice(
    tmp_path: Path, contract: Path, run: Run
) -> None:
    for path in with_titles(tmp_path, ["Qty", "Date", "Memo", "Memo"]):
        ran = run("batch", path, "-c", contract)
        titles, line = csv.reader(ran.out.splitlines())
        assert titles[:4] == ["Qty", "Date", "Memo", "Memo"]
        assert line[:5] == ["10", "2020-06-01", "2", "3", "100.00"]


def with_titles(folder: Path, titles: list[str]) -> list[Path]:
    """One line below these titles, in each kind of file."""
    cells = ["10", "2020-06-01", "2", "3"][: len(titles)]
    table = folder / "l.csv"
    table.write_text("\n".join([",".join(titles), ",".join(cells)]))
    book = openpyxl.Workbook()
    for row in (titles, cells):
        book.active.append(row)
    book.save(folder / "l.xlsx")
    # the database gives columns no titles that are alike; so they are put in the file afterwards
    names = [chr(ord("a") + number) * len(title) for number, title in enumerate(titles)]
    told = ", ".join(f"'{cell}' AS {name}" for cell, name in zip(cells, names, strict=True))
    file = parquet(folder / "l.parquet", f"SELECT {told}")
    content = file.read_bytes()
    for name, title in zip(names, titles, strict=True):
        size = bytes([len(name)])
        content = content.replace(size + name.encode(), size + title.encode())
    file.write_bytes(content)
    return [table, folder / "l.xlsx", file]


@pytest.mark.host
@FORKS
@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".parquet"])
def test_a_batch_that_is_killed_leaves_the_old_file_or_the_new_one(
    kind: str, tmp_path: Path, contract: Path, seed: int, kills: int
) -> None:
    random = Random(seed)
    target = tmp_path / f"out{kind}"
    ledgers = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for ledger, quantity in zip(ledgers, ("10", "20"), strict=True):
        ledger.write_text(
            "Qty,Date\n" + f"{quantity},2020-06-01\n" * (200 if kind == ".xlsx" else 2000)
        )
    contents = [_priced_whole(ledger, target, contract, tmp_path) for ledger in ledgers]
    seconds, outcomes = 0.5, set()
    for _ in range(kills // 3 + 1):
        old = _which(target, contents)
        child = in_child(_batch(ledgers[1 - old], target, contract), tmp_path / "stderr")
        time.sleep(random.uniform(0.5, 1.2) * seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        new = _which(target, contents)
        seconds *= 0.85 if new != old else 1.15  # so the kills lie about the moment of writing
        outcomes.add(new != old)
        for left in tmp_path.glob(f"out{kind}.bak*"):
            assert _which(left, contents) in {0, 1}
            left.unlink()
    assert len(outcomes) == 2 or kills < 60


def _batch(ledger: Path, target: Path, contract: Path) -> Callable[[], int]:
    return lambda: main(["batch", str(ledger), "-o", str(target), "-c", str(contract)])


def _priced_whole(ledger: Path, target: Path, contract: Path, folder: Path) -> list[object]:
    os.waitpid(in_child(_batch(ledger, target, contract), folder / "stderr"), 0)
    return _lines(target)


def _which(path: Path, contents: list[list[object]]) -> int:
    return contents.index(_lines(path))


def _lines(path: Path) -> list[object]:
    """What a priced ledger holds, which fails for one that is not whole."""
    if ".parquet" in path.name:
        return duckdb.read_parquet(str(path)).fetchall()
    if ".xlsx" in path.name:
        with path.open("rb") as file:
            return list(openpyxl.load_workbook(file, read_only=True).active.values)
    return path.read_text().splitlines()


def test_lines_of_a_long_parquet_keep_their_places_in_a_csv(
    tmp_path: Path, contract: Path, run: Run
) -> None:
    lines = 260_000  # in three groups
    select = "SELECT 1 + i % 1000 AS Qty, DATE '2020-06-01' AS Date, i AS Memo"
    ledger = parquet(tmp_path / "l.parquet", f"{select} FROM range({lines}) AS t (i)")
    out = tmp_path / "out.csv"
    assert run("batch", ledger, "-c", contract, "-o", out).status == 0
    with out.open(newline="") as file:
        assert [line["Memo"] for line in csv.DictReader(file)] == list(map(str, range(lines)))


@pytest.mark.parametrize("name", ["Qty=99", "~"])
def test_the_name_of_a_folder_is_no_part_of_the_ledger(
    name: str, tmp_path: Path, contract: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    parquet(folder / "l.parquet", "SELECT 10 AS Qty, DATE '2020-06-01' AS Date")
    (folder / "l.csv").write_text("Qty,Date\n10,2020-06-01\n")
    monkeypatch.chdir(tmp_path)
    for ledger in ("l.parquet", "l.csv"):
        [line] = read(run("batch", Path(name, ledger), "-c", contract).out)
        assert (line["Qty"], line["Price"]) == ("10", "100.00")

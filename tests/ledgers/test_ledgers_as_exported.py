"""Ledgers as they are exported: lines above the titles, totals, several files, kinds of files."""

import csv
import gzip
from datetime import date
from pathlib import Path
from shutil import copy

import duckdb
import openpyxl
import pytest
from backports import zstd

from tests.ledgers.test_batch import status_of
from tests.support.cli_runner import Ran, Run
from tests.support.csv_ledgers import CONTRACT, read, write_contract
from tests.support.other_workbooks import cells_of_row, ods_row, write_ods, write_xlsb
from tests.support.places import DATA

EXPORTED = DATA / "ledgers"
STORAGE = EXPORTED / "cloud_storage.toml"

# Small ledgers made after what people export, as files of every kind.

Cells = list[list[str]]


def as_csv(path: Path, rows: Cells) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def as_xlsx(path: Path, rows: Cells) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    book.save(path)
    return path


def as_ods(path: Path, rows: Cells) -> Path:
    write_ods(path, "".join(map(ods_row, rows)))
    return path


def as_xlsb(path: Path, rows: Cells) -> Path:
    cells = (cells_of_row(at, [each or None for each in row]) for at, row in enumerate(rows))
    write_xlsb(path, b"".join(cells), len(rows), max(map(len, rows)))
    return path


def as_parquet(path: Path, rows: Cells) -> Path:
    """All cells are text, and the titles are the names of the columns."""
    titles = next(at for at, row in enumerate(rows) if "PO Number" in row or "Quantity" in row)
    file = as_csv(path.with_suffix(".csv"), rows[titles:])
    read = f"read_csv('{file}', all_varchar=true, nullstr='')"
    duckdb.execute(f"COPY (FROM {read}) TO '{path}' (FORMAT parquet)")
    return path


WRITE = {
    ".csv": as_csv,
    ".xlsx": as_xlsx,
    ".ods": as_ods,
    ".xlsb": as_xlsb,
    ".parquet": as_parquet,
}


def rows_of(name: str, encoding: str = "utf-8") -> Cells:
    with (EXPORTED / name).open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("kind", WRITE)
def test_the_extract_of_a_state_is_read_as_it_is(kind: str, tmp_path: Path, run: Run) -> None:
    ledger = WRITE[kind](tmp_path / f"l{kind}", rows_of("state_extract.csv"))
    named = ["--quantity", "Quantity", "--paid", "Total Price", "--dates", "mdy"]
    days = ["--purchased", "Purchase Date", "Creation Date"]
    ran = run("batch", ledger, "-c", "shipped", *named, *days)
    found = read(ran.out)
    assert [line["Outcome"] for line in found] == ["price"] * 3
    assert [line["Price"] for line in found] == ["255000.00", "279995.00", "279995.00"]
    assert [line["Difference"] for line in found] == ["24995.00", "-24995.00", "0.00"]
    assert found[2]["Charged as"].startswith("credit")
    from_other = ["purchase date from 'Creation Date'" in line["Reason"] for line in found]
    assert from_other == [False, True, False]
    assert (
        "note: 1 purchase date is from 'Creation Date', where 'Purchase Date' is blank" in ran.err
    )


READ = {
    "PO-1000": "11000.00",
    "PO-1001": "11000.00",
    "PO-1002": "",
    "PO-1003": "4752.00",
    "PO-1004": "3600.00",
    "PO-1005": "",
    "PO-1006": "11000.00",
    "PO-1007": "11000.00",
    "": "",
    "PO-1008": "17600.00",
    "PO-1009": "19800.00",
    "PO-1010": "",
    "TOTAL": "",
}
"""The lines of the export of a finance system, and the prices of those that are read."""


@pytest.mark.parametrize("kind", WRITE)
@pytest.mark.parametrize("name", ["finance_export.csv", "finance_export_1252.csv"])
def test_the_export_of_a_finance_system_is_read_as_it_is(
    name: str, kind: str, tmp_path: Path, run: Run
) -> None:
    encoding = "cp1252" if "1252" in name else "utf-8"
    ledger = WRITE[kind](tmp_path / f"l{kind}", rows_of(name, encoding))
    options = ["--dates", "mdy"]
    if kind == ".csv":
        copy(EXPORTED / name, ledger)
        options += ["--encoding", encoding]
    ran = run("batch", ledger, "-c", STORAGE, *options)
    found = read(ran.out.removeprefix("\ufeff"))
    assert {line["PO Number"]: line["Price"] for line in found} == READ
    by_number = {line["PO Number"]: line for line in found}
    assert by_number["PO-1000"]["Difference"] == "-1100.00"
    assert by_number["PO-1007"]["Difference"] == "250.00"
    assert by_number["PO-1008"]["Difference"] == "0.00"
    credit = by_number["PO-1006"]
    unpaired = "credit; no line found that it undoes"
    assert (credit["Difference"], credit["Charged as"]) == ("0.00", unpaired)
    assert by_number[""]["Outcome"] == "blank line"
    assert by_number["TOTAL"]["Outcome"] == "total line"
    assert "write the year with four digits" in by_number["PO-1005"]["Reason"]
    assert "quantity is 'N/A'; expected digits" in by_number["PO-1010"]["Reason"]
    notes = {line.removeprefix("note: ") for line in ran.err.splitlines() if "note: " in line}
    skipped = (
        "lines 1 to 3 above the titles were skipped: "
        "'Cloud storage \u2013 FY26 purchases', 'Exported 6/1/2026'"
    )
    assert (skipped in notes) == (kind != ".parquet")
    assert "1 of 2 quantities that cannot be read would be read with --thousands" in notes
    assert "1 of 2 amounts paid that cannot be read would be read with --thousands" in notes
    assert "           13  lines" in ran.err
    assert "            1  blank line, not a purchase" in ran.err
    assert "            1  total line, not a purchase" in ran.err


def test_a_hint_says_how_many_days_an_option_would_read(tmp_path: Path, run: Run) -> None:
    ran = run("batch", EXPORTED / "finance_export.csv", "-c", STORAGE)
    notes = [line for line in ran.err.splitlines() if "purchase dates that" in line]
    words = "purchase dates that cannot be read would be read with --dates"
    assert notes == [f"note: 8 of 9 {words} mdy", f"note: 6 of 9 {words} dmy"]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_no_hint_names_a_decimal_comma_where_commas_separate_columns(
    delimiter: str, tmp_path: Path, run: Run
) -> None:
    text = 'Qty;Date;Paid\n10;2020-06-01;"1,234"\n10;2020-06-01;"12,50"\n'.replace(";", delimiter)
    ran = batch(run, tmp_path, text, "--delimiter", delimiter)
    assert ("--decimal-comma" in ran.err) == (delimiter == ";")
    assert "1 of 2 amounts paid that cannot be read would be read with --thousands" in ran.err


# Titles, blank lines and totals.

GOOD = "Qty,Date,Paid\n10,2020-06-01,100\n"


def batch(run: Run, folder: Path, text: str, *options: str, name: str = "l.csv") -> Ran:
    ledger = folder / name
    ledger.write_bytes(text.encode())
    return run("batch", ledger, "-c", write_contract(folder), *options)


def prices(ran: Ran) -> list[str]:
    return [line["Price"] for line in read(ran.out)]


@pytest.mark.parametrize(
    ("above", "skipped"),
    [
        ("", ""),
        ("\n\n", ""),
        ("Purchases\n", "line 1 above the titles was skipped: 'Purchases'"),
        (
            'Purchases,,\n\n"of two\nlines",for,2020\n',
            "lines 1 to 4 above the titles were skipped: 'Purchases', 'of two\\nlines for 2020'",
        ),
        (
            '"quote" and\nmore\n',
            "lines 1 to 2 above the titles were skipped: '\"quote\" and', 'more'",
        ),
        ("x\n" * 49, "lines 1 to 49 above the titles were skipped: 'x'" + ", 'x'" * 39 + " and 9"),
    ],
)
@pytest.mark.parametrize("fast", [True, False])
def test_titles_are_found_below_other_lines_which_are_named(
    above: str, skipped: str, fast: bool, tmp_path: Path, run: Run
) -> None:
    bad = "x,2020-06-01,1\n" if fast else 'x,2020-06-01,"1"0\n'
    ran = batch(run, tmp_path, f"{above}{GOOD}{bad}")
    assert prices(ran) == ["100.00", ""]
    number = above.count("\n") + 3
    assert read(ran.out)[1]["Reason"].startswith(f"line {number}: ")
    notes = [line for line in ran.err.splitlines() if "above the titles" in line]
    assert len(notes) == bool(skipped)
    assert all(line.startswith(f"note: {skipped}") for line in notes)


def test_titles_are_looked_for_in_fifty_lines(tmp_path: Path, run: Run) -> None:
    ran = batch(run, tmp_path, "x\n" * 50 + GOOD)
    assert ran.status == 2
    assert "no column is titled 'quantity'" in ran.err
    ran = batch(run, tmp_path, "x\n" * 50 + GOOD, "--titles", "51")
    assert prices(ran) == ["100.00"]


def test_two_lines_with_other_titles_are_not_chosen_between(tmp_path: Path, run: Run) -> None:
    text = f"Summary\nQuantity,Date\n{GOOD}"
    ran = batch(run, tmp_path, text)
    assert (ran.status, ran.out) == (2, "")
    assert "lines 2 and 3 may both be the titles; name the one that is with --titles" in ran.err
    assert prices(batch(run, tmp_path, text, "--titles", "3")) == ["100.00"]
    again = batch(run, tmp_path, f"Page 1\n{GOOD}Qty,Date,Paid\n10,2020-06-01,1\n")
    assert prices(again) == ["100.00", "", "100.00"]


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ("Total,,,500", "total line"),
        ("TOTALS:,,,", "total line"),
        (",,Grand Total:,", "total line"),
        ("Sub-total,,7,9", "total line"),
        ("Sum,,7,9", "total line"),
        ("Total for Dept. A,,7,9", "total line"),
        ("Subtotal for Dept. A,,7,9", "total line"),
        ("Total Care Ltd,,7,9", "bad input"),
        ("Totally,,7,9", "bad input"),
        ("Summary,,7,9", "bad input"),
        ("A,,Total,9", "bad input"),
        ("Total,2020-06-01,10,500", "price"),
        ("Total,soon,10,500", "bad input"),
        (",,,", "blank line"),
        (" ,\t,\u00a0,", "blank line"),
        (",,,0", "bad input"),
    ],
)
def test_a_total_has_no_day_and_says_that_it_is_one(
    cells: str, outcome: str, tmp_path: Path, run: Run
) -> None:
    ran = batch(run, tmp_path, f"Vendor,Date,Qty,Paid\nA,2020-06-01,10,100\n{cells}\n")
    found = read(ran.out)
    assert [line["Outcome"] for line in found] == ["price", outcome]
    assert ran.status == 0
    assert "9.00 was paid" not in ran.err or outcome == "bad input"


@pytest.mark.parametrize(
    ("lines", "status"),
    [("", 0), (",,\n", 0), ("x,2020-06-01,\n", 1), ("2000,2020-06-01,\n", 1), (GOOD[14:], 0)],
)
def test_the_exit_code_says_whether_any_purchase_has_a_price(
    lines: str, status: int, tmp_path: Path, run: Run
) -> None:
    ran = batch(run, tmp_path, f"Qty,Date,Paid\n{lines}")
    assert ran.status == status
    assert status_of(read(ran.out)) == status


# Several files as one ledger.


@pytest.fixture
def year(tmp_path: Path) -> Path:
    """A folder with a ledger of each month, whose columns are in another order."""
    folder = tmp_path / "2020"
    folder.mkdir()
    (folder / "jan.csv").write_text("PO,Qty,Date,Paid,Memo\nA,10,2020-06-01,100,x\nB,x,,,\n")
    (folder / "feb.csv").write_text(
        'made by us\nMemo,Purchase date,Note,Quantity,PO\n,2020-06-01,"a\nb",20,C\n,soon,"q"r,1,D\n'
    )
    as_xlsx(folder / "mar.xlsx", [["Quantity", "Date", "PO"], ["30", "2020-06-01", "E"]])
    return folder


def test_several_files_are_one_ledger_matched_by_titles(
    year: Path, tmp_path: Path, run: Run
) -> None:
    (year / "notes.doc").write_text("x")
    ran = run("batch", year, "-c", write_contract(tmp_path))
    jan, feb, mar = (str(year / name) for name in ("jan.csv", "feb.csv", "mar.xlsx"))
    found = read(ran.out)
    assert list(found[0])[:7] == ["File", "Memo", "Purchase date", "Note", "Quantity", "PO", "Paid"]
    assert [(line["File"], line["PO"], line["Price"]) for line in found] == [
        (feb, "C", "200.00"),
        (feb, "", ""),
        (jan, "A", "100.00"),
        (jan, "B", ""),
        (mar, "E", "300.00"),
    ]
    assert found[0]["Note"] == "a\nb"
    assert found[1]["Reason"].startswith(f"{feb} line 5: a quote is followed by more than")
    assert found[3]["Reason"].startswith(f"{jan} line 3: quantity is 'x'")
    said = ran.err.splitlines()
    assert f"note: {feb}: line 1 above the titles was skipped: 'made by us'" in said
    assert f"note: {feb}: has no column 'Paid', which others have" in said
    assert f"note: {jan}: has no column 'Note', which others have" in said
    assert f"note: {mar}: has no columns 'Memo', 'Note', 'Paid', which others have" in said
    assert f"note: {year / 'notes.doc'} is no ledger and was not read" in said
    assert ran.status == 0


def test_a_column_with_the_title_of_the_one_for_files_keeps_it(tmp_path: Path, run: Run) -> None:
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file in files:
        file.write_text("File,Qty,Date\nF-1,10,2020-06-01\n")
    contract = write_contract(tmp_path)
    found = read(run("batch", *files, "-c", contract).out)
    assert [(line["Ledger file"], line["File"]) for line in found] == [
        (str(file), "F-1") for file in files
    ]
    ran = run("batch", *files, "-c", contract, "--columns", "file,price")
    assert ran.out == "File,Price\nF-1,100.00\nF-1,100.00\n"


BOUGHT, ENTERED = "2020-06-01", "2019-06-01"
"""Days on which there is a price, and is none."""


@pytest.mark.parametrize("is_bought_first", [True, False])
def test_of_several_files_the_day_counts_that_is_named_first(
    tmp_path: Path, run: Run, *, is_bought_first: bool
) -> None:
    """Whatever the order of the columns, and where a file lacks one of them."""
    texts = [
        f"Entered,Qty,Bought\n{ENTERED},10,{BOUGHT}\n{ENTERED},10,\n",
        f"Bought,Qty,Entered\n{BOUGHT},10,{ENTERED}\n",
        f"Qty,Entered\n10,{ENTERED}\n",
        f"Qty,Bought\n10,{BOUGHT}\n",
    ]
    files = [tmp_path / f"{number}.csv" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    days = ["Bought", "Entered"] if is_bought_first else ["Entered", "Bought"]
    contract = write_contract(tmp_path)
    for order in (files, files[::-1]):
        ran = run("batch", *order, "-c", contract, "--purchased", *days)
        by_file = {file: [] for file in map(str, files)}
        for line in read(ran.out):
            by_file[line["File"]].append(line["Outcome"])
        here = "price" if is_bought_first else "no price"
        assert [*by_file.values()] == [[here, "no price"], [here], ["no price"], ["price"]]
        assert f"note: {files[2]}: has no column 'Bought', which others have" in ran.err
        assert f"columns: quantity 'Qty', purchase date {days[0]!r} or else {days[1]!r}" in ran.err
    ran = run("batch", *files[:2], "-c", contract, "--purchased", "Bought", "Enterd")
    assert (ran.status, ran.out) == (2, "")
    assert "no file has a column titled 'Enterd', which --purchased names" in ran.err


@pytest.mark.parametrize("parts", [512, 1])
@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".parquet"])
def test_several_files_stay_in_their_order_in_every_kind(
    parts: int,
    kind: str,
    year: Path,
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("xlfuncs.ledgers.price_table.MOST_PARTS", parts)
    out = tmp_path / f"out{kind}"
    files = [year / "jan.csv", year / "mar.xlsx", year / "feb.csv"]
    ran = run("batch", *files, "-c", write_contract(tmp_path), "-o", out)
    assert ran.status == 0
    if kind == ".csv":
        numbers = [line["PO"] for line in read(out.read_text())]
    elif kind == ".xlsx":
        titles, *rows = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
        numbers = [row[titles.index("PO")] for row in rows]
    else:
        numbers = [po for (po,) in duckdb.read_parquet(str(out)).project("PO").fetchall()]
    assert [number or "" for number in numbers] == ["A", "B", "E", "C", ""]


def test_columns_of_several_typed_files_keep_their_types(tmp_path: Path, run: Run) -> None:
    for name, paid in (("a", "100.5::DECIMAL(9, 2)"), ("b", "100::INTEGER")):
        select = f"SELECT 10 AS Qty, DATE '2020-06-01' AS Date, {paid} AS Paid, 'x' AS Memo"
        duckdb.execute(f"COPY ({select}) TO '{tmp_path / name}.parquet' (FORMAT parquet)")
    out = tmp_path / "out.parquet"
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    run("batch", *files, "-c", write_contract(tmp_path), "-o", out)
    found = duckdb.read_parquet(str(out))
    assert list(map(str, found.types[:5])) == ["VARCHAR", "INTEGER", "DATE", "VARCHAR", "VARCHAR"]
    lines = [line[1:7] for line in found.fetchall()]
    assert [(line[1], line[2], str(line[5])) for line in lines] == [
        (date(2020, 6, 1), "100.50", "10.00"),
        (date(2020, 6, 1), "100", "10.00"),
    ]


def test_cells_of_several_workbooks_keep_their_types(tmp_path: Path, run: Run) -> None:
    for name, memo in (("a", 7), ("b", True)):
        book = openpyxl.Workbook()
        book.active.append(["Qty", "Date", "Memo"] if name == "a" else ["Memo", "Date", "Qty"])
        line = [10, date(2020, 6, 1), memo]
        book.active.append(line if name == "a" else line[::-1])
        book.save(tmp_path / f"{name}.xlsx")
    out = tmp_path / "out.xlsx"
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    run("batch", *files, "-c", write_contract(tmp_path), "-o", out)
    _, *rows = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
    assert [(row[1], row[3], row[4]) for row in rows] == [(10, 7, 100), (10, True, 100)]


def test_a_pattern_that_the_shell_leaves_is_looked_for(
    year: Path, tmp_path: Path, run: Run
) -> None:
    ran = run("batch", f"{year}/*.csv", "-c", write_contract(tmp_path))
    assert len(read(ran.out)) == 4


# Kinds of files.


@pytest.mark.parametrize(
    ("name", "pack"), [("l.csv.gz", gzip.compress), ("l.CSV.zst", zstd.compress)]
)
def test_a_compressed_ledger_is_unpacked(name: str, pack, tmp_path: Path, run: Run) -> None:
    (tmp_path / name).write_bytes(pack(GOOD.encode()))
    ran = run("batch", tmp_path / name, "-c", write_contract(tmp_path))
    assert prices(ran) == ["100.00"]


@pytest.mark.parametrize("name", ["l.tsv", "l.txt"])
def test_the_columns_of_a_text_are_separated_by_tabs(name: str, tmp_path: Path, run: Run) -> None:
    ran = batch(run, tmp_path, GOOD.replace(",", "\t"), name=name)
    assert [line["Price"] for line in read(ran.out, "\t")] == ["100.00"]
    ran = batch(run, tmp_path, GOOD.replace(",", ";"), "--delimiter", ";", name=name)
    assert [line["Price"] for line in read(ran.out, ";")] == ["100.00"]


def test_an_old_workbook_says_the_same_as_a_new_one(tmp_path: Path, run: Run) -> None:
    """The .xls and the .ods were saved by LibreOffice from the .xlsx."""
    found = [
        run("batch", EXPORTED / f"typed_cells{kind}", "-c", "shipped").out
        for kind in (".xlsx", ".xls", ".ods")
    ]
    assert prices_of(found[0]) == ["255000.00", "279995.00", "279995.00", "", ""]
    assert found[1:] == found[:1] * 2


def prices_of(out: str) -> list[str]:
    return [line["Price"] for line in read(out)]


def test_a_sheet_of_another_workbook_is_named_or_the_first_that_is_not_hidden(
    run: Run,
) -> None:
    for kind in (".xls", ".ods"):
        ran = run("batch", EXPORTED / f"typed_cells{kind}", "-c", "shipped", "--sheet", "Hidden")
        assert "no column is titled 'quantity'" in ran.err
        ran = run("batch", EXPORTED / f"typed_cells{kind}", "-c", "shipped", "--sheet", "M")
        assert "has no sheet 'M', which --sheet names; it has 'Hidden', 'L'" in ran.err


@pytest.mark.parametrize(
    ("day", "read_as"), [(2013.0, "2013"), ("1909-07-06", "2013"), ("1910-01-09", "1910-01-09")]
)
def test_a_year_is_no_day_in_an_old_workbook_that_may_count_from_1904(
    day: str | float, read_as: str
) -> None:
    from xlfuncs.ledgers.workbook_source import _parse_year

    cell = date.fromisoformat(day) if isinstance(day, str) else day
    assert (_parse_year(cell) or str(cell).removesuffix(".0")) == read_as


def test_files_may_be_named_before_and_behind_options(year: Path, tmp_path: Path, run: Run) -> None:
    contract, (one, other) = write_contract(tmp_path), (year / "jan.csv", year / "feb.csv")
    expected = run("batch", one, other, "-c", contract).out
    assert run("batch", one, "-c", contract, other).out == expected
    ran = run("batch", one, "-c", contract, tmp_path / "no.csv")
    assert ran.status == 2
    assert f"{tmp_path / 'no.csv'}: No such file" in ran.err
    assert "'--bill' is not an option" in run("batch", one, "-c", contract, "--bill", other).err


# Workbooks that show errors, or were never calculated.


def test_an_error_in_a_cell_is_what_its_line_says(tmp_path: Path, run: Run) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Qty", "Date", "Paid"])
    sheet.append([10, date(2020, 6, 1), "#REF!"])
    sheet.append(["#N/A", date(2020, 6, 1), 100])
    sheet.append(["#N/A", "#N/A", "#N/A"])
    sheet.append(["=5+5", date(2020, 6, 1), 100])
    for row in sheet["A2:C4"]:
        for cell in row:
            if str(cell.value).startswith("#"):
                cell.data_type = "e"
    book.save(tmp_path / "l.xlsx")
    (tmp_path / "c.toml").write_text(CONTRACT, encoding="utf-8")
    ran = run("batch", tmp_path / "l.xlsx", "-c", tmp_path / "c.toml")
    priced, wrong, whole, uncalculated = read(ran.out)
    assert (priced["Price"], priced["Paid"].strip('"')) == ("100.00", "#REF!")
    assert "amount paid is '#REF!'" in priced["Reason"]
    assert wrong["Reason"].startswith("line 3: quantity is '#N/A'")
    assert (whole["Outcome"], whole["Qty"]) == ("bad input", "#N/A")
    assert "(a formula that was not calculated)" in uncalculated["Reason"]


def test_a_second_line_of_titles_is_not_read_as_a_purchase(tmp_path: Path, run: Run) -> None:
    ran = batch(run, tmp_path, f"{GOOD}Paid,Date,Qty\n300.00,2020-06-01,7\n")
    assert ran.status == 2
    assert "lines 1 and 3 may both be the titles" in ran.err
    assert batch(run, tmp_path, f"{GOOD}{GOOD}").status == 0, "the same titles again"


def test_a_priced_ledger_among_others_is_refused(tmp_path: Path, run: Run) -> None:
    (tmp_path / "c.toml").write_text(CONTRACT, encoding="utf-8")
    folder = tmp_path / "year"
    folder.mkdir()
    (folder / "a.csv").write_text(GOOD, encoding="utf-8")
    options = ("-c", tmp_path / "c.toml")
    assert run("batch", folder, *options, "-o", folder / "out.csv").status == 0
    ran = run("batch", folder, *options, "-o", folder / "again.csv")
    assert (ran.status, (folder / "again.csv").exists()) == (2, False)
    assert "out.csv: is a priced ledger, whose purchases would count twice" in ran.err
    assert run("batch", folder / "out.csv", *options).status == 0


def test_the_total_of_one_file_is_found_whatever_the_columns_of_another(
    tmp_path: Path, run: Run
) -> None:
    (tmp_path / "c.toml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "a.csv").write_text(GOOD, encoding="utf-8")
    text = "Posted,Qty,Date,Paid\nx,10,2020-06-01,100\nGrand total,,,200\n"
    (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    for files in (("a.csv", "b.csv"), ("b.csv", "a.csv")):
        ran = run("batch", *(tmp_path / name for name in files), "-c", tmp_path / "c.toml")
        assert "1  total line, not a purchase" in ran.err


@pytest.mark.parametrize("kind", [".ods", ".xlsb", ".csv", ".parquet"])
def test_a_package_without_its_end_is_damaged_whatever_its_name(
    kind: str, tmp_path: Path, run: Run
) -> None:
    ledger = tmp_path / f"l{kind}"
    ledger.write_bytes((EXPORTED / "typed_cells.ods").read_bytes()[:3000])
    ran = run("batch", ledger, "-c", "shipped")
    assert (ran.status, ran.out) == (2, "")
    assert "is damaged, or only the beginning of a file; export the ledger again" in ran.err


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    [
        ("DOUBLE", "123", "123"),
        ("DOUBLE", "-0.0", "0"),
        ("DOUBLE", "123.5", "123.5"),
        ("DOUBLE", "9007199254740991", "9007199254740991"),
        ("DOUBLE", "9007199254740992", "9007199254740992.0"),
        ("DOUBLE", "1e300", "1e+300"),
        ("DOUBLE", "'nan'", "nan"),
        ("DOUBLE", "NULL", ""),
        ("FLOAT", "123", "123"),
        ("FLOAT", "16777216", "16777216.0"),
        ("DECIMAL(38,10)", "123", "123"),
        ("DECIMAL(38,10)", "12.5", "12.5000000000"),
        ("BIGINT", "123", "123"),
    ],
)
def test_a_whole_number_that_is_a_name_has_no_decimals(
    kind: str, number: str, name: str, tmp_path: Path, run: Run
) -> None:
    """A program may write a column of whole numbers as others, as where some are missing."""
    cells = f"10 AS qty, DATE '2020-06-01' AS date, {number}::{kind}"
    ledger, contract = tmp_path / "l.parquet", tmp_path / "contract.toml"
    named = CONTRACT.replace('prefix = "ACME"', 'prefix = "ACME"\ncontract_number = "123"')
    other = named.replace("Example", "Other").replace("ACME", "OTHER").replace('"123"', '"124"')
    contract.write_text(named)
    contract.with_name("other.toml").write_text(other)
    select = f"SELECT {cells} AS Contract, {number}::{kind} AS Invoice"
    duckdb.execute(f"COPY ({select}) TO '{ledger}' (FORMAT parquet)")
    ran = run("batch", ledger, "-c", contract, "-c", contract.with_name("other.toml"))
    [line] = read(ran.out)
    assert (line["Contract"], line["Invoice"]) == (name, name)
    assert line["Outcome"] == ("price" if name == "123" else "no contract")


def test_a_whole_number_is_the_name_of_a_service(tmp_path: Path, run: Run) -> None:
    ledger = tmp_path / "l.parquet"
    contract = write_contract(tmp_path, CONTRACT.replace('"Scanning"', '"4711"'))
    select = "SELECT 10 AS qty, DATE '2020-06-01' AS date, 4711.0::DOUBLE AS service"
    duckdb.execute(f"COPY ({select}) TO '{ledger}' (FORMAT parquet)")
    assert prices_of(run("batch", ledger, "-c", contract).out) == ["100.00"]

"""A ledger is read once, whatever is written of it, and nothing is written by halves."""

import gzip
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import duckdb
import openpyxl
import pytest

from tests.cli.test_replacing import FORKS, in_child, kill
from tests.support.cli_runner import Run
from tests.support.csv_ledgers import read, write_contract
from xlfuncs.cli import main
from xlfuncs.ledgers import audit, batch, expressions, line_charges, priced_files, sources

TITLES = ["PO", "Qty", "Date", "Paid"]
LINES = [
    ["A", 10, date(2020, 6, 1), 120],
    ["B", 20, date(2020, 6, 1), 20],
    ["A", 10, date(2020, 6, 2), -120],
    ["C", -1, date(2020, 6, 2), 10],
    [None, None, None, None],
]


def as_csv(path: Path) -> None:
    lines = [",".join("" if cell is None else str(cell) for cell in line) for line in LINES]
    path.write_text("\n".join([",".join(TITLES), *lines]) + "\n")


def as_gzip(path: Path) -> None:
    as_csv(path)
    path.write_bytes(gzip.compress(path.read_bytes()))


def as_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (TITLES, *LINES):
        book.active.append(line)
    book.save(path)


def as_parquet(path: Path) -> None:
    cells = ("NULL" if cell is None else f"'{cell}'" for line in LINES for cell in line)
    rows = ", ".join(f"({', '.join(row)})" for row in zip(*[cells] * len(TITLES), strict=True))
    names = ", ".join(TITLES)
    select = f"SELECT * FROM (VALUES {rows}) AS t ({names})"  # noqa: S608 - cells of the test
    duckdb.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")


WRITE = {"l.csv": as_csv, "l.csv.gz": as_gzip, "l.xlsx": as_xlsx, "l.parquet": as_parquet}


def ledger_in(folder: Path, name: str) -> Path:
    """A file, or a folder of files of each kind."""
    path = folder / name
    if name == "year":
        path.mkdir()
        for number, (each, write) in enumerate(WRITE.items()):
            write(path / f"{number}{each}")
    else:
        WRITE[name](path)
    return path


def files_of(path: Path) -> list[Path]:
    return sorted(path.iterdir()) if path.is_dir() else [path]


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("name", [*WRITE, "year"])
def test_what_happens_to_a_ledger_after_it_was_read_is_of_no_account(
    name: str, kind: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, contract = ledger_in(tmp_path, name), write_contract(tmp_path)
    out, report = tmp_path / f"out{kind}", tmp_path / "report.xlsx"
    typed = ("batch", ledger, "-c", contract, "-o", out, "--report", report)
    ran = run(*typed)
    assert ran.status == 0, ran.err
    expected = [cells(out), cells(report)]
    explain = line_charges.explain_lines

    def meanwhile(*given: object) -> None:
        for path in files_of(ledger):
            path.write_bytes(b"gone")
        explain(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(line_charges, "explain_lines", meanwhile)
    again = run(*typed)
    assert again.status == 0, again.err
    assert again.err == ran.err
    assert [cells(out), cells(report)] == expected
    assert files_of(ledger)[0].read_bytes() == b"gone"


def cells(path: Path) -> list[object]:
    if path.suffix == ".csv":
        return path.read_text().splitlines()
    if path.suffix == ".parquet":
        return duckdb.read_parquet(str(path)).fetchall()
    book = openpyxl.load_workbook(path)
    return [(sheet.title, *sheet.iter_rows(values_only=True)) for sheet in book]


def test_the_database_reads_the_file_once(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = ledger_in(tmp_path, "l.csv")
    statements: list[str] = []

    def watched(database: object, statement: expressions.exp.Expr) -> object:
        statements.append(statement.sql("duckdb"))
        return expressions.execute(database, statement)  # type: ignore[arg-type]

    for module in (audit, batch, line_charges, priced_files, sources):
        monkeypatch.setattr(module, "execute", watched)
    options = ("-o", tmp_path / "out.csv", "--report", tmp_path / "report.xlsx")
    assert run("batch", ledger, "-c", write_contract(tmp_path), *options).status == 0
    assert len(statements) > 10
    assert sum(str(ledger) in each for each in statements) == 1


# A ledger that changes while it is read.


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


def replace(path: Path) -> None:
    """As programs save a file: another one, of the same content, takes its place."""
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a line is appended": append,
    "it is saved as it was": replace,
    "it is deleted": os.unlink,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("name", [*WRITE, "year"])
def test_a_ledger_that_changes_while_it_is_read_is_named_and_nothing_is_written(
    name: str,
    change: Callable[[Path], object],
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger, contract = ledger_in(tmp_path, name), write_contract(tmp_path)
    changed = files_of(ledger)[-1]
    read_and_price = batch.read_and_price

    def meanwhile(*given: object) -> None:
        read_and_price(*given)  # type: ignore[arg-type]
        change(changed)

    monkeypatch.setattr(batch, "read_and_price", meanwhile)
    out, report = tmp_path / "out.csv", tmp_path / "report.xlsx"
    out.write_text("mine")
    ran = run("batch", ledger, "-c", contract, "-o", out, "--report", report)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"xlfuncs: {changed}: was changed while it was read; nothing was written\n"
    assert (out.read_text(), report.exists()) == ("mine", False)
    assert list(tmp_path.glob("out.csv.*")) == []


# Runs that are killed, two at once, and a disk that is full.


def typed_for(ledger: Path, folder: Path) -> list[str]:
    options = ("-c", folder / "contract.toml", "-o", folder / "out.csv")
    return list(map(str, ("batch", ledger, *options, "--report", folder / "report.xlsx")))


def two_years(folder: Path, count: int) -> list[Path]:
    """Two folders of two ledgers each, of which every line of the first is overpaid by 1.00."""
    write_contract(folder)
    for number in (1, 2):
        year = folder / f"year{number}"
        year.mkdir()
        for name in ("a.csv", "b.csv"):
            lines = f"10,2020-06-01,{100 + number}.00\n" * count
            (year / name).write_text(f"Qty,Date,Paid\n{lines}")
    return [folder / "year1", folder / "year2"]


@pytest.mark.host
@FORKS
def test_each_file_is_the_old_or_the_new_one_when_a_run_is_killed(
    tmp_path: Path, seed: int, kills: int
) -> None:
    random, years = Random(seed), two_years(tmp_path, 500)
    targets = [tmp_path / "out.csv", tmp_path / "report.xlsx"]
    contents = []
    for year in years:
        child = in_child(lambda year=year: main(typed_for(year, tmp_path)), tmp_path / "stderr")
        os.waitpid(child, 0)
        contents.append([cells(target) for target in targets])
    assert contents[0] != contents[1]

    def which() -> tuple[int, ...]:
        """For each file the ledger that it is of; a file that is not whole is of none."""
        return tuple(
            [each[place] for each in contents].index(cells(target))
            for place, target in enumerate(targets)
        )

    seconds, outcomes, old = 1.0, set(), which()
    for _ in range(kills // 6 + 1):
        year = years[1 - old[0]]
        child = in_child(lambda year=year: main(typed_for(year, tmp_path)), tmp_path / "stderr")
        time.sleep(random.uniform(0.5, 1.2) * seconds)
        kill(child)
        new = which()
        seconds *= 0.85 if new != old else 1.15  # so the kills lie about the moment of writing
        outcomes.add(new != old)
        old = new
        for left in [*tmp_path.glob("*.bak*"), *tmp_path.glob(".*.part")]:
            left.unlink()
    assert len(outcomes) == 2 or kills < 60


@pytest.mark.host
@FORKS
def test_of_two_runs_at_once_one_is_written_and_the_other_is_kept_or_says_so(
    tmp_path: Path, seed: int
) -> None:
    random, years = Random(seed), two_years(tmp_path, 500)
    typed = [typed_for(year, tmp_path)[:6] for year in years]
    out, contents = tmp_path / "out.csv", []
    for words in typed:
        os.waitpid(in_child(lambda words=words: main(words), tmp_path / "stderr"), 0)
        contents.append(out.read_text())
    for _ in range(5):
        out.write_text("mine")
        children, said = [], []
        for number, words in enumerate(typed):
            stderr = tmp_path / f"stderr{number}"
            stderr.unlink(missing_ok=True)
            children.append(in_child(lambda words=words: main(words), stderr))
            said.append(stderr)
            time.sleep(random.uniform(0, 0.05))
        statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        assert out.read_text() in contents
        kept = {path.read_text() for path in tmp_path.glob("out.csv.bak*")}
        assert "mine" in kept
        for status, text, stderr in zip(statuses, contents, said, strict=True):
            assert status in {0, 2}
            if status == 0:
                assert text == out.read_text() or text in kept
            else:
                assert "nothing was written" in stderr.read_text()
        assert 0 in statuses
        for path in tmp_path.glob("out.csv.*"):
            path.unlink()
        assert list(tmp_path.glob(".*")) == []


LIMITED = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
del sys.argv[1]
from xlfuncs.cli import main
sys.exit(main())
"""
"""A command that may write files of so many bytes, as on a disk that is full."""


@pytest.mark.host
@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of Unix")
def test_a_report_for_which_there_is_no_room_leaves_what_was_there(tmp_path: Path) -> None:
    [_, year] = two_years(tmp_path, 2_000)
    report, temporary = tmp_path / "report.xlsx", tmp_path / "temporary"
    temporary.mkdir()
    report.write_text("old")
    statuses = set()
    for most in (100, 2_000, 20_000, 10_000_000):
        words = ("batch", year, "-c", tmp_path / "contract.toml", "--report", report)
        ran = subprocess.run(
            [sys.executable, "-c", LIMITED, str(most), *map(str, words)],
            env={**os.environ, "TMPDIR": str(temporary)},
            capture_output=True,
            text=True,
            check=False,
        )
        statuses.add(ran.returncode)
        assert list(temporary.iterdir()) == []
        if ran.returncode:
            said = [line for line in ran.stderr.splitlines() if line.startswith("xlfuncs: ")]
            assert len(said) == 1, ran.stderr
            assert "Traceback" not in ran.stderr
            assert report.read_text() == "old"
            assert list(tmp_path.glob("report.xlsx.*")) == []
    assert statuses == {0, 2}
    assert len(openpyxl.load_workbook(report).sheetnames) > 1


# How far it is.


@pytest.mark.host
@FORKS
@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_lines_are_counted_on_a_terminal(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.pseudo_terminal import on_terminal

    monkeypatch.setattr("xlfuncs.cli.output.EVERY", 0.002)
    lines = 12_000 if kind == ".xlsx" else 600_000
    differing = 3_000
    ledger, out = tmp_path / "ledger.csv", tmp_path / f"out{kind}"
    ledger.write_text("Qty,Date,Paid\n" + "10,2020-06-01,100.00\n" * (lines - differing))
    with ledger.open("a") as file:
        file.write("10,2020-06-01,101.00\n" * differing)
    shown = "\n".join(on_terminal(80, "batch", ledger, "-c", write_contract(tmp_path), "-o", out))
    done = {
        word: {int(each.replace(",", "")) for each in re.findall(rf"{word}.*? ([0-9,]+) of", shown)}
        for word in ("explaining", "writing")
    }
    for word, most in (("explaining", differing), ("writing", lines)):
        assert f" of {most:,} lines" in shown
        assert any(0 < each <= most for each in done[word]), done
    if kind == ".csv":  # of few lines the reading is over before anybody sees how far it is
        assert re.search("reading.* [1-9][0-9]?%", shown)
    printed = re.split("[\r\n]", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown))
    assert max(len(line) for line in printed if "\u2501" in line) <= 80


def test_nothing_is_counted_where_nobody_looks(tmp_path: Path, run: Run) -> None:
    ledger = ledger_in(tmp_path, "l.csv")
    ran = run("batch", ledger, "-c", write_contract(tmp_path))
    assert "\x1b" not in ran.err
    assert "reading" not in ran.err
    assert len(read(ran.out)) == len(LINES)

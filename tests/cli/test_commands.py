"""The command line as a user runs it: output, reasons on stderr, exit codes, no traceback."""

import json
import re
import shlex
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.cli_runner import PROGRAM, Run
from tests.support.office import need
from tests.support.places import DATA
from tests.support.workbook_edits import edited, put, shipped_workbook
from xlfuncs.cli.commands import COMMANDS
from xlfuncs.loader import SHIPPED
from xlfuncs.xlsx.builder import WorkbookKind

CONTRACTS = DATA / "contracts"
pytestmark = pytest.mark.usefixtures("kept_builds")


def test_price_prints_the_bare_amount(run: Run) -> None:
    ran = run("price", "100000", "2013-12-20")
    assert (ran.status, ran.out, ran.err) == (0, "255000.00\n", "")


def test_no_price_is_status_1_with_the_reason_in_one_line_on_stderr(run: Run) -> None:
    ran = run("price", "99999", "2013-12-20")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("xlfuncs: not determinable: Service Attachment 1")
    assert ran.err.count("\n") == 1


def test_explain_prints_a_line_for_each_label(run: Run) -> None:
    ran = run("explain", "100000", "2014-01-01")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[:3] == [
        "Asked: 100,000 IPs of Enterprise Vulnerability Management, purchased on 2014-01-01",
        "Price: 279,995.00 USD (billing period not on file)",
        "Because: Amendment 1, 1.A (package price for 100,000 IPs)",
    ]
    as_json = json.loads(run("explain", "100000", "2014-01-01", "--json").out)
    printed = [f"{label}: {text}" for label, text in as_json["lines"].items()]
    assert printed == ran.out.splitlines()
    assert "lines" not in json.loads(run("price", "100000", "2014-01-01", "--json").out)


def test_explain_prints_its_lines_also_without_a_price(run: Run) -> None:
    ran = run("explain", "99999", "2013-12-20")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.splitlines()[1:4] == [
        "Price: not determinable",
        "Missing: Service Attachment 1, page 9, Table (a.) (1 to 99,999 IPs) is not on file "
        "(Amendment 1 amends the last row only; the rows above it are not on file)",
        "Ask for: Service Attachment 1, page 9, Table (a.)",
    ]
    ran = run("explain", "0.5", "2013-12-20")
    refusal = "xlfuncs: quantity is 0.5; expected a whole number of IPs\n"
    assert (ran.status, ran.out, ran.err) == (2, "", refusal)
    assert json.loads(run("explain", "0.5", "2013-12-20", "--json").out)["kind"] == "bad input"


def test_known_on_asks_what_was_known(run: Run) -> None:
    ran = run("price", "100000", "2014-01-01", "--known-on", "2013-11-30")
    assert (ran.status, ran.out) == (1, "")
    assert "as known on 2013-11-30" in ran.err


def test_json_has_the_whole_answer(run: Run) -> None:
    ran = run("price", "100000", "2013-12-20", "--json")
    answer = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    assert (answer["kind"], answer["price"], answer["unit_price"]) == ("price", "255000.00", None)
    assert answer["source"] == "Amendment 1, 1.A, footnote *"
    assert answer["displaced"][0]["clause"] == "1.A"
    assert answer["assumed"][0]["assumed"][0]["fields"] == ["signed", "effective"]


@pytest.mark.parametrize(
    ("arguments", "status", "kind"),
    [
        (("99999", "2013-12-20"), 1, "not determinable"),
        (("100000", "2013-11-14"), 1, "no price"),
        (("100000", "2013-12-20", "--service", "Gardening"), 2, "bad input"),
        (("100000", "2013-12-20", "--through", "-1"), 2, "bad input"),
        (("12,5o", "2013-12-20"), 2, "bad input"),
        (("0.5", "2013-12-20"), 2, "bad input"),
        (("100000", "12/20/2013"), 2, "bad input"),
    ],
)
def test_json_of_no_price_goes_to_stdout_too(
    arguments: tuple[str, ...], status: int, kind: str, run: Run
) -> None:
    ran = run("price", *arguments, "--json")
    answer = json.loads(ran.out)
    assert (ran.status, answer["kind"], answer.get("price")) == (status, kind, None)
    assert answer["reason"].startswith(kind) or kind == "bad input"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("price", "1e5", "2013-12-20"), "quantity is '1e5'; expected digits"),
        (("price", "NaN", "2013-12-20"), "quantity is 'NaN'; expected digits"),
        (("price", "", "2013-12-20"), "quantity is blank; expected digits"),
        (("price", "1", "2013-12-20", "-c", ""), "the name of the contract is blank"),
        (("check", ""), "the name of the contract is blank; expected a file"),
        (("diff", "", "no.toml"), "the name of contract A is blank"),
        (("diff", "no.toml", ""), "the name of contract B is blank"),
        (("import", ""), "the name of the workbook is blank"),
        (("calc", "recalc", "no.xlsx", "--soffice", ""), "--soffice is blank; expected a file"),
        (("calc", "recalc", "no.xlsx", "--pdf", ""), "--pdf is blank; expected the name of a file"),
        (("batch", "", "-c", "no.toml"), "the name of a ledger is blank; expected a file"),
        (("batch", "no.csv", "-c", "no.toml", "-c", ""), "the name of the contract is blank"),
        (("price", "1\u0660", "2013-12-20"), "expected digits"),
        (("price", "1" * 400, "2013-12-20"), "expected at most 15 digits"),
        (("price", "1", "2013-02-30"), "date is '2013-02-30', a day that does not exist"),
        (("price", "1", "2013-12-20", "--known-on", ""), "--known-on is blank; expected a date"),
        (("schedule", "20.12.2013"), "write the year first: 2013-12-20"),
        (("check", "--contract", "none.xlsx"), "none.xlsx: No such file"),
    ],
)
def test_bad_usage_is_status_2_with_the_reason_on_stderr(
    arguments: tuple[str, ...], reason: str, run: Run
) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert reason in ran.err


def test_a_service_is_named_in_any_letters(run: Run) -> None:
    galaxy = ("--contract", CONTRACTS / "galaxy_telnet.toml")
    named = run("price", "600", "2004-07-01", *galaxy, "--service", "I-BOX licences")
    assert (named.status, named.out) == (0, "8400.00\n")


def test_a_file_with_problems_is_status_2_and_names_each(tmp_path: Path, run: Run) -> None:
    def edit(book) -> None:
        put(book["Amendments"], 1, "price", "12,5o")
        put(book["Amendments"], 2, "price", "=1+1")

    path = edited(tmp_path, edit)
    ran = run("price", "100000", "2013-12-20", "--contract", path)
    assert (ran.status, ran.out) == (2, "")
    assert f"{path}: Amendments!I5: price is '12,5o'; expected a number" in ran.err
    assert f"{path}: Amendments!I6: a formula without a stored value" in ran.err
    check = run("check", "--contract", path)
    assert check.status == 1
    assert "Amendments!I5" in check.out
    assert "2 errors found" in check.err


def test_schedule_lists_the_price_table_of_a_day(run: Run) -> None:
    ran = run("schedule", "2014-01-01")
    assert ran.status == 0
    assert [re.split(" {3,}", line)[1:3] for line in ran.out.splitlines()[2:5]] == [
        ["1 to 99,999 IPs", "not determinable"],
        ["100,000 IPs", "279,995.00"],
        ["100,001 or more IPs", "not determinable"],
    ]
    lines = json.loads(run("schedule", "2014-01-01", "--json").out)
    assert [line["fixed"] for line in lines] == [None, "279995.00", None]
    additional = run("schedule", "2004-07-01", "--contract", CONTRACTS / "galaxy_telnet.toml")
    assert "7,000.00 + 14.00 each above 500" in additional.out


def test_an_empty_schedule_is_status_1(run: Run) -> None:
    ran = run("schedule", "2013-11-14")
    assert (ran.status, ran.out) == (1, "")
    assert "no price: nothing is priced on 2013-11-14" in ran.err
    unknown = run("schedule", "2014-01-01", "--service", "Gardening")
    assert (unknown.status, unknown.out) == (2, "")
    assert "service is 'Gardening'; expected 'Enterprise Vulnerability Management'" in unknown.err


def test_check_lists_what_is_doubtful_and_finds_no_error_in_the_shipped_contract(run: Run) -> None:
    ran = run("check")
    assert (ran.status, ran.err) == (0, "")
    for told in (
        "4,995.00 apart",
        "date signed and effective date of Amendment 1",
        "not on file",
    ):
        assert told in ran.out
    findings = json.loads(run("check", "--json").out)
    assert sum("open question" in finding["found"] for finding in findings) == 6
    assert {finding["severity"] for finding in findings} == {"note", "warning"}


def test_build_writes_the_workbook_and_shows_its_first_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("build")
    assert ran.status == 0
    assert ran.out.splitlines()[:3] == [
        "qualys_ohio.xlsx: written",
        "Purchases!C10  =QUALYS_PRICE(100000, DATE(2013,12,20))",
        "  255000",
    ]
    explained = "Purchases!I16  =QUALYS_EXPLAIN([@Quantity],[@[Purchase date]],[@Service])"
    assert ran.out.splitlines()[3] == explained
    assert "Amendment 1, 1.A, footnote *" in ran.out
    assert Path("qualys_ohio.xlsx").read_bytes() == shipped_workbook(
        date.today(), WorkbookKind.LAMBDAS
    )
    price = run("price", "100000", "2014-01-01", "--contract", "qualys_ohio.xlsx")
    assert price.out == "279995.00\n"


def test_build_does_not_overwrite_what_it_did_not_write(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "book.xlsx"
    assert run("build", "-o", path).status == 0
    assert run("build", "-o", path).status == 0
    path.write_bytes(b"somebody's work")
    ran = run("build", "-o", path)
    assert (ran.status, ran.out) == (2, "")
    assert "--force" in ran.err
    assert path.read_bytes() == b"somebody's work"
    assert run("build", "-o", path, "--force").status == 0
    assert path.read_bytes() == shipped_workbook(date.today(), WorkbookKind.LAMBDAS)


def test_build_writes_through_a_link_and_over_nothing_but_files(tmp_path: Path, run: Run) -> None:
    target, link = tmp_path / "target.xlsx", tmp_path / "link.xlsx"
    link.symlink_to(target)
    assert run("build", "-o", link).status == 0
    assert link.is_symlink()
    assert target.read_bytes() == shipped_workbook(date.today(), WorkbookKind.LAMBDAS)
    folder = tmp_path / "folder.xlsx"
    folder.mkdir()
    ran = run("build", "-o", folder, "--force")
    assert (ran.status, ran.out) == (2, "")
    assert "is not a file; nothing was written" in ran.err


def test_build_never_replaces_the_workbook_that_it_builds_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    path = edited(tmp_path, lambda book: put(book["Amendments"], 2, "price", 250_000))
    before = path.read_bytes()
    ran = run("build", "--contract", path, "--force")
    assert (ran.status, ran.out) == (2, "")
    assert "is the workbook being built from" in ran.err
    assert path.read_bytes() == before
    new = run("build", "--contract", path, "-o", "new.xlsx")
    assert (new.status, new.err) == (0, "")
    assert new.out.startswith("new.xlsx: written\nPurchases!C10  =QUALYS_PRICE(100000, DATE(")


# the example of `calc install` would change the LibreOffice of whoever runs the tests, and that of
# `addin serve` runs until it is ended: tests/addin/test_serve.py
@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - {"calc install", "addin serve"}))
def test_the_help_of_each_command_has_an_example_that_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    shown = run(*command.split(), "--help")
    assert shown.status == 0
    assert all(f"\n  {example}\n" in shown.out for example in COMMANDS[command].examples)
    monkeypatch.chdir(tmp_path)
    if command != "init":
        Path("acme.toml").write_bytes(Path(SHIPPED).read_bytes())
        Path("acme.xlsx").write_bytes(shipped_workbook())
    Path("purchases.csv").write_text("Quantity,Date\n100000,2013-12-20\n")
    if command == "calc recalc":
        need("soffice")
        Path("calc.xlsx").write_bytes(shipped_workbook())
    for example in COMMANDS[command].examples:
        _, *arguments = shlex.split(example)
        assert run(*arguments).status in {0, 1}


def test_python_m_workbooks_builds_too(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "xlfuncs", "build", "-o", "book.xlsx"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "book.xlsx").read_bytes() == shipped_workbook(
        date.today(), WorkbookKind.LAMBDAS
    )


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    with subprocess.Popen(
        [*PROGRAM, "check", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
def test_an_answer_that_cannot_be_written_is_one_sentence() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        ran = subprocess.run(
            [*PROGRAM, "price", "100000", "2014-01-01"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stderr == "xlfuncs: the answer cannot be written: No space left on device\n"


def test_a_closed_standard_output_is_no_traceback() -> None:
    command = " ".join(["exec", *map(shlex.quote, PROGRAM), "price 100000 2014-01-01 >&-"])
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_version_is_told(run: Run) -> None:
    ran = run("--version")
    assert (ran.status, ran.out) == (0, f"xlfuncs {version('xlfuncs')}\n")


def test_a_build_without_purchases_shows_no_error(tmp_path: Path, run: Run) -> None:
    contract = CONTRACTS / "snotarator.toml"
    ran = run("build", contract, "-o", tmp_path / "book.xlsx")
    assert ran.out.splitlines()[1:] == [
        "Purchases: type a quantity and a purchase date; the price appears beside them",
        f"Contract: Snotarator distributor prices ({contract})",
    ]


def test_a_closed_standard_error_leaves_the_output_alone() -> None:
    command = " ".join(["exec", *map(shlex.quote, PROGRAM), "price 5 2014-01-01 2>&-"])
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")


@pytest.mark.parametrize("command", ["init ACME -o", "build -o", "import book.xlsx -o"])
def test_a_link_that_leads_to_itself_is_refused(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("book.xlsx").write_bytes(shipped_workbook())
    link = Path("loop.xlsx" if command.startswith("build") else "loop.toml")
    link.symlink_to(link.name)
    ran = run(*command.split(), link)
    assert (ran.status, ran.out) == (2, "")
    assert "is a link to itself; nothing was written" in ran.err

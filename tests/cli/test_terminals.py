"""Answers for people: tables and sentences on wide and narrow terminals, plain where piped."""

import json
import re
from pathlib import Path

import pytest

from tests.support.cli_runner import Run
from tests.support.places import DATA
from tests.support.small_contract import CONTRACT
from xlfuncs.cli.commands import COMMANDS as COMMAND_NAMES
from xlfuncs.cli.commands import TOPICS
from xlfuncs.cli.output import print_dim
from xlfuncs.loader import SHIPPED

pytest.importorskip("pty", reason="needs a terminal of Linux or macOS")
from tests.support.pseudo_terminal import on_terminal

CONTRACTS = DATA / "contracts"
PRICE_WITH_A_GAP = """\
price = 995.00
purchased_through = 2020-03-31

[[amendments.rows]]
clause = "3"
quantity_from = 100
charge = "package"
price = 990.00
purchased_from = 2020-05-01
"""
COMMANDS = {
    "schedule": ("schedule", "2004-07-01", "-c", CONTRACTS / "galaxy_telnet.toml"),
    "timeline": ("timeline", "100000"),
    "price": ("price", "5", "2014-01-01"),
    "explain": ("explain", "100000", "2014-01-01"),
    "refusal": ("explain", "5", "2014-01-01"),
    "diff": ("diff", SHIPPED, CONTRACTS / "galaxy_telnet.toml"),
    "check": ("check",),
}


@pytest.mark.parametrize("columns", [24, 40, 60, 80, 100, 140, 250])
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_wider_than_the_terminal_and_nothing_is_lost(
    command: str, columns: int, run: Run
) -> None:
    shown = on_terminal(columns, *COMMANDS[command])
    assert max(map(len, shown)) <= columns
    piped = run(*COMMANDS[command])
    text = "\n".join(shown)
    words = (piped.out + piped.err).replace("-" * 9, "").split()
    assert [word for word in words if word.strip("-;") not in text and len(word) < 12] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_piped_is_plain_letters_a_row_a_line(command: str, run: Run) -> None:
    ran = run(*COMMANDS[command])
    assert "\x1b" not in ran.out + ran.err
    assert not any("\u2500" <= letter <= "\u257f" for letter in ran.out)


def test_a_table_that_fits_is_a_table_and_says_what_is_alike_once() -> None:
    shown = on_terminal(100, "schedule", "2014-01-01")
    service = "Service: Enterprise Vulnerability Management (billing period not on file)"
    assert shown[0] == service
    assert shown[2].split() == ["Quantity", "Price", "Source"]
    assert shown[5] == "100,000 IPs           279,995.00         Amendment 1, 1.A"
    assert shown[-2].startswith(
        "assumed: date signed and effective date of Amendment 1: 2013-12-01"
    )


def test_on_a_narrow_terminal_each_row_is_a_paragraph() -> None:
    shown = on_terminal(41, "timeline", "100000")
    at = shown.index("Price          255,000.00")
    assert shown[at - 1 : at + 3] == [
        "Purchase date  2013-12-01 to 2013-12-31",
        "Price          255,000.00",
        "Source         Amendment 1, 1.A, footnote",
        "               *",
    ]


def test_an_explanation_has_its_labels_beside_its_texts_or_above_them() -> None:
    assert on_terminal(80, "explain", "100000", "2014-01-01")[:7] == [
        "Asked:        100,000 IPs of Enterprise Vulnerability Management, purchased on",
        "              2014-01-01",
        "Price:        279,995.00 USD (billing period not on file)",
        "Because:      Amendment 1, 1.A (package price for 100,000 IPs)",
        'Wording:      "100,000 | $2.75 | $279,995*"',
        "In place of:  a price not on file (Service Attachment 1, page 9, Table (a.),",
        "              last row); 255,000.00 was for purchases through 2013-12-31",
    ]
    assert on_terminal(24, "explain", "100000", "2014-01-01")[:7] == [
        "Asked:",
        "   100,000 IPs of",
        "   Enterprise",
        "   Vulnerability",
        "   Management, purchased",
        "   on 2014-01-01",
        "Price:",
    ]


def test_a_timeline_is_the_price_through_all_documents(run: Run) -> None:
    ran = run("timeline", "100000")
    assert [" ".join(line.split()) for line in ran.out.splitlines()[2:5]] == [
        "2013-11-15 to 2013-11-30 not determinable "
        "Service Attachment 1, page 9, Table (a.), last row",
        "2013-12-01 to 2013-12-31 255,000.00 Amendment 1, 1.A, footnote *",
        "from 2014-01-01 279,995.00 Amendment 1, 1.A",
    ]
    known = run("timeline", "100000", "--known-on", "2013-11-30", "--json")
    [stretch] = json.loads(known.out)
    assert (stretch["kind"], stretch["purchased_from"], stretch["purchased_through"]) == (
        "not determinable",
        "2013-11-15",
        None,
    )


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("0.5",), 2, "quantity is 0.5; expected a whole number of IPs"),
        (("many",), 2, "quantity is 'many'; expected digits"),
        (("5", "--known-on", "then"), 2, "--known-on is 'then'; expected a date"),
        (("5", "--service", "Gardening"), 2, "service is 'Gardening'; expected 'Enterprise "),
        (("5", "--through", "two"), 2, "--through is 'two'; expected a document number"),
        (("5", "--known-on", "2000-01-01"), 1, "no day has a price for 5 IPs"),
    ],
)
def test_a_timeline_that_cannot_be_shown_says_why(
    arguments: tuple[str, ...], status: int, reason: str, run: Run
) -> None:
    ran = run("timeline", *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert reason in ran.err


def test_help_lists_the_commands_by_what_they_are_for(run: Run) -> None:
    ran = run("--help")
    topics = [line for line in ran.out.splitlines() if line.endswith(":") and line[0] != " "]
    assert topics == [f"{topic}:" for topic in TOPICS]
    assert ran.out.count("\n  calc ") == 1


def test_a_price_on_a_terminal_has_its_currency_and_its_contract() -> None:
    contract = (
        "Contract: Qualys vulnerability management for the State of Ohio (shipped with xlfuncs)"
    )
    shown = on_terminal(100, "price", "100000", "2013-12-20")
    assert shown == ["255,000.00 USD", "billing period not on file", contract]
    assert max(map(len, on_terminal(40, "price", "100000", "2013-12-20"))) <= 40
    assert on_terminal(100, "price", "5", "2013-12-20")[-1] == contract


@pytest.mark.parametrize(
    ("billed", "shown"),
    [
        ("", "2,000.00"),
        ('currency = "USD"', "2,000.00 USD"),
        ('billed = "month"', "2,000.00 per month"),
        ('billed = "quarter"', "2,000.00 per quarter"),
        ('billed = "year"', "2,000.00 per year"),
        ('billed = "once"', "2,000.00 (one time)"),
    ],
)
def test_a_price_on_a_terminal_says_what_it_is_for(
    billed: str, shown: str, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "acme.toml"
    line = 'prefix = "ACME"' if "currency" in billed else 'unit = "IPs"'
    path.write_text(CONTRACT.replace(line, f"{line}\n{billed}"), encoding="utf-8")
    asked = ("price", "200", "2020-03-01", "-c", path)
    assert on_terminal(200, *asked) == [shown, f"Contract: Example ({path})"]
    assert run(*asked).out == "2000.00\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_what_is_beside_a_price_is_dimmed_where_a_terminal_can(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("xlfuncs.cli.output.terminal_width", lambda stream: 80)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("xlfuncs.cli.output.is_terminal", lambda stream: True)
    print_dim(["beside \x1b[2J"])
    assert capsys.readouterr().out == "\x1b[2mbeside \\x1b[2J\x1b[0m\n"
    monkeypatch.setenv(name, value)
    print_dim(["beside"])
    assert capsys.readouterr().out == "beside\n"


def test_services_that_do_not_fit_in_a_column_have_a_table_each() -> None:
    shown = on_terminal(80, "schedule", CONTRACTS / "galaxy_telnet.toml", "2004-07-01")
    assert shown[0] == "Service: i-box licences"
    assert shown[2].split() == ["Quantity", "Price", "Source"]
    [second] = [n for n, line in enumerate(shown) if line.startswith("Service: co-branding (")]
    assert shown[second - 1 : second + 3 : 2] == ["", ""]
    assert shown[second + 2].split() == ["Quantity", "Price", "Source"]


@pytest.mark.parametrize("command", [*COMMAND_NAMES, "calc", ""])
def test_help_fits_a_terminal_of_80_columns(command: str) -> None:
    shown = on_terminal(80, "help", *command.split())
    assert shown[0].startswith("usage: xlfuncs ")
    assert max(map(len, shown)) <= 80


def test_a_warning_is_broken_between_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("acme.toml").write_text(CONTRACT, encoding="utf-8")
    assert on_terminal(60, "price", "100000", "2013-12-20")[:2] == [
        "xlfuncs: this is the contract shipped with xlfuncs;",
        "acme.toml is in this folder: use -c acme.toml for that one",
    ]


def test_the_counts_of_a_ledger_are_beside_their_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text("Quantity,Date\n5,2013-12-20\n5,soon\n", encoding="utf-8")

    def show(columns: int) -> list[str]:
        shown = on_terminal(columns, "batch", "list.csv", "-c", "shipped", "-o", "priced.csv")
        [first] = [number for number, line in enumerate(shown) if line.startswith("Contract: ")]
        return shown[first:]

    wide, shown, narrow = show(400), show(50), show(24)
    assert " ".join(wide).split() == " ".join(shown).split()
    assert max(map(len, shown)) <= 50
    count = "            1  not determinable:"
    [at] = [number for number, line in enumerate(shown) if line.startswith(count)]
    assert re.match(r" {15}[a-z]", shown[at + 1])
    assert max(map(len, narrow)) <= 24
    [at] = [number for number, line in enumerate(narrow) if "determinable:" in line]
    assert re.match(r" {3}[a-z]", narrow[at + 1])


@pytest.mark.parametrize("typed", [(), ("help",), ("--help",), ("-h",)])
def test_the_overview_is_shown_to_whoever_types_no_command(
    typed: tuple[str, ...], run: Run
) -> None:
    ran = run(*typed)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == run("--help").out


def test_help_of_a_command_is_the_same_in_both_words(run: Run) -> None:
    for command in ("price", "calc install", "calc"):
        shown = run("help", *command.split())
        assert (shown.status, shown.err) == (0, "")
        assert shown.out == run(*command.split(), "--help").out
    assert run("calc").out == run("help", "calc").out


def test_what_no_row_prices_says_why_in_place_of_a_clause(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "acme.toml"
    text = CONTRACT.replace('quantity_from = 1\nquantity_to = "or more"', "quantity_from = 1")
    path.write_text(text.replace("price = 995.00", PRICE_WITH_A_GAP), encoding="utf-8")
    timeline = run("timeline", "100", "-c", path).out
    assert "not determinable   (rows fit earlier and later days)\n" in timeline
    schedule = run("schedule", "2020-03-01", "-c", path).out
    assert "not determinable   (rows fit smaller and larger quantities)\n" in schedule

"""Answers for people: tables and sentences on wide and narrow terminals, plain where piped."""

import json

import pytest

from tests.support.cli_runner import Run
from tests.support.places import DATA
from xlfuncs.cli.commands import TOPICS
from xlfuncs.loader import SHIPPED

pytest.importorskip("pty", reason="needs a terminal of Linux or macOS")
from tests.support.pseudo_terminal import on_terminal

CONTRACTS = DATA / "contracts"
COMMANDS = {
    "schedule": ("schedule", "2004-07-01", "-c", CONTRACTS / "galaxy_telnet.toml"),
    "timeline": ("timeline", "100000"),
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
    assert shown[0] == "Enterprise Vulnerability Management (billing period not on file)"
    assert shown[2].split() == ["Quantity", "Price", "Source"]
    assert shown[5] == "100,000 IPs           279,995.00         Amendment 1, 1.A"
    assert shown[-2].startswith(
        "assumed: date signed and effective date of Amendment 1: 2013-12-01"
    )


def test_on_a_narrow_terminal_each_row_is_a_paragraph() -> None:
    assert on_terminal(40, "timeline", "100000")[5:9] == [
        "Purchased  2013-12-01 to 2013-12-31",
        "Price      255,000.00",
        "Source     Amendment 1, 1.A, footnote *",
        "",
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
        (("5", "--through", "two"), 2, "--through is 'two'; expected the number of a document"),
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
    assert ran.out.count("calc") == 1

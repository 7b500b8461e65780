"""What a contract says never moves a cursor, colours a terminal or turns its letters around."""

from pathlib import Path

import pytest

from xlfuncs.cli import main

UNSEEN = "\\u202E\\u2066\\u200B\\uFEFF\\u061C\\U000E0041"
CONTRACT = f"""\
[contract]
name = "A{UNSEEN}"
prefix = "ACME"
open_questions = ["When{UNSEEN}?"]
[[services]]
name = "Seats{UNSEEN}"
unit = "seats{UNSEEN}"
[agreement]
title = "Agreement{UNSEEN}"
dated = 2024-01-01
assumed = "Price: faint{UNSEEN}"
[[agreement.tiers]]
clause = "1{UNSEEN}"
quantity_from = 1
charge = "package"
price = 10.00
[[purchases]]
quantity = 1
purchased = 2024-02-01
reference = "PO{UNSEEN}"
"""
COMMANDS = (
    "price 1 2024-06-01",
    "price 5 2024-06-01",
    "explain 1 2024-06-01",
    "price 1 2024-06-01 --service x",
    "schedule 2024-06-01",
    "timeline 1",
    "schedule 2024-06-01 --service x",
    "check",
)


def is_harmless(text: str) -> bool:
    return all(letter.isprintable() or letter in "\n\u00a0" for letter in text)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.toml"
    path.write_text(CONTRACT, encoding="utf-8")
    return path


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("command", COMMANDS)
def test_texts_of_a_contract_are_printed_harmless(
    command: str,
    terminal: bool,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("xlfuncs.cli.output.is_terminal", lambda stream: terminal)
    main([*command.split(), "--contract", file.name])
    out, err = capsys.readouterr()
    assert is_harmless(out + err)
    assert "\\u202e" in out + err or command == "price 1 2024-06-01"


@pytest.mark.parametrize(
    "command",
    [
        "price 1 2024-06-01 -c ?.toml",
        "diff ?.toml a.toml",
        "diff a.toml ?.toml",
        "import ?.xlsx",
        "build a.toml -o ?.xlsx",
        "calc recalc ?.xlsx",
        "calc recalc a.xlsx --pdf ?.pdf",
        "calc install --soffice ?",
        "batch ?.csv -c a.toml",
        "batch a.csv --report ?.xlsx",
        "sql --dialect spark --price-list ?.parquet",
    ],
)
def test_names_of_files_are_told_on_one_line(
    command: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where each line is of another file, a name could pass for a message."""
    assert main([word.replace("?", "a\nb") for word in command.split()]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.endswith(": the name has a line break; rename the file\n")
    assert [path.name for path in file.parent.iterdir()] == ["a.toml"]


def test_what_differs_is_printed_harmless(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.toml").write_text(CONTRACT.replace("10.00", "20.00"), encoding="utf-8")
    assert main(["diff", "a.toml", "b.toml"]) == 1
    assert main(["build", "a.toml", "-o", "a.xlsx"]) == 0
    assert main(["build", "b.toml", "-o", "a.xlsx", "--check"]) == 1
    assert main(["import", "a.xlsx", "-o", "b.toml"]) == 0
    Path("c.toml").write_text(CONTRACT.replace("A\\u202E", "A"), encoding="utf-8")
    assert main(["import", "a.xlsx", "-o", "c.toml"]) == 0
    out, err = capsys.readouterr()
    assert is_harmless(out + err)
    assert "\\u202e" in out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quantity_from", '"quantity\\u001B[2J\\u202E"'),
        ('"package"', '"pack\\u001B[2J\\u202Eage"'),
        ('name = "A', 'name = "A\\u001B[2J'),
        ("[agreement]", '[agreement]\n["\\u001B\\u202E"]\n[agreement.x]'),
        ("price = 10.00", "price = 10.00 \x1b[2J\u202e"),
    ],
)
def test_what_is_wrong_is_told_harmless(
    old: str, new: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(CONTRACT.replace(old, new, 1), encoding="utf-8")
    assert main(["check", "--contract", file.name]) in {1, 2}
    assert main(["price", "1", "2024-06-01", "--contract", file.name]) == 2
    assert is_harmless("".join(capsys.readouterr()))

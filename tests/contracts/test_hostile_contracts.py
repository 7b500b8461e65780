"""Contract files made to hang or to break: answered or refused within seconds and little memory."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hostile_contracts import (
    HEAD,
    HOSTILE,
    LIMIT,
    ROW,
    large,
    names_of_many_words,
    row,
    windows,
)
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.loader import LARGEST

pytestmark = pytest.mark.host

RUN = "import sys; from xlfuncs.cli import main; sys.exit(main())"
SECONDS, MEMORY = 10, 800 * 2**20
"""What a run may take, twice what one takes on a slow machine."""


def run(
    folder: Path, *arguments: str, seconds: int = SECONDS, memory: int = MEMORY
) -> tuple[int, str]:
    """The exit status of a command under limits, and all that it says."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=limited,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def assert_said(status: int, said: str) -> None:
    assert status in {0, 1, 2}, said[-2000:]
    assert "Traceback" not in said
    assert len(said) < 2**20
    assert all(letter.isprintable() or letter == "\n" for letter in said)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_contract_file_is_answered_or_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "hostile.toml").write_bytes(HOSTILE[name]())
    for command in (("check",), ("price", "10", "2024-06-01")):
        assert_said(*run(tmp_path, *command, "--contract", "hostile.toml"))


def test_names_of_many_words_are_compared_in_little_memory(tmp_path: Path) -> None:
    (tmp_path / "hostile.toml").write_bytes(names_of_many_words(5_000))
    assert_said(*run(tmp_path, "check", "--contract", "hostile.toml", memory=MEMORY // 2))


@pytest.mark.parametrize("text", [large(5000), windows(2000)], ids=["ranges", "windows"])
def test_thousands_of_rows_are_priced_and_checked_and_too_many_prices_not_listed(
    text: bytes, tmp_path: Path
) -> None:
    (tmp_path / "large.toml").write_bytes(text)
    asked = run(tmp_path, "price", "10", "2024-06-01", "--contract", "large.toml")
    assert asked[0] in {0, 1}
    checked = run(tmp_path, "check", "--contract", "large.toml")
    assert_said(*checked)
    too_many = b"purchased_from" in text
    assert ("are too many to check" in checked[1]) == too_many
    status, said = run(tmp_path, "timeline", "10", "--contract", "large.toml")
    assert (status == 2) == too_many
    assert ("on are too many to list; price single quantities, and check" in said) == too_many


def test_the_rows_of_all_documents_together_are_limited() -> None:
    amended = f"{HEAD}{ROW}[[amendments]]\nnumber = 1\n" + "[[amendments.rows]]\n" * 20_000
    [problem] = read_toml(amended.encode()).problems
    assert str(problem) == (
        "agreement: has 20,001 rows including those of its amendments; expected at most 20,000"
    )


def test_a_large_contract_says_the_same_as_a_small_one() -> None:
    reading = read_toml(large(5000))
    assert reading.problems == ()
    assert len(reading.contract.rows) == 5000
    assert len(read_toml(row("# a line\n" * 20_000)).contract.rows) == 1


def test_of_very_many_problems_the_first_are_named() -> None:
    problems = read_toml((HEAD + "[[agreement.tiers]]\n" * 2000).encode()).problems
    assert len(problems) == 1001
    expected = "more problems from here on; expected those above corrected first"
    assert str(problems[-1]).endswith(expected)


def test_the_files_are_as_large_as_a_contract_file_may_be() -> None:
    assert LARGEST[".toml"] == LIMIT
    assert sum(len(make()) > LIMIT - 100 for make in HOSTILE.values()) > 30


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = 1\n" * 250_001, "has 250,001 lines; expected at most 250,000"),
        ("a = [" + "1," * 250_000 + "]", "line 1 has more than 250,000 values above it"),
        ("a = [\n" + "[" * 30 + "\n", "line 2 has too many brackets within brackets"),
        ("a = 1\nb = 1" + "0" * 100, "line 2 has a number of 101 characters; expected at most 100"),
        ("k" * 101 + " = 1", "line 1 has a word of 101 characters; expected at most 100"),
        ("a = 1\na = 1e-9999999999", "line 2 has the number 1e-9999999999; expected it written"),
    ],
)
def test_what_no_contract_has_is_refused_with_its_line(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "hostile.toml").write_text(text)
    status, said = run(tmp_path, "price", "1", "2024-06-01", "--contract", "hostile.toml")
    assert (status, said.startswith(f"xlfuncs: hostile.toml: {why}")) == (2, True), said


def test_limits_are_no_matter_of_texts_and_comments() -> None:
    """Brackets, points and long words within them are no brackets, keys and numbers."""
    source = "[" * 40 + "1." * 40 + "9" * 200 + "1e9999999999"
    quoted = (f'"{source}"', f"'{source}'", f'"""\n{source}"" x"""', f"'''\n{source}'' x'''")
    for each in quoted:
        reading = read_toml(row(f"# {source}\nsource = {each} # {source}"))
        assert source in reading.contract.rows[0].source


def test_an_import_into_hundreds_of_rows_on_a_line_is_refused_in_time(tmp_path: Path) -> None:
    rows = ",".join(
        f'{{quantity_from = {n}, charge = "package", price = 1, clause = "{n}"}}'
        for n in range(1, 1001)
    )
    contract = HEAD.replace("[agreement]", "[agreement]\ntiers = [" + rows + "]")
    (tmp_path / "a.toml").write_text(contract)
    assert run(tmp_path, "build", "a.toml", "-o", "a.xlsx", seconds=60)[0] == 0
    (tmp_path / "a.toml").write_text(contract.replace("price = 1,", "price = 2,"))
    status, said = run(tmp_path, "import", "a.xlsx", "-o", "a.toml", seconds=30)
    assert status == 2
    assert "is written in a way that cannot be edited" in said

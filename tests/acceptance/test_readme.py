"""The README says what the program does: its tables, its commands, its test command."""

import re
import shlex
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.office import need
from tests.support.places import TOP
from tests.support.sql_engines import DuckDB
from xlfuncs.cli import main
from xlfuncs.functions.registry import FUNCTIONS, Function
from xlfuncs.loader import load_reading
from xlfuncs.pricing.contract import FIGURES_NEEDED
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.schema import COLUMNS, FILE_COLUMNS, PURCHASE_COLUMNS, ROW_KEYS

README = (TOP / "README.md").read_text(encoding="utf-8")
PAPERS = [TOP / "README.md", *(TOP / "xlfuncs").rglob("README.md")]
PAPERS += [TOP / "tests" / "README.md", TOP / "workbooks" / "README.md"]
BLOCKS = re.findall(r"```\w*\n(.*?)```", README, re.DOTALL)
BUILD, TEST, ON_WINDOWS, COMMAND_LINE, PYTHON = BLOCKS
HOSTS = (TOP / "xlfuncs" / "hosts" / "README.md").read_text(encoding="utf-8")
[IN_CALC] = re.findall(r"```\n(.*?)```", HOSTS, re.DOTALL)
LEDGERS = (TOP / "xlfuncs" / "ledgers" / "README.md").read_text(encoding="utf-8")
LEDGER, LEDGER_SAID, ON_AN_ENGINE = re.findall(r"```\n(.*?)```", LEDGERS, re.DOTALL)

FORMAT = (TOP / "xlfuncs" / "contracts" / "README.md").read_text(encoding="utf-8")
[EXAMPLE] = re.findall(r"```toml\n(.*?)```", FORMAT, re.DOTALL)
SHEETS = (TOP / "xlfuncs" / "sheets" / "README.md").read_text(encoding="utf-8")


def row_of(function: Function) -> str:
    names = [f"[{each.name}]" if each.optional else each.name for each in function.arguments]
    return f"| `QUALYS_{function.name}({', '.join(names)})` | {function.help} |"


def test_the_table_of_functions_is_the_declaration() -> None:
    reference = (TOP / "xlfuncs" / "functions" / "README.md").read_text(encoding="utf-8")
    rows = [line for line in reference.splitlines() if line.startswith("| `QUALYS_")]
    assert rows == [row_of(function) for function in FUNCTIONS]


def test_the_table_of_row_keys_is_the_schema() -> None:
    columns = {column.field: column for column in (*COLUMNS, *FILE_COLUMNS)}
    for key in ROW_KEYS:
        star = " *" if columns[key].required else ""
        title = f"{columns[key].title} " if columns[key] in COLUMNS else ""
        assert f"| `{key}`{star} | {title}| {columns[key].meaning} |" in FORMAT


def test_the_tables_of_columns_are_the_schema() -> None:
    for column in (*COLUMNS, *PURCHASE_COLUMNS):
        star = " *" if column.required else ""
        assert f"| {column.title}{star} | `{column.field}` | {column.meaning} |" in SHEETS


def test_the_table_of_charges_names_what_each_needs() -> None:
    for charge, figures in FIGURES_NEEDED.items():
        [row] = [line for line in FORMAT.splitlines() if line.startswith(f"| `{charge.value}` |")]
        assert re.findall(r"`(\w+)`", row.split("|")[3]) == list(figures)


def test_the_readme_fits_on_a_few_screens() -> None:
    lines = README.splitlines()
    assert len(lines) <= 150
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.parent.name)
def test_links_lead_to_files(paper: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", paper.read_text(encoding="utf-8")):
        assert (paper.parent / link).exists() or (TOP / link).exists(), link


def test_the_lines_of_python_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(TOP)
    exec(PYTHON, {})  # noqa: S102 - our own
    price, *explained = capsys.readouterr().out.splitlines()
    assert (price, explained[1][:18]) == ("255000.00", "Price: 279,995.00 ")
    last = [line.startswith("Contract: ") for line in explained].index(True)
    assert len(explained[last + 1 :]) == 4  # periods, and no differences


def test_the_first_screen_holds_the_two_commands() -> None:
    first_screen = README.splitlines()[:24]
    assert sum(line.startswith("```sh") for line in first_screen) == 2
    assert BUILD.splitlines()[0].endswith(".venv/bin/xlfuncs build")


def test_windows_has_the_same_commands_a_line_each() -> None:
    made, *others = BUILD.splitlines()[0].split(" && ")
    on_windows = [each.replace(".venv/bin/", ".venv\\Scripts\\") for each in others]
    assert ON_WINDOWS.splitlines() == [made.replace("python3", "py"), *on_windows]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = TEST.splitlines()[0]
    assert command in (TOP / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_example_contract_is_right_and_priced_as_its_comments_say(tmp_path: Path) -> None:
    path = tmp_path / "my_contract.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    reading = load_reading(path)
    assert reading.contract is not None, reading.problems
    book = PriceBook(reading.contract)

    def price(quantity: int, day: date) -> str:
        return str(book.price(Question(Decimal(quantity), day)))

    assert price(100, date(2024, 2, 1)) == "50.00"
    assert price(250, date(2024, 6, 30)) == "110.00"
    assert price(250, date(2024, 7, 15)) == "93.50"
    assert price(250, date(2024, 8, 1)) == "110.00"
    assert book.price(Question(Decimal(250), date(2027, 1, 1))) is None


def test_the_commands_of_the_readme_run_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("purchases.csv").write_text(LEDGER, encoding="utf-8")
    for line in filter(None, COMMAND_LINE.splitlines()):
        command, said = re.split(r" {3,}", line)
        _, *arguments = shlex.split(command)
        assert main(arguments) in {0, 1}
        out, err = capsys.readouterr()
        assert (out == f"{said}\n") if said == "255000.00" else (out or err)


def test_the_ledger_is_priced_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("purchases.csv").write_text(LEDGER, encoding="utf-8")
    [command] = re.findall(r"`xlfuncs (batch [^`]+ --report [^`]+)`", LEDGERS)
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().err == LEDGER_SAID
    assert Path("priced.csv").exists()
    assert Path("overcharges.xlsx").exists()


def test_the_statement_for_an_engine_prices_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    _, *arguments = shlex.split(ON_AN_ENGINE.splitlines()[0].partition(" >")[0])
    assert main(arguments) == 0
    columns = {"units": "INT", "bought_on": "DATE", "amount": "DECIMAL(10, 2)"}
    bought = (100_000, date(2013, 12, 20), Decimal("279995.00"))
    [answer] = DuckDB().ask(capsys.readouterr().out, "purchases", columns, [bought])
    assert answer["contract_price"] == Decimal("255000.00")
    assert answer["contract_difference"] == Decimal("24995.00")


@pytest.mark.host
def test_the_commands_for_libreoffice_run_but_the_one_that_installs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("soffice")
    monkeypatch.chdir(tmp_path)
    for line in IN_CALC.splitlines():
        _, *arguments = shlex.split(re.split(r" {3,}", line)[0])
        if arguments != ["calc", "install"]:
            assert main(arguments) == 0
    assert Path("new.pdf").exists()

"""The Python API: the ten lines of the README, what is public, and what importing it costs."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pytest

import xlfuncs
from tests.support.places import DATA
from tests.support.small_contract import CONTRACT
from xlfuncs.loader import SHIPPED

GALAXY = DATA / "contracts" / "galaxy_telnet.toml"


def test_ten_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("qualys_ohio.toml").write_bytes(Path(SHIPPED).read_bytes())

    contract = xlfuncs.load("qualys_ohio.toml")  # or a workbook
    assert contract.price(100_000, date(2013, 12, 20)) == Decimal("255000.00")
    assert contract.price(100_000, "2014-01-01") == Decimal("279995.00")
    assert (
        contract.explain(100_000, "2014-01-01").splitlines()[1].startswith("Price: 279,995.00 USD")
    )
    assert [line.first for line in contract.schedule("2014-01-01")] == [1, 100_000, 100_001]
    assert [period.answer.price for period in contract.timeline(100_000)][1:] == [255_000, 279_995]
    Path("prices.xlsx").write_bytes(contract.build(".xlsx"))
    assert not contract.diff(xlfuncs.load("prices.xlsx"))
    assert {finding.severity.value for finding in xlfuncs.check("prices.xlsx")} == {
        "warning",
        "note",
    }
    assert contract.answer(5, "2014-01-01").price is None


def test_what_was_bought_before_is_part_of_a_question(tmp_path: Path) -> None:
    file = tmp_path / "storage.toml"
    file.write_text(
        CONTRACT.replace('unit = "IPs"', 'unit = "IPs"\ncounted = "year"').replace(
            'charge = "per unit"', 'charge = "graduated"'
        )
    )
    contract = xlfuncs.load(file)
    assert contract.price(50, "2020-03-01", before=60) == Decimal("500.00")
    assert contract.answer(50, "2020-03-01", before=60).before == 60
    assert "Bought before: 60 IPs in the year 2020" in contract.explain(50, "2020-03-01", before=60)
    for before in (None, "60", -1):
        with pytest.raises(xlfuncs.InputError, match="bought before is"):
            contract.price(50, "2020-03-01", before=before)  # type: ignore[arg-type]


def test_what_is_public_can_be_imported_and_is_listed() -> None:
    assert xlfuncs.__version__ == version("xlfuncs")
    for name in xlfuncs.__all__:
        assert getattr(xlfuncs, name) is not None
        assert name in dir(xlfuncs)
    with pytest.raises(AttributeError, match="no attribute 'prize'"):
        xlfuncs.prize  # noqa: B018


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, xlfuncs; print(*sorted(each for each in sys.modules if 'xlfuncs' in each))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [each for each in ran.stdout.split() if "editable" not in each] == ["xlfuncs"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((-1, "2014-01-01"), "quantity is -1; expected 0 or more"),
        (("many", "2014-01-01"), "quantity is 'many'; expected a number"),
        ((1, "soon"), "purchased is 'soon'; expected a date"),
        ((1, "2014-01-01", None, "soon"), "known_on is 'soon'; expected a date"),
        ((1, "2014-01-01", 5), "service is 5; expected the name of a service"),
    ],
)
def test_a_question_that_cannot_be_asked_is_an_input_error(arguments: tuple, reason: str) -> None:
    with pytest.raises(xlfuncs.InputError, match=reason):
        xlfuncs.load().price(*arguments)


def test_what_else_is_no_question_is_an_input_error() -> None:
    contract = xlfuncs.load()
    for call in (
        lambda: contract.schedule("2014-01-01", []),
        lambda: contract.timeline(100_000, 5),
        lambda: contract.diff("prices.xlsx"),
        lambda: contract.build(built="soon"),
    ):
        with pytest.raises(xlfuncs.InputError):
            call()


def test_a_workbook_names_the_day_of_its_build() -> None:
    contract = xlfuncs.load()
    assert contract.build(built="2024-01-02") == contract.build(built=date(2024, 1, 2))


def test_errors_have_one_root_and_a_branch_for_each_thing_to_do(tmp_path: Path) -> None:
    with pytest.raises(xlfuncs.FileFormatError, match="No such file"):
        xlfuncs.load(tmp_path / "none.toml")
    (tmp_path / "blank.toml").write_bytes(b"")
    with pytest.raises(xlfuncs.InputError, match="cannot be priced"):
        xlfuncs.load(tmp_path / "blank.toml")
    with pytest.raises(xlfuncs.InputError, match="no service is given"):
        xlfuncs.load(GALAXY).price(600, "2004-07-01")
    with pytest.raises(xlfuncs.InputError, match=r"kind is '\.doc'"):
        xlfuncs.load().build(".doc")
    for branch in ("InputError", "FileFormatError", "OutputError", "HostError"):
        assert issubclass(getattr(xlfuncs, branch), xlfuncs.XlfuncsError)

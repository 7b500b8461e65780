"""The shipped workbook, part by part as it was reviewed, and valid by the standard."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from tests.support.golden import (
    GOLDEN,
    SELF_CHECK_BOOK,
    TEMPLATE,
    reviewed,
    self_check_of_today,
    template_of_today,
)
from tests.support.places import CONTRACTS, TOP
from tests.support.workbook_edits import shipped_workbook, workbook_of_file
from xlfuncs.loader import SHIPPED
from xlfuncs.xlsx.builder import WorkbookKind, read_build_day
from xlfuncs.xlsx.package import read_parts


def test_each_part_is_as_it_was_reviewed() -> None:
    parts = reviewed(shipped_workbook())
    on_file = {
        path.relative_to(GOLDEN).as_posix(): path.read_text(encoding="utf-8")
        for path in GOLDEN.rglob("*")
        if path.is_file()
    }
    assert sorted(parts) == sorted(on_file)
    for name, text in parts.items():
        assert text == on_file[name], (
            f"{name}: run python -m tests.support.golden, review what changed"
        )


@pytest.mark.parametrize(
    ("path", "build"),
    [(TEMPLATE, template_of_today), (SELF_CHECK_BOOK, self_check_of_today)],
    ids=["template", "self-check"],
)
def test_a_downloadable_workbook_is_what_would_be_built(
    path: Path, build: Callable[[], bytes]
) -> None:
    on_file, rebuilt = (read_parts(each) for each in (path.read_bytes(), build()))
    assert list(on_file) == list(rebuilt)
    for name, part in rebuilt.items():
        assert on_file[name] == part, (
            f"{name}: run python -m tests.support.golden, review what changed"
        )


def test_the_script_builds_every_workbook_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "workbooks"
    shutil.copytree(TEMPLATE.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(folder / "qualys_ohio.toml", folder / "another.toml")

    def run() -> list[str]:
        script = [sys.executable, "build.py"]
        env = {**os.environ, "PYTHONPATH": str(TOP)}
        ran = subprocess.run(
            script, cwd=folder, env=env, capture_output=True, text=True, check=True
        )
        return ran.stdout.split()

    names = ["another.xlsx", "qualys_ohio.xlsx", "self_check.xlsx"]
    assert [Path(line).name for line in run()] == names
    assert (folder / "qualys_ohio.xlsx").read_bytes() == TEMPLATE.read_bytes()
    assert (folder / "self_check.xlsx").read_bytes() == SELF_CHECK_BOOK.read_bytes()
    assert read_build_day((folder / "another.xlsx").read_bytes()) == date.today()
    with (folder / "another.toml").open("a", encoding="utf-8") as file:
        file.write("[[purchases]]\n")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        run()
    assert "another.toml: " in refused.value.stderr


@pytest.mark.parametrize("kind", [WorkbookKind.BARE, WorkbookKind.LAMBDAS], ids=["bare", "names"])
@pytest.mark.parametrize("source", [SHIPPED, *CONTRACTS], ids=lambda path: Path(path).stem)
def test_a_workbook_is_valid_by_the_standard(
    source: str | Path, kind: WorkbookKind, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook_of_file(Path(source), kind=kind))
    expect_valid(path)


def test_the_self_check_is_valid_by_the_standard(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(self_check_of_today())
    expect_valid(path)


def expect_valid(path: Path) -> None:
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365).validate(path)
    assert [str(error) for error in result.errors] == []
    assert result.is_valid

"""The shipped workbook, part by part as it was reviewed, and valid by the standard."""

from pathlib import Path

import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from tests.support.golden import GOLDEN, TEMPLATE, reviewed, template_of_today
from tests.support.places import CONTRACTS
from tests.support.workbook_edits import built, shipped_workbook
from xlfuncs.loader import SHIPPED, load
from xlfuncs.xlsx.builder import Kind
from xlfuncs.xlsx.package import parts_of


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


def test_the_template_is_what_would_be_built() -> None:
    template, rebuilt = (parts_of(each) for each in (TEMPLATE.read_bytes(), template_of_today()))
    assert list(template) == list(rebuilt)
    for name, part in rebuilt.items():
        assert template[name] == part, (
            f"{name}: run python -m tests.support.golden, review what changed"
        )


@pytest.mark.parametrize("kind", [Kind.BARE, Kind.NAMES], ids=["bare", "names"])
@pytest.mark.parametrize("source", [SHIPPED, *CONTRACTS], ids=lambda path: Path(path).stem)
def test_a_workbook_is_valid_by_the_standard(
    source: str | Path, kind: Kind, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(built(load(source).contract, kind=kind))
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365).validate(path)
    assert [str(error) for error in result.errors] == []
    assert result.is_valid

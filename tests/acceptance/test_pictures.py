"""The pictures of the README show the workbook as it is built now."""

import re

import pytest
from PIL import Image

from tests.support.pictures import PICTURES, SHOWN, WORKBOOK, path_of, state
from tests.support.places import TOP

README = (TOP / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("sheet", SHOWN)
def test_a_picture_is_of_the_present_workbook(sheet: str) -> None:
    with Image.open(path_of(sheet)) as picture:
        assert picture.info[WORKBOOK] == state(), (
            "run python -m tests.support.pictures and look at them"
        )
        assert picture.width > 800


def test_the_readme_shows_each_picture_and_no_other() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(tests/data/pictures/([\w.]+)\)", README)
    assert sorted(shown) == sorted(path_of(sheet).name for sheet in SHOWN)
    assert sorted(path.name for path in PICTURES.iterdir()) == sorted(shown)

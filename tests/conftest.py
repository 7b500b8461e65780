"""Options of the suite, and the desk that many tests sit at."""

from pathlib import Path

import pytest
from desk import Desk


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, default=1, help="seed of the random contracts")
    parser.addoption(
        "--questions", type=int, default=20_000, help="random questions put to core and oracle"
    )
    parser.addoption(
        "--kills", type=int, default=200, help="builds that are killed while they write"
    )


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--kills")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--seed")


@pytest.fixture
def questions(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--questions")


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)

"""A host that dies fails the test in which it dies; the next test gets another one."""

import pytest

from tests.support.calc_session import Calc
from tests.support.restarting import Restarting
from tests.support.sql_engines import Spark


def test_libreoffice_that_was_killed_is_started_again(
    running_calc: Restarting[Calc], request: pytest.FixtureRequest
) -> None:
    first = running_calc.get()
    first.open()
    first.kill()
    with pytest.raises(RuntimeError):
        first.open()
    assert not first.is_alive()
    second: Calc = request.getfixturevalue("calc")  # as the next test gets it
    assert second is not first
    book = second.open()
    second.type(book, "Sheet1", "A1", "=QUALYS_EXPLAIN(1;41639)")
    assert "no such sheet" in second.values(book, "Sheet1", "A1")[0][0]


def test_a_program_that_was_killed_beside_libreoffice_is_started_again(
    running_calc: Restarting[Calc],
) -> None:
    first = running_calc.get()
    first.kill_host()
    assert not first.is_alive()
    assert running_calc.get().is_alive()


class Mortal:
    """A host that dies when it is told to."""

    def __init__(self) -> None:
        self.alive, self.ended = True, False

    def is_alive(self) -> bool:
        return self.alive

    def end(self) -> None:
        self.ended = True


def test_a_host_runs_until_it_dies_and_what_it_left_is_cleared() -> None:
    cleared: list[str] = []
    running = Restarting(Mortal, lambda: cleared.append("what it left"))
    first = running.get()
    assert running.get() is first
    first.alive = False
    second = running.get()
    assert second is not first
    assert (first.ended, second.ended, cleared) == (True, False, ["what it left"])
    running.end()
    assert second.ended


def test_spark_that_was_killed_is_started_again(running_spark: Restarting[Spark]) -> None:
    from pyspark import SparkContext

    first = running_spark.get()
    SparkContext._gateway.proc.kill()
    SparkContext._gateway.proc.wait()
    second = running_spark.get()
    assert second is not first
    assert second.session.sql("SELECT 1 AS found").collect()[0].found == 1

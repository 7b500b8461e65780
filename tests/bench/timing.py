"""Seconds that something takes."""

from collections.abc import Callable
from statistics import median
from time import perf_counter


def timed(action: Callable[[], object], runs: int) -> float:
    """Seconds, the median of several runs after one that does not count."""
    action()
    seconds = []
    for _ in range(runs):
        start = perf_counter()
        action()
        seconds.append(perf_counter() - start)
    return median(seconds)

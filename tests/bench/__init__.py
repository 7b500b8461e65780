"""Benchmarks: `python -m tests.bench` prints what each thing costs beside something to compare."""

"""Engines on which a ledger may lie: DuckDB in memory, and Spark on this computer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb

Columns = dict[str, str]
"""Names of columns with their types, in words that both engines know."""

Answers = list[dict[str, Any]]


class Engine(Protocol):
    """Something that answers a statement about a table, in the order of its first column."""

    dialect: str

    def ask(self, statement: str, table: str, columns: Columns, rows: Sequence[tuple]) -> Answers:
        """What the statement says of a table with these rows."""


class DuckDB:
    dialect = "duckdb"

    def ask(self, statement: str, table: str, columns: Columns, rows: Sequence[tuple]) -> Answers:
        with duckdb.connect() as database:
            schema, _, name = table.rpartition(".")
            if schema:
                database.execute(f'CREATE SCHEMA "{schema}"')
            where = f'"{schema}"."{name}"' if schema else f'"{name}"'
            names = {each: each.replace('"', '""') for each in columns}
            kinds = ", ".join(f'"{names[each]}" {kind}' for each, kind in columns.items())
            database.execute(f"CREATE TABLE {where} ({kinds})")
            places = ", ".join([f"({', '.join('?' * len(columns))})"] * len(rows))
            cells = [cell for row in rows for cell in row]
            filled = f"INSERT INTO {where} VALUES {places}"  # noqa: S608 - names from tests
            database.execute(filled, cells)
            ran = database.execute(statement)
            found = [column[0] for column in ran.description]
            return _in_order([dict(zip(found, row, strict=True)) for row in ran.fetchall()])


class Spark:
    """Spark in local mode."""

    dialect = "spark"

    def __init__(self, folder: Path) -> None:
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        from pyspark.sql import SparkSession

        settings = {
            "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            "spark.driver.memory": "1g",
            "spark.log.level": "ERROR",
            "spark.sql.session.timeZone": "America/Los_Angeles",
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
        builder = SparkSession.builder.master("local[2]").appName("ledgers")
        for name, value in settings.items():
            builder = builder.config(name, value)
        with chdir(folder):  # Java leaves files where it was started
            self.session = builder.getOrCreate()

    @contextmanager
    def set(self, settings: dict[str, str]) -> Iterator[None]:
        """Other settings for a while."""
        for name, value in settings.items():
            self.session.conf.set(name, value)
        yield
        for name in settings:
            self.session.conf.unset(name)

    def ask(self, statement: str, table: str, columns: Columns, rows: Sequence[tuple]) -> Answers:
        kinds = ", ".join(f"`{each.replace('`', '``')}` {kind}" for each, kind in columns.items())
        frame = self.session.createDataFrame(list(rows), kinds)
        schema, _, name = table.rpartition(".")
        if schema:
            frame.createOrReplaceGlobalTempView(name)
        else:
            frame.createOrReplaceTempView(name)
        found = self.session.sql(statement)
        names = found.columns
        return _in_order([dict(zip(names, row, strict=True)) for row in found.collect()])

    def is_alive(self) -> bool:
        from pyspark import SparkContext

        gateway = SparkContext._gateway
        return gateway is not None and gateway.proc.poll() is None

    def end(self) -> None:
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        gateway = SparkContext._gateway
        assert gateway is not None
        if self.is_alive():
            self.session.stop()
            gateway.shutdown()
        gateway.proc.stdin.close()  # Java ends with it
        gateway.proc.wait(timeout=60)
        SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
        SparkSession._instantiatedSession = None


def _in_order(rows: Answers) -> Answers:
    return sorted(rows, key=lambda row: next(iter(row.values())))

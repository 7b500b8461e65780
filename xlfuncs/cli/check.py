"""The command `check`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from xlfuncs.api import check_naming, find_lines
from xlfuncs.cli.arguments import add_contract_or_option, add_json
from xlfuncs.cli.contracts import contract_path, format_contract
from xlfuncs.cli.json_output import format_contract as contract_as_json
from xlfuncs.cli.json_output import print_json
from xlfuncs.cli.output import Column, print_below, print_remarks, print_table
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.sheets.row_checks import Finding, Severity

COLUMNS = (
    Column("Severity", whole=True),
    Column("Where", whole=True),
    Column("Finding"),
    Column("What to do"),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the contract and the form of the answer."""
    add_json(parser)
    add_contract_or_option(parser)


def run(arguments: Namespace) -> int:
    """Print what is wrong or doubtful, each with its line in a contract file."""
    path = contract_path(arguments.contract)
    name, findings = check_naming(path)
    line_of = find_lines(path)
    if arguments.json:
        named = contract_as_json(name, path)
        print_json([{**named, **asdict(each), "line": line_of(each.where)} for each in findings])
    else:
        print_table(COLUMNS, (_cells(each, line_of(each.where)) for each in findings))
        none = [] if findings else ["nothing found"]
        print_below([*none, format_contract(name, path)], of_table=bool(findings))
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if errors:
        found = "1 error" if errors == 1 else f"{errors} errors"
        print_remarks([f"{path}: {found} found"])
    return NO_ANSWER if errors else ANSWERED


def _cells(finding: Finding, line: int | None) -> tuple[str, ...]:
    where = f"line {line}, {finding.where}" if line else finding.where
    return finding.severity.value, where, finding.found, finding.to_do

"""The command `check`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from xlfuncs.api import check, find_lines
from xlfuncs.cli.arguments import add_contract_or_option, add_json
from xlfuncs.cli.json_output import print_json
from xlfuncs.cli.output import Column, print_remarks, print_table
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
    findings = check(arguments.contract)
    line_of = find_lines(arguments.contract)
    if arguments.json:
        print_json([{**asdict(each), "line": line_of(each.where)} for each in findings])
    elif findings:
        print_table(COLUMNS, (_cells(each, line_of(each.where)) for each in findings))
    else:
        print("nothing found")
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if errors:
        found = "1 error" if errors == 1 else f"{errors} errors"
        print_remarks([f"{arguments.contract}: {found} found"])
    return NO_ANSWER if errors else ANSWERED


def _cells(finding: Finding, line: int | None) -> tuple[str, ...]:
    where = f"line {line}, {finding.where}" if line else finding.where
    return finding.severity.value, where, finding.found, finding.to_do

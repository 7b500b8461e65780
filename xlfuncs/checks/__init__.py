"""What is wrong or doubtful in a contract, for `check` and the sheet function of that name.

Standard library only, and the syntax of Python 3.9: LibreOffice's own Python can import it.
"""

from __future__ import annotations

from xlfuncs.checks.documents import document_findings
from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.checks.prices import price_findings
from xlfuncs.checks.rows import row_findings
from xlfuncs.checks.services import service_findings
from xlfuncs.checks.texts import text_findings
from xlfuncs.tables.reading import Reading


def check(reading: Reading) -> list[Finding]:
    """All findings, the most severe first.

    Where the sheets cannot be read their problems are the findings: nothing else is known then.
    """
    contract = reading.contract
    if contract is None:
        found = [from_problem(problem.where, problem.text) for problem in reading.problems]
    else:
        found = [
            *row_findings(contract),
            *document_findings(contract),
            *service_findings(contract),
            *price_findings(contract),
            *text_findings(reading, contract),
        ]
        for where, question in zip(reading.question_cells, contract.open_questions):
            found.append(Finding(Severity.NOTE, where, f"open question: {question}", "ask"))
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def from_problem(where: str, text: str) -> Finding:
    found, _, expected = text.partition("; expected ")
    return Finding(Severity.ERROR, where, found, f"expected: {expected}" if expected else "correct")

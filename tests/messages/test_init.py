"""Beginning a contract file."""

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import Case, each, message_of, there
from tests.support.small_contract import CONTRACT

INIT = "xlfuncs init ACME"

CASES = (
    Case("A new file", INIT),
    Case("It is there already", INIT, there("acme.toml", CONTRACT)),
    Case("A new workbook", f"{INIT} -o acme.xlsx"),
    Case(
        "A new workbook with macros, of another prefix", "xlfuncs init 'A C' --prefix B -o b.xlsm"
    ),
    Case("A new file of another prefix", "xlfuncs init 'A C' --prefix B"),
    Case("Another kind of file", f"{INIT} -o acme.xlam"),
    Case("No vendor", "xlfuncs init ''"),
    Case("A vendor with control characters", "xlfuncs init 'AC\x07ME'"),
    Case("A vendor in other letters", "xlfuncs init Σίγμα"),
    Case("A prefix that is none", f"{INIT} --prefix 2nd"),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot

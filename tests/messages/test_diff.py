"""Comparing two contracts."""

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    FILE,
    SECOND_SERVICE,
    Case,
    Given,
    each,
    message_of,
    more,
    said,
    there,
)
from tests.support.small_contract import CONTRACT

DIFF = f"xlfuncs diff before.toml {FILE}"
BEFORE = there("before.toml", CONTRACT)
UNIT, ROWS = 'unit = "IPs"', ("price = 995.00", "unit_price = 10.00")
OF_SCANNING = tuple(said(row, f'{row}\nservice = "Scanning"') for row in ROWS)
STEPS = (said(UNIT, f"{UNIT}\nstep = 25"), said("quantity_from = 1\n", "quantity_from = 25\n"))


def changed(title: str, *given: Given) -> Case:
    """The contract is another one than before."""
    return Case(title, DIFF, BEFORE, *given)


CASES = (
    changed("No answer differs"),
    changed("A price differs", said("price = 995.00", "price = 990.00")),
    changed(
        "Something is assumed",
        said("price = 995.00", 'price = 990.00\nassumed = "Price: the copy is blurred"'),
    ),
    changed("There are several services now", *OF_SCANNING, more(SECOND_SERVICE)),
    changed("Parts of a unit are priced now", said(UNIT, f'{UNIT}\npart_units = "up"')),
    changed(
        "Parts of a unit are refused otherwise", said(UNIT, f'{UNIT}\npart_units = "not said"')
    ),
    changed("Steps are larger now", *STEPS),
    changed("Another unit", said(UNIT, 'unit = "addresses"')),
    Case("What documents signed since have changed", f"xlfuncs diff {FILE} --known-on 2020-01-15"),
    Case("What later documents have changed", f"xlfuncs diff {FILE} --through 0"),
    Case("What a document has changed", f"xlfuncs diff {FILE} --through 0 --through 1"),
    Case("Through three numbers", f"xlfuncs diff {FILE} {'--through 1 ' * 3}".strip()),
    changed("Another billing period", said(UNIT, f'{UNIT}\nbilled = "month"')),
    changed("Quantities add up", said(UNIT, f'{UNIT}\ncounted = "year"')),
    changed("There is a limit now", said(UNIT, f"{UNIT}\nlimit = 500")),
    Case("Only one contract", f"xlfuncs diff {FILE}"),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot

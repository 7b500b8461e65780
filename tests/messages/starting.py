"""Beginning a contract file, and comparing two of them."""

from tests.messages.base import CONTRACT, FILE, more, said, there
from tests.messages.entry import Entry, Given, Group
from tests.messages.no_price import SECOND_SERVICE

INIT = "xlfuncs init ACME"
DIFF = f"xlfuncs diff before.toml {FILE}"
BEFORE = there("before.toml", "is the contract as it was", CONTRACT)
UNIT, ROWS = 'unit = "IPs"', ("price = 995.00", "unit_price = 10.00")
OF_SCANNING = tuple(said(row, f'{row}\nservice = "Scanning"') for row in ROWS)
STEPS = (
    said(UNIT, f"{UNIT}\nstep = 25"),
    said("quantity_from = 1\n", "quantity_from = 25\n"),
)


def changed(title: str, *given: Given) -> Entry:
    """The contract is another one than before."""
    return Entry(title, DIFF, (BEFORE, *given))


STARTING = Group(
    "A new contract file",
    "`xlfuncs init` writes a contract file to be filled in, and says how to go on.",
    (
        Entry("A new file", INIT),
        Entry("It is there already", INIT, (there("acme.toml", "is there", CONTRACT),)),
        Entry("Another kind of file", f"{INIT} -o acme.xlsx"),
        Entry("No vendor", "xlfuncs init ''"),
        Entry("A vendor with control characters", "xlfuncs init 'AC\x07ME'"),
        Entry("A vendor in other letters", "xlfuncs init Σίγμα"),
        Entry("A prefix that is none", f"{INIT} --prefix 2nd"),
    ),
)

DIFFERING = Group(
    "Comparing two contracts",
    "`xlfuncs diff` lists where two contracts answer differently; its exit status is 1 if they do.",
    (
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
        Entry(
            "What documents signed since have changed", f"xlfuncs diff {FILE} --known-on 2020-01-15"
        ),
        Entry("Only one contract", f"xlfuncs diff {FILE}"),
    ),
    DIFF,
)

"""What the task pane of an Office add-in says in place of an answer."""

import json
from collections.abc import Callable

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import FILE, Case, Here, each, message_of
from xlfuncs.addin.contract_file import format_contract
from xlfuncs.api import load
from xlfuncs.hosts.office import open_contract
from xlfuncs.hosts.office_pane import show

DAMAGED = '{"tiers": [], "amendments": [], "contract": []}'


def shown(view: str, contract: str | None = None, **request: str) -> Callable[[Here], str]:
    """What a view says of a request to the contract of the file, or to another text."""

    def ask(here: Here) -> str:
        text = contract or format_contract(load(here.folder / FILE).draft)
        found = json.loads(show(open_contract(text), view, json.dumps(request)))
        return str(found["problem"])

    return ask


def case(title: str, view: str, contract: str | None = None, **request: str) -> Case:
    asked = ", ".join(f"{name} {text!r}" for name, text in request.items())
    return Case(title, f"({view}: {asked})", run=shown(view, contract, **request))


CASES = (
    case("No quantity", "answer", purchased="2020-03-01"),
    case("No date", "answer", quantity="5"),
    case("A quantity that may mean two", "answer", quantity="1.000", purchased="2020-03-01"),
    case("A date that may mean two", "price list", purchased="3/1/2020"),
    case("A date before the contract", "price list", purchased="2019-03-01"),
    case("A service that is not offered", "timeline", quantity="5", service="Gardening"),
    case("A quantity that was never priced", "timeline", quantity="0"),
    case("A contract that cannot be read", "answer", DAMAGED, quantity="5", purchased="2020-03-01"),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot

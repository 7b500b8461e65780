"""The core of an add-in in Node: the Python that runs in the page, asked line by line."""

import json
from pathlib import Path

import pytest

from tests.support.office_addin.core_in_node import CoreInNode

CALLS = [
    ("PRICE", json.dumps([[[100_000], [100_000]], [[41_628], [41_640]]])),
    ("SOURCE", json.dumps([100_000, 41_628])),
]
"""Prices of 20 December 2013 and of 1 January 2014, and the clause of the first."""


@pytest.fixture
def contract(shipped_addin: Path) -> str:
    return (shipped_addin / "contract.json").read_text(encoding="utf-8")


def test_each_contract_is_asked_in_its_date_system(core_in_node: CoreInNode, contract: str) -> None:
    source = [["Amendment 1, 1.A, footnote *"]]
    assert core_in_node.ask(contract, CALLS) == [[[255_000], [279_995]], source]
    [later, _] = core_in_node.ask(contract, CALLS, date1904=True)
    assert later == [[279_995], [279_995]]
    assert core_in_node.ask(contract, CALLS) == [[[255_000], [279_995]], source]


def test_what_cannot_be_answered_is_said_and_ends_nothing(
    core_in_node: CoreInNode, contract: str
) -> None:
    for text, calls, said in (
        (contract, [("NONE", "[]")], "KeyError: 'NONE'"),
        (contract, [("PRICE", "[")], "JSONDecodeError"),
        ("{}", CALLS, "KeyError: 'tiers'"),
    ):
        with pytest.raises(AssertionError, match=said):
            core_in_node.ask(text, calls)
    assert core_in_node.ask(contract, CALLS[1:]) == [[["Amendment 1, 1.A, footnote *"]]]


def test_it_ends_with_its_questions(shipped_addin: Path) -> None:
    with CoreInNode(shipped_addin) as core:
        assert core.is_alive()
    assert not core.is_alive()

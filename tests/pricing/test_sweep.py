"""Periods compiled one after the other are those that are compiled by themselves."""

from itertools import pairwise

from hypothesis import given, settings

from tests.support import random_contracts
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.precedence import UNBOUNDED
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.price_list import PriceList
from xlfuncs.pricing.segments import Segment


def lists_of(contract: Contract) -> list[PriceList]:
    book = PriceBook(contract)
    return [book.price_list(service) for service in contract.services]


def compared(piece: Segment) -> tuple:
    """A segment with its tiers one by one, which are compared as objects otherwise."""
    return piece.counts, piece.verdict._replace(tiers=None), piece.verdict.all_decided


def test_the_sweep_makes_every_period_as_it_is_made_by_itself(contracts: int) -> None:
    @settings(max_examples=contracts)
    @given(random_contracts.limited_contracts())
    def agree(contract: Contract) -> None:
        for prices in lists_of(contract):
            bands = list(prices.periods())
            assert [band.since for band in bands] == prices.days
            for band in bands:
                alone = prices.period_on(band.since)
                assert band.until == alone.until
                assert list(map(compared, band.segments)) == list(map(compared, alone.segments))

    agree()


def test_segments_leave_no_gap_and_no_two_beside_each_other_are_alike(contracts: int) -> None:
    @settings(max_examples=contracts)
    @given(random_contracts.limited_contracts())
    def follow(contract: Contract) -> None:
        for prices in lists_of(contract):
            for band in prices.periods():
                firsts = [0, *(piece.last + 1 for piece in band.segments)]
                assert firsts == [*band.starts, UNBOUNDED + 1]
                verdicts = [piece.verdict for piece in band.segments]
                assert all(one != other for one, other in pairwise(verdicts))

    follow()

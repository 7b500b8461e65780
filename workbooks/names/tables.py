"""The tables that formulas return, where they cannot calculate some of the figures in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workbooks.names.confirmed import Confirming, discount_and_base, is_uncountable, percent_limit
from workbooks.names.limits import NOT_WORKED_OUT
from xlfuncs.functions.answers import SCHEDULE_TITLES, TIMELINE_TITLES
from xlfuncs.functions.calls import call
from xlfuncs.functions.questions import day_cell, optional_day, quantity_cell, service_cell
from xlfuncs.functions.workbook import Workbook
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.pricebook import PriceBook, Question
from xlfuncs.pricing.schedule import ScheduleLine, schedule
from xlfuncs.pricing.timeline import timeline
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell

FIXED, RATE, ANSWER = (SCHEDULE_TITLES.index(title) for title in ("Fixed", "Rate", "Answer"))
PRICE, KIND = (TIMELINE_TITLES.index(title) for title in ("Price", "Answer"))
ANY_DAY = date(2000, 1, 1)
"""For a stretch of days with neither beginning nor end."""


class Tables:
    """The answers of SCHEDULE and TIMELINE as formulas give them."""

    def __init__(self, workbook: Workbook, book: PriceBook) -> None:
        self._workbook = workbook
        self._book = book
        self._confirming = Confirming(book.contract)

    def schedule(self, cells: Sequence[Cell]) -> Cell:
        """The price table of a day; fixed parts and rates are `#N/A` that cannot be confirmed."""
        answer = call("SCHEDULE", cells, self._workbook)
        if not isinstance(answer, list):
            return answer
        purchased, service, known_on = (*cells, None, None)[:3]
        day = day_cell("purchased", purchased, False)
        known = optional_day("known_on", known_on, False)
        lines = schedule(self._book, day, service_cell(service), known)
        for shown, line in zip(answer[1:], lines, strict=True):
            self._withhold(shown, line, day, known)
        return answer

    def _withhold(
        self, shown: list[Cell], line: ScheduleLine, day: date, known_on: date | None
    ) -> None:
        prices = self._book.price_list(line.service, known_on)
        steps = int(line.first / line.service.step)
        verdict = prices.piece_on(day.toordinal(), steps).verdict
        if verdict.line is None:
            return
        _, base = discount_and_base(verdict)
        unsure = percent_limit(verdict.decided[0].row.percent)
        below = list(verdict.slabs.claims())[1:] if verdict.slabs else []
        if unsure or any(self._confirming.limits_of(line.service, below)):
            shown[FIXED], shown[ANSWER] = NOT_AVAILABLE, NOT_WORKED_OUT
        if base.charge is not Charge.PACKAGE and (
            unsure or not self._confirming.has_rate(line.service, base.row)
        ):
            shown[RATE], shown[ANSWER] = NOT_AVAILABLE, NOT_WORKED_OUT

    def timeline(self, cells: Sequence[Cell]) -> Cell:
        """The price of a quantity on all days, `#N/A` where it cannot be confirmed."""
        quantity, service, known_on = (*cells, None, None)[:3]
        try:
            asked, name = quantity_cell(quantity), service_cell(service)
            if is_uncountable(self._book, asked, name):
                optional_day("known_on", known_on, False)
                return NOT_AVAILABLE
        except BadInput:
            pass  # which the function itself refuses
        answer = call("TIMELINE", cells, self._workbook)
        if not isinstance(answer, list):
            return answer
        known = optional_day("known_on", known_on, False)
        for shown, stretch in zip(
            answer[1:], timeline(self._book, asked, name, known), strict=True
        ):
            day = stretch.since or stretch.until or ANY_DAY
            if self._confirming.limit(self._book.find(Question(asked, day, name, known))):
                shown[PRICE], shown[KIND] = NOT_AVAILABLE, NOT_WORKED_OUT
        return answer

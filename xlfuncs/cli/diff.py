"""The command `diff`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence

from xlfuncs.cli.inputs import contract_of, optional_day
from xlfuncs.cli.json_output import differences_as_json, print_json
from xlfuncs.cli.output import Column, assumed_in, print_below, print_table
from xlfuncs.errors import ANSWERED, NO_ANSWER, Refused
from xlfuncs.pricing.contract import PartUnits
from xlfuncs.pricing.diff import UNNAMED, Change, changes, meanings
from xlfuncs.pricing.diff_quantities import Scope
from xlfuncs.pricing.outcomes import Kind
from xlfuncs.pricing.price_book import Answer, PriceBook
from xlfuncs.pricing.wording import citations, days, number, price_line, span

COLUMNS = (
    Column("Service", once=True),
    Column("Quantity", whole=True),
    Column("Purchased", whole=True),
)
COUNTED = {
    PartUnits.UP: "up",
    PartUnits.DOWN: "down",
    PartUnits.NEAREST: "to the nearest step",
}
ONLY_ONE = "expected a second contract, or --known-on DATE to compare what was known then"


def diff(chosen: Namespace) -> int:
    """Prints where two contracts answer differently."""
    known_on = optional_day(chosen.known_on)
    paths = [path for path in (chosen.before, chosen.after) if path is not None]
    books = [PriceBook(contract_of(path)) for path in paths]
    if len(books) == 1 and known_on is None:
        raise Refused(f"{chosen.before}: {ONLY_ONE}")
    known = (known_on, known_on) if len(books) > 1 else (known_on, None)
    before, after = books[0], books[-1]
    changed = changes(before, after, known)
    otherwise = list(meanings(before.contract, after.contract))
    if chosen.json:
        print_json(differences_as_json(otherwise, changed, known))
    elif changed or otherwise:
        titles = ("Before", "After") if len(books) > 1 else (f"Known on {known_on}", "Now")
        _print(titles, changed, map(str, otherwise))
    else:
        print("no answer differs")
    return NO_ANSWER if changed or otherwise else ANSWERED


def _print(titles: Iterable[str], changed: Sequence[Change], otherwise: Iterable[str]) -> None:
    """The table of what is priced differently, and what else there is to say of it."""
    named = [change for change in changed if change.service != UNNAMED]
    shown = [change for change in named if not _refused_otherwise(change)]
    print_table((*COLUMNS, *map(Column, titles)), map(_cells, shown))
    answers = (answer for change in shown for answer in (change.before, change.after))
    below = [*otherwise, *_unsaid(changed, named, shown), *assumed_in(answers)]
    print_below(below, of_table=bool(shown))


def _unsaid(
    changed: Sequence[Change], named: Sequence[Change], shown: Sequence[Change]
) -> Iterator[str]:
    """What the table leaves out, so that the prices in it are found."""
    unnamed = [change for change in changed if change.service == UNNAMED]
    if unnamed:
        before = _when_unnamed(change.before for change in unnamed)
        after = _when_unnamed(change.after for change in unnamed)
        yield f"a question that names no service: {before} before, {after} after"
    if len(shown) < len(named):
        yield (
            "quantities without a price in either, but bad input in one alone, are left out; "
            "--json lists them"
        )


def _when_unnamed(answers: Iterable[Answer]) -> str:
    name = next((answer.service.name for answer in answers if answer.service), None)
    return "has to name one" if name is None else f"is about {name!r}"


def _refused_otherwise(change: Change) -> bool:
    """Whether there is no price in either, and it is only said to be bad input in one."""
    outcomes = {change.before.outcome, change.after.outcome}
    return Kind.BAD_INPUT in outcomes and Kind.PRICE not in outcomes


def _cells(change: Change) -> tuple[str, ...]:
    service = change.after.service or change.before.service
    return (
        change.service,
        span(change.first, change.last, service.unit if service else "") + _which(change.scope),
        days(change.since, change.until),
        _stated(change.before, change.scope.whole[0]),
        _stated(change.after, change.scope.whole[1]),
    )


def _which(scope: Scope) -> str:
    """Which quantities of a range are meant, where it is not all whole steps."""
    if all(scope.whole):
        return ""
    if not any(scope.whole):
        return ", parts of a step"
    [other] = scope.besides
    step, besides = (number(scope.quantity(each) / scope.grain) for each in (scope.grain, other))
    return f", steps of {step} but not of {besides}"


def _stated(answer: Answer, whole: bool) -> str:
    """The price or why there is none, and the clause that says so."""
    price = answer.price_function
    said = price_line(price) if price else answer.outcome.value
    if price and answer.service and not whole:
        said += f", a part counted {COUNTED[answer.service.part_units]}"
    source = citations(answer.decided)
    return f"{said} ({source})" if source else said

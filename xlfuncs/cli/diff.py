"""The command `diff`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence

from xlfuncs.api import Differences, LoadedContract
from xlfuncs.cli.arguments import THROUGH, add_json, only_once, parse_known_on, parse_through
from xlfuncs.cli.contracts import format_loaded, load_named
from xlfuncs.cli.json_output import JSON, format_differences, name_contract, print_json
from xlfuncs.cli.output import (
    Column,
    format_service,
    print_below,
    print_table,
)
from xlfuncs.errors import ANSWERED, NO_ANSWER, InputError
from xlfuncs.pricing.contract import PartUnits
from xlfuncs.pricing.diff import UNNAMED, Change
from xlfuncs.pricing.differing_quantities import Scope
from xlfuncs.pricing.explain import list_assumptions
from xlfuncs.pricing.outcomes import BadInput, Outcome
from xlfuncs.pricing.price_book import Answer
from xlfuncs.pricing.wording import (
    cite_all,
    format_billed,
    format_days,
    format_number,
    format_price_function,
    format_range,
)

COLUMNS = (
    Column("Service", once=True),
    Column("Quantity", whole=True),
    Column("Purchase date", whole=True),
)
COUNTED = {
    PartUnits.UP: "up",
    PartUnits.DOWN: "down",
    PartUnits.NEAREST: "to the nearest step",
    PartUnits.NOT_SAID: "either way",
}
ONLY_ONE = (
    "expected a second contract, or --known-on DATE to compare with what was known then, or "
    "--through NUMBER to compare with the contract through that document"
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the contracts to compare."""
    parser.add_argument("before", metavar="A", help="a contract file or a workbook")
    parser.add_argument("after", metavar="B", nargs="?", help="another, or a later version of it")
    parser.add_argument(
        "--known-on",
        metavar="DATE",
        type=only_once(),
        help="compare the contracts as known on this date; with A alone: what the documents "
        "signed since then changed",
    )
    parser.add_argument(
        THROUGH,
        metavar="NUMBER",
        action="append",
        default=[],
        help="compare the contracts through document NUMBER; with A alone: what later documents "
        "changed; if given twice, the first is for A and the second for B, or for A again",
    )
    add_json(parser)


def run(arguments: Namespace) -> int:
    """Print where two contracts answer differently."""
    known_on = parse_known_on(arguments.known_on)
    before = load_named(arguments.before)
    after = None if arguments.after is None else load_named(arguments.after)
    if after is None and known_on is None and not arguments.through:
        raise InputError(f"{arguments.before}: {ONLY_ONE}")
    one, other = _stand_through(before, after, arguments.through)
    differences = one.diff(other, known_on)
    through = one.last_document, other.last_document if other else None
    if arguments.json:
        known = (known_on, known_on if other else None)
        formatted = format_differences(differences.meanings, differences.changes, known, through)
        print_json({**_name_contracts(before, after), **formatted})
    else:
        titles = ("Before", "After") if after else (f"As known on {known_on}", "Now")
        if through[0] != through[1]:
            titles = _title(through[0]), _title(through[1])
        _print(titles, differences, [*_list_contracts(before, after)])
    return NO_ANSWER if differences else ANSWERED


def _stand_through(
    before: LoadedContract, after: LoadedContract | None, through: Sequence[str]
) -> tuple[LoadedContract, LoadedContract | None]:
    """The contracts as they stood through documents: one number for both, or one for each.

    One number and one contract compare how it stood with how it stands. Raises BadInput.
    """
    if not through:
        return before, after
    if len(through) > 2:
        raise BadInput(f"{THROUGH} is given {len(through)} times; expected once or twice")
    first, second = through[0], through[-1]
    if after is None and len(through) == 1:
        return before.through(parse_through(first, before.contract)), before
    sides = (before, first), (after or before, second)
    [one, other] = (
        loaded.through(parse_through(number, loaded.contract)) for loaded, number in sides
    )
    return one, other


def _title(through: int | None) -> str:
    return "Now" if through is None else f"Through document {through}"


def _name_contracts(before: LoadedContract, after: LoadedContract | None) -> JSON:
    """Name the contract that is compared with an earlier state of itself, or both contracts."""
    if after is None:
        return name_contract(before)
    sides = {"before": before, "after": after}
    return {"contract": {side: name_contract(each)["contract"] for side, each in sides.items()}}


def _list_contracts(before: LoadedContract, after: LoadedContract | None) -> Iterator[str]:
    if after is None:
        yield format_loaded(before)
    else:
        yield format_loaded(before, "Contract before")
        yield format_loaded(after, "Contract after")


def _print(titles: Iterable[str], differences: Differences, contracts: Iterable[str]) -> None:
    """Print the table of what is priced differently, and what else there is to say of it."""
    changes = differences.changes
    named = [change for change in changes if change.service != UNNAMED]
    shown = [change for change in named if not _is_refused_otherwise(change)]
    print_table((*COLUMNS, *map(Column, titles)), map(_cells, shown))
    answers = (answer for change in shown for answer in (change.before, change.after))
    otherwise = map(str, differences.meanings)
    none = [] if differences else ["the answers are the same"]
    left_out = _left_out(changes, named, shown)
    below = [*none, *otherwise, *left_out, *list_assumptions(answers), *contracts]
    print_below(below, of_table=bool(shown))


def _left_out(
    changes: Sequence[Change], named: Sequence[Change], shown: Sequence[Change]
) -> Iterator[str]:
    """What the table leaves out, so that the prices in it are found."""
    unnamed = [change for change in changes if change.service == UNNAMED]
    if unnamed:
        before = _when_unnamed(change.before for change in unnamed)
        after = _when_unnamed(change.after for change in unnamed)
        yield f"without a service, a question: {before} before, {after} after"
    if len(shown) < len(named):
        yield (
            "quantities without a price in either, but bad input in only one, are not shown; "
            "--json lists them"
        )


def _when_unnamed(answers: Iterable[Answer]) -> str:
    name = next((answer.service.name for answer in answers if answer.service), None)
    return "must name one" if name is None else f"means {name!r}"


def _is_refused_otherwise(change: Change) -> bool:
    """Whether there is no price in either, and it is only said to be bad input in one."""
    outcomes = {change.before.outcome, change.after.outcome}
    return Outcome.BAD_INPUT in outcomes and Outcome.PRICE not in outcomes


def _cells(change: Change) -> tuple[str, ...]:
    services = [each for each in (change.after.service, change.before.service) if each]
    unit = services[0].unit if services else ""
    is_billed_alike = len({service.billed for service in services}) == 1
    whole_before, whole_after = change.scope.whole
    return (
        format_service(change.service, services[0].billed if is_billed_alike else None),
        f"{format_range(change.first, change.last, unit)}{_format_scope(change.scope)}",
        format_days(change.since, change.until),
        _format_answer(change.before, whole_before, with_billed=not is_billed_alike),
        _format_answer(change.after, whole_after, with_billed=not is_billed_alike),
    )


def _format_scope(scope: Scope) -> str:
    """Which quantities of a range are meant, where it is not all whole steps."""
    if all(scope.whole):
        return ""
    if not any(scope.whole):
        return ", parts of a step"
    [other] = scope.besides
    step, besides = (
        format_number(scope.quantity(each) / scope.grain) for each in (scope.grain, other)
    )
    return f", steps of {step} but not of {besides}"


def _format_answer(answer: Answer, whole: bool, *, with_billed: bool) -> str:
    """The price or why there is none, and the clause that says so."""
    price = answer.price_function
    stated = format_price_function(price) if price else answer.outcome.value
    billed = format_billed(answer.service.billed) if price and answer.service else ""
    if with_billed and billed:
        stated += f", {billed}"
    if price and answer.service and not whole:
        stated += f", part units counted {COUNTED[answer.service.part_units]}"
    source = cite_all(answer.decided)
    return f"{stated} ({source})" if source else stated

"""Rows that read well, put together into services and a contract."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from xlfuncs.pricing.contract import PartUnits, Row, Service, service_key
from xlfuncs.pricing.lines import EXACT
from xlfuncs.pricing.names import tidy
from xlfuncs.tables.records import Problem, Stated
from xlfuncs.tables.schema import SERVICE_FIELDS, title_of

_UNSAID: dict[str, Any] = {"unit": "", "step": Decimal(1), "part_units": PartUnits.NONE}


def services_of(
    stated: Sequence[Stated], problems: list[Problem], named: Iterable[str] = ()
) -> tuple[Service, ...]:
    """The services in the order of their first rows, called as they are `named` or by that row.

    What any row says of its service holds for all its rows; two that say different things are a
    problem, at the later one.
    """
    said: dict[str, dict[str, tuple[Any, Row]]] = {}
    names: dict[str, str] = {}
    official = {service_key(name): name for name in named}
    for row, service in stated:
        key = service_key(row.service)
        names.setdefault(key, tidy(official.get(key, row.service)))
        known = said.setdefault(key, {})
        for field in SERVICE_FIELDS:
            value = service[field]
            if value in (None, ""):
                continue
            if field == "unit":
                value = tidy(value)
            earlier, where = known.setdefault(field, (value, row))
            if earlier != value:
                text = (
                    f"{title_of(field).lower()} of {row.service!r} is {_said(value)}, but "
                    f"{where.place.cell(field)} says {_said(earlier)}; expected one and the same"
                )
                problems.append(Problem(row.place.cell(field), text))
    return tuple(
        Service(name, **{field: said[key].get(field, (_UNSAID[field],))[0] for field in _UNSAID})
        for key, name in names.items()
    )


def check_steps(rows: Sequence[Row], services: Sequence[Service], problems: list[Problem]) -> None:
    """Ranges have to begin and end on whole steps, or a step would straddle two rows."""
    steps = {service.key: service.step for service in services}
    for row in rows:
        step = steps[service_key(row.service)]
        for field in ("quantity_from", "quantity_to"):
            quantity = getattr(row, field)
            if quantity is not None and EXACT.remainder(quantity, step):
                text = (
                    f"{title_of(field).lower()} is {quantity:f}; expected a multiple of the "
                    f"step {step:f}"
                )
                problems.append(Problem(row.place.cell(field), text))


def _said(value: Any) -> str:
    if isinstance(value, PartUnits):
        return value.value
    return repr(value) if isinstance(value, str) else f"{value:f}"

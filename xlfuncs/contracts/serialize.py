"""Write a contract as the text of a contract file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from operator import ne
from typing import Any

from xlfuncs.pricing.contract import (
    NOT_ON_FILE,
    RAISED,
    Assumption,
    Contract,
    Increase,
    Purchase,
    Row,
    Service,
)
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.wording import format_number
from xlfuncs.sheets.draft import upper_end
from xlfuncs.sheets.parsers import format_assumption, select_assumptions
from xlfuncs.sheets.schema import ASSUMABLE, FILE_COLUMNS, INHERITED, ITEMS, ROW_KEYS

Table = dict[str, Any]
"""A table of a contract file, each key in its order; what says nothing is left out."""

Location = tuple[str | int, ...]
"""The way to a table, such as `("amendments", 0, "rows", 1)`."""

# Values

LONGEST_LINE = 100
"""A list that makes a longer line has a line for each item."""

MONEY = ("price", "unit_price", "minimum", "maximum")
"""Keys whose values have two decimals, or more."""

ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def format_value(key: str, value: Any) -> str:
    """The value of a key, a text of several lines as it is best read.

    >>> format_value("price", Decimal(279995)), format_value("percent", Decimal("15.00"))
    ('279995.00', '15')
    """
    if is_text(value):
        text = plain_text(value)
        return _format_lines(text) if "\n" in text else _format_text(text)
    return (
        format_list(key, value) if isinstance(value, (list, tuple)) else format_inline(key, value)
    )


def format_inline(key: str, value: Any) -> str:
    """The value of a key on one line.

    >>> format_inline("rows", [{"clause": "1", "purchased_from": date(2024, 7, 1)}])
    '[{clause = "1", purchased_from = 2024-07-01}]'
    >>> format_inline("increases", (Increase(date(2025, 7, 1), Decimal(3)),))
    '[{from = 2025-07-01, percent = 3}]'
    """
    if isinstance(value, Increase):
        value = increase_table(value)
    if isinstance(value, Mapping):
        pairs = (f"{_format_key(name)} = {format_inline(name, v)}" for name, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    if is_text(value):
        return _format_text(plain_text(value))
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(format_inline(key, each) for each in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _format_money(value) if key in MONEY else format_number(value).replace(",", "")
    return str(value)


def _format_money(value: Decimal) -> str:
    """An amount to the cent, or with as many decimals as it is printed with.

    A unit price of 0.090 rises to three decimals, one of 0.09 to two.
    """
    return f"{value:.{max(2, -int(value.as_tuple().exponent))}f}"


def _format_key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else _format_text(key)


def format_list(key: str, items: Sequence[Any]) -> str:
    """A list on one line, or with a line for each item where that would be too long."""
    flat = format_inline(key, items)
    if len(f"{key} = {flat}") <= LONGEST_LINE:
        return flat
    return "".join(["[\n", *(f"    {format_inline(key, each)},\n" for each in items), "]"])


def is_text(value: Any) -> bool:
    """Whether a value is written as text: texts, words of an enumeration, and assumptions."""
    assumptions = isinstance(value, tuple) and bool(value) and isinstance(value[0], Assumption)
    return assumptions or isinstance(value, str)


def plain_text(value: Any) -> str:
    """A text, or assumptions one a line."""
    if isinstance(value, tuple):
        return "\n".join(map(format_assumption, value))
    return str(value.value if isinstance(value, Enum) else value)


def _format_text(text: str) -> str:
    r"""A text on one line, between the quotes that need no escapes where there are such.

    >>> print(_format_text('the "list"'), _format_text("it's"), _format_text('"bird\'s eye"'))
    'the "list"' "it's" "\"bird's eye\""
    """
    if re.search(r'["\\]', text) and not re.search(r"['\n\t]", text):
        return f"'{text}'"
    return '"' + "".join(ESCAPED.get(character, character) for character in text) + '"'


def _format_lines(text: str) -> str:
    r"""A text of several lines.

    >>> print(_format_lines('100 | $2 | \\\n200 | "3"'))
    '''
    100 | $2 | \
    200 | "3"'''
    """
    if ("\\" in text or '"""' in text or text.endswith('"')) and "'" not in text:
        return f"'''\n{text}'''"
    escaped = re.sub(r'"(?="")|"\Z', r"\"", text.replace("\\", "\\\\"))
    return f'"""\n{escaped}"""'


def assumed_table(
    assumed: Iterable[Assumption], keys: Mapping[tuple[str, ...], str]
) -> dict[str, str]:
    """Assumptions as a table of reasons, empty where two would have one key.

    `keys` are the keys of fields that have one already.

    >>> assumed_table([Assumption(("signed", "ends"), "a letter")], {})
    {'signed, ends': 'a letter'}
    """
    each = [(keys.get(found.fields, ", ".join(found.fields)), found.why) for found in assumed]
    return dict(each) if len(dict(each)) == len(each) else {}


def increase_table(increase: Increase) -> Table:
    """A rise as a table of a file.

    >>> increase_table(Increase(date(2025, 7, 1)))
    {'from': datetime.date(2025, 7, 1), 'percent': 'not on file'}
    """
    table: Table = {
        "from": increase.since,
        "percent": increase.percent,
        "index": increase.index_change,
        "floor": increase.floor,
        "cap": increase.cap,
    }
    if increase.percent_raised is None:
        is_bounded = increase.floor is not None or increase.cap is not None
        table["index" if is_bounded else "percent"] = NOT_ON_FILE
    return _without_blanks(table)


# Tables: each header with its keys.


def is_tables(value: Any) -> bool:
    """Whether a value is a list of tables."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def format_tables(location: Location, table: Mapping[str, Any]) -> Iterator[tuple[Location, str]]:
    """The text of a table, and of each table in its lists, with where it leads.

    >>> [*format_tables(("services", 1), {"name": "Scanning"})]
    [(('services', 1), '[[services]]\\nname = "Scanning"\\n')]
    """
    header = ".".join(part for part in location if isinstance(part, str))
    lines = [f"[[{header}]]" if isinstance(location[-1], int) else f"[{header}]"]
    flat = {key: value for key, value in table.items() if not is_tables(value)}
    lines += [f"{key} = {format_value(key, value)}" for key, value in flat.items()]
    yield location, "".join(f"{line}\n" for line in lines)
    for key, value in table.items():
        for at, each in enumerate(value if is_tables(value) else ()):
            yield from format_tables((*location, key, at), each)


# Documents: what one says of all its rows, and what each row says itself.
#
# On a sheet each row says all by itself; in a file a row has from its document what it does not
# say. A row can say something else than its document, but not nothing, so a document says of its
# rows only what none of them leaves blank.

Terms = Mapping[str, Any]
"""What a document or row says itself: `title`, `signed`, `effective`, `ends`, `replaces`, its rises
and `assumed`. Rises of `()` are none where the document has some."""

NO_TERMS: Terms = {}
RISES = tuple(column.field for column in FILE_COLUMNS)
TERMS = (*INHERITED, *RISES, "assumed")
"""The fields that a document may say of all its rows, in the order of its keys."""

ENDS = frozenset({"ends"})
NOT_ENDS = frozenset(ASSUMABLE) - ENDS


@dataclass(frozen=True, slots=True)
class CurrentTerms:
    """What a file says already: of a document, and of each row; None of a row that is new."""

    document: Terms
    rows: Sequence[Terms | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a document is to say of all its rows, and what each of them says itself."""

    document: Table
    rows: list[Table]


def lay_out(
    rows: Sequence[Row],
    current: CurrentTerms | None = None,
    agreement: Terms = NO_TERMS,
    *,
    open_ended: bool = False,
) -> Layout:
    """Share out what rows say between them and their document, close to what it says now.

    An amendment has the end of the term from the `agreement`. With `open_ended`, of the agreement,
    an amendment's row has no end, so that the agreement cannot say one for all.
    """
    current = current or CurrentTerms({}, [None] * len(rows))
    if agreement.get("ends") == NOT_ON_FILE:  # which amendments do not have from it
        agreement = {**agreement, "ends": None}
    if not rows:
        document = {**current.document, **dict.fromkeys(("replaces", *RISES))}
        if open_ended and document.get("ends") not in {None, NOT_ON_FILE}:
            document["ends"] = None
            document["assumed"] = select_assumptions(document["assumed"] or (), NOT_ENDS)
        return Layout(document, [])
    layout = _lay_out_dates(rows, current, agreement, open_ended)
    _lay_out_rises(rows, current, layout)
    above: tuple[Assumption, ...] = ()
    if layout.document["ends"] is None:
        above = select_assumptions(agreement.get("assumed") or (), ENDS)
    assumed = _find_shared_assumptions(rows, layout, current, above)
    if assumed is None:  # the agreement assumes its end, and these rows do not
        layout.document["ends"] = agreement.get("ends")
        above, assumed = (), ()
    layout.document["assumed"] = assumed
    for row, own in zip(rows, layout.rows, strict=True):
        own["assumed"] = row.assumed[len(_inherited_by(row, own, assumed + above)) :]
    return layout


def _lay_out_dates(
    rows: Sequence[Row], current: CurrentTerms, agreement: Terms, open_ended: bool
) -> Layout:
    layout = Layout({}, [{} for _ in rows])
    for field in INHERITED:
        values = [row.stated(field) for row in rows]
        owns = [own and own.get(field) for own in current.rows]
        above = agreement.get(field) if field in ENDS else None
        is_inherited = field in ENDS and set(values) != {NOT_ON_FILE}
        blank = None in values or (open_ended and is_inherited)
        shared = None if blank else _choose(values, owns, current.document.get(field), above)
        layout.document[field] = shared
        for own, value, before in zip(layout.rows, values, owns, strict=True):
            own[field] = value if before is not None or value != (shared or above) else None
    return layout


def _lay_out_rises(rows: Sequence[Row], current: CurrentTerms, layout: Layout) -> None:
    """Share out the rises: a document's are for its rows with figures that were not raised.

    Such a row may say that it has none, but not that it rounds as its figures are printed.
    """
    for own in layout.rows:
        own.update(dict.fromkeys(RISES))
    terms = [own or NO_TERMS for own in current.rows]
    each = list(zip(rows, layout.rows, terms, strict=True))
    rising = [(row, own, before) for row, own, before in each if _has_figures(row)]
    values = [row.increases for row, _, _ in rising]
    owns = [before.get("increases") for _, _, before in rising]
    shared = _choose(values, owns, current.document.get("increases"), (), common_last=True) or ()
    layout.document["increases"] = shared or None
    for row, own, before in each:
        said = before.get("increases")
        inherited = shared if _has_figures(row) else ()
        if row.increases != inherited or (said and row.increases) or said == row.increases:
            own["increases"] = row.increases
    rounding = [(row, own, before) for row, own, before in each if row.increases]
    rounds = [row.rounded for row, _, _ in rounding]
    owns = [before.get("rounded") for _, _, before in rounding]
    layout.document["rounded"] = None
    if rounds and None not in rounds:
        stated = current.document.get("rounded")
        layout.document["rounded"] = _choose(rounds, owns, stated, None, common_last=True)
    for row, own, before in rounding:
        if before.get("rounded") is not None or row.rounded != layout.document["rounded"]:
            own["rounded"] = row.rounded


def _has_figures(row: Row) -> bool:
    """Whether the rises of a document are the row's, too."""
    return not row.increase and any(getattr(row, field) is not None for field in RAISED)


def _choose(
    values: list[Any], owns: list[Any], stated: Any, above: Any, *, common_last: bool = False
) -> Any:
    """What a document says of all its rows: whatever takes the fewest changes of keys.

    Where others take as many, what all rows say goes first, then what the document says now, then
    the most common value, unless that is to come last.
    """

    def changes(shared: Any) -> int:
        said = [(shared or above) if own is None else own for own in owns]
        return sum(map(ne, [*values, stated], [*said, shared]))

    common = [value for value, _ in Counter(values).most_common(1)]
    to_try = [*[None], *common] if common_last else [*common, *[None]]
    if stated is not None:
        to_try.insert(1 if len(set(values)) == 1 and not common_last else 0, stated)
    return min(to_try, key=changes)


def _find_shared_assumptions(
    rows: Sequence[Row], layout: Layout, current: CurrentTerms, above: tuple[Assumption, ...]
) -> tuple[Assumption, ...] | None:
    """What a document assumes of all its rows; None where not even nothing is right for each."""
    for assumed in _assumptions_to_try(rows, layout, current):
        each = zip(rows, layout.rows, strict=True)
        inherited = [_inherited_by(row, own, assumed + above) for row, own in each]
        if all(row.assumed[: len(has)] == has for row, has in zip(rows, inherited, strict=True)):
            return assumed
    return None


def _assumptions_to_try(
    rows: Sequence[Row], layout: Layout, current: CurrentTerms
) -> Iterator[tuple[Assumption, ...]]:
    no_end = layout.document["ends"] is None
    if current.document:
        stated = current.document.get("assumed") or ()
        withdrawn = no_end and current.document.get("ends") is not None
        yield select_assumptions(stated, NOT_ENDS) if withdrawn else stated
    silent = [
        row
        for row, own in zip(rows, layout.rows, strict=True)
        if all(own[field] is None for field in (*INHERITED, *RISES))
    ]
    rising = [row for row in silent if row.increases]
    for each in ([row.assumed for row in found] for found in (rising or silent, silent, rows)):
        shared = _common_start(each)
        # without an end of its own: amendments would have what is assumed of the end, too
        yield select_assumptions(shared, NOT_ENDS) if no_end else shared
    yield ()


def _common_start(lists: Sequence[tuple[Assumption, ...]]) -> tuple[Assumption, ...]:
    first = min(lists, key=len, default=())
    for length, assumption in enumerate(first):
        if any(each[length] != assumption for each in lists):
            return first[:length]
    return first


def _inherited_by(row: Row, own: Terms, assumed: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
    """What a row has of the assumptions above: nothing about what it states itself."""
    silent = {field for field in ASSUMABLE if own.get(field) is None}
    if not row.increases or own["increases"] is not None:
        silent.discard("increase")
    return select_assumptions(assumed, silent)


# The tables of a contract.

CONTRACT_KEYS = (*ITEMS, "not_held")


def contract_table(contract: Contract) -> Table:
    """The particulars; name and prefix are said in any case."""
    table = {key: getattr(contract, key) for key in CONTRACT_KEYS}
    return {"name": contract.name, "prefix": contract.prefix, **_without_blanks(table)}


def service_table(service: Service) -> Table:
    """A service without what goes without saying.

    >>> service_table(Service("Scanning", "IPs"))
    {'name': 'Scanning', 'unit': 'IPs'}
    """
    usual = Service("")._asdict()
    return {key: value for key, value in service._asdict().items() if usual[key] != value}


def purchase_table(purchase: Purchase) -> Table:
    return _without_blanks(purchase._asdict())


def document_table(number: int, layout: Layout) -> Table:
    """What a document says of all its rows; the number 0 is the agreement's."""
    said = {document_key(number, field): layout.document.get(field) for field in TERMS}
    return _without_blanks({"number": number or None, **said})


def full_document_table(
    number: int, rows: Sequence[Row], layout: Layout, services: Mapping[str, str]
) -> Table:
    """A document with its rows; `services` are the names by their keys."""
    tables = [row_table(*each, services) for each in zip(rows, layout.rows, strict=True)]
    table = document_table(number, layout)
    return {**table, rows_key(number): tables} if tables else table


def document_key(number: int, field: str) -> str:
    """The key of a field that a document may say of all its rows."""
    return "dated" if field == "signed" and not number else field


def document_keys(number: int) -> tuple[str, ...]:
    """The keys of a document, in their order."""
    keys = tuple(document_key(number, field) for field in TERMS)
    return ("number", *keys) if number else tuple(key for key in keys if key != "replaces")


def rows_key(number: int) -> str:
    """The key of a document's rows."""
    return "rows" if number else "tiers"


def row_table(row: Row, own: Terms, services: Mapping[str, str]) -> Table:
    """A row, with its own part of what its document says, and the name of its service by key."""
    table = {**row._asdict(), **own}
    table["service"] = services[name_key(row.service)] if len(services) > 1 else None
    table["quantity_to"] = upper_end(row)
    table["per"] = None if row.per == 1 else row.per
    said = _without_blanks({key: table[key] for key in ROW_KEYS})
    return {key: table[key] for key in ROW_KEYS if key in said or (key, table[key]) == NO_RISE}


NO_RISE = ("increases", ())
"""What a row says that has no rise where its document has one."""


def _without_blanks(table: Mapping[str, Any]) -> Table:
    return {key: value for key, value in table.items() if value not in (None, "", ())}


def group_by_document(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """The rows of each document, in the order of the documents' first rows."""
    documents: dict[int, list[Row]] = {}
    for row in rows:
        documents.setdefault(row.document, []).append(row)
    return documents


def is_open_ended(contract: Contract) -> bool:
    """Whether an amendment's row has no end, so that it cannot have one from the agreement."""
    return any(row.stated("ends") is None for row in contract.amendments)


def format_contract(contract: Contract) -> str:
    """The text of a new contract file."""
    names = {service.key: service.name for service in contract.services}
    agreement = lay_out(contract.tiers, open_ended=is_open_ended(contract))
    tables: dict[Location, Table] = {("contract",): contract_table(contract)}
    for at, service in enumerate(contract.services):
        tables["services", at] = service_table(service)
    tables["agreement",] = full_document_table(0, contract.tiers, agreement, names)
    for at, (number, rows) in enumerate(group_by_document(contract.amendments).items()):
        layout = lay_out(rows, agreement=agreement.document)
        tables["amendments", at] = full_document_table(number, rows, layout, names)
    for at, purchase in enumerate(contract.purchases):
        tables["purchases", at] = purchase_table(purchase)
    return "\n".join(text for each in tables.items() for _, text in format_tables(*each))

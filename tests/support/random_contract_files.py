"""Random contracts with all that a file can say, edits to them, and files with comments.

Where texts, edits and comments are chosen, Hypothesis's own Random chooses, so that they shrink.
"""

import re
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.support.random_contracts import (
    MONTH,
    RandomContract,
    as_readable,
    can_rise,
    contracts,
    counting_contracts,
    keep_increases,
)
from tests.support.workbook_edits import sheets_of
from xlfuncs.contracts.serialize import assumed_table, format_inline
from xlfuncs.contracts.toml_editor import split_statements
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.contracts.update import serialize_contract
from xlfuncs.pricing.contract import Assumption, Charge, Contract, Counted, Increase, Purchase, Row
from xlfuncs.pricing.dated_rows import dated_rows
from xlfuncs.sheets.parsers import parse_assumed
from xlfuncs.sheets.reader import read_sheets

WORDS = [
    *("IPs", "100 | $2.75", 'the "list" price', "it's", "C:\\prices\\new", "# no comment", "=1+1"),
    *("[[purchases]]", "price = 5", '"""', "'''", "tab\there", "Größe", "価格", "#N/A", "{", "]"),
    *("a\nb", "first line \n\n  third", "ends with \\", 'ends with "', "\\u0041", "😀", "x\u00a0y"),
    *(
        '"',
        "\\",
        "'",
        "'\"",
        "a\n'''b\"\"\"\n\\",
        "[contract]\n# x",
        "$1,000.00*",
        "1.2.3",
        "a.b.c",
    ),
]


def text(random: Random) -> str:
    return " ".join(random.choices(WORDS, k=random.randint(1, 3))).strip()


randoms = st.randoms(use_true_random=False)


@st.composite
def full_contracts(draw: DrawFn) -> Contract:
    """Contracts that every host reads, with texts, assumptions, documents that differ."""
    contract, random = draw(contracts()), draw(randoms)
    rows = [_annotated(random, row) for row in contract.rows]
    numbers = sorted({row.document for row in rows})
    for number in numbers:
        if random.random() > 0.5:
            rows = [_as_document(random, row) if row.document == number else row for row in rows]
        terms = _random_terms(random)
        rows = [_with_terms(random, row, terms) if row.document == number else row for row in rows]
    if random.random() > 0.5:
        why = text(random).replace("\n", " ")
        for field in ("signed", "effective", "charge"):
            assumption = Assumption((field,), why)
            rows = [_assuming(row, assumption) for row in rows]
    used = {row.service for row in rows}
    return as_on_sheets(
        contract._replace(
            name=random.choice(["", text(random)]),
            currency=random.choice(["", "EUR", text(random)]),
            parties=tuple(text(random) for _ in range(random.randint(0, 4))),
            open_questions=tuple(text(random) for _ in range(random.randint(0, 4))),
            services=tuple(each for each in contract.services if each.name in used),
            rows=tuple(rows),
            not_held=tuple(each for each in (*contract.not_held, 7, 8) if random.random() > 0.3),
            purchases=tuple(random_purchase(random, contract) for _ in range(random.randint(0, 6))),
        )
    )


WRITTEN_CONTRACTS = counting_contracts(full_contracts())
"""The same, whose services also say how purchases add up."""


def random_purchase(random: Random, contract: Contract) -> Purchase:
    service = random.choice(contract.services).name
    if len(contract.services) == 1:
        service = random.choice(["", service])
    quantity = Decimal(random.randint(0, 10**6)).scaleb(-random.choice([0, 0, 2, 6]))
    return Purchase(quantity, random.choice(MONTH), service, random.choice(["", text(random)]))


def _annotated(random: Random, row: Row) -> Row:
    changed = {
        field: text(random) for field in ("clause", "source", "note") if random.random() > 0.6
    }
    row = row._replace(**changed)
    if random.random() > 0.7:
        fields = [f for f in ("charge", "signed", "ends", "price") if getattr(row, f) is not None]
        row = _assuming(row, Assumption((random.choice(fields),), text(random).replace("\n", " ")))
    return row


def _assuming(row: Row, assumption: Assumption) -> Row:
    if getattr(row, assumption.fields[0]) is None or assumption in row.assumed:
        return row
    return row._replace(assumed=(*row.assumed, assumption))


def _as_document(random: Random, row: Row) -> Row:
    """A row whose title or day is, now and then, another one than that of its document."""
    row = row._replace(ends=date(2029, 12, 31) if random.random() > 0.1 else row.ends)
    if random.random() > 0.8:
        row = row._replace(title=f"Annex {random.randint(1, 3)}")
    if random.random() > 0.8 and row.signed:
        row = row._replace(signed=row.signed + timedelta(days=1))
        if row.document == 0 and row.effective is None:
            row = row._replace(effective=row.signed)
    return row


class Terms(NamedTuple):
    """What a document may say of all its rows."""

    not_on_file: tuple[str, ...]
    increases: tuple[Increase, ...]


def _random_terms(random: Random) -> Terms:
    days = [day for day in ("signed", "effective", "ends") if random.random() > 0.85]
    return Terms(tuple(days), random.choice([(), random_increases(random)]))


def random_increases(random: Random) -> tuple[Increase, ...]:
    """Rises one after another; some follow an index, and the percent of some is not on file."""
    rises = []
    for since in sorted(random.sample(MONTH, random.choice([1, 1, 2, 4]))):
        percent = Decimal(random.randint(-50, 500)).scaleb(-random.choice([0, 1, 2]))
        floor, cap = random.choice([None, Decimal(1)]), random.choice([None, Decimal("2.5")])
        by_index = Increase(since, None, percent, floor, cap)
        rises.append(random.choice([Increase(since, percent), by_index, Increase(since)]))
    return tuple(rises)


def _with_terms(random: Random, row: Row, terms: Terms) -> Row:
    """A row with what its document says of it, unless it says otherwise."""
    if random.random() > 0.2:
        row = row._replace(not_on_file=terms.not_on_file, **dict.fromkeys(terms.not_on_file))
    if can_rise(row) and random.random() > 0.2:
        row = keep_increases(row._replace(increases=terms.increases, rounded=_rounded(random, row)))
    elif not row.increases and random.random() > 0.5:
        row = row._replace(increase=text(random).replace("\n", " "))
    row = keep_increases(row)
    gone = {each for each in row.assumed if getattr(row, each.fields[0]) is None}
    return row._replace(assumed=tuple(each for each in row.assumed if each not in gone))


def _rounded(random: Random, row: Row) -> int | None:
    """The decimals of the row's rises, which need to be said where it is printed without cents."""
    decimals = random.choice([None, None, 0, 2, 6])
    printed = row.unit_price is None or row.unit_price.as_tuple().exponent <= -2
    return decimals if printed or decimals is not None else 2


def as_on_sheets(contract: Contract) -> RandomContract:
    """The contract as it is read from its sheets, with the places of its rows."""
    contract = contract._replace(rows=tuple(map(as_readable, contract.rows)))
    read = read_sheets(sheets_of(contract)).contract
    assert read is not None, read_sheets(sheets_of(contract)).problems
    return RandomContract._make(read._replace(purchases=contract.purchases))


def edited_contract(random: Random, contract: Contract) -> RandomContract:
    """The contract after some edits of its sheets."""
    for _ in range(random.choice([1, 1, 2, 5])):
        contract = random.choice(EDITS)(random, contract)
    used = {row.service for row in contract.rows}
    services = tuple(each for each in contract.services if each.name in used)
    purchases = tuple(
        each if each.service in used or (not each.service and len(services) == 1) else
        each._replace(service=services[0].name)
        for each in contract.purchases
    )  # fmt: skip
    return as_on_sheets(contract._replace(services=services, purchases=purchases))


NO_FIGURES: dict[str, Any] = {
    **dict.fromkeys(("unit_price", "minimum", "maximum", "rounded")),
    "per": 1,
    "increases": (),
}


def _raised_otherwise(random: Random, contract: Contract) -> Contract:
    """Somebody changed one of the rows that a workbook has of a rise."""
    rows = [*dated_rows(contract)]
    raised = [at for at, row in enumerate(rows) if row.increase and row.unit_price is not None]
    for at in random.sample(raised, min(1, len(raised))):
        rows[at] = rows[at]._replace(unit_price=Decimal(7))
    if not raised:
        return _change(random, contract)
    return contract._replace(rows=_tiers_first(rows), not_held=())


def _held(random: Random, contract: Contract) -> Contract:
    """A document that was missing is found, or another one is missing."""
    numbers = {*contract.not_held} ^ {random.choice([7, 30])}
    free = numbers - {row.document for row in contract.rows}
    return contract._replace(not_held=tuple(sorted(free)))


def _change(random: Random, contract: Contract) -> Contract:
    rows = list(contract.rows)
    for at in random.sample(range(len(rows)), min(len(rows), random.choice([1, 1, 3]))):
        field = random.choice(
            ["clause", "source", "note", "title", "ends", "price", "assumed", "increases"]
        )
        new = {
            "increases": (),
            "ends": date(2030, 1, 1) if random.random() > 0.3 else None,
            "assumed": random.choice([(), (Assumption(("charge",), "a reading"),)]),
            "title": random.choice(["Another title", rows[at].title]),
        }
        if field == "price":
            rows[at] = rows[at]._replace(
                charge=Charge.PACKAGE, price=Decimal(5), percent=None, **NO_FIGURES
            )
        else:
            rows[at] = rows[at]._replace(**{field: new.get(field, random.choice(["", "changed"]))})
        if field in {"increases", "ends"}:
            rows[at] = rows[at]._replace(rounded=None, increases=())
        gone = [each for each in rows[at].assumed if getattr(rows[at], each.fields[0]) is None]
        kept = tuple(each for each in rows[at].assumed if each not in gone)
        rows[at] = rows[at]._replace(assumed=kept)
    return contract._replace(rows=tuple(rows))


def _add(random: Random, contract: Contract) -> Contract:
    rows = list(contract.rows)
    like = random.choice(rows)
    service = next(each for each in contract.services if each.name == like.service)
    number = random.choice([like.document, max(row.document for row in rows) + 1])
    unit_price = Decimal(random.randint(0, 10**7)).scaleb(-random.randint(0, 6))
    new = like._replace(
        document=number,
        title=f"Document {number}",
        quantity_from=3 * service.step,
        quantity_to=None,
        charge=Charge.PER_UNIT,
        price=None,
        percent=None,
        increase="",
        **{**NO_FIGURES, "unit_price": unit_price},
        clause="",
        assumed=(),
        source="",
        note="",
    )
    rows.insert(random.randint(0, len(rows)), new)
    return contract._replace(rows=_tiers_first(rows))


def _delete(random: Random, contract: Contract) -> Contract:
    rows = list(contract.rows)
    gone = random.choice(rows)
    if random.random() > 0.7:
        left = [row for row in rows if row.document != gone.document]
    else:
        left = [row for row in rows if row is not gone]
    return contract._replace(rows=tuple(left or rows))


def _sort(random: Random, contract: Contract) -> Contract:
    rows = list(contract.rows)
    random.shuffle(rows)
    return contract._replace(rows=_tiers_first(rows))


def _particulars(random: Random, contract: Contract) -> Contract:
    questions = list(contract.open_questions)
    questions.insert(random.randint(0, len(questions)), text(random))
    if random.random() > 0.5:
        questions.pop(random.randrange(len(questions)))
    return contract._replace(
        open_questions=tuple(questions),
        parties=random.choice([(), contract.parties[::-1], contract.parties]),
        name=random.choice([contract.name, "Renamed"]),
        currency=random.choice([contract.currency, "", "USD"]),
    )


def _service(random: Random, contract: Contract) -> Contract:
    """A service that is counted in something else or in another period, or has another name."""
    at = random.randrange(len(contract.services))
    services = list(contract.services)
    old = services[at]
    services[at] = old._replace(unit=random.choice(["", "hosts"]), name=f"{old.name} now")
    if random.random() > 0.5:
        services[at] = services[at]._replace(
            name=old.name,
            counted=random.choice(list(Counted)),
            limit=random.choice([None, 7 * old.step]),
        )
    name = services[at].name
    rows = [row._replace(service=name) if row.service == old.name else row for row in contract.rows]
    bought = [
        each._replace(service=name) if each.service == old.name else each
        for each in contract.purchases
    ]
    return contract._replace(services=tuple(services), rows=tuple(rows), purchases=tuple(bought))


def _purchases(random: Random, contract: Contract) -> Contract:
    purchases = list(contract.purchases)
    purchases.insert(random.randint(0, len(purchases)), random_purchase(random, contract))
    if random.random() > 0.6:
        purchases.pop(random.randrange(len(purchases)))
    if random.random() > 0.8:
        random.shuffle(purchases)
    return contract._replace(purchases=tuple(purchases))


EDITS = [
    *(_change, _change, _add, _delete, _sort, _particulars, _service, _purchases),
    *(_raised_otherwise, _held),
]


def _tiers_first(rows: list[Row]) -> tuple[Row, ...]:
    """As sheets have them."""
    return tuple(sorted(rows, key=lambda row: row.document > 0))


def commented(random: Random, file: str) -> str:
    """A file of `format_contract` with comments and blank lines anywhere, and its own ends of
    lines.
    """
    lines = []
    for number, statement in enumerate(split_statements(file)):
        lines += random.choices(
            [[], [f"# above {number}"], ["", f"  # apart {number}", ""]], [0.8, 0.1, 0.1]
        )[0]
        *first, last = statement.text.removesuffix("\n").split("\n")
        if first and last == "]":
            first = [_beside(random, f"item {number}", line) for line in first]
        beside = statement.text.strip() and random.random() > 0.8
        lines += [*first, f"{last}  # beside {number}" if beside else last]
    end = random.choice(["", "\n", "\n# at the end", "\n\n"])
    return ("\n".join(lines) + end).replace("\n", random.choice(["\n", "\n", "\n", "\r\n"]))


def _beside(random: Random, comment: str, line: str) -> str:
    return f"{line} # {comment}" if random.random() > 0.5 else line


def said_as_tables(random: Random, file: str) -> str:
    """The file with some of the assumptions of one line as tables."""

    def table(line: re.Match[str]) -> str:
        found = parse_assumed(tomllib.loads(line[0])["assumed"], date1904=False)
        written = assumed_table(found, {("signed",): "Signed "})
        if not written or random.random() > 0.5:
            return line[0]
        return f"assumed = {format_inline('assumed', written)}"

    return re.sub(r"^assumed = [\"'](?![\"']).*$", table, file, flags=re.MULTILINE)


Written = Callable[[Random, bytes], str]
"""Writes a contract file in another way."""


def with_comments(random: Random, file: bytes) -> str:
    return commented(random, said_as_tables(random, file.decode()))


class EditedFile(NamedTuple):
    """A contract file, its contract, and what it is to say after an edit."""

    text: str
    contract: Contract
    wanted: Contract

    def __repr__(self) -> str:
        return f"{self.text}\nis to say\n{self.wanted!r}"


@st.composite
def edited_files(draw: DrawFn, written: Written = with_comments) -> EditedFile:
    contract, random = draw(WRITTEN_CONTRACTS), draw(randoms)
    if random.random() > 0.7:  # every rise as rows of its own
        rows = _tiers_first([*dated_rows(contract)])
        contract = contract._replace(rows=rows, not_held=())
    text = written(random, serialize_contract(contract))
    contract = as_on_sheets(contract_in(text.encode()))  # each service in one spelling
    return EditedFile(text, contract, edited_contract(random, contract))


def contract_in(content: bytes) -> Contract:
    contract = read_toml(content).contract
    assert contract is not None
    return contract

"""Random contracts to files and back, and random edits into files full of comments."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any, NamedTuple

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.support.large_contracts import GROWTH, calls_of
from tests.support.random_contract_files import (
    WRITTEN_CONTRACTS,
    EditedFile,
    Written,
    as_on_sheets,
    commented,
    contract_in,
    edited_files,
    randoms,
    with_comments,
)
from tests.support.restyled_toml import in_lines, restyled
from tests.support.workbook_edits import BUILT, FIELDS, built
from xlfuncs.contracts.matching import is_same
from xlfuncs.contracts.toml_editor import count_comments, split_statements
from xlfuncs.contracts.update import Cells, serialize_contract, update_contract
from xlfuncs.pricing.contract import Charge, Contract, Purchase, Row, Service
from xlfuncs.sheets.draft import build_draft
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.sheets.contract import TITLE_ROW
from xlfuncs.xlsx.user_input import read_input


def cells_of(contract: Contract) -> Cells:
    """Cells for what rows do not say themselves."""
    return Cells(
        {}, {}, [{"quantity": f"Purchases!A{n}"} for n, _ in enumerate(contract.purchases)]
    )


def comments_in(text: str) -> Counter[str]:
    """The comments of `commented`, which no text of a contract looks like."""
    marks = ("# above ", "# apart ", "# beside ", "# item ", "# at the end")
    found = (line[line.index(mark) :] for line in text.splitlines() for mark in marks
             if mark in line)  # fmt: skip
    return Counter(found)


def test_a_new_file_says_what_the_sheets_say(contracts: int) -> None:
    @settings(max_examples=contracts)
    @given(WRITTEN_CONTRACTS)
    def says(contract: Contract) -> None:
        again = contract_in(serialize_contract(contract))
        assert is_same(again, contract)
        assert again.purchases == contract.purchases
        assert {each.name for each in again.services} == {each.name for each in contract.services}

    says()


def test_an_edit_goes_into_a_file_with_comments_and_all_of_them_stay(contracts: int) -> None:
    changed: Counter[bool] = Counter()

    @settings(max_examples=contracts)
    @given(edited_files())
    def goes(edit: EditedFile) -> None:
        file = edit.text.encode()
        assert "".join(each.text for each in split_statements(edit.text)) == edit.text
        content, changes = update_contract(file, edit.wanted, cells_of(edit.wanted))
        assert is_same(contract_in(content), edit.wanted)
        assert comments_in(content.decode()) == comments_in(edit.text)
        assert (content == file) == (not changes) == is_same(edit.contract, edit.wanted)
        again, none = update_contract(content, edit.wanted, cells_of(edit.wanted))
        assert (again, none) == (content, [])
        changed[bool(changes)] += 1

    goes()
    assert changed[True] > contracts / 10


def restyled_with_comments(random: Random, file: bytes) -> str:
    return commented(random, restyled(random, file.decode()))


def with_inline_tables(random: Random, file: bytes) -> str:
    return in_lines(random, file.decode())


@pytest.mark.parametrize("written", [restyled_with_comments, with_inline_tables])
def test_an_edit_goes_into_a_file_that_is_written_another_way(
    written: Written, contracts: int
) -> None:
    @settings(max_examples=max(1, contracts // 2))
    @given(edited_files(written))
    def goes(edit: EditedFile) -> None:
        file, contract, wanted = edit.text.encode(), edit.contract, edit.wanted
        assert update_contract(file, contract, cells_of(contract)) == (file, [])
        content, changes = update_contract(file, wanted, cells_of(wanted))
        assert is_same(contract_in(content), wanted)
        assert bool(changes) != is_same(contract, wanted)
        assert count_comments(edit.text) <= count_comments(content.decode())

    goes()


def test_amendments_may_get_other_numbers(contracts: int) -> None:
    @settings(max_examples=max(1, contracts // 10))
    @given(WRITTEN_CONTRACTS)
    def get(contract: Contract) -> None:
        rows = [row._replace(document=row.document and row.document + 20) for row in contract.rows]
        wanted = as_on_sheets(contract._replace(rows=tuple(rows)))
        _, changes = update_contract(serialize_contract(contract), wanted, cells_of(wanted))
        assert len(changes) == len({row.document for row in contract.amendments})
        assert all(".number: " in str(each) for each in changes)

    get()


NOTE = "an altogether new note"


@st.composite
def files_with_another_note(draw: DrawFn) -> EditedFile:
    contract, random = draw(WRITTEN_CONTRACTS), draw(randoms)
    at = random.randrange(len(contract.rows))
    rows = [*contract.rows]
    rows[at] = rows[at]._replace(note=NOTE)
    text = with_comments(random, serialize_contract(contract))
    return EditedFile(text, contract, contract._replace(rows=tuple(rows)))


def test_a_line_that_nothing_was_changed_of_is_still_there(contracts: int) -> None:
    """Of one change of one cell a file has but the lines of that change."""

    @settings(max_examples=max(1, contracts // 5))
    @given(files_with_another_note())
    def stays(edit: EditedFile) -> None:
        content, changes = update_contract(edit.text.encode(), edit.wanted, cells_of(edit.wanted))
        assert len(changes) == 1, changes
        lines, before = Counter(content.decode().splitlines()), Counter(edit.text.splitlines())
        added = list((lines - before).elements())
        assert [line.split("#")[0].strip() for line in added] == [f'note = "{NOTE}"']
        gone = list((before - lines).elements())
        [note] = [
            row.note
            for row, new in zip(edit.contract.rows, edit.wanted.rows, strict=True)
            if new.note == NOTE
        ]
        assert len(gone) <= (len(note.splitlines()) + 1 if note else 0)

    stays()


def test_real_workbooks_go_to_files_and_back(books: int) -> None:
    @settings(max_examples=books)
    @given(WRITTEN_CONTRACTS)
    def go(contract: Contract) -> None:
        book = built(contract)
        file = serialize_contract(read(book))
        again = contract_in(file)
        assert is_same(again, contract)
        rebuilt = build_workbook(build_draft(again), BUILT, WorkbookKind.BARE)
        assert read(rebuilt).purchases == contract.purchases
        assert update_contract(file, read(book), read_input(book).cells) == (file, [])

    go()


def read(book: bytes) -> Contract:
    filled = read_input(book)
    assert filled.reading.contract is not None, filled.reading.problems
    assert filled.unsupported == []
    return filled.reading.contract


Edit = tuple[str, str]
"""A sheet, and what is done to its rows."""

EDITS = st.lists(
    st.tuples(
        st.sampled_from(["Tiers", "Amendments"]),
        st.sampled_from(["type", "add", "delete", "sort", "amend"]),
    ),
    min_size=1,
    max_size=3,
)


class EditedBook(NamedTuple):
    """A contract file, and a workbook of it that was edited."""

    text: str
    edits: list[Edit]
    book: bytes

    def __repr__(self) -> str:
        return f"{self.text}\nedited: {self.edits}"


@st.composite
def edited_books(draw: DrawFn) -> EditedBook:
    contract, random = draw(WRITTEN_CONTRACTS), draw(randoms)
    text = with_comments(random, serialize_contract(contract))
    edits = draw(EDITS)
    return EditedBook(text, edits, edited_book(random, built(contract), edits))


def test_edited_workbooks_go_into_files_with_comments_and_to_new_workbooks(books: int) -> None:
    imported: Counter[bool] = Counter()

    @settings(max_examples=books)
    @given(edited_books())
    def go(edit: EditedBook) -> None:
        filled = read_input(edit.book)
        contract = filled.reading.contract
        imported[contract is not None] += 1
        if contract is None:
            return
        content, _ = update_contract(edit.text.encode(), contract, filled.cells)
        assert comments_in(content.decode()) == comments_in(edit.text)
        assert is_same(read(built(contract_in(content))), contract)

    go()
    assert imported[True] > books / 10


def edited_book(random: Random, content: bytes, edits: list[Edit]) -> bytes:
    """A workbook after what people do to rows: type, add, delete, sort."""
    book = openpyxl.load_workbook(BytesIO(content))
    for name, edit in edits:
        sheet = book[name]
        rows = [row for row in rows_of(sheet) if any(row)]
        if not rows:
            continue
        row = random.choice(rows)
        if edit == "type":
            row[FIELDS.index(random.choice(["clause", "note", "title"]))] = "typed"
        elif edit == "add":
            rows.append([*row])
        elif edit == "delete" and len(rows) > 1:
            rows.remove(row)
        elif edit == "amend" and sheet.title == "Amendments":
            rows.append([99, "Amendment 99", *row[2:]])
        else:
            random.shuffle(rows)
        fill(sheet, rows)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def rows_of(sheet: Any) -> list[list[Any]]:
    found = sheet.iter_rows(min_row=TITLE_ROW + 1, max_col=len(FIELDS), values_only=True)
    return [list(row) for row in found]


def fill(sheet: Any, rows: list[list[Any]]) -> None:
    for number in range(max(len(rows), sheet.max_row - TITLE_ROW)):
        values = rows[number] if number < len(rows) else [None] * len(FIELDS)
        for column, value in enumerate(values, 1):
            sheet.cell(TITLE_ROW + 1 + number, column).value = value


def large(rows: int) -> Contract:
    """A contract of some rows, in ten documents, and five purchases for each row."""
    day = date(2020, 1, 1)
    stated = tuple(
        Row(
            10 * number // rows,
            f"Document {10 * number // rows}",
            "Scanning",
            Decimal(10 * number + 1),
            Decimal(10 * number + 10),
            Charge.PER_UNIT,
            unit_price=Decimal(number) / 100,
            signed=day,
        )
        for number in range(rows)
    )
    purchases = tuple(
        Purchase(Decimal(number % 500 + 1), day + timedelta(number % 700), "", f"PO {number}")
        for number in range(5 * rows)
    )
    contract = Contract("Large", "LARGE", (Service("Scanning"),), stated, purchases=purchases)
    return as_on_sheets(contract)


def revise(contract: Contract) -> None:
    """Serialize the contract, and update its file to three others."""
    file = serialize_contract(contract)
    purchases = contract.purchases
    for wanted in (
        contract,
        contract._replace(
            purchases=purchases[::-1], rows=contract.rows[: len(purchases) // 10 : 2]
        ),
        contract._replace(purchases=tuple(each._replace(quantity=1) for each in purchases)),
    ):
        content, _ = update_contract(file, wanted, cells_of(wanted))
        assert is_same(contract_in(content), wanted)


def test_twice_the_rows_and_purchases_are_twice_the_work() -> None:
    few, many = (calls_of(revise, large(rows)) for rows in (40, 80))
    assert many < GROWTH * few, (few, many)

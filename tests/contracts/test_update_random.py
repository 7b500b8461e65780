"""Random contracts to files and back, and random edits into files full of comments."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random
from time import perf_counter
from typing import Any

import openpyxl
import pytest

from tests.support.random_imports import as_on_sheets, commented, edited_contract, full_contract
from tests.support.restyled_toml import in_lines, restyled
from tests.support.workbook_edits import BUILT, FIELDS, built
from xlfuncs.contracts.matching import is_same
from xlfuncs.contracts.toml_editor import count_comments, split_statements
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.contracts.update import Cells, serialize_contract, update_contract
from xlfuncs.pricing.contract import Charge, Contract, Purchase, Row, Service
from xlfuncs.sheets.input_cells import build_draft
from xlfuncs.sheets.records import Reading
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.sheets.contract import TITLE_ROW
from xlfuncs.xlsx.user_input import read_input


def contract_in(content: bytes) -> Contract:
    contract = read_toml(content).contract
    assert contract is not None
    return contract


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


def test_a_new_file_says_what_the_sheets_say(seed: int, contracts: int) -> None:
    random = Random(seed)
    for number in range(contracts):
        contract = as_on_sheets(full_contract(random))
        again = contract_in(serialize_contract(contract))
        assert is_same(again, contract), number
        assert again.purchases == contract.purchases
        assert {each.name for each in again.services} == {each.name for each in contract.services}


def test_an_edit_goes_into_a_file_with_comments_and_all_of_them_stay(
    seed: int, contracts: int
) -> None:
    random = Random(seed)
    changed = 0
    for number in range(contracts):
        contract = as_on_sheets(full_contract(random))
        text = commented(random, serialize_contract(contract).decode())
        assert "".join(each.text for each in split_statements(text)) == text
        wanted = as_on_sheets(edited_contract(random, contract))
        content, changes = update_contract(text.encode(), wanted, cells_of(wanted))
        assert is_same(contract_in(content), wanted), number
        assert comments_in(content.decode()) == comments_in(text), number
        assert (content == text.encode()) == (not changes) == is_same(contract, wanted), number
        again, none = update_contract(content, wanted, cells_of(wanted))
        assert (again, none) == (content, [])
        changed += bool(changes)
    assert changed > contracts / 2


@pytest.mark.parametrize("written", [restyled, in_lines])
def test_an_edit_goes_into_a_file_that_is_written_another_way(
    written: Callable[[Random, str], str], seed: int, contracts: int
) -> None:
    random = Random(seed)
    for number in range(contracts // 2):
        contract = as_on_sheets(full_contract(random))
        text = written(random, serialize_contract(contract).decode())
        text = commented(random, text) if written is restyled else text
        contract = as_on_sheets(contract_in(text.encode()))  # each service in one spelling
        assert update_contract(text.encode(), contract, cells_of(contract)) == (text.encode(), [])
        wanted = as_on_sheets(edited_contract(random, contract))
        content, changes = update_contract(text.encode(), wanted, cells_of(wanted))
        assert is_same(contract_in(content), wanted), number
        assert bool(changes) != is_same(contract, wanted)
        assert count_comments(text) <= count_comments(content.decode()), number


def test_amendments_may_get_other_numbers(seed: int, contracts: int) -> None:
    random = Random(seed)
    for _ in range(contracts // 10):
        contract = as_on_sheets(full_contract(random))
        rows = [row._replace(document=row.document and row.document + 20) for row in contract.rows]
        wanted = as_on_sheets(contract._replace(rows=tuple(rows)))
        file = serialize_contract(contract)
        _, changes = update_contract(file, wanted, cells_of(wanted))
        assert len(changes) == len({row.document for row in contract.amendments})
        assert all(".number: " in str(each) for each in changes)


def test_a_line_that_nothing_was_changed_of_is_still_there(seed: int, contracts: int) -> None:
    """Of one change of one cell a file has but the lines of that change."""
    random = Random(seed)
    for _ in range(contracts // 5):
        contract = as_on_sheets(full_contract(random))
        text = commented(random, serialize_contract(contract).decode())
        rows = list(contract.rows)
        at = random.randrange(len(rows))
        rows[at] = rows[at]._replace(note="an altogether new note")
        wanted = contract._replace(rows=tuple(rows))
        content, changes = update_contract(text.encode(), wanted, cells_of(wanted))
        assert len(changes) == 1, changes
        lines, before = Counter(content.decode().splitlines()), Counter(text.splitlines())
        added = list((lines - before).elements())
        assert [line.split("#")[0].strip() for line in added] == ['note = "an altogether new note"']
        gone = list((before - lines).elements())
        note = contract.rows[at].note
        assert len(gone) <= (len(note.splitlines()) + 1 if note else 0)


def test_real_workbooks_go_to_files_and_back(seed: int, books: int) -> None:
    random = Random(seed)
    for number in range(books):
        contract = as_on_sheets(full_contract(random))
        book = built(contract)
        file = serialize_contract(read(book))
        assert is_same(contract_in(file), contract), number
        assert read(
            build_workbook(build_draft(contract_in(file)), BUILT, WorkbookKind.BARE)
        ).purchases == (contract.purchases)
        assert update_contract(file, read(book), read_input(book).cells) == (file, [])


def read(book: bytes) -> Contract:
    filled = read_input(book)
    assert filled.reading.contract is not None, filled.reading.problems
    assert filled.unsupported == []
    return filled.reading.contract


def test_edited_workbooks_go_into_files_with_comments_and_to_new_workbooks(
    seed: int, books: int
) -> None:
    random = Random(seed)
    imported = 0
    for number in range(books):
        contract = as_on_sheets(full_contract(random))
        text = commented(random, serialize_contract(contract).decode())
        book = edited_book(random, built(contract))
        reading: Reading = read_input(book).reading
        if reading.contract is None:
            continue
        content, _ = update_contract(text.encode(), reading.contract, read_input(book).cells)
        assert comments_in(content.decode()) == comments_in(text), number
        again = read(built(contract_in(content)))
        assert is_same(again, reading.contract), number
        imported += 1
    assert imported > books / 4


def edited_book(random: Random, content: bytes) -> bytes:
    """A workbook after what people do to rows: type, add, delete, sort."""
    book = openpyxl.load_workbook(BytesIO(content))
    for _ in range(3):
        sheet = book[random.choice(["Tiers", "Amendments"])]
        rows = [row for row in rows_of(sheet) if any(row)]
        if not rows:
            continue
        edit = random.choice(["type", "add", "delete", "sort", "amend"])
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


@pytest.fixture(scope="module")
def large() -> Contract:
    """A contract of 1,000 rows and 5,000 purchases."""
    day = date(2020, 1, 1)
    rows = tuple(
        Row(
            number // 100,
            f"Document {number // 100}",
            "Scanning",
            Decimal(10 * number + 1),
            Decimal(10 * number + 10),
            Charge.PER_UNIT,
            unit_price=Decimal(number) / 100,
            signed=day,
        )
        for number in range(1000)
    )
    purchases = tuple(
        Purchase(Decimal(number % 500 + 1), day + timedelta(number % 700), "", f"PO {number}")
        for number in range(5000)
    )
    contract = Contract("Large", "LARGE", (Service("Scanning"),), rows, purchases=purchases)
    return as_on_sheets(contract)


def test_a_large_contract_takes_seconds(large: Contract) -> None:
    began = perf_counter()
    file = serialize_contract(large)
    for wanted in (
        large,
        large._replace(purchases=large.purchases[::-1], rows=large.rows[:500:2]),
        large._replace(purchases=tuple(each._replace(quantity=1) for each in large.purchases)),
    ):
        content, _ = update_contract(file, wanted, cells_of(wanted))
        assert is_same(contract_in(content), wanted)
    assert perf_counter() - began < 60

"""Ledgers of purchases that add up, by the command line: each line after those before it."""

from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.support.cli_runner import Run
from tests.support.csv_ledgers import read
from tests.support.sql_engines import DuckDB, Engine

AGREEMENT = """\
[contract]
name = "Example"
prefix = "ACME"

[[services]]
name = "Storage"
unit = "GB"
counted = "{counted}"

[agreement]
title = "Agreement"
dated = {dated}
"""


def tier(first: int, last: int | str, charge: str, **figures: str) -> str:
    """A row of the agreement."""
    to = f'"{last}"' if isinstance(last, str) else last
    cells = {"clause": '"1"', "quantity_from": first, "quantity_to": to, "charge": f'"{charge}"'}
    cells |= figures
    return "\n".join(
        ["", "[[agreement.tiers]]", *(f"{name} = {cell}" for name, cell in cells.items()), ""]
    )


TIERS = tier(1, 100, "graduated", unit_price="10.00") + tier(
    101, "or more", "graduated", unit_price="8.00"
)
"""The first 100 cost 10.00 each, those above 8.00."""


def write_contract(
    folder: Path, rows: str = TIERS, counted: str = "year", dated: str = "2020-01-01"
) -> Path:
    path = folder / "contract.toml"
    path.write_text(AGREEMENT.format(counted=counted, dated=dated) + rows)
    return path


def priced(run: Run, folder: Path, ledger: str, *options: str) -> list[dict[str, str]]:
    """The lines of a ledger, each with its answer."""
    (folder / "ledger.csv").write_text(ledger)
    ran = run("batch", folder / "ledger.csv", "-c", folder / "contract.toml", *options)
    assert ran.status in {0, 1}, ran.err
    return read(ran.out)


@pytest.mark.parametrize(
    ("counted", "dated", "first", "last", "after"),
    [
        ("month", "2020-01-01", "2020-02-01", "2020-02-29", "2020-03-01"),
        ("quarter", "2020-01-01", "2020-01-01", "2020-03-31", "2020-04-01"),
        ("quarter", "2020-01-01", "2020-10-01", "2020-12-31", "2021-01-01"),
        ("year", "2019-03-15", "2020-01-01", "2020-12-31", "2021-01-01"),
        ("contract year", "2019-03-15", "2020-03-15", "2021-03-14", "2021-03-15"),
        ("contract year", "2020-02-29", "2020-02-29", "2021-02-28", "2021-03-01"),
        ("contract year", "2020-02-29", "2023-03-01", "2024-02-28", "2024-02-29"),
    ],
)
def test_the_last_day_of_a_period_counts_with_it_and_the_day_after_begins_another(
    counted: str, dated: str, first: str, last: str, after: str, tmp_path: Path, run: Run
) -> None:
    write_contract(tmp_path, counted=counted, dated=dated)
    ledger = f"Qty,Date\n20,{after}\n20,{last}\n90,{first}\n"
    found = priced(run, tmp_path, ledger)
    told = [(line["Price"], line["Bought before"]) for line in found]
    assert told == [("200.00", "0"), ("180.00", "90"), ("900.00", "0")]
    assert found[1]["Reason"].startswith("after 90 bought before in the ")


def test_a_term_has_no_end_of_a_year(tmp_path: Path, run: Run) -> None:
    write_contract(tmp_path, counted="term")
    found = priced(run, tmp_path, "Qty,Date\n90,2020-06-01\n20,2029-06-01\n")
    assert [line["Price"] for line in found] == ["900.00", "180.00"]
    assert found[1]["Reason"].startswith("after 90 bought before in the term")


def test_a_contract_year_needs_the_date_of_the_agreement(tmp_path: Path, run: Run) -> None:
    write_contract(tmp_path, counted="contract year", dated='"not on file"')
    [line] = priced(run, tmp_path, "Qty,Date\n90,2020-06-01\n")
    assert (line["Outcome"], line["Price"], line["Bought before"]) == ("not determinable", "", "")
    begins = "the contract year begins on the agreement's date, which is not on file"
    assert line["Reason"] == f"what was bought before is not known: {begins}."


def test_what_goes_beyond_the_limit_has_no_price(tmp_path: Path, run: Run) -> None:
    path = write_contract(tmp_path)
    path.write_text(path.read_text().replace("\n[agreement]", "limit = 100\n\n[agreement]"))
    found = priced(run, tmp_path, "Qty,Date\n90,2020-06-01\n11,2020-06-02\n10,2021-01-01\n")
    assert [(line["Outcome"], line["Price"]) for line in found] == [
        ("price", "900.00"),
        ("no price", ""),
        ("price", "100.00"),
    ]
    assert found[1]["Reason"].startswith("after 90 bought before in the calendar year")
    assert "; these units go beyond the limit of 100 GB" in found[1]["Reason"]


ORDER = "on this day the order of lines decides"


@pytest.mark.parametrize(
    ("rows", "lines", "prices", "is_said"),
    [
        (TIERS, ("90", "20"), ("900.00", "180.00"), True),
        (TIERS, ("20", "90"), ("200.00", "880.00"), True),
        (TIERS, ("50", "50"), ("500.00", "500.00"), False),
        (TIERS, ("50", "51"), ("500.00", "508.00"), True),
        # the first line alone pays for the package, or what the units begin with
        (tier(1, 100, "package", price="500.00"), ("10", "20"), ("500.00", ""), True),
        (
            tier(0, 0, "package", price="100.00") + tier(1, 100, "graduated", unit_price="10.00"),
            ("10", "20"),
            ("200.00", "200.00"),
            True,
        ),
        (tier(1, 100, "per unit", unit_price="10.00"), ("10", "20"), ("100.00", "200.00"), False),
        # no units have no price by themselves, and cost nothing after others
        (TIERS, ("0", "20"), ("", "200.00"), False),
        (TIERS, ("20", "0"), ("200.00", "0.00"), False),
    ],
)
def test_the_order_of_a_day_is_said_where_it_decides(
    rows: str,
    lines: tuple[str, str],
    prices: tuple[str, str],
    is_said: bool,
    tmp_path: Path,
    run: Run,
) -> None:
    write_contract(tmp_path, rows)
    ledger = "Qty,Date\n" + "".join(f"{quantity},2020-06-01\n" for quantity in lines)
    found = priced(run, tmp_path, ledger)
    assert tuple(line["Price"] for line in found) == prices
    for line in found:
        is_said_here = is_said or line["Qty"] == "0"
        if line["Outcome"] != "not determinable":
            assert (ORDER in line["Reason"]) == is_said_here, line


def test_what_the_units_begin_with_is_paid_on_the_first_day_alone(tmp_path: Path, run: Run) -> None:
    begins = tier(0, 0, "package", price="100.00")
    write_contract(tmp_path, begins + tier(1, 100, "graduated", unit_price="10.00"))
    ledger = "Qty,Date\n10,2020-06-01\n20,2020-06-02\n30,2020-06-02\n"
    found = priced(run, tmp_path, ledger)
    assert [line["Price"] for line in found] == ["200.00", "200.00", "300.00"]
    assert not any(ORDER in line["Reason"] for line in found)


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (
            "x,2020-06-01,1",
            "1 line (line 2) before it in the same calendar year with a quantity that cannot",
        ),
        ("-5,2020-06-01,-50", "1 line (line 2) before it in the same calendar year with a quan"),
        (
            "5,2020-06-02,50\nx,2020-06-02,1\nx,2020-06-01,1",
            "2 lines (the first is line 3) before it in the same calendar year with a quantity",
        ),
        ("5,,50", "1 line (line 2) without a date that can be read"),
        ("5,2020-06-99,50\n5,,50", "2 lines (the first is line 2) without a date that can be rea"),
    ],
)
def test_what_was_bought_before_is_not_guessed(
    before: str, why: str, tmp_path: Path, run: Run
) -> None:
    write_contract(tmp_path)
    *_, last = priced(run, tmp_path, f"Qty,Date,Paid\n{before}\n10,2020-06-02,100\n")
    assert (last["Outcome"], last["Bought before"]) == ("not determinable", "")
    assert last["Reason"].startswith(f"what was bought before is not known: {why}")


def test_a_line_of_several_files_is_not_named_by_its_number(tmp_path: Path, run: Run) -> None:
    contract = write_contract(tmp_path)
    files = [tmp_path / name for name in ("a.csv", "b.csv")]
    for file, line in zip(files, ("x,2020-06-01", "10,2020-06-02"), strict=True):
        file.write_text(f"Qty,Date\n{line}\n")
    *_, last = read(run("batch", *files, "-c", contract).out)
    assert last["Reason"].startswith(
        "what was bought before is not known: 1 line before it in the same calendar year"
    )


def test_a_credit_of_what_adds_up_is_not_priced_and_touches_no_earlier_line(
    tmp_path: Path, run: Run
) -> None:
    write_contract(tmp_path)
    found = priced(run, tmp_path, "Qty,Date,Paid\n10,2020-06-01,100\n10,2020-06-02,-100\n")
    assert [line["Price"] for line in found] == ["100.00", ""]
    assert found[1]["Reason"] == "a credit has the price of the purchase that it undoes."


def test_a_line_without_a_service_may_be_of_any(tmp_path: Path, run: Run) -> None:
    path = write_contract(tmp_path, TIERS.replace("clause", 'service = "Storage"\nclause'))
    more = '[[services]]\nname = "Support"\n\n[agreement]'
    row = tier(1, "or more", "per unit", unit_price="3.00", service='"Support"')
    path.write_text(path.read_text().replace("[agreement]", more) + row)
    ledger = "Qty,Date,Service\n10,2020-06-01,Storage\n10,2020-06-01,Support\n"
    found = priced(run, tmp_path, ledger)
    assert [(line["Price"], line["Bought before"]) for line in found] == [
        ("100.00", "0"),
        ("30.00", ""),  # what does not add up has nothing bought before
    ]
    found = priced(run, tmp_path, f"{ledger}10,2020-06-01,\n")
    assert [line["Outcome"] for line in found] == ["not determinable", "price", "bad input"]
    assert found[0]["Reason"] == (
        "what was bought before is not known: 1 line (line 4) without a service."
    )


def test_a_blank_line_or_a_total_is_no_purchase_that_counts(tmp_path: Path, run: Run) -> None:
    write_contract(tmp_path)
    found = priced(run, tmp_path, "Qty,Date\n90,2020-06-01\n,\nTotal,\n20,2020-06-02\n")
    assert [line["Price"] for line in found] == ["900.00", "", "", "180.00"]


def test_the_foot_of_a_page_is_no_purchase_that_counts(tmp_path: Path, run: Run) -> None:
    """A line that says neither what was bought nor when, how much and for what."""
    write_contract(tmp_path)
    foot = "Qty,Date,Note\n90,2020-06-01,a\n,,Page 1 of 2\n20,2020-06-02,b\n"
    found = priced(run, tmp_path, foot)
    assert [line["Price"] for line in found] == ["900.00", "", "180.00"]
    assert found[1]["Reason"].startswith("line 3: quantity is blank")
    found = priced(run, tmp_path, foot.replace(",,Page 1 of 2", "7,,Page 1 of 2"))
    assert {line["Price"] for line in found} == {""}


def test_several_files_add_up_in_their_order(tmp_path: Path, run: Run) -> None:
    contract = write_contract(tmp_path)
    for name, quantity in (("a.csv", 90), ("b.csv", 20)):
        (tmp_path / name).write_text(f"Qty,Date\n{quantity},2020-06-01\n")
    for names, prices in (
        (("a.csv", "b.csv"), ["900.00", "180.00"]),
        (("b.csv", "a.csv"), ["200.00", "880.00"]),
    ):
        ran = run("batch", *(tmp_path / name for name in names), "-c", contract)
        assert [line["Price"] for line in read(ran.out)] == prices


@pytest.mark.parametrize("kind", [".xlsx", ".parquet"])
def test_what_was_bought_before_is_a_figure_in_every_kind_of_file(
    kind: str, tmp_path: Path, run: Run
) -> None:
    contract, out = write_contract(tmp_path), tmp_path / f"out{kind}"
    (tmp_path / "l.csv").write_text("Qty,Date\n90,2020-06-01\n20,2020-06-01\n7,2019-06-01\n")
    assert run("batch", tmp_path / "l.csv", "-c", contract, "-o", out).status == 0
    if kind == ".xlsx":
        titles, *rows = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
    else:
        relation = duckdb.read_parquet(str(out))
        titles, rows = relation.columns, relation.fetchall()
    assert list(titles)[2:4] == ["Bought before", "Price"]
    told = [(row[2], row[3] if row[3] is None else float(row[3])) for row in rows]
    assert told == [(0, 900.0), (90, 180.0), (0, None)]


def test_what_was_bought_before_has_only_the_decimals_that_it_needs(
    tmp_path: Path, run: Run
) -> None:
    contract = write_contract(tmp_path)
    contract.write_text(contract.read_text().replace('"GB"', '"GB"\nstep = 0.5\npart_units = "up"'))
    days = ("2020-06-01", "2020-06-02", "2020-06-03")
    lines = zip(("3.2", "16.5", "1"), days, strict=True)
    ledger = "".join(f"{quantity},{day}\n" for quantity, day in lines)
    told = priced(run, tmp_path, f"Qty,Date\n{ledger}")
    assert [line["Bought before"] for line in told] == ["0", "3.5", "20"]
    assert told[2]["Reason"].startswith("after 20 bought before")


def test_there_is_no_such_column_where_nothing_adds_up(tmp_path: Path, run: Run) -> None:
    write_contract(tmp_path, counted="purchase")
    [line] = priced(run, tmp_path, "Qty,Date\n90,2020-06-01\n")
    assert "Bought before" not in line


# A table in a database, where a column says in which order lines of one day were bought.


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return DuckDB() if request.param == "duckdb" else request.getfixturevalue("spark")


TYPES = {"number": "INT", "q": "INT", "day": "DATE", "place": "INT"}
LINES = ((1, 90), (2, 20))
UNSAID = "the order of that day's purchases decides, and "


@pytest.mark.parametrize(
    ("places", "prices", "why"),
    [
        ((1, 2), ["900.00", "180.00"], ""),
        ((2, 1), ["880.00", "200.00"], ""),
        ((-3, 7), ["900.00", "180.00"], ""),
        ((1, 1), [None, None], "the column for it is blank or the same on several of them."),
        ((None, 1), [None, None], "the column for it is blank or the same on several of them."),
        ((None, None), [None, None], "the column for it is blank or the same on several of them."),
        (None, [None, None], "no column says it."),
    ],
)
def test_a_price_needs_an_order_where_it_decides_and_no_two_lines_share_a_place(
    places: tuple[int | None, int | None] | None,
    prices: list[str | None],
    why: str,
    engine: Engine,
    tmp_path: Path,
    run: Run,
) -> None:
    contract = write_contract(tmp_path)
    options = ("--order", "place") if places else ()
    statement = run(
        *("sql", "-c", contract, "--dialect", engine.dialect),
        *("--quantity", "q", "--purchased", "day", *options),
    ).out
    rows = [
        (*line, date(2020, 6, 1), place)
        for line, place in zip(LINES, places or (None, None), strict=True)
    ]
    later = (3, 10, date(2020, 6, 2), None)
    *found, last = engine.ask(statement, "ledger", TYPES, [*rows, later])
    told = [line["contract_price"] for line in found]
    assert [None if price is None else str(price) for price in told] == prices
    if why:
        assert [line["contract_reason"] for line in found] == [UNSAID + why] * 2
    else:
        assert all(ORDER in line["contract_reason"] for line in found)
    # whatever their order was, both came before it
    assert (str(last["contract_price"]), last["contract_bought_before"]) == ("80.00", 110)


def test_a_line_of_nothing_needs_an_order_among_others_of_its_day(
    engine: Engine, tmp_path: Path, run: Run
) -> None:
    rows = tier(0, 4, "per unit", unit_price="5.00", minimum="40.00") + tier(
        5, "or more", "per unit", unit_price="4.00"
    )
    contract, day = write_contract(tmp_path, rows), date(2020, 6, 2)
    lines = [(1, 4, date(2020, 6, 1), 1), (2, 0, day, 2), (3, 1, day, 3)]
    for options, price in ((("--order", "place"), "40.00"), ((), "None")):
        statement = run(
            *("sql", "-c", contract, "--dialect", engine.dialect),
            *("--quantity", "q", "--purchased", "day", *options),
        ).out
        found = engine.ask(statement, "ledger", TYPES, lines)
        assert [str(line["contract_price"]) for line in found] == ["40.00", price, "4.00"]


def test_lines_alike_in_place_are_priced_where_their_order_does_not_decide(
    engine: Engine, tmp_path: Path, run: Run
) -> None:
    contract, day = write_contract(tmp_path), date(2020, 6, 1)
    for options in (("--order", "place"), ()):
        statement = run(
            *("sql", "-c", contract, "--dialect", engine.dialect),
            *("--quantity", "q", "--purchased", "day", *options),
        ).out
        found = engine.ask(statement, "ledger", TYPES, [(1, 40, day, 1), (2, 60, day, 1)])
        assert [str(line["contract_price"]) for line in found] == ["400.00", "600.00"]

"""Times prices, start-up, build and hosts, each beside something run in the same minute.

    python -m tests.bench [--runs N] [--rows N ...] [--purchases N] [--without-calc]
                          [--without-excel] [--without-names]
                          [--lines N] [--memory-lines N ...]
                          [--large-rows N ...] [--services N] [--services-lines N] [--only-large]
                          [--without-addin] [--only-addin]

Figures are medians; what matters is the ratio, because machines and minutes differ.
"""

import argparse
import os

from rich.console import Console

from tests.bench.calc import in_calc
from tests.bench.commands import building, many_purchases, start_up
from tests.bench.lambdas import by_names
from tests.bench.large_contracts import large
from tests.bench.ledgers import ledgers, memory
from tests.bench.many_services import ledger_of_many_services
from tests.bench.office_addin import in_the_page
from tests.bench.prices import prices
from tests.bench.xlwings_server import by_com


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs of each figure")
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[10, 1_000, 10_000], help="amendment rows"
    )
    parser.add_argument("--without-calc", action="store_true", help="leave LibreOffice out")
    parser.add_argument("--without-excel", action="store_true", help="leave Wine out")
    parser.add_argument("--without-names", action="store_true", help="leave IronCalc out")
    parser.add_argument("--purchases", type=int, default=10_000, help="rows of a large workbook")
    parser.add_argument("--lines", type=int, default=1_048_575, help="lines of a ledger")
    parser.add_argument(
        "--memory-lines",
        type=int,
        nargs="*",
        default=[1_000_000, 10_000_000],
        help="lines of the ledgers whose memory is measured",
    )
    parser.add_argument(
        "--large-rows",
        type=int,
        nargs="*",
        default=[1_250, 2_500, 5_000],
        help="rows of the contracts for which growth is measured",
    )
    parser.add_argument(
        "--services", type=int, default=50, help="services of a contract with a long price list"
    )
    parser.add_argument("--services-lines", type=int, default=200_000, help="lines of its ledger")
    parser.add_argument(
        "--only-large", action="store_true", help="measure nothing but that growth and that ledger"
    )
    parser.add_argument("--without-addin", action="store_true", help="leave Chromium out")
    parser.add_argument(
        "--only-addin", action="store_true", help="measure nothing but an Office add-in"
    )
    chosen = parser.parse_args()
    # an installed program is compiled; with this set, ours would be compiled in each run
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    console = Console()
    if chosen.only_addin:
        console.print(in_the_page(chosen.runs))
        return
    if chosen.large_rows:
        console.print(large(chosen.large_rows))
    console.print(ledger_of_many_services(chosen.services, chosen.services_lines))
    if chosen.only_large:
        return
    console.print(prices(chosen.rows, chosen.runs))
    console.print(start_up(chosen.runs))
    console.print(building(chosen.runs))
    console.print(many_purchases(chosen.purchases))
    console.print(ledgers(chosen.lines, min(chosen.runs, 5)))
    console.print(memory(chosen.memory_lines))
    if not chosen.without_calc:
        console.print(in_calc(chosen.runs))
    if not chosen.without_excel:
        console.print(by_com(chosen.runs))
    if not chosen.without_names:
        console.print(by_names())
    if not chosen.without_addin:
        console.print(in_the_page(chosen.runs))


if __name__ == "__main__":
    main()

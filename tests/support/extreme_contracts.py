"""Random contracts and purchases with figures at the ends of what a cell may hold."""

from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.support.random_contracts import MOST_STEPS, days, readable_contracts
from xlfuncs.pricing.contract import Contract, Purchase, Row, Service, fits_figure
from xlfuncs.sheets.schema import KeyPlace
from xlfuncs.xlsx.lambdas.calculation_limits import find_uncountable_rows

MOST_DIGITS, MOST_DECIMALS = 15, 6

STEPS = st.sampled_from(
    [
        *map(Decimal, ("1", "1", "1", "25", "0.5", "0.25", "0.001", "0.123456", "0.000001")),
        Decimal("1000.5"),
    ]
)
TIMES = st.sampled_from([10**digits for digits in (0, 0, 1, 3, 6, 9, 11)])
PERCENTS = st.sampled_from(
    [
        *map(Decimal, ("0", "0.0001", "0.5", "1", "1.0001", "15", "33.3333", "12.34567")),
        *map(Decimal, ("99.9999", "100")),
    ]
)


@st.composite
def figures(draw: DrawFn, most_decimals: int) -> Decimal:
    """Figures of up to 15 digits, the longest of which are nines or end in a half."""
    digits = draw(st.integers(1, MOST_DIGITS))
    whole = st.sampled_from([5 * 10 ** (digits - 1), 10**digits - 1])
    any_whole = st.integers(0, 10**digits - 1)
    return Decimal(draw(any_whole | whole)).scaleb(-draw(st.integers(0, most_decimals)))


MONEY, UNIT_PRICES, WHOLE = figures(2), figures(MOST_DECIMALS), figures(0)


@st.composite
def extreme_contracts(draw: DrawFn, purchases: int) -> Contract:
    """Contracts that can be built: formulas can count all of their rows."""
    contract = draw(readable_contracts())
    services = {each.name: each._replace(step=draw(STEPS)) for each in contract.services}
    times = {each.name: draw(TIMES) for each in contract.services}
    steps = {each.name: each.step for each in contract.services}
    rows = []
    for number, row in enumerate(contract.rows):
        more = services[row.service].step / steps[row.service] * times[row.service]
        first = row.quantity_from * more
        last = None if row.quantity_to is None else row.quantity_to * more
        if not all(fits_figure(each) for each in (first, last) if each is not None):
            first, last = Decimal(0), None
        where = KeyPlace(f"row {number}", {})
        ranged = row._replace(quantity_from=first, quantity_to=last, clause=f"{number}")
        rows.append(_with_figures(draw, ranged._replace(place=where)))
    extreme = contract._replace(services=tuple(services.values()), rows=tuple(rows))
    assume(not any(find_uncountable_rows(extreme)))
    bought = tuple(_purchase(draw, extreme) for _ in range(purchases))
    return extreme._replace(purchases=bought)


def _with_figures(draw: DrawFn, row: Row) -> Row:
    """The row with other figures where it states some, which do not rise."""
    bounds = [each for each in ("minimum", "maximum") if getattr(row, each) is not None]
    return row._replace(
        price=None if row.price is None else draw(MONEY),
        unit_price=None if row.unit_price is None else draw(UNIT_PRICES),
        percent=None if row.percent is None else draw(PERCENTS),
        **dict(zip(bounds, sorted(draw(MONEY) for _ in bounds), strict=True)),
        increases=(),
        rounded=None,
    )


def _purchase(draw: DrawFn, contract: Contract) -> Purchase:
    service: Service = draw(st.sampled_from(contract.services))
    most = max(row.quantity_from for row in contract.rows if row.service == service.name)
    quantity = draw(
        st.one_of(
            st.integers(0, MOST_STEPS).map(lambda count: service.step * count),
            st.integers(0, 3).map(lambda count: most + service.step * count),
            st.integers(0, MOST_DIGITS).map(lambda digits: service.step * 10**digits),
            WHOLE.map(lambda count: service.step * count),
            UNIT_PRICES,
        )
    )
    asked = quantity if fits_figure(quantity) else service.step
    return Purchase(asked, draw(days), service.name)

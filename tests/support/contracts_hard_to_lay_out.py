"""Contracts in code, each with something that makes a workbook hard to lay out."""

from datetime import date, timedelta
from decimal import Decimal

from xlfuncs.pricing.contract import Charge, Contract, PartUnits, Purchase, Row, Service

LONG = "Enterprise Vulnerability Management and Continuous Monitoring, Premium Edition"


def row(service: str, first: int | str, last: int | str | None, **stated: object) -> Row:
    upper = None if last is None else Decimal(last)
    values = {"document": 0, "title": "Agreement", "clause": "1", **stated}
    return Row(service=service, quantity_from=Decimal(first), quantity_to=upper, **values)


def yearly_changes(years: int) -> Contract:
    """One price, changed every year: more stretches of days than a chart has labels for."""
    rows = [
        row(
            "Guaranteed maximum",
            1,
            1,
            document=year,
            title=f"Change order {year}" if year else "Agreement",
            charge=Charge.PACKAGE,
            price=Decimal(1_000_000_000) + year * 10_000_000,
            signed=date(2000 + year, 1, 15),
            effective=date(2000 + year, 2, 1),
        )
        for year in range(years)
    ]
    return Contract("Construction", "GMP", (Service("Guaranteed maximum"),), tuple(rows))


def slabs_of_long_names() -> Contract:
    """Three services, with names that no cell holds on one line, and many slabs."""
    services = tuple(Service(f"{LONG} {number}", "units") for number in (1, 2, 3))
    rows = tuple(
        row(
            service.name,
            1000 * slab + 1,
            None if slab == 11 else 1000 * slab + 1000,
            charge=Charge.GRADUATED,
            unit_price=Decimal(20 - slab) / 8,
            signed=date(2024, 1, 1),
        )
        for service in services
        for slab in range(12)
    )
    purchase = Purchase(Decimal(2500), date(2024, 7, 15), services[1].name, "PO 2024-000123")
    return Contract("Slabs & more", "SLABS", services, rows, "EUR", purchases=(purchase,))


def undated() -> Contract:
    """An agreement that counts from the beginning, and names no day at all."""
    rows = (row("Scanning", 1, None, charge=Charge.PER_UNIT, unit_price=Decimal("2.5")),)
    return Contract("Undated", "UNDATED", (Service("Scanning", "IPs"),), rows)


def parts_of_hours() -> Contract:
    """Quantities with decimals, and prices of twelve digits."""
    service = Service("Support", "hours", Decimal("0.001"), PartUnits.UP)
    day = date(2024, 1, 1)
    rows = (
        row("Support", "0.001", "10.5", charge=Charge.PER_UNIT, unit_price=Decimal("3.123456"),
            signed=day),
        row("Support", "10.501", None, charge=Charge.PACKAGE, price=Decimal("123456789012.34"),
            signed=day),
    )  # fmt: skip
    purchases = (Purchase(Decimal("7.3456"), day + timedelta(30)),)
    return Contract("Hours " * 40, "HOURS", (service,), rows, "USD", purchases=purchases)


def nothing_on_file() -> Contract:
    rows = (row("Scanning", 1, None, charge=Charge.NOT_ON_FILE, signed=date(2024, 1, 1)),)
    return Contract("Lost", "LOST", (Service("Scanning"),), rows)


BY_KIND = {
    "yearly changes": lambda: yearly_changes(14),
    "slabs of long names": slabs_of_long_names,
    "undated": undated,
    "parts of hours": parts_of_hours,
    "nothing on file": nothing_on_file,
}

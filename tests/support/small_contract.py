"""A contract file of a few lines: a price of each unit, and an amendment with a package."""

AGREEMENT = """\
[contract]
name = "Example"
prefix = "ACME"

[[services]]
name = "Scanning"
unit = "IPs"

[agreement]
title = "Agreement"
dated = 2020-01-01

[[agreement.tiers]]
clause = "1"
quantity_from = 1
quantity_to = "or more"
charge = "per unit"
unit_price = 10.00
"""
AMENDMENT = """
[[amendments]]
number = 1
title = "Amendment 1"
signed = 2020-02-01
effective = 2020-02-01

[[amendments.rows]]
clause = "2"
quantity_from = 100
charge = "package"
price = 995.00
"""
CONTRACT = AGREEMENT + AMENDMENT

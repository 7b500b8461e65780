"""Ledgers: long lists of purchases, priced by a database.

The flat price list becomes a table, and each line of the ledger is looked up in it by one join.
"""

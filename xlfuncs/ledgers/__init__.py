"""Ledgers: long lists of purchases, priced by a database.

The flat price list becomes a table, and each line of a ledger is looked up in it once.
"""

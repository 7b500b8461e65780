"""Priced ledgers as files."""

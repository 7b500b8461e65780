"""Files of ledgers as relations of the database."""

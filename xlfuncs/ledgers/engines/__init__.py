"""The statement that prices a ledger on the engine where it lies, whole, to be run there."""

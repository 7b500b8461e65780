"""The Office add-in: a folder of static files from which every Excel has a contract's functions."""

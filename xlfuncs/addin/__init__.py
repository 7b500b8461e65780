"""The Office add-in: a folder of static files that gives Excel the functions of a contract."""

"""The Office add-in, tested without Excel: a page that plays Excel to it, and Node."""

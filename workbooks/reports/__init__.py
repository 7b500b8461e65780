"""The report on a ledger: a workbook for people, whose formulas work the overcharges out again."""

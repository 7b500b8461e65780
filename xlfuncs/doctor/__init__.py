"""What keeps the functions of a workbook from answering on this computer."""

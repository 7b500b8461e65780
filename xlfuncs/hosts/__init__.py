"""Hosts of the worksheet functions: Excel on Windows and LibreOffice Calc."""

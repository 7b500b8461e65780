"""The rules by which a contract and its amendments make a price; README.md has them in full.

Standard library only, and the syntax of Python 3.9: LibreOffice's own Python can import it.
"""

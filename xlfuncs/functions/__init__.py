"""The sheet functions: cells in, answers out, the same for every host.

Standard library only, and the syntax of Python 3.9: LibreOffice's own Python can import it.
"""

"""The one error of this package."""


class Unreadable(Exception):
    """A file that no contract can be read from; the text says which, why, and what to do."""

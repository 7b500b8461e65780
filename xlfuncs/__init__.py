"""Contract prices as spreadsheet functions, on the command line, and in Python.

>>> contract = load()  # the shipped one; or load("my_contract.toml"), load("my_contract.xlsx")
>>> contract.price(100_000, "2013-12-20")
Decimal('255000.00')
"""

TYPE_CHECKING = False  # as of `typing`, which takes its time
if TYPE_CHECKING:
    from xlfuncs.api import Differences, LoadedContract, check, load
    from xlfuncs.errors import FileFormatError, HostError, InputError, OutputError, XlfuncsError

    __version__: str

__all__ = [
    "load",
    "check",
    "LoadedContract",
    "Differences",
    "XlfuncsError",
    "InputError",
    "FileFormatError",
    "OutputError",
    "HostError",
    "__version__",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used; Python calls this for names not yet here."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name == "__version__":
        found: object = import_module("importlib.metadata").version(__name__)
    else:
        room = "errors" if name.endswith("Error") else "api"
        found = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

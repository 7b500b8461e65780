"""What `doctor --fix` says on Windows of the settings of xlwings."""

from typing import Any

from tests.messages.broken import ELSEWHERE, ROW, SETTINGS, names, polish, this_one, told
from tests.messages.computer import CONF, Computer
from xlfuncs.doctor import interpreter
from xlfuncs.doctor.xlwings_conf import set_row

FIXED = f"{SETTINGS}.*(now names|already)"
FIX = "xlfuncs doctor --fix"


def saved_meanwhile(computer: Computer) -> None:
    """Another program writes the settings while they are made."""
    computer.settings((ROW, r"C:\gone\pythonw.exe"))

    def slow(*given: Any) -> bytes:
        computer.settings((ROW, r"C:\other\pythonw.exe"))
        return set_row(*given)

    computer.here.put(interpreter, "with_row", slow)


FIXING = (
    told("Settings are made", "there are none", lambda computer: None, FIXED, FIX),
    told("Settings are changed", *names((ROW, r"C:\gone\pythonw.exe")), FIXED, FIX),
    told("Settings are right", f"{CONF} names this Python as {ELSEWHERE}", this_one, FIXED, FIX),
    told(
        "Settings are saved meanwhile", "they are saved just then", saved_meanwhile, SETTINGS, FIX
    ),
    told(
        "Settings cannot be written",
        ".xlwings is a file",
        lambda computer: computer.here.write(".xlwings", ""),
        SETTINGS,
        FIX,
    ),
    told(
        "A name that xlwings cannot read",
        "Python lies in the folder Łukasz",
        polish,
        SETTINGS,
        FIX,
    ),
)

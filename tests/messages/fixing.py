"""What `doctor --fix` says on Windows of the settings of xlwings."""

from messages.broken import ELSEWHERE, ROW, SETTINGS, names, polish, this_one, told
from messages.computer import CONF

FIXED = f"{SETTINGS}.*(now names|already)"
FIX = "xlfuncs doctor --fix"
FIXING = (
    told("Settings are made", "there are none", lambda computer: None, FIXED, FIX),
    told("Settings are changed", *names((ROW, r"C:\gone\pythonw.exe")), FIXED, FIX),
    told("Settings are right", f"{CONF} names this Python as {ELSEWHERE}", this_one, FIXED, FIX),
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

"""What `doctor` says on Windows: a computer on which one thing is broken."""

from tests.messages.broken import (
    ELSEWHERE,
    ROW,
    SETTINGS,
    blocked,
    chosen,
    elsewhere,
    empty_line,
    names,
    off_the_path,
    other_first,
    signed_only,
    told,
    without,
)
from tests.messages.computer import CONF, EXCEL, XLWINGS
from tests.messages.doctor import MACROS, OF_MACROS
from tests.messages.entry import Group
from tests.messages.fixing import FIXING
from xlfuncs.doctor import excel
from xlfuncs.doctor.excel import CHOSEN, POLICY

WINDOWS = Group(
    "Doctor, on Windows",
    "On a computer with Excel, Python and xlwings, one thing is not as it should be; these are "
    "the lines about it. Paths are told from the folder "
    "in which everything lies here.",
    (
        told(
            "No Excel",
            "Excel is not installed",
            lambda computer: computer.registry.pop(EXCEL),
            "Excel",
        ),
        told(
            "An Excel that is none",
            "EXCEL.EXE is empty",
            lambda computer: computer.here.write("EXCEL.EXE", ""),
            "Excel",
        ),
        told("Excel asks", "nothing was chosen", lambda computer: None, "macros"),
        told(
            "Excel runs no macros",
            "'Disable VBA macros without notification' is chosen",
            chosen(CHOSEN, excel.NONE),
            "macros",
        ),
        told(
            "Excel may run no macros",
            "an administrator has set that",
            chosen(POLICY, excel.NONE),
            "macros",
        ),
        told(
            "Excel runs signed macros only",
            "'Disable VBA macros except digitally signed macros' is chosen",
            chosen(CHOSEN, excel.SIGNED),
            "macros",
        ),
        told(
            "Excel runs signed macros, and these are",
            f"the same is chosen, and the macros of {MACROS} are signed",
            signed_only,
            "macros",
            OF_MACROS,
        ),
        told("Macros from the internet are blocked", "Excel blocks them", blocked, "macros: those"),
        told(
            "The workbook came by mail",
            f"Windows has marked {MACROS}",
            lambda computer: computer.here.write(f"{MACROS}:Zone.Identifier", "ZoneId=3"),
            MACROS,
            OF_MACROS,
        ),
        told(
            "No settings, and no Python",
            "Excel's path names no folder with a Python",
            off_the_path,
            SETTINGS,
        ),
        told(
            "Settings without Python, and no Python",
            f'{CONF} holds `"{ROW}","pythonw"`, and Excel\'s path names no folder with one',
            lambda computer: (computer.settings((ROW, "pythonw")), off_the_path(computer)),
            SETTINGS,
        ),
        told(
            "Another Python comes first",
            "Excel's path names a folder with another Python first",
            other_first,
            SETTINGS,
        ),
        told("No whole path", *names((ROW, "python3")), SETTINGS),
        told("A program that is not there", *names((ROW, r"C:\gone\pythonw.exe")), SETTINGS),
        told("Another Python", f"{CONF} names {ELSEWHERE}, another Python", elsewhere(), SETTINGS),
        told(
            "A workbook that names another Python",
            f"the sheet xlwings.conf of {MACROS} has a row {ROW} with {ELSEWHERE} beside it",
            lambda computer: computer.on_sheet((ROW, ELSEWHERE)),
            SETTINGS,
            OF_MACROS,
        ),
        told(
            "A workbook that names nothing",
            f"the sheet xlwings.conf of {MACROS} has a row INTERPRETER with nothing beside it",
            lambda computer: computer.on_sheet(("INTERPRETER", None)),
            SETTINGS,
            OF_MACROS,
        ),
        told(
            "A workbook that names a folder of modules",
            f"the sheet xlwings.conf of {MACROS} has a row PYTHONPATH with C:\\py beside it",
            lambda computer: computer.on_sheet(("PYTHONPATH", r"C:\py")),
            f"{MACROS}, sheet",
            OF_MACROS,
        ),
        told(
            "A link beside the workbook",
            f"beside {MACROS} is a link xlwings.conf to another file",
            lambda computer: (computer.here.folder / "xlwings.conf").symlink_to(MACROS),
            "xlwings.conf",
            OF_MACROS,
        ),
        told(
            "An empty row in the workbook",
            f"the sheet xlwings.conf of {MACROS} has a row {ROW} with nothing beside it",
            lambda computer: computer.on_sheet((ROW, None)),
            f"{MACROS}, sheet",
            OF_MACROS,
        ),
        told(
            "A row twice in the workbook",
            f"the sheet xlwings.conf of {MACROS} has two rows {ROW}",
            lambda computer: computer.on_sheet((ROW, "pythonw"), (ROW, "pythonw")),
            f"{MACROS}, sheet",
            OF_MACROS,
        ),
        told("An empty line", f"line 2 of {CONF} is empty", empty_line, CONF),
        told("Debugging is on", *names(("DEBUG UDFS", "True")), CONF),
        told("Debugging is neither on nor off", *names(("DEBUG UDFS", "maybe")), CONF),
        told(
            "A Python that does not run",
            "pythonw.exe is damaged, and cannot be started",
            lambda computer: (computer.here.folder / "pythonw.exe").chmod(0o644),
            "Python",
        ),
        told(
            "A Python that is none",
            "pythonw.exe is a program that says `it is broken`",
            lambda computer: computer.python("pythonw.exe", "echo it is broken"),
            "Python",
        ),
        told(
            "An old Python",
            "Python is 3.10.4",
            lambda computer: computer.python("pythonw.exe", version=[3, 10, 4]),
            "Python",
        ),
        told(
            "No xlwings",
            "xlwings was uninstalled",
            lambda computer: computer.python(
                "pythonw.exe", xlwings=None, failed={"xlwings": "No module named 'xlwings'"}
            ),
            "xlwings:",
        ),
        told(
            "No pywin32",
            "pywin32 was uninstalled",
            lambda computer: computer.python(
                "pythonw.exe", failed={"pythoncom": "No module named 'pythoncom'"}
            ),
            "pywin32",
        ),
        told(
            "No xlfuncs",
            "xlfuncs was uninstalled",
            lambda computer: computer.python(
                "pythonw.exe", failed={"xlfuncs.hosts.excel": "No module named 'xlfuncs'"}
            ),
            "xlfuncs",
        ),
        told(
            "No xlfuncs in another Python",
            f"{CONF} names {ELSEWHERE}, which does not have it",
            elsewhere(failed={"xlfuncs.hosts.excel": "No module named 'xlfuncs'"}),
            "xlfuncs",
        ),
        told(
            "The library of xlwings is missing",
            "xlwings64 was deleted",
            without(f"xlwings64-{XLWINGS}.dll"),
            "xlwings64",
        ),
        told(
            "The library of xlwings is missing beside another Python",
            f"{CONF} names {ELSEWHERE}, and xlwings64 was deleted",
            lambda computer: (elsewhere()(computer), without(f"xlwings64-{XLWINGS}.dll")(computer)),
            "xlwings64",
        ),
        *FIXING,
    ),
    "xlfuncs doctor",
)

"""What may be otherwise than it should be on a computer with Windows."""

from typing import Any

from tests.messages.computer import CONF, PATH, Change, Computer
from tests.messages.entry import Entry, Given
from xlfuncs.doctor import excel, interpreter, xlwings_conf
from xlfuncs.doctor.excel import CHOSEN
from xlfuncs.doctor.windows import Key

ROW = "INTERPRETER_WIN"
ELSEWHERE = r"C:\py\pythonw.exe"
SETTINGS = "xlwings' settings"


def told(
    title: str, text: str, change: Change, where: str, command: str = "xlfuncs doctor"
) -> Entry:
    given = Given(text, lambda here: change(Computer(here)))
    return Entry(title, command, (given,), f"^(do|note|done) +{where}|^xlfuncs: ")


def names(*rows: tuple[str, str]) -> tuple[str, Change]:
    """Settings of xlwings, as a person finds them in the file."""
    text = " and ".join(f'`"{name}","{value}"`' for name, value in rows)
    return f"{CONF} holds {text}", lambda computer: computer.settings(*rows)


def chosen(key: Key, value: int) -> Change:
    return lambda computer: computer.registry.update({key: {"vbawarnings": value}})


def without(name: str) -> Change:
    return lambda computer: (computer.here.folder / name).unlink()


def blocked(computer: Computer) -> None:
    computer.registry[CHOSEN] = {"blockcontentexecutionfrominternet": 1}


def signed_only(computer: Computer) -> None:
    computer.signed()
    computer.registry[CHOSEN] = {"vbawarnings": excel.SIGNED}


def other_first(computer: Computer) -> None:
    computer.python("other/pythonw.exe")
    folder = computer.here.folder
    computer.registry[PATH] = {"path": f"{folder / 'other'};{folder}"}


def elsewhere(**said: Any) -> Change:
    def change(computer: Computer) -> None:
        computer.settings((ROW, ELSEWHERE))
        computer.python(ELSEWHERE, **said)

    return change


def this_one(computer: Computer) -> None:
    elsewhere()(computer)
    computer.here.put(interpreter, "is_this_one", lambda program: True)


def off_the_path(computer: Computer) -> None:
    computer.registry[PATH] = {}


def empty_line(computer: Computer) -> None:
    computer.here.write(CONF, b'"ADD_WORKBOOK_TO_PYTHONPATH","False"\r\n\r\n')


def polish(computer: Computer) -> None:
    computer.here.put(xlwings_conf, "CODE_PAGE", "cp1252")
    computer.runs(str(computer.here.folder / "Łukasz" / "python.exe"))

"""A private LibreOffice, for the tests: started, driven through its own interface, ended.

Run by the Python that LibreOffice comes with. Reads what to do as JSON lines, `[name, arguments]`,
and prints each answer likewise, `[answer, null]` or `[null, what went wrong]`.

    python3 libreoffice_driver.py FOLDER EXTENSIONS      for the profile; unpacked extensions
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

RESTART = 81
"""What soffice.bin says when it wants to be started again, after its first start."""

START_SECONDS = 60
RUN_MACROS = 4
BASIC = "vnd.sun.star.script:Standard.{name}.Main?language=Basic&location=document"
FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8", ".pdf": "calc_pdf_Export"}


class Office:
    """The commands; each takes and answers what JSON can hold."""

    def __init__(self, folder, extensions):
        self.pipe = f"xlfuncs{os.getpid()}"
        self.command = [
            str(soffice_bin()),
            *("--headless", "--norestore", "--nologo", "--nodefault"),
            f"--accept=pipe,name={self.pipe};urp;",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            f"-env:BUNDLED_EXTENSIONS={extensions.as_uri()}",
        ]
        self.process = None
        self.books = {}

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=sys.stderr)
        here = uno.getComponentContext()
        resolver = here.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                url = f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext"
                self.context = resolver.resolve(url)
                break
            except NoConnectException:
                if self.process.poll() == RESTART:
                    self.process = subprocess.Popen(self.command, stdout=sys.stderr)
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"soffice did not start: {self.process.poll()}") from None
                time.sleep(0.05)
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def service(self, name):
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def end(self):
        try:
            self.close_all()
            self.desktop.terminate()
            self.process.wait(20)
        except Exception:
            self.process.kill()
            self.process.wait()

    def open(self, path=None):
        """Opens a workbook, or a new one; answers the number by which it is asked for."""
        url = uno.systemPathToFileUrl(path) if path else "private:factory/scalc"
        how = properties(Hidden=True, MacroExecutionMode=RUN_MACROS)
        book = self.desktop.loadComponentFromURL(url, "_blank", 0, how)
        if book is None:
            raise RuntimeError(f"{path} was not opened")
        number = max(self.books, default=0) + 1
        self.books[number] = book
        return number

    def close(self, book):
        self.books.pop(book).close(True)

    def close_all(self):
        for book in list(self.books):
            self.close(book)

    def save(self, book, path):
        name = FILTERS[Path(path).suffix]
        url = uno.systemPathToFileUrl(path)
        self.books[book].storeToURL(url, properties(FilterName=name))

    def cells(self, book, sheet, address):
        return self.books[book].Sheets.getByName(sheet).getCellRangeByName(address)

    def type(self, book, sheet, address, value):
        """Types into a cell; a formula is in English, its arguments separated by semicolons."""
        cell = self.cells(book, sheet, address)
        if value is None:
            cell.clearContents(1 | 2 | 4 | 16)
        elif isinstance(value, str) and value.startswith("="):
            cell.Formula = value
        elif isinstance(value, str):
            cell.String = value
        else:
            cell.Value = value

    def format(self, book, sheet, address, code):
        """Gives cells a number format, such as `0%`."""
        formats = self.books[book].NumberFormats
        locale = uno.createUnoStruct("com.sun.star.lang.Locale")
        key = formats.queryKey(code, locale, False)
        self.cells(book, sheet, address).NumberFormat = (
            formats.addNew(code, locale) if key < 0 else key
        )

    def fill(self, book, sheet, address, rows):
        self.cells(book, sheet, address).setDataArray(tuple(map(tuple, rows)))

    def type_all(self, book, sheet, address, rows):
        self.cells(book, sheet, address).setFormulaArray(tuple(map(tuple, rows)))

    def array(self, book, sheet, address, formula):
        self.cells(book, sheet, address).ArrayFormula = formula

    def values(self, book, sheet, address):
        """The cells row by row; an error as a list of its number alone."""
        cells = self.cells(book, sheet, address)
        return [
            [
                [cells.getCellByPosition(column, row).getError()] if value is None else value
                for column, value in enumerate(values)
            ]
            for row, values in enumerate(cells.getDataArray())
        ]

    def formula(self, book, sheet, address):
        return self.cells(book, sheet, address).Formula

    def shown(self, book, sheet, address):
        return self.cells(book, sheet, address).String

    def merge(self, book, sheet, address):
        self.cells(book, sheet, address).merge(True)

    def insert_rows(self, book, sheet, first, count):
        """Inserts rows above a row, counted from 1."""
        self.books[book].Sheets.getByName(sheet).Rows.insertByIndex(first - 1, count)

    def insert_sheet(self, book, name):
        self.books[book].Sheets.insertNewByName(name, self.books[book].Sheets.Count)

    def remove_sheet(self, book, name):
        self.books[book].Sheets.removeByName(name)

    def rename_sheet(self, book, name, new):
        self.books[book].Sheets.getByName(name).Name = new

    def count_days_from(self, book, year, month, day):
        date = uno.createUnoStruct("com.sun.star.util.Date")
        date.Year, date.Month, date.Day = year, month, day
        self.books[book].NullDate = date

    def undo(self, book):
        self.books[book].UndoManager.undo()

    def replace(self, book, sheet, old, new):
        """Replaces everything that is found on a sheet, as the dialog does."""
        found = self.books[book].Sheets.getByName(sheet)
        wanted = found.createReplaceDescriptor()
        wanted.SearchString, wanted.ReplaceString = old, new
        return found.replaceAll(wanted)

    def calculate_by_itself(self, book, really):
        self.books[book].enableAutomaticCalculation(really)

    def run(self, book, lines):
        """Runs a macro in one go: LibreOffice has no idle moment before its end."""
        document = self.books[book]
        libraries = document.BasicLibraries
        if not libraries.hasByName("Standard"):
            libraries.createLibrary("Standard")
        library = libraries.getByName("Standard")
        name = f"Module{len(library.ElementNames)}"
        library.insertByName(name, "\n".join(["Sub Main", *lines, "End Sub"]))
        script = document.getScriptProvider().getScript(BASIC.format(name=name))
        script.invoke((), (), ())

    def modules(self, book):
        """The texts of the macros that came with a workbook."""
        library = self.books[book].BasicLibraries.getByName("VBAProject")
        return {name: library.getByName(name) for name in library.ElementNames}

    def is_modified(self, book):
        return self.books[book].isModified()

    def is_running(self):
        """Whether the program runs and answers."""
        return self.process.poll() is None and self.desktop.Frames.Count >= 0

    def kill(self):
        """Kills LibreOffice, as a crash would."""
        self.process.kill()
        self.process.wait()

    def cpu_seconds(self):
        """The time that LibreOffice has spent working since it was started."""
        figures = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")

    def be_idle(self):
        """Waits until LibreOffice has done what it had put off."""
        for _ in range(3):  # what it does may put off something again
            done = threading.Event()
            self.service("com.sun.star.awt.AsyncCallback").addCallback(Idle(done), None)
            if not done.wait(60):
                raise RuntimeError("LibreOffice is busy")

    def seconds_to_calculate(self, book, times):
        """The whole workbook, recalculated several times."""
        seconds = []
        for _ in range(times):
            start = time.perf_counter()
            self.books[book].calculateAll()
            seconds.append(time.perf_counter() - start)
        return seconds


class Idle(unohelper.Base, XCallback):
    def __init__(self, done):
        self.done = done

    def notify(self, data):
        self.done.set()


def properties(**named):
    found = []
    for name, value in named.items():
        found.append(PropertyValue())
        found[-1].Name, found[-1].Value = name, value
    return tuple(found)


def soffice_bin():
    """The program itself: the one called soffice only starts it."""
    return Path(shutil.which("soffice")).resolve().with_name("soffice.bin")


def main():
    office = Office(*(Path(argument).absolute() for argument in sys.argv[1:]))
    try:
        office.start()
        for line in sys.stdin:
            name, arguments = json.loads(line)
            try:
                answer = [getattr(office, name)(*arguments), None]
            except Exception as error:
                answer = [None, f"{type(error).__name__}: {error}"]
            print(json.dumps(answer), flush=True)
    finally:
        office.end()


if __name__ == "__main__":
    main()

"""Open a ledger, whichever kind of file it is in, or in how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from sqlglot import exp

from xlfuncs.ledgers import cell_texts
from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.columns import (
    OPTIONS,
    TITLES,
    Columns,
    Form,
    find_columns,
    format_titles,
    list_named,
)
from xlfuncs.ledgers.csv_source import open_csv, open_csv_carefully
from xlfuncs.ledgers.expressions import execute
from xlfuncs.ledgers.file_kinds import (
    COMPRESSED,
    OTHER_WORKBOOKS,
    TEXTS,
    Unreadable,
    find_kind,
)
from xlfuncs.ledgers.ledger import FILE_AT, SAYS_TOTAL, Rows, Source
from xlfuncs.ledgers.parquet_source import open_parquet
from xlfuncs.ledgers.workbook_source import open_workbook_source
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.xlsx.package import FileFormat, detect_format, package_format

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# What a file is by its content, whatever its name says.

AS_XLSX = "open it in Excel or LibreOffice and save it as .xlsx"
AGAIN = "export the ledger again"


@dataclass(frozen=True, slots=True)
class Content:
    """A kind of file: what it is called, what to do, and how its name should end, if it is read."""

    words: str
    remedy: str
    suffix: str = ""


def _named(suffix: str, words: str) -> Content:
    return Content(words, f"give it a name that ends in {suffix}", suffix)


WORKBOOK, TEXT = _named(".xlsx", "an Excel workbook"), _named(".csv", "text")
DAMAGED = Content("damaged, or only the beginning of a file", AGAIN)
CONTENTS = {
    FileFormat.EMPTY: Content("empty", AGAIN),
    FileFormat.TEXT: TEXT,
    FileFormat.WEB_PAGE: Content("a web page", AS_XLSX),
    **dict.fromkeys(
        (FileFormat.XML, FileFormat.XML_SPREADSHEET),
        Content("XML, perhaps an Excel 2003 spreadsheet", AS_XLSX),
    ),
    FileFormat.PDF: Content("a .pdf", "ask for the purchases as .csv or .xlsx"),
    FileFormat.PARQUET: _named(".parquet", "a Parquet file"),
    **dict.fromkeys(
        (FileFormat.COMPRESSED, FileFormat.ZIP, FileFormat.NUMBERS),
        Content("a compressed file", "extract it first"),
    ),
    FileFormat.OPEN_DOCUMENT: _named(".ods", "a LibreOffice document, such as .ods"),
    FileFormat.XLSB: _named(".xlsb", "an .xlsb"),
    **dict.fromkeys(
        (FileFormat.XLS, FileFormat.COMPOUND),
        _named(".xls", "an .xls or another old Excel file"),
    ),
    FileFormat.ENCRYPTED: Content(
        "a workbook with a password", "save it in Excel without the password"
    ),
    FileFormat.OTHER: Content("neither text nor a workbook nor Parquet", AGAIN),
}
"""What a ledger in each format is; other packages are opened as workbooks."""


def find_content(path: Path, suffix: str) -> Content:
    """Find what a file is; one that is called .csv is text unless it is plainly another."""
    with path.open("rb") as file:
        found = detect_format(file)
    if found is FileFormat.OTHER and suffix == ".csv":
        return TEXT
    if found is FileFormat.ZIP:
        try:
            with ZipFile(path) as package:
                found = package_format(package.namelist())
        except (BadZipFile, OSError, ValueError, NotImplementedError):
            return WORKBOOK if suffix == WORKBOOK.suffix else DAMAGED  # the former will be said
    return CONTENTS.get(found, WORKBOOK)


# Opening a ledger of any kind.


def open_ledger(
    paths: Sequence[Path], form: Form, database: DuckDBPyConnection, folder: Path
) -> Iterator[Source]:
    """Open a ledger in each way there is, the fastest first; the next is for where that fails.

    Temporary files go to the folder. Raises BadInput.
    """
    if len(paths) == 1:
        yield from _open_file(paths[0], form, database, folder)
    else:
        files = (
            _open_whole(path, form, database, folder / str(place))
            for place, path in enumerate(paths)
        )
        yield join_files(list(files))


def _open_file(
    path: Path, form: Form, database: DuckDBPyConnection, folder: Path
) -> Iterator[Source]:
    kind = find_kind(path)
    if path.suffix.lower() in COMPRESSED:
        from xlfuncs.ledgers.compressed_source import unpack

        path = unpack(path, folder / "unpacked")
        kind = Path(kind).stem
    kind = ".csv" if kind in TEXTS else kind
    found = find_content(path, kind)
    if found.suffix != kind:
        raise BadInput(f"is {found.words}; {found.remedy}")
    if kind == ".parquet":
        if form.titles is not None:
            raise BadInput("has its titles as names of its columns; leave out --titles")
        yield open_parquet(path, form, database)
    elif kind == ".xlsx":
        yield open_workbook_source(path, form, folder)
    elif kind in OTHER_WORKBOOKS:
        from xlfuncs.ledgers.other_workbooks import open_other_workbook

        yield open_other_workbook(path, form, folder)
    else:
        if source := open_csv(path, form):
            yield source
        yield open_csv_carefully(path, form, folder)


# Several files as one ledger.


@dataclass(slots=True)
class File:
    """One of several files, and the positions that its columns have in the whole ledger."""

    path: Path
    source: Source
    columns: Columns
    days: Sequence[str] = ()
    """The titles of the columns of days that the user names, of which this file may lack some."""

    places: dict[int, int] = field(default_factory=dict)


def _open_whole(path: Path, form: Form, database: DuckDBPyConnection, folder: Path) -> File:
    """Open one of several files in the first way that finds all of its lines. Raises BadInput."""
    folder.mkdir()
    try:
        for source in _open_file(path, form, database, folder):
            if _is_whole(source, database):
                columns = find_columns(source.titles, form.named)
                return File(path, source, columns, list_named(form.named.get("purchased")))
    except BadInput as error:
        raise Unreadable(f"{path}: {error}") from None
    raise AssertionError(path)  # the last way has nothing to be compared with


def _is_whole(source: Source, database: DuckDBPyConnection) -> bool:
    """Whether the database finds the lines that there are."""
    from duckdb import InvalidInputException, NotImplementedException

    if source.lines is None:
        return True
    count = sql.select(exp.Count(this=sql.STAR), of=source.relation)
    try:
        return execute(database, count).fetchone() == (source.lines,)
    except (InvalidInputException, NotImplementedException):
        return False


NAME = "File"
"""The title of the column with the name of the file."""


def join_files(files: Sequence[File]) -> Source:
    """Join the lines of several files, in their order; the first column is the name of the file.

    Columns are matched by what they are, else by title, and are in the order of the first file.
    """
    _refuse_priced(files)
    _refuse_unknown_days(files)
    titles = [_title_names(files)]
    taken: dict[tuple[str, int], int] = {}
    for file in files:
        for at, key in enumerate(_name_columns(file)):
            if key not in taken:
                taken[key] = len(titles)
                titles.append(file.source.titles[at])
            file.places[taken[key]] = at
    types = _join_types(files, len(titles))
    is_inspected = any(file.source.inspected for file in files)

    kinds = types or [""] * len(titles)
    lines = (
        _select_file(number, file, kinds, inspected=is_inspected)
        for number, file in enumerate(files)
    )
    return Source(
        titles,
        exp.union(*lines, distinct=False, copy=False).subquery(copy=False),
        types=types,
        inspected=is_inspected,
        marked=any(file.source.marked for file in files),
        rows=_join_rows(files, len(titles)),
        notes=[note for file in files for note in _list_notes(file, titles)],
        files=[str(file.path) for file in files],
        columns=_join_columns(taken),
    )


def _title_names(files: Sequence[File]) -> str:
    """The title of the column with their names, another than any of theirs."""
    taken = {name_key(title) for file in files for title in file.source.titles}
    title = NAME
    while name_key(title) in taken:
        title = f"Ledger {title.lower()}"
    return title


ADDED = ("source", "outcome", "reason")
"""Columns that a priced ledger has and others have not, one after the other."""


def _refuse_priced(files: Sequence[File]) -> None:
    """Raise Unreadable for a ledger that was priced before among others that were not."""
    for file in files:
        keys = list(map(name_key, file.source.titles))
        if any(tuple(keys[at : at + len(ADDED)]) == ADDED for at in range(len(keys))):
            raise Unreadable(
                f"{file.path}: is a priced ledger, whose purchases would count twice; name the "
                "others, or move it out of the folder"
            )


def _refuse_unknown_days(files: Sequence[File]) -> None:
    """Raise BadInput for the title of a column of days that no file has."""
    keys = {name_key(title) for file in files for title in file.source.titles}
    for title in files[0].days:
        if name_key(title) not in keys:
            option = OPTIONS["purchased"]
            raise BadInput(f"no file has a column titled {title!r}, which {option} names")


def _name_columns(file: File) -> list[tuple[str, int]]:
    """What each column of a file is, or its title, and which of several it is."""
    fields = {
        place: (OPTIONS[name], number)
        for name, places in file.columns.by_field().items()
        for number, place in enumerate(places)
    }
    by_key = {name_key(title): number for number, title in enumerate(file.days)}
    if by_key:
        titles = file.source.titles
        fields |= {
            place: (OPTIONS["purchased"], by_key[name_key(titles[place])])
            for place in file.columns.purchased
        }
    seen: Counter[str] = Counter()
    found = []
    for at, title in enumerate(file.source.titles):
        key = name_key(title)
        found.append(fields.get(at, (key, seen[key])))
        seen[key] += 1
    return found


def _join_columns(taken: Mapping[tuple[str, int], int]) -> Columns:
    in_order = sorted(taken.items())  # of days, which one counts first is what the user says
    places = {
        field: tuple(place for (option, _), place in in_order if option == OPTIONS[field])
        for field in TITLES
    }
    alone = {field: found[0] for field, found in places.items() if found}
    return Columns(**alone | {"purchased": places["purchased"]})  # type: ignore[arg-type] # places


def _join_types(files: Sequence[File], count: int) -> list[str]:
    """The types of columns that have the same in all files, text for the others; else none."""
    if not all(file.source.types for file in files):
        return []
    types = ["VARCHAR"]
    for place in range(1, count):
        found = {file.source.types[file.places[place]] for file in files if place in file.places}
        types.append(found.pop() if len(found) == 1 else "VARCHAR")
    return types


def _select_file(number: int, file: File, types: Sequence[str], *, inspected: bool) -> exp.Select:
    """The lines of one of several files with the columns of all."""
    source = file.source
    cells: dict[str, exp.Expr] = {}
    for place, kind in enumerate(types):
        at = file.places.get(place)
        text: exp.Expr = sql.cast(sql.NULL, "VARCHAR")
        if at is not None:
            text = source.text(at)
        if not place:
            text = sql.convert(str(file.path))
        value: exp.Expr = text
        if kind and kind != "VARCHAR":
            value = sql.cast(sql.NULL, kind) if at is None else source.value(at)
        cells[f"c{place + 1}"] = value
        if kind:
            cells[f"t{place + 1}"] = text
    if inspected:
        broken = exp.column("broken") if source.inspected else sql.cast(sql.NULL, "VARCHAR")
        cells["broken"] = broken
    own = list(map(source.text, range(len(source.titles))))
    cells |= {"line": exp.column("line"), FILE_AT: sql.convert(number)}
    cells[SAYS_TOTAL.name] = cell_texts.is_total(own)
    return sql.select(of=source.number_lines(), **cells)


def _join_rows(files: Sequence[File], count: int) -> Rows | None:
    """The cells of workbooks as they hold them, None where other files are among them."""
    reading = [file.source.rows for file in files]

    def rows() -> Iterator[Sequence[object]]:
        for file, read in zip(files, reading, strict=True):
            places = [file.places.get(place) for place in range(1, count)]
            for row in read() if read else ():
                cells = (row[at] if at is not None and at < len(row) else None for at in places)
                yield [str(file.path), *cells]

    return rows if all(reading) else None


def _list_notes(file: File, titles: Sequence[str]) -> Iterator[str]:
    """What is to be said of one of several files."""
    yield from (f"{file.path}: {note}" for note in file.source.notes)
    lacking = [title for place, title in enumerate(titles) if place and place not in file.places]
    if lacking:
        one = "column" if len(lacking) == 1 else "columns"
        yield f"{file.path}: has no {one} {format_titles(lacking)}, which others have"

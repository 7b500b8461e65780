"""Places whose messages no entry provokes, each with the reason and the test that does."""

from typing import NamedTuple

from tests.messages.marking import Site


class Exemption(NamedTuple):
    """Why there is no entry, and the test that provokes it, if that can be."""

    why: str
    test: str = ""


IN_LIBREOFFICE = "LibreOffice's own Python reads its sheets"

IN_TWO_WAYS = Exemption(
    "no program writes such a sheet", "test_a_sheet_that_could_be_read_in_two_ways_is_refused"
)
BY_HAND = Exemption(
    "no library writes it", "test_what_excel_keeps_beside_cells_is_named_before_it_is_lost"
)

EXEMPT = {
    Site(
        "xlfuncs/ledgers/files/clean_workbooks.py",
        "_copied",
        "is no workbook that Excel would open; {} as .xlsx",
    ): IN_TWO_WAYS,
    Site(
        "xlfuncs/ledgers/files/related_parts.py", "note", "has the relation {} twice; {}"
    ): IN_TWO_WAYS,
    Site(
        "xlfuncs/ledgers/files/related_parts.py", "part", "has {} parts of the kind {}; {}"
    ): IN_TWO_WAYS,
    Site("xlfuncs/ledgers/files/related_parts.py", "position", "has no sheets; {}"): IN_TWO_WAYS,
    Site(
        "xlfuncs/ledgers/files/sheet_bounds.py", "feed", "its sheet is not written in UTF-8; {}"
    ): IN_TWO_WAYS,
    Site(
        "xlfuncs/ledgers/files/sheet_bounds.py", "_start", "its sheet has its rows twice; {}"
    ): IN_TWO_WAYS,
    Site(
        "xlfuncs/ledgers/files/sheet_bounds.py",
        "_refuse_second_value",
        "has a cell with two values in row {}; {}",
    ): IN_TWO_WAYS,
    Site(
        "xlfuncs/ledgers/files/sheet_bounds.py",
        "_refuse_aside",
        "has a comment within the XML of row {}; {}",
    ): IN_TWO_WAYS,
    Site(
        "xlfuncs/ledgers/files/sheet_bounds.py",
        "_data",
        "has a number in row {} that is not plain; {}",
    ): IN_TWO_WAYS,
    Site(
        "xlfuncs/files/books/objects.py",
        "ON_SHEETS",
        "the ranges that may be edited with a password",
    ): BY_HAND,
    Site("xlfuncs/files/books/objects.py", "ON_SHEETS", "the scenarios"): BY_HAND,
    Site(
        "xlfuncs/files/books/objects.py", "ON_SHEETS", "the pictures in header or footer"
    ): BY_HAND,
    Site("xlfuncs/files/books/objects.py", "OF_WORKBOOK", "the password for changes"): BY_HAND,
    Site("xlfuncs/files/books/objects.py", "OF_WORKBOOK", "the views of the workbook"): BY_HAND,
    Site(
        "xlfuncs/calc_documents/sheets.py",
        "read_document",
        "no such sheet; expected it beside {}",
    ): Exemption(IN_LIBREOFFICE, "test_a_document_without_the_sheets_says_so"),
    Site("xlfuncs/calc_documents/sheets.py", "_date1904", "Problem('Dates', text)"): Exemption(
        IN_LIBREOFFICE, "test_the_date_system_of_the_document_counts"
    ),
    Site(
        "xlfuncs/cli/importing.py",
        "_write_new",
        "{}: what {} says cannot be said in a contract file; {}",
    ): Exemption(
        "a guard: whatever a workbook says that reads well can be said in a contract file",
        "test_a_new_file_that_would_say_something_else_is_not_written",
    ),
    Site(
        "xlfuncs/cli/sentences.py",
        "print_sentence",
        "print(f'{indent}{line.plain}'.rstrip(), file=stream)",
    ): Exemption(
        "what a terminal shows in several lines; the same is printed in one elsewhere",
        "test_an_explanation_has_a_line_for_each_of_its_clauses",
    ),
    Site(
        "xlfuncs/cli/ledgers/outputs.py", "write_priced", "BadInput(str(error.strerror))"
    ): Exemption(
        "what is said of temporary files without room is said of all commands alike",
        "test_a_file_that_may_not_be_so_large_is_one_sentence",
    ),
    Site("xlfuncs/files/books/objects.py", "IN_WORDS", "the signature of the macros"): Exemption(
        "no library signs macros", "test_a_signature_is_not_lost"
    ),
    Site(
        "xlfuncs/ledgers/files/parquet.py",
        "open_parquet",
        "is damaged: it has {} columns and {}; {}",
    ): Exemption("a guard: the database finds as many columns as are described"),
    Site("workbooks/macros/python.bas", "", "Excel on a Mac cannot ask Python from a macro"): (
        Exemption("no program here runs macros as Excel on a Mac does")
    ),
}

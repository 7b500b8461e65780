"""Places whose messages no entry provokes, each with the reason and the test that does."""

from typing import NamedTuple

from messages.marking import Site


class Exemption(NamedTuple):
    """Why there is no entry, and the test that provokes it, if that can be."""

    why: str
    test: str = ""


IN_LIBREOFFICE = "LibreOffice's own Python reads its sheets"

EXEMPT = {
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

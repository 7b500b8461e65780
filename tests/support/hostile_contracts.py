"""Contract files that were made to hang or to break what reads them, each as its bytes.

Every one fits into the size that a contract file may have, or is refused for its size.
"""

from collections.abc import Callable
from datetime import date

HEAD = """\
[contract]
name = "Hostile"
prefix = "HOSTILE"
[[services]]
name = "Seats"
unit = "seats"
[agreement]
title = "Agreement"
dated = 2024-01-01
"""
ROW = """\
[[agreement.tiers]]
quantity_from = 1
quantity_to = "or more"
charge = "per unit"
unit_price = 0.50
"""
LIMIT = 4 * 2**20
"""Bytes that a contract file may have."""


def full(text: str, unit: str, end: str = "") -> bytes:
    """A text, a unit as often as there is room for it, and an end."""
    start = text.encode()
    often = (LIMIT - len(start) - len(end.encode())) // len(unit.encode())
    return start + unit.encode() * often + end.encode()


def row(line: str) -> bytes:
    """A small contract with one line more in its row."""
    return f"{HEAD}{ROW}{line}\n".encode()


def numbered(text: str, line: str, count: int) -> bytes:
    """A text and a line so many times, each with its number."""
    return (text + "".join(line.format(n) for n in range(count))).encode()


def large(rows: int) -> bytes:
    """An ordinary contract of so many rows, a range of quantities each."""
    row = """
[[agreement.tiers]]
clause = "Schedule 1, row {0}"
quantity_from = {0}1
quantity_to = {1}0
charge = "package"
price = {0}.50
source = "the words of row {0}"
"""
    return (HEAD + "".join(row.format(n, n + 1) for n in range(1, rows + 1))).encode()


def windows(rows: int) -> bytes:
    """As many rows, each for other quantities and days than the others: very many prices."""
    row = """
[[agreement.tiers]]
quantity_from = {0}
quantity_to = {1}
charge = "package"
price = {0}.50
purchased_from = {2}
purchased_through = {3}
"""
    begin = date(2024, 1, 1).toordinal()
    days = [date.fromordinal(begin + n) for n in range(2 * rows + 1)]
    return (
        HEAD
        + "".join(row.format(n, 2 * rows - n, days[n], days[2 * rows - n]) for n in range(rows))
    ).encode()


def nested(opening: str, closing: str, depth: int, inside: str = "") -> bytes:
    return row(f"note = {opening * depth}{inside}{closing * depth}")


def many_services(name: Callable[[int], str], count: int, table: str) -> bytes:
    """So many services, and for each of them a table that names it."""
    head = HEAD.replace('[[services]]\nname = "Seats"\nunit = "seats"\n', "")
    services = "".join(f'[[services]]\nname = "{name(n)}"\n' for n in range(count))
    return (head + services + "".join(table.format(name(n)) for n in range(count))).encode()


def names_of_many_words(services: int) -> bytes:
    """So many services, each with a row, and each name a hundred words."""
    return many_services(
        lambda number: " ".join([*f"{number:05}", *"a" * 95]),
        services,
        '[[agreement.tiers]]\nclause = "1"\nservice = "{}"\n'
        'quantity_from = 1\ncharge = "withdrawn"\n',
    )


MISSING = HEAD.replace("[[", f"not_held = {[*range(1, 10_000)]}\n[[", 1) + ROW


def rising(rows: int, percent: str) -> bytes:
    """A contract of so many rows that rise each year of a century."""
    rises = (f"{{from = {1950 + year}-01-01, percent = {percent}}}" for year in range(100))
    return f"{HEAD}increases = [{', '.join(rises)}]\n{ROW * rows}".encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    # numbers
    "a clause of a million digits": lambda: row("clause = " + "9" * 10**6),
    "a price of a million digits": lambda: row("price = " + "9" * 10**6 + ".50"),
    "a fraction of a million digits": lambda: row("price = 0." + "3" * 10**6),
    "a number of 4 million digits": lambda: full(HEAD + ROW + "minimum = 1.", "9", "\n"),
    "a hexadecimal number of a million digits": lambda: row("price = 0x" + "f" * 10**6),
    "a binary clause of a million digits": lambda: row("clause = 0b" + "1" * 10**6),
    "digits with underscores": lambda: row("clause = 1" + "_1" * 10**6),
    "a very small clause": lambda: row("clause = 1e-40000"),
    "the smallest clause": lambda: row("clause = 1e-999999999"),
    "the smallest price": lambda: row("price = 1e-999999999"),
    "the smallest quantity": lambda: f"{HEAD}{ROW}".replace("= 1\n", "= 1e-999999999\n").encode(),
    "the greatest clause": lambda: row("clause = 1e999999999"),
    "an exponent beyond all bounds": lambda: row("clause = 1e99999999999999999999"),
    "an exponent of a million digits": lambda: row("clause = 1e" + "9" * 10**6),
    "a number that is none": lambda: row("note = nan"),
    "an endless clause": lambda: row("clause = -inf"),
    "a number of many digits after the point": lambda: row("price = 1.0" + "0" * 90),
    "thousands of long numbers": lambda: full(HEAD + "x = [", "1." + "7" * 90 + ",", "]\n"),
    # rises and missing documents
    "rises of a row": lambda: full(f"{HEAD}{ROW}increases = [", "{percent=3},", "]\n"),
    "rises of every row": lambda: rising(10_000, "3"),
    "rises beyond all bounds": lambda: rising(150, "1e14"),
    "a rise by the smallest percent": lambda: row(
        "increases = [{from = 2025-01-01, percent = 1e-999999999}]"
    ),
    "a rise by a percent of a million digits": lambda: row(
        f"increases = [{{from = 2025-01-01, percent = {'9' * 10**6}}}]"
    ),
    "missing documents": lambda: numbered(MISSING, "", 0),
    "a missing document": lambda: full("[contract]\nnot_held = [", "4,", "]\n"),
    "missing documents and amendments": lambda: numbered(
        MISSING, "[[amendments]]\nnumber = {}\n", 60_000
    ),
    "reasons": lambda: numbered(f"{HEAD}assumed.x = 5\n", 'assumed.x{} = "x"\n', 20_000),
    # keys and tables
    "unknown keys": lambda: numbered(HEAD, "key{} = 1\n", 40_000),
    "unknown keys on top": lambda: numbered("", "k{} = 1\n", 300_000),
    "unknown keys in every row": lambda: (
        HEAD.encode()
        + "".join(
            f"{ROW}" + "".join(f"k{n} = 1\n" for n in range(20)) for _ in range(4000)
        ).encode()
    ),
    "unknown keys of great length": lambda: numbered(HEAD, "k" * 2000 + "{} = 1\n", 2000),
    "a key of 4 MiB": lambda: full(HEAD, "k", " = 1\n"),
    "a quoted key of 4 MiB": lambda: full(HEAD + '"', "k", '" = 1\n'),
    "empty rows": lambda: full(HEAD, "[[agreement.tiers]]\n"),
    "a hundred thousand empty rows": lambda: numbered(HEAD, "[[agreement.tiers]]\n", 100_000),
    "ten thousand empty rows": lambda: numbered(HEAD, "[[agreement.tiers]]\n", 10_000),
    "empty rows in a line": lambda: full(HEAD + "tiers = [", "{},", "]\n"),
    "rows that are numbers": lambda: full(HEAD + "tiers = [", "1,", "]\n"),
    "amendments without a row": lambda: full(HEAD, "[[amendments]]\n"),
    "services without a name": lambda: full("", "[[services]]\n"),
    "services that no row prices": lambda: numbered(HEAD, '[[services]]\nname = "S{}"\n', 50_000),
    "parties that are numbers": lambda: full("[contract]\nparties = [", "1,", "]\n"),
    "open questions": lambda: full("[contract]\nopen_questions = [", '"?",', "]\n"),
    "purchases of nothing": lambda: full(HEAD, "[[purchases]]\n"),
    "purchases of an unknown service": lambda: numbered(
        HEAD + ROW, '[[purchases]]\nservice = "x{}"\n', 60_000
    ),
    "purchases of an unknown service beside many services": lambda: many_services(
        "Service {}".format, 22_000, '[[purchases]]\nservice = "no {}"\n'
    ),
    "unknown lists of tables": lambda: numbered(HEAD, "[[x{}]]\n", 200_000),
    "one unknown list of tables": lambda: full(HEAD, "[[x]]\n"),
    "tables within tables": lambda: full(HEAD, "[a" + ".a" * 25 + "]\n"),
    "headers of many parts": lambda: numbered(HEAD, "[" + "a." * 28 + "a{}]\n", 40_000),
    "dotted keys": lambda: numbered(HEAD, "a." * 28 + "a{} = 1\n", 40_000),
    "a key of many parts": lambda: full(HEAD, "a.", "a = 1\n"),
    "a quoted key of many parts": lambda: full(HEAD, '"a" . ', "a = 1\n"),
    "a header of many parts": lambda: full(HEAD + "[", "a.", "a]\n"),
    "keys of many parts in braces": lambda: full(HEAD + "x = [", "{" + "a." * 29 + "a=1},", "]\n"),
    "the same key again and again": lambda: full(HEAD, "a = 1\n"),
    # brackets
    "lists within lists": lambda: nested("[", "]", 100_000),
    "lists within lists, not too deep": lambda: nested("[", "]", 90),
    "lists within lists, unclosed": lambda: full(HEAD + "x = ", "["),
    "braces within braces": lambda: nested("{a = ", "}", 100_000, "1"),
    "braces within braces, not too deep": lambda: nested("{a = ", "}", 90, "1"),
    "a list of numbers": lambda: full(HEAD + "x = [", "1,", "]\n"),
    "a list of lists": lambda: full(HEAD + "x = [", "[],", "]\n"),
    "a list of tables": lambda: full(HEAD + "x = [", "{a=1},", "]\n"),
    "a table of many keys in braces": lambda: (
        numbered(HEAD + "x = {b = 1", ", k{} = 1", 200_000) + b"}\n"
    ),
    "a list of empty lines": lambda: full(HEAD + "x = [", "\n", "]\n"),
    "a list of comments": lambda: full(HEAD + "x = [", "#\n", "]\n"),
    # texts and lines
    "a comment of 4 MiB": lambda: full(HEAD + ROW + "# ", "x", "\n"),
    "comments": lambda: full(HEAD + ROW, "#\n"),
    "empty lines": lambda: full(HEAD + ROW, "\n"),
    "empty lines of Windows": lambda: full(HEAD + ROW, "\r\n"),
    "spaces": lambda: full(HEAD + ROW, " ", "\n"),
    "tabs before a value": lambda: full(HEAD + ROW + "note =", "\t", "'x'\n"),
    "a note of 4 MiB": lambda: full(HEAD + ROW + 'note = "', "x", '"\n'),
    "a note of escapes": lambda: full(HEAD + ROW + 'note = "', "\\n", '"\n'),
    "a note of code points": lambda: full(HEAD + ROW + 'note = "', "\\U0001F600", '"\n'),
    "a note of lines": lambda: full(HEAD + ROW + 'note = """', "\n", '"""\n'),
    "a note of joined lines": lambda: full(HEAD + ROW + 'note = """', "\\\n", '"""\n'),
    "a note of quotes": lambda: full(HEAD + ROW + 'note = """', '""x', '"""\n'),
    "a note that never ends": lambda: full(HEAD + ROW + 'note = "', "x"),
    "a note of lines that never ends": lambda: full(HEAD + ROW + 'note = """', "x\n"),
    "escaped quotes that never end": lambda: full(HEAD + ROW + 'note = "', '\\"'),
    "quotes on each line": lambda: full(HEAD + ROW, '"\n'),
    "quotes in a line": lambda: full(HEAD + ROW, '"'),
    "notes of 30,000 letters": lambda: (
        HEAD.encode() + f'{ROW}note = "{"x" * 30_000}"\n'.encode() * 120
    ),
    "a title for every row": lambda: full(HEAD.replace('"Agreement"', f'"{"x" * 30_000}"'), ROW),
    "what is assumed, a line each": lambda: full(
        HEAD + 'assumed = """', "Signed: x\n", '"""\n' + ROW
    ),
    "what is assumed in every row": lambda: full(
        HEAD + 'assumed = """\n' + "Signed: x\n" * 3000 + '"""\n', ROW
    ),
    "points": lambda: full(HEAD + ROW + "# ", ". "),
    "words and points": lambda: full(HEAD + ROW, "a.", ""),
    "equal signs": lambda: full(HEAD + ROW, "="),
    # characters
    "a byte order mark": lambda: b"\xef\xbb\xbf" + row(""),
    "two byte order marks": lambda: b"\xef\xbb\xbf" * 2 + row(""),
    "lines of an old Macintosh": lambda: row("").replace(b"\n", b"\r"),
    "a zero byte": lambda: row('note = "a\0b"'),
    "zero bytes": lambda: bytes(LIMIT),
    "half a character": lambda: row('note = "') + b"\xc3\n",
    "UTF-16": lambda: row("").decode().encode("utf-16"),
    "a surrogate": lambda: row('note = "\\uD800"'),
    "an escape": lambda: row('note = "\\u001B[2J"'),
    # days
    "the first day of all": lambda: row("purchased_from = 0001-01-01"),
    "the last day of all": lambda: row("purchased_through = 9999-12-31"),
    "days at both ends": lambda: f"{HEAD}ends = 9999-12-31\n{ROW}".replace(
        "2024-01-01", "0001-01-01"
    ).encode(),
    "a time": lambda: row("purchased_from = 10:00:00"),
    "a moment": lambda: row("purchased_from = 2024-01-01T10:00:00Z"),
    "a moment at the edge of time": lambda: row("purchased_from = 0001-01-01T00:00:00+23:59"),
    # too large
    "more than 4 MiB": lambda: full(HEAD, "x") + b"x" * 10,
    "10 MB": lambda: row("") + b"# x\n" * 2_500_000,
}
"""By what is wrong with it."""

"""Files as accidents and attackers leave them: a sound file with a few bytes or words changed."""

import re
from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

NASTY = (
    *(b"", b"0", b"-1", b"1e999", b"nan", b"-inf", b"0x3E8", b"2_5", b"1048577", b"4294967296"),
    *(b"9" * 30, b"9" * 5000, b"0." + b"0" * 400 + b"1", b"2020", b"60", b"2958466", b"0001-01-01"),
    *(b"true", b"'", b'"', b"<", b"&amp;", b"&#0;", b"]]>", b"\x00", b"\xff\xfe", b"\x1b[2J"),
    *(
        "\u202e".encode(),
        "\u0662\u0665".encode(),
        b"$I$5",
        b"XFD1048576",
        b"ZZZZ1",
        b"A1:XFD1048576",
    ),
    *(
        b"or more",
        b"not on file",
        b"discount",
        b"..",
        b"../../x",
        b"#N/A",
        b"[[",
        b"]",
        b"{",
        b"\n\n",
    ),
)
"""What is put in the place of a word or number."""

WORD = re.compile(rb"[\w.+#$:-]+")
MOST_CHANGES = 4


def mutated(random: Random, content: bytes) -> bytes:
    """The file with one change or a few; of a package, mostly in one of its parts."""
    if content.startswith(b"PK") and random.random() < 0.9:
        return _repacked(random, content)
    return _changed(random, content)


def _changed(random: Random, content: bytes) -> bytes:
    for _ in range(random.randint(1, MOST_CHANGES)):
        content = random.choice(CHANGES)(random, content)
    return content


def _repacked(random: Random, content: bytes) -> bytes:
    with ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    changed = random.choice(list(parts))
    if random.random() < 0.5:  # what prices are read from
        read = [name for name in parts if re.search("sheet[23]|strings|workbook|vba", name, re.I)]
        changed = random.choice(read or [changed])
    target = BytesIO()
    with ZipFile(target, "w", random.choice([ZIP_STORED, ZIP_DEFLATED])) as package:
        for name, part in parts.items():
            if name != changed:
                package.writestr(name, part)
            elif random.random() < 0.97:  # otherwise it is missing
                package.writestr(name, _changed(random, part))
    return target.getvalue()


def _span(random: Random, content: bytes) -> tuple[int, int]:
    """A place in a file, from a byte to some thousand of them."""
    first = random.randrange(len(content) + 1)
    return first, min(len(content), first + 2 ** random.randrange(12))


def flip(random: Random, content: bytes) -> bytes:
    """Other bits in one byte."""
    if not content:
        return content
    at = random.randrange(len(content))
    return content[:at] + bytes([content[at] ^ random.randint(1, 255)]) + content[at + 1 :]


def drop(random: Random, content: bytes) -> bytes:
    """A span left out."""
    first, last = _span(random, content)
    return content[:first] + content[last:]


def repeat(random: Random, content: bytes) -> bytes:
    """A span that is there twice."""
    first, last = _span(random, content)
    return content[:last] + content[first:]


def move(random: Random, content: bytes) -> bytes:
    """A span in another place."""
    first, last = _span(random, content)
    rest = content[:first] + content[last:]
    at = random.randrange(len(rest) + 1)
    return rest[:at] + content[first:last] + rest[at:]


def cut_off(random: Random, content: bytes) -> bytes:
    """The end missing, as after a download that broke off."""
    return content[: random.randrange(len(content) + 1)]


def replace_word(random: Random, content: bytes) -> bytes:
    """One word or number that is another."""
    words = list(WORD.finditer(content))
    if not words:
        return content
    word = random.choice(words)
    return content[: word.start()] + random.choice(NASTY) + content[word.end() :]


def repeat_element(random: Random, content: bytes) -> bytes:
    """An element or a line that is there twice, or is missing."""
    elements = list(
        re.finditer(rb"<(c|row|si|xf|sheet|Override|Relationship)\b.*?/\1>|[^\n<]+\n", content)
    )
    if not elements:
        return content
    element = random.choice(elements)
    return (
        content[: element.start()]
        + element[0] * random.choice([0, 2, 2, 500])
        + content[element.end() :]
    )


CHANGES = (
    *(flip, drop, repeat, move, cut_off),
    *(replace_word,) * 6,
    *(repeat_element,) * 3,
)
"""The changes, the likelier ones several times."""

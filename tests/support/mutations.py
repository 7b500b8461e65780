"""Files as accidents and attackers leave them: a sound file with a few bytes or words changed."""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

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
Change = Callable[[Random, bytes], bytes]


def damage(random: Random, content: bytes, changes: Sequence[Change]) -> bytes:
    for change in changes:
        content = change(random, content)
    return content


def damage_part(random: Random, content: bytes, changes: Sequence[Change]) -> bytes:
    """The package with changes in one of its parts, or without it."""
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
                package.writestr(name, damage(random, part, changes))
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

SOME_CHANGES = st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4)
IN_A_PART = st.sampled_from([False] + [True] * 9)
PLACES = st.randoms(use_true_random=True)
"""Where something is changed: no place in a file is simpler than another."""


@st.composite
def damaged(draw: DrawFn, content: bytes) -> tuple[bytes, list[str]]:
    """The file with one change or a few, and their names; of a package, mostly in one part."""
    changes, random = draw(SOME_CHANGES), draw(PLACES)
    in_a_part = content.startswith(b"PK") and draw(IN_A_PART)
    found = (damage_part if in_a_part else damage)(random, content, changes)
    return found, [change.__name__ for change in changes]

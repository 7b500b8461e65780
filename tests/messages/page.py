"""The catalogue as a page of Markdown."""

import re
from collections.abc import Iterator, Sequence
from textwrap import indent
from typing import NamedTuple

from tests.messages.base import CONTRACT
from tests.messages.entry import Entry, Group
from tests.messages.running import Said, said_by

INTRODUCTION = f"""\
# Messages

Every message that the package can give, with what provokes it. The command
`python -m tests.messages` tries each of them and writes this page anew. The tests compare the page
with what that command would write, and name each place of the source whose message is not here.

Where nothing else is said, *contract.toml* is this contract, *book.xlsx* the workbook that is built
from it, and the folder holds nothing else. Three dots stand for the words of Python, or of another
program; X.Y.Z for a version.

```toml
{CONTRACT}```
"""


class Tried(NamedTuple):
    """A group with what each of its entries said."""

    group: Group
    said: list[Said]


def tried(groups: Sequence[Group]) -> list[Tried]:
    return [Tried(group, [said_by(entry) for entry in group.entries]) for group in groups]


def page_of(groups: Sequence[Tried]) -> str:
    return "\n".join([INTRODUCTION, *(line for each in groups for line in _group(each))])


def _group(tried: Tried) -> Iterator[str]:
    group = tried.group
    yield f"## {group.title}\n\n{group.words}\n"
    if group.command:
        yield f"What is typed, where nothing else is said: `{group.command}`\n"
    for entry, said in zip(group.entries, tried.said, strict=True):
        yield f"### {entry.title}\n"
        yield from _entry(entry, said, entry.typed != group.command)


def _entry(entry: Entry, said: Said, is_typed: bool) -> Iterator[str]:
    for each in entry.given:
        text = re.sub(
            "^(in|at|the|there|somebody) ", lambda found: found[0].capitalize(), each.text
        )
        yield "- " + indent(text.strip(), "  ").strip()
    if entry.given:
        yield ""
    shown = f"$ {entry.typed}" if entry.typed.startswith("xlfuncs") else entry.typed
    shown = re.sub(r"[\x00-\x1f]", lambda found: f"\\x{ord(found[0]):02x}", shown)
    yield "\n".join(["```text", *([shown] if entry.typed and is_typed else []), said.text, "```"])
    yield f"\nExit status {said.status}.\n" if said.status is not None else ""

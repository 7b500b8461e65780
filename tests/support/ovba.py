"""A strict reader of VBA projects, after the standard ([MS-OVBA] 2.3) and nothing else.

It takes no record, stream or line that the standard does not have, in no other order.
"""

import re
import struct
import warnings
from dataclasses import dataclass

import olefile

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of a library that oletools uses
    from oletools.olevba import VBA_Parser, VBA_Scanner, decompress_stream

__all__ = ["Module", "Project", "VBA_Parser", "VBA_Scanner", "read_project"]

GUID = r"\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}"
HEX = "[0-9A-F]+"
INFORMATION = (
    *(rf'ID="{GUID}"', r"(?:Document=[^/]+/&H[0-9A-F]{8}|(?:Module|Class)=.+)", r'Name="\w+"'),
    *(r'HelpContextID="\d+"', r'VersionCompatible32="393222000"'),
    *(rf'CMG="{HEX}"', rf'DPB="{HEX}"', rf'GC="{HEX}"'),
)
NOTHING_COMPILED = bytes.fromhex("cc61ffff000000")


@dataclass(frozen=True, slots=True)
class Module:
    """A module as the catalog has it."""

    name: str
    is_procedural: bool
    text: str


@dataclass(frozen=True, slots=True)
class Project:
    """What a project says of itself, in its three lists of modules."""

    modules: list[Module]
    listed: dict[str, str]
    named: list[str]


class Catalog:
    """The records of the stream `dir`, taken in order."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    def take(self, record: int, size: int | None = None) -> bytes:
        found, length = struct.unpack_from("<HI", self._content, self._place)
        assert found == record, f"record {found:#06x} at {self._place}; expected {record:#06x}"
        assert size in {None, length}
        self._place += 6 + length
        content = self._content[self._place - length : self._place]
        assert len(content) == length
        return content

    def next_is(self, record: int) -> bool:
        return struct.unpack_from("<H", self._content, self._place) == (record,)

    def take_plain(self, size: int) -> bytes:
        self._place += size
        return self._content[self._place - size : self._place]

    def both(self, plain: int, unicode: int) -> str:
        """A text, which is there twice."""
        text = self.take(plain).decode("cp1252")
        assert self.take(unicode).decode("utf-16-le") == text
        return text

    def assert_ended(self) -> None:
        assert self._place == len(self._content), "more than the records of the standard"


def read_project(content: bytes) -> Project:
    """The project in a vbaProject.bin; AssertionError for what the standard does not have."""
    ole = olefile.OleFileIO(content)
    assert ole.openstream("VBA/_VBA_PROJECT").read() == NOTHING_COMPILED
    catalog = Catalog(decompress_stream(bytearray(ole.openstream("VBA/dir").read())))
    _information(catalog)
    _references(catalog)
    modules = list(_modules(catalog, ole))
    streams = {"/".join(path) for path in ole.listdir()}
    expected = {"PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT"}
    assert streams == expected | {f"VBA/{module.name}" for module in modules}
    return Project(modules, _listed(ole), _named(ole))


def _information(catalog: Catalog) -> None:
    assert catalog.take(0x0001, 4) in {b"\1\0\0\0", b"\3\0\0\0"}  # Windows, 32 or 64 bit
    if catalog.next_is(0x004A):
        catalog.take(0x004A, 4)
    catalog.take(0x0002, 4)
    catalog.take(0x0014, 4)
    assert struct.unpack("<H", catalog.take(0x0003, 2)) == (1252,)
    catalog.take(0x0004)
    catalog.both(0x0005, 0x0040)
    assert catalog.take(0x0006) == catalog.take(0x003D)
    catalog.take(0x0007, 4)
    catalog.take(0x0008, 4)
    assert catalog.take_plain(6) == b"\x09\0\4\0\0\0"  # the version, longer than it says
    catalog.take_plain(6)
    catalog.both(0x000C, 0x003C)


def _references(catalog: Catalog) -> None:
    while not catalog.next_is(0x000F):
        catalog.both(0x0016, 0x003E)
        catalog.take(0x000D)


def _modules(catalog: Catalog, ole: olefile.OleFileIO) -> list[Module]:
    (count,) = struct.unpack("<H", catalog.take(0x000F, 2))
    assert catalog.take(0x0013, 2) == b"\xff\xff"
    modules = []
    for _ in range(count):
        name = catalog.both(0x0019, 0x0047)
        stream = catalog.both(0x001A, 0x0032)
        catalog.both(0x001C, 0x0048)
        assert catalog.take(0x0031, 4) == bytes(4)  # the text begins at once: nothing is compiled
        assert catalog.take(0x001E, 4) == bytes(4)
        assert catalog.take(0x002C, 2) == b"\xff\xff"
        is_procedural = catalog.next_is(0x0021)
        catalog.take(0x0021 if is_procedural else 0x0022, 0)
        catalog.take(0x002B, 0)
        packed = ole.openstream(f"VBA/{stream}").read()
        text = decompress_stream(bytearray(packed)).decode("cp1252")
        modules.append(Module(name, is_procedural, text))
    catalog.take(0x0010, 0)
    catalog.assert_ended()
    return modules


def _listed(ole: olefile.OleFileIO) -> dict[str, str]:
    """The modules in the stream PROJECT, each with its kind."""
    text = ole.openstream("PROJECT").read().decode("cp1252")
    assert re.fullmatch(r"(?:[^\r\n]*\r\n)+", text)
    information, host, windows = re.fullmatch(
        r"(?s)(.*?\r\n)\r\n\[Host Extender Info\]\r\n(.*?)\r\n\[Workspace\]\r\n(.*)", text
    ).groups()
    patterns = list(INFORMATION)
    listed = {}
    for line in information.splitlines():
        while not re.fullmatch(patterns[0], line):
            patterns.pop(0)
        kind, _, name = line.partition("=")
        if kind in {"Document", "Module", "Class"}:
            listed[name.partition("/")[0]] = kind
    assert len(patterns) == 1
    assert re.fullmatch(rf"&H[0-9A-F]{{8}}={GUID};VBE;&H[0-9A-F]{{8}}\r\n", host)
    window = r"([^=]+)=(?:-?\d+, ){4}[CIZ]?(?:, (?:-?\d+, ){4}[CIZ]?)?"
    shown = [re.fullmatch(window, line) for line in windows.splitlines()]
    assert [found[1] for found in shown] == list(listed)
    return listed


def _named(ole: olefile.OleFileIO) -> list[str]:
    """The modules in the stream PROJECTwm, whose names are there twice."""
    content = ole.openstream("PROJECTwm").read()
    assert content.endswith(b"\0\0")
    names = []
    place = 0
    while content[place:] != b"\0\0":
        end = content.index(b"\0", place)
        name = content[place:end].decode("cp1252")
        wide = name.encode("utf-16-le") + b"\0\0"
        assert content[end + 1 : end + 1 + len(wide)] == wide
        names.append(name)
        place = end + 1 + len(wide)
    return names

"""Structures as Thrift packs them, in which .parquet says what it holds."""

from __future__ import annotations

from typing import Any

DEEPEST = 16
"""Structures within each other."""

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_NUMBERS = (4, 5, 6)


class Broken(Exception):
    """Where a structure should be is none."""


class Packed:
    """Bytes with structures one after another; `place` is where the next one begins.

    >>> Packed(bytes([0x15, 0x06, 0x18, 0x01, 0x41, 0x00])).structure()
    {1: 3, 2: b'A'}
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.place = 0

    def structure(self, deepest: int = DEEPEST) -> dict[int, Any]:
        """The fields by their numbers. Raises Broken, and IndexError where the bytes end."""
        if not deepest:
            raise Broken
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._number()
            fields[number] = self._value(head & 15, deepest)
        return fields

    def _value(self, kind: int, deepest: int) -> Any:
        if kind in _NUMBERS:
            return self._number()
        if kind == _BINARY:
            return self._bytes(self._plain())
        if kind == _STRUCT:
            return self.structure(deepest - 1)
        if kind in {_LIST, _SET}:
            return self._list(deepest - 1)
        if kind in {_TRUE, _FALSE}:
            return kind == _TRUE
        if kind in {_BYTE, _DOUBLE}:
            return self._bytes(1 if kind == _BYTE else 8)
        raise Broken

    def _list(self, deepest: int) -> list[Any]:
        head = self._byte()
        count = self._plain() if head >> 4 == 15 else head >> 4
        kind = head & 15
        if not deepest or count > len(self._content):
            raise Broken
        if kind in {_TRUE, _FALSE}:  # in a list, each is a byte of its own
            kind = _BYTE
        return [self._value(kind, deepest) for _ in range(count)]

    def _number(self) -> int:
        plain = self._plain()
        return (plain >> 1) ^ -(plain & 1)

    def _plain(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7
            if shift > 63:
                raise Broken

    def _bytes(self, length: int) -> bytes:
        found = self._content[self.place : self.place + length]
        if len(found) < length:
            raise IndexError
        self.place += length
        return found

    def _byte(self) -> int:
        byte = self._content[self.place]
        self.place += 1
        return byte

"""XML that comes in pieces, and may have been made to exhaust its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn
from xml.parsers import expat

from xlfuncs.pricing.kinds import BadInput

LONGEST_TAG = 2**20
"""Bytes that one tag or comment may have: a longer one is read again with each piece of it."""

AGAIN = "open it in Excel and save it again"


class Pieces:
    """Tells of tags by their names, which may have a prefix, and of the text between them.

    Raises BadInput for what is not well-formed, and for entities, which no workbook has.
    """

    def __init__(
        self,
        start: Callable[[str, Mapping[str, str]], None],
        text: Callable[[str], None] | None = None,
        end: Callable[[str], None] | None = None,
    ) -> None:
        self._fed = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.StartDoctypeDeclHandler = _refuse_entities
        self._parser.CharacterDataHandler = text

    def refuse_asides(self, aside: Callable[..., None]) -> None:
        """Tell of comments and their like, at which some programs end a text."""
        self._parser.CommentHandler = aside
        self._parser.ProcessingInstructionHandler = aside
        self._parser.StartCdataSectionHandler = aside

    def feed_in_parts(self, piece: bytes) -> None:
        """The same, but each reference to a character is a text by itself."""
        self._parser.buffer_text = False
        self.feed(piece)
        self._parser.buffer_text = True

    def feed(self, piece: bytes) -> None:
        self._fed += len(piece)
        self._parse(piece, last=False)
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG:
            raise BadInput(f"is damaged: a tag has more than {LONGEST_TAG:,} bytes; {AGAIN}")

    def close(self) -> None:
        self._parse(b"", last=True)

    def _parse(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except BadInput:
            raise
        except (expat.ExpatError, ValueError, LookupError) as error:  # the latter for encodings
            raise BadInput(f"is damaged ({error}); {AGAIN}") from None


def _refuse_entities(*_: object) -> NoReturn:
    raise BadInput(f"defines entities, which no workbook does; {AGAIN}")

"""Being told by LibreOffice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.document import XDocumentEventListener
from com.sun.star.util import XModifyListener

SHOWN_TO_OTHERS = {"OnSave", "OnSaveAs", "OnSaveTo", "OnPrint"}
"""What happens to a document when there is no time to wait for an idle moment."""


class Listener(unohelper.Base, XModifyListener, XDocumentEventListener, XCallback):
    """Told by LibreOffice of changes, of what happens to a document, and of idle moments."""

    def __init__(self, told: Callable[[], None], gone: Callable[[], None]) -> None:
        self._told = told
        self._gone = gone

    def modified(self, event: Any) -> None:
        self._told()

    def documentEventOccured(self, event: Any) -> None:  # noqa: N802 - so LibreOffice spells it
        if event.EventName in SHOWN_TO_OTHERS:
            self._told()

    def notify(self, data: Any) -> None:
        self._told()

    def disposing(self, event: Any) -> None:
        self._gone()

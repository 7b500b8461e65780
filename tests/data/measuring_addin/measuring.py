"""Two functions of the tests' own: what a call costs by itself, and what is still held."""

import gc
import sys

import unohelper
from org.xlfuncs import XMeasuring


class Measuring(unohelper.Base, XMeasuring):
    def __init__(self, context):
        pass

    def doNothing(self, document, quantity, purchased, service, known_on):  # noqa: N802
        return ((255000.0,),)

    def countDocuments(self):  # noqa: N802
        """Documents and listeners that any extension's adapter still holds."""
        gc.collect()
        kinds = tuple(
            getattr(module, kind)
            for name, module in sys.modules.items()
            if name.startswith("xlfuncs_") and name.endswith(".hosts.calc_document")
            for kind in ("Document", "Reader", "Listener")
        )
        held = [each for each in gc.get_objects() if isinstance(each, kinds)]
        return ((float(len(held)),),)


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - so LibreOffice asks for it
g_ImplementationHelper.addImplementation(
    Measuring, "org.xlfuncs.MeasuringInPython", ("org.xlfuncs.Measuring",)
)

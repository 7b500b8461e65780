"""COM by hand, on Windows: VARIANTs filled field by field, and IDispatch called through its table.

Nothing is converted on the way, as pywin32 would: each VARIANT has exactly the type that VBA sends.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_int16, c_int32, c_int64, c_uint16, c_uint32, c_void_p
from typing import Any

from com_variants import Variant

OLE, AUTOMATION = ctypes.oledll.ole32, ctypes.WinDLL("oleaut32")
KINDS = {
    "EMPTY": 0,
    "NULL": 1,
    "I2": 2,
    "I4": 3,
    "R4": 4,
    "R8": 5,
    "CY": 6,
    "DATE": 7,
    "BSTR": 8,
    "DISPATCH": 9,
    "ERROR": 10,
    "BOOL": 11,
    "I8": 20,
    "ARRAY": 0x200C,
}
"""Types of VARIANTs by their numbers; an array is one of VARIANTs."""

NAMES = {number: name for name, number in KINDS.items()}
FIELDS = {
    "I2": "short",
    "I4": "long",
    "R4": "single",
    "R8": "double",
    "CY": "hyper",
    "DATE": "double",
    "ERROR": "long",
    "BOOL": "short",
    "I8": "hyper",
}
"""Where the value of each type is."""

VARIANTS = 12
METHOD_WITH_RESULT = 3
RELEASE, GET_NAMES, INVOKE = 2, 5, 6
"""Places in the table of an IDispatch."""


class Content(ctypes.Union):
    _fields_ = [
        ("short", c_int16),
        ("long", c_int32),
        ("hyper", c_int64),
        ("single", ctypes.c_float),
        ("double", ctypes.c_double),
        ("pointer", c_void_p),
    ]


class VARIANT(ctypes.Structure):
    _anonymous_ = ("content",)
    _fields_ = [
        ("vt", c_uint16),
        ("reserved", c_uint16 * 3),
        ("content", Content),
        ("padding", c_void_p),
    ]


class BOUND(ctypes.Structure):
    _fields_ = [("count", c_uint32), ("first", c_int32)]


class PARAMETERS(ctypes.Structure):
    _fields_ = [
        ("arguments", POINTER(VARIANT)),
        ("names", c_void_p),
        ("count", c_uint32),
        ("named", c_uint32),
    ]


class EXCEPTION(ctypes.Structure):
    _fields_ = [
        ("code", c_uint16),
        ("reserved", c_uint16),
        ("source", c_void_p),
        ("description", c_void_p),
        ("help_file", c_void_p),
        ("help_context", c_uint32),
        ("reserved_too", c_void_p),
        ("deferred", c_void_p),
        ("scode", c_int32),
    ]


AUTOMATION.SysAllocStringLen.argtypes = [ctypes.c_void_p, c_uint32]
AUTOMATION.SysAllocStringLen.restype = c_void_p
AUTOMATION.SysStringByteLen.argtypes = [c_void_p]
AUTOMATION.SysFreeString.argtypes = [c_void_p]
AUTOMATION.SafeArrayCreate.argtypes = [c_uint16, c_uint32, POINTER(BOUND)]
AUTOMATION.SafeArrayCreate.restype = c_void_p
AUTOMATION.SafeArrayAccessData.argtypes = [c_void_p, POINTER(c_void_p)]
AUTOMATION.SafeArrayUnaccessData.argtypes = [c_void_p]
AUTOMATION.SafeArrayGetDim.argtypes = [c_void_p]
AUTOMATION.SafeArrayGetLBound.argtypes = [c_void_p, c_uint32, POINTER(c_int32)]
AUTOMATION.SafeArrayGetUBound.argtypes = [c_void_p, c_uint32, POINTER(c_int32)]
AUTOMATION.VariantClear.argtypes = [POINTER(VARIANT)]


def fill(variant: VARIANT, wanted: Variant) -> None:
    """Makes an empty VARIANT what is wanted."""
    if wanted.kind == "ARRAY":
        variant.pointer = new_array(wanted)
    elif wanted.kind == "BSTR":
        units = wanted.value.encode("utf-16-le", "surrogatepass")
        variant.pointer = AUTOMATION.SysAllocStringLen(units, len(units) // 2)
    elif wanted.kind == "BOOL":
        variant.short = -1 if wanted.value else 0
    elif wanted.kind in FIELDS:
        setattr(variant, FIELDS[wanted.kind], wanted.value)
    variant.vt = KINDS[wanted.kind]


def new_array(wanted: Variant) -> int:
    dimensions = [BOUND(last - first + 1, first) for first, last in wanted.bounds]
    made = AUTOMATION.SafeArrayCreate(
        VARIANTS, len(dimensions), (BOUND * len(dimensions))(*dimensions)
    )
    elements = wanted.value
    if len(dimensions) > 1:  # they lie column by column
        elements = [element for column in zip(*elements, strict=True) for element in column]
    for place, element in zip(elements_of(made, len(elements)), elements, strict=True):
        fill(place, element)
    AUTOMATION.SafeArrayUnaccessData(made)
    return made


def elements_of(made: int, count: int) -> Any:
    """The elements of an array where they lie; the array is locked."""
    place = c_void_p()
    AUTOMATION.SafeArrayAccessData(made, byref(place))
    return (VARIANT * count).from_address(place.value) if count else ()


def read(variant: VARIANT) -> Variant:
    kind = NAMES.get(variant.vt, f"type {variant.vt}")
    if kind == "ARRAY":
        return read_array(variant.pointer)
    if kind == "BSTR":
        return Variant(kind, text_at(variant.pointer))
    if kind == "BOOL":
        return Variant(kind, bool(variant.short))
    return Variant(kind, getattr(variant, FIELDS[kind]) if kind in FIELDS else None)


def text_at(pointer: int | None) -> str:
    if not pointer:
        return ""
    units = ctypes.string_at(pointer, AUTOMATION.SysStringByteLen(pointer))
    return units.decode("utf-16-le", "surrogatepass")


def read_array(made: int) -> Variant:
    bounds = []
    count = 1
    for dimension in range(1, AUTOMATION.SafeArrayGetDim(made) + 1):
        first, last = c_int32(), c_int32()
        AUTOMATION.SafeArrayGetLBound(made, dimension, byref(first))
        AUTOMATION.SafeArrayGetUBound(made, dimension, byref(last))
        bounds.append((first.value, last.value))
        count *= last.value - first.value + 1
    elements = [read(element) for element in elements_of(made, count)]
    AUTOMATION.SafeArrayUnaccessData(made)
    if len(bounds) == 1:
        return Variant("ARRAY", elements, tuple(bounds))
    rows = bounds[0][1] - bounds[0][0] + 1
    return Variant("ARRAY", [elements[row::rows] for row in range(rows)], tuple(bounds))


class Arguments:
    """Arguments as a call takes them, the last one first; made once for any number of calls."""

    def __init__(self, wanted: list[Variant]) -> None:
        self.variants = (VARIANT * len(wanted))()
        for place, argument in zip(self.variants, reversed(wanted), strict=True):
            fill(place, argument)
        self.parameters = PARAMETERS(self.variants, None, len(wanted), 0)

    def clear(self) -> None:
        for variant in self.variants:
            AUTOMATION.VariantClear(byref(variant))


class Dispatch:
    """An object of COM that is called by the names of its methods."""

    def __init__(self, pointer: int) -> None:
        self._pointer = c_void_p(pointer)
        self._nowhere = (ctypes.c_byte * 16)()

    def _call(self, place: int, types: tuple[Any, ...], *arguments: Any) -> int:
        function = ctypes.WINFUNCTYPE(c_int32, c_void_p, *types)
        table = ctypes.cast(self._pointer, POINTER(POINTER(c_void_p))).contents
        return function(table[place])(self._pointer, *arguments)

    def method(self, name: str) -> int:
        found = c_int32()
        types = (c_void_p, c_void_p, c_uint32, c_uint32, c_void_p)
        names = (ctypes.c_wchar_p * 1)(name)
        failed = self._call(GET_NAMES, types, self._nowhere, names, 1, 0, byref(found))
        if failed:
            raise RuntimeError(f"no method {name}: {failed & 0xFFFFFFFF:#x}")
        return found.value

    def invoke(self, method: int, arguments: Arguments, result: VARIANT) -> None:
        wrong = EXCEPTION()
        types = (c_int32, c_void_p, c_uint32, c_uint16, *[c_void_p] * 4)
        failed = self._call(
            INVOKE,
            types,
            method,
            self._nowhere,
            0,
            METHOD_WITH_RESULT,
            byref(arguments.parameters),
            byref(result),
            byref(wrong),
            None,
        )
        if failed:
            raise RuntimeError(f"{failed & 0xFFFFFFFF:#x} {text_at(wrong.description)}".strip())

    def release(self) -> None:
        self._call(RELEASE, ())

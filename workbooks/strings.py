"""The shared strings of a workbook: Excel keeps every text once, openpyxl leaves it in its cell."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from xlfuncs.files.books.xml_parts import MAIN

SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class SharedStrings:
    """Collects the texts of the cells, sheet by sheet, in the order in which they first come."""

    def __init__(self) -> None:
        self._indexes: dict[str, int] = {}
        self._uses = 0

    def take_from(self, sheet: Element) -> None:
        """Moves the texts out of the cells of a sheet."""
        for cell in sheet.iter(f"{{{MAIN}}}c"):
            if cell.get("t") == "inlineStr":
                text = "".join(cell.itertext())
                del cell[:]
                cell.set("t", "s")
                index = self._indexes.setdefault(text, len(self._indexes))
                SubElement(cell, f"{{{MAIN}}}v").text = str(index)
                self._uses += 1

    def part(self) -> Element:
        """The part that holds them all."""
        count = {"count": str(self._uses), "uniqueCount": str(len(self._indexes))}
        root = Element(f"{{{MAIN}}}sst", count)
        for text in self._indexes:
            shown = SubElement(SubElement(root, f"{{{MAIN}}}si"), f"{{{MAIN}}}t")
            shown.text = text
            if text != text.strip() or "\n" in text:
                shown.set(SPACE, "preserve")
        return root

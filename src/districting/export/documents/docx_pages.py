"""Pages of a DOCX paper: upright, across, or across and twice as large, changing by part."""

from __future__ import annotations

from copy import deepcopy
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.document import Document as Paper


LARGER = 2**0.5
"""Side of a page over that of the next smaller one of its series: A3 over A4."""


class Lie(IntEnum):
    """How a page lies; a table goes on the first that it fits on."""

    UPRIGHT = 0
    ACROSS = 1
    LARGE = 2


class Pages:
    """Breaks a paper into runs of pages that lie the same way.

    Parameters
    ----------
    paper : docx.document.Document
        Its last section gives the upright page.
    """

    def __init__(self, paper: Paper) -> None:
        self._last: Any = paper.sections[-1]._sectPr
        across = turned(self._last)
        self._forms = {
            Lie.UPRIGHT: deepcopy(self._last),
            Lie.ACROSS: across,
            Lie.LARGE: enlarged(across),
        }
        self.lie: Lie | None = None

    def width(self, lie: Lie) -> int:
        """Return the width of the text [twips]."""
        form = self._forms[lie]
        size, margins = form.find(qn("w:pgSz")), form.find(qn("w:pgMar"))
        sides = sum(int(margins.get(qn(f"w:{side}"))) for side in ("left", "right"))
        return int(size.get(qn("w:w"))) - sides

    def turn(self, lie: Lie) -> Any | None:
        """Lie the pages from here on; return the element that ends the pages before, if any."""
        before, self.lie = self.lie, lie
        if before is None or before == lie:
            return None
        paragraph = OxmlElement("w:p")
        form = OxmlElement("w:pPr")
        form.append(deepcopy(self._forms[before]))
        paragraph.append(form)
        return paragraph

    def finish(self) -> None:
        """Lie the last pages as asked last."""
        if self.lie:
            self._last.getparent().replace(self._last, self._forms[self.lie])


def turned(form: Any) -> Any:
    """Return a section's form with the page on its side: top goes right, left goes top."""
    across = deepcopy(form)
    size, margins = across.find(qn("w:pgSz")), across.find(qn("w:pgMar"))
    width, height = size.get(qn("w:w")), size.get(qn("w:h"))
    size.set(qn("w:w"), height)
    size.set(qn("w:h"), width)
    size.set(qn("w:orient"), "landscape")
    sides = {"top": "left", "right": "top", "bottom": "right", "left": "bottom"}
    old = {side: margins.get(qn(f"w:{side}")) for side in sides}
    for side, source in sides.items():
        margins.set(qn(f"w:{side}"), old[source])
    return across


def enlarged(form: Any) -> Any:
    """Return a section's form with the page of the next larger size and the same margins."""
    large = deepcopy(form)
    size = large.find(qn("w:pgSz"))
    for side in ("w:w", "w:h"):
        size.set(qn(side), str(round(int(size.get(qn(side))) * LARGER)))
    return large

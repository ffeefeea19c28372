"""Pages of a DOCX paper, upright or across, changing from part to part."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.document import Document as Paper


class Pages:
    """Breaks a paper into runs of pages that lie the same way.

    Parameters
    ----------
    paper : docx.document.Document
        Its last section gives the upright page.
    """

    def __init__(self, paper: Paper) -> None:
        self._last: Any = paper.sections[-1]._sectPr
        self._upright, self._across = deepcopy(self._last), turned(self._last)
        self.across: bool | None = None

    def width(self, across: bool) -> int:
        """Return the width of the text [twips]."""
        form = self._across if across else self._upright
        size, margins = form.find(qn("w:pgSz")), form.find(qn("w:pgMar"))
        sides = sum(int(margins.get(qn(f"w:{side}"))) for side in ("left", "right"))
        return int(size.get(qn("w:w"))) - sides

    def turn(self, across: bool) -> Any | None:
        """Lie the pages from here on; return the element that ends the pages before, if any."""
        before, self.across = self.across, across
        if before is None or before == across:
            return None
        paragraph = OxmlElement("w:p")
        form = OxmlElement("w:pPr")
        form.append(deepcopy(self._across if before else self._upright))
        paragraph.append(form)
        return paragraph

    def finish(self) -> None:
        """Lie the last pages as asked last."""
        if self.across:
            self._last.getparent().replace(self._last, self._across)


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

"""A document as a DOCX paper, on the toolkit's own page or on a template of the bureau's.

Page and type follow GB/T 9704-2012 (公文格式): A4, margins 37/35/28/26 mm, title 二号, text 三号
仿宋, headings 黑体; tables too wide for A4 across stand on A3. The file names 仿宋, 黑体 and 楷体
with substitutes; machines without them take the next Chinese face.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from districting.export.documents.document import Document, Paragraph, Section, Table
from districting.export.documents.material import DocumentError
from districting.terms import say

if TYPE_CHECKING:
    from docx.document import Document as Paper

    from districting.export.documents.docx_pages import Lie, Pages
    from districting.export.documents.docx_parts import Parts

TITLE, SUBTITLE, MARK = "{{标题}}", "{{副题}}", "{{标记}}"
CONTENT = "{{内容}}"
"""Places in a template: the last stands alone in a paragraph, the others anywhere."""


def write_docx(document: Document, path: Path, template: Path | None = None) -> None:
    """Write `document` to the DOCX file `path`; equal documents give equal bytes.

    Parameters
    ----------
    template : Path, optional
        A DOCX with the paragraph ``{{内容}}``; ``{{标题}}``, ``{{副题}}`` and ``{{标记}}`` are
        filled in wherever they stand, headers and footers included. Its page and its styles hold;
        styles it lacks are added.

    Raises
    ------
    DocumentError
        If python-docx is not installed, or the template cannot be used.
    """
    paper = _open(template)
    from districting.export.documents.docx_pages import Pages
    from districting.export.documents.docx_parts import Parts
    from districting.export.documents.docx_styles import add_styles
    from districting.export.documents.docx_zip import save_repeatably

    add_styles(paper)
    marker = next((p for p in paper.paragraphs if p.text.strip() == CONTENT), None)
    if marker is None:
        raise DocumentError(say("documents.no_marker", path=template, marker=CONTENT))
    # Before the content, which has no places: looking through its cells took most of the time.
    _fill(paper, {TITLE: document.title, SUBTITLE: document.subtitle or "", MARK: document.mark})
    pages = Pages(paper)
    for element in _elements(document, Parts.of(paper), pages):
        marker._p.addprevious(element)
    pages.finish()
    marker._p.getparent().remove(marker._p)
    paper.core_properties.title = document.title
    save_repeatably(paper, path)


def write_template(path: Path) -> None:
    """Write the blank page with all places and styles, for the bureau to edit and give back.

    Raises
    ------
    DocumentError
        If python-docx is not installed.
    """
    paper = _open(None)
    from districting.export.documents.docx_styles import add_styles
    from districting.export.documents.docx_zip import save_repeatably

    add_styles(paper)
    save_repeatably(paper, path)


def _open(template: Path | None) -> Paper:
    try:
        from docx.opc.exceptions import PackageNotFoundError

        from districting.export.documents.docx_styles import blank, opened
    except ModuleNotFoundError:
        raise DocumentError(say("documents.no_docx")) from None
    if template is None:
        return blank((TITLE, SUBTITLE, CONTENT, MARK))
    try:
        return opened(template)
    except (PackageNotFoundError, ValueError, KeyError, OSError) as error:
        message = say("documents.bad_template", path=template, reason=error)
        raise DocumentError(message) from None


def _elements(document: Document, parts: Parts, pages: Pages) -> Iterator[Any]:
    """Yield the elements of the body in order."""
    for number, section in enumerate(document.sections):
        lie = _lie(section, pages)
        ended = pages.turn(lie)
        if ended is not None:
            yield ended
        if number == 0:
            for place, basis in enumerate(document.basis):
                said = say("documents.basis_line", text=basis) if place == 0 else basis
                yield parts.paragraph(said, "basis")
        if len(document.sections) > 1:
            yield parts.paragraph(section.heading, "heading", section.new_page and ended is None)
        for block in section.blocks:
            yield from _block(block, parts, pages.width(lie))
    for note in document.notes:
        yield parts.paragraph(note, "note")


def _lie(section: Section, pages: Pages) -> Lie:
    """Return how pages lie that all tables of the section fit on: across, small type will do."""
    from districting.export.documents.docx_pages import Lie
    from districting.export.documents.docx_parts import SMALL, USUAL, least_width

    def fits(lie: Lie, type_: Any) -> bool:
        return all(least_width(t, type_) <= pages.width(lie) for t in section.tables())

    if fits(Lie.UPRIGHT, USUAL):
        return Lie.UPRIGHT
    return Lie.ACROSS if fits(Lie.ACROSS, SMALL) else Lie.LARGE


def _block(block: Paragraph | Table, parts: Parts, width: int) -> Iterator[Any]:
    if isinstance(block, Paragraph):
        yield parts.paragraph(block.text, block.style)
        return
    if block.title:
        yield parts.paragraph(block.title, "caption")
    for piece in parts.tables(block, width):
        yield piece
        yield parts.paragraph("", "note")


def _fill(paper: Paper, values: dict[str, str]) -> None:
    """Put values into their places in the body, its tables, headers and footers."""
    stories: list[Any] = [paper]
    for section in paper.sections:
        around = (section.header, section.footer)
        first = (section.first_page_header, section.first_page_footer)
        # Asking a header that a page lacks for its text would add one.
        stories += [s for s in (*around, *first) if not s.is_linked_to_previous]
    for story in stories:
        cells = [c for t in story.tables for row in t.rows for c in row.cells]
        for paragraph in [*story.paragraphs, *(p for c in cells for p in c.paragraphs)]:
            _fill_paragraph(paragraph, values)


def _fill_paragraph(paragraph: Any, values: dict[str, str]) -> None:
    """Replace places in a paragraph; one spread over several runs goes into the first of them."""
    if not any(place in paragraph.text for place in values):
        return
    for run in paragraph.runs:
        for place, value in values.items():
            if place in run.text:
                run.text = run.text.replace(place, value)
    left = [place for place in values if place in paragraph.text]
    if left:
        text = paragraph.text
        for place in left:
            text = text.replace(place, values[place])
        for run in paragraph.runs[1:]:
            run.text = ""
        paragraph.runs[0].text = text

"""Page and styles of a DOCX paper after GB/T 9704-2012, with substitutes for missing typefaces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from districting.export.workbook import HEI, KAI, SONG

if TYPE_CHECKING:
    from docx.document import Document as Paper

LATIN = "Times New Roman"
SUBSTITUTES = {
    SONG: "FangSong;仿宋_GB2312;FangSong_GB2312;STFangsong;Noto Serif CJK SC;Noto Sans CJK SC",
    HEI: "SimHei;STHeiti;Noto Sans CJK SC;WenQuanYi Zen Hei",
    KAI: "KaiTi;楷体_GB2312;STKaiti;Noto Serif CJK SC;Noto Sans CJK SC",
}
"""Faces to take where the named one is missing, in order."""
CENTRE, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY


@dataclass(frozen=True)
class Look:
    """Look of a paragraph style; sizes in points."""

    name: str
    face: str
    size: float
    align: Any = JUSTIFIED
    line: float = 0.0
    before: float = 0.0
    after: float = 0.0
    indent: float = 0.0
    level: int | None = None
    with_next: bool = False


LOOKS = {
    "title": Look("公文标题", HEI, 22, CENTRE, after=10),
    "subtitle": Look("公文副题", KAI, 14, CENTRE, after=8),
    "basis": Look("公文依据", SONG, 14, line=24, indent=28),
    "heading": Look("公文标题一", HEI, 16, LEFT, before=12, after=6, level=0, with_next=True),
    "body": Look("公文正文", SONG, 16, line=28, indent=32),
    "quote": Look("公文引文", KAI, 14, line=24, indent=28),
    "note": Look("公文附注", SONG, 9, LEFT, before=2),
    "caption": Look("表格标题", HEI, 12, LEFT, before=8, after=4, with_next=True),
    "head": Look("表格表头", HEI, 10.5, CENTRE),
    "cell": Look("表格文字", SONG, 10.5, LEFT),
    "number": Look("表格数字", SONG, 10.5, WD_ALIGN_PARAGRAPH.RIGHT),
    "name": Look("表格名称", SONG, 10.5, CENTRE),
    "small_head": Look("小表表头", HEI, 7.5, CENTRE),
    "small_cell": Look("小表文字", SONG, 7.5, LEFT),
    "small_number": Look("小表数字", SONG, 7.5, WD_ALIGN_PARAGRAPH.RIGHT),
    "small_name": Look("小表名称", SONG, 7.5, CENTRE),
    "foot": Look("公文页脚", SONG, 9, CENTRE),
}
"""Styles by use; the names are what the bureau sees and changes in Word or WPS."""


def blank(places: tuple[str, str, str, str]) -> Paper:
    """Return an empty paper that holds the places for title, subtitle, content and mark."""
    paper = docx.Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    add_styles(paper)
    title, subtitle, content, mark = places
    for text, use in ((title, "title"), (subtitle, "subtitle"), (content, "body")):
        paper.add_paragraph(text, style=LOOKS[use].name)
    foot = section.footer.paragraphs[0]
    foot.style = LOOKS["foot"].name
    foot.add_run(f"{mark}　— ")
    _page_number(foot)
    foot.add_run(" —")
    return paper


def opened(template: Path) -> Paper:
    """Return the paper in the file `template`."""
    return docx.Document(str(template))


def add_styles(paper: Paper) -> None:
    """Add the styles that the paper lacks, and name the substitutes of their typefaces."""
    have = {style.name for style in paper.styles}
    for look in LOOKS.values():
        if look.name not in have:
            _add_style(paper, look)
    _name_substitutes(paper)


def _add_style(paper: Paper, look: Look) -> None:
    style: Any = paper.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    style.quick_style = True
    style.font.name, style.font.size = LATIN, Pt(look.size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), look.face)
    form = style.paragraph_format
    form.alignment = look.align
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.line_spacing = Pt(look.line) if look.line else 1.0
    if look.indent:
        form.first_line_indent = Pt(look.indent)
    form.keep_with_next = look.with_next
    if look.level is not None:
        level = parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{look.level}"/>')
        style.element.get_or_add_pPr().append(level)


def _name_substitutes(paper: Paper) -> None:
    """Enter the typefaces into the font table with charset 134 and their substitutes."""
    part = next(p for p in paper.part.package.iter_parts() if "fontTable" in p.partname)
    table = parse_xml(part.blob)
    have = {font.get(qn("w:name")) for font in table}
    for face, others in SUBSTITUTES.items():
        if face not in have:
            entry = f'<w:font {nsdecls("w")} w:name="{face}"><w:altName w:val="{others}"/>'
            entry += '<w:charset w:val="86"/><w:family w:val="modern"/></w:font>'
            table.append(parse_xml(entry))
    part._blob = docx.oxml.xmlchemy.serialize_for_reading(table).encode("utf-8")


def _page_number(paragraph: Any) -> None:
    field = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))

"""Paragraphs and tables of a DOCX paper as elements; tables are built whole, for speed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from districting.export.documents.document import Cell, Column, Table
from districting.export.documents.docx_styles import LOOKS
from districting.export.documents.layout import (
    column_widths,
    head_groups,
    head_text,
    least_widths,
    shown,
)
from districting.terms import say

if TYPE_CHECKING:
    from docx.document import Document as Paper

LEAD = 25
"""Room above and below the text in a cell [twips]."""
PIECE = 400
"""Rows of one table; a longer one is set in pieces, each with its heads. Office programs take time
that grows with the square of a table's pages."""
SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="EDEFF2"/>'


@dataclass(frozen=True)
class _Type:
    """Width of half a Chinese character, and room left and right of the text in a cell [twips]."""

    character: int
    margin: int

    def twips(self, widths: list[float]) -> list[float]:
        """Return widths of columns in twips from those in characters."""
        return [w * self.character + 2 * self.margin for w in widths]


USUAL, SMALL = _Type(105, 60), _Type(75, 40)
"""Type of tables, and of those too wide for it."""


@dataclass(frozen=True)
class _Box:
    """One cell of the grid: text, its style, columns it spans, and its part in a vertical merge."""

    text: str
    use: str
    span: int = 1
    merge: str = ""
    shaded: bool = False


@dataclass(frozen=True)
class Parts:
    """Makes the elements of one paper.

    Parameters
    ----------
    ids : dict of str to str
        Id of the paper's style by use; a template made in Word has ids of its own.
    """

    ids: dict[str, str]

    @classmethod
    def of(cls, paper: Paper) -> Parts:
        """Return the maker for `paper`, which has all styles of ``LOOKS``."""
        return cls({use: str(paper.styles[k.name].style_id) for use, k in LOOKS.items()})

    def paragraph(self, text: str, use: str, new_page: bool = False) -> Any:
        """Return a paragraph in one of the styles of ``LOOKS``."""
        xml = self._text(text, use, "<w:pageBreakBefore/>" if new_page else "")
        return parse_xml(xml.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1))

    def tables(self, table: Table, width: int) -> Iterator[Any]:
        """Yield `table` in elements `width` twips wide at most; heads repeat on every page.

        Where it is too wide even so, its type is small.
        """
        if least_width(table) > width:
            small = {u.removeprefix("small_"): i for u, i in self.ids.items() if "small_" in u}
            return Parts(self.ids | small)._pieces(table, width, SMALL)
        return self._pieces(table, width, USUAL)

    def _pieces(self, table: Table, width: int, type_: _Type) -> Iterator[Any]:
        grid = fitted(table, width, type_)
        heads = [self._row(boxes, grid, head=True) for boxes in _heads(table.columns)]
        rows = []
        runs = {i: _merges(table, i) for i, c in enumerate(table.columns) if c.merged}
        for number, cells in enumerate(table.rows()):
            rows.append(self._row(_boxes(table.columns, cells, number, runs), grid))
        if not len(table.frame):
            rows.append(self._row([_Box(say("documents.none"), "name", len(grid))], grid))
        pieces = [rows[start : start + PIECE] for start in range(0, len(rows), PIECE)]
        if table.has_total and len(table.frame):
            pieces[-1].append(self._row(_totals(table), grid))
        columns = "".join(f'<w:gridCol w:w="{w}"/>' for w in grid)
        for piece in pieces:
            yield parse_xml(
                f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(grid)}" w:type="dxa"/>'
                f'<w:jc w:val="center"/>{_borders()}<w:tblLayout w:type="fixed"/>'
                f"{_margins(type_.margin)}</w:tblPr>"
                f"<w:tblGrid>{columns}</w:tblGrid>{''.join(heads + piece)}</w:tbl>"
            )

    def _text(self, text: str, use: str, before: str = "") -> str:
        style = f'<w:pPr><w:pStyle w:val="{escape(self.ids[use])}"/>{before}</w:pPr>'
        lines = "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")
        )
        return f"<w:p>{style}<w:r>{lines}</w:r></w:p>"

    def _row(self, boxes: list[_Box], grid: list[int], head: bool = False) -> str:
        """Return a row; it is not broken over pages, and a head stands on top of every page."""
        cells, at = [], 0
        for box in boxes:
            width = sum(grid[at : at + box.span])
            at += box.span
            span = f'<w:gridSpan w:val="{box.span}"/>' if box.span > 1 else ""
            merge = f'<w:vMerge w:val="{box.merge}"/>' if box.merge else ""
            form = f'<w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{SHADE if box.shaded else ""}'
            text = self._text(box.text, box.use)
            cells.append(f'<w:tc><w:tcPr>{form}<w:vAlign w:val="center"/></w:tcPr>{text}</w:tc>')
        repeat = "<w:tblHeader/>" if head else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(cells)}</w:tr>"


def least_width(table: Table, type_: _Type = USUAL) -> float:
    """Return the least width at which `table` is still read in a type [twips]."""
    return sum(type_.twips(least_widths(table)))


def fitted(table: Table, width: int, type_: _Type) -> list[int]:
    """Return column widths [twips] that add up to `width` at most; texts give way to numbers."""
    wanted, least = type_.twips(column_widths(table)), type_.twips(least_widths(table))
    excess, slack = sum(wanted) - width, sum(wanted) - sum(least)
    if excess > slack:
        return [int(w * width / sum(least)) for w in least]
    share = max(excess, 0.0) / slack if slack else 0.0
    return [int(w - share * (w - low)) for w, low in zip(wanted, least, strict=True)]


def _margins(margin: int) -> str:
    sides = (("top", LEAD), ("left", margin), ("bottom", LEAD), ("right", margin))
    rooms = "".join(f'<w:{side} w:w="{room}" w:type="dxa"/>' for side, room in sides)
    return f"<w:tblCellMar>{rooms}</w:tblCellMar>"


def _borders() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{s} w:val="single" w:sz="4" w:color="000000"/>' for s in sides)
    return f"<w:tblBorders>{lines}</w:tblBorders>"


def _heads(columns: tuple[Column, ...]) -> list[list[_Box]]:
    groups = list(head_groups(columns))
    two = any(own for _, _, own in groups)
    upper, lower = [], []
    for start, end, own in groups:
        text = columns[start].group or head_text(columns[start].label)
        merge = "" if own or not two else "restart"
        upper.append(_Box(text, "head", end - start + 1, merge, shaded=True))
        if own:
            lower += [
                _Box(head_text(c.label), "head", shaded=True) for c in columns[start : end + 1]
            ]
        else:
            lower.append(_Box("", "head", end - start + 1, "continue", shaded=True))
    return [upper, lower] if two else [upper]


def _merges(table: Table, column: int) -> dict[int, str]:
    """Return the part of each row in the vertical merges of a column; pieces begin anew."""
    parts = {}
    for start, end in table.runs(column):
        for row in range(start, end + 1):
            if end > start:
                first = row == start or row % PIECE == 0
                parts[row] = "restart" if first else "continue"
    return parts


def _boxes(
    columns: tuple[Column, ...], cells: list[Cell], number: int, runs: dict[int, dict[int, str]]
) -> list[_Box]:
    boxes, place = [], 0
    while place < len(cells):
        column, value = columns[place], cells[place]
        if column.joined and not value and place + 1 < len(cells):
            boxes.append(_Box(shown(cells[place + 1]), "name", 2))
            place += 2
            continue
        use = "cell" if isinstance(value, str) or value is None else "number"
        merge = runs.get(place, {}).get(number, "")
        text = "" if merge == "continue" else shown(value)
        boxes.append(_Box(text, "name" if column.merged else use, merge=merge))
        place += 1
    return boxes


def _totals(table: Table) -> list[_Box]:
    columns, sums = table.columns, table.totals()
    named = next(i for i, c in enumerate(columns) if c.total)
    boxes = [_Box(say("export.table_total"), "head", named)] if named else []
    for column in columns[named:]:
        value = sums.get(column.key)
        text = "" if value is None else shown(round(value, column.decimals))
        boxes.append(_Box(text, "number"))
    return boxes

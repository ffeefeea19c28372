"""Papers: pages large enough for wide tables, long tables in pieces, heads on every page."""

from pathlib import Path

import docx
import openpyxl
import pandas as pd
from docx.document import Document as Paper

from districting.export.documents import Column, Document, Section, Table
from districting.export.documents.docx import write_docx
from districting.export.documents.docx_parts import PIECE
from districting.export.documents.xlsx import write_xlsx


def written(table: Table, path: Path) -> Paper:
    """Write a document of one table and open it again."""
    write_docx(Document("甲", (Section("表", (table,)),)), path)
    return docx.Document(str(path))


def of_words(columns: int) -> Table:
    """Return a table of one row whose words are not broken."""
    frame = pd.DataFrame([["secondary"] * columns], columns=[f"c{i}" for i in range(columns)])
    return Table(frame, tuple(Column(c, "words") for c in frame))


def test_wide_tables_lie_across_and_wider_ones_on_the_next_larger_page(tmp_path: Path) -> None:
    """A few words fit upright, more across on A4, twice as many only on A3."""
    sizes = []
    for columns in (3, 12, 22):
        page = written(of_words(columns), tmp_path / f"{columns}.docx").sections[-1]
        sizes.append((round(page.page_width.mm), round(page.page_height.mm)))
    assert sizes == [(210, 297), (297, 210), (420, 297)]


def test_a_long_table_stands_in_pieces_that_hold_every_row_once(tmp_path: Path) -> None:
    """Each piece has the heads and names the group that it goes on with; the sum stands last."""
    count = 2 * PIECE + 1
    frame = pd.DataFrame({"school": "甲校", "number": range(1, count + 1)})
    columns = (Column("school", "学校", merged=True), Column("number", "序号", total=True))
    pieces = written(Table(frame, columns), tmp_path / "长.docx").tables
    texts = [[str(text) for text in t._tbl.xpath(".//w:t/text()")] for t in pieces]
    assert [t[:3] for t in texts] == [["学校", "序号", "甲校"]] * 3
    numbers = [text for t in texts for text in t[3:]]
    assert numbers[:-2] == [f"{n:,}" for n in range(1, count + 1)]
    assert numbers[-2:] == ["合计", f"{count * (count + 1) // 2:,}"]


def test_only_heads_of_a_sheet_with_one_table_are_repeated(tmp_path: Path) -> None:
    """On the pages of a second table those of the first would stand above wrong columns."""
    one = of_words(2)
    document = Document("甲", (Section("一", (one,)), Section("二", (one, of_words(3)))))
    write_xlsx(document, tmp_path / "甲.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "甲.xlsx").worksheets
    assert [s.print_title_rows for s in sheets] == ["$3:$3", None]
    assert [s.freeze_panes for s in sheets] == ["A4", None]

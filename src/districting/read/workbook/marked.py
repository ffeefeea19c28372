"""Give a planner's own tables back as a workbook in which every bad cell is marked.

A bad cell is coloured and bears a comment: what is wrong, what is allowed, how to mend it. A sheet
in front lists all problems with links to their cells. The planner's files are only read.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from districting.errors import DistrictingError, Problem
from districting.read.headers import plain
from districting.read.tabular import CSV_ENDINGS, WORKBOOK_ENDINGS, UnreadableFile, raw_rows
from districting.terms import say

FILLS = {
    "error": PatternFill("solid", fgColor="FFC7CE"),
    "warning": PatternFill("solid", fgColor="FFEB9C"),
}
EDITABLE = (".xlsx", ".xlsm")
"""Workbooks that are copied as they are; of others the cells are copied."""
SEARCHED = 10
"""First rows among which a header is looked for."""
COMMENT_SIZE = (380, 170)
"""Width and height of a comment [px]."""


def write_marked(folder: str | Path, problems: Sequence[Problem], out: str | Path) -> list[Path]:
    """Write marked copies of the tables in `folder` and return their paths.

    Parameters
    ----------
    folder : path
        County folder that was checked.
    problems : sequence of Problem
        As :func:`districting.read.check_county` gives them.
    out : path
        A workbook to write, when the folder has one workbook or one file with problems; or a
        folder, in which each file with problems gets a copy of its own.

    Raises
    ------
    DistrictingError
        If `out` is a workbook and several files would go into it, or if it is one of the files
        that were checked.
    """
    source, target = Path(folder), Path(out)
    tables = _tables(source)
    faulty = [p for p in tables if any(f.file == p.name for f in problems)]
    if target.suffix.lower() not in EDITABLE:
        target.mkdir(parents=True, exist_ok=True)
        pairs = [(p, target / say("desk.marked_name", stem=p.stem)) for p in faulty]
    else:
        books = [p for p in tables if p.suffix.lower() in WORKBOOK_ENDINGS]
        one = books if len(books) == 1 else faulty
        if len(one) != 1:
            names = "、".join(p.name for p in one or tables)
            raise DistrictingError(say("desk.several", path=target, names=names))
        pairs = [(one[0], target)]
    for path, copy in pairs:
        if copy.exists() and any(copy.samefile(p) for p in tables):
            raise DistrictingError(say("desk.own_file", path=copy))
        _write(path, problems, copy)
    return [copy for _, copy in pairs]


def _tables(folder: Path) -> list[Path]:
    endings = (*CSV_ENDINGS, *WORKBOOK_ENDINGS)
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in endings)
    return [p for p in files if not p.name.startswith(("~$", "."))]


def _write(path: Path, problems: Sequence[Problem], copy: Path) -> None:
    """Write the marked copy of one file: first under a temporary name, then into place."""
    book = _opened(path)
    single = book.worksheets[0].title if len(book.worksheets) == 1 else ""
    cells: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    places: list[tuple[Problem, tuple[str, str] | None]] = []
    for problem in problems:
        sheet = problem.sheet or single
        at = None
        if problem.file == path.name and sheet in book.sheetnames:
            at = (sheet, _address(book[sheet], problem))
            cells[at].append(problem)
        places.append((problem, at))
    for (sheet, address), found in cells.items():
        _mark(book[sheet][address], found)
    _list(book, places)
    copy.parent.mkdir(parents=True, exist_ok=True)
    temporary = copy.with_name(f".{copy.stem}.part{copy.suffix}")
    book.save(temporary)
    shutil.move(temporary, copy)


def _opened(path: Path) -> Any:
    """Return the workbook, or a new one with the cells of a CSV or XLS file."""
    if path.suffix.lower() in EDITABLE:
        return openpyxl.load_workbook(path, keep_vba=path.suffix.lower() == ".xlsm")
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    try:
        sheets = raw_rows(path)
    except UnreadableFile:
        sheets = {}
    for name, rows in sheets.items():
        sheet = book.create_sheet((name or path.stem)[:31])
        for row in rows:
            sheet.append([ILLEGAL_CHARACTERS_RE.sub("", text) for text in row])
    if not sheets:
        book.create_sheet(path.stem[:31])
    return book


def _address(sheet: Any, problem: Problem) -> str:
    """Return the cell a problem is about: by row and header, else the row's or sheet's first."""
    wanted, column = plain(problem.column), 1
    for row in sheet.iter_rows(max_row=SEARCHED) if wanted else ():
        hit = next((c.column for c in row if plain(str(c.value or "")) == wanted), None)
        if hit is not None:
            column = hit
            break
    return str(sheet.cell(problem.row or 1, column).coordinate)


def _mark(cell: Any, problems: Sequence[Problem]) -> None:
    """Colour a cell and tell in a comment what is wrong with it."""
    if not isinstance(cell, Cell):  # within a merged area: its first cell shows
        return
    worst = "error" if any(p.severity == "error" for p in problems) else "warning"
    cell.fill = FILLS[worst]
    told = [cell.comment.text] if cell.comment else []
    told += [say("desk.comment", what=p.what, allowed=p.allowed, mend=p.mend) for p in problems]
    comment = Comment("\n".join(told), "districting")
    comment.width, comment.height = COMMENT_SIZE
    cell.comment = comment


def _list(book: Any, places: Iterable[tuple[Problem, tuple[str, str] | None]]) -> None:
    """Put a sheet in front that lists all problems, each with a link to its cell."""
    sheet = book.create_sheet(_free(say("desk.problems"), book.sheetnames), 0)
    heads = ("severity", "place", "value", "what", "allowed", "mend")
    sheet.append([say(f"desk.list.{h}") for h in heads])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    count = 0
    for count, (problem, at) in enumerate(places, 1):
        severity = say(f"desk.severity.{problem.severity}")
        place = f"{at[0]} {at[1]}" if at else f"{problem.file} {problem.sheet}".strip()
        row = [severity, place, problem.value, problem.what, problem.allowed, problem.mend]
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", text) for text in row])
        sheet.cell(count + 1, 1).fill = FILLS[problem.severity]
        if at:
            link = sheet.cell(count + 1, 2)
            goal = f"{quote_sheetname(at[0])}!{at[1]}"
            link.hyperlink = Hyperlink(ref=link.coordinate, location=goal)
            link.font = Font(color="0563C1", underline="single")
    if not count:
        sheet.append([say("cli.check_clean")])
    for letter, width in zip("ABCDEF", (8, 20, 18, 48, 36, 48), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.active = 0


def _free(name: str, used: Sequence[str]) -> str:
    number, free = 1, name
    while free in used:
        number += 1
        free = f"{name} {number}"
    return free

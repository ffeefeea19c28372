"""Saving a DOCX so that equal content gives equal bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from districting.export.workbook import FIXED_DATE

if TYPE_CHECKING:
    from docx.document import Document as Paper


def save_repeatably(paper: Paper, path: Path) -> None:
    """Write `paper` to `path` without author and with a fixed date in every part."""
    core = paper.core_properties
    core.author = core.last_modified_by = core.comments = ""
    core.created = core.modified = FIXED_DATE
    core.revision = 1
    held = io.BytesIO()
    paper.save(held)
    with zipfile.ZipFile(held) as made, zipfile.ZipFile(path, "w") as settled:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, FIXED_DATE.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            settled.writestr(part, made.read(name))

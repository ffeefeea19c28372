"""PDF of an office file through LibreOffice, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from districting.export.documents.material import DocumentError
from districting.terms import say

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 300
"""Longest time that LibreOffice is given for one run."""


def find_office() -> str | None:
    """Return the LibreOffice program: on the path, or where Windows installers put it."""
    for name in PROGRAMS:
        found = shutil.which(name)
        if found:
            return found
    for variable in ("ProgramFiles", "ProgramFiles(x86)"):
        place = os.environ.get(variable, "")
        program = Path(place) / "LibreOffice" / "program" / "soffice.exe"
        if place and program.is_file():
            return str(program)
    return None


def office_pdf(source: Path, target: Path) -> None:
    """Write the pages of the DOCX or XLSX file `source` to the PDF `target`.

    Raises
    ------
    DocumentError
        If LibreOffice is not installed or fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        (made,) = office_pdfs([source], Path(folder))
        shutil.move(made, target)


def office_pdfs(sources: Sequence[Path], folder: Path) -> list[Path]:
    """Write DOCX and XLSX files as PDF into `folder`, all in one run of LibreOffice.

    Parameters
    ----------
    sources : sequence of Path
        No two with one stem: each PDF bears that of its source.

    Raises
    ------
    DocumentError
        If LibreOffice is not installed or fails on any of them.
    """
    program = find_office()
    if program is None:
        raise DocumentError(say("documents.no_office"))
    with tempfile.TemporaryDirectory() as own:
        # A profile of its own lets it run beside a LibreOffice that the planner has open.
        command = [program, f"-env:UserInstallation={Path(own).as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(folder)]
        command += [str(source.resolve()) for source in sources]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired as late:
            raise DocumentError(say("documents.office_failed", reason=late)) from None
    made = [folder / f"{source.stem}.pdf" for source in sources]
    if done.returncode or not all(path.is_file() for path in made):
        reason = done.stderr.decode(errors="replace").strip()
        raise DocumentError(say("documents.office_failed", reason=reason))
    return made

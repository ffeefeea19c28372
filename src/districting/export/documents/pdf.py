"""PDF of an office file through LibreOffice, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from districting.export.documents.material import DocumentError
from districting.terms import say

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 300
"""Longest time that LibreOffice is given for one file."""


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
    program = find_office()
    if program is None:
        raise DocumentError(say("documents.no_office"))
    with tempfile.TemporaryDirectory() as folder:
        # A profile of its own lets it run beside a LibreOffice that the planner has open.
        profile = (Path(folder) / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
        command += ["pdf", "--outdir", folder, str(source.resolve())]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired as late:
            raise DocumentError(say("documents.office_failed", reason=late)) from None
        made = Path(folder) / f"{source.stem}.pdf"
        if done.returncode or not made.is_file():
            reason = done.stderr.decode(errors="replace").strip()
            raise DocumentError(say("documents.office_failed", reason=reason))
        shutil.move(made, target)

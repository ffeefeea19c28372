"""Find which file of a county folder holds which table, and read it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from districting.errors import Problem
from districting.read.schema import tables
from districting.read.settings import FILE, FileEntry, Settings, table_called
from districting.read.sheet import Sheet, stacked
from districting.read.tabular import (
    CSV_ENDINGS,
    WORKBOOK_ENDINGS,
    UnreadableFile,
    read_table_file,
    sheet_names,
)
from districting.read.vector import (
    VECTOR_ENDINGS,
    layer_names,
    read_vector_file,
    sidecars,
    table_names,
)


@dataclass(frozen=True)
class Found:
    """What a county folder holds.

    Parameters
    ----------
    sheets : Mapping of str to Sheet
    inputs : Mapping of str to str
        SHA-256 by relative path.
    problems : tuple of Problem
    """

    sheets: Mapping[str, Sheet]
    inputs: Mapping[str, str]
    problems: tuple[Problem, ...]


def find_tables(folder: Path, settings: Settings) -> Found:
    """Read every table of the folder: those of ``[[file]]`` first, then those known by name."""
    discovered, problems = _discover(folder, settings.files)
    read: dict[str, list[Sheet]] = {}
    used = [folder / FILE]
    for entry in (*settings.files, *discovered):
        path = folder / entry.path
        used += sidecars(path)
        sheet, found = _read(path, entry, settings)
        problems += found
        if sheet is not None:
            read.setdefault(entry.table, []).append(sheet)
    known = {f.table for f in (*settings.files, *discovered)}
    problems += [
        Problem("check.table_missing", value=t.zh, details=(("english", t.en),))
        for t in tables().values()
        if t.required and t.name not in known
    ]
    sheets = {name: stacked(parts) for name, parts in read.items()}
    return Found(sheets, _hashes(folder, used), tuple(problems))


def _hashes(folder: Path, paths: list[Path]) -> dict[str, str]:
    found = {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in dict.fromkeys(paths)
    }
    return dict(sorted(found.items()))


def _discover(
    folder: Path, declared: tuple[FileEntry, ...]
) -> tuple[list[FileEntry], list[Problem]]:
    """Return entries for files, sheets and layers named after tables that are not declared."""
    entries: dict[str, FileEntry] = {}
    problems: list[Problem] = []
    tables_declared, paths_declared = {f.table for f in declared}, {f.path for f in declared}
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        ending = path.suffix.lower()
        if ending not in (*CSV_ENDINGS, *WORKBOOK_ENDINGS, *VECTOR_ENDINGS):
            continue
        if path.name.startswith(("~$", ".")):  # lock files of spreadsheet programs
            continue
        try:
            parts = _parts(path)
        except UnreadableFile as error:
            if path.name not in paths_declared:  # else it is reported when read
                problems.append(_unreadable(error, path.name, ""))
            continue
        for table, sheet, layer in parts:
            if table in tables_declared:
                continue
            if table in entries:
                first = entries[table].path
                told = (("first", first), ("table", table_names(table)[0]))
                problems.append(Problem("check.table_twice", path.name, sheet, details=told))
                continue
            entries[table] = FileEntry(path.name, table, layer=layer, sheet=sheet)
    return list(entries.values()), problems


def _parts(path: Path) -> list[tuple[str, str, str]]:
    """Return (table, sheet, layer) of each table that the file holds by name."""
    ending = path.suffix.lower()
    stem = table_called(path.stem)
    if ending in WORKBOOK_ENDINGS:
        names = sheet_names(path)
        found = [(table_called(n), n, "") for n in names if table_called(n)]
        return found or ([(stem, names[0], "")] if stem and len(names) == 1 else [])
    if ending == ".gpkg":
        layers = layer_names(path)
        found = [(table_called(n), "", n) for n in layers if table_called(n)]
        return found or ([(stem, "", layers[0])] if stem and len(layers) == 1 else [])
    return [(stem, "", "")] if stem else []


def _unreadable(error: UnreadableFile, path: str, sheet: str) -> Problem:
    return Problem(f"check.{error.code}", path, sheet, value=error.value, details=error.details)


def _read(path: Path, entry: FileEntry, settings: Settings) -> tuple[Sheet | None, list[Problem]]:
    ending = path.suffix.lower()
    datum = entry.datum or settings.datum_of(entry.table)
    try:
        if ending in VECTOR_ENDINGS:
            sheet, problems = read_vector_file(
                path, entry.path, entry.table, entry.layer, datum, entry.encoding, entry.columns
            )
            if not datum:
                place = (entry.path, sheet.sources[0].sheet)
                problems.append(Problem("check.missing_datum", *place))
            return sheet, problems
        if ending in (*CSV_ENDINGS, *WORKBOOK_ENDINGS) and entry.table in tables():
            return read_table_file(
                path, entry.path, entry.table, entry.sheet, datum, entry.encoding, entry.columns
            )
    except UnreadableFile as error:
        return None, [_unreadable(error, entry.path, entry.sheet or entry.layer)]
    others = (*CSV_ENDINGS, *WORKBOOK_ENDINGS) if entry.table in tables() else ()
    told = (("endings", " ".join((*others, *VECTOR_ENDINGS))),)
    return None, [Problem("check.unknown_file_kind", entry.path, value=ending, details=told)]

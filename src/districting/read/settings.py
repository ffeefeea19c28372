"""Read ``county.toml``: what the county is called and which file holds which table.

.. code-block:: toml

    [county]
    code = "370405"
    name = "台儿庄区"
    year = 2026                       # school year by its autumn
    crs = "EPSG:4548"                 # optional: projected system, metres
    approval = ""                     # optional: map approval number (审图号)
    layout_note = ""                  # optional: printed on every map
    land = ""                         # optional: "villages" draws the county's extent around its
                                      # villages where no file gives outline, towns or cells

    [[file]]                          # optional: files called after tables are found by name
    path = "villages.xlsx"
    table = "villages"                # or 村居; also cells (村界) and outline (县界)
    sheet = "村居"                    # workbooks; layer = "…" for GPKG; encoding = "…" for text
    datum = "gcj02"                   # cgcs2000, wgs84, gcj02, bd09: required with coordinates
    columns = { "人数" = "population" }   # headers that are not in the data dictionary

    [datum]                           # optional: for files found by name
    default = "cgcs2000"

    [provenance.villages]             # optional: official, derived, quoted, assumed, synthetic;
    lon = { mark = "synthetic", source = "…" }   # or row: each row is marked in column `source`
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from districting.county import Mark
from districting.errors import Problem
from districting.read.headers import plain
from districting.read.schema import marks, tables
from districting.read.vector import LAYER_NAMES, table_names

FILE = "county.toml"
_SHAPES = {
    "county": "[county]",
    "file": "[[file]]",
    "datum": "[datum]",
    "provenance": "[provenance.villages]",
}
DATUM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "cgcs2000": "cgcs2000", "epsg:4490": "cgcs2000", "4490": "cgcs2000",
        "2000国家大地坐标系": "cgcs2000", "国家2000": "cgcs2000",
        "wgs84": "wgs84", "wgs-84": "wgs84", "epsg:4326": "wgs84", "4326": "wgs84",
        "gcj02": "gcj02", "gcj-02": "gcj02", "火星坐标": "gcj02", "火星坐标系": "gcj02",
        "高德": "gcj02", "腾讯": "gcj02",
        "bd09": "bd09", "bd-09": "bd09", "bd09ll": "bd09", "百度": "bd09", "百度坐标系": "bd09",
    }
)  # fmt: skip
"""Words for a datum → its name."""


@dataclass(frozen=True)
class FileEntry:
    """One ``[[file]]``: where a table is and how to read it."""

    path: str
    table: str
    layer: str = ""
    sheet: str = ""
    datum: str = ""
    encoding: str = ""
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Settings:
    """What ``county.toml`` says.

    Parameters
    ----------
    datum : Mapping of str to str
        Datum by table name, for files without a ``[[file]]`` entry; ``"default"`` for the rest.
    """

    code: str = ""
    name: str = ""
    year: int = 0
    crs: str = "EPSG:4548"
    approval: str = ""
    layout_note: str = ""
    land: str = ""
    files: tuple[FileEntry, ...] = ()
    datum: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    provenance: Mapping[tuple[str, str], Mark] = field(default_factory=lambda: MappingProxyType({}))

    def datum_of(self, table: str) -> str:
        """Return the datum stated for `table` in ``[datum]``, or ``""``."""
        return self.datum.get(table, self.datum.get("default", ""))


def table_called(text: str) -> str:
    """Return the table that `text` names in English or Chinese, or ``""``.

    Examples
    --------
    >>> table_called("村居"), table_called("Villages"), table_called("县界"), table_called("x")
    ('villages', 'villages', 'outline', '')
    """
    for name in (*tables(), *LAYER_NAMES):
        if plain(text) in (plain(n) for n in (name, *table_names(name))):
            return name
    return ""


def _problem(code: str, column: str = "", value: Any = "", **details: str) -> Problem:
    told = tuple(details.items())
    return Problem(f"check.{code}", FILE, column=column, value=str(value), details=told)


def read_settings(folder: Path) -> tuple[Settings | None, list[Problem]]:
    """Return the settings of a county folder and what is wrong with them.

    The settings are None when there is no folder or no readable ``county.toml`` to go on with.
    """
    if not folder.is_dir():
        return None, [Problem("check.no_folder", value=folder.name)]
    if not (folder / FILE).is_file():
        return None, [_problem("no_county_file")]
    try:
        content = tomllib.loads((folder / FILE).read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return None, [_problem("county_file_syntax", reason=str(error))]
    wrong = [name for name in _SHAPES if not _well_formed(content, name)]
    if wrong:
        return None, [_problem("bad_section", name, form=_SHAPES[name]) for name in wrong]
    county = content.get("county", {})
    problems = _county_problems(county)
    files, file_problems = _files(folder, content.get("file", []))
    datum, datum_problems = _datum(content.get("datum", {}))
    provenance, mark_problems = _provenance(content.get("provenance", {}))
    settings = Settings(
        code=str(county.get("code", "")),
        name=str(county.get("name", "")),
        year=county["year"] if isinstance(county.get("year"), int) else 0,
        crs=str(county.get("crs", "EPSG:4548")),
        approval=str(county.get("approval", "")),
        layout_note=str(county.get("layout_note", "")),
        land=str(county.get("land", "")),
        files=files,
        datum=MappingProxyType(datum),
        provenance=MappingProxyType(provenance),
    )
    return settings, problems + file_problems + datum_problems + mark_problems


def _well_formed(content: Mapping[str, Any], name: str) -> bool:
    """Return whether a section has its form: ``[[file]]`` is a list of tables, others one table."""
    section = content.get(name)
    if section is None:
        return True
    if name != "file":
        return isinstance(section, dict)
    return isinstance(section, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("columns", {}), dict) for entry in section
    )


def _county_problems(county: Mapping[str, Any]) -> list[Problem]:
    problems = [
        _problem("county_key_missing", f"county.{key}")
        for key in ("code", "name", "year")
        if not str(county.get(key, "")).strip()
    ]
    code, year = county.get("code", ""), county.get("year", 2000)
    if code != "" and not (isinstance(code, str) and re.fullmatch(r"\d{6}", code)):
        problems.append(_problem("bad_county_code", "county.code", code))
    if isinstance(year, bool) or not isinstance(year, int) or not 2000 <= year <= 2100:
        problems.append(_problem("bad_year", "county.year", year))
    crs = str(county.get("crs", "EPSG:4548"))
    if not usable_crs(crs):
        problems.append(_problem("bad_crs", "county.crs", crs))
    if county.get("land", "") not in ("", "villages"):
        problems.append(_problem("bad_land", "county.land", county["land"]))
    return problems


def usable_crs(text: str) -> bool:
    """Return whether `text` names a projected system of CGCS2000 or WGS 84 in metres."""
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return False
    return crs.is_projected and all(a.unit_conversion_factor == 1.0 for a in crs.axis_info)


def _files(
    folder: Path, entries: Sequence[Mapping[str, Any]]
) -> tuple[tuple[FileEntry, ...], list[Problem]]:
    files, problems = [], []
    for number, entry in enumerate(entries, start=1):
        place = f"file {number}"
        path, table = str(entry.get("path", "")), table_called(str(entry.get("table", "")))
        if not table:
            problems.append(_problem("unknown_table", f"{place}.table", entry.get("table", "")))
        there = bool(path) and not Path(path).is_absolute() and (folder / path).is_file()
        if not there:
            problems.append(_problem("file_not_found", f"{place}.path", path))
        datum = str(entry.get("datum", ""))
        if datum and plain(datum) not in DATUM_WORDS:
            problems.append(_problem("unknown_datum", f"{place}.datum", datum))
        if table and there:
            text = {k: str(entry.get(k, "")) for k in ("layer", "sheet", "encoding")}
            columns = {str(k): str(v) for k, v in entry.get("columns", {}).items()}
            datum = DATUM_WORDS.get(plain(datum), "cgcs2000" if datum else "")
            files.append(
                FileEntry(path, table, datum=datum, columns=MappingProxyType(columns), **text)
            )
    return tuple(files), problems


def _datum(entries: Mapping[str, Any]) -> tuple[dict[str, str], list[Problem]]:
    found, problems = {}, []
    for key, word in entries.items():
        table = "default" if key == "default" else table_called(key)
        if not table:
            problems.append(_problem("unknown_table", f"datum.{key}", key))
        elif plain(str(word)) not in DATUM_WORDS:
            problems.append(_problem("unknown_datum", f"datum.{key}", word))
        else:
            found[table] = DATUM_WORDS[plain(str(word))]
    return found, problems


def _provenance(
    entries: Mapping[str, Any],
) -> tuple[dict[tuple[str, str], Mark], list[Problem]]:
    found, problems = {}, []
    for table, columns in entries.items():
        name = table_called(table)
        if not name or not isinstance(columns, dict):
            problems.append(_problem("unknown_table", f"provenance.{table}", table))
            continue
        for column, entry in columns.items():
            place = f"provenance.{table}.{column}"
            mark = entry.get("mark", "") if isinstance(entry, dict) else entry
            source = str(entry.get("source", "")) if isinstance(entry, dict) else ""
            if mark not in (*marks(), "row"):
                problems.append(
                    _problem("unknown_mark", place, mark, allowed="、".join((*marks(), "row")))
                )
            else:
                found[(name, column)] = Mark(mark, source)
    return found, problems

"""Read a county folder, or say everything that is wrong with it."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from districting.county import County
from districting.errors import DataError, Problem
from districting.read.assemble import make_county, make_draft
from districting.read.checks import check_draft
from districting.read.locate import find_tables
from districting.read.settings import read_settings, usable_crs

_ORDER = {"error": 0, "warning": 1}


def read_county(folder: str | PathLike[str]) -> County:
    """Return the county in `folder`.

    The folder holds ``county.toml`` and tables in any mix of CSV, XLSX/XLS, GPKG, GeoJSON and
    shapefiles. Positions come out as CGCS2000 degrees (``lon``, ``lat``) and as metres in the
    county's projected system (``x``, ``y``). Main tables are indexed by their key; the others in
    ``County.tables`` have all documented columns and a plain index, sorted by key. Empty cells
    are ``""``, NaN, NaT or False by dtype; an int column with empty cells is float.

    Raises
    ------
    DataError
        With every error at once. Warnings do not stop the work; see :func:`check_county`.
    """
    county, problems = _load(Path(folder))
    errors = [p for p in problems if p.severity == "error"]
    if errors or county is None:
        raise DataError(errors)
    return county


def check_county(folder: str | PathLike[str]) -> list[Problem]:
    """Return every problem of the county in `folder`, errors before warnings; writes nothing."""
    return _load(Path(folder))[1]


def _load(folder: Path) -> tuple[County | None, list[Problem]]:
    settings, problems = read_settings(folder)
    if settings is None or not usable_crs(settings.crs):
        return None, problems
    found = find_tables(folder, settings)
    draft, draft_problems = make_draft(settings, found.sheets)
    problems += [*found.problems, *draft_problems, *check_draft(draft)]
    problems.sort(key=lambda p: _ORDER[p.severity])  # stable: else in the order of the checks
    sound = all(p.severity != "error" for p in problems)
    return (make_county(draft, found.inputs) if sound else None), problems

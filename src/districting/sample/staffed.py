"""Counties with a synthetic staff: roster, wishes and earlier rotations that fit each other."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from districting.county import County, Mark
from districting.sample.frames import mark_columns, side_table
from districting.sample.make_county import make_county
from districting.sample.roster import roster

STAFF_TABLES = ("teachers", "preferences", "rotations")
BACKBONE = {"rural": 0.05, "seat": 0.10, "urban": 0.16}
"""Share of backbone teachers by kind of area; gives the spread that counties start from (0.6)."""
UNEVEN = 0.45
"""Standard deviation of the logarithm of a school's share of backbone teachers."""
WISHES = 0.3
"""Share of teachers who name schools they would like to go to, up to three."""
RETURNED = 0.08
"""Share of teachers with an earlier rotation on record."""
PE_AND_ARTS = ("体育", "音乐", "美术")
ABOVE_REQUIRED = {
    "primary": ("college", "bachelor", "master", "doctor"),
    "junior": ("bachelor", "master", "doctor"),
}
SIZES = MappingProxyType(
    {  # towns, villages, villages a primary, villages a junior, residents a village
        "small": (8, 184, 4.0, 15.3, 1575.0),
        "county": (26, 1200, 4.0, 24.0, 970.0),
        "prefecture": (22, 900, 4.0, 17.0, 1145.0),
    }
)
"""Arguments that give about 60 schools and 2,500 teachers; 350 and 10,000; 278 and 8,900 (a
prefecture has nine of these)."""


def staffed(county: County, seed: int, source: str = "合成：按学校教师数、骨干数随机") -> County:
    """Return `county` with teachers, preferences and earlier rotations, all marked synthetic.

    The staff columns of ``resources`` are recounted from the roster, so that indicators and roster
    say the same.

    Parameters
    ----------
    county : County
        Needs ``classes``.
    seed : int
    source : str
        What the marks of the new columns say.
    """
    rng = np.random.default_rng(seed)
    teachers = roster(rng, county)
    tables = {
        "teachers": teachers,
        "preferences": _preferences(rng, county, teachers),
        "rotations": _rotations(rng, county, teachers),
        "resources": _recounted(county.tables["resources"], teachers),
    }
    schools = county.schools.copy()
    counted = teachers["school"].value_counts().reindex(schools.index, fill_value=0)
    schools["teachers"] = counted.astype("int64").to_numpy()
    mark = Mark("synthetic", source)
    new = mark_columns({t: tables[t] for t in STAFF_TABLES}, mark)
    marks = {**county.provenance, **new}
    for column in ("teachers_degree", "teachers_backbone", "teachers_pe_art"):
        if len(tables["resources"]):
            marks[("resources", column)] = mark
    whole = county.with_tables(schools=schools, **tables)
    return replace(whole, provenance=MappingProxyType(marks))


def make_staffed_county(seed: int, size: str = "small") -> County:
    """Return a synthetic county with staff.

    Parameters
    ----------
    seed : int
    size : {"small", "county", "prefecture"}
        See :data:`SIZES`.
    """
    towns, villages, primary, junior, people = SIZES[size]
    county = make_county(
        seed,
        towns=towns,
        villages=villages,
        villages_per_primary=primary,
        villages_per_junior=junior,
        villages_per_kindergarten=villages / 2,
        people_per_village=people,
        records=True,
    )
    return staffed(_uneven(county, seed), seed)


def _uneven(county: County, seed: int) -> County:
    """Return `county` with an urban town and backbone teachers massed there and at town seats."""
    rng = np.random.default_rng(seed)
    schools = county.schools.copy()
    hub = schools.loc[schools["run_by"] == "county", "town"]
    schools["area_type"] = schools["area_type"].where(~schools["town"].isin(hub), "urban")
    usual = schools["area_type"].map(BACKBONE).to_numpy(dtype=float)
    share = usual * np.exp(rng.normal(0.0, UNEVEN, len(schools)))
    number = np.round(schools["teachers"].to_numpy(dtype=float) * np.minimum(share, 0.6))
    schools["backbone"] = number.astype("int64")
    return county.with_tables(schools=schools)


def _preferences(rng: np.random.Generator, county: County, teachers: pd.DataFrame) -> pd.DataFrame:
    """Return up to three wishes of some teachers: schools of their stage near their home."""
    rows: list[tuple[str, int, str]] = []
    homes = county.villages[["x", "y"]]
    for stage in ("primary", "junior"):
        schools = county.teaching(stage)
        places = schools[["x", "y"]].to_numpy(dtype=float)
        here = teachers[teachers["stage"] == stage]
        here = here[rng.random(len(here)) < WISHES]
        at = homes.loc[here["home"]].to_numpy(dtype=float)
        away = np.hypot(*(at[:, None, :] - places[None]).transpose(2, 0, 1))
        away *= rng.uniform(0.5, 1.5, away.shape)
        away[schools.index.to_numpy()[None] == here["school"].to_numpy()[:, None]] = np.inf
        count = np.minimum(rng.integers(1, 4, len(here)), len(schools) - 1)
        order = np.argsort(away, axis=1, kind="stable")
        for teacher, wishes, number in zip(here["teacher"], order, count, strict=True):
            names = schools.index[wishes[:number]]
            rows += [(teacher, rank, str(s)) for rank, s in enumerate(names, 1)]
    frame = pd.DataFrame(rows, columns=["teacher", "rank", "school"])
    return side_table("preferences", frame.assign(pop_q="synthetic"))


def _rotations(rng: np.random.Generator, county: County, teachers: pd.DataFrame) -> pd.DataFrame:
    """Return the rotation by which some teachers came to their present school."""
    able = teachers["stage"] != "preschool"
    came = teachers[able & (rng.random(len(teachers)) < RETURNED)]
    from_school = []
    for row in came.itertuples():
        others = county.teaching(str(row.stage)).index
        others = others[others != row.school]
        from_school.append(str(others[int(rng.integers(len(others)))]) if len(others) else "")
    frame = pd.DataFrame(
        {
            "teacher": came["teacher"],
            "from_school": from_school,
            "to_school": came["school"],
            "start": came["joined"],
            "end": pd.Series(pd.NaT, index=came.index, dtype="datetime64[s]"),
            "exchange": "regular",
            "moved": True,
            "pop_q": "synthetic",
        }
    )
    return side_table("rotations", frame[frame["from_school"] != ""])


def _recounted(resources: pd.DataFrame, teachers: pd.DataFrame) -> pd.DataFrame:
    """Return ``resources`` with its three staff columns counted in the roster."""
    if resources.empty:
        return resources
    flags = pd.DataFrame(
        {
            "school": teachers["school"],
            "stage": teachers["stage"],
            "teachers_backbone": teachers["honour"].isin(["county", "city", "province"]),
            "teachers_pe_art": teachers["subject"].isin(PE_AND_ARTS),
            "teachers_degree": False,
        }
    )
    for stage, degrees in ABOVE_REQUIRED.items():
        here = flags["stage"] == stage
        flags.loc[here, "teachers_degree"] = teachers.loc[here, "degree"].isin(degrees)
    counts = flags.groupby(["school", "stage"]).sum().astype("int64")
    keys = pd.MultiIndex.from_frame(resources[["school", "stage"]])
    found = counts.reindex(keys, fill_value=0)
    return resources.assign(**{c: found[c].to_numpy() for c in found.columns})

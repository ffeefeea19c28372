"""Teachers of a synthetic county: who teaches what where, how long, with which titles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from districting.county import STAGES, TEACHES, County
from districting.read.curriculum import GRADES, curriculum
from districting.sample.frames import side_table
from districting.sample.regions import Floats, Ints

LOADS = {"语文": 14, "数学": 14}
"""Periods a week of a full post, other subjects :data:`USUAL_LOAD`; LOAD-01 of the fact sheet."""
USUAL_LOAD = 16
WITHOUT_POST = ("综合",)
SCARCE = ("音乐", "美术", "体育", "信息科技", "科学")
"""Subjects that village schools are short of and urban ones have more than their share of."""
SCARCITY = {"rural": 0.45, "seat": 1.0, "urban": 1.25}
TITLES = ("none", "third", "second", "first", "senior", "full")
NEAR_HOME_M = 3_000.0
LIVES_NEAR = 0.55
COUPLES = 0.02
PREGNANT, ILL = 0.05, 0.02


@dataclass(frozen=True, eq=False)
class Staff:
    """Posts as arrays, one element a teacher.

    Parameters
    ----------
    school : int array
        Position in ``county.schools``.
    stage : int array
        Position in :data:`districting.county.STAGES`.
    subject : text array
    """

    school: Ints
    stage: Ints
    subject: npt.NDArray[np.str_]


def roster(rng: np.random.Generator, county: County) -> pd.DataFrame:
    """Return a ``teachers`` table that fits the schools' own numbers of teachers and backbone.

    Every row is synthetic. Subjects follow the curriculum's periods, thinned in village schools;
    tenure is exponential with mean 7.5 years; 55 % live near their school, others nearer to the
    county's most populous village.
    """
    staff = _posts(rng, county)
    count = len(staff.school)
    years = np.minimum(30, np.floor(rng.exponential(7.5, count))).astype(np.int64)
    age = np.clip(24 + years + rng.integers(0, 20, count), 23, 59)
    born_year = county.year - age
    joined_year = np.maximum(county.year - years, born_year + 20)
    female = rng.random(count) < 0.62
    frame = pd.DataFrame(
        {
            "teacher": [f"T{k:06d}" for k in range(count)],
            "school": county.schools.index.to_numpy()[staff.school],
            "stage": np.array(STAGES)[staff.stage],
            "subject": staff.subject,
            "sex": np.where(female, "f", "m"),
            "born": _dates(born_year, rng.integers(1, 13, count)),
            "joined": _dates(joined_year, np.full(count, 8)),
            "title": np.array(TITLES)[_titles(rng, age)],
            "honour": _honours(rng, county, staff),
            "degree": _degrees(rng, county, staff),
            "post": _heads(rng, staff),
            "party": rng.random(count) < 0.3,
            "exempt": _exempt(rng, female, age),
            "home": _homes(rng, county, staff),
            "pop_q": "synthetic",
        }
    )
    frame["party"] |= frame["post"] == "secretary"
    head = (frame["post"] != "teacher").to_numpy()
    since = np.maximum(joined_year, county.year - rng.integers(0, 9, count))
    frame["post_since"] = np.where(head, _dates(since, np.full(count, 8)), np.datetime64("NaT"))
    frame["post_since"] = frame["post_since"].astype("datetime64[s]")
    away = (frame["exempt"] != "").to_numpy()
    until = _dates(county.year + rng.integers(1, 3, count), np.full(count, 8))
    frame["exempt_until"] = pd.Series(until).where(away)
    couples = _couples(rng, count)
    frame["link"] = couples
    frame["link_kind"] = np.where(couples == "", "", "couple")
    return side_table("teachers", frame)


def _dates(year: Ints, month: Ints) -> npt.NDArray[np.datetime64]:
    months = (year - 1970) * 12 + month - 1
    return months.astype("datetime64[M]").astype("datetime64[s]")


def _posts(rng: np.random.Generator, county: County) -> Staff:
    schools = county.schools
    area = schools["area_type"].to_numpy()
    need = _needs(county)
    where, stages, subjects = [], [], []
    total = schools[[f"pupils_{s}" for s in STAGES]].fillna(0).sum(axis=1).to_numpy(dtype=float)
    for number, stage in enumerate(STAGES):
        here = np.flatnonzero(schools["kind"].isin(TEACHES[stage]))
        for row in here.tolist():
            part = float(schools[f"pupils_{stage}"].iloc[row]) / max(total[row], 1.0)
            posts = round(float(schools["teachers"].iloc[row]) * (part if total[row] else 1.0))
            drawn = _subjects(rng, need[stage], row, str(area[row]), posts)
            where.append(np.full(posts, row))
            stages.append(np.full(posts, number))
            subjects.append(drawn)
    return Staff(np.concatenate(where), np.concatenate(stages), np.concatenate(subjects))


def _needs(county: County) -> dict[str, pd.DataFrame]:
    """Return posts of each subject (columns) that each school (rows) would need, by stage."""
    periods = curriculum(county)
    periods = periods[~periods["subject"].isin(WITHOUT_POST)]
    classes = county.tables["classes"]
    found = {"preschool": pd.DataFrame({"学前": np.ones(len(county.schools))})}
    for stage, grades in GRADES.items():
        taught = periods[periods["grade"].isin(list(grades))]
        table = taught.pivot_table(index="grade", columns="subject", values="periods", fill_value=0)
        here = classes[classes["grade"].isin(list(grades))]
        rooms = here.pivot_table(index="school", columns="grade", values="classes", fill_value=0)
        full = rooms.reindex(index=county.schools.index, columns=table.index, fill_value=0)
        load = np.array([LOADS.get(s, USUAL_LOAD) for s in table.columns], dtype=float)
        posts = full.fillna(0).to_numpy(dtype=float) @ table.to_numpy(dtype=float) / load
        found[stage] = pd.DataFrame(posts, columns=table.columns)
    return found


def _subjects(
    rng: np.random.Generator, need: pd.DataFrame, row: int, area: str, posts: int
) -> npt.NDArray[np.str_]:
    weight = need.iloc[row].to_numpy(dtype=float) + 1e-3
    scarce = need.columns.isin(list(SCARCE))
    weight = weight * np.where(scarce, SCARCITY.get(area, 1.0), 1.0)
    share = weight / weight.sum() * posts
    whole = np.floor(share).astype(np.int64)
    extra = rng.choice(len(share), posts - int(whole.sum()), p=weight / weight.sum())
    drawn = np.concatenate([np.repeat(np.arange(len(share)), whole), extra])
    taught: npt.NDArray[np.str_] = need.columns.to_numpy(dtype=str)[rng.permutation(drawn)]
    return taught


def _titles(rng: np.random.Generator, age: Ints) -> Ints:
    level = np.clip((age - 22) / 8.0 + rng.normal(0, 0.7, len(age)), 0, 4.4)
    return np.floor(level).astype(np.int64)


def _honours(rng: np.random.Generator, county: County, staff: Staff) -> npt.NDArray[np.str_]:
    """Return honours so that each school has its number of backbone teachers of county level."""
    wanted = county.schools["backbone"].fillna(0).to_numpy(dtype=np.int64)[staff.school]
    rank = _rank_within(rng, staff.school)
    backbone = rank < wanted
    level = rng.choice(["county", "city", "province"], len(rank), p=[0.75, 0.22, 0.03])
    local = np.where(rng.random(len(rank)) < 0.15, "school", "none")
    return np.where(backbone, level, local)


def _rank_within(rng: np.random.Generator, group: Ints) -> Ints:
    """Return a random rank, 0 first, among the members of each group."""
    order = np.lexsort((rng.random(len(group)), group))
    start = np.searchsorted(group[order], group[order])
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - start
    return rank


def _degrees(rng: np.random.Generator, county: County, staff: Staff) -> npt.NDArray[np.str_]:
    area = county.schools["area_type"].to_numpy()[staff.school]
    junior = staff.stage == STAGES.index("junior")
    above = np.where(area == "rural", 0.62, 0.8) * np.where(junior, 0.85, 1.0)
    higher = rng.random(len(area)) < above
    degree = np.where(higher, "bachelor", np.where(junior, "college", "secondary"))
    master = higher & (rng.random(len(area)) < 0.05)
    college = ~junior & higher & (rng.random(len(area)) < 0.35)
    return np.where(master, "master", np.where(college, "college", degree))


def _heads(rng: np.random.Generator, staff: Staff) -> npt.NDArray[np.str_]:
    """Return posts: a principal a school, a secretary and a vice principal in larger ones."""
    rank = _rank_within(rng, staff.school)
    size = np.bincount(staff.school)[staff.school]
    post = np.full(len(rank), "teacher", dtype="<U14")
    post[rank == 0] = "principal"
    post[(rank == 1) & (size >= 12)] = "vice_principal"
    post[(rank == 2) & (size >= 30)] = "secretary"
    return post


def _exempt(
    rng: np.random.Generator, female: npt.NDArray[np.bool_], age: Ints
) -> npt.NDArray[np.str_]:
    drawn = rng.random(len(age))
    mother = female & (age <= 40) & (drawn < PREGNANT)
    ill = ~mother & (rng.random(len(age)) < ILL)
    ground = np.where(drawn < PREGNANT / 2, "pregnant", "nursing")
    return np.where(mother, ground, np.where(ill, "illness", ""))


def _homes(rng: np.random.Generator, county: County, staff: Staff) -> npt.NDArray[np.str_]:
    places: Floats = county.schools[["x", "y"]].to_numpy(dtype=float)[staff.school]
    points = county.villages[["x", "y"]].to_numpy(dtype=float)
    hub = points[int(np.argmax(county.villages["population"].to_numpy()))]
    near = rng.random(len(places)) < LIVES_NEAR
    centre = np.where(near[:, None], places, 0.65 * places + 0.35 * hub)
    spot = centre + rng.normal(0.0, NEAR_HOME_M, places.shape)
    nearest = KDTree(points).query(spot)[1]
    codes: npt.NDArray[np.str_] = county.villages.index.to_numpy(dtype=str)[nearest]
    return codes


def _couples(rng: np.random.Generator, count: int) -> npt.NDArray[np.str_]:
    link = np.full(count, "", dtype="<U8")
    pairs = rng.permutation(count)[: 2 * int(COUPLES * count / 2)].reshape(-1, 2)
    for number, pair in enumerate(pairs):
        link[pair] = f"L{number:05d}"
    return link

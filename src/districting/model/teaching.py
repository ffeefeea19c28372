r"""Periods across schools: which spare periods of whom go to which school that lacks them.

Sets and symbols
----------------
Gaps g: a school's stage and subject with :math:`r_g` periods a week that its own teachers do not
cover. Arcs a: a teacher :math:`t(a)` with :math:`q_t` spare periods who could teach gap
:math:`g(a)`. :math:`h_a` periods, :math:`b_{ts}` half-days, :math:`v_{ts} = 1` when t visits s:

.. math::

    \min \sum_g w_g \Bigl(r_g - \sum_{a} h_a\Bigr) + \sum_{ts} c_{ts} b_{ts} + \sum_a p_a h_a, \quad
    \sum_{a \to g} h_a \le r_g, \quad \sum_{a: t(a)=t} h_a \le q_t, \quad
    \ell v_{ts} \le \sum_{a \in ts} h_a \le m\, b_{ts}, \quad v_{ts} \le b_{ts} \le B v_{ts}, \quad
    \sum_s v_{ts} \le k - 1, \quad \sum_s b_{ts} \le B.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.graph.travel import school_distances
from districting.plan.teaching_plan import TeachingPlan

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SCOPES = ("district", "union", "county")


@dataclass(frozen=True, eq=False)
class Barred:
    """No periods on these arcs. `arcs` has shape (a,)."""

    gate: str
    arcs: Bools


@dataclass(frozen=True, eq=False)
class Rhythm:
    """How visits are paid.

    Parameters
    ----------
    gate : str
    schools : int
        Schools a teacher serves at most, the own one included.
    half_days : int
        Half-days a week away at most.
    per_half_day, least : int, periods
        Most periods in a half-day, and least a week for a visit to be worth it.
    """

    gate: str
    schools: int
    half_days: int
    per_half_day: int
    least: int


@dataclass(frozen=True, eq=False)
class MissingPrice:
    """Aim: ``weight * share[g]`` for each period of gap g that stays uncovered."""

    gate: str
    weight: float
    share: Floats


@dataclass(frozen=True, eq=False)
class HalfDayPrice:
    """Aim: ``weight * cost[a]`` for each half-day that the arc's teacher is at its school."""

    gate: str
    unit: str
    weight: float
    cost: Floats


@dataclass(frozen=True, eq=False)
class PeriodPrice:
    """``price * amount[a]`` for each period on an arc."""

    gate: str
    unit: str
    price: float
    amount: Floats


@dataclass(frozen=True, eq=False)
class Kept:
    """The teacher of each arc pair visits the school: ``pairs`` rows are (teacher, school)."""

    gate: str
    pairs: tuple[tuple[str, str], ...]


Part = Barred | Rhythm | MissingPrice | HalfDayPrice | PeriodPrice | Kept


@dataclass(frozen=True, eq=False)
class TeachingView:
    """What rules for teaching across schools read.

    Parameters
    ----------
    county : County
    start : TeachingPlan or None
    gaps : pandas.DataFrame
        ``school``, ``stage``, ``subject``, ``missing`` (periods), ``kind`` and ``area`` of the
        school.
    staff : pandas.DataFrame
        Teachers with spare periods: ``teacher``, ``school``, ``stage``, ``subject``,
        ``subject_2``, ``spare``.
    teacher, gap : int array, shape (a,)
        Rows of `staff` and `gaps`.
    metres : float array, shape (a,)
        From the own school to the gap's, by road, one way.
    scope : int array, shape (a,)
        Position in :data:`SCOPES`: the narrowest area that holds both schools.
    """

    county: County
    start: TeachingPlan | None
    gaps: pd.DataFrame
    staff: pd.DataFrame
    teacher: Ints
    gap: Ints
    metres: Floats
    scope: Ints


def teaching_view(
    county: County,
    start: TeachingPlan | None,
    gaps: pd.DataFrame,
    staff: pd.DataFrame,
    limit_m: float,
) -> TeachingView:
    """Return the view with an arc for every teacher and gap of one of the teacher's subjects.

    Parameters
    ----------
    limit_m : float
        Arcs longer than this are left out [m].
    """
    left = pd.concat(
        [staff.assign(row=range(len(staff)), taught=staff[c]) for c in ("subject", "subject_2")]
    )
    left = left[left["taught"].fillna("") != ""].drop_duplicates(["row", "stage", "taught"])
    right = gaps.assign(gap=range(len(gaps))).rename(columns={"subject": "taught"})
    pairs = left.merge(right, on=["stage", "taught"], suffixes=("", "_there"))
    pairs = pairs[pairs["school"] != pairs["school_there"]].sort_values(["row", "gap"])
    ways = school_ways(county, sorted(set(pairs["school"])), limit_m)
    metres = np.array(
        [ways.get(k, np.inf) for k in zip(pairs["school"], pairs["school_there"], strict=True)],
        dtype=float,
    )
    near = metres <= limit_m
    pairs, metres = pairs[near], metres[near]
    return TeachingView(
        county, start, gaps.reset_index(drop=True), staff.reset_index(drop=True),
        pairs["row"].to_numpy(np.int64), pairs["gap"].to_numpy(np.int64), metres,
        scopes(county, pairs["school"], pairs["school_there"]),
    )  # fmt: skip


def school_ways(
    county: County, schools: list[str], limit_m: float = np.inf
) -> dict[tuple[str, str], float]:
    """Return metres by road between schools, from those named to all within the limit."""
    if not schools:
        return {}
    found = school_distances(county, schools, limit_m)
    at = county.villages.index.get_indexer(county.schools["village"])
    there: dict[int, list[str]] = {}
    for school, village in zip(county.schools.index, at, strict=True):
        there.setdefault(int(village), []).append(str(school))
    ids = list(schools)
    return {
        (ids[int(s)], other): float(m)
        for s, v, m in zip(found.school, found.village, found.metres, strict=True)
        for other in there.get(int(v), [])
    }


def scopes(county: County, here: pd.Series, there: pd.Series) -> Ints:
    """Return the narrowest area that holds both schools, as position in :data:`SCOPES`."""
    plan = county.current_plan
    if plan is None:
        return np.full(len(here), 2, dtype=np.int64)
    union = plan.schools.map(plan.districts["union"]).fillna("")
    a, b = plan.schools.reindex(here).fillna(""), plan.schools.reindex(there).fillna("")
    c, d = union.reindex(here).fillna(""), union.reindex(there).fillna("")
    district = (a.to_numpy() == b.to_numpy()) & (a != "").to_numpy()
    joined = (c.to_numpy() == d.to_numpy()) & (c != "").to_numpy()
    return np.where(district, 0, np.where(joined, 1, 2)).astype(np.int64)

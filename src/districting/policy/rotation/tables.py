"""Raw tables as the checks of rotation rules read them: who is where before and after each year.

Nothing here is used to build the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from districting.county import TEACHES, County
from districting.graph.remembered import remembered, remembered_of_plan
from districting.graph.roads import road_graph
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rule import Verdict

LEADERS = frozenset({"principal", "vice_principal", "secretary"})
BACKBONE = frozenset({"county", "city", "province"})
ARTS_AND_SPORTS = frozenset({"体育", "音乐", "美术"})
ABOVE = {
    "primary": frozenset({"college", "bachelor", "master", "doctor"}),
    "junior": frozenset({"bachelor", "master", "doctor"}),
}


@dataclass(frozen=True, eq=False)
class Year:
    """One school year of a plan.

    Parameters
    ----------
    year : int
    before, after : pandas.DataFrame
        Rows of ``teachers`` (primary and junior stage, schools not private), by teacher id, with
        ``school`` as it is before and after the year's moves.
    moved : pandas.DataFrame
        Rows of `before` of the teachers who move, with ``to_school`` and ``teaches`` (the subject
        there).
    """

    year: int
    before: pd.DataFrame
    after: pd.DataFrame
    moved: pd.DataFrame


@remembered_of_plan
def years(county: County, plan: RotationPlan) -> tuple[Year, ...]:
    """Return the school years of `plan`, first first.

    Before the moves of a later year whoever leaves is gone, moves whose term ended lead back, and
    newcomers have come.
    """
    now, found = _roster(county), []
    for year in plan.years:
        if year > plan.year:
            now = now[~now.index.isin(plan.leaves.loc[plan.leaves["year"] == year, "teacher"])]
            now = _joined(_returned(now, county, plan, year), county, plan, year)
        staff = _taught(now, county) if year > plan.year else _staff(county)
        rows = plan.moves[plan.moves["year"] == year].set_index("teacher")
        known = rows.index.intersection(staff.index)
        moved = staff.loc[known].assign(to_school=rows.loc[known, "to_school"])
        taught = rows.loc[known, "subject"]
        moved["teaches"] = taught.where(taught != "", moved["subject"])
        school = staff["school"].copy()
        school[known] = moved["to_school"]
        found.append(Year(year, staff, staff.assign(school=school), moved))
        if year < plan.last:
            now = _at(now, moved["to_school"], year)
    return tuple(found)


@remembered
def _roster(county: County) -> pd.DataFrame:
    return county.tables["teachers"].set_index("teacher").sort_index()


@remembered
def _staff(county: County) -> pd.DataFrame:
    return _taught(_roster(county), county)


def _taught(roster: pd.DataFrame, county: County) -> pd.DataFrame:
    """Return the rows of primary and junior stage at schools that are not private."""
    public = county.schools.index[county.schools["run_by"] != "private"]
    return roster[roster["stage"].isin(["primary", "junior"]) & roster["school"].isin(public)]


def _at(now: pd.DataFrame, school: pd.Series, year: int) -> pd.DataFrame:
    """Return the roster with the teachers of `school` (by id) there from September of `year`."""
    then = now.copy()
    then.loc[school.index, "school"] = school
    for column in ("joined", "post_since"):
        known = school.index[then.loc[school.index, column].notna() | (column == "joined")]
        then.loc[known, column] = pd.Timestamp(year, 9, 1)
    return then


def _returned(now: pd.DataFrame, county: County, plan: RotationPlan, year: int) -> pd.DataFrame:
    """Send back whoever's term ended before the autumn of `year`, planned or on record."""
    moves = plan.moves[~plan.moves["moved"] & ~plan.moves["stays"]]
    back = moves[moves["end"].str[:4] == str(year)].set_index("teacher")["from_school"]
    again = set(plan.moves["teacher"])
    for past in county.tables["rotations"].to_dict("records"):
        end, teacher = past["end"], past["teacher"]
        if pd.isna(end) or past["moved"] or teacher in again:
            continue
        due = pd.Timestamp(year - 1, 9, 1) < end <= pd.Timestamp(year, 9, 1)
        if due and teacher in now.index and now.loc[teacher, "school"] == past["to_school"]:
            back[teacher] = past["from_school"]
    back = back[back.index.isin(now.index)]
    return _at(now, back, year) if len(back) else now


def _joined(now: pd.DataFrame, county: County, plan: RotationPlan, year: int) -> pd.DataFrame:
    """Add the newcomers of the year before the autumn of `year`."""
    if "staff_changes" not in county.tables:
        return now
    table = county.tables["staff_changes"]
    since = pd.Timestamp.min if year == plan.year + 1 else pd.Timestamp(year - 1, 9, 1)
    new = table[(table["change"] == "enter") & (table["date"] <= pd.Timestamp(year, 9, 1))]
    new = new[new["date"] > since].set_index("teacher")
    new = new[~new.index.isin(plan.leaves.loc[plan.leaves["year"] <= year, "teacher"])]
    if new.empty:
        return now
    new = new.rename(columns={"date": "joined"}).assign(post="teacher")
    words = [c for c in now.columns if str(now[c].dtype) == "str" and c not in new]
    rows = new.assign(**dict.fromkeys(words, ""), party=False).reindex(columns=now.columns)
    return pd.concat([now, rows.astype(now.dtypes)]).sort_index()


def months_at_school(teachers: pd.DataFrame, year: int) -> pd.Series:
    """Return whole months from joining to 1 September of `year`; NaN where not known."""
    joined = teachers["joined"]
    months: pd.Series = 12.0 * (year - joined.dt.year) + (9 - joined.dt.month)
    return months


def cells(county: County) -> pd.DataFrame:
    """Return one row a public school and stage, indexed by both, with the school's columns."""
    parts = []
    for stage in ("primary", "junior"):
        here = county.schools[county.schools["kind"].isin(TEACHES[stage])]
        here = here[here["run_by"] != "private"]
        parts.append(here.assign(stage=stage, pupils=here[f"pupils_{stage}"].fillna(0)))
    table = pd.concat(parts).rename_axis("school").reset_index()
    return table.set_index(["school", "stage"]).sort_index()


def periods_needed(county: County, table: pd.DataFrame) -> pd.Series:
    """Return periods a week by school, stage and subject.

    Parameters
    ----------
    table : pandas.DataFrame
        ``subject``, ``grade``, ``periods`` (a week, one class).
    """
    classes = county.tables["classes"]
    if classes.empty:
        return pd.Series(dtype=float)
    ordered = sorted(classes["year"].unique(), key=lambda y: (abs(int(y) - county.year), int(y)))
    here = classes[classes["year"] == ordered[0]]
    joined = here.merge(table, on="grade")
    joined["stage"] = np.where(joined["grade"] <= 6, "primary", "junior")
    joined["hours"] = joined["classes"] * joined["periods"]
    hours: pd.Series = joined.groupby(["school", "stage", "subject"])["hours"].sum()
    return hours


def way_to_work(county: County, teachers: pd.DataFrame, schools: pd.Series) -> pd.Series:
    """Return road metres from each teacher's home village to the village of a school.

    Parameters
    ----------
    teachers : pandas.DataFrame
        With ``home``.
    schools : pandas.Series
        School id of each, aligned.

    Returns
    -------
    pandas.Series
        Aligned with `teachers`; NaN where the home is not known, inf where no road leads.
    """
    graph = road_graph(county)
    nodes = list(graph.nodes)
    at = {n: i for i, n in enumerate(nodes)}
    matrix = nx.to_scipy_sparse_array(graph, nodelist=nodes, weight="metres", format="csr")
    goal = county.schools["village"].reindex(schools).to_numpy()
    home = teachers["home"].to_numpy()
    sources = sorted({at[v] for v in goal if v in at})
    reach = dijkstra(matrix, directed=False, indices=sources) if sources else np.empty((0, 0))
    row = {s: i for i, s in enumerate(sources)}
    metres = [
        np.nan
        if h not in at
        else 0.0
        if h == g
        else (float(reach[row[at[g]], at[h]]) if g in at else np.inf)
        for h, g in zip(home, goal, strict=True)
    ]
    return pd.Series(metres, index=teachers.index, dtype=float)


def district_of(county: County) -> pd.DataFrame:
    """Return ``district`` and ``union`` by school id, empty text where it is in none."""
    members, districts = county.tables["members"], county.tables["districts"]
    here = members[members["unit_kind"] == "school"].set_index("unit")["district"]
    district = here.reindex(county.schools.index).fillna("")
    named = districts.set_index("district")["union"] if len(districts) else pd.Series(dtype=str)
    return pd.DataFrame({"district": district, "union": district.map(named).fillna("")})


def by_words(series: pd.Series) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield key, as words, and number of a series indexed by school and further words."""
    for key, number in series.items():
        yield tuple(map(str, key if isinstance(key, tuple) else (key,))), float(number)


def verdict(holds: bool) -> Verdict:
    """Return pass or fail."""
    return Verdict.PASS if holds else Verdict.FAIL

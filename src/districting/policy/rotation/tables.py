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
        Rows of `before` of the teachers who move, with ``to_school``.
    """

    year: int
    before: pd.DataFrame
    after: pd.DataFrame
    moved: pd.DataFrame


def years(county: County, plan: RotationPlan) -> Iterator[Year]:
    """Yield the school years of `plan`, first first; moves whose term ends lead back."""
    roster = county.tables["teachers"].set_index("teacher").sort_index()
    public = county.schools.index[county.schools["run_by"] != "private"]
    taught = roster["stage"].isin(["primary", "junior"]) & roster["school"].isin(public)
    now = roster[taught]
    first = plan.year
    last = max([first, *map(int, plan.moves["year"])])
    for year in range(first, last + 1):
        now = _returned(now, plan, year)
        rows = plan.moves[plan.moves["year"] == year].set_index("teacher")
        known = rows.index.intersection(now.index)
        moved = now.loc[known].assign(to_school=rows.loc[known, "to_school"])
        after = now.copy()
        after.loc[known, "school"] = moved["to_school"]
        yield Year(year, now, after, moved)
        after.loc[known, "joined"] = pd.Timestamp(year, 9, 1)
        now = after


def _returned(now: pd.DataFrame, plan: RotationPlan, year: int) -> pd.DataFrame:
    """Send back whoever's term ended before the autumn of `year`."""
    over = plan.moves["end"].str.startswith(f"{year}-") & ~plan.moves["moved"]
    back = plan.moves[over].set_index("teacher")
    if back.empty:
        return now
    known = back.index.intersection(now.index)
    home = now.copy()
    home.loc[known, "school"] = back.loc[known, "from_school"]
    home.loc[known, "joined"] = pd.Timestamp(year, 9, 1)
    return home


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

"""From county, policy and wishes to the problem of grouping schools that share zones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.graph import adjacency, between_schools, school_distances
from districting.model.grouping import GroupProblem
from districting.model.zone_view import zone_schools
from districting.model.zones import Bools, Ints
from districting.plan.find import find_town
from districting.plan.zone_plan import STAGES
from districting.policy.policy import Policy
from districting.policy.zone_build import way_reach
from districting.policy.zones.several_schools import SeveralSchools
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the groups should be like.

    Parameters
    ----------
    stage : {"primary", "junior"}
    towns : tuple of str
        Towns (name or code) whose schools are grouped; the whole county by default.
    within : float
        Metres by road between any two schools of a group.
    least, most : int
        Schools of a group.
    worth : float
        Metres that a child may go further for a group one point nearer to the mean index.
    hot : float, optional
        Schools at or above this quantile of the index are hot; the county's 带动校 by default.
    apart : bool
        Hot schools are spread: no two in one group.
    """

    stage: str
    towns: tuple[str, ...] = ()
    within: float = 3_000.0
    least: int = 2
    most: int = 4
    worth: float = 100.0
    hot: float | None = None
    apart: bool = True

    def __post_init__(self) -> None:
        if self.stage not in STAGES or not 2 <= self.least <= self.most:
            raise PolicyError(say("groups.bad_size", least=self.least, most=self.most))


def group_problem(
    county: County, policy: Policy, wishes: Wishes
) -> tuple[GroupProblem, pd.Index, Bools]:
    """Return the problem, the ids of its schools, and which of them are hot.

    Parameters
    ----------
    county : County
    policy : Policy
        Its musts on ways and its tolerance between shared zones hold.
    wishes : Wishes
    """
    everyone = zone_schools(county, wishes.stage)
    towns = {find_town(county, t) for t in wishes.towns}
    scope = everyone[everyone["town"].isin(towns)] if towns else everyone
    owner, metres = _territories(county, everyone.index, scope.index)
    children = county.villages[f"children_{wishes.stage}"].fillna(0).to_numpy(dtype=np.int64)
    ways, reached = _ways(owner, metres, children, way_reach(county, policy, wishes.stage))
    hot = _hot(scope, wishes.hot)
    rules = [r for r in policy.of("zones") if isinstance(r, SeveralSchools)]
    tolerance = rules[0].tolerance if rules else SeveralSchools.tolerance
    together = _close(county, scope.index, wishes.within) & reached & reached.T
    if wishes.apart:
        together &= ~(hot[:, None] & hot[None, :])
    inside = owner >= 0
    count = len(scope)
    problem = GroupProblem(
        near=_touching(county, scope, owner),
        together=together,
        children=np.bincount(owner[inside], weights=children[inside], minlength=count).astype(
            np.int64
        ),
        seats=scope[f"seats_{wishes.stage}"].fillna(0).clip(lower=1).to_numpy(dtype=np.int64),
        quality=scope["quality"].to_numpy(dtype=float),
        child_metres=ways,
        least=wishes.least,
        most=wishes.most,
        worth=wishes.worth,
        tolerance=tolerance,
    )
    return problem, scope.index, hot


def _territories(county: County, schools: pd.Index, scope: pd.Index) -> tuple[Ints, np.ndarray]:
    """Return each village's nearest school if it is in question, else -1, and its ways to all
    that are, whole metres, shape (n, m)."""
    pairs = school_distances(county, schools)
    place = scope.get_indexer(schools)
    villages, first = np.unique(pairs.village, return_index=True)
    owner = np.full(len(county.villages), -1, np.int64)
    owner[villages] = place[pairs.school[first]]
    metres = np.full((len(county.villages), len(scope)), np.inf)
    kept = place[pairs.school] >= 0
    metres[pairs.village[kept], place[pairs.school[kept]]] = np.rint(pairs.metres[kept])
    return owner, metres


def _ways(
    owner: Ints, metres: np.ndarray, children: Ints, reach: np.ndarray | None
) -> tuple[np.ndarray, Bools]:
    """Return child-metres from each territory to each school, and whether all children may go."""
    count = metres.shape[1]
    ways, reached = np.zeros((count, count)), np.ones((count, count), bool)
    for village in np.flatnonzero((owner >= 0) & (children > 0)):
        here = metres[village]
        ways[owner[village]] += children[village] * here
        limit = np.inf if reach is None else max(float(reach[village]), here[owner[village]])
        reached[owner[village]] &= (here <= limit) & np.isfinite(here)
    return ways, reached


def _close(county: County, scope: pd.Index, within: float) -> Bools:
    table = between_schools(county, scope, within)
    start, end = (scope.get_indexer(pd.Index(table[c])) for c in ("from", "to"))
    close = np.zeros((len(scope), len(scope)), bool)
    close[start[start >= 0], end[start >= 0]] = True
    return close & close.T


def _hot(scope: pd.DataFrame, quantile: float | None) -> Bools:
    if quantile is None:
        return scope["lead"].fillna(False).to_numpy(dtype=bool)
    index = scope["quality"].astype(float)
    return (index >= index.quantile(quantile)).to_numpy(dtype=bool)


def _touching(county: County, scope: pd.DataFrame, owner: Ints) -> Bools:
    """Return the schools whose territories share a border; a school's own village is part of it."""
    home = county.villages.index.get_indexer(pd.Index(scope["village"]))
    holds = np.zeros((len(county.villages), len(scope)), dtype=bool)
    inside = np.flatnonzero(owner >= 0)
    holds[inside, owner[inside]] = True
    holds[home, np.arange(len(scope))] = True
    edges = adjacency(county).edges
    across = holds[edges[:, 0]].T.astype(np.int64) @ holds[edges[:, 1]].astype(np.int64)
    across = across + across.T + holds.T.astype(np.int64) @ holds.astype(np.int64)
    return np.asarray(across > 0)

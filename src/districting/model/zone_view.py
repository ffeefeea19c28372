"""What zone rules see of a county for one stage: plain arrays over villages, schools and arcs.

Zones belong to schools; where several schools share one (多校划片) to the leading school of the
group, whose seats are those of all. An arc is a village and a zone it may join. Ways are whole
metres by road; to a shared zone the mean over its schools, weighted by seats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.graph import adjacency, next_villages, school_distances
from districting.model.zones import Bools, Ints
from districting.plan.zone_plan import ZonePlan

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ZoneView:
    """A county as arrays of n villages, m zones and a arcs, for one stage.

    Parameters
    ----------
    county : County
    stage : {"primary", "junior"}
    start : ZonePlan or None
        Plan to start from; its locks hold.
    units : pandas.Index, length n
        Village codes in county order.
    leads : pandas.Index, length m
        School whose zone it is, sorted.
    members : tuple of m tuples of str
        The schools that share each zone, the leading one among them.
    children : int array, shape (n,)
    town, zone_town : int array, shape (n,) and (m,)
        Position of the town in ``county.towns``.
    urban : bool array, shape (n,)
        Residents' committees (居委会) as against village committees.
    host, seats : int array, shape (m,)
        Village the leading school stands in; seats of all schools of the zone.
    hot : bool array, shape (m,)
        Whether a school of the zone is marked as a good one that leads others.
    quality : float array, shape (m,)
        Mean index weighted by seats, points; NaN where unknown.
    arc_start, arc_zone : int array, shape (n + 1,) and (a,)
        Arcs of village v are ``arc_start[v]:arc_start[v + 1]``, zones ascending.
    metres, farthest : int array, shape (a,)
        Way to the zone's schools: mean, and to the farthest of them.
    edges : int array, shape (e, 2)
        Neighbouring villages, each pair once.
    current : int array, shape (n,)
        Zone of each village in the county's current zones, -1 where there is none.
    feeds : int array, shape (n,)
        Zone that the village's primary school feeds directly, -1 where there is none; only in the
        junior stage.
    from_hot : bool array, shape (n,)
        Whether the village's primary school is hot; only in the junior stage.
    """

    county: County
    stage: str
    start: ZonePlan | None
    units: pd.Index
    leads: pd.Index
    members: tuple[tuple[str, ...], ...]
    children: Ints
    town: Ints
    zone_town: Ints
    urban: Bools
    host: Ints
    seats: Ints
    hot: Bools
    quality: Floats
    arc_start: Ints
    arc_zone: Ints
    metres: Ints
    farthest: Ints
    edges: Ints
    current: Ints
    feeds: Ints
    from_hot: Bools

    @property
    def n(self) -> int:
        """Number of villages."""
        return len(self.units)

    @property
    def m(self) -> int:
        """Number of zones."""
        return len(self.leads)

    @cached_property
    def arc_village(self) -> Ints:
        """Village of each arc, shape (a,)."""
        return np.repeat(np.arange(self.n), np.diff(self.arc_start))

    @cached_property
    def arc_children(self) -> Ints:
        """Children of the village of each arc, shape (a,)."""
        return self.children[self.arc_village]

    def position(self, school: str) -> int:
        """Return the zone that `school` has or shares; -1 where it has none."""
        return next((z for z, group in enumerate(self.members) if school in group), -1)

    def arc_parents(self) -> Ints:
        """Return for each arc the next village on the way to the zone's host, shape (a,).

        Ways over neighbouring villages, see :func:`districting.graph.next_villages`.
        """
        hosts, column = np.unique(self.host, return_inverse=True)
        way = next_villages(self.county, self.edges, hosts)
        return way[self.arc_village, column[self.arc_zone]]


def zone_view(
    county: County,
    stage: str,
    start: ZonePlan | None = None,
    *,
    groups: Mapping[str, str] | None = None,
    reach: Floats | None = None,
    primary: ZonePlan | None = None,
) -> ZoneView:
    """Return `county` as arrays for `stage`.

    Parameters
    ----------
    county : County
    stage : {"primary", "junior"}
    start : ZonePlan, optional
        Plan to start from; the county's current zones by default.
    groups : Mapping of str to str, optional
        School id → leading school of the group it shares a zone with.
    reach : float array, shape (n,), optional
        Metres to the farthest school of a zone beyond which a village has no arc; by default every
        zone that a road leads to is one.
    primary : ZonePlan, optional
        Where the primary zones and feeders are that the junior stage looks at.
    """
    current = county.current_zones
    start = current if start is None else start
    schools = zone_schools(county, stage)
    lead = pd.Series({s: (groups or {}).get(s, s) for s in schools.index}, dtype="str")
    leads = pd.Index(sorted(set(lead)), dtype="str")
    zone = leads.get_indexer(lead.to_numpy()).astype(np.int64)
    villages, towns = county.villages, county.towns.index
    heads = county.schools.loc[leads]
    seats = schools[f"seats_{stage}"].fillna(0).to_numpy(dtype=np.int64)
    feeds, from_hot = _from_primary(county, stage, primary, leads, dict(lead))
    return ZoneView(
        county=county,
        stage=stage,
        start=start,
        units=villages.index,
        leads=leads,
        members=tuple(tuple(sorted(lead.index[zone == z])) for z in range(len(leads))),
        children=villages[f"children_{stage}"].fillna(0).to_numpy(dtype=np.int64),
        town=towns.get_indexer(pd.Index(villages["town"])).astype(np.int64),
        zone_town=towns.get_indexer(pd.Index(heads["town"])).astype(np.int64),
        urban=(villages["kind"] == "community").to_numpy(),
        host=villages.index.get_indexer(pd.Index(heads["village"])).astype(np.int64),
        seats=np.bincount(zone, weights=seats, minlength=len(leads)).astype(np.int64),
        hot=np.isin(
            np.arange(len(leads)), zone[schools["lead"].fillna(False).to_numpy(dtype=bool)]
        ),
        quality=_mean_quality(schools, zone, seats, len(leads)),
        edges=adjacency(county).edges,
        current=_positions(current, stage, villages.index, leads, dict(lead)),
        feeds=feeds,
        from_hot=from_hot,
        **_arcs(county, schools, zone, seats, leads, reach),
    )


def zone_schools(county: County, stage: str) -> pd.DataFrame:
    """Return the public schools that teach `stage`: those that have zones."""
    teaching = county.teaching(stage)
    return teaching[teaching["run_by"] != "private"]


def _mean_quality(schools: pd.DataFrame, zone: Ints, seats: Ints, count: int) -> Floats:
    if "quality" not in schools:
        return np.full(count, np.nan)
    known = schools["quality"].notna().to_numpy()
    weight = np.where(known, np.maximum(seats, 1), 0).astype(float)
    points = schools["quality"].fillna(0.0).to_numpy(dtype=float) * weight
    total = np.bincount(zone, weights=weight, minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.bincount(zone, weights=points, minlength=count) / total
    return mean


def _positions(
    plan: ZonePlan | None, stage: str, units: pd.Index, leads: pd.Index, lead: dict[str, str]
) -> Ints:
    if plan is None:
        return np.full(len(units), -1, dtype=np.int64)
    school = plan.zones[stage].reindex(units).fillna("")
    return leads.get_indexer(pd.Index([lead.get(s, s) for s in school])).astype(np.int64)


def _from_primary(
    county: County, stage: str, plan: ZonePlan | None, leads: pd.Index, lead: dict[str, str]
) -> tuple[Ints, Bools]:
    """Return the zone that each village's primary school feeds, and whether that school is hot."""
    units = county.villages.index
    if stage != "junior" or plan is None:
        return np.full(len(units), -1, dtype=np.int64), np.zeros(len(units), bool)
    primary = plan.zones["primary"].reindex(units).fillna("")
    direct = plan.feeds()
    fed = [direct.get(school, "") for school in primary]
    hot = county.schools["lead"].fillna(False).astype(bool)
    is_hot = primary.map(lambda s: any(hot.get(k, False) for k in plan.members(s)))
    feeds = leads.get_indexer(pd.Index([lead.get(s, s) for s in fed])).astype(np.int64)
    return feeds, is_hot.to_numpy(dtype=bool)


def _arcs(
    county: County,
    schools: pd.DataFrame,
    zone: Ints,
    seats: Ints,
    leads: pd.Index,
    reach: Floats | None,
) -> dict[str, Ints]:
    n, m = len(county.villages), len(leads)
    limit = np.full(n, np.inf) if reach is None else reach
    pairs = school_distances(county, schools.index, float(limit.max(initial=0.0)) + 0.5)
    size = np.bincount(zone, minlength=m)
    some = np.bincount(zone, weights=seats, minlength=m) > 0
    weight = np.where(some[zone], seats, 1).astype(float)
    key = pairs.village * m + zone[pairs.school]
    keys, place = np.unique(key, return_inverse=True)
    metres = np.rint(pairs.metres)
    total = np.bincount(place, weights=weight[pairs.school])
    mean = np.bincount(place, weights=weight[pairs.school] * metres) / np.maximum(total, 1.0)
    far = np.zeros(len(keys))
    np.maximum.at(far, place, metres)
    village, of = keys // m, keys % m
    keep = (np.bincount(place) == size[of]) & (far <= limit[village])
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(village[keep], minlength=n), out=start[1:])
    return {
        "arc_start": start,
        "arc_zone": of[keep].astype(np.int64),
        "metres": np.rint(mean[keep]).astype(np.int64),
        "farthest": far[keep].astype(np.int64),
    }

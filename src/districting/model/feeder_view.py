"""What feeder rules see: primaries, junior zones, graduates and entry seats by year, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.demand.graduates import graduates_by_village
from districting.graph import adjacency, school_distances
from districting.plan.zone_plan import ZonePlan

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
GRADES = 3
"""Grades of a junior school; entry seats are its seats over these."""
LEAST = 1e-6
"""Children that a village counts for at least in mean ways."""


@dataclass(frozen=True, eq=False)
class FeederView:
    """A county as arrays of n primary zones, m junior zones and a pairs of them.

    Parameters
    ----------
    county : County
    start : ZonePlan
        Plan whose primary zones are fed on; its locks hold.
    years : tuple of int
        School years by their autumn.
    primaries, juniors : pandas.Index, length n and m
        Leading schools of the zones, sorted.
    members : tuple of m tuples of str
        The schools of each junior zone.
    graduates, seats : int array, shape (years, n) and (years, m)
        Children of entry age in each primary zone; entry seats of each junior zone.
    host : int array, shape (m,)
        Primary zone in which the leading junior stands, -1 for none.
    zone : int array, shape (villages,)
        Primary zone of each village, -1 for none.
    leaving : int array, shape (years, villages)
        Graduates of each village.
    ways : float array, shape (villages, m)
        Whole metres from each village to each junior zone; infinite where no road leads.
    pair_primary, pair_junior, pair_metres : int array, shape (a,)
        Every pair that a road joins; mean way of the primary zone's children, metres.
    edges : int array, shape (e, 2)
        Primary zones that touch.
    tier : int array, shape (a,)
        0 where primary and junior lie in one district, 1 in one union, 2 beyond.
    current : int array, shape (n,)
        Junior zone that each primary feeds now, -1 for none.
    """

    county: County
    start: ZonePlan
    years: tuple[int, ...]
    primaries: pd.Index
    juniors: pd.Index
    members: tuple[tuple[str, ...], ...]
    graduates: Ints
    seats: Ints
    host: Ints
    zone: Ints
    leaving: Ints
    ways: Floats
    pair_primary: Ints
    pair_junior: Ints
    pair_metres: Ints
    edges: Ints
    tier: Ints
    current: Ints

    @property
    def n(self) -> int:
        """Number of primary zones."""
        return len(self.primaries)

    @property
    def m(self) -> int:
        """Number of junior zones."""
        return len(self.juniors)

    def by_pair(self, each: Ints) -> Ints:
        """Return what the graduates of every pair come to by year, shape (years, a).

        Parameters
        ----------
        each : int array, shape (villages, m)
            What a graduate of the village counts at the junior zone.
        """
        table = np.zeros((len(self.years), self.n, self.m), np.int64)
        inside = self.zone >= 0
        for y, count in enumerate(self.leaving):
            np.add.at(table[y], self.zone[inside], (count[:, None] * each)[inside])
        return table[:, self.pair_primary, self.pair_junior]

    @cached_property
    def travel(self) -> Ints:
        """Child-metres of the graduates of every pair by year, shape (years, a)."""
        joined = np.where(np.isfinite(self.ways), self.ways, 0.0)
        return self.by_pair(joined.astype(np.int64))

    @property
    def least_travel(self) -> int:
        """Child-metres if all graduates went to their nearest junior school: none goes less far."""
        nearest = self.ways.min(axis=1, initial=np.inf)
        nearest = np.where(np.isfinite(nearest), nearest, 0.0).astype(np.int64)
        return int((self.leaving * nearest).sum())

    def position(self, school: str) -> int:
        """Return the junior zone that `school` has or shares; -1 where it has none."""
        return next((t for t, group in enumerate(self.members) if school in group), -1)


def feeder_view(
    county: County,
    start: ZonePlan,
    years: range,
    groups: Mapping[str, str],
    primaries: pd.Index | None = None,
) -> FeederView:
    """Return the view of `county` on the primary zones of `start`.

    Parameters
    ----------
    county : County
    start : ZonePlan
    years : range
    groups : Mapping of str to str
        Leading school of every junior school that shares a zone.
    primaries : pandas.Index, optional
        Leading primaries, sorted; those that have a zone by default.
    """
    zone = start.zones["primary"].reindex(county.villages.index).fillna("")
    if primaries is None:
        primaries = pd.Index(sorted(set(zone) - {""}), dtype="str")
    of_village = primaries.get_indexer(pd.Index(zone)).astype(np.int64)
    public = county.teaching("junior")
    public = public[public["run_by"] != "private"]
    members: dict[str, list[str]] = {}
    for school in public.index:
        members.setdefault(groups.get(school, school), []).append(school)
    juniors = pd.Index(sorted(members), dtype="str")
    schools = tuple(tuple(sorted(members[j])) for j in juniors)
    counts = graduates_by_village(county, years).to_numpy()
    inside = of_village >= 0
    graduates = np.zeros((len(years), len(primaries)), np.int64)
    for y in range(len(years)):
        np.add.at(graduates[y], of_village[inside], counts[y, inside])
    entry = np.array([int(public.loc[list(s), "seats_junior"].sum()) // GRADES for s in schools])
    ways = village_ways(county, schools)
    primary, junior, metres = _pairs(county, of_village, primaries, ways)
    home = county.villages.index.get_indexer(county.schools.loc[juniors, "village"])
    pairs = of_village[adjacency(county).edges]
    pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & (pairs >= 0).all(axis=1)]
    return FeederView(
        county=county,
        start=start,
        years=tuple(years),
        primaries=primaries,
        juniors=juniors,
        members=schools,
        graduates=graduates,
        seats=np.tile(entry.astype(np.int64), (len(years), 1)),
        host=of_village[home],
        zone=of_village,
        leaving=counts,
        ways=np.rint(ways),
        pair_primary=primary,
        pair_junior=junior,
        pair_metres=metres,
        edges=np.unique(np.sort(pairs, axis=1), axis=0).reshape(-1, 2),
        tier=_tiers(county, primaries, juniors)[primary, junior],
        current=_current(county, primaries, juniors, groups),
    )


def _pairs(
    county: County, of_village: Ints, primaries: pd.Index, away: Floats
) -> tuple[Ints, Ints, Ints]:
    """Return the pairs that roads join and the mean way of the primary's children, by seats."""
    weight = county.villages["children_junior"].fillna(0).to_numpy(dtype=float) + LEAST
    table = np.zeros((len(primaries), away.shape[1]))
    inside = of_village >= 0
    total = np.bincount(of_village[inside], weight[inside], minlength=len(primaries))
    total = np.maximum(total, LEAST)
    for t in range(away.shape[1]):
        product = weight[inside] * away[inside, t]
        table[:, t] = np.bincount(of_village[inside], product, minlength=len(primaries)) / total
    primary, junior = np.nonzero(np.isfinite(table))
    metres = np.rint(table[primary, junior]).astype(np.int64)
    return primary.astype(np.int64), junior.astype(np.int64), metres


def village_ways(county: County, schools: tuple[tuple[str, ...], ...]) -> Floats:
    """Return the metres from every village to every junior zone, mean over its schools by seats.

    Returns
    -------
    float array, shape (villages, m)
        Infinite where no road leads.
    """
    ids = [s for group in schools for s in group]
    found = school_distances(county, ids)
    away = np.full((len(county.villages), len(ids)), np.inf)
    away[found.village, found.school] = found.metres
    seats = county.schools["seats_junior"].fillna(0)
    ways = np.zeros((len(away), len(schools)))
    first = 0
    for t, group in enumerate(schools):
        size = np.maximum(seats[list(group)].to_numpy(dtype=float), 1.0)
        ways[:, t] = away[:, first : first + len(group)] @ size / size.sum()
        first += len(group)
    return ways


def _tiers(county: County, primaries: pd.Index, juniors: pd.Index) -> Ints:
    """Return how far apart each primary and junior lie among districts, shape (n, m)."""
    plan = county.current_plan
    if plan is None:
        return np.zeros((len(primaries), len(juniors)), np.int64)
    district = plan.schools.astype(object)
    union = district.map(plan.districts["union"]).fillna("").astype(object)
    tiers = np.full((len(primaries), len(juniors)), 2, np.int64)
    for name, tier in ((union, 1), (district, 0)):
        left = name.reindex(primaries).fillna("").to_numpy()[:, None]
        right = name.reindex(juniors).fillna("").to_numpy()[None, :]
        tiers[(left == right) & (left != "")] = tier
    return tiers


def _current(
    county: County, primaries: pd.Index, juniors: pd.Index, groups: Mapping[str, str]
) -> Ints:
    """Return the junior zone each primary feeds now; by lottery within a group too."""
    plan = county.current_zones
    if plan is None or plan.feeders.empty:
        return np.full(len(primaries), -1, np.int64)
    fed = plan.feeders.drop_duplicates("primary").set_index("primary")["junior"]
    lead = fed.map(lambda j: groups.get(j, j)).reindex(primaries).fillna("")
    return juniors.get_indexer(pd.Index(lead)).astype(np.int64)

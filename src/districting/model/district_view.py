"""What district rules see of a county: plain arrays over villages, in county order.

Units are villages. A school belongs to the unit of the village it stands in, so a district plan's
school membership follows from its village membership. Only town-run schools count as institutions
of a district (:meth:`County.district_schools`); seats for children count every public school.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import STAGES, TEACHES, County
from districting.graph import adjacency, village_distances
from districting.model.partition import Floats, Ints
from districting.plan.district_plan import DistrictPlan

SEAT_KINDS = ("junior", "nine_year", "primary")
"""Kinds of town-run schools whose village may be the seat of a district."""


@dataclass(frozen=True, eq=False)
class DistrictView:
    """A county as arrays of n villages, t towns and m seat candidates.

    Parameters
    ----------
    county : County
    start : DistrictPlan or None
        Plan to start from; its locks and exemptions hold.
    units : pandas.Index, length n
        Village codes in county order.
    town : int array, shape (n,)
        Position of each village's town in `towns`.
    towns : pandas.Index, length t
        Town codes in county order.
    edges : int array, shape (e, 2)
        Neighbouring villages, each pair once, smaller position first.
    border : float array, shape (e,)
        Metres of common border of each pair; 0 for a crossing alone.
    seats : int array, shape (m,)
        Positions of the villages that may be seats, strictly increasing.
    institutions, pupils, teachers : float array, shape (n,)
        Town-run schools and kindergartens of the village; their pupils; their teachers.
    children, capacity : Mapping of stage to float array, shape (n,)
        Children living in the village; seats of the public schools that stand in it.
    lead, partnered, juniors, seat_juniors : float array, shape (n,)
        Town-run schools of the village that are lead schools, that have a named partner, that teach
        the junior stage, and that teach it at the town seat.
    points, rated : float array, shape (n,)
        Sum of pupils x quality, and pupils, over town-run schools with a quality index.
    current, initial : int array, shape (n,)
        District number of each village in the county's current layout, and in `start`; numbers
        count district names in sorted order; -1 where there is none.
    district_counts : int array, shape (t,), or None
        Districts that the policy wants in each town; None where it does not say.
    total : int or None
        Districts that the policy wants in all; None where it leaves a range.
    """

    county: County
    start: DistrictPlan | None
    units: pd.Index
    town: Ints
    towns: pd.Index
    edges: Ints
    border: Floats
    seats: Ints
    institutions: Floats
    pupils: Floats
    teachers: Floats
    children: Mapping[str, Floats]
    capacity: Mapping[str, Floats]
    lead: Floats
    partnered: Floats
    juniors: Floats
    seat_juniors: Floats
    points: Floats
    rated: Floats
    current: Ints
    initial: Ints
    district_counts: Ints | None = None
    total: int | None = None

    @property
    def n(self) -> int:
        """Number of villages."""
        return len(self.units)

    @cached_property
    def distance(self) -> Floats:
        """Metres by road from villages to seat candidates, shape (n, m); inf unreachable."""
        return village_distances(self.county, self.seats)

    @cached_property
    def inertia(self) -> Floats:
        """Area times square straight way to each seat candidate, km2 km2, shape (n, m)."""
        villages = self.county.villages
        place = villages[["x", "y"]].to_numpy(float) / 1000.0
        off = place[:, None, :] - place[self.seats][None, :, :]
        area = villages.geometry.area.to_numpy(float) / 1e6
        return np.asarray(area[:, None] * (off**2).sum(axis=2), float)

    @property
    def start_labels(self) -> Ints | None:
        """Labels that a solver may start from; None where `start` leaves villages out."""
        return self.initial if (self.initial >= 0).all() else None

    def town_sums(self, weights: Floats) -> Floats:
        """Return the sum of `weights` over each town, shape (t,)."""
        sums = np.bincount(self.town, weights=weights, minlength=len(self.towns))
        return sums.astype(np.float64)

    def schooling(self, stages: Iterable[str]) -> Floats:
        """Return the children of `stages` together, shape (n,)."""
        return np.asarray(sum((self.children[s] for s in stages), np.zeros(self.n)))

    def nearest_pairs(self, stage: str) -> tuple[Ints, Floats, Floats]:
        """Pair each village with the village of its nearest town-run school of `stage`.

        Villages with a school of their own, and villages that reach none, have no pair. Ties go to
        the village that comes first in county order.

        Returns
        -------
        pairs : int array, shape (p, 2)
        metres : float array, shape (p,)
            Way to the nearest.
        further : float array, shape (p,)
            Way to the nearest in yet another village; inf where there is none.
        """
        schools = self.county.district_schools()
        teaching = schools[schools["kind"].isin(TEACHES[stage])]
        hosts = np.unique(self.units.get_indexer(pd.Index(teaching["village"]))).astype(np.int64)
        if len(hosts) == 0:
            return np.empty((0, 2), np.int64), np.empty(0), np.empty(0)
        metres = village_distances(self.county, hosts)
        nearest = np.argmin(metres, axis=1)
        rows = np.arange(self.n)
        best = metres[rows, nearest]
        rest = metres.copy()
        rest[rows, nearest] = np.inf
        keep = (hosts[nearest] != rows) & np.isfinite(best)
        pairs = np.column_stack([rows, hosts[nearest]])[keep].astype(np.int64)
        return pairs, best[keep], rest.min(axis=1)[keep]


def district_view(
    county: County,
    start: DistrictPlan | None = None,
    seats: Iterable[str] = SEAT_KINDS,
    *,
    district_counts: Ints | None = None,
    total: int | None = None,
) -> DistrictView:
    """Return `county` as arrays.

    Parameters
    ----------
    county : County
    start : DistrictPlan, optional
        Plan to start from; the county's current layout by default.
    seats : iterable of str
        Kinds of town-run schools whose village may be a seat. A town that needs more seats than
        that gives (`district_counts`), or a district of `start` without one, may also be seated at
        any town-run school or kindergarten and, failing that, at any village.
    district_counts, total
        See :class:`DistrictView`.
    """
    villages, current = county.villages, county.current_plan
    start = current if start is None else start
    units, towns = villages.index, county.towns.index
    town = towns.get_indexer(pd.Index(villages["town"])).astype(np.int64)
    initial = _labels(start, units)
    schools, neighbours = county.district_schools(), adjacency(county)
    return DistrictView(
        county=county,
        start=start,
        units=units,
        town=town,
        towns=towns,
        edges=neighbours.edges,
        border=neighbours.border,
        seats=_seats(county, tuple(seats), town, district_counts, start, initial),
        children=MappingProxyType({s: _column(villages, f"children_{s}") for s in STAGES}),
        capacity=MappingProxyType(_capacity(county)),
        current=_labels(current, units),
        initial=initial,
        district_counts=district_counts,
        total=total,
        **_school_sums(schools, units),
    )


def _column(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame:
        return np.zeros(len(frame))
    return frame[name].fillna(0).to_numpy(dtype=float)


def _flag(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame:
        return np.zeros(len(frame))
    return frame[name].fillna(False).to_numpy(dtype=bool).astype(float)


def _by_village(schools: pd.DataFrame, units: pd.Index, values: Floats) -> Floats:
    where = units.get_indexer(pd.Index(schools["village"]))
    return np.bincount(where, weights=values, minlength=len(units)).astype(np.float64)


def _school_sums(schools: pd.DataFrame, units: pd.Index) -> dict[str, Floats]:
    pupils = np.sum([_column(schools, f"pupils_{s}") for s in STAGES], axis=0)
    junior = schools["kind"].isin(TEACHES["junior"]).to_numpy(dtype=float)
    quality = schools["quality"].astype(float) if "quality" in schools else None
    known = np.zeros(len(schools)) if quality is None else quality.notna().to_numpy(dtype=float)
    points = np.zeros(len(schools)) if quality is None else quality.fillna(0.0).to_numpy(float)
    partner = np.zeros(len(schools))
    if "partner" in schools:
        partner = (schools["partner"].fillna("") != "").to_numpy().astype(np.float64)
    values = {
        "institutions": np.ones(len(schools)),
        "pupils": pupils,
        "teachers": _column(schools, "teachers"),
        "lead": _flag(schools, "lead"),
        "partnered": partner,
        "juniors": junior,
        "seat_juniors": junior * _flag(schools, "town_seat"),
        "points": points * pupils,
        "rated": known * pupils,
    }
    return {name: _by_village(schools, units, v) for name, v in values.items()}


def _capacity(county: County) -> dict[str, Floats]:
    public = county.schools[county.schools["run_by"] != "private"]
    return {
        stage: _by_village(public, county.villages.index, _column(public, f"seats_{stage}"))
        for stage in STAGES
    }


def _labels(plan: DistrictPlan | None, units: pd.Index) -> Ints:
    """Number the districts of `plan` by sorted name; -1 where a village has none."""
    if plan is None:
        return np.full(len(units), -1, dtype=np.int64)
    names = plan.villages.reindex(units).fillna("")
    order = sorted(set(names) - {""})
    numbers = pd.Index(order, dtype=object).get_indexer(pd.Index(names.astype(object)))
    return np.asarray(numbers, dtype=np.int64)


def _seats(
    county: County,
    kinds: tuple[str, ...],
    town: Ints,
    counts: Ints | None,
    start: DistrictPlan | None,
    initial: Ints,
) -> Ints:
    units, schools = county.villages.index, county.district_schools()
    wanted: npt.NDArray[np.bool_] = units.isin(schools.loc[schools["kind"].isin(kinds), "village"])
    hosts = units.isin(schools["village"])
    if start is not None:
        wanted |= units.isin(start.districts["seat"])
    groups = [(initial, np.ones(initial.max(initial=-1) + 1, dtype=np.int64))]
    if counts is not None:
        groups.append((town, counts))
    for group, least in groups:
        for more in (hosts, np.ones(len(units), dtype=bool)):
            inside = group >= 0
            have = np.bincount(group[inside & wanted], minlength=len(least))
            short = np.append(have < least, False)
            wanted = wanted | (more & inside & short[group])
    return np.flatnonzero(wanted).astype(np.int64)

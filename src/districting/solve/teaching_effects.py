"""What a few periods more or less across schools would change in a plan, all else as it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from districting.model.teaching import HalfDayPrice, Ints, MissingPrice, PeriodPrice, TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.solve.teaching import Prices, add_up

Key = tuple[int, str]
"""Row of a teacher among the staff, and the school visited."""


@dataclass(frozen=True)
class TeachingEffect:
    """What a change of periods comes to.

    Parameters
    ----------
    total : float
        Change of the objective.
    changes : Mapping of str to (float, str)
        Change by gate in its own unit, without its weight, and the unit.
    """

    total: float
    changes: Mapping[str, tuple[float, str]]


class TeachingStanding:
    """A plan's visits with all sums worked out, so that the effect of a change is quickly known.

    Parameters
    ----------
    view : TeachingView
    parts : tuple
        What rules say of it.
    plan : TeachingPlan
        Visits on arcs that the problem lacks count for their teachers' time alone.
    """

    def __init__(self, view: TeachingView, parts: tuple[Any, ...], plan: TeachingPlan) -> None:
        self.view, self.parts = view, parts
        self.prices: Prices = add_up(view, parts)
        self.names = view.staff["teacher"].to_numpy(dtype=str)
        self.schools = view.gaps["school"].to_numpy(dtype=str)
        row = {name: k for k, name in enumerate(self.names.tolist())}
        self.paid: dict[Key, int] = {}
        self.halves: dict[Key, int] = {}
        for visit in plan.visits.to_dict("records"):
            if visit["teacher"] in row:
                key = (row[visit["teacher"]], str(visit["school"]))
                self.paid[key] = self.paid.get(key, 0) + int(visit["periods"])
        for slot in plan.timetable.to_dict("records"):
            if slot["teacher"] in row:
                key = (row[slot["teacher"]], str(slot["school"]))
                self.halves[key] = self.halves.get(key, 0) + 1
        self.spare = view.staff["spare"].to_numpy(dtype=np.int64).copy()
        for (teacher, _), periods in self.paid.items():
            self.spare[teacher] -= periods
        columns = ["teacher", "school", "stage", "subject"]
        given = plan.visits.groupby(columns)["periods"].sum().to_dict()
        gaps = view.gaps[columns[1:]].to_numpy(dtype=object)
        pairs = zip(view.teacher.tolist(), view.gap.tolist(), strict=True)
        self.periods: Ints = np.array(
            [given.get((self.names[t], *gaps[g]), 0) for t, g in pairs], dtype=np.int64
        )
        covered = np.bincount(view.gap, self.periods, minlength=len(gaps)).astype(np.int64)
        self.left: Ints = view.gaps["missing"].to_numpy(dtype=np.int64) - covered

    @cached_property
    def visited(self) -> Mapping[int, list[str]]:
        """Schools that each teacher visits, by row of the staff."""
        found: dict[int, list[str]] = {}
        for teacher, school in self.paid:
            found.setdefault(teacher, []).append(school)
        return found

    def key(self, arc: int) -> Key:
        """Return teacher and school of an arc."""
        return int(self.view.teacher[arc]), str(self.schools[self.view.gap[arc]])

    def room(self, arc: int) -> int:
        """Return how many periods the arc's teacher could add at its school; 0 where none."""
        rhythm, key = self.prices.rhythm, self.key(arc)
        if not self.prices.open[arc]:
            return 0
        visited = self.visited.get(key[0], [])
        if key[1] not in visited and len(visited) >= rhythm.schools - 1:
            return 0
        free = rhythm.half_days - sum(self.halves.get((key[0], s), 0) for s in visited)
        seats = (self.halves.get(key, 0) + free) * rhythm.per_half_day - self.paid.get(key, 0)
        most = int(min(self.spare[key[0]], seats))
        return most if self.paid.get(key, 0) + most >= rhythm.least else 0

    def effect(self, changes: Mapping[int, int]) -> TeachingEffect | None:
        """Return what adding these periods to arcs would change; None where a must would break."""
        keys: dict[Key, int] = {}
        people, gaps = np.zeros(len(self.spare), np.int64), np.zeros(len(self.left), np.int64)
        for arc, change in changes.items():
            if change > 0 and not self.prices.open[arc]:
                return None
            keys[self.key(arc)] = keys.get(self.key(arc), 0) + change
            people[self.view.teacher[arc]] += change
            gaps[self.view.gap[arc]] += change
        halves = {key: self._half_days(key, change) for key, change in keys.items()}
        allowed = all(self._allowed(key, keys, halves) for key in keys)
        if not allowed or (self.spare < people).any() or (self.left < gaps).any():
            return None
        found: dict[str, tuple[float, str]] = {}
        total = 0.0
        for part in self.parts:
            value, unit, weight = self._part(part, changes, halves)
            if value:
                found[part.gate] = (value, unit)
                total += weight * value
        return TeachingEffect(total, found)

    def _half_days(self, key: Key, change: int) -> int:
        """Return the half-days of a visit whose periods change."""
        now = self.halves.get(key, 0)
        need = math.ceil((self.paid.get(key, 0) + change) / self.prices.rhythm.per_half_day)
        return max(now, need) if change > 0 else min(now, need)

    def _allowed(self, key: Key, keys: Mapping[Key, int], halves: Mapping[Key, int]) -> bool:
        rhythm, (teacher, _) = self.prices.rhythm, key
        after = self.paid.get(key, 0) + keys[key]
        if 0 < after < rhythm.least or (after == 0 and self._locked(key)):
            return False
        mine = {(teacher, s) for s in self.visited.get(teacher, [])}
        mine |= {k for k in keys if k[0] == teacher}
        paid = {k for k in mine if self.paid.get(k, 0) + keys.get(k, 0) > 0}
        away = sum(halves.get(k, self.halves.get(k, 0)) for k in paid)
        return len(paid) <= rhythm.schools - 1 and away <= rhythm.half_days

    def _locked(self, key: Key) -> bool:
        return (self.names[key[0]], key[1]) in self.prices.kept

    def _part(
        self, part: Any, changes: Mapping[int, int], halves: Mapping[Key, int]
    ) -> tuple[float, str, float]:
        """Return change, unit and weight of a part."""
        if isinstance(part, MissingPrice):
            gap = self.view.gap
            lost = -sum(part.share[gap[a]] * n for a, n in changes.items())
            return float(lost), "periods", part.weight
        if isinstance(part, PeriodPrice):
            value = sum(part.amount[a] * n for a, n in changes.items())
            return float(value), part.unit, part.price
        if isinstance(part, HalfDayPrice):
            cost = {self.key(a): float(part.cost[a]) for a in changes}
            value = sum(cost[k] * (n - self.halves.get(k, 0)) for k, n in halves.items())
            return float(value), part.unit, part.weight
        return 0.0, "", 0.0

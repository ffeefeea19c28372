"""夫妻、团队等同行教师一起交流，去处在规定距离之内。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Bools, Ints, Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.tables import verdict, way_to_work, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class Links(RotationRule):
    r"""夫妻、团队等同行教师一起交流，去处在规定距离之内。

    For linked p, q and each destination s of p:
    :math:`x_{ps} \le \sum_{s' : d(s, s') \le r} x_{qs'}`, and the other way round. So both move,
    near each other, or neither does. Leaders move before the others, in a problem of their own: a
    link between a leader and somebody who is none holds both where they are.

    Parameters
    ----------
    within : Mapping of kind of link to int, metres by road between the new schools
        Set by the bureau. 0 means the same school.
    """

    name: ClassVar[str] = "links"
    of_leaders: ClassVar[bool] = True

    within: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"couple": 8000, "team": 0})
    )

    def _reach(self, kind: str) -> float:
        return float(self.within.get(kind, 0))

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Tie the moves of linked teachers."""
        rows: list[tuple[Ints, Ints, np.ndarray]] = []
        labels: list[str] = []
        names = view.staff["teacher"].to_numpy(dtype=str)
        for one, mine, theirs, near in self._pairs(view):
            at, which = np.nonzero(near)
            row = len(labels) + np.r_[np.arange(len(mine)), at]
            value = np.r_[np.ones(len(mine)), np.full(len(at), -1.0)]
            rows.append((row, np.r_[mine, theirs[which]], value))
            labels += [str(names[one])] * len(mine)
        if rows:
            yield Rows(
                self.name,
                "teachers",
                np.concatenate([r[0] for r in rows]),
                np.concatenate([r[1] for r in rows]),
                np.concatenate([r[2] for r in rows]),
                np.full(len(labels), -np.inf),
                np.zeros(len(labels)),
                tuple(labels),
                self.elastic,
            )

    def alone(self, view: RotationView) -> Bools:
        """Return which moves cannot be made as none of the other's leads near, shape (a,).

        So for whoever is linked to a teacher who may not move this year at all.
        """
        out = np.zeros(len(view.teacher), dtype=bool)
        for _, mine, _, near in self._pairs(view):
            out[mine] |= ~near.any(axis=1)
        return out

    def _pairs(self, view: RotationView) -> Iterator[tuple[int, Ints, Ints, Bools]]:
        """Yield each linked teacher with a link, the moves of both, and which lead near which."""
        staff = view.staff
        linked = staff[staff["link"] != ""]
        start = np.searchsorted(view.teacher, np.arange(len(staff) + 1))
        between = self._between(view)
        for group in linked.groupby("link").groups.values():
            for pair in combinations(group.tolist(), 2):
                reach = self._reach(str(staff["link_kind"].iloc[pair[0]]))
                for one, other in (pair, pair[::-1]):
                    mine = np.arange(start[one], start[one + 1])
                    theirs = np.arange(start[other], start[other + 1])
                    near = between[np.ix_(view.to[mine], view.to[theirs])] <= reach
                    yield one, mine, theirs, near

    @staticmethod
    def _between(view: RotationView) -> np.ndarray:
        """Return metres between the villages of places, shape (places, places)."""
        home = view.county.villages.index.get_indexer(pd.Index(view.places["village"]))
        return np.asarray(view.metres[home], dtype=float)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Look at each link: both move near each other, or neither."""
        for year in years(county, plan):
            to = year.moved["to_school"]
            linked = year.before[year.before["link"] != ""]
            broken = 0
            for link, group in linked.groupby("link"):
                for one, other in combinations(group.index, 2):
                    reach = self._reach(str(group.loc[one, "link_kind"]))
                    apart = self._apart(county, to.get(one), to.get(other), reach)
                    if apart:
                        broken += 1
                        details = {"year": year.year, "link": str(link)}
                        place = (str(one), str(other))
                        yield Finding(self.name, verdict(False), place, details=details)
            if not broken:
                count = float(linked["link"].nunique())
                details = {"year": year.year}
                yield Finding(self.name, verdict(True), (), count, details=details)

    @staticmethod
    def _apart(county: County, one: object, other: object, reach: float) -> bool:
        if one is None and other is None:
            return False
        if one is None or other is None:
            return True
        village = county.schools.loc[str(one), "village"]
        frame = pd.DataFrame({"home": [village]})
        metres = way_to_work(county, frame, pd.Series([str(other)]))
        return not float(metres.iloc[0]) <= reach + 0.5

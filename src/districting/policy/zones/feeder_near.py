"""就近对口：只对口最近的几所初中之一。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.graph import school_distances
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import ForbidPairs
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import assigned, sharing
from districting.policy.zones.feeder_base import FeederRule, fed


@dataclass(frozen=True, kw_only=True)
class FeederNear(FeederRule):
    r"""逐步实行九年一贯制划片对口招生，保障适龄儿童少年就近对口入学。

    A primary feeds t only where fewer than `choices` junior zones with seats are nearer, by the
    mean way of the primary zone's children in whole metres. How far they go in all is what every
    feeder plan minimises.

    Parameters
    ----------
    choices : int
    """

    name: ClassVar[str] = "feeder_near"

    choices: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST)
        self.refuse_words([("choices < 1", ["choices >= 1"])] * (self.choices < 1))

    def feed(self, view: FeederView) -> Iterator[ForbidPairs]:
        """Close the pairs that have enough nearer ones."""
        away = np.full((view.n, view.m), np.iinfo(np.int64).max)
        away[view.pair_primary, view.pair_junior] = view.pair_metres
        away[:, view.seats[0] == 0] = np.iinfo(np.int64).max
        ordered = np.sort(away, axis=1)
        limit = ordered[:, min(self.choices, view.m) - 1]
        yield ForbidPairs(self.name, view.pair_metres > limit[view.pair_primary])

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Rank the junior zones of every primary by the mean way of its children."""
        groups, names = sharing(plan, county, "junior"), county.schools["name"]
        away = _ways(county, plan, groups)
        seats = county.schools["seats_junior"].fillna(0)
        open_ = [j for j, schools in groups.items() if seats[schools].sum() // 3 > 0]
        for primary, row in fed(county, plan).iterrows():
            if not row["junior"]:
                continue
            own = away.loc[str(primary), row["junior"]]
            nearer = int((away.loc[str(primary), open_] < own).sum())
            yield self.found(
                stage,
                verdict_of(nearer < self.choices and bool(np.isfinite(own))),
                (row["name"],),
                float(nearer),
                float(self.choices),
                junior=str(names.get(row["junior"], row["junior"])),
                metres=float(own),
            )


def _ways(county: County, plan: ZonePlan, groups: dict[str, list[str]]) -> pd.DataFrame:
    """Return the mean way of each primary zone's children to every junior zone, whole metres."""
    schools = [s for group in groups.values() for s in group]
    pairs = school_distances(county, schools)
    table = np.full((len(county.villages), len(schools)), np.inf)
    table[pairs.village, pairs.school] = pairs.metres
    away = pd.DataFrame(table, index=county.villages.index, columns=schools)
    weight = county.villages["children_junior"].fillna(0).astype(float) + 1e-6
    zone = assigned(county, plan, "primary").to_numpy()
    sums = away.mul(weight, axis=0).groupby(zone).sum().div(weight.groupby(zone).sum(), axis=0)
    seats = county.schools["seats_junior"].fillna(0).clip(lower=1).astype(float)
    ways = {
        lead: sums[group].mul(seats[group]).sum(axis=1) / seats[group].sum()
        for lead, group in groups.items()
    }
    return pd.DataFrame(ways).round()

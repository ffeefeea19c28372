"""逐步实行九年一贯制划片对口招生：对口覆盖率逐年提高。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.errors import PolicyError
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import Coverage
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength
from districting.policy.zones.feeder_base import FeederRule, fed, leaving
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class FeederCoverage(FeederRule):
    r"""积极创造条件，逐步实行九年一贯制划片对口招生，保障适龄儿童少年就近对口入学。

    In year y at least the share :math:`\gamma_y` of graduates leaves by a feeder that holds:
    :math:`\sum_{p: k_p \le y} g_{yp} \ge \gamma_y \sum_p g_{yp}`. A year that `percent` does not
    name keeps the share of the year before; a feeder that holds goes on holding.

    Parameters
    ----------
    percent : Mapping of str to int
        School year (``"2026"``) → per cent of graduates, not falling.
    """

    name: ClassVar[str] = "feeder_coverage"

    percent: Mapping[str, int]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST)
        years = sorted(self.percent)
        shares = [self.percent[y] for y in years]
        if not years or not all(y.isdigit() for y in years):
            raise PolicyError(
                say("policy.bad_word", rule=self.name, value="、".join(years), allowed="2026 …")
            )
        if shares != sorted(shares) or not 0 <= shares[0] <= shares[-1] <= 100:
            raise PolicyError(
                say("policy.bad_range", rule=self.name, low=shares[0], high=shares[-1])
            )

    @property
    def last(self) -> int:
        """Last year that `percent` names."""
        return max(map(int, self.percent))

    def share(self, year: int) -> float:
        """Return the share asked for in `year`."""
        named = [p for y, p in self.percent.items() if int(y) <= year]
        return max(named, default=0) / 100

    def feed(self, view: FeederView) -> Iterator[Coverage]:
        """Ask for the share of every year."""
        yield Coverage(self.name, np.array([self.share(y) for y in view.years]))

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Add up, year by year, the graduates whose primary has a feeder that holds."""
        table = fed(county, plan)
        years = range(county.year, max(self.last, county.year) + 1)
        graduates = leaving(county, plan, years)[table.index]
        for year in years:
            holds = (table["junior"] != "") & (table["from_year"] <= year)
            everyone = int(graduates.loc[year].to_numpy().sum())
            covered = int(graduates.loc[year].to_numpy()[holds.to_numpy()].sum())
            yield self.found(
                stage,
                verdict_of(covered >= self.share(year) * everyone - 1e-9),
                (str(year),),
                100.0 * covered / max(everyone, 1),
                100.0 * self.share(year),
                covered=covered,
                all=everyone,
            )

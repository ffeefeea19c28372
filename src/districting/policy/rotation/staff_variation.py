"""师资三项指标的校际差异系数：小学不高于 0.50，初中不高于 0.45。"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.rotation import Bools, Convex
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.tables import (
    ABOVE,
    ARTS_AND_SPORTS,
    BACKBONE,
    cells,
    verdict,
    years,
)
from districting.policy.rule import Finding, Strength
from districting.terms import say

INDICATORS = ("backbone", "degree", "arts_sports")
MORE_STEPS = 6
"""Steps modelled beyond the mean; further ones cost the last, which no plan nears."""


@dataclass(frozen=True, kw_only=True)
class StaffVariation(RotationRule):
    r"""努力实现学区师资配备基本均衡

    The pupil-weighted variation coefficient of an indicator (RES-10),
    :math:`CV^2 = \sum_s \frac{P_s}{P_N} (x_s / P_s - X)^2 / X^2`, :math:`X = \sum x_s / P_N`.
    X does not change when teachers move within the county, so the k-th teacher counted at s adds
    :math:`((2k-1)/P_s - 2X) / (P_N X^2)`: separable, convex, exact. As an aim the squares of all
    indicators and stages are added; as a must or principle each is also held under its ceiling.
    Teaching points of fewer than `least` pupils, special and private schools are not counted
    (RES-11); should teachers who count cross between them and the others, X moves a little, and
    what the check finds is decisive.

    Parameters
    ----------
    indicators : tuple of str
        ``backbone`` (RES-02), ``degree`` (RES-01), ``arts_sports`` (RES-03).
    ceilings : Mapping of stage to float
        RES-09: primary 0.50, junior 0.45.
    least : int, pupils of a teaching point
    tier : int
    tolerance : float
        Share of the optimum that later tiers may give away.
    weight : float, km of extra way per unit of squared coefficient
    price : float
        As a principle: per unit of squared coefficient above the ceiling.
    """

    name: ClassVar[str] = "staff_variation"
    needs: ClassVar[tuple[str, ...]] = ("teachers.honour", "teachers.degree")

    indicators: tuple[str, ...] = INDICATORS
    ceilings: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"primary": 0.50, "junior": 0.45})
    )
    least: int = 50
    tier: int = 3
    tolerance: float = 0.02

    def __post_init__(self) -> None:
        unknown = set(self.indicators) - set(INDICATORS)
        if unknown or not self.indicators:
            raise PolicyError(
                say(
                    "policy.bad_word",
                    rule=self.name,
                    value="、".join(sorted(unknown)),
                    allowed="、".join(INDICATORS),
                )
            )

    def flags(self, view: RotationView, indicator: str) -> Bools:
        """Return which teachers an indicator counts, shape (t,)."""
        staff = view.staff
        if indicator == "backbone":
            return staff["honour"].isin(["county", "city", "province"]).to_numpy()
        if indicator == "arts_sports":
            return staff["subject"].isin(["体育", "音乐", "美术"]).to_numpy()
        junior = (staff["stage"] == "junior").to_numpy()
        higher = staff["degree"].isin(["bachelor", "master", "doctor"]).to_numpy()
        return np.asarray(higher | (~junior & (staff["degree"] == "college").to_numpy()))

    def constrain(self, view: RotationView) -> Iterator[Convex]:
        """Price the teachers counted at each place, indicator by indicator, stage by stage."""
        for stage in ("primary", "junior"):
            for indicator in self.indicators:
                yield from self._part(view, stage, indicator)

    def _part(self, view: RotationView, stage: str, indicator: str) -> Iterator[Convex]:
        places, flag = view.places, self.flags(view, indicator)
        point = (places["kind"] == "teaching_point") & (places["pupils"] < self.least)
        counted = (places["stage"] == stage) & ~point & (places["pupils"] > 0)
        used = np.flatnonzero(counted.to_numpy())
        base = np.bincount(view.place[flag], minlength=len(places))
        pupils = places["pupils"].to_numpy(dtype=float)
        total, number = pupils[used].sum(), int(base[used].sum())
        if not len(used) or not number:
            return
        mean = number / total
        arcs = np.flatnonzero(flag[view.teacher])
        at = np.full(len(places), -1, dtype=np.int64)
        at[used] = np.arange(len(used))
        into, out = at[view.to[arcs]], at[view.origin[arcs]]
        come, go = into >= 0, out >= 0
        leavers = np.unique(view.teacher[arcs[go]])
        may_leave = np.bincount(at[view.place[leavers]], minlength=len(used))
        start = base[used] - may_leave
        top = np.maximum(base[used], np.ceil(mean * pupils[used]).astype(np.int64)) + MORE_STEPS
        steps = top - start
        which = np.repeat(np.arange(len(used)), steps)
        first = np.r_[0, np.cumsum(steps)]
        count = start[which] + np.arange(len(which)) - first[which]
        scale = total * mean**2
        ceiling = self.ceilings.get(stage)
        bound = None if self.strength is Strength.AIM or ceiling is None else ceiling**2
        yield Convex(
            self.name,
            f"{stage} {indicator}",
            self.tier,
            self.weight,
            np.concatenate([into[come], out[go]]),
            np.concatenate([arcs[come], arcs[go]]),
            np.concatenate([np.ones(int(come.sum())), -np.ones(int(go.sum()))]),
            base[used],
            start,
            first,
            ((2 * count + 1) / pupils[used][which] - 2 * mean) / scale,
            float((pupils[used] * (start / pupils[used] - mean) ** 2).sum() / scale),
            False,
            tuple(places["label"].to_numpy(dtype=str)[used]),
            self.tolerance,
            bound,
            self.price if self.strength is Strength.PRINCIPLE else None,
        )

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Work out each coefficient before and after from roster and pupils."""
        table = cells(county)
        small = (table["kind"] == "teaching_point") & (table["pupils"] < self.least)
        table = table[~small & (table["pupils"] > 0)]
        for year in years(county, plan):
            for stage, ceiling in self.ceilings.items():
                for indicator in self.indicators:
                    old, new = (
                        _coefficient(frame, table, stage, indicator)
                        for frame in (year.before, year.after)
                    )
                    if math.isnan(new):
                        continue
                    yield Finding(
                        self.name,
                        verdict(new <= ceiling + 1e-12),
                        (say(f"terms.{stage}"), say(f"rotation.indicator.{indicator}")),
                        new,
                        ceiling,
                        details={"year": year.year, "before": old},
                    )


def _coefficient(roster: pd.DataFrame, table: pd.DataFrame, stage: str, indicator: str) -> float:
    """Return the pupil-weighted variation coefficient; NaN where nobody counts."""
    here = roster[roster["stage"] == stage]
    if indicator == "backbone":
        counts = here["honour"].isin(BACKBONE)
    elif indicator == "degree":
        counts = here["degree"].isin(ABOVE[stage])
    else:
        counts = here["subject"].isin(ARTS_AND_SPORTS)
    amount = here[counts].groupby("school").size()
    cell = table[table.index.get_level_values("stage") == stage]
    pupils = cell["pupils"].astype(float).droplevel("stage")
    amount = amount.reindex(pupils.index).fillna(0.0)
    whole = pupils.sum()
    if not whole or not amount.sum():
        return math.nan
    mean = amount.sum() / whole
    square = sum((p / whole) * (a / p - mean) ** 2 for p, a in zip(pupils, amount, strict=True))
    return math.sqrt(square) / mean

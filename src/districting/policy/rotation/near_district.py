"""先学区内，再联区内，再全县。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import ArcCost, Bools, Ints
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import SCOPES, RotationPlan
from districting.policy.rotation.base import RotationRule, checked_word, per_teacher
from districting.policy.rotation.tables import district_of, verdict, years
from districting.policy.rule import Finding, Strength


def scopes(view: RotationView) -> Ints:
    """Return 0 for moves inside a district, 1 inside a union, 2 beyond; shape (a,)."""
    found = np.full(len(view.teacher), 2, dtype=np.int64)
    for number, column in ((1, "union"), (0, "district")):
        word = view.places[column]
        code, some = pd.factorize(word)[0], (word != "").to_numpy()
        found[(code[view.to] == code[view.origin]) & some[view.to]] = number
    return found


@dataclass(frozen=True, kw_only=True)
class NearDistrict(RotationRule):
    """鼓励联区、学区内各校加强校际协同合作，融通教育资源，贯通人才培养，促进干部教师交流。

    A move inside the district costs nothing, inside the union `union`, across the county `county`.
    Nobody goes farther than `widest`, but for the stages and subjects that a district alone cannot
    serve (a district with one junior school has no junior rotation of its own).

    Parameters
    ----------
    widest : {"district", "union", "county"}
    free_stages, free_subjects : tuple of str
        Stages and subjects that may go across the county whatever `widest` says.
    union, county : float, cost of a move
    tier : int
    weight : float, km of extra way per unit of cost
    """

    name: ClassVar[str] = "near_district"
    of_leaders: ClassVar[bool] = True

    widest: str = "county"
    free_stages: tuple[str, ...] = ("junior",)
    free_subjects: tuple[str, ...] = ("体育", "音乐", "美术")
    union: float = 1.0
    county: float = 2.0
    tier: int = 4

    def __post_init__(self) -> None:
        checked_word(self, self.widest, SCOPES)

    def forbid(self, view: RotationView) -> Bools:
        """Rule out moves beyond the widest scope."""
        staff = view.staff
        free = (
            staff["stage"].isin(self.free_stages)
            | staff["subject"].isin(self.free_subjects)
            | staff["leader"]
        ).to_numpy(dtype=bool)
        beyond = scopes(view) > SCOPES.index(self.widest)
        return np.asarray(beyond & ~free[view.teacher])

    def constrain(self, view: RotationView) -> Iterator[ArcCost]:
        """Price moves by scope."""
        if self.strength is not Strength.MUST:
            cost = np.array([0.0, self.union, self.county])[scopes(view)]
            yield ArcCost(self.name, "moves", self.tier, self.weight, cost)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Compare district and union of old and new school."""
        of = district_of(county)
        for year in years(county, plan):
            moved = year.moved
            old, new = of.reindex(moved["school"]), of.reindex(moved["to_school"])
            inside = [(old[c].to_numpy() == new[c].to_numpy()) & (new[c] != "").to_numpy()
                      for c in ("district", "union")]  # fmt: skip
            scope = np.where(inside[0], 0, np.where(inside[1], 1, 2))
            free = moved["stage"].isin(list(self.free_stages))
            free |= moved["subject"].isin(list(self.free_subjects))
            free |= moved["post"].isin(["principal", "vice_principal", "secretary"])
            broken = ~free & (scope > SCOPES.index(self.widest))
            if broken.any():
                yield from per_teacher(self, year.year, moved, broken)
                continue
            shares = {f"in_{w}": int((scope == n).sum()) for n, w in enumerate(SCOPES)}
            details = {"year": year.year, "message": "measured", **shares}
            yield Finding(self.name, verdict(True), (), float(len(moved)), details=details)

"""按编制标准核定教职工编制，实行城区、区域统筹和动态管理：交流后不加重超编缺编。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Floats, Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule, checked_range
from districting.policy.rotation.rows import net_rows
from districting.policy.rotation.tables import cells, verdict, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class PostBand(RotationRule):
    r"""根据编制标准、学生规模和教育教学需要，合理核定教职工编制，实行城区、区域统筹和动态管理。

    A school's quota is pupils by the ratio, or in small schools classes by teachers a class where
    that is more. Scaled, quotas are multiplied so that they sum to the stage's teachers in the
    county (统筹: the county's establishment is what it is). After the moves the number of teachers
    lies in :math:`[\min(n, \lfloor (1-b) q \rfloor), \max(n, \lceil (1+b) q \rceil)]`: no school
    leaves the band, or gets farther out of it, through rotation.

    Parameters
    ----------
    primary, junior : float, pupils a teacher
        STA-01: 19 and 13.5 (中央编办发〔2014〕72号).
    small : int, pupils
        Schools below it are also given posts by classes, STA-02.
    primary_class, junior_class : float, teachers a class
        STA-03 gives no number; set by the bureau.
    band : float, share of the quota
    scaled : bool
    price : float
        As a principle: per teacher outside.
    """

    name: ClassVar[str] = "post_band"

    primary: float = 19.0
    junior: float = 13.5
    small: int = 200
    primary_class: float = 1.7
    junior_class: float = 2.7
    band: float = 0.05
    scaled: bool = True

    def __post_init__(self) -> None:
        checked_range(self, self.band, 0, 1)
        checked_range(self, self.primary, 1, 100)
        checked_range(self, self.junior, 1, 100)

    def quota(self, view: RotationView) -> Floats:
        """Return posts of each place, shape (places,)."""
        places = view.places
        first = (places["stage"] == "primary").to_numpy()
        pupils = places["pupils"].to_numpy(dtype=float)
        posts = pupils / np.where(first, self.primary, self.junior)
        by_class = places["classes"].to_numpy(dtype=float)
        by_class = by_class * np.where(first, self.primary_class, self.junior_class)
        posts = np.where(pupils < self.small, np.maximum(posts, by_class), posts)
        if self.scaled:
            staff = places["staff"].to_numpy(dtype=float)
            for here in (first, ~first):
                total = posts[here].sum()
                posts[here] *= staff[here].sum() / total if total else 1.0
        return np.asarray(np.round(posts, 9), dtype=float)

    def limits(self, view: RotationView) -> tuple[Floats, Floats]:
        """Return the least and the most teachers of each place's band, shape (places,)."""
        quota = self.quota(view)
        low = np.floor(np.round((1 - self.band) * quota, 9))
        return low, np.ceil(np.round((1 + self.band) * quota, 9))

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Keep each school's number of teachers in its band."""
        staff = view.places["staff"].to_numpy(dtype=float)
        low, high = self.limits(view)
        low, high = np.minimum(staff, low) - staff, np.maximum(staff, high) - staff
        yield net_rows(self, view, low=low, high=high)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Work out quotas from pupils and classes, and count teachers before and after."""
        for year in years(county, plan):
            before = year.before.groupby(["school", "stage"]).size()
            after = year.after.groupby(["school", "stage"]).size()
            broken = False
            for key, (name, quota) in self._quotas(county, before).items():
                old, new = int(before.get(key, 0)), int(after.get(key, 0))
                low = min(old, math.floor(round((1 - self.band) * quota, 9)))
                high = max(old, math.ceil(round((1 + self.band) * quota, 9)))
                if not low <= new <= high:
                    broken = True
                    limit = float(low if new < low else high)
                    details = {"year": year.year, "before": old, "quota": round(quota, 1)}
                    yield Finding(
                        self.name, verdict(False), (name,), float(new), limit, details=details
                    )
            if not broken:
                details = {"year": year.year}
                yield Finding(self.name, verdict(True), (), float(len(after)), details=details)

    def table(self, county: County, plan: RotationPlan) -> pd.DataFrame:
        """Return quota and teachers by school and stage in the plan's first year.

        Returns
        -------
        pandas.DataFrame
            ``school``, ``name``, ``stage``, ``quota`` (posts, with parts), ``before``, ``after``
            (teachers).
        """
        year = years(county, plan)[0]
        before = year.before.groupby(["school", "stage"]).size()
        after = year.after.groupby(["school", "stage"]).size()
        rows = [
            (*key[:1], name, key[1], quota, int(before.get(key, 0)), int(after.get(key, 0)))
            for key, (name, quota) in self._quotas(county, before).items()
        ]
        columns = ["school", "name", "stage", "quota", "before", "after"]
        return pd.DataFrame(rows, columns=columns)

    def _quotas(
        self, county: County, before: pd.Series
    ) -> dict[tuple[str, str], tuple[str, float]]:
        """Return name and quota by school and stage."""
        classes = county.tables["classes"]
        if len(classes):
            ordered = sorted(classes["year"].unique(), key=lambda y: abs(int(y) - county.year))
            classes = classes[classes["year"] == ordered[0]]
        found: dict[tuple[str, str], tuple[str, float]] = {}
        for row in cells(county).reset_index().to_dict("records"):
            school, stage = str(row["school"]), str(row["stage"])
            first = stage == "primary"
            posts = float(row["pupils"]) / (self.primary if first else self.junior)
            if row["pupils"] < self.small:
                own = classes[(classes["school"] == school) & ((classes["grade"] <= 6) == first)]
                per = self.primary_class if first else self.junior_class
                posts = max(posts, per * float(own["classes"].sum()))
            found[(school, stage)] = (str(row["name"]), posts)
        if self.scaled:
            for stage in ("primary", "junior"):
                here = [k for k in found if k[1] == stage]
                total = sum(found[k][1] for k in here)
                staff = sum(int(before.get(k, 0)) for k in here)
                for key in here:
                    name, posts = found[key]
                    found[key] = (name, posts * staff / total if total else posts)
        return found

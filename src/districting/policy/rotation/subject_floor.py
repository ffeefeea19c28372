"""交流后各校各学科仍有教师：不少于所需与现有中较小者。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.rotation import Floats, Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.rows import net_rows
from districting.policy.rotation.tables import by_words, verdict, years
from districting.policy.rotation.workload import SubjectRule, headcount
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class SubjectFloor(SubjectRule):
    r"""配齐配足各学科合格教师

    With :math:`n_{sj}` teachers now and :math:`r_{sj} = \max(1, \lfloor \text{posts}_{sj} \rfloor)`
    wherever the subject is taught: after the moves at least :math:`\min(n_{sj}, r_{sj})` are there.
    No school loses a subject that it has, or falls below whole posts because of the moves.

    Parameters
    ----------
    price : float
        As a principle: per teacher missing.
    """

    name: ClassVar[str] = "subject_floor"

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Keep enough teachers of each subject at each school that may lose some."""
        have = view.have()
        least = (np.minimum(have, self.needed(view)) - have).astype(float)
        yield net_rows(self, view, low=least, high=np.full(have.shape, np.inf))

    def needed(self, view: RotationView) -> Floats:
        """Return the r of each place and subject, shape (places, subjects)."""
        posts = self.posts(view)
        return np.where(posts > 0, np.maximum(1.0, np.floor(posts)), 0.0)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Count each school's teachers of each subject before and after."""
        posts = self.counted_posts(county)
        names = county.schools["name"]
        for year in years(county, plan):
            before, after = headcount(year, False), headcount(year, True)
            broken = 0
            for key, number in by_words(before):
                wanted = float(posts.get(key, 0.0))
                floor = min(int(number), max(1, math.floor(wanted))) if wanted > 0 else 0
                left = int(after.get(key, 0))
                if left < floor:
                    broken += 1
                    yield Finding(
                        self.name,
                        verdict(False),
                        (str(names[key[0]]), key[2]),
                        float(left),
                        float(floor),
                        details={"year": year.year, "before": int(number)},
                    )
            if not broken:
                details = {"year": year.year}
                yield Finding(self.name, verdict(True), (), float(len(before)), details=details)

"""交流后各校各学科不超编过多：不多于所需的上浮数与现有中较大者。"""

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
from districting.policy.rotation.base import checked_range
from districting.policy.rotation.rows import net_rows
from districting.policy.rotation.tables import by_words, verdict, years
from districting.policy.rotation.workload import SubjectRule, headcount
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class SubjectCeiling(SubjectRule):
    r"""着力解决教师结构性缺员和师资不足等问题

    After the moves a school has at most
    :math:`\max(n_{sj}, \lceil (1 + \text{share}) \text{posts}_{sj} \rceil + \text{spare})`
    teachers of a subject: nobody is sent where the subject is already overstaffed.

    Parameters
    ----------
    share : float, share of the posts needed
        Set by the bureau; no text gives a number.
    spare : int, teachers
    price : float
        As a principle: per teacher too many.
    """

    name: ClassVar[str] = "subject_ceiling"

    share: float = 0.25
    spare: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_range(self, self.share, 0, 5)

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Cap the teachers of each subject at each school that may gain some."""
        have, most = view.have(), self.most(view)
        yield net_rows(
            self, view, low=np.full(have.shape, -np.inf), high=np.maximum(have, most) - have
        )

    def most(self, view: RotationView) -> Floats:
        """Return the ceiling of each place and subject, shape (places, subjects)."""
        ceiling: Floats = np.ceil(np.round((1 + self.share) * self.posts(view), 9)) + self.spare
        return ceiling

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Count each school's teachers of each subject before and after."""
        posts = self.counted_posts(county)
        names = county.schools["name"]
        for year in years(county, plan):
            before, after = headcount(year, False), headcount(year, True)
            broken = 0
            for key, number in by_words(after):
                wanted = float(posts.get(key, 0.0))
                most = math.ceil(round((1 + self.share) * wanted, 9)) + self.spare
                most = max(most, int(before.get(key, 0)))
                if number > most:
                    broken += 1
                    yield Finding(
                        self.name,
                        verdict(False),
                        (str(names[key[0]]), key[2]),
                        number,
                        float(most),
                        details={"year": year.year, "before": int(before.get(key, 0))},
                    )
            if not broken:
                details = {"year": year.year}
                yield Finding(self.name, verdict(True), (), float(len(after)), details=details)

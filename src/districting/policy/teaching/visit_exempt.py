"""孕期、哺乳期、重大疾病教师不安排跨校走教。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.teaching import Barred, TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rotation.exempted import exempt_by_table, exempt_then
from districting.policy.rule import Finding
from districting.policy.teaching.base import TeachingRule, each_teacher, people


@dataclass(frozen=True, kw_only=True)
class VisitExempt(TeachingRule):
    """孕期、哺乳期、重大疾病教师不安排跨校走教。

    A ground from the list holds until its date, without a date until taken back. Only the word of
    the ground is ever read.

    Parameters
    ----------
    grounds : tuple of str
        Words of ``teachers.exempt``; others exempt from rotation, not from visits.
    """

    name: ClassVar[str] = "visit_exempt"

    grounds: tuple[str, ...] = ("pregnant", "nursing", "illness")

    def constrain(self, view: TeachingView) -> Iterator[Barred]:
        """Rule out every visit of whoever is exempt on 1 September."""
        known = people(view.county).reindex(view.staff["teacher"])
        exempt = exempt_then(known, self.grounds, view.county.year)
        yield Barred(self.name, exempt[view.teacher])

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Read ground and date of everyone who visits off the raw table."""
        visiting = people(county).reindex(sorted(set(plan.visits["teacher"])))
        broken = exempt_by_table(visiting, self.grounds, county.year)
        yield from each_teacher(self, broken, None, len(visiting))

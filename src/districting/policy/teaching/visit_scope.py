"""促进学区内师资交流共享：先本学区，再本联区，再全县。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.errors import PolicyError
from districting.model.teaching import SCOPES, Barred, PeriodPrice, TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rule import Finding, Verdict
from districting.policy.teaching.base import TeachingRule, people
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class VisitScope(TeachingRule):
    r"""促进学区内师资交流共享

    Periods inside the district come first: each period taught in another district of the union
    costs `price`, in another union twice that; arcs beyond `widest` are ruled out.

    Parameters
    ----------
    widest : {"district", "union", "county"}
    price : float, km per period
    """

    name: ClassVar[str] = "visit_scope"

    widest: str = "union"

    def __post_init__(self) -> None:
        if self.widest not in SCOPES:
            allowed = "、".join(SCOPES)
            raise PolicyError(
                say("policy.bad_word", rule=self.name, value=self.widest, allowed=allowed)
            )

    def constrain(self, view: TeachingView) -> Iterator[Barred | PeriodPrice]:
        """Rule out arcs beyond the widest area, price those outside the district."""
        yield Barred(self.name, view.scope > SCOPES.index(self.widest))
        yield PeriodPrice(self.name, "periods", self.price, view.scope.astype(np.float64))

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Look up the districts and unions of both schools of each visit."""
        layout = county.current_plan
        if layout is None:
            return
        home = people(county)["school"]
        inside = {"district": 0.0, "union": 0.0, "county": 0.0}
        for visit in plan.visits.to_dict("records"):
            own = str(layout.schools.get(home[visit["teacher"]], ""))
            other = str(layout.schools.get(visit["school"], ""))
            unions = {str(layout.districts["union"].get(d, "")) for d in (own, other)}
            if own and own == other:
                area = "district"
            else:
                area = "union" if len(unions) == 1 and unions != {""} else "county"
            inside[area] += visit["periods"]
            if SCOPES.index(area) > SCOPES.index(self.widest):
                names = county.schools["name"]
                yield Finding(
                    self.name,
                    Verdict.FAIL,
                    (visit["teacher"],),
                    details={
                        "home": names.get(home[visit["teacher"]], ""),
                        "there": names.get(visit["school"], ""),
                        "widest": say(f"teaching.scope.{self.widest}"),
                    },
                )
        if all(inside[s] == 0 for s in SCOPES[SCOPES.index(self.widest) + 1 :]):
            yield Finding(
                self.name,
                Verdict.PASS,
                (),
                inside["district"],
                details={"union": inside["union"], "county": inside["county"]},
            )

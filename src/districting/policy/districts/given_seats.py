"""学区驻地由县里指定。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.errors import PlanFileError, PolicyError
from districting.model.district_view import DistrictView
from districting.model.partition import AssignCost, DistrictCount
from districting.plan.district_plan import DistrictPlan
from districting.plan.find import find_unit, village_of
from districting.policy.districts.tables import verdict_of
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding, Strength
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class GivenSeats(DistrictRule):
    r"""学区驻地由县里指定：每处一个学区。

    With J the places named: :math:`y_j = 1` for j in J, 0 otherwise, so that there are as many
    districts as places. A school stands for its village, which must be one that may be a seat
    (``[policy] seats``).

    Parameters
    ----------
    places : tuple of str
        Villages or schools by name or code.
    """

    name: ClassVar[str] = "given_seats"

    places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        need_words(self, (Strength.MUST,), self.strength)

    def misfits(self, county: County) -> Iterator[str]:
        """Name the places that the county does not have, or that are ambiguous."""
        for word in self.places:
            try:
                find_unit(county, word)
            except PlanFileError as error:
                yield say("policy.bad_place", rule=self.title, fault=error)

    def constrain(self, view: DistrictView) -> Iterator[AssignCost | DistrictCount]:
        """Close every other seat, and ask for as many districts as there are places.

        Raises
        ------
        PolicyError
            If a place may not be a seat.
        """
        given = {village_of(view.county, word): word for word in self.places}
        candidates = view.units[view.seats]
        barred = [word for code, word in given.items() if code not in candidates]
        if barred:
            raise PolicyError(say("policy.no_seat", rule=self.title, value="、".join(barred)))
        open_ = candidates.isin(list(given))
        cost = np.where(open_, 0.0, np.inf)
        yield AssignCost(self.name, "districts", 1.0, np.broadcast_to(cost, (view.n, len(cost))))
        yield DistrictCount(self.name, len(given), len(given))

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Look for each place among the seats that the plan names, and for seats besides."""
        seats = plan.districts["seat"].fillna("").astype(str)
        wanted = {village_of(county, word): word for word in self.places}
        for seat, word in wanted.items():
            here = sorted(seats.index[seats == seat])
            verdict = verdict_of(len(here) == 1, mendable=bool((seats == "").any()))
            details = {"districts": "、".join(here)}
            yield Finding(self.name, verdict, (word,), float(len(here)), 1.0, details=details)
        names = county.villages["name"]
        for district, seat in seats[~seats.isin([*wanted, ""])].items():
            details = {"message": "other", "seat": str(names.get(seat, seat))}
            yield Finding(self.name, verdict_of(False), (str(district),), 0.0, 1.0, details=details)

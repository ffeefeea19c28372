"""在尊重学区内中小学校自主办学的基础上：学校锁定的归属不动。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.district_view import DistrictView
from districting.model.partition import Apart, Together
from districting.plan.district_plan import DistrictPlan, district_anchor
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import DistrictRule, Finding
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class Locks(DistrictRule):
    r"""在尊重学区内中小学校自主办学的基础上，发挥学区优势，拓宽发展平台，增加发展机会，营造发展氛围。

    Locks come from the starting plan. Units locked to one district stay together
    (:math:`x_{uj} = x_{vj}`), units locked to different districts stay apart
    (:math:`x_{uj} + x_{vj} \le 1`). A locked school locks the village it stands in. The district
    that holds locked units keeps the name they are locked to. A unit that is forbidden a district
    stays apart from that district's seat in the starting plan (or from the village there that comes
    first), and that seat's district keeps the name.
    """

    name: ClassVar[str] = "locks"

    def constrain(self, view: DistrictView) -> Iterator[Together | Apart]:
        """Tie the locked villages of each district, and part those of different districts.

        Raises
        ------
        PolicyError
            If a village and a school in it are locked to different districts.
        """
        if view.start is None or not view.start.locks:
            return
        held: dict[int, str] = {}
        banned: list[tuple[int, int]] = []
        for lock in view.start.locks:
            unit = lock.unit
            if lock.unit_kind == "school":
                unit = str(view.county.schools.loc[unit, "village"])
            position = int(view.units.get_indexer(pd.Index([unit]))[0])
            if lock.forbid:
                anchor = district_anchor(view.start, lock.to)
                banned.append((position, int(view.units.get_indexer(pd.Index([anchor]))[0])))
                continue
            if held.setdefault(position, lock.to) != lock.to:
                raise PolicyError(
                    say("policy.locks_differ", value=lock.unit, a=held[position], b=lock.to)
                )
        groups: dict[str, list[int]] = {}
        for position in sorted(held):
            groups.setdefault(held[position], []).append(position)
        ties = [(g[0], v) for g in groups.values() for v in g[1:]]
        parted = list(combinations([g[0] for g in groups.values()], 2)) + banned
        if ties:
            yield Together(self.name, np.array(ties, dtype=np.int64))
        if parted:
            yield Apart(self.name, np.array(parted, dtype=np.int64))

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Look up each locked unit in the plan."""
        for lock in plan.locks:
            schools = lock.unit_kind == "school"
            table, given = (
                (county.schools, plan.schools) if schools else (county.villages, plan.villages)
            )
            name = str(table["name"].get(lock.unit, lock.unit))
            now = str(given.get(lock.unit, ""))
            holds = now != lock.to if lock.forbid else now == lock.to
            verdict = verdict_of(holds and bool(now), mendable=not now)
            details = {"district": lock.to, "now": now, "reason": lock.reason or "—"}
            if lock.forbid:
                details["message"] = f"forbid_{verdict}"
            yield Finding(self.name, verdict, (name,), details=details)

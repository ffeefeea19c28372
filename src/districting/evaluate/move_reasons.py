"""Reasons of a rotation plan's moves, told anew from the raw tables as far as they can be."""

from __future__ import annotations

from collections.abc import Iterator

from districting.county import County
from districting.evaluate.structure import Checked, found
from districting.plan.rotation_plan import RotationPlan
from districting.policy.policy import Policy
from districting.policy.rotation.shortage import Shortage
from districting.policy.rotation.tables import LEADERS, years

LEAST = 1e-9
"""Change of weighted periods that is none."""


def move_reasons(county: County, plan: RotationPlan, policy: Policy) -> Iterator[Checked]:
    """Yield whether the reasons given for moves are those that the raw tables give.

    Told anew are ``held``, ``leader`` and, in plans of one year under a rule on shortages,
    ``need``: the move alone, before any other, lowers the weighted periods missing. In plans of
    several years shortages foreseen count as well. ``quality`` and ``share`` are not told apart.
    """
    rule = next((r for r in policy.of("rotation") if isinstance(r, Shortage)), None)
    locked = {lock.unit for lock in plan.locks if not lock.forbid}
    wrong: list[str] = []
    for year in years(county, plan):
        given = plan.in_year(year.year).set_index("teacher")["reason"]
        moved = year.moved.assign(reason=given.reindex(year.moved.index))
        held = (moved["hold"] == "move") | moved.index.isin(locked)
        leader = moved["post"].isin(LEADERS)
        fault = (moved["reason"] == "held") & ~held
        fault |= (moved["reason"] == "leader") & ~leader
        fault |= leader & ~moved["reason"].isin(["held", "leader", ""])
        if rule is not None and not plan.until:
            change = rule.alone(county, year)
            fault |= (moved["reason"] == "need") & (change > -LEAST)
            fault |= moved["reason"].isin(["quality", "share"]) & (change < -LEAST)
        wrong += map(str, moved.index[fault])
    part = "move_reason" if rule is not None and not plan.until else "move_reason_partly"
    yield found(part, sorted(wrong))
